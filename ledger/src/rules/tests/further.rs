//! An application that operates is developed further: coordination, permit, build and tests of the next stand beside its
//! operation, which goes on until that one takes its place.

use Code::TransitionForbidden;

use super::decisions::ends;
use super::rows::{post, world_of};
use super::*;
use crate::registers;

const SYSTEM: &str = "system/simpus";
const GENERAL: &str = "system/persuratan";
const LAST: [&str; 3] =
    ["app.documents_handed_over", "app.source_deposited", "app.conformance_declared"];

/// What makes a special application live.
const LIVE: [&str; 9] = [
    "plan.drafted",
    "plan.adopted",
    "app.coordination_requested",
    "development_permit.issued",
    "app.built.special",
    "app.tested",
    "app.documents_handed_over",
    "app.source_deposited",
    "app.conformance_declared",
];

/// The next of it is built while it operates.
pub(super) fn built_beside() -> World {
    let mut world = world_of(&LIVE);
    all_done(
        &mut world,
        &["app.coordination_requested", "development_permit.issued", "app.built.special"],
    );
    world
}

fn done(world: &mut World, kind: &str) {
    post(world, &example(kind)).unwrap_or_else(|refusal| panic!("{kind}: {refusal:?}"));
}

fn all_done(world: &mut World, kinds: &[&str]) {
    for kind in kinds {
        done(world, kind);
    }
}

/// The act about the general application of the communications agency.
fn general(kind: &str) -> Value {
    changed(kind, &[("/subject", json!(GENERAL)), ("/source", json!("agency/kominfo"))])
}

fn is_live(world: &World) -> Value {
    let register = registers::by_name("systems").unwrap();
    register.row("simpus", &world.facts[SYSTEM], Class::Restricted, Micros(NOW))["live"].clone()
}

#[test]
fn the_next_is_developed_beside_what_is_live() {
    let mut world = world_of(&LIVE);
    assert_eq!(world.state(SYSTEM), "live");
    for (kind, state) in [
        ("app.coordination_requested", "live+coordinated"),
        // Of what is live nothing changes until the next is built.
        ("app.tested", "live+coordinated"),
        ("development_permit.issued", "live+cleared"),
        ("app.source_deposited", "live+cleared"),
        ("app.built.special", "live+built"),
        ("app.conformance_declared", "live+built"),
        ("app.tested", "live+verified"),
        ("app.legality_declared", "live+verified"),
        ("app.documents_handed_over", "live+verified"),
        ("app.source_deposited", "live"),
    ] {
        done(&mut world, kind);
        assert_eq!(world.state(SYSTEM), state, "{kind}");
        assert_eq!(is_live(&world), true, "{kind}");
    }
    // And so again.
    done(&mut world, "app.coordination_requested");
    assert_eq!(world.state(SYSTEM), "live+coordinated");
}

#[test]
fn the_next_takes_the_place_with_the_last_of_its_three_acts() {
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut world = world_of(&LIVE);
        all_done(
            &mut world,
            &[
                "app.coordination_requested",
                "development_permit.issued",
                "app.built.special",
                "app.tested",
            ],
        );
        for index in order {
            assert_eq!(world.state(SYSTEM), "live+verified", "{order:?}");
            done(&mut world, LAST[index]);
        }
        assert_eq!(world.state(SYSTEM), "live", "{order:?}");
    }
}

/// 20(3)f: what failed takes no place.
#[test]
fn a_test_that_failed_holds_the_next_up_and_not_what_is_live() {
    let mut world = built_beside();
    let failed = [("/data/debugging", json!("failed")), ("/data/verdict", json!("failed"))];
    let failed = changed("app.tested", &failed);
    post(&mut world, &failed).unwrap();
    assert_eq!(world.state(SYSTEM), "live+built");
    done(&mut world, "app.tested");
    done(&mut world, "app.documents_handed_over");
    done(&mut world, "app.source_deposited");
    post(&mut world, &failed).unwrap();
    done(&mut world, "app.conformance_declared");
    assert_eq!(world.state(SYSTEM), "live+verified");
    done(&mut world, "app.tested");
    assert_eq!(world.state(SYSTEM), "live");
}

