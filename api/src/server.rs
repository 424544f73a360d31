//! The server: accepts connections under its limits, and stops in order: no new connections, requests in flight
//! finished, queues decided and synced.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use jejak_ledger::{Ledgers, OpenError};
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::select;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Notify;
use tokio::task::{JoinError, spawn_blocking};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tracing::{info, warn};

use crate::app::{ANSWERS_MAX, AppState, DOCUMENT_THREADS_MAX, app, app_with_metrics, metrics_app};
use crate::clock::SystemClock;
use crate::config::{Config, Server};
use crate::connection::Connections;
use crate::documents::DocumentsError;
use crate::evidence::{self, Service, ServiceError};
use crate::timestamps::{Stampers, TimestampsError};
use crate::tls::{Tls, TlsError};

/// Why a server could not run or not stop in order.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The data directory does not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The address is not loopback, and there is no TLS.
    #[error(
        "{address} is reached from other machines, and there is no TLS: set [tls] certificate and key, or allow \
         plain HTTP with --insecure-http ([server] insecure_http = true)"
    )]
    Exposed {
        /// The address.
        address: SocketAddr,
    },
    /// The certificate cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The place for documents cannot be used.
    #[error(transparent)]
    Documents(#[from] DocumentsError),
    /// The key that records evidence cannot be used.
    #[error(transparent)]
    Evidence(#[from] ServiceError),
    /// Trusted time cannot be asked for.
    #[error(transparent)]
    Timestamps(#[from] TimestampsError),
    /// The address cannot be listened on.
    #[error("{address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The runtime or the signal handlers could not be set up.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The ledgers could not be drained.
    #[error("the ledgers were not drained: {0}")]
    Drain(#[from] JoinError),
}

/// Opens the data directory `dir` and serves it until SIGTERM or SIGINT.
///
/// `ready` is called once with the URL that is served. A second signal ends the process at once, which is safe: nothing
/// unsynced was ever answered.
pub fn run(
    config: Config,
    dir: &Path,
    shut: impl Fn(&str, &OpenError),
    ready: impl FnOnce(&str),
) -> Result<(), ServeError> {
    // What is wrong with the configuration is told before anything is opened: all of it by `obstacles`.
    check_exposure(&config)?;
    let tls = Tls::load(&config.tls)?;
    let documents = config.documents.store()?;
    Service::load(&config.evidence)?;
    config.timestamps.check()?;
    check_addresses(&config)?;
    let ledgers = Ledgers::open(dir, config.ledger.clone(), Arc::new(SystemClock))?;
    if let Some(store) = documents {
        ledgers.documents().keep_in(store);
    }
    for (region, error) in ledgers.shut() {
        tracing::error!(region, %error, "this ledger is not served");
        shut(region, error);
    }
    let limits = &config.limits;
    let trials = limits.trials_max.saturating_add(limits.trial_batches_max);
    let threads = limits.reads_max.saturating_add(trials);
    let threads = threads.saturating_add(ANSWERS_MAX + DOCUMENT_THREADS_MAX + SPARE_THREADS);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(threads)
        .thread_name("jejak-http")
        .build()?;
    runtime.block_on(async {
        let listener = listen(config.server.listen).await?;
        let first = signalled()?;
        let reload = hangups()?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        ready(&format!("{scheme}://{}", listener.local_addr()?));
        let stop = async {
            first.await;
            info!("stopping");
            // Listened for only now: the first signal would be a second one's too.
            if let Ok(second) = signalled() {
                tokio::spawn(async {
                    second.await;
                    std::process::exit(EXIT_INTERRUPTED);
                });
            }
        };
        let state = AppState::new(Arc::new(ledgers), config);
        serve_over(listener, state, tls, reload, stop).await
    })
}

/// Everything in a configuration that keeps [`run`] from starting, whatever directory it is given.
pub fn obstacles(config: &Config) -> Vec<ServeError> {
    let exposure = check_exposure(config).err();
    let tls = Tls::load(&config.tls).err().map(ServeError::from);
    let documents = config.documents.store().err().map(ServeError::from);
    let evidence = Service::load(&config.evidence).err().map(ServeError::from);
    let addresses = check_addresses(config).err();
    let timestamps = config.timestamps.check().err().map(ServeError::from);
    [exposure, tls, documents, evidence, timestamps, addresses].into_iter().flatten().collect()
}

/// Serves `state` on `listener` until `stop` is done, then stops in order.
pub async fn serve(
    listener: TcpListener,
    state: AppState,
    stop: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let tls = Tls::load(&state.config().tls)?;
    serve_over(listener, state, tls, Arc::default(), stop).await
}

/// `reload` says when the certificate is to be read again, beside the usual times.
async fn serve_over(
    listener: TcpListener,
    state: AppState,
    tls: Option<Tls>,
    reload: Arc<Notify>,
    stop: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let config = state.config();
    let is_local = listener.local_addr()?.ip().is_loopback();
    let metrics_apart = match config.metrics.listen {
        Some(address) => Some(listen(address).await?),
        None => None,
    };
    let rereading = tls.clone().map(|tls| {
        state.metrics().shows(Arc::clone(tls.identity()));
        let every = config.tls.reread();
        tokio::spawn(async move { tls.reread(every, || reload.notified()).await })
    });
    let routes = if is_local && metrics_apart.is_none() {
        app_with_metrics(state.clone())
    } else {
        app(state.clone())
    };
    let connections =
        |routes, tls, max| Connections::new(routes, tls, Arc::clone(state.metrics()), config, max);
    // Figures are there to the last: also while requests are finished.
    let figures = metrics_apart.map(|listener| {
        let apart = connections(metrics_app(state.clone()), None, METRICS_CONNECTIONS_MAX);
        tokio::spawn(async move { accept(listener, &apart, std::future::pending()).await })
    });
    let connections = connections(routes, tls, config.server.connections_max);
    let sweeping = tokio::spawn(sweep_documents(state.clone()));
    let keeping = Service::load(&config.evidence)?;
    let keeping = keeping.map(|service| tokio::spawn(evidence::keep(state.clone(), service)));
    // Its clients are made outside the runtime: they are blocking ones.
    let stampers = {
        let (ledgers, figures) = (Arc::clone(state.ledgers()), state.metrics().stamps().clone());
        let settings = config.timestamps.clone();
        spawn_blocking(move || Stampers::start(&ledgers, &settings, &figures)).await?
    };
    accept(listener, &connections, stop).await;
    sweeping.abort();
    if let Some(keeping) = keeping {
        keeping.abort();
    }
    state.begin_draining();
    if timeout(config.server.drain(), connections.shutdown()).await.is_err() {
        warn!(drain_ms = config.server.drain_ms, "connections still open are cut");
    }
    let ledgers = Arc::clone(state.ledgers());
    spawn_blocking(move || {
        stampers.stop();
        ledgers.drain();
    })
    .await?;
    for task in [rereading, figures].into_iter().flatten() {
        task.abort();
    }
    info!("stopped");
    Ok(())
}

/// Refuses to send in clear what leaves this machine.
fn check_exposure(config: &Config) -> Result<(), ServeError> {
    let Server { listen, insecure_http, .. } = &config.server;
    let exposed = |address: &SocketAddr| !address.ip().is_loopback();
    let by_server = config.tls.certificate.is_none().then_some(*listen);
    // The figures are served without TLS.
    let mut in_clear = by_server.into_iter().chain(config.metrics.listen);
    match in_clear.find(exposed) {
        Some(address) if !insecure_http => Err(ServeError::Exposed { address }),
        _ => Ok(()),
    }
}

/// Refuses addresses that this machine does not have. Another port than the one asked for: somebody may be serving.
fn check_addresses(config: &Config) -> Result<(), ServeError> {
    for address in [Some(config.server.listen), config.metrics.listen].into_iter().flatten() {
        let any_port = SocketAddr::new(address.ip(), 0);
        match std::net::TcpListener::bind(any_port) {
            Err(source) if source.kind() == io::ErrorKind::AddrNotAvailable => {
                return Err(ServeError::Listen { address, source });
            }
            _ => {}
        }
    }
    Ok(())
}

/// Every now and then: what waited for an event is kept or removed.
async fn sweep_documents(state: AppState) {
    let mut ticks = interval(SWEEP);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let ledgers = Arc::clone(state.ledgers());
        let sweep = move || {
            ledgers.sweep_documents();
            Ok(())
        };
        // Too much to do: the next time will do.
        let _ = state.documents().run(sweep).await;
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(|source| ServeError::Listen { address, source })
}

/// Accepts connections until `stop` is done; the listener closes on return.
async fn accept(listener: TcpListener, connections: &Connections, stop: impl Future<Output = ()>) {
    let mut stop = pin!(stop);
    loop {
        let next = async {
            let permit = connections.permit().await?;
            let (stream, peer) = listener.accept().await?;
            Ok::<_, io::Error>((stream, peer, permit))
        };
        select! {
            () = &mut stop => return,
            accepted = next => match accepted {
                Ok((stream, peer, permit)) => connections.start(stream, peer, permit),
                Err(error) => {
                    // Mostly too many open files: others must close first.
                    warn!(%error, "a connection could not be accepted");
                    sleep(ACCEPT_RETRY).await;
                }
            },
        }
    }
}

/// Done at the next SIGTERM or SIGINT. The handlers are in place when this returns, before the future is awaited.
fn signalled() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Told at every SIGHUP from now on; without TLS nobody listens, and the process goes on all the same.
fn hangups() -> io::Result<Arc<Notify>> {
    let mut hangup: Signal = signal(SignalKind::hangup())?;
    let told = Arc::new(Notify::new());
    let teller = Arc::clone(&told);
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            teller.notify_one();
        }
    });
    Ok(told)
}

/// Blocking threads beside those of reads: name lookups, the certificate, the final drain.
const SPARE_THREADS: usize = 4;
/// Connections to the figures: a monitoring system or two, and a person.
const METRICS_CONNECTIONS_MAX: usize = 16;
/// How often waiting documents are looked at.
const SWEEP: Duration = Duration::from_mins(1);
const ACCEPT_RETRY: Duration = Duration::from_millis(100);
const EXIT_INTERRUPTED: i32 = 130;
