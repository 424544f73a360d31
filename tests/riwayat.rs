//! Acts from before the ledger (RIWAYAT), over whole ledgers: in one batch, in audits and replays, in rows, answers and
//! verdicts.

use std::sync::Arc;

use jejak_ledger::log::Position;
use jejak_ledger::registers::{SUBDOMAINS, names_of_marks};
use jejak_ledger::rules::Class;
use jejak_ledger::store::{LedgerStore, Memory};
use jejak_ledger::verdict::StepName;
use jejak_ledger::{Settings, replay};
use serde_json::{Value, json};

use crate::acts::{document, subdomain};
use crate::harness::{Person, World, recorded, refused};
use crate::server::Server;
use crate::verdict::Scene;

/// The office of the recorder of an agency, filled by one of its signers.
fn recorder(world: &World, by: &Person) -> String {
    let office = format!("role/pencatat-{}", by.agency);
    let data = json!({
        "person": by.id, "agency": by.agency, "from": "2026-01-01", "recorder": true,
        "decision": document("decree"),
    });
    let appointed = world.event(&world.registrar, "role.appointed", &office, data);
    world.accept(&world.registrar, &appointed);
    office
}

/// An act as a recorder brings it in.
fn imported(world: &World, by: &Person, subject: &str, act: &str, at: &str, data: &Value) -> Value {
    let mut register = document("report");
    register["sha256"] = json!("0f".repeat(32));
    let data = json!({ "act": act, "at": at, "data": data, "source": register });
    let mut event = world.event(by, "record.imported", subject, data);
    event["office"] = json!(format!("role/pencatat-{}", by.agency));
    event
}

/// The name `dinkes` of Dinas Kesehatan, granted in 2018, and its request.
fn name(world: &World) -> [Value; 2] {
    let (name, letter) = (subdomain("dinkes"), document("official-letter"));
    let form = document("registration-form");
    let request = json!({ "basis": "agency", "form": form, "letter": letter });
    let grant = json!({ "holder": "dinkes", "basis": "agency", "letter": letter });
    [
        imported(world, &world.dinkes, &name, "subdomain.requested", "2018-03-01", &request),
        imported(world, &world.kominfo, &name, "subdomain.granted", "2018-03-12", &grant),
    ]
}

fn with_recorders() -> World {
    let world = World::new();
    recorder(&world, &world.dinkes);
    recorder(&world, &world.kominfo);
    world
}

#[test]
fn what_was_brought_in_is_audited_replayed_and_shown_as_riwayat() {
    let mut world = with_recorders();
    let [request, grant] = name(&world);
    let batch = vec![world.sign(&world.dinkes, &request), world.sign(&world.kominfo, &grant)];
    let positions: Vec<Position> =
        world.post_batch(batch).into_iter().map(|answer| recorded(answer).position).collect();
    world.audit();
    world.reopen();
    world.audit();
    let view = world.ledger().view();
    let thing = view.register_row(&SUBDOMAINS, "dinkes.bengkayangkab.go.id", positions[1]);
    let thing = thing.unwrap().unwrap();
    assert_eq!((thing.state.as_str(), thing.text("granted_at")), ("granted", Some("2018-03-12")));
    let row =
        SUBDOMAINS.row("dinkes.bengkayangkab.go.id", &thing, Class::Public, thing.recorded_at);
    assert_eq!(names_of_marks(row.as_object().unwrap()), ["riwayat"]);
    let acts = row["riwayat"].as_array().unwrap();
    assert_eq!(
        (&acts[0]["type"], &acts[0]["date"]),
        (&json!("subdomain.requested"), &json!("2018-03-01"))
    );
    assert_eq!(acts[1]["recorded_by"], json!(world.kominfo.id));

    let entry = view.entry(positions[1]).unwrap().unwrap();
    assert_eq!((entry.event.kind.as_str(), entry.class), ("record.imported", Class::Public));
    let noted = view.noted(&entry).unwrap().riwayat.unwrap();
    assert_eq!((noted.act.as_str(), noted.at.as_str()), ("subdomain.granted", "2018-03-12"));
    let lifted = view.lifted(&entry).unwrap();
    assert_eq!(
        (lifted.kind.as_str(), &lifted.data["holder"]),
        ("subdomain.granted", &json!("dinkes"))
    );
    let schema = view.ruleset().act("subdomain.granted").unwrap().schema_version;
    assert_eq!(lifted.dataschema, Some(schema));

    let scratch: Arc<dyn LedgerStore> = Arc::new(Memory::new());
    let report = replay(&view, &scratch, &Settings::default(), &|_, _| ()).unwrap();
    assert_eq!(report.differences, []);

    // The ledger's own time follows, and from there on nothing more comes in.
    let revoked = json!({ "reason": "unused" });
    let revoked = world.event(&world.kominfo, "subdomain.revoked", &subdomain("dinkes"), revoked);
    world.accept(&world.kominfo, &revoked);
    let [again, _] = name(&world);
    let refusal = world.refuse(&world.dinkes, &again);
    assert_eq!(refusal, ("transition-forbidden".to_owned(), Some("SYS.25.4".to_owned())));
}

