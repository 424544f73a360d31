//! The receipts of what was posted: verified before anything is called done, and kept so that they are
//! found by position and by the file that was posted.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use jejak_ledger::log::{NoteVerifyError, Outcome, Policy, Receipt, ReceiptFailure};
use serde_json::Value;

use super::super::client::{Answer, Client};
use super::super::exit::{Exit, Stop};
use super::super::policy::Trusted;
use super::super::{durable, files};

/// Where receipts are kept, and what they are verified by.
pub(super) struct Receipts {
    directory: Option<PathBuf>,
    given: Option<Policy>,
    /// The policy that trusts what the server says of itself: asked for once, and again when a key that it did not name
    /// has signed.
    named: RefCell<Option<Policy>>,
}

impl Receipts {
    pub(super) fn new(directory: Option<&Path>, policy: Option<&Path>) -> Result<Self> {
        directory.map_or(Ok(()), files::make_directory)?;
        let read = |file: &Path| {
            let policy = Policy::parse(&files::read_text(file)?);
            policy.with_context(|| format!("kebijakan (policy) {}", file.display()))
        };
        let given = policy.map(read).transpose()?;
        Ok(Self { directory: directory.map(Path::to_owned), given, named: RefCell::default() })
    }

    /// Is anybody going to rely on them?
    pub(super) fn are_wanted(&self) -> bool {
        self.directory.is_some() || self.given.is_some()
    }

    /// Does the answer prove that just this statement stands where it says?
    pub(super) fn check(
        &self,
        client: &Client,
        ledger: &str,
        statement: &[u8],
        answer: &Answer,
    ) -> Result<()> {
        let receipt = Receipt::parse(member(answer, "receipt")?.to_string().as_bytes())?;
        let position = member(answer, "position")?.as_u64();
        if position != Some(receipt.record.position.0) {
            return Err(bad("posisi", "the receipt is for another position"));
        }
        let outcome = match &self.given {
            Some(policy) => receipt.verify(policy, Some(statement)).outcome,
            None => self.as_server_says(client, ledger, &receipt, statement)?,
        };
        match outcome {
            // Witnesses may come later: the server cannot wait for them with its answer.
            Outcome::Proven | Outcome::Indeterminate(_) => Ok(()),
            Outcome::Failed(failure) => Err(bad(failure, "it does not prove the statement")),
        }
    }

    /// Writes the receipt as `<position>.json`, and as `<name>.receipt.json`. Durable after [`Self::sync`].
    pub(super) fn keep(&self, name: &str, answer: &Answer) -> Result<Option<PathBuf>> {
        let Some(directory) = &self.directory else { return Ok(None) };
        let path = directory.join(format!("{}.json", member(answer, "position")?));
        durable::put(&path, &pretty(answer)?)?;
        durable::also_as(&path, &directory.join(format!("{name}.receipt.json")))?;
        Ok(Some(path))
    }

    /// Makes durable what was kept.
    pub(super) fn sync(&self) -> Result<()> {
        self.directory.as_deref().map_or(Ok(()), durable::sync)
    }

    fn as_server_says(
        &self,
        client: &Client,
        ledger: &str,
        receipt: &Receipt,
        statement: &[u8],
    ) -> Result<Outcome> {
        if let Some(policy) = &*self.named.borrow() {
            let outcome = receipt.verify(policy, Some(statement)).outcome;
            if !is_by_another_key(&outcome) {
                return Ok(outcome);
            }
        }
        let trusted = Trusted::of_answer(&client.get(&[ledger], &[])?)?;
        let policy = Policy::parse(&trusted.policy(true)).context("kunci server (its key)")?;
        let outcome = receipt.verify(&policy, Some(statement)).outcome;
        self.named.replace(Some(policy));
        Ok(outcome)
    }
}

/// No key of the policy that counts has signed: the ledger may have another by now.
fn is_by_another_key(outcome: &Outcome) -> bool {
    use ReceiptFailure::{NoLogSignature, Signatures};
    let Outcome::Failed(failure) = outcome else { return false };
    matches!(failure, NoLogSignature { .. } | Signatures(NoteVerifyError::NoKnownSignature))
}

/// The receipt as it is kept.
pub(super) fn pretty(answer: &Answer) -> Result<Vec<u8>> {
    Ok(serde_json::to_vec_pretty(member(answer, "receipt")?)?)
}

fn member<'a>(answer: &'a Answer, name: &str) -> Result<&'a Value> {
    answer.body.get(name).with_context(|| format!("jawaban tanpa {name} (not in the answer)"))
}

fn bad(what: impl std::fmt::Display, english: &str) -> anyhow::Error {
    let indonesian = format!("resi dari server tidak membuktikan pernyataan: {what}");
    Stop::new(Exit::VerificationFailed, indonesian, english).into()
}
