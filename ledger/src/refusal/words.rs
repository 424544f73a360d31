//! Where in the event a refusal points, and what it says, in both languages.

use jejak_signer::VerifyError;
use jiff::Timestamp;

use super::{ActTime, EnrolmentFault, Refusal};
use crate::log::Micros;
use crate::reasons;
use crate::rules::{Language, Text};
use crate::trust::LockedOut;
use crate::words;

impl Refusal {
    pub(super) fn pointer(&self) -> String {
        match self {
            Self::Payload(error) => error.pointer.clone(),
            Self::Chain { pointer, .. } | Self::Enrolment { pointer, .. } => pointer.clone(),
            Self::RevokedByList { pointer, .. }
            | Self::StructureOfBefore { pointer, .. }
            | Self::RuleSetUnloadable { pointer, .. }
            | Self::LocksOut { pointer, .. } => (*pointer).to_owned(),
            Self::Evidence(fault) => fault.pointer().to_owned(),
            Self::WrongLedger { .. } => "/ledger".to_owned(),
            Self::SourceNotYours { .. } => "/source".to_owned(),
            Self::IdReused { .. } => "/id".to_owned(),
            Self::TimeOutOfRange(ActTime::Future { .. }) => "/time".to_owned(),
            Self::TimeOutOfRange(ActTime::LateUnexplained { .. }) => "/late".to_owned(),
            Self::RuleSetNotHeld { .. } | Self::RuleSetOfAnotherRegion { .. } => {
                "/data/ruleset".to_owned()
            }
            Self::TrustPolicyNotHeld { .. } => "/data/policy".to_owned(),
            Self::StreamFull { .. } => "/subject".to_owned(),
            Self::VersionMismatch { .. } => "/expectedversion".to_owned(),
            _ => String::new(),
        }
    }

    pub(super) fn fact(&self) -> Text {
        match self {
            Self::Jws(error) => reasons::jws(error),
            Self::Payload(error) => reasons::payload(error),
            Self::CertificateUnknown { thumbprint } => {
                reasons::signature(&VerifyError::CertificateUnknown { thumbprint: *thumbprint })
            }
            Self::Signature(error) => reasons::signature(error),
            Self::WrongLedger { expected, found } => text(
                format!("Peristiwa ditujukan ke {found}; buku besar ini {expected}."),
                format!("The event is meant for {found}; this ledger is {expected}."),
            ),
            Self::SourceNotYours { agency, source_named } => text(
                format!(
                    "Penanda tangan terdaftar pada agency/{agency}, bukan {source_named}; di sana ia hanya menandatangani dalam \
                     jabatan yang dipangkunya (office)."
                ),
                format!(
                    "The signatory is enrolled for agency/{agency}, not {source_named}; there he signs only in an office \
                     that he holds (office)."
                ),
            ),
            Self::IdReused { position } => text(
                format!(
                    "Id ini sudah dipakai pernyataan lain dari sumber yang sama, pada posisi {position}: idnya sama, \
                     tetapi isi, waktu tanda tangan (iat) atau sertifikatnya lain. Bila peristiwanya sama, kirim \
                     pernyataan yang dahulu itu persis apa adanya; resinya akan dijawab. Bila peristiwanya baru, pakai id baru."
                ),
                format!(
                    "Another statement of the same source has this id, at position {position}: the id is the same, the \
                     content, the signing time (iat) or the certificate is not. If it is the same event, send that \
                     earlier statement exactly as it was: its receipt is the answer. If it is a new event, take a new id."
                ),
            ),
            Self::SignerRevoked { thumbprint } => text(
                format!("Sertifikat {thumbprint} telah dicabut."),
                format!("Certificate {thumbprint} was revoked."),
            ),
            Self::SignerSuspended { thumbprint } => text(
                format!("Sertifikat {thumbprint} sedang dibekukan."),
                format!("Certificate {thumbprint} is suspended."),
            ),
            Self::RevokedByList { certificate, revocation, list, .. } => {
                reasons::revoked(certificate, revocation, list)
            }
            Self::RevocationStale { certificate, stream, due } => {
                reasons::stale(certificate, stream, *due)
            }
            Self::Evidence(fault) => fault.text(),
            Self::RuleSetNotHeld { hash } => text(
                format!("Perangkat aturan {hash} tidak tersimpan di server."),
                format!("The server does not hold the rule set {hash}."),
            ),
            Self::RuleSetUnloadable { hash, error, .. } => {
                let Text { id, en } = error.text();
                text(
                    format!("Perangkat aturan {hash} tidak dapat dimuat: {id}."),
                    format!("The rule set {hash} does not load: {en}."),
                )
            }
            Self::TrustPolicyNotHeld { hash } => text(
                format!("Kebijakan kepercayaan {hash} tidak tersimpan di server."),
                format!("The server does not hold the trust policy {hash}."),
            ),
            Self::StructureOfBefore { in_force, found, .. } => of_before(*in_force, *found),
            Self::RuleSetOfAnotherRegion { expected, found } => text(
                format!("Perangkat aturan itu untuk wilayah {found}; buku besar ini {expected}."),
                format!("The rule set is that of region {found}; this ledger is {expected}."),
            ),
            Self::StreamFull { subject, bytes_max } => text(
                format!("Catatan tentang {subject} telah mencapai batas {bytes_max} bita."),
                format!("What is kept of {subject} has reached its limit of {bytes_max} bytes."),
            ),
            Self::VersionMismatch { expected, version } => text(
                format!("Aliran ini sudah memuat {version} peristiwa, bukan {expected}."),
                format!("The stream has {version} events, not {expected}."),
            ),
            Self::Enrolment { reason, .. } => reason.text(),
            Self::SignerNotTrusted { .. }
            | Self::LogKeyNotHeld { .. }
            | Self::LocksOut { .. }
            | Self::Chain { .. } => self.trust_fact(),
            Self::IatOutOfWindow { .. }
            | Self::CertificateExpired { .. }
            | Self::TimeOutOfRange(_) => self.time_fact(),
            Self::Rule(refusal) => {
                text(refusal.detail(Language::Indonesian), refusal.detail(Language::English))
            }
        }
    }

