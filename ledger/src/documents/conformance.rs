//! The contract of [`DocumentStore`] as tests, the same for every engine. An engine's own tests call
//! [`all`] with something that makes an empty store; engines of other crates take in this file.

#![allow(
    clippy::unwrap_used,
    clippy::allow_attributes,
    missing_docs,
    unreachable_pub,
    reason = "tests, taken in by the tests of another crate as well"
)]

use std::io::Read as _;
use std::path::Path;

use jejak_signer::Hash;

use super::{DocumentStore, Kept, PIECE_BYTES, Staged, Upload};

/// Every sentence of the contract.
pub fn all(empty: &dyn Fn() -> Box<dyn DocumentStore>) {
    what_is_kept_is_read_back_whole(&*empty());
    keeping_again_changes_nothing(&*empty());
    what_is_not_held_is_none(&*empty());
    several_may_keep_and_read_one_document_at_one_time(&*empty());
    what_is_removed_is_gone_and_what_was_open_never_ends_early_in_silence(&*empty());
}

// 1
fn what_is_kept_is_read_back_whole(store: &dyn DocumentStore) {
    for size in [0, 1, PIECE_BYTES, 3 * PIECE_BYTES + 5, 9 << 20] {
        let bytes = bytes_of(size);
        let dir = tempfile::tempdir().unwrap();
        let staged = staged(dir.path(), &bytes);
        assert_eq!(store.keep(&staged), Ok(Kept::New), "{size}");
        assert_eq!(store.size(&staged.sha256()), Ok(u64::try_from(size).ok()));
        assert!(read(store, &staged.sha256()).unwrap() == bytes, "{size}");
    }
}

// 2
fn keeping_again_changes_nothing(store: &dyn DocumentStore) {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(store.keep(&staged(dir.path(), b"surat")), Ok(Kept::New));
    assert_eq!(store.keep(&staged(dir.path(), b"surat")), Ok(Kept::Known));
    assert_eq!(read(store, &Hash::of(b"surat")).unwrap(), b"surat");
}

// 3
fn what_is_not_held_is_none(store: &dyn DocumentStore) {
    let nothing = Hash::of(b"nothing");
    assert_eq!(store.size(&nothing), Ok(None));
    assert!(store.open(&nothing).unwrap().is_none());
    assert_eq!(store.remove(&nothing), Ok(false));
}

// 4
fn several_may_keep_and_read_one_document_at_one_time(store: &dyn DocumentStore) {
    let bytes = bytes_of(PIECE_BYTES + 1);
    let dir = tempfile::tempdir().unwrap();
    store.keep(&staged(dir.path(), &bytes)).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let dir = tempfile::tempdir().unwrap();
                for _ in 0..4 {
                    assert_eq!(store.keep(&staged(dir.path(), &bytes)), Ok(Kept::Known));
                    assert!(read(store, &Hash::of(&bytes)).unwrap() == bytes);
                }
            });
        }
    });
}

// 5
fn what_is_removed_is_gone_and_what_was_open_never_ends_early_in_silence(
    store: &dyn DocumentStore,
) {
    let bytes = bytes_of(4 * PIECE_BYTES);
    let dir = tempfile::tempdir().unwrap();
    store.keep(&staged(dir.path(), &bytes)).unwrap();
    let sha256 = Hash::of(&bytes);
    let mut open = store.open(&sha256).unwrap().unwrap();
    let mut found = vec![0; 10];
    open.bytes.read_exact(&mut found).unwrap();
    assert_eq!(store.remove(&sha256), Ok(true));
    if open.bytes.read_to_end(&mut found).is_ok() {
        assert!(found == bytes);
    }
    assert_eq!(store.remove(&sha256), Ok(false));
    assert_eq!(store.size(&sha256), Ok(None));
    assert!(store.open(&sha256).unwrap().is_none());
    assert_eq!(store.keep(&staged(dir.path(), &bytes)), Ok(Kept::New));
}

fn bytes_of(size: usize) -> Vec<u8> {
    (0_u8..251).cycle().take(size).collect()
}

fn staged(dir: &Path, bytes: &[u8]) -> Staged {
    let mut upload = Upload::aside(&dir.join("aside"), u64::MAX).unwrap();
    bytes.chunks(PIECE_BYTES).for_each(|piece| upload.write(piece).unwrap());
    upload.finish(&Hash::of(bytes)).unwrap()
}

fn read(store: &dyn DocumentStore, sha256: &Hash) -> Option<Vec<u8>> {
    let mut opened = store.open(sha256).unwrap()?;
    let mut bytes = Vec::new();
    opened.bytes.read_to_end(&mut bytes).unwrap();
    assert_eq!(u64::try_from(bytes.len()).unwrap(), opened.size);
    Some(bytes)
}
