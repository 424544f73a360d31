//! What holds for `RocksDB` beyond the contract: directories, versions, copies, drills, and the same answers as in memory.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::PathBuf;

use jejak_signer::Hash;
use proptest::prelude::*;
use rocksdb::Options;

use super::*;
use crate::log::Position;
use crate::store::conformance::{Subject, conformance};
use crate::store::{Fault, HeldBy, Memory, Row, Write};

struct OnDisk(tempfile::TempDir);

impl OnDisk {
    fn db(&self) -> PathBuf {
        self.0.path().join("db")
    }
}

impl Subject for OnDisk {
    type Store = Rocks;

    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        drop(Rocks::create(&place.db(), &small()).unwrap());
        place
    }

    fn open(&self) -> Rocks {
        Rocks::open(&self.db(), &small()).unwrap()
    }

    fn fail_next(store: &Rocks, fault: Fault) {
        store.fail_next(fault);
    }
}

conformance!(OnDisk);

fn small() -> Tuning {
    Tuning { block_cache_bytes: 4 << 20, write_buffer_bytes: 4 << 20, ..Tuning::default() }
}

fn head(size: u64) -> Head {
    if size == 0 {
        return Head::genesis("h/id");
    }
    Head { size, leaf_hash: Hash::of(&size.to_be_bytes()) }
}

fn written(place: &OnDisk) -> LedgerNumber {
    let store = place.open();
    let ledger = store.create("id", "h/id").unwrap();
    let lease = store.acquire(ledger).unwrap();
    let rows = (0..3).flat_map(|at| {
        let at = Position(at);
        let statement = codec::frame_statement(b"a.b.c").unwrap();
        [
            Row::insert(Table::Record, keys::record(at), vec![1; 81]),
            Row::insert(Table::Statement, keys::statement(at), statement),
        ]
    });
    let batch = Batch { expect: head(0), next: head(3), rows: rows.collect() };
    store.append(&lease, batch).unwrap();
    ledger
}

#[test]
fn the_second_to_open_is_told_which_process_holds_it() {
    let place = OnDisk::new();
    let dir = place.db();
    let first = place.open();
    let by = HeldBy::Process(std::process::id());
    let held = OpenError::Held { dir: dir.clone(), by };
    assert_eq!(Rocks::open(&dir, &small()).unwrap_err(), held);
    assert_eq!(Rocks::create(&dir, &small()).unwrap_err(), held);
    drop(first);
    drop(place.open());
}

#[test]
fn a_directory_is_made_once_and_opened_only_where_it_is() {
    let place = OnDisk::new();
    let dir = place.db();
    assert_eq!(Rocks::create(&dir, &small()).unwrap_err(), OpenError::Exists { dir });
    let elsewhere = place.0.path().join("elsewhere");
    let missing = OpenError::Missing { dir: elsewhere.clone() };
    assert_eq!(Rocks::open(&elsewhere, &small()).unwrap_err(), missing);
    assert!(!elsewhere.exists());
}

#[test]
fn a_directory_of_version_1_is_read_as_it_is_and_raised_when_it_is_written() {
    let place = OnDisk::new();
    let store = place.open();
    let ledger = store.create("61.07", "h/61.07").unwrap();
    let key = keys::stored(LedgerNumber::DIRECTORY, keys::FORMAT);
    let version = |store: &Rocks| store.row(LedgerNumber::DIRECTORY, Table::Meta, keys::FORMAT);
    store.db.put_cf(store.family(Table::Meta).unwrap(), key, 1_u32.to_be_bytes()).unwrap();
    drop(store);
    let names = DB::list_cf(&Options::default(), place.db()).unwrap();
    let mut db = DB::open_cf(&Options::default(), place.db(), names).unwrap();
    db.drop_cf(Table::Document.name()).unwrap();
    drop(db);
    let read = Rocks::open_reading(&place.db(), &small()).unwrap();
    let all = keys::all();
    assert_eq!(read.scan(ledger, Table::Document, &all, Direction::Forward, 9), Ok(vec![]));
    let wanted = keys::document(&Hash::of(b""), 0, Position(0));
    assert_eq!(read.get_many(ledger, &[(Table::Document, &wanted)]), Ok(vec![None]));
    assert_eq!(version(&read), Ok(Some(1_u32.to_be_bytes().to_vec())));
    drop(read);
    let written = place.open();
    assert_eq!(version(&written), Ok(Some(FORMAT_VERSION.to_be_bytes().to_vec())));
    assert_eq!(written.scan(ledger, Table::Document, &all, Direction::Forward, 9), Ok(vec![]));
}

