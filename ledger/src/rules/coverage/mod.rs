//! Does a rule set say what its regulation says? The table of the regulation is written from its text, the rule set
//! is what decides, the cases are what was tried: three things that are compared, row by row and clause by clause.

mod articles;
mod cases;
mod gap;

use std::collections::BTreeSet;

use serde_json::Value;

use super::act::Act;
use super::article::Article;
use super::duty::Duty;
use super::ruleset::RuleSet;
use crate::event::Event;

pub use articles::{ArticleRow, Articles, Clause, Demanded, TableError};
pub use cases::{AcceptedCase, Cases, FoundCase, Given, RefusedCase};
pub use gap::{Gap, Lack};

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
        rules: &RuleSet,
        articles: &Articles,
        cases: &Cases,
        example: &dyn Fn(&str) -> Option<Value>,
    ) -> Self {
        let tried = Tried::of(rules, cases, example);
        let mut coverage = Self::default();
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
        self.rows.one(self.gaps.len() == before);
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
    fn of(rules: &'a RuleSet, cases: &'a Cases, example: &dyn Fn(&str) -> Option<Value>) -> Self {
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
        for case in &cases.accepted {
            match about(&case.event) {
                Some(act) => tried.accepted.push(act),
                None => tried.strange.push(case.event.clone()),
            }
        }
        for case in &cases.refused {
            match about(&case.event) {
                Some(act) => tried.refused.push((act, &case.rule)),
                None => tried.strange.push(case.event.clone()),
            }
        }
        for case in &cases.found {
            match about(&case.event) {
                Some(act) => tried.found.extend(case.rules.iter().map(|rule| (act, rule.as_str()))),
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
