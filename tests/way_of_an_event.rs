//! An event goes its way: from a signed statement to a receipt that proves it.

use jejak_ledger::log::{Outcome, Policy, Position, Receipt};
use jejak_ledger::rules::Class;
use jejak_ledger::{AsOf, EntryFilter};
use jejak_signer::Hash;
use serde_json::json;

use crate::acts::{grant, request};
use crate::harness::{World, recorded, repeated};

#[test]
fn a_ledger_opens_with_its_own_first_event_and_audits_clean() {
    let world = World::opened();
    let published = world.ledger().published();
    assert_eq!(published.size, 1);
    world.audit();
}

#[test]
fn a_receipt_verifies_offline_and_says_what_it_does_not_prove() {
    let world = World::new();
    let statement = world.sign(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    let receipt = recorded(world.post_bytes(statement.clone())).receipt().unwrap();
    // Through its file, as a poster keeps it.
    let receipt = Receipt::parse(&serde_json::to_vec(&receipt).unwrap()).unwrap();
    assert_eq!(receipt.record.statement, Hash::of(&statement));

    let trusting = policy(&world, "quorum = \"none\"");
    let verdict = receipt.verify(&trusting, Some(&statement));
    assert_eq!(verdict.outcome, Outcome::Proven, "{verdict:?}");

    let other = receipt.verify(&trusting, Some(b"another statement"));
    assert!(matches!(other.outcome, Outcome::Failed(_)), "{other:?}");
}

#[test]
fn an_older_event_gets_a_receipt_under_the_newest_checkpoint() {
    let world = World::new();
    let first = world.sign(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    let position = recorded(world.post_bytes(first.clone())).position;
    world.accept(&world.kominfo, &grant(&world, "dinkes", "dinkes"));
    let again = repeated(world.post_bytes(first.clone()));
    assert_eq!(again.position, position);
    let verdict =
        again.receipt().unwrap().verify(&policy(&world, "quorum = \"none\""), Some(&first));
    assert_eq!(verdict.outcome, Outcome::Proven);
}

#[test]
fn the_same_statement_keeps_its_place_after_expiry_and_revocation() {
    let world = World::new();
    let statement = world.sign(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    let position = recorded(world.post_bytes(statement.clone())).position;
    world.accept(&world.registrar, &world.revocation(&world.dinkes));
    assert_eq!(repeated(world.post_bytes(statement.clone())).position, position);
    world.clock.forward_s(400 * 86_400);
    assert_eq!(repeated(world.post_bytes(statement)).position, position);
}

#[test]
fn a_register_is_seen_as_of_every_position() {
    let world = World::new();
    let asked = world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes")).position;
    world.clock.forward_s(60);
    let granted = world.accept(&world.kominfo, &grant(&world, "dinkes", "dinkes")).position;
    let view = world.ledger().view();
    let register = jejak_ledger::registers::by_name("subdomains").unwrap();
    let state = |as_of| {
        let row = view.register_row(&register, "dinkes.bengkayangkab.go.id", as_of).unwrap();
        row.map(|thing| thing.state)
    };
    assert_eq!(state(Position(asked.0 - 1)), None);
    assert_eq!(state(asked).as_deref(), Some("requested"));
    assert_eq!(state(granted).as_deref(), Some("granted"));
    let (at, _) = view.as_of(AsOf::Position(asked)).unwrap().unwrap();
    let record = view.record(at).unwrap().unwrap();
    let by_time = view.as_of(AsOf::Time(record.recorded_at)).unwrap().unwrap();
    assert_eq!(by_time, (asked, record.recorded_at));
}

#[test]
fn the_entries_of_a_stream_are_found_by_its_subject() {
    let world = World::new();
    world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    world.accept(&world.kominfo, &request(&world, &world.kominfo, "diskominfo"));
    world.accept(&world.kominfo, &grant(&world, "dinkes", "dinkes"));
    let filter =
        EntryFilter { subject: Some(crate::acts::subdomain("dinkes")), ..EntryFilter::default() };
    let page = world.ledger().view().entries(&filter, None, 10, 1_000).unwrap();
    let kinds: Vec<&str> = page.entries.iter().map(|entry| entry.event.kind.as_str()).collect();
    assert_eq!(kinds, ["subdomain.requested", "subdomain.granted"]);
    assert_eq!(page.next, None);
}

#[test]
fn an_enrolment_and_its_first_use_stand_in_one_batch() {
    let world = World::new();
    let newcomer = world.authority.person("p-newcomer", "dinkes");
    let statements = vec![
        world.sign(&world.registrar, &world.enrolment(&newcomer)),
        world.sign(&newcomer, &request(&world, &newcomer, "dinkes")),
    ];
    let answers = world.post_batch(statements);
    let positions: Vec<u64> =
        answers.into_iter().map(|answer| recorded(answer).position.0).collect();
    assert_eq!(positions[1], positions[0] + 1);
    world.audit();
}

#[test]
fn a_revocation_counts_for_the_next_statement_of_the_same_batch() {
    let world = World::new();
    let before = request(&world, &world.dinkes, "dinkes");
    let after = world.event(
        &world.dinkes,
        "subdomain.requested",
        "subdomain/x.bengkayangkab.go.id",
        json!({}),
    );
    let mut answers = world.post_batch(vec![
        world.sign(&world.dinkes, &before),
        world.sign(&world.registrar, &world.revocation(&world.dinkes)),
        world.sign(&world.dinkes, &after),
    ]);
    assert_eq!(crate::harness::refused(answers.pop().unwrap()).code(), "signer-revoked");
    for answer in answers {
        recorded(answer);
    }
    world.audit();
}

/// What an inspector trusts: the key of the log, as the ledger shows it.
fn policy(world: &World, quorum: &str) -> Policy {
    let ledger = world.ledger();
    let text = format!(
        "format = \"jejak-policy/1\"\n{quorum}\n[[ledger]]\norigin = \"{}\"\n[[ledger.key]]\nvkey = \"{}\"\nfrom = 0\n",
        ledger.origin(),
        ledger.vkey()
    );
    Policy::parse(&text).unwrap()
}

/// The inventory of an agency is internal, that of the region public: two rows of one type.
#[test]
fn an_entry_has_the_class_of_the_very_row_that_it_is_about() {
    let world = World::new();
    let item = json!({ "item": "Laptop", "count": 12, "condition": "good" });
    let inventory = |by, subject| world.event(by, "asset.inventoried", subject, item.clone());
    let own = inventory(&world.dinkes, "asset/laptop-2026");
    let own = world.accept(&world.dinkes, &own).position;
    let region = inventory(&world.kominfo, "asset/region/2026");
    let region = world.accept(&world.kominfo, &region).position;
    let view = world.ledger().view();
    let class = |position| view.entry(position).unwrap().unwrap().class;
    assert_eq!((class(own), class(region)), (Class::Internal, Class::Public));
}
