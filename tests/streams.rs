//! Streams: what happened to one thing, in order, and what the rules would accept next.

use serde_json::{Value, json};

use crate::acts::{grant, request, subdomain};
use crate::harness::{World, recorded, rfc3339};
use crate::server::{Server, is_problem};

fn types(events: &Value) -> Vec<&str> {
    let events = events.as_array().unwrap().iter();
    events.map(|event| event["type"].as_str().unwrap_or("withheld")).collect()
}

/// The act of a type in what may come next.
fn act<'a>(next: &'a Value, list: &str, kind: &str) -> Option<&'a Value> {
    next[list].as_array().unwrap().iter().find(|act| act["type"] == kind)
}

#[test]
fn a_stream_shows_its_state_and_its_events_in_order_as_of_any_moment() {
    let world = World::new();
    let asked = world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes")).position;
    world.accept(&world.kominfo, &request(&world, &world.kominfo, "diskominfo"));
    world.clock.forward_s(60);
    world.accept(&world.kominfo, &grant(&world, "dinkes", "dinkes"));
    let server = Server::start(world.ledgers());
    let path = format!("/v1/61.07/streams/{}", subdomain("dinkes"));
    let now = server.json(&path);
    assert_eq!((&now["state"], &now["version"]), (&json!("granted"), &json!(2)));
    assert_eq!(types(&now["events"]), ["subdomain.requested", "subdomain.granted"]);
    assert_eq!(now["events"][1]["signer"]["person"], "p-kominfo1");

    for as_of in [asked.to_string(), rfc3339(world.clock.seconds() - 30)] {
        let then = server.json(&format!("{path}?as_of={as_of}"));
        assert_eq!((&then["state"], &then["version"]), (&json!("requested"), &json!(1)));
        assert_eq!(types(&then["events"]), ["subdomain.requested"]);
    }
    let page = server.json(&format!("{path}?limit=1"));
    let next = page["next"].as_str().unwrap();
    let rest = server.json(&format!("{path}?limit=1&cursor={next}"));
    assert_eq!(types(&rest["events"]), ["subdomain.granted"]);
    assert_eq!(rest["next"], Value::Null);
    is_problem(server.get(&format!("{path}?as_of=0")), 404, "unknown-stream");
    is_problem(server.get(&format!("{path}?type=x")), 400, "unknown-parameter");
}

/// An agency is `dinkes` here and `agency/dinkes` as a source: the other form used to be taken for an agency that
/// nobody knows.
#[test]
fn who_asks_what_is_next_is_named_in_one_form() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let path = format!("/v1/61.07/streams/{}/next", subdomain("dinkes"));
    let next = server.json(&format!("{path}?agency=dinkes&office=role/kadis&person=p-dinkes01"));
    assert_eq!(next["asker"]["agency"], "dinkes");
    for wrong in ["agency=agency/dinkes", "office=kadis", "person=dinkes", "agency=Dinkes"] {
        let answer = server.get(&format!("{path}?{wrong}"));
        assert_eq!(answer.status(), 400, "{wrong}");
        let problem: Value = answer.json().unwrap();
        assert_eq!(problem["code"], "invalid-parameter", "{wrong}");
    }
    let said: Value = server.get(&format!("{path}?agency=agency/dinkes")).json().unwrap();
    assert!(said["detail"].as_str().unwrap().contains("without agency/"), "{said}");
}

#[test]
fn a_stream_that_is_not_there_and_one_that_is_withheld_look_the_same() {
    let world = World::new();
    let secured = world.event(
        &world.dinkes,
        "incident.data_secured",
        "incident/i-1",
        json!({ "secured": "cadangan", "secured_at": rfc3339(world.clock.seconds()) }),
    );
    recorded(world.post(&world.dinkes, &secured));
    let server = Server::start(world.ledgers());
    let certificate = format!("certificate:{}", world.dinkes.thumbprint());
    for stream in ["incident/i-1", "incident/i-2", "subdomain/none.id", "x", &certificate] {
        is_problem(server.get(&format!("/v1/61.07/streams/{stream}")), 404, "unknown-stream");
    }
    for stream in ["incident/i-1", "incident/i-2", "x", "subdomain/no-domain", &certificate] {
        let path = format!("/v1/61.07/streams/{stream}/next");
        is_problem(server.get(&path), 404, "unknown-stream");
    }
}

/// An enrolment is internal, the signer whom it makes is public: its place shows, and no more.
#[test]
fn an_event_above_the_reader_keeps_its_place_in_a_stream_that_he_may_see() {
    let world = World::new();
    world.accept(&world.registrar, &world.revocation(&world.dinkes));
    let server = Server::start(world.ledgers());
    let stream = server.json("/v1/61.07/streams/signer/p-dinkes01");
    assert_eq!(types(&stream["events"]), ["withheld", "signer.revoked"]);
    assert_eq!(stream["events"][0]["withheld"], json!(true));
    assert_eq!(stream["state"], "revoked");
}

