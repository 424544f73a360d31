//! What else no region writes, from version 3 of the structural acts: rows of their types, and rows about the streams that
//! are theirs. A row of a region stands before the structural one and says anew who may act: one of `role.appointed`
//! on `role/bupati` for every agency would let any clerk appoint a regent, one of `agency.dissolved` dissolve the inspectorate.
//!
//! Two things stay open. An office that is written out (`role/cio`) may be filled by the holders of other offices that
//! are named, as regulations say it, or by a power of the ledger. And an agency has acts of the region's own types, which
//! keep nothing under a name that the structural acts keep there.

use std::collections::BTreeMap;

use super::act::Act;
use super::closed::is_closed;
use super::faults::Faults;
use super::lifecycle::Step;
use super::reader::{RuleSetError, RuleSetReason};
use super::role::Who;
use super::structural;
use super::subject::Segment;

/// The one structural type that a region narrows.
const APPOINTED: &str = "role.appointed";

/// The first segment of the streams of agencies, about which a region has acts of its own.
const AGENCY: &str = "agency";

type Rows = BTreeMap<String, Vec<Act>>;

fn fault(at: String, name: &str) -> RuleSetError {
    RuleSetError { at, reason: RuleSetReason::Owned { name: name.to_owned() } }
}

/// The rows of a region. Those of the streams that are closed to it are told by [`super::closed`].
pub(super) fn check_rows(region: &Rows, base: &Rows, faults: &mut Faults) {
    let is_owned = |stream: &str| base.values().flatten().any(|row| row.subject.stream() == stream);
    for act in region.values().flatten() {
        let at = |place: &str| format!("act[{}].{place}", act.kind);
        let stream = act.subject.stream();
        let narrowed = base.get(&act.kind).map(Vec::as_slice).unwrap_or_default();
        let is_told =
            is_closed(stream) || narrowed.iter().any(|row| is_closed(row.subject.stream()));
        if is_told {
            continue;
        }
        match narrowed.first() {
            Some(row) if act.kind == APPOINTED => check_appointment(act, row, faults),
            Some(_) => faults.push(fault(at("type"), &act.kind)),
            None if stream != AGENCY && is_owned(stream) => {
                faults.push(fault(at("subject"), act.subject.as_str()));
            }
            None => {}
        }
        for name in own_names(act, narrowed.first()).filter(|name| is_kept(stream, name, base)) {
            faults.push(fault(at("keep"), name));
        }
    }
}

/// Who fills an office that is written out: holders of others, or a power of the ledger.
fn check_appointment(act: &Act, row: &Act, faults: &mut Faults) {
    let at = |place: &str| format!("act[{}].{place}", act.kind);
    let is_one = |segment: &Segment| matches!(segment, Segment::Literal(_));
    let office = act.subject.as_str();
    if !row.subject.covers(&act.subject) || !act.subject.segments().iter().all(is_one) {
        faults.push(fault(at("subject"), office));
    }
    let may = |who: &&Who| {
        let offices = who.offices();
        let by_others = !offices.is_empty() && offices.iter().all(|other| other != office);
        who.actor.is_power() || by_others
    };
    if let Some(who) = act.who.iter().find(|who| !may(who)) {
        let reason = RuleSetReason::Appoints { actor: who.text.clone() };
        faults.push(RuleSetError { at: at("who"), reason });
    }
}

/// The names that the row keeps or clears on its own stream, but those of the row that it narrows.
fn own_names<'a>(act: &'a Act, narrowed: Option<&'a Act>) -> impl Iterator<Item = &'a str> {
    let inherited = move |name: &str| {
        narrowed.is_some_and(|row| row.fields.iter().any(|field| field.name == name))
    };
    let is_direct = act.under.is_none();
    let fields = act.fields.iter().filter(move |field| field.keep && is_direct);
    let fields = fields.map(|field| field.name.as_str()).filter(move |name| !inherited(name));
    let keep = act.keep.iter().skip(narrowed.map_or(0, |row| row.keep.len()));
    let keep = keep.filter(move |_| is_direct).chain(&act.gather).map(|(name, _)| name.as_str());
    let cleared =
        act.clear.iter().filter(move |name| narrowed.is_none_or(|row| !row.clear.contains(name)));
    fields.chain(keep).chain(act.under.iter().chain(cleared).map(String::as_str))
}

/// Do the structural acts keep that on streams of the kind?
fn is_kept(stream: &str, name: &str, base: &Rows) -> bool {
    let rows = base.values().flatten().filter(|row| row.subject.stream() == stream);
    structural::keeps(stream, name) || rows.flat_map(Act::kept_names).any(|kept| kept == name)
}

/// The steps of a region lead no structural act from one state to another.
pub(super) fn check_steps(region: &[Step], base: &Rows, faults: &mut Faults) {
    for step in region.iter().filter(|step| !is_closed(step.stream())) {
        if base.contains_key(&step.on) && step.on != APPOINTED {
            faults.push(fault(step.place().to_owned(), &step.on));
        }
    }
}

/// The steps that a region leaves out, and its older schemas, are none of structural types.
pub(super) fn check_names<'a>(
    skipped: &[String],
    upcasts: impl Iterator<Item = &'a str>,
    base: &Rows,
    faults: &mut Faults,
) {
    let is_owned = |name: &str| {
        let rows = base.get(name);
        rows.is_some_and(|rows| !rows.iter().any(|row| is_closed(row.subject.stream())))
    };
    for name in skipped.iter().filter(|name| is_owned(name)) {
        faults.push(fault("skip".to_owned(), name));
    }
    for kind in upcasts.filter(|kind| is_owned(kind)) {
        faults.push(fault(format!("upcast[{kind}].type"), kind));
    }
}
