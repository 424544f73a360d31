//! Whether a signature stood is decided offline, years later, with the same answer: each reason has a case that gives
//! exactly it, each step can fail alone, and whatever is tampered with shows.

mod chains;
mod commands;
pub(crate) mod forged;
mod fork;
mod grounds;
mod inputs;
mod late;
mod made_up;
mod namesakes;
mod order;
mod reasons;
mod recorded;
mod renewed;
mod responders;
mod rows;
mod seats;
mod sunset;
mod suspended;
mod tampered;
mod travel;
pub(crate) mod tsa;

use jejak_ledger::log::{Policy, PolicyKey, PolicyLedger, Position, TlogProof, Witnessing};
use jejak_ledger::verdict::{
    Conclusion, Evidence, Reason, Stamp, StepName, Verdict, VerdictPolicy, verdict,
};
use jejak_signer::devca::{ListSpec, Listed};
use jejak_signer::{
    AnchorRule, Hash, Revocation, RevocationReason, RevocationRules, StaleRevocation, TrustPolicy,
    TrustPolicyParts,
};

use crate::acts::request;
use crate::harness::{DAY_S, ORIGIN, Person, START_S, World};
use tsa::{Tsa, empty_list};

/// When the world begins.
pub(crate) const START: i64 = START_S.cast_signed();
pub(crate) const DAY: i64 = DAY_S.cast_signed();
/// When the token is made, and the list after it.
pub(crate) const STAMPED: i64 = START + 600;
pub(crate) const LISTED: i64 = START + 700;
/// A year.
pub(crate) const YEAR: i64 = 365 * DAY;

/// A signed event, and the parts of which its evidence and policy are made.
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) tsa: Tsa,
    pub(crate) position: Position,
    pub(crate) parts: TrustPolicyParts,
    pub(crate) witnessing: Witnessing,
}

impl Scene {
    /// The health agency has asked for a name.
    pub(crate) fn new() -> Self {
        let world = World::new();
        Self::signed_by(world, |world| world.dinkes.clone())
    }

    pub(crate) fn signed_by(world: World, by: impl Fn(&World) -> Person) -> Self {
        let person = by(&world);
        let event = request(&world, &person, &person.agency);
        let position = world.accept(&person, &event).position;
        // Its certificate outlives what is asked here; `renewed.rs` has one that does not.
        let tsa = Tsa::new(START - DAY, START + 20 * YEAR);
        let anchor = world.authority.ca.anchor_der().to_vec();
        let rule = AnchorRule { tersertifikasi: true, ..AnchorRule::default() };
        let parts = TrustPolicyParts {
            anchors: vec![(anchor, rule)],
            time_authorities: vec![tsa.named()],
            revocation: RevocationRules {
                stale: StaleRevocation::Pending,
                ..RevocationRules::default()
            },
            ..TrustPolicyParts::default()
        };
        Self { world, tsa, position, parts, witnessing: Witnessing::NotAsked }
    }

    pub(crate) fn log(&self) -> Policy {
        let key =
            PolicyKey { vkey: self.world.ledger().vkey().parse().unwrap(), from: 0, until: None };
        let origin = ORIGIN.parse().unwrap();
        let first = self.world.ledger().view().record(Position(0)).unwrap().unwrap();
        let genesis = Some(first.leaf_hash());
        Policy {
            ledgers: vec![PolicyLedger { origin, genesis, keys: vec![key] }],
            anchors: Vec::new(),
            witnessing: self.witnessing.clone(),
            trust: None,
            clock_suffices: false,
        }
    }

    pub(crate) fn trust(&self) -> TrustPolicy {
        TrustPolicy::new(Hash::of(b"uji"), self.parts.clone()).unwrap()
    }

    pub(crate) fn policy(&self) -> VerdictPolicy {
        VerdictPolicy::new("uji", None, self.log(), Some(self.trust()), false)
    }

    /// The evidence as the ledger has it, under the newest checkpoint.
    pub(crate) fn bare(&self) -> Evidence {
        self.world.ledger().view().evidence(self.position).unwrap().unwrap()
    }

    /// The same with a token over the newest checkpoint and a list after it.
    pub(crate) fn evidence(&self) -> Evidence {
        let mut evidence = self.bare();
        evidence.stamps.push(self.stamp(evidence.proof.as_ref(), STAMPED));
        evidence.lists.push(self.list(&empty_list(LISTED)));
        evidence
    }

    pub(crate) fn stamp(&self, proof: Option<&TlogProof>, at: i64) -> Stamp {
        let proof = proof.unwrap();
        // No witness has cosigned: the whole note is stamped.
        let token = self.tsa.token(proof.checkpoint.as_bytes(), at);
        Stamp { token, proof: proof.clone(), consistency: Vec::new() }
    }

