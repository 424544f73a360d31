//! A verdict as the interface shows it, and as the command does: with the same words and facts.

use jejak_ledger::log::{Micros, Position};
use jejak_ledger::rules::Text;
use jejak_ledger::verdict::{
    Adopted, BUILD, Grounds, Input, Mark, NotCounting, ProvenEnrolment, Reason, Step, Today,
    VERIFIER, Verdict,
};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::openapi::shapes;
use crate::wire::Time;

/// Whether the signature on an event stands, and why.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Verdict)]
pub(crate) struct VerdictView {
    #[schema(schema_with = conclusions)]
    verdict: &'static str,
    /// The stable code of the reason why it is not more; null where every step passed.
    reason: Option<&'static str>,
    #[schema(value_type = shapes::Words)]
    text: Text,
    ledger: String,
    #[schema(schema_with = shapes::position)]
    position: Position,
    #[schema(schema_with = shapes::time)]
    recorded_at: Time,
    #[schema(schema_with = shapes::sha256)]
    statement_sha256: String,
    existence: ExistenceView,
    /// Signature, certificate, authority, inclusion, consistency, in this order.
    steps: Vec<StepView>,
    grounds: GroundsView,
    today: TodayView,
    policy: PolicyView,
    verifier: VerifierView,
    inputs: Vec<InputView>,
}

/// When the signature is proven to have existed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Existence)]
pub(crate) struct ExistenceView {
    /// `stamped`: by a token of trusted time; `ledger-clock`: by the ledger's word, which the policy takes; `pending`:
    /// by nothing yet.
    by: &'static str,
    #[schema(schema_with = shapes::time)]
    at: Time,
}

/// One step of a verdict.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VerdictStep)]
pub(crate) struct StepView {
    step: &'static str,
    #[schema(schema_with = results)]
    result: &'static str,
    reason: Option<&'static str>,
    #[schema(value_type = shapes::Words)]
    text: Text,
    /// What was found, by name.
    #[schema(schema_with = shapes::object)]
    facts: Map<String, Value>,
}

/// On what signer and rules rest, as far as statements of the log prove it; null is the word of the source of the
/// evidence. That nothing else came in between (a revocation, a removal, another adoption) is never proven here.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VerdictGrounds)]
pub(crate) struct GroundsView {
    enrolment: Option<EnrolmentView>,
    /// Of the rule set that decided.
    ruleset: Option<AdoptionView>,
    /// Of the trust policy; the opening, where none was adopted.
    trust: Option<AdoptionView>,
    /// The policy does not pin the opening of the ledger (`genesis`), so that nothing of this is proven.
    is_unpinned: bool,
    /// Where two registrars gave a seat on which something of this rests that is not proven; null where nothing does. They may
    /// where the certificates of all authorities have ended, and that none had been renewed no file of evidence proves.
    #[schema(value_type = Option<u64>)]
    rests_on_seat: Option<Position>,
    /// The row of the certificate says that another founder attested it, or not who enrolled it, and no statement shows that it
    /// stands on more than the word of one.
    standing_by_word: bool,
    /// Statements that would be among these, were it not for a list or response at hand: what rests on them is not proven.
    not_counting: Vec<NotCountingView>,
}

/// A statement of the log whose signature does not count.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VerdictNotCounting)]
pub(crate) struct NotCountingView {
    /// Where it stands.
    #[schema(schema_with = shapes::position)]
    position: Position,
    /// Its type.
    kind: String,
    /// Why its signer's certificate did not count when it was recorded.
    reason: &'static str,
}

/// The enrolment of the signer's certificate.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VerdictEnrolment)]
pub(crate) struct EnrolmentView {
    /// Where it stands; 0 is the opening.
    #[schema(schema_with = shapes::position)]
    position: Position,
    person: String,
    agency: String,
    class: String,
    /// Who enrolled it, or the one from which its holder renewed it; null where the opening did.
    enrolled_by: Option<String>,
    /// Where another founder attested it, or the one that it renews.
    #[schema(value_type = Option<u64>)]
    attested_at: Option<Position>,
    /// Its holder renewed another certificate by it: `enrolled_by` and `attested_at` are of the first.
    renewed: bool,
}

/// An adoption by the authorities of the ledger.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VerdictAdoption)]
pub(crate) struct AdoptionView {
    /// The event by which it came into force.
    #[schema(schema_with = shapes::position)]
    position: Position,
    /// Who signed it, the first first.
    by: Vec<String>,
}

/// What has become of the event since; it changes nothing of the verdict.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VerdictToday)]
pub(crate) struct TodayView {
    /// Size of the log as of which the source of the evidence says so; null where it does not say what became of the event.
    as_of: Option<u64>,
    marks: Vec<MarkView>,
    /// The enrolment of the signer's certificate today.
    certificate: Option<String>,
}

