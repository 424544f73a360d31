//! The closed vocabulary of conditions. A rule set says with these words, and no others, what must
//! hold; what they cannot say is a named guard. Every word is explained in `docs/rules.md`.

mod compared;
mod holds;
mod measure;
mod read;
mod words;
mod written;

use std::iter;

use jiff::Span;

use super::guard::Guard;
use super::held;
use super::operand::{Context, Operand, Template};
use super::refusal::{Text, Why};
use super::succession::agency_key;
use super::thing::Thing;
use holds::{earlier_key, index_key, text};
use measure::shown;

pub(crate) use holds::label_under;
pub(crate) use measure::{Comparison, Right, Test};

/// A condition of an act.
#[derive(Debug, Clone)]
pub struct Condition {
    pub(crate) predicate: Predicate,
    /// Can it be decided from the event alone?
    pub(crate) is_of_content: bool,
    /// The condition binds only where all of these hold.
    pub(crate) when: Vec<Predicate>,
    /// Id of the rule that refuses.
    pub rule: String,
    /// A finding instead of a refusal.
    pub warn: bool,
    /// What the rule says; where it has none, the words that the act has for the same rule.
    pub wording: Option<Text>,
}

/// One word of the vocabulary with its arguments.
#[derive(Debug, Clone)]
pub(crate) enum Predicate {
    Field {
        field: Operand,
        test: Test,
    },
    Documents {
        field: Operand,
        kinds: Vec<String>,
    },
    State {
        thing: Template,
        within: Vec<String>,
        not_within: Vec<String>,
    },
    Unique {
        index: String,
        value: Operand,
        owner: Operand,
        of_agencies: bool,
        /// Letters and digits alone tell values apart.
        words: bool,
    },
    Member {
        field: Operand,
        list: Vec<String>,
        under: bool,
    },
    /// Of an agency with one that is kept: its successors stand for that one.
    Compare {
        left: Operand,
        is: Comparison,
        right: Right,
        plus: Option<Span>,
        of_agencies: bool,
    },
    Count {
        field: Operand,
        at_least: usize,
        at_most: usize,
    },
    Location {
        country: Operand,
        within: Vec<String>,
        apart: Option<(Operand, Operand)>,
    },
    Class {
        field: Operand,
        order: Vec<String>,
        at_most: Right,
    },
    Plan {
        field: Operand,
        in_force: bool,
    },
    Covers {
        field: Operand,
        all_of: CoverSet,
    },
    Holds {
        person: Operand,
        office: Template,
        /// On which day; where none is named, on that of the act.
        at: Option<Operand>,
        not: bool,
    },
    /// A rule or row of the rule set.
    Cites {
        field: Operand,
    },
    /// Agencies that are registered and have not ended; at least one of them is not `other_than`.
    Agencies {
        field: Operand,
        other_than: Option<Operand>,
    },
    /// The agency that is kept there has ended, and nobody stands in its place.
    Orphaned {
        field: Operand,
        not: bool,
    },
    Guard(Guard),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum CoverSet {
    Operand(Operand),
    Literals(Vec<String>),
}

impl Condition {
    /// Holds, or does not bind here.
    pub(crate) fn check(&self, context: &Context<'_>) -> Result<(), Fault> {
        if self.binds(context) { self.predicate.check(context) } else { Ok(()) }
    }

    /// The key of the index row that an accepted event may leave behind.
    pub(crate) fn index(&self, context: &Context<'_>) -> Option<String> {
        match &self.predicate {
            Predicate::Unique { index, value, .. } => index_key(index, value, context),
            _ => None,
        }
    }

