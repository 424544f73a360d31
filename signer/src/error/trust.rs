//! Why certificates are refused, one by one and as a chain.

use super::KeyError;
use crate::algorithm::Algorithm;

/// Why bytes are not a certificate that we read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Longer than a certificate may be.
    #[error("{bytes} bytes, at most {bytes_max}")]
    TooLong {
        /// Of the certificate.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
    /// Not X.509 in DER.
    #[error("not X.509 in DER")]
    Malformed,
    /// Bytes stand after the certificate.
    #[error("{bytes} bytes after the certificate")]
    BytesAfter {
        /// How many.
        bytes: usize,
    },
    /// Not version 3.
    #[error("not version 3")]
    NotVersion3,
    /// The signed and the unsigned name of the signature algorithm differ.
    #[error("two different signature algorithms")]
    SignatureAlgorithmsDiffer,
    /// No subject: nothing to show, and what others refuse (RFC 5280, 4.1.2.6).
    #[error("no subject")]
    SubjectEmpty,
    /// The serial number is not positive, or longer than 20 octets.
    #[error("a serial number that is not positive or too long")]
    SerialNumber,
    /// An extension stands twice.
    #[error("an extension stands twice")]
    DuplicateExtension,
    /// A critical extension that we do not read.
    #[error("unknown critical extension {oid}")]
    UnknownCriticalExtension {
        /// Of the extension, dotted.
        oid: String,
    },
    /// The structure breaks a rule of DER or RFC 5280.
    #[error("{faults:?}")]
    Structure {
        /// Each one, for people.
        faults: Vec<String>,
    },
    /// The public key is not accepted.
    #[error("public key: {0}")]
    Key(#[from] KeyError),
    /// An authority whose basic constraints do not say so.
    #[error("not a certification authority")]
    NotAnAuthority,
    /// An authority without key usage, or without `keyCertSign` in it.
    #[error("an authority that may not sign certificates")]
    CertSignMissing,
}

impl CertificateError {
    /// The stable name; that of the key's fault where the key is at fault.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "certificate-too-long",
            Self::Malformed => "malformed-certificate",
            Self::BytesAfter { .. } => "bytes-after",
            Self::NotVersion3 => "not-version-3",
            Self::SignatureAlgorithmsDiffer => "signature-algorithms-differ",
            Self::SubjectEmpty => "subject-empty",
            Self::SerialNumber => "serial-number",
            Self::DuplicateExtension => "duplicate-extension",
            Self::UnknownCriticalExtension { .. } => "unknown-critical-extension",
            Self::Structure { .. } => "structure",
            Self::Key(fault) => fault.code(),
            Self::NotAnAuthority => "not-an-authority",
            Self::CertSignMissing => "cert-sign-missing",
        }
    }
}

/// Why a text is not a sequence of PEM certificates.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PemError {
    /// Not PEM.
    #[error("not PEM")]
    Malformed,
    /// No block at all.
    #[error("no PEM block")]
    Empty,
    /// A block of another kind.
    #[error("PEM block {label:?} instead of {expected:?}")]
    WrongLabel {
        /// What belongs there.
        expected: &'static str,
        /// As found.
        label: String,
    },
}

