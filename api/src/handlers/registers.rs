//! The registers, as of any position or time.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use jejak_ledger::cursor::Place;
use jejak_ledger::log::Position;
use jejak_ledger::registers::{self, Register};
use jejak_ledger::rules::Thing;
use jejak_ledger::{AsOf, View};
use serde_json::value::RawValue;

use super::history;
use crate::app::AppState;
use crate::listing::{self, Listing, Next};
use crate::moment::{judged_at, moment};
use crate::path::{InLedger, Segments, before_last};
use crate::problem::{Fault, Problem};
use crate::query::{NoParams, Params, invalid};
use crate::reader::Reader;
use crate::respond;
use crate::wire::{self, AsOfView, RegisterView, RowView, RowsView, TotalsView};

/// `GET /v1/{ledger}/registers`: their names and columns.
pub(crate) async fn list(_: InLedger, _: Reader, _: NoParams) -> Result<Response, Problem> {
    let described = |register: &Register| {
        let columns: Vec<_> = register.columns.iter().map(|column| column.name).collect();
        RegisterView { register: register.name, columns }
    };
    let all: Vec<_> = registers::ALL.iter().map(described).collect();
    respond::json(&all)
}

/// `GET /v1/{ledger}/registers/{register}?as_of&limit&cursor&totals`, and any of its columns or `state` with the value
/// that its rows have there; a list has a value when a member is equal.
pub(crate) async fn rows(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    segments: Segments,
    uri: Uri,
    reader: Reader,
) -> Result<Response, Problem> {
    let register = register(&segments)?;
    let known: Vec<_> = PAGING.into_iter().chain(filters(&register)).collect();
    let params = Params::of(&uri, &known)?;
    let name = format!("{}/registers/{}", ledger.region(), register.name);
    let rows_max = app.config().limits.page_rows_max;
    let listing = Listing::of(name, uri.path(), &params, rows_max, &reader)?;
    let view = ledger.view();
    let work = {
        let app = app.clone();
        move || {
            let question = Question::of(&app, &listing, &view, register, reader)?;
            let (page, next) = question.page(&app, &listing, &view)?;
            respond::page(&page, next)
        }
    };
    app.blocking().run(work).await
}

/// `GET /v1/{ledger}/registers/{register}/{key}?as_of`, and `/history` after it. A key that ends in `/history` itself is
/// asked for with that slash written as `%2F`.
pub(crate) async fn row(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    segments: Segments,
    uri: Uri,
    reader: Reader,
) -> Result<Response, Problem> {
    let register = register(&segments)?;
    let (path, view) = (segments.segment("key")?, ledger.view());
    if let Some(key) = before_last(&uri, path, "history") {
        return history::history(app, view, register, key.to_owned(), &uri, reader).await;
    }
    let key = path.to_owned();
    let asked = Params::of(&uri, &["as_of"])?.as_of()?;
    let state = app.clone();
    let work = move || {
        let as_of = moment(&view, asked)?;
        let thing = view.register_row(&register, &key, as_of.position)?;
        // A key can be guessed: whether it is there is withheld as well.
        let thing = thing.filter(|thing| reader.may_see(thing.class));
        let thing = thing.ok_or(Problem::UnknownRow)?;
        let teller = view.teller(as_of.position)?.asked_at(judged_at(&state, asked, as_of));
        let row = wire::row(&register, &key, &thing, &teller, &reader, as_of)?;
        respond::json(&RowView { register: register.name, as_of, row })
    };
    app.blocking().run(work).await
}

/// Which rows, as of when, from where.
struct Question {
    register: Register,
    /// Columns and the values asked for.
    wanted: Vec<(String, String)>,
    as_of: AsOfView,
    after: Option<String>,
    has_totals: bool,
    reader: Reader,
}

impl Question {
    fn of(
        app: &AppState,
        listing: &Listing,
        view: &View,
        register: Register,
        reader: Reader,
    ) -> Result<Self, Problem> {
        let params = &listing.question;
        let mut wanted = Vec::new();
        for name in filters(&register) {
            let Some(value) = params.text(name)? else { continue };
            let column = register.columns.iter().find(|column| column.name == name);
            if let Some(form) = column.and_then(|column| column.form_instead(value)) {
                return Err(invalid(name, Fault::Form(form)));
            }
            wanted.push((name.to_owned(), value.to_owned()));
        }
        let last = listing.size(view)?.saturating_sub(1);
        let as_of = moment(view, AsOf::Position(Position(last)))?;
        if let Some((_, state)) = wanted.iter().find(|(column, _)| column == "state") {
            let rules = view.ruleset_after(as_of.position)?;
            let states = register.states(&rules);
            if !states.is_empty() && !states.contains(state.as_str()) {
                let known = states.into_iter().collect::<Vec<_>>().join(", ");
                return Err(invalid("state", Fault::State { known }));
            }
        }
        // The totals are of the whole listing: its first page tells them.
        let has_totals = params.flag("totals")?.unwrap_or(false) && listing.place().is_none();
        let after = match listing.place() {
            None => None,
            Some(Place::Key(key)) => Some(key.clone()),
            Some(Place::Kept(id)) => Some(app.places().key(id).ok_or(Problem::PlaceForgotten)?),
            Some(Place::Position(_)) => return Err(listing::foreign()),
        };
        Ok(Self { register, wanted, as_of, after, has_totals, reader })
    }

