//! Numbers beyond the bounds that their fields have.

use std::cmp::Ordering;

use super::kept::Shape;
use crate::rules::condition::Comparison;
use crate::rules::decimal::Decimal;
use crate::rules::schema::FieldKind;
use crate::rules::thing::Field;

/// Where all that it can be is numbers with bounds, is one between them so that `is` holds?
pub(super) fn are_within(shapes: &[Shape<'_>], is: Comparison, value: &Field) -> bool {
    let value = match value {
        Field::Integer(number) => Decimal::of_integer(*number),
        Field::Text(text) => Decimal::parse(text),
        Field::Flag(_) | Field::List(_) | Field::Map(_) => None,
    };
    let Some(value) = value else { return true };
    shapes.iter().any(|shape| {
        let (min, max) = bounds(*shape);
        let above = |bound: Ordering| bound.is_gt() || (bound.is_eq() && is.admits(bound));
        let reaches_down = min.is_none_or(|min| match is {
            Comparison::Less | Comparison::AtMost => above(value.compare(min)),
            Comparison::More | Comparison::AtLeast => true,
            Comparison::Equal | Comparison::Unequal => value.compare(min).is_ge(),
        });
        let reaches_up = max.is_none_or(|max| match is {
            Comparison::More | Comparison::AtLeast => above(max.compare(value)),
            Comparison::Less | Comparison::AtMost => true,
            Comparison::Equal | Comparison::Unequal => value.compare(max).is_le(),
        });
        reaches_down && reaches_up
    })
}

fn bounds(shape: Shape<'_>) -> (Option<Decimal>, Option<Decimal>) {
    match shape {
        Shape::Field(FieldKind::Integer { min, max }) => {
            (min.and_then(Decimal::of_integer), max.and_then(Decimal::of_integer))
        }
        Shape::Field(FieldKind::Decimal { min, max, .. }) => {
            let parsed = |text: &Option<String>| text.as_deref().and_then(Decimal::parse);
            (parsed(min), parsed(max))
        }
        Shape::Field(FieldKind::List { of, .. }) => bounds(Shape::Field(of)),
        _ => (None, None),
    }
}
