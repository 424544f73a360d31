//! What revocation lists say of the certificates of a chain at a time, offline.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use jejak_ledger::rules::Text;
use jejak_ledger::words::{self, time};
use jejak_signer::{
    Description, NoStanding, RevocationList, RevocationListError, RevocationReason, Standing,
    revocation_list_from_pem,
};
use serde_json::{Value, json};

use crate::cli::exit::{Exit, Stop};
use crate::cli::files;

/// The lists, each verified with a certificate of the chain or an anchor.
pub(super) struct Lists(Vec<RevocationList>);

impl Lists {
    /// Reads each file, DER or PEM, and verifies it with one of the `issuers`.
    pub(super) fn read(paths: &[PathBuf], issuers: &[Vec<u8>]) -> Result<Self> {
        let read = |path: &PathBuf| {
            let bytes = files::read(path)?;
            let der = match std::str::from_utf8(&bytes) {
                Ok(text) => {
                    revocation_list_from_pem(text).with_context(|| path.display().to_string())?
                }
                Err(_) => bytes,
            };
            let mut refused = None;
            for issuer in issuers {
                match RevocationList::verify(&der, issuer) {
                    Ok(list) => return Ok(list),
                    // What the one with the right name says is what counts.
                    Err(RevocationListError::OtherIssuer) => {}
                    Err(reason) => refused = Some(reason),
                }
            }
            let reason = refused.unwrap_or(RevocationListError::OtherIssuer);
            let Text { id: indonesian, en: english } = words::revocation_list(&reason);
            let indonesian =
                format!("bukan daftar pencabutan yang sah dari penerbit rantai ini: {indonesian}");
            let stop = Stop::new(Exit::VerificationFailed, indonesian, english);
            Err(anyhow::Error::from(stop)).with_context(|| path.display().to_string())
        };
        paths.iter().map(read).collect::<Result<_>>().map(Self)
    }

    /// The lists themselves: digest, when made, when the next was due.
    pub(super) fn shown(&self) -> Vec<Value> {
        let shown = |list: &RevocationList| {
            let window = list.window();
            json!({
                "sha256": list.digest().to_string(),
                "made_at": time(window.not_before),
                "next_at": time(window.not_after),
                "revoked": list.count(),
            })
        };
        self.0.iter().map(shown).collect()
    }

    /// What they say of each certificate of the chain, leaf first, and what follows from all of it.
    pub(super) fn judge(&self, chain: &[Vec<u8>], at: i64) -> (Vec<Value>, Found) {
        let told: Vec<_> = chain.iter().map(|certificate| self.of(certificate, at)).collect();
        let rows = told.iter().zip(chain).enumerate();
        let rows = rows.map(|(index, (told, certificate))| told.row(index, &issuer(certificate)));
        let is_revoked = |told: &Told| matches!(told, Told::Said(Standing::Revoked(_)));
        let is_on_hold = |told: &Told| matches!(told, Told::Said(Standing::OnHold(_)));
        let silent = told.iter().zip(chain).enumerate().filter_map(
            |(index, (told, certificate))| match told {
                Told::Silent(reason) => Some((index, issuer(certificate), silence(reason))),
                Told::Said(_) => None,
            },
        );
        let found = if told.iter().any(is_revoked) {
            Found::Revoked
        } else if told.iter().any(is_on_hold) {
            Found::OnHold
        } else {
            Found::of_silent(silent)
        };
        (rows.collect(), found)
    }

    /// The gravest that a list says; of silent lists, the one that comes nearest.
    fn of(&self, certificate: &[u8], at: i64) -> Told {
        let mut told = Told::Silent(NoStanding::OtherIssuer);
        for list in &self.0 {
            let now = match list.standing(certificate, at) {
                Ok(standing) => Told::Said(standing),
                Err(reason) => Told::Silent(reason),
            };
            if now.weight() > told.weight() {
                told = now;
            }
        }
        told
    }
}

/// What lists say of a whole path.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Of none of its certificates that it is revoked, and of each something.
    Stands,
    Revoked,
    OnHold,
    /// Of some certificate nothing can be said: a path stands on all of its certificates.
    Pending {
        indonesian: String,
        english: String,
    },
}

impl Found {
    /// Of each certificate that nothing is said of: its place in the chain, its issuer, and why.
    fn of_silent(silent: impl Iterator<Item = (usize, String, (String, String))>) -> Self {
        let lines: (Vec<String>, Vec<String>) = silent
            .map(|(index, issuer, (indonesian, english))| {
                (
                    format!("sertifikat {index}, penerbit {issuer}: {indonesian}"),
                    format!("certificate {index}, issuer {issuer}: {english}"),
                )
            })
            .unzip();
        if lines.0.is_empty() {
            return Self::Stands;
        }
        Self::Pending { indonesian: lines.0.join("; "), english: lines.1.join("; ") }
    }
}

