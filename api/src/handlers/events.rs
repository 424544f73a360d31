//! The list of events, in order, with filters and cursor.
//!
//! A page is bounded in rows, in bytes and in what it looks at: a filter that matches little ends a page early, even
//! an empty one, with a cursor. `from`, `to`, `after` and `as_of` are seeks, and so is `subject`; the others look at
//! each event. What is above the reader's class matches no filter that looks into it.

use std::ops::Range;

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use jejak_ledger::cursor::Place;
use jejak_ledger::log::{Micros, Position};
use jejak_ledger::{EntryFilter, Form, View};
use serde_json::value::RawValue;

use crate::app::AppState;
use crate::config::Limits;
use crate::listing::{Listing, Next};
use crate::moment;
use crate::path::InLedger;
use crate::problem::{Fault, Problem};
use crate::query::{Params, invalid};
use crate::reader::Reader;
use crate::respond;
use crate::wire::{self, EntryView, EventsView, HeadView, NotHeldView};

/// `GET /v1/{ledger}/events?...`: see [`KNOWN`].
pub(crate) async fn list(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    uri: Uri,
    reader: Reader,
) -> Result<Response, Problem> {
    let params = Params::of(&uri, &KNOWN)?;
    let limits = app.config().limits.clone();
    let name = format!("{}/events", ledger.region());
    let listing = Listing::of(name, uri.path(), &params, limits.page_rows_max, &reader)?;
    let view = ledger.view();
    let work = move || {
        let question = Question::of(&listing, &view, &reader)?;
        let (page, next) = question.page(&listing, &view, &reader, &limits)?;
        respond::page(&page, next)
    };
    app.blocking().run(work).await
}

/// Which events, of how many records, and from where.
struct Question {
    filter: EntryFilter,
    size: u64,
    after: Option<Position>,
}

impl Question {
    fn of(listing: &Listing, view: &View, reader: &Reader) -> Result<Self, Problem> {
        let params = &listing.question;
        let zone = view.zone()?;
        let size = listing.size(view)?;
        let signer = params.text("signer")?.map(str::parse).transpose();
        let filter = EntryFilter {
            event_type: params.of_form("type", Form::EventType)?,
            subject: params.of_form("subject", Form::Stream)?,
            source: params.of_form("source", Form::Source)?,
            signer: signer.map_err(|_| invalid("signer", Fault::Signer))?,
            acted_from: params.first_moment("acted_from", zone)?,
            acted_to: params.last_moment("acted_to", zone)?,
            within: Some(recorded(params, view, size)?),
            class_max: reader.class(),
        };
        in_order("acted_from", filter.acted_from, "acted_to", filter.acted_to)?;
        let after = listing.position()?.or(params.after()?);
        Ok(Self { filter, size, after })
    }

    /// Reads in steps, so that a page holds no more than its bytes.
    fn page(
        self,
        listing: &Listing,
        view: &View,
        reader: &Reader,
        limits: &Limits,
    ) -> Result<(EventsView, Option<Next>), Problem> {
        let mut events: Vec<Box<RawValue>> = Vec::new();
        let mut bytes: usize = 0;
        let mut after = self.after;
        let mut ended_at = None;
        let mut examine = limits.page_examined_max;
        while events.len() < listing.limit && bytes < limits.page_bytes_max {
            let step = STEP_ROWS.min(listing.limit - events.len());
            let page = view.entries(&self.filter, after, step, examine)?;
            examine = examine.saturating_sub(page.examined);
            let is_full = page.entries.len() + page.not_held.len() == step;
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
            ended_at = page.next;
            after = page.next;
            if !is_full || page.next.is_none() || examine == 0 {
                break;
            }
        }
        let next = ended_at.map(|position| listing.next(self.size, Place::Position(position)));
        let next = next.transpose()?;
        let head = HeadView { size: self.size, last: moment::last_of(view, self.size)? };
        let cursor = next.as_ref().map(|next| next.cursor.clone());
        Ok((EventsView { events, next: cursor, head }, next))
    }
}

/// The positions that `from` and `to` name, of the first `size`.
fn recorded(params: &Params, view: &View, size: u64) -> Result<Range<u64>, Problem> {
    let zone = view.zone()?;
    let (from, to) = (params.first_moment("from", zone)?, params.last_moment("to", zone)?);
    in_order("from", from, "to", to)?;
    let micros = |moment: i64| Micros(u64::try_from(moment).unwrap_or(0));
    let within = view.recorded_within(from.map(micros), to.map(micros))?;
    Ok(within.start..within.end.min(size))
}

/// A span that ends before it begins is a mistake, not an empty answer.
fn in_order(
    name: &str,
    from: Option<i64>,
    other: &'static str,
    to: Option<i64>,
) -> Result<(), Problem> {
    match (from, to) {
        (Some(from), Some(to)) if from > to => Err(invalid(name, Fault::NotAbove { other })),
        _ => Ok(()),
    }
}

/// What may be asked. `from` and `to` are of the recording, `acted_from` and `acted_to` of the act; both ends belong
/// to the span, and a date is the whole local day of the ledger.
const KNOWN: [&str; 12] = [
    "after",
    "limit",
    "cursor",
    "as_of",
    "type",
    "subject",
    "source",
    "signer",
    "from",
    "to",
    "acted_from",
    "acted_to",
];
/// Entries read at once: a statement may have 64 KiB.
const STEP_ROWS: usize = 64;
