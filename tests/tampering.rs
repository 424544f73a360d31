//! What is changed, removed or slipped in behind the program's back is found and named.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jejak_ledger::audit::{CheckName, Verdict};
use jejak_ledger::log::Position;
use jejak_ledger::rules::Class;
use jejak_ledger::store::{
    DRILL_MARK, LedgerNumber, Table, drill_delete_row, drill_insert_row, drill_replace_row,
    drill_replace_statement, keys,
};
use jejak_ledger::{Archive, AuditReport, EntryFilter, Ledgers, OpenError, Settings, audit};
use jejak_signer::Hash;

use crate::acts::{grant, request};
use crate::harness::World;

const LEDGER: LedgerNumber = LedgerNumber(1);

/// A closed directory with some history, marked as a drill copy.
struct Drill {
    world: World,
    dir: tempfile::TempDir,
    /// Positions of a request and of its grant.
    requested: Position,
    granted: Position,
    /// The statement of an event that was never posted.
    stray: Vec<u8>,
}

impl Drill {
    fn new() -> Self {
        let mut world = World::new();
        let requested =
            world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes")).position;
        let granted = world.accept(&world.kominfo, &grant(&world, "dinkes", "dinkes")).position;
        for number in 0..300 {
            let event = request(&world, &world.dinkes, &format!("layanan-{number}"));
            crate::harness::recorded(world.post(&world.dinkes, &event));
        }
        let stray = world.sign(&world.dinkes, &request(&world, &world.dinkes, "stray"));
        world.close();
        let dir = tempfile::tempdir().unwrap();
        crate::harness::copy(&world.path(), &dir.path().join("data"));
        fs::write(dir.path().join("data/db").join(DRILL_MARK), b"").unwrap();
        Self { world, dir, requested, granted, stray }
    }

    fn db(&self) -> PathBuf {
        self.dir.path().join("data/db")
    }

    fn report(&self) -> AuditReport {
        let archive = Archive::open(&self.dir.path().join("data"), &Settings::default()).unwrap();
        let view = &archive.views()[0];
        audit(view, &archive.lock_evidence(view), &Settings::default(), &|_, _| ())
    }

    /// The check that fails, and where; every other one holds or could not be made.
    fn finds(&self, name: CheckName, position: Option<Position>) {
        let report = self.report();
        let check = report.check(name).unwrap();
        assert_eq!(check.verdict, Verdict::Bad, "{report:#?}");
        if let Some(position) = position {
            assert_eq!(check.position, Some(position), "{report:#?}");
        }
    }

    fn opens(&self) -> Result<Ledgers, OpenError> {
        let path = self.dir.path().join("data");
        Ledgers::open(&path, Settings::default(), self.world.clock())
    }

    fn open(&self) -> Ledgers {
        self.opens().unwrap_or_else(|error| panic!("{error}"))
    }

    /// The position at which the official of the health agency was enrolled.
    fn enrolled(&self) -> Position {
        let archive = Archive::open(&self.dir.path().join("data"), &Settings::default()).unwrap();
        let subject = Some(format!("signer/{}", self.world.dinkes.id));
        let filter = EntryFilter { subject, class_max: Class::Restricted, ..Default::default() };
        let page = archive.views()[0].entries(&filter, None, 1, 100).unwrap();
        page.entries[0].record.position
    }

    fn row(&self, table: Table, key: &[u8]) -> Vec<u8> {
        let archive = Archive::open(&self.dir.path().join("data"), &Settings::default()).unwrap();
        archive.row(&archive.views()[0], table, key).unwrap().unwrap()
    }
}

#[test]
fn an_untouched_copy_audits_clean() {
    let report = Drill::new().report();
    assert!(report.is_clean(), "{report:#?}");
    for check in &report.checks {
        // Nobody has handed in what its events name.
        let is_absent = check.name == CheckName::Documents;
        let expected = if is_absent { Verdict::NotHeld } else { Verdict::Ok };
        assert_eq!(check.verdict, expected, "{report:#?}");
    }
}

#[test]
fn a_changed_statement_is_named_by_its_position_even_with_agreeing_checksums() {
    let drill = Drill::new();
    drill_replace_statement(&drill.db(), LEDGER, drill.requested, &drill.stray).unwrap();
    drill.finds(CheckName::Statements, Some(drill.requested));
    let report = drill.report();
    for name in [CheckName::Chain, CheckName::Tree, CheckName::Registers, CheckName::Admission] {
        assert_ne!(report.check(name).unwrap().verdict, Verdict::Bad, "{report:#?}");
    }
}

#[test]
fn a_statement_changed_together_with_its_record_breaks_the_chain_behind_it() {
    let drill = Drill::new();
    let key = keys::record(drill.requested);
    let mut record = drill.row(Table::Record, &key);
    record[49..].copy_from_slice(Hash::of(&drill.stray).as_bytes());
    drill_replace_row(&drill.db(), LEDGER, Table::Record, &key, &record).unwrap();
    drill_replace_statement(&drill.db(), LEDGER, drill.requested, &drill.stray).unwrap();
    drill.finds(CheckName::Chain, Some(Position(drill.requested.0 + 1)));
    drill.finds(CheckName::Tree, None);
}