/// Whose list says something of the certificate.
fn issuer(certificate: &[u8]) -> String {
    Description::of_der(certificate).map_or_else(|_| "-".to_owned(), |one| one.issuer().to_owned())
}

/// What is known of one certificate.
enum Told {
    Said(Standing),
    Silent(NoStanding),
}

impl Told {
    fn weight(&self) -> u8 {
        match self {
            Self::Silent(NoStanding::OtherIssuer | NoStanding::Malformed) => 0,
            Self::Silent(NoStanding::OtherScope) => 1,
            Self::Silent(_) => 2,
            Self::Said(Standing::NotRevoked { settled: false, .. }) => 3,
            Self::Said(Standing::NotRevoked { settled: true, .. }) => 4,
            Self::Said(Standing::OnHold(_)) => 5,
            Self::Said(Standing::Revoked(_)) => 6,
        }
    }

    /// One row: the certificate by its place in the chain, and what is said of it.
    fn row(&self, certificate: usize, issuer: &str) -> Value {
        let (standing, settled, said, found) = match self {
            Self::Silent(reason) => ("unknown", false, silence(reason), None),
            Self::Said(standing) => match standing {
                Standing::NotRevoked { settled: true, later } => {
                    let said = both("tidak dicabut saat itu", "not revoked at that time");
                    ("not-revoked", true, said, later.as_ref())
                }
                Standing::NotRevoked { settled: false, later } => {
                    let said = both(
                        "tidak ada dalam daftar; daftar berikutnya memastikan",
                        "not in the list; the next one settles it",
                    );
                    ("not-revoked", false, said, later.as_ref())
                }
                Standing::OnHold(found) => {
                    ("on-hold", false, both("ditangguhkan", "on hold"), Some(found))
                }
                Standing::Revoked(found) => {
                    let english = format!("revoked: {}", found.reason.name());
                    let indonesian = format!("dicabut: {}", reason(found.reason));
                    ("revoked", true, (indonesian, english), Some(found))
                }
            },
        };
        let (indonesian, english) = said;
        json!({
            "certificate": certificate,
            "issuer": issuer,
            "standing": standing,
            "settled": settled,
            "revoked_at": found.map(|found| time(found.revoked_at)),
            "reason": found.map(|found| found.reason.name()),
            "invalid_since": found.and_then(|found| found.invalid_since).map(time),
            "indonesian": indonesian,
            "english": english,
        })
    }
}

fn both(indonesian: &str, english: &str) -> (String, String) {
    (indonesian.to_owned(), english.to_owned())
}

fn reason(reason: RevocationReason) -> &'static str {
    match reason {
        RevocationReason::Unspecified => "tanpa alasan",
        RevocationReason::KeyCompromise => "kunci bocor",
        RevocationReason::CaCompromise => "kunci penerbit bocor",
        RevocationReason::AffiliationChanged => "nama atau instansi berubah",
        RevocationReason::Superseded => "digantikan sertifikat lain",
        RevocationReason::CessationOfOperation => "tidak dipakai lagi",
        RevocationReason::CertificateHold => "ditangguhkan",
        RevocationReason::RemoveFromCrl => "penangguhan berakhir",
        RevocationReason::PrivilegeWithdrawn => "hak dicabut",
        RevocationReason::AaCompromise => "kunci otoritas atribut bocor",
    }
}

fn silence(reason: &NoStanding) -> (String, String) {
    let indonesian = match reason {
        NoStanding::Malformed => "sertifikat tidak terbaca".to_owned(),
        NoStanding::OtherIssuer => "tidak ada daftar dari penerbitnya".to_owned(),
        NoStanding::OtherScope => "daftar penerbitnya bukan tentang sertifikat ini".to_owned(),
        NoStanding::Unknown => "penjawab tidak mengenal sertifikat ini".to_owned(),
        NoStanding::Stale { next_at } => {
            format!("daftar berikutnya seharusnya terbit {}", time(*next_at))
        }
        NoStanding::Expired { expired_at } => format!(
            "sertifikat kedaluwarsa {} sebelum daftar dibuat, sehingga mungkin sudah keluar dari daftar",
            time(*expired_at),
        ),
    };
    let english = match reason {
        NoStanding::OtherIssuer => "no list of its issuer".to_owned(),
        NoStanding::Stale { next_at } => format!("the next list was due at {}", time(*next_at)),
        NoStanding::Expired { expired_at } => format!(
            "the certificate had expired at {}, before the list was made: it may have left the list",
            time(*expired_at),
        ),
        other => other.to_string(),
    };
    (indonesian, english)
}
