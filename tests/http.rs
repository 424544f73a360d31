//! The HTTP interface, over a real socket: what it answers, and what it does with bad requests.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use jejak_api::{AppState, Config, serve};
use jejak_ledger::log::tile::decode_entries;
use jejak_ledger::log::{Checkpoint, Note, Record, Tree};
use jejak_ledger::store::{self, LedgerNumber, Table, keys};
use jejak_signer::Hash;
use reqwest::blocking::{Client, Response};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::acts::{grant, request};
use crate::harness::{World, audit_clean};

/// A server on a port of its own, over a world.
pub(crate) struct Served {
    pub(crate) world: World,
    pub(crate) client: Client,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Served {
    pub(crate) fn new() -> Self {
        Self::with(World::new(), Config::default())
    }

    pub(crate) fn with(world: World, config: Config) -> Self {
        let (stop, stopped) = oneshot::channel::<()>();
        let (ready, is_ready) = std::sync::mpsc::channel();
        let state = AppState::new(Arc::clone(world.ledgers()), config);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                ready.send(listener.local_addr().unwrap()).unwrap();
                let stop = async {
                    // The sender is dropped when the test fails: stop then too.
                    drop(stopped.await);
                };
                serve(listener, state, stop).await.unwrap();
            });
        });
        let address = is_ready.recv().unwrap();
        let client = Client::builder().timeout(Duration::from_secs(30)).build().unwrap();
        Self { world, client, address, stop: Some(stop), thread: Some(thread) }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn get(&self, path: &str) -> Response {
        self.client.get(self.url(path)).send().unwrap()
    }

    pub(crate) fn json(&self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().unwrap()
    }

    pub(crate) fn post(&self, statement: Vec<u8>) -> Response {
        self.post_to("/v1/61.07/events", "application/jose", statement)
    }

    pub(crate) fn post_to(&self, path: &str, media: &str, body: Vec<u8>) -> Response {
        let request = self.client.post(self.url(path)).header("content-type", media);
        request.body(body).send().unwrap()
    }

    /// The status and code of a problem, which has the shape of RFC 9457.
    pub(crate) fn problem(answer: Response) -> (u16, String, Value) {
        let status = answer.status().as_u16();
        let media = answer.headers()["content-type"].to_str().unwrap().to_owned();
        assert_eq!(media, "application/problem+json");
        let body: Value = answer.json().unwrap();
        assert_eq!(body["status"], status);
        for member in ["type", "title", "detail", "code", "request_id"] {
            assert!(body[member].is_string(), "{member} in {body}");
        }
        (status, body["code"].as_str().unwrap().to_owned(), body)
    }

    fn refusal(&self, statement: Vec<u8>) -> (u16, String, Value) {
        let before = self.world.ledger().published().size;
        let found = Self::problem(self.post(statement));
        assert_eq!(self.world.ledger().published().size, before);
        found
    }

    /// Sends bytes as they are and reads what comes until the server closes.
    fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream.write_all(bytes).unwrap();
        let mut answer = Vec::new();
        // A reset after the answer is an end like any other.
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
            && !std::thread::panicking()
        {
            panic!("the server panicked");
        }
    }
}

#[test]
fn a_new_event_is_created_and_a_repeat_gets_its_place() {
    let served = Served::new();
    let world = &served.world;
    let statement = world.sign(&world.dinkes, &request(world, &world.dinkes, "dinkes"));
    let first = served.post(statement.clone());
    assert_eq!(first.status(), 201);
    let first: Value = first.json().unwrap();
    assert_eq!(first["receipt"]["format"], "jejak-receipt/1");
    let again = served.post(statement.clone());
    assert_eq!(again.status(), 200);
    let again: Value = again.json().unwrap();
    assert_eq!(again["position"], first["position"]);

    let position = first["position"].as_u64().unwrap();
    let answer = served.get(&format!("/v1/61.07/events/{position}/statement"));
    assert_eq!(answer.headers()["content-type"], "application/jose");
    assert_eq!(answer.bytes().unwrap(), statement);
    let receipt = served.json(&format!("/v1/61.07/events/{position}/receipt"));
    assert_eq!(receipt["record"], first["receipt"]["record"]);
    let entry = served.json(&format!("/v1/61.07/events/{position}"));
    assert_eq!(entry["type"], "subdomain.requested");
    assert_eq!(entry["signer"]["agency"], "dinkes");
    assert_eq!(entry["statement_sha256"], Hash::of(&statement).to_string());
    world.audit();
}

