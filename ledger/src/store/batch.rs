//! The values that go into a store and come out, and what makes a batch well formed.

use std::collections::HashSet;
use std::fmt;

use jejak_signer::Hash;

use super::codec::StateRow;
use super::{Cause, StoreError, keys};
use crate::log::genesis_previous;

/// The bytes of keys and values that one batch may hold. A group of 256 of the largest statements is 16 MiB.
pub const BATCH_BYTES_MAX: usize = 64 << 20;

/// The number of a ledger within one store; 0 is the directory of ledgers itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LedgerNumber(pub u32);

impl LedgerNumber {
    /// Where the rows live that belong to no ledger: the directory and the format version.
    pub const DIRECTORY: Self = Self(0);
}

impl fmt::Display for LedgerNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One ledger as the directory knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Its number in this store.
    pub number: LedgerNumber,
    /// Its region code, `61.07`.
    pub region: String,
    /// Its origin, fixed for ever.
    pub origin: String,
}

/// The tables, a closed list. What their keys are is written in [`keys`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// Head and epoch, and single rows such as the newest checkpoint.
    Meta,
    /// The 81-byte records, by position.
    Record,
    /// The framed statements, by position.
    Statement,
    /// The full Merkle tiles.
    Tile,
    /// `source` and `id` of every event.
    Id,
    /// What is true now, by subject.
    Thing,
    /// What was true, by subject and position.
    Version,
    /// Refusals that are kept.
    Refusal,
    /// Ledgers by region; only in the directory.
    Name,
    /// Which events name a document, by its digest. Since format version 2.
    Document,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 10] = [
        Self::Meta,
        Self::Record,
        Self::Statement,
        Self::Tile,
        Self::Id,
        Self::Thing,
        Self::Version,
        Self::Refusal,
        Self::Name,
        Self::Document,
    ];

    /// The name, as stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Record => "record",
            Self::Statement => "statement",
            Self::Tile => "tile",
            Self::Id => "id",
            Self::Thing => "thing",
            Self::Version => "version",
            Self::Refusal => "refusal",
            Self::Name => "name",
            Self::Document => "document",
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How far a ledger goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// How many positions it has.
    pub size: u64,
    /// The leaf hash of the last record; before record 0 what its `previous` will be.
    pub leaf_hash: Hash,
}

impl Head {
    /// The head of a ledger without records.
    pub fn genesis(origin: &str) -> Self {
        Self { size: 0, leaf_hash: genesis_previous(origin) }
    }
}

/// A fencing token: of two writers the one with the greater epoch is the writer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Epoch(pub(super) u64);

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The right to write one ledger, until somebody acquires it again. Only [`acquire`](super::LedgerStore::acquire)
/// makes an epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The ledger.
    pub ledger: LedgerNumber,
    /// The epoch under which its holder writes.
    pub epoch: Epoch,
    /// The head at the time of the acquire.
    pub head: Head,
}

/// What a written batch stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Durable {
    /// The head that is now durable.
    pub head: Head,
    /// On how many machines it was flushed; 0 in memory.
    pub nodes: u32,
    /// In how many places those machines stand.
    pub sites: u32,
}

/// How a row is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    /// The key must not be there: else the whole batch is a `Duplicate`.
    Insert,
    /// Whether the key is there or not.
    Put,
    /// The row goes, if it was there. Only rows that no proof, decision or register rests on may go.
    Remove,
}

/// One row of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// How it is written.
    pub write: Write,
    /// Its table.
    pub table: Table,
    /// Its key within the ledger.
    pub key: Vec<u8>,
    /// Its value.
    pub value: Vec<u8>,
}

impl Row {
    /// A row whose key must be new.
    pub fn insert(table: Table, key: Vec<u8>, value: Vec<u8>) -> Self {
        Self { write: Write::Insert, table, key, value }
    }

    /// The end of a row that need not be kept for ever.
    pub fn remove(table: Table, key: Vec<u8>) -> Self {
        Self { write: Write::Remove, table, key, value: Vec::new() }
    }

