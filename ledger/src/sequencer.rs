//! The single writer of one ledger: step 4 of an event's way, top to bottom. It owns no thread;
//! a writer thread calls [`Sequencer::append`], advances the lock for all ledgers of its round, and
//! then hands the group to the ledger's publisher.
//!
//! Order of durability: the synced batch, then the lock, then the signature, then the answers. A crash
//! before the batch loses only what nobody was told; a crash after it finds the events at the next open.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jejak_signer::Hash;

use crate::clock::Clock;
use crate::credentials::CredentialCache;
use crate::custody::CustodyError;
use crate::draft::{Basis, Decided, Draft, Outcome};
use crate::error::{Failure, Stop};
use crate::held::Held;
use crate::log::{Chain, CompletedTile, KeyHistory, Micros, Position, Record, Tree};
use crate::noted::Noted;
use crate::prepared::{Candidate, Context};
use crate::publisher::{Appended, Signers, Unsigned};
use crate::quota::WriteQuotas;
use crate::refusal::Refusal;
use crate::refused::Keeper;
use crate::rules::{self, Thing, log_keys_of};
use crate::settings::Settings;
use crate::space::Space;
use crate::state::Stored;
use crate::store::{
    Batch, Head, Lease, LedgerNumber, LedgerStore, LockEntry, Row, StoreError, Table, keys,
};

/// The writer's own state of one ledger. Everything here is a consequence of what is durable.
pub(crate) struct Sequencer {
    pub(crate) number: LedgerNumber,
    pub(crate) store: Arc<dyn LedgerStore>,
    pub(crate) held: Arc<Held>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) space: Space,
    pub(crate) credentials: Arc<CredentialCache>,
    pub(crate) context: Arc<RwLock<Context>>,
    pub(crate) lease: Lease,
    pub(crate) chain: Chain,
    pub(crate) tree: Tree,
    /// The keys of the log, and those that this process holds.
    pub(crate) keys: Arc<KeyHistory>,
    pub(crate) signers: Arc<Signers>,
    pub(crate) quotas: Arc<WriteQuotas>,
    pub(crate) keeper: Keeper,
    pub(crate) pace: Pace,
    pub(crate) stopped: Option<Stop>,
    /// A row that joins the first write.
    pub(crate) first: Option<Row>,
}

/// Why a group that must be recorded as a whole was not.
#[derive(Debug)]
pub(crate) enum Unsignable {
    /// A statement was refused.
    Refused {
        /// Which, from 1.
        line: usize,
        refusal: Box<Refusal>,
    },
    /// No key that is held would sign it.
    NotInForce {
        in_force: Vec<String>,
    },
    /// The key that would sign it could not be kept.
    NotKept(CustodyError),
    Failed(Failure),
}

impl From<Failure> for Unsignable {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// The last look at both clocks, to notice a jump.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) wall: Micros,
    pub(crate) steady: Duration,
}

impl Sequencer {
    /// Decides `candidates` in order and makes what they change durable: in one write, or in several
    /// where their rows are more than one write may hold. All of them end under one checkpoint.
    pub(crate) fn append(&mut self, candidates: Vec<Candidate>) -> Result<Appended, Failure> {
        let recorded_at = self.tick()?;
        self.space.check()?;
        let before = self.tree.clone();
        let (mut outcomes, mut records) = (Vec::with_capacity(candidates.len()), Vec::new());
        let mut noted = BTreeMap::new();
        let mut waiting = VecDeque::from(candidates);
        while !waiting.is_empty() {
            let decided = self.decide(&mut waiting, &mut outcomes, recorded_at);
            let mut decided = match decided {
                Ok(decided) => decided,
                Err(error) => return Err(self.unread(&error, !records.is_empty())),
            };
            records.extend_from_slice(&decided.records);
            noted.append(&mut decided.noted);
            if let Err(failure) = self.write(decided) {
                return Err(self.unanswered(failure, &records));
            }
        }
        Ok(self.appended(before, outcomes, records, noted))
    }

    /// Decides `candidates` and makes them durable in one write, if each is recorded or stands there already and a key
    /// that is held signs what comes of it. `keep_key` is called before anything is written: that key is needed then.
    pub(crate) fn append_whole(
        &mut self,
        candidates: Vec<Candidate>,
        keep_key: impl FnOnce() -> Result<(), CustodyError>,
    ) -> Result<Appended, Unsignable> {
        let recorded_at = self.tick()?;
        self.space.check()?;
        let before = self.tree.clone();
        let (mut outcomes, mut waiting) = (Vec::new(), VecDeque::from(candidates));
        let decided = self.decide_by(&mut waiting, &mut outcomes, recorded_at, false);
        let mut decided = decided.map_err(|error| self.unread(&error, false))?;
        for (line, outcome) in (1..).zip(&outcomes) {
            if let Outcome::Refused(refusal) = outcome {
                return Err(Unsignable::Refused { line, refusal: Box::new(refusal.clone()) });
            }
        }
        let keys = keys_after(&decided.changed);
        let keys = keys.as_ref().unwrap_or(&self.keys);
        let size = decided.chain.size();
        // What is not decided did not fit into one write: more than the events of a few keys.
        if !waiting.is_empty() || !self.signers.can_sign(keys, size) {
            let in_force = keys.in_force_at(size).map(ToString::to_string).collect();
            return Err(Unsignable::NotInForce { in_force });
        }
        let (records, noted) = (decided.records.clone(), std::mem::take(&mut decided.noted));
        keep_key().map_err(Unsignable::NotKept)?;
        self.write(decided)?;
        Ok(self.appended(before, outcomes, records, noted))
    }

