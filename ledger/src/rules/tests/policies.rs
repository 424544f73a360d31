//! Strategic policies: each rests on a coordination of its own (8(3)).

use Code::RuleRefused;

use super::decisions::ends;
use super::rows::{post, world_of};
use super::*;

const POLICY: &str = "instrument/12/2026";

fn named(kind: &str, id: &str) -> Value {
    changed(kind, &[("/id", json!(id))])
}

fn held(id: &str, by: &str, with: &str) -> Value {
    let mut event = named("coordination.held.instrument", id);
    event["source"] = json!(format!("agency/{by}"));
    event["data"]["participants"] = json!([by, with]);
    event
}

#[test]
fn a_coordination_carries_one_policy() {
    for kind in ["policy.adopted", "policy.adopted.other"] {
        let mut world = world_of(&[]);
        post(&mut world, &held("h-1", "dinkes", "kominfo")).unwrap();
        post(&mut world, &named(kind, "a-1")).unwrap();
        let second = named(kind, "a-2");
        refused(post(&mut world, &second), RuleRefused, "BKY.8.3", "/subject");
        post(&mut world, &held("h-2", "dinkes", "kominfo")).unwrap();
        post(&mut world, &second).unwrap();
    }
}

/// Nor that of another PSE, once it was revoked.
#[test]
fn what_carried_a_policy_that_was_revoked_carries_no_other() {
    let mut world = world_of(&[]);
    post(&mut world, &held("h-1", "dinkes", "dishub")).unwrap();
    let first = named("policy.adopted", "a-1");
    post(&mut world, &first).unwrap();
    post(&mut world, &ends("decision.revoked", &first)).unwrap();
    assert_eq!(world.field(POLICY, "coordinated"), Value::Null);
    let mut other = named("policy.adopted", "a-2");
    other["data"]["drafted_by"] = json!("dishub");
    refused(post(&mut world, &other), RuleRefused, "BKY.8.3", "/subject");
}

/// As if it was never adopted: the coordination was held, and carries the policy that is adopted instead.
#[test]
fn the_coordination_of_a_policy_that_was_annulled_carries_the_one_in_its_place() {
    let mut world = world_of(&[]);
    post(&mut world, &held("h-1", "dinkes", "kominfo")).unwrap();
    let first = named("policy.adopted", "a-1");
    post(&mut world, &first).unwrap();
    post(&mut world, &ends("decision.annulled", &first)).unwrap();
    post(&mut world, &named("policy.adopted", "a-2")).unwrap();
}

/// Whoever coordinates anew changes nothing of what was adopted.
#[test]
fn what_an_adopted_policy_rests_on_is_not_written_anew_by_another() {
    let mut world = world_of(&[]);
    post(&mut world, &held("h-1", "dinkes", "kominfo")).unwrap();
    post(&mut world, &named("policy.adopted", "a-1")).unwrap();
    let rests_on = world.field(POLICY, "coordinated");
    assert_eq!(
        (&rests_on["by"], &rests_on["participants"]),
        (&json!("dinkes"), &json!(["dinkes", "kominfo"]))
    );
    post(&mut world, &held("h-2", "dishub", "kominfo")).unwrap();
    assert_eq!(world.field(POLICY, "coordinated"), rests_on);
    // And carries no policy of the first PSE, which took no part in it.
    refused(post(&mut world, &named("policy.adopted", "a-2")), RuleRefused, "BKY.8.3", "/subject");
}
