//! The contract of [`LedgerStore`] as tests, the same for every engine.
//!
//! An engine gives a [`Subject`] and calls [`conformance!`]; the names of the tests are the sentences of the contract.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::ops::Bound;
use std::sync::Barrier;
use std::thread;

use jejak_signer::Hash;

use super::*;
use crate::log::{Micros, Position, genesis_previous};

/// An engine under test.
pub(super) trait Subject {
    type Store: LedgerStore;

    /// An empty place.
    fn new() -> Self;

    /// Opens the store in that place; the one opened before is dropped by then.
    fn open(&self) -> Self::Store;

    /// Lets the next append fail.
    fn fail_next(store: &Self::Store, fault: Fault);
}

macro_rules! conformance {
    ($subject:ty) => {
        $crate::store::conformance::conformance!($subject:
            acquire_returns_an_epoch_greater_than_every_epoch_before,
            after_acquire_an_append_under_a_smaller_epoch_never_takes_effect,
            the_acquired_head_contains_every_batch_ever_answered_ok,
            acquire_returns_only_after_its_own_write_is_durable,
            an_append_is_all_or_nothing,
            epoch_and_head_are_compared_in_the_same_step_as_the_write,
            ok_means_flushed_and_present_in_every_later_acquire,
            fenced_head_moved_duplicate_and_unavailable_are_definite,
            everything_else_is_indeterminate_and_poisons_the_lease,
            nothing_is_tried_twice_and_nothing_is_taken_back,
            indeterminate_is_resolved_only_by_acquire,
            reads_see_a_consistent_state,
            scans_are_contiguous_and_a_gap_is_corrupt,
            scans_have_a_range_a_direction_and_a_limit,
            an_insert_is_never_a_replacement,
            a_put_replaces,
            a_removed_row_is_gone_and_what_must_stay_is_never_removed,
            a_malformed_batch_is_refused_before_it_is_written,
            ledgers_do_not_see_each_other,
            a_region_has_one_ledger,
            a_ledger_that_is_not_there_is_unavailable,
        );
    };
    ($subject:ty: $($test:ident,)*) => {
        $(#[test] fn $test() { $crate::store::conformance::$test::<$subject>(); })*
    };
}
pub(super) use conformance;

const ORIGIN: &str = "jejak.example/61.07";

fn leaf(size: u64) -> Hash {
    if size == 0 { genesis_previous(ORIGIN) } else { Hash::of(&size.to_be_bytes()) }
}

fn head(size: u64) -> Head {
    Head { size, leaf_hash: leaf(size) }
}

/// What the sequencer writes for events: five rows each.
fn batch(from: u64, to: u64) -> Batch {
    let rows = (from..to).flat_map(|at| {
        let position = Position(at);
        let subject = format!("system/{}", at % 3);
        [
            Row::insert(Table::Record, keys::record(position), vec![1; 81]),
            Row::insert(Table::Statement, keys::statement(position), vec![2; 700]),
            Row::insert(Table::Id, keys::id("agency/a", &at.to_string()), vec![3; 72]),
            Row::put(Table::Thing, keys::thing(&subject), at.to_be_bytes().to_vec()),
            Row::insert(Table::Version, keys::version(&subject, position), vec![4]),
        ]
    });
    Batch { expect: head(from), next: head(to), rows: rows.collect() }
}

fn with(mut batch: Batch, row: Row) -> Batch {
    batch.rows.push(row);
    batch
}

fn durable(result: Result<Durable, StoreError>) -> Head {
    result.unwrap().head
}

fn scene<S: Subject>() -> (S, S::Store, LedgerNumber) {
    let subject = S::new();
    let store = subject.open();
    let ledger = store.create("61.07", ORIGIN).unwrap();
    (subject, store, ledger)
}

fn reopened<S: Subject>(subject: &S, store: S::Store) -> S::Store {
    drop(store);
    subject.open()
}

fn rows_of<T: LedgerStore>(store: &T, ledger: LedgerNumber) -> Vec<usize> {
    let count = |table| {
        store.scan(ledger, table, &keys::all(), Direction::Forward, 1000).map(|rows| rows.len())
    };
    Table::ALL[1..].iter().map(|table| count(*table).unwrap()).collect()
}

// 1
pub(super) fn acquire_returns_an_epoch_greater_than_every_epoch_before<S: Subject>() {
    let (subject, mut store, ledger) = scene::<S>();
    let mut last = Epoch(0);
    for _ in 0..3 {
        for _ in 0..3 {
            let lease = store.acquire(ledger).unwrap();
            assert!(lease.epoch > last);
            last = lease.epoch;
        }
        store = reopened(&subject, store);
    }
}

// 2
pub(super) fn after_acquire_an_append_under_a_smaller_epoch_never_takes_effect<S: Subject>() {
    let (subject, store, ledger) = scene::<S>();
    let old = store.acquire(ledger).unwrap();
    let new = store.acquire(ledger).unwrap();
    let fenced = StoreError::Fenced { current: new.epoch };
    assert_eq!(store.append(&old, batch(0, 1)).unwrap_err(), fenced);
    let store = reopened(&subject, store);
    assert_eq!(store.append(&old, batch(0, 1)).unwrap_err(), fenced);
    assert_eq!(store.head(ledger).unwrap(), head(0));
    assert_eq!(rows_of(&store, ledger), [0; 9]);
}

// 3
pub(super) fn the_acquired_head_contains_every_batch_ever_answered_ok<S: Subject>() {
    let (subject, store, ledger) = scene::<S>();
    let lease = store.acquire(ledger).unwrap();
    assert_eq!(lease.head, head(0));
    store.append(&lease, batch(0, 2)).unwrap();
    store.append(&lease, batch(2, 5)).unwrap();
    assert_eq!(store.acquire(ledger).unwrap().head, head(5));
    let store = reopened(&subject, store);
    assert_eq!(store.acquire(ledger).unwrap().head, head(5));
}

// 4
pub(super) fn acquire_returns_only_after_its_own_write_is_durable<S: Subject>() {
    let (subject, store, ledger) = scene::<S>();
    let before = store.acquire(ledger).unwrap();
    let lease = store.acquire(ledger).unwrap();
    let store = reopened(&subject, store);
    let fenced = StoreError::Fenced { current: lease.epoch };
    assert_eq!(store.append(&before, batch(0, 1)).unwrap_err(), fenced);
    assert_eq!(durable(store.append(&lease, batch(0, 1))), head(1));
}

// 5
pub(super) fn an_append_is_all_or_nothing<S: Subject>() {
    let (subject, store, ledger) = scene::<S>();
    let lease = store.acquire(ledger).unwrap();
    store.append(&lease, batch(0, 3)).unwrap();
    let before = rows_of(&store, ledger);
    let again = Row::insert(Table::Id, keys::id("agency/a", "1"), vec![9]);
    let key = again.key.clone();
    assert_eq!(
        store.append(&lease, with(batch(3, 6), again)).unwrap_err(),
        StoreError::Duplicate { table: Table::Id, key }
    );
    assert_eq!(rows_of(&store, ledger), before);
    let store = reopened(&subject, store);
    assert_eq!(rows_of(&store, ledger), before);
    assert_eq!(store.head(ledger).unwrap(), head(3));
}

// 5
pub(super) fn epoch_and_head_are_compared_in_the_same_step_as_the_write<S: Subject>() {
    const WRITERS: usize = 4;
    const ROUNDS: u64 = 20;
    let (_subject, store, ledger) = scene::<S>();
    let lease = store.acquire(ledger).unwrap();
    let together = Barrier::new(WRITERS);
    let won: u64 = thread::scope(|scope| {
        let writer = || {
            (0..ROUNDS)
                .map(|round| {
                    together.wait();
                    match store.append(&lease, batch(round, round + 1)) {
                        Ok(durable) => u64::from(durable.head == head(round + 1)),
                        Err(error) => {
                            let moved = StoreError::HeadMoved { head: head(round + 1) };
                            assert_eq!(error, moved);
                            0
                        }
                    }
                })
                .sum::<u64>()
        };
        let writers: Vec<_> = (0..WRITERS).map(|_| scope.spawn(writer)).collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).sum()
    });
    assert_eq!(won, ROUNDS);
    assert_eq!(store.head(ledger).unwrap(), head(ROUNDS));
}

