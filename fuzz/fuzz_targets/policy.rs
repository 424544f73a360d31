//! A verifier's policy file of whatever text: the parser answers.

#![no_main]

use jejak_ledger::log::Policy;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _answer = Policy::parse(text);
});
