//! The states that streams can be in. What is demanded of a state that none is ever in is never met.

use std::collections::{BTreeMap, BTreeSet};

use super::kept::stream_of;
use super::{Parts, at};
use crate::rules::act::Act;
use crate::rules::condition::{CoverSet, Predicate, Right, Test};
use crate::rules::faults::Faults;
use crate::rules::lifecycle::Step;
use crate::rules::operand::Operand;
use crate::rules::reader::{RuleSetError, RuleSetReason};
use crate::rules::thing::{Field, Thing};

/// The states of each kind of stream.
pub(super) struct States<'a> {
    /// Those that its lifecycle names, or calls final.
    named: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// Those that effects give, and decisions that end.
    given: BTreeSet<(&'a str, &'a str)>,
    /// Those that conditions demand or exclude.
    demanded: BTreeSet<(&'a str, &'a str)>,
    from_three: bool,
}

/// Agencies have the states that a region's actors find fault with.
const AGENCY: &str = "agency";

impl<'a> States<'a> {
    pub(super) fn of(parts: &Parts<'a>) -> Self {
        let mut named: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for step in parts.steps {
            named.entry(step.stream()).or_default().extend(step.states());
        }
        let acts = || parts.own.values().chain(parts.base.values()).flatten();
        let conditions = acts().flat_map(|act| &act.conditions);
        let demanded = conditions.flat_map(|condition| condition.predicate.states_demanded());
        Self {
            named,
            given: acts().flat_map(Act::states_given).collect(),
            demanded: demanded.collect(),
            from_three: parts.from_three,
        }
    }

    /// An actor should be of an agency in one of these states.
    pub(super) fn check_actors(&self, parts: &Parts<'_>, faults: &mut Faults) {
        for (name, actor) in &parts.actors {
            for state in actor.finding_states() {
                self.must_know(AGENCY, state, &format!("actors.{name}.finding.state"), faults);
            }
        }
    }

    /// What the act does to states besides its own steps.
    pub(super) fn check_act(&self, act: &Act, faults: &mut Faults) {
        for (own, effect) in act.placed_effects() {
            let (stream, from, to) = (effect.thing.stream(), &effect.from, &effect.to);
            let place = |key: &str| at(act, &format!("{own}.{key}"));
            if stream.is_empty() {
                continue;
            }
            if from.is_empty() {
                let reason = RuleSetReason::Form {
                    value: "[]".to_owned(),
                    form: ("sedikitnya satu status", "at least one state"),
                };
                faults.push(RuleSetError { at: place("from"), reason });
            }
            for state in from {
                self.must_know(stream, state, &place("from"), faults);
            }
            if self.from_three {
                self.must_name(stream, to, &place("to"), faults);
            }
        }
        let Some(decision) = &act.decision else { return };
        let stream = act.subject.stream();
        if !self.named.contains_key(stream) {
            let reason = RuleSetReason::NoLifecycle { stream: stream.to_owned() };
            faults.push(RuleSetError { at: at(act, "decision"), reason });
            return;
        }
        self.must_name(stream, &decision.revoked, &at(act, "decision.revoked"), faults);
        if let Some(annulled) = &decision.annulled {
            self.must_name(stream, annulled, &at(act, "decision.annulled"), faults);
        }
        for (state, revoked) in &decision.in_effect {
            let place = at(act, &format!("decision.in_effect.{state}"));
            self.must_know(stream, state, &place, faults);
            self.must_name(stream, revoked, &place, faults);
        }
    }

