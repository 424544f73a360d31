//! What a predicate claims of single values, and whether two claims can hold of one value.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::slice;

use jiff::tz::Offset;

use crate::event::parse_time;
use crate::rules::condition::{Comparison, CoverSet, Predicate, Right, Test};
use crate::rules::operand::{Item, Operand};
use crate::rules::thing::Field;

/// One claim on one value.
pub(super) struct Claim<'a> {
    /// The value, as a rule set writes it.
    pub(super) of: String,
    /// The operand that names it, where one does.
    pub(super) operand: Option<&'a Operand>,
    /// Where it is claimed.
    pub(super) at: String,
    pub(super) claimed: Claimed<'a>,
}

/// What is claimed.
pub(super) enum Claimed<'a> {
    Present,
    Absent,
    OneOf(Cow<'a, [Field]>),
    /// What is absent is none of them.
    NoneOf(Cow<'a, [Field]>),
    Ordered(Comparison, &'a Field),
    /// In that relation to another value.
    Against(Comparison, String),
}

impl<'a> Claim<'a> {
    /// Everything that a predicate at `place` claims.
    pub(super) fn of(predicate: &'a Predicate, place: &str) -> Vec<Self> {
        let claim = |key: &str, operand: &'a Operand, claimed| Self {
            of: operand.to_string(),
            operand: Some(operand),
            at: format!("{place}.{key}"),
            claimed,
        };
        let one = |key: &str, operand, claimed| vec![claim(key, operand, claimed)];
        match predicate {
            Predicate::Field { field, test } => one(
                "field",
                field,
                match test {
                    Test::Present => Claimed::Present,
                    Test::Absent => Claimed::Absent,
                    Test::OneOf(values) => Claimed::OneOf(Cow::Borrowed(values)),
                    Test::NoneOf(values) => Claimed::NoneOf(Cow::Borrowed(values)),
                },
            ),
            Predicate::Compare { left, is, right: Right::Literal(value), plus: None, .. } => {
                let values = Cow::Borrowed(slice::from_ref(value));
                match is {
                    Comparison::Equal => one("left", left, Claimed::OneOf(values)),
                    Comparison::Unequal => vec![
                        claim("left", left, Claimed::NoneOf(values)),
                        claim("left", left, Claimed::Present),
                    ],
                    _ => one("left", left, Claimed::Ordered(*is, value)),
                }
            }
            Predicate::Compare { left, is, right: Right::Operand(right), plus, .. } => {
                let both = [("left", left), ("right", right)]
                    .map(|(key, operand)| claim(key, operand, Claimed::Present));
                let related = plus.is_none().then(|| related(left, *is, right));
                let related = related.map(|(operand, claimed)| claim("left", operand, claimed));
                both.into_iter().chain(related).collect()
            }
            Predicate::Compare { left, .. } => one("left", left, Claimed::Present),
            Predicate::Member { field, under: true, .. }
            | Predicate::Plan { field, .. }
            | Predicate::Cites { field }
            | Predicate::Class { field, .. }
            | Predicate::Documents { field, .. }
            | Predicate::Covers { field, all_of: CoverSet::Literals(_) }
            | Predicate::Count { field, at_least: 1.., .. } => {
                one("field", field, Claimed::Present)
            }
            Predicate::Member { field, list, under: false } => {
                one("field", field, Claimed::of_words(list))
            }
            Predicate::Location { country, within, .. } => {
                one("country", country, Claimed::of_words(within))
            }
            Predicate::Count { field, at_most: 0, .. } => one("field", field, Claimed::Absent),
            Predicate::State { thing, within, not_within } => {
                let of = |key: &str, claimed| Self {
                    of: format!("the state of {thing}"),
                    operand: None,
                    at: format!("{place}.{key}"),
                    claimed,
                };
                let within = (!within.is_empty()).then(|| of("in", Claimed::of_words(within)));
                let not = fields(not_within);
                let not = (!not.is_empty()).then(|| of("not_in", Claimed::NoneOf(not)));
                within.into_iter().chain(not).collect()
            }
            Predicate::Count { .. }
            | Predicate::Covers { .. }
            | Predicate::Unique { .. }
            | Predicate::Holds { .. }
            | Predicate::Agencies { .. }
            | Predicate::Orphaned { .. }
            | Predicate::Guard(_) => Vec::new(),
        }
    }

    /// Can both hold?
    pub(super) fn holds_with(&self, other: &Self) -> bool {
        self.of != other.of || self.claimed.holds_with(&other.claimed)
    }
}

impl Claimed<'_> {
    /// One of these words.
    pub(super) fn of_words(words: &[String]) -> Self {
        Self::OneOf(fields(words))
    }

    /// Can both hold of one value? Where it is not known they can.
    pub(super) fn holds_with(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Absent, Self::Absent | Self::NoneOf(_))
            | (Self::NoneOf(_), Self::Absent | Self::NoneOf(_) | Self::Ordered(..))
            | (Self::Ordered(..), Self::NoneOf(_))
            | (
                Self::Present,
                Self::Present | Self::NoneOf(_) | Self::OneOf(_) | Self::Ordered(..),
            )
            | (Self::NoneOf(_) | Self::OneOf(_) | Self::Ordered(..), Self::Present) => true,
            (Self::Absent, _) | (_, Self::Absent) => false,
            (Self::OneOf(one), Self::OneOf(other)) => {
                one.iter().any(|one| other.iter().any(|other| may_be_alike(one, other)))
            }
            (Self::OneOf(values), Self::NoneOf(excluded))
            | (Self::NoneOf(excluded), Self::OneOf(values)) => {
                let is_excluded = |value: &Field| {
                    excluded.iter().any(|other| Item::Field(value).same_as(Item::Field(other)))
                };
                !values.iter().all(is_excluded)
            }
            (Self::OneOf(values), Self::Ordered(is, bound))
            | (Self::Ordered(is, bound), Self::OneOf(values)) => values.iter().any(|value| {
                is_point(value)
                    || is_point(bound)
                    || order(value, bound).is_some_and(|order| is.admits(order))
            }),
            (Self::Ordered(is, bound), Self::Ordered(other_is, other)) => {
                leaves_room(*is, bound, *other_is, other)
            }
            (Self::Against(is, one), Self::Against(other_is, other)) => {
                one != other || is.holds_with(*other_is)
            }
            (Self::Against(..), _) | (_, Self::Against(..)) => true,
        }
    }
}

