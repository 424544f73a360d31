//! The log against what was computed without it: the known answer, the worked example of FORMAT.md,
//! other implementations of the same formats, and properties over random trees.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod format_example;
mod known_answer;
mod notes;
mod oracles;
mod properties;
mod receipts;
mod stored_tiles;

use jejak_signer::Hash;

use super::merkle::leaf_hash;
use super::text::hash_of_base64;

/// The leaves of the known answer: entries `record 0`, `record 1` and so on.
fn numbered_entries(count: u64) -> Vec<Vec<u8>> {
    (0..count).map(|number| format!("record {number}").into_bytes()).collect()
}

fn numbered_leaves(count: u64) -> Vec<Hash> {
    numbered_entries(count).iter().map(|entry| leaf_hash(entry)).collect()
}

fn hash(base64: &str) -> Hash {
    hash_of_base64(base64).unwrap()
}

fn unhex(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(pair).collect()
}

fn seed(hex: &str) -> [u8; 32] {
    unhex(hex).try_into().unwrap()
}
