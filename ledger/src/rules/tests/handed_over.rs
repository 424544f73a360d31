//! Systems that pass from one agency to another, each of which goes on.

use Code::{RoleMissing, RuleRefused, TransitionForbidden};

use super::rows::{post, world_of};
use super::*;

const SYSTEM: &str = "system/simpus";
pub(super) const HEAD_OF_DISHUB: &str = "p-00000000d15b";

/// The head of whoever takes it.
pub(super) fn given(given: &[&str]) -> World {
    let mut world = world_of(given);
    let head = [
        ("/id", json!("head-of-dishub")),
        ("/source", json!("agency/kominfo")),
        ("/subject", json!("role/kepala-dishub")),
        ("/data/person", json!(HEAD_OF_DISHUB)),
        ("/data/agency", json!("dishub")),
        ("/data/head", json!(true)),
    ];
    world.given(&changed("role.appointed", &head));
    world
}

/// The signature of the head of dishub, or of whoever else signs in his place.
pub(super) fn taken(world: &World, act: &Value) -> Value {
    let mut signature = world.confirmation(act);
    signature["source"] = json!("agency/dishub");
    signature["office"] = json!("role/kepala-dishub");
    signature
}

#[test]
fn a_system_passes_to_another_agency_when_both_have_signed() {
    let mut world = given(&["system.registered"]);
    let handed = example("system.handed_over");
    post(&mut world, &handed).unwrap();
    assert_eq!(world.field(SYSTEM, "agency"), "dinkes");
    // No other than the head of that agency takes it.
    let mut clerk = taken(&world, &handed);
    clerk.as_object_mut().unwrap().remove("office");
    refused(world.when(&clerk), RoleMissing, "SYS.11.2", "/source");
    let signature = taken(&world, &handed);
    world.signed_by(HEAD_OF_DISHUB).given(&signature);
    assert_eq!(world.field(SYSTEM, "agency"), "dishub");
    assert_eq!(world.field(SYSTEM, "former_agencies"), json!(["dinkes"]));
    // From then on it is the new one's.
    let old = example("system.retired");
    refused(world.when(&old), RoleMissing, "BKY.18.2", "/source");
    world.given(&changed("system.retired", &[("/source", json!("agency/dishub"))]));
}

#[test]
fn whoever_has_taken_an_application_that_was_built_registers_and_builds_it_anew() {
    let mut world = given(&[
        "plan.drafted",
        "plan.adopted",
        "app.coordination_requested",
        "development_permit.issued",
        "app.built.special",
    ]);
    let handed = example("system.handed_over");
    world.given(&handed);
    let signature = taken(&world, &handed);
    world.signed_by(HEAD_OF_DISHUB).given(&signature);
    let own = [("/source", json!("agency/dishub"))];
    let registered = [own[0].clone(), ("/data/agency", json!("dishub"))];
    world.given(&changed("system.registered", &registered));
    world.given(&changed("app.coordination_requested", &own));
    world.given(&changed("development_permit.issued", &[("/data/agency", json!("dishub"))]));
    world.given(&changed("app.built.special", &own));
    assert_eq!(world.state(SYSTEM), "built");
}

/// 21(3): what is offered to all is handed to nobody; what is handed to the communications agency may be offered.
#[test]
fn a_general_application_stays_with_the_communications_agency() {
    let mut world = given(&["system.registered"]);
    let mut offered = example("general_app.provided");
    offered["subject"] = json!(SYSTEM);
    refused(world.clone().when(&offered), RuleRefused, "BKY.21.3", "/source");
    world.facts.get_mut(SYSTEM).unwrap().fields.insert("agency".to_owned(), "kominfo".into());
    world.given(&offered);
    let handed = changed("system.handed_over", &[("/source", json!("agency/kominfo"))]);
    refused(world.when(&handed), RuleRefused, "BKY.21.3", "/subject");
}

#[test]
fn a_system_is_handed_over_by_whoever_has_it_to_another_that_is_registered() {
    let mut world = given(&["system.registered"]);
    let by_another = changed("system.handed_over", &[("/source", json!("agency/dishub"))]);
    refused(world.when(&by_another), RoleMissing, "BKY.18.2", "/source");
    let handed = changed("system.handed_over", &[("/data/agency", json!("nobody"))]);
    refused(world.when(&handed), RuleRefused, "BKY.18.2", "/data/agency");
    world.given(&example("system.retired"));
    let gone = example("system.handed_over");
    refused(world.when(&gone), TransitionForbidden, "BKY.18.2", "/subject");
}
