//! Every reason to say no, with its data. Where a reason has a `code`, that is its stable name: the
//! published vectors and callers use it.

mod json;
mod key;
mod ocsp;
mod revocation;
mod statement;
mod timestamp;
mod token;
mod trust;
mod verify;

pub use json::{JsonError, JsonReason};
pub use key::KeyError;
pub use ocsp::OcspError;
pub use revocation::{NoStanding, RevocationEvidenceError, RevocationListError};
pub use statement::{FramingError, HeaderError, JwsError, Part};
pub use timestamp::TimestampError;
pub use token::{TokenError, TokenUriError};
pub use trust::{CertificateError, PemError, TrustError};
pub use verify::{SignError, SignatureInvalid, VerifyError};