#[test]
fn a_stream_whose_name_ends_like_the_route_is_asked_for_with_its_slash_escaped() {
    let world = World::new();
    let system = world.event(&world.dinkes, "system.registered", "system/next", system());
    world.accept(&world.dinkes, &system);
    let server = Server::start(world.ledgers());
    assert_eq!(server.json("/v1/61.07/streams/system%2Fnext")["stream"], "system/next");
    let next = server.json("/v1/61.07/streams/system%2Fnext/next");
    assert_eq!((&next["stream"], &next["version"]), (&json!("system/next"), &json!(1)));
    is_problem(server.get("/v1/61.07/streams/system/next"), 404, "unknown-stream");
}

#[test]
fn next_names_the_acts_who_signs_them_and_what_they_need() {
    let world = World::new();
    let asked = world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes")).position;
    let server = Server::start(world.ledgers());
    let path = format!("/v1/61.07/streams/{}/next", subdomain("dinkes"));
    let next = server.json(&path);
    assert_eq!((&next["state"], &next["version"]), (&json!("requested"), &json!(1)));

    let granted = act(&next, "acts", "subdomain.granted").unwrap();
    assert_eq!(
        granted["steps"],
        json!([{ "from": "requested", "to": "granted", "answer": "yes" }])
    );
    assert_eq!((&granted["row"], &granted["rule"]), (&json!("BKY-50"), &json!("BKY.25.1")));
    assert_eq!(granted["who"][0]["actor"], "DINAS");
    assert_eq!(granted["who"][0]["function"], "kominfo");
    assert_eq!(granted["answer"], "depends");
    let depends = granted["depends_on"].as_array().unwrap();
    assert!(depends.contains(&json!("data.holder")), "{depends:?}");
    assert_eq!(granted["recordable"], json!(true));
    assert!(granted["text"]["id"].as_str().unwrap().contains("nama domain"));
    assert_eq!(granted.get("may"), None, "nobody in particular asks");

    let again = act(&next, "closed", "subdomain.requested").unwrap();
    assert_eq!(again["code"], "transition-forbidden");
    assert!(again["why"]["en"].as_str().unwrap().contains("requested"));

    let before = server.json(&format!("{path}?as_of={}", asked.0 - 1));
    assert_eq!(before["state"], "none");
    let requested = act(&before, "acts", "subdomain.requested").unwrap();
    assert_eq!(requested["answer"], "yes");
    let letter = json!({
        "field": "letter", "kind": "official-letter", "required": true, "numbered": false
    });
    assert!(requested["documents"].as_array().unwrap().contains(&letter), "{requested}");
    assert!(act(&before, "closed", "subdomain.refused").is_some());
}

#[test]
fn next_says_whether_he_who_asks_may_and_the_ledger_agrees() {
    let world = World::new();
    world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    let server = Server::start(world.ledgers());
    let path = format!("/v1/61.07/streams/{}/next", subdomain("dinkes"));
    let may = |query: &str, kind: &str| {
        let next = server.json(&format!("{path}?{query}"));
        act(&next, "acts", kind).unwrap()["may"].clone()
    };
    let returned = "subdomain.request_returned";
    assert_eq!(may("person=p-kominfo1", returned)["answer"], "yes");
    assert_eq!(may("agency=kominfo", returned)["answer"], "yes");
    let refused = may("person=p-dinkes01", returned);
    assert_eq!(refused["answer"], "no");
    assert!(refused["why"]["en"].as_str().unwrap().contains("kominfo"), "{refused}");
    assert_eq!(may("office=role/bupati", returned)["answer"], "depends");
    assert_eq!(may("person=p-kominfo1&office=role/bupati", returned)["answer"], "no");

    let asker = |query: &str| server.json(&format!("{path}?{query}"))["asker"].clone();
    assert_eq!(asker("person=p-kominfo1")["enrolled"], json!(true));
    assert_eq!(asker("person=p-nobody01")["enrolled"], json!(false));
    assert_eq!(asker("agency=kominfo").get("enrolled"), None);

    let data = json!({ "reason": "incomplete" });
    let event = |by| world.event(by, returned, &subdomain("dinkes"), data.clone());
    assert_eq!(world.refuse(&world.dinkes, &event(&world.dinkes)).0, "role-missing");
    world.accept(&world.kominfo, &event(&world.kominfo));
}

fn system() -> Value {
    json!({
        "name": "Sistem Berikutnya", "kind": "application", "owner": "Pemerintah Daerah",
        "agency": "dinkes", "task_basis": "Perbup 1/2020",
    })
}
