//! A receipt's verdict in words and as data.

use jejak_ledger::log::{Indeterminate, KeyId, Outcome, Proven, ReceiptFailure, Unproven};
use jejak_ledger::verdict::Reason;
use serde_json::{Value, json};

use crate::cli::times;

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
        Outcome::Failed(failure) if failure.is_undecided() => undecided(failure),
        Outcome::Failed(failure) => Told {
            name: "failed",
            reason: Some(failure.to_string()),
            indonesian: format!("resi ini salah: {}", Reason::from(failure).text().id),
            english: failure.to_string(),
        },
    }
}

/// What this policy cannot judge, and what could.
fn undecided(failure: &ReceiptFailure) -> Told {
    let reason = Reason::from(failure);
    let told = |indonesian: &str, english: &str| {
        let text = reason.text();
        (format!("{}: {indonesian}", text.id), format!("{}: {english}", text.en))
    };
    let (indonesian, english) = match reason {
        Reason::LedgerUnknown => told(
            "tambahkan [[ledger]] ini ke kebijakan bila Anda mempercayainya",
            "add this [[ledger]] to the policy if you trust it",
        ),
        Reason::LogKeyNotInForce => told(
            "bila kunci buku besar sudah berganti, serahkan bukti yang mengantar ke kunci baru (--evidence, dari `jejak verdict \
             --save`), atau perbarui kebijakan dari sumber lain",
            "if the ledger's keys have changed, hand in evidence that leads to the new one (--evidence, of `jejak verdict \
             --save`), or bring the policy up to date from another source",
        ),
        _ => told(
            "serahkan bukti yang mengantar ke kunci itu (--evidence, dari `jejak verdict --save`), atau mintalah vkey buku \
             besar yang baru dari sumber lain, bukan dari yang memberi resi ini",
            "hand in evidence that leads to the key (--evidence, of `jejak verdict --save`), or ask for the ledger's new vkey \
             from another source, not from whoever gave you the receipt",
        ),
    };
    Told { name: "indeterminate", reason: Some(reason.code().to_owned()), indonesian, english }
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
