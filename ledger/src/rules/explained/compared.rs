//! What differs between two rule sets, in words. Rule ids are names of their regulations and no difference by
//! themselves; the words that two regulations use for the same are none either.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Content, Explained, Spoken, StepInWords, explain};
use crate::rules::refusal::Text;
use crate::rules::ruleset::RuleSet;

/// One thing in which two rule sets differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// The event type; the row of a duty without an act.
    #[serde(rename = "type")]
    pub kind: String,
    /// The streams it is about.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// In what.
    pub about: About,
    /// What the first says; none where it says nothing.
    pub first: Option<Text>,
    /// What the second says.
    pub second: Option<Text>,
}

/// In what two rows differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// Only one of them has it.
    Row,
    /// The streams it is about.
    Subject,
    /// The verb.
    Force,
    /// Who acts.
    Who,
    /// Who must sign besides.
    Cosigners,
    /// From when it binds.
    Trigger,
    /// By when, or how often.
    Clock,
    /// What an event contains.
    Content,
    /// What refuses.
    Refusal,
    /// What is found.
    Finding,
    /// The lifecycle.
    Step,
    /// What becomes of a decision that ends.
    Ends,
    /// Who may read it.
    Readers,
    /// What is kept of it, and what it does to others.
    Kept,
}

impl About {
    /// Its name in words.
    pub fn in_words(self) -> Text {
        let (id, en) = match self {
            Self::Row => ("baris", "row"),
            Self::Subject => ("aliran", "stream"),
            Self::Force => ("daya ikat", "force"),
            Self::Who => ("siapa", "who"),
            Self::Cosigners => ("siapa yang turut menandatangani", "who signs besides"),
            Self::Trigger => ("kapan", "when"),
            Self::Clock => ("waktu", "clock"),
            Self::Content => ("isi", "content"),
            Self::Refusal => ("penolakan", "refusal"),
            Self::Finding => ("temuan", "finding"),
            Self::Step => ("keadaan", "state"),
            Self::Ends => ("pencabutan dan pembatalan", "revocation and annulment"),
            Self::Readers => ("siapa yang boleh membaca", "who may read"),
            Self::Kept => ("yang dicatat", "what is kept"),
        };
        Text { id: id.to_owned(), en: en.to_owned() }
    }
}

/// Every difference, by event type.
pub fn compare(first: &RuleSet, second: &RuleSet) -> Vec<Difference> {
    let mut differences = Vec::new();
    for (_, (left, right)) in paired(explain(first, None), explain(second, None)) {
        match (left, right) {
            (Some(left), Some(right)) => rows(&left, &right, &mut differences),
            (left, right) => {
                let Some(row) = left.as_ref().or(right.as_ref()) else { continue };
                let text = |row: &Option<Explained>| row.as_ref().map(|row| row.text.clone());
                differences.push(difference(row, About::Row, text(&left), text(&right)));
            }
        }
    }
    differences
}

type Pair = (Option<Explained>, Option<Explained>);
/// Type, kind of stream, and which of several rows.
type Key = (String, String, usize);

/// Rows of one type on one kind of stream belong together: first those on the same streams, then the others in
/// their order.
fn paired(first: Vec<Explained>, second: Vec<Explained>) -> BTreeMap<Key, Pair> {
    let mut groups: BTreeMap<(String, String), (Vec<Explained>, Vec<Explained>)> = BTreeMap::new();
    for row in first {
        groups.entry(group(&row)).or_default().0.push(row);
    }
    for row in second {
        groups.entry(group(&row)).or_default().1.push(row);
    }
    let mut pairs = BTreeMap::new();
    for ((kind, stream), (left, mut right)) in groups {
        let mut found: Vec<Pair> = Vec::new();
        let mut rest = Vec::new();
        for row in left {
            match right.iter().position(|other| other.subject == row.subject) {
                Some(index) => found.push((Some(row), Some(right.remove(index)))),
                None => rest.push(row),
            }
        }
        let mut right = right.into_iter();
        found.extend(rest.into_iter().map(|row| (Some(row), right.next())));
        found.extend(right.map(|row| (None, Some(row))));
        for (index, pair) in found.into_iter().enumerate() {
            pairs.insert((kind.clone(), stream.clone(), index), pair);
        }
    }
    pairs
}

fn group(row: &Explained) -> (String, String) {
    let stream = row.subject.as_deref().unwrap_or_default();
    let stream = stream.split_once('/').map_or(stream, |(stream, _)| stream);
    // Duties without an act have no type: those of different regulations are never the same.
    (row.kind.clone().unwrap_or_else(|| row.row.clone()), stream.to_owned())
}

