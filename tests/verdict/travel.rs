//! Time passes after the signature: certificates expire, are revoked, are renewed. What was proven stays proven.

use jejak_ledger::log::Position;
use jejak_ledger::verdict::{Conclusion, Evidence, Reason, StepName, verdict};
use jejak_signer::{Algorithm, Revocation, RevocationReason, Window};

use super::{DAY, LISTED, STAMPED, START, Scene, YEAR, empty_list, only, open, revoked};
use crate::harness::World;

/// The verdict one, five and fifteen years later.
fn later(scene: &Scene, evidence: &Evidence) -> [Conclusion; 3] {
    let policy = scene.policy();
    [1, 5, 15].map(|years| verdict(evidence, &policy, START + years * YEAR).conclusion)
}

/// The leaf expires after a year, the issuing authority after ten.
#[test]
fn the_answer_of_today_is_the_answer_of_fifteen_years_later() {
    let scene = Scene::new();
    let evidence = scene.evidence();
    assert_eq!(later(&scene, &evidence), [Conclusion::TotalPassed; 3]);
    let whole = verdict(&evidence, &scene.policy(), STAMPED + DAY);
    for years in [1, 5, 15] {
        assert_eq!(verdict(&evidence, &scene.policy(), START + years * YEAR), whole);
    }
}

#[test]
fn a_revocation_after_the_token_changes_nothing() {
    let scene = Scene::new();
    for reason in [RevocationReason::Unspecified, RevocationReason::KeyCompromise] {
        let mut evidence = scene.bare();
        evidence.stamps.push(scene.stamp(evidence.proof.as_ref(), STAMPED));
        evidence.lists.push(scene.revoking(LISTED, revoked(STAMPED + 1, reason)));
        assert_eq!(later(&scene, &evidence), [Conclusion::TotalPassed; 3]);
        let step = scene.judge(&evidence).steps[1].clone();
        assert_eq!(step.facts["revocation_reason"], reason.name());
    }
}

#[test]
fn a_revocation_before_the_token_fails_for_ever() {
    let scene = Scene::new();
    for at in [START - 60, STAMPED] {
        let mut evidence = scene.bare();
        evidence.stamps.push(scene.stamp(evidence.proof.as_ref(), STAMPED));
        let revocation = revoked(at, RevocationReason::Superseded);
        evidence.lists.push(scene.revoking(LISTED, revocation));
        let failed = Conclusion::TotalFailed(Reason::CertificateRevoked);
        assert_eq!(later(&scene, &evidence), [failed; 3]);
        only(&scene.judge(&evidence), StepName::Certificate, Reason::CertificateRevoked);
        // A later list from which it has gone does not bring it back.
        evidence.lists.push(scene.list(&empty_list(LISTED + DAY)));
        assert_eq!(later(&scene, &evidence), [failed; 3]);
    }
}

#[test]
fn a_key_that_was_in_other_hands_before_the_token_leaves_it_open() {
    let scene = Scene::new();
    let mut evidence = scene.bare();
    evidence.stamps.push(scene.stamp(evidence.proof.as_ref(), STAMPED));
    let stolen = Revocation {
        invalid_since: Some(STAMPED),
        ..revoked(STAMPED + DAY, RevocationReason::KeyCompromise)
    };
    evidence.lists.push(scene.revoking(STAMPED + 2 * DAY, stolen));
    only(&scene.judge(&evidence), StepName::Certificate, Reason::InvalidSince);
    let since_then = Revocation { invalid_since: Some(STAMPED + 1), ..stolen };
    evidence.lists = vec![scene.revoking(STAMPED + 2 * DAY, since_then)];
    assert_eq!(scene.judge(&evidence).conclusion, Conclusion::TotalPassed);
}

#[test]
fn until_a_list_is_made_after_the_token_the_answer_is_open() {
    let scene = Scene::new();
    let mut evidence = scene.bare();
    evidence.stamps.push(scene.stamp(evidence.proof.as_ref(), STAMPED));
    evidence.lists.push(scene.list(&empty_list(STAMPED - DAY)));
    only(&scene.judge(&evidence), StepName::Certificate, Reason::RevocationPending);
    evidence.lists.push(scene.list(&empty_list(STAMPED)));
    assert_eq!(scene.judge(&evidence).conclusion, Conclusion::TotalPassed);
    // Asked before that list was made, nobody could know.
    let before = verdict(&evidence, &scene.policy(), STAMPED - 1);
    assert_eq!(
        open(&before),
        [(StepName::Certificate, Reason::NoProofOfExistence)],
        "the token was not made yet either"
    );
}

