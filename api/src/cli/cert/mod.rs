//! `jejak cert`: what a certificate says and whether it may be enrolled; and a development authority with
//! the certificates it issues, for trials and tests.

mod check;
mod revocation;
mod show;
mod words;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand, ValueEnum};
use jejak_ledger::custody::KeyPlace;
use jejak_signer::devca::{DevCa, Profile};
use jejak_signer::{Algorithm, HolderKind, PublicKey, SigningKey, Window, certificate_to_pem};
use serde_json::json;

use super::custody::{Secret, place};
use super::examples::Examples;
use super::exit::{Exit, Stop};
use super::key::algorithm;
use super::moment::{Edge, WIB};
use super::{Context, files};

/// What to do with certificates.
#[derive(Debug, Subcommand)]
pub(crate) enum Cert {
    /// Buat otoritas pengembangan (make a development authority: a root and an issuer)
    DevCa(NewCa),
    /// Terbitkan sertifikat (issue a certificate)
    Issue(Issue),
    /// Isi sertifikat, dan boleh tidaknya didaftarkan (what it says, and whether it may be enrolled)
    Show(show::Show),
    /// Periksa rantai sampai jangkar pada suatu saat (check a chain to an anchor at a time)
    Check(check::Check),
}

/// A development authority.
#[derive(Debug, Args)]
#[command(after_help = DEV_CA_EXAMPLES)]
pub(crate) struct NewCa {
    /// Algoritma kunci: Ed25519, ES256, ES384, RS256, PS256 (algorithm of its keys)
    #[arg(long, default_value = "RS256", value_parser = algorithm)]
    alg: Algorithm,
    /// Nama otoritas (its name)
    #[arg(long, default_value = "Jejak Pengembangan")]
    name: String,
    /// Masa berlaku dalam hari (days of validity)
    #[arg(long, default_value_t = 3_650, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    days: u32,
    /// Direktori untuk anchor.pem dan dev-ca.pem (directory for the anchor and the authority)
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// One certificate.
#[derive(Debug, Args)]
#[command(after_help = ISSUE_EXAMPLES)]
pub(crate) struct Issue {
    /// Direktori dari `cert dev-ca` (the directory of the authority)
    #[arg(long, value_name = "DIR")]
    ca: PathBuf,
    /// Nama pemegang; dari server: nama DNS atau alamat IP, boleh berulang (the holder's name; of a server its DNS
    /// names and IP addresses, one --name each)
    #[arg(long, required = true)]
    name: Vec<String>,
    /// Instansi pemegang; bukan untuk server (the holder's organisation; none of a server)
    #[arg(long)]
    org: Option<String>,
    /// Pejabat, sistem, atau server TLS (a person, a system, or a TLS server)
    #[arg(long, value_enum, default_value_t = Purpose::Person)]
    kind: Purpose,
    /// Kunci yang sudah ada (an existing key); without it a new one is made
    #[arg(long, value_name = "KEY", conflicts_with = "alg", value_parser = place)]
    key: Option<KeyPlace>,
    #[command(flatten)]
    secret: Secret,
    /// Algoritma kunci baru: Ed25519, ES256, ES384, RS256, PS256; bawaan Ed25519, server ES256 (algorithm of a new key,
    /// written beside --out)
    #[arg(long, value_parser = algorithm)]
    alg: Option<Algorithm>,
    /// Masa berlaku dalam hari (days of validity)
    #[arg(long, default_value_t = 730, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    days: u32,
    /// Berkas rantai sertifikat (the chain); a new key goes to the same name with .key.pem
    #[arg(long, value_name = "PEM")]
    out: PathBuf,
}

/// What a certificate is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Purpose {
    /// Orang: tanda tangan tak tersangkal (a person: non-repudiation)
    Person,
    /// Sistem (a system)
    System,
    /// Server TLS, untuk `[tls]` (a TLS server)
    Server,
}

/// What kind of holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Orang: tanda tangan tak tersangkal (a person: non-repudiation)
    Person,
    /// Sistem (a system)
    System,
}

impl Cert {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        match self {
            Self::DevCa(new) => new.run(context),
            Self::Issue(issue) => issue.run(context),
            Self::Show(show) => show.run(context),
            Self::Check(check) => check.run(context),
        }
    }
}

impl NewCa {
    fn run(&self, context: &Context) -> Result<Exit> {
        let ca = DevCa::create(&self.name, window(context, self.days)?, self.alg)?;
        files::make_directory(&self.out)?;
        files::write_secret(&self.out.join(AUTHORITY), &ca.to_pem()?)?;
        let anchor = self.out.join(ANCHOR);
        files::write_new(&anchor, certificate_to_pem(ca.anchor_der()))?;
        context
            .talk
            .say("otoritas pengembangan dibuat; bukan untuk produksi", "for development only");
        context
            .output
            .object(&json!({ "anchor": anchor, "authority": self.out.join(AUTHORITY) }))?;
        Ok(Exit::Ok)
    }
}

