//! Opening a directory trusts nothing that it can check: the lock, the key, the format, the holder.

use std::fs;

use jejak_ledger::store::{self, LedgerNumber};
use jejak_ledger::{Answer, Failure, Ledgers, OpenError, Settings};

use serde_json::json;

use crate::acts::request;
use crate::harness::{REGION, World, recorded, repeated};

const NATIONAL: &[u8] = include_bytes!("../ledger/rulesets/nasional.toml");
/// A region that knows only the acts of the ledger itself.
pub(crate) const STRUCTURAL_ONLY: &[u8] = b"format = \"jejak-ruleset/1\"\nname = \"sanggau\"\nstructural = 1\ntitle.id = \"Sanggau\"\ntitle.en = \"Sanggau\"\nregion = \"61.03\"\n";

fn open(world: &World) -> Result<Ledgers, OpenError> {
    Ledgers::open(&world.path(), Settings::default(), world.clock())
}

fn refused(world: &World) -> OpenError {
    match open(world) {
        Ok(_) => panic!("the directory opened"),
        Err(error) => error,
    }
}

#[test]
fn what_was_recorded_is_there_after_reopening_and_goes_on() {
    let mut world = World::new();
    let first = world.sign(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    let position = recorded(world.post_bytes(first.clone())).position;
    let before = world.ledger().published();
    world.reopen();
    let after = world.ledger().published();
    assert_eq!((after.size, after.root), (before.size, before.root));
    assert_eq!(after.checkpoint, before.checkpoint);
    assert_eq!(repeated(world.post_bytes(first)).position, position);
    world.accept(&world.dinkes, &request(&world, &world.dinkes, "puskesmas"));
}

#[test]
fn a_reopened_ledger_grows_the_same_tree_across_tiles() {
    let mut world = World::new();
    for round in 0..3 {
        for number in 0..150 {
            let event = request(&world, &world.dinkes, &format!("r{round}-{number}"));
            recorded(world.post(&world.dinkes, &event));
        }
        world.reopen();
    }
    world.audit();
    assert!(world.ledger().published().size > 450);
}

#[test]
fn the_second_process_is_told_who_holds_the_directory() {
    let world = World::new();
    match refused(&world) {
        OpenError::Database(store::OpenError::Held { by, .. }) => {
            assert!(by.to_string().contains(&std::process::id().to_string()), "{by}");
        }
        other => panic!("{other}"),
    }
}

#[test]
fn a_database_put_back_to_an_older_state_is_not_signed() {
    let mut world = World::new();
    world.close();
    let older = tempfile::tempdir().unwrap();
    crate::harness::copy(&world.path().join("db"), older.path());
    world.reopen();
    recorded(world.post(&world.dinkes, &request(&world, &world.dinkes, "dinkes")));
    let size = world.ledger().published().size;
    world.close();
    fs::remove_dir_all(world.path().join("db")).unwrap();
    crate::harness::copy(older.path(), &world.path().join("db"));
    match refused(&world) {
        OpenError::BehindLock { region, lock, store } => {
            assert_eq!((region.as_str(), lock, store), (REGION, size, size - 1));
        }
        other => panic!("{other}"),
    }
}

#[test]
fn another_history_of_the_same_size_is_not_signed() {
    let mut world = World::new();
    world.close();
    let older = tempfile::tempdir().unwrap();
    crate::harness::copy(&world.path(), &older.path().join("data"));
    world.reopen();
    recorded(world.post(&world.dinkes, &request(&world, &world.dinkes, "dinkes")));
    world.close();
    // The same directory goes on from the older state with another event.
    let mut fork = world.in_directory(older);
    fork.reopen();
    recorded(fork.post(&fork.dinkes, &request(&fork, &fork.dinkes, "cabang")));
    fork.close();
    fs::remove_dir_all(world.path().join("db")).unwrap();
    crate::harness::copy(&fork.path().join("db"), &world.path().join("db"));
    assert!(matches!(refused(&world), OpenError::NotOnChain { .. }));
}

#[test]
fn a_directory_with_ledgers_and_no_lock_does_not_open() {
    let mut world = World::new();
    world.close();
    fs::remove_file(world.path().join("lock")).unwrap();
    assert!(matches!(refused(&world), OpenError::Lock(_)));
}

#[test]
fn another_log_key_is_not_used() {
    let mut world = World::new();
    world.close();
    let path = world.path().join("keys").join(format!("{REGION}.pem"));
    let other = jejak_signer::SigningKey::generate(jejak_signer::Algorithm::Ed25519).unwrap();
    fs::write(&path, other.to_pkcs8_pem().unwrap().as_bytes()).unwrap();
    assert!(matches!(refused(&world), OpenError::WrongKey { .. }));
}

#[test]
fn a_directory_of_a_newer_program_is_refused_with_both_versions() {
    let mut world = World::new();
    world.close();
    let db = world.path().join("db");
    fs::write(db.join(store::DRILL_MARK), b"").unwrap();
    let newer = 99_u32.to_be_bytes();
    let (table, key) = (store::Table::Meta, store::keys::FORMAT);
    store::drill_replace_row(&db, LedgerNumber::DIRECTORY, table, key, &newer).unwrap();
    match refused(&world) {
        OpenError::Database(store::OpenError::Newer { found, known, .. }) => {
            assert_eq!((found, known), (99, store::FORMAT_VERSION));
        }
        other => panic!("{other}"),
    }
}

#[test]
fn a_clock_behind_the_last_record_stops_writing_until_it_is_right() {
    let world = World::new();
    recorded(world.post(&world.dinkes, &request(&world, &world.dinkes, "dinkes")));
    let now = world.clock.seconds();
    world.clock.set_s(now - 3);
    let event = request(&world, &world.dinkes, "puskesmas");
    match world.post_bytes(world.dinkes.sign(&event, now)) {
        Answer::Failed(failure) => {
            assert!(failure.to_string().contains("clock"), "{failure}");
        }
        other => panic!("{}", crate::harness::shown(&other)),
    }
    world.clock.set_s(now);
    world.accept(&world.dinkes, &request(&world, &world.dinkes, "puskesmas"));
}

#[test]
fn a_full_disk_stops_writing_before_it_is_unclear_what_was_written() {
    let mut world = World::new();
    world.close();
    let settings = Settings { disk_free_min_bytes: u64::MAX, ..Settings::default() };
    let ledgers = Ledgers::open(&world.path(), settings, world.clock()).unwrap();
    let ledger = ledgers.ledger(REGION).unwrap();
    let before = ledger.published().size;
    let statement = world.sign(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    match crate::harness::submit(&ledger, vec![statement.clone()]).remove(0) {
        Answer::Failed(Failure::DiskFull { free_min_bytes, .. }) => {
            assert_eq!(free_min_bytes, u64::MAX);
        }
        other => panic!("{}", crate::harness::shown(&other)),
    }
    assert_eq!(ledger.published().size, before);
    drop((ledger, ledgers));
    world.reopen();
    recorded(world.post_bytes(statement));
    world.audit();
}

#[test]
fn a_holder_whom_only_another_ledger_knows_is_not_shown() {
    let world = World::new();
    let other = "jejak.sanggaukab.go.id/61.03";
    world.ledgers().init(world.opening("61.03", other, STRUCTURAL_ONLY)).unwrap();
    let view = world.ledgers().ledger("61.03").unwrap().view();
    assert_eq!(view.certificate(&world.dinkes.thumbprint()).unwrap(), None);
    assert!(view.certificate(&world.registrar.thumbprint()).unwrap().is_some());
    let issuing = jejak_signer::Hash::of(&world.dinkes.chain[1]);
    let (_, class) = view.certificate(&issuing).unwrap().unwrap();
    assert_eq!(class, jejak_ledger::rules::Class::Public);
    crate::harness::audit_clean(&world.ledgers().ledger("61.03").unwrap());
}

#[test]
fn a_refused_opening_leaves_nothing_behind_and_can_be_mended() {
    let world = World::opened();
    let other = "jejak.sanggaukab.go.id/61.03";
    let init = || world.opening("61.03", other, NATIONAL);
    // The national rule set names another region.
    let before = crate::tampering::everything(&world.path().join("keys"));
    match world.ledgers().init(init()) {
        Err(OpenError::Refused(refusal)) => assert_eq!(refusal.code(), "content-invalid"),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("the ledger opened"),
    }
    assert_eq!(crate::tampering::everything(&world.path().join("keys")), before);
    let mut wrong = world.opening("61.03", other, STRUCTURAL_ONLY);
    wrong.origin = "jejak.sanggaukab.go.id/61.04".to_owned();
    assert!(world.ledgers().init(wrong).is_err());
    world.ledgers().init(world.opening("61.03", other, STRUCTURAL_ONLY)).unwrap();
    assert_eq!(world.ledgers().list().len(), 2);
}

#[test]
fn a_key_file_that_others_may_read_is_not_used() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut world = World::new();
    world.close();
    let path = world.path().join("keys").join(format!("{REGION}.pem"));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(refused(&world), OpenError::KeyFileOpen { .. }));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    fs::remove_file(&path).unwrap();
    assert!(matches!(refused(&world), OpenError::KeyFileMissing { .. }));
}

