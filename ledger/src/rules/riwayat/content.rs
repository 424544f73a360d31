//! The content of an event that brings an act in: its own, and where that of the act stands in it.

use super::super::act::Act;
use super::super::refusal::{Code, Fault, Refusal, Why};
use super::super::ruleset::RuleSet;
use super::super::schema::FieldKind;
use super::super::structural::Broken;
use super::{BROUGHT_IN, IMPORTED, OF_THE_REGION, is_brought_in};
use crate::event::Event;

/// Is the act that the event names one that is brought in? `act` is what is known of it, the event as it was lifted.
pub(crate) fn check_signed(rules: &RuleSet, act: &Event) -> Result<(), Refusal> {
    let rows = rules.rows(&act.kind);
    if rows.first().is_none_or(is_brought_in) {
        return Ok(());
    }
    let why = Why::NotBroughtIn { kind: act.kind.clone() };
    let wording = rules.act(IMPORTED).and_then(|own: &Act| own.wording_of(OF_THE_REGION));
    Err(Refusal::new(Code::RuleRefused, Some(OF_THE_REGION), "/data/act", why).worded(wording))
}

/// The refusal of an act, with the places of what the event says of it. That of an event that brings none in stays.
pub(crate) fn placed(event: &Event, mut refusal: Refusal) -> Refusal {
    if event.imported.is_none() {
        return refusal;
    }
    for fault in &mut refusal.faults {
        let place = match fault.pointer.as_str() {
            "/type" => "/data/act".to_owned(),
            "/time" => "/data/at".to_owned(),
            "/office" => "/data/office".to_owned(),
            pointer if is_in_data(pointer) => format!("/data{pointer}"),
            _ => continue,
        };
        fault.pointer = place;
    }
    refusal
}

fn is_in_data(pointer: &str) -> bool {
    pointer == "/data" || pointer.starts_with("/data/")
}

/// What cannot be read as an act: its content is no object.
pub(crate) fn unread_fault() -> Fault {
    let why = unread_why();
    Fault { pointer: UNREAD.to_owned(), rule: Some(BROUGHT_IN.to_owned()), why }
}

/// The same, where it was not said before.
pub(crate) fn unread() -> Broken {
    Broken { rule: BROUGHT_IN, pointer: UNREAD, why: unread_why() }
}

fn unread_why() -> Why {
    Why::FieldNotOfKind { kind: FieldKind::Map { fields: Vec::new() }.in_words() }
}

/// Where the content of the act stands.
const UNREAD: &str = "/data/data";
