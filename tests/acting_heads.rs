//! An official of one agency who acts as head of another signs for that one in the office: with the certificate that he has.

use serde_json::{Value, json};

use crate::acts::{document, request};
use crate::harness::{DAY_S, World, rfc3339};
use crate::verdict::Scene;

const OFFICE: &str = "role/kepala-dinkes";

fn appointed(world: &World, agency: &str, from: &str) -> Value {
    let data = json!({
        "person": "p-kominfo1", "agency": agency, "from": from, "head": true, "mandate": "plt",
        "decision": document("decree"),
    });
    world.event(&world.registrar, "role.appointed", OFFICE, data)
}

/// Of Dinas Kesehatan, signed by an official of the communications agency.
fn asks(world: &World, label: &str) -> Value {
    let mut event = request(world, &world.kominfo, label);
    event["source"] = json!("agency/dinkes");
    event["office"] = json!(OFFICE);
    event["mandate"] = json!("plt");
    // The number of the decision.
    event["mandateref"] = json!("800/12/2026");
    event
}

fn code(world: &World, event: &Value) -> String {
    world.refuse(&world.kominfo, event).0
}

#[test]
fn an_acting_head_from_another_agency_signs_for_it_as_long_as_he_holds_the_office() {
    let world = World::new();
    assert_eq!(code(&world, &asks(&world, "dinkes")), "source-not-yours", "before he holds it");
    world.accept(&world.registrar, &appointed(&world, "dinkes", "2026-01-02"));
    let mut bare = asks(&world, "dinkes");
    for name in ["office", "mandate", "mandateref"] {
        bare.as_object_mut().unwrap().remove(name);
    }
    assert_eq!(code(&world, &bare), "source-not-yours", "without the office");
    let mut other = asks(&world, "dinkes");
    other["source"] = json!("agency/setda");
    assert_eq!(code(&world, &other), "source-not-yours", "of a third agency");
    let mut early = asks(&world, "dinkes");
    early["time"] = json!(rfc3339(world.clock.seconds() - DAY_S / 2));
    assert_eq!(code(&world, &early), "source-not-yours", "of the day before");
    let mut untitled = asks(&world, "dinkes");
    for name in ["mandate", "mandateref"] {
        untitled.as_object_mut().unwrap().remove(name);
    }
    assert_eq!(code(&world, &untitled), "role-missing", "as if he were the head himself");
    let position = world.accept(&world.kominfo, &asks(&world, "dinkes")).position;
    let entry = world.ledger().view().entry(position).unwrap().unwrap();
    assert_eq!((&*entry.signatory.agency, entry.event.agency()), ("kominfo", "dinkes"));
    assert_eq!(entry.event.office.as_deref(), Some(OFFICE));

    let ended = json!({ "person": "p-kominfo1", "date": "2026-01-02", "reason": "selesai", "decision": document("decree") });
    let ended = world.event(&world.registrar, "role.ended", OFFICE, ended);
    world.accept(&world.registrar, &ended);
    world.clock.forward_s(DAY_S);
    assert_eq!(code(&world, &asks(&world, "dinkes2")), "source-not-yours", "after it has ended");

    // Years later the evidence tells the same.
    let mut scene = Scene::new();
    scene.parts.anchors[0].0 = world.authority.ca.anchor_der().to_vec();
    let scene = Scene { world, position, ..scene };
    let verdict = scene.judge(&scene.bare());
    let authority = verdict.step(jejak_ledger::verdict::StepName::Authority).unwrap();
    assert_eq!((authority.reason, &authority.facts["agency"]), (None, &json!("dinkes")));
    assert_eq!(
        (&authority.facts["office"], &authority.facts["mandate"]),
        (&json!(OFFICE), &json!("plt"))
    );
}
