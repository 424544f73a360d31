//! Properties over trees of any size: proofs verify, altered proofs do not, and the ways of getting
//! the same thing give the same thing.

use jejak_signer::Hash;
use proptest::prelude::*;
use proptest::sample::Index;

use super::numbered_leaves;
use super::stored_tiles::StoredTiles;
use crate::log::Tree;
use crate::log::merkle::{node_hash, verify_consistency, verify_inclusion};

/// Sizes around the borders of tiles as well as small and arbitrary ones.
pub(super) fn sizes() -> impl Strategy<Value = u64> {
    prop_oneof![1..20_u64, 250..263_u64, 505..520_u64, 1..2000_u64]
}

/// Two sizes, the smaller first.
pub(super) fn two_sizes() -> impl Strategy<Value = (u64, u64)> {
    (sizes(), sizes()).prop_map(|(a, b)| (a.min(b), a.max(b)))
}

pub(super) fn count(size: u64) -> usize {
    usize::try_from(size).unwrap()
}

/// RFC 6962, 2.1, as it is written.
fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::of(b""),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&root(left), &root(right))
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn roots_at_every_size_are_those_of_the_rfc((at, size) in two_sizes()) {
        let leaves = numbered_leaves(size);
        let (tree, stored) = StoredTiles::grown(&leaves);
        prop_assert_eq!(tree.root(), root(&leaves));
        prop_assert_eq!(tree.root_at(&stored, at), Ok(root(&leaves[..count(at)])));
    }

    #[test]
    fn every_inclusion_proof_verifies_and_no_altered_one(
        (at, size) in two_sizes(),
        index: Index,
        altered: Index,
        bit in 0..8_u8,
    ) {
        let leaves = numbered_leaves(size);
        let (tree, stored) = StoredTiles::grown(&leaves);
        let index = u64::try_from(index.index(count(at))).unwrap();
        let leaf = leaves[count(index)];
        let root = tree.root_at(&stored, at).unwrap();
        let path = tree.inclusion(&stored, index, at).unwrap();
        let verify = |leaf: &Hash, index, at, path: &[Hash], root: &Hash| {
            verify_inclusion(leaf, index, at, path, root).is_ok()
        };
        prop_assert!(verify(&leaf, index, at, &path, &root));

        let flip = |hash: &Hash| {
            let mut hash = *hash;
            hash.0[altered.index(32)] ^= 1 << bit;
            hash
        };
        prop_assert!(!verify(&flip(&leaf), index, at, &path, &root));
        prop_assert!(!verify(&leaf, index, at, &path, &flip(&root)));
        // In the tree of one leaf only index 0 has a path; elsewhere another index has another one.
        for other in [index ^ 1, index + 1, index.wrapping_sub(1)] {
            prop_assert!(!verify(&leaf, other, at, &path, &root));
        }
        let longer = [path.as_slice(), &[root]].concat();
        prop_assert!(!verify(&leaf, index, at, &longer, &root));
        if !path.is_empty() {
            let mut wrong = path.clone();
            let place = altered.index(path.len());
            wrong[place] = flip(&wrong[place]);
            prop_assert!(!verify(&leaf, index, at, &wrong, &root));
            prop_assert!(!verify(&leaf, index, at, &path[1..], &root));
            prop_assert!(!verify(&leaf, index, at, &path[..path.len() - 1], &root));
        }
    }

    #[test]
    fn every_consistency_proof_verifies_and_no_altered_one(
        (from, to) in two_sizes(),
        altered: Index,
        bit in 0..8_u8,
    ) {
        let leaves = numbered_leaves(to);
        let (tree, stored) = StoredTiles::grown(&leaves);
        let (older, newer) = (root(&leaves[..count(from)]), tree.root());
        let path = tree.consistency(&stored, from, to).unwrap();
        let verify = |path: &[Hash], older: &Hash, newer: &Hash| {
            verify_consistency(from, to, path, older, newer).is_ok()
        };
        prop_assert!(verify(&path, &older, &newer));

        let flip = |hash: &Hash| {
            let mut hash = *hash;
            hash.0[altered.index(32)] ^= 1 << bit;
            hash
        };
        prop_assert!(!verify(&path, &flip(&older), &newer));
        prop_assert!(!verify(&path, &older, &flip(&newer)));
        let longer = [path.as_slice(), &[newer]].concat();
        prop_assert!(!verify(&longer, &older, &newer));
        if !path.is_empty() {
            let mut wrong = path.clone();
            let place = altered.index(path.len());
            wrong[place] = flip(&wrong[place]);
            prop_assert!(!verify(&wrong, &older, &newer));
            prop_assert!(!verify(&path[1..], &older, &newer));
        }
    }

    #[test]
    fn a_restored_tree_is_the_tree_that_was_pushed(size in sizes(), more in 0..600_u64) {
        let leaves = numbered_leaves(size + more);
        let (tree, mut stored) = StoredTiles::grown(&leaves[..count(size)]);
        let mut restored = Tree::restore(size, &stored).unwrap();
        prop_assert_eq!(&restored, &tree);
        for leaf in &leaves[count(size)..] {
            stored.keep(restored.push(*leaf));
        }
        prop_assert_eq!(restored, StoredTiles::grown(&leaves).0);
    }

    #[test]
    fn a_group_gives_the_tiles_and_proofs_that_single_leaves_give(
        before in prop_oneof![Just(0), sizes()],
        group in prop_oneof![0..4_usize, 250..262_usize, 1..1100_usize],
    ) {
        let leaves = numbered_leaves(before + u64::try_from(group).unwrap());
        let (mut tree, mut stored) = StoredTiles::grown(&leaves[..count(before)]);
        let appended = tree.append(&leaves[count(before)..]);
        let (single, single_stored) = StoredTiles::grown(&leaves);
        stored.keep(appended.tiles);
        prop_assert_eq!(&tree, &single);
        prop_assert_eq!(&stored.tiles, &single_stored.tiles);

        let proofs = appended.proofs;
        prop_assert_eq!((proofs.size(), proofs.root()), (tree.size(), tree.root()));
        // Both ends of the group, and some between.
        let sample = (before..tree.size()).step_by(1 + group / 7).chain(tree.size().checked_sub(1));
        for index in sample.filter(|index| *index >= before) {
            let path = single.inclusion(&single_stored, index, tree.size()).unwrap();
            prop_assert_eq!(proofs.inclusion(index), Some(path), "leaf {}", index);
        }
        prop_assert_eq!(proofs.inclusion(tree.size()), None);
        if let Some(older) = before.checked_sub(1) {
            prop_assert_eq!(proofs.inclusion(older), None);
        }
    }
}

