//! Tiles and records as the store holds them, with what is not stored worked out again: the right edge
//! is rebuilt from here when a ledger is opened.

use jejak_signer::Hash;

use crate::log::tile::decode_hashes;
use crate::log::{Position, Record, TILE_WIDTH, TileSource};
use crate::store::{Corruption, Direction, LedgerNumber, LedgerStore, StoreError, Table, keys};

/// The hashes of a store, whatever their tile's width.
pub(crate) struct StoredTiles<'a> {
    pub(crate) store: &'a dyn LedgerStore,
    pub(crate) number: LedgerNumber,
}

impl TileSource for StoredTiles<'_> {
    type Error = StoreError;

    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Vec<Hash>, StoreError> {
        if u64::from(width) == u64::from(TILE_WIDTH) {
            return self.full(level, index);
        }
        // The tree asks for less only on level 0.
        let first = index.saturating_mul(u64::from(TILE_WIDTH));
        self.leaves(first, usize::from(width))
    }
}

impl StoredTiles<'_> {
    fn full(&self, level: u8, index: u64) -> Result<Vec<Hash>, StoreError> {
        let key = keys::tile(level, index);
        let found = self.store.get_many(self.number, &[(Table::Tile, key.as_slice())])?;
        let hashes = found.into_iter().next().flatten().and_then(|bytes| decode_hashes(&bytes));
        let hashes = hashes.filter(|hashes| hashes.len() == usize::from(TILE_WIDTH));
        hashes.ok_or_else(|| damaged(Table::Tile, index))
    }

    fn leaves(&self, first: u64, count: usize) -> Result<Vec<Hash>, StoreError> {
        let end = first.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        let range = keys::positions(first..end);
        let rows =
            self.store.scan(self.number, Table::Record, &range, Direction::Forward, count)?;
        let records: Option<Vec<Record>> =
            rows.iter().map(|(_, value)| Record::parse(value).ok()).collect();
        let records = records.filter(|records| records.len() == count);
        let records = records.ok_or_else(|| damaged(Table::Record, first))?;
        Ok(records.iter().map(Record::leaf_hash).collect())
    }
}

/// The record at `position`.
pub(crate) fn stored_record(
    store: &dyn LedgerStore,
    number: LedgerNumber,
    position: Position,
) -> Result<Option<Record>, StoreError> {
    let key = keys::record(position);
    let found = store.get_many(number, &[(Table::Record, key.as_slice())])?;
    let bytes = found.into_iter().next().flatten();
    bytes
        .map(|bytes| Record::parse(&bytes).map_err(|_| damaged(Table::Record, position.0)))
        .transpose()
}

fn damaged(table: Table, position: u64) -> StoreError {
    Corruption::Gap { table, position }.into()
}
