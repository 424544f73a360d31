//! The server asks time-stamping authorities, keeps what verifies, and catches up after an outage. The authority is OpenSSL
//! behind a few lines of HTTP on loopback; the server's clock is the test's.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jejak_api::SystemClock;
use jejak_ledger::Clock as _;
use serde_json::Value;

use crate::acts::request;
use crate::harness::World;
use crate::process::{Process, jejak};
use crate::server::{Server, is_problem};
use crate::tsa::Tsa;

/// How long anything may take on a slow machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// What the authority does when it is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mood {
    Answers,
    IsDown,
    TalksNonsense,
    /// It stamps other bytes than it was asked about.
    StampsOther,
}

/// An authority behind HTTP.
struct Booth {
    address: SocketAddr,
    mood: Arc<Mutex<Mood>>,
}

impl Booth {
    fn of(tsa: Tsa) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let mood = Arc::new(Mutex::new(Mood::Answers));
        let asked = Arc::clone(&mood);
        // It ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mood = *asked.lock().unwrap();
                answer(&tsa, mood, stream.unwrap());
            }
        });
        Self { address, mood }
    }

    fn is(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn url(&self) -> String {
        format!("http://{}/tsa", self.address)
    }
}

fn answer(tsa: &Tsa, mood: Mood, stream: TcpStream) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        head.push(line.to_ascii_lowercase());
    }
    let length = head.iter().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let mut body = vec![0; length.trim().parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    assert!(head.iter().any(|line| line == "content-type: application/timestamp-query\r\n"));
    let (status, body) = match mood {
        Mood::Answers => ("200 OK", tsa.answer(&body)),
        Mood::IsDown => ("503 Service Unavailable", Vec::new()),
        Mood::TalksNonsense => ("200 OK", b"<html>maintenance</html>".to_vec()),
        Mood::StampsOther => {
            // The digest stands behind its header: OCTET STRING of 32 bytes.
            let at = body.windows(2).position(|bytes| bytes == [4, 32]).unwrap();
            let mut other = body.clone();
            other[at + 2] ^= 1;
            ("200 OK", tsa.answer(&other))
        }
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/timestamp-reply\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        body.len()
    );
    let mut stream = stream;
    // Who asked may have left.
    drop(stream.write_all(&[head.as_bytes(), &body].concat()));
}

fn world_now() -> World {
    World::at(SystemClock.now().0 / 1_000_000)
}

/// Asks until the answer is as it should be.
fn settle(server: &Server, path: &str, is_right: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let found = server.json(path);
        if is_right(&found) {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "{found}");
        std::thread::park_timeout(PAUSE);
    }
}

/// Waits until a figure is at least that.
fn counted(server: &Server, series: &str, least: f64) {
    let begun = Instant::now();
    loop {
        let text = server.get("/metrics").text().unwrap();
        let value = text.lines().find_map(|line| line.strip_prefix(series)?.trim().parse().ok());
        if value.is_some_and(|value: f64| value >= least) {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "{series}: {text}");
        std::thread::park_timeout(PAUSE);
    }
}

/// Between two questions: what asks without a pause is over the quota of its address within a second.
const PAUSE: Duration = Duration::from_millis(5);
const LIST: &str = "/v1/61.07/timestamps";

