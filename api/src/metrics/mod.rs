//! What the server tells a monitoring system of itself, in the text format of `OpenMetrics` 1.0: names begin with
//! `jejak_`, units stand last in them. Counters are kept here; what can be asked for is asked at the scrape.
//!
//! No label takes a value that a caller can make up: routes are patterns, methods a closed list, ledgers named only up to a
//! configured number. `/metrics` is for this machine: it is served where the server listens on loopback only, or on an
//! address of its own (`[metrics] listen`).

mod ledgers;
mod process;
mod stamps;
mod store;

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use jejak_ledger::{Answer, Ledgers, Observer};
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use self::ledgers::LedgerFigures;
use self::process::{Expiry, ProcessFigures};
pub(crate) use self::stamps::StampFigures;
use self::store::StoreFigures;
use crate::app::AppState;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::media;
use crate::problem::Problem;
use crate::query::NoParams;
use crate::respond;
use crate::tls::Identity;

/// The figures of one server.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    durations: Family<Routed, Histogram>,
    in_flight: Gauge,
    connections: Gauge,
    handshakes: Family<Outcome, Counter>,
    fetches: Family<Outcome, Counter>,
    events: Arc<Events>,
    shown: Arc<OnceLock<Arc<Identity>>>,
    stamps: StampFigures,
}

/// What became of statements.
#[derive(Default)]
struct Events {
    appended: Family<Outcome, Counter>,
    refusals: Family<Refused, Counter>,
    verify_failures: Family<Reason, Counter>,
    took: Took,
}

