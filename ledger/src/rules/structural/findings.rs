//! What a stream shows of acts that were accepted with a finding.

use super::marks::{MARKS_MAX, PENDING, VOIDED, position_in};
use super::written::position_field;
use crate::rules::Warning;
use crate::rules::operand::Context;
use crate::rules::past::Recorded;
use crate::rules::ruleset::Structural;
use crate::rules::thing::{Field, Thing};

/// What a stream shows of acts that were accepted with a finding: the newest of each rule and type.
pub(crate) const FOUND: &str = "found";

/// Notes the rules that found something in the act which leaves the thing so. From version 2 of the structural acts.
pub(crate) fn note_findings(thing: &mut Thing, context: &Context<'_>, warnings: &[Warning]) {
    if warnings.is_empty() || context.rules.structural() < Structural::Two {
        return;
    }
    let kind = context.event.kind.as_str();
    let position = position_field(thing.position);
    let mut found = match thing.fields.remove(FOUND) {
        Some(Field::List(found)) => found,
        _ => Vec::new(),
    };
    for warning in warnings {
        let same = |mark: &Field| {
            let is = |name, value: &str| mark.member(name).and_then(Field::as_text) == Some(value);
            is("rule", &warning.rule) && is("type", kind)
        };
        found.retain(|mark| !same(mark));
        let mark = [
            ("position", position.clone()),
            ("type", Field::from(kind)),
            ("rule", Field::from(warning.rule.as_str())),
        ];
        found.push(Field::Map(mark.map(|(name, value)| (name.to_owned(), value)).into()));
    }
    let more = found.len().saturating_sub(MARKS_MAX);
    thing.fields.insert(FOUND.to_owned(), Field::List(found.split_off(more)));
}

/// What an act that waited was found with goes with it; what it was noted in place of is there again, unless that was
/// voided. `before`: the thing before the act.
pub(super) fn take_findings_back(thing: &mut Thing, before: Option<&Thing>, act: &Recorded) {
    let of = |thing: &Thing| {
        let found = thing.fields.get(FOUND).and_then(Field::as_list).unwrap_or_default();
        found.to_vec()
    };
    let position = position_field(act.position);
    let (own, mut left): (Vec<_>, Vec<_>) =
        of(thing).into_iter().partition(|mark| mark.member("position") == Some(&position));
    let voided = thing.fields.get(VOIDED).and_then(Field::as_list).unwrap_or_default();
    // What was found of an act at its last signature stands at the position of that.
    let is_voided = |mark: &Field| {
        let Field::Map(mark) = mark else { return true };
        let found = position_in(mark, "position");
        voided.iter().any(|one| match one {
            Field::Map(one) => {
                let since = position_in(one, "position") > Some(act.position);
                let of = position_in(one, "of");
                of == found || (since && of < found)
            }
            _ => false,
        })
    };
    let again = before
        .map(of)
        .unwrap_or_default()
        .into_iter()
        .filter(|mark| own.iter().any(|own| is_same_finding(own, mark)) && !is_voided(mark));
    left.extend(again);
    put_findings(thing, left);
}

/// What the thing is found with after one of its events was voided: as before that, and what acts are found with that
/// wait now.
pub(super) fn keep_findings_of_waiting(thing: &mut Thing, now: &Thing) {
    let found = now.fields.get(FOUND).and_then(Field::as_list).unwrap_or_default();
    let waiting = now.fields.get(PENDING).and_then(Field::as_list).unwrap_or_default();
    let waits = |mark: &&Field| {
        waiting.iter().any(|entry| entry.member("position") == mark.member("position"))
    };
    let mut left = match thing.fields.remove(FOUND) {
        Some(Field::List(found)) => found,
        _ => Vec::new(),
    };
    for mark in found.iter().filter(waits) {
        left.retain(|earlier| !is_same_finding(earlier, mark));
        left.push(mark.clone());
    }
    put_findings(thing, left);
}

/// Of one rule in acts of one type: the newest of them is shown.
fn is_same_finding(one: &Field, other: &Field) -> bool {
    ["rule", "type"].iter().all(|name| one.member(name) == other.member(name))
}

fn put_findings(thing: &mut Thing, found: Vec<Field>) {
    thing.fields.remove(FOUND);
    if !found.is_empty() {
        thing.fields.insert(FOUND.to_owned(), Field::List(found));
    }
}