/// Why a chain is not trusted. `index` counts the chain's certificates, 0 for the leaf.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// No anchor is given.
    #[error("no trust anchor")]
    NoAnchor,
    /// An anchor that we do not read or that may not sign certificates.
    #[error("anchor {index}: {reason}")]
    Anchor {
        /// Of the anchor, as given.
        index: usize,
        /// Of the refusal.
        reason: CertificateError,
    },
    /// The chain is empty.
    #[error("an empty chain")]
    EmptyChain,
    /// The chain is longer than a chain may be.
    #[error("{certificates} certificates, at most {certificates_max}")]
    ChainTooLong {
        /// Of the chain.
        certificates: usize,
        /// The limit.
        certificates_max: usize,
    },
    /// A certificate that we do not read, or an intermediate that may not sign certificates.
    #[error("certificate {index}: {reason}")]
    Certificate {
        /// In the chain.
        index: usize,
        /// Of the refusal.
        reason: CertificateError,
    },
    /// A root, or an anchor, is part of the chain.
    #[error("certificate {index} is a root")]
    RootInChain {
        /// In the chain.
        index: usize,
    },
    /// A certificate is not followed by its issuer's.
    #[error("certificate {index} is not followed by its issuer's")]
    OutOfOrder {
        /// In the chain.
        index: usize,
    },
    /// A certificate is not valid at the time.
    #[error("certificate {index} is valid from {not_before} to {not_after}, not at {at}")]
    NotValid {
        /// In the chain.
        index: usize,
        /// Unix seconds.
        not_before: i64,
        /// Unix seconds, inclusive.
        not_after: i64,
        /// The time asked for.
        at: i64,
    },
    /// The anchor of the path is not valid at the time.
    #[error("the anchor is valid from {not_before} to {not_after}, not at {at}")]
    AnchorNotValid {
        /// Unix seconds.
        not_before: i64,
        /// Unix seconds, inclusive.
        not_after: i64,
        /// The time asked for.
        at: i64,
    },
    /// The leaf is an authority's certificate.
    #[error("the leaf is an authority's certificate")]
    LeafIsAuthority,
    /// The leaf has no key usage.
    #[error("the leaf has no key usage")]
    KeyUsageMissing,
    /// The leaf may sign certificates or revocation lists.
    #[error("the leaf may sign certificates or revocation lists")]
    LeafSignsForOthers,
    /// A person's certificate without `nonRepudiation`.
    #[error("a person's certificate without nonRepudiation")]
    NonRepudiationMissing,
    /// A system's certificate without `digitalSignature` and without `nonRepudiation`.
    #[error("a certificate that is not for signing")]
    DigitalSignatureMissing,
    /// Extended key usages, none of which is for signing documents or messages.
    #[error("certificate {index} is for {found:?} only")]
    ExtendedKeyUsage {
        /// In the chain.
        index: usize,
        /// Dotted.
        found: Vec<String>,
    },
    /// The anchor allows fewer intermediates.
    #[error("{intermediates} intermediates under an anchor that allows {intermediates_max}")]
    AnchorPathLength {
        /// Of the chain.
        intermediates: usize,
        /// Of the anchor's basic constraints.
        intermediates_max: usize,
    },
    /// The path needs fewer certificates than the chain has.
    #[error("{used} of {given} intermediates are used")]
    UnusedIntermediate {
        /// By the path.
        used: usize,
        /// In the chain.
        given: usize,
    },
    /// The path ends in a name and a key that are no anchor of the policy in force.
    #[error("the path ends in no anchor of the policy")]
    NotAnAnchor,
    /// The anchor of the path is not trusted at the time.
    #[error("the anchor is not trusted at {at} (from {from:?} until {until:?})")]
    AnchorNotTrusted {
        /// Unix seconds, where there is a beginning.
        from: Option<i64>,
        /// Unix seconds, where there is an end; the first second that no longer counts.
        until: Option<i64>,
        /// The time asked for.
        at: i64,
    },
    /// A certificate names none of the certificate policies that the anchor is trusted for.
    #[error("certificate {index} is under the policies {found:?}, none of which is allowed")]
    PolicyNotAllowed {
        /// In the chain.
        index: usize,
        /// Dotted.
        found: Vec<String>,
    },
    /// The holder's certificate is valid for longer than the anchor is trusted for.
    #[error("the certificate is valid for {lifetime_s} s, at most {max_s}")]
    LifetimeTooLong {
        /// Of the certificate.
        lifetime_s: i64,
        /// The limit.
        max_s: i64,
    },
    /// A certificate of the path is signed in a way that the policy does not accept at the time.
    #[error(
        "certificate {index} is signed with {algorithm} (RSA bits: {rsa_bits:?}), which does not count at {at}"
    )]
    PathAlgorithm {
        /// In the chain.
        index: usize,
        /// Its name, or a dotted identifier.
        algorithm: String,
        /// Of the issuer's key, where it is RSA.
        rsa_bits: Option<usize>,
        /// The time asked for.
        at: i64,
    },
    /// The holder's own algorithm is one that the policy does not accept at the time.
    #[error("{algorithm} (RSA bits: {rsa_bits:?}) does not count for statements at {at}")]
    StatementAlgorithm {
        /// His algorithm.
        algorithm: Algorithm,
        /// Of his key, where it is RSA.
        rsa_bits: Option<usize>,
        /// The time asked for.
        at: i64,
    },
    /// No path leads to an anchor: unknown issuer, bad signature, constraint, unknown extension.
    #[error("no path: {0}")]
    Path(webpki::Error),
}

