//! The list of events, in order, with filters and cursor.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use jejak_ledger::log::Position;
use jejak_ledger::{AsOf, EntryFilter, View};
use serde_json::value::RawValue;

use crate::app::AppState;
use crate::config::Limits;
use crate::cursor::{self, EventsCursor};
use crate::path::InLedger;
use crate::problem::{Fault, Problem};
use crate::query::{Params, invalid};
use crate::reader::Reader;
use crate::respond;
use crate::wire::{self, AsOfView, EntryView, EventsView, HeadView, NotHeldView, Time};

/// `GET /v1/{ledger}/events?after&limit&cursor&type&subject&source`.
pub(crate) async fn list(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    uri: Uri,
    reader: Reader,
) -> Result<Response, Problem> {
    let params = Params::of(&uri, &["after", "limit", "cursor", "type", "subject", "source"])?;
    let limits = app.config().limits.clone();
    let limit = params.limit(limits.page_rows_max)?;
    let question = Question::of(&params, ledger.region(), &reader)?;
    let view = ledger.view();
    let work = move || respond::json(&question.page(&view, &reader, limit, &limits)?);
    app.blocking().run(work).await
}

/// Which events, and from where.
struct Question {
    ledger: String,
    filter: EntryFilter,
    after: Option<Position>,
}

impl Question {
    fn of(params: &Params, ledger: &str, reader: &Reader) -> Result<Self, Problem> {
        let text = |name| Ok::<_, Problem>(params.text(name)?.map(str::to_owned));
        let asked = EntryFilter {
            event_type: text("type")?,
            subject: text("subject")?,
            source: text("source")?,
            class_max: reader.class(),
        };
        let after = params.after()?;
        let ledger = ledger.to_owned();
        let Some(cursor) = params.text("cursor")? else {
            return Ok(Self { ledger, filter: asked, after });
        };
        let cursor: EventsCursor = cursor::decode(cursor, reader)?;
        if cursor.ledger != ledger {
            return Err(cursor::foreign());
        }
        if after.is_some() {
            return Err(invalid("after", Fault::CursorWith));
        }
        let filter = EntryFilter {
            event_type: cursor.event_type,
            subject: cursor.subject,
            source: cursor.source,
            class_max: reader.class(),
        };
        agree("type", asked.event_type.as_deref(), filter.event_type.as_deref())?;
        agree("subject", asked.subject.as_deref(), filter.subject.as_deref())?;
        agree("source", asked.source.as_deref(), filter.source.as_deref())?;
        Ok(Self { ledger, filter, after: Some(cursor.after) })
    }

    /// Reads in steps, so that a page is bounded in rows, in bytes and in what it looks at.
    fn page(
        self,
        view: &View,
        reader: &Reader,
        limit: usize,
        limits: &Limits,
    ) -> Result<EventsView, Problem> {
        let mut events: Vec<Box<RawValue>> = Vec::new();
        let mut bytes: usize = 0;
        let mut after = self.after;
        let mut ended_at = None;
        let mut examine = limits.page_examined_max;
        while events.len() < limit && bytes < limits.page_bytes_max {
            let step = STEP_ROWS.min(limit - events.len());
            let page = view.entries(&self.filter, after, step, examine)?;
            examine = examine.saturating_sub(page.examined);
            let is_full = page.entries.len() + page.not_held.len() == step;
            let mut rows = Vec::with_capacity(step);
            for entry in page.entries {
                let position = entry.record.position;
                rows.push((position, wire::element(&EntryView::of(entry, reader)?)?));
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
        let next = ended_at.map(|position| self.cursor(position, reader)).transpose()?;
        Ok(EventsView { events, next, head: head(view)? })
    }

    fn cursor(&self, after: Position, reader: &Reader) -> Result<String, Problem> {
        let filter = self.filter.clone();
        let cursor = EventsCursor {
            ledger: self.ledger.clone(),
            event_type: filter.event_type,
            subject: filter.subject,
            source: filter.source,
            after,
        };
        cursor::encode(&cursor, reader)
    }
}

/// A filter beside a cursor may be left out, but not changed.
fn agree(name: &str, asked: Option<&str>, of_cursor: Option<&str>) -> Result<(), Problem> {
    if asked.is_none() || asked == of_cursor {
        Ok(())
    } else {
        Err(invalid(name, Fault::CursorWith))
    }
}

fn head(view: &View) -> Result<HeadView, Problem> {
    let last = view.as_of(AsOf::Head)?;
    let last =
        last.map(|(position, recorded_at)| AsOfView { position, recorded_at: Time(recorded_at) });
    Ok(HeadView { size: view.size(), last })
}

/// Entries read at once: a statement may have 64 KiB.
const STEP_ROWS: usize = 64;