    /// What was made durable, for those who lock and sign it.
    fn appended(
        &self,
        before: Tree,
        outcomes: Vec<Outcome>,
        records: Vec<Record>,
        noted: BTreeMap<Position, Noted>,
    ) -> Appended {
        let lock = LockEntry {
            size: self.tree.size(),
            leaf_hash: self.chain.leaf_hash(),
            root: self.tree.root(),
        };
        let ruleset = self.context.read().unwrap_or_else(PoisonError::into_inner).ruleset.clone();
        let head = Unsigned {
            tree: self.tree.clone(),
            recorded_at: self.chain.recorded_at(),
            ruleset,
            keys: Arc::clone(&self.keys),
        };
        Appended { lock, before, head, outcomes, records, noted }
    }

    /// The first write of a ledger: its opening, and the row that outlives the opening statement.
    pub(crate) fn open(&mut self, candidate: Candidate, genesis: Row) -> Result<Appended, Failure> {
        self.first = Some(genesis);
        self.append(vec![candidate])
    }

    /// One write: the rows of what was decided, the tiles that it completes, the new head and root.
    fn write(&mut self, decided: Decided) -> Result<(), Failure> {
        self.keep_objects(&decided)?;
        let leaves: Vec<Hash> = decided.records.iter().map(Record::leaf_hash).collect();
        let place = (&*self.store, self.number);
        let kept = self.keeper.keep(&decided.refused, self.pace.wall, &self.settings, place);
        let kept = kept.map_err(|error| self.unwritten(&error))?;
        if leaves.is_empty() {
            self.keep_alone(kept.rows)?;
        } else {
            let mut tree = self.tree.clone();
            let tiles = tree.append(&leaves).tiles;
            let next = Head { size: tree.size(), leaf_hash: decided.chain.leaf_hash() };
            let mut rows = decided.rows;
            rows.extend(tiles.iter().map(tile_row));
            rows.push(root_row(&tree));
            rows.extend(self.first.take());
            rows.extend(kept.rows);
            let batch = Batch { expect: self.lease.head, next, rows };
            let durable = self.store.append(&self.lease, batch);
            self.lease.head = durable.map_err(|error| self.unwritten(&error))?.head;
            self.tree = tree;
        }
        self.keeper = kept.after;
        for (_, credential) in decided.fresh {
            self.credentials.insert(credential);
        }
        if let Some(keys) = keys_after(&decided.changed) {
            self.keys = Arc::new(keys);
        }
        self.chain = decided.chain;
        *self.context.write().unwrap_or_else(PoisonError::into_inner) = decided.context;
        Ok(())
    }

    /// Rows beside the log, from outside the group: the head stays where it is.
    pub(crate) fn keep_beside(&mut self, rows: Vec<Row>) -> Result<(), Failure> {
        if let Some(stop) = &self.stopped {
            return Err(Failure::WritingStopped(stop.clone()));
        }
        self.space.check()?;
        self.keep_alone(rows)
    }

    /// Refusals of a group that recorded nothing: the head stays where it is.
    fn keep_alone(&mut self, rows: Vec<Row>) -> Result<(), Failure> {
        if rows.is_empty() {
            return Ok(());
        }
        let head = self.lease.head;
        let written = self.store.append(&self.lease, Batch { expect: head, next: head, rows });
        written.map(|_| ()).map_err(|error| self.unwritten(&error))
    }

    /// An earlier write of the same group is durable but will not be answered: only opening again, which
    /// signs what is there, makes that good.
    fn unanswered(&mut self, failure: Failure, records: &[Record]) -> Failure {
        let durable = self.chain.size();
        let begun = records.first().is_some_and(|first| first.position.0 < durable);
        if begun { self.stop(Stop::Indeterminate) } else { failure }
    }

    /// Writing ends here until the directory is opened again.
    pub(crate) fn stop(&mut self, stop: Stop) -> Failure {
        self.stopped.get_or_insert(stop.clone());
        Failure::WritingStopped(stop)
    }

    /// Decides what came in through the door, from the front of `waiting`, until the group is full or nothing waits.
    fn decide(
        &self,
        waiting: &mut VecDeque<Candidate>,
        outcomes: &mut Vec<Outcome>,
        recorded_at: Micros,
    ) -> Result<Decided, StoreError> {
        self.decide_by(waiting, outcomes, recorded_at, true)
    }