#[test]
fn an_older_program_refuses_a_newer_directory() {
    let place = OnDisk::new();
    let newer =
        OpenError::Newer { dir: place.db(), found: FORMAT_VERSION + 1, known: FORMAT_VERSION };
    let store = place.open();
    let key = keys::stored(LedgerNumber::DIRECTORY, keys::FORMAT);
    let meta = store.family(Table::Meta).unwrap();
    store.db.put_cf(meta, key, (FORMAT_VERSION + 1).to_be_bytes()).unwrap();
    drop(store);
    assert_eq!(Rocks::open(&place.db(), &small()).unwrap_err(), newer);
    // A table that only the newer program knows.
    let names = DB::list_cf(&Options::default(), place.db()).unwrap();
    let mut db = DB::open_cf(&Options::default(), place.db(), names).unwrap();
    db.create_cf("witness", &Options::default()).unwrap();
    drop(db);
    assert_eq!(Rocks::open(&place.db(), &small()).unwrap_err(), newer);
}

#[test]
fn a_directory_whose_making_was_cut_short_is_completed() {
    let place = OnDisk::new();
    let store = place.open();
    let key = keys::stored(LedgerNumber::DIRECTORY, keys::FORMAT);
    store.db.delete_cf(store.family(Table::Meta).unwrap(), &key).unwrap();
    drop(store);
    let store = place.open();
    let held = store.row(LedgerNumber::DIRECTORY, Table::Meta, keys::FORMAT).unwrap();
    assert_eq!(held, Some(vec![0, 0, 0, 2]));
}

#[test]
fn after_an_unclear_write_nothing_is_written_until_it_is_opened_again() {
    let place = OnDisk::new();
    let ledger = written(&place);
    let store = place.open();
    let other = store.create("61.07", "h/61.07").unwrap();
    let lease = store.acquire(ledger).unwrap();
    store.fail_next(Fault::Indeterminate { landed: true });
    let batch = |from| Batch { expect: head(from), next: head(from), rows: vec![] };
    assert!(store.append(&lease, batch(3)).is_err());
    let reopen = StoreError::Unavailable { cause: Cause::Reopen };
    assert_eq!(store.acquire(other).unwrap_err(), reopen);
    assert_eq!(store.create("x", "h/x").unwrap_err(), reopen);
    // Reads go on.
    assert_eq!(store.head(ledger).unwrap(), head(3));
    drop(store);
    assert_eq!(place.open().acquire(ledger).unwrap().head, head(3));
}

#[test]
fn a_copy_has_all_that_was_written_and_lives_by_itself() {
    let place = OnDisk::new();
    let ledger = written(&place);
    let copy = place.0.path().join("copy");
    let store = place.open();
    store.checkpoint_copy(&copy).unwrap();
    let lease = store.acquire(ledger).unwrap();
    let row = Row::insert(Table::Record, keys::record(Position(3)), vec![2; 81]);
    let batch = Batch { expect: head(3), next: head(4), rows: vec![row] };
    store.append(&lease, batch).unwrap();
    let copied = Rocks::open(&copy, &small()).unwrap();
    assert_eq!(copied.head(ledger).unwrap(), head(3));
    let rows = copied.scan(ledger, Table::Record, &keys::all(), Direction::Forward, 9).unwrap();
    assert_eq!(rows.len(), 3);
}

#[test]
fn a_head_that_is_gone_is_an_alarm() {
    let place = OnDisk::new();
    let ledger = written(&place);
    let store = place.open();
    let key = keys::stored(ledger, keys::STATE);
    store.db.delete_cf(store.family(Table::Meta).unwrap(), key).unwrap();
    let missing = StoreError::Corrupt { what: Corruption::StateMissing(ledger) };
    assert_eq!(store.acquire(ledger).unwrap_err(), missing);
    assert_eq!(store.head(ledger).unwrap_err(), missing);
}

#[test]
fn damaged_files_are_an_alarm_and_not_an_absent_row() {
    let place = OnDisk::new();
    let ledger = written(&place);
    let store = place.open();
    store.db.flush_cf(store.family(Table::Statement).unwrap()).unwrap();
    // No compaction takes the file away between its naming and its damage.
    store.db.cancel_all_background_work(true);
    let files = store.db.live_files().unwrap();
    drop(store);
    let of_statements = |file: &&rocksdb::LiveFile| file.column_family_name == "statement";
    let damaged = files.iter().find(of_statements).unwrap();
    let file = place.db().join(damaged.name.trim_start_matches('/'));
    let mut bytes = fs::read(&file).unwrap();
    bytes.iter_mut().take(24).for_each(|byte| *byte ^= 0x55);
    fs::write(&file, bytes).unwrap();
    let store = place.open();
    let read = store.scan(ledger, Table::Statement, &keys::all(), Direction::Forward, 9);
    assert!(matches!(read, Err(StoreError::Corrupt { .. })), "{read:?}");
}

