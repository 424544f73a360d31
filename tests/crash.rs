//! A server that is killed in the middle of its work loses nothing that it has answered.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jejak_api::SystemClock;
use jejak_ledger::log::{Outcome, Policy, Receipt};
use jejak_ledger::{Archive, Clock as _, Settings, audit};
use reqwest::blocking::Client;
use serde_json::Value;

use crate::acts::request;
use crate::harness::World;
use crate::process::Process;

#[test]
fn every_answered_receipt_verifies_after_three_kills_and_the_audit_is_clean() {
    let now = SystemClock.now().0 / 1_000_000;
    let mut world = World::at(now);
    let policy = policy(&world);
    world.close();
    let client = Client::builder().timeout(Duration::from_secs(30)).build().unwrap();
    let mut answered: Vec<(Vec<u8>, Value)> = Vec::new();
    for round in 0..3 {
        let statements: Vec<Vec<u8>> = (0..1_200)
            .map(|number| {
                let event = request(&world, &world.dinkes, &format!("k{round}-{number}"));
                world.sign(&world.dinkes, &event)
            })
            .collect();
        let server = Process::start(&world);
        let base = server.base.clone();
        let done = AtomicUsize::new(0);
        let url = format!("{base}/v1/61.07/events");
        let post = |part: &[Vec<u8>]| {
            let mut receipts = Vec::new();
            for statement in part {
                let sent = client
                    .post(&url)
                    .header("content-type", "application/jose")
                    .body(statement.clone())
                    .send();
                // The server is gone: what had no answer may or may not stand.
                let Ok(answer) = sent else { break };
                if answer.status() != 201 {
                    break;
                }
                let Ok(body) = answer.json() else { break };
                receipts.push((statement.clone(), body));
                done.fetch_add(1, Ordering::SeqCst);
            }
            receipts
        };
        std::thread::scope(|scope| {
            let posting: Vec<_> =
                statements.chunks(150).map(|part| scope.spawn(|| post(part))).collect();
            while done.load(Ordering::SeqCst) < 200 + 100 * round {
                assert!(
                    !posting.iter().all(std::thread::ScopedJoinHandle::is_finished),
                    "posting ended early"
                );
                std::thread::yield_now();
            }
            server.kill();
            answered.extend(posting.into_iter().flat_map(|thread| thread.join().unwrap()));
        });
        check(&world, &policy, &answered);
    }
    assert!(answered.len() >= 900, "{}", answered.len());
}

/// What was answered is there, where it was said to be, and provable; everything audits clean.
fn check(world: &World, policy: &Policy, answered: &[(Vec<u8>, Value)]) {
    let server = Process::start(world);
    let client = Client::new();
    let newest = client.get(format!("{}/v1/61.07/checkpoint", server.base)).send().unwrap();
    assert_eq!(newest.status(), 200);
    server.kill();
    let archive = Archive::open(&world.path(), &Settings::default()).unwrap();
    let view = archive.view("61.07").unwrap();
    for (statement, answer) in answered {
        let position = jejak_ledger::log::Position(answer["position"].as_u64().unwrap());
        assert_eq!(view.statement(position).unwrap().as_ref(), Some(statement));
        let receipt = serde_json::to_vec(&answer["receipt"]).unwrap();
        let receipt = Receipt::parse(&receipt).unwrap();
        let verdict = receipt.verify(policy, Some(statement));
        assert_eq!(verdict.outcome, Outcome::Proven, "{verdict:?}");
        assert_eq!(view.record(position).unwrap(), Some(receipt.record));
    }
    let lock = archive.lock_evidence(view);
    let report = audit(view, &lock, &Settings::default(), &|_, _| ());
    assert!(report.is_clean(), "{report:#?}");
}

fn policy(world: &World) -> Policy {
    let ledger = world.ledger();
    let text = format!(
        "format = \"jejak-policy/1\"\nquorum = \"none\"\n[[ledger]]\norigin = \"{}\"\n[[ledger.key]]\nvkey = \"{}\"\nfrom = 0\n",
        ledger.origin(),
        ledger.vkey()
    );
    Policy::parse(&text).unwrap()
}

/// SIGTERM: what is in flight is answered, what is queued is synced, and the process ends well.
#[test]
fn a_server_told_to_end_drains_and_exits_with_zero() {
    let now = SystemClock.now().0 / 1_000_000;
    let mut world = World::at(now);
    let event = request(&world, &world.dinkes, "dinkes");
    let statement = world.sign(&world.dinkes, &event);
    world.close();
    let server = Process::start(&world);
    let client = Client::new();
    let answer = client
        .post(format!("{}/v1/61.07/events", server.base))
        .header("content-type", "application/jose")
        .body(statement)
        .send()
        .unwrap();
    assert_eq!(answer.status(), 201);
    assert_eq!(server.end().0, Some(0));
    world.reopen();
    world.audit();
}
