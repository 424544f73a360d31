//! `jejak cert show`: what a certificate says of itself, and whether its key may be enrolled.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use jejak_ledger::words::time;
use jejak_signer::{Description, Hash, certificates_from_pem};
use serde_json::{Value, json};

use super::words::Reason;
use super::{Kind, at};
use crate::cli::client::Client;
use crate::cli::examples::Examples;
use crate::cli::exit::{Exit, Stop};
use crate::cli::source;
use crate::cli::{Context, files};

/// Shows one certificate.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Show {
    /// Pada saat ini, atau akhir hari ini menurut WIB (at this time, or the end of this day, UTC+7); now without it
    #[arg(long, value_name = "TIME|DAY", value_parser = at)]
    at: Option<i64>,
    /// Direktori data yang menyimpan sertifikat itu (a data directory that holds the certificate)
    #[arg(long, requires = "ledger", conflicts_with = "url")]
    dir: Option<PathBuf>,
    /// Alamat server yang menyimpannya (a server that holds it)
    #[arg(long, requires = "ledger")]
    url: Option<String>,
    /// Buku besar (ledger), e.g. 61.07
    #[arg(long)]
    ledger: Option<String>,
    /// Berkas PEM atau DER, atau SHA-256 sertifikat di buku besar (a file, or the SHA-256 of a
    /// certificate in a ledger)
    #[arg(value_name = "FILE|SHA256")]
    certificate: String,
}

impl Show {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let at = match self.at {
            Some(at) => at,
            None => i64::try_from(context.now_s())?,
        };
        let chain = self.chain(context)?;
        let (leaf, issuers) =
            chain.split_first().context("tidak ada sertifikat (no certificate)")?;
        context.output.object(&report(&describe(leaf)?, issuers, at)?)?;
        Ok(Exit::Ok)
    }

    /// The certificates of a file, or the one that a ledger holds.
    fn chain(&self, context: &Context) -> Result<Vec<Vec<u8>>> {
        let digest = self.certificate.parse::<Hash>().ok();
        match (&self.ledger, &self.dir, &self.url, digest) {
            (Some(ledger), Some(dir), _, Some(digest)) => {
                let archive = source::archive(dir, context)?;
                let held = source::view(&archive, ledger)?.certificate(&digest)?;
                let (der, _) = held.ok_or_else(|| not_held(&digest))?;
                Ok(vec![der])
            }
            (Some(ledger), None, Some(url), Some(digest)) => {
                let digest = digest.to_string();
                Ok(vec![
                    Client::new(url, &context.reach)?
                        .bytes(&[ledger, "certificates", &digest], &[])?,
                ])
            }
            (Some(_), _, _, None) => Err(Stop::usage(
                format!("{}: bukan SHA-256 heksadesimal", self.certificate),
                "not a SHA-256 in hexadecimal",
            )
            .into()),
            (_, _, _, digest) => {
                let path = Path::new(&self.certificate);
                if digest.is_some() && !path.exists() {
                    let indonesian = "tambahkan --ledger dan --dir atau --url";
                    let english = "add --ledger, and --dir or --url: which ledger holds it?";
                    return Err(Stop::usage(indonesian, english).into());
                }
                of_file(path)
            }
        }
    }
}

/// PEM, one certificate or a chain; or one certificate in DER.
fn of_file(path: &Path) -> Result<Vec<Vec<u8>>> {
    let bytes = files::read(path)?;
    match str::from_utf8(&bytes) {
        Ok(text) if text.contains("-----BEGIN ") => certificates_from_pem(text)
            .with_context(|| format!("sertifikat (certificate) {}", path.display())),
        _ => Ok(vec![bytes]),
    }
}

fn not_held(digest: &Hash) -> Stop {
    Stop::not_found(format!("tidak ada sertifikat {digest}"), "no such certificate")
}

fn describe(der: &[u8]) -> Result<Description> {
    Description::of_der(der).context("bukan sertifikat (not a certificate)")
}

fn report(leaf: &Description, issuers: &[Vec<u8>], at: i64) -> Result<Value> {
    let window = leaf.window();
    let algorithms: Vec<&str> =
        leaf.algorithms().iter().map(|algorithm| algorithm.name()).collect();
    let purposes = leaf.extended_key_usage().map(|oids| oids.iter().map(named).collect::<Vec<_>>());
    let rows: Vec<Value> = [Kind::Person, Kind::System]
        .into_iter()
        .flat_map(|kind| enrolment(leaf, kind, at))
        .collect();
    let mut shown = json!({
        "subject": leaf.subject(),
        "issuer": leaf.issuer(),
        "serial": leaf.serial(),
        "certificate": leaf.thumbprint().to_string(),
        "valid_from": time(window.not_before),
        "valid_until": time(window.not_after),
        "signed_with": leaf.signature_algorithm(),
        "key": leaf.key(),
        "algorithms": algorithms,
        "authority": leaf.is_authority(),
        "key_usage": leaf.key_usage(),
        "extended_key_usage": purposes,
        "policies": leaf.policies(),
        "judged_at": time(at),
        "enrolment": rows,
    });
    if let (Some(members), false) = (shown.as_object_mut(), issuers.is_empty()) {
        let issuers = issuers.iter().map(|der| issuer(der)).collect::<Result<Vec<_>>>()?;
        members.insert("issuers".to_owned(), issuers.into());
    }
    Ok(shown)
}

