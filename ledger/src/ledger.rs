//! One open ledger: what callers hold. It takes submissions, and hands out views for reading.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::time::Instant;

use jejak_signer::{Credential, Credentials, Hash};

use crate::clock::Clock;
use crate::credentials::{self, CredentialCache};
use crate::documents::Documents;
use crate::draft::Outcome;
use crate::error::{Failure, Stop};
use crate::evidence::KnownCache;
use crate::group::Receipted;
use crate::held::Held;
use crate::log::{Micros, Position};
use crate::observer::Observer;
use crate::pool::{Pieces, Place, Pool, Reply};
use crate::prepared::{Candidate, Context};
use crate::publisher::{Published as Shown, Publisher};
use crate::quota::WriteQuotas;
use crate::refusal::Refusal;
use crate::rules::RuleSet;
use crate::segments::Sealer;
use crate::sequencer::Sequencer;
use crate::settings::Settings;
use crate::state::certificate_subject;
use crate::store::LedgerStore;
use crate::view::{Edge, Identity, View};

/// The answer to one statement.
#[derive(Clone)]
pub enum Answer {
    /// It was recorded now.
    Recorded(Receipted),
    /// It stands in the log already.
    Repeated(Receipted),
    /// The rules say no; nothing was recorded.
    Refused(Refusal),
    /// We could not; nothing was recorded, unless the failure says that nobody knows.
    Failed(Failure),
}

/// Whether a ledger takes events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Writing {
    /// It does.
    Open,
    /// It does not, until the directory is opened again or the clock is right.
    Stopped(Stop),
}

/// What a ledger shows of itself.
#[derive(Debug, Clone)]
pub struct Published {
    /// How many records.
    pub size: u64,
    /// `recorded_at` of the last one.
    pub recorded_at: Micros,
    /// The root of the tree.
    pub root: Hash,
    /// The signed checkpoint.
    pub checkpoint: Arc<str>,
    /// The rule set in force.
    pub ruleset: Arc<RuleSet>,
    /// Whether events are taken.
    pub writing: Writing,
}

/// One open ledger.
pub struct Ledger {
    pub(crate) identity: Arc<Identity>,
    pub(crate) store: Arc<dyn LedgerStore>,
    pub(crate) held: Arc<Held>,
    pub(crate) documents: Arc<Documents>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) credentials: Arc<CredentialCache>,
    pub(crate) quotas: Arc<WriteQuotas>,
    pub(crate) context: Arc<RwLock<Context>>,
    pub(crate) edge: RwLock<Arc<Edge>>,
    pub(crate) writing: RwLock<Writing>,
    pub(crate) sequencer: Mutex<Sequencer>,
    pub(crate) publisher: Publisher,
    pub(crate) pool: Arc<Pool>,
    pub(crate) sealer: Arc<Sealer>,
    pub(crate) observer: Arc<OnceLock<Arc<dyn Observer>>>,
    pub(crate) known: KnownCache,
}

impl Ledger {
    /// The region code, as in URLs.
    pub fn region(&self) -> &str {
        &self.identity.region
    }

    /// The origin of the log.
    pub fn origin(&self) -> &str {
        &self.identity.origin
    }

    /// The verifier key of the log: the newest that is in force.
    pub fn vkey(&self) -> String {
        self.edge().vkey(&self.identity)
    }

