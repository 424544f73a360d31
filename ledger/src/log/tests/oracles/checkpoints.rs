//! Checkpoints beside `tlog_tiles`.

use jejak_signer::Hash;
use proptest::prelude::*;

use super::{edits, ours, theirs};
use crate::log::merkle::EMPTY_ROOT;
use crate::log::{Checkpoint, CheckpointError};

/// What a checkpoint says.
type Said = Option<(String, u64, Hash, String)>;

fn said(text: &str) -> Said {
    let checkpoint = Checkpoint::parse(text).ok()?;
    let extension = checkpoint.extensions().iter().flat_map(|line| [line, "\n"]).collect();
    Some((checkpoint.origin().to_owned(), checkpoint.size(), checkpoint.root(), extension))
}

fn said_to_them(text: &str) -> Said {
    let checkpoint = tlog_tiles::Checkpoint::from_bytes(text.as_bytes()).ok()?;
    let (origin, extension) = (checkpoint.origin().to_owned(), checkpoint.extension().to_owned());
    Some((origin, checkpoint.size(), ours(checkpoint.hash()), extension))
}

fn sizes() -> impl Strategy<Value = u64> {
    prop_oneof![1..1000_u64, any::<u64>(), Just(u64::MAX)]
        .prop_filter("not empty", |size| *size > 0)
}

proptest! {
    #[test]
    fn a_checkpoint_is_written_and_read_the_same(
        origin in "[a-z0-9./-]{1,40}|[^\n]{1,40}",
        size in sizes(),
        root: [u8; 32],
    ) {
        let root = Hash(root);
        let text = Checkpoint::new(&origin, size, root).text();
        let checkpoint = tlog_tiles::Checkpoint::new(&origin, size, theirs(&root), "").unwrap();
        prop_assert_eq!(text.as_bytes(), checkpoint.to_bytes());
        let expected = Some((origin, size, root, String::new()));
        prop_assert_eq!(said(&text), expected.clone());
        prop_assert_eq!(said_to_them(&text), expected);
    }

    #[test]
    fn lines_after_the_root_are_read_and_written_back(
        size in sizes(),
        root: [u8; 32],
        extension in "([^\n]{1,20}\n){1,3}",
    ) {
        let root = theirs(&Hash(root));
        let theirs = tlog_tiles::Checkpoint::new("log.example.id/1", size, root, &extension);
        let text = String::from_utf8(theirs.unwrap().to_bytes()).unwrap();
        prop_assert_eq!(said(&text), said_to_them(&text));
        prop_assert_eq!(Checkpoint::parse(&text).unwrap().text(), text);
    }

    #[test]
    fn an_edited_checkpoint_says_the_same_to_both_or_nothing(
        size in sizes(),
        root: [u8; 32],
        extension in "(ext\n)?",
        edit in edits(),
    ) {
        let text = Checkpoint::new("log.example.id/1", size, Hash(root)).text() + &extension;
        let edited = edit.apply(text.as_bytes()).and_then(|bytes| String::from_utf8(bytes).ok());
        let Some(edited) = edited else { return Ok(()) };
        // They take any root for the tree without leaves.
        let wrong_empty = Checkpoint::parse(&edited)
            .is_err_and(|error| matches!(error, CheckpointError::EmptyTreeRoot { .. }));
        prop_assert_eq!(said(&edited), said_to_them(&edited).filter(|_| !wrong_empty));
    }
}

#[test]
fn the_tree_without_leaves_is_said_the_same() {
    let text = Checkpoint::new("log.example.id/1", 0, EMPTY_ROOT).text();
    assert_eq!(ours(&tlog_tiles::EMPTY_HASH), EMPTY_ROOT);
    assert!(said(&text).is_some());
    assert_eq!(said(&text), said_to_them(&text));
}

/// An origin goes into cosignatures with one byte for its length.
#[test]
fn we_refuse_an_origin_of_256_bytes_which_they_read() {
    let text = Checkpoint::new(&"o".repeat(256), 1, EMPTY_ROOT).text();
    assert_eq!(Checkpoint::parse(&text), Err(CheckpointError::Origin));
    assert!(said_to_them(&text).is_some());
}
