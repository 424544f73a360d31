//! What the ledger has recorded itself goes into the evidence: nobody has to hand it in.

use jejak_ledger::verdict::{Conclusion, Evidence, Existence, Reason, StepName};
use jejak_ledger::{Archive, Settings};
use jejak_signer::{RevocationReason, TimestampToken};
use serde_json::Value;

use super::{LISTED, STAMPED, Scene, empty_list, only, open, revoked};
use crate::acts::request;

/// Takes a list in at `LISTED` and records it.
fn record(scene: &Scene, list: &[u8]) {
    let world = &scene.world;
    world.clock.set_s(u64::try_from(LISTED).unwrap());
    let offer = world.ledger().take_evidence(list).unwrap();
    let data = Value::Object(offer.data);
    let recording = world.event(&world.registrar, "evidence.recorded", &offer.subject, data);
    world.accept(&world.registrar, &recording);
}

/// Stamped after the event, with no list handed in.
fn stamped(scene: &Scene) -> Evidence {
    let mut evidence = scene.bare();
    evidence.stamps.push(scene.stamp(evidence.proof.as_ref(), STAMPED));
    evidence
}

#[test]
fn a_list_that_the_ledger_recorded_settles_what_was_signed_before() {
    let scene = Scene::new();
    only(&scene.judge(&stamped(&scene)), StepName::Certificate, Reason::RevocationUnknown);
    let list = scene.list(&empty_list(LISTED));
    record(&scene, &list);
    let evidence = stamped(&scene);
    assert_eq!(evidence.lists, [list]);
    assert_eq!(scene.judge(&evidence).conclusion, Conclusion::TotalPassed);
}

#[test]
fn a_recorded_revocation_counts_from_its_own_date_on() {
    for (at, expected) in [(STAMPED, Some(Reason::CertificateRevoked)), (STAMPED + 1, None)] {
        let scene = Scene::new();
        record(&scene, &scene.revoking(LISTED, revoked(at, RevocationReason::Superseded)));
        let found = scene.judge(&stamped(&scene));
        let expected: Vec<_> =
            expected.into_iter().map(|reason| (StepName::Certificate, reason)).collect();
        assert_eq!(open(&found), expected);
    }
}

/// The decision on a later event reads the list, and so does whoever decides it again.
#[test]
fn what_was_admitted_by_a_list_is_decided_again_by_the_same_list() {
    let mut scene = Scene::new();
    let list = scene.list(&empty_list(LISTED));
    record(&scene, &list);
    let world = &scene.world;
    let event = request(world, &world.dinkes, "kesehatan");
    scene.position = world.accept(&world.dinkes, &event).position;
    let evidence = scene.bare();
    assert!(evidence.before.objects.values().any(|object| *object == list));
    let open: Vec<_> = open(&scene.judge(&evidence)).into_iter().map(|(step, _)| step).collect();
    assert_eq!(open, [StepName::Certificate], "only the token is missing");
}

/// A token over the newest checkpoint, kept by the ledger.
fn keep_token(scene: &Scene, at: i64) {
    let ledger = scene.world.ledger();
    let stamped = ledger.view().stamped().unwrap();
    let token = TimestampToken::parse(&scene.tsa.token(stamped.text().as_bytes(), at)).unwrap();
    ledger.keep_timestamp(&token, stamped.text(), &scene.tsa.authorities()).unwrap();
}

#[test]
fn a_token_that_the_ledger_keeps_proves_when_its_events_existed() {
    let scene = Scene::new();
    keep_token(&scene, STAMPED);
    let world = &scene.world;
    world.accept(&world.kominfo, &crate::acts::grant(world, "dinkes", "dinkes"));
    keep_token(&scene, STAMPED + 60);
    let mut evidence = scene.bare();
    assert_eq!(evidence.stamps.len(), 2);
    evidence.lists.push(scene.list(&empty_list(LISTED)));
    let found = scene.judge(&evidence);
    assert_eq!(open(&found), []);
    assert!(matches!(found.existence, Existence::Stamped { at: STAMPED, .. }), "{found:?}");
}

/// A directory that is only read signs nothing, and what was stamped of it is signed.
#[test]
fn a_directory_alone_is_judged_under_what_was_stamped() {
    let mut scene = Scene::new();
    keep_token(&scene, STAMPED);
    let policy = scene.policy();
    let list = scene.list(&empty_list(LISTED));
    scene.world.close();
    let archive = Archive::open(&scene.world.path(), &Settings::default()).unwrap();
    let mut evidence = archive.views()[0].evidence(scene.position).unwrap().unwrap();
    evidence.lists.push(list);
    let found = jejak_ledger::verdict::verdict(&evidence, &policy, super::START + super::YEAR);
    assert_eq!(found.conclusion, Conclusion::TotalPassed, "{found:#?}");
}
