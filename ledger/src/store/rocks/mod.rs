//! The store of a server: one `RocksDB` for all ledgers of a data directory.
//!
//! One database, so that all ledgers share one write-ahead log and one sync; one column family per [`Table`], and in each
//! the ledger number before the key. A batch goes over all families as one record of the log, so it is there whole or not
//! at all. The families differ in what `RocksDB` does with them (`options.rs`), and the rows that are written once are never
//! rewritten because of those that change all the time: that is why it is not one family with a table byte.
//!
//! A write that `RocksDB` answers with an error may be on the disk or not, and `RocksDB` itself may or may not know. So this
//! engine then refuses every further write until it is opened again: recovery reads the log and decides.

mod figures;
mod open;
mod options;
mod snapshot;

#[cfg(feature = "drill")]
mod drill;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use rocksdb::checkpoint::Checkpoint;
use rocksdb::{ColumnFamily, DB, ErrorKind, WriteBatch};

use self::snapshot::RocksSnapshot;
use super::batch::admit;
use super::codec::{self, NameRow, StateRow};
use super::{
    Batch, Cause, Corruption, Direction, Durable, Epoch, Figure, Head, Holder, Lease, LedgerEntry,
    LedgerNumber, LedgerStore, Snapshot, StoreError, Table, Write, keys,
};

#[cfg(feature = "drill")]
pub use self::drill::{
    DRILL_MARK, DrillError, drill_delete_row, drill_insert_row, drill_replace_row,
    drill_replace_statement,
};
pub use self::open::{FORMAT_VERSION, OpenError};
pub use self::options::Tuning;

/// The ledgers of one store, at most.
const LEDGERS_MAX: usize = 100_000;

/// The `RocksDB` engine.
pub struct Rocks {
    db: DB,
    /// Held while a ledger's head is compared and written.
    gates: RwLock<BTreeMap<LedgerNumber, Arc<Mutex<()>>>>,
    /// Held while a ledger is made.
    directory: Mutex<()>,
    /// A write ended unclearly.
    broken: AtomicBool,
    #[cfg(any(test, feature = "drill"))]
    fault: Mutex<Option<super::Fault>>,
    /// Dropped last: the directory is given free after the database is closed.
    _holder: Holder,
}

impl std::fmt::Debug for Rocks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rocks").field("path", &self.db.path()).finish_non_exhaustive()
    }
}

impl Rocks {
    /// A copy of the whole database in a new directory `to`, as of now. Files that never change are shared where both
    /// lie on one file system. For drills and for copies to another place.
    pub fn checkpoint_copy(&self, to: &Path) -> Result<(), StoreError> {
        Checkpoint::new(&self.db)
            .and_then(|checkpoint| checkpoint.create_checkpoint(to))
            .map_err(|error| not_done(&error))
    }

    /// Lets the next append, of whichever ledger, fail like this.
    #[cfg(any(test, feature = "drill"))]
    pub fn fail_next(&self, fault: super::Fault) {
        *lock(&self.fault) = Some(fault);
    }

    fn add_gate(&self, ledger: LedgerNumber) {
        self.gates.write().unwrap_or_else(PoisonError::into_inner).entry(ledger).or_default();
    }

    fn gate(&self, ledger: LedgerNumber) -> Result<Arc<Mutex<()>>, StoreError> {
        let gates = self.gates.read().unwrap_or_else(PoisonError::into_inner);
        Ok(gates.get(&ledger).cloned().ok_or(Cause::NoSuchLedger(ledger))?)
    }

    fn family(&self, table: Table) -> Result<&ColumnFamily, StoreError> {
        let family = self.db.cf_handle(table.name());
        family.ok_or_else(|| Corruption::Engine(format!("no column family {table}")).into())
    }

    /// The family for reading: none where the directory is of a version before that table.
    fn readable(&self, table: Table) -> Result<Option<&ColumnFamily>, StoreError> {
        match self.db.cf_handle(table.name()) {
            None if open::is_later(table) => Ok(None),
            _ => self.family(table).map(Some),
        }
    }

