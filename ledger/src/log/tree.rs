//! The growing tree: its right edge in memory, everything left of it in stored full tiles. A leaf
//! costs about one node hash, and memory stays below 256 hashes a tile level.

use jejak_signer::Hash;

use super::group::GroupProofs;
use super::merkle::{EMPTY_ROOT, node_hash};

/// Hashes in a full tile. C2SP tlog-tiles.
pub const TILE_WIDTH: u16 = 256;

/// Where the tree's stored parts come from. The tree checks how many hashes it gets, nothing else:
/// whether they are the right ones shows in the root.
pub trait TileSource {
    /// Why a tile could not be read.
    type Error;

    /// The first `width` hashes of a tile. The tree asks for full tiles (`width` 256) that it has
    /// handed out as [`CompletedTile`]; for less only on level 0 in [`Tree::restore`], where the
    /// hashes are the leaf hashes of the records from `256 * index` on.
    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Vec<Hash>, Self::Error>;
}

/// The right edge of a tree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    size: u64,
    /// Roots of the complete subtrees that the bits of `size` stand for, tallest (leftmost) first.
    peaks: Vec<Hash>,
    /// The partial tile of each level: 0 to 255 hashes.
    partial: Vec<Vec<Hash>>,
}

/// A tile that has just become full and will not change again: to be stored with the records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletedTile {
    /// Its level; 0 holds leaf hashes.
    pub level: u8,
    /// Its index within the level.
    pub index: u64,
    /// Its 256 hashes.
    pub hashes: Vec<Hash>,
}

/// What [`Tree::append`] gives back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The tiles that became full, in the order in which they did.
    pub tiles: Vec<CompletedTile>,
    /// Proofs of the leaves that were appended.
    pub proofs: GroupProofs,
}

/// Why a tree could not be read from its tiles.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreeError<E> {
    /// The source failed.
    #[error("a tile could not be read")]
    Source(#[source] E),
    /// The source gave a tile of another width.
    #[error("tile {index} of level {level} has {found} hashes instead of {expected}")]
    TileWidth {
        /// Its level.
        level: u8,
        /// Its index.
        index: u64,
        /// How many hashes were asked for.
        expected: u16,
        /// How many came.
        found: usize,
    },
    /// A size that the tree has not reached.
    #[error("the tree has {size} leaves, {asked} were asked for")]
    BeyondSize {
        /// Size of the tree.
        size: u64,
        /// Size that was asked for.
        asked: u64,
    },
    /// A leaf that is not in the tree of the asked size.
    #[error("no leaf {index} in a tree of size {size}")]
    NoSuchLeaf {
        /// Index of the leaf.
        index: u64,
        /// Size that was asked for.
        size: u64,
    },
    /// Two sizes in the wrong order.
    #[error("size {from} is not before size {to}")]
    SizesReversed {
        /// Older size.
        from: u64,
        /// Newer size.
        to: u64,
    },
}

impl Tree {
    /// The tree without leaves.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The tree of `size` leaves, from full tiles and the leaf hashes after the last full tile.
    /// Reads at most 255 tiles a level.
    pub fn restore<S: TileSource + ?Sized>(
        size: u64,
        tiles: &S,
    ) -> Result<Self, TreeError<S::Error>> {
        let mut tree = Self { size, ..Self::default() };
        let mut level = 0;
        while subtrees(size, level) > 0 {
            tree.partial.push(restore_partial(size, level, tiles)?);
            level += 1;
        }
        for partial in tree.partial.iter().rev() {
            push_peaks(&mut tree.peaks, partial);
        }
        Ok(tree)
    }

    /// Appends one leaf and gives the tiles that it made full.
    pub fn push(&mut self, leaf: Hash) -> Vec<CompletedTile> {
        let mut tiles = Vec::new();
        self.grow(leaf, &mut tiles, |_, _| ());
        tiles
    }

    /// Appends a group of leaves and keeps what proves each of them. Nothing is hashed twice.
    pub fn append(&mut self, leaves: &[Hash]) -> Appended {
        let mut tiles = Vec::new();
        let mut group = GroupProofs::begin(self.size, &self.peaks, leaves.len());
        for leaf in leaves {
            self.grow(*leaf, &mut tiles, |height, node| group.add(height, node));
        }
        Appended { tiles, proofs: group.seal(&self.peaks) }
    }

    /// How many leaves it has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Its root.
    pub fn root(&self) -> Hash {
        bag(&self.peaks)
    }

