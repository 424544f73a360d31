//! A rule set of whatever bytes: the parser loads it whole or says where it cannot, and says no less to who writes it.

#![no_main]

use jejak_ledger::rules::RuleSet;
use jejak_signer::Hash;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| match (RuleSet::parse(bytes), RuleSet::check(bytes)) {
    (Ok(rules), _) => assert_eq!(rules.hash(), Hash::of(bytes)),
    (Err(_), Ok(_)) => panic!("whoever writes it is told of no fault, and it does not load"),
    (Err(_), Err(faults)) => assert!(!faults.is_empty()),
});
