//! Does a rule set say what its regulation says? The table of the regulation is written from its text, the rule set
//! is what decides, the cases are what was tried: three things that are compared, row by row and clause by clause.

mod articles;
mod cases;
mod gap;
mod memory;
mod placed;
mod region;
mod run;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::act::Act;
use super::article::Article;
use super::duty::Duty;
use super::ruleset::RuleSet;
use crate::event::Event;

#[cfg(test)]
pub(crate) use memory::{Memory, event_key};
#[cfg(test)]
pub(crate) use region::{NOW, enrolment};

pub use articles::{ArticleRow, Articles, Clause, Demanded, TableError};
pub use cases::{AcceptedCase, Cases, FoundCase, Given, RefusedCase};
pub use gap::{Gap, Lack};
pub use placed::Example;
pub use region::Ready;
pub use run::{CaseKind, Ran};

/// Perbup Bengkayang 19/2020 as a table.
pub const BENGKAYANG_ARTICLES: &[u8] =
    include_bytes!("../../../rulesets/articles/bengkayang-19-2020.toml");
/// What its rule set accepts and refuses.
pub const BENGKAYANG_CASES: &[u8] =
    include_bytes!("../../../rulesets/cases/bengkayang-19-2020.toml");

/// How much of a regulation a rule set and its cases cover.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Coverage {
    /// Rows of the table; met are those that the rule set has as the table has them.
    pub rows: Count,
    /// Contents that a row demands; met are those without which the rule set refuses.
    pub demands: Count,
    /// Conditions that refuse; met are those of which the rule set has the rule and a case was refused by it.
    pub refusals: Count,
    /// Conditions that find; met are those of which the rule set has the rule and a case was found by it.
    pub findings: Count,
    /// The closed choices of the rows, one by one; met are those that the rule set has.
    pub values: Count,
    /// Those whom rows name; met are those who are in the rule set what the table says.
    pub actors: Count,
    /// The cases; met are those that come out as they say.
    pub cases: Count,
    /// Acts of the rule set that stand in the table; met are those with an accepted case.
    pub accepted: Count,
    /// Rules by which the rule set refuses in these rows and which the table does not name.
    pub beyond: Vec<(String, String)>,
    /// What is missing.
    pub gaps: Vec<Gap>,
}

/// How many there are, and how many of them are met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// All of them.
    pub all: usize,
    /// Those that are met.
    pub met: usize,
}

impl Count {
    fn one(&mut self, met: bool) {
        self.all += 1;
        self.met += usize::from(met);
    }
}

impl Coverage {
    /// Compares a rule set with the table of its regulation and with the cases; `example` is the event of a name that
    /// the cases use.
    pub fn of(
        rules: &Arc<RuleSet>,
        articles: &Articles,
        cases: &Cases,
        example: &Example<'_>,
    ) -> Self {
        let ran = cases.run(rules, example);
        let tried = Tried::of(rules, cases, &ran, example);
        let mut coverage = Self::default();
        for one in &ran {
            coverage.cases.one(one.holds());
            if !one.holds() {
                let (said, came) = (one.said.clone(), one.came.clone());
                coverage.lacks(&one.event, Lack::CaseFails { said, came });
            }
        }
        for event in &tried.strange {
            coverage.lacks(event, Lack::CaseWithoutRow);
        }
        for row in &articles.rows {
            match &row.kind {
                Some(kind) => coverage.row(rules, row, kind, &tried),
                None => coverage.duty(rules, row),
            }
        }
        coverage.strangers(rules, articles);
        coverage.of_actors(rules, articles);
        for place in articles.unread() {
            coverage.lacks(&place, Lack::PlaceUnread);
        }
        coverage
    }

    /// Nothing is missing.
    pub fn is_whole(&self) -> bool {
        self.gaps.is_empty()
    }

