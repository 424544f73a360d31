//! A segment of whatever bytes: what parses is written back the same.

#![no_main]

use jejak_ledger::log::Segment;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Ok(segment) = text.parse::<Segment>() {
        assert_eq!(segment.to_string(), text);
    }
});
