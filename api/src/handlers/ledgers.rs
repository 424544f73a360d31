//! The ledgers of this server.

use axum::extract::State;
use axum::response::Response;
use jejak_ledger::Seats;
use jejak_ledger::log::Position;

use crate::app::AppState;
use crate::path::InLedger;
use crate::problem::Problem;
use crate::query::NoParams;
use crate::reader::Reader;
use crate::respond;
use crate::wire::LedgerView;

/// `GET /v1/ledgers`.
pub(crate) async fn list(
    State(app): State<AppState>,
    _: Reader,
    _: NoParams,
) -> Result<Response, Problem> {
    let ledgers = app.ledgers().list();
    let views: Vec<_> = ledgers.iter().map(|ledger| LedgerView::of(ledger)).collect();
    respond::json(&views)
}

/// `GET /v1/{ledger}`.
pub(crate) async fn one(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    reader: Reader,
    _: NoParams,
) -> Result<Response, Problem> {
    let work = move || {
        let (view, mut shown) = (ledger.view(), LedgerView::of(&ledger));
        let seats = view.seats(Position(view.size().saturating_sub(1)))?;
        shown.seats =
            seats.filter(|seats| reader.may_see(seats.class)).map(|Seats { class, held }| {
                reader.saw_key(class, &format!("ledger/{}", ledger.region()));
                for seat in &held {
                    reader.saw_key(class, &format!("signer/{}", seat.person));
                }
                held
            });
        respond::json(&shown)
    };
    app.blocking().run(work).await
}