    pub(crate) fn list(&self, spec: &ListSpec) -> Vec<u8> {
        self.world.authority.ca.revocation_list(spec).unwrap()
    }

    /// A list made at `made` in which the signer's certificate is revoked.
    pub(crate) fn revoking(&self, made: i64, revocation: Revocation) -> Vec<u8> {
        let listed = Listed::of(&self.world.dinkes.chain[0], revocation).unwrap();
        self.list(&ListSpec { revoked: vec![listed], ..empty_list(made) })
    }

    pub(crate) fn judge(&self, evidence: &Evidence) -> Verdict {
        verdict(evidence, &self.policy(), START + YEAR)
    }
}

pub(crate) fn revoked(at: i64, reason: RevocationReason) -> Revocation {
    Revocation { revoked_at: at, reason, invalid_since: None }
}

/// Every step that did not pass, with its reason.
pub(crate) fn open(verdict: &Verdict) -> Vec<(StepName, Reason)> {
    let steps = verdict.steps.iter();
    steps.filter_map(|step| Some((step.name, step.reason?))).collect()
}

/// Exactly this step did not pass, for exactly this reason.
pub(crate) fn only(verdict: &Verdict, step: StepName, reason: Reason) {
    assert_eq!(open(verdict), [(step, reason)], "{verdict:#?}");
    assert_eq!(verdict.conclusion.reason(), Some(reason));
}

#[test]
fn a_stamped_signature_under_a_trusted_certificate_stands() {
    let scene = Scene::new();
    let verdict = scene.judge(&scene.evidence());
    assert_eq!(open(&verdict), []);
    assert_eq!(verdict.conclusion, Conclusion::TotalPassed);
    assert_eq!(verdict.existence.at(), STAMPED);
    let fact = |step, name: &str| verdict.step(step).unwrap().facts[name].clone();
    assert_eq!(fact(StepName::Certificate, "tersertifikasi"), true);
    assert_eq!(fact(StepName::Certificate, "revocation_settled"), true);
    assert_eq!(fact(StepName::Certificate, "time_authority"), "uji");
    assert_eq!(fact(StepName::Authority, "signed_as"), "DITANDATANGANI");
    assert_eq!(fact(StepName::Authority, "agency"), "dinkes");
    let inputs: Vec<_> = verdict.inputs.iter().map(|input| input.what).collect();
    // Of the opening and of his enrolment.
    let expected = [
        "record",
        "checkpoint",
        "proof",
        "certificate",
        "certificate",
        "token",
        "stamp",
        "revocation-list",
        "ground",
        "ground",
        "previous",
        "anchor",
        "ruleset",
        "object",
        "object",
        "rows",
        "since",
    ];
    assert_eq!(inputs, expected);
    assert_eq!(verdict.policy.name, "uji");
}

#[test]
fn only_an_anchor_that_the_policy_calls_so_makes_a_signature_certified() {
    let mut scene = Scene::new();
    scene.parts.anchors[0].1.tersertifikasi = false;
    let verdict = scene.judge(&scene.evidence());
    assert_eq!(verdict.conclusion, Conclusion::TotalPassed);
    let certified = &verdict.step(StepName::Certificate).unwrap().facts["tersertifikasi"];
    assert_eq!(certified, false);
}

/// The opening enrols its first signer itself.
#[test]
fn the_opening_of_a_ledger_is_judged_like_every_event() {
    let mut scene = Scene::new();
    scene.position = Position(0);
    let verdict = scene.judge(&scene.evidence());
    assert_eq!(open(&verdict), []);
}

/// What became of an event is shown, and its signature stood all the same.
#[test]
fn a_voided_event_was_signed_all_the_same() {
    let scene = Scene::new();
    let world = &scene.world;
    let entry = world.ledger().view().entry(scene.position).unwrap().unwrap();
    let cited = serde_json::json!({
        "agency": "dinkes", "id": entry.event.id, "key": entry.event_key.to_string(),
    });
    let data = serde_json::json!({ "event": cited, "reason": "salah instansi" });
    let voiding = world.event(&world.dinkes, "event.voided", &entry.event.subject, data);
    world.accept(&world.dinkes, &voiding);
    let verdict = scene.judge(&scene.evidence());
    assert_eq!(open(&verdict), []);
    let [mark] = verdict.today.marks.as_slice() else { panic!("{:?}", verdict.today) };
    assert_eq!(mark.what.code(), "voided");
    assert_eq!(mark.position, Some(Position(scene.position.0 + 1)));
    assert_eq!(mark.reason.as_deref(), Some("salah instansi"));
    // The voiding itself rests on an earlier statement, which its evidence holds.
    let voiding = Scene { position: Position(scene.position.0 + 1), ..scene };
    assert_eq!(open(&voiding.judge(&voiding.evidence())), []);
}
