//! What a connection may do to the server and what the server owes it: limits that are met are named, slow and cut
//! bodies are told so, a stop finishes what began, and nothing confidential leaves through a side door.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::thread::sleep;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jejak_ledger::log::merkle::{verify_consistency, verify_inclusion};
use jejak_ledger::log::{Position, Tree};
use jejak_signer::Hash;
use serde_json::{Value, json};

use crate::acts::request;
use crate::harness::{START_S, World, rfc3339};
use crate::server::{JOSE, LINES, Server, is_problem};

const EVENTS: &str = "/v1/61.07/events";
const BATCH: &str = "/v1/61.07/events/batch";

#[test]
fn limits_are_named_when_they_are_met() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let mebibytes = |count: usize| vec![b'x'; count << 20];
    for body in [vec![b'x'; 65_536], mebibytes(20)] {
        let response = server.post(EVENTS, JOSE, body);
        assert_eq!(response.status(), 413);
        let told: Value = response.json().unwrap();
        assert_eq!((&told["limit"], &told["max"]), (&"statement_bytes".into(), &65_535.into()));
    }
    // Without an announced length the limit is met while the body streams.
    let streamed = reqwest::blocking::Body::new(std::io::repeat(b'x').take(5 << 20));
    is_problem(server.post(EVENTS, JOSE, streamed), 413, "too-large");
    is_problem(server.post(BATCH, LINES, ""), 400, "empty-batch");
    // An early answer reaches a caller who is still sending.
    is_problem(server.post("/v1/nowhere/events", JOSE, mebibytes(20)), 404, "unknown-ledger");
    assert!(world.ledgers().reserve(world.ledgers().settings().queue_bytes_max).is_some());
}

#[test]
fn a_body_that_is_slow_or_cut_off_is_told_so_and_records_nothing() {
    let world = World::new();
    let server = Server::configured(world.ledgers(), |config| {
        config.server.body_idle_ms = 200;
        config.server.body_total_ms = 600;
        config.server.header_read_ms = 200;
    });
    let head = "POST /v1/61.07/events HTTP/1.1\r\nhost: x\r\ncontent-type: application/jose\r\n";
    let started = format!("{head}content-length: 100\r\n\r\nabc");

    let idle = server.raw(started.as_bytes(), |_| {});
    assert!(idle.starts_with("HTTP/1.1 408 ") && idle.contains("body-timeout"), "{idle}");
    let dribbled = server.raw(started.as_bytes(), |stream| {
        while stream.write_all(b"x").is_ok() {
            sleep(Duration::from_millis(100));
        }
    });
    assert!(dribbled.is_empty() || dribbled.starts_with("HTTP/1.1 408 "), "{dribbled}");
    let cut = server.raw(started.as_bytes(), |stream| stream.shutdown(Shutdown::Write).unwrap());
    assert!(cut.starts_with("HTTP/1.1 400 ") && cut.contains("body-truncated"), "{cut}");
    let chunked = format!("{head}transfer-encoding: chunked\r\n\r\nzz\r\n");
    let broken = server.raw(chunked.as_bytes(), |_| {});
    assert!(broken.starts_with("HTTP/1.1 400 ") && broken.contains("body-truncated"), "{broken}");
    // A head that does not end, and a connection that says nothing, are closed.
    assert_eq!(server.raw(b"GET /healthz HT", |_| {}), "");
    let began = Instant::now();
    server.raw(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n", |_| {});
    assert!(began.elapsed() < Duration::from_secs(5));
    assert_eq!(world.ledger().published().size, 4);
}

#[test]
fn registers_are_read_as_of_any_position() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let position =
        world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes")).position.0;
    let register = "/v1/61.07/registers/subdomains";
    let page = server.json(register);
    assert_eq!(page["as_of"]["position"], position);
    assert_eq!(page["rows"][0]["key"], "dinkes.bengkayangkab.go.id");
    assert_eq!(page["rows"][0]["position"], position);
    let before = server.json(&format!("{register}?as_of={}", position - 1));
    assert_eq!(before["rows"], Value::Array(vec![]));
    let key = format!("{register}/dinkes.bengkayangkab.go.id");
    assert_eq!(server.json(&key)["row"]["state"], page["rows"][0]["state"]);
    is_problem(server.get(&format!("{key}?as_of={}", position - 1)), 404, "unknown-row");
    is_problem(server.get(&format!("{register}?as_of=99999")), 404, "unknown-position");
    is_problem(
        server.get(&format!("{register}?as_of=2020-01-01T00:00:00Z")),
        404,
        "unknown-position",
    );
    is_problem(server.get(&format!("{register}?as_of=kemarin")), 400, "invalid-parameter");
    is_problem(server.get("/v1/61.07/registers/nothing"), 404, "unknown-register");
}