#[test]
fn a_server_makes_no_directory_and_no_lost_database() {
    let mut world = World::new();
    world.close();
    fs::remove_dir_all(world.path().join("db")).unwrap();
    assert!(matches!(refused(&world), OpenError::Database(store::OpenError::Missing { .. })));
    let made = Ledgers::open_or_create(&world.path(), Settings::default(), world.clock());
    assert!(matches!(made, Err(OpenError::DatabaseLost { .. })));
}

#[test]
fn a_ledger_that_does_not_open_keeps_no_other_from_opening() {
    let mut world = World::new();
    let other = "jejak.sanggaukab.go.id/61.03";
    world.ledgers().init(world.opening("61.03", other, STRUCTURAL_ONLY)).unwrap();
    world.close();
    fs::remove_file(world.path().join("keys").join("61.03.pem")).unwrap();
    world.reopen();
    let shut: Vec<&str> =
        world.ledgers().shut().iter().map(|(region, _)| region.as_str()).collect();
    assert_eq!(shut, ["61.03"]);
    world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
}

#[test]
fn a_group_whose_rows_are_more_than_one_write_may_hold_is_written_in_several() {
    let world = World::new();
    let appoint = |number: usize| {
        // One tenure a day: each keeps those before it.
        let day = crate::harness::rfc3339(86_400 * u64::try_from(number).unwrap());
        let data = json!({
            "person": format!("p-office-{number}"), "agency": "dinkes",
            "decision": crate::acts::document("keputusan"),
            "from": &day[..10], "until": &day[..10], "position": "x".repeat(190),
        });
        let event = world.event(&world.registrar, "role.appointed", "role/kepala", data);
        world.sign(&world.registrar, &event)
    };
    let answers = world.post_batch((0..2_500).map(appoint).collect());
    let mut recorded = 0;
    for answer in answers {
        match answer {
            Answer::Recorded(_) => recorded += 1,
            Answer::Refused(refusal) => assert_eq!(refusal.code(), "rule-refused", "{refusal}"),
            other => panic!("{}", crate::harness::shown(&other)),
        }
    }
    assert!(recorded > 500, "{recorded}");
    world.audit();
}
