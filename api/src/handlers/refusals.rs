//! The refusals that a ledger keeps beside its chain, for readers who are entitled to them.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use jejak_ledger::cursor::Place;
use jejak_ledger::log::Micros;
use jejak_ledger::{RefusalFilter, RefusalPlace, Signer, View};

use crate::app::AppState;
use crate::listing::{Listing, Next, foreign};
use crate::path::InLedger;
use crate::problem::{Fault, Problem};
use crate::query::{Params, invalid};
use crate::reader::Reader;
use crate::refusals_view::{RefusalView, RefusalsView};
use crate::respond;
use crate::shown::REFUSAL_CODES;

/// `GET /v1/{ledger}/refusals?limit&cursor&signer&code`: the newest first.
pub(crate) async fn list(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    uri: Uri,
    reader: Reader,
) -> Result<Response, Problem> {
    reader.require_refusals()?;
    let params = Params::of(&uri, &["limit", "cursor", "signer", "code"])?;
    let rows_max = app.config().limits.page_rows_max;
    let name = format!("{}/refusals", ledger.region());
    let listing = Listing::of(name, uri.path(), &params, rows_max, &reader)?;
    let since = app.ledgers().settings().refusals_since(app.ledgers().clock().now());
    let view = ledger.view();
    let work = {
        let app = app.clone();
        move || {
            let (page, next) = page(&app, &listing, &view, since, &reader)?;
            respond::page(&page, next)
        }
    };
    app.blocking().run(work).await
}

fn page(
    app: &AppState,
    listing: &Listing,
    view: &View,
    since: Micros,
    reader: &Reader,
) -> Result<(RefusalsView, Option<Next>), Problem> {
    let filter = filter(&listing.question, since, reader)?;
    let before = listing.place().map(|place| before(app, place)).transpose()?;
    let examined_max = app.config().limits.page_examined_max;
    let found = view.refusals(&filter, before, listing.limit, examined_max)?;
    let place = |place: RefusalPlace| {
        let key = place.to_string();
        // The hash of what somebody signed is his who may see it.
        if found.next_is_shown { Place::Key(key) } else { Place::Kept(app.places().keep(key)) }
    };
    let next = found.next.map(|next| listing.next(view.size(), place(next))).transpose()?;
    let refusals = found.refusals.into_iter().map(|one| RefusalView::of(one, reader)).collect();
    let page = RefusalsView { refusals, next: next.as_ref().map(|next| next.cursor.clone()) };
    Ok((page, next))
}

/// Which refusals are asked for. What no refusal could have is a mistake, not an empty answer.
fn filter(params: &Params, since: Micros, reader: &Reader) -> Result<RefusalFilter, Problem> {
    let text = |name| Ok::<_, Problem>(params.text(name)?.map(str::to_owned));
    let (signer, code) = (text("signer")?, text("code")?);
    if signer.as_ref().is_some_and(|signer| signer.parse::<Signer>().is_err()) {
        return Err(invalid("signer", Fault::Signer));
    }
    if code.as_ref().is_some_and(|code| !REFUSAL_CODES.contains(&code.as_str())) {
        return Err(invalid("code", Fault::Code));
    }
    Ok(RefusalFilter { signer, code, class_max: reader.class(), since })
}

/// Where the page before ended.
fn before(app: &AppState, place: &Place) -> Result<RefusalPlace, Problem> {
    let key = match place {
        Place::Key(key) => key.clone(),
        Place::Kept(id) => app.places().key(id).ok_or(Problem::PlaceForgotten)?,
        Place::Position(_) => return Err(foreign()),
    };
    key.parse().map_err(|_| foreign())
}