    fn decide_by(
        &self,
        waiting: &mut VecDeque<Candidate>,
        outcomes: &mut Vec<Outcome>,
        recorded_at: Micros,
        has_door: bool,
    ) -> Result<Decided, StoreError> {
        let state = Stored { store: &*self.store, ledger: self.number };
        let mut draft = Draft::new(Basis {
            state: &state,
            chain: self.chain.clone(),
            context: self.context.read().unwrap_or_else(PoisonError::into_inner).clone(),
            credentials: &self.credentials,
            held: &self.held,
        });
        if has_door {
            draft.open_door(&self.quotas, &self.signers);
        }
        draft.prefetch(waiting.iter())?;
        while !draft.is_full()
            && let Some(candidate) = waiting.pop_front()
        {
            outcomes.push(draft.decide(candidate, recorded_at)?);
        }
        draft.finish()
    }

    /// Certificates are objects before the event that names them can be durable.
    fn keep_objects(&mut self, decided: &Decided) -> Result<(), Failure> {
        for (_, credential) in &decided.fresh {
            let leaf = credential.certificate().der();
            let above = credential.intermediates();
            for der in std::iter::once(leaf).chain(above) {
                self.held.put(der).map_err(|_| Failure::Unavailable)?;
            }
        }
        for der in &decided.objects {
            self.held.put(der).map_err(|_| Failure::Unavailable)?;
        }
        let ruleset = decided.context.ruleset.hash();
        if let Some(bytes) = rules::BUNDLED.iter().find(|bytes| Hash::of(bytes) == ruleset)
            && self.adopts(decided)
        {
            self.held.put(bytes).map_err(|_| Failure::Unavailable)?;
        }
        Ok(())
    }

    /// Whether the group put another rule set in force.
    fn adopts(&self, decided: &Decided) -> bool {
        let context = self.context.read().unwrap_or_else(PoisonError::into_inner);
        context.ruleset.hash() != decided.context.ruleset.hash()
    }

    /// The time of the group: never before the last record, never from a clock that jumped.
    fn tick(&mut self) -> Result<Micros, Failure> {
        if let Some(stop) = &self.stopped {
            return Err(Failure::WritingStopped(stop.clone()));
        }
        let (now, steady) = (self.clock.now(), self.clock.steady());
        let last = self.chain.recorded_at();
        if now.0.saturating_add(self.settings.clock_behind_max_ms.saturating_mul(1_000)) < last.0 {
            return Err(Failure::WritingStopped(Stop::ClockBehind { now, last }));
        }
        let passed = steady.saturating_sub(self.pace.steady);
        let passed = u64::try_from(passed.as_micros()).unwrap_or(u64::MAX);
        let jump_max = self.settings.clock_jump_max_s.saturating_mul(1_000_000);
        let expected = self.pace.wall.0.saturating_add(passed);
        if now.0 > expected.saturating_add(jump_max) {
            return Err(Failure::WritingStopped(Stop::ClockJumped {
                now,
                expected: Micros(expected),
            }));
        }
        self.pace = Pace { wall: now, steady };
        Ok(now.max(last))
    }

    /// The state could not be read: nothing was written, unless an earlier part of the group was.
    fn unread(&mut self, error: &StoreError, begun: bool) -> Failure {
        match error {
            StoreError::Unavailable { .. } if !begun => Failure::Unavailable,
            StoreError::Unavailable { .. } => self.stop(Stop::Indeterminate),
            _ => self.stop(Stop::of(error)),
        }
    }

    /// The group was not written, or nobody knows: only the definite, passing failure lets writing go on.
    fn unwritten(&mut self, error: &StoreError) -> Failure {
        match error {
            StoreError::Unavailable { .. } => Failure::Unavailable,
            _ => self.stop(Stop::of(error)),
        }
    }
}

/// The keys of the log, where the group changed what the ledger says of itself.
fn keys_after(changed: &BTreeMap<String, Thing>) -> Option<KeyHistory> {
    let (_, ledger) = changed.iter().find(|(subject, _)| subject.starts_with(LEDGER))?;
    log_keys_of(ledger)
}

/// The row of a tile that has become full.
pub(crate) fn tile_row(tile: &CompletedTile) -> Row {
    let value = tile.hashes.iter().flat_map(|hash| *hash.as_bytes()).collect();
    Row::insert(Table::Tile, keys::tile(tile.level, tile.index), value)
}

/// The row that names the root beside the size: what audits compare the tree with.
pub(crate) fn root_row(tree: &Tree) -> Row {
    let mut value = tree.size().to_be_bytes().to_vec();
    value.extend_from_slice(tree.root().as_bytes());
    Row::put(Table::Meta, ROOT.to_vec(), value)
}

/// What the key of the ledger's thing begins with.
const LEDGER: &str = "ledger/";

/// Key of the row in `Meta` that holds size and root.
pub(crate) const ROOT: &[u8] = b"root";
