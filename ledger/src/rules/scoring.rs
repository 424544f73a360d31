//! The scores that an evaluation holds (`eval/<year>`), and the guards that rest on them. What an
//! instrument asks and weighs is of the module `evaluation`; here it meets things and events.

use std::str::FromStr;

use super::condition::Fault;
use super::operand::Context;
use super::refusal::Why;
use super::subject::Pattern;
use super::thing::{Field, Thing};
use crate::evaluation::{
    Difference, Edition, EditionError, Hundredths, InstrumentId, Predicate, Published, ScoreSheet,
    Scores, Stage,
};

/// The scores that the thing of an evaluation holds, by the instrument of its year.
#[derive(Debug, Clone)]
pub struct HeldScores {
    /// The instrument and how its year reads it.
    pub edition: Edition,
    /// What each stage gave each indicator.
    pub sheet: ScoreSheet,
}

impl HeldScores {
    /// The scores of an evaluation; none for a thing without year and instrument. An entry that
    /// the instrument does not have counts nothing; `indicator@1` lets none in.
    pub fn of(evaluation: &Thing) -> Option<Self> {
        let Some(Field::Integer(year)) = evaluation.fields.get("year") else { return None };
        let instrument = InstrumentId::of_slug(evaluation.text("instrument")?)?;
        let edition = Edition::of(u16::try_from(*year).ok()?, Some(instrument)).ok()?;
        let mut sheet = ScoreSheet::new(edition.instrument());
        for stage in Stage::ALL {
            let Some(Field::Map(levels)) = evaluation.fields.get(field_of(stage)) else { continue };
            for (column, level) in levels {
                let Field::Integer(level) = level else { continue };
                let _ = u8::try_from(*level).is_ok_and(|level| sheet.score(stage, column, level));
            }
        }
        Some(Self { edition, sheet })
    }
}

/// The map of an evaluation's thing that holds the levels of a stage, by indicator.
const fn field_of(stage: Stage) -> &'static str {
    match stage {
        Stage::SelfAssessment => "self_assessment",
        Stage::Document => "document_assessment",
        Stage::Interview => "interview_assessment",
        Stage::Visitation => "visitation_assessment",
    }
}

/// `edition@1`.
pub(super) fn edition(context: &Context<'_>) -> Result<(), Fault> {
    let year = data_integer(context, "year").and_then(|year| u16::try_from(year).ok());
    let instrument = data_text(context, "instrument").and_then(InstrumentId::of_slug);
    let out_of_range = || ("/data/year".to_owned(), Why::OutOfRange);
    match Edition::of(year.ok_or_else(out_of_range)?, instrument) {
        Ok(_) if instrument.is_some() => Ok(()),
        Err(EditionError::BeforeTheIndex { .. }) => Err(out_of_range()),
        Err(EditionError::NotInForce { in_force, .. }) => Err(other_instrument(&[in_force])),
        Ok(_) | Err(EditionError::InstrumentNotHeld { .. }) => {
            Err(other_instrument(&InstrumentId::ALL))
        }
    }
}

fn other_instrument(allowed: &[InstrumentId]) -> Fault {
    let allowed = allowed.iter().map(|instrument| instrument.slug().to_owned()).collect();
    ("/data/instrument".to_owned(), Why::NotOneOf { allowed })
}

/// `indicator@1`.
pub(super) fn indicator(context: &Context<'_>) -> Result<(), Fault> {
    let evaluation = evaluation_key(context).and_then(|key| context.thing(&key));
    let Some(held) = evaluation.and_then(HeldScores::of) else {
        return Err((SUBJECT.to_owned(), Why::ConditionBroken { condition: "indicator@1" }));
    };
    let instrument = held.sheet.instrument();
    let column = context.event.subject.split('/').nth(INDICATOR).unwrap_or_default();
    if instrument.position(column).is_none() {
        let allowed = instrument.indicators().map(|own| own.column().to_owned()).collect();
        return Err((SUBJECT.to_owned(), Why::NotOneOf { allowed }));
    }
    let level = data_integer(context, "level").and_then(|level| u8::try_from(level).ok());
    let possible = instrument.level_min()..=instrument.level_max();
    match level {
        Some(level) if possible.contains(&level) => Ok(()),
        _ => Err(("/data/level".to_owned(), Why::OutOfRange)),
    }
}

/// Where `indicator@1` finds year and indicator in the subject.
pub(super) fn requires(pattern: &Pattern) -> Result<(), &'static str> {
    let stands = |name, place| pattern.position(name) == Some(place);
    if !stands("year", YEAR) {
        return Err("subject.year");
    }
    if stands("indicator", INDICATOR) { Ok(()) } else { Err("subject.indicator") }
}

