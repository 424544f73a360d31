//! What a time-stamping authority answers (RFC 3161, 2.4.2): a status, and a token where it is granted.

use der::asn1::{Any, BitString, Utf8StringRef};
use der::{Decode, Encode, Sequence};

use super::token::{TOKEN_BYTES_MAX, check_length};
use crate::error::TimestampError;

/// Longest answer in bytes: a token and what the authority says about it.
pub const TIMESTAMP_RESPONSE_BYTES_MAX: usize = TOKEN_BYTES_MAX + 4_096;

#[derive(Sequence)]
struct TimeStampResp {
    status: PkiStatusInfo,
    #[asn1(optional = "true")]
    token: Option<Any>,
}

#[derive(Sequence)]
struct PkiStatusInfo {
    status: u8,
    #[asn1(optional = "true")]
    text: Option<Vec<Any>>,
    #[asn1(optional = "true")]
    failure: Option<BitString>,
}

/// The token of a `TimeStampResp` that was granted, in DER.
pub(super) fn token_of(answer: &[u8]) -> Result<Vec<u8>, TimestampError> {
    check_length(answer, TIMESTAMP_RESPONSE_BYTES_MAX)?;
    let malformed = |_| TimestampError::Malformed { what: "response" };
    let TimeStampResp { status, token } = TimeStampResp::from_der(answer).map_err(malformed)?;
    if !matches!(status.status, GRANTED | GRANTED_WITH_MODS) {
        return Err(TimestampError::Refused {
            status: status.status,
            failure: status.failure.as_ref().and_then(failure),
            text: text(&status.text.unwrap_or_default()),
        });
    }
    token.ok_or(TimestampError::NoToken)?.to_der().map_err(malformed)
}

/// What the authority says in words, cut to a bounded length.
fn text(lines: &[Any]) -> String {
    let lines = lines.iter().filter_map(|line| line.decode_as::<Utf8StringRef<'_>>().ok());
    let lines: Vec<&str> = lines.map(|line| line.as_str()).collect();
    lines.join(" ").chars().filter(|letter| !letter.is_control()).take(TEXT_CHARS_MAX).collect()
}

/// The first reason that is named, by its name in RFC 3161.
fn failure(bits: &BitString) -> Option<&'static str> {
    let named = |number: usize| FAILURES.iter().find(|(bit, _)| *bit == number);
    let set = bits.bits().enumerate().filter(|(_, set)| *set).map(|(number, _)| number);
    set.filter_map(named).map(|(_, name)| *name).next()
}

const TEXT_CHARS_MAX: usize = 200;

/// RFC 3161, 2.4.2: a token is there for these two and for no other.
const GRANTED: u8 = 0;
const GRANTED_WITH_MODS: u8 = 1;

/// `PKIFailureInfo` as RFC 3161, 2.4.2 names it.
const FAILURES: [(usize, &str); 8] = [
    (0, "badAlg"),
    (2, "badRequest"),
    (5, "badDataFormat"),
    (14, "timeNotAvailable"),
    (15, "unacceptedPolicy"),
    (16, "unacceptedExtension"),
    (17, "addInfoNotAvailable"),
    (25, "systemFailure"),
];
