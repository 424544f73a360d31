//! Steps 5 and 6 of one ledger, after the sync and the lock: the checkpoint is signed, readers see the head, the
//! answers leave.
//!
//! The key may be slow: a token, an HSM. While one signature is made the writer goes on, and all groups that
//! became durable and locked meanwhile are covered by the next one checkpoint. A key in this process is quick: there the
//! writer signs itself.

use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jejak_signer::Hash;

use crate::draft::Outcome;
use crate::error::{Failure, Stop};
use crate::group::Group;
use crate::ledger::{Answer, Ledger};
use crate::log::{Checkpoint, KeyHistory, Micros, NoteSigner, Position, Record, Tree};
use crate::noted::Noted;
use crate::pool::Reply;
use crate::refusal::Refusal;
use crate::rules::RuleSet;
use crate::store::LockEntry;
use crate::view::Edge;

/// A group that is durable.
pub(crate) struct Appended {
    /// What the lock must say before anything of it is signed.
    pub(crate) lock: LockEntry,
    /// The tree that the group grew from.
    pub(crate) before: Tree,
    pub(crate) head: Unsigned,
    /// One for each candidate, in order.
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) records: Vec<Record>,
    pub(crate) noted: BTreeMap<Position, Noted>,
}

/// The head after a group.
pub(crate) struct Unsigned {
    pub(crate) tree: Tree,
    pub(crate) recorded_at: Micros,
    pub(crate) ruleset: Arc<RuleSet>,
    /// The keys of the log, of which those sign that are in force at this head.
    pub(crate) keys: Arc<KeyHistory>,
}

/// What the readers and the callers get of a group.
pub(crate) struct Published {
    pub(crate) edge: Arc<Edge>,
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) group: Arc<Group>,
}

/// The callers of a group, and how many of its answers are theirs.
pub(crate) type Callers = Vec<(usize, Reply)>;

/// What signs for one ledger, and what waits for that.
pub(crate) struct Publisher {
    signers: Arc<Signers>,
    waiting: Mutex<Waiting>,
}

/// The log keys that this process holds for one ledger: those in force, and those that may come to be.
#[derive(Debug, Default)]
pub(crate) struct Signers(Vec<NoteSigner>);

impl Signers {
    /// A key that is held twice signs once.
    pub(crate) fn new(held: Vec<NoteSigner>) -> Self {
        let mut once: Vec<NoteSigner> = Vec::with_capacity(held.len());
        for signer in held {
            if once.iter().all(|one| one.vkey() != signer.vkey()) {
                once.push(signer);
            }
        }
        Self(once)
    }

    /// Those that may sign a checkpoint of this size.
    fn in_force<'a>(&'a self, keys: &KeyHistory, size: u64) -> Vec<&'a NoteSigner> {
        let counts = |held: &&NoteSigner| keys.in_force_at(size).any(|key| key == held.vkey());
        self.0.iter().filter(counts).collect()
    }

    /// Is there one?
    pub(crate) fn can_sign(&self, keys: &KeyHistory, size: u64) -> bool {
        !self.in_force(keys, size).is_empty()
    }
}

#[derive(Default)]
struct Waiting {
    /// Durable and locked. Bounded by the statements that may wait at all: their callers wait for the answers.
    groups: VecDeque<(Appended, Callers)>,
    /// Whether some thread has taken it on to publish what waits.
    is_taken_on: bool,
    /// Nothing is signed any more until the directory is opened again.
    has_failed: bool,
}

impl Appended {
    /// Whether the group recorded anything.
    pub(crate) fn moved(&self) -> bool {
        !self.records.is_empty()
    }

    /// The refusal of the only candidate, for the opening of a ledger.
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        match self.outcomes.first() {
            Some(Outcome::Refused(refusal)) => Some(refusal.clone()),
            _ => None,
        }
    }

    /// Both as one group; `later` is the next of the ledger.
    fn join(mut self, later: Self) -> Self {
        self.outcomes.extend(later.outcomes);
        self.records.extend(later.records);
        self.noted.extend(later.noted);
        Self { lock: later.lock, head: later.head, ..self }
    }
}

impl Publisher {
    pub(crate) fn new(signers: Arc<Signers>) -> Self {
        Self { signers, waiting: Mutex::default() }
    }

