//! A cursor of whatever text under a seal that everybody knows: one cursor has one spelling.

#![no_main]

use jejak_ledger::cursor::{Cursor, SEAL_BYTES};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let seal = |_: &[u8]| [0; SEAL_BYTES];
    if let Ok(cursor) = Cursor::parse(text, seal) {
        assert_eq!(cursor.to_text(seal).as_deref(), Ok(text));
    }
});