    /// What a predicate demands of states.
    pub(super) fn check(&self, act: &Act, place: &str, predicate: &Predicate, faults: &mut Faults) {
        match predicate {
            Predicate::State { thing, within, not_within } => {
                let stream = stream_of(act, thing).filter(|stream| is_of_streams(stream));
                let Some(stream) = stream else { return };
                for (key, states) in [("in", within), ("not_in", not_within)] {
                    let place = format!("{place}.{key}");
                    for state in states {
                        self.must_know(stream, state, &place, faults);
                    }
                }
            }
            Predicate::Field { field, test: Test::OneOf(values) | Test::NoneOf(values) } => {
                self.check_values(act, field, values, &format!("{place}.field"), faults);
            }
            Predicate::Compare { left, right: Right::Literal(value), .. } => {
                let values = std::slice::from_ref(value);
                self.check_values(act, left, values, &format!("{place}.value"), faults);
            }
            Predicate::Covers { field, all_of: CoverSet::Literals(words) } => {
                let values: Vec<_> = words.iter().map(|word| Field::from(word.as_str())).collect();
                self.check_values(act, field, &values, &format!("{place}.all_of"), faults);
            }
            Predicate::Member { field, list, under: false } => {
                let Some(stream) = stream_of_state(act, field) else { return };
                if !list.iter().any(|state| self.knows(stream, state)) {
                    let of = ("anggota daftar itu", "a member of the list");
                    let name = field.to_string();
                    let reason = RuleSetReason::NeverOf { name, of };
                    faults.push(RuleSetError { at: format!("{place}.list"), reason });
                }
            }
            _ => {}
        }
    }

    fn check_values(
        &self,
        act: &Act,
        field: &Operand,
        values: &[Field],
        place: &str,
        faults: &mut Faults,
    ) {
        let Some(stream) = stream_of_state(act, field) else { return };
        for state in values.iter().filter_map(Field::as_text) {
            self.must_know(stream, state, place, faults);
        }
    }

    /// A stream can be in that state.
    fn must_know(&self, stream: &str, state: &str, place: &str, faults: &mut Faults) {
        if !self.knows(stream, state) {
            faults.push(no_such(stream, state, place));
        }
    }

    fn knows(&self, stream: &str, state: &str) -> bool {
        state == Thing::NONE
            || self.given.contains(&(stream, state))
            || self.named.get(stream).is_some_and(|states| states.contains(state))
    }

    /// What a lifecycle calls final, something leads to: a misspelt name would leave `*` as wide as it was.
    pub(super) fn check_finals(&self, steps: &[Step], faults: &mut Faults) {
        for step in steps {
            let stream = step.stream();
            let in_steps = |state: &str| {
                let mut own = steps.iter().filter(|other| other.stream() == stream);
                own.any(|other| other.both_ends().any(|end| end == state))
            };
            for state in step.finals() {
                if state != Thing::NONE
                    && !self.given.contains(&(stream, state))
                    && !in_steps(state)
                {
                    faults.push(no_such(stream, state, &format!("lifecycle[{stream}].final")));
                }
            }
        }
    }

    /// The lifecycle of the stream names that state, or a condition: what brings a stream there does not tell that there
    /// is such a one.
    fn must_name(&self, stream: &str, state: &str, place: &str, faults: &mut Faults) {
        let named = self.named.get(stream);
        if named.is_some_and(|states| state != Thing::NONE && !states.contains(state))
            && !self.demanded.contains(&(stream, state))
        {
            faults.push(no_such(stream, state, place));
        }
    }
}

/// Keys with a colon are no streams: certificates, keys, indexes.
pub(super) fn is_of_streams(stream: &str) -> bool {
    !stream.contains(':')
}

/// The kind of stream whose state the operand is.
fn stream_of_state<'a>(act: &'a Act, field: &'a Operand) -> Option<&'a str> {
    let stream = match field {
        Operand::This(path) | Operand::After(path) if is_state(path) => {
            act.subject.written_stream()
        }
        Operand::Thing(key, path) if is_state(path) => stream_of(act, key),
        _ => None,
    };
    stream.filter(|stream| is_of_streams(stream))
}

fn is_state(path: &[String]) -> bool {
    path == ["state"]
}

fn no_such(stream: &str, state: &str, place: &str) -> RuleSetError {
    let (state, stream) = (state.to_owned(), stream.to_owned());
    RuleSetError { at: place.to_owned(), reason: RuleSetReason::NoSuchState { state, stream } }
}
