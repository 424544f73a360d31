//! What an act was accepted with, findings and signatures that it waits for, is told with its answer, where it stands in
//! the list of events, on its stream, in its row and by a rehearsal, in words and by the names that programs use.

use jejak_signer::{Jws, Typ, sign_jws};
use serde_json::{Value, json};

use crate::acts::document;
use crate::harness::{Person, World, rfc3339};
use crate::http::Served;
use crate::process::jejak;

const LINES: &str = "text/plain";

fn system(world: &World, id: &str) -> Value {
    let data = json!({
        "name": format!("Sistem {id}"), "kind": "application", "owner": "Pemerintah Daerah",
        "agency": "dinkes", "task_basis": "Perbup 1/2020",
    });
    world.event(&world.dinkes, "system.registered", &format!("system/{id}"), data)
}

fn procedure(world: &World, id: &str) -> Value {
    let data = json!({
        "title": "Pendaftaran pasien", "edition": 1, "process_owner": "Kepala Seksi",
        "process_time": "15 menit", "process_order": ["Menerima"], "document": document("sop"),
    });
    world.event(&world.dinkes, "sop.adopted", &format!("sop/{id}/1"), data)
}

fn signature(world: &World, of: &Value) -> Value {
    let statement = world.sign(&world.dinkes, of);
    let key = Jws::parse(statement, Typ::Event).unwrap().event_key().to_string();
    let data = json!({ "event": { "agency": "dinkes", "id": of["id"], "key": key } });
    let subject = of["subject"].as_str().unwrap();
    let mut event = world.event(&world.dinkes, "act.countersigned", subject, data);
    event["office"] = json!("role/kepala-dinkes");
    event
}

/// The head of an agency that is no PSE.
fn head(world: &World) -> Person {
    let head = world.authority.person("p-kepala-dinkes", "dinkes");
    world.enrol(&head);
    let office = json!({
        "person": head.id, "agency": "dinkes", "from": "2026-01-01", "head": true,
        "decision": document("decree"),
    });
    let office = world.event(&world.registrar, "role.appointed", "role/kepala-dinkes", office);
    world.accept(&world.registrar, &office);
    head
}

fn waits() -> Value {
    json!([{
        "actor": "KAOPD of source",
        "text": { "id": "KAOPD (perangkat daerah, kepala instansi) dari dinkes", "en": "KAOPD (agency, head of the agency) of dinkes" },
    }])
}

fn rules(found: &Value) -> Vec<&str> {
    let found = found.as_array().map(Vec::as_slice).unwrap_or_default();
    assert!(found.iter().all(|one| one["text"]["id"].is_string()), "{found:?}");
    found.iter().map(|one| one["rule"].as_str().unwrap()).collect()
}

