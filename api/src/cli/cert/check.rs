//! `jejak cert check`: whether a chain leads to an anchor at a time, and why not.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use jejak_ledger::words::time;
use jejak_signer::{Anchors, Credential, TrustError, TrustPolicy};
use serde_json::{Value, json};

use super::revocation::{Found, Lists};
use super::words::Reason;
use super::{Kind, at};
use crate::cli::examples::Examples;
use crate::cli::exit::Exit;
use crate::cli::{Context, files};

/// Checks one chain.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Check {
    /// Pada saat ini, atau akhir hari ini menurut WIB (at this time, or the end of this day, UTC+7); now without it
    #[arg(long, value_name = "TIME|DAY", value_parser = at)]
    at: Option<i64>,
    /// Sertifikat yang dipercaya (the trust anchors)
    #[arg(long, value_name = "PEM", required = true)]
    anchor: Vec<PathBuf>,
    /// Daftar pencabutan, DER atau PEM, satu --crl untuk setiap penerbit di rantai (revocation lists, one of each issuer
    /// in the chain; where one is missing the answer is `revocation-pending`)
    #[arg(long, value_name = "FILE")]
    crl: Vec<PathBuf>,
    /// Untuk pejabat atau sistem (for a person or a system)
    #[arg(long, value_enum, default_value_t = Kind::Person)]
    kind: Kind,
    /// Rantai, sertifikat pemegang lebih dulu, tanpa akar (the chain, the holder's certificate first,
    /// without the root)
    #[arg(value_name = "CHAIN")]
    chain: PathBuf,
}

impl Check {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let at = match self.at {
            Some(at) => at,
            None => i64::try_from(context.now_s())?,
        };
        let mut anchors = Vec::new();
        for path in &self.anchor {
            anchors.extend(files::chain(path)?);
        }
        let chain = files::chain(&self.chain)?;
        let admitted = admit(anchors.clone(), &chain, self.kind, at);
        let mut told = report(&admitted, self.kind, at);
        if admitted.is_ok()
            && self.kind == Kind::System
            && files::leaf_description(&chain)?.is_of_person()
        {
            context.talk.say(
                "awas: sertifikat orang (nonRepudiation); `jejak ledger init --service` menolaknya",
                "warning: a person's certificate (nonRepudiation): `jejak ledger init --service` refuses it",
            );
        }
        let exit = if admitted.is_ok() { Exit::Ok } else { Exit::VerificationFailed };
        if exit != Exit::Ok || self.crl.is_empty() {
            context.output.object(&told)?;
            return Ok(exit);
        }
        // The path stands, so each certificate that follows another is its issuer's.
        let issuers = [chain.get(1..).unwrap_or_default(), &anchors].concat();
        let lists = Lists::read(&self.crl, &issuers)?;
        let (standings, found) = lists.judge(&chain, at);
        let exit = match &found {
            Found::Stands => Exit::Ok,
            Found::Revoked => Exit::VerificationFailed,
            Found::OnHold | Found::Pending { .. } => Exit::Indeterminate,
        };
        if let Value::Object(told) = &mut told {
            told.insert("revocation".to_owned(), standings.into());
            told.insert("lists".to_owned(), lists.shown().into());
            let mut say = |name: &str, value: &str| told.insert(name.to_owned(), value.into());
            match &found {
                Found::Stands => {}
                Found::Revoked => {
                    say("verdict", "revoked");
                }
                Found::OnHold => {
                    say("verdict", "indeterminate");
                    say("code", "on-hold");
                }
                Found::Pending { indonesian, english } => {
                    say("verdict", "indeterminate");
                    say("code", "revocation-pending");
                    say("indonesian", indonesian);
                    say("english", english);
                }
            }
        }
        context.output.object(&told)?;
        Ok(exit)
    }
}

/// Leads the chain to one of the anchors? That it may be enrolled says no more than this.
fn admit(
    anchors: Vec<Vec<u8>>,
    chain: &[Vec<u8>],
    kind: Kind,
    at: i64,
) -> Result<Credential, TrustError> {
    Credential::admit(&TrustPolicy::of_anchors(Anchors::new(anchors)?), chain, kind.into(), at)
}

