//! What all handlers share, and the router around them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use jejak_ledger::Ledgers;
use tower_http::catch_panic::CatchPanicLayer;

use crate::access::{AccessLog, account};
use crate::blocking::Blocking;
use crate::body::discard_unread;
use crate::caller::{self, Callers};
use crate::compress;
use crate::conditional::conditional;
use crate::config::{Config, Limits};
use crate::metrics::Metrics;
use crate::observe::observe;
use crate::openapi;
use crate::places::Places;
use crate::problem::{ALLOWED, Problem};
use crate::quotas::ReadQuotas;
use crate::routes;
use crate::shares::{Bounds, Shared as Of, Shares};
use crate::tokens::Known;

/// The open ledgers, the configuration and the bounds of one server. Cloning shares them.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

struct Shared {
    ledgers: Arc<Ledgers>,
    config: Config,
    blocking: Blocking,
    answering: Blocking,
    documents: Blocking,
    rehearsing: Blocking,
    rehearsing_batches: Blocking,
    callers: Callers,
    requests: Arc<Shares>,
    batches: Arc<Shares>,
    trial_batches: Arc<Shares>,
    uploads: Arc<Shares>,
    downloads: Arc<Shares>,
    places: Places,
    metrics: Arc<Metrics>,
    tokens: Arc<Known>,
    access: AccessLog,
    quotas: ReadQuotas,
    draining: AtomicBool,
    description: OnceLock<String>,
}

/// All routes with all layers: a service for any HTTP server, or for a test without one. The figures are not
/// among them: who may see them is for the listener to say.
pub fn app(state: AppState) -> Router {
    layered(all(&state), state)
}

/// The same, and the figures.
pub(crate) fn app_with_metrics(state: AppState) -> Router {
    layered(all(&state).merge(routes::metrics()), state)
}

/// The figures alone.
pub(crate) fn metrics_app(state: AppState) -> Router {
    layered(routes::metrics(), state)
}

fn all(state: &AppState) -> Router<AppState> {
    let v1 = routes::v1()
        .route_layer(from_fn_with_state(state.clone(), account))
        .route_layer(from_fn(conditional))
        .route_layer(from_fn_with_state(state.clone(), admit));
    routes::process().merge(v1)
}

fn layered(routes: Router<AppState>, state: AppState) -> Router {
    routes
        .fallback(|| async { Problem::UnknownRoute })
        .method_not_allowed_fallback(other_method)
        .layer(compress::layer())
        .layer(from_fn(compress::negotiate))
        .layer(from_fn(discard_unread))
        .layer(CatchPanicLayer::custom(|_| {
            Problem::internal(&"a handler panicked").into_response()
        }))
        .layer(from_fn_with_state(state.clone(), observe))
        .with_state(state)
}

impl AppState {
    /// Shares `ledgers` under the limits of `config`.
    pub fn new(ledgers: Arc<Ledgers>, config: Config) -> Self {
        let Limits { reads_max, caller_reads_max, .. } = config.limits;
        let blocking = Blocking::new(reads_max, config.limits.read_wait())
            .with_turns(caller_reads_max, Some(Of::Reads));
        let answering = Blocking::new(ANSWERS_MAX, config.limits.read_wait());
        let documents = Blocking::new(DOCUMENT_THREADS_MAX, DOCUMENT_WAIT)
            .with_turns(CALLER_DOCUMENT_THREADS_MAX, None);
        let rehearsing = Blocking::new(config.limits.trials_max, config.limits.read_wait());
        let rehearsing_batches =
            Blocking::new(config.limits.trial_batches_max, config.limits.read_wait());
        let callers = Callers::behind(&config.quotas.proxies);
        let Config { limits, documents: of_documents, .. } = &config;
        let fruitless = Some(limits.batch_fruitless());
        let shares =
            |of, max, caller_max, fruitless| Shares::new(Bounds { of, max, caller_max, fruitless });
        let requests = shares(Of::Requests, limits.requests_max, limits.caller_requests_max, None);
        let batches = shares(Of::Batches, limits.batches_max, limits.caller_batches_max, fruitless);
        let trial_batches = shares(
            Of::TrialBatches,
            limits.trial_batches_max,
            limits.caller_trial_batches_max,
            fruitless,
        );
        let uploads =
            shares(Of::Uploads, of_documents.uploads_max, of_documents.caller_uploads_max, None);
        let downloads = shares(
            Of::Downloads,
            of_documents.downloads_max,
            of_documents.caller_downloads_max,
            None,
        );
        let metrics = Arc::new(Metrics::of(&ledgers, &config));
        let tokens = Arc::new(Known::new(ledgers.path()));
        let access = AccessLog::new(ledgers.path());
        let quotas = ReadQuotas::new(&config.quotas, Arc::clone(ledgers.clock()));
        Self(Arc::new(Shared {
            ledgers,
            config,
            blocking,
            answering,
            documents,
            rehearsing,
            rehearsing_batches,
            callers,
            requests,
            batches,
            trial_batches,
            uploads,
            downloads,
            places: Places::default(),
            metrics,
            tokens,
            access,
            quotas,
            draining: AtomicBool::new(false),
            description: OnceLock::new(),
        }))
    }

