//! Registers over HTTP: filters, totals, what a row was before.

use serde_json::{Value, json};

use crate::acts::{grant, request, subdomain};
use crate::harness::{World, recorded, rfc3339};
use crate::server::{Server, is_problem};

/// Three names of Dinas Kesehatan (one granted), one of Kominfo, and an incident that is withheld.
fn told() -> (World, Server) {
    let world = World::new();
    for label in ["dinkes", "dinkes2", "dinkes3"] {
        recorded(world.post(&world.dinkes, &request(&world, &world.dinkes, label)));
    }
    world.clock.forward_s(60);
    recorded(world.post(&world.kominfo, &request(&world, &world.kominfo, "diskominfo")));
    recorded(world.post(&world.kominfo, &grant(&world, "dinkes", "dinkes")));
    let secured = world.event(
        &world.dinkes,
        "incident.data_secured",
        "incident/i-1",
        json!({ "secured": "cadangan", "secured_at": rfc3339(world.clock.seconds()) }),
    );
    recorded(world.post(&world.dinkes, &secured));
    world.audit();
    let server = Server::start(world.ledgers());
    (world, server)
}

fn keys(page: &Value) -> Vec<&str> {
    let rows = page["rows"].as_array().unwrap().iter();
    rows.map(|row| row["key"].as_str().unwrap().split('.').next().unwrap()).collect()
}

#[test]
fn rows_are_found_by_any_column_and_several_at_once() {
    let (_world, server) = told();
    let found = |query: &str| server.json(&format!("/v1/61.07/registers/subdomains?{query}"));
    assert_eq!(keys(&found("state=requested")), ["dinkes2", "dinkes3", "diskominfo"]);
    assert_eq!(keys(&found("requested_by=dinkes&state=requested")), ["dinkes2", "dinkes3"]);
    assert_eq!(keys(&found("holder=dinkes")), ["dinkes"]);
    assert_eq!(keys(&found("holder=nobody")), Vec::<&str>::new());
    assert_eq!(keys(&found("state=requested&as_of=0")), Vec::<&str>::new());
    // A list has a value when a member is equal.
    let agencies = server.json("/v1/61.07/registers/agencies?functions=kominfo");
    assert_eq!(keys(&agencies), ["kominfo"]);
    // Pages of what matches.
    let page = found("state=requested&limit=2");
    assert_eq!(keys(&page), ["dinkes2", "dinkes3"]);
    let cursor = page["next"].as_str().unwrap();
    assert_eq!(keys(&found(&format!("limit=2&cursor={cursor}"))), ["diskominfo"]);
    let other = format!("/v1/61.07/registers/subdomains?state=granted&cursor={cursor}");
    is_problem(server.get(&other), 400, "invalid-parameter");
}

#[test]
fn an_unknown_column_is_refused_with_the_known_ones() {
    let (_world, server) = told();
    let answer = server.get("/v1/61.07/registers/subdomains?owner=dinkes");
    assert_eq!(answer.status(), 400);
    let body: Value = answer.json().unwrap();
    assert_eq!(body["code"], "unknown-parameter");
    let detail = body["detail"].as_str().unwrap();
    assert!(detail.contains("holder") && detail.contains("state"), "{detail}");
}

#[test]
fn totals_count_what_matches_and_the_reader_may_see() {
    let (world, server) = told();
    let totals = |path: &str| server.json(&format!("/v1/61.07/registers/{path}"))["totals"].clone();
    assert_eq!(
        totals("subdomains?totals=true&limit=1"),
        json!({ "all": 4, "by_state": { "granted": 1, "requested": 3 }, "complete": true })
    );
    assert_eq!(
        totals("subdomains?totals=true&requested_by=dinkes"),
        json!({ "all": 2, "by_state": { "requested": 2 }, "complete": true })
    );
    assert_eq!(totals("subdomains"), Value::Null);
    let withheld = server.json("/v1/61.07/registers/incidents?totals=true");
    assert_eq!(withheld["totals"], json!({ "all": 0, "by_state": {}, "complete": true }));
    assert_eq!(withheld["rows"][0]["withheld"], json!(true));
    is_problem(server.get("/v1/61.07/registers/subdomains?totals=1"), 400, "invalid-parameter");

    for number in 0..120 {
        let event = request(&world, &world.dinkes, &format!("many-{number}"));
        recorded(world.post(&world.dinkes, &event));
    }
    let bounded = Server::configured(world.ledgers(), |config| {
        config.limits.page_examined_max = 100;
    });
    let page = bounded.json("/v1/61.07/registers/subdomains?totals=true&limit=1");
    assert_eq!(page["totals"]["complete"], json!(false));
    assert_eq!(page["totals"]["all"], json!(100));
}

