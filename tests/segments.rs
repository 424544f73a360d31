//! A ledger of more than a segment: its SHA-512 digests are made by themselves, survive what is removed by law, and tell
//! what was changed.

use std::fs;
use std::time::{Duration, Instant};

use jejak_ledger::audit::{Check, CheckName, Verdict};
use jejak_ledger::log::{BLOCK_POSITIONS, Position, Remains, SEGMENT_POSITIONS};
use jejak_ledger::store::{
    DRILL_MARK, LedgerNumber, Table, codec, drill_delete_row, drill_replace_row, keys,
};
use jejak_ledger::{Archive, Settings, audit};
use jejak_signer::Hash512;

use crate::acts::request;
use crate::harness::{World, recorded};

/// How long anything may take on a slow machine.
const PATIENCE: Duration = Duration::from_mins(5);
const LEDGER: LedgerNumber = LedgerNumber(1);
const BATCH: u64 = 4_096;

/// Posts until the first segment is full, and a little more.
fn fill(world: &World) {
    let mut number = 0;
    while world.ledger().published().size < SEGMENT_POSITIONS + 10 {
        let statements = (number..number + BATCH).map(|number| {
            let event = request(world, &world.dinkes, &format!("layanan-{number}"));
            world.sign(&world.dinkes, &event)
        });
        for answer in world.post_batch(statements.collect()) {
            recorded(answer);
        }
        number += BATCH;
    }
}

/// Waits until the first segment is kept.
fn settle(world: &World) {
    let begun = Instant::now();
    while world.ledger().view().kept_segments().unwrap() == 0 {
        assert!(begun.elapsed() < PATIENCE, "no segment was made");
        std::thread::yield_now();
    }
}

fn checked(world: &World) -> Check {
    let archive = Archive::open(&world.path(), &Settings::default()).unwrap();
    let view = &archive.views()[0];
    let report = audit(view, &archive.lock_evidence(view), &Settings::default(), &|_, _| ());
    assert!(report.is_clean(), "{report:#?}");
    report.check(CheckName::Segments).unwrap().clone()
}

#[test]
fn a_full_segment_is_hashed_again_beside_the_posts_and_stays_checkable() {
    let settings = Settings {
        signer_events_per_minute: 0,
        agency_events_per_minute: 0,
        ..Settings::default()
    };
    let mut world = World::new();
    world.reopen_with(&settings);
    fill(&world);
    settle(&world);

    // What FORMAT.md says, with nothing of ours but SHA-512.
    let view = world.ledger().view();
    let segment = view.segment(0).unwrap().unwrap();
    assert_eq!(segment.blocks.len(), 256);
    assert_eq!(Some(segment.root), view.root_at(SEGMENT_POSITIONS).unwrap());
    let last = SEGMENT_POSITIONS - BLOCK_POSITIONS;
    let mut block = Vec::new();
    for position in (last..SEGMENT_POSITIONS).map(Position) {
        let statement = view.statement(position).unwrap().unwrap();
        block.extend_from_slice(&view.record(position).unwrap().unwrap().to_bytes());
        block.extend_from_slice(&u32::try_from(statement.len()).unwrap().to_be_bytes());
        block.extend_from_slice(Hash512::of(&statement).as_bytes());
    }
    assert_eq!(segment.blocks[255], Hash512::of(&block));
    // The certificates of the opening and of the two enrolments, the anchor, the rule set.
    let thumbprints = [&world.bupati, &world.registrar, &world.kominfo, &world.dinkes];
    for person in thumbprints {
        let sha256 = person.thumbprint();
        let listed = segment.objects.iter().find(|object| object.sha256 == sha256);
        let (bytes, sha512) = listed.unwrap().held.unwrap();
        assert_eq!(bytes, u64::try_from(person.chain[0].len()).unwrap());
        assert_eq!(sha512, Hash512::of(&person.chain[0]));
    }

    // Directories of before have none: it is made at the next opening, and is the same.
    drop(view);
    world.close();
    fs::write(world.path().join("db").join(DRILL_MARK), b"").unwrap();
    let row = [b"segment/".as_slice(), &0_u64.to_be_bytes()].concat();
    drill_delete_row(&world.path().join("db"), LEDGER, Table::Meta, &row).unwrap();
    world.reopen_with(&settings);
    settle(&world);
    assert_eq!(world.ledger().view().segment(0).unwrap().as_ref(), Some(&segment));
    world.close();

    // A statement goes by law, and the segment still holds.
    let archive = Archive::open(&world.path(), &Settings::default()).unwrap();
    let gone = Position(1_000);
    let statement = archive.views()[0].statement(gone).unwrap().unwrap();
    drop(archive);
    let frame = codec::frame_removed(&Remains::of(&statement).unwrap());
    let (db, key) = (world.path().join("db"), keys::statement(gone));
    drill_replace_row(&db, LEDGER, Table::Statement, &key, &frame).unwrap();
    assert_eq!(checked(&world).verdict, Verdict::Ok);
}
