//! What can be wrong with evidence that is handed in or asked for.

use axum::http::StatusCode;
use jejak_ledger::evidence::NotTaken;
use jejak_ledger::rules::Text;
use jejak_ledger::words;
use jejak_signer::Hash;

use crate::problem::{Limit, Problem};

/// Why a list was not taken in or given out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EvidenceProblem {
    /// No list of this digest.
    Unknown,
    /// The bytes have another digest than the address.
    DigestMismatch { found: Hash },
    /// No issuer of this ledger made it.
    IssuerUnknown,
    /// Neither a complete list nor a response that its issuer signed.
    NotValid { reason: Text },
    /// A response about nobody here.
    CertificateUnknown,
    /// Recorded already, or older than what is.
    Outdated { position: u64 },
}

impl EvidenceProblem {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Unknown => StatusCode::NOT_FOUND,
            Self::Outdated { .. } => StatusCode::CONFLICT,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown-evidence",
            Self::DigestMismatch { .. } => "digest-mismatch",
            Self::IssuerUnknown => "evidence-issuer-unknown",
            Self::NotValid { .. } => "evidence-not-valid",
            Self::CertificateUnknown => "evidence-certificate-unknown",
            Self::Outdated { .. } => "evidence-outdated",
        }
    }

    /// Title and detail, each Indonesian and English.
    pub(crate) fn words(&self) -> ((&'static str, &'static str), (String, String)) {
        match self {
            Self::Unknown => (
                ("Bukti pencabutan tidak dikenal", "Unknown evidence"),
                (
                    "Peladen ini tidak menyimpan daftar pencabutan atau jawaban OCSP dengan nilai hash tersebut."
                        .to_owned(),
                    "This server holds no revocation list or OCSP response of that hash.".to_owned(),
                ),
            ),
            Self::DigestMismatch { found } => (
                ("Nilai hash berbeda", "Digest mismatch"),
                (
                    format!("Bita yang dikirim mempunyai nilai hash {found}."),
                    format!("The bytes that were sent have the hash {found}."),
                ),
            ),
            Self::IssuerUnknown => (
                ("Penerbit tidak dikenal", "Issuer unknown"),
                (
                    "Bukti itu bukan buatan penerbit sertifikat yang terdaftar di buku besar ini."
                        .to_owned(),
                    "No issuer of certificates that are enrolled in this ledger made it.".to_owned(),
                ),
            ),
            Self::NotValid { reason } => (
                ("Bukti pencabutan tidak sah", "Evidence not valid"),
                (
                    format!(
                        "Bukan daftar pencabutan lengkap atau jawaban OCSP dari penerbitnya: {}.",
                        reason.id
                    ),
                    format!(
                        "Not a complete revocation list or an OCSP response of its issuer: {}.",
                        reason.en
                    ),
                ),
            ),
            Self::CertificateUnknown => (
                ("Sertifikat tidak dikenal", "Certificate unknown"),
                (
                    "Jawaban OCSP itu tidak menyatakan apa pun tentang sertifikat yang terdaftar di buku besar ini."
                        .to_owned(),
                    "The OCSP response says nothing of a certificate that is enrolled in this ledger."
                        .to_owned(),
                ),
            ),
            Self::Outdated { position } => (
                ("Sudah tercatat yang lebih baru", "Evidence outdated"),
                (
                    format!(
                        "Bukti ini, atau yang lebih baru, sudah tercatat pada posisi {position}."
                    ),
                    format!("This evidence, or a newer one, is recorded at position {position}."),
                ),
            ),
        }
    }
}

impl From<NotTaken> for Problem {
    fn from(not_taken: NotTaken) -> Self {
        match not_taken {
            NotTaken::TooLong { bytes_max, .. } => {
                Self::TooLarge { limit: Limit::EvidenceBytes, max: bytes_max }
            }
            NotTaken::IssuerUnknown => Self::Evidence(EvidenceProblem::IssuerUnknown),
            NotTaken::NotAList(reason) => {
                let reason = words::revocation_list(&reason);
                Self::Evidence(EvidenceProblem::NotValid { reason })
            }
            NotTaken::NotAResponse(reason) => {
                let reason = words::ocsp_response(&reason);
                Self::Evidence(EvidenceProblem::NotValid { reason })
            }
            NotTaken::CertificateUnknown => Self::Evidence(EvidenceProblem::CertificateUnknown),
            NotTaken::Outdated { position } => {
                Self::Evidence(EvidenceProblem::Outdated { position: position.0 })
            }
            NotTaken::Unread(error) => error.into(),
            NotTaken::Unwritten(error) => Self::internal(&error),
        }
    }
}
