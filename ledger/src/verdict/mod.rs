//! Did a person's signature on an event stand, and why?
//!
//! Decided from evidence and a policy alone: without a network, without trust in the server, and years later with the
//! same answer, because everything is judged at the time at which the signature is proven to have existed.
//! `docs/verdict.md` says it for inspectors.

mod before;
mod case;
mod decision;
mod evidence;
mod file;
mod fork;
mod gather;
mod grounds;
mod handed_in;
mod inputs;
mod keys;
mod order;
mod own;
mod parsed;
mod policy;
mod reads;
mod reason;
mod recorded;
mod renewals;
mod renewed;
mod result;
mod revocation;
mod shown;
mod since;
mod steps;
mod today;
mod tokens;

use case::Case;
use own::OwnPolicy;

use crate::held::Held;
use crate::objects::Objects;
use crate::view::View;

pub use case::Existence;
pub use evidence::{Before, Block, Evidence, KeyLink, Renewed, Since, Stamp};
pub use file::{EVIDENCE_BYTES_MAX, EvidenceError};
pub use grounds::{Adopted, Grounds, NotCounting, ProvenEnrolment};
pub use handed_in::HandedInError;
pub use policy::{VerdictPolicy, VerdictPolicyError};
pub use reads::Reads;
pub use reason::{Effect, Reason};
pub use result::{
    BUILD, Conclusion, Input, NotAccepted, PolicyNamed, Step, StepName, VERIFIER, Verdict,
};
pub use today::{Mark, MarkKind, Today};

/// The verdict on the signature of one event: a pure function of its arguments.
///
/// `at` is the time of the one who asks, Unix seconds: evidence that was made later is not looked at, and a token whose
/// authority's certificate has expired by then, or whose algorithms have ended, counts where it was renewed in time.
/// Nothing else depends on it, so that the answer of today is the answer of ten years later.
pub fn verdict(evidence: &Evidence, policy: &VerdictPolicy, at: i64) -> Verdict {
    judged(evidence, policy, at, &Held::new(Objects::in_memory()))
}

impl View {
    /// The same [`verdict`], with the lists and responses that this ledger has verified before: large ones are not read
    /// again for each question.
    pub fn verdict(&self, evidence: &Evidence, policy: &VerdictPolicy, at: i64) -> Verdict {
        judged(evidence, policy, at, &self.held)
    }
}

/// What `held` knows of lists and responses it has verified itself; the answer does not depend on it.
fn judged(evidence: &Evidence, policy: &VerdictPolicy, at: i64, held: &Held) -> Verdict {
    let own = OwnPolicy::at(policy, evidence, at, held);
    let case = Case::of(evidence, &own, at, held);
    let steps = [
        steps::signature(&case),
        steps::certificate(&case),
        steps::authority(&case),
        steps::inclusion(&case).because_of(grounds::disproved(evidence, own.get())),
        steps::consistency(&case),
    ];
    Verdict {
        conclusion: Conclusion::of(&steps),
        origin: evidence.origin.clone(),
        position: evidence.record.position,
        recorded_at: evidence.record.recorded_at,
        statement: evidence.record.statement,
        existence: case.existence.clone(),
        grounds: case.grounds.clone(),
        today: Today::of(&evidence.since, evidence.record.position, at),
        policy: PolicyNamed { name: policy.name.clone(), sha256: policy.sha256 },
        not_accepted: case.unread.iter().map(NotAccepted::of).collect(),
        inputs: inputs::of(evidence),
        steps,
    }
}
