//! Why an OCSP response is no evidence.

use super::CertificateError;

/// Why bytes are no answer of an issuer or its responder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OcspError {
    /// Longer than a response may be.
    #[error("{bytes} bytes, at most {bytes_max}")]
    TooLong {
        /// Of the response.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
    /// A part that is not in DER as RFC 6960 has it, or with bytes after it.
    #[error("no OCSP {what} in DER")]
    Malformed {
        /// Which part.
        what: &'static str,
    },
    /// The responder gave no answer.
    #[error("the responder refused: {status}")]
    Refused {
        /// The name in RFC 6960.
        status: &'static str,
    },
    /// A response of another type than the basic one.
    #[error("a response of type {oid}")]
    NotBasic {
        /// Dotted.
        oid: String,
    },
    /// More than a response may hold.
    #[error("{found} {what}, at most {found_max}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// In the response.
        found: usize,
        /// The limit.
        found_max: usize,
    },
    /// The certificate given as the issuer's is none of an authority.
    #[error("issuer: {0}")]
    Issuer(CertificateError),
    /// The issuer's certificate was not valid when the response was made.
    #[error(
        "made at {produced_at} for an issuer whose certificate is valid from {not_before} to {not_after}"
    )]
    IssuerNotValid {
        /// Unix seconds.
        not_before: i64,
        /// Unix seconds, inclusive.
        not_after: i64,
        /// `producedAt`.
        produced_at: i64,
    },
    /// Who answered is neither the issuer nor one of the certificates in the response.
    #[error("made by somebody whose certificate is not at hand")]
    ResponderMissing,
    /// The responder's certificate is not read.
    #[error("responder: {0}")]
    Certificate(CertificateError),
    /// The responder's certificate is not for signing such answers.
    #[error("a responder for {found:?} only")]
    ResponderNotAuthorized {
        /// Dotted.
        found: Vec<String>,
    },
    /// The responder's certificate is not its issuer's, or was not valid when the response was made.
    #[error("responder: no path: {0}")]
    Path(webpki::Error),
    /// Signed with an algorithm that is not accepted.
    #[error("signature algorithm {oid} is not accepted")]
    SignatureAlgorithm {
        /// Dotted.
        oid: String,
    },
    /// The signature is not the responder's.
    #[error("the signature is not the responder's")]
    SignatureInvalid,
    /// An answer about a certificate of another issuer.
    #[error("about certificates of another issuer")]
    OtherIssuer,
    /// A hash algorithm that is not accepted.
    #[error("hash algorithm {oid} is not accepted")]
    HashAlgorithm {
        /// Dotted.
        oid: String,
    },
    /// `nextUpdate` lies before `thisUpdate`.
    #[error("nextUpdate before thisUpdate")]
    NextUpdate,
    /// A critical extension that we do not read.
    #[error("unknown critical extension {oid}")]
    UnknownCriticalExtension {
        /// Dotted.
        oid: String,
    },
}
