//! What rests on a seat that two registrars gave: they may where the certificates of all authorities have ended, and that none
//! had been renewed no file shows. It is told, and the verdict is open.

use jejak_ledger::log::Position;
use jejak_ledger::objects::Objects;
use jejak_ledger::verdict::{Conclusion, Reason, StepName, Verdict, verdict};
use jejak_signer::{Hash, RevocationRules};
use serde_json::{Value, json};

use super::forged::trusting;
use super::{DAY, START, Scene, YEAR, only, open};
use crate::harness::{DAY_S, Person, World};
use crate::recovery::{attestation, enrolment, outliving, renewed_registrars, replacement};

struct Handed {
    world: World,
    /// Who took the seat, and the other authority, who came back by him.
    authorities: [Person; 2],
    official: Person,
    /// Where the seat was given.
    given: Position,
}

/// The certificates of both authorities end, two registrars give a seat over, and who takes it brings the other one back.
fn handed_over() -> Handed {
    let world = World::new();
    let [one, two] = renewed_registrars(&world);
    let [successor, official] = ["p-penerus01", "p-pejabat01"].map(|id| {
        let person = outliving(&world, id, "dinkes");
        world.accept(&one, &enrolment(&world, &one, &person));
        person
    });
    world.clock.forward_s(366 * DAY_S);
    let act = replacement(&world, &one, &world.bupati, &successor);
    world.accept(&one, &act);
    let given = world.accept(&two, &world.countersignature(&one, &act, &two)).position;
    let other = outliving(&world, &world.sekda.id, &world.sekda.agency);
    world.accept(&successor, &enrolment(&world, &successor, &other));
    world.accept(&two, &attestation(&world, &two, &other));
    Handed { world, authorities: [successor, other], official, given }
}

fn both(handed: &Handed, kind: &str, data: Value) {
    let (world, [first, second]) = (&handed.world, &handed.authorities);
    let act = world.event(first, kind, "ledger/61.07", data);
    world.accept(first, &act);
    world.accept(second, &world.countersignature(first, &act, second));
}

/// The verdict on an event that the official signs now.
fn judged(handed: Handed) -> (Verdict, Position) {
    let Handed { world, official, given, .. } = handed;
    let mut scene = Scene::signed_by(world, |_| official.clone());
    scene.parts.revocation = RevocationRules::default();
    let mut evidence = scene.bare();
    let stamp = scene.stamp(evidence.proof.as_ref(), START + 366 * DAY + 600);
    evidence.stamps.push(stamp);
    (verdict(&evidence, &scene.policy(), START + 2 * YEAR), given)
}

#[test]
fn what_does_not_rest_on_the_seat_is_proven_as_ever() {
    let (verdict, _) = judged(handed_over());
    assert_eq!(open(&verdict), []);
    assert_eq!(verdict.conclusion, Conclusion::TotalPassed);
    assert!(verdict.grounds.enrolment.is_some() && verdict.grounds.trust.is_some());
    assert_eq!(verdict.grounds.rests_on_seat, None);
}

#[test]
fn what_the_new_authorities_adopt_rests_on_a_seat_that_no_file_proves() {
    let handed = handed_over();
    let text = trusting(&handed.world, "");
    let hash: Hash =
        Objects::beside(&handed.world.path().join("objects")).put(text.as_bytes()).unwrap();
    both(&handed, "trust.policy_adopted", json!({ "policy": hash.to_string(), "name": "baru" }));
    let (verdict, given) = judged(handed);
    only(&verdict, StepName::Authority, Reason::SeatNotProven);
    assert_eq!(verdict.conclusion, Conclusion::Indeterminate(Reason::SeatNotProven));
    assert_eq!(verdict.grounds.trust, None);
    assert_eq!(verdict.grounds.rests_on_seat, Some(given));
    assert_eq!(verdict.step(StepName::Authority).unwrap().facts["seat_given_at"], given.0);
    assert!(verdict.grounds.enrolment.is_some() && verdict.grounds.ruleset.is_some());
}

#[test]
fn whom_a_registrar_of_the_new_authorities_enrols_rests_on_it_too() {
    let mut handed = handed_over();
    let registrar = handed.official.clone();
    let data = json!({
        "person": registrar.id, "agency": "dinkes",
        "certificate": registrar.thumbprint().to_string(),
    });
    both(&handed, "ledger.registrar_appointed", data);
    let world = &handed.world;
    let person = outliving(world, "p-baru000001", "dinkes");
    world.accept(&registrar, &enrolment(world, &registrar, &person));
    handed.official = person;
    let (verdict, given) = judged(handed);
    only(&verdict, StepName::Authority, Reason::SeatNotProven);
    assert_eq!(verdict.grounds.enrolment, None);
    assert_eq!(verdict.grounds.rests_on_seat, Some(given));
}

/// A seat that an authority gave is proven, and nothing is said of it.
#[test]
fn a_seat_that_an_authority_gave_is_proven() {
    let world = World::new();
    let successor = world.authority.person("p-penerus01", "dinkes");
    world.enrol(&successor);
    let act = replacement(&world, &world.sekda, &world.bupati, &successor);
    world.accept(&world.sekda, &act);
    world.accept(&world.second, &world.countersignature(&world.sekda, &act, &world.second));
    let authorities = [successor, world.sekda.clone()];
    let official = world.dinkes.clone();
    let handed = Handed { world, authorities, official, given: Position(0) };
    let third = handed.world.authority.person("p-ketiga00001", "kominfo");
    handed.world.enrol(&third);
    let data = json!({
        "person": third.id, "agency": "kominfo", "certificate": third.thumbprint().to_string(),
    });
    both(&handed, "ledger.registrar_appointed", data);
    let world = &handed.world;
    let person = world.authority.person("p-baru000001", "dinkes");
    world.accept(&third, &enrolment(world, &third, &person));
    let scene = Scene::signed_by(handed.world, |_| person.clone());
    let verdict = scene.judge(&scene.evidence());
    assert_eq!(open(&verdict), []);
    let enrolment = verdict.grounds.enrolment.unwrap();
    assert_eq!(enrolment.enrolled_by.as_deref(), Some("p-ketiga00001"));
    assert_eq!(verdict.grounds.rests_on_seat, None);
}
