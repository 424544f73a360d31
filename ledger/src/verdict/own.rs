//! The checkpoints of a verdict are those of the ledger that its evidence is of.
//!
//! A policy may name several ledgers, and each operator can put into his own log whatever he likes. So all evidence is
//! judged by a policy that speaks of its ledger alone, wherever a checkpoint stands in it: [`OwnPolicy`] is the only one
//! that a case takes.

use std::borrow::Cow;

use super::evidence::Evidence;
use super::policy::VerdictPolicy;
use super::reason::Reason;
use crate::held::Held;
use crate::log::ReceiptFailure;

/// What evidence is judged by: of the policy's ledgers its own, with the keys to which it leads.
pub(super) struct OwnPolicy<'p>(Cow<'p, VerdictPolicy>);

impl<'p> OwnPolicy<'p> {
    /// By the lists and responses that were there at `at`.
    pub(super) fn at(policy: &'p VerdictPolicy, evidence: &Evidence, at: i64, held: &Held) -> Self {
        Self(match policy.log.only(&evidence.origin) {
            Cow::Borrowed(_) => policy.following_at(evidence, at, held),
            Cow::Owned(log) => {
                let mut own = policy.clone();
                own.log = log;
                Cow::Owned(own.following_at(evidence, at, held).into_owned())
            }
        })
    }

    pub(super) fn get(&self) -> &VerdictPolicy {
        &self.0
    }
}

/// Why a checkpoint of the evidence does not count, and in words. One of another ledger is told as that, whether or not
/// the inspector's policy names that one.
pub(super) fn fault(failure: &ReceiptFailure, evidence: &Evidence) -> (Reason, String) {
    match failure {
        ReceiptFailure::LedgerUnknown { origin } if *origin != evidence.origin => {
            let told =
                format!("the checkpoint is of {origin}, the evidence of {}", evidence.origin);
            (Reason::CheckpointOfAnotherLedger, told)
        }
        failure => (Reason::from(failure), failure.to_string()),
    }
}
