//! A file of evidence of whatever bytes: what the parser accepts is judged to the end.

#![no_main]

use jejak_ledger::log::{Policy, Witnessing};
use jejak_ledger::verdict::{Evidence, VerdictPolicy, verdict};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(evidence) = Evidence::parse(bytes) {
        let log = Policy {
            ledgers: Vec::new(),
            anchors: Vec::new(),
            witnessing: Witnessing::NotAsked,
            trust: None,
            clock_suffices: true,
        };
        let policy = VerdictPolicy::new("fuzz", None, log, None, true);
        let found = verdict(&evidence, &policy, i64::MAX);
        assert_eq!(found.steps.len(), 5);
    }
});
