//! Was this certificate revoked at that time, by the word of its issuer's responder? OCSP responses (RFC 6960),
//! verified once against the issuer and then asked about any time, as a revocation list is.

mod answer;
mod request;
mod responder;
mod response;

pub(crate) use request::cert_id;
pub use request::ocsp_request;
pub use response::{OCSP_ANSWERS_MAX, OCSP_RESPONSE_BYTES_MAX, OcspResponse};