/// Every pair of sizes up to a border, which chance would hardly meet in full.
#[test]
fn all_proofs_of_all_small_trees_verify() {
    let leaves = numbered_leaves(40);
    let (tree, stored) = StoredTiles::grown(&leaves);
    for to in 1..=40 {
        let newer = root(&leaves[..count(to)]);
        for index in 0..to {
            let path = tree.inclusion(&stored, index, to).unwrap();
            assert_eq!(verify_inclusion(&leaves[count(index)], index, to, &path, &newer), Ok(()));
            let older = root(&leaves[..count(index + 1)]);
            let path = tree.consistency(&stored, index + 1, to).unwrap();
            assert_eq!(verify_consistency(index + 1, to, &path, &older, &newer), Ok(()));
        }
    }
}

/// Two levels of full tiles: the tile on level 1 leaves memory when level 0 has filled it.
#[test]
fn a_tree_across_a_border_of_level_one_stays_bounded() {
    let leaves = numbered_leaves(65_536 + 300);
    let (mut tree, mut stored) = StoredTiles::grown(&leaves[..65_500]);
    let appended = tree.append(&leaves[65_500..]);
    let path = appended.proofs.inclusion(65_800).unwrap();
    stored.keep(appended.tiles);
    stored.leaves = leaves;
    assert!(stored.tiles.contains_key(&(1, 0)));
    assert_eq!(tree.partial_tile(2).len(), 1);
    assert!((0..3).all(|level| tree.partial_tile(level).len() < 256));
    assert_eq!(tree.inclusion(&stored, 65_800, tree.size()), Ok(path));
    assert_eq!(tree.root(), root(&stored.leaves));
    assert_eq!(Tree::restore(tree.size(), &stored), Ok(tree));
}
