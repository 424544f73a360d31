//! Was he entitled? The very code of admission decides the event again, on the state before it.

use std::sync::Arc;

use jejak_signer::Anchors;

use super::super::case::Case;
use super::super::decision::Decided;
use super::super::reason::Reason;
use super::super::result::{Step, StepName};
use crate::draft::Outcome;
use crate::event::{Event, SignedAs};
use crate::held::Held;
use crate::log::Record;
use crate::objects::Objects;
use crate::prepared::Context;
use crate::refusal::Refusal;
use crate::rules::RuleSet;

pub(in super::super) fn authority(case: &Case<'_>) -> Step {
    let step =
        Step::new(StepName::Authority).fact("ruleset", case.evidence.before.ruleset.to_string());
    let jws = match &case.jws {
        Ok(jws) => jws,
        Err(reason) => return step.because(*reason),
    };
    let ruleset = case.evidence.before.rulesets.get(&case.evidence.before.ruleset);
    let step = match Event::parse(jws.payload()) {
        Ok(event) => told(step, &event, ruleset.map(Arc::as_ref)),
        Err(_) => step,
    };
    let step = step
        .because_of(case.grounds.fault())
        .maybe("seat_given_at", case.grounds.rests_on_seat.map(|at| at.0));
    match again(case) {
        Ok((Outcome::Recorded(_), Some(record))) if record == case.evidence.record => step,
        // The engine takes the event, at another place: the record before it is not the one that it names.
        Ok((Outcome::Recorded(_) | Outcome::Repeated(_), _)) => {
            step.because(Reason::EvidenceIncomplete)
        }
        Ok((Outcome::Limited(_), _)) => step.because(Reason::NotDecided),
        Ok((Outcome::Refused(refusal), _)) => refused(case, step, &refusal),
        Err(reason) => step.because(reason),
    }
}

/// The decision once more; why it cannot be made.
fn again(case: &Case<'_>) -> Result<(Outcome, Option<Record>), Reason> {
    let (evidence, before) = (case.evidence, &case.evidence.before);
    let incomplete = Reason::EvidenceIncomplete;
    let statement = evidence.statement.as_deref().ok_or(Reason::StatementNotHeld)?;
    let ruleset = before.rulesets.get(&before.ruleset).ok_or(incomplete)?;
    let anchors = Anchors::new(before.anchors.clone()).map_err(|_| incomplete)?;
    let held = Held::new(Objects::in_memory());
    for known in before.rulesets.values() {
        held.know(Arc::clone(known));
    }
    for object in evidence.chain.iter().chain(before.objects.values()) {
        held.put(object).map_err(|_| incomplete)?;
    }
    let opening =
        Context::of_opening(evidence.origin.as_str().into(), anchors, Arc::clone(ruleset));
    let policy = match &before.policy {
        None => Arc::clone(&opening.policy),
        Some(hash) => held.policy(hash).ok().flatten().ok_or(incomplete)?,
    };
    let context = Context { policy, ..opening };
    let (record, previous) = (&evidence.record, before.previous.as_ref());
    let decided = Decided { statement, record, previous, context, held: &held };
    decided.again(&before.reads).map_err(|_| incomplete)
}

/// A refusal of what was accepted once.
fn refused(case: &Case<'_>, step: Step, refusal: &Refusal) -> Step {
    let step = step.fact("refusal", refusal.code()).maybe("rule", refusal.rule());
    match refusal {
        // Whose he is a row says that the log contradicts.
        Refusal::SourceNotYours { .. } if case.grounds.are_contradicted() => {
            step.because(Reason::NotDecided)
        }
        Refusal::SourceNotYours { .. } => step.because(Reason::NotHisAgency),
        // The first and the second step say what is wrong there.
        Refusal::Jws(_)
        | Refusal::Signature(_)
        | Refusal::CertificateUnknown { .. }
        | Refusal::CertificateExpired { .. }
        | Refusal::RevokedByList { .. }
        | Refusal::SignerRevoked { .. }
        | Refusal::SignerSuspended { .. } => step.because(Reason::NotDecided),
        refusal if refusal.rests_on_what_is_not_held() => step.because(Reason::EvidenceIncomplete),
        _ => step.because(Reason::DecisionDrift),
    }
}

/// Who acted, in which office, by what right; who decided, where the signer only recorded it.
fn told(step: Step, event: &Event, ruleset: Option<&RuleSet>) -> Step {
    let act = ruleset.and_then(|rules| rules.row_of(event));
    let lifted = ruleset.map(|rules| rules.lift(event));
    let before = lifted.as_ref().and_then(|act| Some((&act.kind, act.imported.as_ref()?)));
    let step = step
        .maybe("riwayat", before.map(|(kind, _)| kind.as_str()))
        .maybe("riwayat_at", before.map(|(_, imported)| imported.day.to_string()))
        .maybe(
            "riwayat_source_sha256",
            before.map(|(_, imported)| imported.source.sha256.to_string()),
        )
        .fact("type", event.kind.as_str())
        .fact("subject", event.subject.as_str())
        .fact("agency", event.agency())
        .maybe("decided_by_rule", act.map(|act| act.rule.as_str()))
        .maybe("office", event.office.as_deref())
        .maybe("mandate", event.mandate.map(crate::event::Mandate::as_str))
        .maybe("mandate_ref", event.mandate_ref.as_deref());
    match (&event.signed_as, &event.decision) {
        (SignedAs::Recorder, Some(decision)) => step
            .fact("signed_as", "DICATAT")
            .fact("decided_by", decision.by.as_str())
            .fact("decided_in_office", decision.office.as_str())
            .fact("decided_on", decision.date.to_string())
            .fact("decision_sha256", decision.document.sha256.to_string()),
        (SignedAs::Recorder, None) => step.fact("signed_as", "DICATAT"),
        (SignedAs::Official, _) => step.fact("signed_as", "DITANDATANGANI"),
    }
}