/// 20(1), 41(4): without them nothing further is built.
#[test]
fn what_is_live_is_not_built_anew_without_coordination_and_permit() {
    let mut world = world_of(&LIVE);
    let built = example("app.built.special");
    refused(post(&mut world, &built), TransitionForbidden, "BKY.21.5", "/subject");
    let permit = example("development_permit.issued");
    refused(post(&mut world, &permit), TransitionForbidden, "BKY.41.4", "/subject");
    done(&mut world, "app.coordination_requested");
    refused(post(&mut world, &built), TransitionForbidden, "BKY.21.5", "/subject");
    // Another coordination permits no more than the first.
    let mut again = example("app.coordination_requested");
    again["id"] = json!("again");
    post(&mut world, &again).unwrap();
    assert_eq!(world.state(SYSTEM), "live+coordinated");
    refused(post(&mut world, &built), TransitionForbidden, "BKY.21.5", "/subject");
    // Nor by calling it another kind of application, where the communications agency has built it as a special one.
    let mut world = world_of(&["plan.drafted", "plan.adopted"]);
    for kind in &LIVE[2..] {
        let mut event = general(kind);
        if *kind == "development_permit.issued" || *kind == "app.tested" {
            event["source"] = example(kind)["source"].clone();
        }
        if *kind == "development_permit.issued" {
            event["data"]["agency"] = json!("kominfo");
        }
        post(&mut world, &event).unwrap();
    }
    assert_eq!(world.state(GENERAL), "live");
    let built = general("app.built.general");
    refused(post(&mut world, &built), TransitionForbidden, "BKY.21.5", "/subject");
}

/// 21(3): what the communications agency builds for all takes neither, the first time or the next.
#[test]
fn what_is_offered_to_all_is_developed_further_and_offered_meanwhile() {
    for is_offered in [false, true] {
        let mut world = world_of(&["plan.drafted", "plan.adopted", "app.built.general"]);
        let operates = if is_offered { "offered" } else { "live" };
        let mut registered = general("system.registered");
        registered["data"]["agency"] = json!("kominfo");
        post(&mut world, &registered).unwrap();
        for kind in ["app.tested"].iter().chain(&LAST) {
            post(&mut world, &general(kind)).unwrap();
        }
        if is_offered {
            post(&mut world, &general("general_app.provided")).unwrap();
        }
        assert_eq!(world.state(GENERAL), operates);
        post(&mut world, &general("app.built.general")).unwrap();
        assert_eq!(world.state(GENERAL), format!("{operates}+built"));
        post(&mut world, &general("app.tested")).unwrap();
        for kind in LAST {
            assert_eq!(world.state(GENERAL), format!("{operates}+verified"));
            post(&mut world, &general(kind)).unwrap();
        }
        assert_eq!(world.state(GENERAL), operates);
    }
}

#[test]
fn what_is_developed_further_may_be_offered_or_retired_at_any_time() {
    let steps = [
        "app.coordination_requested",
        "development_permit.issued",
        "app.built.special",
        "app.tested",
    ];
    for (count, state) in ["coordinated", "cleared", "built", "verified"].iter().enumerate() {
        let mut world = world_of(&LIVE);
        all_done(&mut world, &steps[..=count]);
        let mut retired = world.clone();
        done(&mut retired, "app.retired");
        assert_eq!(retired.state(SYSTEM), "retired");
        assert_eq!(is_live(&retired), false);
        // It becomes one for all where the communications agency has it.
        world.facts.get_mut(SYSTEM).unwrap().fields.insert("agency".to_owned(), "kominfo".into());
        let offered = changed("general_app.provided", &[("/subject", json!(SYSTEM))]);
        // What operates is offered, also while the next has passed nothing yet.
        post(&mut world, &offered).unwrap();
        assert_eq!(world.state(SYSTEM), format!("offered+{state}"));
    }
}

/// The permit of the next ends by itself; the one before it ends before the next is given.
#[test]
fn a_permit_of_what_is_developed_further_is_revoked_and_given_anew() {
    let permit = |id: &str| {
        let mut event = example("development_permit.issued");
        event["id"] = json!(id);
        event
    };
    let mut world = world_of(&LIVE);
    done(&mut world, "app.coordination_requested");
    let mut first = world.clone();
    post(&mut first, &ends("decision.revoked", &example("development_permit.issued"))).unwrap();
    assert_eq!(first.state(SYSTEM), "live+coordinated");
    assert_eq!(first.field(SYSTEM, "permit"), Value::Null);
    post(&mut world, &permit("second")).unwrap();
    let gone = ends("decision.revoked", &example("development_permit.issued"));
    refused(post(&mut world, &gone), Code::RuleRefused, "SYS.10.3", "/data/event");

    let mut revoked = world.clone();
    post(&mut revoked, &ends("decision.revoked", &permit("second"))).unwrap();
    assert_eq!(revoked.state(SYSTEM), "live+coordinated");
    let built = example("app.built.special");
    refused(post(&mut revoked, &built), TransitionForbidden, "BKY.21.5", "/subject");
    post(&mut revoked, &permit("third")).unwrap();
    assert_eq!(revoked.state(SYSTEM), "live+cleared");

    // What was built stands; another takes the place of its permit.
    post(&mut world, &built).unwrap();
    post(&mut world, &ends("decision.revoked", &permit("second"))).unwrap();
    assert_eq!(world.state(SYSTEM), "live+built");
    post(&mut world, &permit("third")).unwrap();
    assert_eq!(world.state(SYSTEM), "live+built");
}

