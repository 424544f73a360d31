//! The kinds of what named guards look at. Where a field is of another kind a guard finds nothing in it: then it refuses
//! every event, or none.

use std::fmt;

use super::kept::{FormOf, Kept, Shape, member};
use super::sorts::is_written;
use crate::evaluation::InstrumentId;
use crate::rules::act::Act;
use crate::rules::faults::Faults;
use crate::rules::guard::Guard;
use crate::rules::operand::Operand;
use crate::rules::reader::{Phrase, RuleSetError, RuleSetReason};
use crate::rules::schema::FieldKind;

/// What the guard looks at is of a kind in which it finds something.
pub(super) fn check<'a>(
    kept: &Kept<'a>,
    act: &'a Act,
    place: &str,
    guard: Guard,
    faults: &mut Faults,
) {
    for Look { at, want } in looks(guard) {
        let shapes = match at {
            Place::Data(name) => kept.named(act, &Operand::Data(vec![name.to_owned()])),
            // What gathers is a list of what one event gives.
            Place::Kept(_, name) if kept.gathers_under(name) => continue,
            Place::Kept(stream, name) => {
                let stream = stream.or_else(|| act.subject.written_stream());
                stream.map(|stream| kept.shapes(stream, name)).unwrap_or_default()
            }
        };
        // Of what is never there that is told.
        if !shapes.is_empty() && !shapes.into_iter().any(|shape| want.fits(shape)) {
            let reason = RuleSetReason::NeverOf { name: at.to_string(), of: want.in_words() };
            faults.push(RuleSetError { at: format!("{place}.name"), reason });
        }
    }
}

/// One value that a guard looks at.
struct Look {
    at: Place,
    want: Want,
}

/// Where it is.
#[derive(Clone, Copy)]
enum Place {
    /// A field of the event.
    Data(&'static str),
    /// What streams of a kind keep, none for the event's own, and the name.
    Kept(Option<&'static str>, &'static str),
}

/// What it must be able to be.
#[derive(Clone, Copy)]
enum Want {
    One(Sort),
    /// A list of them.
    Each(Sort),
    /// A list of objects with these members.
    EachWith(&'static [(&'static str, Sort)], Phrase),
    /// An object.
    Levels,
}

#[derive(Clone, Copy)]
enum Sort {
    Text,
    /// What stands behind `system/` in a key.
    Id,
    Agency,
    Integer,
    /// A decimal, which is a text in an event.
    Decimal,
    Day,
    /// The name of an instrument that the program has.
    Instrument,
}

fn looks(guard: Guard) -> Vec<Look> {
    let mut looks = own_looks(guard);
    if let Guard::SelfScored1 | Guard::ExternallyScored1 | Guard::PublishedIndex1 = guard {
        looks.extend(SCORES);
    }
    looks
}

/// But for the scores that an evaluation holds.
fn own_looks(guard: Guard) -> Vec<Look> {
    match guard {
        Guard::FreeName1 => vec![kept(None, "holder", Want::One(Sort::Text))],
        Guard::NameBasis1 => vec![
            data("holder", Want::One(Sort::Agency)),
            data("basis", Want::One(Sort::Text)),
            data("system", Want::One(Sort::Id)),
            kept(Some("agency"), "name", Want::One(Sort::Text)),
            kept(Some("agency"), "short_names", Want::Each(Sort::Text)),
            kept(Some("system"), "agency", Want::One(Sort::Agency)),
            kept(Some("system"), "name", Want::One(Sort::Text)),
            kept(Some("system"), "short_names", Want::Each(Sort::Text)),
        ],
        Guard::WalidataNotice1 | Guard::WalidataNotice2 => vec![
            data("datasets", Want::Each(Sort::Id)),
            data("walidata", Want::One(Sort::Agency)),
            kept(None, "datasets", HIT),
            kept(Some("dataset"), "walidata", Want::One(Sort::Agency)),
        ],
        Guard::HitDatasets1 => {
            vec![data("datasets", HIT), kept(Some("dataset"), "walidata", Want::One(Sort::Agency))]
        }
        Guard::Unregistered1 => vec![data("unregistered", Want::Each(Sort::Id))],
        Guard::Edition1 => vec![
            data("year", Want::One(Sort::Integer)),
            data("instrument", Want::One(Sort::Instrument)),
        ],
        Guard::Indicator1 => vec![
            data("level", Want::One(Sort::Integer)),
            kept(Some("eval"), "year", Want::One(Sort::Integer)),
            kept(Some("eval"), "instrument", Want::One(Sort::Instrument)),
        ],
        Guard::SelfScored1 | Guard::ExternallyScored1 => vec![],
        Guard::PublishedIndex1 => vec![
            data("year", Want::One(Sort::Integer)),
            data("instrument", Want::One(Sort::Instrument)),
            data("d1", Want::One(Sort::Decimal)),
            data("d2", Want::One(Sort::Decimal)),
            data("d3", Want::One(Sort::Decimal)),
            data("d4", Want::One(Sort::Decimal)),
            data("index", Want::One(Sort::Decimal)),
            data("predicate", Want::One(Sort::Text)),
        ],
        Guard::DaysOfYear1 => vec![data("days", DAYS)],
    }
}