#[test]
fn a_changed_register_row_is_found() {
    let drill = Drill::new();
    let subject = keys::thing("subdomain/dinkes.bengkayangkab.go.id");
    let version = keys::version("subdomain/dinkes.bengkayangkab.go.id", drill.requested);
    let older = drill.row(Table::Version, &version);
    drill_replace_row(&drill.db(), LEDGER, Table::Thing, &subject, &older).unwrap();
    drill.finds(CheckName::Registers, Some(drill.granted));
}

#[test]
fn a_changed_history_row_is_found_at_its_event() {
    let drill = Drill::new();
    let subject = "subdomain/dinkes.bengkayangkab.go.id";
    let granted = drill.row(Table::Version, &keys::version(subject, drill.granted));
    let key = keys::version(subject, drill.requested);
    drill_replace_row(&drill.db(), LEDGER, Table::Version, &key, &granted).unwrap();
    drill.finds(CheckName::RegisterHistory, Some(drill.requested));
}

#[test]
fn a_history_row_that_was_slipped_in_is_found() {
    let drill = Drill::new();
    let subject = "subdomain/dinkes.bengkayangkab.go.id";
    let granted = drill.row(Table::Version, &keys::version(subject, drill.granted));
    let key = keys::version("subdomain/palsu.bengkayangkab.go.id", drill.granted);
    drill_insert_row(&drill.db(), LEDGER, Table::Version, &key, &granted).unwrap();
    drill.finds(CheckName::RegisterHistory, None);
}

#[test]
fn a_missing_id_row_is_found() {
    let drill = Drill::new();
    let key = keys::id("agency/setda", "genesis");
    drill_delete_row(&drill.db(), LEDGER, Table::Id, &key).unwrap();
    drill.finds(CheckName::Ids, Some(Position(0)));
}

#[test]
fn a_changed_tile_is_found() {
    let drill = Drill::new();
    let key = keys::tile(0, 0);
    let mut tile = drill.row(Table::Tile, &key);
    tile[0] ^= 1;
    drill_replace_row(&drill.db(), LEDGER, Table::Tile, &key, &tile).unwrap();
    drill.finds(CheckName::Tree, Some(Position(255)));
}

#[test]
fn a_missing_record_is_named_and_nothing_behind_it_is_called_good() {
    let drill = Drill::new();
    drill_delete_row(&drill.db(), LEDGER, Table::Record, &keys::record(drill.granted)).unwrap();
    drill.finds(CheckName::Records, Some(drill.granted));
    let report = drill.report();
    let behind = report.checks.iter().filter(|check| check.name != CheckName::Records);
    assert!(behind.clone().all(|check| check.verdict == Verdict::NotChecked), "{report:#?}");
}

#[test]
fn a_missing_statement_is_not_held_and_no_fault() {
    let drill = Drill::new();
    let key = keys::statement(drill.granted);
    drill_delete_row(&drill.db(), LEDGER, Table::Statement, &key).unwrap();
    let report = drill.report();
    assert!(report.is_clean(), "{report:#?}");
    let check = report.check(CheckName::Statements).unwrap();
    assert_eq!(check.verdict, Verdict::NotChecked);
    assert!(check.reason.as_ref().unwrap().contains(&drill.granted.to_string()));
}

/// The path of an object.
fn object(drill: &Drill, hash: &Hash) -> PathBuf {
    let name = hash.to_string();
    drill.dir.path().join("data/objects").join(&name[..2]).join(&name[2..])
}

#[test]
fn a_lost_authoritys_certificate_is_found_where_it_was_first_needed() {
    let drill = Drill::new();
    let issuing = Hash::of(&drill.world.dinkes.chain[1]);
    fs::remove_file(object(&drill, &issuing)).unwrap();
    drill.finds(CheckName::Objects, Some(Position(0)));
}

#[test]
fn a_changed_rule_set_is_found_and_not_mended_in_silence() {
    let drill = Drill::new();
    let path = object(&drill, &Hash::of(crate::harness::BENGKAYANG));
    let mut bytes = fs::read(&path).unwrap();
    bytes[0] ^= 1;
    fs::write(&path, bytes).unwrap();
    drill.finds(CheckName::Objects, Some(Position(0)));
    drop(drill.open());
    drill.finds(CheckName::Objects, Some(Position(0)));
}

