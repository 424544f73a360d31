//! Corrections and voidings through a whole ledger: posted, tried, grouped, reopened, replayed, audited, and read as
//! of before and after.

use std::sync::Arc;

use jejak_ledger::store::{BATCH_BYTES_MAX, LedgerStore, Memory};
use jejak_ledger::{Rehearsal, Settings, replay};
use jejak_signer::{Jws, Typ, sign_jws};
use serde_json::{Value, json};

use crate::acts::{document, grant, request, subdomain};
use crate::harness::{Person, World, recorded, refused};
use crate::server::Server;

/// An event that speaks of `of`, which `signed` was signed by.
fn about(world: &World, kind: &str, signed: &Person, of: &Value, data: Value) -> Value {
    let statement = world.sign(signed, of);
    let key = Jws::parse(statement, Typ::Event).unwrap().event_key().to_string();
    let mut event = world.event(signed, kind, of["subject"].as_str().unwrap(), data);
    event["data"]["event"] = json!({ "agency": signed.agency, "id": of["id"], "key": key });
    event
}

fn voids(world: &World, signed: &Person, of: &Value) -> Value {
    about(world, "event.voided", signed, of, json!({ "reason": "salah catat" }))
}

fn corrects(world: &World, signed: &Person, of: &Value, field: &str, value: &Value) -> Value {
    let corrections = json!([{ "field": field, "value": value }]);
    let data = json!({ "corrections": corrections, "reason": "salah ketik" });
    about(world, "event.corrected", signed, of, data)
}

fn system(world: &World, id: &str) -> Value {
    let data = json!({
        "name": "Sistem Informasi Puskemas", "kind": "application", "owner": "Pemerintah Daerah",
        "agency": "dinkes", "task_basis": "Perbup 1/2020",
    });
    world.event(&world.dinkes, "system.registered", &format!("system/{id}"), data)
}

fn replayed(world: &World) {
    let scratch: Arc<dyn LedgerStore> = Arc::new(Memory::new());
    let settings = Settings::default();
    let report = replay(&world.ledger().view(), &scratch, &settings, &|_, _| ()).unwrap();
    assert!(report.differences.is_empty(), "{report:?}");
}

#[test]
fn what_was_corrected_and_voided_is_shown_so_and_decided_again_byte_for_byte() {
    let mut world = World::new();
    let registered = system(&world, "simpus");
    let before = world.accept(&world.dinkes, &registered).position;
    let right = json!("Perbup 55/2016");
    let correction = corrects(&world, &world.dinkes, &registered, "task_basis", &right);
    let at = world.accept(&world.dinkes, &correction).position;
    let asked = request(&world, &world.dinkes, "dinkes");
    world.accept(&world.dinkes, &asked);
    let granted = grant(&world, "dinkes", "dinkes");
    let granted_at = world.accept(&world.kominfo, &granted).position;
    let (code, rule) = world.refuse(&world.dinkes, &voids(&world, &world.dinkes, &asked));
    assert_eq!((code.as_str(), rule.as_deref()), ("rule-refused", Some("SYS.9.3")));
    let voided_at = world.accept(&world.kominfo, &voids(&world, &world.kominfo, &granted)).position;
    // What another key says is no such event.
    let mut other = voids(&world, &world.dinkes, &asked);
    other["data"]["event"]["key"] = json!("00".repeat(32));
    assert_eq!(world.refuse(&world.dinkes, &other).1.as_deref(), Some("SYS.9.1"));

    world.reopen();
    world.accept(&world.dinkes, &voids(&world, &world.dinkes, &asked));
    world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    world.audit();
    replayed(&world);

    let server = Server::start(world.ledgers());
    let row = |register: &str, key: &str, as_of: u64| {
        let path = format!("/v1/61.07/registers/{register}/{key}?as_of={as_of}");
        server.json(&path)["row"].clone()
    };
    let then = row("systems", "simpus", before.0);
    let first = &registered["data"]["task_basis"];
    assert_eq!((&then["task_basis"], then.get("corrections")), (first, None));
    let now = row("systems", "simpus", at.0);
    assert_eq!((&now["task_basis"], &now["corrections"][0]["fields"][0]["old"]), (&right, first));
    assert_eq!(now["corrections"][0]["reason"], "salah ketik");

    let name = "dinkes.bengkayangkab.go.id";
    assert_eq!(row("subdomains", name, granted_at.0)["holder"], "dinkes");
    let then = row("subdomains", name, voided_at.0);
    assert_eq!((&then["state"], &then["holder"]), (&json!("requested"), &Value::Null));
    assert_eq!(then["voided"][0]["of"], granted_at.0);
    let now = row("subdomains", name, world.ledger().published().size - 1);
    assert_eq!((&now["state"], now["voided"].as_array().unwrap().len()), (&json!("requested"), 2));
    assert_eq!(now["version"], 5);

    // Both stay readable, under the class of what they speak of.
    let entry = server.json(&format!("/v1/61.07/events/{voided_at}"));
    assert_eq!((&entry["type"], &entry["class"]), (&json!("event.voided"), &json!("public")));
    let next = server.json(&format!("/v1/61.07/streams/{}/next", subdomain("dinkes")));
    let acts = next["acts"].as_array().unwrap();
    let void = acts.iter().find(|act| act["type"] == "event.voided").unwrap();
    assert_eq!((&void["answer"], &void["recordable"]), (&json!("depends"), &json!(false)));
}

