//! A rule set of whatever bytes: the parser loads it whole or says where it cannot, and says no less to who writes it.

#![no_main]

use jejak_ledger::rules::RuleSet;
use jejak_signer::Hash;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let told = RuleSet::check(bytes);
    match RuleSet::parse(bytes) {
        Ok(rules) => assert_eq!(rules.hash(), Hash::of(bytes)),
        // What does not load has a fault of which its writer is told.
        Err(_) => assert!(told.is_err_and(|faults| !faults.is_empty())),
    }
});