fn rows(left: &Explained, right: &Explained, differences: &mut Vec<Difference>) {
    let mut differs = |about, first: Option<Text>, second: Option<Text>| {
        if first != second {
            differences.push(difference(left, about, first, second));
        }
    };
    let plain = |text: &str| Some(Text { id: text.to_owned(), en: text.to_owned() });
    let subject = |row: &Explained| row.subject.as_deref().and_then(plain);
    differs(About::Subject, subject(left), subject(right));
    differs(About::Force, Some(left.verb.clone()), Some(right.verb.clone()));
    differs(About::Who, list(&left.who), list(&right.who));
    differs(About::Cosigners, list(&left.cosigners), list(&right.cosigners));
    differs(About::Trigger, left.trigger.clone(), right.trigger.clone());
    differs(About::Clock, left.clock.clone(), right.clock.clone());
    differs(About::Ends, left.ends.clone(), right.ends.clone());
    differs(About::Readers, left.readers.clone(), right.readers.clone());
    for (about, first, second) in [
        (About::Content, contents(left), contents(right)),
        (About::Refusal, spoken(&left.refuses), spoken(&right.refuses)),
        (About::Finding, spoken(&left.finds), spoken(&right.finds)),
        (About::Step, steps(&left.steps), steps(&right.steps)),
        (About::Kept, kept(&left.keeps), kept(&right.keeps)),
    ] {
        for (key, text) in &first {
            let other = second.get(key).cloned();
            // Of a content both have, what it is may differ; of a rule only its words, which is none.
            if other.is_none() || about == About::Content {
                differs(about, Some(text.clone()), other);
            }
        }
        let only = second.iter().filter(|(key, _)| !first.contains_key(*key));
        only.for_each(|(_, text)| differs(about, None, Some(text.clone())));
    }
}

fn difference(
    row: &Explained,
    about: About,
    first: Option<Text>,
    second: Option<Text>,
) -> Difference {
    Difference {
        kind: row.kind.clone().unwrap_or_else(|| row.row.clone()),
        subject: row.subject.clone().unwrap_or_default(),
        about,
        first,
        second,
    }
}

fn list(texts: &[Text]) -> Option<Text> {
    let joined = |of: fn(&Text) -> &str| texts.iter().map(of).collect::<Vec<_>>().join("; ");
    (!texts.is_empty()).then(|| Text { id: joined(|text| &text.id), en: joined(|text| &text.en) })
}

/// Contents by field: what they are, not what the text says of them.
fn contents(row: &Explained) -> BTreeMap<String, Text> {
    let of = |content: &Content| {
        let (id, en) =
            if content.required { ("wajib", "required") } else { ("boleh tidak ada", "optional") };
        let what = |text: &str, said: &str| {
            let kind = text.split_once(". ").map_or(text, |(kind, _)| kind);
            format!("{}: {kind}, {said}", content.field)
        };
        let text = Text { id: what(&content.text.id, id), en: what(&content.text.en, en) };
        (content.field.clone(), text)
    };
    row.demands.iter().map(of).collect()
}

/// Rules by what the program looks at, told with their ids.
fn spoken(rules: &[Spoken]) -> BTreeMap<String, Text> {
    let of = |spoken: &Spoken| {
        let test = spoken.test.as_ref().unwrap_or(&spoken.text);
        let when: Vec<&str> = spoken.when.iter().map(|when| when.en.as_str()).collect();
        let key = format!("{} | {}", test.en, when.join(" | "));
        let told = |words: &str, test: &str| {
            if words == test {
                format!("{}: {words}", spoken.rule)
            } else {
                format!("{}: {words} [{test}]", spoken.rule)
            }
        };
        let (id, en) = (told(&spoken.text.id, &test.id), told(&spoken.text.en, &test.en));
        (key, Text { id, en })
    };
    // That others than those named are refused is told by who they are.
    rules.iter().filter(|spoken| spoken.test.is_some()).map(of).collect()
}

fn kept(keeps: &[Text]) -> BTreeMap<String, Text> {
    keeps.iter().map(|text| (text.en.clone(), text.clone())).collect()
}

fn steps(steps: &[StepInWords]) -> BTreeMap<String, Text> {
    let of = |step: &StepInWords| {
        let when = list(&step.when).unwrap_or_default();
        let told = |when: &str| {
            if when.is_empty() { step.way() } else { format!("{} [{when}]", step.way()) }
        };
        let text = Text { id: told(&when.id), en: told(&when.en) };
        (text.en.clone(), text)
    };
    steps.iter().map(of).collect()
}
