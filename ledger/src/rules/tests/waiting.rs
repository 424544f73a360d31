//! Acts that wait for the other authority: one key fills no stream with them, and none outlives the key that signed it.

use Code::{RoleMissing, RuleRefused};

use super::powers::{LEDGER, world};
use super::signers::certificate;
use super::*;

const DAY: u64 = 24 * 60 * 60 * 1_000_000;

fn proposal(id: &str) -> Value {
    changed("trust.policy_adopted", &[("/id", json!(id))])
}

fn void(world: &World, act: &Value, by: &str) -> Value {
    let event = world.confirmation(act)["data"]["event"].clone();
    changed(
        "event.voided",
        &[
            ("/id", json!(format!("void-{}", world.position))),
            ("/source", json!(format!("agency/{by}"))),
            ("/subject", act["subject"].clone()),
            ("/data/event", event),
        ],
    )
}

fn pending(world: &World) -> usize {
    world.field(LEDGER, "pending").as_array().map_or(0, Vec::len)
}

/// Sixteen were enough to fill the stream, sixty-four voidings to keep it full for ever.
#[test]
fn one_key_neither_fills_the_ledger_with_proposals_nor_keeps_them_there() {
    let mut world = world();
    for round in 0..70 {
        let act = proposal(&format!("again-{round}"));
        world.given(&act);
        let void = void(&world, &act, "setda");
        world.signed_by(AUTHORITY).given(&void);
    }
    assert_eq!(pending(&world), 0);
    assert_eq!(world.field(LEDGER, "voided").as_array().unwrap().len(), 64);
    let newest = world.field(LEDGER, "voided")[63]["position"].clone();
    assert_eq!(newest, json!(world.position.0 - 1), "the oldest went");
    let mine: Vec<_> = (0..4).map(|n| proposal(&format!("mine-{n}"))).collect();
    for act in &mine {
        world.given(act);
    }
    let why = refused(world.when(&proposal("fifth")), RuleRefused, "SYS.11.4", "/subject");
    assert_eq!(why, Why::TooManyWait { max: 4 });
    // The other authority proposes all the same, and takes back what is not his.
    let his = changed(
        "trust.policy_adopted",
        &[("/id", json!("his")), ("/source", json!("agency/kominfo"))],
    );
    world.signed_by(OTHER_AUTHORITY).given(&his);
    let void = void(&world, &mine[0], "kominfo");
    world.signed_by(OTHER_AUTHORITY).given(&void);
    assert_eq!(pending(&world), 4);
    let signature = world.confirmation(&his);
    let signature = {
        let mut signature = signature;
        signature["source"] = json!("agency/setda");
        signature
    };
    world.signed_by(AUTHORITY).given(&signature);
    assert_ne!(world.field(LEDGER, "policy"), Value::Null);
}

#[test]
fn what_has_waited_for_thirty_days_waits_no_more_and_leaves_its_place() {
    let mut world = world();
    let acts: Vec<_> = (0..4).map(|n| proposal(&format!("old-{n}"))).collect();
    for act in &acts {
        world.given(act);
    }
    let until = world.field(LEDGER, "pending")[0]["until"].as_str().unwrap().to_owned();
    let before = world.now;
    world.now = before + 30 * DAY - 1_000_000;
    world.clone().confirmed(&acts[0]);
    world.now = before + 30 * DAY;
    let signature = world.confirmation(&acts[0]);
    let late = world.signed_by(OTHER_AUTHORITY).when(&signature);
    let why = refused(late, RuleRefused, "SYS.11.4", "/data/event");
    assert_eq!(why, Why::WaitedTooLong { until });
    // It can be taken back, and it makes room.
    let void = void(&world, &acts[1], "setda");
    world.clone().signed_by(AUTHORITY).given(&void);
    let next = proposal("next");
    world.given(&next);
    assert_eq!(pending(&world), 1);
    world.confirmed(&next);
    assert_ne!(world.field(LEDGER, "policy"), Value::Null);
}

/// Whoever holds a stolen key proposes, and waits until somebody signs.
#[test]
fn a_proposal_does_not_outlive_the_key_that_signed_it() {
    for kind in ["signer.suspended", "signer.revoked"] {
        let mut world = world();
        let act = proposal("stolen");
        world.given(&act);
        let entry = world.field(LEDGER, "pending")[0].clone();
        assert_eq!(
            (&entry["by"], &entry["certificate"]),
            (&json!(AUTHORITY), &json!(certificate(AUTHORITY)))
        );
        assert_eq!(entry["data"]["policy"], act["data"]["policy"]);
        take_out(&mut world, kind);
        let signature = world.confirmation(&act);
        let result = world.signed_by(OTHER_AUTHORITY).when(&signature);
        let why = refused(result, RuleRefused, "SYS.11.4", "/data/event");
        assert_eq!(
            why,
            Why::CertificateNotActive { certificate: certificate(AUTHORITY) },
            "{kind}"
        );
        let his = changed(
            "trust.policy_adopted",
            &[("/id", json!("his")), ("/source", json!("agency/kominfo"))],
        );
        world.signed_by(OTHER_AUTHORITY).given(&his);
        assert_eq!(pending(&world), 1, "its place is free");
    }
}

fn take_out(world: &mut World, kind: &str) {
    if kind == "signer.suspended" {
        world.on_signer(kind, OTHER_AUTHORITY, AUTHORITY, &[]).unwrap();
    } else {
        world.revokes_alone(OTHER_AUTHORITY, AUTHORITY, AUTHORITY, "other").unwrap();
        world.signed_if_it_waits(OTHER_AUTHORITY, AUTHORITY);
    }
}

/// An entry shows what those who are asked to sign compare.
#[test]
fn what_waits_shows_whom_and_what_it_is_about() {
    let mut world = world();
    let act = example("ledger.registrar_appointed");
    world.given(&act);
    let entry = world.field(LEDGER, "pending")[0].clone();
    let data = &act["data"];
    assert_eq!(
        entry["data"],
        json!({ "person": data["person"], "agency": data["agency"], "certificate": data["certificate"] })
    );
    let mut own = world.confirmation(&act);
    own["source"] = json!("agency/setda");
    refused(world.signed_by(AUTHORITY).when(&own), RoleMissing, "SYS.11.2", "/source");
}
