//! Failures: what is ours to mend (5xx), never the caller's. Refusals are `rules::Refusal`.

use std::time::Duration;

use crate::log::Micros;
use crate::quota::OverQuota;
use crate::store::StoreError;

/// Why the ledger could not take or decide a submission. Nothing was recorded, unless the reason says
/// that nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The queue is full.
    #[error("the queue holds {bytes_max} bytes of statements already")]
    Busy {
        /// The bound of the queue.
        bytes_max: usize,
        /// When to try again.
        retry_after: Duration,
    },
    /// The store did not answer; nothing was written.
    #[error("the store is not available; nothing was written")]
    Unavailable,
    /// Writing has stopped; reads go on.
    #[error("writing has stopped: {0}")]
    WritingStopped(Stop),
    /// The disk is full; nothing was written.
    #[error("{free_bytes} bytes are free, {free_min_bytes} must stay free; nothing was written")]
    DiskFull {
        /// What is free.
        free_bytes: u64,
        /// What must stay free.
        free_min_bytes: u64,
    },
    /// The process is ending.
    #[error("the server is ending")]
    Draining,
    /// The signer, or his agency, has posted more than his quota: the caller's to mend. Nothing was recorded.
    #[error("over the quota: {0:?}")]
    OverQuota(OverQuota),
    /// A batch has more lines than one may have.
    #[error("{lines} lines in one batch, at most {lines_max}")]
    TooManyLines {
        /// Lines in the batch.
        lines: usize,
        /// The bound.
        lines_max: usize,
    },
}

/// Why a ledger stopped writing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Stop {
    /// The clock stands behind the last record.
    #[error("the clock stands at {now}, behind the last record at {last}")]
    ClockBehind {
        /// The clock.
        now: Micros,
        /// `recorded_at` of the last record.
        last: Micros,
    },
    /// The clock ran ahead of the time that passed.
    #[error("the clock jumped to {now}, expected about {expected}")]
    ClockJumped {
        /// The clock.
        now: Micros,
        /// Where it should stand by the time that passed.
        expected: Micros,
    },
    /// Another process writes this ledger.
    #[error("another writer holds this ledger")]
    Fenced,
    /// A write may or may not have happened: only opening again can tell.
    #[error("a write failed and nobody knows whether it happened; open the directory again")]
    Indeterminate,
    /// The store contradicts itself.
    #[error("the store contradicts itself; run an audit")]
    Corrupt,
    /// The lock could not be advanced.
    #[error("the lock could not be advanced; open the directory again")]
    LockFailed,
    /// The checkpoint could not be signed.
    #[error("the checkpoint could not be signed")]
    SignatureFailed,
}

impl Stop {
    pub(crate) fn of(error: &StoreError) -> Self {
        match error {
            StoreError::Fenced { .. } | StoreError::HeadMoved { .. } => Self::Fenced,
            StoreError::Indeterminate { .. } => Self::Indeterminate,
            _ => Self::Corrupt,
        }
    }
}
