//! The grounds of the evidence that stand in the log, each signed under a certificate that the policy trusts.

use std::collections::BTreeMap;

use jejak_signer::{Certificate, Credential, Hash, HolderKind, Jws, TrustPolicy, Typ, signed_by};

use super::super::evidence::Evidence;
use super::super::policy::VerdictPolicy;
use crate::event::Event;
use crate::log::{Outcome, Receipt};

/// A statement that stands under the checkpoint of the evidence, and whose signature stands.
pub(super) struct Stood {
    pub(super) event: Event,
    /// SHA-256 of the certificate that signed it.
    pub(super) signer: Hash,
    /// By which others name it.
    pub(super) key: Hash,
}

/// What stands before the event, by position.
pub(super) fn stood(evidence: &Evidence, policy: &VerdictPolicy) -> BTreeMap<u64, Stood> {
    let (Some(proof), Some(trust)) = (&evidence.proof, &policy.trust) else {
        return BTreeMap::new();
    };
    let own = evidence.record.position;
    // The opening enrols who signed it.
    let is_ground = |ground: &&Receipt| {
        let position = ground.record.position;
        ground.proof.checkpoint == proof.checkpoint && (position < own || position.0 == 0)
    };
    let grounds = evidence.grounds.iter().take(Evidence::GROUNDS_MAX).filter(is_ground);
    let stands = |ground: &Receipt| {
        let stood = signed(ground, trust)?;
        let of_log = stood.event.ledger == evidence.origin;
        let verdict = ground.verify(&policy.log, None);
        let is_proven = of_log && !matches!(verdict.outcome, Outcome::Failed(_));
        is_proven.then_some((ground.record.position.0, stood))
    };
    grounds.filter_map(stands).collect()
}

/// Its signature and the path of its certificate are judged at the time at which the ledger recorded it.
fn signed(ground: &Receipt, trust: &TrustPolicy) -> Option<Stood> {
    let statement = ground.statement.as_ref()?.as_bytes().to_vec();
    let jws = Jws::parse(statement, Typ::Event).ok()?;
    let leaf = Certificate::from_der(ground.chain.first()?.clone()).ok()?;
    signed_by(&jws, &leaf).ok()?;
    let at = i64::try_from(ground.record.recorded_at.0 / 1_000_000).unwrap_or(i64::MAX);
    let credential = Credential::admit(trust, &ground.chain, HolderKind::Person, at).ok()?;
    let credential = credential.with_algorithm(jws.header().algorithm).ok()?;
    trust.anchor_of(&credential, at).ok()?;
    let event = Event::parse(jws.payload()).ok()?;
    Some(Stood { event, signer: jws.header().thumbprint, key: jws.event_key() })
}
