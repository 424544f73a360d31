//! Tokens of trusted time over checkpoints that include the record, each judged at its own time.

use jejak_signer::{Hash, RevocationList, Timestamp, TimestampError, TimestampToken};

use super::evidence::{Evidence, Stamp};
use super::policy::VerdictPolicy;
use crate::log::{Checkpoint, Note, Outcome, Receipt, ReceiptFailure};

/// One token of the evidence.
pub(super) struct Token<'a> {
    pub(super) stamp: &'a Stamp,
    pub(super) sha256: Hash,
    pub(super) judged: Result<Judged, Fault>,
}

/// A token over a checkpoint that the ledger signed and that includes the record.
pub(super) struct Judged {
    pub(super) time: Timestamp,
    pub(super) checkpoint: Checkpoint,
}

/// When the record is proven to have existed.
pub(super) struct Counted {
    pub(super) at: i64,
    pub(super) token: Hash,
    pub(super) authority: usize,
    pub(super) size: u64,
}

/// Why a token does not count.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    /// The stamped checkpoint does not prove the record.
    #[error("the stamped checkpoint: {0}")]
    Checkpoint(ReceiptFailure),
    /// It is no token over this checkpoint that the policy accepts.
    #[error("{0}")]
    Token(TimestampError),
}

impl<'a> Token<'a> {
    pub(super) fn of(stamp: &'a Stamp, evidence: &Evidence, policy: &VerdictPolicy) -> Self {
        let judged = judge(stamp, evidence, policy);
        Self { stamp, sha256: Hash::of(&stamp.token), judged }
    }

    /// It says that it was made after `at`.
    pub(super) fn is_later_than(&self, at: i64) -> bool {
        self.judged.as_ref().is_ok_and(|judged| judged.time.time().seconds > at)
    }

    /// When the record existed, if neither the token nor its authority stands in the way.
    pub(super) fn counts(&self, lists: &[&RevocationList]) -> Option<Counted> {
        let judged = self.judged.as_ref().ok()?;
        judged.time.standing(lists).ok()?;
        Some(Counted {
            at: judged.time.time().seconds,
            token: self.sha256,
            authority: judged.time.authority(),
            size: judged.checkpoint.size(),
        })
    }

    /// The authorities behind the token, who may have made lists.
    pub(super) fn authorities(&self) -> impl Iterator<Item = &[u8]> {
        let chain = self.judged.iter().flat_map(|judged| judged.time.chain().iter().skip(1));
        chain.map(Vec::as_slice)
    }

    /// Why it does not count, in words.
    pub(super) fn fault(&self, lists: &[&RevocationList]) -> Option<String> {
        match &self.judged {
            Err(fault) => Some(fault.to_string()),
            Ok(judged) => judged.time.standing(lists).err().map(|error| error.to_string()),
        }
    }
}

fn judge(stamp: &Stamp, evidence: &Evidence, policy: &VerdictPolicy) -> Result<Judged, Fault> {
    let receipt = Receipt::new(evidence.record, stamp.proof.clone());
    if let Outcome::Failed(failure) = receipt.verify(&policy.log, None).outcome {
        return Err(Fault::Checkpoint(failure));
    }
    let note = Note::parse(stamp.proof.checkpoint.as_bytes());
    let note = note.map_err(|error| Fault::Checkpoint(error.into()))?;
    let checkpoint = Checkpoint::parse(note.text());
    let checkpoint = checkpoint.map_err(|error| Fault::Checkpoint(error.into()))?;
    let token = TimestampToken::parse(&stamp.token).map_err(Fault::Token)?;
    let time = token.verify(note.stamped(checkpoint.origin()).as_bytes(), policy.authorities());
    Ok(Judged { time: time.map_err(Fault::Token)?, checkpoint })
}
