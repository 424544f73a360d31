//! A mandate lets somebody sign for an office that is not his own, and what decided once decides so for ever: each event
//! stands under the version of the structural acts that was in force at its position.

use std::sync::Arc;

use jejak_ledger::objects::Objects;
use jejak_ledger::store::{LedgerStore, Memory};
use jejak_ledger::{Settings, replay};
use serde_json::{Value, json};

use crate::acts::document;
use crate::harness::{BENGKAYANG, World};
use crate::server::Server;

const OFFICE: &str = "role/sekda";

fn decree(kind: &str, world: &World, more: &[(&str, &str)]) -> Value {
    let mut data = json!({ "from": "2026-01-01", "decision": document("decree") });
    for (name, value) in more {
        data[*name] = json!(value);
    }
    world.event(&world.registrar, kind, OFFICE, data)
}

/// The evaluation of a year, opened for SEKDA by an official of Dinas Kesehatan.
fn opens(world: &World, year: u32, mandate: &str, reference: &str) -> Value {
    let data = json!({
        "year": year, "instrument": "permenpanrb-59-2020", "letter": document("official-letter"),
    });
    let subject = format!("eval/{year}");
    let mut event = world.event(&world.dinkes, "evaluation.opened", &subject, data);
    event["office"] = json!(OFFICE);
    event["mandate"] = json!(mandate);
    event["mandateref"] = json!(reference);
    event
}

/// Before version 3 one authority sufficed.
fn adopts(world: &World, ruleset: &[u8]) {
    let hash = Objects::beside(&world.path().join("objects")).put(ruleset).unwrap();
    let data = json!({ "ruleset": hash.to_string(), "name": "bengkayang-19-2020" });
    let event = world.event(&world.bupati, "ruleset.adopted", "ledger/61.07", data);
    world.accept(&world.bupati, &event);
}

#[test]
fn each_event_is_decided_by_the_structural_acts_of_its_position() {
    let text = str::from_utf8(BENGKAYANG).unwrap();
    let on = |version: &str| text.replacen("structural = 3", version, 1);
    let world = World::under(on("structural = 2").as_bytes());
    let holder = [("person", "p-bupati01"), ("agency", "setda")];
    world.accept(&world.registrar, &decree("role.appointed", &world, &holder));
    let to_dinkes = [("person", "p-dinkes01"), ("agency", "dinkes")];
    let mandate = [("mandate", "an"), ("holder", "p-bupati01")];
    let given = decree("role.delegated", &world, &[&to_dinkes[..], &mandate[..]].concat());
    let given = world.accept(&world.registrar, &given).position;
    let as_delegate = |year| opens(&world, year, "an", &given.to_string());
    let at = world.accept(&world.dinkes, &as_delegate(2024)).position;
    let wrong = opens(&world, 2025, "an", "SK 1/2026");
    assert_eq!(world.refuse(&world.dinkes, &wrong).0, "role-missing");

    // The version before knows no such mandates, and takes any reference for a title that it knows.
    adopts(&world, on("structural = 1").as_bytes());
    assert_eq!(world.refuse(&world.dinkes, &as_delegate(2025)).0, "role-missing");
    let again = decree("role.delegated", &world, &[&to_dinkes[..], &mandate[..]].concat());
    assert_eq!(world.refuse(&world.registrar, &again).0, "type-unknown");
    let acting = [&to_dinkes[..], &[("mandate", "plh")]].concat();
    world.accept(&world.registrar, &decree("role.appointed", &world, &acting));
    world.accept(&world.dinkes, &opens(&world, 2025, "plh", "SK 1/2026"));

    // What was given before counts again, and so does what the other version kept.
    adopts(&world, BENGKAYANG);
    world.accept(&world.dinkes, &as_delegate(2026));
    world.accept(&world.dinkes, &opens(&world, 2023, "plh", "SK 1/2026"));
    let scratch: Arc<dyn LedgerStore> = Arc::new(Memory::new());
    let settings = Settings::default();
    let report = replay(&world.ledger().view(), &scratch, &settings, &|_, _| ()).unwrap();
    assert!(report.differences.is_empty(), "{report:?}");

    let server = Server::start(world.ledgers());
    let signer = &server.json(&format!("/v1/61.07/events/{at}"))["signer"];
    assert_eq!((&signer["office"], &signer["mandate"]), (&json!(OFFICE), &json!("an")));
    assert_eq!(signer["mandateref"], given.to_string());
    let row = server.json("/v1/61.07/registers/roles/sekda");
    assert_eq!(row["row"]["delegations"][0]["position"], given.0);
    assert_eq!(row["row"]["tenures"][1]["mandate"], "plh");
}
