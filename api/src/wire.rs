//! The JSON shapes of the interface, and how the ledger's types become them.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jejak_ledger::event::{Event, Mandate};
use jejak_ledger::log::{Micros, PolicyKey, Position, Receipt, Record};
use jejak_ledger::registers::{self, Register};
use jejak_ledger::rules::{Class, Signatory, Thing};
use jejak_ledger::{Entry, Ledger, ReadError, Receipted, Seat, Teller, View};
use jejak_signer::Hash;
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::noted_view::NotedView;
use crate::openapi::receipt;
use crate::openapi::shapes;
use crate::problem::Problem;
use crate::reader::{Reader, class_name};

/// A ledger of this server.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ledger)]
pub(crate) struct LedgerView {
    region: String,
    origin: String,
    /// The newest log key in force.
    vkey: String,
    /// All log keys, past and present.
    keys: Vec<LogKeyView>,
    #[schema(schema_with = shapes::whole)]
    size: u64,
    #[schema(schema_with = shapes::sha256)]
    ruleset: String,
    /// Who holds its seats now: authorities, registrars, services, with their certificates. Of one ledger, to readers of the
    /// class of what says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = shapes::objects, required = false)]
    pub(crate) seats: Option<Vec<Seat>>,
}

/// A log key, and the sizes of the checkpoints that it may sign.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LogKey)]
pub(crate) struct LogKeyView {
    /// A C2SP verifier key.
    vkey: String,
    /// First size at which it counts.
    #[schema(schema_with = shapes::whole)]
    from: u64,
    /// First size at which it no longer counts; none while it is in force.
    #[schema(schema_with = shapes::whole, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<u64>,
}

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

/// A version of a row, for the description: an element of its history.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "a description: elements are rendered one by one")]
enum PageVersion {
    /// What it changed.
    Shown(VersionView),
    /// That it is there.
    Withheld(Stub),
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

/// How far the ledger had grown when the question was answered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Head)]
pub(crate) struct HeadView {
    #[schema(schema_with = shapes::whole)]
    pub(crate) size: u64,
    #[serde(flatten)]
    pub(crate) last: Option<AsOfView>,
}

/// A position and the time at which it was recorded.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = AsOf)]
pub(crate) struct AsOfView {
    #[schema(schema_with = shapes::position)]
    pub(crate) position: Position,
    #[schema(schema_with = shapes::time)]
    pub(crate) recorded_at: Time,
}

/// A register of the ledger.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Register)]
pub(crate) struct RegisterView {
    pub(crate) register: &'static str,
    pub(crate) columns: Vec<&'static str>,
}

/// How the process is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Status)]
pub(crate) struct StatusView {
    pub(crate) status: &'static str,
    /// Regions of ledgers that did not open: they are not served, the others are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub(crate) shut: Vec<String>,
}

/// Which program answers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Program)]
pub(crate) struct ProgramView {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
}

/// A page of rows.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RowPage)]
pub(crate) struct RowsView {
    pub(crate) register: &'static str,
    pub(crate) as_of: AsOfView,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) totals: Option<TotalsView>,
    #[schema(schema_with = shapes::objects)]
    pub(crate) rows: Vec<Box<RawValue>>,
    pub(crate) next: Option<String>,
}

/// How many rows match, of those that the reader may see.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Totals)]
pub(crate) struct TotalsView {
    pub(crate) all: u64,
    pub(crate) by_state: BTreeMap<String, u64>,
    /// No: the register has more keys than one request looks at, and these are the first of them.
    pub(crate) complete: bool,
}

/// What a row was before: a page of its versions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RowHistory)]
pub(crate) struct HistoryView {
    pub(crate) register: &'static str,
    pub(crate) key: String,
    pub(crate) as_of: AsOfView,
    #[schema(value_type = Vec<PageVersion>)]
    pub(crate) versions: Vec<Box<RawValue>>,
    pub(crate) next: Option<String>,
}

/// One version of a row, and how it differs from the one before.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RowVersion)]
pub(crate) struct VersionView {
    #[schema(schema_with = shapes::position)]
    position: Position,
    #[schema(schema_with = shapes::time)]
    recorded_at: Time,
    version: u64,
    changes: BTreeMap<&'static str, Change>,
    /// What the event of this version was accepted with, or says of another.
    #[serde(skip_serializing_if = "serde_json::Map::is_empty")]
    #[schema(schema_with = shapes::object, required = false)]
    marks: serde_json::Map<String, Value>,
}

/// A column before and after.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Change {
    #[schema(schema_with = shapes::any)]
    pub(crate) old: Value,
    #[schema(schema_with = shapes::any)]
    pub(crate) new: Value,
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

/// One row.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Row)]
pub(crate) struct RowView {
    pub(crate) register: &'static str,
    pub(crate) as_of: AsOfView,
    #[schema(schema_with = shapes::object)]
    pub(crate) row: Value,
}