    fn row(&mut self, rules: &RuleSet, row: &ArticleRow, kind: &str, tried: &Tried<'_>) {
        let acts: Vec<&Act> = rules.acts().filter(|act| act.row == row.id).collect();
        let before = self.gaps.len();
        if acts.is_empty() {
            self.lacks(&row.id, Lack::RowMissing);
        }
        for act in &acts {
            self.differs(row, "type", kind, &act.kind);
            self.differs(row, "rule", &row.rule, &act.rule);
            self.differs(row, "force", &row.force, act.force.name());
            self.differs(row, "pasal", &list(&row.articles), &list(&act.provision.articles));
        }
        let who: BTreeSet<&str> = acts.iter().flat_map(|act| act.actors().map(actor)).collect();
        let named: BTreeSet<&str> = row.who.iter().map(String::as_str).collect();
        if !acts.is_empty() {
            self.differs(row, "who", &list(&named), &list(&who));
        }
        let besides: BTreeSet<&str> =
            acts.iter().flat_map(|act| act.cosigners().map(|(name, _)| name)).collect();
        if !acts.is_empty() {
            let named: BTreeSet<&str> = row.cosigned_by.iter().map(String::as_str).collect();
            self.differs(row, "cosigned_by", &list(&named), &list(&besides));
        }
        self.rows.one(self.gaps.len() == before);
        self.of_values(row, &values::of(&acts));
        for demand in &row.demands {
            self.demand(row, demand, &acts);
        }
        for (number, clause) in row.refuses.iter().enumerate() {
            let earlier = same_rule(row.refuses.get(..number), &clause.rule);
            let can = acts.iter().any(|act| refuses_by(act, &clause.rule));
            let was = tried.refused_by(&row.id, &clause.rule) > earlier;
            self.refusals.one(can && was);
            self.clause(row, clause, can, was);
        }
        for (number, clause) in row.finds.iter().enumerate() {
            let earlier = same_rule(row.finds.get(..number), &clause.rule);
            let can = acts.iter().any(|act| act.findings().any(|rule| rule == clause.rule));
            let was = tried.found_by(&row.id, &clause.rule) > earlier;
            self.findings.one(can && was);
            self.clause(row, clause, can, was);
        }
        for act in acts {
            let accepted = tried.accepts(act);
            self.accepted.one(accepted);
            if !accepted {
                self.lacks(&row.id, Lack::NotAccepted { kind: act.kind.clone() });
            }
            self.beyond.extend(beyond(row, act).map(|rule| (row.id.clone(), rule.to_owned())));
        }
    }

    /// The closed choices, one by one, and none that the table does not have.
    fn of_values(&mut self, row: &ArticleRow, found: &values::Values) {
        let none = BTreeSet::new();
        let places: BTreeSet<&String> = row.values.keys().chain(found.keys()).collect();
        for place in places {
            let known = row.values.get(place).unwrap_or(&none);
            let own = found.get(place).unwrap_or(&none);
            for value in known {
                self.values.one(own.contains(value));
            }
            if known != own {
                self.lacks(
                    &row.id,
                    Lack::ValueDiffers {
                        at: place.clone(),
                        regulation: list(known.difference(own)),
                        rules: list(own.difference(known)),
                    },
                );
            }
        }
    }

    /// Those whom the rows of the regulation name are who the table says.
    fn of_actors(&mut self, rules: &RuleSet, articles: &Articles) {
        let rows: BTreeSet<&str> = articles.rows.iter().map(|row| row.id.as_str()).collect();
        let acts = rules.acts().filter(|act| rows.contains(act.row.as_str()));
        let found: BTreeMap<&str, BTreeSet<String>> = acts.flat_map(values::of_actors).collect();
        for (name, known) in &articles.actors {
            let own = found.get(name.as_str()).cloned().unwrap_or_default();
            self.actors.one(*known == own);
            if *known != own {
                let (regulation, rules) = (list(known), list(own));
                self.lacks(name, Lack::ActorDiffers { regulation, rules });
            }
        }
        for (name, own) in found.iter().filter(|(name, _)| !articles.actors.contains_key(**name)) {
            let rules = list(own);
            self.lacks(name, Lack::ActorDiffers { regulation: String::new(), rules });
        }
    }

    fn demand(&mut self, row: &ArticleRow, demand: &Demanded, acts: &[&Act]) {
        let rule = demand.rule.as_deref().unwrap_or(&row.rule);
        let demands = |act: &&Act| act.demands(&demand.field) == Some(rule);
        let met = !acts.is_empty() && acts.iter().all(demands);
        self.demands.one(met);
        if !met {
            let (field, what) = (demand.field.clone(), demand.what.clone());
            self.lacks_by(row, rule, Lack::ContentNotDemanded { field, what });
        }
    }

    fn clause(&mut self, row: &ArticleRow, clause: &Clause, can: bool, was: bool) {
        let when = clause.when.clone();
        if !can {
            self.lacks_by(row, &clause.rule, Lack::ConditionMissing { when });
        } else if !was {
            self.lacks_by(row, &clause.rule, Lack::ConditionUntried { when });
        }
    }

    fn duty(&mut self, rules: &RuleSet, row: &ArticleRow) {
        let before = self.gaps.len();
        match rules.duties().iter().find(|duty| duty.row == row.id) {
            None => self.lacks(&row.id, Lack::RowMissing),
            Some(duty) => {
                self.differs(row, "rule", &row.rule, &duty.rule);
                self.differs(row, "force", &row.force, duty.force.name());
                self.differs(row, "pasal", &list(&row.articles), &list(&duty.provision.articles));
            }
        }
        self.rows.one(self.gaps.len() == before);
    }

