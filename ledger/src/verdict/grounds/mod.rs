//! On what the signer and the rules rest, as far as it is proven: the enrolment of his certificate and the adoption of the
//! rule set and of the trust policy are statements of the same log, signed by certificates that lead back to its opening.
//!
//! What no statement can prove is that none followed: no revocation, no removal of who enrolled, no later adoption.

mod gathered;
mod replayed;
mod stood;

use crate::log::Position;

use super::evidence::Evidence;
use super::policy::VerdictPolicy;
use replayed::Replayed;
use stood::stood;

/// What of the grounds of a verdict is proven; none is by the word of the source of the evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grounds {
    /// Whose the certificate is.
    pub enrolment: Option<ProvenEnrolment>,
    /// Since when the rule set decides.
    pub ruleset: Option<Adopted>,
    /// Since when the trust policy counts; the anchors of the opening, where none was adopted.
    pub trust: Option<Adopted>,
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
    /// Who enrolled it; none where the opening did.
    pub enrolled_by: Option<String>,
    /// Where another founder attested it.
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
    pub(super) fn of(evidence: &Evidence, policy: &VerdictPolicy) -> Self {
        let Some(signer) = evidence.chain.first().map(|leaf| jejak_signer::Hash::of(leaf)) else {
            return Self::default();
        };
        let replayed = Replayed::of(&evidence.origin, stood(evidence, policy));
        Self {
            enrolment: replayed.enrolment(&signer),
            ruleset: replayed.ruleset(&evidence.before),
            trust: replayed.trust(&evidence.before),
        }
    }

    /// Does the row of the certificate name another person or class than the enrolment that is proven?
    pub(super) fn contradict(&self, person: Option<&str>, class: &str) -> bool {
        self.enrolment.as_ref().is_some_and(|proven| {
            person.is_some_and(|person| person != proven.person) || class != proven.class
        })
    }
}
