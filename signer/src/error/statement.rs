//! Why bytes are not a statement of ours.

use super::JsonError;
use crate::algorithm::Algorithm;
use crate::header::Typ;

/// Why bytes are not a statement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// The bytes are not a compact JWS in its one spelling.
    #[error("malformed JWS: {0}")]
    Framing(#[from] FramingError),
    /// The protected header is not what the profile allows.
    #[error("malformed header: {0}")]
    Header(#[from] HeaderError),
}

/// A part of a compact JWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Before the first dot.
    Header,
    /// Between the dots.
    Payload,
    /// After the second dot.
    Signature,
}

/// Why bytes are not a compact JWS (RFC 7515, 7.1) in its one spelling.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FramingError {
    /// Longer than a statement may be.
    #[error("{bytes} bytes, at most {bytes_max}")]
    TooLong {
        /// Of the statement.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
    /// Not exactly two dots.
    #[error("{dots} dots instead of 2")]
    DotCount {
        /// As found.
        dots: usize,
    },
    /// A part is empty.
    #[error("empty {0:?}")]
    EmptyPart(Part),
    /// The header is longer than a header may be.
    #[error("header of {bytes} bytes, at most {bytes_max}")]
    HeaderTooLong {
        /// Of the decoded header.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
    /// A byte outside the base64url alphabet.
    #[error("byte 0x{byte:02x} at {offset}")]
    ForbiddenByte {
        /// In the statement.
        offset: usize,
        /// The byte.
        byte: u8,
    },
    /// A part ends in `=` (RFC 7515, 2: base64url without padding).
    #[error("padded {0:?}")]
    Padded(Part),
    /// A part with a length that no base64url text has.
    #[error("impossible length of {0:?}")]
    ImpossibleLength(Part),
    /// The unused bits of a part's last character are not zero: a second spelling of the same bytes.
    #[error("trailing bits in {0:?}")]
    TrailingBits(Part),
    /// A signature that no key of the header's algorithm makes.
    #[error("signature of {bytes} bytes for {algorithm}")]
    SignatureLength {
        /// Of the header.
        algorithm: Algorithm,
        /// Of the signature.
        bytes: usize,
    },
}

impl FramingError {
    /// The stable name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "too-long",
            Self::DotCount { .. } => "dot-count",
            Self::EmptyPart(_) => "empty-part",
            Self::HeaderTooLong { .. } => "header-too-long",
            Self::ForbiddenByte { .. } => "forbidden-byte",
            Self::Padded(_) => "padded",
            Self::ImpossibleLength(_) => "impossible-length",
            Self::TrailingBits(_) => "trailing-bits",
            Self::SignatureLength { .. } => "signature-length",
        }
    }
}

/// Why a protected header is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// Not one strict JSON object.
    #[error("{0}")]
    Json(JsonError),
    /// A member stands twice.
    #[error("{name:?} stands twice")]
    DuplicateMember {
        /// Of the member.
        name: String,
    },
    /// `crit` is present, be it empty: there are no extensions to understand.
    #[error("crit is present")]
    CritPresent,
    /// A member that the profile does not know, be it `jwk`, `kid`, `b64` or a typing error.
    #[error("unknown member {name:?}")]
    UnknownMember {
        /// Of the member.
        name: String,
    },
    /// A required member is missing.
    #[error("{name:?} is missing")]
    MissingMember {
        /// Of the member.
        name: &'static str,
    },
    /// A member is not of its type: text, or a positive integer for `iat`.
    #[error("{name:?} is of a wrong type")]
    WrongType {
        /// Of the member.
        name: &'static str,
    },
    /// `alg` names no accepted algorithm.
    #[error("algorithm {alg:?} is not accepted")]
    AlgorithmNotAccepted {
        /// As found.
        alg: String,
    },
    /// `typ` is not the one that is accepted here.
    #[error("typ {found:?} instead of {:?}", expected.name())]
    WrongTyp {
        /// What is accepted here.
        expected: Typ,
        /// As found.
        found: String,
    },
    /// `x5t#S256` is not the one base64url spelling of 32 bytes.
    #[error("x5t#S256 is not a SHA-256 value")]
    ThumbprintMalformed,
}

impl HeaderError {
    /// The stable name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Json(error) => error.reason.code(),
            Self::DuplicateMember { .. } => "duplicate-member",
            Self::CritPresent => "crit-present",
            Self::UnknownMember { .. } => "unknown-member",
            Self::MissingMember { .. } => "missing-member",
            Self::WrongType { .. } => "wrong-type",
            Self::AlgorithmNotAccepted { .. } => "algorithm-not-accepted",
            Self::WrongTyp { .. } => "wrong-typ",
            Self::ThumbprintMalformed => "thumbprint-malformed",
        }
    }
}
