//! What a row of a register was before: each version, and what it changed.

use std::collections::BTreeMap;

use axum::http::Uri;
use axum::response::Response;
use jejak_ledger::cursor::Place;
use jejak_ledger::log::Position;
use jejak_ledger::registers::Register;
use jejak_ledger::rules::Thing;
use jejak_ledger::{AsOf, Teller, View};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::app::AppState;
use crate::config::Limits;
use crate::listing::{Listing, Next};
use crate::moment::moment;
use crate::problem::Problem;
use crate::query::Params;
use crate::reader::Reader;
use crate::respond;
use crate::wire::{self, Change, HistoryView, Stub, VersionView};

/// `GET /v1/{ledger}/registers/{register}/{key}/history?as_of&limit&cursor`: the versions, oldest first.
pub(crate) async fn history(
    app: AppState,
    view: View,
    register: Register,
    key: String,
    uri: &Uri,
    reader: Reader,
) -> Result<Response, Problem> {
    let params = Params::of(uri, &["as_of", "limit", "cursor"])?;
    let limits = app.config().limits.clone();
    let name = format!("{}/registers/{}/{key}/history", view.region(), register.name);
    let listing = Listing::of(name, uri.path(), &params, limits.page_rows_max, &reader)?;
    let work = move || {
        let (page, next) = page(&listing, &view, &register, &key, &reader, &limits)?;
        respond::page(&page, next)
    };
    app.blocking().run(work).await
}

/// Reads in steps, so that a page is bounded in rows and in bytes.
fn page(
    listing: &Listing,
    view: &View,
    register: &Register,
    key: &str,
    reader: &Reader,
    limits: &Limits,
) -> Result<(HistoryView, Option<Next>), Problem> {
    let size = listing.size(view)?;
    let as_of = moment(view, AsOf::Position(Position(size.saturating_sub(1))))?;
    // A key can be guessed: whether it is there is withheld as well.
    let last = view.register_row(register, key, as_of.position)?;
    last.filter(|thing| reader.may_see(thing.class)).ok_or(Problem::UnknownRow)?;
    let teller = view.teller(as_of.position)?;
    let mut after = listing.position()?;
    let mut before = match after {
        Some(position) => view.register_row(register, key, position)?,
        None => None,
    };
    let mut versions: Vec<Box<RawValue>> = Vec::new();
    let mut bytes: usize = 0;
    while versions.len() < listing.limit && bytes < limits.page_bytes_max {
        let step = STEP_ROWS.min(listing.limit - versions.len());
        let first = after.map_or(0, |after| after.0.saturating_add(1));
        let page = view.row_versions(register, key, first..size, step)?;
        for thing in page.versions {
            let element = element(register, key, before.as_ref(), &thing, &teller, reader)?;
            bytes = bytes.saturating_add(element.get().len());
            versions.push(element);
            before = Some(thing);
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let next = after.map(|position| listing.next(size, Place::Position(position))).transpose()?;
    let cursor = next.as_ref().map(|next| next.cursor.clone());
    let (register, key) = (register.name, key.to_owned());
    Ok((HistoryView { register, key, as_of, versions, next: cursor }, next))
}

fn element(
    register: &Register,
    key: &str,
    before: Option<&Thing>,
    thing: &Thing,
    teller: &Teller<'_>,
    reader: &Reader,
) -> Result<Box<RawValue>, Problem> {
    if !reader.may_see(thing.class) {
        return wire::element(&Stub::of(thing.position, thing.recorded_at, thing.class));
    }
    reader.saw_key(thing.class, key);
    let before = before.filter(|before| reader.may_see(before.class));
    wire::element(&VersionView::of(thing, changes(register, key, before, thing), teller)?)
}

/// The columns that differ from the version before; of the first, those that have a value.
pub(crate) fn changes(
    register: &Register,
    key: &str,
    before: Option<&Thing>,
    thing: &Thing,
) -> BTreeMap<&'static str, Change> {
    let row = |thing: &Thing| register.row(key, thing, thing.class, thing.recorded_at);
    let (old, new) = (before.map(row), row(thing));
    let columns = register.columns.iter().map(|column| column.name);
    let changed = ["state"].into_iter().chain(columns).filter_map(|name| {
        let old = old.as_ref().and_then(|old| old.get(name)).cloned().unwrap_or(Value::Null);
        let new = new.get(name).cloned().unwrap_or(Value::Null);
        (old != new).then_some((name, Change { old, new }))
    });
    changed.collect()
}

/// Versions read at once.
const STEP_ROWS: usize = 64;
