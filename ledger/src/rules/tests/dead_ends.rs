//! No state is a dead end: what the law demands again and again can be done again, wherever a stream stands, and what comes
//! to an end does so where it must. Read from the lifecycles as data, not through the engine.

use std::collections::{BTreeMap, BTreeSet};

use super::walks::Law;

/// Where a stream ends for good, as its law says it.
const ENDS: &[(&str, &str)] = &[
    ("agency", "ended"),
    ("asset", "disposed"),
    ("complaint", "closed"),
    ("crl", "recorded"),
    ("dataset", "retired"),
    ("domain", "held"),
    ("eval", "published"),
    ("finding", "followed_up"),
    ("incident", "closed"),
    ("ledger", "open"),
    ("ocsp", "recorded"),
    ("sanction", "closed"),
    ("system", "retired"),
];

/// What opens a stream, and the stages of one evaluation, which follow one another.
const ONCE: &[(&str, &str)] = &[
    ("agency", "agency.registered"),
    ("agency", "pse.coordination_requested"),
    ("agency", "pse.registered"),
    ("asset", "asset.external_received"),
    ("asset", "asset.procured"),
    ("cert", "certificate.issued"),
    ("complaint", "complaint.received"),
    ("dataset", "dataset.registered"),
    ("eval", "evaluation.finalised"),
    ("eval", "evaluation.opened"),
    ("eval", "evaluator_team.appointed"),
    ("eval", "self_assessment.submitted"),
    ("eval", "self_assessment.validated"),
    ("finding", "finding.recorded"),
    ("incident", "service.confidentiality_breached"),
    ("sanction", "sanction.imposed"),
];

/// Where each state of a kind of stream leads, by whatever is done there.
fn ways(law: &Law) -> BTreeMap<&str, BTreeMap<&str, BTreeSet<&str>>> {
    let mut ways: BTreeMap<&str, BTreeMap<&str, BTreeSet<&str>>> = BTreeMap::new();
    for (stream, states) in &law.states {
        let none = states.iter().map(|state| (state.as_str(), BTreeSet::new())).collect();
        ways.insert(stream, none);
    }
    let own =
        law.steps.iter().flat_map(|((stream, _), moves)| moves.iter().map(move |m| (stream, m)));
    let others = law.effects.values().flatten().map(|(stream, step)| (stream, step));
    for (stream, step) in own.chain(others) {
        let Some(to) = &step.to else { continue };
        for from in step.from.iter().filter(|from| *from != to) {
            if let Some(ways) =
                ways.get_mut(stream.as_str()).and_then(|of| of.get_mut(from.as_str()))
            {
                ways.insert(to);
            }
        }
    }
    ways
}

fn reached<'a>(from: &'a str, ways: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(state) = open.pop() {
        let next = ways.get(state).into_iter().flatten();
        open.extend(next.filter(|state| reached.insert(state)));
    }
    reached
}

#[test]
fn only_what_the_law_ends_comes_to_an_end() {
    let law = Law::read();
    let ways = ways(&law);
    let ends: BTreeSet<_> = ways
        .iter()
        .flat_map(|(stream, of)| of.iter().map(move |(state, to)| (*stream, *state, to)))
        .filter(|(_, _, to)| to.is_empty())
        .map(|(stream, state, _)| (stream, state))
        .collect();
    assert_eq!(ends, ENDS.iter().copied().collect());
}

#[test]
fn what_the_law_repeats_can_be_done_again_from_every_state_that_is_no_end() {
    let law = Law::read();
    let ways = ways(&law);
    let mut never: BTreeSet<(&str, &str)> = BTreeSet::new();
    for ((stream, kind), moves) in &law.steps {
        let of_stream = &ways[stream.as_str()];
        let takes = |state: &str| moves.iter().any(|step| step.from.contains(state));
        let alive = of_stream.keys().filter(|state| !ENDS.contains(&(stream.as_str(), state)));
        if alive.into_iter().any(|state| !reached(state, of_stream).into_iter().any(takes)) {
            never.insert((stream, kind));
        }
    }
    assert_eq!(never, ONCE.iter().copied().collect());
}

/// 20(1), 41(4): each procurement and each development begins with its coordination, whatever became of the one before.
#[test]
fn a_development_begins_anew_wherever_an_application_stands_until_it_is_retired() {
    let law = Law::read();
    let takes = |kind: &str, state: &str| {
        let moves = &law.steps[&("system".to_owned(), kind.to_owned())];
        moves.iter().any(|step| step.from.contains(state))
    };
    for state in law.states["system"].iter().filter(|state| *state != "retired") {
        assert!(takes("app.coordination_requested", state), "no coordination in {state}");
        assert!(takes("app.retired", state), "no end from {state}");
    }
}

/// What has an end comes to it from wherever it stands.
#[test]
fn what_the_law_ends_can_be_ended_from_every_state() {
    let law = Law::read();
    for (stream, of_stream) in &ways(&law) {
        let ends: Vec<_> =
            ENDS.iter().filter(|(of, _)| of == stream).map(|(_, end)| *end).collect();
        for state in of_stream.keys().filter(|_| !ends.is_empty()) {
            let reached = reached(state, of_stream);
            assert!(
                ends.iter().any(|end| reached.contains(end)),
                "no end of {stream} from {state}"
            );
        }
    }
}