    /// Rows that the rule set takes from the regulation, and that its table does not have.
    fn strangers(&mut self, rules: &RuleSet, articles: &Articles) {
        let stands = |articles: &[Article]| !articles.is_empty();
        let acts = rules.acts().filter(|act| stands(&act.provision.articles)).map(|act| &act.row);
        let rows: BTreeSet<&String> =
            acts.chain(rules.duties().iter().map(|Duty { row, .. }| row)).collect();
        for row in rows {
            if !articles.rows.iter().any(|known| known.id == *row) {
                self.lacks(row, Lack::RowUnknown);
            }
        }
    }

    fn differs(&mut self, row: &ArticleRow, what: &'static str, regulation: &str, rules: &str) {
        if regulation != rules {
            let (regulation, rules) = (regulation.to_owned(), rules.to_owned());
            self.lacks(&row.id, Lack::Differs { what, regulation, rules });
        }
    }

    fn lacks(&mut self, row: &str, lack: Lack) {
        self.gaps.push(Gap { row: row.to_owned(), rule: None, lack });
    }

    fn lacks_by(&mut self, row: &ArticleRow, rule: &str, lack: Lack) {
        self.gaps.push(Gap { row: row.id.clone(), rule: Some(rule.to_owned()), lack });
    }
}

/// The cases, each with the act that its example is about.
struct Tried<'a> {
    accepted: Vec<&'a Act>,
    refused: Vec<(&'a Act, &'a str)>,
    found: Vec<(&'a Act, &'a str)>,
    /// Events of cases that are of no row.
    strange: Vec<String>,
}

impl<'a> Tried<'a> {
    /// Of the cases that came out as they say.
    fn of(rules: &'a RuleSet, cases: &'a Cases, ran: &[Ran], example: &Example<'_>) -> Self {
        let mut tried = Self {
            accepted: Vec::new(),
            refused: Vec::new(),
            found: Vec::new(),
            strange: Vec::new(),
        };
        let about = |name: &str| {
            let event = Event::parse(example(name)?.to_string().as_bytes()).ok()?;
            rules.select(&event).ok()
        };
        let holding = |kind| {
            ran.iter().filter(move |one| one.kind == kind).map(Ran::holds).collect::<Vec<_>>()
        };
        for (case, holds) in cases.accepted.iter().zip(holding(CaseKind::Accepted)) {
            match about(&case.event) {
                Some(act) => tried.accepted.extend(holds.then_some(act)),
                None => tried.strange.push(case.event.clone()),
            }
        }
        for (case, holds) in cases.refused.iter().zip(holding(CaseKind::Refused)) {
            match about(&case.event) {
                Some(act) => tried.refused.extend(holds.then_some((act, case.rule.as_str()))),
                None => tried.strange.push(case.event.clone()),
            }
        }
        for (case, holds) in cases.found.iter().zip(holding(CaseKind::Found)) {
            let rules = case.rules.iter().filter(|_| holds);
            match about(&case.event) {
                Some(act) => tried.found.extend(rules.map(|rule| (act, rule.as_str()))),
                None => tried.strange.push(case.event.clone()),
            }
        }
        tried
    }

    fn accepts(&self, act: &Act) -> bool {
        self.accepted.iter().any(|accepted| std::ptr::eq(*accepted, act))
    }

    fn refused_by(&self, row: &str, rule: &str) -> usize {
        count(&self.refused, row, rule)
    }

    fn found_by(&self, row: &str, rule: &str) -> usize {
        count(&self.found, row, rule)
    }
}

fn count(cases: &[(&Act, &str)], row: &str, rule: &str) -> usize {
    cases.iter().filter(|(act, by)| act.row == row && *by == rule).count()
}

/// How many of the clauses have this rule: so many cases are theirs.
fn same_rule(clauses: Option<&[Clause]>, rule: &str) -> usize {
    clauses.unwrap_or_default().iter().filter(|clause| clause.rule == rule).count()
}

fn refuses_by(act: &Act, rule: &str) -> bool {
    act.rule == rule || act.refusals().any(|own| own == rule)
}

/// The rules by which an act refuses and of which its row has no word.
fn beyond<'a>(row: &'a ArticleRow, act: &'a Act) -> impl Iterator<Item = &'a str> {
    let clauses = row.refuses.iter().map(|clause| clause.rule.as_str());
    let demands = row.demands.iter().filter_map(|demand| demand.rule.as_deref());
    let named: BTreeSet<&str> = clauses.chain(demands).chain([row.rule.as_str()]).collect();
    let own: BTreeSet<&str> = act.refusals().filter(|rule| !named.contains(rule)).collect();
    own.into_iter()
}

/// `PSE` of `PSE of this.agency`.
fn actor(who: &str) -> &str {
    who.split_once(" of ").map_or(who, |(actor, _)| actor)
}

fn list<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}
