//! The errors of a store: what is certain, what is not, and what is damaged.

use super::codec::CodecError;
use super::{BatchFault, Epoch, Head, LedgerNumber, Table};

/// Why a store did not do what it was asked.
///
/// After `Fenced`, `HeadMoved`, `Duplicate` and `Unavailable` nothing was written and nothing will be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another writer acquired the ledger.
    #[error("another writer has acquired the ledger, its epoch is {current}")]
    Fenced {
        /// The epoch that counts.
        current: Epoch,
    },
    /// The head is not the one that the batch expects.
    #[error("the ledger stands at size {}, not where the batch starts", head.size)]
    HeadMoved {
        /// The head that stands.
        head: Head,
    },
    /// An inserted key is there already.
    #[error("a {table} row with the key {} is there already", key.escape_ascii())]
    Duplicate {
        /// Its table.
        table: Table,
        /// The key within the ledger.
        key: Vec<u8>,
    },
    /// Not done, for certain.
    #[error("not done: {cause}")]
    Unavailable {
        /// Why.
        cause: Cause,
    },
    /// It may have happened or may yet happen. The lease is dead.
    #[error("it is not known whether the write took place: {reason}")]
    Indeterminate {
        /// What the engine said.
        reason: String,
    },
    /// Stop and alarm.
    #[error("the stored data are damaged: {what}")]
    Corrupt {
        /// What is wrong.
        what: Corruption,
    },
}

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// No ledger has this number.
    #[error("there is no ledger number {0}")]
    NoSuchLedger(LedgerNumber),
    /// Every number is in use.
    #[error("there is no further ledger number")]
    NoNumberLeft,
    /// An earlier append under this lease was indeterminate.
    #[error("an earlier write under epoch {0} ended unclearly; acquire again")]
    LeaseDead(Epoch),
    /// An earlier write ended in a way that only opening the store again makes clear.
    #[error("an earlier write ended unclearly; the store must be opened again")]
    Reopen,
    /// The batch is not well formed.
    #[error(transparent)]
    Batch(#[from] BatchFault),
    /// A row is too large to be written.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// The engine failed before it wrote; its own words.
    #[error("{0}")]
    Engine(String),
    /// A test asked for it.
    #[error("a fault injected by a test")]
    Injected,
}

/// What is damaged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Corruption {
    /// A position below the head has no row.
    #[error("the {table} row of position {position} is missing")]
    Gap {
        /// The table.
        table: Table,
        /// The first position that is missing.
        position: u64,
    },
    /// There is a row where none may be.
    #[error("a {table} row lies at or beyond the head's size {size}")]
    BeyondHead {
        /// The table.
        table: Table,
        /// The size of the ledger.
        size: u64,
    },
    /// A ledger of the directory has no head.
    #[error("ledger number {0} has no row of head and epoch")]
    StateMissing(LedgerNumber),
    /// A row does not decode.
    #[error("a {table} row with the key {}: {error}", key.escape_ascii())]
    Row {
        /// The table.
        table: Table,
        /// The key within the ledger.
        key: Vec<u8>,
        /// Why it does not decode.
        error: CodecError,
    },
    /// The engine found it; its own words.
    #[error("{0}")]
    Engine(String),
}

impl From<Corruption> for StoreError {
    fn from(what: Corruption) -> Self {
        Self::Corrupt { what }
    }
}

impl From<Cause> for StoreError {
    fn from(cause: Cause) -> Self {
        Self::Unavailable { cause }
    }
}
