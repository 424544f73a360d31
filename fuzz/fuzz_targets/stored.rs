//! A stored row of whatever bytes: the codec answers within its bounds, and what it accepts it writes back the same.

#![no_main]

use jejak_ledger::rules::Thing;
use jejak_ledger::store::codec::{IdRow, decode, encode, frame_statement, unframe_statement};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(statement) = unframe_statement(bytes) {
        assert_eq!(frame_statement(statement).ok().as_deref(), Some(bytes));
    }
    if let Ok(row) = decode::<IdRow>(bytes) {
        assert_eq!(encode(&row).ok().as_deref(), Some(bytes));
    }
    if let Ok(thing) = decode::<Thing>(bytes) {
        assert!(encode(&thing).is_ok());
    }
});
