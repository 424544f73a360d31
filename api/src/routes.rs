//! Every route on one page.

use axum::Router;
use axum::routing::{get, post};

use crate::app::AppState;
use crate::handlers::{
    certificates, description, document_list, documents, entries, events, evidence, health, impact,
    ledgers, post as posting, proofs, refusals, registers, rules, schemas, streams, tiles,
    timestamps, trust, verdict,
};
use crate::metrics;

/// The routes of the ledgers.
pub(crate) fn v1() -> Router<AppState> {
    Router::new()
        .route("/v1/ledgers", get(ledgers::list))
        .route("/v1/{ledger}", get(ledgers::one))
        .route("/v1/{ledger}/events", get(events::list).post(posting::single))
        .route("/v1/{ledger}/events/batch", post(posting::batch))
        .route("/v1/{ledger}/events/{position}", get(entries::entry))
        .route("/v1/{ledger}/events/{position}/data", get(entries::data))
        .route("/v1/{ledger}/events/{position}/statement", get(entries::statement))
        .route("/v1/{ledger}/events/{position}/receipt", get(entries::receipt))
        .route("/v1/{ledger}/events/{position}/evidence", get(evidence::of_entry))
        .route("/v1/{ledger}/events/{position}/verdict", get(verdict::of_event))
        .route("/v1/{ledger}/events/{position}/verdict/evidence", get(verdict::evidence))
        .route("/v1/{ledger}/checkpoint", get(tiles::checkpoint))
        .route("/v1/{ledger}/tile/{*tile}", get(tiles::tile))
        .route("/v1/{ledger}/proof/inclusion", get(proofs::inclusion))
        .route("/v1/{ledger}/proof/consistency", get(proofs::consistency))
        .route("/v1/{ledger}/timestamps", get(timestamps::list))
        .route("/v1/{ledger}/timestamps/{size}/{sha256}", get(timestamps::token))
        .route("/v1/{ledger}/certificates/{sha256}", get(certificates::certificate))
        .route("/v1/{ledger}/certificates/{sha256}/impact", get(impact::impact))
        .route("/v1/{ledger}/streams/{*subject}", get(streams::stream))
        .route("/v1/{ledger}/documents", get(document_list::list))
        .route("/v1/{ledger}/documents/{sha256}", get(documents::get).put(documents::put))
        .route("/v1/{ledger}/evidence", get(evidence::list))
        .route("/v1/{ledger}/evidence/{sha256}", get(evidence::get).put(evidence::put))
        .route("/v1/{ledger}/refusals", get(refusals::list))
        .route("/v1/{ledger}/registers", get(registers::list))
        .route("/v1/{ledger}/registers/{register}", get(registers::rows))
        .route("/v1/{ledger}/registers/{register}/{*key}", get(registers::row))
        .route("/v1/{ledger}/rules", get(rules::rules))
        .route("/v1/{ledger}/rules/source", get(rules::source))
        .route("/v1/{ledger}/trust", get(trust::trust))
        .route("/v1/{ledger}/trust/source", get(trust::source))
        .route("/v1/{ledger}/schemas", get(schemas::list))
        .route("/v1/{ledger}/schemas/{type}", get(schemas::schema))
}

/// The routes of the process.
pub(crate) fn process() -> Router<AppState> {
    Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/version", get(health::version))
        .route("/openapi.json", get(description::openapi))
        .route("/docs", get(description::page))
        .route("/docs/{file}", get(description::file))
}

/// The figures, for monitoring.
pub(crate) fn metrics() -> Router<AppState> {
    Router::new().route("/metrics", get(metrics::metrics))
}
