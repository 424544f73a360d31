//! A tile source as a store would be one: full tiles by level and index, and the leaves.

use std::cell::Cell;
use std::collections::BTreeMap;

use jejak_signer::Hash;

use crate::log::{CompletedTile, TileSource, Tree, TreeError};

/// What a ledger has stored when its tree has grown by some leaves.
#[derive(Debug, Default, Clone)]
pub(super) struct StoredTiles {
    pub(super) leaves: Vec<Hash>,
    pub(super) tiles: BTreeMap<(u8, u64), Vec<Hash>>,
    pub(super) reads: Cell<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NotStored;

impl StoredTiles {
    /// A tree that has grown leaf by leaf, and what was stored meanwhile.
    pub(super) fn grown(leaves: &[Hash]) -> (Tree, Self) {
        let (mut tree, mut stored) = (Tree::empty(), Self::default());
        for leaf in leaves {
            stored.keep(tree.push(*leaf));
            stored.leaves.push(*leaf);
        }
        (tree, stored)
    }

    pub(super) fn keep(&mut self, tiles: Vec<CompletedTile>) {
        for CompletedTile { level, index, hashes } in tiles {
            assert_eq!(self.tiles.insert((level, index), hashes), None, "a tile is stored once");
        }
    }
}

impl TileSource for StoredTiles {
    type Error = NotStored;

    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Vec<Hash>, NotStored> {
        self.reads.set(self.reads.get() + 1);
        if width == 256 {
            return self.tiles.get(&(level, index)).cloned().ok_or(NotStored);
        }
        assert_eq!(level, 0, "only leaves are read in part");
        let start = usize::try_from(index * 256).unwrap();
        self.leaves.get(start..start + usize::from(width)).map(<[Hash]>::to_vec).ok_or(NotStored)
    }
}

#[test]
fn restoring_reads_each_full_tile_below_the_edge_once() {
    let (tree, stored) = StoredTiles::grown(&super::numbered_leaves(3 * 256 + 5));
    stored.reads.set(0);
    assert_eq!(Tree::restore(tree.size(), &stored), Ok(tree));
    // One read of leaves on level 0; three tiles for the partial tile of level 1.
    assert_eq!(stored.reads.get(), 4);
}

#[test]
fn a_proof_reads_each_tile_once() {
    let (tree, stored) = StoredTiles::grown(&super::numbered_leaves(70_000));
    stored.reads.set(0);
    let path = tree.inclusion(&stored, 0, 70_000).unwrap();
    assert_eq!(path.len(), 17);
    // tile/0/000 and tile/1/000; the rest is the right edge.
    assert_eq!(stored.reads.get(), 2);
}

#[test]
fn a_source_that_fails_or_lies_about_the_width_is_an_error() {
    let (tree, mut stored) = StoredTiles::grown(&super::numbered_leaves(600));
    stored.tiles.get_mut(&(0, 1)).unwrap().pop();
    let (level, index) = (0, 1);
    let short = TreeError::TileWidth { level, index, expected: 256, found: 255 };
    assert_eq!(tree.inclusion(&stored, 300, 600), Err(short.clone()));
    assert_eq!(Tree::restore(600, &stored), Err(short));
    stored.tiles.remove(&(0, 1));
    assert_eq!(tree.root_at(&stored, 300), Err(TreeError::Source(NotStored)));
    assert_eq!(Tree::restore(600, &stored), Err(TreeError::Source(NotStored)));
}

#[test]
fn sizes_that_the_tree_has_not_reached_are_refused() {
    let (tree, stored) = StoredTiles::grown(&super::numbered_leaves(10));
    let beyond = TreeError::BeyondSize { size: 10, asked: 11 };
    assert_eq!(tree.inclusion(&stored, 0, 11), Err(beyond.clone()));
    assert_eq!(tree.consistency(&stored, 1, 11), Err(beyond.clone()));
    assert_eq!(tree.root_at(&stored, 11), Err(beyond));
    let no_leaf = TreeError::NoSuchLeaf { index: 5, size: 5 };
    assert_eq!(tree.inclusion(&stored, 5, 5), Err(no_leaf));
    let reversed = TreeError::SizesReversed { from: 6, to: 5 };
    assert_eq!(tree.consistency(&stored, 6, 5), Err(reversed));
    assert_eq!(tree.consistency(&stored, 0, 5), Ok(vec![]));
    assert_eq!(tree.consistency(&stored, 5, 5), Ok(vec![]));
}

#[test]
fn tiles_are_served_in_full_and_in_part() {
    let (tree, stored) = StoredTiles::grown(&super::numbered_leaves(600));
    let tile = |level, index, width| tree.tile(&stored, level, index, width).unwrap();
    assert_eq!(tile(0, 1, 256).unwrap(), stored.leaves[256..512]);
    assert_eq!(tile(0, 1, 7).unwrap(), stored.leaves[256..263]);
    assert_eq!(tile(0, 2, 88).unwrap(), stored.leaves[512..]);
    assert_eq!(tile(0, 2, 3).unwrap(), stored.leaves[512..515]);
    assert_eq!(tile(1, 0, 2).unwrap(), tree.partial_tile(1));
    for (level, index, width) in
        [(0, 2, 89), (0, 3, 1), (1, 0, 3), (2, 0, 1), (63, 0, 1), (0, 0, 257)]
    {
        assert_eq!(tile(level, index, width), None, "{level} {index} {width}");
    }
}