#[test]
fn a_confidential_row_shows_no_key_not_even_inside_a_cursor() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    for number in ["2026-0001", "2026-0002", "2026-0003"] {
        let data = json!({
            "secured": "Kata sandi diganti.",
            "secured_at": rfc3339(START_S),
        });
        let subject = format!("incident/{number}");
        let secured = world.event(&world.dinkes, "incident.data_secured", &subject, data);
        world.accept(&world.dinkes, &secured);
    }
    let register = "/v1/61.07/registers/incidents";
    let mut rows = 0;
    let mut next = Some(String::new());
    while let Some(cursor) = next {
        let page = server.json(&format!("{register}?limit=1{cursor}"));
        let row = &page["rows"][0];
        assert_eq!((&row["withheld"], &row["class"]), (&true.into(), &"restricted".into()));
        assert_eq!(row.as_object().unwrap().len(), 4, "{row}");
        rows += 1;
        next = page["next"].as_str().map(|cursor| {
            let inside = URL_SAFE_NO_PAD.decode(cursor).unwrap();
            let inside = String::from_utf8_lossy(&inside);
            assert!(!inside.contains("2026-000"), "{inside}");
            format!("&cursor={cursor}")
        });
    }
    assert_eq!(rows, 3);
    // Nor does asking for a guessed key tell whether it is there.
    let told = |number: &str| {
        let answer = server.request("GET", &format!("{register}/{number}"));
        let answer = answer.header("x-request-id", "same").send().unwrap();
        let mut headers = answer.headers().clone();
        headers.remove("date");
        (answer.status().as_u16(), headers, answer.text().unwrap())
    };
    assert_eq!(told("2026-0001"), told("2026-9999"));
    is_problem(server.get(&format!("{register}/2026-0001")), 404, "unknown-row");
}

#[test]
fn proofs_between_any_two_sizes_verify() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    for label in ["dinkes", "simpus", "antrean"] {
        world.accept(&world.dinkes, &request(&world, &world.dinkes, label));
    }
    let view = world.ledger().view();
    let leaves: Vec<_> = (0..view.size())
        .map(|position| view.record(Position(position)).unwrap().unwrap().leaf_hash())
        .collect();
    let mut tree = Tree::empty();
    let mut roots = vec![tree.root()];
    for leaf in &leaves {
        tree.push(*leaf);
        roots.push(tree.root());
    }
    let numbered = || (0_u64..).zip(&roots).skip(1);
    for (size, root) in numbered() {
        for (position, leaf) in (0..size).zip(&leaves) {
            let proof = server.json(&inclusion(position, size));
            assert_eq!((&proof["position"], &proof["size"]), (&position.into(), &size.into()));
            verify_inclusion(leaf, position, size, &hashes(&proof), root).unwrap();
        }
        for (from, from_root) in numbered().take_while(|(from, _)| *from <= size) {
            let proof = server.json(&consistency(from, size));
            assert_eq!((&proof["from"], &proof["to"]), (&from.into(), &size.into()));
            verify_consistency(from, size, &hashes(&proof), from_root, root).unwrap();
        }
    }
    let head = view.size();
    let beyond = server.get(&inclusion(0, head + 1));
    let told: Value = beyond.json().unwrap();
    assert_eq!((&told["code"], &told["size"]), (&"unknown-size".into(), &head.into()));
    is_problem(server.get(&consistency(1, head + 1)), 404, "unknown-size");
    is_problem(server.get(&consistency(head + 2, head + 1)), 404, "unknown-size");
    for wrong in [
        inclusion(head, head),
        inclusion(0, 0),
        consistency(0, head),
        consistency(3, 2),
        format!("{PROOF}/inclusion?position=1"),
        format!("{PROOF}/inclusion"),
        format!("{PROOF}/consistency?from=1"),
        format!("{PROOF}/consistency?from=01&to=2"),
    ] {
        is_problem(server.get(&wrong), 400, "invalid-parameter");
    }
    is_problem(server.get(&format!("{PROOF}/inclusion?leaf=0")), 400, "unknown-parameter");
}

