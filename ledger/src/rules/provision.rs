//! What a regulation says of a row beside what can be checked: the articles it stands in, the term of the
//! text, what sets a duty off, its clock, and what follows from a breach.

use jiff::Span;
use jiff::civil::Date;

use super::act::Force;
use super::article::Article;
use super::reader::{Node, RuleSetError, RuleSetReason};
use super::refusal::Text;
use crate::event::parse_date;

/// What stands around a row in its regulation. Empty for what no regulation names.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Provision {
    /// Where the row stands: `9(1)-(2)`.
    pub articles: Vec<Article>,
    /// The act in the words of the text: `penetapan CIO`.
    pub term: Option<String>,
    /// From when a duty binds; none where the verb binds nobody.
    pub trigger: Option<Trigger>,
    /// By when, or how often.
    pub clock: Option<Clock>,
    /// What follows.
    pub consequence: Option<Text>,
}

/// From when a duty binds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// From the day the regulation is in force.
    Standing,
    /// The verb binds how the act is done; nobody owes the act itself.
    InTheAct,
    /// From that moment on, each time it happens.
    When {
        /// When.
        text: Text,
        /// The acts that are that moment, where acts are.
        acts: Vec<String>,
    },
}

/// By when, or how often.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Clock {
    /// What it measures.
    pub kind: ClockKind,
    /// Where it starts; empty where the trigger is the start.
    pub starts: Vec<Start>,
    /// The text says "dapat": a date to be reminded of, never overdue.
    pub reminder: bool,
}

/// What a clock measures.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ClockKind {
    /// What was done holds as long: `P5Y`.
    Term(Length),
    /// Again after each such span.
    Every(Length),
    /// Once, within this span.
    Within(Length),
    /// Again and again; the text has no figure, the region sets one.
    Periodic,
    /// "segera": the text has no figure.
    AtOnce,
    /// At a moment that words tell: before the procurement.
    Moment(Text),
}

/// A duration in days, months and years as ISO 8601 writes it.
#[derive(Debug, Clone)]
pub struct Length {
    text: String,
    span: Span,
}

/// Where a clock starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// On a day.
    Day(Date),
    /// With each event of this type.
    Act(String),
}

impl Provision {
    /// Reads the keys of a row.
    pub(crate) fn read(node: &mut Node, rule: &str, force: Force) -> Result<Self, RuleSetError> {
        let provision = Self {
            articles: read_articles(node)?,
            term: node.text("term")?,
            trigger: Trigger::read(node)?,
            clock: node.table("clock")?.map(Clock::read).transpose()?,
            consequence: node.wording("consequence")?,
        };
        provision.agree(node, rule, force)?;
        Ok(provision)
    }

    /// A row that names its articles is complete: its rule is of one of them, and a duty says from when it binds.
    fn agree(&self, node: &Node, rule: &str, force: Force) -> Result<(), RuleSetError> {
        if self.trigger.is_some() && !force.binds() {
            return Err(node.fail("trigger", RuleSetReason::NoDuty { force: force.name() }));
        }
        if self.articles.is_empty() {
            return Ok(());
        }
        if self.trigger.is_none() && force.binds() {
            return Err(node.fail("trigger", RuleSetReason::Missing));
        }
        if self.articles.iter().any(|article| article.has(rule)) {
            return Ok(());
        }
        Err(node.fail("pasal", RuleSetReason::OfNoArticle { rule: rule.to_owned() }))
    }

    /// The event types that it speaks of.
    pub(crate) fn acts(&self) -> impl Iterator<Item = &str> {
        let triggers = match &self.trigger {
            Some(Trigger::When { acts, .. }) => acts.as_slice(),
            _ => &[],
        };
        let starts = self.clock.iter().flat_map(|clock| &clock.starts);
        let acts = starts.filter_map(|start| match start {
            Start::Act(act) => Some(act.as_str()),
            Start::Day(_) => None,
        });
        triggers.iter().map(String::as_str).chain(acts)
    }
}

fn read_articles(node: &mut Node) -> Result<Vec<Article>, RuleSetError> {
    let articles = node.texts("pasal")?.unwrap_or_default();
    let parsed = articles.into_iter().map(|text| {
        let form = (
            "pasal: 33, 9(1), 9(1)-(2), 20(3)f, 43bis(1)",
            "an article: 33, 9(1), 9(1)-(2), 20(3)f, 43bis(1)",
        );
        Article::parse(&text)
            .ok_or_else(|| node.fail("pasal", RuleSetReason::Form { value: text, form }))
    });
    parsed.collect()
}

impl Trigger {
    const NAMES: &'static str = "standing, in-the-act, { id, en, acts }";

    fn read(node: &mut Node) -> Result<Option<Self>, RuleSetError> {
        if !node.has_table("trigger") {
            return node.word("trigger", Self::NAMES, |name| match name {
                "standing" => Some(Self::Standing),
                "in-the-act" => Some(Self::InTheAct),
                _ => None,
            });
        }
        let Some(mut table) = node.table("trigger")? else { return Ok(None) };
        let trigger = Self::When {
            text: Text { id: table.need_text("id")?, en: table.need_text("en")? },
            acts: table.texts("acts")?.unwrap_or_default(),
        };
        table.finish()?;
        Ok(Some(trigger))
    }

