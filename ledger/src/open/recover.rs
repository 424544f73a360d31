//! Recovery of a ledger whose log key is lost: nothing that is held may sign it, so it does not open. The events that put
//! another key in force are recorded in one group, under a checkpoint that the new key signs; or nothing is.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jejak_signer::{Credential, Credentials, Hash, SigningKey};

use super::{Ledgers, OpenError, Opening};
use crate::clock::Clock;
use crate::custody::{CustodyError, DirectoryKeys, LogKey};
use crate::draft::Outcome;
use crate::error::Failure;
use crate::log::{KeyHistory, NoteSigner, Position, Vkey};
use crate::prepared::Candidate;
use crate::publisher::{Appended, Publisher, Signers};
use crate::refusal::Refusal;
use crate::sequencer::{Sequencer, Unsignable};
use crate::settings::Settings;

/// Statements that a recovery may record: the events of a few keys, with their confirmations.
pub const RECOVERY_STATEMENTS_MAX: usize = 64;

/// What a recovery left.
#[derive(Debug)]
pub struct Recovered {
    /// The keys of the log, with the sizes at which they count.
    pub keys: KeyHistory,
    /// The checkpoint that the new key signed.
    pub checkpoint: Arc<str>,
    /// Where each statement stands; one that stood there before is not recorded again.
    pub positions: Vec<Position>,
    /// Where the key file lies that was in the place of the new one, where there was one.
    pub former: Option<PathBuf>,
    /// The other keys that are in force still: a lost one is, until both authorities retire it.
    pub still_in_force: Vec<StillInForce>,
}

/// A key that a recovery left in force beside the new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StillInForce {
    /// The key.
    pub vkey: Vkey,
    /// A file of the data directory that holds it, where one does.
    pub file: Option<PathBuf>,
}

/// Why nothing was recovered. Nothing was recorded, unless it is said.
#[derive(Debug, thiserror::Error)]
pub enum RecoverError {
    /// The directory is in no state to go on.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// No ledger of this region stands in the directory.
    #[error("there is no ledger {region}")]
    NoLedger {
        /// The region.
        region: String,
    },
    /// More statements than a recovery has.
    #[error("more than {RECOVERY_STATEMENTS_MAX} statements")]
    TooMany,
    /// A statement is not accepted.
    #[error("statement {line}: {refusal}")]
    Refused {
        /// Which, from 1.
        line: usize,
        /// Why not.
        refusal: Box<Refusal>,
    },
    /// Afterwards the given key could sign nothing.
    #[error("after these statements the given log key is not in force; in force: {}", in_force.join(", "))]
    NotInForce {
        /// The keys that would be.
        in_force: Vec<String>,
    },
    /// The key could not be kept in the data directory.
    #[error(transparent)]
    NotKept(CustodyError),
    /// It could not be written; opening again tells what was.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl From<Unsignable> for RecoverError {
    fn from(reason: Unsignable) -> Self {
        match reason {
            Unsignable::Refused { line, refusal } => Self::Refused { line, refusal },
            Unsignable::NotInForce { in_force } => Self::NotInForce { in_force },
            Unsignable::NotKept(error) => Self::NotKept(error),
            Unsignable::Failed(failure) => Self::Failed(failure),
        }
    }
}

