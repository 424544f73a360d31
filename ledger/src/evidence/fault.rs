//! Why evidence of revocation is not recorded, as facts and in words.

use jejak_signer::{Hash, RevocationEvidenceError};
use jiff::Timestamp;

use crate::rules::Text;
use crate::words;

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
    /// The certificate that a response is recorded for is neither enrolled nor in the chain of one that is.
    CertificateUnknown {
        /// Its SHA-256.
        certificate: Hash,
    },
    /// The object is no complete revocation list, and no response, of that issuer.
    NotEvidence(RevocationEvidenceError),
    /// A list where a response is recorded, or a response where a list is.
    OtherForm,
    /// The response says nothing of the certificate.
    SaysNothing,
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
            Self::CertificateUnknown { .. } => "evidence-certificate-unknown",
            Self::NotEvidence(_) | Self::OtherForm | Self::SaysNothing | Self::NotYet { .. } => {
                "evidence-not-valid"
            }
            Self::Differs { .. } => "evidence-differs",
        }
    }

    pub(crate) fn pointer(&self) -> &'static str {
        match self {
            Self::NotHeld { .. } | Self::NotEvidence(_) | Self::OtherForm | Self::SaysNothing => {
                "/data/object"
            }
            Self::CertificateUnknown { .. } => "/data/certificate",
            Self::IssuerUnknown { .. } => "/data/issuer",
            Self::Differs { pointer } => pointer,
            Self::NotYet { .. } => "/data/this_update",
        }
    }

    pub(crate) fn text(&self) -> Text {
        let (id, en) = match self {
            Self::NotHeld { object } => (
                format!(
                    "Bukti pencabutan {object} tidak tersimpan di server; kirim berkasnya lebih dahulu."
                ),
                format!(
                    "The server does not hold the evidence of revocation {object}; send the file first."
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
            Self::CertificateUnknown { certificate } => (
                format!(
                    "Sertifikat {certificate} tidak terdaftar dan tidak ada dalam rantai sertifikat terdaftar yang disebut \
                     (via)."
                ),
                format!(
                    "The certificate {certificate} is not enrolled, and not in the chain of the enrolled certificate that \
                     is named (via)."
                ),
            ),
            Self::NotEvidence(reason) => {
                let Text { id, en } = match reason {
                    RevocationEvidenceError::List(reason) => words::revocation_list(reason),
                    RevocationEvidenceError::Response(reason) => words::ocsp_response(reason),
                };
                (
                    format!(
                        "Bukan daftar pencabutan lengkap atau jawaban OCSP dari penerbit itu: {id}."
                    ),
                    format!(
                        "Not a complete revocation list or an OCSP response of that issuer: {en}."
                    ),
                )
            }
            Self::OtherForm => (
                "Daftar pencabutan dicatat dengan evidence.recorded, jawaban OCSP dengan evidence.response_recorded."
                    .to_owned(),
                "A revocation list is recorded by evidence.recorded, an OCSP response by evidence.response_recorded."
                    .to_owned(),
            ),
            Self::SaysNothing => (
                "Jawaban OCSP itu tidak menyatakan apa pun tentang sertifikat yang disebut.".to_owned(),
                "The OCSP response says nothing of the certificate that is named.".to_owned(),
            ),
            Self::Differs { .. } => (
                "Tidak sama dengan isi bukti pencabutannya.".to_owned(),
                "Not what the evidence itself says.".to_owned(),
            ),
            Self::NotYet { made_at } => {
                let at = Timestamp::from_second(*made_at)
                    .map_or_else(|_| made_at.to_string(), |at| at.to_string());
                (
                    format!("Bukti itu bertanggal {at}, waktu yang belum tiba."),
                    format!("The evidence is of {at}, which has not come."),
                )
            }
        };
        Text { id, en }
    }
}