impl TrustError {
    /// The stable name; that of the certificate's fault where one certificate is at fault.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoAnchor => "no-anchor",
            Self::Anchor { reason, .. } | Self::Certificate { reason, .. } => reason.code(),
            Self::EmptyChain => "empty-chain",
            Self::ChainTooLong { .. } => "chain-too-long",
            Self::RootInChain { .. } => "root-in-chain",
            Self::OutOfOrder { .. } => "out-of-order",
            Self::NotValid { .. } => "not-valid",
            Self::AnchorNotValid { .. } => "anchor-not-valid",
            Self::LeafIsAuthority => "leaf-is-authority",
            Self::KeyUsageMissing => "key-usage-missing",
            Self::LeafSignsForOthers => "leaf-signs-for-others",
            Self::NonRepudiationMissing => "non-repudiation-missing",
            Self::DigitalSignatureMissing => "digital-signature-missing",
            Self::ExtendedKeyUsage { .. } => "extended-key-usage",
            Self::AnchorPathLength { .. } => "anchor-path-length",
            Self::UnusedIntermediate { .. } => "unused-intermediate",
            Self::NotAnAnchor => "not-an-anchor",
            Self::AnchorNotTrusted { .. } => "anchor-not-trusted",
            Self::PolicyNotAllowed { .. } => "policy-not-allowed",
            Self::LifetimeTooLong { .. } => "lifetime-too-long",
            Self::PathAlgorithm { .. } => "path-algorithm",
            Self::StatementAlgorithm { .. } => "statement-algorithm",
            Self::Path(reason) => path_code(reason),
        }
    }

    /// The certificate of the chain that is at fault, 0 for the leaf, where it is one.
    pub fn certificate(&self) -> Option<usize> {
        match self {
            Self::Certificate { index, .. }
            | Self::RootInChain { index }
            | Self::OutOfOrder { index }
            | Self::NotValid { index, .. }
            | Self::ExtendedKeyUsage { index, .. }
            | Self::PolicyNotAllowed { index, .. }
            | Self::PathAlgorithm { index, .. } => Some(*index),
            Self::LeafIsAuthority
            | Self::KeyUsageMissing
            | Self::LeafSignsForOthers
            | Self::NonRepudiationMissing
            | Self::DigitalSignatureMissing
            | Self::LifetimeTooLong { .. }
            | Self::StatementAlgorithm { .. } => Some(0),
            Self::NoAnchor
            | Self::Anchor { .. }
            | Self::EmptyChain
            | Self::ChainTooLong { .. }
            | Self::AnchorNotValid { .. }
            | Self::AnchorPathLength { .. }
            | Self::UnusedIntermediate { .. }
            | Self::NotAnAnchor
            | Self::AnchorNotTrusted { .. }
            | Self::Path(_) => None,
        }
    }
}

/// What webpki refuses, by its kind.
fn path_code(reason: &webpki::Error) -> &'static str {
    match reason {
        webpki::Error::UnknownIssuer => "unknown-issuer",
        webpki::Error::InvalidSignatureForPublicKey => "certificate-signature-invalid",
        webpki::Error::UnsupportedSignatureAlgorithmContext(_)
        | webpki::Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => {
            "certificate-signature-algorithm"
        }
        webpki::Error::UnsupportedCriticalExtension => "unsupported-critical-extension",
        webpki::Error::PathLenConstraintViolated => "path-length",
        webpki::Error::NameConstraintViolation => "name-constraint",
        _ => "path",
    }
}
