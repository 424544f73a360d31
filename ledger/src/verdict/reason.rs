//! Why a signature did not pass: a closed list. Each reason has a stable code and one effect, so that the
//! result of a step follows from its reason.

use crate::log::merkle::ProofError;
use crate::log::{NoteVerifyError, ReceiptFailure};
use crate::rules::Text;

/// Why a step did not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The statement is not held: nothing that rests on its bytes can be said.
    StatementNotHeld,
    /// The statement is no strict compact JWS.
    StatementMalformed,
    /// The statement is not the one that the record commits to.
    StatementMismatch,
    /// The certificate that the statement names is not held.
    CertificateNotHeld,
    /// The key of the certificate did not sign these bytes.
    SignatureInvalid,
    /// The policy does not accept the algorithm at that time.
    AlgorithmNotAccepted,
    /// No token proves when the signature existed.
    NoProofOfExistence,
    /// The question is of a time before the ledger recorded the event.
    AskedBeforeRecorded,
    /// There are tokens, and none of them counts under the policy.
    TimeStampNotAccepted,
    /// A token no longer proves by itself, and what carries it on was not made in time.
    NotRenewed,
    /// The chain leads to no anchor that the policy trusted at that time.
    NoTrustedPath,
    /// The certificate cannot be a holder's, whatever is trusted.
    CertificatePathInvalid,
    /// The certificate was not valid at that time.
    CertificateNotValid,
    /// It was valid when recorded, and expired before its existence is proven.
    CertificateExpiredBeforeProof,
    /// The issuer revoked it at or before that time.
    CertificateRevoked,
    /// Revoked later, as invalid since a time at or before that one.
    InvalidSince,
    /// The issuer had suspended it.
    CertificateOnHold,
    /// No list was made at or after that time yet.
    RevocationPending,
    /// No list of the issuer says anything of it.
    RevocationUnknown,
    /// The row of the certificate names another person or class than the enrolment that stands in the log, or is active where
    /// the log shows that it was revoked.
    EnrolmentMismatch,
    /// The ledger had not enrolled the certificate.
    SignerNotEnrolled,
    /// The ledger had revoked it.
    SignerRevoked,
    /// The ledger had suspended it.
    SignerSuspended,
    /// The event names another agency than the signer's.
    NotHisAgency,
    /// This engine decides the event otherwise than the one that recorded it.
    DecisionDrift,
    /// What entitled somebody rests on a seat that two registrars gave, which no file proves.
    SeatNotProven,
    /// It is not decided again while signature or certificate do not stand.
    NotDecided,
    /// Something that the decision rested on is not in the evidence.
    EvidenceIncomplete,
    /// No signed checkpoint is held.
    CheckpointNotHeld,
    /// The checkpoint is another ledger's, or the statement is meant for another one.
    CheckpointOfAnotherLedger,
    /// The policy knows no ledger of this origin.
    LedgerUnknown,
    /// The policy knows no key of the ledger that signed this size.
    LogKeyUnknown,
    /// No key of the ledger that counts at this size signed it: one that does not count yet, or no longer.
    LogKeyNotInForce,
    /// A signature on the checkpoint is wrong.
    LogSignatureInvalid,
    /// The checkpoint is not a signed checkpoint.
    CheckpointMalformed,
    /// Record and proof are of different positions.
    RecordMismatch,
    /// The checkpoint is older than the record: it can say nothing of it.
    CheckpointOlder,
    /// A path that would show it is missing, or has not as many hashes as the sizes ask for: neither shown nor disproved.
    PathNotShown,
    /// The record is not under the checkpoint.
    NotIncluded,
    /// The ledger does not begin as the policy says.
    GenesisMismatch,
    /// Checkpoints of the ledger, or records under them, are not of one log.
    CheckpointsInconsistent,
    /// Records of the log, or a record and a token, are not in the order of time.
    RecordedOutOfOrder,
    /// Fewer witnesses than the policy asks for.
    Unwitnessed,
}

/// What a reason does to the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// More or other evidence could decide it.
    Indeterminate,
    /// Nothing can mend it.
    Failed,
}