impl Ledgers {
    /// Records `statements` in the ledger of `region`, all or none, such that `log_key` signs the log from then on. Where
    /// the settings name the log keys of the region, it is one of theirs; otherwise the data directory holds it afterwards.
    pub fn recover(
        path: &Path,
        settings: Settings,
        clock: Arc<dyn Clock>,
        region: &str,
        log_key: LogKey,
        statements: Vec<Vec<u8>>,
    ) -> Result<Recovered, RecoverError> {
        if statements.len() > RECOVERY_STATEMENTS_MAX {
            return Err(RecoverError::TooMany);
        }
        let keys = Arc::new(DirectoryKeys::new(path, &settings));
        let custody = Arc::clone(&keys);
        let (ledgers, entries) = Self::unopened(path, settings, clock, Opening::Writing, keys)?;
        let entry = entries.into_iter().find(|entry| entry.region == region);
        let entry = entry.ok_or_else(|| RecoverError::NoLedger { region: region.to_owned() })?;
        let loaded = ledgers.directory.load(&entry)?;
        ledgers.check_lock(&loaded)?;
        ledgers.directory.check(&loaded)?;

        let context = loaded.context.clone();
        let candidates = statements.into_iter().map(|line| Candidate::of(line, Nobody, &context));
        let candidates: Vec<_> = candidates.collect();
        // What opens the same key again is kept before anything needs it.
        let kept = custody.to_keep(&log_key).map_err(RecoverError::NotKept)?;
        let kept = kept.filter(|_| !custody.is_own(region, log_key.key()));
        let signer = NoteSigner::new(&entry.origin, log_key.into_key());
        let wrong = || OpenError::WrongKey {
            region: region.to_owned(),
            path: custody.recovered_place(region).into(),
            vkeys: loaded.keys.in_force_at(loaded.head.size).map(ToString::to_string).collect(),
        };
        let signer = signer.map_err(|_| wrong())?;
        let new = signer.vkey().clone();
        let signers = Arc::new(Signers::new(vec![signer]));
        let mut sequencer = ledgers.sequencer(
            entry.number,
            &entry.origin,
            context,
            Arc::clone(&signers),
            Some(&loaded),
        )?;
        let keep_key = || match &kept {
            Some(bytes) => custody.keep_recovered(region, bytes),
            None => Ok(()),
        };
        let appended = sequencer.append_whole(candidates, keep_key)?;
        let (checkpoint, positions) =
            ledgers.go_on(&sequencer, &Publisher::new(signers), &appended)?;
        let former = match kept {
            Some(_) => custody.follow(region).map_err(RecoverError::NotKept)?,
            None => None,
        };
        let (keys, size) = (&appended.head.keys, appended.head.tree.size());
        let others = keys.in_force_at(size).filter(|key| **key != new).cloned().collect();
        let still_in_force = still_in_force(others, custody.held(region), &entry.origin);
        let keys = KeyHistory::clone(keys);
        Ok(Recovered { keys, checkpoint, positions, former, still_in_force })
    }

    /// After the group the lock, then the signature.
    fn go_on(
        &self,
        sequencer: &Sequencer,
        publisher: &Publisher,
        appended: &Appended,
    ) -> Result<(Arc<str>, Vec<Position>), RecoverError> {
        if appended.moved() {
            let entry = [(sequencer.number, appended.lock)];
            self.lock.advance(&entry).map_err(OpenError::from)?;
        }
        let checkpoint = publisher.sign(&appended.head.tree, &appended.head.keys)?;
        let position = |outcome: &Outcome| match outcome {
            Outcome::Recorded(position) | Outcome::Repeated(position) => Some(*position),
            Outcome::Refused(_) | Outcome::Limited(_) => None,
        };
        Ok((checkpoint, appended.outcomes.iter().filter_map(position).collect()))
    }
}

/// The keys, each with the file that holds it.
fn still_in_force(
    keys: Vec<Vkey>,
    held: Vec<(PathBuf, SigningKey)>,
    origin: &str,
) -> Vec<StillInForce> {
    let named = |(path, key)| Some((path, NoteSigner::new(origin, key).ok()?));
    let held: Vec<(PathBuf, NoteSigner)> = held.into_iter().filter_map(named).collect();
    let with_file = |vkey: Vkey| {
        let file = held.iter().find(|(_, signer)| *signer.vkey() == vkey);
        StillInForce { file: file.map(|(path, _)| path.clone()), vkey }
    };
    keys.into_iter().map(with_file).collect()
}

/// Certificates are looked up when the statements are decided, in order.
struct Nobody;

impl Credentials for Nobody {
    fn credential(&self, _: &Hash) -> Option<Arc<Credential>> {
        None
    }
}