    /// The index row that an accepted event leaves behind.
    pub(crate) fn index_row(
        &self,
        context: &Context<'_>,
        fresh: impl FnOnce() -> Thing,
    ) -> Result<Option<(String, Thing)>, Fault> {
        let Predicate::Unique { index, value, owner, .. } = &self.predicate else {
            return Ok(None);
        };
        if !self.binds(context) {
            return Ok(None);
        }
        let known = index_key(index, value, context).zip(text(owner, context));
        let Some((key, owner)) = known else { return Ok(None) };
        let row = held::hold(index, &key, owner, context, fresh());
        row.map(|row| Some((key, row))).map_err(|why| (value.pointer(), why))
    }

    /// Does it tell whose the thing is that the event is about, or that it names: who acts is the one that is kept there?
    pub(crate) fn tells_whose(&self) -> bool {
        let himself = |operand: &Operand| {
            matches!(operand, Operand::Source | Operand::Signer | Operand::Actor | Operand::Office)
        };
        let kept = |operand: &Operand| matches!(operand, Operand::This(_) | Operand::Thing(..));
        match &self.predicate {
            Predicate::Compare {
                left,
                is: Comparison::Equal,
                right: Right::Operand(right),
                ..
            } => (himself(left) && kept(right)) || (kept(left) && himself(right)),
            // It is nobody's any more: who acts for the agency that it was of.
            Predicate::Orphaned { not, .. } => !not,
            _ => false,
        }
    }

    /// The same, where that is kept already.
    pub(crate) fn tells_whose_it_is(&self, context: &Context<'_>) -> bool {
        let known = |operand: &Operand| operand.value(context).is_some();
        match &self.predicate {
            Predicate::Compare { left, right: Right::Operand(right), .. } => {
                self.tells_whose() && known(left) && known(right)
            }
            Predicate::Orphaned { field, .. } => self.tells_whose() && known(field),
            _ => false,
        }
    }

    /// Does it say that a name or a value is free?
    pub(crate) fn is_of_names(&self) -> bool {
        matches!(self.predicate, Predicate::Unique { .. } | Predicate::Guard(Guard::FreeName1))
    }

    /// The index that it holds a value in.
    pub(crate) fn held_index(&self) -> Option<&str> {
        match &self.predicate {
            Predicate::Unique { index, .. } => Some(index),
            _ => None,
        }
    }

    /// The index whose values letters and digits alone tell apart.
    pub(crate) fn worded_index(&self) -> Option<&str> {
        match &self.predicate {
            Predicate::Unique { index, words: true, .. } => Some(index),
            _ => None,
        }
    }

    /// The index that several streams may hold a value in, for one owner.
    pub(crate) fn shared_index(&self) -> Option<&str> {
        match &self.predicate {
            Predicate::Unique { index, owner, .. } if *owner != Operand::Subject => Some(index),
            _ => None,
        }
    }

    /// Does it bind here?
    pub(crate) fn binds(&self, context: &Context<'_>) -> bool {
        self.when.iter().all(|when| when.is_met(context))
    }

    /// Does it look at the value at `pointer`, at one inside it, or at one around it?
    pub(crate) fn rests_on(&self, pointer: &str) -> bool {
        let within = |inner: &str, outer: &str| {
            inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let at = |own: &str| !own.is_empty() && (within(pointer, own) || within(own, pointer));
        let of = |predicate: &Predicate| match predicate {
            // It reads what it likes.
            Predicate::Guard(_) => true,
            Predicate::State { thing, .. } => at(&thing.pointer()),
            other => other.operands().iter().any(|operand| at(&operand.pointer())),
        };
        self.when.iter().chain([&self.predicate]).any(of)
    }

    pub(crate) fn reads(&self, context: &Context<'_>, keys: &mut Vec<String>) {
        self.when.iter().chain([&self.predicate]).for_each(|p| p.reads(context, keys));
    }
}

/// Where a condition is broken, and how.
pub(crate) type Fault = (String, Why);

impl Predicate {
    fn word(&self) -> &'static str {
        match self {
            Self::Field { .. } => "field",
            Self::Documents { .. } => "documents",
            Self::State { .. } => "state",
            Self::Unique { .. } => "unique",
            Self::Member { .. } => "member",
            Self::Compare { .. } => "compare",
            Self::Count { .. } => "count",
            Self::Location { .. } => "location",
            Self::Class { .. } => "class",
            Self::Plan { .. } => "plan",
            Self::Covers { .. } => "covers",
            Self::Holds { .. } => "holds",
            Self::Cites { .. } => "cites",
            Self::Agencies { .. } => "agencies",
            Self::Orphaned { .. } => "orphaned",
            Self::Guard(_) => "guard",
        }
    }

