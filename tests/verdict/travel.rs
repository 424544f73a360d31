//! Time passes after the signature: certificates expire, are revoked, are renewed. What was proven stays proven.

use jejak_ledger::log::Position;
use jejak_ledger::verdict::{Conclusion, Evidence, Reason, StepName, verdict};
use jejak_signer::{Algorithm, Certificate, Revocation, RevocationReason, Window};

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
    let pending = scene.judge(&evidence);
    only(&pending, StepName::Certificate, Reason::RevocationPending);
    // Whose list is awaited is said in the answer and in the step, for people and for programs.
    let leaf = Certificate::from_der(evidence.chain[0].clone()).unwrap();
    let step = pending.step(StepName::Certificate).unwrap();
    assert_eq!(step.facts["awaited_of"], leaf.issuer());
    for text in [step.text(), pending.text()] {
        let expected = format!("; yang ditunggu: daftar atau jawaban OCSP dari {}", leaf.issuer());
        assert!(text.id.ends_with(&expected), "{}", text.id);
        let expected = format!("; awaited: a list or an OCSP response of {}", leaf.issuer());
        assert!(text.en.ends_with(&expected), "{}", text.en);
    }
    evidence.lists.push(scene.list(&empty_list(STAMPED)));
    let settled = scene.judge(&evidence);
    assert_eq!(settled.step(StepName::Certificate).unwrap().facts.get("awaited_of"), None);
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

/// `genTime` may be off by the accuracy either way: only once it has passed as well is it certain that something existed.
#[test]
fn the_accuracy_of_a_token_counts_against_the_signature() {
    let scene = Scene::new();
    let mut evidence = scene.bare();
    let mut stamp = scene.stamp(evidence.proof.as_ref(), STAMPED);
    let checkpoint = evidence.proof.as_ref().unwrap().checkpoint.clone();
    stamp.token = scene.tsa.token_off_by(checkpoint.as_bytes(), STAMPED, 30);
    evidence.stamps.push(stamp);
    let certain = STAMPED + 30;
    // A list that was made between the two does not settle what may have been signed after it.
    evidence.lists.push(scene.list(&empty_list(certain - 1)));
    let early = scene.judge(&evidence);
    assert_eq!(early.existence.at(), certain);
    only(&early, StepName::Certificate, Reason::RevocationPending);
    evidence.lists.push(scene.list(&empty_list(certain)));
    assert_eq!(scene.judge(&evidence).conclusion, Conclusion::TotalPassed);
    // Revoked between the two: it may have been signed after that.
    let lost = revoked(certain - 1, RevocationReason::KeyCompromise);
    evidence.lists.push(scene.revoking(certain + 60, lost));
    only(&scene.judge(&evidence), StepName::Certificate, Reason::CertificateRevoked);
    // Before that time nobody knew that it existed.
    let before = verdict(&evidence, &scene.policy(), certain - 1);
    assert_eq!(before.existence.name(), "pending");
    assert_eq!(verdict(&evidence, &scene.policy(), certain).existence.at(), certain);
    // Of two tokens the one counts whose certain time is earlier, whatever their genTime.
    let exact = scene.stamp(evidence.proof.as_ref(), certain - 10);
    evidence.stamps.push(exact);
    assert_eq!(scene.judge(&evidence).existence.at(), certain - 10);
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
    // What is left out, or leads elsewhere, disproves nothing.
    newer.stamps[0].consistency[0] = jejak_signer::Hash([7; 32]);
    only(&scene.judge(&newer), StepName::Consistency, Reason::PathNotShown);
    newer.stamps[0].consistency.clear();
    only(&scene.judge(&newer), StepName::Consistency, Reason::PathNotShown);
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