// 6
pub(super) fn ok_means_flushed_and_present_in_every_later_acquire<S: Subject>() {
    let (subject, mut store, ledger) = scene::<S>();
    for from in 0..4 {
        let lease = store.acquire(ledger).unwrap();
        assert_eq!(lease.head, head(from));
        let answer = store.append(&lease, batch(from, from + 1)).unwrap();
        assert_eq!(answer.head, head(from + 1));
        assert!(answer.nodes >= answer.sites);
        store = reopened(&subject, store);
        assert_eq!(store.acquire(ledger).unwrap().head, head(from + 1));
    }
    let held = store.get_many(ledger, &[(Table::Statement, &keys::statement(Position(3)))]);
    assert_eq!(held.unwrap(), [Some(vec![2; 700])]);
}

// 7
pub(super) fn fenced_head_moved_duplicate_and_unavailable_are_definite<S: Subject>() {
    let (subject, store, ledger) = scene::<S>();
    let old = store.acquire(ledger).unwrap();
    let lease = store.acquire(ledger).unwrap();
    store.append(&lease, batch(0, 2)).unwrap();
    let before = rows_of(&store, ledger);

    let fenced = store.append(&old, batch(2, 3)).unwrap_err();
    assert_eq!(fenced, StoreError::Fenced { current: lease.epoch });
    let moved = store.append(&lease, batch(1, 2)).unwrap_err();
    assert_eq!(moved, StoreError::HeadMoved { head: head(2) });
    let ahead = store.append(&lease, batch(3, 4)).unwrap_err();
    assert_eq!(ahead, StoreError::HeadMoved { head: head(2) });
    let id = keys::id("agency/a", "0");
    let twice = with(batch(2, 3), Row::insert(Table::Id, id.clone(), vec![]));
    let duplicate = store.append(&lease, twice).unwrap_err();
    assert_eq!(duplicate, StoreError::Duplicate { table: Table::Id, key: id });
    S::fail_next(&store, Fault::Unavailable);
    let unavailable = store.append(&lease, batch(2, 3)).unwrap_err();
    assert_eq!(unavailable, StoreError::Unavailable { cause: Cause::Injected });

    let store = reopened(&subject, store);
    assert_eq!(rows_of(&store, ledger), before);
    assert_eq!(store.head(ledger).unwrap(), head(2));
    // The lease lives on after each of them.
    assert_eq!(durable(store.append(&lease, batch(2, 3))), head(3));
}

