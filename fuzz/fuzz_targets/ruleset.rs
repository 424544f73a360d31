//! A rule set of whatever bytes: the parser loads it whole or says where it cannot.

#![no_main]

use jejak_ledger::rules::RuleSet;
use jejak_signer::Hash;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(rules) = RuleSet::parse(bytes) {
        assert_eq!(rules.hash(), Hash::of(bytes));
    }
});
