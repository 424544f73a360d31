//! What the server logs: a line for each request, and never a payload, a token, a query or a key.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use jejak_api::SystemClock;
use jejak_api::tokens::Token;
use jejak_ledger::Clock as _;
use jejak_ledger::log::Micros;
use jejak_ledger::rules::Class;
use reqwest::blocking::Client;
use serde_json::{Value, json};

use crate::acts::request;
use crate::harness::{DAY_S, World};
use crate::process::Process;
use crate::tokens;

const CANARY: &str = "kenari-rahasia-7f3a";

fn serving(world: &World, filter: &str) -> Process {
    let text =
        format!("[log]\nformat = \"json\"\nfilter = \"{filter}\"\n[server]\nbody_idle_ms = 100\n");
    fs::write(world.path().join("jejak.toml"), text).unwrap();
    Process::start(world)
}

/// The lines that are JSON, which are all but what the command says before it logs.
fn lines(said: &[String]) -> Vec<Value> {
    let logged = said.iter().filter(|line| !line.starts_with("melayani "));
    logged.map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect()
}

fn real_world() -> World {
    World::at(SystemClock.now().0 / 1_000_000)
}

/// The text of a token that opens everything.
fn reader(world: &World) -> String {
    let micros = |seconds: u64| Micros(seconds * 1_000_000);
    let now = world.clock.seconds();
    let given = tokens::token("r-1", Class::Restricted);
    let given = Token { created: micros(now), expires: micros(now + DAY_S), ..given };
    tokens::give(&world.path(), given).reveal().to_owned()
}

