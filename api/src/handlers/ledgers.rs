//! The ledgers of this server.

use axum::extract::State;
use axum::response::Response;

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
    InLedger(ledger): InLedger,
    _: Reader,
    _: NoParams,
) -> Result<Response, Problem> {
    respond::json(&LedgerView::of(&ledger))
}