#[test]
fn a_batch_answers_line_by_line_and_garbage_stops_nothing() {
    let served = Served::new();
    let world = &served.world;
    let good = world.sign(&world.dinkes, &request(world, &world.dinkes, "dinkes"));
    let lines = [good.clone(), b"garbage".to_vec(), Vec::new(), good];
    let answer = served.post_to("/v1/61.07/events/batch", "text/plain", lines.join(&b"\n"[..]));
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/x-ndjson");
    let text = answer.text().unwrap();
    let answers: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let statuses: Vec<_> = answers.iter().map(|answer| answer["status"].clone()).collect();
    assert_eq!(statuses, [201, 400, 400, 200]);
    let numbers: Vec<_> = answers.iter().map(|answer| answer["line"].clone()).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
    assert_eq!(answers[1]["code"], "malformed-jws");
    assert_eq!(answers[3]["position"], answers[0]["position"]);
}

#[test]
fn a_refusal_names_its_rule_in_the_callers_language() {
    let served = Served::new();
    let world = &served.world;
    let mut event = request(world, &world.dinkes, "dinkes");
    event["data"].as_object_mut().unwrap().remove("form");
    let (status, code, body) = served.refusal(world.sign(&world.dinkes, &event));
    assert_eq!((status, code.as_str()), (422, "content-invalid"));
    assert_eq!(body["rule"], "BKY.25.2");
    assert_eq!(body["errors"][0]["pointer"], "/data/form");
    assert!(body["detail"].as_str().unwrap().contains("formulir"), "{body}");

    let request = served.client.post(served.url("/v1/61.07/events"));
    let request =
        request.header("content-type", "application/jose").header("accept-language", "en");
    let (_, _, body) =
        Served::problem(request.body(world.sign(&world.dinkes, &event)).send().unwrap());
    assert!(body["detail"].as_str().unwrap().contains("form"), "{body}");
}

#[test]
fn each_kind_of_refusal_has_its_status() {
    let served = Served::new();
    let world = &served.world;
    let first = request(world, &world.dinkes, "dinkes");
    assert_eq!(served.post(world.sign(&world.dinkes, &first)).status(), 201);
    let mut reused = request(world, &world.dinkes, "dinkes2");
    reused["id"] = first["id"].clone();
    let (status, code, body) = served.refusal(world.sign(&world.dinkes, &reused));
    assert_eq!((status, code.as_str()), (409, "id-reused"));
    assert!(body["position"].is_u64(), "{body}");
    let mut stale = grant(world, "dinkes", "dinkes");
    stale["expectedversion"] = json!(7);
    let (status, code, _) = served.refusal(world.sign(&world.kominfo, &stale));
    assert_eq!((status, code.as_str()), (412, "version-mismatch"));
    let (status, code, _) = served.refusal(b"x.y.z".to_vec());
    assert_eq!((status, code.as_str()), (400, "malformed-jws"));
}

#[test]
fn what_is_not_there_is_not_found() {
    let served = Served::new();
    for (path, expected) in [
        ("/v1/99.99", "unknown-ledger"),
        ("/v1/99.99/checkpoint", "unknown-ledger"),
        ("/v1/61.07/events/9999", "unknown-position"),
        ("/v1/61.07/events/9999/receipt", "unknown-position"),
    ] {
        let (status, code, _) = Served::problem(served.get(path));
        assert_eq!((status, code.as_str()), (404, expected), "{path}");
    }
    for path in ["/v1/61.07/registers/nothing", "/v1/61.07/registers/subdomains/none.id", "/x"] {
        assert_eq!(Served::problem(served.get(path)).0, 404, "{path}");
    }
    let statement = vec![b'x'];
    let answer = served.post_to("/v1/99.99/events", "application/jose", statement);
    assert_eq!(Served::problem(answer).1, "unknown-ledger");
}