// 8
pub(super) fn everything_else_is_indeterminate_and_poisons_the_lease<S: Subject>() {
    for landed in [false, true] {
        let (_subject, store, ledger) = scene::<S>();
        let lease = store.acquire(ledger).unwrap();
        S::fail_next(&store, Fault::Indeterminate { landed });
        let unclear = store.append(&lease, batch(0, 1)).unwrap_err();
        assert!(matches!(unclear, StoreError::Indeterminate { .. }));
        for from in [0, 1] {
            let later = store.append(&lease, batch(from, from + 1)).unwrap_err();
            assert!(matches!(
                later,
                StoreError::Unavailable { cause: Cause::LeaseDead(_) | Cause::Reopen }
            ));
        }
    }
}

// 9
pub(super) fn nothing_is_tried_twice_and_nothing_is_taken_back<S: Subject>() {
    let (subject, store, ledger) = scene::<S>();
    let lease = store.acquire(ledger).unwrap();
    S::fail_next(&store, Fault::Unavailable);
    assert!(store.append(&lease, batch(0, 1)).is_err());
    assert_eq!(store.head(ledger).unwrap(), head(0));
    assert_eq!(durable(store.append(&lease, batch(0, 2))), head(2));
    S::fail_next(&store, Fault::Indeterminate { landed: false });
    assert!(store.append(&lease, batch(2, 3)).is_err());
    let store = reopened(&subject, store);
    assert_eq!(store.head(ledger).unwrap(), head(2));
    let lease = store.acquire(ledger).unwrap();
    assert_eq!(durable(store.append(&lease, batch(2, 3))), head(3));
}

