//! `jejak trust`: begin, check and hold the trust policy that an authority adopts. Nothing is in force before
//! `trust.policy_adopted` is recorded and the other authority has signed it too.

use std::iter::once;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{Args, Subcommand};
use jejak_api::shown;
use jejak_ledger::objects::Objects;
use jejak_ledger::{
    AsOf, LockedOut, TrustFileError, TrustFileFaults, check_trust_policy, read_trust_policy, words,
};
use jejak_signer::{TrustPolicy, certificate_to_pem};
use serde_json::{Value, json};

use super::examples::Examples;
use super::exit::{Exit, Stop};
use super::moment::{self, Moment};
use super::source::{self, Place, Source};
use super::{Context, files, output};

/// What to do with trust policies.
#[derive(Debug, Subcommand)]
pub(crate) enum Trust {
    /// Kebijakan yang berlaku, sejak kapan, dan yang sebelumnya (the policy in force, since when, and those before it)
    Show(Show),
    /// Awal berkas kebijakan kepercayaan, di stdout (a trust policy to begin with, on stdout)
    Make(Make),
    /// Periksa berkas kebijakan kepercayaan (what a trust policy says, or why it is none)
    Check(Check),
    /// Simpan kebijakan untuk `trust.policy_adopted` (hold a trust policy that is to be adopted)
    Hold(Hold),
}

/// Shows what a ledger trusts.
#[derive(Debug, Args)]
#[command(after_help = SHOW_EXAMPLES)]
pub(crate) struct Show {
    #[command(flatten)]
    place: Place,
    /// Buku besar (ledger), e.g. 61.07
    #[arg(long)]
    ledger: String,
    /// Yang berlaku setelah posisi, saat, atau akhir hari ini (in force after a position, an RFC 3339 time or a day)
    #[arg(long, value_name = "POSITION|TIME|DAY", value_parser = Moment::parse)]
    as_of: Option<Moment>,
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
    /// Direktori data, server berhenti: apakah kedua otoritasnya tetap dapat menandatangani (a data directory that no
    /// server has open, or a copy of it: whether its authorities could go on signing)
    #[arg(long, value_name = "DIR", requires = "ledger")]
    against: Option<PathBuf>,
    /// Buku besar (ledger), e.g. 61.07
    #[arg(long, requires = "against")]
    ledger: Option<String>,
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
            Self::Show(show) => show.run(context),
            Self::Make(make) => make.run(),
            Self::Check(check) => check.run(context),
            Self::Hold(hold) => hold.run(context),
        }
    }
}

impl Show {
    fn run(&self, context: &Context) -> Result<Exit> {
        let shown = match self.place.open(context)? {
            Source::Directory(archive) => {
                let view = source::view(&archive, &self.ledger)?;
                let as_of = self.as_of.as_ref().map_or(AsOf::Head, |moment| moment.as_of);
                shown::trust(view, moment::head(view, as_of)?)?
            }
            Source::Server(client) => {
                let as_of = self.as_of.iter().map(|moment| ("as_of", moment.text.clone()));
                client.get(&[&self.ledger, "trust"], &as_of.collect::<Vec<_>>())?
            }
        };
        context.output.wrapped().object(&shown)?;
        Ok(Exit::Ok)
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
        let bytes = files::read(&self.file)?;
        let policy = match check_trust_policy(&bytes) {
            Ok(policy) => policy,
            Err(faults) => return self.faulty(&faults, context),
        };
        context.output.wrapped().object(&said(&policy)?)?;
        let (Some(dir), Some(region)) = (&self.against, &self.ledger) else { return Ok(Exit::Ok) };
        let archive = source::archive(dir, context)?;
        let locked = source::view(&archive, region)?.locked_out(&policy, context.clock.now())?;
        let Some(LockedOut { person, certificate, reason }) = locked else {
            context.talk.say(
                "menurut kebijakan ini kedua otoritas tetap dapat menandatangani dengan sertifikat yang berlaku sekarang",
                "under this policy both authorities could go on signing with the certificates that count now",
            );
            return Ok(Exit::Ok);
        };
        let why = words::trust_in_chain(&reason);
        let indonesian = format!(
            "SYS.31.2: menurut kebijakan ini otoritas {person} tidak dapat lagi menandatangani (sertifikat {certificate}): {}",
            why.id
        );
        let english = format!("under this policy that authority could sign no more: {}", why.en);
        Err(Stop::new(Exit::VerificationFailed, indonesian, english).into())
    }
}

