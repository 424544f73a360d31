//! `jejak receipt verify`: what a receipt proves, from the file and a policy alone, without a network.

mod outer;
mod words;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use jejak_ledger::log::{Outcome, Policy, Receipt as ReceiptFile, ReceiptVerdict};
use jejak_ledger::verdict::VerdictPolicy;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

pub(crate) use outer::Differing;

use super::exit::Exit;
use super::{Context, files};
use crate::cli::examples::Examples;

/// What to do with receipts.
#[derive(Debug, Subcommand)]
pub(crate) enum Receipt {
    /// Verifikasi resi tanpa jaringan (verify a receipt offline)
    Verify(Verify),
}

/// Verifies one receipt.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Verify {
    /// Berkas kebijakan: apa yang dipercaya (policy file: what you trust)
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// Pernyataan yang diresikan, JWS (the statement that the receipt is for)
    #[arg(long, value_name = "FILE")]
    statement: Option<PathBuf>,
    /// Bukti dari buku besar itu (`jejak verdict --save`): mengantar dari kunci dalam kebijakan ke kunci yang menggantikannya
    /// (evidence of the same ledger that leads from the policy's keys to later ones)
    #[arg(long, value_name = "FILE")]
    evidence: Option<PathBuf>,
    /// Resi, atau seluruh jawaban yang memuatnya; `-` untuk stdin (the receipt, or the whole answer
    /// of a post that holds it)
    #[arg(value_name = "RECEIPT")]
    receipt: PathBuf,
}

impl Receipt {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let Self::Verify(verify) = self;
        let (verdict, differing) = verify.verdict(context)?;
        let columns = ["verdict", "indonesian", "english"];
        // What is wrong with the receipt itself is told first.
        let differing = differing.filter(|_| exit(&verdict) != Exit::VerificationFailed);
        if let Some(differing) = differing {
            context.output.wrapped().rows(&columns, &[differing.row()], &differing.report())?;
            return Ok(Exit::VerificationFailed);
        }
        context.output.wrapped().rows(&columns, &rows(&verdict), &report(&verdict))?;
        Ok(exit(&verdict))
    }
}

impl Verify {
    /// What the receipt proves, and what stands beside it that it does not say.
    fn verdict(&self, context: &Context) -> Result<(ReceiptVerdict, Option<Differing>)> {
        let text = files::read_text(&self.policy)?;
        let named = || format!("kebijakan (policy) {}", self.policy.display());
        let policy = Policy::parse(&text).with_context(named)?;
        let (receipt, differing) = read_answer(&self.receipt)?;
        let evidence = self.evidence.as_deref().map(super::verdict::evidence).transpose()?;
        let policy = match &evidence {
            Some(evidence) => {
                let led = VerdictPolicy::of_file("", &text).with_context(named)?;
                led.following(evidence, i64::try_from(context.now_s())?).into_owned().log
            }
            None => policy,
        };
        let statement = self.statement.as_deref().map(files::read).transpose()?;
        let verdict = receipt.verify(&policy, statement.as_deref().map(<[u8]>::trim_ascii));
        Ok((verdict, differing))
    }
}

/// The receipt in a file: the file itself, or the member `receipt` of what a post was answered with.
pub(crate) fn read(path: &Path) -> Result<ReceiptFile> {
    Ok(read_answer(path)?.0)
}

/// The same with what the answer says beside it that it does not bear out.
pub(crate) fn read_answer(path: &Path) -> Result<(ReceiptFile, Option<Differing>)> {
    let bytes = files::read(path)?;
    let receipt = parsed(&bytes, path)?;
    let differing = Differing::of(&bytes, &receipt);
    Ok((receipt, differing))
}

fn parsed(bytes: &[u8], path: &Path) -> Result<ReceiptFile> {
    let whole = serde_json::from_slice::<Answer<'_>>(bytes);
    let receipt = whole.map_or(bytes, |answer| answer.receipt.get().as_bytes());
    let parsed = ReceiptFile::parse(receipt);
    parsed.with_context(|| format!("resi (receipt) {}", path.display()))
}

/// The answer to a post, as far as it matters here.
#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    receipt: &'a RawValue,
}

/// The exit code of a verdict.
pub(crate) fn exit(verdict: &ReceiptVerdict) -> Exit {
    match verdict.outcome {
        Outcome::Proven => Exit::Ok,
        Outcome::Indeterminate(_) => Exit::Indeterminate,
        Outcome::Failed(ref failure) if failure.is_undecided() => Exit::Indeterminate,
        Outcome::Failed(_) => Exit::VerificationFailed,
    }
}

/// A verdict as data.
fn report(verdict: &ReceiptVerdict) -> Value {
    let proven: Vec<Value> = verdict.proven.iter().map(words::proven_data).collect();
    let unproven: Vec<&str> =
        verdict.unproven.iter().map(|unproven| words::unproven(*unproven).0).collect();
    let outcome = words::outcome(&verdict.outcome);
    json!({ "outcome": outcome.name, "reason": outcome.reason, "proven": proven, "unproven": unproven })
}

/// A verdict for people: the outcome first, then what is proven, then what is not.
fn rows(verdict: &ReceiptVerdict) -> Vec<Value> {
    let row = |verdict: &str, indonesian: &str, english: &str| json!({ "verdict": verdict, "indonesian": indonesian, "english": english });
    let outcome = words::outcome(&verdict.outcome);
    let mut rows = vec![row(&outcome.headline(), &outcome.indonesian, &outcome.english)];
    rows.extend(verdict.proven.iter().map(|proven| {
        let (indonesian, english) = words::proven(proven);
        row("terbukti (proven)", &indonesian, &english)
    }));
    rows.extend(verdict.unproven.iter().map(|unproven| {
        let (_, indonesian, english) = words::unproven(*unproven);
        row("tidak terbukti (not proven)", indonesian, english)
    }));
    rows
}

const EXAMPLES: Examples = Examples(&[
    (
        "tanpa jaringan: apa yang dibuktikan resi",
        "offline: what a receipt proves",
        "jejak receipt verify --policy /tmp/jejak/demo/policy-61.07.toml /tmp/jejak/demo/1.json",
    ),
    (
        "juga: untuk pernyataan ini",
        "and that it is for this statement",
        "jejak receipt verify --policy /tmp/jejak/demo/policy-61.07.toml /tmp/jejak/demo/1.json \\\n  --statement /tmp/jejak/demo/1.jws",
    ),
]);