/// 20(1), 20(3): what is procured is not built here, and is live once all that is asked of it is there.
#[test]
fn what_is_procured_is_live_with_the_last_of_what_is_asked_of_it_in_any_order() {
    const ASKED: [&str; 3] =
        ["app.documents_handed_over", "app.source_deposited", "app.conformance_declared"];
    let procured = ["plan.drafted", "plan.adopted", "app.coordination_requested"];
    for permit in [false, true] {
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let mut world = world_of(&procured);
            done(&mut world, "system.registered");
            if permit {
                done(&mut world, "development_permit.issued");
            }
            done(&mut world, "app.tested");
            let before = world.state(SYSTEM).to_owned();
            assert_eq!(before, if permit { "cleared" } else { "coordinated" });
            for index in order {
                assert_eq!(world.state(SYSTEM), before, "{order:?}");
                done(&mut world, ASKED[index]);
            }
            assert_eq!(world.state(SYSTEM), "live", "{order:?}");
            // And the next is procured or developed as of any other.
            done(&mut world, "app.coordination_requested");
            assert_eq!(world.state(SYSTEM), "live+coordinated");
        }
    }
}

/// What was there before its coordination makes nothing live.
#[test]
fn what_is_procured_is_not_live_by_what_was_handed_over_before() {
    let mut world = world_of(&["system.registered"]);
    for kind in ["app.tested", "app.documents_handed_over", "app.source_deposited"] {
        let earlier = changed(kind, &[("/time", json!("2026-11-20T08:59:59+07:00"))]);
        post(&mut world, &earlier).unwrap();
    }
    all_done(&mut world, &["plan.drafted", "plan.adopted", "app.coordination_requested"]);
    done(&mut world, "app.conformance_declared");
    assert_eq!(world.state(SYSTEM), "coordinated");
    done(&mut world, "app.tested");
    done(&mut world, "app.documents_handed_over");
    assert_eq!(world.state(SYSTEM), "coordinated");
    done(&mut world, "app.source_deposited");
    assert_eq!(world.state(SYSTEM), "live");
}

/// 21(3): it is held by the communications agency, which built it, also where nobody has registered it.
#[test]
fn who_built_a_general_application_hands_its_documents_over_without_a_registration() {
    let mut world = world_of(&["plan.drafted", "plan.adopted", "app.built.general"]);
    assert_eq!(world.field(GENERAL, "agency"), Value::Null);
    done_to(&mut world, &general("app.tested"));
    for kind in LAST {
        let mut by_another = general(kind);
        by_another["source"] = json!("agency/dinkes");
        let refusal = post(&mut world, &by_another).unwrap_err();
        assert_eq!(
            (refusal.code, refusal.faults[0].pointer.as_str()),
            (Code::RoleMissing, "/source")
        );
        done_to(&mut world, &general(kind));
    }
    done_to(&mut world, &general("general_app.provided"));
    assert_eq!(world.state(GENERAL), "offered");
}

fn done_to(world: &mut World, event: &Value) {
    post(world, event).unwrap_or_else(|refusal| panic!("{event:#}: {refusal:?}"));
}

/// 20(1), 41(4): that a development was given up keeps nobody from beginning the next.
#[test]
fn what_is_given_up_is_begun_anew_with_another_coordination_and_permit() {
    let failed = [("/data/debugging", json!("failed")), ("/data/verdict", json!("failed"))];
    let failed = changed("app.tested", &failed);
    let built = example("app.built.special");
    let tested = example("app.tested");
    let given_up: [&[&Value]; 4] = [&[], &[&built], &[&built, &failed], &[&built, &tested]];
    for (beside, given_up) in [false, true].into_iter().flat_map(|b| given_up.map(|g| (b, g))) {
        let mut world = world_of(if beside { &LIVE } else { &["plan.drafted", "plan.adopted"] });
        done(&mut world, "app.coordination_requested");
        let begun = world.state(SYSTEM).to_owned();
        assert_eq!(begun, if beside { "live+coordinated" } else { "coordinated" });
        done(&mut world, "development_permit.issued");
        for event in given_up {
            post(&mut world, event).unwrap();
        }
        done(&mut world, "app.coordination_requested");
        assert_eq!(world.state(SYSTEM), begun);
        assert_eq!(is_live(&world), beside);
        // The permit was for what was given up.
        refused(post(&mut world, &built), TransitionForbidden, "BKY.21.5", "/subject");
        all_done(&mut world, &["development_permit.issued", "app.built.special", "app.tested"]);
        all_done(&mut world, &LAST);
        assert_eq!(world.state(SYSTEM), "live");
    }
}