// 10
pub(super) fn indeterminate_is_resolved_only_by_acquire<S: Subject>() {
    for landed in [false, true] {
        let (subject, store, ledger) = scene::<S>();
        let lease = store.acquire(ledger).unwrap();
        store.append(&lease, batch(0, 2)).unwrap();
        S::fail_next(&store, Fault::Indeterminate { landed });
        assert!(store.append(&lease, batch(2, 4)).is_err());
        let store = reopened(&subject, store);
        let lease = store.acquire(ledger).unwrap();
        let size = if landed { 4 } else { 2 };
        assert_eq!(lease.head, head(size));
        assert_eq!(rows_of(&store, ledger)[..2], [if landed { 4 } else { 2 }; 2]);
        assert_eq!(durable(store.append(&lease, batch(size, size + 1))), head(size + 1));
    }
}

// 11
pub(super) fn reads_see_a_consistent_state<S: Subject>() {
    let (_subject, store, ledger) = scene::<S>();
    let lease = store.acquire(ledger).unwrap();
    store.append(&lease, batch(0, 3)).unwrap();
    let snapshot = store.snapshot(ledger).unwrap();
    store.append(&lease, batch(3, 6)).unwrap();

    assert_eq!(snapshot.head().unwrap(), head(3));
    let (record, thing) = (keys::record(Position(3)), keys::thing("system/0"));
    let wanted = [(Table::Record, record.as_slice()), (Table::Thing, thing.as_slice())];
    let at = |size: u64| Some(size.to_be_bytes().to_vec());
    assert_eq!(snapshot.get_many(&wanted).unwrap(), [None, at(0)]);
    assert_eq!(store.get_many(ledger, &wanted).unwrap(), [Some(vec![1; 81]), at(3)]);
    let records = snapshot.scan(Table::Record, &keys::all(), Direction::Forward, 99).unwrap();
    assert_eq!(records.len(), 3);
    let ids = snapshot.scan(Table::Id, &keys::all(), Direction::Forward, 99).unwrap();
    assert_eq!(ids.len(), 3);
    assert_eq!(store.get_many(ledger, &[]).unwrap(), Vec::<Option<Vec<u8>>>::new());
}

// 12
pub(super) fn scans_are_contiguous_and_a_gap_is_corrupt<S: Subject>() {
    let (_subject, store, ledger) = scene::<S>();
    let lease = store.acquire(ledger).unwrap();
    let mut gapped = batch(0, 5);
    gapped.rows.retain(|row| row.table != Table::Record || row.key != keys::record(Position(2)));
    store.append(&lease, gapped).unwrap();
    let gap = StoreError::Corrupt { what: Corruption::Gap { table: Table::Record, position: 2 } };
    let scan = |range: KeyRange, direction, limit| {
        store.scan(ledger, Table::Record, &range, direction, limit)
    };
    assert_eq!(scan(keys::all(), Direction::Forward, 99).unwrap_err(), gap);
    assert_eq!(scan(keys::all(), Direction::Backward, 3).unwrap_err(), gap);
    assert_eq!(scan(keys::positions(2..3), Direction::Forward, 1).unwrap_err(), gap);
    assert_eq!(scan(keys::all(), Direction::Forward, 2).unwrap().len(), 2);
    assert_eq!(scan(keys::positions(3..9), Direction::Forward, 99).unwrap().len(), 2);
    let whole = store.scan(ledger, Table::Statement, &keys::all(), Direction::Forward, 99);
    assert_eq!(whole.unwrap().len(), 5);
}

