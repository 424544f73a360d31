//! Comparisons that never hold, whatever the values are: a date with a text, a number with a date, a word that is not
//! in the closed list of its field, a number beyond its bounds, a value with itself.

use super::bounds::are_within;
use super::kept::{Kept, Shape};
use super::sorts::Sorts;
use crate::rules::act::Act;
use crate::rules::condition::{Comparison, Predicate, Right, Test};
use crate::rules::faults::Faults;
use crate::rules::operand::Operand;
use crate::rules::reader::{RuleSetError, RuleSetReason};
use crate::rules::schema::FieldKind;
use crate::rules::thing::Field;

/// What a predicate compares.
pub(super) fn check<'a>(
    kept: &Kept<'a>,
    act: &'a Act,
    place: &str,
    predicate: &Predicate,
    faults: &mut Faults,
) {
    check_itself(place, predicate, faults);
    let mut tell = |key: &str, reason| {
        faults.push(RuleSetError { at: format!("{place}.{key}"), reason });
    };
    let never = |left: &Operand, right| RuleSetReason::NeverMatch { left: left.to_string(), right };
    let beyond = |name: &Operand, value: &Field| RuleSetReason::Beyond {
        name: name.to_string(),
        value: value.to_json().to_string(),
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
                tell(key, never(left, named));
            } else if let Right::Literal(value) = right
                && is_known
                && !are_within(&shapes, *is, value)
            {
                tell(key, beyond(left, value));
            }
        }
        Predicate::Field { field, test: Test::OneOf(values) | Test::NoneOf(values) } => {
            let shapes = kept.named(act, field);
            let sorts = Sorts::of_shapes(&shapes);
            for value in values {
                let holds = sorts.has(Sorts::of_literal(value)) && can_be(&shapes, value);
                if !shapes.is_empty() && !holds {
                    tell("field", never(field, value.to_json().to_string()));
                } else if !shapes.is_empty() && !are_within(&shapes, Comparison::Equal, value) {
                    tell("field", beyond(field, value));
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

/// Two sides that are one say nothing of any value.
fn check_itself(place: &str, predicate: &Predicate, faults: &mut Faults) {
    if matches!(predicate, Predicate::Holds { .. } | Predicate::Unique { .. }) {
        return;
    }
    let operands = predicate.named_operands();
    for (index, (key, operand)) in operands.iter().enumerate() {
        if operands.iter().take(index).any(|(_, earlier)| earlier == operand) {
            let reason = RuleSetReason::WithItself { name: operand.to_string() };
            faults.push(RuleSetError { at: format!("{place}.{key}"), reason });
        }
    }
}
