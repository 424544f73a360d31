//! Rows of registers, and what they were before.

use std::collections::BTreeMap;

use jejak_ledger::log::Position;
use jejak_ledger::registers::{self, Register};
use jejak_ledger::rules::Thing;
use jejak_ledger::{ReadError, Teller};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::{AsOfView, Stub, Time};
use crate::openapi::shapes;
use crate::problem::Problem;
use crate::reader::Reader;

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

/// A register of the ledger.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Register)]
pub(crate) struct RegisterView {
    pub(crate) register: &'static str,
    pub(crate) columns: Vec<&'static str>,
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

/// One row.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Row)]
pub(crate) struct RowView {
    pub(crate) register: &'static str,
    pub(crate) as_of: AsOfView,
    #[schema(schema_with = shapes::object)]
    pub(crate) row: Value,
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