impl From<&ReceiptFailure> for Reason {
    fn from(failure: &ReceiptFailure) -> Self {
        match failure {
            ReceiptFailure::IndexMismatch { .. } => Self::RecordMismatch,
            ReceiptFailure::Note(_) | ReceiptFailure::Checkpoint(_) => Self::CheckpointMalformed,
            ReceiptFailure::LedgerUnknown { .. } => Self::LedgerUnknown,
            ReceiptFailure::OtherLedger { .. } => Self::CheckpointOfAnotherLedger,
            ReceiptFailure::Signatures(NoteVerifyError::SignatureInvalid { .. }) => {
                Self::LogSignatureInvalid
            }
            ReceiptFailure::Signatures(_) => Self::LogKeyUnknown,
            ReceiptFailure::NoLogSignature { .. } => Self::LogKeyNotInForce,
            ReceiptFailure::Inclusion(ProofError::NoSuchLeaf { .. }) => Self::CheckpointOlder,
            ReceiptFailure::Inclusion(ProofError::PathLength { .. }) => Self::PathNotShown,
            ReceiptFailure::Inclusion(_) => Self::NotIncluded,
            ReceiptFailure::Genesis => Self::GenesisMismatch,
            ReceiptFailure::Statement { .. } => Self::StatementMismatch,
            ReceiptFailure::Enrolment(inner) => Self::from(&**inner),
        }
    }
}

impl Reason {
    /// All of them, in the order of the steps.
    pub const ALL: [Self; 43] = [
        Self::StatementNotHeld,
        Self::StatementMalformed,
        Self::StatementMismatch,
        Self::CertificateNotHeld,
        Self::SignatureInvalid,
        Self::AlgorithmNotAccepted,
        Self::NoProofOfExistence,
        Self::AskedBeforeRecorded,
        Self::TimeStampNotAccepted,
        Self::NotRenewed,
        Self::NoTrustedPath,
        Self::CertificatePathInvalid,
        Self::CertificateNotValid,
        Self::CertificateExpiredBeforeProof,
        Self::CertificateRevoked,
        Self::InvalidSince,
        Self::CertificateOnHold,
        Self::RevocationPending,
        Self::RevocationUnknown,
        Self::EnrolmentMismatch,
        Self::SignerNotEnrolled,
        Self::SignerRevoked,
        Self::SignerSuspended,
        Self::NotHisAgency,
        Self::DecisionDrift,
        Self::SeatNotProven,
        Self::NotDecided,
        Self::EvidenceIncomplete,
        Self::CheckpointNotHeld,
        Self::CheckpointOfAnotherLedger,
        Self::LedgerUnknown,
        Self::LogKeyUnknown,
        Self::LogKeyNotInForce,
        Self::LogSignatureInvalid,
        Self::CheckpointMalformed,
        Self::RecordMismatch,
        Self::CheckpointOlder,
        Self::PathNotShown,
        Self::NotIncluded,
        Self::GenesisMismatch,
        Self::CheckpointsInconsistent,
        Self::RecordedOutOfOrder,
        Self::Unwitnessed,
    ];

