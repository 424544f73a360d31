//! When did these bytes exist, by the word of somebody else? Time-stamp tokens (RFC 3161, RFC 5816): asked for,
//! read, and verified at their own time, so that the answer stays the same when every certificate has expired.

mod attributes;
mod authority;
mod digest;
mod info;
mod request;
mod response;
mod revoked;
mod signature;
mod signer;
mod token;
mod verified;

pub use authority::TimestampAuthority;
pub use digest::HashAlgorithm;
pub use info::{Accuracy, GenTime};
pub use request::TimestampRequest;
pub use response::TIMESTAMP_RESPONSE_BYTES_MAX;
pub use revoked::TimestampStanding;
pub use token::{TOKEN_BYTES_MAX, TOKEN_CERTIFICATES_MAX, TimestampToken};
pub use verified::{Timestamp, TimestampClaim};
