//! A batch streams both ways: lines are decided while more arrive, answers come in order while more is sent, and neither
//! side's memory grows with it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use serde_json::Value;

use crate::acts::request;
use crate::harness::World;
use crate::server::{LINES, Server, is_problem};

const BATCH: &str = "/v1/61.07/events/batch";

/// A batch whose sender and reader are the test.
struct Streamed {
    reader: BufReader<TcpStream>,
}

impl Streamed {
    fn open(server: &Server) -> Self {
        let mut stream = server.connect();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let head = format!(
            "POST {BATCH} HTTP/1.1\r\nhost: x\r\ncontent-type: {LINES}\r\naccept-language: en\r\n\
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
    assert_eq!(server.post("/v1/61.07/events", crate::server::JOSE, single).status(), 201);
    world.audit();
}

#[test]
fn only_so_many_batches_stream_at_one_time() {
    let world = World::new();
    let server = Server::configured(world.ledgers(), |config| config.limits.batches_max = 1);
    let mut first = Streamed::open(&server);
    first.send(b"x\n");
    assert_eq!(first.head(), 200);
    is_problem(server.post(BATCH, LINES, "x\n"), 503, "busy");
    first.finish();
    while !first.answers().is_empty() {}
    // Its place is free again, at the latest when its connection is.
    drop(first);
    let next = (0..1_000).map(|_| server.post(BATCH, LINES, "x\n").status().as_u16());
    assert!(next.into_iter().any(|status| status == 200));
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
