//! Tokens of trusted time over checkpoints that include the record, each judged at its own time (`genTime`). What existed
//! then is only certain once the accuracy has passed as well (RFC 3161, 2.4.2): that time, `existed_at`, is what counts.

use std::sync::Arc;

use jejak_signer::{Hash, RevocationEvidence, Timestamp, TimestampError, TimestampToken};

use super::evidence::{Evidence, Stamp};
use super::order::Stamped;
use super::own;
use super::policy::VerdictPolicy;
use super::reason::Reason;
use super::renewals::{self, Renewals};
use crate::log::{Checkpoint, Note, Outcome, Receipt, StampLine, Twice};

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
    /// How a renewal names it.
    stamp: StampLine,
    /// The last second at which it proves by itself.
    ends_at: i64,
}

/// When the record is proven to have existed.
pub(super) struct Counted {
    pub(super) at: i64,
    pub(super) token: Hash,
    pub(super) authority: usize,
    pub(super) size: u64,
    /// It proves by itself no longer, and was renewed in time.
    pub(super) renewed: bool,
}

/// Why a token does not count.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    /// The stamped checkpoint does not prove the record.
    #[error("the stamped checkpoint: {0}")]
    Checkpoint(String),
    /// It is no token over this checkpoint that the policy accepts.
    #[error("{0}")]
    Token(TimestampError),
}

impl<'a> Token<'a> {
    pub(super) fn of(stamp: &'a Stamp, evidence: &Evidence, policy: &VerdictPolicy) -> Self {
        let judged = judge(stamp, evidence, policy);
        Self { stamp, sha256: Hash::of(&stamp.token), judged }
    }

    /// What it proves lies after `at`.
    pub(super) fn is_later_than(&self, at: i64) -> bool {
        self.judged.as_ref().is_ok_and(|judged| judged.time.existed_at() > at)
    }

    /// When the record existed, if neither the token nor its authority stands in the way, and it still proves at `at`: by
    /// itself, or because it was renewed in time. `log_ends_at` is the last second at which the log's own hash proves.
    pub(super) fn counts(
        &self,
        told: &[Arc<RevocationEvidence>],
        renewals: &Renewals,
        log_ends_at: i64,
        at: i64,
    ) -> Result<Counted, Reason> {
        let judged = self.judged.as_ref().map_err(|_| Reason::TimeStampNotAccepted)?;
        judged.time.standing(told).map_err(|_| Reason::TimeStampNotAccepted)?;
        let ends_at = judged.ends_at.min(log_ends_at);
        let renewed = at > ends_at;
        if renewed && !renewals.carry(&judged.stamp, ends_at, at > log_ends_at) {
            return Err(Reason::NotRenewed);
        }
        Ok(Counted {
            renewed,
            at: judged.time.existed_at(),
            token: self.sha256,
            authority: judged.time.authority(),
            size: judged.checkpoint.size(),
        })
    }

    /// What it says of the time of its tree, where neither it nor its authority stands in the way.
    pub(super) fn stamped(&self, told: &[Arc<RevocationEvidence>]) -> Option<Stamped> {
        let Judged { time, checkpoint, .. } = self.judged.as_ref().ok()?;
        time.standing(told).ok()?;
        let (size, at) = (checkpoint.size(), time.time().seconds);
        Some(Stamped { size, at, existed_at: time.existed_at() })
    }

    /// The authorities behind the token, who may have made lists.
    pub(super) fn authorities(&self) -> impl Iterator<Item = &[u8]> {
        self.chain().skip(1)
    }

    /// The certificate that signed the token, and the authorities above it; nothing where the token is not accepted.
    pub(super) fn chain(&self) -> impl Iterator<Item = &[u8]> {
        self.judged.iter().flat_map(|judged| judged.time.chain()).map(Vec::as_slice)
    }

    /// Why it does not count, in words.
    pub(super) fn fault(&self, told: &[Arc<RevocationEvidence>]) -> Option<String> {
        match &self.judged {
            Err(fault) => Some(fault.to_string()),
            Ok(judged) => judged.time.standing(told).err().map(|error| error.to_string()),
        }
    }
}

fn judge(stamp: &Stamp, evidence: &Evidence, policy: &VerdictPolicy) -> Result<Judged, Fault> {
    let receipt = Receipt::new(evidence.record, stamp.proof.clone());
    if let Outcome::Failed(failure) = receipt.verify(&policy.log, None).outcome {
        return Err(Fault::Checkpoint(own::fault(&failure, evidence).1));
    }
    let note = Note::parse(stamp.proof.checkpoint.as_bytes());
    let note = note.map_err(|error| Fault::Checkpoint(error.to_string()))?;
    let checkpoint = Checkpoint::parse(note.text());
    let checkpoint = checkpoint.map_err(|error| Fault::Checkpoint(error.to_string()))?;
    let token = TimestampToken::parse(&stamp.token).map_err(Fault::Token)?;
    let stamped = note.stamped(checkpoint.origin());
    let time = token.verify(stamped.as_bytes(), policy.authorities());
    let time = time.map_err(Fault::Token)?;
    let stamp = StampLine { stamped: Twice::of(stamped.as_bytes()), token: Twice::of(token.der()) };
    let ends_at = renewals::ends_at(&time, policy);
    Ok(Judged { time, checkpoint, stamp, ends_at })
}