/// A person's certificate may be erased with his enrolment: that is no fault.
#[test]
fn an_erased_enrolment_is_not_held_and_nothing_else_stops() {
    let drill = Drill::new();
    let leaf = drill.world.dinkes.thumbprint();
    fs::remove_file(object(&drill, &leaf)).unwrap();
    let enrolled = drill.enrolled();
    let key = keys::statement(enrolled);
    drill_delete_row(&drill.db(), LEDGER, Table::Statement, &key).unwrap();
    let report = drill.report();
    assert!(report.is_clean(), "{report:#?}");
    assert_eq!(report.check(CheckName::Objects).unwrap().verdict, Verdict::Ok);
    assert_eq!(report.check(CheckName::Signatures).unwrap().verdict, Verdict::NotChecked);
    assert_eq!(report.check(CheckName::Chain).unwrap().verdict, Verdict::Ok);
}

#[test]
fn a_ledger_whose_opening_was_erased_still_opens_and_audits() {
    let drill = Drill::new();
    let key = keys::statement(Position(0));
    drill_delete_row(&drill.db(), LEDGER, Table::Statement, &key).unwrap();
    let report = drill.report();
    assert!(report.is_clean(), "{report:#?}");
    drop(drill.open());
}

#[test]
fn a_row_slipped_in_is_found_beside_a_statement_that_is_not_held() {
    let drill = Drill::new();
    let key = keys::statement(drill.granted);
    drill_delete_row(&drill.db(), LEDGER, Table::Statement, &key).unwrap();
    let subject = "subdomain/dinkes.bengkayangkab.go.id";
    let granted = drill.row(Table::Version, &keys::version(subject, drill.granted));
    let forged = Position(drill.granted.0 + 5);
    let key = keys::version("subdomain/palsu.bengkayangkab.go.id", forged);
    drill_insert_row(&drill.db(), LEDGER, Table::Version, &key, &granted).unwrap();
    drill.finds(CheckName::RegisterHistory, None);
}

#[test]
fn a_damaged_row_ends_in_the_report_and_not_in_an_error() {
    let drill = Drill::new();
    let key = keys::id("agency/setda", "genesis");
    let short = drill.row(Table::Id, &key)[1..].to_vec();
    drill_replace_row(&drill.db(), LEDGER, Table::Id, &key, &short).unwrap();
    drill.finds(CheckName::Store, None);
}

#[test]
fn a_record_that_goes_back_in_time_is_named() {
    let drill = Drill::new();
    let key = keys::record(drill.granted);
    let mut record = drill.row(Table::Record, &key);
    record[9..17].copy_from_slice(&1_u64.to_be_bytes());
    drill_replace_row(&drill.db(), LEDGER, Table::Record, &key, &record).unwrap();
    drill.finds(CheckName::Chain, Some(drill.granted));
}

#[test]
fn a_record_that_claims_another_position_is_named_where_it_lies() {
    let drill = Drill::new();
    let key = keys::record(drill.granted);
    let mut record = drill.row(Table::Record, &key);
    record[1..9].copy_from_slice(&u64::MAX.to_be_bytes());
    drill_replace_row(&drill.db(), LEDGER, Table::Record, &key, &record).unwrap();
    drill.finds(CheckName::Records, Some(drill.granted));
}

#[test]
fn a_lost_erased_or_foreign_lock_is_bad() {
    let drill = Drill::new();
    let lock = drill.dir.path().join("data/lock");
    let whole = fs::read(&lock).unwrap();
    let mut erased = whole.clone();
    erased[2 * 4096..].fill(0);
    let mut torn = whole.clone();
    torn[2 * 4096 + 20..2 * 4096 + 24].fill(7);
    torn[3 * 4096 + 20..3 * 4096 + 24].fill(7);
    for bytes in [Some(erased), Some(torn), Some(b"no lock".to_vec()), None] {
        match bytes {
            Some(bytes) => fs::write(&lock, bytes).unwrap(),
            None => fs::remove_file(&lock).unwrap(),
        }
        drill.finds(CheckName::Lock, None);
        assert!(drill.opens().is_err(), "a server must not sign without its lock");
    }
    fs::write(&lock, whole).unwrap();
    assert!(drill.report().is_clean());
}

#[test]
fn an_audit_changes_nothing_in_what_it_reads() {
    let drill = Drill::new();
    let before = everything(&drill.dir.path().join("data"));
    assert!(drill.report().is_clean());
    assert_eq!(everything(&drill.dir.path().join("data")), before);
}

/// Every file under a directory, with its bytes' hash.
pub(crate) fn everything(dir: &Path) -> BTreeMap<PathBuf, Hash> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(everything(&path));
        } else {
            files.insert(path.clone(), Hash::of(&fs::read(&path).unwrap()));
        }
    }
    files
}

#[test]
fn a_drill_touches_no_directory_that_is_not_marked() {
    let drill = Drill::new();
    fs::remove_file(drill.db().join(DRILL_MARK)).unwrap();
    let done = drill_replace_statement(&drill.db(), LEDGER, drill.requested, &drill.stray);
    assert!(done.is_err());
    assert!(drill.report().is_clean());
}