/// An act and what voids it in one group, in one trial and over several: the same answers.
#[test]
fn an_event_of_the_same_group_is_spoken_of_like_any_other() {
    let world = World::new();
    let (first, second) = (system(&world, "satu"), system(&world, "dua"));
    let right = json!("Perbup 55/2016");
    let acts = [
        first.clone(),
        corrects(&world, &world.dinkes, &first, "task_basis", &right),
        second.clone(),
        voids(&world, &world.dinkes, &second),
        voids(&world, &world.dinkes, &first),
    ];
    let trial = |event: &Value| {
        let payload = serde_json::to_vec(event).unwrap();
        let by = &world.dinkes;
        sign_jws(&by.key, Typ::Trial, by.thumbprint(), Some(world.clock.seconds()), &payload)
    };
    let tried = world.ledger().rehearse(acts.iter().map(|act| trial(act).unwrap()).collect());
    for (act, tried) in acts.iter().zip(tried.unwrap()) {
        assert!(matches!(tried, Rehearsal::Accepted { .. }), "{act} {tried:?}");
    }
    let statements: Vec<_> = acts.iter().map(|act| world.sign(&world.dinkes, act)).collect();
    let answers = world.post_batch(statements.clone());
    let positions: Vec<_> = answers.into_iter().map(|one| recorded(one).position).collect();
    let mut twice = voids(&world, &world.dinkes, &first);
    twice["id"] = json!("twice");
    let refusal = refused(world.post(&world.dinkes, &twice));
    assert_eq!(refusal.rule(), Some("SYS.9.1"));
    world.audit();
    replayed(&world);
    // One by one they come to the same records.
    let twin = world.twin(positions[0].0);
    for statement in statements {
        recorded(twin.post_bytes(statement));
    }
    let [here, there] = [&world, &twin].map(|world| {
        let view = world.ledger().view();
        let stream = view.stream("system/satu", positions[4]).unwrap().unwrap();
        (stream.state, stream.version, stream.position, stream.fields)
    });
    assert_eq!(here, there);
}

