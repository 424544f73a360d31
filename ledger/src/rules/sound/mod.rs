//! What reads well and could not work, or would mislead whoever reads it: rows that no event reaches, states that
//! nothing is ever in, values that are never kept, comparisons that never hold, demands that no event meets.
//!
//! Told to who writes a rule set, whatever version of the structural acts it stands on, and refused from version 3 on.

mod bounds;
mod claims;
mod counts;
mod given;
mod guards;
mod kept;
mod kinds;
mod matching;
mod predicates;
mod rows;
mod sorts;
mod states;
mod together;

use std::collections::BTreeMap;

use super::act::Act;
use super::condition::Predicate;
use super::faults::Faults;
use super::lifecycle::Step;
use super::reader::{RuleSetError, RuleSetReason};
use super::role::Actor;
use super::upcast::Upcasts;
use kept::Kept;
use kinds::Kinds;
use states::States;

type Rows = BTreeMap<String, Vec<Act>>;

/// What a rule set says, beside the structural acts that it stands on.
pub(super) struct Parts<'a> {
    /// Its own rows.
    pub(super) own: &'a Rows,
    /// Those of the structural acts.
    pub(super) base: &'a Rows,
    /// Its own actors.
    pub(super) actors: Vec<(&'a String, &'a Actor)>,
    /// The steps of all lifecycles as written.
    pub(super) steps: &'a [Step],
    /// The steps that it leaves out.
    pub(super) skipped: &'a [String],
    /// What older versions of schemas mean in the newest.
    pub(super) upcasts: &'a Upcasts,
    /// Does it stand on version 3 of the structural acts, or a later one? The effects of one on version 2 lead to a state
    /// that nothing else names.
    pub(super) from_three: bool,
}

/// Looks at everything that loads.
pub(super) fn check(parts: &Parts<'_>, faults: &mut Faults) {
    check_skipped(parts, faults);
    given::check(parts, faults);
    rows::check(parts, faults);
    let looked = Looked { states: States::of(parts), kept: Kept::of(parts) };
    looked.states.check_actors(parts, faults);
    looked.states.check_finals(parts.steps, faults);
    for rows in parts.own.values() {
        looked.check_steps(rows, faults);
        for act in rows {
            // What it has of the structural row that it narrows is not its own.
            let inherited = parts.base.get(&act.kind).and_then(|rows| rows.first());
            let inherited = inherited.map_or(0, |base| base.conditions.len());
            looked.states.check_act(act, faults);
            looked.kept.check_act(act, faults);
            looked.kinds(act).check_act(faults);
            predicates::each(act, inherited, &mut |at, predicate| {
                looked.check(act, at, predicate, faults);
            });
            together::check(act, inherited, faults);
        }
    }
}

/// What streams can be in, and what they keep.
struct Looked<'a> {
    states: States<'a>,
    kept: Kept<'a>,
}

impl<'a> Looked<'a> {
    fn check(&self, act: &'a Act, place: &str, predicate: &Predicate, faults: &mut Faults) {
        self.states.check(act, place, predicate, faults);
        self.kept.check(act, place, predicate, faults);
        matching::check(&self.kept, act, place, predicate, faults);
        self.kinds(act).check(place, predicate, faults);
        counts::check(&self.kept, act, place, predicate, faults);
        if let Predicate::Guard(guard) = predicate {
            guards::check(&self.kept, act, place, *guard, faults);
        }
    }

    fn kinds(&self, act: &'a Act) -> Kinds<'_, 'a> {
        Kinds { kept: &self.kept, act }
    }

    /// Several rows of a type share a step: one of them can take it.
    fn check_steps(&self, rows: &'a [Act], faults: &mut Faults) {
        let mut of_steps: BTreeMap<&str, Vec<Faults>> = BTreeMap::new();
        for act in rows {
            for step in &act.transitions {
                let mut found = Faults::default();
                predicates::each_of_step(step, &mut |at, predicate| {
                    self.check(act, at, predicate, &mut found);
                });
                together::check_step(act, step, &mut found);
                of_steps.entry(step.place()).or_default().push(found);
            }
        }
        for found in of_steps.into_values() {
            let mut found = found.into_iter().map(Faults::into_vec);
            let first = found.next().unwrap_or_default();
            let others: Vec<_> = found.collect();
            let of_all = |fault: &RuleSetError| others.iter().all(|other| other.contains(fault));
            first.into_iter().filter(of_all).for_each(|fault| faults.push(fault));
        }
    }
}

/// A step is left out where the rule set has no row for it.
fn check_skipped(parts: &Parts<'_>, faults: &mut Faults) {
    let at = || "skip".to_owned();
    for name in parts.skipped {
        let undefined = parts.steps.iter().all(|step| step.on != *name);
        let has_row = parts.own.contains_key(name) || parts.base.contains_key(name);
        if undefined {
            let reason = RuleSetReason::Undefined { name: name.clone() };
            faults.push(RuleSetError { at: at(), reason });
        } else if has_row {
            faults.push(RuleSetError {
                at: at(),
                reason: RuleSetReason::HasRow { name: name.clone() },
            });
        }
    }
}

/// A place in an act.
fn at(act: &Act, place: &str) -> String {
    format!("act[{}].{place}", act.kind)
}
