//! A tile path of whatever text: one path has one spelling.

#![no_main]

use jejak_ledger::log::tile::TilePath;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(path) = text.parse::<TilePath>() {
        assert_eq!(path.to_string(), text);
    }
});