    /// The stable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::StatementNotHeld => "statement-not-held",
            Self::StatementMalformed => "statement-malformed",
            Self::StatementMismatch => "statement-mismatch",
            Self::CertificateNotHeld => "certificate-not-held",
            Self::SignatureInvalid => "signature-invalid",
            Self::AlgorithmNotAccepted => "algorithm-not-accepted",
            Self::NoProofOfExistence => "no-proof-of-existence",
            Self::AskedBeforeRecorded => "asked-before-recorded",
            Self::TimeStampNotAccepted => "time-stamp-not-accepted",
            Self::NotRenewed => "not-renewed",
            Self::NoTrustedPath => "no-trusted-path",
            Self::CertificatePathInvalid => "certificate-path-invalid",
            Self::CertificateNotValid => "certificate-not-valid",
            Self::CertificateExpiredBeforeProof => "certificate-expired-before-proof",
            Self::CertificateRevoked => "certificate-revoked",
            Self::InvalidSince => "invalid-since",
            Self::CertificateOnHold => "certificate-on-hold",
            Self::RevocationPending => "revocation-pending",
            Self::RevocationUnknown => "revocation-unknown",
            Self::EnrolmentMismatch => "enrolment-mismatch",
            Self::SignerNotEnrolled => "signer-not-enrolled",
            Self::SignerRevoked => "signer-revoked",
            Self::SignerSuspended => "signer-suspended",
            Self::NotHisAgency => "not-his-agency",
            Self::DecisionDrift => "decision-drift",
            Self::SeatNotProven => "seat-not-proven",
            Self::NotDecided => "not-decided",
            Self::EvidenceIncomplete => "evidence-incomplete",
            Self::CheckpointNotHeld => "checkpoint-not-held",
            Self::CheckpointOfAnotherLedger => "checkpoint-of-another-ledger",
            Self::LedgerUnknown => "ledger-unknown",
            Self::LogKeyUnknown => "log-key-unknown",
            Self::LogKeyNotInForce => "log-key-not-in-force",
            Self::LogSignatureInvalid => "log-signature-invalid",
            Self::CheckpointMalformed => "checkpoint-malformed",
            Self::RecordMismatch => "record-mismatch",
            Self::CheckpointOlder => "checkpoint-older",
            Self::PathNotShown => "path-not-shown",
            Self::NotIncluded => "not-included",
            Self::GenesisMismatch => "genesis-mismatch",
            Self::CheckpointsInconsistent => "checkpoints-inconsistent",
            Self::RecordedOutOfOrder => "recorded-out-of-order",
            Self::Unwitnessed => "unwitnessed",
        }
    }

    /// A list or response of the issuer would decide it.
    pub(super) fn awaits_issuer(self) -> bool {
        matches!(self, Self::RevocationPending | Self::RevocationUnknown)
    }

    /// What it does to the verdict.
    pub fn effect(self) -> Effect {
        match self {
            Self::StatementMalformed
            | Self::StatementMismatch
            | Self::SignatureInvalid
            | Self::CertificatePathInvalid
            | Self::CertificateNotValid
            | Self::CertificateRevoked
            | Self::SignerNotEnrolled
            | Self::SignerRevoked
            | Self::SignerSuspended
            | Self::NotHisAgency
            | Self::LogSignatureInvalid
            | Self::CheckpointMalformed
            | Self::RecordMismatch
            | Self::NotIncluded
            | Self::GenesisMismatch
            | Self::CheckpointsInconsistent => Effect::Failed,
            Self::StatementNotHeld
            | Self::CertificateNotHeld
            | Self::AlgorithmNotAccepted
            | Self::NoProofOfExistence
            | Self::AskedBeforeRecorded
            | Self::TimeStampNotAccepted
            | Self::NotRenewed
            | Self::NoTrustedPath
            | Self::CertificateExpiredBeforeProof
            | Self::InvalidSince
            | Self::CertificateOnHold
            | Self::RevocationPending
            | Self::RevocationUnknown
            | Self::EnrolmentMismatch
            | Self::DecisionDrift
            | Self::SeatNotProven
            | Self::RecordedOutOfOrder
            | Self::NotDecided
            | Self::EvidenceIncomplete
            | Self::CheckpointNotHeld
            | Self::CheckpointOlder
            | Self::PathNotShown
            | Self::CheckpointOfAnotherLedger
            | Self::LedgerUnknown
            | Self::LogKeyUnknown
            | Self::LogKeyNotInForce
            | Self::Unwitnessed => Effect::Indeterminate,
        }
    }

    /// What it means, in words.
    pub fn text(self) -> Text {
        let (id, en) = self.words();
        Text { id: id.to_owned(), en: en.to_owned() }
    }

    #[expect(clippy::too_many_lines, reason = "a table of words")]
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::StatementNotHeld => (
                "pernyataannya tidak ada dalam bukti, sehingga tanda tangannya tidak dapat diperiksa",
                "the statement is not in the evidence, so that its signature cannot be checked",
            ),
            Self::StatementMalformed => (
                "pernyataannya bukan JWS yang sah bentuknya",
                "the statement is not a well-formed JWS",
            ),
            Self::StatementMismatch => (
                "pernyataan ini bukan yang dicatat buku besar",
                "this is not the statement that the ledger recorded",
            ),
            Self::CertificateNotHeld => (
                "sertifikat yang disebut pernyataan tidak ada dalam bukti",
                "the certificate that the statement names is not in the evidence",
            ),
            Self::SignatureInvalid => (
                "tanda tangan ini tidak dibuat dengan kunci sertifikat itu atas isi ini",
                "the key of the certificate did not sign these bytes",
            ),
            Self::AlgorithmNotAccepted => (
                "kebijakan tidak menerima algoritma ini pada saat itu",
                "the policy does not accept the algorithm at that time",
            ),
            Self::NoProofOfExistence => (
                "belum ada penanda waktu yang membuktikan kapan tanda tangan ini ada; waktu pencatatan hanya \
                 kata buku besar sendiri",
                "no time stamp proves yet when the signature existed; the time of recording is only the ledger's word",
            ),
            Self::AskedBeforeRecorded => (
                "ditanya seakan-akan pada saat sebelum buku besar mencatat peristiwa ini menurut jamnya: pada saat itu \
                 belum ada yang membuktikan bahwa tanda tangan ini ada; periksa --at atau jam",
                "asked as of a time before the ledger recorded the event by its clock: nothing proves that the signature \
                 existed by then; look at --at, or at the clock",
            ),
            Self::TimeStampNotAccepted => (
                "ada penanda waktu, tetapi tidak satu pun dapat diterima menurut kebijakan",
                "there are time stamps, and none of them counts under the policy",
            ),
            Self::NotRenewed => (
                "penanda waktunya sudah tidak membuktikan lagi (sertifikat otoritasnya berakhir, atau algoritmanya tidak \
                 dipakai lagi), dan tidak diperbarui sebelum itu",
                "the time stamp proves no longer (its authority's certificate expired, or its algorithms ended), and was \
                 not renewed before",
            ),
            Self::NoTrustedPath => (
                "sertifikat tidak berujung pada akar yang dipercaya kebijakan pada saat itu",
                "the certificate leads to no anchor that the policy trusted at that time",
            ),
            Self::CertificatePathInvalid => (
                "sertifikat ini tidak dapat menjadi sertifikat seorang penanda tangan, akar mana pun yang dipercaya",
                "this certificate cannot be a signer's, whatever is trusted",
            ),
            Self::CertificateNotValid => (
                "sertifikat tidak berlaku pada saat itu",
                "the certificate was not valid at that time",
            ),
            Self::CertificateExpiredBeforeProof => (
                "sertifikat berakhir sebelum keberadaan tanda tangan terbukti",
                "the certificate expired before the signature is proven to have existed",
            ),
            Self::CertificateRevoked => (
                "penerbit telah mencabut sertifikat pada saat itu",
                "the issuer had revoked the certificate by then",
            ),
            Self::InvalidSince => (
                "sertifikat dicabut kemudian, dan menurut penerbit sudah tidak sah sejak sebelum saat itu: \
                 kuncinya mungkin di tangan orang lain",
                "the certificate was revoked later as invalid since before that time: the key may have been in other \
                 hands",
            ),
            Self::CertificateOnHold => (
                "penerbit sedang menangguhkan sertifikat pada saat itu",
                "the issuer had suspended the certificate at that time",
            ),
            Self::RevocationPending => (
                "belum ada daftar pencabutan yang dibuat pada atau sesudah saat itu",
                "no revocation list was made at or after that time yet",
            ),
            Self::RevocationUnknown => (
                "tidak ada daftar pencabutan dari penerbit tentang sertifikat ini",
                "no revocation list of the issuer says anything of this certificate",
            ),
            Self::EnrolmentMismatch => (
                "baris sertifikat dalam bukti ini menyebut orang, instansi, kelas, atau pendaftar lain daripada pendaftarannya dalam log, atau \
                 berlaku padahal log mencabutnya; mintalah bukti dari sumber lain",
                "the row of the certificate in this evidence names another person, agency, class or enroller than its enrolment in the log, or \
                 is active although the log has revoked it; ask another source for evidence",
            ),
            Self::SignerNotEnrolled => (
                "buku besar belum mendaftarkan sertifikat ini pada saat itu",
                "the ledger had not enrolled the certificate",
            ),
            Self::SignerRevoked => (
                "buku besar sudah mencabut pendaftaran sertifikat ini",
                "the ledger had revoked the enrolment of the certificate",
            ),
            Self::SignerSuspended => (
                "buku besar sedang menangguhkan sertifikat ini",
                "the ledger had suspended the certificate",
            ),
            Self::NotHisAgency => (
                "peristiwa atas nama instansi lain daripada instansi penanda tangan",
                "the event names another agency than the signer's",
            ),
            Self::DecisionDrift => (
                "mesin aturan ini memutus lain daripada yang mencatat: perbedaan mesin (DRIFT), bukan bukti \
                 pemalsuan; audit menunjukkan di mana",
                "this engine decides otherwise than the one that recorded it: DRIFT of the engine, no proof of \
                 tampering; an audit tells where",
            ),
            Self::SeatNotProven => (
                "pendaftaran atau penetapan yang menjadi dasarnya bertumpu pada kursi pemegang otoritas yang diberikan dua pendaftar karena \
                 sertifikat semua pemegang otoritas sudah berakhir; bahwa tidak satu pun sudah diperbarui tidak dapat dibuktikan berkas bukti: \
                 `jejak audit` atas salinan buku besar memeriksanya",
                "the enrolment or adoption that it stands on rests on the seat of an authority that two registrars gave because the \
                 certificates of all authorities had ended; that none had been renewed no file of evidence proves: `jejak audit` on a \
                 copy of the ledger checks it",
            ),
            Self::NotDecided => (
                "wewenang tidak diputus ulang selama tanda tangan atau sertifikat belum tegak",
                "authority is not decided again while signature or certificate do not stand",
            ),
            Self::EvidenceIncomplete => (
                "bukti tidak memuat semua yang menjadi dasar keputusan",
                "the evidence lacks something that the decision rested on",
            ),
            Self::CheckpointNotHeld => (
                "tidak ada kepala pohon yang ditandatangani buku besar dalam bukti; serahkan satu, misalnya resi",
                "there is no tree head signed by the ledger in the evidence; hand one in, e.g. a receipt",
            ),
            Self::CheckpointOfAnotherLedger => (
                "kepala pohon ini dari buku besar lain daripada pernyataan dan bukti, sehingga tidak membuktikan apa pun tentangnya; \
                 serahkan yang dari buku besar ini",
                "the tree head is of another ledger than statement and evidence, and proves nothing of them; hand in one of \
                 this ledger",
            ),
            Self::LedgerUnknown => {
                ("kebijakan tidak mengenal buku besar ini", "the policy knows no such ledger")
            }
            Self::LogKeyUnknown => (
                "kebijakan tidak mengenal kunci buku besar yang menandatangani kepala pohon sebesar ini",
                "the policy knows no key of the ledger that signed a tree of this size",
            ),
            Self::LogKeyNotInForce => (
                "kepala pohon tidak ditandatangani kunci buku besar yang berlaku pada ukuran ini: kunci yang sudah \
                 diakhiri, atau belum berlaku, tidak dihitung",
                "no key of the ledger that is in force at this size signed the tree head: one that was retired, or is \
                 not yet in force, does not count",
            ),
            Self::LogSignatureInvalid => {
                ("tanda tangan pada kepala pohon salah", "a signature on the tree head is wrong")
            }
            Self::CheckpointMalformed => (
                "kepala pohon bukan catatan bertanda tangan yang sah bentuknya",
                "the tree head is not a well-formed signed note",
            ),
            Self::RecordMismatch => (
                "catatan dan pembuktiannya bukan dari posisi yang sama",
                "record and proof are of different positions",
            ),
            Self::CheckpointOlder => (
                "kepala pohon ini lebih tua daripada catatan: ukurannya belum memuat posisinya, sehingga tidak mengatakan \
                 apa pun tentangnya; serahkan yang lebih baru",
                "the tree head is older than the record: its size does not reach its position, so that it says nothing of \
                 it; hand in a newer one",
            ),
            Self::PathNotShown => (
                "tidak ditunjukkan: jalur pohon Merkle dari catatan ke kepala pohon, atau antara dua kepala pohon, tidak ada atau tidak \
                 lengkap dalam bukti ini, sehingga tidak terbukti dan tidak terbantah; mintalah bukti dari salinan yang lebih baru",
                "not shown: the path in the Merkle tree from the record to the tree head, or between two tree heads, is missing in \
                 this evidence or not whole, so that it is neither proven nor disproved; ask for evidence from a newer copy",
            ),
            Self::NotIncluded => (
                "catatan ini tidak ada di bawah kepala pohon itu",
                "the record is not under the tree head",
            ),
            Self::GenesisMismatch => (
                "buku besar tidak dimulai seperti kata kebijakan",
                "the ledger does not begin as the policy says",
            ),
            Self::CheckpointsInconsistent => (
                "kepala pohon yang ditandatangani buku besar, atau catatan di bawahnya, bukan dari satu log",
                "tree heads that the ledger signed, or records under them, are not of one log",
            ),
            Self::RecordedOutOfOrder => (
                "waktu pencatatan dalam bukti ini bertentangan: dalam buku besar waktu tidak pernah mundur dari posisi ke posisi, dan tidak \
                 menyalahi penanda waktu; waktu pencatatannya tidak dapat dipercaya",
                "the times of recording in this evidence contradict each other: in a ledger time never runs back from position to \
                 position, nor against a time stamp; they cannot be relied on",
            ),
            Self::Unwitnessed => (
                "saksi yang diminta kebijakan belum cukup",
                "too few of the policy's witnesses have cosigned",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_reason_has_a_code_of_its_own_and_words_in_two_languages() {
        let codes: BTreeSet<_> = Reason::ALL.iter().map(|reason| reason.code()).collect();
        assert_eq!(codes.len(), Reason::ALL.len());
        for reason in Reason::ALL {
            let Text { id, en } = reason.text();
            assert!(!id.is_empty() && !en.is_empty() && id != en, "{reason:?}");
        }
    }
}
