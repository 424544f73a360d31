//! Tiles beside `tlog_tiles`: their paths, their bytes, when they become full, and what a client
//! that starts from the root proves from them. Tiles that lie are not given to that client: it does
//! not check every tile that it reads, only the proof that comes out.

use std::collections::BTreeSet;
use std::num::NonZeroU8;

use proptest::prelude::*;
use proptest::sample::Index;
use tlog_tiles::{Tile, TileHashReader, TileReader};

use super::{Nodes, ours, theirs};
use crate::log::Tree;
use crate::log::tests::properties::{count, sizes, two_sizes};
use crate::log::tests::stored_tiles::StoredTiles;
use crate::log::tests::{numbered_entries, numbered_leaves};
use crate::log::tile::{TileKind, TilePath, encode_hashes};

const HEIGHT: u8 = 8;

/// Their older spelling carries the height of the tile and calls the entries data.
fn older_spelling(path: &str) -> String {
    path.replacen("tile/entries/", "tile/data/", 1).replacen("tile/", "tile/8/", 1)
}

fn tile_of(path: &TilePath) -> Tile {
    let is_data = path.kind() == TileKind::Entries;
    Tile::new(HEIGHT, path.level(), path.index(), path.width().into(), is_data)
}

fn path_of(tile: &Tile) -> TilePath {
    let partial = u8::try_from(tile.width()).ok().and_then(NonZeroU8::new);
    if tile.is_data() {
        return TilePath::entries(tile.level_index(), partial);
    }
    TilePath::hashes(tile.level(), tile.level_index(), partial).unwrap()
}

/// What they read in a path. Their parser panics on a level above 63 and on the width 0.
fn their_reading(path: &str) -> Option<TilePath> {
    let (_, rest) = path.split_once('/')?;
    let level = rest.split_once('/').and_then(|(level, _)| level.parse::<u8>().ok());
    let width = rest.rsplit_once(".p/").and_then(|(_, width)| width.parse::<u32>().ok());
    if level.is_some_and(|level| level > 63) || width == Some(0) {
        return None;
    }
    Tile::from_path(&older_spelling(path)).ok().map(|tile| path_of(&tile))
}

fn paths() -> impl Strategy<Value = TilePath> {
    let index = prop_oneof![0..2000_u64, any::<u64>(), 999_990..1_000_010_u64];
    let partial = prop::option::of(any::<NonZeroU8>());
    (prop::option::of(0..64_u8), index, partial).prop_map(|(level, index, partial)| match level {
        Some(level) => TilePath::hashes(level, index, partial).unwrap(),
        None => TilePath::entries(index, partial),
    })
}

/// A log that is served from its tiles.
struct Served {
    tree: Tree,
    stored: StoredTiles,
}

impl Served {
    fn new(size: u64) -> Self {
        let (tree, stored) = StoredTiles::grown(&numbered_leaves(size));
        Self { tree, stored }
    }

    fn bytes(&self, tile: &Tile) -> Option<Vec<u8>> {
        let width = u16::try_from(tile.width()).ok()?;
        let hashes = self.tree.tile(&self.stored, tile.level(), tile.level_index(), width);
        hashes.ok().flatten().map(|hashes| encode_hashes(&hashes))
    }
}

impl TileReader for Served {
    fn height(&self) -> u8 {
        HEIGHT
    }

    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, tlog_tiles::Error> {
        let bytes = tiles.iter().map(|tile| self.bytes(tile)).collect::<Option<_>>();
        bytes.ok_or(tlog_tiles::Error::InvalidTile)
    }

    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}

proptest! {
    #[test]
    fn paths_are_spelled_and_read_the_same(path in paths()) {
        let text = path.to_string();
        prop_assert_eq!(older_spelling(&text), tile_of(&path).path());
        prop_assert_eq!(their_reading(&text), Some(path));
        prop_assert_eq!(text.parse(), Ok(path));
    }

    #[test]
    fn odd_paths_are_read_or_refused_the_same(
        level in "[+-]?[0-9]{1,3}|entries|[a-z]?",
        index in "(x?[0-9+]{1,4}/){0,3}x?[0-9]{3}|(x[0-9]{3}/){0,7}[0-9]{3}",
        width in "(\\.p/[+]?[0-9]{0,3}|\\.p|/)?",
    ) {
        let path = format!("tile/{level}/{index}{width}");
        prop_assert_eq!(path.parse::<TilePath>().ok(), their_reading(&path), "{}", path);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_tiles_of_a_size_are_the_same_to_the_byte(size in sizes()) {
        let log = Served::new(size);
        let nodes = Nodes::of(&numbered_entries(size));
        let tiles = Tile::new_tiles(HEIGHT, 0, size);
        for tile in &tiles {
            prop_assert_eq!(log.bytes(tile), Some(tile.read_data(&nodes).unwrap()), "{:?}", tile);
            prop_assert!(path_of(tile).exists_at(size));
        }
        let partial = tiles.iter().map(path_of).filter(|path| path.width() < 256);
        let edge = TilePath::partial_at(size);
        let edge = edge.iter().copied().filter(|path| path.kind() != TileKind::Entries);
        prop_assert_eq!(edge.collect::<BTreeSet<_>>(), partial.collect());
    }

    #[test]
    fn a_group_fills_the_tiles_that_they_would_publish((before, after) in two_sizes()) {
        let leaves = numbered_leaves(after);
        let (mut tree, _) = StoredTiles::grown(&leaves[..count(before)]);
        let filled = tree.append(&leaves[count(before)..]).tiles;
        let filled: BTreeSet<_> = filled.iter().map(|tile| (tile.level, tile.index)).collect();
        let published = Tile::new_tiles(HEIGHT, before, after).into_iter();
        let full = published.filter(|tile| tile.width() == 256);
        prop_assert_eq!(filled, full.map(|tile| (tile.level(), tile.level_index())).collect());
    }

    #[test]
    fn their_client_proves_from_our_tiles_what_we_prove(
        (from, size) in two_sizes(),
        index: Index,
    ) {
        let log = Served::new(size);
        let index = u64::try_from(index.index(count(size))).unwrap();
        let client = TileHashReader::new(size, theirs(&log.tree.root()), &log);
        let path = tlog_tiles::prove_record(size, index, &client).unwrap();
        let path: Vec<_> = path.iter().map(ours).collect();
        prop_assert_eq!(Ok(path), log.tree.inclusion(&log.stored, index, size));
        let path = tlog_tiles::prove_tree(size, from, &client).unwrap();
        let path: Vec<_> = path.iter().map(ours).collect();
        prop_assert_eq!(Ok(path), log.tree.consistency(&log.stored, from, size));
    }
}