const PROOF: &str = "/v1/61.07/proof";

fn inclusion(position: u64, size: u64) -> String {
    format!("{PROOF}/inclusion?position={position}&size={size}")
}

fn consistency(from: u64, to: u64) -> String {
    format!("{PROOF}/consistency?from={from}&to={to}")
}

fn hashes(proof: &Value) -> Vec<Hash> {
    let texts = proof["hashes"].as_array().unwrap().iter().map(|text| text.as_str().unwrap());
    texts.map(|text| Hash::try_from(STANDARD.decode(text).unwrap().as_slice()).unwrap()).collect()
}

/// RFC 9110, 8.6: the answer to HEAD announces the length that GET would have, or none. It once announced 0, because
/// the body was taken off before the length was.
#[test]
fn head_announces_the_length_of_get() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let at = world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes")).position.0;
    let leaf = world.dinkes.thumbprint();
    let entry = format!("{EVENTS}/{at}");
    for (path, status) in [
        ("/healthz".to_owned(), 200),
        ("/readyz".to_owned(), 200),
        ("/version".to_owned(), 200),
        ("/v1/ledgers".to_owned(), 200),
        ("/v1/61.07".to_owned(), 200),
        (EVENTS.to_owned(), 200),
        (entry.clone(), 200),
        (format!("{entry}/statement"), 200),
        (format!("{entry}/receipt"), 200),
        ("/v1/61.07/checkpoint".to_owned(), 200),
        (format!("/v1/61.07/tile/0/000.p/{}", at + 1), 200),
        (inclusion(at, at + 1), 200),
        (consistency(1, at + 1), 200),
        (format!("/v1/61.07/certificates/{leaf}"), 403),
        ("/v1/61.07/registers".to_owned(), 200),
        ("/v1/61.07/registers/subdomains".to_owned(), 200),
        ("/v1/61.07/registers/subdomains/dinkes.bengkayangkab.go.id".to_owned(), 200),
        ("/v1/61.07/registers/subdomains/none.id".to_owned(), 404),
        (format!("{EVENTS}/batch"), 405),
        ("/nothing".to_owned(), 404),
    ] {
        let send = |method: &str| {
            let request = server.request(method, &path).header("x-request-id", "same");
            request.send().unwrap()
        };
        let (got, head) = (send("GET"), send("HEAD"));
        assert_eq!((got.status().as_u16(), head.status().as_u16()), (status, status), "{path}");
        let announced = head.headers()["content-length"].to_str().unwrap().to_owned();
        assert_eq!(got.headers()["content-length"], announced.as_str(), "{path}");
        assert_eq!(got.bytes().unwrap().len().to_string(), announced, "{path}");
        assert_eq!(head.bytes().unwrap().len(), 0, "{path}");
    }
    // What the caller holds is not sent, and no other length is announced for it.
    let path = format!("{entry}/statement");
    let length = server.get(&path).headers()["content-length"].clone();
    for method in ["GET", "HEAD"] {
        let held = server.request(method, &path).header("if-none-match", "*").send().unwrap();
        assert_eq!(held.status(), 304);
        let announced = held.headers().get("content-length");
        assert!(announced.is_none_or(|announced| *announced == length), "{announced:?}");
        assert_eq!(held.bytes().unwrap().len(), 0);
    }
}

