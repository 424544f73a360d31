//! Entries of the log and streams of them, as far as their reader may see them.

use jejak_ledger::event::{Event, Mandate};
use jejak_ledger::log::{Micros, Position, Receipt, Record};
use jejak_ledger::rules::{Class, Signatory};
use jejak_ledger::{Entry, Receipted, View};
use jejak_signer::Hash;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::{AsOfView, HeadView, Time};
use crate::noted_view::NotedView;
use crate::openapi::{receipt, shapes};
use crate::problem::Problem;
use crate::reader::{Reader, class_name};

/// The answer to a statement: where it stands, since when, and the proof.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Posted {
    #[schema(schema_with = shapes::position)]
    position: Position,
    #[schema(schema_with = shapes::time)]
    recorded_at: Time,
    #[schema(value_type = receipt::Receipt)]
    receipt: Receipt,
    #[serde(flatten)]
    noted: NotedView,
}

/// An entry of the log, as far as the reader may see it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = Entry)]
pub(crate) enum EntryView {
    /// All of it.
    Shown(Box<ShownEntry>),
    /// That it is there.
    Withheld(Stub),
}

/// An entry a reader may see.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
pub(crate) struct ShownEntry {
    #[schema(schema_with = shapes::position)]
    position: Position,
    #[schema(schema_with = shapes::time)]
    recorded_at: Time,
    #[schema(schema_with = shapes::class)]
    class: &'static str,
    #[serde(rename = "type")]
    event_type: String,
    subject: String,
    source: String,
    signer: SignerView,
    #[schema(schema_with = shapes::sha256)]
    statement_sha256: String,
    #[schema(schema_with = shapes::sha256)]
    event_key: String,
    #[serde(flatten)]
    noted: NotedView,
    #[schema(schema_with = shapes::object)]
    event: Box<RawValue>,
}

/// What an event says, in the newest version of its type's schema.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Content)]
pub(crate) struct LiftedView {
    #[schema(schema_with = shapes::position)]
    position: Position,
    #[serde(rename = "type")]
    event_type: String,
    /// Version of the type's schema; absent where the rules in force no longer know the type.
    #[serde(skip_serializing_if = "Option::is_none")]
    dataschema: Option<String>,
    #[schema(schema_with = shapes::object)]
    data: serde_json::Map<String, Value>,
}

impl LiftedView {
    pub(crate) fn of(position: Position, event: Event) -> Self {
        let dataschema = event.dataschema.map(|version| version.to_string());
        Self { position, event_type: event.kind, dataschema, data: event.data }
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Signatory)]
pub(crate) struct SignerView {
    person: String,
    agency: String,
    #[schema(schema_with = shapes::sha256)]
    certificate: String,
    /// As signed: the office that was used, by which mandate, given by what.
    #[serde(skip_serializing_if = "Option::is_none")]
    office: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mandate: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mandateref: Option<String>,
}

/// That something stands at a position, and no more.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WithheldEvent)]
pub(crate) struct Stub {
    #[schema(schema_with = shapes::position)]
    position: Position,
    #[schema(schema_with = shapes::time)]
    recorded_at: Time,
    #[schema(schema_with = shapes::class)]
    class: &'static str,
    withheld: bool,
}

/// What stands at a position, for the description: an element of a page.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "a description: elements are rendered one by one")]
enum PageEntry {
    /// The event, or that it is withheld.
    Entry(EntryView),
    /// A record whose statement is not held.
    NotHeld(NotHeldView),
}

/// A page of entries.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventPage)]
pub(crate) struct EventsView {
    #[schema(value_type = Vec<PageEntry>)]
    pub(crate) events: Vec<Box<RawValue>>,
    pub(crate) next: Option<String>,
    pub(crate) head: HeadView,
}

/// A stream: the state it is in, and a page of the events that touched it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Stream)]
pub(crate) struct StreamView {
    pub(crate) stream: String,
    pub(crate) as_of: AsOfView,
    pub(crate) state: String,
    pub(crate) version: u64,
    #[schema(schema_with = shapes::position)]
    pub(crate) position: Position,
    #[schema(schema_with = shapes::time)]
    pub(crate) recorded_at: Time,
    #[schema(schema_with = shapes::class)]
    pub(crate) class: &'static str,
    /// What was corrected, voided or revoked, and what waits for a signature.
    #[serde(skip_serializing_if = "serde_json::Map::is_empty")]
    #[schema(schema_with = shapes::object, required = false)]
    pub(crate) marks: serde_json::Map<String, Value>,
    #[schema(value_type = Vec<PageEntry>)]
    pub(crate) events: Vec<Box<RawValue>>,
    pub(crate) next: Option<String>,
}

