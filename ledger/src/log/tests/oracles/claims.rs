//! Claims about trees, each put to three verifiers that must agree, and the ways to alter them.

use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
use jejak_signer::Hash;
use proptest::prelude::*;
use proptest::sample::Index;
use sha2::Sha256;

use super::{flipped, theirs};
use crate::log::merkle::{leaf_hash, verify_consistency, verify_inclusion};

/// That an entry is in a tree.
#[derive(Debug, Clone)]
pub(super) struct Inclusion {
    pub(super) entry: Vec<u8>,
    pub(super) index: u64,
    pub(super) size: u64,
    pub(super) path: Vec<Hash>,
    pub(super) root: Hash,
}

/// That one tree begins with another.
#[derive(Debug, Clone)]
pub(super) struct Consistency {
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) path: Vec<Hash>,
    pub(super) older: Hash,
    pub(super) newer: Hash,
}

impl Inclusion {
    /// The one verdict of all verifiers.
    pub(super) fn holds(&self) -> bool {
        let Self { entry, index, size, path, root } = self;
        let ours = verify_inclusion(&leaf_hash(entry), *index, *size, path, root).is_ok();

        let leaf = tlog_tiles::record_hash(entry);
        let hashes = path.iter().map(theirs).collect();
        let tlog = tlog_tiles::check_record(&hashes, *size, theirs(root), *index, leaf);

        let proof = InclusionProof::try_from_bytes(bytes(path)).unwrap();
        let ct = ct_root(root, *size).verify_inclusion(entry, *index, &proof);

        assert_eq!((tlog.is_ok(), ct.is_ok()), (ours, ours), "{self:?} {tlog:?} {ct:?}");
        ours
    }
}

impl Consistency {
    /// The one verdict of all verifiers.
    pub(super) fn holds(&self) -> bool {
        let Self { from, to, path, older, newer } = self;
        let ours = verify_consistency(*from, *to, path, older, newer).is_ok();

        let hashes = path.iter().map(theirs).collect();
        let tlog = tlog_tiles::check_tree(&hashes, *to, theirs(newer), *from, theirs(older));

        let proof = ConsistencyProof::try_from_bytes(bytes(path)).unwrap();
        let ct = ct_root(newer, *to).verify_consistency(&ct_root(older, *from), &proof);

        assert_eq!((tlog.is_ok(), ct.is_ok()), (ours, ours), "{self:?} {tlog:?} {ct:?}");
        ours
    }
}

/// One thing done to a path.
#[derive(Debug, Clone)]
pub(super) enum Change {
    Flip { at: Index, bit: Index },
    Remove(Index),
    Double(Index),
    Insert(Index, Hash),
    Swap(Index),
}

impl Change {
    /// The changed path, where it has what is to be changed.
    pub(super) fn apply(&self, path: &[Hash]) -> Option<Vec<Hash>> {
        let mut path = path.to_vec();
        let hashes = path.len();
        match self {
            Self::Insert(at, hash) => path.insert(at.index(hashes + 1), *hash),
            Self::Swap(at) if hashes > 1 => {
                let at = at.index(hashes - 1);
                path.swap(at, at + 1);
            }
            Self::Swap(_) => return None,
            Self::Flip { .. } | Self::Remove(_) | Self::Double(_) if hashes == 0 => return None,
            Self::Flip { at, bit } => {
                let at = at.index(hashes);
                path[at] = flipped(&path[at], *bit);
            }
            Self::Remove(at) => {
                path.remove(at.index(hashes));
            }
            Self::Double(at) => path.insert(at.index(hashes), path[at.index(hashes)]),
        }
        Some(path)
    }
}

pub(super) fn changes() -> impl Strategy<Value = Change> {
    prop_oneof![
        any::<(Index, Index)>().prop_map(|(at, bit)| Change::Flip { at, bit }),
        any::<Index>().prop_map(Change::Remove),
        any::<Index>().prop_map(Change::Double),
        any::<(Index, [u8; 32])>().prop_map(|(at, hash)| Change::Insert(at, Hash(hash))),
        any::<Index>().prop_map(Change::Swap),
    ]
}

/// Proofs of `ct-merkle` are their hashes one after another.
pub(super) fn bytes(path: &[Hash]) -> Vec<u8> {
    path.iter().flat_map(|hash| hash.0).collect()
}

fn ct_root(root: &Hash, size: u64) -> RootHash<Sha256> {
    RootHash::new(root.0.into(), size)
}