    pub(crate) fn is_of_content(&self) -> bool {
        let of_content = match self {
            Self::State { .. }
            | Self::Unique { .. }
            | Self::Holds { .. }
            | Self::Agencies { .. }
            | Self::Orphaned { .. }
            | Self::Guard(_) => false,
            Self::Plan { in_force, .. } => !in_force,
            // A point in time against a day needs the zone of the ledger.
            Self::Compare { is, .. } => matches!(is, Comparison::Equal | Comparison::Unequal),
            _ => true,
        };
        of_content && self.operands().iter().all(|operand| operand.is_of_event())
    }

    /// Does the event alone break it, by what it says?
    pub(crate) fn says_another(&self, context: &Context<'_>) -> bool {
        self.is_of_content()
            && self.operands().iter().all(|operand| operand.value(context).is_some())
            && !self.is_met(context)
    }

    /// Where it is broken, and what it demands there, with the values that the event itself shows; what is stored may
    /// be confidential and is only named.
    fn broken(&self, context: &Context<'_>) -> Fault {
        let shown = |operand: &Operand| shown(operand, context);
        if let Self::Location { apart: Some((place, other)), .. } = self
            && self.is_in_country(context)
        {
            return (place.pointer(), Why::SamePlace { other: other.named(context) });
        }
        let mut pointers = self.operands().into_iter().map(Operand::pointer);
        let pointer = pointers.find(|pointer| !pointer.is_empty()).unwrap_or_default();
        let why = match self {
            Self::Field { field, test } => test.broken(field, context),
            Self::Member { list, under: true, .. } => Why::NotBelow { domains: list.clone() },
            Self::Member { list, .. } => Why::NotOneOf { allowed: list.clone() },
            Self::Location { within, .. } => Why::NotOneOf { allowed: within.clone() },
            Self::Covers { field, all_of } => match all_of {
                CoverSet::Literals(all_of) => Why::NotAllOf { all_of: all_of.clone() },
                CoverSet::Operand(of) => {
                    Why::NotCovered { operand: field.to_string(), of: of.to_string() }
                }
            },
            Self::Compare { left, is, right, plus, .. } => {
                let mut right = right.shown(&shown);
                if let Some(plus) = plus {
                    right = format!("{right} + {plus}");
                }
                Why::ComparisonFails { left: shown(left), is: is.sign(), right }
            }
            Self::Count { field, at_least, at_most } => Why::CountOutside {
                operand: field.to_string(),
                at_least: *at_least,
                at_most: (*at_most != usize::MAX).then_some(*at_most),
            },
            Self::Class { field, at_most, .. } => {
                Why::ClassAbove { operand: field.to_string(), most: at_most.shown(&shown) }
            }
            Self::Plan { in_force, .. } => Why::NotAPlan { in_force: *in_force },
            Self::Cites { .. } => Why::NoSuchRule,
            Self::Orphaned { field, not } => {
                let operand = field.named(context);
                if *not { Why::AgencyOrphaned { operand } } else { Why::AgencyStands { operand } }
            }
            Self::Documents { .. }
            | Self::State { .. }
            | Self::Unique { .. }
            | Self::Holds { .. }
            | Self::Agencies { .. }
            | Self::Guard(_) => Why::ConditionBroken { condition: self.word() },
        };
        (pointer, why)
    }