#[test]
fn a_filter_finds_no_row_that_is_withheld() {
    let (_world, server) = told();
    for query in ["agency=dinkes", "state=open", "secured=cadangan"] {
        let page = server.json(&format!("/v1/61.07/registers/incidents?{query}"));
        assert_eq!(page["rows"], json!([]), "{query}");
    }
}

#[test]
fn the_history_of_a_row_tells_each_change() {
    let (world, server) = told();
    let key = "dinkes.bengkayangkab.go.id";
    let path = format!("/v1/61.07/registers/subdomains/{key}/history");
    let history = server.json(&path);
    let versions = history["versions"].as_array().unwrap();
    assert_eq!(versions.len(), 2);
    let first = &versions[0]["changes"];
    assert_eq!(first["state"], json!({ "old": null, "new": "requested" }));
    assert_eq!(first["requested_by"], json!({ "old": null, "new": "dinkes" }));
    assert_eq!(first.get("holder"), None, "a column without a value did not change");
    let second = &versions[1];
    assert_eq!(second["version"], 2);
    assert_eq!(second["changes"]["state"], json!({ "old": "requested", "new": "granted" }));
    assert_eq!(second["changes"]["requested_by"], json!({ "old": "dinkes", "new": null }));
    let position = second["position"].as_u64().unwrap();
    let entry = server.json(&format!("/v1/61.07/events/{position}"));
    assert_eq!(entry["subject"], subdomain("dinkes"));

    let page = server.json(&format!("{path}?limit=1"));
    let next = server.json(&format!("{path}?cursor={}", page["next"].as_str().unwrap()));
    assert_eq!(next["versions"], json!([second]), "compared with the page before");
    let before = server.json(&format!("{path}?as_of={}", position - 1));
    assert_eq!(before["versions"], json!([versions[0]]));
    is_problem(server.get(&format!("{path}?as_of=0")), 404, "unknown-row");
    let size = world.ledger().published().size;
    is_problem(server.get(&format!("{path}?as_of={size}")), 404, "unknown-position");
    let withheld = "/v1/61.07/registers/incidents/i-1/history";
    is_problem(server.get(withheld), 404, "unknown-row");
    is_problem(server.get("/v1/61.07/registers/incidents/i-2/history"), 404, "unknown-row");
}

#[test]
fn a_row_that_is_named_like_the_route_is_asked_for_with_its_slash_escaped() {
    let (world, server) = told();
    let data = json!({ "agency": "history", "name": "Arsip" });
    let event = world.event(&world.registrar, "agency.registered", "agency/history", data);
    world.accept(&world.registrar, &event);
    let row = server.json("/v1/61.07/registers/agencies/history");
    assert_eq!(row["row"]["name"], "Arsip");
    let history = server.json("/v1/61.07/registers/agencies/history/history");
    assert_eq!(history["key"], "history");
    let escaped = server.get("/v1/61.07/registers/evaluations/2026%2Fhistory");
    is_problem(escaped, 404, "unknown-row");
}

/// A state that no row can have once gave an empty list.
#[test]
fn a_state_that_no_row_can_have_is_refused_with_those_that_there_are() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let path = "/v1/61.07/registers/subdomains?state=";
    assert_eq!(server.json(&format!("{path}granted"))["rows"], json!([]));
    let answer = server.get(&format!("{path}diberikan"));
    assert_eq!(answer.status(), 400);
    let problem: Value = answer.json().unwrap();
    let detail = problem["errors"][0]["detail"].as_str().or(problem["detail"].as_str()).unwrap();
    assert!(detail.contains("granted") && detail.contains("requested"), "{problem}");
}