/// What a later event says of this one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VerdictMark)]
pub(crate) struct MarkView {
    what: &'static str,
    #[schema(value_type = Option<u64>)]
    position: Option<Position>,
    by: Option<String>,
    time: Option<String>,
    reason: Option<String>,
    awaits: Vec<String>,
}

/// What the verdict was judged by.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VerdictPolicy)]
pub(crate) struct PolicyView {
    name: String,
    /// SHA-256 of the file; null for what the opening of the ledger gives.
    sha256: Option<String>,
}

/// Which program computed it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Verifier)]
pub(crate) struct VerifierView {
    version: &'static str,
    build: Option<&'static str>,
}

/// Something that it was computed from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VerdictInput)]
pub(crate) struct InputView {
    what: &'static str,
    #[schema(schema_with = shapes::sha256)]
    sha256: String,
}

impl VerdictView {
    pub(crate) fn of(verdict: &Verdict) -> Self {
        let Verdict { conclusion, existence, policy, .. } = verdict;
        let at = u64::try_from(existence.at()).unwrap_or(0).saturating_mul(1_000_000);
        Self {
            verdict: conclusion.name(),
            reason: conclusion.reason().map(Reason::code),
            text: verdict.text(),
            ledger: verdict.origin.clone(),
            position: verdict.position,
            recorded_at: Time(verdict.recorded_at),
            statement_sha256: verdict.statement.to_string(),
            existence: ExistenceView { by: existence.name(), at: Time(Micros(at)) },
            steps: verdict.steps.iter().map(StepView::of).collect(),
            grounds: GroundsView::of(&verdict.grounds),
            today: TodayView::of(&verdict.today),
            policy: PolicyView {
                name: policy.name.clone(),
                sha256: policy.sha256.map(|hash| hash.to_string()),
            },
            verifier: VerifierView { version: VERIFIER, build: BUILD },
            inputs: verdict.inputs.iter().map(InputView::of).collect(),
        }
    }
}

impl StepView {
    fn of(step: &Step) -> Self {
        Self {
            step: step.name.code(),
            result: step.result(),
            reason: step.reason.map(Reason::code),
            text: step.text(),
            facts: step.facts.clone(),
        }
    }
}

impl GroundsView {
    fn of(grounds: &Grounds) -> Self {
        let enrolment = |proven: &ProvenEnrolment| EnrolmentView {
            position: proven.position,
            person: proven.person.clone(),
            agency: proven.agency.clone(),
            class: proven.class.clone(),
            enrolled_by: proven.enrolled_by.clone(),
            attested_at: proven.attested_at,
            renewed: proven.renewed,
        };
        let not_counting = |one: &NotCounting| NotCountingView {
            position: one.position,
            kind: one.kind.clone(),
            reason: one.reason.code(),
        };
        let adoption =
            |adopted: &Adopted| AdoptionView { position: adopted.position, by: adopted.by.clone() };
        Self {
            enrolment: grounds.enrolment.as_ref().map(enrolment),
            ruleset: grounds.ruleset.as_ref().map(adoption),
            trust: grounds.trust.as_ref().map(adoption),
            is_unpinned: grounds.is_unpinned,
            rests_on_seat: grounds.rests_on_seat,
            standing_by_word: grounds.standing_by_word,
            not_counting: grounds.not_counting.iter().map(not_counting).collect(),
        }
    }
}

impl TodayView {
    fn of(today: &Today) -> Self {
        let mark = |mark: &Mark| MarkView {
            what: mark.what.code(),
            position: mark.position,
            by: mark.by.clone(),
            time: mark.time.clone(),
            reason: mark.reason.clone(),
            awaits: mark.awaits.clone(),
        };
        Self {
            as_of: today.as_of,
            marks: today.marks.iter().map(mark).collect(),
            certificate: today.certificate.clone(),
        }
    }
}

impl InputView {
    fn of(input: &Input) -> Self {
        Self { what: input.what, sha256: input.sha256.to_string() }
    }
}

/// The three conclusions (ETSI EN 319 102-1).
fn conclusions() -> utoipa::openapi::Object {
    shapes::one_of(&["TOTAL-PASSED", "INDETERMINATE", "TOTAL-FAILED"])
}

fn results() -> utoipa::openapi::Object {
    shapes::one_of(&["passed", "indeterminate", "failed"])
}

#[cfg(test)]
mod tests {
    use jejak_ledger::verdict::Conclusion;

    use super::*;

    #[test]
    fn the_conclusions_are_those_of_the_standard() {
        let all = [
            Conclusion::TotalPassed,
            Conclusion::Indeterminate(Reason::Unwitnessed),
            Conclusion::TotalFailed(Reason::SignatureInvalid),
        ];
        assert!(conclusions() == shapes::one_of(&all.map(Conclusion::name)));
    }
}
