//! A time-stamp token, or an authority's answer, of whatever bytes: it is read or refused, and what verifies once
//! verifies again, over the same bytes and over no others.

#![no_main]

use std::sync::LazyLock;

use jejak_signer::{
    HashAlgorithm, TimestampAuthority, TimestampError, TimestampRequest, TimestampToken, Window,
};

const ROOT: &[u8] = include_bytes!("../seeds/timestamp-root.der");
const STAMPED: &[u8] = b"example.id/jejak/61.07\n1\nroot\n";

static AUTHORITIES: LazyLock<Vec<TimestampAuthority>> = LazyLock::new(|| {
    let always = Window { not_before: i64::MIN, not_after: i64::MAX };
    TimestampAuthority::new(ROOT.to_vec(), always, Vec::new()).into_iter().collect()
});
static REQUEST: LazyLock<Option<TimestampRequest>> =
    LazyLock::new(|| TimestampRequest::new(STAMPED, HashAlgorithm::Sha256, 77).ok());

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(token) = TimestampToken::parse(bytes) {
        assert_eq!(token.der(), bytes);
        if let Ok(timestamp) = token.verify(STAMPED, &AUTHORITIES) {
            assert!(timestamp.existed_at() >= timestamp.time().seconds);
            assert_eq!(token.verify(STAMPED, &AUTHORITIES), Ok(timestamp));
            assert_eq!(token.verify(b"", &AUTHORITIES), Err(TimestampError::Imprint));
        }
    }
    if let Some((token, timestamp)) =
        REQUEST.as_ref().and_then(|request| request.accept(bytes, &AUTHORITIES).ok())
    {
        assert_eq!(timestamp.token(), token.digest());
    }
});
