//! A receipt file of whatever bytes: what the parser accepts means the same after it is written and read again.

#![no_main]

use jejak_ledger::log::Receipt;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(receipt) = Receipt::parse(bytes) {
        let again = serde_json::to_vec(&receipt).map(|bytes| Receipt::parse(&bytes));
        assert!(again.is_ok_and(|again| again == Ok(receipt)));
    }
});
