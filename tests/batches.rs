//! A batch streams both ways: lines are decided while more arrive, answers come in order while more is sent, and neither
//! side's memory grows with it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use reqwest::blocking::Response;
use serde_json::Value;

use crate::acts::request;
use crate::harness::World;
use crate::server::{JOSE, LINES, Server, is_problem};

const BATCH: &str = "/v1/61.07/events/batch";

/// A batch whose sender and reader are the test.
struct Streamed {
    reader: BufReader<TcpStream>,
}

impl Streamed {
    fn open(server: &Server) -> Self {
        Self::begin(server, "POST", BATCH, LINES, "accept-language: en\r\n")
    }

    /// A batch that comes through a proxy, from `address`.
    fn from(server: &Server, address: &str) -> Self {
        let header = format!("x-forwarded-for: {address}\r\n");
        Self::begin(server, "POST", BATCH, LINES, &header)
    }

    /// A request from `address` whose body does not come. Returns when the server waits for it.
    fn held(
        server: &Server,
        (method, path, media_type): (&str, &str, &str),
        address: &str,
    ) -> Self {
        let header = format!("x-forwarded-for: {address}\r\nexpect: 100-continue\r\n");
        let mut held = Self::begin(server, method, path, media_type, &header);
        assert_eq!(held.head(), 100);
        held
    }

    fn begin(server: &Server, method: &str, path: &str, media_type: &str, headers: &str) -> Self {
        let mut stream = server.connect();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: x\r\ncontent-type: {media_type}\r\n{headers}\
             transfer-encoding: chunked\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        Self { reader: BufReader::new(stream) }
    }

