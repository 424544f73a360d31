//! An entry bundle of whatever bytes: what the reader accepts, the writer gives back byte for byte.

#![no_main]

use jejak_ledger::log::tile::{decode_entries, encode_entries};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(entries) = decode_entries(bytes) {
        assert_eq!(encode_entries(entries).as_deref(), Ok(bytes));
    }
});
