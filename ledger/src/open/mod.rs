//! Opening a data directory, for writing ([`Ledgers`]) or only for reading ([`Archive`]), and opening a
//! new ledger in it.
//!
//! Opening trusts nothing that it can check at once: the lock against the head, the right edge against
//! the tiles, the newest records against their chain and statements.

mod archive;
mod directory;
mod error;
mod init;
mod recover;

use std::collections::BTreeMap;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use self::directory::{Directory, Loaded, Opening};
use crate::clock::Clock;
use crate::credentials::CredentialCache;
use crate::custody::{CustodyError, DirectoryKeys, LogKeys};
use crate::documents::{self, Documents};
use crate::evidence::KnownCache;
use crate::ledger::{Ledger, Writing};
use crate::log::{Chain, ChainError, NoteSigner, Position, Record, Tree};
use crate::observer::Observer;
use crate::pool::Pool;
use crate::prepared::Context;
use crate::publisher::{Publisher, Signers};
use crate::quota::WriteQuotas;
use crate::refusal::Refusal;
use crate::refused::Keeper;
use crate::segments::Sealer;
use crate::sequencer::{Pace, Sequencer};
use crate::settings::Settings;
use crate::store::{Figure, LedgerEntry, LedgerNumber, Lock, LockEntry, LockError};
use crate::view::Identity;

pub use self::archive::Archive;
pub use self::error::OpenError;
pub use self::init::LedgerInit;
pub use self::recover::{RECOVERY_STATEMENTS_MAX, RecoverError, Recovered, StillInForce};

/// Ledgers that are opened at one time.
const OPENING_THREADS: usize = 8;

/// A data directory that is open for writing: one process at a time.
pub struct Ledgers {
    directory: Directory,
    settings: Arc<Settings>,
    clock: Arc<dyn Clock>,
    lock: Arc<Lock>,
    pool: Arc<Pool>,
    sealer: Arc<Sealer>,
    credentials: CredentialCache,
    log_keys: Arc<dyn LogKeys>,
    open: RwLock<BTreeMap<String, Arc<Ledger>>>,
    shut: Vec<(String, OpenError)>,
    queued_bytes: Arc<AtomicUsize>,
    initialising: Mutex<()>,
    observer: Arc<OnceLock<Arc<dyn Observer>>>,
}

impl Ledgers {
    /// Opens the data directory `path` and every ledger in it. Where a ledger does not open the others
    /// do, and [`Ledgers::shut`] tells why; where none opens, that is the error.
    pub fn open(path: &Path, settings: Settings, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        let keys = Arc::new(DirectoryKeys::new(path, &settings));
        Self::open_as(path, settings, clock, Opening::Writing, keys)
    }

