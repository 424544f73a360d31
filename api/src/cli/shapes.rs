//! The JSON of the interface for what is read from a directory: the same members as the server's.

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jejak_api::shown;
use jejak_ledger::event::Mandate;
use jejak_ledger::log::{Micros, PolicyKey, Position, Record};
use jejak_ledger::registers::Register;
use jejak_ledger::rules::{Class, Thing};
use jejak_ledger::{Entry, Teller, View};
use jejak_signer::Hash;
use serde_json::{Value, json};

use super::times;

/// An entry, whatever its class: who holds the directory can read it anyway.
pub(crate) fn entry(view: &View, entry: &Entry) -> Result<Value> {
    let event = &entry.event;
    let noted = shown::noted(view.noted(entry)?)?;
    let mut signer = json!({
        "person": entry.signatory.person,
        "agency": entry.signatory.agency,
        "certificate": entry.signatory.certificate.to_string(),
        "office": event.office,
        "mandate": event.mandate.map(Mandate::as_str),
        "mandateref": event.mandate_ref,
    });
    if let Some(members) = signer.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    let mut shown = json!({
        "position": entry.record.position.0,
        "recorded_at": times::in_utc(entry.record.recorded_at)?,
        "class": entry.class.name(),
        "type": event.kind,
        "subject": event.subject,
        "source": event.source,
        "signer": signer,
        "statement_sha256": entry.record.statement.to_string(),
        "event_key": entry.event_key.to_string(),
        "event": serde_json::from_slice::<Value>(&entry.payload)?,
    });
    if let (Some(members), Value::Object(noted)) = (shown.as_object_mut(), noted) {
        members.extend(noted);
    }
    Ok(shown)
}

/// A record whose statement is not held.
pub(crate) fn not_held(record: &Record) -> Result<Value> {
    Ok(json!({
        "position": record.position.0,
        "recorded_at": times::in_utc(record.recorded_at)?,
        "statement_sha256": record.statement.to_string(),
        "held": false,
    }))
}

/// A row of a register, whatever its class.
pub(crate) fn row(
    register: &Register,
    key: &str,
    thing: &Thing,
    teller: &Teller<'_>,
    at: Micros,
) -> Result<Value> {
    let mut row = register.row(key, thing, Class::Restricted, at);
    if let Some(members) = row.as_object_mut() {
        members.insert("recorded_at".to_owned(), times::in_utc(thing.recorded_at)?.into());
        teller.row(members, thing)?;
        teller.waiting(&format!("{}{key}", register.prefix), members)?;
    }
    Ok(row)
}

/// What a read was as of.
pub(crate) fn as_of((Position(position), recorded_at): (Position, Micros)) -> Result<Value> {
    Ok(json!({ "position": position, "recorded_at": times::in_utc(recorded_at)? }))
}

/// A log key, with the sizes of the checkpoints that it may sign.
pub(crate) fn log_key(key: &PolicyKey) -> Value {
    let mut shown = json!({ "vkey": key.vkey.to_string(), "from": key.from });
    if let (Some(members), Some(until)) = (shown.as_object_mut(), key.until) {
        members.insert("until".to_owned(), until.into());
    }
    shown
}

/// Who holds the seats of a ledger of a directory now.
pub(crate) fn seats(view: &View) -> Result<Value> {
    let seats = view.seats(Position(view.size().saturating_sub(1)))?;
    Ok(serde_json::to_value(seats.map(|seats| seats.held).unwrap_or_default())?)
}

/// The founders at the opening, by the event that opened a ledger: who was what, for which agency, and the SHA-256 of his
/// certificate, which each of them compares with his own. Seats that went over to others later are told by [`seats`].
pub(crate) fn founders(opened: &Value) -> Vec<Value> {
    let groups =
        [("authority", "authorities"), ("registrar", "registrars"), ("service", "services")];
    let of_group = |(role, group): (&str, &str)| {
        let members = opened.pointer(&format!("/data/{group}")).and_then(Value::as_array);
        let founder = |member: &Value| {
            let der = member.pointer("/chain/0").and_then(Value::as_str);
            let der = der.and_then(|text| STANDARD.decode(text).ok());
            json!({
                "role": role,
                "agency": member.get("agency"),
                "person": member.get("person"),
                "certificate": der.map(|der| Hash::of(&der).to_string()),
            })
        };
        members.into_iter().flatten().map(founder).collect::<Vec<_>>()
    };
    groups.into_iter().flat_map(of_group).collect()
}

/// The founders at the opening of a ledger of a directory.
pub(crate) fn founders_of(view: &View) -> Result<Vec<Value>> {
    let Some(opening) = view.entry(Position(0))? else { return Ok(Vec::new()) };
    Ok(founders(&serde_json::from_slice(&opening.payload)?))
}

/// A ledger of a directory.
pub(crate) fn ledger(view: &View) -> Value {
    json!({
        "region": view.region(),
        "origin": view.origin(),
        "vkey": view.vkey(),
        "keys": view.log_keys().all().iter().map(log_key).collect::<Vec<_>>(),
        "size": view.size(),
        "ruleset": view.ruleset().hash().to_string(),
    })
}
