//! `jejak trust`: begin, check and hold the trust policy that an authority adopts. Nothing is in force before
//! `trust.policy_adopted` is recorded and the other authority has signed it too.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use jejak_ledger::objects::Objects;
use jejak_ledger::read_trust_policy;
use jejak_signer::{
    AnchorRule, Description, Hash, StaleRevocation, TrustPolicy, certificate_to_pem,
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::examples::Examples;
use super::exit::{Exit, Stop};
use super::{Context, files, output, source};

/// What to do with trust policies.
#[derive(Debug, Subcommand)]
pub(crate) enum Trust {
    /// Awal berkas kebijakan kepercayaan, di stdout (a trust policy to begin with, on stdout)
    Make(Make),
    /// Periksa berkas kebijakan kepercayaan (what a trust policy says, or why it is none)
    Check(Check),
    /// Simpan kebijakan untuk `trust.policy_adopted` (hold a trust policy that is to be adopted)
    Hold(Hold),
}

/// Begins a policy.
#[derive(Debug, Args)]
#[command(after_help = MAKE_EXAMPLES)]
pub(crate) struct Make {
    /// Jangkar, PEM (the certificates of the anchors)
    #[arg(long, required = true, value_name = "PEM")]
    anchor: Vec<PathBuf>,
}

/// Checks a policy.
#[derive(Debug, Args)]
#[command(after_help = CHECK_EXAMPLES)]
pub(crate) struct Check {
    /// Berkas kebijakan, atau `-` (the policy: a file, or `-`)
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Holds a policy ready.
#[derive(Debug, Args)]
#[command(after_help = HOLD_EXAMPLES)]
pub(crate) struct Hold {
    /// Direktori data (data directory)
    #[arg(long)]
    dir: PathBuf,
    /// Berkas kebijakan, atau `-` (the policy: a file, or `-`)
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Trust {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        match self {
            Self::Make(make) => make.run(),
            Self::Check(check) => check.run(context),
            Self::Hold(hold) => hold.run(context),
        }
    }
}

impl Make {
    fn run(&self) -> Result<Exit> {
        let mut text = String::from("format = \"jejak-trust/1\"\n");
        for path in &self.anchor {
            for der in files::chain(path)? {
                text.push_str("\n[[anchor]]\ncertificate = '''\n");
                text.push_str(&certificate_to_pem(&der));
                text.push_str("'''\n");
            }
        }
        text.push_str(REMARKS);
        read_trust_policy(text.as_bytes())?;
        output::line(text.trim_end())?;
        Ok(Exit::Ok)
    }
}

impl Check {
    fn run(&self, context: &Context) -> Result<Exit> {
        let (_, policy) = load(&self.file)?;
        context.output.object(&shown(&policy))?;
        Ok(Exit::Ok)
    }
}

impl Hold {
    fn run(&self, context: &Context) -> Result<Exit> {
        source::check_directory(&self.dir)?;
        if !self.dir.join("db").is_dir() {
            let indonesian = format!("belum ada buku besar di {}", self.dir.display());
            return Err(Stop::not_found(indonesian, "no ledger there yet").into());
        }
        let (bytes, policy) = load(&self.file)?;
        let hash = Objects::beside(&self.dir.join("objects")).put(&bytes)?;
        context.talk.say(
            "disimpan; berlaku setelah trust.policy_adopted dicatat dan ditandatangani kedua pemegang otoritas",
            "held; in force once trust.policy_adopted is recorded and both authorities have signed",
        );
        let mut object = shown(&policy);
        if let Value::Object(members) = &mut object {
            members.insert("data".to_owned(), json!({ "policy": hash.to_string() }));
        }
        context.output.object(&object)?;
        Ok(Exit::Ok)
    }
}

fn load(file: &std::path::Path) -> Result<(Vec<u8>, TrustPolicy)> {
    let bytes = files::read(file)?;
    let policy = read_trust_policy(&bytes).with_context(|| file.display().to_string())?;
    Ok((bytes, policy))
}

/// What a policy says.
fn shown(policy: &TrustPolicy) -> Value {
    let algorithms = policy.algorithms().iter().map(|rule| {
        json!({
            "name": rule.algorithm.name(),
            "until": rule.until.map(second),
            "rsa_bits_min": rule.rsa_bits_min,
        })
    });
    let authorities =
        policy.time_authorities().iter().map(|tsa| json!({ "name": tsa.name, "url": tsa.url }));
    let (window, revocation) = (policy.window(), policy.revocation());
    json!({
        "policy": policy.hash().map(|hash| hash.to_string()),
        "anchors": policy.anchor_rules().map(anchor).collect::<Vec<_>>(),
        "algorithms": algorithms.collect::<Vec<_>>(),
        "window": { "iat_past_s": window.iat_past_s, "iat_future_s": window.iat_future_s },
        "tsa": authorities.collect::<Vec<_>>(),
        "revocation": {
            "stale": match revocation.stale {
                StaleRevocation::NotAsked => Value::Null,
                StaleRevocation::Refuse => json!("refuse"),
                StaleRevocation::Pending => json!("pending"),
            },
            "age_max_hours": revocation.age_max_hours,
            "hosts": revocation.hosts,
        },
    })
}

fn second(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |at| at.to_string())
}

fn anchor((der, rule): (&[u8], &AnchorRule)) -> Value {
    let subject = Description::of_der(der).map(|one| one.subject().to_owned()).unwrap_or_default();
    json!({
        "certificate": Hash::of(der).to_string(),
        "subject": subject,
        "trusted_from": rule.trusted_from.map(second),
        "trusted_until": rule.trusted_until.map(second),
        "tersertifikasi": rule.tersertifikasi,
        "policies": rule.policies,
        "purposes": rule.purposes,
        "lifetime_max_s": rule.lifetime_max_s,
    })
}

const REMARKS: &str = "
# trusted_from, trusted_until, tersertifikasi, policies, purposes, lifetime_max_days: [[anchor]] (FORMAT.md)
# [[algorithm]] name, signs, until, rsa_bits_min
# [window] iat_past_s, iat_future_s
# [[tsa]] name, url, certificate, policies, trusted_from, trusted_until
# [revocation] stale, age_max_hours, hosts
";

const MAKE_EXAMPLES: Examples = Examples(&[
    (
        "kebijakan dengan satu jangkar",
        "a policy with one anchor",
        "jejak trust make --anchor /tmp/jejak/demo/anchor.pem",
    ),
    (
        "jangkar yang tidak ada",
        "an anchor that is not there",
        "jejak trust make --anchor /tmp/tidak-ada.pem  # exit 6",
    ),
]);

const CHECK_EXAMPLES: Examples = Examples(&[
    (
        "apa yang dikatakan sebuah kebijakan",
        "what a policy says",
        "jejak trust make --anchor /tmp/jejak/demo/anchor.pem | jejak trust check -",
    ),
    (
        "berkas yang tidak ada",
        "a file that is not there",
        "jejak trust check /tmp/tidak-ada.toml  # exit 6",
    ),
]);

const HOLD_EXAMPLES: Examples = Examples(&[
    (
        "siapkan kebijakan untuk ditetapkan",
        "hold a policy ready for its adoption",
        "jejak trust make --anchor /tmp/jejak/demo/anchor.pem \\\n  | jejak trust hold --dir /tmp/jejak -",
    ),
    (
        "direktori yang tidak ada",
        "a directory that is not there",
        "jejak trust hold --dir /tmp/tidak-ada /tmp/kebijakan.toml  # exit 6",
    ),
]);
