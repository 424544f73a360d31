//! The log beside crates that others wrote from the same specifications. Both sides get the same
//! input, valid or altered; the same bytes and the same verdicts are expected. Where we refuse
//! more than they do, a test says so.
//!
//! | crate | its author | what it is asked |
//! |---|---|---|
//! | `ct-merkle` | Michael Rosenberg | trees and proofs of RFC 6962 |
//! | `tlog_tiles` | Cloudflare | the same, checkpoints, tile paths, reading a log from its tiles |
//! | `signed_note` | Cloudflare | signed notes and verifier keys |
//! | `sigsum` | Mullvad | cosignatures, quorums, inclusion |

mod checkpoints;
mod claims;
mod cosignatures;
mod eight_leaves;
mod huge_trees;
mod logged;
mod notes;
mod tiles;
mod trees;

use jejak_signer::Hash;
use proptest::prelude::*;
use proptest::sample::Index;
use tlog_tiles::HashReader;

/// A tree in the way of `tlog_tiles`: all its complete nodes in one row.
struct Nodes(Vec<tlog_tiles::Hash>);

impl Nodes {
    fn of(entries: &[Vec<u8>]) -> Self {
        let mut nodes = Self(Vec::new());
        for (number, entry) in (0..).zip(entries) {
            let completed = tlog_tiles::stored_hashes(number, entry, &nodes).unwrap();
            nodes.0.extend(completed);
        }
        nodes
    }

    fn root(&self, size: u64) -> Hash {
        ours(&tlog_tiles::tree_hash(size, self).unwrap())
    }
}

impl HashReader for Nodes {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        let node = |index: &u64| self.0.get(usize::try_from(*index).ok()?).copied();
        indexes.iter().map(node).collect::<Option<_>>().ok_or(tlog_tiles::Error::IndexesNotInTree)
    }
}

fn ours(hash: &tlog_tiles::Hash) -> Hash {
    Hash(hash.0)
}

fn theirs(hash: &Hash) -> tlog_tiles::Hash {
    tlog_tiles::Hash(hash.0)
}

/// The same hash but for one bit.
fn flipped(hash: &Hash, bit: Index) -> Hash {
    let mut hash = *hash;
    let bit = bit.index(256);
    hash.0[bit / 8] ^= 1 << (bit % 8);
    hash
}

/// For properties about signatures, which take long where the cryptography is not optimized.
fn signed_cases() -> ProptestConfig {
    let cases = if cfg!(debug_assertions) { 12 } else { 256 };
    ProptestConfig { cases, ..ProptestConfig::default() }
}

/// One thing done to a text.
#[derive(Debug, Clone)]
enum Edit {
    Replace(Index, u8),
    Insert(Index, u8),
    Remove(Index),
}

impl Edit {
    /// The edited text, where it is another one.
    fn apply(&self, text: &[u8]) -> Option<Vec<u8>> {
        let mut edited = text.to_vec();
        match self {
            Self::Replace(at, byte) => edited[at.index(text.len())] = *byte,
            Self::Insert(at, byte) => edited.insert(at.index(text.len() + 1), *byte),
            Self::Remove(at) => {
                edited.remove(at.index(text.len()));
            }
        }
        (edited != text).then_some(edited)
    }
}

/// Edits with the bytes that the formats give a meaning, and with any other.
fn edits() -> impl Strategy<Value = Edit> {
    let meaningful = prop::sample::select(b"\n +=/\xe2\x80\x940123456789abcdefxABCDEF".as_slice());
    let byte = prop_oneof![meaningful, any::<u8>()];
    prop_oneof![
        (any::<Index>(), byte.clone()).prop_map(|(at, byte)| Edit::Replace(at, byte)),
        (any::<Index>(), byte).prop_map(|(at, byte)| Edit::Insert(at, byte)),
        any::<Index>().prop_map(Edit::Remove),
    ]
}