/// A histogram of times between a tenth of a millisecond and half a minute.
struct Took(Histogram);

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Routed {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Refused {
    code: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reason {
    reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Version {
    version: &'static str,
}

/// Something that is going on; over when dropped.
pub(crate) struct Going(Gauge);

impl Metrics {
    /// The figures of a server over `ledgers`, which from now on report here.
    pub(crate) fn of(ledgers: &Arc<Ledgers>, config: &Config) -> Self {
        let mut metrics = Self {
            registry: Registry::default(),
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Took::default().0),
            in_flight: Gauge::default(),
            connections: Gauge::default(),
            handshakes: Family::default(),
            fetches: Family::default(),
            events: Arc::default(),
            shown: Arc::default(),
            stamps: StampFigures::default(),
        };
        let clock = SystemClock;
        let mut registry = Registry::default();
        // What every process has carries the names that every process gives it.
        registry.register_collector(Box::new(ProcessFigures::new(clock)));
        let ours = registry.sub_registry_with_prefix("jejak");
        metrics.register(ours, config);
        let figures = LedgerFigures::new(ledgers, clock, config.metrics.ledgers_max);
        ours.register_collector(Box::new(figures));
        ours.register_collector(Box::new(StoreFigures::new(ledgers)));
        ours.register_collector(Box::new(Expiry::new(clock, Arc::clone(&metrics.shown))));
        metrics.registry = registry;
        ledgers.observe(Arc::<Events>::clone(&metrics.events));
        metrics
    }

    /// Every figure as it stands now.
    pub(crate) fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        text::encode(&mut text, &self.registry)?;
        Ok(text)
    }

    /// A request begins.
    pub(crate) fn request(&self) -> Going {
        Going::new(&self.in_flight)
    }

    /// The head of an answer is ready.
    pub(crate) fn answered(&self, method: &Method, route: &str, status: u16, took: Duration) {
        let (method, route) = (method_label(method), route.to_owned());
        self.durations
            .get_or_create_owned(&Routed { route: route.clone() })
            .observe(took.as_secs_f64());
        self.requests.get_or_create_owned(&Answered { method, route, status }).inc();
    }

    /// A connection begins.
    pub(crate) fn connection(&self) -> Going {
        Going::new(&self.connections)
    }

    /// A TLS handshake has ended.
    pub(crate) fn handshake(&self, done: bool) {
        let result = if done { "done" } else { "failed" };
        self.handshakes.get_or_create_owned(&Outcome { result }).inc();
    }

    /// The certificate that TLS shows.
    /// A place of revocation lists was asked: `recorded`, `unchanged` or `failed`.
    pub(crate) fn fetched(&self, result: &'static str) {
        self.fetches.get_or_create(&Outcome { result }).inc();
    }

    pub(crate) fn shows(&self, identity: Arc<Identity>) {
        // A server loads its certificate once; later ones come through the same identity.
        let _ = self.shown.set(identity);
    }

    fn register(&self, registry: &mut Registry, config: &Config) {
        let version = Version { version: env!("CARGO_PKG_VERSION") };
        let build = Family::<Version, Gauge>::default();
        build.get_or_create_owned(&version).set(1);
        registry.register("build_info", "The program; always 1", build);
        registry.register(
            "http_requests",
            "Requests by method, route pattern and status; status 0: the client left before the answer",
            self.requests.clone(),
        );
        registry.register_with_unit(
            "http_request_duration",
            "Time from the head of a request to the head of its answer",
            Unit::Seconds,
            self.durations.clone(),
        );
        registry.register("http_requests_in_flight", "Requests begun", self.in_flight.clone());
        registry.register("connections", "Connections open", self.connections.clone());
        let limit = gauge(config.server.connections_max);
        registry.register("connections_limit", "Connections that may be open at once", limit);
        registry.register("tls_handshakes", "TLS handshakes by result", self.handshakes.clone());
        let help = "Places of revocation lists that were asked, by result";
        registry.register("evidence_fetches", help, self.fetches.clone());
        self.events.register(registry);
        self.stamps.register(registry);
    }

    /// Where time-stamps are counted.
    pub(crate) fn stamps(&self) -> &StampFigures {
        &self.stamps
    }
}

impl Events {
    fn register(&self, registry: &mut Registry) {
        // What never happened yet is there too, as 0: a rule that watches it finds it.
        for result in [RECORDED, REPEATED, REFUSED, FAILED] {
            drop(self.appended.get_or_create(&Outcome { result }));
        }
        for reason in VERIFY_FAILURES {
            drop(self.verify_failures.get_or_create(&Reason { reason }));
        }
        registry.register(
            "events_appended",
            "Statements by what became of them: recorded, repeated, refused, failed",
            self.appended.clone(),
        );
        registry.register("refusals", "Statements refused, by code", self.refusals.clone());
        registry.register(
            "verify_failures",
            "Statements whose form, signature or certificate did not hold, by reason",
            self.verify_failures.clone(),
        );
        registry.register_with_unit(
            "append_duration",
            "Time from the arrival of a post to its answer: verified, decided, synced, signed",
            Unit::Seconds,
            self.took.0.clone(),
        );
    }
}

impl Observer for Events {
    fn answered(&self, answers: &[Answer], took: Duration) {
        self.took.0.observe(took.as_secs_f64());
        for answer in answers {
            let result = match answer {
                Answer::Recorded(_) => RECORDED,
                Answer::Repeated(_) => REPEATED,
                Answer::Refused(_) => REFUSED,
                Answer::Failed(_) => FAILED,
            };
            self.appended.get_or_create_owned(&Outcome { result }).inc();
            let Answer::Refused(refusal) = answer else { continue };
            let code = refusal.code();
            self.refusals.get_or_create_owned(&Refused { code }).inc();
            if VERIFY_FAILURES.contains(&code) {
                self.verify_failures.get_or_create_owned(&Reason { reason: code }).inc();
            }
        }
    }
}

impl Default for Took {
    fn default() -> Self {
        Self(Histogram::new([
            0.0001, 0.000_25, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0,
            2.5, 5.0, 10.0, 30.0,
        ]))
    }
}

impl Going {
    fn new(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Going {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// `GET /metrics`.
pub(crate) async fn metrics(State(app): State<AppState>, _: NoParams) -> Result<Response, Problem> {
    let asked = app.clone();
    // The figures of the store block for a moment.
    let text = app
        .answering()
        .run(move || asked.metrics().text().map_err(|error| Problem::internal(&error)))
        .await?;
    Ok(respond::bytes_of(media::OPENMETRICS, text))
}

/// A method as a label: those that routes know, and one word for whatever else callers make up.
fn method_label(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("other")
}

/// A gauge that stands at `value`.
fn gauge(value: usize) -> Gauge {
    let gauge = Gauge::default();
    gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
    gauge
}

const RECORDED: &str = "recorded";
const REPEATED: &str = "repeated";
const REFUSED: &str = "refused";
const FAILED: &str = "failed";

/// The refusals that say something of form, signature or certificate, not of rules.
const VERIFY_FAILURES: [&str; 9] = [
    "malformed-jws",
    "malformed-header",
    "malformed-payload",
    "certificate-unknown",
    "signature-invalid",
    "certificate-not-valid",
    "signer-revoked",
    "signer-suspended",
    "revocation-stale",
];
