//! The registers, as of any position or time.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use jejak_ledger::cursor::Place;
use jejak_ledger::log::Position;
use jejak_ledger::registers::{self, Register};
use jejak_ledger::{AsOf, View};
use serde_json::json;
use serde_json::value::RawValue;

use crate::app::AppState;
use crate::listing::{self, Listing, Next};
use crate::moment::moment;
use crate::path::{InLedger, Segments};
use crate::problem::Problem;
use crate::query::{NoParams, Params};
use crate::reader::Reader;
use crate::respond;
use crate::wire::{self, AsOfView, RowView, RowsView};

/// `GET /v1/{ledger}/registers`: their names and columns.
pub(crate) async fn list(_: InLedger, _: Reader, _: NoParams) -> Result<Response, Problem> {
    let described = |register: &Register| {
        let columns: Vec<_> = register.columns.iter().map(|column| column.name).collect();
        json!({ "register": register.name, "columns": columns })
    };
    let all: Vec<_> = registers::ALL.iter().map(described).collect();
    respond::json(&all)
}

/// `GET /v1/{ledger}/registers/{register}?as_of&limit&cursor`.
pub(crate) async fn rows(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    segments: Segments,
    uri: Uri,
    reader: Reader,
) -> Result<Response, Problem> {
    let params = Params::of(&uri, &["as_of", "limit", "cursor"])?;
    let register = register(&segments)?;
    let name = format!("{}/registers/{}", ledger.region(), register.name);
    let rows_max = app.config().limits.page_rows_max;
    let listing = Listing::of(name, uri.path(), &params, rows_max, &reader)?;
    let view = ledger.view();
    let work = {
        let app = app.clone();
        move || {
            let question = Question::of(&app, &listing, &view, register)?;
            let (page, next) = question.page(&app, &listing, &view, &reader)?;
            respond::page(&page, next)
        }
    };
    app.blocking().run(work).await
}

/// `GET /v1/{ledger}/registers/{register}/{key}?as_of`.
pub(crate) async fn row(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    segments: Segments,
    uri: Uri,
    reader: Reader,
) -> Result<Response, Problem> {
    let as_of = Params::of(&uri, &["as_of"])?.as_of()?;
    let register = register(&segments)?;
    let key = segments.segment("key")?.to_owned();
    let view = ledger.view();
    let work = move || {
        let as_of = moment(&view, as_of)?;
        let thing = view.register_row(&register, &key, as_of.position)?;
        // A key can be guessed: whether it is there is withheld as well.
        let thing = thing.filter(|thing| reader.may_see(thing.class));
        let thing = thing.ok_or(Problem::UnknownRow)?;
        let row = wire::row(&register, &key, &thing, &reader)?;
        respond::json(&RowView { register: register.name, as_of, row })
    };
    app.blocking().run(work).await
}

/// Which rows, as of when, from where.
struct Question {
    register: Register,
    as_of: AsOfView,
    after: Option<String>,
}

impl Question {
    fn of(
        app: &AppState,
        listing: &Listing,
        view: &View,
        register: Register,
        reader: &Reader,
    ) -> Result<Self, Problem> {
        let last = listing.size(view)?.saturating_sub(1);
        let as_of = moment(view, AsOf::Position(Position(last)))?;
        let after = match listing.place() {
            None => None,
            Some(Place::Key(key)) => Some(key.clone()),
            Some(Place::Kept(id)) => Some(app.places().key(id).ok_or(Problem::PlaceForgotten)?),
            Some(Place::Position(_)) => return Err(listing::foreign()),
        };
        Ok(Self { register, as_of, after })
    }

    /// Reads in steps, so that a page is bounded in rows, in bytes and in what it looks at.
    fn page(
        self,
        app: &AppState,
        listing: &Listing,
        view: &View,
        reader: &Reader,
    ) -> Result<(RowsView, Option<Next>), Problem> {
        let limits = &app.config().limits;
        let as_of = self.as_of;
        let mut rows: Vec<Box<RawValue>> = Vec::new();
        let mut bytes: usize = 0;
        let mut after = self.after.clone();
        let mut next = None;
        while rows.len() < listing.limit && bytes < limits.page_bytes_max {
            let step = STEP_ROWS.min(listing.limit - rows.len());
            let examined_max = limits.page_examined_max;
            let after_key = after.as_deref();
            let page =
                view.register(&self.register, as_of.position, after_key, step, examined_max)?;
            let is_full = page.rows.len() == step;
            for (key, thing) in &page.rows {
                let row = wire::element(&wire::row(&self.register, key, thing, reader)?)?;
                bytes = bytes.saturating_add(row.get().len());
                rows.push(row);
            }
            let is_seen = |key: &String| {
                page.rows.last().is_some_and(|(last, row)| last == key && reader.may_see(row.class))
            };
            next = page.next.clone().map(|key| (is_seen(&key), key));
            after = page.next;
            if !is_full || after.is_none() {
                break;
            }
        }
        let next = next.map(|(is_seen, key)| {
            let place = if is_seen { Place::Key(key) } else { Place::Kept(app.places().keep(key)) };
            listing.next(as_of.position.0.saturating_add(1), place)
        });
        let next = next.transpose()?;
        let cursor = next.as_ref().map(|next| next.cursor.clone());
        Ok((RowsView { register: self.register.name, as_of, rows, next: cursor }, next))
    }
}

/// The register of the path, if there is one of that name.
fn register(segments: &Segments) -> Result<Register, Problem> {
    let name = segments.segment("register")?;
    registers::by_name(name).ok_or_else(|| Problem::UnknownRegister {
        name: name.chars().take(NAME_CHARS_MAX).collect(),
    })
}

/// Rows read at once.
const STEP_ROWS: usize = 64;
const NAME_CHARS_MAX: usize = 64;