    /// A row that replaces what was there.
    pub fn put(table: Table, key: Vec<u8>, value: Vec<u8>) -> Self {
        Self { write: Write::Put, table, key, value }
    }
}

/// Rows that become durable together with the step from one head to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The head before.
    pub expect: Head,
    /// The head after. Equal to `expect` where a batch adds no record.
    pub next: Head,
    /// The rows, applied in their order.
    pub rows: Vec<Row>,
}

/// Why a batch is no batch. A fault of the caller, found before anything is written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchFault {
    /// `next` is smaller than `expect`, or equal in size with another hash.
    #[error("the batch leads from size {from} back or aside to size {to}")]
    HeadNotForward {
        /// `expect.size`
        from: u64,
        /// `next.size`
        to: u64,
    },
    /// A row belongs to a position that the batch does not reach, or its key is malformed.
    #[error("a {table} row lies beyond the size {size} that the batch leads to")]
    BeyondNext {
        /// Its table.
        table: Table,
        /// Its key.
        key: Vec<u8>,
        /// `next.size`
        size: u64,
    },
    /// The row is one of those that stay.
    #[error("a {table} row is never removed")]
    Lasting {
        /// Its table.
        table: Table,
    },
    /// The row is the engine's own.
    #[error("the row of head and epoch is written by the store alone")]
    Reserved,
    /// More than [`BATCH_BYTES_MAX`].
    #[error("the batch holds {bytes} bytes, more than {BATCH_BYTES_MAX}")]
    TooLarge {
        /// What it holds.
        bytes: usize,
    },
}

impl Batch {
    /// Checks the batch by itself, and gives the inserted keys of which only the store can tell whether they are new.
    ///
    /// Rows that are keyed by position need no lookup: no row of a position at or beyond the head exists, because
    /// every batch that would write one is refused here ([`BatchFault::BeyondNext`]). So of a typical event (record,
    /// statement, id, thing, version) only the id is looked up.
    pub(super) fn lookups(&self) -> Result<Vec<(Table, &[u8])>, StoreError> {
        self.check_head().map_err(refused)?;
        let inserting: HashSet<Table> = self
            .rows
            .iter()
            .filter(|row| row.write == Write::Insert)
            .map(|row| row.table)
            .collect();
        let mut seen = HashSet::with_capacity(self.rows.len());
        let mut lookups = Vec::new();
        let mut bytes = 0_usize;
        for row in &self.rows {
            bytes = bytes.saturating_add(row.key.len()).saturating_add(row.value.len());
            let new_by_position = self.new_by_position(row).map_err(refused)?;
            // Only a table that sees an insert can see a duplicate within the batch.
            let again = inserting.contains(&row.table) && !seen.insert((row.table, &row.key));
            if row.write == Write::Insert {
                if again {
                    return Err(StoreError::Duplicate { table: row.table, key: row.key.clone() });
                }
                if !new_by_position {
                    lookups.push((row.table, row.key.as_slice()));
                }
            }
        }
        if bytes > BATCH_BYTES_MAX {
            return Err(refused(BatchFault::TooLarge { bytes }));
        }
        Ok(lookups)
    }

    fn check_head(&self) -> Result<(), BatchFault> {
        let aside =
            self.next.size == self.expect.size && self.next.leaf_hash != self.expect.leaf_hash;
        if self.next.size < self.expect.size || aside {
            return Err(BatchFault::HeadNotForward { from: self.expect.size, to: self.next.size });
        }
        Ok(())
    }

    /// Whether the row's position alone says that its key is new.
    fn new_by_position(&self, row: &Row) -> Result<bool, BatchFault> {
        if row.table == Table::Meta && row.key == keys::STATE {
            return Err(BatchFault::Reserved);
        }
        if row.write == Write::Remove && row.table != Table::Refusal {
            return Err(BatchFault::Lasting { table: row.table });
        }
        match keys::born(row.table, &row.key) {
            keys::Born::Any => Ok(false),
            keys::Born::At(size) if size <= self.next.size => Ok(size > self.expect.size),
            keys::Born::At(_) | keys::Born::Malformed => Err(BatchFault::BeyondNext {
                table: row.table,
                key: row.key.clone(),
                size: self.next.size,
            }),
        }
    }
}

