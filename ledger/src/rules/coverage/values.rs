//! The closed choices of a row and what its actors are, written so that a table of the regulation can name them: what
//! may stand in a field or must not, what a list must contain, below which domain a name lies, of which function or kind
//! an agency is.

use std::collections::{BTreeMap, BTreeSet};

use crate::rules::act::Act;
use crate::rules::condition::{CoverSet, Predicate, Right, Test};
use crate::rules::schema::{FieldKind, FieldSpec};
use crate::rules::thing::Field;

/// The values of each place: `data.parts` and `needs policy`, `subject.name` and `below bengkayangkab.go.id`.
pub(super) type Values = BTreeMap<String, BTreeSet<String>>;

/// Those of the acts of one row.
pub(super) fn of(acts: &[&Act]) -> Values {
    let mut values = Values::new();
    for act in acts {
        of_fields(&act.fields, "data.", &mut values);
        let conditions =
            act.conditions.iter().flat_map(|one| one.when.iter().chain([&one.predicate]));
        let steps = act.transitions.iter().flat_map(|step| &step.when);
        for predicate in act.when.iter().chain(conditions).chain(steps) {
            let (place, found) = of_predicate(predicate);
            if !found.is_empty() {
                values.entry(place).or_default().extend(found);
            }
        }
    }
    values
}

fn of_fields(fields: &[FieldSpec], within: &str, values: &mut Values) {
    for field in fields {
        let place = format!("{within}{}", field.name);
        let found = of_kind(&field.kind);
        if !found.is_empty() {
            values.entry(place.clone()).or_default().extend(found);
        }
        of_fields(field.kind.fields(), &format!("{place}."), values);
    }
}

fn of_kind(kind: &FieldKind) -> Vec<String> {
    match kind {
        FieldKind::Enum { one_of } => one_of.clone(),
        FieldKind::List { of, .. } => of_kind(of),
        FieldKind::Document { is, numbered } => {
            let is = is.iter().map(|is| format!("document {is}"));
            is.chain(numbered.then(|| "numbered".to_owned())).collect()
        }
        _ => Vec::new(),
    }
}

/// Of what stands in words, not of what is compared with something else.
fn of_predicate(predicate: &Predicate) -> (String, Vec<String>) {
    let each = |list: &[String], how: &str| {
        list.iter().map(|value| format!("{how}{value}")).collect::<Vec<_>>()
    };
    match predicate {
        Predicate::Field { field, test } => (field.to_string(), of_test(test)),
        Predicate::Documents { field, kinds } => (field.to_string(), each(kinds, "needs ")),
        Predicate::State { thing, within, not_within } => {
            (thing.to_string(), [each(within, "state "), each(not_within, "not state ")].concat())
        }
        Predicate::Member { field, list, under } => {
            (field.to_string(), each(list, if *under { "below " } else { "is " }))
        }
        Predicate::Compare { left, is, right: Right::Literal(value), .. } => {
            (left.to_string(), vec![format!("{} {}", is.sign(), plain(value))])
        }
        Predicate::Count { field, at_least, at_most } => {
            let most = (*at_most != usize::MAX).then(|| format!("at most {at_most}"));
            let least = std::iter::once(format!("at least {at_least}"));
            (field.to_string(), least.chain(most).collect())
        }
        Predicate::Location { country, within, apart } => {
            let apart = apart.iter().map(|(place, other)| format!("{place} apart from {other}"));
            (country.to_string(), each(within, "is ").into_iter().chain(apart).collect())
        }
        Predicate::Class { field, at_most: Right::Literal(value), .. } => {
            (field.to_string(), vec![format!("at most {}", plain(value))])
        }
        Predicate::Covers { field, all_of: CoverSet::Literals(all_of) } => {
            (field.to_string(), each(all_of, "needs "))
        }
        Predicate::Plan { field, in_force: true } => {
            (field.to_string(), vec!["plan in force".to_owned()])
        }
        Predicate::Agencies { field, other_than } => {
            let other = other_than.iter().map(|other| format!("agency other than {other}"));
            let stands = std::iter::once("agency that stands".to_owned());
            (field.to_string(), stands.chain(other).collect())
        }
        _ => (String::new(), Vec::new()),
    }
}

fn of_test(test: &Test) -> Vec<String> {
    match test {
        Test::OneOf(values) => values.iter().map(|value| format!("is {}", plain(value))).collect(),
        Test::NoneOf(values) => {
            values.iter().map(|value| format!("not {}", plain(value))).collect()
        }
        Test::Present | Test::Absent => Vec::new(),
    }
}

fn plain(field: &Field) -> String {
    match field {
        Field::Text(text) => text.clone(),
        other => other.to_json().to_string(),
    }
}

/// What the actors of an act are, by their names: `DINAS` and `function kominfo`.
pub(super) fn of_actors(act: &Act) -> impl Iterator<Item = (&str, BTreeSet<String>)> {
    act.who.iter().chain(&act.cosigned_by).filter_map(|who| {
        let name = who.text.split_once(" of ").map_or(who.text.as_str(), |(name, _)| name);
        (!who.itself).then(|| (name, who.actor.written().collect()))
    })
}
