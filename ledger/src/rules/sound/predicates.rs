//! Every predicate of an act and of its steps, each with its place.

use crate::rules::act::Act;
use crate::rules::condition::Predicate;
use crate::rules::lifecycle::Transition;

/// Calls `found` for each: of the row's own conditions, after the `inherited` ones, and of what tells the row from others
/// of its type.
pub(super) fn each(act: &Act, inherited: usize, found: &mut dyn FnMut(&str, &Predicate)) {
    let row = format!("act[{}]", act.kind);
    each_when(&row, &act.when, found);
    for (index, condition) in act.conditions.iter().skip(inherited).enumerate() {
        let place = format!("{row}.condition[{index}]");
        found(&place, &condition.predicate);
        each_when(&place, &condition.when, found);
    }
}

/// Calls `found` for each of the step.
pub(super) fn each_of_step(step: &Transition, found: &mut dyn FnMut(&str, &Predicate)) {
    each_when(step.place(), &step.when, found);
}

fn each_when(place: &str, when: &[Predicate], found: &mut dyn FnMut(&str, &Predicate)) {
    for (index, predicate) in when.iter().enumerate() {
        found(&format!("{place}.when[{index}]"), predicate);
    }
}