// 11
pub(super) fn scans_have_a_range_a_direction_and_a_limit<S: Subject>() {
    let (_subject, store, ledger) = scene::<S>();
    let lease = store.acquire(ledger).unwrap();
    store.append(&lease, batch(0, 9)).unwrap();
    let positions = |range: &KeyRange, direction, limit| {
        let rows = store.scan(ledger, Table::Version, range, direction, limit).unwrap();
        rows.iter().map(|(key, _)| keys::parse_version(key).unwrap().1.0).collect::<Vec<_>>()
    };
    let (up, down) = (Direction::Forward, Direction::Backward);
    assert_eq!(positions(&keys::versions("system/1", 0..99), up, 99), [1, 4, 7]);
    assert_eq!(positions(&keys::versions("system/1", 0..7), down, 1), [4]);
    assert_eq!(positions(&keys::versions("system/1", 4..8), up, 1), [4]);
    assert_eq!(positions(&keys::versions("system/1", 8..8), up, 9), Vec::<u64>::new());
    assert_eq!(positions(&keys::starting_with(b"system/"), up, 99).len(), 9);
    assert_eq!(positions(&keys::starting_with(b"system/0"), down, 2), [6, 3]);
    let version = |at| keys::version("system/1", Position(at));
    let reversed = (Bound::Included(version(8)), Bound::Excluded(version(4)));
    assert_eq!(positions(&reversed, up, 9), Vec::<u64>::new());
    assert_eq!(positions(&reversed, down, 9), Vec::<u64>::new());
    assert_eq!(positions(&keys::all(), down, 1), [8]);
    assert_eq!(positions(&keys::all(), up, 0), Vec::<u64>::new());
    let within = (Bound::Excluded(version(1)), Bound::Included(version(7)));
    assert_eq!(positions(&within, up, 99), [4, 7]);
    // The last key alone is that of a scan from the end.
    let last = |range: &KeyRange| store.last_key(ledger, Table::Version, range).unwrap();
    assert_eq!(last(&keys::versions("system/1", 0..99)), Some(version(7)));
    assert_eq!(last(&keys::versions("system/1", 0..7)), Some(version(4)));
    assert_eq!(last(&within), Some(version(7)));
    assert_eq!(last(&keys::versions("system/1", 8..8)), None);
    assert_eq!(last(&reversed), None);
    assert_eq!(last(&keys::versions("system/11", 0..99)), None);
}

// 5
pub(super) fn an_insert_is_never_a_replacement<S: Subject>() {
    let (_subject, store, ledger) = scene::<S>();
    let lease = store.acquire(ledger).unwrap();
    store.append(&lease, batch(0, 256)).unwrap();
    let next = || batch(256, 257);
    let tile = Row::insert(Table::Tile, keys::tile(0, 0), vec![1]);
    let old = [
        Row::insert(Table::Record, keys::record(Position(1)), vec![]),
        Row::insert(Table::Statement, keys::statement(Position(2)), vec![]),
        Row::insert(Table::Version, keys::version("system/0", Position(3)), vec![]),
        Row::insert(Table::Thing, keys::thing("system/0"), vec![]),
        // Within the batch itself.
        Row::insert(Table::Record, keys::record(Position(256)), vec![]),
        Row::insert(Table::Id, keys::id("agency/a", "256"), vec![]),
    ];
    for row in old {
        let duplicate = StoreError::Duplicate { table: row.table, key: row.key.clone() };
        assert_eq!(store.append(&lease, with(next(), row)).unwrap_err(), duplicate);
    }
    // A row of an old position that was left out is still an insert.
    assert_eq!(durable(store.append(&lease, with(next(), tile.clone()))), head(257));
    let duplicate = StoreError::Duplicate { table: Table::Tile, key: tile.key.clone() };
    assert_eq!(store.append(&lease, with(batch(257, 258), tile)).unwrap_err(), duplicate);
}

// 5
pub(super) fn a_put_replaces<S: Subject>() {
    let (_subject, store, ledger) = scene::<S>();
    let lease = store.acquire(ledger).unwrap();
    store.append(&lease, batch(0, 2)).unwrap();
    let erased = Row::put(Table::Statement, keys::statement(Position(1)), vec![]);
    let checkpoint = Row::put(Table::Meta, b"checkpoint".to_vec(), vec![7]);
    let aside = Batch { expect: head(2), next: head(2), rows: vec![erased, checkpoint] };
    assert_eq!(durable(store.append(&lease, aside)), head(2));
    let key = keys::statement(Position(1));
    let wanted = [(Table::Statement, key.as_slice()), (Table::Meta, b"checkpoint".as_slice())];
    assert_eq!(store.get_many(ledger, &wanted).unwrap(), [Some(vec![]), Some(vec![7])]);
    let whole = store.scan(ledger, Table::Statement, &keys::all(), Direction::Backward, 9);
    assert_eq!(whole.unwrap().len(), 2);
}

