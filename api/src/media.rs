//! Media types: what we send, and whether a body is what its route takes.

use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};

use crate::problem::Problem;

pub(crate) const JSON: &str = "application/json";
pub(crate) const NDJSON: &str = "application/x-ndjson";
/// RFC 7515, 9.2.1: a JWS in compact serialization.
pub(crate) const JOSE: &str = "application/jose";
pub(crate) const TEXT: &str = "text/plain; charset=utf-8";
/// As TOML 1.0 registers itself.
pub(crate) const TOML: &str = "application/toml";
/// JSON Schema, as its own drafts name it.
pub(crate) const JSON_SCHEMA: &str = "application/schema+json";
/// `OpenMetrics` 1.0, what Prometheus asks for.
pub(crate) const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
pub(crate) const HTML: &str = "text/html; charset=utf-8";
pub(crate) const CSS: &str = "text/css; charset=utf-8";
/// RFC 9239, 6: the one name of it.
pub(crate) const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
pub(crate) const OCTETS: &str = "application/octet-stream";
/// RFC 2585, 4.2: one revocation list in DER.
pub(crate) const PKIX_CRL: &str = "application/pkix-crl";
/// RFC 6960, A.2 and C.2: a request to a responder, and his answer.
pub(crate) const OCSP_REQUEST: &str = "application/ocsp-request";
pub(crate) const OCSP_RESPONSE: &str = "application/ocsp-response";
/// RFC 2585, 4.1: one certificate in DER.
pub(crate) const CERTIFICATE: &str = "application/pkix-cert";

/// RFC 7193, 2: signed data, as a time-stamp token is.
pub(crate) const CMS: &str = "application/cms";

/// Refuses a body that is not of type `expected` (parameters aside), or that is compressed: the bytes we would
/// decide on were not the bytes that were counted.
pub(crate) fn require(headers: &HeaderMap, expected: &'static str) -> Result<(), Problem> {
    let is_expected = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case(expected));
    let is_plain = headers.get(CONTENT_ENCODING).is_none_or(|value| value == "identity");
    if is_expected && is_plain { Ok(()) } else { Err(Problem::WrongMediaType { expected }) }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn accepted(pairs: &[(&'static str, &str)]) -> bool {
        let headers = pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        require(&headers, "text/plain").is_ok()
    }

    #[test]
    fn only_the_expected_type_without_encoding_is_taken() {
        assert!(accepted(&[("content-type", "text/plain")]));
        assert!(accepted(&[("content-type", "Text/Plain; charset=utf-8")]));
        assert!(!accepted(&[]));
        assert!(!accepted(&[("content-type", "application/json")]));
        assert!(!accepted(&[("content-type", "text/plain"), ("content-encoding", "gzip")]));
    }
}
