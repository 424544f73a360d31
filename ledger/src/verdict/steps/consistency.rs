//! Is it one log: does nothing in the evidence show another one, does the newest checkpoint extend the stamped ones, and have
//! the witnesses seen one of them?

use jejak_signer::Hash;

use super::super::case::Case;
use super::super::fork;
use super::super::order;
use super::super::own::fault;
use super::super::reason::Reason;
use super::super::result::{Step, StepName, time};
use super::super::shown::Shown;
use super::super::tokens::Token;
use crate::log::merkle;
use crate::log::{Checkpoint, SeenCheckpoint, Witnessing};

pub(in super::super) fn consistency(case: &Case<'_>) -> Step {
    let shown = Shown::of(case);
    let fork = fork::found(&shown);
    let step = Step::new(StepName::Consistency)
        .because_of(fork.is_some().then_some(Reason::CheckpointsInconsistent))
        .maybe("fork", fork);
    let Some(proof) = &case.evidence.proof else {
        return step.because(Reason::CheckpointNotHeld);
    };
    let newest = match SeenCheckpoint::examine(&proof.checkpoint, &case.policy.log) {
        Ok(newest) => newest,
        Err(failure) => {
            let (reason, told) = fault(&failure, case.evidence);
            return step.because(reason).fact("fault", told);
        }
    };
    let mut step = step.fact("size", newest.checkpoint.size());
    let mut seen = vec![newest];
    let mut extended = Vec::new();
    for token in &case.tokens {
        let newest = seen.first().map(|one| &one.checkpoint);
        // Of a token that does not count only its head is heard, as a fork.
        let Ok(judged) = &token.judged else { continue };
        let stamped = &judged.checkpoint;
        match extended_by(newest, stamped, &paths_of(case, &shown, stamped)) {
            Ok(()) => extended.push(stamped.size()),
            Err(reason) => step = step.because(reason).fact("fault", stamped.size()),
        }
        let own = SeenCheckpoint::examine(&token.stamp.proof.checkpoint, &case.policy.log);
        seen.extend(own.ok());
    }
    let out_of_order = order::contradiction(case, &shown);
    if out_of_order.is_some() {
        step = step.because(Reason::RecordedOutOfOrder);
    }
    step = step.maybe("out_of_order", out_of_order);
    let asked = !matches!(case.policy.log.witnessing, Witnessing::NotAsked);
    let enough = seen.iter().any(|one| one.witnessed);
    let witnesses = seen.iter().flat_map(|one| &one.witnesses).map(|witness| {
        let at = i64::try_from(witness.time).unwrap_or(i64::MAX);
        format!("{} {}", witness.name, time(at))
    });
    let mut witnesses: Vec<_> = witnesses.collect();
    witnesses.sort_unstable();
    witnesses.dedup();
    let step =
        step.fact("extends", extended).fact("witnesses", witnesses).fact("witnesses_asked", asked);
    if enough { step } else { step.because(Reason::Unwitnessed) }
}

/// The paths beside the stamps of this head, whatever becomes of their tokens.
fn paths_of<'a>(case: &Case<'a>, shown: &Shown<'_>, stamped: &Checkpoint) -> Vec<&'a [Hash]> {
    let is_same =
        |head: &Checkpoint| (head.size(), head.root()) == (stamped.size(), stamped.root());
    let of_head =
        |token: &&Token<'_>| shown.head(&token.stamp.proof.checkpoint).is_some_and(is_same);
    let tokens = case.tokens.iter().filter(of_head);
    tokens.map(|token| token.stamp.consistency.as_slice()).collect()
}

/// The larger of the two extends the smaller, as one of the paths shows. Of two of one size the roots say it, whatever path there
/// is. Nobody signs a path: one that leads elsewhere is not that of the log, and says nothing of it.
fn extended_by(
    newest: Option<&Checkpoint>,
    stamped: &Checkpoint,
    paths: &[&[Hash]],
) -> Result<(), Reason> {
    let newest = newest.ok_or(Reason::CheckpointNotHeld)?;
    let (older, newer) =
        if newest.size() < stamped.size() { (newest, stamped) } else { (stamped, newest) };
    let (from, to) = (older.root(), newer.root());
    let is_one = older.size() != newer.size() || from == to;
    if newer.origin() != older.origin() || !is_one {
        return Err(Reason::CheckpointsInconsistent);
    }
    let shows = |path: &&[Hash]| {
        merkle::verify_consistency(older.size(), newer.size(), path, &from, &to).is_ok()
    };
    if paths.iter().any(shows) { Ok(()) } else { Err(Reason::PathNotShown) }
}
