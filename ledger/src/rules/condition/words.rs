//! What a condition demands, in words, before there is an event that it could be broken by.

use super::{CoverSet, Predicate};
use crate::rules::operand::Operand;
use crate::rules::refusal::{Text, Why};

impl Predicate {
    /// The name of a guard.
    pub(crate) fn guard_name(&self) -> Option<&'static str> {
        match self {
            Self::Guard(guard) => Some(guard.name()),
            _ => None,
        }
    }

    /// None for a named guard: its rule says it.
    pub(crate) fn in_words(&self) -> Option<Text> {
        let text = |id: String, en: String| Some(Text { id, en });
        match self {
            Self::Guard(_) => None,
            Self::Documents { kinds, .. } => {
                let list = kinds.join(", ");
                text(format!("dokumen: {list}"), format!("documents: {list}"))
            }
            Self::State { thing, within, not_within } => {
                let (within, excluded) = (within.join(", "), not_within.join(", "));
                if within.is_empty() {
                    text(
                        format!("status {thing} bukan: {excluded}"),
                        format!("{thing} is in none of the states: {excluded}"),
                    )
                } else {
                    text(
                        format!("status {thing} salah satu dari: {within}"),
                        format!("{thing} is in one of the states: {within}"),
                    )
                }
            }
            Self::Unique { index, value, .. } => text(
                format!("{value} belum dipakai ({index})"),
                format!("{value} is held by nobody else ({index})"),
            ),
            Self::Holds { person, office, at, not: false } => text(
                format!("{person} memegang {office} pada {at}"),
                format!("{person} holds {office} on {at}"),
            ),
            Self::Holds { person, office, at, not: true } => text(
                format!("{person} tidak memegang {office} pada {at}"),
                format!("{person} does not hold {office} on {at}"),
            ),
            Self::Field { field, .. }
            | Self::Member { field, .. }
            | Self::Plan { field, .. }
            | Self::Cites { field } => Some(with_name(field, &self.demand(&Operand::to_string))),
            Self::Location { country, .. } => {
                Some(with_name(country, &self.demand(&Operand::to_string)))
            }
            Self::Covers { field, all_of: CoverSet::Literals(all_of) } => {
                let list = all_of.join(", ");
                text(
                    format!("{field} memuat semua: {list}"),
                    format!("{field} contains all of: {list}"),
                )
            }
            Self::Compare { .. }
            | Self::Count { .. }
            | Self::Class { .. }
            | Self::Covers { .. } => Some(self.demand(&Operand::to_string).text()),
        }
    }
}

/// A fact that names no value, for a refusal has a pointer, with the name of the value before it.
fn with_name(operand: &Operand, why: &Why) -> Text {
    let (name, text) = (operand.to_string(), why.text());
    let named = |text: String| if text.contains(&name) { text } else { format!("{name}: {text}") };
    Text { id: named(text.id), en: named(text.en) }
}