#[test]
fn what_never_changes_is_not_sent_twice() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let at = world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes")).position.0;
    let path = format!("{EVENTS}/{at}/statement");
    let tag = server.get(&path).headers()["etag"].clone();
    let held = server.request("GET", &path).header("if-none-match", &tag).send().unwrap();
    assert_eq!(held.status(), 304);
    assert_eq!(held.headers()["etag"], tag);
    assert_eq!(held.bytes().unwrap().len(), 0);
}

#[test]
fn wrong_requests_are_told_what_is_wrong() {
    let world = World::opened();
    let server = Server::start(world.ledgers());
    is_problem(server.get("/"), 404, "unknown-route");
    is_problem(server.get("/v1/99.99"), 404, "unknown-ledger");
    is_problem(server.get("/v1/99.99/checkpoint"), 404, "unknown-ledger");
    is_problem(server.get(&format!("{EVENTS}/1")), 404, "unknown-position");
    for position in ["01", "-1", "x", "99999999999999999999"] {
        is_problem(server.get(&format!("{EVENTS}/{position}")), 400, "invalid-parameter");
    }
    is_problem(server.get("/healthz?verbose=1"), 400, "unknown-parameter");
    is_problem(server.get(&format!("{EVENTS}?limit=1001")), 400, "invalid-parameter");
    is_problem(server.get(&format!("{EVENTS}?limit=1&limit=1")), 400, "invalid-parameter");
    is_problem(server.get(&format!("{EVENTS}?cursor=bm8")), 400, "invalid-parameter");
    is_problem(server.get("/v1/61.07/certificates/zz"), 400, "invalid-parameter");
    // What is only to be tried must not become the real thing, however it is misspelt.
    is_problem(server.post(&format!("{EVENTS}?dryrun=true"), JOSE, "x"), 400, "unknown-parameter");
    is_problem(server.post(&format!("{EVENTS}?dry_run=1"), JOSE, "x"), 400, "invalid-parameter");
    is_problem(server.post(EVENTS, "application/json", "{}"), 415, "wrong-media-type");
    is_problem(server.post(BATCH, JOSE, "x"), 415, "wrong-media-type");
    let zipped = server.request("POST", EVENTS).header("content-type", JOSE);
    let zipped = zipped.header("content-encoding", "gzip").body("x").send().unwrap();
    is_problem(zipped, 415, "wrong-media-type");
    let deleted = server.request("DELETE", EVENTS).send().unwrap();
    assert_eq!(deleted.headers()["allow"], "GET,HEAD,POST");
    is_problem(deleted, 405, "method-not-allowed");
    let head = server.request("HEAD", "/v1/61.07").send().unwrap();
    assert_eq!((head.status().as_u16(), head.bytes().unwrap().len()), (200, 0));
}

#[test]
fn a_server_that_is_told_to_stop_finishes_what_it_began() {
    let mut world = World::new();
    let mut server = Server::start(world.ledgers());
    assert_eq!(server.json("/readyz")["status"], "ready");
    let statement = world.sign(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    let (start, rest) = statement.split_at(10);
    let mut slow = server.connect();
    let head = format!(
        "POST {EVENTS} HTTP/1.1\r\nhost: x\r\ncontent-type: {JOSE}\r\ncontent-length: {}\r\n\r\n",
        statement.len()
    );
    slow.write_all(head.as_bytes()).unwrap();
    slow.write_all(start).unwrap();
    sleep(Duration::from_millis(100));
    let stopping = std::thread::spawn(move || server.stop());
    sleep(Duration::from_millis(100));
    slow.write_all(rest).unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    stopping.join().unwrap();
    let size = world.ledger().published().size;
    world.reopen();
    assert_eq!(world.ledger().published().size, size);
    world.audit();
}
