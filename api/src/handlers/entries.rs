//! One position of the log: its entry, its statement, its receipt.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use jejak_ledger::rules::Class;
use jejak_ledger::{Entry, View};

use crate::app::AppState;
use crate::media;
use crate::path::{AtPosition, InLedger};
use crate::problem::Problem;
use crate::query::NoParams;
use crate::reader::Reader;
use crate::respond;
use crate::wire::{EntryView, LiftedView};

/// `GET /v1/{ledger}/events/{position}`.
pub(crate) async fn entry(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    at: AtPosition,
    reader: Reader,
    _: NoParams,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let view = ledger.view();
    let work = move || {
        let entry = recorded(&view, at)?;
        let class = entry.class;
        match EntryView::of(&view, entry, &reader)? {
            shown @ EntryView::Shown(_) => respond::immutable_json(&request, class, &shown),
            // Another reader may see more at the same address.
            withheld @ EntryView::Withheld(_) => respond::json(&withheld),
        }
    };
    app.blocking().run(work).await
}

/// `GET /v1/{ledger}/events/{position}/data`: the content in the newest version of its type's schema. It changes with
/// the rules in force; the statement never does.
pub(crate) async fn data(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    at: AtPosition,
    reader: Reader,
    _: NoParams,
) -> Result<Response, Problem> {
    let view = ledger.view();
    let work = move || {
        let entry = recorded(&view, at)?;
        reader.require(entry.class)?;
        respond::json(&LiftedView::of(at.0, view.lifted(&entry)?))
    };
    app.blocking().run(work).await
}

/// `GET /v1/{ledger}/events/{position}/statement`: the JWS as it was posted.
pub(crate) async fn statement(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    at: AtPosition,
    reader: Reader,
    _: NoParams,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let view = ledger.view();
    let work = move || {
        let entry = recorded(&view, at)?;
        reader.require(entry.class)?;
        let statement = view.statement(at.0)?.ok_or(Problem::NotHeld)?;
        let tag = entry.record.statement.to_string();
        Ok(respond::immutable(&request, entry.class, &tag, media::JOSE, statement))
    };
    app.blocking().run(work).await
}

/// `GET /v1/{ledger}/events/{position}/receipt`: hashes and a proof, so it is public whatever the event's class. It
/// is proven against the newest checkpoint, so it changes as the ledger grows; every one of them stays valid.
pub(crate) async fn receipt(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    at: AtPosition,
    _: Reader,
    _: NoParams,
) -> Result<Response, Problem> {
    let view = ledger.view();
    let work = move || {
        let receipt = view.receipt(at.0)?.ok_or_else(|| unknown(&view))?;
        respond::json(&receipt)
    };
    app.blocking().run(work).await
}

pub(super) fn recorded(view: &View, at: AtPosition) -> Result<Entry, Problem> {
    match view.entry(at.0)? {
        Some(entry) => Ok(entry),
        None if at.0.0 < view.size() => Err(Problem::NotHeld),
        None => Err(unknown(view)),
    }
}

/// The class of the event at a position. Of one whose statement is not held only hashes are left.
pub(super) fn class_of(view: &View, at: AtPosition) -> Result<Class, Problem> {
    match view.entry(at.0)? {
        Some(entry) => Ok(entry.class),
        None if at.0.0 < view.size() => Ok(Class::Public),
        None => Err(unknown(view)),
    }
}

pub(super) fn unknown(view: &View) -> Problem {
    Problem::UnknownPosition { size: view.size() }
}