#[cfg(feature = "drill")]
#[test]
fn a_drill_changes_a_marked_copy_and_nothing_else() {
    let place = OnDisk::new();
    let ledger = written(&place);
    let dir = place.db();
    let replace = |dir: &Path| drill_replace_statement(dir, ledger, Position(1), b"x.y.z");
    assert_eq!(replace(&dir), Err(DrillError::NotADrill { dir: dir.clone() }));
    let copy = place.0.path().join("copy");
    place.open().checkpoint_copy(&copy).unwrap();
    fs::write(copy.join(DRILL_MARK), b"").unwrap();
    replace(&copy).unwrap();
    drill_replace_row(&copy, ledger, Table::Record, &keys::record(Position(0)), b"r").unwrap();
    drill_delete_row(&copy, ledger, Table::Record, &keys::record(Position(2))).unwrap();
    let absent = DrillError::NoSuchRow { table: Table::Record, key: keys::record(Position(9)) };
    assert_eq!(
        drill_delete_row(&copy, ledger, Table::Record, &keys::record(Position(9))),
        Err(absent)
    );
    let (statement, record) = (keys::statement(Position(1)), keys::record(Position(0)));
    let wanted = [(Table::Statement, statement.as_slice()), (Table::Record, record.as_slice())];
    let drilled = Rocks::open(&copy, &small()).unwrap();
    let rows = drilled.get_many(ledger, &wanted).unwrap();
    let statement = rows.first().unwrap().as_deref().unwrap();
    assert_eq!(codec::unframe_statement(statement), Ok(b"x.y.z".as_slice()));
    assert_eq!(rows.last().unwrap().as_deref(), Some(b"r".as_slice()));
    let gap = Corruption::Gap { table: Table::Record, position: 2 };
    let read = drilled.scan(ledger, Table::Record, &keys::all(), Direction::Forward, 9);
    assert_eq!(read.unwrap_err(), gap.into());
    let untouched = place.open().get_many(ledger, &wanted).unwrap();
    assert_eq!(untouched.last().unwrap(), &Some(vec![1; 81]));
}

/// What a small alphabet of keys lets collide often.
fn any_row() -> impl Strategy<Value = Row> {
    let key = (0_u8..4, 0_u64..6);
    (any::<bool>(), 0_usize..8, key, any::<u8>()).prop_map(|(insert, table, (name, at), value)| {
        let name = name.to_string();
        let (table, key) = match table {
            0 => (Table::Record, keys::record(Position(at))),
            1 => (Table::Statement, keys::statement(Position(at))),
            2 => (Table::Id, keys::id("a", &name)),
            3 => (Table::Thing, keys::thing(&name)),
            4 => (Table::Version, keys::version(&name, Position(at))),
            5 => (Table::Meta, name.into_bytes()),
            6 => (Table::Document, keys::document(&Hash::of(name.as_bytes()), 0, Position(at))),
            _ => (Table::Tile, keys::tile(0, at)),
        };
        let write = if insert { Write::Insert } else { Write::Put };
        Row { write, table, key, value: vec![value] }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever is asked, both engines answer the same and hold the same.
    #[test]
    fn rocksdb_and_memory_give_the_same_answers(
        batches in prop::collection::vec(
            (0_u64..2, 0_u64..3, prop::collection::vec(any_row(), 0..6), any::<bool>()),
            1..12,
        ),
    ) {
        let place = OnDisk::new();
        let (memory, mut rocks) = (Memory::new(), place.open());
        let ledger = memory.create("id", "h/id").unwrap();
        prop_assert_eq!(rocks.create("id", "h/id").unwrap(), ledger);
        let leases = (memory.acquire(ledger).unwrap(), rocks.acquire(ledger).unwrap());
        prop_assert_eq!(&leases.0, &leases.1);
        for (behind, step, rows, reopen) in batches {
            if reopen {
                drop(rocks);
                rocks = place.open();
            }
            let size = memory.head(ledger).unwrap().size.saturating_sub(behind);
            let batch = Batch { expect: head(size), next: head(size + step), rows };
            let in_memory = memory.append(&leases.0, batch.clone()).map(|durable| durable.head);
            let on_disk = rocks.append(&leases.1, batch).map(|durable| durable.head);
            prop_assert_eq!(in_memory, on_disk);
            for table in Table::ALL.into_iter().skip(1) {
                for direction in [Direction::Forward, Direction::Backward] {
                    prop_assert_eq!(
                        memory.scan(ledger, table, &keys::all(), direction, 4),
                        rocks.scan(ledger, table, &keys::all(), direction, 4)
                    );
                }
            }
        }
    }
}
