//! Why evidence of revocation is not recorded, as facts and in words.

use jejak_signer::{Hash, RevocationListError};
use jiff::Timestamp;

use crate::rules::Text;

/// What is wrong with evidence that an event records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EvidenceFault {
    /// The server does not hold the object.
    NotHeld {
        /// Its SHA-256.
        object: Hash,
    },
    /// The issuer is neither an anchor nor in the chain of the enrolled certificate that the event names.
    IssuerUnknown {
        /// SHA-256 of the issuer's certificate.
        issuer: Hash,
    },
    /// The object is no complete revocation list of that issuer.
    NotAList(RevocationListError),
    /// The event says something else than the object.
    Differs {
        /// Where in the event.
        pointer: &'static str,
    },
    /// The list is of a time that has not come.
    NotYet {
        /// `thisUpdate`, Unix seconds.
        made_at: i64,
    },
}

impl EvidenceFault {
    /// The stable, kebab-case name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotHeld { .. } => "evidence-not-held",
            Self::IssuerUnknown { .. } => "evidence-issuer-unknown",
            Self::NotAList(_) | Self::NotYet { .. } => "evidence-not-valid",
            Self::Differs { .. } => "evidence-differs",
        }
    }

    pub(crate) fn pointer(&self) -> &'static str {
        match self {
            Self::NotHeld { .. } | Self::NotAList(_) => "/data/object",
            Self::IssuerUnknown { .. } => "/data/issuer",
            Self::Differs { pointer } => pointer,
            Self::NotYet { .. } => "/data/this_update",
        }
    }

    pub(crate) fn text(&self) -> Text {
        let (id, en) = match self {
            Self::NotHeld { object } => (
                format!(
                    "Daftar pencabutan {object} tidak tersimpan di server; kirim berkasnya lebih dahulu."
                ),
                format!(
                    "The server does not hold the revocation list {object}; send the file first."
                ),
            ),
            Self::IssuerUnknown { issuer } => (
                format!(
                    "Penerbit dengan sertifikat {issuer} bukan jangkar kepercayaan dan tidak ada dalam rantai sertifikat \
                     terdaftar yang disebut (via)."
                ),
                format!(
                    "The issuer with the certificate {issuer} is no trust anchor and not in the chain of the enrolled \
                     certificate that is named (via)."
                ),
            ),
            Self::NotAList(reason) => (
                format!(
                    "Bukan daftar pencabutan lengkap dari penerbit itu; alasan teknis: {reason}."
                ),
                format!("Not a complete revocation list of that issuer: {reason}."),
            ),
            Self::Differs { .. } => (
                "Tidak sama dengan isi daftar pencabutannya.".to_owned(),
                "Not what the revocation list itself says.".to_owned(),
            ),
            Self::NotYet { made_at } => {
                let at = Timestamp::from_second(*made_at)
                    .map_or_else(|_| made_at.to_string(), |at| at.to_string());
                (
                    format!("Daftar itu bertanggal {at}, waktu yang belum tiba."),
                    format!("The list is of {at}, which has not come."),
                )
            }
        };
        Text { id, en }
    }
}