    fn row(
        &self,
        ledger: LedgerNumber,
        table: Table,
        key: &[u8],
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.db
            .get_cf(self.family(table)?, keys::stored(ledger, key))
            .map_err(|error| not_done(&error))
    }

    fn state(&self, ledger: LedgerNumber) -> Result<StateRow, StoreError> {
        let bytes = self.row(ledger, Table::Meta, keys::STATE)?;
        decode_state(ledger, bytes.as_deref())
    }

    fn put_state(
        &self,
        rows: &mut WriteBatch,
        ledger: LedgerNumber,
        state: &StateRow,
    ) -> Result<(), StoreError> {
        let value = codec::encode(state).map_err(Cause::Codec)?;
        rows.put_cf(self.family(Table::Meta)?, keys::stored(ledger, keys::STATE), value);
        Ok(())
    }

    /// Contract 5: of all inserted keys only those are read whose newness does not follow from their position.
    fn refuse_duplicates(&self, ledger: LedgerNumber, batch: &Batch) -> Result<(), StoreError> {
        let lookups = batch.lookups()?;
        if lookups.is_empty() {
            return Ok(());
        }
        let held = RocksSnapshot::new(self, ledger).present(&lookups)?;
        match lookups.iter().zip(held).find(|(_, held)| *held) {
            Some(((table, key), _)) => {
                Err(StoreError::Duplicate { table: *table, key: key.to_vec() })
            }
            None => Ok(()),
        }
    }

    /// The rows, table by table: the order within a table is kept, and a family is looked up once.
    fn rows_of(&self, ledger: LedgerNumber, batch: &Batch) -> Result<WriteBatch, StoreError> {
        let mut rows = WriteBatch::default();
        let mut key = Vec::new();
        for table in Table::ALL {
            let family = self.family(table)?;
            for row in batch.rows.iter().filter(|row| row.table == table) {
                key.clear();
                key.extend_from_slice(&ledger.0.to_be_bytes());
                key.extend_from_slice(&row.key);
                match row.write {
                    Write::Insert | Write::Put => rows.put_cf(family, &key, &row.value),
                    Write::Remove => rows.delete_cf(family, &key),
                }
            }
        }
        Ok(rows)
    }

    fn refuse_if_broken(&self) -> Result<(), StoreError> {
        if self.broken.load(Ordering::Acquire) { Err(Cause::Reopen.into()) } else { Ok(()) }
    }

    /// Contract 6 and 8: the log is synced before `Ok`; any error may have come after the log was written.
    fn commit(&self, rows: WriteBatch) -> Result<(), StoreError> {
        self.db.write_opt(rows, &options::synced()).map_err(|error| {
            self.broken.store(true, Ordering::Release);
            StoreError::Indeterminate { reason: error.into_string() }
        })
    }

    #[cfg(any(test, feature = "drill"))]
    fn commit_or_fail(&self, rows: WriteBatch) -> Result<(), StoreError> {
        match lock(&self.fault).take() {
            None => self.commit(rows),
            Some(super::Fault::Unavailable) => Err(Cause::Injected.into()),
            Some(super::Fault::Indeterminate { landed }) => {
                if landed {
                    self.commit(rows)?;
                }
                self.broken.store(true, Ordering::Release);
                Err(StoreError::Indeterminate { reason: Cause::Injected.to_string() })
            }
        }
    }

    #[cfg(not(any(test, feature = "drill")))]
    fn commit_or_fail(&self, rows: WriteBatch) -> Result<(), StoreError> {
        self.commit(rows)
    }
}

