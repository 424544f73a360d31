//! What no rule set needs to say of a text or a date: that it is read as it was written, and that it is of our time.
//! From version 3 of the structural acts on.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::act::Act;
use super::folded::is_unseen;
use super::refusal::{Fault, Why};
use super::schema::{FieldKind, FieldSpec, Pointer};
use crate::event::{Document, Event, TIME_AHEAD_S_MAX, parse_date, parse_time};

/// Structural rule: what names something has no character that nobody sees.
const SEEN_RULE: &str = "SYS.0.3";
/// Structural rule: days and times are of the time of the Republic.
const OF_OUR_TIME_RULE: &str = "SYS.0.4";
/// The day of the proclamation: no office, document or act of the Republic is older.
const FIRST_DAY: Date = date(1945, 8, 17);
/// Of the years that a ledger knows (`{x:year}`) the last day.
const LAST_DAY: Date = date(2999, 12, 31);
/// Longest text that names something, in bytes; a longer one is running text, in which what joins letters and pictures is
/// as people type it.
const NAME_BYTES_MAX: usize = 500;

/// Every place of the event where a name shows otherwise than it is, or a day is out of all sense.
/// The content of its act stands at `data`.
pub(super) fn faults(act: &Act, event: &Event, data: &'static str) -> Vec<Fault> {
    let ahead = TIME_AHEAD_S_MAX.saturating_mul(1_000_000);
    let signed = event.imported.as_ref().map_or(event, |imported| &imported.signed);
    let latest = signed.time.micros.saturating_add(ahead);
    let mut sense = Sense { latest, faults: Vec::new() };
    sense.moment(signed.time.micros, false, Pointer::Root("/time"));
    if let Some(imported) = &event.imported {
        sense.day(imported.day, Pointer::Root("/data/at"));
        sense.paper(&imported.source, Pointer::Root("/data/source"));
    }
    if let Some(decision) = &event.decision {
        sense.day(decision.date, Pointer::Root("/decision/date"));
        sense.paper(&decision.document, Pointer::Root("/decision/document"));
    }
    if let Some(late) = &event.late {
        sense.paper(&late.document, Pointer::Root("/late/document"));
    }
    sense.fields(&act.fields, &event.data, Pointer::Root(data));
    sense.faults
}

struct Sense {
    /// What happened had happened by then, in microseconds.
    latest: i64,
    faults: Vec<Fault>,
}

impl Sense {
    fn fields(&mut self, fields: &[FieldSpec], object: &Map<String, Value>, at: Pointer<'_>) {
        for field in fields {
            if let Some(value) = object.get(&field.name) {
                self.value(&field.kind, value, Pointer::Name(&at, &field.name));
            }
        }
    }

    fn value(&mut self, kind: &FieldKind, value: &Value, at: Pointer<'_>) {
        match (kind, value) {
            (FieldKind::Text { max }, Value::String(text)) if *max <= NAME_BYTES_MAX => {
                self.name(text, at);
            }
            (FieldKind::Date, Value::String(text)) => {
                if let Some(day) = parse_date(text) {
                    self.day(day, at);
                }
            }
            (FieldKind::Time { ahead }, Value::String(text)) => {
                if let Some(micros) = parse_time(text) {
                    self.moment(micros, *ahead, at);
                }
            }
            (FieldKind::Document { .. }, value) => {
                if let Some(day) = value.get("date").and_then(Value::as_str).and_then(parse_date) {
                    self.day(day, Pointer::Name(&at, "date"));
                }
            }
            (FieldKind::List { of, .. }, Value::Array(list)) => {
                for (index, item) in list.iter().enumerate() {
                    self.value(of, item, Pointer::Index(&at, index));
                }
            }
            (FieldKind::Map { fields }, Value::Object(object)) => self.fields(fields, object, at),
            _ => {}
        }
    }

    fn name(&mut self, text: &str, at: Pointer<'_>) {
        if text.is_ascii() {
            return;
        }
        if let Some(unseen) = text.chars().find(|c| is_unseen(*c)) {
            let why = Why::Unseen { character: format!("U+{:04X}", u32::from(unseen)) };
            self.faults.push(at.fault(Some(SEEN_RULE), why));
        }
    }

    fn paper(&mut self, document: &Document, at: Pointer<'_>) {
        if let Some(day) = document.date {
            self.day(day, Pointer::Name(&at, "date"));
        }
    }

    fn day(&mut self, day: Date, at: Pointer<'_>) {
        if day < FIRST_DAY || day > LAST_DAY {
            self.outside(LAST_DAY.to_string(), at);
        }
    }

    fn moment(&mut self, micros: i64, ahead: bool, at: Pointer<'_>) {
        let Ok(moment) = Timestamp::from_microsecond(micros) else { return };
        let day = moment.to_zoned(TimeZone::UTC).date();
        let latest = Timestamp::from_microsecond(self.latest).ok().filter(|_| !ahead);
        if day < FIRST_DAY || latest.map_or(day > LAST_DAY, |latest| moment > latest) {
            let until = latest.map_or_else(|| LAST_DAY.to_string(), |latest| latest.to_string());
            self.outside(until, at);
        }
    }

    fn outside(&mut self, until: String, at: Pointer<'_>) {
        let why = Why::OutOfTime { from: FIRST_DAY.to_string(), until };
        self.faults.push(at.fault(Some(OF_OUR_TIME_RULE), why));
    }
}
