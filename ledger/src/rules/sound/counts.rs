//! How many values an operand finds, and what is demanded of how many: two of a field that holds one, none of a field
//! that every event has.

use super::kept::{Kept, Shape, of_event};
use crate::rules::act::Act;
use crate::rules::condition::{CoverSet, Predicate, Test};
use crate::rules::faults::Faults;
use crate::rules::operand::Operand;
use crate::rules::reader::{RuleSetError, RuleSetReason};
use crate::rules::schema::{FieldKind, FieldSpec};

/// What a predicate demands of how many values there are.
pub(super) fn check<'a>(
    kept: &Kept<'a>,
    act: &'a Act,
    place: &str,
    predicate: &Predicate,
    faults: &mut Faults,
) {
    let mut tell = |key: &str, reason| {
        faults.push(RuleSetError { at: format!("{place}.{key}"), reason });
    };
    let too_many = |field: &Operand, asked: usize| {
        let most = most(kept, act, field).filter(|most| *most < asked)?;
        Some(RuleSetReason::TooMany { name: field.to_string(), most, asked })
    };
    match predicate {
        Predicate::Field { field, test: Test::Absent } if least(act, field) > 0 => {
            tell("absent", RuleSetReason::NeverAbsent { name: field.to_string() });
        }
        Predicate::Count { field, at_least, at_most } => {
            if let Some(reason) = too_many(field, *at_least) {
                tell("at_least", reason);
            }
            let least = least(act, field);
            if least > *at_most {
                let (name, asked) = (field.to_string(), *at_most);
                tell("at_most", RuleSetReason::TooFew { name, least, asked });
            }
        }
        Predicate::Covers { field, all_of: CoverSet::Literals(words) } => {
            if let Some(reason) = too_many(field, distinct(words)) {
                tell("all_of", reason);
            }
        }
        Predicate::Documents { field, kinds } => {
            if let Some(reason) = too_many(field, distinct(kinds)) {
                tell("kinds", reason);
            }
        }
        _ => {}
    }
}

fn distinct(words: &[String]) -> usize {
    let first = |place: usize, word: &String| !words.iter().take(place).any(|other| other == word);
    words.iter().enumerate().filter(|(place, word)| first(*place, word)).count()
}

/// The most values that it finds; none where nothing says.
fn most<'a>(kept: &Kept<'a>, act: &'a Act, operand: &Operand) -> Option<usize> {
    let (shapes, rest) = kept.outermost(act, operand);
    if shapes.is_empty() || kept.gathers(operand) {
        return None;
    }
    shapes.into_iter().map(|shape| most_in(shape, rest)).try_fold(0, |all, one| Some(one?.max(all)))
}

fn most_in(shape: Shape<'_>, path: &[String]) -> Option<usize> {
    let declared = |fields: &[FieldSpec]| match path.split_first() {
        None => Some(1),
        Some((first, rest)) => match fields.iter().find(|field| field.name == *first) {
            Some(field) => most_in(Shape::Field(&field.kind), rest),
            None => Some(0),
        },
    };
    match shape {
        Shape::Field(FieldKind::List { of, max, .. }) => {
            most_in(Shape::Field(of), path)?.checked_mul(*max)
        }
        Shape::Field(FieldKind::Map { fields }) => declared(fields),
        // Members of a document may be several: who signed it.
        Shape::Field(FieldKind::Document { .. }) if !path.is_empty() => None,
        Shape::Unknown | Shape::Under(_) | Shape::Field(FieldKind::Any) => None,
        Shape::Field(_) | Shape::Of(_) => Some(1),
    }
}

/// The fewest values that it finds in every event of the act.
fn least(act: &Act, operand: &Operand) -> usize {
    let fields = |path: &[String], kept: bool| {
        let Some((first, rest)) = path.split_first() else { return 0 };
        let field = act.fields.iter().find(|field| field.name == *first);
        field.filter(|field| !kept || field.keep).map_or(0, |field| least_of(field, rest))
    };
    match operand {
        Operand::Data(path) => fields(path, false),
        // With what the event has kept already.
        Operand::After(path) => match (&act.under, path.split_first()) {
            (None, _) => fields(path, true),
            (Some(under), Some((first, rest))) if first == under => fields(rest, true),
            (Some(_), _) => 0,
        },
        Operand::This(_) | Operand::Thing(..) | Operand::Office => 0,
        Operand::Source
        | Operand::Signer
        | Operand::Actor
        | Operand::Time
        | Operand::Effective
        | Operand::Today
        | Operand::Subject
        | Operand::Captured { .. } => 1,
    }
}

fn least_of(field: &FieldSpec, path: &[String]) -> usize {
    if field.required { least_in(&field.kind, path) } else { 0 }
}

fn least_in(kind: &FieldKind, path: &[String]) -> usize {
    match (kind, path.split_first()) {
        (FieldKind::List { of, min, .. }, _) => least_in(of, path).saturating_mul(*min),
        (FieldKind::Map { fields }, Some((first, rest))) => {
            let field = fields.iter().find(|field| field.name == *first);
            field.map_or(0, |field| least_of(field, rest))
        }
        // An empty list is any value, too.
        (FieldKind::Any, _) | (_, Some(_)) => 0,
        (_, None) => 1,
    }
}

/// Has every event of the act a value there?
pub(super) fn is_always_there(act: &Act, operand: &Operand) -> bool {
    least(act, operand) > 0
}

/// The closed list of a field of the event that is always there.
pub(super) fn words_of<'a>(act: &'a Act, operand: &Operand) -> Option<&'a [String]> {
    match of_event(act, operand).as_slice() {
        [Shape::Field(FieldKind::Enum { one_of })] if is_always_there(act, operand) => Some(one_of),
        _ => None,
    }
}