    /// The ledgers served.
    pub fn ledgers(&self) -> &Arc<Ledgers> {
        &self.0.ledgers
    }

    /// The configuration in force.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Where store reads run.
    pub(crate) fn blocking(&self) -> &Blocking {
        &self.0.blocking
    }

    /// Threads that answer what was posted: reads cannot keep them busy.
    pub(crate) fn answering(&self) -> &Blocking {
        &self.0.answering
    }

    /// Threads that read and write documents: slow disks and stores keep nobody else waiting.
    pub(crate) fn documents(&self) -> &Blocking {
        &self.0.documents
    }

    /// Documents that may come in at once.
    pub(crate) fn uploads(&self) -> &Arc<Shares> {
        &self.0.uploads
    }

    /// Documents that may go out at once.
    pub(crate) fn downloads(&self) -> &Arc<Shares> {
        &self.0.downloads
    }

    /// Where single trials are judged: writers and reads do not wait for them.
    pub(crate) fn rehearsing(&self) -> &Blocking {
        &self.0.rehearsing
    }

    /// Where batches of trials are judged: single ones do not wait for them.
    pub(crate) fn rehearsing_batches(&self) -> &Blocking {
        &self.0.rehearsing_batches
    }

    /// Who tells callers apart.
    pub(crate) fn callers(&self) -> &Callers {
        &self.0.callers
    }

    /// Batches that may stream at one time: each holds lines and answers in memory.
    pub(crate) fn batches(&self) -> &Arc<Shares> {
        &self.0.batches
    }

    /// Batches of trials that may come in or be judged at one time: each holds its lines in memory.
    pub(crate) fn trial_batches(&self) -> &Arc<Shares> {
        &self.0.trial_batches
    }

    /// Where pages ended that a cursor must not name.
    pub(crate) fn places(&self) -> &Places {
        &self.0.places
    }

    /// The figures of this server.
    pub(crate) fn metrics(&self) -> &Arc<Metrics> {
        &self.0.metrics
    }

    /// The tokens that were given out.
    pub(crate) fn tokens(&self) -> &Arc<Known> {
        &self.0.tokens
    }

    /// Where reads above public are recorded.
    pub(crate) fn access(&self) -> &AccessLog {
        &self.0.access
    }

    /// The `OpenAPI` document, made when it is first asked for.
    pub(crate) fn description(&self) -> Result<&str, Problem> {
        if let Some(known) = self.0.description.get() {
            return Ok(known);
        }
        let made = openapi::text(&self.0.config.limits);
        let made = made.map_err(|error| Problem::internal(&error))?;
        Ok(self.0.description.get_or_init(|| made))
    }

    /// How much each reader may ask for.
    pub(crate) fn quotas(&self) -> &ReadQuotas {
        &self.0.quotas
    }

    /// From now on `/readyz` says no.
    pub(crate) fn begin_draining(&self) {
        self.0.draining.store(true, Ordering::Release);
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Acquire)
    }
}

/// What a route does not serve; `Allow` is added to either answer. RFC 9110, 9.3.7: who asks with OPTIONS wants just that.
async fn other_method(method: Method) -> Response {
    if method == Method::OPTIONS {
        return ALLOWED.into_response();
    }
    Problem::MethodNotAllowed.into_response()
}

/// Middleware: lets in as many requests as the configuration allows, of all callers and of each, and tells the others to
/// come back, instead of letting them pile up.
async fn admit(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let caller = app.callers().caller(request.extensions(), request.headers());
    match app.0.requests.take(caller) {
        Ok(_share) => caller::asks(caller, next.run(request)).await,
        Err(problem) => problem.into_response(),
    }
}

/// Pieces of documents read or written at once.
pub(crate) const DOCUMENT_THREADS_MAX: usize = 16;
/// Of them, those that work for one caller.
const CALLER_DOCUMENT_THREADS_MAX: usize = 4;
/// How long a piece of a document waits for its turn: those before it may wait for a store elsewhere.
const DOCUMENT_WAIT: Duration = Duration::from_mins(1);
/// Answers rendered at once that need the store.
pub(crate) const ANSWERS_MAX: usize = 32;
