//! A founder who was suspended, and not reinstated, has no power in the grounds of a verdict: a true file shows how he came
//! back, and a file that whoever runs the log made up shows nothing of what he signed meanwhile.

use jejak_ledger::verdict::Evidence;
use serde_json::{Value, json};

use super::forged::Attack;
use super::grounds::{of, proven, without};
use super::{Scene, open};
use crate::acts::request;
use crate::harness::{Person, World};

fn about(world: &World, by: &Person, kind: &str, person: &Person) -> Value {
    let data = match kind {
        "signer.suspended" => json!({ "reason": "key-in-doubt" }),
        _ => json!({}),
    };
    world.event(by, kind, &format!("signer/{}", person.id), data)
}

fn shown(evidence: &Evidence, kind: &str) -> bool {
    evidence.grounds.iter().any(|ground| of(kind, ground))
}

/// The registrar is suspended by one authority and brought back by the other; then he enrols somebody.
#[test]
fn what_a_registrar_enrols_who_came_back_is_proven_and_the_file_shows_how_he_came_back() {
    let world = World::new();
    let suspension = about(&world, &world.bupati, "signer.suspended", &world.registrar);
    world.accept(&world.bupati, &suspension);
    let newcomer = world.authority.person("p-baru000001", "dinkes");
    let (code, _) = world.refuse(&world.registrar, &world.enrolment(&newcomer));
    assert_eq!(code, "signer-suspended");
    let back = about(&world, &world.sekda, "signer.reinstated", &world.registrar);
    world.accept(&world.sekda, &back);
    world.enrol(&newcomer);
    let scene = Scene::signed_by(world, |_| newcomer.clone());
    let evidence = scene.evidence();
    assert!(shown(&evidence, "signer.suspended") && shown(&evidence, "signer.reinstated"));
    let enrolment = proven(&scene, &evidence).enrolment.unwrap();
    assert_eq!(enrolment.enrolled_by.as_deref(), Some(scene.world.registrar.id.as_str()));
    assert_eq!(open(&scene.judge(&evidence)), []);
    // Whose return is not shown is away.
    assert_eq!(proven(&scene, &without(&evidence, "signer.reinstated")).enrolment, None);
    // Who was enrolled before is proven without all this, and his file shows none of it.
    let event = request(&scene.world, &scene.world.dinkes, "kesehatan");
    let position = scene.world.accept(&scene.world.dinkes, &event).position;
    let earlier = Scene { position, ..scene };
    assert!(!shown(&earlier.bare(), "signer.suspended"));
    assert!(proven(&earlier, &earlier.evidence()).enrolment.is_some());
}

/// Whoever runs the log records what the suspended registrar signs.
#[test]
fn what_a_suspended_registrar_signs_in_a_made_up_log_proves_nothing() {
    let forged = |back: Option<fn(&World) -> Person>| {
        let world = World::new();
        let suspension = about(&world, &world.bupati, "signer.suspended", &world.registrar);
        world.accept(&world.bupati, &suspension);
        let mut attack = Attack::over(Scene::signed_by(world, |world| world.dinkes.clone()));
        attack.grounds.push(attack.of_kind("signer.suspended"));
        if let Some(by) = back {
            let world = &attack.scene.world;
            let by = by(world);
            let event = about(world, &by, "signer.reinstated", &world.registrar);
            attack.add(&by, &event);
        }
        let world = &attack.scene.world;
        let (registrar, person) =
            (world.registrar.clone(), world.authority.person("p-lain0001", "dinkes"));
        let event = world.enrolment(&person);
        attack.add(&registrar, &event);
        attack.is_enrolled(&person)
    };
    assert!(!forged(None));
    assert!(!forged(Some(|world| world.registrar.clone())));
    assert!(!forged(Some(|world| world.second.clone())));
    // As it would be if an authority had brought him back.
    assert!(forged(Some(|world| world.sekda.clone())));
}

/// Nor does an authority who is suspended adopt anything.
#[test]
fn what_a_suspended_authority_adopts_in_a_made_up_log_is_not_proven() {
    let mut attack = Attack::over({
        let world = World::new();
        let suspension = about(&world, &world.bupati, "signer.suspended", &world.sekda);
        world.accept(&world.bupati, &suspension);
        Scene::signed_by(world, |world| world.dinkes.clone())
    });
    let [a, b] = [attack.scene.world.bupati.clone(), attack.scene.world.sekda.clone()];
    let without = attack.grounds.clone();
    attack.grounds.push(attack.of_kind("signer.suspended"));
    assert_eq!(attack.adopted_by([&a, &b]), None);
    let mut hidden = Attack::new();
    hidden.grounds = without;
    let [a, b] = [hidden.scene.world.bupati.clone(), hidden.scene.world.sekda.clone()];
    assert_eq!(hidden.adopted_by([&a, &b]), Some(vec![a.id.clone(), b.id.clone()]));
}
