//! A rule set as lawyers read it: article by article, each row with whom it binds and from when, what it demands,
//! what refuses, what is only found, which states it leads to, and what follows. Nothing here decides anything.

mod compared;
mod diagram;
mod kept;

use serde::Serialize;

use super::act::{Act, Force};
use super::article::{Article, Place};
use super::condition::{Condition, Predicate};
use super::duty::Duty;
use super::lexicon::{told, told_all};
use super::lifecycle::Transition;
use super::provision::{Provision, Trigger};
use super::refusal::Text;
use super::ruleset::RuleSet;
use super::schema::FieldSpec;

pub use compared::{About, Difference, compare};
pub use diagram::lifecycle_pages;

/// One row, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Explained {
    /// Where it stands: `25(1)`; empty for what no regulation names.
    pub articles: Vec<String>,
    /// `BKY-50`.
    pub row: String,
    /// `BKY.25.1`.
    pub rule: String,
    /// The event type; none for a duty without an act.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The streams it may be about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// `MUST`, `NOT`, `MAY`, `POW`, `DO`, `-`.
    pub force: &'static str,
    /// The verb in words.
    pub verb: Text,
    /// The act in the words of the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub term: Option<String>,
    /// What the text says.
    pub text: Text,
    /// Whom it binds or lets act; empty where the text names nobody.
    pub who: Vec<Text>,
    /// Who must sign besides before it takes effect.
    pub cosigners: Vec<Text>,
    /// From when it binds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger: Option<Text>,
    /// By when, or how often.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Text>,
    /// What an event contains.
    pub demands: Vec<Content>,
    /// What refuses it.
    pub refuses: Vec<Spoken>,
    /// What is accepted with a finding.
    pub finds: Vec<Spoken>,
    /// The steps that it takes; none where it changes no state.
    pub steps: Vec<StepInWords>,
    /// What becomes of it where it is a decision that is revoked or annulled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends: Option<Text>,
    /// Who may read it; none of a duty without an act.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readers: Option<Text>,
    /// What is kept of it besides its contents, and what it does to others.
    pub keeps: Vec<Text>,
    /// What follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consequence: Option<Text>,
}

/// One field of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Content {
    /// Its name, `needs.measure` for one inside another.
    pub field: String,
    /// Must it be there?
    pub required: bool,
    /// The rule that demands it.
    pub rule: String,
    /// What its value is, and what the rule says of it.
    pub text: Text,
}

/// A rule that speaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Spoken {
    /// Its id.
    pub rule: String,
    /// What it says.
    pub text: Text,
    /// What must hold, as the program looks at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<Text>,
    /// Where it binds only when these hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<Text>,
}

/// A step of a lifecycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StepInWords {
    /// The states it starts from.
    pub from: Vec<String>,
    /// The state it leads to; none where the state stays the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The rule that refuses it in other states.
    pub rule: String,
    /// What must hold besides.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<Text>,
}

/// All rows in the order of the articles, or those that are asked for.
///
/// Asked for is a pasal (`25`, `25(4)`, `pasal 25 ayat (4)`), an event type, a row or a rule id. Rows that no article names stand by
/// their rule; the structural ones come last.
pub fn explain(rules: &RuleSet, asked: Option<&str>) -> Vec<Explained> {
    let own = rules.acts().find(|act| !act.provision.articles.is_empty());
    let prefix = own.map_or("", |act| Place::prefix(&act.rule));
    let acts = rules.acts().filter(|act| asked.is_none_or(|asked| is_of(act, asked, prefix)));
    let acts = acts.map(|act| (place(&act.provision, &act.rule, &act.row, prefix), of_act(act)));
    let duties = rules.duties().iter();
    let duties = duties.filter(|duty| asked.is_none_or(|asked| is_of_duty(duty, asked)));
    let duties =
        duties.map(|duty| (place(&duty.provision, &duty.rule, &duty.row, prefix), of_duty(duty)));
    let mut rows: Vec<_> = acts.chain(duties).collect();
    rows.sort_by(|(left, _), (right, _)| left.cmp(right));
    rows.into_iter().map(|(_, row)| row).collect()
}

/// Whose rule, the place, whether the ledger itself needs the row, and its number.
type Order = (u8, Place, bool, usize, String);

/// First the regulation's own rules, then those of others, then those of the ledger itself.
fn place(provision: &Provision, rule: &str, row: &str, prefix: &str) -> Order {
    let group = match Place::prefix(rule) {
        "SYS" => 2,
        own if own == prefix => 0,
        _ => 1,
    };
    let place = provision.articles.first().map_or_else(|| Place::of_rule(rule), Article::place);
    (group, place, provision.articles.is_empty(), row.len(), row.to_owned())
}

/// What no article names is asked for by the article of its rule.
fn is_of(act: &Act, asked: &str, prefix: &str) -> bool {
    let of_rule = act.provision.articles.is_empty()
        && Place::prefix(&act.rule) == prefix
        && Article::asked(asked).is_some_and(|article| article.has(&act.rule));
    of_rule
        || act.kind == asked
        || act.row == asked
        || act.rule == asked
        || act.rules().any(|(rule, _)| rule == asked)
        || stands_in(&act.provision, asked)
}

fn is_of_duty(duty: &Duty, asked: &str) -> bool {
    duty.row == asked || duty.rule == asked || stands_in(&duty.provision, asked)
}

fn stands_in(provision: &Provision, asked: &str) -> bool {
    let asked = Article::asked(asked);
    asked.is_some_and(|asked| provision.articles.iter().any(|article| article.is_meant(&asked)))
}

