//! A revocation list of whatever bytes, as of one issuer: it is read or refused, and what is read says the same of
//! a certificate whenever it is asked.

#![no_main]

use jejak_signer::RevocationList;

const ISSUER: &[u8] = include_bytes!("../seeds/revocation-list-issuer.der");

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(list) = RevocationList::verify(bytes, ISSUER) {
        let window = list.window();
        assert!(window.not_before <= window.not_after);
        for at in [i64::MIN, window.not_before, window.not_after, i64::MAX] {
            assert_eq!(list.standing(ISSUER, at), list.standing(ISSUER, at));
        }
    }
});
