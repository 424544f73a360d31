//! What a condition measures a value by: a test on it alone, or a comparison with another.

use std::cmp::Ordering;

use crate::rules::operand::{Context, Item, Operand};
use crate::rules::refusal::Why;
use crate::rules::thing::Field;

/// A test on one value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    Present,
    Absent,
    OneOf(Vec<Field>),
    NoneOf(Vec<Field>),
}

/// A comparison of two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

/// The right side of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Right {
    Operand(Operand),
    Literal(Field),
}

impl Test {
    pub(super) fn holds(&self, item: Option<Item<'_>>) -> bool {
        let among = |values: &[Field], item: Item<'_>| {
            values.iter().any(|value| item.same_as(Item::Field(value)))
        };
        match (self, item) {
            (Self::Present, item) => item.is_some(),
            (Self::Absent, item) => item.is_none(),
            (Self::OneOf(values), Some(item)) => among(values, item),
            (Self::NoneOf(values), Some(item)) => !among(values, item),
            (Self::OneOf(_), None) => false,
            (Self::NoneOf(_), None) => true,
        }
    }

    /// How it is broken.
    pub(super) fn broken(&self, field: &Operand, context: &Context<'_>) -> Why {
        let operand = field.named(context);
        let list = |values: &[Field]| {
            values.iter().map(|value| value.to_json().to_string()).collect::<Vec<_>>()
        };
        match self {
            // The pointer says where.
            Self::Present if field.is_of_event() => Why::FieldMissing,
            Self::Present => Why::ValueMissing { operand },
            Self::Absent => Why::ValuePresent { operand },
            Self::OneOf(values) if field.is_of_event() => Why::NotOneOf { allowed: list(values) },
            Self::OneOf(values) => Why::ValueNotOneOf { operand, allowed: list(values) },
            Self::NoneOf(values) => Why::ValueExcluded { operand, excluded: list(values) },
        }
    }
}

impl Comparison {
    /// As a rule set writes it.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::Unequal => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
        }
    }

    /// Does it hold of values in that order?
    pub(crate) fn admits(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Unequal => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::More => order.is_gt(),
            Self::AtLeast => order.is_ge(),
        }
    }
}

impl Right {
    pub(super) fn value<'a>(&'a self, context: &Context<'a>) -> Option<Item<'a>> {
        match self {
            Self::Operand(operand) => operand.value(context),
            Self::Literal(field) => Some(Item::Field(field)),
        }
    }

    pub(super) fn is_own_time(&self, context: &Context<'_>) -> bool {
        matches!(self, Self::Operand(operand) if operand.is_own_time(context))
    }

    /// Its name and value for a refusal.
    pub(super) fn shown(&self, shown: &dyn Fn(&Operand) -> String) -> String {
        match self {
            Self::Operand(operand) => shown(operand),
            Self::Literal(field) => field.to_json().to_string(),
        }
    }

    /// With the left side, both under their keys.
    pub(super) fn with<'a>(
        &'a self,
        key: &'static str,
        left: (&'static str, &'a Operand),
    ) -> Vec<(&'static str, &'a Operand)> {
        match self {
            Self::Operand(right) => vec![left, (key, right)],
            Self::Literal(_) => vec![left],
        }
    }
}

/// `data.year (2025)`, of the time of a late act with what it counts as; only the name of what does not stand in the event,
/// or is long.
pub(super) fn shown(operand: &Operand, context: &Context<'_>) -> String {
    let item = operand.value(context).filter(|_| operand.is_of_event());
    let value = item.and_then(|item| item.to_field(context)).map(|field| match field {
        Field::Text(text) => text,
        other => other.to_json().to_string(),
    });
    let borne_out = context.world.and_then(|world| world.borne_out);
    let borne_out = borne_out.filter(|_| operand.is_own_time(context)).map(|item| match item {
        Item::Day(date) => format!("; late.document.date {date}"),
        _ => "; late, today".to_owned(),
    });
    let borne_out = borne_out.unwrap_or_default();
    match value.filter(|value| value.len() <= SHOWN_BYTES_MAX) {
        Some(value) => format!("{operand} ({value}{borne_out})"),
        None => operand.named(context),
    }
}

/// Longest value that a refusal repeats.
const SHOWN_BYTES_MAX: usize = 64;
