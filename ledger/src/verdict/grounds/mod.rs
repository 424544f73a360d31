//! On what the signer and the rules rest, as far as it is proven: the enrolment of his certificate and the adoption of the
//! rule set and of the trust policy are statements of the same log, signed by certificates that lead back to its opening.
//! Who added a key of the log is proven in the same way.
//!
//! The opening is the one that the policy pins: whoever holds the log's key can make another. What no statement can prove is
//! that none followed: no revocation, no removal of who enrolled, no later adoption.

mod gathered;
mod replayed;
mod stood;

use std::collections::BTreeSet;
use std::sync::Arc;

use jejak_signer::{Hash, RevocationEvidence};

use super::evidence::{Evidence, KeyLink};
use super::policy::VerdictPolicy;
use super::reason::Reason;
use super::renewals;
use crate::log::{Outcome, Position, Receipt, ReceiptFailure};
use crate::rules::{Field, Thing};
use replayed::Replayed;
use stood::{Under, stood};

/// What of the grounds of a verdict is proven; none is by the word of the source of the evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grounds {
    /// Whose the certificate is.
    pub enrolment: Option<ProvenEnrolment>,
    /// Since when the rule set decides.
    pub ruleset: Option<Adopted>,
    /// Since when the trust policy counts; the anchors of the opening, where none was adopted.
    pub trust: Option<Adopted>,
    /// They lead back to an opening, and the policy does not say that it is the ledger's (`genesis`): nothing of them is
    /// proven.
    pub is_unpinned: bool,
    /// The enrolment of the log that was shown, whether its opening is pinned or not.
    found: Option<ProvenEnrolment>,
}

/// The enrolment of the signer's certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenEnrolment {
    /// Where it stands; 0 is the opening.
    pub position: Position,
    /// Whose the certificate is.
    pub person: String,
    /// For which agency he signs with it.
    pub agency: String,
    /// `langsung` or `sistem`.
    pub class: String,
    /// Who enrolled it, or the certificate from which its holder renewed it; none where the opening did.
    pub enrolled_by: Option<String>,
    /// Where another founder attested it, or the one that it renews.
    pub attested_at: Option<Position>,
}

/// An adoption by the authorities of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adopted {
    /// From behind which position on it counts.
    pub position: Position,
    /// Who signed it, the first first.
    pub by: Vec<String>,
}

impl Grounds {
    /// Nothing where the event itself does not stand in the log, or SHA-256, which holds the log together, proves no
    /// longer at `at`.
    pub(super) fn of(
        evidence: &Evidence,
        policy: &VerdictPolicy,
        told: &[Arc<RevocationEvidence>],
        at: i64,
    ) -> Self {
        let signer = evidence.chain.first().map(|leaf| Hash::of(leaf));
        let (Some(signer), Some(proof), Some(trust)) = (signer, &evidence.proof, &policy.trust)
        else {
            return Self::default();
        };
        let own = Receipt::new(evidence.record, proof.clone());
        let own = own.verify(&policy.log, evidence.statement.as_deref());
        if at > renewals::log_ends_at(policy) || matches!(own.outcome, Outcome::Failed(_)) {
            return Self::default();
        }
        let (origin, checkpoint) = (evidence.origin.as_str(), proof.checkpoint.as_str());
        let (before, by) = (evidence.record.position, evidence.record.recorded_at);
        let under = Under { origin, checkpoint, before, by, log: &policy.log, trust, told };
        let before = &evidence.before;
        let version = |hash: &str| Some(before.rulesets.get(&hash.parse().ok()?)?.structural());
        let replayed = Replayed::of(origin, stood(&evidence.grounds, &under), &version);
        let found = replayed.enrolment(&signer);
        if !is_pinned(policy, origin) {
            return Self { is_unpinned: replayed.is_opened(), found, ..Self::default() };
        }
        Self {
            enrolment: found.clone(),
            ruleset: replayed.ruleset(before),
            trust: replayed.trust(before),
            is_unpinned: false,
            found,
        }
    }

    /// Does the row of the certificate say otherwise than its enrolment in the log?
    pub(super) fn contradict(&self, row: &Thing) -> bool {
        let Some(found) = &self.found else { return false };
        let other = |name, said: &str| row.text(name).is_some_and(|text| text != said);
        let by = found.enrolled_by.as_deref().unwrap_or_default();
        let enrolled_at = row.fields.get("enrolled_at");
        other("person", &found.person)
            || other("agency", &found.agency)
            || row.text("kind").unwrap_or(replayed::DIRECT) != found.class
            || other("enrolled_by", by)
            || enrolled_at.is_some_and(|at| !is_at(at, found.position))
    }
}

fn is_at(field: &Field, position: Position) -> bool {
    matches!(field, Field::Integer(at) if u64::try_from(*at) == Ok(position.0))
}

/// Does the policy say with which record the ledger begins?
fn is_pinned(policy: &VerdictPolicy, origin: &str) -> bool {
    policy.log.ledger(origin).is_some_and(|ledger| ledger.genesis.is_some())
}

/// The first record of the evidence stands in the log, and is not the one that the policy pins.
pub(super) fn disproved(evidence: &Evidence, policy: &VerdictPolicy) -> Option<Reason> {
    let proof = evidence.proof.as_ref()?;
    let is_other = |ground: &Receipt| {
        ground.record.position == Position(0)
            && ground.proof.checkpoint == proof.checkpoint
            && ground.verify(&policy.log, None).outcome == Outcome::Failed(ReceiptFailure::Genesis)
    };
    let mut grounds = evidence.grounds.iter().take(Evidence::GROUNDS_MAX);
    grounds.any(is_other).then_some(Reason::GenesisMismatch)
}

/// The verifier key that both authorities added by the two statements of a link, as its own grounds prove.
pub(super) fn key_added(
    link: &KeyLink,
    origin: &str,
    policy: &VerdictPolicy,
    told: &[Arc<RevocationEvidence>],
) -> Option<String> {
    let trust = policy.trust.as_ref().filter(|_| is_pinned(policy, origin))?;
    let confirmed = &link.confirmed;
    let (checkpoint, by) = (confirmed.proof.checkpoint.as_str(), confirmed.record.recorded_at);
    let before = Position(confirmed.record.position.0.saturating_add(1));
    let under = Under { origin, checkpoint, before, by, log: &policy.log, trust, told };
    let all = [&link.added, confirmed].into_iter().chain(&link.grounds);
    let replayed = Replayed::of(origin, stood(all, &under), &|_| None);
    replayed.key_added(link.added.record.position, confirmed.record.position)
}

/// The certificates above those who signed them, each once.
pub(super) fn issuers(grounds: &[Receipt]) -> BTreeSet<&[u8]> {
    grounds.iter().flat_map(|ground| ground.chain.iter().skip(1)).map(Vec::as_slice).collect()
}