fn report(admitted: &Result<Credential, TrustError>, kind: Kind, at: i64) -> Value {
    let (kind, at) = (kind.name(), time(at));
    match admitted {
        Ok(credential) => {
            let window = credential.window();
            json!({
                "verdict": "accepted",
                "kind": kind,
                "at": at,
                "certificate": credential.thumbprint().to_string(),
                "subject": credential.certificate().subject(),
                "algorithm": credential.algorithm().name(),
                "valid_from": time(window.not_before),
                "valid_until": time(window.not_after),
            })
        }
        Err(error) => {
            let reason = Reason::of(error);
            json!({
                "verdict": "refused",
                "kind": kind,
                "at": at,
                "code": reason.code,
                "at_fault": reason.certificate,
                "indonesian": reason.indonesian,
                "english": reason.english,
            })
        }
    }
}

const EXAMPLES: Examples = Examples(&[
    (
        "rantai seorang pejabat, sekarang",
        "the chain of an officer, now",
        "jejak cert check --anchor /tmp/jejak/demo/anchor.pem \\\n  /tmp/jejak/demo/kepala-dinas-kesehatan.pem",
    ),
    (
        "dengan daftar pencabutan setiap penerbit",
        "with the revocation list of each issuer",
        "jejak cert check --crl /tmp/jejak/demo/penerbit.crl --crl /tmp/jejak/demo/akar.crl \\\n  --anchor /tmp/jejak/demo/anchor.pem /tmp/jejak/demo/kepala-dinas-kesehatan.pem",
    ),
    (
        "pada tahun 2000 belum berlaku",
        "not yet valid in the year 2000",
        "jejak cert check --at 2000-01-01T00:00:00Z --anchor /tmp/jejak/demo/anchor.pem \\\n  /tmp/jejak/demo/kepala-dinas-kesehatan.pem  # exit 4",
    ),
]);

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use std::path::Path;

    use super::*;

    /// Each published chain is told with the code of the table, and its reason in two languages.
    #[test]
    fn every_published_chain_is_told_as_the_table_says() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/certificates");
        let cases = std::fs::read(folder.join("cases.json")).unwrap();
        let cases: Vec<Value> = serde_json::from_slice(&cases).unwrap();
        let pem = |name: &Value| {
            let path = folder.join(format!("{}.pem", name.as_str().unwrap()));
            files::chain(&path).unwrap().remove(0)
        };
        for case in &cases {
            let kind = if case["kind"] == "system" { Kind::System } else { Kind::Person };
            let chain: Vec<_> = case["chain"].as_array().unwrap().iter().map(pem).collect();
            let admitted = admit(vec![pem(&case["anchor"])], &chain, kind, 1_800_000_000);
            let told = report(&admitted, kind, 1_800_000_000);
            assert_eq!(told["at"], "2027-01-15T08:00:00Z");
            if case["verdict"] == "accepted" {
                assert_eq!(told["verdict"], "accepted", "{case}");
                assert_eq!(told["algorithm"], case["algorithm"]);
                continue;
            }
            assert_eq!(told["verdict"], "refused", "{case}");
            assert_eq!(told["code"], case["verdict"], "{case}");
            let words = |language: &str| told[language].as_str().unwrap().to_owned();
            assert!(!words("indonesian").is_empty() && !words("english").is_empty());
            assert_ne!(words("indonesian"), words("english"), "{case}");
        }
    }

    #[test]
    fn the_time_of_a_check_is_rfc_3339_or_the_end_of_a_day() {
        assert_eq!(at("2027-01-15").unwrap(), 1_800_032_399, "2027-01-15T23:59:59+07:00");
        assert_eq!(at("2027-01-15T15:00:00+07:00").unwrap(), 1_800_000_000);
        assert!(at("kemarin").is_err());
    }
}