impl Check {
    /// Every fault, as data; the ending is that of a rule set with faults.
    fn faulty(&self, faults: &TrustFileFaults, context: &Context) -> Result<Exit> {
        let row = |fault: &TrustFileError| {
            let words = words::trust_file(fault);
            json!({ "indonesian": words.id, "english": words.en })
        };
        let rows: Vec<Value> = once(&faults.first).chain(&faults.more).map(row).collect();
        let whole = json!({ "faults": rows });
        context.output.wrapped().rows(&["indonesian", "english"], &rows, &whole)?;
        context.talk.say(
            format_args!(
                "{}: bukan kebijakan kepercayaan, {} kesalahan",
                self.file.display(),
                rows.len()
            ),
            "no trust policy: so many faults",
        );
        Ok(Exit::VerificationFailed)
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
        let mut object = said(&policy)?;
        if let Value::Object(members) = &mut object {
            members.insert("data".to_owned(), json!({ "policy": hash.to_string() }));
        }
        context.output.wrapped().object(&object)?;
        Ok(Exit::Ok)
    }
}

/// A trust policy file and what it says.
pub(crate) fn load(file: &Path) -> Result<(Vec<u8>, TrustPolicy)> {
    let bytes = files::read(file)?;
    let policy = read_trust_policy(&bytes).map_err(|fault| {
        let words = words::trust_file(&fault);
        let indonesian = format!("{}: {}", file.display(), words.id);
        let english = format!("{}; `jejak trust check` tells every fault", words.en);
        Stop::new(Exit::VerificationFailed, indonesian, english)
    })?;
    Ok((bytes, policy))
}

/// What a policy says, under the hash of its file.
fn said(policy: &TrustPolicy) -> Result<Value> {
    let mut object = shown::trust_policy(policy)?;
    if let Value::Object(members) = &mut object {
        let hash = policy.hash().map(|hash| hash.to_string());
        members.insert("policy".to_owned(), hash.into());
    }
    Ok(object)
}

const REMARKS: &str = "
# trusted_from, trusted_until, tersertifikasi, policies, purposes, lifetime_max_days: [[anchor]] (FORMAT.md)
# [[algorithm]] name, signs, until, rsa_bits_min
# [window] iat_past_s, iat_future_s
# [[tsa]] name, url, certificate, policies, trusted_from, trusted_until (asked are [timestamps] urls of the server)
# [revocation] stale, age_max_hours, hosts
";

const SHOW_EXAMPLES: Examples = Examples(&[
    (
        "apa yang dipercaya sebuah buku besar",
        "what a ledger trusts",
        "jejak trust show --url http://127.0.0.1:6107 --ledger 61.07",
    ),
    (
        "pada pembukaannya, dari direktori",
        "at its opening, from a directory",
        "jejak trust show --dir /tmp/jejak --ledger 61.07 --as-of 0",
    ),
]);

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
        "apakah kedua otoritas tetap dapat menandatangani",
        "whether both authorities can go on signing",
        "jejak trust make --anchor /tmp/jejak/demo/anchor.pem \\\n  | jejak trust check --against /tmp/jejak --ledger 61.07 -",
    ),
    (
        "berkas yang bukan kebijakan",
        "a file that is no policy",
        "jejak trust check /tmp/jejak/demo/policy-61.07.toml  # exit 4",
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