/// Findings once stood on the stream only, and of an act that waits only "the state stays" was told.
#[test]
fn what_an_act_was_accepted_with_is_told_wherever_the_act_is() {
    let served = Served::new();
    let world = &served.world;
    let head = head(world);

    // Alone, again, and in a batch.
    let statement = world.sign(&world.dinkes, &system(world, "simpus"));
    let first: Value = served.post(statement.clone()).json().unwrap();
    assert_eq!(rules(&first["found"]), ["BKY.14.3"]);
    assert_eq!(first.get("awaits"), None);
    let again: Value = served.post(statement).json().unwrap();
    assert_eq!((&again["found"], &again["position"]), (&first["found"], &first["position"]));
    world.accept(&world.dinkes, &system(world, "antrean"));
    let drafted = procedure(world, "simpus");
    let lines =
        [world.sign(&world.dinkes, &drafted), world.sign(&world.dinkes, &system(world, "lain"))];
    let posted = served.post_to("/v1/61.07/events/batch", LINES, lines.join(&b"\n"[..]));
    let posted: Vec<Value> =
        posted.text().unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&posted[0]["awaits"], rules(&posted[0]["found"])), (&waits(), vec!["BKY.14.3"]));
    assert_eq!((posted[1].get("awaits"), rules(&posted[1]["found"])), (None, vec!["BKY.14.3"]));

    // Where they stand, for good: what has become of the act since is told by its stream.
    let at = posted[0]["position"].as_u64().unwrap();
    let entry = |at: u64| {
        let entry = served.json(&format!("/v1/61.07/events/{at}"));
        let listed = served.json(&format!("/v1/61.07/events?after={}&limit=1", at - 1));
        assert_eq!(listed["events"][0], entry);
        entry
    };
    assert_eq!((&entry(at)["awaits"], &entry(at)["found"]), (&waits(), &posted[0]["found"]));
    let stream = || served.json("/v1/61.07/streams/sop/simpus/1")["marks"].clone();
    assert_eq!(stream()["pending"][0]["awaits"], waits());
    assert_eq!(
        (rules(&stream()["found"]), &stream()["found"][0]["position"]),
        (vec!["BKY.14.3"], &json!(at))
    );
    let row = || served.json("/v1/61.07/registers/sops/simpus/1")["row"].clone();
    assert_eq!((&row()["state"], &row()["pending"][0]["awaits"]), (&json!("none"), &waits()));

    // With the last signature it does not wait any more. What was found of who drafted it stays.
    let mut last = signature(world, &drafted);
    world.clock.forward_s(60);
    last["time"] = json!(rfc3339(world.clock.seconds()));
    let signed = served.post(world.sign(&head, &last));
    assert_eq!(signed.status(), 201);
    let signed: Value = signed.json().unwrap();
    assert_eq!((signed.get("awaits"), signed.get("found")), (None, None));
    assert_eq!(stream()["found"][0]["position"], at);
    // It is adopted when the head signs, not when it was drafted.
    let time = |at: u64| entry(at)["event"]["time"].clone();
    let adopted_at = row()["adopted_at"].clone();
    assert_eq!(adopted_at, time(signed["position"].as_u64().unwrap()));
    assert_ne!(adopted_at, time(at));
    assert_eq!(row()["process_order"], json!(["Menerima"]));
    assert_eq!(entry(at)["awaits"], waits());
    assert_eq!((stream().get("pending"), &row()["state"]), (None, &json!("in_force")));
    let history = served.json("/v1/61.07/registers/sops/simpus/1/history")["versions"].clone();
    assert_eq!(history[0]["marks"]["pending"][0]["awaits"], waits());
    assert_eq!(rules(&history[0]["marks"]["found"]), ["BKY.14.3"]);
    assert_eq!(history[1].get("marks"), None);

    // What nothing was found of has none.
    let plain = entry(1);
    assert_eq!((plain.get("found"), plain.get("awaits")), (None, None));
    world.audit();
}

#[test]
fn a_rehearsal_tells_that_the_act_would_wait_and_for_whom() {
    let served = Served::new();
    let world = &served.world;
    let head = head(world);
    world.accept(&world.dinkes, &system(world, "simpus"));
    let drafted = procedure(world, "simpus");
    let tried = |by: &Person, event: &Value| -> Value {
        let payload = serde_json::to_vec(event).unwrap();
        let iat = Some(world.clock.seconds());
        let trial = sign_jws(&by.key, Typ::Trial, by.thumbprint(), iat, &payload).unwrap();
        let path = "/v1/61.07/events?dry_run=true";
        served.post_to(path, "application/jose", trial).json().unwrap()
    };
    let draft = tried(&world.dinkes, &drafted);
    assert_eq!(draft["would"]["awaits"], waits());
    assert_eq!(draft["warnings"][0]["rule"], "BKY.14.3");
    assert_eq!(
        draft["would"]["changes"][0]["detail"],
        "sop/simpus/1: keadaan tetap, menunggu tanda tangan: KAOPD (perangkat daerah, kepala instansi) dari dinkes, peristiwa ke-1"
    );
    world.accept(&world.dinkes, &drafted);
    let last = tried(&head, &signature(world, &drafted))["would"].clone();
    assert_eq!(last.get("awaits"), None);
    assert_eq!(
        last["changes"][0]["detail"],
        "sop/simpus/1: dari belum ada menjadi in_force, peristiwa ke-2"
    );
}

/// Tables and lists of values left marks out.
#[test]
fn a_table_of_a_register_has_a_column_of_the_marks_and_so_has_a_history() {
    let mut world = World::new();
    head(&world);
    world.accept(&world.dinkes, &system(&world, "simpus"));
    world.accept(&world.dinkes, &procedure(&world, "simpus"));
    world.close();
    let dir = world.path();
    let told = |arguments: &[&str]| {
        let place = ["--dir", dir.to_str().unwrap(), "--ledger", "61.07", "-o", "csv"];
        let output = jejak(["register", "sops"].iter().chain(arguments).chain(&place));
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let rows = told(&[]);
    let (header, row) = rows.split_once('\n').unwrap();
    assert!(header.contains(",marks,position"), "{header}");
    assert!(row.contains(",\"found BKY.14.3, pending\","), "{row}");
    let versions = told(&["--history", "simpus/1"]);
    assert!(versions.contains("marks") && versions.contains("pending"), "{versions}");
}