/// The evaluation on whose stream the guard stands.
const SCORES: [Look; 6] = [
    kept(None, "year", Want::One(Sort::Integer)),
    kept(None, "instrument", Want::One(Sort::Instrument)),
    kept(None, "self_assessment", Want::Levels),
    kept(None, "document_assessment", Want::Levels),
    kept(None, "interview_assessment", Want::Levels),
    kept(None, "visitation_assessment", Want::Levels),
];
/// The data sets that a report names.
const HIT: Want = Want::EachWith(
    &[("dataset", Sort::Id), ("walidata", Sort::Agency)],
    (
        "daftar objek dengan id `dataset` dan instansi `walidata`",
        "a list of objects with the id `dataset` and the agency `walidata`",
    ),
);
const DAYS: Want = Want::EachWith(
    &[("date", Sort::Day)],
    ("daftar objek dengan hari `date`", "a list of objects with the day `date`"),
);

const fn data(name: &'static str, want: Want) -> Look {
    Look { at: Place::Data(name), want }
}

const fn kept(stream: Option<&'static str>, name: &'static str, want: Want) -> Look {
    Look { at: Place::Kept(stream, name), want }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Data(name) => write!(f, "data.{name}"),
            Self::Kept(None, name) => write!(f, "this.{name}"),
            Self::Kept(Some(stream), name) => write!(f, "{stream}/...#{name}"),
        }
    }
}

impl Want {
    fn fits(self, shape: Shape<'_>) -> bool {
        match (self, shape) {
            (_, Shape::Unknown | Shape::Field(FieldKind::Any)) => true,
            (Self::One(sort), shape) => sort.fits(shape),
            (Self::Each(sort), Shape::Field(FieldKind::List { of, .. })) => {
                sort.fits(Shape::Field(of))
            }
            (Self::EachWith(members, _), Shape::Field(FieldKind::List { of, .. })) => {
                let has = |(name, sort): &(&str, Sort)| {
                    member(Shape::Field(of), name).into_iter().any(|shape| sort.fits(shape))
                };
                members.iter().all(has)
            }
            (Self::Levels, shape) => {
                matches!(shape, Shape::Under(_) | Shape::Field(FieldKind::Map { .. }))
            }
            (Self::Each(_) | Self::EachWith(..), _) => false,
        }
    }

    fn in_words(self) -> Phrase {
        match self {
            Self::One(sort) => sort.in_words(),
            Self::Each(Sort::Text) => ("daftar teks", "a list of texts"),
            Self::Each(_) => ("daftar id", "a list of ids"),
            Self::EachWith(_, words) => words,
            Self::Levels => ("objek", "an object"),
        }
    }
}

impl Sort {
    fn fits(self, shape: Shape<'_>) -> bool {
        match shape {
            Shape::Unknown | Shape::Field(FieldKind::Any) => true,
            Shape::Under(_) | Shape::Field(FieldKind::List { .. }) => false,
            Shape::Of(form) => match self {
                Self::Text => is_written(shape),
                Self::Integer => form == FormOf::Integer,
                Self::Day => form == FormOf::Day,
                Self::Id | Self::Agency | Self::Decimal | Self::Instrument => {
                    matches!(form, FormOf::Text | FormOf::Segment)
                }
            },
            Shape::Field(kind) => match (self, kind) {
                (Self::Instrument, FieldKind::Enum { one_of }) => {
                    one_of.iter().any(|own| InstrumentId::of_slug(own).is_some())
                }
                (Self::Text, _) => is_written(shape),
                (Self::Integer, kind) => matches!(kind, FieldKind::Integer { .. }),
                (_, FieldKind::Text { .. } | FieldKind::Enum { .. })
                | (Self::Id | Self::Agency | Self::Instrument, FieldKind::Id)
                | (Self::Id | Self::Agency, FieldKind::Agency)
                | (Self::Id, FieldKind::Person | FieldKind::Fqdn)
                | (Self::Decimal, FieldKind::Decimal { .. })
                | (Self::Day, FieldKind::Date) => true,
                _ => false,
            },
        }
    }

    fn in_words(self) -> Phrase {
        match self {
            Self::Text => ("teks", "a text"),
            Self::Id => ("id", "an id"),
            Self::Agency => ("instansi", "an agency"),
            Self::Integer => ("bilangan bulat", "an integer"),
            Self::Decimal => ("desimal", "a decimal"),
            Self::Day => ("hari", "a day"),
            Self::Instrument => ("instrumen penilaian", "an instrument of evaluations"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::collections::BTreeSet;

    use super::*;

    /// What is looked at when an event is decided is looked at when its rule set is read.
    #[test]
    fn every_value_that_a_guard_looks_at_has_a_kind_that_it_must_be_of() {
        for name in Guard::NAMES.split(", ") {
            let guard = Guard::of_name(name).unwrap();
            let of_data = guard.fields().iter().map(|name| format!("data.{name}"));
            let of_streams =
                guard.kept().iter().map(|(of, name)| Place::Kept(*of, name).to_string());
            let said: BTreeSet<_> = of_data.chain(of_streams).collect();
            let looked: Vec<_> = looks(guard).iter().map(|look| look.at.to_string()).collect();
            assert_eq!(looked.len(), said.len(), "{name}");
            assert_eq!(looked.into_iter().collect::<BTreeSet<_>>(), said, "{name}");
        }
    }
}
