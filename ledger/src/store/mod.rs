//! What the log asks of a store, and the engines that give it.
//!
//! A store keeps many ledgers in one place. Each ledger has one **head** (how many positions it has and the last leaf
//! hash) and rows in the closed list of [`Table`]s. Whoever wants to write [`acquire`](LedgerStore::acquire)s the
//! ledger and then [`append`](LedgerStore::append)s batches; each batch says from which head to which head it leads.
//!
//! | file | idea |
//! | --- | --- |
//! | `batch.rs` | the values that go in and out, and what makes a batch well formed |
//! | `keys.rs` | the key of every row |
//! | `codec.rs` | the bytes of every row |
//! | `scan.rs` | ranges of keys, and the check that positions have no gap |
//! | `memory.rs` | the engine of tests and of offline tools |
//! | `rocks/` | the engine of a server: `RocksDB`. The only place that names it |
//! | `lock.rs`, `slot.rs` | what was last signed, in a file outside the database |
//! | `figure.rs` | what an engine tells of itself |
//! | `holder.rs` | one process at a time, and which one it is |
//! | `file.rs` | files that survive a power cut |
//! | `conformance.rs` | the contract below as tests, the same for every engine |

mod batch;
pub mod codec;
mod error;
mod fault;
mod figure;
mod file;
mod holder;
pub mod keys;
mod lock;
mod memory;
#[cfg(feature = "rocks")]
mod rocks;
mod scan;
mod slot;

#[cfg(test)]
mod conformance;

pub use batch::{
    BATCH_BYTES_MAX, Batch, BatchFault, Durable, Epoch, Head, Lease, LedgerEntry, LedgerNumber,
    Row, Table, Write,
};
pub use error::{Cause, Corruption, StoreError};
pub use fault::Fault;
pub use figure::{Figure, FigureUnit};
pub use file::{FileError, FileStep};
pub(crate) use file::{create_dir, sync_dir, write_new_file};
pub use holder::{HeldBy, Holder, HolderError};
pub use lock::{Lock, LockError};
pub use memory::Memory;
#[cfg(all(feature = "rocks", feature = "drill"))]
pub use rocks::{
    DRILL_MARK, DrillError, drill_delete_row, drill_insert_row, drill_replace_row,
    drill_replace_statement,
};
#[cfg(feature = "rocks")]
pub use rocks::{FORMAT_VERSION, OpenError, Rocks, Tuning};
pub use scan::{Direction, KeyRange};
pub use slot::LockEntry;

/// One key asked for: the table and the key within the ledger (see [`keys`]).
pub type Wanted<'a> = (Table, &'a [u8]);

/// A key within the ledger, and the value that stands under it.
pub type Found = (Vec<u8>, Vec<u8>);

/// A store of ledgers. Blocking; callers are std threads.
///
/// Every engine promises the following, and the conformance suite has a test for each sentence.
///
/// **acquire**
/// 1. returns an epoch greater than every epoch returned before for this ledger, on any machine;
/// 2. after it returns, an append under a smaller epoch that has not taken effect never will;
/// 3. the returned head is durable; it contains every batch ever answered `Ok`, and may contain one answered
///    [`Indeterminate`](StoreError::Indeterminate);
/// 4. it is a barrier: it returns only after its own write is durable.
///
/// **append**
///
/// 5. all or nothing; epoch and head are compared in the same atomic step as the write;
/// 6. `Ok` means flushed as the policy says (said so in [`Durable`]) and present in every later acquire;
/// 7. `Fenced`, `HeadMoved`, `Duplicate` and `Unavailable` are definite: nothing was written and nothing will be;
/// 8. everything else is `Indeterminate`, and poisons the lease: every later append on it fails at once
///    ([`Cause::LeaseDead`] or [`Cause::Reopen`]: of that later batch, nothing was written);
/// 9. no hidden retry, no cancellation;
/// 10. `Indeterminate` is resolved only by acquire: head = `expect`: it did not land and never will; head = `next`:
///     it landed; else `Corrupt`. An engine may ask to be opened again first ([`Cause::Reopen`]).
///
/// **reads**
///
/// 11. `get_many`, `scan` and `snapshot` see a consistent state; callers that show or sign anything stop at the last
///     published head;
/// 12. scans are contiguous: in the tables that are keyed by position alone, a gap is `Corrupt`.
///
/// The order of a group: append `Ok`, then the lock (compare-and-set outside the database: [`Lock`]), then the
/// signature, then the answers. At the start: acquire, read the lock; a lock that is larger than the head or not on its
/// chain: refuse to sign and explain.
pub trait LedgerStore: Send + Sync {
    /// Makes an empty ledger; durable when it returns. A region has one ledger: a second is a `Duplicate`.
    fn create(&self, region: &str, origin: &str) -> Result<LedgerNumber, StoreError>;

    /// All ledgers, in the order of their numbers.
    fn ledgers(&self) -> Result<Vec<LedgerEntry>, StoreError>;

    /// Makes the caller the only writer of this ledger (1 to 4).
    fn acquire(&self, ledger: LedgerNumber) -> Result<Lease, StoreError>;

    /// Writes a batch (5 to 10).
    fn append(&self, lease: &Lease, batch: Batch) -> Result<Durable, StoreError>;

    /// One consistent state of a ledger, for as long as it is held.
    fn snapshot(&self, ledger: LedgerNumber) -> Result<Box<dyn Snapshot + '_>, StoreError>;

    /// What the engine tells of itself, for monitoring.
    fn figures(&self) -> Vec<Figure> {
        Vec::new()
    }

    /// The head as it stands now.
    fn head(&self, ledger: LedgerNumber) -> Result<Head, StoreError> {
        self.snapshot(ledger)?.head()
    }

    /// The values of `keys`, in their order.
    fn get_many(
        &self,
        ledger: LedgerNumber,
        keys: &[Wanted<'_>],
    ) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        self.snapshot(ledger)?.get_many(keys)
    }

    /// At most `limit` rows of `range`, from the end that `direction` starts at.
    fn scan(
        &self,
        ledger: LedgerNumber,
        table: Table,
        range: &KeyRange,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Found>, StoreError> {
        self.snapshot(ledger)?.scan(table, range, direction, limit)
    }

    /// The greatest key of `range`, without the value that stands under it.
    fn last_key(
        &self,
        ledger: LedgerNumber,
        table: Table,
        range: &KeyRange,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.snapshot(ledger)?.last_key(table, range)
    }
}

/// One consistent state of one ledger (11, 12).
pub trait Snapshot {
    /// The head in this state.
    fn head(&self) -> Result<Head, StoreError>;

    /// The values of `keys` in this state, in their order.
    fn get_many(&self, keys: &[Wanted<'_>]) -> Result<Vec<Option<Vec<u8>>>, StoreError>;

    /// At most `limit` rows of `range` in this state, from the end that `direction` starts at.
    fn scan(
        &self,
        table: Table,
        range: &KeyRange,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Found>, StoreError>;

    /// The greatest key of `range` in this state, without the value that stands under it.
    fn last_key(&self, table: Table, range: &KeyRange) -> Result<Option<Vec<u8>>, StoreError> {
        let last = self.scan(table, range, Direction::Backward, 1)?.pop();
        Ok(last.map(|(key, _)| key))
    }
}
