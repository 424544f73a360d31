//! Trees too large to build. A path of the right length always leads to some root: with that root
//! the claim holds, and everybody must find the same one.

use ct_merkle::{indices_for_consistency_proof, indices_for_inclusion_proof};
use jejak_signer::Hash;
use proptest::prelude::*;
use proptest::sample::Index;

use super::claims::{Consistency, Inclusion, changes};
use super::flipped;
use crate::log::merkle::{ProofError, leaf_hash, verify_consistency, verify_inclusion};

/// `ct-merkle` numbers the nodes of a tree in 64 bits and so ends at 2^63 leaves.
const SIZE_MAX: u64 = 1 << 62;

fn sizes() -> impl Strategy<Value = u64> {
    let near_a_power_of_two = (2..62_u32, 0..5_u64).prop_map(|(height, d)| (1 << height) + d - 2);
    prop_oneof![near_a_power_of_two, 1..=SIZE_MAX, 1..1000_u64]
}

/// As many hashes as the others would give.
fn path(hashes: usize, seed: u64) -> Vec<Hash> {
    (0..hashes).map(|number| Hash::of(format!("{seed} {number}").as_bytes())).collect()
}

fn inclusion(index: u64, size: u64, seed: u64) -> Inclusion {
    let entry = seed.to_be_bytes().to_vec();
    let path = path(indices_for_inclusion_proof(size, index).len(), seed);
    let nowhere = Hash([0; 32]);
    let verdict = verify_inclusion(&leaf_hash(&entry), index, size, &path, &nowhere);
    let Err(ProofError::Root { found, .. }) = verdict else { unreachable!("{verdict:?}") };
    Inclusion { entry, index, size, path, root: found }
}

fn consistency(from: u64, to: u64, seed: u64) -> Consistency {
    let path = path(indices_for_consistency_proof(from, to - from).len(), seed);
    let nowhere = Hash([0; 32]);
    let verdict = |older, newer| verify_consistency(from, to, &path, older, newer);
    // Where the older tree is one complete node, its root is given and not found.
    let older = match verdict(&nowhere, &nowhere) {
        Err(ProofError::OlderRoot { found, .. }) => found,
        _ => nowhere,
    };
    let newer = match verdict(&older, &nowhere) {
        Err(ProofError::Root { found, .. }) => found,
        other => unreachable!("{other:?}"),
    };
    Consistency { from, to, path, older, newer }
}

proptest! {
    #[test]
    fn an_inclusion_path_leads_everybody_to_one_root(
        size in sizes(),
        index: u64,
        other in (sizes(), any::<u64>()),
        seed: u64,
        bit: Index,
        change in changes(),
    ) {
        let claim = inclusion(index % size, size, seed);
        prop_assert!(claim.holds());
        let altered = Inclusion { root: flipped(&claim.root, bit), ..claim.clone() };
        prop_assert!(!altered.holds());
        let elsewhere = other.1 % size;
        let moved = Inclusion { index: elsewhere, ..claim.clone() };
        prop_assert_eq!(moved.holds(), elsewhere == index % size);
        // A path may fit several sizes; which ones, all say alike.
        Inclusion { size: other.0, ..claim.clone() }.holds();
        if let Some(path) = change.apply(&claim.path) {
            let altered = Inclusion { path, ..claim };
            prop_assert!(!altered.holds());
        }
    }

    #[test]
    fn a_consistency_path_leads_everybody_to_the_same_roots(
        sizes_of_trees in (sizes(), sizes()),
        other in sizes(),
        seed: u64,
        bit: Index,
        change in changes(),
    ) {
        let (a, b) = sizes_of_trees;
        prop_assume!(a != b);
        let claim = consistency(a.min(b), a.max(b), seed);
        prop_assert!(claim.holds());
        let altered = Consistency { older: flipped(&claim.older, bit), ..claim.clone() };
        prop_assert!(!altered.holds());
        let altered = Consistency { newer: flipped(&claim.newer, bit), ..claim.clone() };
        prop_assert!(!altered.holds());
        Consistency { from: other, ..claim.clone() }.holds();
        Consistency { to: other, ..claim.clone() }.holds();
        if let Some(path) = change.apply(&claim.path) {
            let altered = Consistency { path, ..claim };
            prop_assert!(!altered.holds());
        }
    }
}
