//! Evidence of revocation: what the issuers of certificates say of them, recorded by events and kept as objects.
//!
//! Whether a certificate counted at a time is decided by the newest list that the log had recorded then, so that a
//! replay decides alike.

mod claim;
mod fault;
mod issuers;
mod lists;
mod offer;
mod standing;

use jejak_signer::IssuerId;

pub(crate) use claim::Claim;
pub use fault::EvidenceFault;
pub use issuers::{KnownIssuer, RecordedList};
pub(crate) use lists::{Named, VerifiedLists, named_in};
pub(crate) use offer::IssuerCache;
pub use offer::{NotTaken, Offer};
pub use standing::{News, RevocationNews};
pub(crate) use standing::{is_fresh, newest_about};

/// The type of the events that record evidence.
pub const EVIDENCE_RECORDED: &str = "evidence.recorded";

/// The stream of the lists of an issuer: `crl/` and 32 hexadecimal digits.
pub fn list_stream(issuer: IssuerId) -> String {
    format!("{LIST_PREFIX}{issuer}")
}

/// What the streams of lists begin with.
pub const LIST_PREFIX: &str = "crl/";
