//! Why a revocation list is no evidence, and why a list, or a responder, says nothing of a certificate.

use super::{CertificateError, OcspError};

/// Why bytes are no revocation list of an issuer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RevocationListError {
    /// Longer than a list may be.
    #[error("{bytes} bytes, at most {bytes_max}")]
    TooLong {
        /// Of the list.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
    /// Not a list of version 2 in DER, or one with critical extensions that nobody here reads.
    #[error("no revocation list: {0}")]
    Form(webpki::Error),
    /// Not a list in DER with nothing after it.
    #[error("no revocation list in DER")]
    Malformed,
    /// Without `nextUpdate`, or one before `thisUpdate`.
    #[error("no nextUpdate after thisUpdate")]
    NoNextUpdate,
    /// About a part of what the issuer issued only, in a way that is not read.
    #[error("a partial list: {what}")]
    Partial {
        /// The name in RFC 5280.
        what: &'static str,
    },
    /// Its `issuingDistributionPoint` is not read: one without a full name of its distribution point, also where it says
    /// whose certificates it is about, or one of attribute certificates (RFC 5280, 5.2.5).
    #[error(
        "its issuingDistributionPoint is not supported: onlyContainsUserCerts and onlyContainsCACerts need a \
         distributionPoint with a fullName, and lists of attribute certificates are not read (RFC 5280, 5.2.5)"
    )]
    DistributionPoint,
    /// The certificate given as the issuer's is none of an authority.
    #[error("issuer: {0}")]
    Issuer(CertificateError),
    /// Another name than the issuer's.
    #[error("made by another issuer")]
    OtherIssuer,
    /// Without the identifier of the key that it was made with, which the issuer's certificate has (RFC 5280, 5.2.1).
    #[error("without the identifier of its issuer's key (authorityKeyIdentifier, RFC 5280 5.2.1)")]
    KeyIdentifierMissing,
    /// Another key identifier than the issuer's.
    #[error("made with another key of the issuer")]
    OtherKeyIdentifier,
    /// The issuer may not sign lists.
    #[error("an issuer without cRLSign")]
    CrlSignMissing,
    /// The issuer's certificate was not valid when the list was made.
    #[error(
        "made at {made_at} by an issuer whose certificate is valid from {not_before} to {not_after}"
    )]
    IssuerNotValid {
        /// Unix seconds.
        not_before: i64,
        /// Unix seconds, inclusive.
        not_after: i64,
        /// `thisUpdate`.
        made_at: i64,
    },
    /// The signed and the unsigned name of the signature algorithm differ.
    #[error("two different signature algorithms")]
    SignatureAlgorithmsDiffer,
    /// Signed with an algorithm that is not accepted.
    #[error("signature algorithm {oid} is not accepted")]
    SignatureAlgorithm {
        /// Dotted.
        oid: String,
    },
    /// The signature is not the issuer's.
    #[error("the signature is not the issuer's")]
    SignatureInvalid,
}

/// Why bytes are neither a list nor a response of an issuer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RevocationEvidenceError {
    /// No list of it.
    #[error(transparent)]
    List(#[from] RevocationListError),
    /// An OCSP response, and none of it.
    #[error(transparent)]
    Response(#[from] OcspError),
}

impl RevocationEvidenceError {
    /// Somebody else made it.
    pub fn is_of_other_issuer(&self) -> bool {
        matches!(
            self,
            Self::List(RevocationListError::OtherIssuer)
                | Self::Response(OcspError::OtherIssuer | OcspError::ResponderMissing)
        )
    }
}

/// Why a list says nothing of a certificate at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoStanding {
    /// The certificate is not X.509 in DER.
    #[error("not X.509 in DER")]
    Malformed,
    /// Issued by another than the list.
    #[error("issued by another than the list")]
    OtherIssuer,
    /// The list is not about certificates of this kind or distribution point.
    #[error("the list is not about this certificate")]
    OtherScope,
    /// The time lies after `nextUpdate`: a newer list must say.
    #[error("the next list was due at {next_at}")]
    Stale {
        /// Unix seconds.
        next_at: i64,
    },
    /// The responder does not know the certificate.
    #[error("the responder does not know this certificate")]
    Unknown,
    /// The certificate had expired when the list was made: it may have left the list.
    #[error("the certificate had expired at {expired_at}, before the list was made")]
    Expired {
        /// Unix seconds.
        expired_at: i64,
    },
}
