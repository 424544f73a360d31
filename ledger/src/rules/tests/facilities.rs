//! Facilities that are closed, and open again.

use Code::{RuleRefused, TransitionForbidden};

use super::rows::{post, world_of};
use super::*;
use crate::registers::FACILITIES;

fn at(kind: &str, id: &str, facility: &str) -> Value {
    changed(kind, &[("/id", json!(id)), ("/subject", json!(format!("facility/{facility}")))])
}

fn backbone(id: &str) -> Value {
    let mut event = at("facility.provided", id, "backbone");
    event["data"]["kind"] = json!("backbone");
    event
}

/// 26(1), 28(2): nothing else provides the access to the internet.
#[test]
fn the_access_to_the_internet_is_opened_again_by_its_maintenance_and_nothing_else_is() {
    let mut world = world_of(&[]);
    post(&mut world, &at("facility.maintained", "m-1", "internet")).unwrap();
    post(&mut world, &at("facility.closed", "c-1", "internet")).unwrap();
    assert_ne!(world.field("facility/internet", "closed_at"), Value::Null);
    post(&mut world, &at("facility.maintained", "m-2", "internet")).unwrap();
    assert_eq!(world.state("facility/internet"), "provided");
    assert_eq!(world.field("facility/internet", "closed_at"), Value::Null);
    post(&mut world, &at("facility.closed", "c-2", "internet")).unwrap();

    post(&mut world, &backbone("p-1")).unwrap();
    post(&mut world, &at("facility.closed", "c-3", "backbone")).unwrap();
    let again = at("facility.maintained", "m-3", "backbone");
    let why = refused(post(&mut world, &again), TransitionForbidden, "BKY.26.1", "/subject");
    let allowed = ["none", "provided"].map(str::to_owned).to_vec();
    let (thing, state) = ("facility/backbone".to_owned(), Some("closed".to_owned()));
    assert_eq!(why, Why::StateForbids { thing, state, allowed });
}

/// Whoever was connected to what was closed is not connected to what takes its place.
#[test]
fn what_is_provided_anew_shows_no_connection_of_what_was_closed() {
    let mut world = world_of(&[]);
    post(&mut world, &backbone("p-1")).unwrap();
    post(&mut world, &example("facility.connected.backbone")).unwrap();
    post(&mut world, &at("facility.use_granted", "u-1", "backbone")).unwrap();
    let shown = |world: &World| {
        let row = FACILITIES.row(
            "backbone",
            &world.facts["facility/backbone"],
            Class::Public,
            Micros(NOW),
        );
        (row["connected"].clone(), row["used_by"].clone())
    };
    assert_eq!(shown(&world), (json!(["dinkes"]), json!(["dinkes"])));
    post(&mut world, &at("facility.closed", "c-1", "backbone")).unwrap();
    assert_eq!(shown(&world), (Value::Null, Value::Null));
    post(&mut world, &backbone("p-2")).unwrap();
    assert_eq!(shown(&world), (Value::Null, Value::Null));
    let mut anew = example("facility.connected.backbone");
    anew["id"] = json!("again");
    post(&mut world, &anew).unwrap();
    assert_eq!(shown(&world), (json!(["dinkes"]), Value::Null));
}

/// The state is told, not that another facility would be opened so.
#[test]
fn who_connects_to_a_backbone_that_was_closed_is_told_so() {
    let mut world = world_of(&[]);
    post(&mut world, &backbone("p-1")).unwrap();
    post(&mut world, &at("facility.closed", "c-1", "backbone")).unwrap();
    let connected = example("facility.connected.backbone");
    let why = refused(post(&mut world, &connected), TransitionForbidden, "BKY.30.3", "/subject");
    let allowed = ["none", "provided"].map(str::to_owned).to_vec();
    let (thing, state) = ("facility/backbone".to_owned(), Some("closed".to_owned()));
    assert_eq!(why, Why::StateForbids { thing, state, allowed });
}

/// 30(3): each PSE is connected to it.
#[test]
fn there_is_one_backbone() {
    let mut world = world_of(&[]);
    let mut second = at("facility.provided", "p-2", "tulang2");
    second["data"]["kind"] = json!("backbone");
    refused(post(&mut world, &second), RuleRefused, "BKY.26.1", "/subject");
    post(&mut world, &backbone("p-1")).unwrap();
}