impl LedgerStore for Rocks {
    fn create(&self, region: &str, origin: &str) -> Result<LedgerNumber, StoreError> {
        let _one_at_a_time = lock(&self.directory);
        self.refuse_if_broken()?;
        let ledgers = self.ledgers()?;
        if ledgers.iter().any(|entry| entry.region == region) {
            return Err(StoreError::Duplicate { table: Table::Name, key: keys::name(region) });
        }
        if ledgers.len() >= LEDGERS_MAX {
            return Err(Cause::NoNumberLeft.into());
        }
        let last = ledgers.last().map_or(0, |entry| entry.number.0);
        let number = LedgerNumber(last.checked_add(1).ok_or(Cause::NoNumberLeft)?);
        let name = NameRow { number: number.0, origin: origin.to_owned() };
        let name = codec::encode(&name).map_err(Cause::Codec)?;
        let mut rows = WriteBatch::default();
        let key = keys::stored(LedgerNumber::DIRECTORY, &keys::name(region));
        rows.put_cf(self.family(Table::Name)?, key, name);
        self.put_state(&mut rows, number, &StateRow::new(Epoch(0), Head::genesis(origin)))?;
        self.commit(rows)?;
        self.add_gate(number);
        Ok(number)
    }

    fn ledgers(&self) -> Result<Vec<LedgerEntry>, StoreError> {
        let directory = RocksSnapshot::new(self, LedgerNumber::DIRECTORY);
        let rows = directory.scan(Table::Name, &keys::all(), Direction::Forward, LEDGERS_MAX)?;
        let mut ledgers = rows.into_iter().map(entry).collect::<Result<Vec<_>, _>>()?;
        ledgers.sort_by_key(|entry| entry.number);
        Ok(ledgers)
    }

    fn acquire(&self, ledger: LedgerNumber) -> Result<Lease, StoreError> {
        let gate = self.gate(ledger)?;
        let _alone = lock(&gate);
        self.refuse_if_broken()?;
        let mut state = self.state(ledger)?;
        state.epoch += 1;
        let mut rows = WriteBatch::default();
        self.put_state(&mut rows, ledger, &state)?;
        // The sync of this write is the barrier: the log before it is durable with it.
        self.commit(rows)?;
        Ok(Lease { ledger, epoch: Epoch(state.epoch), head: state.head() })
    }

    fn append(&self, lease: &Lease, batch: Batch) -> Result<Durable, StoreError> {
        let gate = self.gate(lease.ledger)?;
        let _alone = lock(&gate);
        self.refuse_if_broken()?;
        let state = self.state(lease.ledger)?;
        admit(&state, lease, &batch)?;
        self.refuse_duplicates(lease.ledger, &batch)?;
        let mut rows = self.rows_of(lease.ledger, &batch)?;
        self.put_state(&mut rows, lease.ledger, &StateRow::new(lease.epoch, batch.next))?;
        self.commit_or_fail(rows)?;
        Ok(Durable { head: batch.next, nodes: 1, sites: 1 })
    }

    fn snapshot(&self, ledger: LedgerNumber) -> Result<Box<dyn Snapshot + '_>, StoreError> {
        self.gate(ledger)?;
        Ok(Box::new(RocksSnapshot::new(self, ledger)))
    }

    fn figures(&self) -> Vec<Figure> {
        self.all_figures()
    }
}

fn entry((key, value): super::Found) -> Result<LedgerEntry, StoreError> {
    let row: NameRow = codec::decode(&value).map_err(|error| Corruption::Row {
        table: Table::Name,
        key: key.clone(),
        error,
    })?;
    let region = String::from_utf8_lossy(&key).into_owned();
    Ok(LedgerEntry { number: LedgerNumber(row.number), region, origin: row.origin })
}

fn decode_state(ledger: LedgerNumber, bytes: Option<&[u8]>) -> Result<StateRow, StoreError> {
    let bytes = bytes.ok_or(Corruption::StateMissing(ledger))?;
    let row = |error| Corruption::Row { table: Table::Meta, key: keys::STATE.to_vec(), error };
    Ok(codec::decode(bytes).map_err(row)?)
}

/// What `RocksDB` said to something that writes nothing.
fn not_done(error: &rocksdb::Error) -> StoreError {
    let text = error.as_ref().to_owned();
    match error.kind() {
        ErrorKind::Corruption => Corruption::Engine(text).into(),
        _ => Cause::Engine(text).into(),
    }
}

/// A panic while one was held has left nothing half done: what they guard is one write, or in the database.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