/// That a record is in the tree of a size.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InclusionProof)]
pub(crate) struct InclusionView {
    #[schema(schema_with = shapes::position)]
    pub(crate) position: Position,
    #[schema(schema_with = shapes::whole)]
    pub(crate) size: u64,
    #[schema(schema_with = shapes::base64_hashes)]
    pub(crate) hashes: Vec<String>,
}

/// That the tree of one size begins with that of another.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConsistencyProof)]
pub(crate) struct ConsistencyView {
    #[schema(schema_with = shapes::whole)]
    pub(crate) from: u64,
    #[schema(schema_with = shapes::whole)]
    pub(crate) to: u64,
    #[schema(schema_with = shapes::base64_hashes)]
    pub(crate) hashes: Vec<String>,
}

/// A moment, told as RFC 3339 in UTC with microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Time(pub(crate) Micros);

impl LedgerView {
    pub(crate) fn of(ledger: &Ledger) -> Self {
        let published = ledger.published();
        let of = |key: &PolicyKey| LogKeyView {
            vkey: key.vkey.to_string(),
            from: key.from,
            until: key.until,
        };
        Self {
            region: ledger.region().to_owned(),
            origin: ledger.origin().to_owned(),
            vkey: ledger.vkey(),
            keys: ledger.view().log_keys().all().iter().map(of).collect(),
            size: published.size,
            ruleset: published.ruleset.hash().to_string(),
            seats: None,
        }
    }
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

impl VersionView {
    pub(crate) fn of(
        thing: &Thing,
        changes: BTreeMap<&'static str, Change>,
        teller: &Teller<'_>,
    ) -> Result<Self, ReadError> {
        let (position, recorded_at) = (thing.position, Time(thing.recorded_at));
        let mut marks = registers::marks_of(thing, position);
        teller.row(&mut marks, thing)?;
        Ok(Self { position, recorded_at, version: thing.version, changes, marks })
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

/// A register's row, as far as the reader may see it. The key of a withheld row is withheld too: it names what the
/// row is about.
pub(crate) fn row(
    register: &Register,
    key: &str,
    thing: &Thing,
    teller: &Teller<'_>,
    reader: &Reader,
    as_of: AsOfView,
) -> Result<Value, Problem> {
    if !reader.may_see(thing.class) {
        let stub = Stub::of(thing.position, thing.recorded_at, thing.class);
        return serde_json::to_value(stub).map_err(|error| Problem::internal(&error));
    }
    reader.saw_key(thing.class, key);
    let mut row = register.row(key, thing, thing.class, as_of.recorded_at.0);
    if let Value::Object(members) = &mut row {
        members.insert("recorded_at".to_owned(), Time(thing.recorded_at).text().into());
        teller.row(members, thing)?;
        teller.waiting(&format!("{}{key}", register.prefix), members)?;
    }
    Ok(row)
}

/// The hashes of a proof as C2SP texts spell them: base64 with padding (RFC 4648, 4).
pub(crate) fn base64_of(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(|hash| BASE64_STANDARD.encode(hash.as_bytes())).collect()
}

/// JSON of one element of a page, so that a page can count its bytes.
pub(crate) fn element<T: Serialize>(value: &T) -> Result<Box<RawValue>, Problem> {
    serde_json::value::to_raw_value(value).map_err(|error| Problem::internal(&error))
}

/// The event exactly as it was signed. It was parsed before it was recorded, so it is JSON.
fn payload(bytes: Vec<u8>) -> Result<Box<RawValue>, Problem> {
    let text = String::from_utf8(bytes).map_err(|error| Problem::internal(&error))?;
    RawValue::from_string(text).map_err(|error| Problem::internal(&error))
}

impl Time {
    /// `2026-11-22T05:06:07.000000Z`.
    pub(crate) fn text(self) -> String {
        let micros = i64::try_from(self.0.0).unwrap_or(i64::MAX);
        // Beyond the year 9999 there is no RFC 3339; the number is still the truth.
        jiff::Timestamp::from_microsecond(micros)
            .map_or_else(|_| micros.to_string(), |time| format!("{time:.6}"))
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_six_digits_always() {
        assert_eq!(Time(Micros(0)).text(), "1970-01-01T00:00:00.000000Z");
        assert_eq!(Time(Micros(1_763_787_967_000_010)).text(), "2025-11-22T05:06:07.000010Z");
        assert_eq!(Time(Micros(u64::MAX)).text(), i64::MAX.to_string());
    }

    #[test]
    fn an_event_is_shown_with_the_digits_it_was_signed_with() {
        let shown = payload(b"{\"a\":1.50}".to_vec()).map(|raw| raw.get().to_owned());
        assert_eq!(shown.ok().as_deref(), Some("{\"a\":1.50}"));
        assert!(payload(b"{".to_vec()).is_err());
    }
}