    fn trust_fact(&self) -> Text {
        match self {
            Self::SignerNotTrusted { thumbprint, reason } => {
                let reason = words::trust_in_chain(reason);
                text(
                    format!(
                        "Kebijakan kepercayaan yang berlaku tidak menerima sertifikat {thumbprint}: {}.",
                        reason.id
                    ),
                    format!(
                        "The trust policy in force does not accept the certificate {thumbprint}: {}.",
                        reason.en
                    ),
                )
            }
            Self::LogKeyNotHeld { in_force } => {
                let keys = in_force.join(", ");
                text(
                    format!(
                        "Sesudah peristiwa ini server tidak dapat menandatangani checkpoint: tidak satu pun kunci log \
                         yang dipegangnya berlaku. Yang berlaku nanti: {keys}."
                    ),
                    format!(
                        "After this event the server could sign no checkpoint: none of the log keys that it holds \
                         would be in force. Those would be: {keys}."
                    ),
                )
            }
            Self::LocksOut { locked, .. } => {
                let LockedOut { person, certificate, reason } = &**locked;
                let reason = words::trust_in_chain(reason);
                text(
                    format!(
                        "Menurut kebijakan ini pemegang otoritas {person} tidak dapat lagi menandatangani (sertifikat \
                         {certificate}: {}), padahal kebijakan hanya berganti dengan tanda tangan kedua pemegang otoritas.",
                        reason.id
                    ),
                    format!(
                        "Under this policy the authority {person} could sign no more (certificate {certificate}: {}), and \
                         without both authorities no policy is adopted.",
                        reason.en
                    ),
                )
            }
            Self::Chain { reason, .. } => {
                let reason = words::trust_in_chain(reason);
                text(
                    format!("Rantai sertifikat tidak dapat diterima: {}.", reason.id),
                    format!("The certificate chain is not acceptable: {}.", reason.en),
                )
            }
            _ => Text::default(),
        }
    }

    fn time_fact(&self) -> Text {
        match self {
            Self::IatOutOfWindow { iat, recorded_at, past_s, future_s } => text(
                format!(
                    "Waktu tanda tangan (iat {iat}) harus {past_s} detik sebelum sampai {future_s} detik sesudah {}.",
                    when(*recorded_at)
                ),
                format!(
                    "The signing time (iat {iat}) must lie {past_s} s before to {future_s} s after {}.",
                    when(*recorded_at)
                ),
            ),
            Self::CertificateExpired { window, recorded_at } => text(
                format!(
                    "Sertifikat berlaku dari {} sampai {}, bukan pada {}.",
                    when_s(window.not_before),
                    when_s(window.not_after),
                    when(*recorded_at)
                ),
                format!(
                    "The certificate is valid from {} to {}, not at {}.",
                    when_s(window.not_before),
                    when_s(window.not_after),
                    when(*recorded_at)
                ),
            ),
            Self::TimeOutOfRange(ActTime::Future { future_s }) => text(
                format!("Waktu tindakan (time) lebih dari {future_s} detik sesudah iat."),
                format!("The time of the act lies more than {future_s} s after iat."),
            ),
            Self::TimeOutOfRange(ActTime::LateUnexplained { late_after_s }) => text(
                format!(
                    "Waktu tindakan lebih dari {late_after_s} detik sebelum iat; `late` (alasan dan dokumen) wajib diisi."
                ),
                format!(
                    "The act lies more than {late_after_s} s before iat; `late` (reason and document) is required."
                ),
            ),
            _ => Text::default(),
        }
    }
}

impl EnrolmentFault {
    fn text(self) -> Text {
        let (id, en) = match self {
            Self::NotCertificates => (
                "Harus berupa daftar 1 sampai 4 sertifikat DER dalam base64.",
                "Must be a list of 1 to 4 base64 DER certificates.",
            ),
            Self::PossessionMalformed => (
                "Bukti penguasaan kunci bukan JWS ringkas.",
                "The proof of possession is not a compact JWS.",
            ),
            Self::PossessionNotSigned => (
                "Bukti penguasaan kunci tidak ditandatangani dengan kunci sertifikat ini.",
                "The proof of possession is not signed by the key of this certificate.",
            ),
            Self::PossessionOfAnother => (
                "Bukti penguasaan kunci menyebut buku besar, instansi, orang, atau sertifikat lain.",
                "The proof of possession names another ledger, agency, person or certificate.",
            ),
            Self::NotAnOpening => (
                "Bukan peristiwa pembukaan buku besar ini.",
                "Not the opening event of this ledger.",
            ),
        };
        text(id.to_owned(), en.to_owned())
    }
}

fn of_before(in_force: u8, found: u8) -> Text {
    text(
        format!(
            "Perangkat aturan itu berdiri di atas aturan struktural versi {found}; yang berlaku versi {in_force}."
        ),
        format!(
            "The rule set stands on version {found} of the structural acts; version {in_force} is in force."
        ),
    )
}

fn text(id: String, en: String) -> Text {
    Text { id, en }
}

/// RFC 3339, UTC.
fn when(micros: Micros) -> String {
    let moment = i64::try_from(micros.0).ok().and_then(|us| Timestamp::from_microsecond(us).ok());
    moment.map_or_else(|| micros.to_string(), |moment| moment.to_string())
}

fn when_s(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |at| at.to_string())
}
