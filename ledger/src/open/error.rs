//! Why a directory or a ledger does not open.

use std::path::PathBuf;

use crate::custody::CustodyError;
use crate::documents::DocumentError;
use crate::error::Failure;
use crate::log::{ChainError, OriginError, TreeError};
use crate::objects::ObjectError;
use crate::refusal::Refusal;
use crate::rules::RuleSetError;
use crate::store::{self, LockError, StoreError};
use crate::view::ReadError;

/// Why a data directory or a ledger in it cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The database does not open: in use, of a newer format, damaged.
    #[error(transparent)]
    Database(#[from] store::OpenError),
    /// The store refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The lock file does not open, or would go back.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The objects do not open.
    #[error(transparent)]
    Objects(#[from] ObjectError),
    /// The documents do not open.
    #[error("documents: {0}")]
    Documents(#[from] DocumentError),
    /// The log is full.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The log key is not to be had, or cannot be kept.
    #[error("ledger {region}: the log key: {error}{}", in_force(vkeys))]
    LogKey {
        /// The ledger.
        region: String,
        /// The keys in force, one of which must be held; none of a ledger that is being opened.
        vkeys: Vec<String>,
        /// Why.
        error: Box<CustodyError>,
    },
    /// Tiles that do not fit the tree.
    #[error(transparent)]
    Tree(#[from] TreeError<StoreError>),
    /// Not an origin.
    #[error("origin: {0}")]
    Origin(#[from] OriginError),
    /// A file of the directory cannot be read or written.
    #[error("{path}: {error}")]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// The lock stands above what the database holds: events that were answered are missing.
    #[error(
        "ledger {region}: the lock stands at size {lock}, the database only at {store}; nothing is signed below the lock. The database was put back to an older state: restore the newer one"
    )]
    BehindLock {
        /// The ledger.
        region: String,
        /// Size in the lock.
        lock: u64,
        /// Size in the database.
        store: u64,
    },
    /// The lock and the database hold different histories.
    #[error(
        "ledger {region}: the record at the lock's size {size} is not the one that was locked; this is another log"
    )]
    NotOnChain {
        /// The ledger.
        region: String,
        /// Size in the lock.
        size: u64,
    },
    /// The newest records do not agree with each other or with their statements.
    #[error(
        "ledger {region}: the record at position {position} does not fit the chain, the tree or its statement; run `jejak audit`"
    )]
    Damaged {
        /// The ledger.
        region: String,
        /// Where.
        position: u64,
    },
    /// The lock does not cover a ledger that has records: nothing would keep it from going back.
    #[error(
        "ledger {region}: the lock names no size for it, though it has {size} records; the lock was lost or erased. Restore it from a copy"
    )]
    NotLocked {
        /// The ledger.
        region: String,
        /// Its records.
        size: u64,
    },
    /// There is a lock, so there were ledgers, but no database.
    #[error("{path} holds a lock but no database: it was lost. Restore it from a copy")]
    DatabaseLost {
        /// The data directory.
        path: PathBuf,
    },
    /// The log key can be read by others than its owner.
    #[error("{path} may be read by others; `chmod 600` it")]
    KeyFileOpen {
        /// The key file.
        path: PathBuf,
    },
    /// There is no log key.
    #[error("ledger {region}: the log key {path} is missing{}", in_force(vkeys))]
    KeyFileMissing {
        /// The ledger.
        region: String,
        /// The keys in force, one of which must be held; none of a ledger that is being opened.
        vkeys: Vec<String>,
        /// The key file.
        path: PathBuf,
    },
    /// The keys are not Ed25519 keys, or none of them is one that is in force.
    #[error("ledger {region}: {path} does not hold a log key that is in force{}", in_force(vkeys))]
    WrongKey {
        /// The ledger.
        region: String,
        /// The key files, or the URIs of tokens.
        path: PathBuf,
        /// The keys in force, one of which must be held.
        vkeys: Vec<String>,
    },
    /// The ledger opens with a statement that this program cannot read.
    #[error("ledger {region}: the opening statement is not readable: {refusal}")]
    Genesis {
        /// The ledger.
        region: String,
        /// Why.
        refusal: Box<Refusal>,
    },
    /// The rule set in force is not among the objects.
    #[error("ledger {region}: the rule set {hash} is not held")]
    RuleSetMissing {
        /// The ledger.
        region: String,
        /// Its hash.
        hash: String,
    },
    /// The trust policy in force is not among the objects, or what is there is none.
    #[error("ledger {region}: the trust policy {hash} is not held")]
    TrustPolicyMissing {
        /// The ledger.
        region: String,
        /// Its hash.
        hash: String,
    },
    /// A ledger of this region stands in the directory already.
    #[error("ledger {region} exists already")]
    Exists {
        /// The region.
        region: String,
    },
    /// Threads could not be started.
    #[error("threads: {0}")]
    Threads(std::io::Error),
    /// The rule set of a new ledger is not one.
    #[error("the rule set does not load: {0}")]
    RuleSet(RuleSetError),
    /// The rule set is not the one that the opening event names.
    #[error("the opening event names the rule set {named}, given is {given}")]
    OtherRuleSet {
        /// In the event.
        named: String,
        /// Of the bytes.
        given: String,
    },
    /// The first event was not accepted.
    #[error("the opening event was refused: {0}")]
    Refused(Box<Refusal>),
    /// The first event could not be written.
    #[error("the opening event was not written: {0}")]
    Failed(Failure),
    /// A read failed.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// What an operator looks for, and what he does where there is no copy.
fn in_force(vkeys: &[String]) -> String {
    if vkeys.is_empty() {
        return String::new();
    }
    format!("; in force: {}. Where no copy is left: `jejak ledger recover`", vkeys.join(", "))
}
