//! What no region writes, from version 3 of the structural acts: rows, effects, steps and older schemas of the streams
//! that say what a ledger trusts, who signs in it and what is known of revocations. A row that narrowed one of them
//! could leave out the second signature, one beside them could keep what the ledger's own thing is read for, and the
//! rule set would still look like a regulation. What else is theirs, agencies and offices above all, has rules of its own
//! ([`super::owned`]); and what becomes of it is said by acts of its own
//! streams alone: no effect of a region reaches them, and no step of a region ends an agency or brings one back.

use std::collections::BTreeMap;

use super::act::Act;
use super::faults::Faults;
use super::lifecycle::Step;
use super::reader::{RuleSetError, RuleSetReason};
use super::subject::Segment;
use super::succession::ENDED;

/// The first segments of those streams.
const STREAMS: [&str; 4] = ["ledger", "signer", "crl", "ocsp"];

/// The first segment of the streams of agencies.
const AGENCY: &str = "agency";

type Rows = BTreeMap<String, Vec<Act>>;

/// Is it the first segment of one of them?
pub(super) fn is_closed(stream: &str) -> bool {
    STREAMS.contains(&stream)
}

fn fault(at: String, name: &str) -> RuleSetError {
    RuleSetError { at, reason: RuleSetReason::OfStructure { name: name.to_owned() } }
}

/// The rows of a region: what they are about, and what they do to other streams.
pub(super) fn check_rows(region: &Rows, base: &Rows, faults: &mut Faults) {
    let is_structural = |stream: &str| {
        is_closed(stream) || base.values().flatten().any(|row| row.subject.stream() == stream)
    };
    for act in region.values().flatten() {
        let at = |place: &str| format!("act[{}].{place}", act.kind);
        let rows = base.get(&act.kind).map(Vec::as_slice).unwrap_or_default();
        // Of whatever stream: what such a type does reaches certificates and keys.
        if rows.iter().any(|row| is_closed(row.subject.stream())) {
            faults.push(fault(at("type"), &act.kind));
        }
        let is_open = match act.subject.segments().first() {
            Some(Segment::Literal(stream)) => !is_closed(stream),
            // It would be about any stream.
            Some(_) | None => false,
        };
        if !is_open {
            faults.push(fault(at("subject"), act.subject.as_str()));
        }
        for (place, effect) in act.placed_effects() {
            if effect.thing.written_stream().is_none_or(is_structural) {
                faults.push(fault(at(&format!("{place}.thing")), effect.thing.stream()));
            }
        }
    }
}

/// The steps of a region, and those that it leaves out.
pub(super) fn check_steps(base: &[Step], region: &[Step], skipped: &[String], faults: &mut Faults) {
    // An agency that ended acts no more (SYS.20.1), whatever a region calls its states.
    let ends =
        |step: &Step| step.stream() == AGENCY && step.both_ends().any(|state| state == ENDED);
    for step in region.iter().filter(|step| is_closed(step.stream()) || ends(step)) {
        faults.push(fault(step.place().to_owned(), step.stream()));
    }
    let is_of_structure =
        |name: &&String| base.iter().any(|step| is_closed(step.stream()) && step.on == **name);
    for name in skipped.iter().filter(is_of_structure) {
        faults.push(fault("skip".to_owned(), name));
    }
}

/// The older schemas of a region.
pub(super) fn check_upcasts<'a>(
    kinds: impl Iterator<Item = &'a str>,
    base: &Rows,
    faults: &mut Faults,
) {
    for kind in kinds {
        let rows = base.get(kind).map(Vec::as_slice).unwrap_or_default();
        if rows.iter().any(|row| is_closed(row.subject.stream())) {
            faults.push(fault(format!("upcast[{kind}].type"), kind));
        }
    }
}
