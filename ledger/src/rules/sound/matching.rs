//! Comparisons that never hold, whatever the values are: a date with a text, a number with a date, a word that is not
//! in the closed list of its field.

use jiff::Span;

use super::kept::{FormOf, Kept, Shape};
use crate::event::{parse_date, parse_time};
use crate::rules::act::Act;
use crate::rules::condition::{Comparison, Predicate, Right, Test};
use crate::rules::decimal::Decimal;
use crate::rules::faults::Faults;
use crate::rules::operand::Operand;
use crate::rules::reader::{RuleSetError, RuleSetReason};
use crate::rules::schema::FieldKind;
use crate::rules::thing::Field;

/// What a value can be compared as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sorts(u8);

impl Sorts {
    const NONE: Self = Self(0);
    const TEXT: Self = Self(1);
    const NUMBER: Self = Self(2);
    /// `YYYY-MM-DD`.
    const DAY: Self = Self(4);
    /// RFC 3339.
    const POINT: Self = Self(8);
    const FLAG: Self = Self(16);
    const ANY: Self = Self(31);

    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    fn has(self, any_of: Self) -> bool {
        self.and(any_of) != Self::NONE
    }

    /// What a text may be read as.
    fn of_text(text: &str) -> Self {
        let read = [
            (Decimal::parse(text).is_some(), Self::NUMBER),
            (parse_date(text).is_some(), Self::DAY),
            (parse_time(text).is_some(), Self::POINT),
        ];
        read.into_iter().filter(|(fits, _)| *fits).fold(Self::TEXT, |all, (_, one)| all.or(one))
    }

    fn of_literal(value: &Field) -> Self {
        match value {
            Field::Text(text) => Self::of_text(text),
            Field::Integer(_) => Self::NUMBER,
            Field::Flag(_) => Self::FLAG,
            Field::List(_) | Field::Map(_) => Self::NONE,
        }
    }

    fn of_kind(kind: &FieldKind) -> Self {
        match kind {
            FieldKind::Integer { .. } | FieldKind::Decimal { .. } => Self::NUMBER,
            FieldKind::Date => Self::DAY,
            FieldKind::Time => Self::POINT,
            FieldKind::Flag => Self::FLAG,
            FieldKind::Enum { one_of } => {
                one_of.iter().fold(Self::NONE, |all, word| all.or(Self::of_text(word)))
            }
            // The first of several is compared.
            FieldKind::List { of, .. } => Self::of_kind(of),
            FieldKind::Document { .. } | FieldKind::Map { .. } => Self::NONE,
            FieldKind::Any => Self::ANY,
            FieldKind::Text { .. }
            | FieldKind::Fqdn
            | FieldKind::Agency
            | FieldKind::Person
            | FieldKind::Office
            | FieldKind::Id
            | FieldKind::Stream { .. }
            | FieldKind::Sha256
            | FieldKind::Base64 { .. } => Self::TEXT,
        }
    }

    fn of_shape(shape: Shape<'_>) -> Self {
        match shape {
            Shape::Unknown => Self::ANY,
            Shape::Under(_) => Self::NONE,
            Shape::Field(kind) => Self::of_kind(kind),
            Shape::Of(form) => match form {
                FormOf::Text => Self::TEXT,
                FormOf::Integer => Self::NUMBER,
                FormOf::Day => Self::DAY,
                FormOf::Time => Self::POINT,
                FormOf::Moment => Self::DAY.or(Self::POINT),
                FormOf::Segment => Self::TEXT.or(Self::NUMBER).or(Self::DAY),
            },
        }
    }

    fn of_shapes(shapes: &[Shape<'_>]) -> Self {
        shapes.iter().fold(Self::NONE, |all, shape| all.or(Self::of_shape(*shape)))
    }

    /// Is there anything that both can be, so that `is` can hold?
    fn match_as(self, other: Self, is: Comparison, plus: Option<Span>) -> bool {
        let moments = Self::DAY.or(Self::POINT);
        let both = |sorts: Self| self.has(sorts) && other.has(sorts);
        match (is, plus) {
            (Comparison::Equal | Comparison::Unequal, _) => self.has(other),
            (_, None) => both(Self::NUMBER) || both(moments),
            // Hours count from a point in time.
            (_, Some(span)) if span.get_hours() != 0 => both(Self::POINT),
            (_, Some(_)) => both(moments),
        }
    }
}

/// What a predicate compares.
pub(super) fn check<'a>(
    kept: &Kept<'a>,
    act: &'a Act,
    place: &str,
    predicate: &Predicate,
    faults: &mut Faults,
) {
    let mut never = |key: &str, left: &Operand, right: String| {
        let reason = RuleSetReason::NeverMatch { left: left.to_string(), right };
        faults.push(RuleSetError { at: format!("{place}.{key}"), reason });
    };
    match predicate {
        Predicate::Compare { left, is, right, plus, .. } => {
            let shapes = kept.named(act, left);
            let (key, other, named, is_known) = match right {
                Right::Operand(right) => {
                    let shapes = kept.named(act, right);
                    ("right", Sorts::of_shapes(&shapes), right.to_string(), !shapes.is_empty())
                }
                Right::Literal(value) => {
                    ("value", Sorts::of_literal(value), value.to_json().to_string(), true)
                }
            };
            // What is never there is told as such.
            let is_known = is_known && !shapes.is_empty();
            let holds = Sorts::of_shapes(&shapes).match_as(other, *is, *plus);
            let is_word = match right {
                Right::Literal(value) => can_be(&shapes, value),
                Right::Operand(_) => true,
            };
            if is_known && !(holds && is_word) {
                never(key, left, named);
            }
        }
        Predicate::Field { field, test: Test::OneOf(values) | Test::NoneOf(values) } => {
            let shapes = kept.named(act, field);
            let sorts = Sorts::of_shapes(&shapes);
            for value in values {
                let holds = sorts.has(Sorts::of_literal(value)) && can_be(&shapes, value);
                if !shapes.is_empty() && !holds {
                    never("field", field, value.to_json().to_string());
                }
            }
        }
        _ => {}
    }
}

/// Where all that it can be is closed lists, is the value in one of them?
fn can_be(shapes: &[Shape<'_>], value: &Field) -> bool {
    let Some(word) = value.as_text() else { return true };
    shapes.iter().any(|shape| match shape {
        Shape::Field(FieldKind::Enum { one_of }) => one_of.iter().any(|own| own == word),
        _ => true,
    })
}
