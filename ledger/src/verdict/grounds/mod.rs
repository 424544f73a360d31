//! On what the signer and the rules rest, as far as it is proven: the enrolment of his certificate and the adoption of the
//! rule set and of the trust policy are statements of the same log, signed by certificates that lead back to its opening.
//! Who added a key of the log is proven in the same way.
//!
//! The opening is the one that the policy pins: whoever holds the log's key can make another. What no statement can prove is
//! that none followed: no revocation, no removal of who enrolled, no later adoption.

mod gathered;
mod replayed;
mod rows;
mod stood;

use std::sync::Arc;

use jejak_signer::{Hash, IngestWindow, RevocationEvidence};

use super::evidence::{Before, Evidence, KeyLink};
use super::policy::VerdictPolicy;
use super::reason::Reason;
use super::renewals;
use crate::log::{Outcome, Position, Receipt, ReceiptFailure};
use crate::trust::read_trust_policy;
use replayed::{AtHand, Replayed, Seats};
use rows::Rows;
use stood::{Under, stood};

pub(super) use stood::authorities;

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
    /// What is not proven here would follow if the seat counted that two registrars gave to an authority at this position:
    /// they may where the certificates of all authorities have ended, and that none was renewed no file shows.
    pub rests_on_seat: Option<Position>,
    /// The row of the signer's certificate says that another founder attested it, or not who enrolled it, and the statements
    /// here do not show that it stands on more than the word of one: that is the word of the source.
    pub standing_by_word: bool,
    /// Statements of the log that would stand among them, were it not for a list or response at hand: what rests on them is
    /// not proven.
    pub not_counting: Vec<NotCounting>,
    /// What was shown of the log contradicts the rows of the certificate, whether its opening is pinned or not.
    are_contradicted: bool,
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
    /// Its holder renewed another certificate by it: what is said of who enrolled and attested is said of the first.
    pub renewed: bool,
}

/// A statement of the log that does not count, because the certificate that signed it did not when it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotCounting {
    /// Where it stands.
    pub position: Position,
    /// Its type.
    pub kind: String,
    /// Why the certificate did not count, as a list or response says.
    pub reason: Reason,
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
    ///
    /// `proven_by` is the time by which the event is proven to have existed, and with it all before it: what follows it in
    /// the log follows on them.
    pub(super) fn of(
        evidence: &Evidence,
        policy: &VerdictPolicy,
        told: &[Arc<RevocationEvidence>],
        proven_by: Option<i64>,
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
        let log = &policy.log;
        let under = Under { origin, checkpoint, before, by, log, proven_by, trust, told };
        let before = &evidence.before;
        let version = |hash: &str| Some(before.rulesets.get(&hash.parse().ok()?)?.structural());
        let window = |hash: &str| window_of(before, hash);
        let at_hand = AtHand { version: &version, window: &window };
        let standing = stood(&evidence.grounds, &under);
        let (stood, not_counting) = (standing.by_position, standing.not_counting);
        let replayed = Replayed::of(origin, &stood, at_hand, Seats::ByAuthorities);
        let rows = Rows::of(before, &signer);
        let are_contradicted = rows::contradict(before, &replayed, &signer);
        if !is_pinned(policy, origin) {
            let is_unpinned = replayed.is_opened();
            return Self { is_unpinned, not_counting, are_contradicted, ..Self::default() };
        }
        let enrolment = replayed.enrolment(&signer);
        let (ruleset, trust) = (replayed.ruleset(before), replayed.trust(before));
        let with = Replayed::of(origin, &stood, at_hand, Seats::AlsoByRegistrars);
        let rests = (enrolment.is_none() && with.enrolment(&signer).is_some())
            || (ruleset.is_none() && with.ruleset(before).is_some())
            || (trust.is_none() && with.trust(before).is_some());
        let by_word = |rows: &Rows<'_>| {
            enrolment.as_ref().is_some_and(|one| rows.stand_by_word(one, ruleset.as_ref()))
        };
        Self {
            standing_by_word: rows.as_ref().is_some_and(by_word),
            enrolment,
            ruleset,
            trust,
            is_unpinned: false,
            rests_on_seat: with.given_by_registrars().filter(|_| rests),
            not_counting,
            are_contradicted,
        }
    }

    /// Does something rest on a seat that no file proves?
    pub(super) fn fault(&self) -> Option<Reason> {
        self.rests_on_seat.map(|_| Reason::SeatNotProven)
    }

    /// Do the rows of the certificate say otherwise than its enrolment in the log, or its revocation there?
    pub(super) fn are_contradicted(&self) -> bool {
        self.are_contradicted
    }
}

/// When statements may have been signed under a trust policy, before or after they were recorded, where its file is at hand.
fn window_of(before: &Before, policy: &str) -> Option<IngestWindow> {
    let hash: Hash = policy.parse().ok()?;
    let file = before.objects.get(&hash).filter(|file| Hash::of(file) == hash)?;
    Some(read_trust_policy(file).ok()?.window())
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
///
/// No token proves when a link existed: it stands under a checkpoint of its own. So its signatures must be of algorithms that
/// count `at` the time of who asks, and SHA-256 must prove then.
pub(super) fn key_added(
    link: &KeyLink,
    evidence: &Evidence,
    policy: &VerdictPolicy,
    told: &[Arc<RevocationEvidence>],
    at: i64,
) -> Option<String> {
    if at > renewals::log_ends_at(policy) {
        return None;
    }
    let origin = evidence.origin.as_str();
    let trust = policy.trust.as_ref().filter(|_| is_pinned(policy, origin))?;
    let confirmed = &link.confirmed;
    let (checkpoint, by) = (confirmed.proof.checkpoint.as_str(), confirmed.record.recorded_at);
    let before = Position(confirmed.record.position.0.saturating_add(1));
    let (log, proven_by) = (&policy.log, Some(at));
    let under = Under { origin, checkpoint, before, by, log, proven_by, trust, told };
    let stood = stood(of_link(link), &under).by_position;
    let window = |hash: &str| window_of(&evidence.before, hash);
    let at_hand = AtHand { version: &|_| None, window: &window };
    let replayed = Replayed::of(origin, &stood, at_hand, Seats::ByAuthorities);
    replayed.key_added(link.added.record.position, confirmed.record.position)
}

/// The two statements of a link, and on what those rest who signed them.
pub(super) fn of_link(link: &KeyLink) -> impl Iterator<Item = &Receipt> {
    [&link.added, &link.confirmed].into_iter().chain(&link.grounds)
}

/// The statements on which a verdict rests: the grounds, and the links to later keys of the log with theirs.
pub(super) fn all(evidence: &Evidence) -> impl Iterator<Item = &Receipt> {
    let grounds = evidence.grounds.iter().take(Evidence::GROUNDS_MAX);
    grounds.chain(of_links(evidence))
}

/// The statements of the links to later keys of the log, with theirs.
pub(super) fn of_links(evidence: &Evidence) -> impl Iterator<Item = &Receipt> {
    evidence.keys.iter().take(Evidence::KEYS_MAX).flat_map(of_link)
}

/// Most authorities above who signed them whose lists and responses are read: the policy leads to few.
pub(super) const AUTHORITIES_MAX: usize = 32;
