//! The end of an algorithm counts for everything that was signed with it: whoever breaks one makes signatures of any earlier
//! time, so that only those count that are proven to have existed before.

use jejak_ledger::verdict::{Reason, StepName, VerdictPolicy, verdict};
use jejak_signer::{Algorithm, AlgorithmRule, PolicyAlgorithm, Signs, Window};

use super::{DAY, STAMPED, START, Scene, YEAR, only, open};
use crate::harness::World;

fn rule(algorithm: PolicyAlgorithm, signs: Signs, until: Option<i64>) -> AlgorithmRule {
    AlgorithmRule { algorithm, signs, until, rsa_bits_min: None }
}

/// The holder signs with another algorithm than those on whose word he is known.
fn scene() -> Scene {
    let world = World::new();
    let window = Window { not_before: START - DAY, not_after: START + YEAR };
    let person = world.authority.person_with("p-lain0001", "dinkes", Algorithm::Es256, window);
    world.enrol(&person);
    Scene::signed_by(world, |_| person.clone())
}

/// Statements under Ed25519 until then; what certificates are signed with goes on.
fn statements_until(scene: &mut Scene, until: i64) {
    scene.parts.algorithms = vec![
        rule(PolicyAlgorithm::Ed25519, Signs::Statements, Some(until)),
        rule(PolicyAlgorithm::Ed25519, Signs::Certificates, None),
        rule(PolicyAlgorithm::Es256, Signs::Both, None),
    ];
}

#[test]
fn grounds_count_whose_algorithms_counted_when_they_are_proven_to_have_existed() {
    let mut scene = scene();
    let evidence = scene.evidence();
    for (until, is_proven) in [(STAMPED + 1, true), (STAMPED, false), (START + 1, false)] {
        statements_until(&mut scene, until);
        let verdict = scene.judge(&evidence);
        assert_eq!(open(&verdict), [], "{until}");
        let grounds = [
            verdict.grounds.enrolment.is_some(),
            verdict.grounds.ruleset.is_some(),
            verdict.grounds.trust.is_some(),
        ];
        assert_eq!(grounds, [is_proven; 3], "{until}");
    }
    // As the statement itself, judged at the same time.
    let signed = Scene::new();
    let mut ended = Scene { position: signed.position, ..signed };
    statements_until(&mut ended, STAMPED);
    only(&ended.judge(&ended.evidence()), StepName::Signature, Reason::AlgorithmNotAccepted);
}

/// Nothing but the ledger's word says when: the grounds are as old as they say, if the policy takes that word.
#[test]
fn by_the_clock_of_the_ledger_grounds_are_judged_at_their_own_time() {
    let mut scene = scene();
    scene.parts.revocation = jejak_signer::RevocationRules::default();
    let evidence = scene.bare();
    for (until, is_proven) in [(START + 1, true), (START, false)] {
        statements_until(&mut scene, until);
        let policy = VerdictPolicy::new("uji", None, scene.log(), Some(scene.trust()), true);
        let verdict = verdict(&evidence, &policy, START + YEAR);
        assert_eq!(open(&verdict), [], "{until}");
        assert_eq!(verdict.grounds.enrolment.is_some(), is_proven, "{until}");
    }
}

/// The key that is enrolled has signed for it: with an algorithm that counted.
#[test]
fn an_enrolment_counts_where_the_algorithm_of_the_enrolled_key_did() {
    let world = World::new();
    let window = Window { not_before: START - DAY, not_after: START + YEAR };
    let registrar = world.authority.person_with(
        &world.registrar.id,
        &world.registrar.agency,
        Algorithm::Es256,
        window,
    );
    let mut renewal = world.enrolment(&registrar);
    renewal["data"]["renews"] = world.registrar.thumbprint().to_string().into();
    world.accept(&world.registrar, &renewal);
    let person = world.authority.person_with("p-lain0001", "dinkes", Algorithm::Es256, window);
    let enrolment = world.enrolment(&person);
    world.accept(&registrar, &enrolment);
    let mut scene = Scene::signed_by(world, |_| person.clone());
    let evidence = scene.evidence();
    let mut judged = |until| {
        scene.parts.algorithms = vec![
            rule(PolicyAlgorithm::Ed25519, Signs::Both, None),
            rule(PolicyAlgorithm::Es256, Signs::Both, Some(until)),
        ];
        scene.judge(&evidence).grounds.enrolment.is_some()
    };
    assert!(judged(STAMPED + 1));
    assert!(!judged(STAMPED));
}
