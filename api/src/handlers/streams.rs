//! One stream: the state it is in and the events that touched it. What it is next: `next.rs`.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use jejak_ledger::cursor::Place;
use jejak_ledger::log::Position;
use jejak_ledger::registers::marks;
use jejak_ledger::rules::Thing;
use jejak_ledger::{AsOf, View};
use serde_json::value::RawValue;

use super::next;
use crate::app::AppState;
use crate::listing::{Listing, Next};
use crate::moment::{judged_at, moment};
use crate::path::{InLedger, Segments, before_last};
use crate::problem::Problem;
use crate::query::Params;
use crate::reader::{Reader, class_name};
use crate::respond;
use crate::wire::{self, EntryView, NotHeldView, StreamView, Time};

/// `GET /v1/{ledger}/streams/{subject}?as_of&limit&cursor`, and `/next` after it. A stream whose own name ends in
/// `/next` is asked for with that slash written as `%2F`.
pub(crate) async fn stream(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    segments: Segments,
    uri: Uri,
    reader: Reader,
) -> Result<Response, Problem> {
    let path = segments.segment("subject")?;
    let view = ledger.view();
    if let Some(subject) = before_last(&uri, path, "next") {
        return next::next(app, view, subject.to_owned(), &uri, reader).await;
    }
    let subject = path.to_owned();
    let params = Params::of(&uri, &["as_of", "limit", "cursor"])?;
    let name = format!("{}/streams/{subject}", ledger.region());
    let listing =
        Listing::of(name, uri.path(), &params, app.config().limits.page_rows_max, &reader)?;
    let state = app.clone();
    let work = move || {
        let (page, next) = page(&listing, &view, &subject, &reader, &state)?;
        respond::page(&page, next)
    };
    app.blocking().run(work).await
}

/// Reads in steps, so that a page is bounded in rows and in bytes.
fn page(
    listing: &Listing,
    view: &View,
    subject: &str,
    reader: &Reader,
    app: &AppState,
) -> Result<(StreamView, Option<Next>), Problem> {
    let (size, limits) = (listing.size(view)?, &app.config().limits);
    let as_of = moment(view, AsOf::Position(Position(size.saturating_sub(1))))?;
    // A stream can be guessed: whether it is there is withheld as well.
    let thing = view.stream(subject, as_of.position)?;
    let thing = thing.filter(|thing| reader.may_see(thing.class)).ok_or(Problem::UnknownStream)?;
    reader.saw_key(thing.class, subject);
    let mut events: Vec<Box<RawValue>> = Vec::new();
    let mut bytes: usize = 0;
    let mut after = listing.position()?;
    while events.len() < listing.limit && bytes < limits.page_bytes_max {
        let step = STEP_ROWS.min(listing.limit - events.len());
        let first = after.map_or(0, |after| after.0.saturating_add(1));
        let page = view.touching(subject, first..size, step)?;
        let mut rows = Vec::with_capacity(step);
        for entry in page.entries {
            let position = entry.record.position;
            rows.push((position, wire::element(&EntryView::of(view, entry, reader)?)?));
        }
        for record in &page.not_held {
            rows.push((record.position, wire::element(&NotHeldView::of(record))?));
        }
        rows.sort_by_key(|(position, _)| *position);
        for (_, element) in rows {
            bytes = bytes.saturating_add(element.get().len());
            events.push(element);
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let next = after.map(|position| listing.next(size, Place::Position(position))).transpose()?;
    let cursor = next.as_ref().map(|next| next.cursor.clone());
    let mut marks = marks(&thing);
    let judged_at = judged_at(app, listing.question.as_of()?, as_of);
    let teller = view.teller(as_of.position)?.asked_at(judged_at);
    teller.marks(&mut marks)?;
    teller.waiting(subject, &mut marks)?;
    let Thing { state, version, position, recorded_at, class, .. } = thing;
    let shown = StreamView {
        stream: subject.to_owned(),
        as_of,
        state,
        version,
        position,
        recorded_at: Time(recorded_at),
        class: class_name(class),
        marks,
        events,
        next: cursor,
    };
    Ok((shown, next))
}

/// Entries read at once: a statement may have 64 KiB.
const STEP_ROWS: usize = 64;
