//! Did this key sign these bytes, with an algorithm that counted then?

use jejak_signer::{Certificate, Hash, HolderKind, TrustError, VerifyError, signed_by};

use super::super::case::Case;
use super::super::reason::Reason;
use super::super::result::{Step, StepName};

pub(in super::super) fn signature(case: &Case<'_>) -> Step {
    let step = Step::new(StepName::Signature);
    let jws = match &case.jws {
        Ok(jws) => jws,
        Err(reason) => return step.because(*reason),
    };
    let header = jws.header();
    let step = step
        .fact("algorithm", header.algorithm.name())
        .fact("certificate", header.thumbprint.to_string())
        .fact("statement_sha256", jws.statement_hash().to_string())
        .fact("event_key", jws.event_key().to_string());
    let leaf = case.evidence.chain.first().filter(|leaf| Hash::of(leaf) == header.thumbprint);
    let Some(leaf) = leaf else { return step.because(Reason::CertificateNotHeld) };
    let step = match Certificate::from_der(leaf.clone()) {
        Ok(certificate) => match signed_by(jws, &certificate) {
            Ok(()) => step,
            Err(VerifyError::CertificateUnknown { .. }) => step.because(Reason::CertificateNotHeld),
            Err(_) => step.because(Reason::SignatureInvalid),
        },
        // Nothing can be signed with what is no certificate over a key of ours.
        Err(error) => step.because(Reason::SignatureInvalid).fact("fault", error.code()),
    };
    step.because_of(algorithm_fault(case))
}

/// The algorithm is judged at the time of the existence, like everything else.
fn algorithm_fault(case: &Case<'_>) -> Option<Reason> {
    let credential = super::certificate::credential(case, HolderKind::System).ok()?;
    match case.policy.trust.as_ref()?.anchor_of(&credential, case.existence.at()) {
        Err(TrustError::StatementAlgorithm { .. }) => Some(Reason::AlgorithmNotAccepted),
        _ => None,
    }
}
