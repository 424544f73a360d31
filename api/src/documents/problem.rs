//! What can be wrong with a document, and its words. Status codes are given in `problem.rs`.

use jejak_ledger::documents::{DocumentError, WaitingLimit};
use jejak_ledger::{Failure, ReadError};
use jejak_signer::Hash;
use serde_json::{Map, Value, json};

use crate::problem::{Limit, Problem};

/// Why a document was not taken or not given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DocumentProblem {
    /// No event that the reader may see names it.
    Unknown,
    /// Events name it; its bytes are not here.
    NotHeld,
    /// Its bytes are not those of its digest.
    Damaged,
    /// Not one of the media types that are taken here.
    TypeNotAllowed { allowed: Vec<String> },
    /// Not the media type that the events say.
    TypeMismatch { announced: Vec<String> },
    /// Not the size that the events say.
    SizeMismatch { found: u64, announced: Vec<u64> },
    /// Not the bytes of the digest in the address.
    DigestMismatch { found: Hash },
    /// Too much waits for an event already.
    WaitingFull { limit: WaitingLimit, max: u64 },
}

impl DocumentProblem {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown-document",
            Self::NotHeld => "document-not-held",
            Self::Damaged => "document-damaged",
            Self::TypeNotAllowed { .. } => "document-type-not-allowed",
            Self::TypeMismatch { .. } => "document-type-mismatch",
            Self::SizeMismatch { .. } => "size-mismatch",
            Self::DigestMismatch { .. } => "digest-mismatch",
            Self::WaitingFull { .. } => "waiting-full",
        }
    }

    pub(crate) fn facts(&self) -> Map<String, Value> {
        let facts = match self {
            Self::Unknown | Self::NotHeld | Self::Damaged => json!({}),
            Self::TypeNotAllowed { allowed } => json!({ "allowed": allowed }),
            Self::TypeMismatch { announced } => json!({ "announced": announced }),
            Self::SizeMismatch { found, announced } => {
                json!({ "found": found, "announced": announced })
            }
            Self::DigestMismatch { found } => json!({ "found": found.to_string() }),
            Self::WaitingFull { limit, max } => json!({ "limit": limit.name(), "max": max }),
        };
        match facts {
            Value::Object(facts) => facts,
            _ => Map::new(),
        }
    }

    pub(crate) fn retry_after_s(&self) -> Option<u64> {
        matches!(self, Self::WaitingFull { .. }).then_some(WAITING_RETRY_S)
    }

    /// The title in Indonesian and English.
    pub(crate) fn title(&self) -> (&'static str, &'static str) {
        match self {
            Self::Unknown => ("Dokumen tidak dikenal", "Unknown document"),
            Self::NotHeld => ("Dokumen tidak disimpan", "Document not held"),
            Self::Damaged => ("Dokumen rusak", "Document damaged"),
            Self::TypeNotAllowed { .. } => ("Jenis dokumen tidak diterima", "Type not taken"),
            Self::TypeMismatch { .. } => ("Jenis dokumen berbeda", "Another type was announced"),
            Self::SizeMismatch { .. } => ("Ukuran dokumen berbeda", "Another size was announced"),
            Self::DigestMismatch { .. } => ("Nilai hash berbeda", "Another digest"),
            Self::WaitingFull { .. } => ("Ruang tunggu penuh", "No room to wait"),
        }
    }

    /// The detail in Indonesian and English.
    pub(crate) fn detail(&self) -> (String, String) {
        let fixed = |id: &str, en: &str| (id.to_owned(), en.to_owned());
        match self {
            Self::Unknown => fixed(
                "Tidak ada peristiwa yang menyebut dokumen ini, atau kelasnya di atas hak baca Anda.",
                "No event names this document, or it is above your class.",
            ),
            Self::NotHeld => fixed(
                "Dokumen ini disebut dalam peristiwa, tetapi belum diunggah atau telah dihapus menurut hukum.",
                "An event names this document, but it was not uploaded yet or was lawfully removed.",
            ),
            Self::Damaged => fixed(
                "Berkas yang disimpan tidak lagi sesuai dengan nilai hash-nya dan karena itu tidak diberikan.",
                "The stored bytes no longer have the digest, so they are not given out.",
            ),
            Self::TypeNotAllowed { allowed } => {
                listed("Jenis media yang diterima", "The media types that are taken are", allowed)
            }
            Self::TypeMismatch { announced } => listed(
                "Peristiwa menyebut jenis media",
                "The media type in the event is",
                announced,
            ),
            Self::SizeMismatch { found, announced } => {
                let said: Vec<String> = announced.iter().map(u64::to_string).collect();
                let said = said.join(", ");
                (
                    format!("Berkas ini {found} bita; peristiwa menyebut {said}."),
                    format!("These are {found} bytes; the event says {said}."),
                )
            }
            Self::DigestMismatch { found } => (
                format!("SHA-256 berkas yang diterima adalah {found}; tidak ada yang disimpan."),
                format!("The SHA-256 of what came is {found}; nothing was kept."),
            ),
            Self::WaitingFull { limit, max } => (
                format!(
                    "Terlalu banyak dokumen menunggu peristiwanya: batas {} adalah {max}. Kirim dahulu \
                     peristiwa yang menyebutnya.",
                    limit.name()
                ),
                format!(
                    "Too many documents wait for their events: the limit {} is {max}. Post the event that \
                     names it first.",
                    limit.name()
                ),
            ),
        }
    }
}

impl From<DocumentError> for Problem {
    fn from(error: DocumentError) -> Self {
        if error.is_full() {
            let (free_bytes, free_min_bytes) = match error {
                DocumentError::DiskFull { free_bytes, free_min_bytes } => {
                    (free_bytes, free_min_bytes)
                }
                _ => (0, 0),
            };
            return Self::Failed(Failure::DiskFull { free_bytes, free_min_bytes });
        }
        match error {
            DocumentError::TooLarge { bytes_max } => Self::TooLarge {
                limit: Limit::DocumentBytes,
                max: usize::try_from(bytes_max).unwrap_or(usize::MAX),
            },
            DocumentError::DigestMismatch { found, .. } => {
                Self::Document(DocumentProblem::DigestMismatch { found })
            }
            DocumentError::SizeMismatch { found, announced } => {
                Self::Document(DocumentProblem::SizeMismatch { found, announced })
            }
            DocumentError::WaitingFull { limit, max } => {
                Self::Document(DocumentProblem::WaitingFull { limit, max })
            }
            DocumentError::Damaged { .. } => Self::Document(DocumentProblem::Damaged),
            DocumentError::Read(ReadError::Unavailable) => Self::Failed(Failure::Unavailable),
            other => Self::internal(&other),
        }
    }
}

fn listed(indonesian: &str, english: &str, types: &[String]) -> (String, String) {
    let types = types.join(", ");
    (format!("{indonesian}: {types}."), format!("{english}: {types}."))
}

/// Documents wait for an hour; some of them end every minute.
const WAITING_RETRY_S: u64 = 60;