#[test]
fn a_suspended_certificate_is_open_until_a_later_list_says_that_it_came_back() {
    let scene = Scene::new();
    let mut evidence = scene.bare();
    evidence.stamps.push(scene.stamp(evidence.proof.as_ref(), STAMPED));
    let hold = revoked(START, RevocationReason::CertificateHold);
    evidence.lists.push(scene.revoking(LISTED, hold));
    only(&scene.judge(&evidence), StepName::Certificate, Reason::CertificateOnHold);
    evidence.lists.push(scene.list(&empty_list(LISTED + DAY)));
    assert_eq!(scene.judge(&evidence).conclusion, Conclusion::TotalPassed);
}

#[test]
fn a_certificate_that_ends_before_the_token_leaves_it_open() {
    let world = World::new();
    let window = Window { not_before: START - DAY, not_after: STAMPED - 1 };
    let person = world.authority.person_with("p-singkat1", "dinkes", Algorithm::Es256, window);
    world.enrol(&person);
    let scene = Scene::signed_by(world, |_| person.clone());
    let evidence = scene.evidence();
    only(&scene.judge(&evidence), StepName::Certificate, Reason::CertificateExpiredBeforeProof);
    // A token a second earlier is in time, and stays so.
    let mut in_time = scene.bare();
    in_time.stamps.push(scene.stamp(in_time.proof.as_ref(), STAMPED - 1));
    in_time.lists.push(scene.list(&empty_list(STAMPED - 1)));
    assert_eq!(later(&scene, &in_time), [Conclusion::TotalPassed; 3]);
}

#[test]
fn the_first_token_that_counts_says_when_it_existed() {
    let scene = Scene::new();
    let mut evidence = scene.evidence();
    for at in [STAMPED + 60, STAMPED - 60, STAMPED + 120] {
        evidence.stamps.push(scene.stamp(evidence.proof.as_ref(), at));
    }
    assert_eq!(scene.judge(&evidence).existence.at(), STAMPED - 60);
    // Another authority's token is earlier, and nobody trusts it.
    let other = super::Tsa::new(START - DAY, START + YEAR);
    let proof = evidence.proof.clone().unwrap();
    let token = other.token(proof.checkpoint.as_bytes(), STAMPED - 300);
    evidence.stamps[0].token = token;
    let verdict = scene.judge(&evidence);
    assert_eq!(
        (verdict.conclusion, verdict.existence.at()),
        (Conclusion::TotalPassed, STAMPED - 60)
    );
}

#[test]
fn a_token_under_an_older_checkpoint_proves_what_newer_ones_extend() {
    let scene = Scene::new();
    let older = scene.evidence();
    let (from, world) = (world_size(&scene), &scene.world);
    world.accept(&world.kominfo, &crate::acts::grant(world, "dinkes", "dinkes"));
    let mut newer = scene.bare();
    newer.lists = older.lists;
    let consistency = world.ledger().view().consistency(from, world_size(&scene)).unwrap().unwrap();
    newer.stamps = older.stamps;
    newer.stamps[0].consistency = consistency;
    assert_eq!(scene.judge(&newer).conclusion, Conclusion::TotalPassed);
    newer.stamps[0].consistency[0] = jejak_signer::Hash([7; 32]);
    only(&scene.judge(&newer), StepName::Consistency, Reason::CheckpointsInconsistent);
}

fn world_size(scene: &Scene) -> u64 {
    scene.world.ledger().published().size
}

/// A new certificate for the same person, and the revocation of the old one in the ledger.
#[test]
fn what_was_signed_before_a_renewal_stands_as_before() {
    let scene = Scene::new();
    let world = &scene.world;
    let renewed = world.authority.person(&world.dinkes.id, "dinkes");
    world.enrol(&renewed);
    world.accept(&world.registrar, &world.revocation(&world.dinkes));
    let verdict = scene.judge(&scene.evidence());
    assert_eq!(open(&verdict), []);
    assert_eq!(verdict.today.certificate.as_deref(), Some("revoked"));
    let position =
        world.accept(&renewed, &crate::acts::request(world, &renewed, "dinkes2")).position;
    let new = Scene { position: Position(position.0), ..scene };
    assert_eq!(open(&new.judge(&new.evidence())), []);
}
