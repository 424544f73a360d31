//! An OCSP response of whatever bytes, as about one issuer's certificates: it is read or refused, and what is read says
//! the same of a certificate whenever it is asked.

#![no_main]

use jejak_signer::OcspResponse;

const ISSUER: &[u8] = include_bytes!("../seeds/ocsp-issuer.der");

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(response) = OcspResponse::verify(bytes, ISSUER) {
        for at in [i64::MIN, response.produced_at(), i64::MAX] {
            assert_eq!(response.standing(ISSUER, at), response.standing(ISSUER, at));
        }
    }
});