    /// The same, and makes the directory where there is none.
    pub fn open_or_create(
        path: &Path,
        settings: Settings,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, OpenError> {
        let keys = Arc::new(DirectoryKeys::new(path, &settings));
        Self::open_or_create_with(path, settings, clock, keys)
    }

    /// The same, with log keys that are had from somewhere else.
    pub fn open_or_create_with(
        path: &Path,
        settings: Settings,
        clock: Arc<dyn Clock>,
        log_keys: Arc<dyn LogKeys>,
    ) -> Result<Self, OpenError> {
        make_private(path).map_err(|error| file(path, error))?;
        Self::open_as(path, settings, clock, Opening::Making, log_keys)
    }

    fn open_as(
        path: &Path,
        settings: Settings,
        clock: Arc<dyn Clock>,
        how: Opening,
        log_keys: Arc<dyn LogKeys>,
    ) -> Result<Self, OpenError> {
        let (mut ledgers, entries) = Self::unopened(path, settings, clock, how, log_keys)?;
        ledgers.open_all(&entries)?;
        if ledgers.list().is_empty()
            && let Some((_, error)) = ledgers.shut.pop()
        {
            return Err(error);
        }
        Ok(ledgers)
    }

    /// The directory itself, and the ledgers in it, of which none is opened.
    fn unopened(
        path: &Path,
        settings: Settings,
        clock: Arc<dyn Clock>,
        how: Opening,
        log_keys: Arc<dyn LogKeys>,
    ) -> Result<(Self, Vec<LedgerEntry>), OpenError> {
        let directory = Directory::open(path, &settings, how, clock.now())?;
        let entries = directory.store.ledgers()?;
        let lock = match Lock::open(&path.join("lock")) {
            // A directory with ledgers has a lock: without one nothing would keep it from going back.
            Err(LockError::Missing { .. }) if entries.is_empty() => {
                Lock::create(&path.join("lock"))?
            }
            opened => opened?,
        };
        let lock = Arc::new(lock);
        let verifiers = match settings.verify_threads {
            0 => std::thread::available_parallelism().map_or(2, std::num::NonZero::get),
            count => count,
        };
        let pool = Pool::start(verifiers, &settings, &lock).map_err(OpenError::Threads)?;
        let sealer = Sealer::start().map_err(OpenError::Threads)?;
        let ledgers = Self {
            directory,
            credentials: CredentialCache::new(settings.credentials_max),
            settings: Arc::new(settings),
            clock,
            lock,
            log_keys,
            pool: Arc::new(pool),
            sealer: Arc::new(sealer),
            open: RwLock::default(),
            shut: Vec::new(),
            queued_bytes: Arc::default(),
            initialising: Mutex::default(),
            observer: Arc::default(),
        };
        Ok((ledgers, entries))
    }

    /// The ledgers that did not open, and why: they need a person, the others are served.
    pub fn shut(&self) -> &[(String, OpenError)] {
        &self.shut
    }

    /// All ledgers, by region.
    pub fn list(&self) -> Vec<Arc<Ledger>> {
        self.open.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// The ledger of a region.
    pub fn ledger(&self, region: &str) -> Option<Arc<Ledger>> {
        self.open.read().unwrap_or_else(PoisonError::into_inner).get(region).cloned()
    }

    /// Reserves room for a body before it is read. `None`: try again later.
    pub fn reserve(&self, bytes: usize) -> Option<Reserved> {
        let max = self.settings.queue_bytes_max;
        let grown = |queued: usize| queued.checked_add(bytes).filter(|sum| *sum <= max);
        self.queued_bytes
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, grown)
            .ok()
            .map(|_| Reserved { bytes, bytes_max: max, queued: Arc::clone(&self.queued_bytes) })
    }

    /// Bytes of bodies and statements that are being read or wait, of the settings' `queue_bytes_max`.
    pub fn queued_bytes(&self) -> usize {
        self.queued_bytes.load(Ordering::Acquire)
    }

    /// Tells `observer` from now on what becomes of statements. There is one: the first.
    pub fn observe(&self, observer: Arc<dyn Observer>) {
        let _ = self.observer.set(observer);
    }

    /// What the storage engine tells of itself.
    pub fn store_figures(&self) -> Vec<Figure> {
        self.directory.store.figures()
    }

    /// The data directory.
    pub fn path(&self) -> &Path {
        &self.directory.path
    }

    /// The clock that its ledgers go by.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Where the log keys are had from.
    pub fn log_keys(&self) -> &dyn LogKeys {
        &*self.log_keys
    }

    /// The documents that events name.
    pub fn documents(&self) -> &Arc<Documents> {
        &self.directory.documents
    }

    /// Keeps what waited for an event that has come, and removes what waited too long: to be called
    /// every now and then.
    pub fn sweep_documents(&self) {
        let view_of = |region: &str| self.ledger(region).map(|ledger| ledger.view());
        self.directory.documents.sweep(self.clock.now(), view_of);
    }

    /// The limits in force.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Takes nothing more; returns when all that was taken is decided, synced and answered. Segments that lack are made
    /// after the next opening.
    pub fn drain(&self) {
        self.pool.drain();
        self.sealer.stop();
    }

    fn keep(&self, ledger: Arc<Ledger>) {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        open.insert(ledger.region().to_owned(), ledger);
    }

    /// Opens what is there, several at a time: each waits for the disk most of its time.
    fn open_all(&mut self, entries: &[LedgerEntry]) -> Result<(), OpenError> {
        let mut begun = Vec::new();
        for entry in entries {
            // An opening that was cut off left only the name.
            if self.directory.store.head(entry.number)?.size > 0 {
                begun.push(entry);
            }
        }
        let next = AtomicUsize::new(0);
        let opened = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..OPENING_THREADS.min(begun.len()) {
                scope.spawn(|| {
                    while let Some(entry) = begun.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let done = self.open_ledger(entry);
                        let mut opened = opened.lock().unwrap_or_else(PoisonError::into_inner);
                        opened.push((entry.number, entry.region.clone(), done));
                    }
                });
            }
        });
        let mut opened = opened.into_inner().unwrap_or_else(PoisonError::into_inner);
        opened.sort_by_key(|(number, ..)| *number);
        for (_, region, done) in opened {
            match done {
                Ok(ledger) => self.keep(ledger),
                Err(error) => self.shut.push((region, error)),
            }
        }
        Ok(())
    }

    fn open_ledger(&self, entry: &LedgerEntry) -> Result<Arc<Ledger>, OpenError> {
        let loaded = self.directory.load(entry)?;
        self.check_lock(&loaded)?;
        self.directory.check(&loaded)?;
        let signers = self.signers(&loaded)?;
        let publisher = Publisher::new(Arc::clone(&signers));
        let context = loaded.context.clone();
        let (number, origin) = (entry.number, &entry.origin);
        let sequencer = self.sequencer(number, origin, context, signers, Some(&loaded))?;
        let head = LockEntry {
            size: loaded.head.size,
            leaf_hash: loaded.head.leaf_hash,
            root: loaded.tree.root(),
        };
        // Mostly it stands there already: a sync of the lock for each ledger would make a start slow.
        if self.lock.read(entry.number)? != Some(head) {
            self.lock.advance(&[(entry.number, head)])?;
        }
        let view = loaded.view(&self.directory, "".into());
        documents::build_index(&view, &*self.directory.store, &sequencer.lease)?;
        let checkpoint =
            publisher.sign(&sequencer.tree, &sequencer.keys).map_err(OpenError::Failed)?;
        let view = loaded.view(&self.directory, checkpoint);
        let lacks_a_segment =
            view.full_segments() > 0 && view.kept_segments()? < view.full_segments();
        let ledger = Arc::new(Ledger {
            identity: view.identity,
            store: view.store,
            held: view.held,
            documents: view.documents,
            settings: Arc::clone(&self.settings),
            clock: Arc::clone(&self.clock),
            credentials: Arc::clone(&sequencer.credentials),
            quotas: Arc::clone(&sequencer.quotas),
            context: Arc::clone(&sequencer.context),
            edge: RwLock::new(view.edge),
            writing: RwLock::new(Writing::Open),
            sequencer: Mutex::new(sequencer),
            publisher,
            pool: Arc::clone(&self.pool),
            sealer: Arc::clone(&self.sealer),
            observer: Arc::clone(&self.observer),
            known: KnownCache::default(),
        });
        ledger.keep_handover();
        if lacks_a_segment {
            self.sealer.ask(&ledger);
        }
        Ok(ledger)
    }

    /// What signs the ledger's checkpoints: of the keys that are held at least one is in force.
    fn signers(&self, loaded: &Loaded) -> Result<Arc<Signers>, OpenError> {
        let Identity { region, origin, vkey, .. } = &*loaded.identity;
        let in_force: Vec<_> =
            loaded.keys.in_force_at(loaded.head.size).map(ToString::to_string).collect();
        let wrong = || OpenError::WrongKey {
            region: region.clone(),
            path: self.log_keys.place(region).into(),
            // Where what is stored of the keys is damaged, the opening still names one.
            vkeys: if in_force.is_empty() { vec![vkey.clone()] } else { in_force.clone() },
        };
        let held = self.log_keys.open(region);
        let held = held.map_err(|error| no_key(region, error, in_force.clone()))?;
        let signers = held.into_iter().map(|key| NoteSigner::new(origin, key).map_err(|_| wrong()));
        let signers = Signers::new(signers.collect::<Result<_, _>>()?);
        if signers.can_sign(&loaded.keys, loaded.head.size) {
            Ok(Arc::new(signers))
        } else {
            Err(wrong())
        }
    }

    /// Refuses to sign anything that the lock does not lead to.
    fn check_lock(&self, loaded: &Loaded) -> Result<(), OpenError> {
        let (region, size) = (loaded.identity.region.clone(), loaded.head.size);
        let Some(entry) = self.lock.read(loaded.identity.number)? else {
            return Err(OpenError::NotLocked { region, size });
        };
        if entry.size > size {
            return Err(OpenError::BehindLock { region, lock: entry.size, store: size });
        }
        let Some(last) = entry.size.checked_sub(1) else { return Ok(()) };
        let view = loaded.view(&self.directory, "".into());
        let leaf = view.record(Position(last))?.map(|record| record.leaf_hash());
        let root = view.root_at(entry.size)?;
        if leaf != Some(entry.leaf_hash) || root != Some(entry.root) {
            return Err(OpenError::NotOnChain { region, size: entry.size });
        }
        Ok(())
    }

    fn sequencer(
        &self,
        number: LedgerNumber,
        origin: &str,
        context: Context,
        signers: Arc<Signers>,
        loaded: Option<&Loaded>,
    ) -> Result<Sequencer, OpenError> {
        let lease = self.directory.store.acquire(number)?;
        Ok(Sequencer {
            number,
            store: Arc::clone(&self.directory.store),
            held: Arc::clone(&self.directory.held),
            clock: Arc::clone(&self.clock),
            settings: Arc::clone(&self.settings),
            space: self.directory.space(&self.settings),
            credentials: Arc::new(self.credentials.of(number)),
            context: Arc::new(RwLock::new(context)),
            lease,
            chain: chain_after(origin, loaded.and_then(|loaded| loaded.last.as_ref()))?,
            tree: loaded.map_or_else(Tree::empty, |loaded| loaded.tree.clone()),
            keys: loaded.map(|loaded| Arc::clone(&loaded.keys)).unwrap_or_default(),
            signers,
            quotas: Arc::new(WriteQuotas::new(&self.settings, &self.clock)),
            keeper: Keeper::load(&*self.directory.store, number)?,
            pace: Pace { wall: self.clock.now(), steady: self.clock.steady() },
            stopped: None,
            first: None,
        })
    }
}

