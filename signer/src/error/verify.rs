//! Why a statement is not verified, or could not be made.

use super::token::TokenError;
use crate::algorithm::Algorithm;
use crate::hash::Hash;

/// Why a well-formed statement is not verified.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// No credential with this thumbprint is known.
    #[error("no certificate {thumbprint} is enrolled")]
    CertificateUnknown {
        /// Of the header.
        thumbprint: Hash,
    },
    /// The header names another algorithm than the certificate has.
    #[error("the certificate is enrolled for {enrolled}, not {found}")]
    AlgorithmNotEnrolled {
        /// Of the certificate.
        enrolled: Algorithm,
        /// Of the header.
        found: Algorithm,
    },
    /// The signature does not verify.
    #[error("{0}")]
    SignatureInvalid(#[from] SignatureInvalid),
}

impl VerifyError {
    /// The stable name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::CertificateUnknown { .. } => "certificate-unknown",
            Self::AlgorithmNotEnrolled { .. } => "algorithm-not-enrolled",
            Self::SignatureInvalid(_) => "signature-invalid",
        }
    }
}

/// A signature that the key did not make over the message. There is nothing more to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not verify")]
pub struct SignatureInvalid;

/// Why a statement could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// Events and trials carry `iat`, proofs of possession do not.
    #[error("iat is required in events and trials, and only there")]
    IatMisplaced,
    /// `iat` is 0 or beyond 2^53 - 1.
    #[error("iat {iat} is out of range")]
    IatOutOfRange {
        /// As given.
        iat: u64,
    },
    /// The payload is not a strict JSON object, so nobody would accept the statement.
    #[error("the payload is not a strict JSON object")]
    PayloadNotAnObject,
    /// The statement would be longer than a statement may be.
    #[error("a statement of {bytes} bytes, at most {bytes_max}")]
    TooLong {
        /// It would have.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
    /// The key failed to sign.
    #[error("the key failed to sign")]
    KeyFailed,
    /// The token that holds the key did not sign.
    #[error(transparent)]
    Token(#[from] TokenError),
}