#[test]
fn a_decision_ends_in_a_whole_ledger_and_is_decided_so_again() {
    let mut world = World::new();
    let (asked, granted) =
        (request(&world, &world.dinkes, "dinkes"), grant(&world, "dinkes", "dinkes"));
    world.accept(&world.dinkes, &asked);
    let granted_at = world.accept(&world.kominfo, &granted).position;
    let day = |seconds| crate::harness::rfc3339(seconds)[..10].to_owned();
    let ends = |kind: &str, from: Option<String>, of: &Value, by: &Person| {
        let mut data = json!({ "decision": document("decree"), "reason": "tidak dipakai" });
        if let Some(from) = from {
            data["from"] = json!(from);
        }
        about(&world, kind, by, of, data)
    };
    let today = day(world.clock.seconds());
    let mut other = ends("decision.revoked", Some(today.clone()), &granted, &world.kominfo);
    other["source"] = json!("agency/dinkes");
    let (code, rule) = world.refuse(&world.dinkes, &other);
    assert_eq!((code.as_str(), rule.as_deref()), ("role-missing", Some("SYS.10.2")));
    let revoked = ends("decision.revoked", Some(today.clone()), &granted, &world.kominfo);
    world.accept(&world.kominfo, &revoked);
    let again = request(&world, &world.dinkes, "dinkes");
    world.accept(&world.dinkes, &again);
    let anew = grant(&world, "dinkes", "dinkes");
    world.accept(&world.kominfo, &anew);
    let annulled = ends("decision.annulled", None, &anew, &world.kominfo);
    let annulled_at = world.accept(&world.kominfo, &annulled).position;
    world.reopen();
    world.audit();
    replayed(&world);

    let server = Server::start(world.ledgers());
    let path = "/v1/61.07/registers/subdomains/dinkes.bengkayangkab.go.id";
    let row = |as_of: u64| server.json(&format!("{path}?as_of={as_of}"))["row"].clone();
    assert_eq!(row(granted_at.0)["holder"], "dinkes");
    let then = row(granted_at.0 + 1);
    assert_eq!((&then["state"], &then["holder"]), (&json!("revoked"), &Value::Null));
    assert_eq!(
        (&then["revoked"][0]["how"], &then["revoked"][0]["from"]),
        (&json!("revoked"), &json!(today))
    );
    let now = row(annulled_at.0);
    assert_eq!(
        (&now["state"], &now["revoked"][1]["how"]),
        (&json!("requested"), &json!("annulled"))
    );
}

#[test]
fn an_act_waits_in_a_whole_ledger_for_the_signature_that_it_needs() {
    let mut world = World::new();
    let head = world.authority.person("p-kepala-dinkes", "dinkes");
    world.enrol(&head);
    let office = json!({
        "person": head.id, "agency": "dinkes", "from": "2026-01-01", "head": true,
        "decision": document("decree"),
    });
    let office = world.event(&world.registrar, "role.appointed", "role/kepala-dinkes", office);
    world.accept(&world.registrar, &office);
    world.accept(&world.dinkes, &system(&world, "simpus"));
    let procedure = json!({
        "title": "Pendaftaran pasien", "edition": 1, "process_owner": "Kepala Seksi",
        "process_time": "15 menit", "process_order": ["Menerima"],
        "document": document("sop"),
    });
    let drafted = world.event(&world.dinkes, "sop.adopted", "sop/simpus/1", procedure);
    let drafted_at = world.accept(&world.dinkes, &drafted).position;
    let mut signature = about(&world, "act.countersigned", &world.dinkes, &drafted, json!({}));
    assert_eq!(world.refuse(&world.dinkes, &signature).1.as_deref(), Some("SYS.11.2"));
    signature["office"] = json!("role/kepala-dinkes");
    let signed_at = world.accept(&head, &signature).position;
    // So does a correction of it, and its own signature may follow in the same batch.
    let right =
        corrects(&world, &world.dinkes, &drafted, "title", &json!("Pendaftaran pasien baru"));
    let mut under = about(&world, "act.countersigned", &world.dinkes, &right, json!({}));
    under["office"] = json!("role/kepala-dinkes");
    let both = vec![world.sign(&world.dinkes, &right), world.sign(&head, &under)];
    let both: Vec<_> = world.post_batch(both).into_iter().map(recorded).collect();
    let (waiting, corrected) = (&both[0], &both[1]);
    let noted = world.ledger().view().noted_at(waiting.position).unwrap();
    assert_eq!(noted.awaits[0].actor, "KAOPD of source");
    assert!(noted.awaits[0].text.is_some());
    // And a voiding: until she signs, the procedure stands.
    let void = voids(&world, &world.dinkes, &drafted);
    let withdrawn_at = world.accept(&world.dinkes, &void).position;
    let mut under = about(&world, "act.countersigned", &world.dinkes, &void, json!({}));
    assert_eq!(world.refuse(&world.dinkes, &under).1.as_deref(), Some("SYS.11.2"));
    under["office"] = json!("role/kepala-dinkes");
    let voided_at = world.accept(&head, &under).position;
    world.reopen();
    world.audit();
    replayed(&world);

    let server = Server::start(world.ledgers());
    let stream = |as_of: u64| server.json(&format!("/v1/61.07/streams/sop/simpus/1?as_of={as_of}"));
    let then = stream(drafted_at.0);
    assert_eq!((&then["state"], &then["version"]), (&json!("none"), &json!(1)));
    let waits = &then["marks"]["pending"][0];
    assert_eq!(
        (&waits["awaits"][0]["actor"], &waits["by"]),
        (&json!("KAOPD of source"), &json!("p-dinkes01"))
    );
    let now = stream(signed_at.0);
    assert_eq!(
        (&now["state"], &now["version"], now["marks"].get("pending")),
        (&json!("in_force"), &json!(2), None)
    );
    let waits = stream(withdrawn_at.0);
    assert_eq!(waits["state"], "in_force");
    assert_eq!(waits["marks"]["pending"][0]["type"], "event.voided");
    let gone = stream(voided_at.0);
    assert_eq!((&gone["state"], gone["marks"].get("pending")), (&json!("none"), None));
    assert_eq!(gone["marks"]["voided"][0]["recorded"], withdrawn_at.0);
    let row = |as_of: u64| {
        server.json(&format!("/v1/61.07/registers/sops/simpus/1?as_of={as_of}"))["row"].clone()
    };
    assert_eq!(row(waiting.position.0)["title"], "Pendaftaran pasien");
    assert_eq!(row(corrected.position.0)["title"], "Pendaftaran pasien baru");
    let mark = row(corrected.position.0)["corrections"][0].clone();
    assert_eq!(mark["recorded"], waiting.position.0);
    let acts = server.json("/v1/61.07/rules")["acts"].clone();
    let adopted = acts.as_array().unwrap().iter().find(|act| act["type"] == "sop.adopted").unwrap();
    assert_eq!(adopted["cosigned_by"][0]["actor"], "KAOPD of source");
}

