//! Why a document was not taken in or not given out.

use jejak_signer::Hash;

use super::waiting::WaitingLimit;
use crate::error::Failure;
use crate::store::FileError;
use crate::view::ReadError;

/// Why a document was not taken in or not given out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// More than one document may have.
    #[error("more than {bytes_max} bytes, the most that one document may have")]
    TooLarge {
        /// The bound.
        bytes_max: u64,
    },
    /// The bytes that came are not those of the digest they came under.
    #[error("the bytes have the digest {found}, not {sha256}")]
    DigestMismatch {
        /// Under which they came.
        sha256: Hash,
        /// What they have.
        found: Hash,
    },
    /// Every event that names the document gives it another size.
    #[error("{found} bytes, but the events that name the document say {announced:?}")]
    SizeMismatch {
        /// What came.
        found: u64,
        /// What the events say.
        announced: Vec<u64>,
    },
    /// No room for a document that no event names yet.
    #[error("{limit}: {max} is the most")]
    WaitingFull {
        /// Which bound.
        limit: WaitingLimit,
        /// Its value.
        max: u64,
    },
    /// The disk is full.
    #[error("{free_bytes} bytes are free, {free_min_bytes} must stay free")]
    DiskFull {
        /// What is free.
        free_bytes: u64,
        /// What must stay free.
        free_min_bytes: u64,
    },
    /// The bytes that are held are not those of the digest.
    #[error("the document {sha256} is damaged")]
    Damaged {
        /// The document.
        sha256: Hash,
    },
    /// The file system refused.
    #[error(transparent)]
    File(#[from] FileError),
    /// The store of documents did not do it; nothing is known to have changed.
    #[error("the store of documents: {text}")]
    Unavailable {
        /// In the store's own words.
        text: String,
    },
    /// The ledger could not be asked which events name the document.
    #[error(transparent)]
    Read(#[from] ReadError),
}

impl DocumentError {
    /// Whether the disk has no room left.
    pub fn is_full(&self) -> bool {
        match self {
            Self::DiskFull { .. } => true,
            Self::File(error) => matches!(
                error.kind,
                std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded
            ),
            _ => false,
        }
    }
}

impl From<Failure> for DocumentError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::DiskFull { free_bytes, free_min_bytes } => {
                Self::DiskFull { free_bytes, free_min_bytes }
            }
            other => Self::Unavailable { text: other.to_string() },
        }
    }
}
