//! Tokens that OpenSSL makes and verifies, and tokens in which one rule of RFC 3161 is broken.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::match_bool,
    clippy::unreadable_literal,
    reason = "a test that cannot go on has failed; arcs are numbers as others write them"
)]

mod answers;
mod forge;
mod office;
mod openssl;
mod revoked;
mod rules;

use jejak_signer::{TimestampAuthority, Window};

/// 2026-06-01T12:00:00Z.
const NOON: i64 = 1_780_315_200;
const NOON_TEXT: &str = "20260601120000Z";
/// What is stamped.
const NOTE: &[u8] = b"example.id/jejak/61.07\n1\nroot\n";
/// When the certificates of most tests are valid.
const DATES: (&str, &str) = ("20250101000000Z", "20270101000000Z");
const ALWAYS: Window = Window { not_before: i64::MIN, not_after: i64::MAX };

fn authority(root: &[u8]) -> Vec<TimestampAuthority> {
    vec![TimestampAuthority::new(root.to_vec(), ALWAYS, Vec::new()).unwrap()]
}

/// What the certificate of a time-stamping authority says.
const TSA: &str = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n\
                       extendedKeyUsage=critical,timeStamping\nsubjectKeyIdentifier=hash\n";