#[test]
fn what_grows_is_stamped_and_what_an_outage_missed_is_covered_after_it() {
    let world = world_now();
    let (tsa, copy) = (Tsa::new(), tempfile::tempdir().unwrap());
    let root = copy.path().join("root.pem");
    fs::write(&root, tsa.root_pem()).unwrap();
    let booth = Booth::of(tsa);
    let server = Server::configured(world.ledgers(), |config| {
        config.timestamps.urls = vec![booth.url()];
        config.timestamps.anchors = vec![root.clone()];
    });
    let size = world.ledger().published().size;
    let first = settle(&server, LIST, |found| found["state"] == "stamped");
    assert_eq!((&first["size"], &first["stamped_size"]), (&size.into(), &size.into()));
    let row = &first["timestamps"][0];
    assert_eq!(row["stamped"], **world.ledger().view().checkpoint());
    assert_eq!(row["accuracy_us"], 1_000_000);

    // The token by itself, and what OpenSSL says of it.
    let token = format!("{LIST}/{size}/{}", row["token"].as_str().unwrap());
    let answer = server.get(&token);
    assert_eq!(answer.headers()["content-type"], "application/cms");
    let der = answer.bytes().unwrap();
    let scratch = tempfile::tempdir().unwrap();
    fs::write(scratch.path().join("t.der"), &der).unwrap();
    fs::write(scratch.path().join("stamped"), row["stamped"].as_str().unwrap()).unwrap();
    let verified = std::process::Command::new("openssl")
        .current_dir(&scratch)
        .args(["ts", "-verify", "-data", "stamped", "-in", "t.der", "-token_in", "-CAfile"])
        .arg(&root)
        .status();
    assert!(verified.unwrap().success());
    is_problem(server.get(&format!("{LIST}/1/{}", "0".repeat(64))), 404, "unknown-timestamp");
    is_problem(server.get(&format!("{LIST}/x/{}", "0".repeat(64))), 400, "invalid-parameter");
    is_problem(server.get(&format!("{LIST}/1/zz")), 400, "invalid-parameter");

    // The authority goes down: events are taken, and wait for their proof.
    booth.is(Mood::IsDown);
    world.accept(&world.dinkes, &request(&world, &world.dinkes, "layanan-1"));
    world.clock.forward_s(60);
    let tsa = booth.address;
    counted(&server, &format!("jejak_timestamps_total{{tsa=\"{tsa}\",result=\"failed\"}}"), 1.0);
    counted(&server, &format!("jejak_timestamps_pending{{tsa=\"{tsa}\"}}"), 1.0);
    let pending = server.json(LIST);
    assert_eq!(pending["state"], "pending");
    let covering = format!("{LIST}?covering={size}");
    assert_eq!(server.json(&covering)["timestamps"], Value::Array(Vec::new()));
    let proven = server.json(&format!("{LIST}?covering=0"));
    assert_eq!(proven["timestamps"][0], *row);
    let beyond = format!("{LIST}?covering={}", size + 1);
    is_problem(server.get(&beyond), 404, "unknown-position");

    // It comes back: one token covers all that was missed.
    world.accept(&world.dinkes, &request(&world, &world.dinkes, "layanan-2"));
    booth.is(Mood::Answers);
    world.clock.forward_s(300);
    let after = settle(&server, LIST, |found| found["state"] == "stamped");
    assert_eq!(after["stamped_size"], size + 2);
    assert_eq!(after["timestamps"].as_array().unwrap().len(), 2);
    assert_eq!(server.json(&covering)["timestamps"][0], after["timestamps"][0]);
    counted(&server, &format!("jejak_timestamps_total{{tsa=\"{tsa}\",result=\"kept\"}}"), 2.0);

    // Page by page it is the same.
    let page = server.json(&format!("{LIST}?limit=1"));
    assert_eq!(page["timestamps"][0], after["timestamps"][0]);
    let next = page["next"].as_str().unwrap();
    let page = server.json(&format!("{LIST}?limit=1&cursor={next}"));
    assert_eq!(page["timestamps"][0], *row);
}

#[test]
fn an_authority_that_answers_wrongly_is_not_believed_and_keeps_no_other_waiting() {
    let world = world_now();
    let (honest, stranger, dir) = (Tsa::new(), Tsa::new(), tempfile::tempdir().unwrap());
    let root = dir.path().join("root.pem");
    fs::write(&root, honest.root_pem()).unwrap();
    let other = Booth::of(stranger);
    let wrong = Booth::of(honest);
    wrong.is(Mood::TalksNonsense);
    let server = Server::configured(world.ledgers(), |config| {
        config.timestamps.urls = vec![other.url(), wrong.url()];
        config.timestamps.anchors = vec![root.clone()];
    });
    let failed = |booth: &Booth| {
        format!("jejak_timestamps_total{{tsa=\"{}\",result=\"failed\"}}", booth.address)
    };
    counted(&server, &failed(&other), 1.0);
    counted(&server, &failed(&wrong), 1.0);
    assert_eq!(server.json(LIST)["state"], "none");
    wrong.is(Mood::StampsOther);
    world.clock.forward_s(5);
    counted(&server, &failed(&wrong), 2.0);
    assert_eq!(server.json(LIST)["state"], "none");
    wrong.is(Mood::Answers);
    world.clock.forward_s(300);
    settle(&server, LIST, |found| found["state"] == "stamped");
    counted(&server, &failed(&other), 2.0);
}

#[test]
fn a_server_of_its_own_stamps_by_its_configuration_and_an_audit_verifies() {
    let mut world = world_now();
    let tsa = Tsa::new();
    fs::write(world.path().join("root.pem"), tsa.root_pem()).unwrap();
    let booth = Booth::of(tsa);
    world.close();
    let config = |anchors: &str| {
        let text = format!("[timestamps]\nurls = [\"{}\"]\nanchors = {anchors}\n", booth.url());
        fs::write(world.path().join("jejak.toml"), text).unwrap();
    };
    let dir = world.path();
    config("[\"missing.pem\"]");
    let refused = jejak(["serve".as_ref(), "--dir".as_ref(), dir.as_os_str()]);
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("timestamps.anchors"), "{said}");

    config("[\"root.pem\"]");
    let process = Process::start(&world);
    let url = format!("{}{LIST}", process.base);
    let begun = Instant::now();
    loop {
        let found: Value = reqwest::blocking::get(&url).unwrap().json().unwrap();
        if found["state"] == "stamped" {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "{found}");
        std::thread::park_timeout(PAUSE);
    }
    assert_eq!(process.end().0, Some(0));
    let audit = || {
        let output = jejak(["audit", "--output", "json", "--dir", dir.to_str().unwrap()]);
        let reports: Value = serde_json::from_slice(&output.stdout).unwrap();
        let report = reports.as_array().map_or(&reports, |all| &all[0]).clone();
        let checks = report["checks"].as_array().unwrap().clone();
        checks.into_iter().find(|check| check["name"] == "timestamps").unwrap()["verdict"].clone()
    };
    assert_eq!(audit(), "ok");
    fs::write(dir.join("jejak.toml"), "").unwrap();
    assert_eq!(audit(), "not checked");
}
