//! Is the process alive, may it be sent requests, and which program is it?

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use jejak_ledger::Writing;

use crate::app::AppState;
use crate::problem::{NOT_READY, Problem};
use crate::query::NoParams;
use crate::respond;
use crate::wire::{ProgramView, StatusView};

/// `GET /healthz`: the process answers.
pub(crate) async fn healthz(_: NoParams) -> Result<Response, Problem> {
    respond::json(&StatusView { status: "ok", shut: Vec::new() })
}

/// `GET /readyz`: the process takes statements for every ledger.
pub(crate) async fn readyz(State(app): State<AppState>, _: NoParams) -> Result<Response, Problem> {
    let shut = app.ledgers().shut().iter().map(|(region, _)| region.clone()).collect();
    let open = |ledger: &jejak_ledger::Ledger| matches!(ledger.published().writing, Writing::Open);
    let status = match app.ledgers().list().iter().all(|ledger| open(ledger)) {
        _ if app.is_draining() => "draining",
        true => return respond::json(&StatusView { status: "ready", shut }),
        false => "writing-stopped",
    };
    Ok((NOT_READY, respond::json(&StatusView { status, shut })?).into_response())
}

/// `GET /version`.
pub(crate) async fn version(_: NoParams) -> Result<Response, Problem> {
    respond::json(&ProgramView { name: "jejak", version: env!("CARGO_PKG_VERSION") })
}
