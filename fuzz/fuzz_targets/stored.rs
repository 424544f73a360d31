//! A stored row of whatever bytes: the codec answers within its bounds, and what it accepts it writes back the same.

#![no_main]

use jejak_ledger::rules::Thing;
use jejak_ledger::store::codec::{
    Framed, IdRow, decode, encode, frame_removed, frame_statement, unframe,
};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    match unframe(bytes) {
        Ok(Framed::Statement(statement)) => {
            assert_eq!(frame_statement(statement).ok().as_deref(), Some(bytes));
        }
        Ok(Framed::Removed(remains)) => assert_eq!(frame_removed(&remains), bytes),
        Err(_) => {}
    }
    if let Ok(row) = decode::<IdRow>(bytes) {
        assert_eq!(encode(&row).ok().as_deref(), Some(bytes));
    }
    if let Ok(thing) = decode::<Thing>(bytes) {
        assert!(encode(&thing).is_ok());
    }
});
