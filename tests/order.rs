//! One gapless chain, whatever comes together: interleavings, batches, repeats, pages.

use std::collections::BTreeSet;
use std::sync::Arc;

use jejak_ledger::log::Position;
use jejak_ledger::store::{LedgerStore, Memory};
use jejak_ledger::{Answer, EntryFilter, Settings, replay};
use proptest::prelude::*;
use proptest::test_runner::Config;

use crate::acts::{grant, request};
use crate::harness::{World, audit_clean, submit};

/// What somebody may post in these tests.
#[derive(Debug, Clone, Copy)]
enum Move {
    Request(u8),
    Grant(u8),
    Enrol(u8),
    Use(u8),
    Revoke(u8),
    Garbage,
    /// The move at this place again, byte for byte.
    Again(u8),
}

fn moves(most: usize) -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        4 => (0..6_u8).prop_map(Move::Request),
        3 => (0..6_u8).prop_map(Move::Grant),
        2 => (0..3_u8).prop_map(Move::Enrol),
        3 => (0..3_u8).prop_map(Move::Use),
        1 => (0..3_u8).prop_map(Move::Revoke),
        1 => Just(Move::Garbage),
        2 => any::<u8>().prop_map(Move::Again),
    ];
    prop::collection::vec(one, 1..most)
}

/// The statements of `moves`, signed once so that two worlds may be given the same bytes.
fn statements(world: &World, moves: &[Move]) -> Vec<Vec<u8>> {
    let people: Vec<_> =
        (0..3).map(|n| world.authority.person(&format!("p-person-{n}"), "dinkes")).collect();
    let mut statements: Vec<Vec<u8>> = Vec::new();
    for (number, step) in moves.iter().enumerate() {
        let statement = match *step {
            Move::Request(n) => {
                world.sign(&world.dinkes, &request(world, &world.dinkes, &format!("n{n}")))
            }
            Move::Grant(n) => world.sign(&world.kominfo, &grant(world, "dinkes", &format!("n{n}"))),
            Move::Enrol(n) => {
                world.sign(&world.registrar, &world.enrolment(&people[usize::from(n)]))
            }
            Move::Use(n) => {
                let person = &people[usize::from(n)];
                world.sign(person, &request(world, person, &format!("u{number}")))
            }
            Move::Revoke(n) => {
                world.sign(&world.registrar, &world.revocation(&people[usize::from(n)]))
            }
            Move::Garbage => b"no statement at all".to_vec(),
            Move::Again(n) if statements.is_empty() => vec![n],
            Move::Again(n) => statements[usize::from(n) % statements.len()].clone(),
        };
        statements.push(statement);
    }
    statements
}

/// What an answer says that does not depend on the time or the size of a group.
fn meaning(answer: &Answer) -> String {
    crate::harness::shown(answer)
}

fn config(cases: u32) -> Config {
    Config { cases, max_shrink_iters: 64, failure_persistence: None, ..Config::default() }
}

#[test]
fn a_batch_gives_what_its_lines_one_by_one_give() {
    proptest!(config(12), |(moves in moves(24))| {
        let batched = World::new();
        let statements = statements(&batched, &moves);
        let before = batched.ledger().published().size;
        let together: Vec<String> =
            batched.post_batch(statements.clone()).iter().map(meaning).collect();
        batched.audit();

        // The same bytes into a ledger with the same past, one by one.
        let single = batched.twin(before);
        let apart: Vec<String> = statements
            .into_iter()
            .map(|statement| meaning(&single.post_bytes(statement)))
            .collect();
        single.audit();
        prop_assert_eq!(together, apart);
    });
}

#[test]
fn any_interleaving_gives_one_gapless_chain_in_which_each_statement_stands_once() {
    proptest!(config(8), |(moves in moves(40), connections in 2..5_usize)| {
        let world = World::new();
        let statements = statements(&world, &moves);
        let ledger = world.ledger();
        let answers: Vec<(Vec<u8>, Answer)> = std::thread::scope(|scope| {
            let parts = statements.chunks(statements.len().div_ceil(connections));
            let posted: Vec<_> = parts
                .map(|part| {
                    let ledger = Arc::clone(&ledger);
                    scope.spawn(move || {
                        let post = |one: &Vec<u8>| {
                            (one.clone(), submit(&ledger, vec![one.clone()]).remove(0))
                        };
                        part.iter().map(post).collect::<Vec<_>>()
                    })
                })
                .collect();
            posted.into_iter().flat_map(|posted| posted.join().unwrap()).collect()
        });
        let view = ledger.view();
        let mut seen = BTreeSet::new();
        for position in 0..view.size() {
            let statement = view.statement(Position(position)).unwrap().unwrap();
            prop_assert!(seen.insert(statement), "a statement stands twice");
        }
        for (statement, answer) in answers {
            match answer {
                Answer::Recorded(found) | Answer::Repeated(found) => {
                    let stored = view.statement(found.position).unwrap().unwrap();
                    prop_assert_eq!(stored, statement);
                }
                Answer::Refused(_) => prop_assert!(true),
                Answer::Failed(failure) => prop_assert!(false, "{}", failure),
            }
        }
        world.audit();
    });
}

#[test]
fn the_union_of_all_pages_is_the_whole_while_events_are_appended() {
    let world = World::new();
    let ledger = world.ledger();
    let mut seen = Vec::new();
    let mut after = None;
    for round in 0..20 {
        let event = request(&world, &world.dinkes, &format!("p{round}"));
        crate::harness::recorded(world.post(&world.dinkes, &event));
        let page = ledger.view().entries(&EntryFilter::default(), after, 3, 100).unwrap();
        seen.extend(page.entries.iter().map(|entry| entry.record.position.0));
        after = seen.last().copied().map(Position);
    }
    loop {
        let page = ledger.view().entries(&EntryFilter::default(), after, 3, 100).unwrap();
        seen.extend(page.entries.iter().map(|entry| entry.record.position.0));
        after = seen.last().copied().map(Position);
        if page.next.is_none() {
            break;
        }
    }
    let whole: Vec<u64> = (0..ledger.published().size).collect();
    assert_eq!(seen, whole);
}

#[test]
fn a_replay_gives_byte_for_byte_what_living_gave() {
    proptest!(config(6), |(moves in moves(60))| {
        let world = World::new();
        world.post_batch(statements(&world, &moves));
        let view = world.ledger().view();
        let scratch: Arc<dyn LedgerStore> = Arc::new(Memory::new());
        let report = replay(&view, &scratch, &Settings::default(), &|_, _| ()).unwrap();
        prop_assert_eq!(&report.differences, &vec![]);
        prop_assert!(report.rows > 4 * view.size());
        audit_clean(&world.ledger());
    });
}
