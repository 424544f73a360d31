//! A trust policy file of whatever bytes: the reader answers, and what it takes has the hash of these bytes.

#![no_main]

use jejak_ledger::read_trust_policy;
use jejak_signer::Hash;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(policy) = read_trust_policy(bytes) {
        assert_eq!(policy.hash(), Some(Hash::of(bytes)));
        assert!(policy.anchor_rules().next().is_some());
    }
});