    /// When it binds, in words.
    pub fn in_words(&self) -> Text {
        let text = |id: &str, en: &str| Text { id: id.to_owned(), en: en.to_owned() };
        match self {
            Self::Standing => text(
                "sejak peraturan berlaku, bagi semua yang disebut",
                "from the day the regulation is in force, for all whom it names",
            ),
            Self::InTheAct => text(
                "mengikat cara tindakan dilakukan; tindakannya sendiri tidak diwajibkan",
                "binds how the act is done; nobody owes the act itself",
            ),
            Self::When { text, .. } => text.clone(),
        }
    }
}

impl Clock {
    fn read(mut node: Node) -> Result<Self, RuleSetError> {
        let clock = Self {
            kind: ClockKind::read(&mut node)?,
            starts: read_starts(&mut node)?,
            reminder: node.flag("reminder")?.unwrap_or(false),
        };
        node.finish()?;
        Ok(clock)
    }

    /// The clock in words: `every 2 years from plan.adopted (a reminder, never overdue)`.
    pub fn in_words(&self) -> Text {
        let Text { mut id, mut en } = self.kind.in_words();
        if !self.starts.is_empty() {
            let starts: Vec<_> = self.starts.iter().map(Start::to_string).collect();
            id = format!("{id} sejak {}", starts.join(" atau "));
            en = format!("{en} from {}", starts.join(" or "));
        }
        if self.reminder {
            id.push_str(" (hanya pengingat, tidak pernah terlambat)");
            en.push_str(" (a reminder, never overdue)");
        }
        Text { id, en }
    }
}

impl ClockKind {
    fn read(node: &mut Node) -> Result<Self, RuleSetError> {
        let mut kinds = Vec::new();
        kinds.extend(Length::read(node, "term")?.map(Self::Term));
        kinds.extend(Length::read(node, "every")?.map(Self::Every));
        kinds.extend(Length::read(node, "within")?.map(Self::Within));
        for (key, kind) in [("periodic", Self::Periodic), ("at_once", Self::AtOnce)] {
            kinds.extend((node.flag(key)? == Some(true)).then_some(kind));
        }
        kinds.extend(node.wording("moment")?.map(Self::Moment));
        let keys = "term, every, within, periodic, at_once, moment";
        match (kinds.pop(), kinds.is_empty()) {
            (Some(kind), true) => Ok(kind),
            _ => Err(node.fail("clock", RuleSetReason::OneOf { keys: (keys, keys) })),
        }
    }

    fn in_words(&self) -> Text {
        let text = |id: String, en: String| Text { id, en };
        match self {
            Self::Term(length) => length.in_words().after("berlaku", "holds for"),
            Self::Every(length) => length.in_words().after("setiap", "every"),
            Self::Within(length) => length.in_words().after("paling lama", "within"),
            Self::Periodic => text(
                "berkala, tanpa angka (ditetapkan daerah dengan duty.interval_set)".to_owned(),
                "periodically, no figure (set by the region with duty.interval_set)".to_owned(),
            ),
            Self::AtOnce => text("segera, tanpa angka".to_owned(), "at once, no figure".to_owned()),
            Self::Moment(text) => text.clone(),
        }
    }

    /// Its name and its length, as a rule set writes them.
    pub fn name(&self) -> (&'static str, Option<&str>) {
        match self {
            Self::Term(length) => ("term", Some(length.as_str())),
            Self::Every(length) => ("every", Some(length.as_str())),
            Self::Within(length) => ("within", Some(length.as_str())),
            Self::Periodic => ("periodic", None),
            Self::AtOnce => ("at_once", None),
            Self::Moment(_) => ("moment", None),
        }
    }
}

impl Length {
    fn read(node: &mut Node, key: &str) -> Result<Option<Self>, RuleSetError> {
        let span = node.span(key)?;
        Ok(span.map(|(text, span)| Self { text, span }))
    }

    /// As written: `P2Y`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// For reckoning.
    pub fn span(&self) -> Span {
        self.span
    }

    /// `2 years`, `1 month 14 days`.
    fn in_words(&self) -> Text {
        let parts = [
            (i32::from(self.span.get_years()), "tahun", "year"),
            (self.span.get_months(), "bulan", "month"),
            (self.span.get_weeks(), "minggu", "week"),
            (self.span.get_days(), "hari", "day"),
        ];
        let (mut indonesian, mut english) = (Vec::new(), Vec::new());
        for (number, id, en) in parts.into_iter().filter(|(number, ..)| *number != 0) {
            indonesian.push(format!("{number} {id}"));
            english.push(format!("{number} {en}{}", if number == 1 { "" } else { "s" }));
        }
        Text { id: indonesian.join(" "), en: english.join(" ") }
    }
}

fn read_starts(node: &mut Node) -> Result<Vec<Start>, RuleSetError> {
    let starts = node.texts("starts")?.unwrap_or_default();
    // What is no day is an event type; the rule set looks it up when all acts are there.
    let start = |text: String| parse_date(&text).map_or(Start::Act(text), Start::Day);
    Ok(starts.into_iter().map(start).collect())
}

impl std::fmt::Display for Start {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Day(day) => day.fmt(formatter),
            Self::Act(act) => formatter.write_str(act),
        }
    }
}