fn refused(fault: BatchFault) -> StoreError {
    StoreError::Unavailable { cause: Cause::Batch(fault) }
}

/// The comparison of contract 5; every engine makes it in the atomic step of the write.
pub(super) fn admit(state: &StateRow, lease: &Lease, batch: &Batch) -> Result<(), StoreError> {
    if state.epoch != lease.epoch.0 {
        return Err(StoreError::Fenced { current: Epoch(state.epoch) });
    }
    if state.head() != batch.expect {
        return Err(StoreError::HeadMoved { head: state.head() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::log::Position;

    fn batch(from: u64, to: u64, rows: Vec<Row>) -> Batch {
        let head = |size| Head { size, leaf_hash: Hash([u8::try_from(size % 251).unwrap(); 32]) };
        Batch { expect: head(from), next: head(to), rows }
    }

    fn fault(batch: &Batch) -> BatchFault {
        match batch.lookups().unwrap_err() {
            StoreError::Unavailable { cause: Cause::Batch(fault) } => fault,
            other => unreachable!("{other}"),
        }
    }

    #[test]
    fn of_a_typical_event_only_the_id_is_looked_up() {
        let at = Position(7);
        let id = keys::id("agency/dinkes", "a1");
        let rows = vec![
            Row::insert(Table::Record, keys::record(at), vec![]),
            Row::insert(Table::Statement, keys::statement(at), vec![]),
            Row::insert(Table::Id, id.clone(), vec![]),
            Row::put(Table::Thing, keys::thing("system/simpeg"), vec![]),
            Row::insert(Table::Version, keys::version("system/simpeg", at), vec![]),
        ];
        assert_eq!(batch(7, 8, rows).lookups(), Ok(vec![(Table::Id, id.as_slice())]));
    }

    #[test]
    fn a_tile_is_new_when_the_batch_completes_it() {
        let tile = |index| Row::insert(Table::Tile, keys::tile(0, index), vec![]);
        assert_eq!(batch(255, 256, vec![tile(0)]).lookups(), Ok(vec![]));
        let old = keys::tile(0, 0);
        assert_eq!(
            batch(256, 512, vec![tile(0)]).lookups(),
            Ok(vec![(Table::Tile, old.as_slice())])
        );
        assert!(matches!(
            fault(&batch(256, 511, vec![tile(1)])),
            BatchFault::BeyondNext { table: Table::Tile, size: 511, .. }
        ));
    }

    #[test]
    fn rows_beyond_the_next_head_are_refused() {
        let row = Row::put(Table::Record, keys::record(Position(8)), vec![]);
        let key = row.key.clone();
        assert_eq!(
            fault(&batch(7, 8, vec![row])),
            BatchFault::BeyondNext { table: Table::Record, key, size: 8 }
        );
    }

    #[test]
    fn a_head_goes_forward() {
        assert_eq!(fault(&batch(3, 2, vec![])), BatchFault::HeadNotForward { from: 3, to: 2 });
        let mut aside = batch(3, 3, vec![]);
        aside.next.leaf_hash = Hash([9; 32]);
        assert_eq!(fault(&aside), BatchFault::HeadNotForward { from: 3, to: 3 });
        assert_eq!(batch(3, 3, vec![]).lookups(), Ok(vec![]));
    }

    #[test]
    fn the_row_of_head_and_epoch_belongs_to_the_store() {
        let row = Row::put(Table::Meta, keys::STATE.to_vec(), vec![]);
        assert_eq!(fault(&batch(0, 0, vec![row])), BatchFault::Reserved);
    }

    #[test]
    fn a_batch_has_a_size() {
        let row = Row::put(Table::Meta, b"big".to_vec(), vec![0; BATCH_BYTES_MAX]);
        assert_eq!(
            fault(&batch(0, 0, vec![row])),
            BatchFault::TooLarge { bytes: BATCH_BYTES_MAX + 3 }
        );
    }
}