    fn send(&mut self, bytes: &[u8]) {
        let chunk = [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
        self.reader.get_mut().write_all(&chunk).unwrap();
    }

    fn finish(&mut self) {
        self.reader.get_mut().write_all(b"0\r\n\r\n").unwrap();
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.reader.read_line(&mut line).unwrap();
        line
    }

    /// The status of the response.
    fn head(&mut self) -> u16 {
        let status = self.line()[9..12].parse().unwrap();
        while self.line() != "\r\n" {}
        status
    }

    /// The next answer: chunks hold whole lines.
    fn answers(&mut self) -> Vec<Value> {
        let length = usize::from_str_radix(self.line().trim(), 16).unwrap();
        let mut chunk = vec![0; length + 2];
        self.reader.read_exact(&mut chunk).unwrap();
        let text = String::from_utf8(chunk).unwrap();
        text.lines()
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

fn statement(world: &World, label: &str) -> Vec<u8> {
    world.sign(&world.dinkes, &request(world, &world.dinkes, label))
}

fn lines_of(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_line_is_answered_while_the_batch_is_still_being_sent() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let mut batch = Streamed::open(&server);
    let first = statement(&world, "dinkes");
    batch.send(&[&first[..], b"\n"].concat());
    assert_eq!(batch.head(), 200);
    let [answer] = batch.answers().try_into().unwrap();
    assert_eq!((&answer["line"], &answer["status"]), (&1.into(), &201.into()));
    assert!(answer["receipt"]["proof"].is_string());
    // Half a line is no line; the rest makes it one.
    let second = statement(&world, "simpus");
    let (start, rest) = second.split_at(20);
    batch.send(start);
    batch.send(rest);
    batch.send(b"\n");
    let [answer] = batch.answers().try_into().unwrap();
    assert_eq!((&answer["line"], &answer["status"]), (&2.into(), &201.into()));
    batch.send(&first);
    batch.finish();
    let [answer] = batch.answers().try_into().unwrap();
    assert_eq!((&answer["line"], &answer["status"]), (&3.into(), &200.into()));
    assert_eq!(batch.answers(), Vec::<Value>::new());
    world.audit();
}

#[test]
fn a_batch_has_no_bound_unless_the_operator_sets_one() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    // Above what one batch could hold once, in lines and in bytes, by a client that reads nothing before all is sent.
    let good = statement(&world, "dinkes");
    let mut body = b"x\n".repeat(5_000);
    body.extend([&good[..], b"\n"].concat());
    body.extend(vec![b'x'; 9 << 20]);
    let answer = server.post(BATCH, LINES, body);
    assert_eq!(answer.status(), 200);
    let answers = lines_of(&answer.text().unwrap());
    assert_eq!(answers.len(), 5_002);
    let number = |line: &Value| line["line"].as_u64().unwrap();
    assert!(answers.iter().map(number).eq(1..=5_002));
    assert!(answers[..5_000].iter().all(|answer| answer["code"] == "malformed-jws"));
    assert_eq!(answers[5_000]["status"], 201);
    assert_eq!(
        (&answers[5_001]["code"], &answers[5_001]["limit"]),
        (&"too-large".into(), &"statement_bytes".into())
    );
    assert!(world.ledgers().reserve(world.ledgers().settings().queue_bytes_max).is_some());

    let bounded = Server::configured(world.ledgers(), |config| {
        config.limits.batch_bytes_max = 1 << 20;
        config.limits.batch_lines_max = 100;
    });
    is_problem(bounded.post(BATCH, LINES, vec![b'x'; 2 << 20]), 413, "too-large");
    let answers = lines_of(&bounded.post(BATCH, LINES, "x\n".repeat(101)).text().unwrap());
    assert_eq!(answers.len(), 101);
    let last = &answers[100];
    assert_eq!((&last["status"], &last["code"]), (&413.into(), &"too-large".into()));
    assert_eq!((&last["limit"], &last["max"]), (&"batch_lines".into(), &100.into()));
    assert_eq!((&last["lines"], &last["line"]), (&100.into(), &Value::Null));
}

#[test]
fn a_batch_that_breaks_off_ends_with_a_line_that_says_so() {
    let world = World::new();
    let server = Server::configured(world.ledgers(), |config| config.server.body_idle_ms = 300);
    let good = statement(&world, "dinkes");
    // Cut off: the line that was not ended is no line, however much of it came.
    let mut cut = Streamed::open(&server);
    cut.send(&[&good[..], b"\n", &statement(&world, "simpus")].concat());
    cut.reader.get_ref().shutdown(Shutdown::Write).unwrap();
    assert_eq!(cut.head(), 200);
    let mut answers = cut.answers();
    answers.extend(if answers.len() < 2 { cut.answers() } else { Vec::new() });
    assert_eq!((&answers[0]["line"], &answers[0]["status"]), (&1.into(), &201.into()));
    assert_eq!((&answers[1]["code"], &answers[1]["lines"]), (&"body-truncated".into(), &1.into()));
    assert!(answers[1]["detail"].as_str().unwrap().contains("after the answers to 1 lines"));

    let mut silent = Streamed::open(&server);
    silent.send(&[&good[..], b"\n"].concat());
    assert_eq!(silent.head(), 200);
    let mut answers = silent.answers();
    answers.extend(silent.answers());
    assert_eq!(answers[0]["status"], 200);
    assert_eq!((&answers[1]["code"], &answers[1]["lines"]), (&"body-timeout".into(), &1.into()));
    // Before anything was answered, the request as a whole is.
    let mut nothing = Streamed::open(&server);
    nothing.send(b"abc");
    assert_eq!(nothing.head(), 408);
    assert_eq!(world.ledger().published().size, 5);
    world.audit();
}

#[test]
fn who_does_not_take_his_answers_is_not_read_on_and_others_are_served() {
    let world = World::new();
    let server = Server::configured(world.ledgers(), |config| {
        config.limits.batch_waiting_lines_max = 64;
        config.limits.batch_waiting_bytes_max = 65_536;
        config.server.write_stall_ms = 500;
        config.server.body_idle_ms = 60_000;
    });
    let mut deaf = Streamed::open(&server);
    deaf.reader.get_ref().set_write_timeout(Some(Duration::from_secs(20))).unwrap();
    let garbage = b"x\n".repeat(8_192);
    let chunk = [format!("{:x}\r\n", garbage.len()).as_bytes(), &garbage, b"\r\n"].concat();
    // Far more than all buffers on the way hold: only a server that gives him up ends this.
    let sent = (0..100_000).take_while(|_| deaf.reader.get_mut().write_all(&chunk).is_ok()).count();
    assert!(sent < 20_000, "{sent} chunks were taken");
    let single = statement(&world, "dinkes");
    assert_eq!(server.post("/v1/61.07/events", JOSE, single).status(), 201);
    world.audit();
}

#[test]
fn only_so_many_batches_stream_at_one_time() {
    let world = World::new();
    let server = Server::configured(world.ledgers(), |config| config.limits.batches_max = 1);
    let mut first = Streamed::open(&server);
    first.send(b"x\n");
    assert_eq!(first.head(), 200);
    is_full(server.post(BATCH, LINES, "x\n"), 503, "busy", ("batches_max", 1));
    first.finish();
    while !first.answers().is_empty() {}
    // Its place is free again, at the latest when its connection is.
    drop(first);
    let next = (0..1_000).map(|_| server.post(BATCH, LINES, "x\n").status().as_u16());
    assert!(next.into_iter().any(|status| status == 200));
}

/// The same request from `address`, through a proxy.
fn post_from(
    server: &Server,
    path: &str,
    media_type: &str,
    body: &[u8],
    address: &str,
) -> Response {
    let request = server.request("POST", path).header("content-type", media_type);
    request.header("x-forwarded-for", address).body(body.to_vec()).send().unwrap()
}

#[track_caller]
fn is_full(answer: Response, status: u16, code: &str, (limit, max): (&str, u64)) {
    assert_eq!(answer.status(), status);
    assert!(answer.headers().contains_key("retry-after"));
    let told: Value = answer.json().unwrap();
    assert_eq!(told["code"], code, "{told}");
    assert_eq!((&told["limit"], &told["max"]), (&limit.into(), &max.into()));
}

/// Sixteen slow connections of one address, none of which ever sent a signed line, kept all others out.
#[test]
fn one_address_cannot_keep_the_batches_of_others_out() {
    let world = World::new();
    let server = Server::configured(world.ledgers(), |config| {
        config.quotas.proxies = vec!["127.0.0.1".parse().unwrap()];
        config.limits.batches_max = 3;
        config.limits.caller_batches_max = 2;
    });
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut batch = Streamed::from(&server, "192.0.2.1");
        batch.send(b"x\n");
        assert_eq!(batch.head(), 200);
        held.push(batch);
    }
    let from = |address| post_from(&server, BATCH, LINES, b"x\n", address);
    is_full(from("192.0.2.1"), 429, "share-full", ("caller_batches_max", 2));
    // The addresses of one network of IPv6 are one caller.
    let mut third = Streamed::from(&server, "2001:db8::1");
    third.send(b"x\n");
    assert_eq!(third.head(), 200);
    is_full(from("2001:db8::2"), 503, "busy", ("batches_max", 3));
}

#[test]
fn a_batch_of_which_nothing_is_recorded_makes_room_for_another() {
    let world = World::new();
    let server = Server::configured(world.ledgers(), |config| {
        config.limits.batches_max = 1;
        config.limits.batch_fruitless_ms = 0;
    });
    let mut first = Streamed::open(&server);
    first.send(b"x\n");
    assert_eq!(first.head(), 200);
    assert_eq!(first.answers()[0]["code"], "malformed-jws");
    let single = [&statement(&world, "dinkes")[..], b"\n"].concat();
    assert_eq!(server.post(BATCH, LINES, single).status(), 200);
    // It is told why, and that its answers stand.
    let [last] = first.answers().try_into().unwrap();
    assert_eq!((&last["status"], &last["code"]), (&503.into(), &"busy".into()));
    assert_eq!((&last["lines"], &last["line"]), (&1.into(), &Value::Null));
    assert_eq!((&last["limit"], &last["max"]), (&"batch_fruitless_ms".into(), &0.into()));
    assert_eq!(first.answers(), Vec::<Value>::new());
}

/// Answers that nobody takes were in memory without end: their batch was over, and its place free again.
#[test]
fn a_batch_keeps_its_place_until_its_answers_are_taken() {
    let world = World::new();
    let server = Server::configured(world.ledgers(), |config| {
        config.limits.batches_max = 1;
        config.limits.batch_waiting_bytes_max = 64 << 20;
    });
    let mut deaf = Streamed::open(&server);
    // More answers than all buffers on the way hold.
    deaf.send(&b"x\n".repeat(60_000));
    deaf.finish();
    assert_eq!(deaf.head(), 200);
    for _ in 0..300 {
        is_problem(server.post(BATCH, LINES, "x\n"), 503, "busy");
    }
    while !deaf.answers().is_empty() {}
    let next = (0..1_000).map(|_| server.post(BATCH, LINES, "x\n").status().as_u16());
    assert!(next.into_iter().any(|status| status == 200));
}

#[test]
fn one_address_has_only_its_share_of_what_all_share() {
    const TRIED: &str = "/v1/61.07/events/batch?dry_run=true";
    const SINGLE: &str = "/v1/61.07/events";
    let document = format!("/v1/61.07/documents/{}", "0".repeat(64));
    let world = World::new();
    let server = Server::configured(world.ledgers(), |config| {
        config.quotas.proxies = vec!["127.0.0.1".parse().unwrap()];
        config.limits.caller_trial_batches_max = 1;
        config.documents.caller_uploads_max = 1;
    });
    let tried = |address| post_from(&server, TRIED, LINES, b"x\n", address);
    let slow = Streamed::held(&server, ("POST", TRIED, LINES), "192.0.2.1");
    is_full(tried("192.0.2.1"), 429, "share-full", ("caller_trial_batches_max", 1));
    assert_eq!(tried("192.0.2.2").status(), 200);
    // Single trials never wait for batches of them.
    let single = format!("{SINGLE}?dry_run=true");
    assert_eq!(post_from(&server, &single, JOSE, b"x", "192.0.2.1").status(), 200);
    drop(slow);

    let upload = ("PUT", document.as_str(), "application/pdf");
    let _slow = Streamed::held(&server, upload, "192.0.2.1");
    let put = |address: &str| {
        let request = server.request("PUT", &document).header("content-type", "application/pdf");
        request.header("x-forwarded-for", address).body("x").send().unwrap()
    };
    is_full(put("192.0.2.1"), 429, "share-full", ("caller_uploads_max", 1));
    is_problem(put("192.0.2.2"), 422, "digest-mismatch");
}

#[test]
fn one_address_has_only_its_share_of_the_requests() {
    let world = World::new();
    let server = Server::configured(world.ledgers(), |config| {
        config.quotas.proxies = vec!["127.0.0.1".parse().unwrap()];
        config.limits.caller_requests_max = 1;
    });
    let _slow = Streamed::held(&server, ("POST", "/v1/61.07/events", JOSE), "192.0.2.1");
    let get = |address: &str| {
        server.request("GET", "/v1/61.07").header("x-forwarded-for", address).send().unwrap()
    };
    is_full(get("192.0.2.1"), 429, "share-full", ("caller_requests_max", 1));
    assert_eq!(get("192.0.2.2").status(), 200);
}

/// All clients of a proxy that nobody has named are one caller: what it says of them may be made up.
#[test]
fn what_a_stranger_says_of_his_address_gives_him_no_second_share() {
    let world = World::new();
    let server =
        Server::configured(world.ledgers(), |config| config.limits.caller_requests_max = 1);
    let _slow = Streamed::held(&server, ("POST", "/v1/61.07/events", JOSE), "192.0.2.1");
    let other = server.request("GET", "/v1/61.07").header("x-forwarded-for", "192.0.2.2");
    is_full(other.send().unwrap(), 429, "share-full", ("caller_requests_max", 1));
}

#[test]
fn a_long_streamed_batch_is_decided_in_order_line_by_line() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    // Every third line is the first use of a certificate that the line before the last enrolled.
    let mut body = Vec::new();
    let mut expected = Vec::new();
    for number in 0..200 {
        let newcomer = world.authority.person(&format!("p-newcomer-{number}"), "dinkes");
        let enrolment = world.sign(&world.registrar, &world.enrolment(&newcomer));
        let used = world.sign(&newcomer, &request(&world, &newcomer, &format!("dinkes-{number}")));
        let revoked = world.sign(&world.registrar, &world.revocation(&newcomer));
        let late = world.sign(&newcomer, &request(&world, &newcomer, &format!("simpus-{number}")));
        for line in [&used, &enrolment, &used, &revoked, &late] {
            body.extend_from_slice(line);
            body.push(b'\n');
        }
        expected.extend([422, 201, 201, 201, 422]);
    }
    let answers = lines_of(&server.post(BATCH, LINES, body).text().unwrap());
    let statuses: Vec<u64> =
        answers.iter().map(|answer| answer["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, expected);
    let positions: Vec<u64> =
        answers.iter().filter_map(|answer| answer["position"].as_u64()).collect();
    assert!(positions.iter().copied().eq(4..604), "{positions:?}");
    world.audit();
}
