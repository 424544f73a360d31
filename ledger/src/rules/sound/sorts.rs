//! What a value can be compared as.

use jiff::Span;

use super::kept::{FormOf, Shape};
use crate::event::{parse_date, parse_time};
use crate::rules::condition::Comparison;
use crate::rules::decimal::Decimal;
use crate::rules::schema::FieldKind;
use crate::rules::thing::Field;

/// What a value can be compared as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sorts(u8);

impl Sorts {
    pub(super) const NONE: Self = Self(0);
    const TEXT: Self = Self(1);
    const NUMBER: Self = Self(2);
    /// `YYYY-MM-DD`.
    pub(super) const DAY: Self = Self(4);
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

    pub(super) fn has(self, any_of: Self) -> bool {
        self.and(any_of) != Self::NONE
    }

    /// What a text may be read as.
    pub(super) fn of_text(text: &str) -> Self {
        let read = [
            (Decimal::parse(text).is_some(), Self::NUMBER),
            (parse_date(text).is_some(), Self::DAY),
            (parse_time(text).is_some(), Self::POINT),
        ];
        read.into_iter().filter(|(fits, _)| *fits).fold(Self::TEXT, |all, (_, one)| all.or(one))
    }

    pub(super) fn of_literal(value: &Field) -> Self {
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
            FieldKind::Time { .. } => Self::POINT,
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
                FormOf::Moment => Self::DAY.or(Self::POINT),
                FormOf::Segment => Self::TEXT.or(Self::NUMBER).or(Self::DAY),
            },
        }
    }

    pub(super) fn of_shapes(shapes: &[Shape<'_>]) -> Self {
        shapes.iter().fold(Self::NONE, |all, shape| all.or(Self::of_shape(*shape)))
    }

    /// Is there anything that both can be, so that `is` can hold?
    pub(super) fn match_as(self, other: Self, is: Comparison, plus: Option<Span>) -> bool {
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

/// Is it kept as text, so that words look at it and keys are made of it? Decimals and dates are.
pub(super) fn is_written(shape: Shape<'_>) -> bool {
    match shape {
        Shape::Unknown => true,
        Shape::Field(kind) => is_kind_written(kind),
        Shape::Of(form) => !matches!(form, FormOf::Integer | FormOf::Moment),
        Shape::Under(_) => false,
    }
}

fn is_kind_written(kind: &FieldKind) -> bool {
    match kind {
        FieldKind::List { of, .. } => is_kind_written(of),
        FieldKind::Integer { .. }
        | FieldKind::Flag
        | FieldKind::Document { .. }
        | FieldKind::Map { .. } => false,
        _ => true,
    }
}
