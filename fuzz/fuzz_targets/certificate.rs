//! A certificate of whatever bytes: the reader answers, and keeps what it accepts byte for byte.

#![no_main]

use jejak_signer::Certificate;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(certificate) = Certificate::from_der(bytes.to_vec()) {
        assert_eq!(certificate.der(), bytes);
    }
});