/// Also once it was offered to all.
#[test]
fn what_is_given_up_beside_what_is_offered_is_begun_anew() {
    let steps = ["development_permit.issued", "app.built.special", "app.tested"];
    for count in 1..=steps.len() {
        let mut world = world_of(&LIVE);
        done(&mut world, "app.coordination_requested");
        all_done(&mut world, &steps[..count]);
        world.facts.get_mut(SYSTEM).unwrap().fields.insert("agency".to_owned(), "kominfo".into());
        post(&mut world, &changed("general_app.provided", &[("/subject", json!(SYSTEM))])).unwrap();
        let again = [("/source", json!("agency/kominfo"))];
        post(&mut world, &changed("app.coordination_requested", &again)).unwrap();
        assert_eq!(world.state(SYSTEM), "offered+coordinated");
    }
}

/// 20(1), 20(3): so is what is procured in the place of what operates, with or without a permit.
#[test]
fn what_is_procured_takes_the_place_of_what_operates_with_the_last_of_what_is_asked_of_it() {
    const ASKED: [&str; 4] = [
        "app.tested",
        "app.documents_handed_over",
        "app.source_deposited",
        "app.conformance_declared",
    ];
    for (operates, permit) in
        [("live", false), ("live", true), ("offered", false), ("offered", true)]
    {
        for last in ASKED {
            let mut world = world_of(&LIVE);
            done(&mut world, "system.registered");
            let later = |kind: &str| {
                // What was there before its coordination makes nothing its place.
                let mut event = changed(kind, &[("/time", json!("2026-11-20T09:00:01+07:00"))]);
                if operates == "offered" && kind != "app.tested" {
                    event["source"] = json!("agency/kominfo");
                }
                event
            };
            if operates == "offered" {
                let fields = &mut world.facts.get_mut(SYSTEM).unwrap().fields;
                fields.insert("agency".to_owned(), "kominfo".into());
                let offered = changed("general_app.provided", &[("/subject", json!(SYSTEM))]);
                post(&mut world, &offered).unwrap();
            }
            post(&mut world, &later("app.coordination_requested")).unwrap();
            if permit {
                let mut permit = example("development_permit.issued");
                permit["data"]["agency"] = world.field(SYSTEM, "agency");
                post(&mut world, &permit).unwrap();
            }
            let next = if permit { "cleared" } else { "coordinated" };
            for kind in ASKED.into_iter().filter(|kind| *kind != last) {
                post(&mut world, &later(kind)).unwrap();
                assert_eq!(
                    world.state(SYSTEM),
                    format!("{operates}+{next}"),
                    "{kind}, last {last}"
                );
            }
            post(&mut world, &later(last)).unwrap();
            assert_eq!(world.state(SYSTEM), operates, "last {last}");
        }
    }
}

/// 21(3): that it asked for a coordination all the same binds the communications agency to no permit of its own.
#[test]
fn what_the_communications_agency_builds_for_all_needs_no_permit_where_it_coordinated_all_the_same()
{
    let tested = general("app.tested");
    let coordinated = general("app.coordination_requested");
    let built = general("app.built.general");
    let offered = general("general_app.provided");
    for (given, state) in [
        (&[&coordinated][..], "built"),
        (&[&built], "built"),
        (&[&built, &tested], "built"),
        (&[&built, &coordinated], "built"),
        (&[&built, &tested, &offered, &coordinated], "offered+built"),
        (&[&built, &tested, &offered, &built, &coordinated], "offered+built"),
        (&[&built, &tested, &offered, &built, &tested], "offered+built"),
    ] {
        let mut world = world_of(&["plan.drafted", "plan.adopted"]);
        for event in given {
            post(&mut world, event).unwrap();
        }
        post(&mut world, &built).unwrap();
        assert_eq!(world.state(GENERAL), state);
    }
    // What it develops as a special application is that, also once it was given up.
    let mut world = world_of(&["plan.drafted", "plan.adopted"]);
    let mut permit = general("development_permit.issued");
    permit["source"] = example("development_permit.issued")["source"].clone();
    permit["data"]["agency"] = json!("kominfo");
    for event in [&coordinated, &permit, &general("app.built.special"), &coordinated] {
        post(&mut world, event).unwrap();
    }
    refused(post(&mut world, &built), TransitionForbidden, "BKY.21.5", "/subject");
}

/// What is refused names the states of that kind of application alone.
#[test]
fn who_builds_a_special_application_is_told_the_states_in_which_such_a_one_is_built() {
    let mut world = world_of(&LIVE);
    let built = example("app.built.special");
    let why = refused(post(&mut world, &built), TransitionForbidden, "BKY.21.5", "/subject");
    let allowed = ["cleared", "live+cleared", "offered+cleared"].map(str::to_owned).to_vec();
    let (thing, state) = (SYSTEM.to_owned(), Some("live".to_owned()));
    assert_eq!(why, Why::StateForbids { thing, state, allowed });
}
