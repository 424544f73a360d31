//! Trees of up to two thousand leaves: every root and every proof is the others' to the byte, and
//! whatever is done to a proof is judged as they judge it.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use jejak_signer::Hash;
use proptest::prelude::*;
use proptest::sample::Index;
use sha2::Sha256;

use super::claims::{Consistency, Inclusion, bytes, changes};
use super::{Nodes, flipped, ours, theirs};
use crate::log::merkle::{leaf_hash, node_hash};
use crate::log::tests::properties::{count, sizes, two_sizes};
use crate::log::tests::stored_tiles::StoredTiles;
use crate::log::tests::{numbered_entries, numbered_leaves};

fn ct_tree(size: u64) -> MemoryBackedTree<Sha256, Vec<u8>> {
    let mut tree = MemoryBackedTree::new();
    for entry in numbered_entries(size) {
        tree.push(entry);
    }
    tree
}

/// Our claim about leaf `index`; it is checked on the way that the others make the same path.
fn inclusion(index: u64, size: u64) -> Inclusion {
    let entries = numbered_entries(size);
    let (tree, stored) = StoredTiles::grown(&numbered_leaves(size));
    let path = tree.inclusion(&stored, index, size).unwrap();

    let tlog = tlog_tiles::prove_record(size, index, &Nodes::of(&entries)).unwrap();
    assert_eq!(tlog.iter().map(ours).collect::<Vec<_>>(), path);
    let ct = ct_tree(size).prove_inclusion(count(index));
    assert_eq!(ct.as_bytes(), bytes(&path));

    Inclusion { entry: entries[count(index)].clone(), index, size, path, root: tree.root() }
}

/// Our claim about two sizes; it is checked on the way that the others make the same path.
fn consistency(from: u64, to: u64) -> Consistency {
    let (tree, stored) = StoredTiles::grown(&numbered_leaves(to));
    let path = tree.consistency(&stored, from, to).unwrap();

    let tlog = tlog_tiles::prove_tree(to, from, &Nodes::of(&numbered_entries(to))).unwrap();
    assert_eq!(tlog.iter().map(ours).collect::<Vec<_>>(), path);
    let ct = ct_tree(to).prove_consistency(count(to - from));
    assert_eq!(ct.as_bytes(), bytes(&path));

    let older = tree.root_at(&stored, from).unwrap();
    Consistency { from, to, path, older, newer: tree.root() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn leaf_and_node_hashes_are_the_same(entry: Vec<u8>, left: [u8; 32], right: [u8; 32]) {
        prop_assert_eq!(leaf_hash(&entry), ours(&tlog_tiles::record_hash(&entry)));
        let (left, right) = (Hash(left), Hash(right));
        let node = tlog_tiles::node_hash(theirs(&left), theirs(&right));
        prop_assert_eq!(node_hash(&left, &right), ours(&node));
    }

    #[test]
    fn roots_are_the_same((at, size) in two_sizes()) {
        let (tree, stored) = StoredTiles::grown(&numbered_leaves(size));
        let nodes = Nodes::of(&numbered_entries(size));
        prop_assert_eq!(nodes.root(size), tree.root());
        prop_assert_eq!(nodes.root(at), tree.root_at(&stored, at).unwrap());
        let (root, ct) = (tree.root(), ct_tree(size).root());
        prop_assert_eq!(ct.as_bytes().as_slice(), root.as_bytes());
    }

    #[test]
    fn an_inclusion_proof_holds_and_no_altered_one(
        size in sizes(),
        index: Index,
        other: Index,
        bit: Index,
        change in changes(),
    ) {
        let index = u64::try_from(index.index(count(size))).unwrap();
        let claim = inclusion(index, size);
        prop_assert!(claim.holds());

        let other = u64::try_from(other.index(count(size))).unwrap();
        let elsewhere = Inclusion { index: other, ..claim.clone() };
        prop_assert_eq!(elsewhere.holds(), other == index);
        let beyond = Inclusion { index: size + other, ..claim.clone() };
        prop_assert!(!beyond.holds());
        let entry = [claim.entry.as_slice(), b"0"].concat();
        let altered = Inclusion { entry, ..claim.clone() };
        prop_assert!(!altered.holds());
        let altered = Inclusion { root: flipped(&claim.root, bit), ..claim.clone() };
        prop_assert!(!altered.holds());
        if let Some(path) = change.apply(&claim.path) {
            let altered = Inclusion { path, ..claim };
            prop_assert!(!altered.holds());
        }
    }

    #[test]
    fn a_consistency_proof_holds_and_no_altered_one(
        (from, to) in two_sizes(),
        bit: Index,
        change in changes(),
    ) {
        let claim = consistency(from, to);
        prop_assert!(claim.holds());

        let altered = Consistency { older: flipped(&claim.older, bit), ..claim.clone() };
        prop_assert!(!altered.holds());
        let altered = Consistency { newer: flipped(&claim.newer, bit), ..claim.clone() };
        prop_assert!(!altered.holds());
        let reversed = Consistency { from: to + 1, to, ..claim.clone() };
        prop_assert!(!reversed.holds());
        if let Some(path) = change.apply(&claim.path) {
            let altered = Consistency { path, ..claim };
            prop_assert!(!altered.holds());
        }
    }

    /// A path does not say for which sizes it was made, so that some hold for others too. Which
    /// ones, all verifiers say alike.
    #[test]
    fn a_proof_held_against_other_sizes_is_judged_alike(
        (from, to) in two_sizes(),
        index: Index,
        other in prop_oneof![0..2100_u64, Just(0)],
    ) {
        let index = u64::try_from(index.index(count(to))).unwrap();
        Inclusion { size: other, ..inclusion(index, to) }.holds();
        let claim = consistency(from, to);
        Consistency { to: other, ..claim.clone() }.holds();
        Consistency { from: other, ..claim }.holds();
    }
}

#[test]
fn the_empty_tree_has_one_root_and_no_proofs() {
    let empty = crate::log::Tree::empty();
    assert_eq!(Nodes::of(&[]).root(0), empty.root());
    assert_eq!(ct_tree(0).root().as_bytes().as_slice(), empty.root().as_bytes());
    let root = empty.root();
    let (entry, path) = (Vec::new(), Vec::new());
    assert!(!Inclusion { entry, index: 0, size: 0, path: path.clone(), root }.holds());
    for to in [0, 1] {
        let path = path.clone();
        assert!(!Consistency { from: 0, to, path, older: root, newer: root }.holds());
    }
}