#[test]
fn requests_that_cannot_be_meant_are_refused_clearly() {
    let served = Served::new();
    for path in [
        "/v1/61.07/events?limit=0",
        "/v1/61.07/events?limit=1001",
        "/v1/61.07/events?wrong=1",
        "/v1/61.07/events?after=-1",
        "/v1/61.07/events?cursor=none",
        "/v1/61.07/registers/subdomains?as_of=yesterday",
        "/v1/61.07/events/abc",
    ] {
        let (status, code, _) = Served::problem(served.get(path));
        assert!((400..500).contains(&status), "{path}: {status} {code}");
    }
    let (_, code, _) = Served::problem(served.get("/v1/61.07/events?wrong=1"));
    assert_eq!(code, "unknown-parameter");
    let answer = served.post_to("/v1/61.07/events", "application/json", b"{}".to_vec());
    assert_eq!(Served::problem(answer).0, 415);
    let answer = served.client.delete(served.url("/v1/61.07/events")).send().unwrap();
    assert_eq!(Served::problem(answer).0, 405);
}

#[test]
fn a_body_too_large_is_refused_with_the_limit_announced_or_not() {
    let served = Served::new();
    let (status, code, body) = Served::problem(served.post(vec![b'a'; 65_536]));
    assert_eq!((status, code.as_str()), (413, "too-large"));
    assert!(body["detail"].as_str().unwrap().contains("65"), "{body}");
    // Without a length: chunks that go beyond the limit.
    let mut bytes = b"POST /v1/61.07/events HTTP/1.1\r\nhost: x\r\ncontent-type: application/jose\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    bytes.extend(b"11000\r\n");
    bytes.extend(vec![b'a'; 0x11000]);
    bytes.extend(b"\r\n0\r\n\r\n");
    let answer = served.raw(&bytes);
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert_eq!(served.get("/healthz").status(), 200);
}

#[test]
fn a_body_that_never_ends_is_given_up_and_others_are_served() {
    let config = Config::parse(
        "[server]\nbody_idle_ms = 200\nbody_total_ms = 400\nheader_read_ms = 300\n",
        "test.toml".as_ref(),
    )
    .unwrap();
    let served = Served::with(World::new(), config);
    let head = "POST /v1/61.07/events HTTP/1.1\r\nhost: x\r\ncontent-type: application/jose\r\ncontent-length: 1000\r\n\r\nabc";
    let mut slow = TcpStream::connect(served.address).unwrap();
    slow.write_all(head.as_bytes()).unwrap();
    assert_eq!(served.get("/v1/ledgers").status(), 200);
    let mut answer = String::new();
    slow.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let _ = slow.read_to_string(&mut answer);
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    // A body cut off in the middle records nothing and hurts nobody.
    let mut cut = TcpStream::connect(served.address).unwrap();
    cut.write_all(head.as_bytes()).unwrap();
    drop(cut);
    assert_eq!(served.get("/readyz").status(), 200);
    served.world.audit();
}

#[test]
fn room_for_a_body_is_reserved_before_it_is_read() {
    let mut world = World::new();
    world.reopen_with(&jejak_ledger::Settings { queue_bytes_max: 10, ..Default::default() });
    let served = Served::with(world, Config::default());
    let world = &served.world;
    let statement = world.sign(&world.dinkes, &request(world, &world.dinkes, "dinkes"));
    let answer = served.post(statement);
    assert!(answer.headers().contains_key("retry-after"));
    let (status, code, _) = Served::problem(answer);
    assert_eq!((status, code.as_str()), (503, "busy"));
}

