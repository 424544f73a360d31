//! Reads from one consistent state of the database.

use std::ops::Bound;

use rocksdb::{
    DB, DBPinnableSlice, DBRawIteratorWithThreadMode, ReadOptions, SnapshotWithThreadMode,
};

use super::{Rocks, decode_state, not_done};
use crate::store::scan::{check_contiguous, is_by_position};
use crate::store::{
    Direction, Found, Head, KeyRange, LedgerNumber, Snapshot, StoreError, Table, Wanted, keys,
};

/// A scan of more rows than a page is a walk (audit, replay): it must not push out what readers use.
const PAGE_ROWS_MAX: usize = 1000;

pub(super) struct RocksSnapshot<'a> {
    rocks: &'a Rocks,
    ledger: LedgerNumber,
    taken: SnapshotWithThreadMode<'a, DB>,
}

impl<'a> RocksSnapshot<'a> {
    pub(super) fn new(rocks: &'a Rocks, ledger: LedgerNumber) -> Self {
        Self { rocks, ledger, taken: rocks.db.snapshot() }
    }

    /// Which of `keys` are there.
    pub(super) fn present(&self, keys: &[Wanted<'_>]) -> Result<Vec<bool>, StoreError> {
        self.each(keys, |_| ()).map(|found| found.iter().map(Option::is_some).collect())
    }

    /// One batched read per table; the answers in the order of `keys`.
    fn each<T: Clone>(
        &self,
        keys: &[Wanted<'_>],
        value: impl Fn(DBPinnableSlice<'_>) -> T,
    ) -> Result<Vec<Option<T>>, StoreError> {
        let mut answers = vec![None; keys.len()];
        let mut options = ReadOptions::default();
        options.set_snapshot(&self.taken);
        for table in Table::ALL {
            let stored: Vec<Vec<u8>> = keys
                .iter()
                .filter(|wanted| wanted.0 == table)
                .map(|(_, key)| keys::stored(self.ledger, key))
                .collect();
            if stored.is_empty() {
                continue;
            }
            let Some(family) = self.rocks.readable(table)? else { continue };
            let found = self.rocks.db.batched_multi_get_cf_opt(family, &stored, false, &options);
            let wanted = keys.iter().zip(&mut answers).filter(|(wanted, _)| wanted.0 == table);
            for ((_, answer), found) in wanted.zip(found) {
                *answer = found.map_err(|error| not_done(&error))?.map(&value);
            }
        }
        Ok(answers)
    }

    fn bounds(&self, range: &KeyRange) -> (Vec<u8>, Option<Vec<u8>>) {
        let after = |key: &[u8]| [keys::stored(self.ledger, key).as_slice(), &[0]].concat();
        let lower = match &range.0 {
            Bound::Unbounded => keys::stored(self.ledger, &[]),
            Bound::Included(key) => keys::stored(self.ledger, key),
            Bound::Excluded(key) => after(key),
        };
        let upper = match &range.1 {
            Bound::Unbounded => {
                self.ledger.0.checked_add(1).map(|next| next.to_be_bytes().to_vec())
            }
            Bound::Included(key) => Some(after(key)),
            Bound::Excluded(key) => Some(keys::stored(self.ledger, key)),
        };
        (lower, upper)
    }

    /// None where there can be no rows.
    fn iterator(
        &self,
        table: Table,
        range: &KeyRange,
        fill_cache: bool,
    ) -> Result<Option<DBRawIteratorWithThreadMode<'_, DB>>, StoreError> {
        let (lower, upper) = self.bounds(range);
        if upper.as_ref().is_some_and(|upper| *upper <= lower) {
            return Ok(None);
        }
        let mut options = ReadOptions::default();
        options.set_iterate_lower_bound(lower);
        if let Some(upper) = upper {
            options.set_iterate_upper_bound(upper);
        }
        options.fill_cache(fill_cache);
        let Some(family) = self.rocks.readable(table)? else { return Ok(None) };
        Ok(Some(self.taken.raw_iterator_cf_opt(family, options)))
    }

    fn rows(
        &self,
        table: Table,
        range: &KeyRange,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Found>, StoreError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let Some(mut at) = self.iterator(table, range, limit <= PAGE_ROWS_MAX)? else {
            return Ok(Vec::new());
        };
        match direction {
            Direction::Forward => at.seek_to_first(),
            Direction::Backward => at.seek_to_last(),
        }
        let mut found = Vec::new();
        while found.len() < limit
            && let Some((key, value)) = at.item()
        {
            let key = key.strip_prefix(&self.ledger.0.to_be_bytes()).unwrap_or(key);
            found.push((key.to_vec(), value.to_vec()));
            match direction {
                Direction::Forward => at.next(),
                Direction::Backward => at.prev(),
            }
        }
        // An iterator that ends because of an error looks like one that ends because there is no more.
        at.status().map_err(|error| not_done(&error))?;
        Ok(found)
    }
}

impl Snapshot for RocksSnapshot<'_> {
    fn head(&self) -> Result<Head, StoreError> {
        let state = self.get_many(&[(Table::Meta, keys::STATE)])?.pop().flatten();
        decode_state(self.ledger, state.as_deref()).map(|state| state.head())
    }

    fn get_many(&self, keys: &[Wanted<'_>]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        self.each(keys, |value| value.to_vec())
    }

    fn scan(
        &self,
        table: Table,
        range: &KeyRange,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Found>, StoreError> {
        let found = self.rows(table, range, direction, limit)?;
        if is_by_position(table) {
            let size = self.head()?.size;
            check_contiguous(table, range, direction, limit, size, &found)?;
        }
        Ok(found)
    }

    fn last_key(&self, table: Table, range: &KeyRange) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(mut at) = self.iterator(table, range, true)? else { return Ok(None) };
        at.seek_to_last();
        let strip =
            |key: &[u8]| key.strip_prefix(&self.ledger.0.to_be_bytes()).unwrap_or(key).to_vec();
        let last = at.key().map(strip);
        at.status().map_err(|error| not_done(&error))?;
        Ok(last)
    }
}
