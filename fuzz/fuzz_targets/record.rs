//! A record of whatever bytes: what the parser accepts, the writer gives back byte for byte.

#![no_main]

use jejak_ledger::log::Record;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(record) = Record::parse(bytes) {
        assert_eq!(record.to_bytes().as_slice(), bytes);
    }
});
