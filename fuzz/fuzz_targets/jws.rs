//! A statement of whatever bytes: the strict parser answers, keeps what it accepts byte for byte, and takes it as one
//! kind of statement only.

#![no_main]

use jejak_signer::{Jws, Typ};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let parsed =
        [Typ::Event, Typ::Trial, Typ::Possession].map(|typ| Jws::parse(bytes.to_vec(), typ));
    let accepted: Vec<_> = parsed.iter().flatten().collect();
    assert!(accepted.len() <= 1);
    for jws in accepted {
        assert_eq!(jws.bytes(), bytes);
        assert!(bytes.starts_with(jws.signing_input()));
    }
});
