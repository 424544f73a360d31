//! Several ledgers in one directory: many of them stay within a stated memory, and what holds one up holds no other.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use jejak_api::SystemClock;
use jejak_ledger::{Archive, Clock as _, Ledger, Settings, Stop, Writing, audit};
use reqwest::blocking::Client;
use serde_json::json;

use crate::acts::request;
use crate::harness::{BENGKAYANG, DAY_S, World, audit_clean, event_of, recorded, shown, submit};
use crate::process::Process;
use crate::server::{JOSE, Server};

/// What a server may take with no ledger in it, and for each ledger: mostly its rules, ready to be applied. Stated in
/// docs/operations.md, measured in docs/benchmarks.md.
const BASE_BYTES_MAX: u64 = 128 << 20;
const LEDGER_BYTES_MAX: u64 = 2 << 20;

fn origin(region: &str) -> String {
    format!("jejak.contoh.go.id/{region}")
}

/// Opens the ledger of `region`. Each has a regulation of its own, as regions do.
fn open(world: &World, region: &str) -> Arc<Ledger> {
    let rules = std::str::from_utf8(BENGKAYANG).unwrap();
    let own = "region = \"61.07\"";
    assert!(rules.contains(own));
    let rules = rules.replace(own, &format!("region = \"{region}\""));
    let init = world.opening(region, &origin(region), rules.as_bytes());
    world.ledgers().init(init).unwrap()
}

/// A statement that is new in the ledger of `region`.
fn registration(world: &World, region: &str, agency: &str) -> Vec<u8> {
    let data = json!({ "agency": agency, "name": "Dinas Kesehatan", "short_names": [agency] });
    let (id, subject) = (format!("reg-{agency}"), format!("agency/{agency}"));
    let event = event_of(
        &world.registrar,
        &origin(region),
        &id,
        "agency.registered",
        &subject,
        world.clock.seconds(),
        data,
    );
    world.sign(&world.registrar, &event)
}

/// As many regions as the country has, nearly.
#[test]
fn five_hundred_ledgers_idle_and_in_use_stay_within_the_stated_memory() {
    let count = 500;
    let mut world = World::at(SystemClock.now().0 / 1_000_000);
    let region = |number: usize| format!("{}.{:02}", 11 + number / 99, 1 + number % 99);
    let regions: Vec<String> = (1..count).map(region).collect();
    for region in &regions {
        open(&world, region);
    }
    world.close();
    let server = Process::start(&world);
    let client = Client::builder().timeout(Duration::from_mins(1)).build().unwrap();
    let ledgers: serde_json::Value =
        client.get(format!("{}/v1/ledgers", server.base)).send().unwrap().json().unwrap();
    assert_eq!(ledgers.as_array().unwrap().len(), count);
    let idle = server.resident_bytes();
    for round in ["dinkes", "disdik", "dishub"] {
        for region in &regions {
            let post = client.post(format!("{}/v1/{region}/events", server.base));
            let post = post.header("content-type", JOSE).body(registration(&world, region, round));
            assert_eq!(post.send().unwrap().status(), 201, "{region}");
            let list = client.get(format!("{}/v1/{region}/registers/agencies", server.base));
            assert_eq!(list.send().unwrap().status(), 200, "{region}");
        }
    }
    let in_use = server.resident_bytes();
    let measured = format!("{} MiB idle, {} MiB in use", idle >> 20, in_use >> 20);
    let most = BASE_BYTES_MAX + u64::try_from(count).unwrap() * LEDGER_BYTES_MAX;
    assert!(idle < most && in_use < most, "{measured}, {} allowed", most >> 20);
    assert_eq!(server.end().0, Some(0));
    let archive = Archive::open(&world.path(), &Settings::default()).unwrap();
    for region in regions.iter().step_by(count / 4) {
        let view = archive.view(region).unwrap();
        assert_eq!(view.size(), 4);
        let report = audit(view, &archive.lock_evidence(view), &Settings::default(), &|_, _| ());
        assert!(report.is_clean(), "{report:#?}");
    }
}

/// A clock that was wrong for a day leaves one ledger ahead of time; the others must not pay for it.
#[test]
fn a_ledger_that_has_stopped_holds_no_other() {
    let world = World::new();
    let ahead = open(&world, "96.01");
    world.clock.forward_s(DAY_S);
    recorded(submit(&ahead, vec![registration(&world, "96.01", "dinkes")]).remove(0));
    let right = world.clock.seconds() - DAY_S;
    world.clock.set_s(right);
    let late = submit(&ahead, vec![registration(&world, "96.01", "disdik")]).remove(0);
    assert!(shown(&late).starts_with("failed: writing has stopped"), "{}", shown(&late));
    assert!(matches!(ahead.published().writing, Writing::Stopped(Stop::ClockBehind { .. })));

    let server = Server::start(world.ledgers());
    let statement = world.sign(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    assert_eq!(server.post("/v1/61.07/events", JOSE, statement).status(), 201);
    assert_eq!(
        server.post("/v1/96.01/events", JOSE, registration(&world, "96.01", "dishub")).status(),
        503
    );
    // It is still read, and whoever watches is told.
    assert_eq!(server.json("/v1/96.01/registers/agencies")["rows"].as_array().unwrap().len(), 4);
    assert_eq!(server.get("/readyz").status(), 503);
    let figures = server.get("/metrics").text().unwrap();
    assert!(figures.contains("jejak_ledgers_stopped 1\n"), "{figures}");
    assert!(figures.contains("jejak_ledger_writing{ledger=\"96.01\"} 0\n"));
    assert!(figures.contains("jejak_ledger_writing{ledger=\"61.07\"} 1\n"));
    world.audit();
    audit_clean(&ahead);
}

#[test]
fn a_large_batch_in_one_ledger_lets_the_others_pass() {
    let world = World::new();
    // Two further on: the same writer serves both.
    open(&world, "96.01");
    let other = open(&world, "96.02");
    let lines_max = world.ledgers().settings().batch_lines_max;
    let (sender, answered) = mpsc::channel();
    // All is signed before any of it is posted: the batches are still under way when the other comes.
    let of = |batch: usize, number: usize| {
        world.sign(&world.dinkes, &request(&world, &world.dinkes, &format!("b{batch}-{number}")))
    };
    let batches: Vec<Vec<_>> =
        (0..3).map(|batch| (0..lines_max).map(|number| of(batch, number)).collect()).collect();
    let registration = registration(&world, "96.02", "dinkes");
    for (batch, statements) in batches.into_iter().enumerate() {
        let sender = sender.clone();
        let reply = Box::new(move |answers: Vec<_>| sender.send((batch, answers.len())).unwrap());
        world.ledger().submit(statements, reply).unwrap();
    }
    recorded(submit(&other, vec![registration]).remove(0));
    assert!(!answered.try_iter().any(|(batch, _)| batch == 2), "the others waited for all of it");
    assert_eq!(
        answered.recv_timeout(Duration::from_mins(2)).map(|(_, count)| count),
        Ok(lines_max)
    );
    audit_clean(&other);
}
