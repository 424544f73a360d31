//! One connection: TLS where it is spoken, then HTTP/1.1 under the limits of the configuration.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tracing::debug;

use crate::caller::Callers;
use crate::config::Config;
use crate::explain::{Exchange, Explaining, Noted, explained};
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::shares::{Bounds, Shared, Shares};
use crate::stall::Stalling;
use crate::tls::Tls;

/// What serves the connections of one listener, and bounds them.
pub(crate) struct Connections {
    serving: Arc<Serving>,
    permits: Arc<Semaphore>,
    shares: Arc<Shares>,
    callers: Callers,
    watch: GracefulShutdown,
}

/// What every connection needs.
struct Serving {
    builder: http1::Builder,
    routes: TowerToHyperService<Router>,
    tls: Option<Tls>,
    metrics: Arc<Metrics>,
    header_read: Duration,
    header_bytes_max: usize,
    write_stall: Duration,
}

impl Connections {
    /// At most `connections_max` connections to `routes`.
    pub(crate) fn new(
        routes: Router,
        tls: Option<Tls>,
        metrics: Arc<Metrics>,
        config: &Config,
        connections_max: usize,
    ) -> Self {
        let mut builder = http1::Builder::new();
        builder
            .timer(TokioTimer::new())
            .header_read_timeout(config.server.header_read())
            .max_header_size(config.limits.header_bytes_max)
            .max_buf_size(config.limits.header_bytes_max)
            // A client that closed its sending half after a truncated body can still read why it was refused.
            .half_close(true);
        let serving = Serving {
            builder,
            routes: TowerToHyperService::new(routes),
            tls,
            metrics,
            header_read: config.server.header_read(),
            header_bytes_max: config.limits.header_bytes_max,
            write_stall: config.server.write_stall(),
        };
        Self {
            serving: Arc::new(serving),
            permits: Arc::new(Semaphore::new(connections_max)),
            shares: Shares::new(Bounds {
                of: Shared::Connections,
                max: connections_max,
                caller_max: config.server.caller_connections_max,
                fruitless: None,
            }),
            callers: Callers::behind(&config.quotas.proxies),
            watch: GracefulShutdown::new(),
        }
    }

    /// The right to one more connection, when there is room for it.
    pub(crate) async fn permit(&self) -> io::Result<OwnedSemaphorePermit> {
        Arc::clone(&self.permits).acquire_owned().await.map_err(io::Error::other)
    }

    /// Serves one connection on a task of its own; `permit` goes with it. One more than its caller may have is closed
    /// at once: to wait for what it says would be to serve it.
    pub(crate) fn start(&self, stream: TcpStream, peer: SocketAddr, permit: OwnedSemaphorePermit) {
        let caller = self.callers.connected(peer.ip());
        let share = match caller.map(|caller| self.shares.take(caller)).transpose() {
            Ok(share) => share,
            Err(problem) => {
                debug!(%peer, code = problem.code(), "closed: more connections than its share");
                return;
            }
        };
        let serving = Arc::clone(&self.serving);
        let watcher = self.watch.watcher();
        tokio::spawn(async move {
            let open = serving.metrics.connection();
            serving.serve(stream, peer, watcher).await;
            // The share first: who has the permit next must find it free.
            drop((open, share, permit));
        });
    }

    /// Done when every connection has finished the request that it was at.
    pub(crate) async fn shutdown(self) {
        self.watch.shutdown().await;
    }
}

impl Serving {
    async fn serve(&self, stream: TcpStream, peer: SocketAddr, watcher: Watcher) {
        // Answers are written whole: waiting for more would only delay them.
        let _ = stream.set_nodelay(true);
        let Some(tls) = &self.tls else {
            return self.http(Stalling::new(stream, self.write_stall), peer, watcher).await;
        };
        // A connection that says nothing takes part in no handshake, so it keeps nobody from his.
        let mut first = [0];
        match timeout(self.header_read, stream.peek(&mut first)).await {
            Ok(Ok(1)) => {}
            _ => return,
        }
        let mut stream = Stalling::new(stream, self.write_stall);
        if first.iter().all(u8::is_ascii_alphabetic) {
            // Every method starts with a letter, and no TLS record does: somebody left out the `s` of https.
            let _ = stream.write_all(&explained(&Problem::TlsRequired, b"")).await;
            let _ = stream.shutdown().await;
            return;
        }
        let accepted = tls.accept(stream).await;
        self.metrics.handshake(accepted.is_ok());
        match accepted {
            Ok(stream) => self.http(stream, peer, watcher).await,
            Err(error) => debug!(%error, "no TLS handshake"),
        }
    }

    async fn http<S>(&self, stream: S, peer: SocketAddr, watcher: Watcher)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let exchange = Arc::new(Exchange::default());
        let noted = Noted { routes: self.routes.clone(), peer, exchange: Arc::clone(&exchange) };
        let io = TokioIo::new(Explaining::new(stream, exchange, self.header_bytes_max));
        if let Err(error) = watcher.watch(self.builder.serve_connection(io, noted)).await {
            debug!(%error, "connection ended");
        }
    }
}