    /// Whether a row is one that is asked for. What is withheld matches no filter.
    fn wants(&self, thing: &Thing) -> bool {
        let class = self.reader.class();
        let at = self.as_of.recorded_at.0;
        let matches = |(column, value): &(String, String)| {
            self.register.matches(thing, (column, value), class, at)
        };
        self.wanted.iter().all(matches)
    }

    /// The rows that match and that the reader may see, counted as far as a page may look.
    fn totals(&self, view: &View, examined_max: usize) -> Result<TotalsView, Problem> {
        let seen = |thing: &Thing| self.reader.may_see(thing.class) && self.wants(thing);
        let (mut all, mut by_state) = (0, BTreeMap::<String, u64>::new());
        let (mut after, mut examine) = (None::<String>, examined_max);
        let is_complete = loop {
            let page = view.register_where(
                &self.register,
                self.as_of.position,
                after.as_deref(),
                STEP_ROWS,
                examine,
                &seen,
            )?;
            for (_, thing) in page.rows {
                all += 1;
                *by_state.entry(thing.state).or_default() += 1;
            }
            examine = examine.saturating_sub(page.examined);
            after = page.next;
            if after.is_none() || examine == 0 {
                break after.is_none();
            }
        };
        Ok(TotalsView { all, by_state, complete: is_complete })
    }

    /// Reads in steps, so that a page is bounded in rows, in bytes and in what it looks at.
    fn page(
        self,
        app: &AppState,
        listing: &Listing,
        view: &View,
    ) -> Result<(RowsView, Option<Next>), Problem> {
        let limits = &app.config().limits;
        let (as_of, reader) = (self.as_of, &self.reader);
        let judged_at = judged_at(app, listing.question.as_of()?, as_of);
        let teller = view.teller(as_of.position)?.asked_at(judged_at);
        let totals = self.has_totals.then(|| self.totals(view, limits.page_examined_max));
        let totals = totals.transpose()?;
        let wanted = |thing: &Thing| self.wants(thing);
        let mut rows: Vec<Box<RawValue>> = Vec::new();
        let mut bytes: usize = 0;
        let mut after = self.after.clone();
        let mut next = None;
        let mut examine = limits.page_examined_max;
        while rows.len() < listing.limit && bytes < limits.page_bytes_max {
            let step = STEP_ROWS.min(listing.limit - rows.len());
            let page = view.register_where(
                &self.register,
                as_of.position,
                after.as_deref(),
                step,
                examine,
                &wanted,
            )?;
            examine = examine.saturating_sub(page.examined);
            let is_full = page.rows.len() == step;
            for (key, thing) in &page.rows {
                let row = wire::row(&self.register, key, thing, &teller, reader, as_of)?;
                let row = wire::element(&row)?;
                bytes = bytes.saturating_add(row.get().len());
                rows.push(row);
            }
            let is_seen = |key: &String| {
                page.rows.last().is_some_and(|(last, row)| last == key && reader.may_see(row.class))
            };
            next = page.next.clone().map(|key| (is_seen(&key), key));
            after = page.next;
            if !is_full || after.is_none() || examine == 0 {
                break;
            }
        }
        let next = next.map(|(is_seen, key)| {
            let place = if is_seen { Place::Key(key) } else { Place::Kept(app.places().keep(key)) };
            listing.next(as_of.position.0.saturating_add(1), place)
        });
        let next = next.transpose()?;
        let cursor = next.as_ref().map(|next| next.cursor.clone());
        let register = self.register.name;
        Ok((RowsView { register, as_of, totals, rows, next: cursor }, next))
    }
}

/// What the rows of a register are found by.
fn filters(register: &Register) -> impl Iterator<Item = &'static str> {
    ["state"].into_iter().chain(register.columns.iter().map(|column| column.name))
}

/// The register of the path, if there is one of that name.
fn register(segments: &Segments) -> Result<Register, Problem> {
    let name = segments.segment("register")?;
    registers::by_name(name).ok_or_else(|| Problem::UnknownRegister {
        name: name.chars().take(NAME_CHARS_MAX).collect(),
    })
}

const PAGING: [&str; 4] = ["as_of", "limit", "cursor", "totals"];
/// Rows read at once.
const STEP_ROWS: usize = 64;
const NAME_CHARS_MAX: usize = 64;