impl Posted {
    /// Renders the receipt, which may read the store.
    pub(crate) fn of(receipted: &Receipted) -> Result<Self, Problem> {
        let receipt = receipted.receipt()?;
        let noted = NotedView::of(receipted.noted()?);
        let recorded_at = Time(receipted.recorded_at);
        Ok(Self { position: receipted.position, recorded_at, receipt, noted })
    }

    /// Reads record and receipt of an event that stands in the log.
    pub(crate) fn stored(view: &View, position: Position) -> Result<Self, Problem> {
        let missing = || Problem::internal(&"an answered event without a record");
        let record = view.record(position)?.ok_or_else(missing)?;
        let receipt = view.receipt(position)?.ok_or_else(missing)?;
        let noted = NotedView::of(view.noted_at(position)?);
        Ok(Self { position, recorded_at: Time(record.recorded_at), receipt, noted })
    }
}

impl EntryView {
    pub(crate) fn of(view: &View, entry: Entry, reader: &Reader) -> Result<Self, Problem> {
        if !reader.may_see(entry.class) {
            return Ok(Self::Withheld(Stub::of(
                entry.record.position,
                entry.record.recorded_at,
                entry.class,
            )));
        }
        reader.saw_position(entry.class, entry.record.position);
        let noted = NotedView::of(view.noted(&entry)?);
        let Signatory { person, agency, certificate, .. } = entry.signatory;
        Ok(Self::Shown(Box::new(ShownEntry {
            position: entry.record.position,
            recorded_at: Time(entry.record.recorded_at),
            class: class_name(entry.class),
            event_type: entry.event.kind,
            subject: entry.event.subject,
            source: entry.event.source,
            signer: SignerView {
                office: entry.event.office,
                mandate: entry.event.mandate.map(Mandate::as_str),
                mandateref: entry.event.mandate_ref,
                ..SignerView::of(person, agency, &certificate)
            },
            statement_sha256: entry.record.statement.to_string(),
            event_key: entry.event_key.to_string(),
            noted,
            event: payload(entry.payload)?,
        })))
    }
}

/// A record whose statement is not held.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NotHeldEvent)]
pub(crate) struct NotHeldView {
    #[schema(schema_with = shapes::position)]
    position: Position,
    #[schema(schema_with = shapes::time)]
    recorded_at: Time,
    #[schema(schema_with = shapes::sha256)]
    statement_sha256: String,
    held: bool,
}

impl NotHeldView {
    pub(crate) fn of(record: &Record) -> Self {
        Self {
            position: record.position,
            recorded_at: Time(record.recorded_at),
            statement_sha256: record.statement.to_string(),
            held: false,
        }
    }
}

impl SignerView {
    /// Who signed; nothing about an office.
    pub(crate) fn of(person: String, agency: String, certificate: &Hash) -> Self {
        let certificate = certificate.to_string();
        Self { person, agency, certificate, office: None, mandate: None, mandateref: None }
    }
}

impl Stub {
    pub(crate) fn of(position: Position, recorded_at: Micros, class: Class) -> Self {
        Self { position, recorded_at: Time(recorded_at), class: class_name(class), withheld: true }
    }
}

/// The event exactly as it was signed. It was parsed before it was recorded, so it is JSON.
fn payload(bytes: Vec<u8>) -> Result<Box<RawValue>, Problem> {
    let text = String::from_utf8(bytes).map_err(|error| Problem::internal(&error))?;
    RawValue::from_string(text).map_err(|error| Problem::internal(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_shown_with_the_digits_it_was_signed_with() {
        let shown = payload(b"{\"a\":1.50}".to_vec()).map(|raw| raw.get().to_owned());
        assert_eq!(shown.ok().as_deref(), Some("{\"a\":1.50}"));
        assert!(payload(b"{".to_vec()).is_err());
    }
}