    pub(crate) fn reads(&self, context: &Context<'_>, keys: &mut Vec<String>) {
        self.operands().iter().for_each(|operand| operand.reads(context, keys));
        match self {
            Self::State { thing, .. } => thing.reads(context, keys),
            Self::Holds { office, .. } => office.reads(context, keys),
            Self::Unique { index, value, owner, of_agencies, .. } => {
                keys.extend(index_key(index, value, context));
                keys.extend(earlier_key(index, value, context));
                if *of_agencies {
                    keys.extend(text(owner, context).map(agency_key));
                }
            }
            Self::Compare { of_agencies: true, .. } => {
                let of_event = |operand: &&Operand| operand.is_of_event();
                let named = self.operands().into_iter().filter(of_event);
                keys.extend(named.filter_map(|one| text(one, context)).map(agency_key));
            }
            Self::Plan { field, in_force: true } => {
                keys.extend(text(field, context).map(str::to_owned));
            }
            Self::Agencies { field, .. } => field.each(context, &mut |named| {
                keys.extend(named.as_text().map(agency_key));
            }),
            Self::Guard(guard) => guard.reads(context, keys),
            _ => {}
        }
    }

    /// The fields of `data` that it looks at.
    pub(crate) fn data_fields(&self, context: &Context<'_>) -> Vec<&str> {
        let mut names: Vec<&str> =
            self.operands().into_iter().flat_map(Operand::data_fields).collect();
        match self {
            Self::State { thing: key, .. } | Self::Holds { office: key, .. } => {
                names.extend(key.data_fields());
            }
            Self::Guard(guard) => {
                names.extend(guard.awaits(context).iter().filter_map(|n| n.strip_prefix("data.")));
            }
            _ => {}
        }
        names
    }

    /// The kind of stream and the states of it that it demands or excludes.
    pub(crate) fn states_demanded(&self) -> impl Iterator<Item = (&str, &str)> {
        let of = match self {
            Self::State { thing, within, not_within } => {
                thing.written_stream().map(|stream| (stream, within.iter().chain(not_within)))
            }
            _ => None,
        };
        of.into_iter()
            .flat_map(|(stream, states)| states.map(move |state| (stream, state.as_str())))
    }

    /// Its operands; the first says where in the event it is broken.
    pub(crate) fn operands(&self) -> Vec<&Operand> {
        self.named_operands().into_iter().map(|(_, operand)| operand).collect()
    }

    /// Its operands under the keys that a rule set has them at.
    pub(crate) fn named_operands(&self) -> Vec<(&'static str, &Operand)> {
        match self {
            Self::Field { field, .. }
            | Self::Documents { field, .. }
            | Self::Member { field, .. }
            | Self::Count { field, .. }
            | Self::Plan { field, .. }
            | Self::Orphaned { field, .. }
            | Self::Cites { field } => vec![("field", field)],
            Self::Covers { field, all_of } => match all_of {
                CoverSet::Operand(of) => vec![("field", field), ("of", of)],
                CoverSet::Literals(_) => vec![("field", field)],
            },
            Self::Unique { value, owner, .. } => vec![("value", value), ("owner", owner)],
            Self::Compare { left, right, .. } => right.with("right", ("left", left)),
            Self::Class { field, at_most, .. } => at_most.with("at_most", ("field", field)),
            Self::Location { country, apart, .. } => match apart {
                Some((place, other)) => {
                    vec![("country", country), ("place", place), ("apart_from", other)]
                }
                None => vec![("country", country)],
            },
            Self::Holds { person, at, .. } => {
                iter::once(("person", person)).chain(at.iter().map(|at| ("at", at))).collect()
            }
            Self::Agencies { field, other_than } => {
                let other = other_than.iter().map(|other| ("other_than", other));
                iter::once(("field", field)).chain(other).collect()
            }
            Self::State { .. } | Self::Guard(_) => Vec::new(),
        }
    }
}
