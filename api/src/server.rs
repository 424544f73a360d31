//! The server: accepts connections under its limits, and stops in order: no new connections, requests in flight
//! finished, queues decided and synced.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use jejak_ledger::{Ledgers, OpenError};
use thiserror::Error;
use tokio::net::{TcpListener, TcpStream};
use tokio::select;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinError, spawn_blocking};
use tokio::time::{sleep, timeout};
use tracing::{debug, info, warn};

use crate::app::{AppState, app};
use crate::clock::SystemClock;
use crate::config::Config;
use crate::stall::Stalling;

/// Why a server could not run or not stop in order.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The data directory does not open.
    #[error(transparent)]
    Open(#[from] OpenError),
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
/// `ready` is called once with the address
/// listened on. A second signal ends the process at once, which is safe: nothing unsynced was ever answered.
pub fn run(config: Config, dir: &Path, ready: impl FnOnce(SocketAddr)) -> Result<(), ServeError> {
    let ledgers = Ledgers::open(dir, config.ledger.clone(), Arc::new(SystemClock))?;
    for (region, error) in ledgers.shut() {
        tracing::error!(region, %error, "this ledger is not served");
    }
    let threads = config.limits.reads_max.saturating_add(SPARE_THREADS);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(threads)
        .thread_name("jejak-http")
        .build()?;
    runtime.block_on(async {
        let address = config.server.listen;
        let listener = TcpListener::bind(address)
            .await
            .map_err(|source| ServeError::Listen { address, source })?;
        let first = signalled()?;
        ready(listener.local_addr()?);
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
        serve(listener, AppState::new(Arc::new(ledgers), config), stop).await
    })
}

/// Serves `state` on `listener` until `stop` is done, then stops in order.
pub async fn serve(
    listener: TcpListener,
    state: AppState,
    stop: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let connections = Connections::new(&state);
    accept(listener, &connections, stop).await;
    state.begin_draining();
    let drain = state.config().server.drain();
    if timeout(drain, connections.watch.shutdown()).await.is_err() {
        warn!(drain_ms = state.config().server.drain_ms, "connections still open are cut");
    }
    let ledgers = Arc::clone(state.ledgers());
    spawn_blocking(move || ledgers.drain()).await?;
    info!("stopped");
    Ok(())
}

/// What makes and bounds connections.
struct Connections {
    builder: http1::Builder,
    service: TowerToHyperService<axum::Router>,
    permits: Arc<Semaphore>,
    watch: GracefulShutdown,
    write_stall: Duration,
}

impl Connections {
    fn new(state: &AppState) -> Self {
        let config = state.config();
        let mut builder = http1::Builder::new();
        builder
            .timer(TokioTimer::new())
            .header_read_timeout(config.server.header_read())
            .max_header_size(config.limits.header_bytes_max)
            .max_buf_size(config.limits.header_bytes_max)
            // A client that closed its sending half after a truncated body can still read why it was refused.
            .half_close(true);
        Self {
            builder,
            service: TowerToHyperService::new(app(state.clone())),
            permits: Arc::new(Semaphore::new(config.server.connections_max)),
            watch: GracefulShutdown::new(),
            write_stall: config.server.write_stall(),
        }
    }

    /// Serves one connection on a task of its own; `permit` goes with it.
    fn start(&self, stream: TcpStream, permit: OwnedSemaphorePermit) {
        // Answers are written whole: waiting for more would only delay them.
        let _ = stream.set_nodelay(true);
        let io = TokioIo::new(Stalling::new(stream, self.write_stall));
        let connection = self.watch.watch(self.builder.serve_connection(io, self.service.clone()));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                debug!(%error, "connection ended");
            }
            drop(permit);
        });
    }
}

/// Accepts connections until `stop` is done; the listener closes on return.
async fn accept(listener: TcpListener, connections: &Connections, stop: impl Future<Output = ()>) {
    let mut stop = pin!(stop);
    loop {
        let next = async {
            let permit =
                Arc::clone(&connections.permits).acquire_owned().await.map_err(io::Error::other)?;
            let (stream, _) = listener.accept().await?;
            Ok::<_, io::Error>((stream, permit))
        };
        select! {
            () = &mut stop => return,
            accepted = next => match accepted {
                Ok((stream, permit)) => connections.start(stream, permit),
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

/// Blocking threads beside those of reads: name lookups, the final drain.
const SPARE_THREADS: usize = 4;
const ACCEPT_RETRY: Duration = Duration::from_millis(100);
const EXIT_INTERRUPTED: i32 = 130;
