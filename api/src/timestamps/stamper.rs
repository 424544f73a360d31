//! The threads that stamp: one for each authority. They look once a second at what has grown, ask, and keep what verifies.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use jejak_ledger::{KeepTimestampError, Ledger, Ledgers};
use jejak_signer::{HashAlgorithm, TimestampAuthority, TimestampError, TimestampRequest};
use tracing::{info, warn};

use super::ask::{AskError, Asker};
use super::plan::Plan;
use super::settings::Timestamps;
use crate::metrics::StampFigures;

/// The threads of a server.
pub(crate) struct Stampers {
    stopped: Arc<Stopped>,
    threads: Vec<JoinHandle<()>>,
}

/// Waits, and is told to end.
#[derive(Default)]
struct Stopped {
    is: Mutex<bool>,
    told: Condvar,
}

struct Stamper {
    ledgers: Arc<Ledgers>,
    asker: Asker,
    authorities: Vec<TimestampAuthority>,
    plan: Plan,
    figures: StampFigures,
    name: String,
}

/// Why a ledger was not stamped.
#[derive(Debug, thiserror::Error)]
enum Failed {
    /// The authority gave nothing of use.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// What it gave does not count.
    #[error(transparent)]
    Token(#[from] TimestampError),
    /// The ledger did not take it.
    #[error(transparent)]
    Keep(#[from] KeepTimestampError),
    /// Nothing that it gives could be verified: it is not asked.
    #[error("neither the trust policy nor [timestamps] anchors name an authority")]
    Untrusted,
    /// No random number was to be had, or the ledger's own checkpoint is not read.
    #[error("{0}")]
    Own(String),
}

impl Stampers {
    /// Starts a thread for each authority of the settings, which have been checked.
    pub(crate) fn start(
        ledgers: &Arc<Ledgers>,
        settings: &Timestamps,
        figures: &StampFigures,
    ) -> Self {
        let stopped = Arc::<Stopped>::default();
        let mut threads = Vec::new();
        let authorities = settings.authorities().unwrap_or_default();
        for asked in settings.asked().unwrap_or_default() {
            let asker = match Asker::new(asked, settings) {
                Ok(asker) => asker,
                Err(error) => {
                    warn!(%error, "a time-stamping authority cannot be asked");
                    continue;
                }
            };
            let stamper = Stamper {
                ledgers: Arc::clone(ledgers),
                name: asker.name(),
                asker,
                authorities: authorities.clone(),
                plan: Plan::new(settings.interval(), settings.idle()),
                figures: figures.clone(),
            };
            let thread = std::thread::Builder::new().name("timestamps".to_owned());
            let stop = Arc::clone(&stopped);
            match thread.spawn(move || stamper.run(&stop)) {
                Ok(thread) => threads.push(thread),
                Err(error) => warn!(%error, "no thread for a time-stamping authority"),
            }
        }
        Self { stopped, threads }
    }

    /// Ends the threads; one that is waiting for an authority ends with its answer or its time limit.
    pub(crate) fn stop(self) {
        *self.stopped.is.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.stopped.told.notify_all();
        for thread in self.threads {
            // What a thread could not do is told by its figures and log lines.
            drop(thread.join());
        }
    }
}

impl Stopped {
    /// Waits a moment; true at the end.
    fn wait(&self) -> bool {
        let is = self.is.lock().unwrap_or_else(PoisonError::into_inner);
        let (is, _) = self
            .told
            .wait_timeout_while(is, LOOK, |is| !*is)
            .unwrap_or_else(PoisonError::into_inner);
        *is
    }

    fn is(&self) -> bool {
        *self.is.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stamper {
    fn run(mut self, stopped: &Stopped) {
        self.figures.begin(&self.name);
        self.remember();
        loop {
            self.round(stopped);
            if stopped.wait() {
                return;
            }
        }
    }

    /// What was stamped before this process began counts: a restart asks for nothing.
    fn remember(&mut self) {
        let now = self.ledgers.clock().steady();
        for ledger in self.ledgers.list() {
            if let Ok(Some(newest)) = ledger.view().newest_timestamp() {
                self.plan.stamped(ledger.region(), newest.size, now);
            }
        }
    }

    fn round(&mut self, stopped: &Stopped) {
        let ledgers = self.ledgers.list();
        for ledger in &ledgers {
            let now = self.ledgers.clock().steady();
            if stopped.is() || !self.plan.is_open(now) {
                break;
            }
            if self.plan.is_due(ledger.region(), ledger.published().size, now) {
                self.stamp(ledger);
            }
        }
        let pending =
            |ledger: &&Arc<Ledger>| self.plan.is_pending(ledger.region(), ledger.published().size);
        self.figures.pending(&self.name, ledgers.iter().filter(pending).count());
    }

    fn stamp(&mut self, ledger: &Ledger) {
        let (region, tsa) = (ledger.region(), self.name.as_str());
        let made = self.token(ledger);
        let now = self.ledgers.clock().steady();
        match made {
            Ok(size) => {
                self.plan.stamped(region, size, now);
                self.figures.kept(tsa);
                info!(region, tsa, size, "time-stamp kept");
            }
            Err(reason @ (Failed::Keep(_) | Failed::Untrusted)) => {
                self.plan.passed_over(region, now);
                self.figures.failed(tsa);
                warn!(region, tsa, %reason, "this ledger is not stamped");
            }
            Err(reason) => {
                let rest_s = self.plan.failed(now).as_secs();
                self.figures.failed(tsa);
                warn!(region, tsa, %reason, rest_s, "no time-stamp: asked again later");
            }
        }
    }

    /// Asks for a token over the newest checkpoint and keeps it.
    fn token(&self, ledger: &Ledger) -> Result<u64, Failed> {
        let view = ledger.view();
        let stamped = view.stamped().map_err(|error| Failed::Own(error.to_string()))?;
        let mut authorities = self.authorities.clone();
        authorities.extend(view.time_authorities().map_err(KeepTimestampError::from)?);
        if authorities.is_empty() {
            return Err(Failed::Untrusted);
        }
        let nonce = nonce().map_err(|error| Failed::Own(error.to_string()))?;
        let request =
            TimestampRequest::new(stamped.text().as_bytes(), HashAlgorithm::Sha256, nonce)?;
        let answer = self.asker.ask(request.der())?;
        let (token, _) = request.accept(&answer, &authorities)?;
        let kept = ledger.keep_timestamp(&token, stamped.text(), &self.authorities)?;
        Ok(kept.size)
    }
}

/// Tells an answer from one that somebody kept.
fn nonce() -> Result<u64, getrandom::Error> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes)?;
    Ok(u64::from_be_bytes(bytes))
}

/// How often it is looked what has grown.
const LOOK: Duration = Duration::from_secs(1);
