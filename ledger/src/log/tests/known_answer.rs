//! The known answer: every root, tile, key and proof of a log of 300 entries, byte for byte.

use std::num::NonZeroU8;

use jejak_signer::{Hash, SigningKey};
use serde_json::Value;

use super::stored_tiles::StoredTiles;
use super::{hash, numbered_entries, numbered_leaves, seed};
use crate::log::tile::{TileKind, TilePath, decode_entries, encode_entries, encode_hashes};
use crate::log::{Checkpoint, Cosigner, Note, NoteSigner, TlogProof, Tree, merkle};

const ANSWER: &str = include_str!("../../../../tests/vectors/known-answer/known-answer.json");
const PROOF: &str = include_str!("../../../../tests/vectors/known-answer/299.tlog-proof");

fn answer() -> Value {
    serde_json::from_str(ANSWER).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn hashes(value: &Value) -> Vec<Hash> {
    value.as_array().unwrap().iter().map(|base64| hash(text(base64))).collect()
}

/// The published bytes of a path in the log of 300 entries.
fn resource(path: &str) -> Vec<u8> {
    let (tree, stored) = StoredTiles::grown(&numbered_leaves(300));
    let path: TilePath = path.parse().unwrap();
    assert!(path.exists_at(300));
    match path.kind() {
        TileKind::Hashes { level } => {
            let tile = tree.tile(&stored, level, path.index(), path.width()).unwrap();
            encode_hashes(&tile.unwrap())
        }
        TileKind::Entries => {
            let entries = numbered_entries(300);
            let start = usize::try_from(path.index() * 256).unwrap();
            let entries = entries[start..].iter().take(usize::from(path.width()));
            encode_entries(entries.map(Vec::as_slice)).unwrap()
        }
    }
}

fn check_resource(expected: &Value) {
    let path = text(&expected["path"]);
    let bytes = resource(path);
    assert_eq!(u64::try_from(bytes.len()).unwrap(), expected["bytes"], "{path}");
    assert_eq!(Hash::of(&bytes).to_string(), text(&expected["sha256"]), "{path}");
}

#[test]
fn roots_are_the_known_ones() {
    let answer = answer();
    let leaves = numbered_leaves(300);
    let (tree, stored) = StoredTiles::grown(&leaves);
    for (size, root) in answer["roots"].as_object().unwrap() {
        let size: u64 = size.parse().unwrap();
        let (small, _) = StoredTiles::grown(&leaves[..usize::try_from(size).unwrap()]);
        assert_eq!(small.root(), hash(text(root)), "pushed to {size}");
        assert_eq!(tree.root_at(&stored, size), Ok(hash(text(root))), "read at {size}");
    }
    assert_eq!(Tree::empty().root(), merkle::EMPTY_ROOT);
    assert_eq!(tree.root_at(&stored, 0), Ok(merkle::EMPTY_ROOT));
}

#[test]
fn tiles_and_bundles_are_the_known_ones() {
    answer()["resources"].as_array().unwrap().iter().for_each(check_resource);
    let entries = numbered_entries(300);
    let bundle = resource("tile/entries/001.p/44");
    assert_eq!(decode_entries(&bundle).unwrap(), entries[256..]);
}

#[test]
fn consistency_paths_are_the_known_ones() {
    let (tree, stored) = StoredTiles::grown(&numbered_leaves(300));
    for case in answer()["consistency"].as_array().unwrap() {
        let (from, to) = (case["from"].as_u64().unwrap(), case["to"].as_u64().unwrap());
        let path = hashes(&case["hashes"]);
        assert_eq!(tree.consistency(&stored, from, to), Ok(path.clone()), "{from} to {to}");
        let root = |size| tree.root_at(&stored, size).unwrap();
        assert_eq!(merkle::verify_consistency(from, to, &path, &root(from), &root(to)), Ok(()));
    }
}

#[test]
fn the_proof_file_is_made_byte_for_byte() {
    let answer = answer();
    let key = |who: &Value| SigningKey::from_ed25519_seed(seed(text(&who["seed"]))).unwrap();
    let (log, witness) = (&answer["log"], &answer["witness"]);
    let log_signer = NoteSigner::new(text(&log["name"]), key(log)).unwrap();
    let cosigner = Cosigner::new(text(&witness["name"]), key(witness)).unwrap();
    assert_eq!(log_signer.vkey().to_string(), text(&log["vkey"]));
    assert_eq!(cosigner.vkey().to_string(), text(&witness["vkey"]));

    let (tree, stored) = StoredTiles::grown(&numbered_leaves(300));
    let checkpoint = Checkpoint::new(text(&log["name"]), tree.size(), tree.root());
    let mut note = checkpoint.sign(&[&log_signer]).unwrap();
    note.add(cosigner.cosign(note.text(), witness["time"].as_u64().unwrap()).unwrap());
    let path = tree.inclusion(&stored, 299, 300).unwrap();
    let proof = TlogProof::write(299, &path, &note.to_string());
    assert_eq!(proof, PROOF);
    assert_eq!(u64::try_from(PROOF.len()).unwrap(), answer["proof"]["bytes"]);
    assert_eq!(Hash::of(PROOF.as_bytes()).to_string(), text(&answer["proof"]["sha256"]));
}

#[test]
fn the_proof_file_is_read_and_verified() {
    let answer = answer();
    let proof: TlogProof = PROOF.parse().unwrap();
    assert_eq!(proof.to_string(), PROOF);
    let note = Note::parse(proof.checkpoint.as_bytes()).unwrap();
    let (log, witness) = (text(&answer["log"]["vkey"]), text(&answer["witness"]["vkey"]));
    let (log, witness) = (log.parse().unwrap(), witness.parse().unwrap());
    let verified = note.verify(&[&log, &witness]).unwrap();
    assert_eq!(verified.len(), 2);
    assert_eq!(verified[1].time, answer["witness"]["time"].as_u64());
    let checkpoint = Checkpoint::parse(note.text()).unwrap();
    let (leaf, root) = (numbered_leaves(300)[299], checkpoint.root());
    assert_eq!(merkle::verify_inclusion(&leaf, 299, 300, &proof.hashes, &root), Ok(()));
    let width = NonZeroU8::new(44);
    assert_eq!(TilePath::partial_at(checkpoint.size())[0], TilePath::hashes(0, 1, width).unwrap());
}