#[test]
fn what_is_above_public_is_withheld() {
    let served = Served::new();
    let world = &served.world;
    let system = world.event(&world.dinkes, "system.registered", "system/simpus", json!({}));
    let system = example("system.registered", world, &system);
    assert_eq!(served.post(world.sign(&world.dinkes, &system)).status(), 201);
    let incident = example(
        "incident.reported",
        world,
        &world.event(&world.dinkes, "incident.reported", "incident/i-1", json!({})),
    );
    let answer = served.post(world.sign(&world.dinkes, &incident));
    let body: Value = answer.json().unwrap();
    assert!(body["position"].is_u64(), "{body}");
    let position = body["position"].as_u64().unwrap();

    let entry = served.json(&format!("/v1/61.07/events/{position}"));
    let mut names: Vec<_> = entry.as_object().unwrap().keys().cloned().collect();
    names.sort();
    assert_eq!(names, ["class", "position", "recorded_at", "withheld"]);
    assert_eq!((&entry["class"], &entry["withheld"]), (&json!("restricted"), &json!(true)));
    let answer = served.get(&format!("/v1/61.07/events/{position}/statement"));
    let (status, code, _) = Served::problem(answer);
    assert_eq!((status, code.as_str()), (403, "class-denied"));
    let rows = served.json("/v1/61.07/registers/incidents");
    assert_eq!(rows["rows"][0]["withheld"], json!(true));
    assert!(!rows.to_string().contains("simpus"), "{rows}");
    let listed = served.json(&format!("/v1/61.07/events?after={}", position - 1));
    assert_eq!(listed["events"][0]["withheld"], json!(true));
    let enrolment = served.json("/v1/61.07/events/0");
    assert_eq!(enrolment["withheld"], json!(true));
    let leaf = world.dinkes.thumbprint();
    let answer = served.get(&format!("/v1/61.07/certificates/{leaf}"));
    assert_eq!(Served::problem(answer).0, 403);
}

/// A statement may be lawfully removed: its record, its place and its proofs stay.
#[test]
fn a_statement_that_is_not_held_leaves_its_place_in_every_page() {
    let mut world = World::new();
    let asked = world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes")).position;
    world.accept(&world.kominfo, &grant(&world, "dinkes", "dinkes"));
    world.close();
    let db = world.path().join("db");
    let mark = db.join(store::DRILL_MARK);
    std::fs::write(&mark, b"").unwrap();
    let (ledger, table, key) = (LedgerNumber(1), Table::Statement, keys::statement(asked));
    store::drill_delete_row(&db, ledger, table, &key).unwrap();
    std::fs::remove_file(&mark).unwrap();
    world.reopen();
    let served = Served::with(world, Config::default());
    let page = served.json(&format!("/v1/61.07/events?after={}", asked.0 - 1));
    assert_eq!(page["events"][0]["position"], asked.0);
    assert_eq!(page["events"][0]["held"], json!(false));
    assert_eq!(page["events"][1]["type"], "subdomain.granted");
    let (status, code, _) = Served::problem(served.get(&format!("/v1/61.07/events/{}", asked.0)));
    assert_eq!((status, code.as_str()), (404, "not-held"));
    assert_eq!(served.get(&format!("/v1/61.07/events/{}/receipt", asked.0)).status(), 200);
    let row = served.json("/v1/61.07/registers/subdomains/dinkes.bengkayangkab.go.id");
    assert!(row.to_string().contains("granted"), "{row}");
}

