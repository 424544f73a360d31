//! A real server inside this process, on a free port of loopback: for `demo` and `bench`.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};

use anyhow::{Context as _, Result};
use jejak_api::{AppState, Config, SystemClock, config};
use jejak_ledger::Ledgers;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::Context;
use super::serve::configuration;

/// A running server.
pub(crate) struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<Result<()>>,
}

impl Server {
    /// Opens the directory and serves it; returns when connections are accepted.
    pub(crate) fn start(dir: &Path, context: &Context) -> Result<Self> {
        Self::configured(dir, configuration(context, Some(dir))?)
    }

    /// The same for a measurement: one signer posts what many would.
    pub(crate) fn without_quotas(dir: &Path, context: &Context) -> Result<Self> {
        let mut config = configuration(context, Some(dir))?;
        config.ledger.signer_events_per_minute = 0;
        config.ledger.agency_events_per_minute = 0;
        Self::configured(dir, config)
    }

    fn configured(dir: &Path, mut config: Config) -> Result<Self> {
        // On loopback, by us alone: no certificate would fit, and no other address is wanted.
        config.tls = config::Tls::default();
        config.metrics = config::Metrics::default();
        let ledgers = Ledgers::open(dir, config.ledger.clone(), Arc::new(SystemClock))?;
        let (stop, stopped) = oneshot::channel();
        let (ready, address) = mpsc::channel();
        let serve = move || run(ledgers, config, &ready, stopped);
        let thread = thread::Builder::new().name("server".into()).spawn(serve)?;
        match address.recv() {
            Ok(address) => Ok(Self { address, stop, thread }),
            Err(_) => Err(ended(thread)
                .err()
                .unwrap_or_else(|| anyhow::anyhow!("the server did not start"))),
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops in order: requests finished, queues decided and synced, the directory closed.
    pub(crate) fn stop(self) -> Result<()> {
        // A receiver that is gone means that the server ended by itself; its result says why.
        let _ = self.stop.send(());
        ended(self.thread)
    }
}

fn run(
    ledgers: Ledgers,
    config: Config,
    ready: &mpsc::Sender<SocketAddr>,
    stopped: oneshot::Receiver<()>,
) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        ready.send(listener.local_addr()?)?;
        let stop = async {
            // Both a message and a sender that is gone mean: stop.
            let _ = stopped.await;
        };
        jejak_api::serve(listener, AppState::new(Arc::new(ledgers), config), stop).await?;
        anyhow::Ok(())
    })
}

fn ended(thread: JoinHandle<Result<()>>) -> Result<()> {
    thread.join().ok().context("server berhenti karena panik (the server panicked)")?
}