/// Who may not read an event does not read what was corrected of it.
#[test]
fn a_correction_is_of_the_class_of_what_it_corrects() {
    let world = World::new();
    let seconds = crate::harness::rfc3339(world.clock.seconds());
    let data = json!({ "secured": "cadangan", "secured_at": seconds });
    let secured = world.event(&world.dinkes, "incident.data_secured", "incident/i-1", data);
    world.accept(&world.dinkes, &secured);
    let right = json!("cadangan harian");
    let correction = corrects(&world, &world.dinkes, &secured, "secured", &right);
    let at = world.accept(&world.dinkes, &correction).position;
    let entry = world.ledger().view().entry(at).unwrap().unwrap();
    let of = world.ledger().view().entry(jejak_ledger::log::Position(at.0 - 1)).unwrap().unwrap();
    assert_eq!(entry.class, of.class);
    assert_ne!(entry.class.name(), "public");
}

#[test]
fn an_entry_shows_the_key_by_which_later_events_name_it() {
    let world = World::new();
    let registered = system(&world, "simpus");
    let statement = world.sign(&world.dinkes, &registered);
    let position = recorded(world.post_bytes(statement.clone())).position;
    let server = Server::start(world.ledgers());
    let entry = server.json(&format!("/v1/61.07/events/{position}"));
    let key = Jws::parse(statement, Typ::Event).unwrap().event_key().to_string();
    assert_eq!(entry["event_key"], key);
}

/// A walk hands over 2,048 records at a time, and what these change may be more than one write holds: it is replayed and
/// audited in as many groups as were written, an act about an event of a group before among them.
#[test]
fn a_ledger_of_large_rows_is_replayed_and_audited_in_groups() {
    let world = World::new();
    let items: Value = (0..400).map(|at| json!(format!("{at:0>100}"))).collect();
    let report = |period: usize| {
        let document = document("report");
        let data = json!({ "to": "sekda", "items": items, "document": document });
        let subject = format!("report/kominfo/{period}");
        world.event(&world.kominfo, "asset_report.submitted", &subject, data)
    };
    let reports: Vec<_> = (0..540).map(report).collect();
    let mut bytes = 0;
    for reports in reports.chunks(60) {
        let statements: Vec<_> =
            reports.iter().map(|report| world.sign(&world.kominfo, report)).collect();
        // Each report stands in the log, as the newest version of its thing, and as the thing.
        bytes += statements.iter().map(|statement| statement.len() + 2 * 40_000).sum::<usize>();
        world.post_batch(statements).into_iter().for_each(|answer| drop(recorded(answer)));
    }
    assert!(bytes > BATCH_BYTES_MAX, "{bytes}");
    assert!(world.ledger().published().size < 2_048);
    world.accept(&world.kominfo, &voids(&world, &world.kominfo, &reports[0]));
    world.audit();
    replayed(&world);
}