#[test]
fn the_published_tiles_and_entries_make_the_checkpoint() {
    let served = Served::new();
    let world = &served.world;
    for number in 0..300 {
        let event = request(world, &world.dinkes, &format!("tile-{number}"));
        crate::harness::recorded(world.post(&world.dinkes, &event));
    }
    let note = served.get("/v1/61.07/checkpoint").bytes().unwrap();
    let checkpoint = Checkpoint::parse(Note::parse(&note).unwrap().text()).unwrap();
    let size = checkpoint.size();
    let mut tree = Tree::empty();
    for bundle in 0..=size / 256 {
        let width = (size - bundle * 256).min(256);
        let partial = if width == 256 { String::new() } else { format!(".p/{width}") };
        let path = format!("/v1/61.07/tile/entries/{bundle:03}{partial}");
        let bytes = served.get(&path).bytes().unwrap();
        let hashes = served.get(&format!("/v1/61.07/tile/0/{bundle:03}{partial}"));
        let hashes = hashes.bytes().unwrap();
        let entries = decode_entries(&bytes).unwrap();
        assert_eq!(u64::try_from(entries.len()).unwrap(), width);
        for (entry, hash) in entries.into_iter().zip(hashes.chunks(32)) {
            let leaf = Record::parse(entry).unwrap().leaf_hash();
            assert_eq!(leaf.as_ref(), hash);
            tree.push(leaf);
        }
    }
    assert_eq!(tree.root(), checkpoint.root());
    for path in ["tile/0/001", "tile/entries/002.p/1", "tile/1/000.p/2", "tile/8/000"] {
        assert_eq!(served.get(&format!("/v1/61.07/{path}")).status(), 404, "{path}");
    }
    assert_eq!(served.get("/v1/61.07/tile/1/000.p/1").bytes().unwrap().len(), 32);
}

#[test]
fn pages_of_events_and_registers_are_walked_to_their_end() {
    let served = Served::new();
    let world = &served.world;
    for number in 0..7 {
        let event = request(world, &world.dinkes, &format!("page-{number}"));
        crate::harness::recorded(world.post(&world.dinkes, &event));
    }
    let size = world.ledger().published().size;
    let mut positions = Vec::new();
    let mut next = "/v1/61.07/events?limit=3".to_owned();
    loop {
        let page = served.json(&next);
        let events = page["events"].as_array().unwrap();
        positions.extend(events.iter().map(|event| event["position"].as_u64().unwrap()));
        match page["next"].as_str() {
            Some(cursor) => next = format!("/v1/61.07/events?limit=3&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(positions, (0..size).collect::<Vec<_>>());
    let mut keys = Vec::new();
    let mut next = "/v1/61.07/registers/subdomains?limit=2".to_owned();
    loop {
        let page = served.json(&next);
        let rows = page["rows"].as_array().unwrap();
        keys.extend(rows.iter().map(|row| row["key"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(cursor) => {
                next = format!("/v1/61.07/registers/subdomains?limit=2&cursor={cursor}");
            }
            None => break,
        }
    }
    let expected: Vec<_> = (0..7).map(|n| format!("page-{n}.bengkayangkab.go.id")).collect();
    assert_eq!(keys, expected);
    let row = served.json("/v1/61.07/registers/subdomains/page-1.bengkayangkab.go.id");
    assert!(row.to_string().contains("requested"), "{row}");
}

#[test]
fn many_connections_at_once_leave_one_chain_and_a_receipt_each() {
    let served = Served::new();
    let world = &served.world;
    let statements: Vec<_> = (0..120)
        .map(|number| {
            let event = request(world, &world.dinkes, &format!("c-{number}"));
            world.sign(&world.dinkes, &event)
        })
        .collect();
    std::thread::scope(|scope| {
        for part in statements.chunks(15) {
            let served = &served;
            scope.spawn(move || {
                for statement in part {
                    assert_eq!(served.post(statement.clone()).status(), 201);
                }
            });
        }
    });
    audit_clean(&world.ledger());
}

/// The example of the type, with the attributes of `event`.
fn example(kind: &str, world: &World, event: &Value) -> Value {
    let path = crate::harness::file(&format!("../ledger/rulesets/examples/{kind}.json"));
    let mut example: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    for name in ["id", "source", "time", "ledger"] {
        example[name] = event[name].clone();
    }
    if kind == "incident.reported" {
        example["data"]["detected_at"] = json!(crate::harness::rfc3339(world.clock.seconds() - 60));
    }
    example
}