impl Drop for Ledgers {
    fn drop(&mut self) {
        self.drain();
    }
}

/// Bytes of the queue's budget, given back when dropped.
#[derive(Debug)]
pub struct Reserved {
    bytes: usize,
    bytes_max: usize,
    queued: Arc<AtomicUsize>,
}

impl Reserved {
    /// Reserves more. False, and nothing more is reserved, when there is no room.
    pub fn grow(&mut self, bytes: usize) -> bool {
        let grown = |queued: usize| queued.checked_add(bytes).filter(|sum| *sum <= self.bytes_max);
        let room = self.queued.fetch_update(Ordering::AcqRel, Ordering::Acquire, grown).is_ok();
        if room {
            self.bytes += bytes;
        }
        room
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        self.queued.fetch_sub(self.bytes, Ordering::AcqRel);
    }
}

/// Why there is no log key: what an operator meets most has names of its own.
fn no_key(region: &str, error: CustodyError, vkeys: Vec<String>) -> OpenError {
    match error {
        CustodyError::File { path, error } if error.kind() == std::io::ErrorKind::NotFound => {
            OpenError::KeyFileMissing { region: region.to_owned(), path, vkeys }
        }
        CustodyError::Open { path } => OpenError::KeyFileOpen { path },
        error => OpenError::LogKey { region: region.to_owned(), vkeys, error: Box::new(error) },
    }
}

fn refused(refusal: Refusal) -> OpenError {
    OpenError::Refused(Box::new(refusal))
}

/// Makes the data directory for its owner alone: it holds keys, and what is above public. One that is there stays as
/// it is.
fn make_private(path: &Path) -> std::io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.map_or(Ok(()), std::fs::create_dir_all)?;
    match std::fs::DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        made => made,
    }
}

fn file(path: &Path, error: std::io::Error) -> OpenError {
    OpenError::File { path: path.to_owned(), error }
}

fn chain_after(origin: &str, last: Option<&Record>) -> Result<Chain, ChainError> {
    last.map_or_else(|| Ok(Chain::new(origin)), Chain::ending_with)
}