    /// What the ledger shows of itself now.
    pub fn published(&self) -> Published {
        let edge = self.edge();
        Published {
            size: edge.tree.size(),
            recorded_at: edge.recorded_at,
            root: edge.tree.root(),
            checkpoint: Arc::clone(&edge.checkpoint),
            ruleset: Arc::clone(&edge.ruleset),
            writing: self.writing.read().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }

    /// The ledger as it is published now, for reading.
    pub fn view(&self) -> View {
        View {
            store: Arc::clone(&self.store),
            held: Arc::clone(&self.held),
            documents: Arc::clone(&self.documents),
            identity: Arc::clone(&self.identity),
            edge: self.edge(),
        }
    }

    /// Takes statements: they are verified in parallel and decided in order, and `reply` is called
    /// from another thread with one answer for each, in order. Never blocks.
    pub fn submit(self: &Arc<Self>, lines: Vec<Vec<u8>>, reply: Reply) -> Result<(), Failure> {
        self.check_lines(&lines)?;
        if lines.is_empty() {
            reply(Vec::new());
            return Ok(());
        }
        self.pool.submit(Arc::clone(self), lines, self.observed(reply), Place::Alone)
    }

    /// Takes a batch in pieces, as they arrive.
    pub fn pieces(self: &Arc<Self>) -> Pieces {
        Pieces::of(self)
    }

    /// No submission has more lines than one may have.
    pub(crate) fn check_lines(&self, lines: &[Vec<u8>]) -> Result<(), Failure> {
        let (lines, lines_max) = (lines.len(), self.settings.batch_lines_max);
        if lines > lines_max {
            return Err(Failure::TooManyLines { lines, lines_max });
        }
        Ok(())
    }

    /// `reply`, after the observer has seen the answers.
    pub(crate) fn observed(&self, reply: Reply) -> Reply {
        let Some(observer) = self.observer.get().cloned() else { return reply };
        let submitted = Instant::now();
        Box::new(move |answers| {
            observer.answered(&answers, submitted.elapsed());
            reply(answers);
        })
    }

    pub(crate) fn number(&self) -> usize {
        usize::try_from(self.identity.number.0).unwrap_or(0)
    }

    pub(crate) fn identity(&self) -> &Identity {
        &self.identity
    }

    pub(crate) fn sequencer(&self) -> MutexGuard<'_, Sequencer> {
        self.sequencer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Steps 2 and 3 for one line, on a thread of the pool.
    pub(crate) fn prepare(&self, bytes: Vec<u8>) -> Candidate {
        let context = self.context.read().unwrap_or_else(PoisonError::into_inner).clone();
        Candidate::of(bytes, Enrolled { ledger: self, context: &context }, &context)
    }

    /// What statements are judged by as of `view`.
    pub(crate) fn context_of(&self, view: &View) -> Context {
        let context = self.context.read().unwrap_or_else(PoisonError::into_inner).clone();
        Context { ruleset: Arc::clone(view.ruleset()), ..context }
    }

    /// A group is signed: readers see it, and its callers get their answers.
    pub(crate) fn show(self: &Arc<Self>, shown: Shown) -> Vec<Answer> {
        let before = self.view().full_segments();
        *self.edge.write().unwrap_or_else(PoisonError::into_inner) = shown.edge;
        if self.view().full_segments() > before {
            self.sealer.ask(self);
        }
        let view = self.view();
        let receipted = |position: Position| {
            if let Some(found) = Receipted::of_group(&shown.group, position) {
                return Ok(found);
            }
            match view.record(position) {
                Ok(Some(record)) => Ok(Receipted::of_view(view.clone(), &record)),
                Ok(None) | Err(_) => Err(Failure::Unavailable),
            }
        };
        let answer = |outcome| match outcome {
            Outcome::Recorded(position) => match receipted(position) {
                Ok(found) => Answer::Recorded(found),
                Err(failure) => Answer::Failed(failure),
            },
            Outcome::Repeated(position) => match receipted(position) {
                Ok(found) => Answer::Repeated(found),
                Err(failure) => Answer::Failed(failure),
            },
            Outcome::Refused(refusal) => Answer::Refused(refusal),
            Outcome::Limited(over) => Answer::Failed(Failure::OverQuota(over)),
        };
        shown.outcomes.into_iter().map(answer).collect()
    }

    /// Keeps in mind, for those who ask, that events are taken. Like [`Ledger::note`] of a stop that lasts, it is
    /// called by who has the sequencer, so that what is shown is what came last.
    pub(crate) fn note_open(&self) {
        *self.writing.write().unwrap_or_else(PoisonError::into_inner) = Writing::Open;
    }

    /// Keeps in mind, for those who ask, that writing has stopped.
    pub(crate) fn note(&self, failure: &Failure) {
        if let Failure::WritingStopped(stop) = failure {
            let mut writing = self.writing.write().unwrap_or_else(PoisonError::into_inner);
            *writing = Writing::Stopped(stop.clone());
        }
    }

    pub(crate) fn edge(&self) -> Arc<Edge> {
        Arc::clone(&self.edge.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The credentials that are enrolled in a ledger, as far as it is published.
struct Enrolled<'a> {
    ledger: &'a Ledger,
    context: &'a Context,
}

impl Credentials for Enrolled<'_> {
    fn credential(&self, thumbprint: &Hash) -> Option<Arc<Credential>> {
        if let Some(known) = self.ledger.credentials.get(thumbprint) {
            return Some(known);
        }
        let view = self.ledger.view();
        let thing = view.thing(&certificate_subject(thumbprint), view.size()).ok()??;
        let opening = &self.context.opening;
        let loaded = credentials::load(thumbprint, &thing, opening, &view.held).ok()??;
        self.ledger.credentials.insert(Arc::clone(&loaded));
        Some(loaded)
    }
}