fn of_act(act: &Act) -> Explained {
    let (finds, refuses): (Vec<_>, Vec<_>) =
        act.conditions.iter().partition(|condition| condition.warn);
    let spoken = |condition: &&Condition| Spoken::of(act, condition);
    let of_actors = act.actor_findings().map(|warning| Spoken {
        rule: warning.rule.clone(),
        text: warning.text.clone(),
        test: None,
        when: Vec::new(),
    });
    let mut demands = Vec::new();
    gather_contents(&act.fields, "", &act.rule, &mut demands);
    Explained {
        kind: Some(act.kind.clone()),
        subject: Some(act.subject.as_str().to_owned()),
        who: act.entitled().map(|(_, words)| words).collect(),
        cosigners: act.cosigners().map(|(_, words)| words).collect(),
        demands,
        refuses: of_others(act).into_iter().chain(refuses.iter().map(spoken)).collect(),
        finds: of_actors.chain(finds.iter().map(spoken)).collect(),
        steps: act.transitions.iter().map(|step| StepInWords::of(act, step)).collect(),
        ends: act.decision.as_ref().map(kept::ends),
        readers: Some(kept::readers(act)),
        keeps: kept::of(act),
        ..of_row(&act.provision, &act.row, &act.rule, act.force, &act.wording)
    }
}

fn of_duty(duty: &Duty) -> Explained {
    Explained {
        who: vec![duty.who.clone()],
        cosigners: Vec::new(),
        ..of_row(&duty.provision, &duty.row, &duty.rule, duty.force, &duty.wording)
    }
}

/// What acts and duties have in common.
fn of_row(provision: &Provision, row: &str, rule: &str, force: Force, text: &Text) -> Explained {
    Explained {
        articles: provision.articles.iter().map(ToString::to_string).collect(),
        row: row.to_owned(),
        rule: rule.to_owned(),
        kind: None,
        subject: None,
        force: force.name(),
        verb: force.in_words(),
        term: provision.term.clone(),
        text: text.clone(),
        who: Vec::new(),
        cosigners: Vec::new(),
        trigger: provision.trigger.as_ref().map(trigger_in_words),
        clock: provision.clock.as_ref().map(super::Clock::in_words),
        demands: Vec::new(),
        refuses: Vec::new(),
        finds: Vec::new(),
        steps: Vec::new(),
        ends: None,
        readers: None,
        keeps: Vec::new(),
        consequence: provision.consequence.clone(),
    }
}

/// With the acts that are that moment.
fn trigger_in_words(trigger: &Trigger) -> Text {
    let mut text = trigger.in_words();
    if let Trigger::When { acts, .. } = trigger
        && !acts.is_empty()
    {
        let acts = format!(" ({})", acts.join(", "));
        text.id.push_str(&acts);
        text.en.push_str(&acts);
    }
    text
}

/// Whoever is not named is refused first.
fn of_others(act: &Act) -> Option<Spoken> {
    act.who.first()?;
    let text = Text {
        id: "yang bertindak bukan salah satu dari mereka".to_owned(),
        en: "whoever acts is none of them".to_owned(),
    };
    Some(Spoken { rule: act.who_rule().to_owned(), text, test: None, when: Vec::new() })
}

fn gather_contents(fields: &[FieldSpec], within: &str, rule: &str, contents: &mut Vec<Content>) {
    for field in fields {
        let name = format!("{within}{}", field.name);
        let rule = field.rule.as_deref().unwrap_or(rule);
        contents.push(Content::of(field, &name, rule));
        gather_contents(field.kind.fields(), &format!("{name}."), rule, contents);
    }
}

impl Content {
    fn of(field: &FieldSpec, name: &str, rule: &str) -> Self {
        let Text { mut id, mut en } = field.kind.described();
        if field.decides {
            id.push_str(", tidak dibetulkan sebagai salah tulis");
            en.push_str(", not corrected as a slip of the pen");
        }
        if let Some(words) = &field.wording {
            id = format!("{id}. {}", words.id);
            en = format!("{en}. {}", words.en);
        }
        let text = Text { id, en };
        Self { field: name.to_owned(), required: field.required, rule: rule.to_owned(), text }
    }
}

impl Spoken {
    fn of(act: &Act, condition: &Condition) -> Self {
        let test = words_of(&condition.predicate);
        Self {
            rule: condition.rule.clone(),
            text: act.words_of(condition).cloned().unwrap_or_else(|| test.clone()),
            test: Some(test),
            when: condition.when.iter().map(words_of).collect(),
        }
    }
}

impl StepInWords {
    fn of(act: &Act, step: &Transition) -> Self {
        Self {
            from: step.from.clone(),
            to: step.to.clone(),
            rule: step.rule().unwrap_or(&act.rule).to_owned(),
            when: step.when.iter().map(words_of).collect(),
        }
    }

    /// `requested -> granted`; `granted` where the state stays the same.
    pub fn way(&self) -> String {
        let from = self.from.join(", ");
        match &self.to {
            Some(to) => format!("{from} -> {to}"),
            None => from,
        }
    }

    /// The same in words.
    pub fn way_in_words(&self) -> Text {
        let from = told_all(self.from.iter().map(String::as_str));
        let id = match &self.to {
            Some(to) => format!("{from} -> {}", told(to)),
            None => from,
        };
        Text { id: id.replace('*', "setiap keadaan"), en: self.way().replace('*', "every state") }
    }
}

/// What a predicate demands.
fn words_of(predicate: &Predicate) -> Text {
    predicate.in_words()
}