// 5
pub(super) fn a_removed_row_is_gone_and_what_must_stay_is_never_removed<S: Subject>() {
    let (subject, store, ledger) = scene::<S>();
    let lease = store.acquire(ledger).unwrap();
    store.append(&lease, batch(0, 2)).unwrap();
    let key = |time| keys::refusal(Micros(time), &leaf(time));
    let kept = |time| Row::insert(Table::Refusal, key(time), vec![7]);
    let aside = |rows| Batch { expect: head(2), next: head(2), rows };
    let rows = vec![kept(1), kept(2), kept(3)];
    assert_eq!(durable(store.append(&lease, aside(rows))), head(2));
    let gone = |time| Row::remove(Table::Refusal, key(time));
    // Also what was never there, and beside a row that joins.
    let rows = vec![gone(1), gone(9), kept(4), gone(3)];
    assert_eq!(durable(store.append(&lease, aside(rows))), head(2));
    for table in Table::ALL.into_iter().filter(|table| *table != Table::Refusal) {
        let row = Row::remove(table, keys::record(Position(0)));
        let fault = StoreError::from(Cause::Batch(BatchFault::Lasting { table }));
        assert_eq!(store.append(&lease, aside(vec![row])).unwrap_err(), fault);
    }
    let store = reopened(&subject, store);
    let found = store.scan(ledger, Table::Refusal, &keys::all(), Direction::Forward, 9).unwrap();
    let keys: Vec<_> = found.into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, [key(2), key(4)]);
}

// 7
pub(super) fn a_malformed_batch_is_refused_before_it_is_written<S: Subject>() {
    let (_subject, store, ledger) = scene::<S>();
    let lease = store.acquire(ledger).unwrap();
    let beyond = Row::put(Table::Record, keys::record(Position(1)), vec![]);
    let state = Row::put(Table::Meta, keys::STATE.to_vec(), vec![]);
    for row in [beyond, state] {
        let error = store.append(&lease, with(batch(0, 1), row)).unwrap_err();
        assert!(matches!(error, StoreError::Unavailable { cause: Cause::Batch(_) }));
    }
    assert_eq!(rows_of(&store, ledger), [0; 9]);
    assert_eq!(durable(store.append(&lease, batch(0, 1))), head(1));
}

// 11
pub(super) fn ledgers_do_not_see_each_other<S: Subject>() {
    let (_subject, store, first) = scene::<S>();
    let second = store.create("61.71", ORIGIN).unwrap();
    let third = store.create("id", ORIGIN).unwrap();
    for (ledger, size) in [(first, 2), (second, 3), (third, 1)] {
        let lease = store.acquire(ledger).unwrap();
        assert_eq!(durable(store.append(&lease, batch(0, size))), head(size));
    }
    for (ledger, size) in [(first, 2), (second, 3), (third, 1)] {
        assert_eq!(store.head(ledger).unwrap(), head(size));
        for direction in [Direction::Forward, Direction::Backward] {
            for table in [Table::Record, Table::Statement, Table::Id, Table::Version] {
                let rows = store.scan(ledger, table, &keys::all(), direction, 99).unwrap();
                assert_eq!(u64::try_from(rows.len()).unwrap(), size);
            }
        }
    }
}

// The directory.
pub(super) fn a_region_has_one_ledger<S: Subject>() {
    let (subject, store, first) = scene::<S>();
    let second = store.create("61.71", "jejak.example/61.71").unwrap();
    assert!(second > first && first > LedgerNumber::DIRECTORY);
    let key = keys::name("61.07");
    let duplicate = StoreError::Duplicate { table: Table::Name, key };
    assert_eq!(store.create("61.07", "elsewhere/61.07").unwrap_err(), duplicate);
    let store = reopened(&subject, store);
    let entry = |number, region: &str| LedgerEntry {
        number,
        region: region.to_owned(),
        origin: format!("jejak.example/{region}"),
    };
    assert_eq!(store.ledgers().unwrap(), [entry(first, "61.07"), entry(second, "61.71")]);
    assert_eq!(store.acquire(second).unwrap().head, Head::genesis("jejak.example/61.71"));
}

// 7
pub(super) fn a_ledger_that_is_not_there_is_unavailable<S: Subject>() {
    let (_subject, store, ledger) = scene::<S>();
    let none = LedgerNumber(99);
    let absent = StoreError::Unavailable { cause: Cause::NoSuchLedger(none) };
    assert_eq!(store.acquire(none).unwrap_err(), absent);
    assert_eq!(store.head(none).unwrap_err(), absent);
    assert_eq!(store.get_many(none, &[]).unwrap_err(), absent);
    let lease = Lease { ledger: none, ..store.acquire(ledger).unwrap() };
    assert_eq!(store.append(&lease, batch(0, 1)).unwrap_err(), absent);
}
