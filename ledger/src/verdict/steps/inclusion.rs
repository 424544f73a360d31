//! Does the event stand in the log: statement, record, tree, and a tree head that the ledger signed?

use super::super::case::Case;
use super::super::own::fault;
use super::super::reason::Reason;
use super::super::result::{Step, StepName};
use crate::log::{Outcome, Proven, Receipt};

pub(in super::super) fn inclusion(case: &Case<'_>) -> Step {
    let record = case.evidence.record;
    let step = Step::new(StepName::Inclusion)
        .fact("position", record.position.0)
        .fact("leaf_hash", record.leaf_hash().to_string());
    let Some(proof) = case.evidence.proof.clone() else {
        return step.because(Reason::CheckpointNotHeld);
    };
    let statement = case.evidence.statement.as_deref();
    let verdict = Receipt::new(record, proof).verify(&case.policy.log, statement);
    if let Outcome::Failed(failure) = &verdict.outcome {
        let (reason, told) = fault(failure, case.evidence);
        return step.because(reason).fact("fault", told);
    }
    let checkpoint = verdict.proven.iter().find_map(|proven| match proven {
        Proven::Checkpoint { size, root, keys, .. } => Some((*size, root, keys)),
        _ => None,
    });
    match checkpoint {
        Some((size, root, keys)) => step
            .fact("size", size)
            .fact("root", root.to_string())
            .fact("log_keys", keys.iter().map(ToString::to_string).collect::<Vec<_>>()),
        None => step,
    }
}
