//! A proof file of whatever text: what the parser accepts, the writer gives back byte for byte.

#![no_main]

use jejak_ledger::log::TlogProof;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(proof) = text.parse::<TlogProof>() {
        assert_eq!(proof.to_string(), text);
    }
});
