//! The URI of a key on a token, of whatever text: the parser answers, and what it takes it writes as it was.

#![no_main]

use jejak_signer::TokenUri;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(uri) = text.parse::<TokenUri>() {
        assert_eq!(uri.to_string(), text);
    }
});