impl Comparison {
    /// Is there an order of two values of which both hold?
    fn holds_with(self, other: Self) -> bool {
        let orders = [Ordering::Less, Ordering::Equal, Ordering::Greater];
        orders.into_iter().any(|order| self.admits(order) && other.admits(order))
    }

    /// The same with the sides exchanged.
    fn turned(self) -> Self {
        match self {
            Self::Less => Self::More,
            Self::More => Self::Less,
            Self::AtMost => Self::AtLeast,
            Self::AtLeast => Self::AtMost,
            Self::Equal | Self::Unequal => self,
        }
    }
}

/// The relation of two values, told from the one whose name comes first.
fn related<'a>(
    left: &'a Operand,
    is: Comparison,
    right: &'a Operand,
) -> (&'a Operand, Claimed<'a>) {
    let (first, second) = (left.to_string(), right.to_string());
    if first <= second {
        (left, Claimed::Against(is, second))
    } else {
        (right, Claimed::Against(is.turned(), first))
    }
}

fn fields<'a>(words: &[String]) -> Cow<'a, [Field]> {
    words.iter().map(|word| Field::from(word.as_str())).collect()
}

/// Is there a value that is the same as both? What is a point in time may be on any day: that depends on the zone.
fn may_be_alike(one: &Field, other: &Field) -> bool {
    Item::Field(one).same_as(Item::Field(other))
        || order(one, other).is_some_and(Ordering::is_eq)
        || (is_point(one) && is_point(other))
        || (is_point(one) || is_point(other)) && order(one, other).is_some()
}

fn leaves_room(is: Comparison, bound: &Field, other_is: Comparison, other: &Field) -> bool {
    let is_lower = |is| matches!(is, Comparison::More | Comparison::AtLeast);
    if is_lower(is) == is_lower(other_is) || is_point(bound) || is_point(other) {
        return true;
    }
    let (low, high) = if is_lower(is) { (bound, other) } else { (other, bound) };
    match order(low, high) {
        Some(Ordering::Less) | None => true,
        Some(Ordering::Equal) => is.admits(Ordering::Equal) && other_is.admits(Ordering::Equal),
        Some(Ordering::Greater) => false,
    }
}

fn order(one: &Field, other: &Field) -> Option<Ordering> {
    Item::Field(one).compare(Item::Field(other), Offset::UTC, None)
}

fn is_point(value: &Field) -> bool {
    value.as_text().is_some_and(|text| parse_time(text).is_some())
}
