//! Proofs between any leaf and sizes the tree has had, from stored full tiles and the right edge
//! in memory. A proof is first a list of leaf ranges (RFC 6962, 2.1.1 and 2.1.2), then their hashes.

use std::ops::Range;

use jejak_signer::Hash;

use super::tree::{
    TILE_HEIGHT, TILE_WIDTH, TileSource, Tree, TreeError, bag, complete_root, read_tile, subtrees,
};

impl Tree {
    /// The inclusion path of leaf `index` in the tree as it was at `size`, its sibling first.
    pub fn inclusion<S: TileSource + ?Sized>(
        &self,
        tiles: &S,
        index: u64,
        size: u64,
    ) -> Result<Vec<Hash>, TreeError<S::Error>> {
        self.has_had(size)?;
        if index >= size {
            return Err(TreeError::NoSuchLeaf { index, size });
        }
        Reader::new(self, tiles).roots(inclusion_ranges(index, size))
    }

    /// The consistency path from size `from` to size `to`; empty where nothing needs showing
    /// (equal sizes, or from the empty tree).
    pub fn consistency<S: TileSource + ?Sized>(
        &self,
        tiles: &S,
        from: u64,
        to: u64,
    ) -> Result<Vec<Hash>, TreeError<S::Error>> {
        self.has_had(to)?;
        if from > to {
            return Err(TreeError::SizesReversed { from, to });
        }
        Reader::new(self, tiles).roots(consistency_ranges(from, to))
    }

    /// The root of the tree as it was at `size`.
    pub fn root_at<S: TileSource + ?Sized>(
        &self,
        tiles: &S,
        size: u64,
    ) -> Result<Hash, TreeError<S::Error>> {
        self.has_had(size)?;
        Reader::new(self, tiles).root(0..size)
    }

    /// The first `width` hashes of a tile; `None` if the tree has not so many there.
    pub fn tile<S: TileSource + ?Sized>(
        &self,
        tiles: &S,
        level: u8,
        index: u64,
        width: u16,
    ) -> Result<Option<Vec<Hash>>, TreeError<S::Error>> {
        let edge = subtrees(self.size(), level);
        let full = edge / u64::from(TILE_WIDTH);
        let width = usize::from(width);
        if index < full && width <= usize::from(TILE_WIDTH) {
            let mut hashes = read_tile(tiles, level, index, TILE_WIDTH)?;
            hashes.truncate(width);
            return Ok(Some(hashes));
        }
        let partial = if index == full { self.partial_tile(level) } else { &[] };
        Ok(partial.get(..width).map(<[Hash]>::to_vec))
    }

    fn has_had<E>(&self, asked: u64) -> Result<(), TreeError<E>> {
        let size = self.size();
        if asked <= size { Ok(()) } else { Err(TreeError::BeyondSize { size, asked }) }
    }
}

/// Reads nodes from tiles; each tile once per proof.
struct Reader<'t, S: ?Sized> {
    tree: &'t Tree,
    tiles: &'t S,
    read: Vec<(u8, u64, Vec<Hash>)>,
}

impl<'t, S: TileSource + ?Sized> Reader<'t, S> {
    fn new(tree: &'t Tree, tiles: &'t S) -> Self {
        Self { tree, tiles, read: Vec::new() }
    }

    fn roots(&mut self, ranges: Vec<Range<u64>>) -> Result<Vec<Hash>, TreeError<S::Error>> {
        ranges.into_iter().map(|range| self.root(range)).collect()
    }

    /// Root over the leaves of a range that begins at a multiple of a power of two not less than
    /// its length: complete subtrees of falling height.
    fn root(&mut self, range: Range<u64>) -> Result<Hash, TreeError<S::Error>> {
        let mut peaks = Vec::new();
        let mut start = range.start;
        while let Some(height) = (range.end - start).checked_ilog2() {
            peaks.push(self.node(start, height)?);
            start += 1 << height;
        }
        Ok(bag(&peaks))
    }

    /// The complete subtree of `2^height` leaves that begins with leaf `start`.
    fn node(&mut self, start: u64, height: u32) -> Result<Hash, TreeError<S::Error>> {
        let level = u8::try_from(height / TILE_HEIGHT).unwrap_or(u8::MAX);
        let first = subtrees(start, level);
        let (index, offset) = (first / u64::from(TILE_WIDTH), first % u64::from(TILE_WIDTH));
        let tile = self.tile_hashes(level, index)?;
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        let width = 1 << (height % TILE_HEIGHT);
        let found = tile.len();
        let hashes = tile.get(offset..).and_then(|rest| rest.get(..width));
        let missing = TreeError::TileWidth { level, index, expected: TILE_WIDTH, found };
        hashes.map(complete_root).ok_or(missing)
    }

    fn tile_hashes(&mut self, level: u8, index: u64) -> Result<&[Hash], TreeError<S::Error>> {
        if index == subtrees(self.tree.size(), level) / u64::from(TILE_WIDTH) {
            return Ok(self.tree.partial_tile(level));
        }
        let known = self.read.iter().position(|(l, i, _)| (*l, *i) == (level, index));
        let slot = known.unwrap_or(self.read.len());
        if known.is_none() {
            let hashes = read_tile(self.tiles, level, index, TILE_WIDTH)?;
            self.read.push((level, index, hashes));
        }
        Ok(self.read.get(slot).map_or(&[], |(_, _, hashes)| hashes))
    }
}

/// RFC 6962, 2.1.1: `PATH(index, D[size])`, leaf side first.
fn inclusion_ranges(index: u64, size: u64) -> Vec<Range<u64>> {
    let mut path = Vec::new();
    let (mut start, mut end) = (0, size);
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            path.push(middle..end);
            end = middle;
        } else {
            path.push(start..middle);
            start = middle;
        }
    }
    path.reverse();
    path
}

/// RFC 6962, 2.1.2: `PROOF(from, D[to])`.
fn consistency_ranges(from: u64, to: u64) -> Vec<Range<u64>> {
    let mut path = Vec::new();
    if from == 0 {
        return path;
    }
    let (mut start, mut end) = (0, to);
    while end > from {
        let middle = start + split(end - start);
        if from <= middle {
            path.push(middle..end);
            end = middle;
        } else {
            path.push(start..middle);
            start = middle;
        }
    }
    // What is left ends with the older tree. Its root is known to the verifier if it is the whole
    // of the older tree.
    if start > 0 {
        path.push(start..end);
    }
    path.reverse();
    path
}

/// The largest power of two less than `leaves`, of which there are at least two.
fn split(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}
