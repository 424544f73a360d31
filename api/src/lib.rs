//! The HTTP server of Jejak.
//!
//! It reads bodies under its limits, hands them to the ledger, and shapes the ledger's answers: JSON for people and
//! programs, C2SP's bytes for verifiers, RFC 9457 for everything that went otherwise.
//!
//! **What it is not:** it decides nothing (the ledger does), verifies nothing (the ledger's threads do), and knows
//! neither the store nor a hash or signature algorithm.
//!
//! The flow of a request: [`app`] puts the layers around the routes (id and log line, panics, unread bodies, admission);
//! `routes.rs` names the handler; extractors parse path, query and reader; the handler answers or returns a `Problem`,
//! and `problem.rs`, the only place with status codes, gives it its form.
//!
//! ```no_run
//! use jejak_api::{Config, run};
//!
//! let config = Config::default();
//! run(config, std::path::Path::new("data"), |region, why| eprintln!("{region}: {why}"), |url| eprintln!("{url}/v1/ledgers"))?;
//! # Ok::<(), jejak_api::ServeError>(())
//! ```

pub mod access;
mod answers;
mod app;
mod batch;
mod blocking;
mod body;
mod caller;
mod clock;
mod compress;
mod conditional;
pub mod config;
mod connection;
mod context;
mod docs;
pub mod documents;
mod evidence;
mod evidence_view;
mod explain;
mod handlers;
mod impact_view;
mod lines;
mod listing;
mod media;
mod metrics;
mod moment;
mod nearest;
mod noted_view;
mod observe;
mod openapi;
mod path;
mod places;
mod problem;
mod prospect;
mod provision_view;
mod query;
mod quotas;
mod reader;
mod refusals_view;
mod rehearsed;
mod respond;
mod routes;
mod rules_view;
mod server;
mod shares;
pub mod shown;
mod stall;
pub mod telemetry;
mod texts;
pub mod timestamps;
mod tls;
pub mod tokens;
mod trust_view;
mod verdict_view;
mod wire;

pub use app::{AppState, app};
pub use clock::SystemClock;
pub use config::{Config, ConfigError};
pub use evidence::{Evidence, ServiceError};
pub use server::{ServeError, obstacles, run, serve};
pub use tls::TlsError;

/// The `OpenAPI` document of a server with this configuration, as `/openapi.json` serves it.
pub fn description(config: &Config) -> Result<String, serde_json::Error> {
    openapi::text(&config.limits)
}
