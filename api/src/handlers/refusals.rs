//! The refusals that a ledger keeps beside its chain, for readers who are entitled to them.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use jejak_ledger::cursor::Place;
use jejak_ledger::log::Micros;
use jejak_ledger::{RefusalFilter, RefusalPlace, Signer, View};

use crate::app::AppState;
use crate::config::Limits;
use crate::listing::{Listing, Next, foreign};
use crate::path::InLedger;
use crate::problem::{Fault, Problem};
use crate::query::{Params, invalid};
use crate::reader::Reader;
use crate::respond;
use crate::shown::REFUSAL_CODES;
use crate::wire::{RefusalView, RefusalsView};

/// `GET /v1/{ledger}/refusals?limit&cursor&signer&code`: the newest first.
pub(crate) async fn list(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    uri: Uri,
    reader: Reader,
) -> Result<Response, Problem> {
    reader.require_refusals()?;
    let params = Params::of(&uri, &["limit", "cursor", "signer", "code"])?;
    let limits = app.config().limits.clone();
    let name = format!("{}/refusals", ledger.region());
    let listing = Listing::of(name, uri.path(), &params, limits.page_rows_max, &reader)?;
    let since = app.ledgers().settings().refusals_since(app.ledgers().clock().now());
    let view = ledger.view();
    let work = move || {
        let (page, next) = page(&listing, &view, since, &limits)?;
        respond::page(&page, next)
    };
    app.blocking().run(work).await
}

fn page(
    listing: &Listing,
    view: &View,
    since: Micros,
    limits: &Limits,
) -> Result<(RefusalsView, Option<Next>), Problem> {
    let filter = filter(&listing.question, since)?;
    let before = listing.place().map(before).transpose()?;
    let found = view.refusals(&filter, before, listing.limit, limits.page_examined_max)?;
    let next = found.next.map(|place| listing.next(view.size(), Place::Key(place.to_string())));
    let next = next.transpose()?;
    let refusals = found.refusals.into_iter().map(RefusalView::of).collect();
    let page = RefusalsView { refusals, next: next.as_ref().map(|next| next.cursor.clone()) };
    Ok((page, next))
}

/// Which refusals are asked for. What no refusal could have is a mistake, not an empty answer.
fn filter(params: &Params, since: Micros) -> Result<RefusalFilter, Problem> {
    let text = |name| Ok::<_, Problem>(params.text(name)?.map(str::to_owned));
    let (signer, code) = (text("signer")?, text("code")?);
    if signer.as_ref().is_some_and(|signer| signer.parse::<Signer>().is_err()) {
        return Err(invalid("signer", Fault::Signer));
    }
    if code.as_ref().is_some_and(|code| !REFUSAL_CODES.contains(&code.as_str())) {
        return Err(invalid("code", Fault::Code));
    }
    Ok(RefusalFilter { signer, code, since })
}

/// Where the page before ended.
fn before(place: &Place) -> Result<RefusalPlace, Problem> {
    match place {
        Place::Key(text) => text.parse().map_err(|_| foreign()),
        Place::Position(_) | Place::Kept(_) => Err(foreign()),
    }
}