impl Issue {
    fn run(&self, context: &Context) -> Result<Exit> {
        let holder = self.holder()?;
        let stored = files::read_text(&self.ca.join(AUTHORITY))?;
        let ca = DevCa::from_pem(&stored).with_context(|| self.ca.display().to_string())?;
        let (public_key, key) = self.holder_key()?;
        let window = window(context, self.days)?;
        let chain = match holder {
            Some((kind, name, org)) => {
                ca.issue(name, org, &public_key, &Profile::of_holder(kind), window)?
            }
            None => ca.issue_server(&self.name, &public_key, window)?,
        };
        files::write_new(&self.out, files::chain_to_pem(&chain))?;
        let certificate = files::leaf(&chain)?.thumbprint().to_string();
        context
            .output
            .object(&json!({ "certificate": certificate, "chain": self.out, "key": key }))?;
        Ok(Exit::Ok)
    }

    /// The one who signs with it; none of a server, whose names are hosts.
    fn holder(&self) -> Result<Option<(HolderKind, &str, &str)>> {
        let kind = match self.kind {
            Purpose::Person => HolderKind::Person,
            Purpose::System => HolderKind::System,
            Purpose::Server => return Ok(None),
        };
        match (self.name.as_slice(), &self.org) {
            ([name], Some(org)) => Ok(Some((kind, name, org))),
            ([_], None) => Err(Stop::usage("--org belum diberikan", "whose organisation?").into()),
            _ => Err(Stop::usage("--name hanya sekali", "a holder has one name").into()),
        }
    }

    /// What a new key is of: browsers know no Ed25519 in certificates.
    fn algorithm(&self) -> Algorithm {
        let usual =
            if self.kind == Purpose::Server { Algorithm::Es256 } else { Algorithm::Ed25519 };
        self.alg.unwrap_or(usual)
    }

    /// The holder's public key, and where the private one lies.
    fn holder_key(&self) -> Result<(PublicKey, String)> {
        if let Some(place) = &self.key {
            return Ok((self.secret.key(place)?.public_key().clone(), place.to_string()));
        }
        let key = SigningKey::generate(self.algorithm())?;
        let path = beside(&self.out);
        files::write_secret(&path, &key.to_pkcs8_pem()?)?;
        Ok((key.public_key().clone(), path.display().to_string()))
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::System => "system",
        }
    }
}

impl From<Kind> for HolderKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Person => Self::Person,
            Kind::System => Self::System,
        }
    }
}

/// A time in RFC 3339 or the end of a day (WIB), as seconds since 1970.
fn at(text: &str) -> Result<i64> {
    Ok(Edge::parse(text)?.last_second(WIB))
}

/// `kadis.pem` -> `kadis.key.pem`.
fn beside(chain: &Path) -> PathBuf {
    chain.with_extension("key.pem")
}

/// So many days from an hour ago: clocks differ.
fn window(context: &Context, days: u32) -> Result<Window> {
    let now = i64::try_from(context.now_s())?;
    Ok(Window { not_before: now - 3_600, not_after: now + i64::from(days) * 86_400 })
}

const ANCHOR: &str = "anchor.pem";
const AUTHORITY: &str = "dev-ca.pem";
const DEV_CA_EXAMPLES: Examples = Examples(&[
    ("otoritas pengembangan", "a development authority", "jejak cert dev-ca --out /tmp/ca"),
    (
        "dengan kunci P-384, setahun",
        "with P-384 keys, for a year",
        r#"jejak cert dev-ca --alg ES384 --days 365 --name "Uji Coba" --out /tmp/ca-uji"#,
    ),
]);
const ISSUE_EXAMPLES: Examples = Examples(&[
    (
        "sertifikat pejabat dan kunci barunya",
        "an officer and his new key",
        r#"jejak cert issue --ca /tmp/jejak/demo --name "Kepala Bidang TIK" --org "Dinas Kesehatan" \
  --out /tmp/kabid.pem"#,
    ),
    (
        "sertifikat TLS untuk server ini, untuk mencoba",
        "the TLS certificate of a server, to try",
        r"jejak cert dev-ca --out /tmp/ca-tls && \
  jejak cert issue --ca /tmp/ca-tls --kind server --name localhost --name 127.0.0.1 \
  --out /tmp/tls.pem",
    ),
    (
        "sertifikat sistem, untuk kunci yang ada",
        "a system, for an existing key",
        r#"jejak key new --out /tmp/simpus.key.pem && \
  jejak cert issue --ca /tmp/jejak/demo --name SIMPUS --org "Dinas Kesehatan" --kind system \
  --key /tmp/simpus.key.pem --out /tmp/simpus.pem"#,
    ),
]);