    /// The keys that it signs with when they are in force.
    pub(crate) fn signers(&self) -> &Signers {
        &self.signers
    }

    /// Whether a signature may take long: then no writer waits for it.
    pub(crate) fn is_slow(&self) -> bool {
        self.signers.0.iter().any(NoteSigner::is_elsewhere)
    }

    /// The checkpoint of a tree that the lock covers, signed with every key held that is in force at its size.
    pub(crate) fn sign(&self, tree: &Tree, keys: &KeyHistory) -> Result<Arc<str>, Failure> {
        let failed = || Failure::WritingStopped(Stop::SignatureFailed);
        let signers = self.signers.in_force(keys, tree.size());
        let first = signers.first().ok_or_else(failed)?;
        let checkpoint = Checkpoint::new(first.vkey().name(), tree.size(), tree.root());
        let note = checkpoint.sign(&signers).map_err(|_| failed())?;
        Ok(note.to_string().into())
    }

    /// Takes a group that is durable and locked. True: the caller must see to it that [`publish`] is called.
    pub(crate) fn push(&self, group: Appended, callers: Callers) -> bool {
        let mut waiting = self.waiting();
        waiting.groups.push_back((group, callers));
        !std::mem::replace(&mut waiting.is_taken_on, true)
    }

    /// All that waits, as one group; whether it may be signed. `None`: nothing waits, and nobody is here
    /// any more to publish what comes.
    fn take(&self) -> Option<(Appended, Callers, bool)> {
        let mut waiting = self.waiting();
        let Some((first, mut callers)) = waiting.groups.pop_front() else {
            waiting.is_taken_on = false;
            return None;
        };
        let mut joined = first;
        for (later, more) in waiting.groups.drain(..) {
            joined = joined.join(later);
            callers.extend(more);
        }
        Some((joined, callers, !waiting.has_failed))
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Publishes what waits in `ledger`, and what comes meanwhile, until nothing does.
pub(crate) fn publish(ledger: &Arc<Ledger>) {
    while let Some((group, callers, may_sign)) = ledger.publisher.take() {
        let published = || if may_sign { published(ledger, group) } else { Err(()) };
        // A panic is a fault of ours; what waits is durable and locked, and opening again signs it.
        match catch_unwind(AssertUnwindSafe(published)).unwrap_or(Err(())) {
            Ok(published) => {
                let has_other_keys = published.edge.keys != ledger.edge().keys;
                let answers = ledger.show(published);
                if has_other_keys {
                    ledger.keep_handover();
                }
                answer(callers, answers);
            }
            Err(()) => refuse_all(callers, &stop(ledger)),
        }
    }
}

/// Signs the head of a group, unless it is the one that is published already: nothing was recorded.
fn published(ledger: &Ledger, group: Appended) -> Result<Published, ()> {
    let Appended { before, head, outcomes, records, noted, .. } = group;
    let shown = ledger.edge();
    let edge = if head.tree.size() == shown.size {
        shown
    } else {
        Arc::new(Edge {
            size: head.tree.size(),
            checkpoint: ledger.publisher.sign(&head.tree, &head.keys).map_err(|_| ())?,
            tree: head.tree,
            recorded_at: head.recorded_at,
            ruleset: head.ruleset,
            keys: head.keys,
        })
    };
    let leaves: Vec<Hash> = records.iter().map(Record::leaf_hash).collect();
    let mut grown = before;
    let proofs = grown.append(&leaves).proofs;
    let group =
        Arc::new(Group { records, proofs, checkpoint: Arc::clone(&edge.checkpoint), noted });
    Ok(Published { edge, outcomes, group })
}

/// Without a signature the events are durable and locked, but nobody may be told so: opening again signs them.
fn stop(ledger: &Ledger) -> Failure {
    ledger.publisher.waiting().has_failed = true;
    let mut sequencer = ledger.sequencer();
    let failure = sequencer.stop(Stop::SignatureFailed);
    ledger.note(&failure);
    failure
}

fn answer(callers: Callers, answers: Vec<Answer>) {
    let mut answers = answers.into_iter();
    for (count, reply) in callers {
        reply(answers.by_ref().take(count).collect());
    }
}

pub(crate) fn refuse_all(callers: Callers, failure: &Failure) {
    for (count, reply) in callers {
        reply(vec![Answer::Failed(failure.clone()); count]);
    }
}