/// One row that it may be enrolled, or a row for each reason why not. The path is `cert check`'s.
fn enrolment(leaf: &Description, kind: Kind, at: i64) -> Vec<Value> {
    let obstacles = leaf.obstacles(kind.into(), at);
    if obstacles.is_empty() {
        return vec![json!({
            "kind": kind.name(),
            "possible": true,
            "code": null,
            "indonesian": "dapat didaftarkan, bila rantainya sampai ke jangkar (cert check)",
            "english": "may be enrolled, if its chain leads to an anchor (cert check)",
        })];
    }
    let row = |error| {
        let Reason { code, indonesian, english, .. } = Reason::of(error);
        json!({
            "kind": kind.name(),
            "possible": false,
            "code": code,
            "indonesian": indonesian,
            "english": english,
        })
    };
    obstacles.iter().map(row).collect()
}

fn issuer(der: &[u8]) -> Result<Value> {
    let issuer = describe(der)?;
    let window = issuer.window();
    Ok(json!({
        "subject": issuer.subject(),
        "issuer": issuer.issuer(),
        "valid_until": time(window.not_after),
        "key": issuer.key(),
        "certificate": issuer.thumbprint().to_string(),
    }))
}

/// An extended key usage with its name, where it is a known one (RFC 5280, 4.2.1.12; RFC 9336).
fn named(oid: &String) -> String {
    let name = match oid.as_str() {
        "2.5.29.37.0" => "anyExtendedKeyUsage",
        "1.3.6.1.5.5.7.3.1" => "serverAuth",
        "1.3.6.1.5.5.7.3.2" => "clientAuth",
        "1.3.6.1.5.5.7.3.3" => "codeSigning",
        "1.3.6.1.5.5.7.3.4" => "emailProtection",
        "1.3.6.1.5.5.7.3.8" => "timeStamping",
        "1.3.6.1.5.5.7.3.9" => "OCSPSigning",
        "1.3.6.1.5.5.7.3.36" => "documentSigning",
        _ => return oid.clone(),
    };
    format!("{name} ({oid})")
}

const EXAMPLES: Examples = Examples(&[
    (
        "sertifikat seorang pejabat",
        "the certificate of an officer",
        "jejak cert show /tmp/jejak/demo/kepala-dinas-kesehatan.pem",
    ),
    (
        "jangkar sebagai JSON, dinilai pada awal 2030",
        "the anchor as JSON, judged at the start of 2030",
        "jejak cert show -o json --at 2030-01-01T00:00:00Z /tmp/jejak/demo/anchor.pem",
    ),
]);

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use super::*;

    const AT: i64 = 1_800_000_000;

    fn shown(name: &str) -> Value {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/certificates");
        let chain = of_file(&folder.join(format!("{name}.pem"))).unwrap();
        report(&describe(&chain[0]).unwrap(), &chain[1..], AT).unwrap()
    }

    /// The codes that keep a certificate from being enrolled as `kind`.
    fn codes(shown: &Value, kind: &str) -> Vec<String> {
        let rows = shown["enrolment"].as_array().unwrap().iter();
        let rows = rows.filter(|row| row["kind"] == kind && row["possible"] == false);
        rows.map(|row| row["code"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn a_right_certificate_says_who_and_what_for() {
        let shown = shown("rsa-2048");
        assert_eq!(shown["subject"], "C=ID, O=Dinas Uji, CN=Pejabat Uji");
        assert_eq!(shown["issuer"], "C=ID, O=Uji, CN=PSrE Uji");
        assert_eq!(shown["valid_from"], "2025-01-01T00:00:00Z");
        assert_eq!(shown["valid_until"], "2045-01-01T00:00:00Z");
        assert_eq!(shown["signed_with"], "sha256WithRSAEncryption");
        assert_eq!(shown["key"], "RSA 2048");
        assert_eq!(shown["algorithms"], json!(["RS256", "PS256"]));
        assert_eq!(shown["key_usage"], json!(["digitalSignature", "nonRepudiation"]));
        assert_eq!(shown["extended_key_usage"], Value::Null);
        assert_eq!([codes(&shown, "person"), codes(&shown, "system")].concat(), [""; 0]);
    }

    #[test]
    fn every_reason_is_told_and_not_only_the_first() {
        let expired = shown("expired");
        assert_eq!(codes(&expired, "person"), ["not-valid"]);
        let weak = shown("rsa-1024");
        assert_eq!(codes(&weak, "person"), ["modulus-length"]);
        assert_eq!(weak["key"], "RSA 1024");
        assert_eq!(weak["algorithms"], json!([]));
        let server = shown("for-serverAuth");
        assert_eq!(server["extended_key_usage"], json!(["serverAuth (1.3.6.1.5.5.7.3.1)"]));
        assert_eq!(codes(&server, "person"), ["extended-key-usage"]);
        let machine = shown("digital-signature");
        assert_eq!(codes(&machine, "person"), ["non-repudiation-missing"]);
        assert_eq!(codes(&machine, "system"), [""; 0]);
        let ca = shown("issuing");
        let both = ["leaf-is-authority", "leaf-signs-for-others", "non-repudiation-missing"];
        assert_eq!(codes(&ca, "person"), both);
        let old = shown("version-1");
        assert_eq!(codes(&old, "system"), ["not-version-3", "key-usage-missing"]);
        assert_eq!(shown("policies")["policies"], json!(["2.16.360.1.1.1.5.1"]));
        assert_eq!(shown("signed-with-sha1")["signed_with"], "sha1WithRSAEncryption");
    }

    #[test]
    fn what_is_no_certificate_is_an_error() {
        assert!(describe(b"garbage").is_err());
    }
}
