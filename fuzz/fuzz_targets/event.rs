//! A payload of whatever bytes: the event parser answers, and what it accepts is strict JSON for the signer too.

#![no_main]

use jejak_ledger::event::Event;
use jejak_signer::json;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if Event::parse(bytes).is_ok() {
        assert!(json::parse_object(bytes).is_ok());
    }
});
