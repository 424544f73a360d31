//! The figures of an evaluation, computed exactly from the levels that its thing holds. They are
//! nowhere stored: what stands in the thing as index is what the minister published.

use std::collections::BTreeMap;

use crate::evaluation::{Hundredths, Levels, Predicate, Ratio, Scores, Stage, Unscored};
use crate::rules::{Field, Fields, HeldScores, Thing};

/// What the figures of a row rest on: the published result, else the latest stage that scored.
pub(super) fn stage(evaluation: &Thing) -> Option<Field> {
    if is_published(evaluation) {
        return Some(Field::from("published"));
    }
    HeldScores::of(evaluation)?.sheet.stage().map(|stage| Field::from(stage.name()))
}

/// The value of domain 1.
pub(super) fn d1(evaluation: &Thing) -> Option<Field> {
    domain(evaluation, 1)
}

/// The value of domain 2.
pub(super) fn d2(evaluation: &Thing) -> Option<Field> {
    domain(evaluation, 2)
}

/// The value of domain 3.
pub(super) fn d3(evaluation: &Thing) -> Option<Field> {
    domain(evaluation, 3)
}

/// The value of domain 4; the older instrument has three.
pub(super) fn d4(evaluation: &Thing) -> Option<Field> {
    domain(evaluation, 4)
}

/// The index that follows from the levels that count.
pub(super) fn index(evaluation: &Thing) -> Option<Field> {
    Figures::of(evaluation).map(|figures| shown(figures.scores.index()))
}

/// Its predicate.
pub(super) fn predicate(evaluation: &Thing) -> Option<Field> {
    Figures::of(evaluation).map(|figures| Field::from(figures.predicate().name()))
}

/// What the predicate would be if the other of the rounded and the exact value were read, where
/// no source says which is, and it makes a difference.
pub(super) fn predicate_by_other_reading(evaluation: &Thing) -> Option<Field> {
    let figures = Figures::of(evaluation)?;
    figures.held.edition.doubt(figures.scores.index()).map(|other| Field::from(other.name()))
}

/// The value of each aspect: `a1` to `a8`.
pub(super) fn aspects(evaluation: &Thing) -> Option<Field> {
    let figures = Figures::of(evaluation)?;
    let aspects = figures.held.sheet.instrument().aspects().zip(figures.scores.aspects());
    let values = aspects.map(|(of, &value)| (format!("a{}", of.number()), shown(value)));
    Some(Field::Map(values.collect()))
}

/// The next better predicate.
pub(super) fn next_predicate(evaluation: &Thing) -> Option<Field> {
    let figures = Figures::of(evaluation)?;
    let gap = figures.held.edition.gap(figures.scores.index())?;
    Some(Field::from(gap.next.name()))
}

/// What the index lacks for the next better predicate, exactly.
pub(super) fn gap(evaluation: &Thing) -> Option<Field> {
    let figures = Figures::of(evaluation)?;
    let gap = figures.held.edition.gap(figures.scores.index())?;
    Some(Field::Text(gap.missing.exact()))
}

/// The index by the self-assessment alone.
pub(super) fn self_index(evaluation: &Thing) -> Option<Field> {
    let levels = HeldScores::of(evaluation)?.sheet.levels_of(Stage::SelfAssessment)?;
    Some(shown(Scores::of(&levels).index()))
}

/// The index by the external assessors alone.
pub(super) fn external_index(evaluation: &Thing) -> Option<Field> {
    let levels = HeldScores::of(evaluation)?.sheet.external_levels()?;
    Some(shown(Scores::of(&levels).index()))
}

/// How many indicators each stage scored.
pub(super) fn scored(evaluation: &Thing) -> Option<Field> {
    let held = HeldScores::of(evaluation)?;
    held.sheet.stage()?;
    let counts = Stage::ALL.iter().filter_map(|&stage| {
        let count = i64::try_from(held.sheet.count(stage)).ok().filter(|&count| count > 0)?;
        Some((stage.name().to_owned(), Field::Integer(count)))
    });
    Some(Field::Map(counts.collect::<Fields>()))
}

/// The indicators that nobody scored, once somebody has begun.
pub(super) fn unscored(evaluation: &Thing) -> Option<Field> {
    let held = HeldScores::of(evaluation)?;
    held.sheet.stage()?;
    let unscored = held.sheet.unscored(|_| true).into_iter().map(Field::from);
    Some(Field::List(unscored.collect()))
}

/// What no source confirms about the figures: `judged-as2024`.
pub(super) fn unconfirmed(evaluation: &Thing) -> Option<Field> {
    let figures = Figures::of(evaluation)?;
    let names = figures.held.edition.unconfirmed().iter().filter_map(|what| {
        let name = serde_json::to_value(what).ok()?;
        name.as_str().map(Field::from)
    });
    Some(Field::List(names.collect()))
}

/// The levels that count, and what follows from them.
struct Figures {
    held: HeldScores,
    scores: Scores,
}

impl Figures {
    /// None as long as an indicator has no score. Beside a published index only the final levels
    /// that give it count: others would explain a number that does not come from them.
    fn of(evaluation: &Thing) -> Option<Self> {
        let held = HeldScores::of(evaluation)?;
        let levels: Levels = if is_published(evaluation) {
            held.sheet.external_levels()?
        } else {
            held.sheet.levels(Unscored::Refused).ok()?
        };
        let scores = Scores::of(&levels);
        let figures = Self { held, scores };
        (!is_published(evaluation) || figures.gives(evaluation.text("index")?)).then_some(figures)
    }

    fn gives(&self, index: &str) -> bool {
        index.parse::<Hundredths>().is_ok_and(|index| index == self.scores.index().hundredths())
    }

    fn predicate(&self) -> Predicate {
        self.held.edition.predicate(self.scores.index())
    }
}

fn domain(evaluation: &Thing, number: u8) -> Option<Field> {
    let figures = Figures::of(evaluation)?;
    let domains = figures.held.sheet.instrument().domains().iter().zip(figures.scores.domains());
    let values: BTreeMap<u8, Ratio> =
        domains.map(|(domain, &value)| (domain.number(), value)).collect();
    values.get(&number).copied().map(shown)
}

fn is_published(evaluation: &Thing) -> bool {
    evaluation.fields.contains_key("published_at")
}

fn shown(value: Ratio) -> Field {
    Field::Text(value.hundredths().to_string())
}