    /// The hashes of the level's last, partial tile; none if it is empty.
    pub fn partial_tile(&self, level: u8) -> &[Hash] {
        self.partial.get(usize::from(level)).map_or(&[], Vec::as_slice)
    }

    /// Adds a leaf and every node that it completes; `complete` sees each with its height.
    fn grow(
        &mut self,
        leaf: Hash,
        tiles: &mut Vec<CompletedTile>,
        mut complete: impl FnMut(u32, Hash),
    ) {
        let (mut node, mut height) = (leaf, 0);
        let completed = self.size.trailing_ones();
        loop {
            complete(height, node);
            if height % TILE_HEIGHT == 0 {
                self.keep(height / TILE_HEIGHT, node, tiles);
            }
            if height == completed {
                break;
            }
            // One peak stands for each of the trailing ones.
            let Some(left) = self.peaks.pop() else { break };
            node = node_hash(&left, &node);
            height += 1;
        }
        self.peaks.push(node);
        self.size += 1;
    }

    /// Puts a node into its level's partial tile; a full one leaves the tree.
    fn keep(&mut self, level: u32, node: Hash, tiles: &mut Vec<CompletedTile>) {
        let (Ok(level), Ok(slot)) = (u8::try_from(level), usize::try_from(level)) else {
            return;
        };
        if self.partial.len() <= slot {
            self.partial.resize_with(slot + 1, || Vec::with_capacity(WIDTH));
        }
        let Some(partial) = self.partial.get_mut(slot) else {
            return;
        };
        partial.push(node);
        if partial.len() == WIDTH {
            let hashes = std::mem::replace(partial, Vec::with_capacity(WIDTH));
            // The leaf that is being added is the last one under this tile.
            let index = subtrees(self.size, level + 1);
            tiles.push(CompletedTile { level, index, hashes });
        }
    }
}

/// Levels of the binary tree in one tile.
pub(super) const TILE_HEIGHT: u32 = 8;

const WIDTH: usize = 256;

/// How many complete subtrees of height `8 * level` a tree of `size` leaves has: that many hashes
/// stand in the level's tiles.
pub(super) fn subtrees(size: u64, level: u8) -> u64 {
    size.checked_shr(TILE_HEIGHT * u32::from(level)).unwrap_or(0)
}

/// Root of a complete subtree from the hashes of its leaves (a power of two of them).
pub(super) fn complete_root(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => EMPTY_ROOT,
        [hash] => *hash,
        _ => {
            let (left, right) = hashes.split_at(hashes.len() / 2);
            node_hash(&complete_root(left), &complete_root(right))
        }
    }
}

/// Root over complete subtrees of falling height, from the right.
pub(super) fn bag(peaks: &[Hash]) -> Hash {
    let root = peaks.iter().rev().copied().reduce(|right, left| node_hash(&left, &right));
    root.unwrap_or(EMPTY_ROOT)
}

/// Reads a tile and holds the source to its width.
pub(super) fn read_tile<S: TileSource + ?Sized>(
    tiles: &S,
    level: u8,
    index: u64,
    width: u16,
) -> Result<Vec<Hash>, TreeError<S::Error>> {
    let hashes = tiles.tile(level, index, width).map_err(TreeError::Source)?;
    if hashes.len() != usize::from(width) {
        let found = hashes.len();
        return Err(TreeError::TileWidth { level, index, expected: width, found });
    }
    Ok(hashes)
}

fn restore_partial<S: TileSource + ?Sized>(
    size: u64,
    level: u8,
    tiles: &S,
) -> Result<Vec<Hash>, TreeError<S::Error>> {
    let mut hashes = Vec::with_capacity(WIDTH);
    let end = subtrees(size, level);
    let start = end - end % u64::from(TILE_WIDTH);
    match level.checked_sub(1) {
        None if start < end => {
            let width = u16::try_from(end - start).unwrap_or(TILE_WIDTH);
            hashes.extend(read_tile(tiles, 0, start / u64::from(TILE_WIDTH), width)?);
        }
        None => {}
        Some(below) => {
            for index in start..end {
                hashes.push(complete_root(&read_tile(tiles, below, index, TILE_WIDTH)?));
            }
        }
    }
    Ok(hashes)
}

/// Appends the peaks that one level's partial tile stands for, tallest first.
fn push_peaks(peaks: &mut Vec<Hash>, partial: &[Hash]) {
    let mut rest = partial;
    for height in (0..TILE_HEIGHT).rev() {
        if let Some((peak, after)) = rest.split_at_checked(1 << height) {
            peaks.push(complete_root(peak));
            rest = after;
        }
    }
}
