//! Why a time-stamping authority gave no token, and why a token does not count.

use super::CertificateError;
use crate::revocation::Revocation;

/// Why bytes are no time-stamp over what was stamped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimestampError {
    /// Longer than a token or an answer may be.
    #[error("{bytes} bytes, at most {bytes_max}")]
    TooLong {
        /// As given.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
    /// A part that is not in DER as RFC 3161 has it, or with bytes after it.
    #[error("no {what} in DER")]
    Malformed {
        /// Which part.
        what: &'static str,
    },
    /// `genTime` is before 1970, or finer than nanoseconds: well-formed (RFC 3161, 2.4.2), and not read.
    #[error("genTime is before 1970 or finer than nanoseconds, which is not read")]
    GenTimeOutOfReach,
    /// The authority gave no token.
    #[error("the authority refused: status {status}, {}, {text:?}", failure.unwrap_or("no reason"))]
    Refused {
        /// `PKIStatus`.
        status: u8,
        /// `PKIFailureInfo`, by its name.
        failure: Option<&'static str>,
        /// What it says in words.
        text: String,
    },
    /// Granted, and no token in the answer.
    #[error("an answer without a token")]
    NoToken,
    /// The token answers another request.
    #[error("another nonce than the request's")]
    Nonce,
    /// The token is over another hash of the bytes than was asked for.
    #[error("another hash algorithm than the request's")]
    OtherHash,
    /// Not CMS signed data.
    #[error("content of type {oid}, not signed data")]
    NotSignedData {
        /// Dotted.
        oid: String,
    },
    /// Signed data, but not over a `TSTInfo`.
    #[error("signed content of type {oid}, not TSTInfo")]
    NotTstInfo {
        /// Dotted.
        oid: String,
    },
    /// Another version of `TSTInfo` than 1.
    #[error("TSTInfo of version {version}")]
    Version {
        /// As found.
        version: u8,
    },
    /// Not exactly one signer.
    #[error("{signers} signers, not one")]
    Signers {
        /// As found.
        signers: usize,
    },
    /// More certificates than a token may carry.
    #[error("{found} certificates, at most {found_max}")]
    TooManyCertificates {
        /// In the token.
        found: usize,
        /// The limit.
        found_max: usize,
    },
    /// The `TSTInfo` has a critical extension; none is known.
    #[error("unknown critical extension {oid}")]
    UnknownCriticalExtension {
        /// Dotted.
        oid: String,
    },
    /// The signer signed no attributes.
    #[error("no signed attributes")]
    NoSignedAttributes,
    /// A signed attribute that must be there is not.
    #[error("no signed attribute {name}")]
    AttributeMissing {
        /// In RFC 5652 or RFC 5035.
        name: &'static str,
    },
    /// A signed attribute stands twice, has several values or another form.
    #[error("signed attribute {name} is not one value of its form")]
    Attribute {
        /// In RFC 5652 or RFC 5035.
        name: &'static str,
    },
    /// The signed content type is not that of the content.
    #[error("signed as content of another type")]
    OtherContentType,
    /// The signed digest is not the content's.
    #[error("the signed digest is not the content's")]
    MessageDigest,
    /// A hash algorithm that is not accepted.
    #[error("hash algorithm {oid} is not accepted")]
    HashAlgorithm {
        /// Dotted.
        oid: String,
    },
    /// The token does not carry its signer's certificate.
    #[error("the signer's certificate is not in the token")]
    CertificateMissing,
    /// Signed for another certificate than the one in the token.
    #[error("signed for another certificate")]
    OtherSigningCertificate,
    /// A certificate of the path that is not read, or an issuer that may not sign certificates.
    #[error("certificate: {0}")]
    Certificate(CertificateError),
    /// The signer's certificate is not for time-stamping alone, or an issuer's not for time-stamping.
    #[error("a certificate for {found:?}, not for time-stamping alone")]
    ExtendedKeyUsage {
        /// Dotted.
        found: Vec<String>,
    },
    /// The signer's extended key usage is not critical.
    #[error("the extended key usage is not critical")]
    ExtendedKeyUsageNotCritical,
    /// The signer's key usage is not for signing, or for more than that.
    #[error("a key usage that is not for signing alone")]
    KeyUsage,
    /// Signed with an algorithm that is not accepted, or not for this hash.
    #[error("signature algorithm {oid} is not accepted")]
    SignatureAlgorithm {
        /// Dotted.
        oid: String,
    },
    /// The signature is not the signer's.
    #[error("the signature is not the signer's")]
    SignatureInvalid,
    /// No path leads to an anchor at `genTime`.
    #[error("no path: {0}")]
    Path(webpki::Error),
    /// The anchor was not valid, or not trusted, at `genTime`.
    #[error("the anchor is trusted from {not_before} to {not_after}, not at {at}")]
    AnchorNotTrusted {
        /// Unix seconds.
        not_before: i64,
        /// Unix seconds, inclusive.
        not_after: i64,
        /// `genTime`.
        at: i64,
    },
    /// Made under a policy that is not accepted.
    #[error("policy {policy} is not accepted")]
    Policy {
        /// Dotted.
        policy: String,
    },
    /// Over other bytes.
    #[error("a time-stamp of other bytes")]
    Imprint,
    /// A certificate of the path was revoked when the token was made, or later for a reason that leaves
    /// nothing of what it signed.
    #[error("certificate {index} was revoked: {}", revocation.reason.name())]
    Revoked {
        /// In the chain, 0 for the signer's.
        index: usize,
        /// When and why.
        revocation: Revocation,
    },
}

