//! A receipt's verdict in words and as data.

use jejak_ledger::log::{
    Indeterminate, KeyId, NoteVerifyError, Outcome, Proven, ReceiptFailure, Unproven,
};
use serde_json::{Value, json};

use crate::cli::times;

/// Nothing is wrong with what nobody here can judge: the ledger may have another key by now. A wrong signature by a key that
/// the policy knows is another failure.
pub(super) fn is_by_unknown_key(failure: &ReceiptFailure) -> bool {
    match failure {
        ReceiptFailure::Signatures(NoteVerifyError::NoKnownSignature) => true,
        ReceiptFailure::Enrolment(inner) => is_by_unknown_key(inner),
        _ => false,
    }
}

/// The answer in one word, and why.
pub(super) struct Told {
    pub(super) name: &'static str,
    pub(super) reason: Option<String>,
    pub(super) indonesian: String,
    pub(super) english: String,
}

impl Told {
    /// `INDETERMINATE (unwitnessed)`.
    pub(super) fn headline(&self) -> String {
        let name = self.name.to_uppercase();
        match (self.name, &self.reason) {
            ("indeterminate", Some(reason)) => format!("{name} ({reason})"),
            _ => name,
        }
    }
}

pub(super) fn outcome(outcome: &Outcome) -> Told {
    match outcome {
        Outcome::Proven => Told {
            name: "proven",
            reason: None,
            indonesian: "catatan ini ada di dalam buku besar".to_owned(),
            english: "the record stands in the ledger".to_owned(),
        },
        Outcome::Indeterminate(Indeterminate::Unwitnessed) => Told {
            name: "indeterminate",
            reason: Some("unwitnessed".to_owned()),
            indonesian: "saksi yang diminta kebijakan belum cukup".to_owned(),
            english: "too few of the policy's witnesses have cosigned".to_owned(),
        },
        Outcome::Failed(failure) if is_by_unknown_key(failure) => Told {
            name: "indeterminate",
            reason: Some("log-key-unknown".to_owned()),
            indonesian: "kebijakan tidak mengenal kunci yang menandatangani kepala pohon ini: mintalah vkey buku besar \
                         yang baru dari sumber lain, bukan dari yang memberi resi ini"
                .to_owned(),
            english: "the policy knows no key that signed the tree head: ask for the ledger's new vkey from another \
                      source, not from whoever gave you the receipt"
                .to_owned(),
        },
        Outcome::Failed(failure) => Told {
            name: "failed",
            reason: Some(failure.to_string()),
            indonesian: "resi ini salah".to_owned(),
            english: failure.to_string(),
        },
    }
}

pub(super) fn proven(proven: &Proven) -> (String, String) {
    match proven {
        Proven::Checkpoint { origin, size, .. } => (
            format!("{origin} menandatangani kepala pohon berukuran {size}"),
            format!("{origin} signed a tree head of size {size}"),
        ),
        Proven::Record { position, recorded_at, .. } => {
            let time = times::in_utc(*recorded_at).unwrap_or_default();
            let position = position.0;
            (
                format!("catatan ada pada posisi {position}; menurut buku besar sejak {time}"),
                format!("the record stands at position {position}; since {time}, says the ledger"),
            )
        }
        Proven::Genesis => both(
            "buku besar dimulai seperti kata kebijakan",
            "the ledger begins as the policy says",
        ),
        Proven::Statement { .. } => {
            both("pernyataan ini yang dicatat", "this is the statement that was recorded")
        }
        Proven::Enrolment { position } => (
            format!("pendaftaran penandatangan ada pada posisi {}", position.0),
            format!("the signer's enrolment stands at position {}", position.0),
        ),
        Proven::Witnessed { by } => {
            let names: Vec<&str> = by.iter().map(|seen| seen.name.as_str()).collect();
            (format!("disaksikan: {}", names.join(", ")), "witnessed".to_owned())
        }
    }
}

pub(super) fn proven_data(proven: &Proven) -> Value {
    match proven {
        Proven::Checkpoint { origin, size, root, keys } => json!({
            "what": "checkpoint",
            "origin": origin,
            "size": size,
            "root": root.to_string(),
            "keys": keys.iter().map(KeyId::to_string).collect::<Vec<_>>(),
        }),
        Proven::Record { position, recorded_at, statement } => json!({
            "what": "record",
            "position": position.0,
            "recorded_at": times::in_utc(*recorded_at).ok(),
            "statement_sha256": statement.to_string(),
        }),
        Proven::Genesis => json!({ "what": "genesis" }),
        Proven::Statement { sha256 } => {
            json!({ "what": "statement", "sha256": sha256.to_string() })
        }
        Proven::Enrolment { position } => json!({ "what": "enrolment", "position": position.0 }),
        Proven::Witnessed { by } => json!({
            "what": "witnessed",
            "by": by.iter().map(|seen| json!({ "name": seen.name, "time": seen.time })).collect::<Vec<_>>(),
        }),
    }
}

/// What is not proven: its name as data, and in both languages.
pub(super) fn unproven(unproven: Unproven) -> (&'static str, &'static str, &'static str) {
    match unproven {
        Unproven::OneView => (
            "one-view",
            "bahwa semua orang diperlihatkan hal yang sama",
            "that the ledger shows everybody the same",
        ),
        Unproven::Statement => (
            "statement",
            "isi pernyataan: tidak diberikan",
            "what was stated: the statement was not given",
        ),
        Unproven::Signatory => (
            "signatory",
            "siapa penandatangan dan wewenangnya: itu tugas audit",
            "who signed, and that he was entitled: an audit says so",
        ),
        Unproven::RecordedAt => {
            ("recorded-at", "bahwa jam buku besar benar", "that the ledger's clock was right")
        }
        Unproven::Genesis => (
            "genesis",
            "bahwa ini buku besar dengan catatan pertama menurut kebijakan",
            "that this is the ledger with the policy's first record",
        ),
    }
}

fn both(indonesian: &str, english: &str) -> (String, String) {
    (indonesian.to_owned(), english.to_owned())
}
