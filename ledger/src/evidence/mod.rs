//! Evidence of revocation: what the issuers of certificates say of them, in lists and by their responders, recorded by
//! events and kept as objects.
//!
//! Whether a certificate counted at a time is decided by the newest evidence that the log had recorded then, so that a
//! replay decides alike.

mod about;
mod certificates;
mod claim;
mod fault;
mod issuers;
mod lists;
mod offer;
mod standing;

pub(crate) use about::{About, is_evidence};
pub use about::{LIST_PREFIX, RESPONSE_PREFIX, list_stream, response_stream};
pub use certificates::KnownCertificate;
pub(crate) use claim::Claim;
pub use fault::EvidenceFault;
pub use issuers::{KnownIssuer, RecordedList, RecordedResponse};
pub(crate) use lists::{Named, VerifiedEvidence, named_in};
pub(crate) use offer::KnownCache;
pub use offer::{NotTaken, Offer};
pub use standing::{CertificateNews, News, RevocationNews};
pub(crate) use standing::{is_fresh, newest_about};

/// The type of the events that record revocation lists.
pub const EVIDENCE_RECORDED: &str = "evidence.recorded";
/// The type of the events that record OCSP responses.
pub const RESPONSE_RECORDED: &str = "evidence.response_recorded";
