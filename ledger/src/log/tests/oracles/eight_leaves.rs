//! The tree of eight leaves with which implementations of RFC 6962 have always been compared.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use sha2::Sha256;

use super::Nodes;
use super::claims::{Consistency, Inclusion};
use crate::log::merkle::leaf_hash;
use crate::log::tests::stored_tiles::StoredTiles;
use crate::log::tests::unhex;

const ENTRIES: [&str; 8] = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
];

/// Of the first entry, the first two, and so on.
const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn entries() -> Vec<Vec<u8>> {
    ENTRIES.iter().map(|entry| unhex(entry)).collect()
}

fn grown() -> (crate::log::Tree, StoredTiles) {
    let leaves: Vec<_> = entries().iter().map(|entry| leaf_hash(entry)).collect();
    StoredTiles::grown(&leaves)
}

#[test]
fn its_roots_are_the_known_ones_for_everybody() {
    let entries = entries();
    let (tree, stored) = grown();
    let nodes = Nodes::of(&entries);
    let mut ct = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    for ((size, entry), expected) in (1..).zip(&entries).zip(ROOTS) {
        let (small, _) = StoredTiles::grown(&stored.leaves[..usize::try_from(size).unwrap()]);
        assert_eq!(small.root().to_string(), expected, "pushed to {size}");
        assert_eq!(tree.root_at(&stored, size).unwrap().to_string(), expected, "read at {size}");
        assert_eq!(nodes.root(size).to_string(), expected, "tlog_tiles at {size}");
        ct.push(entry.clone());
        assert_eq!(ct.root().as_bytes().as_slice(), unhex(expected), "ct-merkle at {size}");
    }
}

#[test]
fn everybody_accepts_each_of_its_proofs() {
    let (tree, stored) = grown();
    let root = |size| tree.root_at(&stored, size).unwrap();
    for size in 1..=8 {
        for (index, entry) in (0..size).zip(entries()) {
            let path = tree.inclusion(&stored, index, size).unwrap();
            assert!(Inclusion { entry, index, size, path, root: root(size) }.holds());

            let from = index + 1;
            let path = tree.consistency(&stored, from, size).unwrap();
            let (older, newer) = (root(from), root(size));
            assert!(Consistency { from, to: size, path, older, newer }.holds());
        }
    }
}
