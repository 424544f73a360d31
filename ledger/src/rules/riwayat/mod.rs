//! RIWAYAT: acts from before the ledger, brought in from registers (`record.imported`). The event is lifted to the act
//! that it names, and that act is judged, by the code that judges every act. What is asked differently of such a one stands
//! here: not the lifecycle, the guards, the earlier acts and the further signatures of today, but who brings it in, from
//! when it is, and that the stream knows nothing of the ledger's own time yet.
//!
//! From version 3 of the structural acts.

mod content;
mod judged;
mod kept;
mod marks;

use jiff::tz::Offset;
use serde_json::Value;

use super::act::Act;
use super::ruleset::Structural;
use super::structural;
use crate::event::{Document, Event, Imported, Time, parse_date};

pub(crate) use content::{check_signed, placed, unread, unread_fault};
pub(crate) use judged::{
    acting, binds, check, check_relation, lead, opening_key, outlooks, reads, take_opening,
};
pub(crate) use kept::{begins_again, check_kept, is_exempt, leaves_held};
pub(crate) use marks::{RIWAYAT, follow, is_later, is_open, note};

/// The event that brings an act in.
pub(crate) const IMPORTED: &str = "record.imported";

/// Structural rule: who brings what in, and from what.
const BROUGHT_IN: &str = "SYS.25.1";
/// Structural rule: which acts are brought in.
const OF_THE_REGION: &str = "SYS.25.2";
/// Structural rule: it was before the ledger, and in this order.
const BEFORE_THE_LEDGER: &str = "SYS.25.3";
/// Structural rule: nothing but RIWAYAT stands on the stream yet.
const NOTHING_ELSE: &str = "SYS.25.4";
/// Structural rule: the agencies that the act names are registered.
const KNOWN_AGENCIES: &str = "SYS.25.5";

/// The types by which offices that were filled before the ledger are brought in.
const OF_OFFICES: [&str; 2] = ["role.appointed", "role.ended"];

/// The act that the event brings in, as an event of its own; none for any other event, and where it cannot be read.
pub(crate) fn act_of(version: Structural, event: &Event) -> Option<Event> {
    if event.kind != IMPORTED || version < Structural::Three || event.imported.is_some() {
        return None;
    }
    let text = |name: &str| event.data.get(name).and_then(Value::as_str);
    let Some(Value::Object(data)) = event.data.get("data") else { return None };
    let day = parse_date(text("at")?)?;
    let imported = Imported {
        day,
        by: text("by").map(str::to_owned),
        source: Document::parse(event.data.get("source")?, "").ok()?,
        signed: event.clone(),
    };
    Some(Event {
        kind: text("act")?.to_owned(),
        // No hour is known: whatever asks for the time of the act is told the day (`operand`).
        time: Time {
            micros: Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()?.as_microsecond(),
            text: format!("{day}T00:00:00Z"),
        },
        dataschema: None,
        office: text("office").map(str::to_owned),
        mandate: None,
        mandate_ref: None,
        decision: None,
        late: None,
        data: data.clone(),
        imported: Some(Box::new(imported)),
        ..event.clone()
    })
}

/// Where the content of the act stands in the event that was signed.
pub(crate) fn data_of(event: &Event) -> &'static str {
    if event.imported.is_some() { "/data/data" } else { "/data" }
}

/// Does it fill an office, or end a tenure? As a registrar or an authority records it from its decision, and as the
/// lifecycle of offices has it: who holds an office acts in it today.
pub(crate) fn is_of_office(kind: &str) -> bool {
    OF_OFFICES.contains(&kind)
}

/// Is it an act that is brought in: one of a region, or of an office?
fn is_brought_in(act: &Act) -> bool {
    let of_region = !act.rule.starts_with(STRUCTURAL) && !structural::is_structural(act);
    is_of_office(&act.kind) || of_region && act.builtin.is_none()
}

/// Rules of the structure begin so.
const STRUCTURAL: &str = "SYS.";