#[test]
fn an_act_of_today_is_decided_over_what_the_same_batch_brought_in_before_it() {
    let world = with_recorders();
    let [first, grant] = name(&world);
    let today = json!({ "basis": "agency", "form": document("registration-form"), "letter": document("official-letter") });
    let today = world.event(&world.dinkes, "subdomain.requested", &subdomain("dinkes"), today);
    let batch = [(&world.dinkes, &first), (&world.dinkes, &today), (&world.kominfo, &grant)];
    let batch = batch.map(|(by, event)| world.sign(by, event)).to_vec();
    let mut answers = world.post_batch(batch).into_iter();
    recorded(answers.next().unwrap());
    // What waits already is asked for once.
    assert_eq!(refused(answers.next().unwrap()).code(), "transition-forbidden");
    recorded(answers.next().unwrap());
    world.audit();
}

#[test]
fn the_verdict_says_riwayat_and_decides_it_again_from_its_evidence() {
    let world = with_recorders();
    let [_, grant] = name(&world);
    let position = world.accept(&world.kominfo, &grant).position;
    let mut scene = Scene::new();
    scene.parts.anchors[0].0 = world.authority.ca.anchor_der().to_vec();
    let scene = Scene { world, position, ..scene };
    let verdict = scene.judge(&scene.bare());
    let authority = verdict.step(StepName::Authority).unwrap();
    assert_eq!(authority.reason, None);
    assert_eq!(
        ["riwayat", "riwayat_at", "type"].map(|name| authority.facts[name].as_str().unwrap()),
        ["subdomain.granted", "2018-03-12", "record.imported"]
    );
    assert_eq!(authority.facts["riwayat_source_sha256"], json!("0f".repeat(32)));
}

#[test]
fn a_ledger_says_since_when_it_knows_and_takes_nothing_later_as_riwayat() {
    let world = with_recorders();
    let today = crate::harness::rfc3339(world.clock.seconds())[..10].to_owned();
    let [_, mut grant] = name(&world);
    grant["data"]["at"] = json!(today);
    let refusal = world.refuse(&world.kominfo, &grant);
    assert_eq!(refusal, ("rule-refused".to_owned(), Some("SYS.25.3".to_owned())));
}

#[test]
fn the_answer_to_a_post_and_the_entry_tell_it_over_http() {
    let world = with_recorders();
    let [_, grant] = name(&world);
    let position = world.accept(&world.kominfo, &grant).position.0;
    let server = Server::start(world.ledgers());
    let entry = server.json(&format!("/v1/61.07/events/{position}"));
    assert_eq!(entry["riwayat"], json!({ "act": "subdomain.granted", "at": "2018-03-12" }));
    let data = server.json(&format!("/v1/61.07/events/{position}/data"));
    assert_eq!(
        (&data["type"], &data["data"]["holder"]),
        (&json!("subdomain.granted"), &json!("dinkes"))
    );
    let row = server.json("/v1/61.07/registers/subdomains/dinkes.bengkayangkab.go.id");
    assert_eq!(row["row"]["riwayat"][0]["type"], "subdomain.granted");
}
