//! What a view proves: receipts, inclusion and consistency, and the tiles of the tree.

use jejak_signer::Hash;

use super::{ReadError, View};
use crate::group::receipt_of;
use crate::log::tile::{TileKind, TilePath, encode_entries, encode_hashes};
use crate::log::{Position, Receipt, Record, TILE_WIDTH, TileSource};
use crate::store::StoreError;
use crate::tiles::StoredTiles;

impl View {
    /// The receipt of the event at `position` against this view's checkpoint.
    pub fn receipt(&self, position: Position) -> Result<Option<Receipt>, ReadError> {
        let Some(record) = self.record(position)? else { return Ok(None) };
        let path = self.edge.tree.inclusion(self, position.0, self.size())?;
        Ok(Some(receipt_of(&record, path, &self.edge.checkpoint)))
    }

    /// The inclusion path of a record in the tree as it was at `size`.
    pub fn inclusion(&self, position: Position, size: u64) -> Result<Option<Vec<Hash>>, ReadError> {
        if position.0 >= size || size > self.size() {
            return Ok(None);
        }
        Ok(Some(self.edge.tree.inclusion(self, position.0, size)?))
    }

    /// The root of the tree as it was at `size`.
    pub fn root_at(&self, size: u64) -> Result<Option<Hash>, ReadError> {
        if size > self.size() {
            return Ok(None);
        }
        Ok(Some(self.edge.tree.root_at(self, size)?))
    }

    /// The consistency proof between two sizes.
    pub fn consistency(&self, from: u64, to: u64) -> Result<Option<Vec<Hash>>, ReadError> {
        if from == 0 || from > to || to > self.size() {
            return Ok(None);
        }
        Ok(Some(self.edge.tree.consistency(self, from, to)?))
    }

    /// A tile or an entry bundle. `None` where this view's size has no such tile.
    pub fn tile(&self, path: &TilePath) -> Result<Option<Vec<u8>>, ReadError> {
        if !path.exists_at(self.size()) {
            return Ok(None);
        }
        match path.kind() {
            TileKind::Hashes { level } => {
                let hashes = self.edge.tree.tile(self, level, path.index(), path.width())?;
                Ok(hashes.map(|hashes| encode_hashes(&hashes)))
            }
            TileKind::Entries => {
                let first = path.index().saturating_mul(u64::from(TILE_WIDTH));
                let records = self.records(Position(first), usize::from(path.width()))?;
                let entries: Vec<_> = records.iter().map(Record::to_bytes).collect();
                let bundle = encode_entries(entries.iter().map(<[u8; Record::BYTES]>::as_slice));
                bundle.map(Some).map_err(|_| ReadError::Corrupt)
            }
        }
    }
}

impl TileSource for View {
    type Error = StoreError;

    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Vec<Hash>, StoreError> {
        StoredTiles { store: &*self.store, number: self.identity.number }.tile(level, index, width)
    }
}
