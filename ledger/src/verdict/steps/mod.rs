//! The five steps of a verdict, each by itself: one that fails says nothing of the others.

mod authority;
mod certificate;
mod consistency;
mod inclusion;
mod signature;

pub(super) use authority::authority;
pub(super) use certificate::certificate;
pub(super) use consistency::consistency;
pub(super) use inclusion::inclusion;
pub(super) use signature::signature;

use super::reason::Reason;
use crate::log::merkle::ProofError;
use crate::log::{NoteVerifyError, ReceiptFailure};

/// What a wrong receipt means for a verdict.
fn reason_of(failure: &ReceiptFailure) -> Reason {
    match failure {
        ReceiptFailure::IndexMismatch { .. } => Reason::RecordMismatch,
        ReceiptFailure::Note(_) | ReceiptFailure::Checkpoint(_) => Reason::CheckpointMalformed,
        ReceiptFailure::LedgerUnknown { .. } => Reason::LedgerUnknown,
        ReceiptFailure::Signatures(NoteVerifyError::SignatureInvalid { .. }) => {
            Reason::LogSignatureInvalid
        }
        ReceiptFailure::Signatures(_) => Reason::LogKeyUnknown,
        ReceiptFailure::NoLogSignature { .. } => Reason::LogKeyNotInForce,
        ReceiptFailure::Inclusion(ProofError::NoSuchLeaf { .. }) => Reason::CheckpointOlder,
        ReceiptFailure::Inclusion(_) => Reason::NotIncluded,
        ReceiptFailure::Genesis => Reason::GenesisMismatch,
        ReceiptFailure::Statement { .. } => Reason::StatementMismatch,
        ReceiptFailure::Enrolment(inner) => reason_of(inner),
    }
}