/// The evaluation of the year that the subject names: `indicator/2026/i22` is of `eval/2026`.
pub(super) fn evaluation_key(context: &Context<'_>) -> Option<String> {
    context.event.subject.split('/').nth(YEAR).map(|year| format!("eval/{year}"))
}

/// `self_scored@1`.
pub(super) fn self_scored(context: &Context<'_>) -> Result<(), Fault> {
    all_scored(context, |stage| !stage.is_external())
}

/// `externally_scored@1`.
pub(super) fn externally_scored(context: &Context<'_>) -> Result<(), Fault> {
    all_scored(context, Stage::is_external)
}

fn all_scored(context: &Context<'_>, counts: impl Fn(Stage) -> bool) -> Result<(), Fault> {
    let Some(held) = context.this().and_then(HeldScores::of) else { return Ok(()) };
    let unscored = held.sheet.unscored(counts);
    if unscored.is_empty() {
        return Ok(());
    }
    let indicators = unscored.into_iter().map(str::to_owned).collect();
    Err((SUBJECT.to_owned(), Why::Unscored { indicators }))
}

/// What the guards look at of the evaluation whose stream they stand on.
pub(super) const KEPT_FIELDS: [(Option<&str>, &str); 6] = [
    (None, "year"),
    (None, "instrument"),
    (None, field_of(Stage::SelfAssessment)),
    (None, field_of(Stage::Document)),
    (None, field_of(Stage::Interview)),
    (None, field_of(Stage::Visitation)),
];

/// The fields that `published_index@1` compares.
pub(super) const PUBLISHED_FIELDS: [&str; 8] =
    ["year", "instrument", "d1", "d2", "d3", "d4", "index", "predicate"];

/// `published_index@1`.
pub(super) fn published_index(context: &Context<'_>) -> Result<(), Fault> {
    edition(context)?;
    let domains = published_domains(context)?;
    let Some(evaluation) = context.this().filter(|thing| thing.state == FINAL) else {
        return Ok(());
    };
    let Some(held) = HeldScores::of(evaluation) else { return Ok(()) };
    let Some(levels) = held.sheet.external_levels() else { return Ok(()) };
    let index = parsed(context, "index").ok_or_else(|| missing("index"))?;
    let published =
        Published { domains, index, predicate: parsed::<Predicate>(context, "predicate") };
    match published.differences(&held.edition, &Scores::of(&levels)).into_iter().next() {
        None => Ok(()),
        Some(difference) => Err((pointer_of(&difference), Why::OtherThanScored { difference })),
    }
}

/// All domains of the instrument, or none.
fn published_domains(context: &Context<'_>) -> Result<Vec<Hundredths>, Fault> {
    let told = DOMAINS.map(|name| (name, parsed::<Hundredths>(context, name)));
    let instrument = data_text(context, "instrument").and_then(InstrumentId::of_slug);
    let count = instrument.map_or(0, |id| id.instrument().domains().len());
    if told.iter().all(|(_, value)| value.is_none()) {
        return Ok(Vec::new());
    }
    if let Some((name, _)) = told.iter().skip(count).find(|(_, value)| value.is_some()) {
        return Err((format!("/data/{name}"), Why::FieldUnknown));
    }
    told.iter().take(count).map(|(name, value)| value.ok_or_else(|| missing(name))).collect()
}

fn pointer_of(difference: &Difference) -> String {
    match difference {
        Difference::DomainCount { .. } => "/data".to_owned(),
        Difference::Domain { number, .. } => format!("/data/d{number}"),
        Difference::Index { .. } => "/data/index".to_owned(),
        Difference::Predicate { .. } => "/data/predicate".to_owned(),
    }
}

fn missing(name: &str) -> Fault {
    (format!("/data/{name}"), Why::FieldMissing)
}

fn parsed<T: FromStr>(context: &Context<'_>, name: &str) -> Option<T> {
    data_text(context, name)?.parse().ok()
}

fn data_text<'a>(context: &Context<'a>, name: &str) -> Option<&'a str> {
    context.event.data.get(name)?.as_str()
}

fn data_integer(context: &Context<'_>, name: &str) -> Option<i64> {
    context.event.data.get(name)?.as_i64()
}

const SUBJECT: &str = "/subject";
/// Places in the subject `indicator/{year:year}/{indicator}`.
const YEAR: usize = 1;
const INDICATOR: usize = 2;
const DOMAINS: [&str; 4] = ["d1", "d2", "d3", "d4"];
/// The state of an evaluation whose external assessors are done.
const FINAL: &str = "final";
