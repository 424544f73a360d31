//! The register of indicators: what each stage said of an indicator in a year, on what evidence.
//! Its rows are `<year>/<indicator>`; one indicator over the years is its rows together.

use crate::evaluation::{InstrumentId, Stage};
use crate::rules::{Field, Thing};

use super::{Register, column, computed};

/// See the module.
pub const INDICATORS: Register = Register {
    name: "indicators",
    prefix: "indicator/",
    columns: &[
        computed("year", year),
        computed("indicator", indicator),
        computed("name", name),
        computed("level", level),
        computed("stage", stage),
        column("self_assessment", &["self_assessment", "level"]),
        column("document_assessment", &["document_assessment", "level"]),
        column("interview_assessment", &["interview_assessment", "level"]),
        column("visitation_assessment", &["visitation_assessment", "level"]),
        column("explanation", &["self_assessment", "explanation"]),
        column("evidence", &["self_assessment", "evidence"]),
        column("attached", &["attached"]),
        computed("external_explanation", external_explanation),
        column("recommendation", &["improvement", "recommendation"]),
    ],
};

/// The year as a number, as in the register of evaluations.
fn year(thing: &Thing) -> Option<Field> {
    said(thing, "year")?.as_text()?.parse().ok().map(Field::Integer)
}

fn indicator(thing: &Thing) -> Option<Field> {
    said(thing, "indicator").cloned()
}

/// What the instrument of the year calls it.
fn name(thing: &Thing) -> Option<Field> {
    let instrument = InstrumentId::of_slug(said(thing, "instrument")?.as_text()?)?.instrument();
    let column = said(thing, "indicator")?.as_text()?;
    instrument.indicators().find(|own| own.column() == column).map(|own| Field::from(own.name()))
}

/// The level that counts: that of the latest stage.
fn level(thing: &Thing) -> Option<Field> {
    latest(thing).and_then(|(_, score)| score.member("level")).cloned()
}

fn stage(thing: &Thing) -> Option<Field> {
    latest(thing).map(|(stage, _)| Field::from(stage.name()))
}

/// What the latest external stage says to its level.
fn external_explanation(thing: &Thing) -> Option<Field> {
    let (_, score) = latest(thing).filter(|(stage, _)| stage.is_external())?;
    score.member("explanation").cloned()
}

/// A fact that every act about the indicator keeps.
fn said<'a>(thing: &'a Thing, name: &str) -> Option<&'a Field> {
    let kept = SCORES.iter().map(|(_, field)| *field).chain(["improvement"]);
    kept.filter_map(|field| thing.fields.get(field)).find_map(|said| said.member(name))
}

fn latest(thing: &Thing) -> Option<(Stage, &Field)> {
    SCORES.iter().rev().find_map(|&(stage, field)| Some((stage, thing.fields.get(field)?)))
}

/// Where the acts of each stage keep what they say, in order.
const SCORES: [(Stage, &str); 4] = [
    (Stage::SelfAssessment, "self_assessment"),
    (Stage::Document, "document_assessment"),
    (Stage::Interview, "interview_assessment"),
    (Stage::Visitation, "visitation_assessment"),
];
