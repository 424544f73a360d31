//! The store in memory: for tests, and for tools that replay a ledger without a directory.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::batch::admit;
use super::codec::StateRow;
use super::scan::{check_contiguous, is_by_position};
use super::{
    Batch, Cause, Corruption, Direction, Durable, Epoch, Fault, Found, Head, KeyRange, Lease,
    LedgerEntry, LedgerNumber, LedgerStore, Row, Snapshot, StoreError, Table, Wanted, Write,
};

/// A store in memory. Clones are the same store: dropping all but one is what closing is to a database.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    inner: Arc<RwLock<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    ledgers: Vec<Stored>,
    fault: Option<Fault>,
}

#[derive(Debug)]
struct Stored {
    entry: LedgerEntry,
    /// The lease of this epoch ended unclearly.
    dead: Option<Epoch>,
    /// Shared with snapshots, copied by the first write after one.
    contents: Arc<Contents>,
}

#[derive(Debug, Clone)]
struct Contents {
    state: StateRow,
    rows: BTreeMap<(Table, Vec<u8>), Vec<u8>>,
}

impl Memory {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets the next append, of whichever ledger, fail like this.
    pub fn fail_next(&self, fault: Fault) {
        self.write().fault = Some(fault);
    }

    fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.inner.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LedgerStore for Memory {
    fn create(&self, region: &str, origin: &str) -> Result<LedgerNumber, StoreError> {
        let mut inner = self.write();
        if inner.ledgers.iter().any(|stored| stored.entry.region == region) {
            let key = super::keys::name(region);
            return Err(StoreError::Duplicate { table: Table::Name, key });
        }
        let number = u32::try_from(inner.ledgers.len() + 1).map_err(|_| Cause::NoNumberLeft)?;
        let number = LedgerNumber(number);
        let state = StateRow::new(Epoch(0), Head::genesis(origin));
        inner.ledgers.push(Stored {
            entry: LedgerEntry { number, region: region.to_owned(), origin: origin.to_owned() },
            dead: None,
            contents: Arc::new(Contents { state, rows: BTreeMap::new() }),
        });
        Ok(number)
    }

    fn ledgers(&self) -> Result<Vec<LedgerEntry>, StoreError> {
        Ok(self.read().ledgers.iter().map(|stored| stored.entry.clone()).collect())
    }

    fn acquire(&self, ledger: LedgerNumber) -> Result<Lease, StoreError> {
        let mut inner = self.write();
        let stored = inner.stored_mut(ledger)?;
        let contents = Arc::make_mut(&mut stored.contents);
        contents.state.epoch += 1;
        stored.dead = None;
        Ok(Lease { ledger, epoch: Epoch(contents.state.epoch), head: contents.state.head() })
    }

    fn append(&self, lease: &Lease, batch: Batch) -> Result<Durable, StoreError> {
        let mut inner = self.write();
        let fault = inner.fault.take();
        let stored = inner.stored_mut(lease.ledger)?;
        if stored.dead == Some(lease.epoch) {
            return Err(Cause::LeaseDead(lease.epoch).into());
        }
        admit(&stored.contents.state, lease, &batch)?;
        stored.contents.refuse_duplicates(&batch)?;
        match fault {
            None => {}
            Some(Fault::Unavailable) => return Err(Cause::Injected.into()),
            Some(Fault::Indeterminate { landed }) => {
                stored.dead = Some(lease.epoch);
                if landed {
                    stored.apply(batch);
                }
                return Err(StoreError::Indeterminate { reason: Cause::Injected.to_string() });
            }
        }
        let head = batch.next;
        stored.apply(batch);
        Ok(Durable { head, nodes: 0, sites: 0 })
    }

    fn snapshot(&self, ledger: LedgerNumber) -> Result<Box<dyn Snapshot + '_>, StoreError> {
        Ok(Box::new(Arc::clone(&self.read().stored(ledger)?.contents)))
    }
}

impl Inner {
    fn stored(&self, ledger: LedgerNumber) -> Result<&Stored, StoreError> {
        let stored = self.ledgers.iter().find(|stored| stored.entry.number == ledger);
        stored.ok_or(Cause::NoSuchLedger(ledger).into())
    }

    fn stored_mut(&mut self, ledger: LedgerNumber) -> Result<&mut Stored, StoreError> {
        let stored = self.ledgers.iter_mut().find(|stored| stored.entry.number == ledger);
        stored.ok_or(Cause::NoSuchLedger(ledger).into())
    }
}

impl Stored {
    fn apply(&mut self, batch: Batch) {
        let contents = Arc::make_mut(&mut self.contents);
        contents.state.size = batch.next.size;
        contents.state.leaf_hash = batch.next.leaf_hash;
        for Row { write, table, key, value } in batch.rows {
            match write {
                Write::Insert | Write::Put => contents.rows.insert((table, key), value),
                Write::Remove => contents.rows.remove(&(table, key)),
            };
        }
    }
}

impl Contents {
    fn refuse_duplicates(&self, batch: &Batch) -> Result<(), StoreError> {
        for (table, key) in batch.lookups()? {
            if self.rows.contains_key(&(table, key.to_vec())) {
                return Err(StoreError::Duplicate { table, key: key.to_vec() });
            }
        }
        Ok(())
    }
}

impl Snapshot for Arc<Contents> {
    fn head(&self) -> Result<Head, StoreError> {
        Ok(self.state.head())
    }

    fn get_many(&self, keys: &[Wanted<'_>]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        Ok(keys
            .iter()
            .map(|(table, key)| self.rows.get(&(*table, key.to_vec())).cloned())
            .collect())
    }

    fn scan(
        &self,
        table: Table,
        range: &KeyRange,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Found>, StoreError> {
        // `BTreeMap::range` panics where a range ends before it starts, so it gets the start alone.
        let start = match &range.0 {
            Bound::Unbounded => Bound::Included((table, Vec::new())),
            Bound::Included(key) => Bound::Included((table, key.clone())),
            Bound::Excluded(key) => Bound::Excluded((table, key.clone())),
        };
        let within = |key: &Vec<u8>| match &range.1 {
            Bound::Unbounded => true,
            Bound::Included(end) => key <= end,
            Bound::Excluded(end) => key < end,
        };
        let rows = self
            .rows
            .range((start, Bound::Unbounded))
            .take_while(|((held, key), _)| *held == table && within(key))
            .map(|((_, key), value)| (key.clone(), value.clone()));
        let found: Vec<Found> = match direction {
            Direction::Forward => rows.take(limit).collect(),
            Direction::Backward => {
                let all: Vec<Found> = rows.collect();
                all.into_iter().rev().take(limit).collect()
            }
        };
        if is_by_position(table) {
            check_contiguous(table, range, direction, limit, self.state.size, &found)
                .map_err(|what: Corruption| StoreError::from(what))?;
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::super::conformance::{Subject, conformance};
    use super::*;

    struct InMemory(Memory);

    impl Subject for InMemory {
        type Store = Memory;

        fn new() -> Self {
            Self(Memory::new())
        }

        fn open(&self) -> Memory {
            self.0.clone()
        }

        fn fail_next(store: &Memory, fault: Fault) {
            store.fail_next(fault);
        }
    }

    conformance!(InMemory);
}
