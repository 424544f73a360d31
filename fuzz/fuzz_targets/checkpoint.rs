//! A checkpoint of whatever bytes: what the note parser and the checkpoint parser accept, they write back the same.

#![no_main]

use jejak_ledger::log::{Checkpoint, Note};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(note) = Note::parse(bytes) else { return };
    assert_eq!(note.to_string().as_bytes(), bytes);
    if let Ok(checkpoint) = Checkpoint::parse(note.text()) {
        assert_eq!(checkpoint.text(), note.text());
    }
});