#[test]
fn no_log_line_holds_a_payload_a_token_a_query_or_a_key() {
    let mut world = real_world();
    let mut with_canary = request(&world, &world.dinkes, "dinkes");
    with_canary["data"]["letter"]["name"] = format!("{CANARY}.pdf").into();
    let accepted = world.sign(&world.dinkes, &with_canary);
    // Each refused for another reason, each with a canary in it.
    let mut refused =
        vec![CANARY.as_bytes().to_vec(), [accepted.as_slice(), CANARY.as_bytes()].concat()];
    for (member, value) in [
        ("id", json!(format!("{CANARY} not an id"))),
        ("type", json!(CANARY)),
        ("subject", json!(format!("subdomain/{CANARY}"))),
        ("source", json!(format!("agency/{CANARY}"))),
        ("time", json!(CANARY)),
        ("ledger", json!(CANARY)),
        ("office", json!(format!("role/{CANARY}"))),
        ("data", json!({CANARY: CANARY})),
        (CANARY, json!(CANARY)),
    ] {
        let mut event = request(&world, &world.dinkes, "simpus");
        event[member] = value;
        refused
            .push(world.dinkes.sign_anything(event.to_string().as_bytes(), world.clock.seconds()));
    }
    world.close();
    let secret = reader(&world);
    let server = serving(&world, "trace");
    let client = Client::builder().timeout(Duration::from_secs(30)).build().unwrap();
    let url = |path: &str| format!("{}{path}", server.base);
    let with_secrets = |request: reqwest::blocking::RequestBuilder| {
        let token = format!("Bearer {secret}");
        let request =
            request.header("authorization", token).header("cookie", format!("a={CANARY}"));
        request.header("x-canary", CANARY).send().unwrap()
    };
    let post = |path: &str, media: &str, body: Vec<u8>| {
        with_secrets(client.post(url(path)).header("content-type", media).body(body))
            .status()
            .as_u16()
    };
    assert_eq!(post("/v1/61.07/events", "application/jose", accepted.clone()), 201);
    assert_eq!(post("/v1/61.07/events", "application/jose", accepted), 200);
    for statement in &refused {
        let status = post("/v1/61.07/events", "application/jose", statement.clone());
        assert!((400..500).contains(&status), "{status}");
    }
    let batch = refused.join(&b'\n');
    assert_eq!(post("/v1/61.07/events/batch", "text/plain", batch), 200);
    assert_eq!(post("/v1/61.07/events", CANARY, CANARY.into()), 415);
    for (path, status) in [
        (format!("/{CANARY}"), 404),
        (format!("/v1/{CANARY}/checkpoint"), 404),
        (format!("/healthz?{CANARY}={CANARY}"), 400),
        (format!("/v1/61.07/events?cursor={CANARY}"), 400),
        (format!("/v1/61.07/events/{CANARY}"), 400),
        (format!("/v1/61.07/registers/{CANARY}"), 404),
        (format!("/v1/61.07/registers/subdomains/{CANARY}"), 404),
        (format!("/v1/61.07/registers/subdomains?as_of={CANARY}"), 400),
        (format!("/v1/61.07/certificates/{CANARY}"), 400),
        (format!("/v1/61.07/tile/0/{CANARY}"), 404),
    ] {
        assert_eq!(with_secrets(client.get(url(&path))).status(), status, "{path}");
    }
    let wrong = client.get(url("/v1/61.07/events")).bearer_auth(CANARY).send().unwrap();
    assert_eq!(wrong.status(), 401);
    // What the HTTP layer itself cannot read, and uploads that are cut off or never end.
    let head = "POST /v1/61.07/events HTTP/1.1\r\nhost: x\r\ncontent-type: application/jose\r\ncontent-length: 9999\r\n\r\n";
    for raw in [
        format!("{CANARY}\r\n\r\n"),
        format!("GET /{CANARY} HTTP/1.1\r\n{CANARY}\r\n\r\n"),
        format!("{head}{CANARY}"),
    ] {
        let mut stream = TcpStream::connect(server.base.strip_prefix("http://").unwrap()).unwrap();
        stream.write_all(raw.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    let (code, said) = server.end();
    assert_eq!(code, Some(0));
    assert!(lines(&said).len() > refused.len(), "it logged");
    let leaks = |line: &&String| line.contains(&secret) || line.to_lowercase().contains(CANARY);
    let leaks: Vec<_> = said.iter().filter(leaks).collect();
    assert!(leaks.is_empty(), "{leaks:#?}");
}

#[test]
fn each_request_has_a_line_with_its_id_route_status_size_and_time() {
    let mut world = real_world();
    world.close();
    let server = serving(&world, "info");
    let client = Client::new();
    let get = |path: &str, id: &str| {
        let asked = client.get(format!("{}{path}", server.base)).header("x-request-id", id);
        let answer = asked.send().unwrap();
        let given = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        (given, answer.bytes().unwrap().len())
    };
    let (kept, length) = get("/v1/61.07/registers/subdomains/tidak.ada", "permintaan-1");
    assert_eq!(kept, "permintaan-1");
    let (made, _) = get("/v1/61.07/checkpoint", "not fit for a log");
    assert_ne!(made, "not fit for a log");
    let (code, said) = server.end();
    assert_eq!(code, Some(0));
    let line = |id: &str| {
        let lines = lines(&said).into_iter().filter(|line| line["span"]["request_id"] == id);
        let lines: Vec<_> = lines.collect();
        assert_eq!(lines.len(), 1, "{id}: {lines:#?}");
        lines[0].clone()
    };
    let refused = line(&kept);
    assert_eq!(refused["status"], 404);
    assert_eq!(refused["code"], "unknown-row");
    assert_eq!(refused["bytes"], length);
    assert_eq!(refused["span"]["method"], "GET");
    assert_eq!(refused["span"]["route"], "/v1/{ledger}/registers/{register}/{*key}");
    assert_eq!(refused["span"]["ledger"], "61.07");
    assert!(refused["duration_ms"].as_f64().unwrap() > 0.0);
    assert!(refused["timestamp"].is_string() && refused["level"] == "INFO");
    assert_eq!(line(&made)["status"], 200);
}
