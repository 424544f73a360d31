//! A measurement of appends and scans, run by hand:
//! `cargo test --release -p jejak-ledger append_speed -- --ignored --nocapture`.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement")]

use std::time::{Duration, Instant};

use jejak_signer::Hash;

use super::{Rocks, Tuning};
use crate::log::Position;
use crate::store::{Batch, Direction, Head, LedgerStore as _, Row, Table, codec, keys};

fn head(size: u64) -> Head {
    if size == 0 {
        return Head::genesis("h/id");
    }
    Head { size, leaf_hash: Hash::of(&size.to_be_bytes()) }
}

#[test]
#[ignore = "a measurement"]
fn append_speed() {
    const GROUP: u64 = 256;
    const GROUPS: u64 = 400;
    let place = tempfile::tempdir().unwrap();
    let store = Rocks::create(&place.path().join("db"), &Tuning::default()).unwrap();
    let ledger = store.create("id", "h/id").unwrap();
    let lease = store.acquire(ledger).unwrap();
    let mut seed = 7_u64;
    let mut statement = vec![0_u8; 1400];
    let mut spent = Duration::ZERO;
    for group in 0..GROUPS {
        let (from, to) = (group * GROUP, (group + 1) * GROUP);
        let rows = (from..to).flat_map(|at| {
            for byte in &mut statement {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                *byte = b'A' + u8::try_from(seed >> 59).unwrap();
            }
            let position = Position(at);
            let subject = format!("system/{}", at % 5000);
            let id = format!("0190{:08x}-7000-8000-{at:012x}", at / 1000);
            let frame = codec::frame_statement(&statement).unwrap();
            [
                Row::insert(
                    Table::Record,
                    keys::record(position),
                    frame.iter().take(81).copied().collect(),
                ),
                Row::insert(Table::Statement, keys::statement(position), frame),
                Row::insert(Table::Id, keys::id("agency/dinkes", &id), vec![3; 72]),
                Row::put(Table::Thing, keys::thing(&subject), vec![5; 400]),
                Row::insert(Table::Version, keys::version(&subject, position), vec![4; 400]),
            ]
        });
        let batch = Batch { expect: head(from), next: head(to), rows: rows.collect() };
        let start = Instant::now();
        store.append(&lease, batch).unwrap();
        spent += start.elapsed();
        if group % 80 == 79 {
            let events = f64::from(u32::try_from(80 * GROUP).unwrap());
            println!("group {group}: {:.1} us an event", spent.as_secs_f64() * 1e6 / events);
            spent = Duration::ZERO;
        }
    }
    let mut singles: Vec<_> = (0..500)
        .map(|_| {
            let batch =
                Batch { expect: head(GROUPS * GROUP), next: head(GROUPS * GROUP), rows: vec![] };
            let start = Instant::now();
            store.append(&lease, batch).unwrap();
            start.elapsed()
        })
        .collect();
    singles.sort();
    println!("one synced commit: median {:?}, worst {:?}", singles.get(250), singles.last());
    let start = Instant::now();
    let mut rows = 0;
    for from in (0..GROUPS * GROUP).step_by(4096) {
        let range = keys::positions(from..from + 4096);
        rows +=
            store.scan(ledger, Table::Statement, &range, Direction::Forward, 4096).unwrap().len();
    }
    println!("{rows} statements scanned in {:?}", start.elapsed());
}