impl TimestampError {
    /// Nothing is wrong with the token but that its authority is none of those that are trusted.
    pub fn is_unknown_authority(&self) -> bool {
        matches!(self, Self::Path(webpki::Error::UnknownIssuer))
    }

    /// The stable name; that of the certificate's fault where one certificate is at fault.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "timestamp-too-long",
            Self::Malformed { .. } => "malformed-timestamp",
            Self::GenTimeOutOfReach => "gen-time-out-of-reach",
            Self::Refused { .. } => "timestamp-refused",
            Self::NoToken => "no-token",
            Self::Nonce => "nonce",
            Self::OtherHash => "other-hash",
            Self::NotSignedData { .. } => "not-signed-data",
            Self::NotTstInfo { .. } => "not-tst-info",
            Self::Version { .. } => "timestamp-version",
            Self::Signers { .. } => "timestamp-signers",
            Self::TooManyCertificates { .. } => "too-many-certificates",
            Self::UnknownCriticalExtension { .. } => "unknown-critical-extension",
            Self::NoSignedAttributes => "no-signed-attributes",
            Self::AttributeMissing { .. } => "attribute-missing",
            Self::Attribute { .. } => "malformed-attribute",
            Self::OtherContentType => "other-content-type",
            Self::MessageDigest => "message-digest",
            Self::HashAlgorithm { .. } => "hash-algorithm",
            Self::CertificateMissing => "timestamp-certificate-missing",
            Self::OtherSigningCertificate => "other-signing-certificate",
            Self::Certificate(reason) => reason.code(),
            Self::ExtendedKeyUsage { .. } => "not-for-time-stamping",
            Self::ExtendedKeyUsageNotCritical => "extended-key-usage-not-critical",
            Self::KeyUsage => "timestamp-key-usage",
            Self::SignatureAlgorithm { .. } => "timestamp-signature-algorithm",
            Self::SignatureInvalid => "timestamp-signature-invalid",
            Self::Path(_) => "timestamp-path",
            Self::AnchorNotTrusted { .. } => "timestamp-anchor-not-trusted",
            Self::Policy { .. } => "timestamp-policy",
            Self::Imprint => "timestamp-of-other-bytes",
            Self::Revoked { .. } => "timestamp-authority-revoked",
        }
    }
}
