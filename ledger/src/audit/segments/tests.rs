//! Segments of 512 positions over a small log in memory: made, kept, and found wherever anything was changed.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jejak_signer::{Jws, SigningKey, Typ, sign_jws};
use serde_json::json;

use super::*;
use crate::audit::Verdict;
use crate::audit::report::Check;
use crate::documents::Documents;
use crate::held::Held;
use crate::log::{Chain, Micros, Remains};
use crate::objects::Objects;
use crate::prepared::Candidate;
use crate::rules::{BENGKAYANG_19_2020, RuleSet};
use crate::segments::SealError;
use crate::sequencer::tile_row;
use crate::settings::Settings;
use crate::space::Space;
use crate::store::codec::{self, Framed};
use crate::store::{Batch, Head, Lease, LedgerStore, Memory, Row};
use crate::view::{Edge, Identity};
use crate::walk::{self, Trace};

const ORIGIN: &str = "h/61.07";
const POSITIONS: u64 = 512;
/// Where an event names an object.
const NAMING: u64 = 300;
const OBJECT: &[u8] = b"a certificate";

struct Scene {
    _dir: tempfile::TempDir,
    store: Arc<Memory>,
    lease: Lease,
    view: View,
}

/// A statement of an event; the one at [`NAMING`] names an object.
fn statement(key: &SigningKey, at: u64) -> Vec<u8> {
    let (kind, data) = if at == NAMING {
        ("signer.enrolled", json!({"chain": [STANDARD.encode(OBJECT)]}))
    } else {
        ("app.coordination_requested", json!({"name": format!("Aplikasi {at}")}))
    };
    let event = json!({
        "specversion": "1.0", "id": at.to_string(), "source": "agency/dinkes", "type": kind,
        "subject": "signer/p-1", "time": "2026-01-01T00:00:00Z", "ledger": ORIGIN, "data": data,
    });
    let payload = event.to_string();
    sign_jws(key, Typ::Event, Hash::of(b"x"), Some(1_767_225_600), payload.as_bytes()).unwrap()
}

impl Scene {
    /// A log of `size` records, with nothing kept of its segments.
    fn of(size: u64) -> Self {
        let key = SigningKey::from_ed25519_seed([7; 32]).unwrap();
        let store = Arc::new(Memory::new());
        let number = store.create("61.07", ORIGIN).unwrap();
        let mut lease = store.acquire(number).unwrap();
        let (mut chain, mut tree, mut rows) = (Chain::new(ORIGIN), Tree::empty(), Vec::new());
        for at in (0..size).map(Position) {
            let bytes = statement(&key, at.0);
            let record = chain.next(Micros(at.0), Hash::of(&bytes)).unwrap();
            rows.extend(tree.push(record.leaf_hash()).iter().map(tile_row));
            let insert = |table, key, value| Row::insert(table, key, value);
            rows.push(insert(Table::Record, keys::record(at), record.to_bytes().to_vec()));
            let frame = codec::frame_statement(&bytes).unwrap();
            rows.push(insert(Table::Statement, keys::statement(at), frame));
        }
        let next = Head { size, leaf_hash: chain.leaf_hash() };
        lease.head = store.append(&lease, Batch { expect: lease.head, next, rows }).unwrap().head;
        let held = Held::new(Objects::in_memory());
        held.put(OBJECT).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let space = Space { path: dir.path().to_owned(), free_min_bytes: 0 };
        let limits = Settings::default().documents;
        let documents =
            Documents::open(&dir.path().join("documents"), &limits, space, Micros(0)).unwrap();
        let view = View {
            store: Arc::<Memory>::clone(&store),
            held: Arc::new(held),
            documents: Arc::new(documents),
            identity: Arc::new(Identity {
                number,
                region: "61.07".to_owned(),
                origin: ORIGIN.to_owned(),
                vkey: String::new(),
            }),
            edge: Arc::new(Edge {
                size,
                tree,
                recorded_at: Micros(size),
                checkpoint: "".into(),
                ruleset: Arc::new(RuleSet::parse(BENGKAYANG_19_2020).unwrap()),
                keys: Arc::default(),
            }),
        };
        Self { _dir: dir, store, lease, view }
    }

    /// The same with its first segment kept.
    fn kept(size: u64) -> Self {
        let scene = Self::of(size);
        scene.keep(0, &scene.make(0).unwrap());
        scene
    }

    fn make(&self, index: u64) -> Result<Segment, SealError> {
        let positions = index * POSITIONS..(index + 1) * POSITIONS;
        self.view.make_segment(positions, &AtomicBool::new(false))
    }

    fn keep(&self, index: u64, segment: &Segment) {
        let hash = self.view.held.put(segment.to_string().as_bytes()).unwrap();
        let key = [ROW_PREFIX, &index.to_be_bytes()].concat();
        self.put(Table::Meta, key, hash.as_bytes().to_vec());
    }

    fn put(&self, table: Table, key: Vec<u8>, value: Vec<u8>) {
        let (head, rows) = (self.lease.head, vec![Row::put(table, key, value)]);
        self.store.append(&self.lease, Batch { expect: head, next: head, rows }).unwrap();
    }

    fn statement(&self, at: u64) -> Vec<u8> {
        self.view.statement(Position(at)).unwrap().unwrap()
    }

    /// What a lawful removal leaves.
    fn remove(&self, at: u64) {
        let frame = codec::frame_removed(&Remains::of(&self.statement(at)).unwrap());
        self.put(Table::Statement, keys::statement(Position(at)), frame);
        assert_eq!(self.view.statement(Position(at)), Ok(None));
    }

    fn replace(&self, at: u64, bytes: &[u8]) {
        let frame = codec::frame_statement(bytes).unwrap();
        self.put(Table::Statement, keys::statement(Position(at)), frame);
    }

    /// What the audit says; nothing is read of the positions `lost`.
    fn audited_without(&self, lost: &[u64]) -> Check {
        let mut report = AuditReport::new("61.07", self.view.size());
        let mut segments = Segments::of(&self.view, POSITIONS);
        let mut tree = Tree::empty();
        let count = usize::try_from(self.view.size()).unwrap();
        let rows = walk::rows(&self.view, Table::Statement, Position(0), count).unwrap();
        for (record, (at, frame)) in self.view.records(Position(0), count).unwrap().iter().zip(rows)
        {
            let statement = match codec::unframe(&frame.unwrap()).unwrap() {
                _ if lost.contains(&at.0) => Statement::NotHeld(None),
                Framed::Removed(remains) => Statement::NotHeld(Some(remains)),
                Framed::Statement(bytes) => held(bytes),
            };
            tree.push(record.leaf_hash());
            segments.step(record, &statement, &tree, &mut report).unwrap();
        }
        segments.totals(&mut report).unwrap();
        report.check(CheckName::Segments).unwrap().clone()
    }

    fn audited(&self) -> Check {
        self.audited_without(&[])
    }
}

fn held(bytes: &[u8]) -> Statement {
    let jws = Jws::parse(bytes.to_vec(), Typ::Event).unwrap();
    let candidate = Candidate::Unknown(Box::new(jws));
    let named = crate::segments::named_by(&candidate);
    let trace = Trace { remains: Remains::of(bytes), named };
    Statement::Held { hash: Hash::of(bytes), candidate, trace }
}

fn holds(check: &Check) {
    assert_eq!((check.verdict, check.position), (Verdict::Ok, None), "{check:?}");
}

fn fails(check: &Check, position: u64, reason: &str) {
    assert_eq!(check.verdict, Verdict::Bad, "{check:?}");
    assert_eq!(check.position, Some(Position(position)), "{check:?}");
    assert!(check.reason.as_ref().unwrap().contains(reason), "{check:?}");
}

fn is_open(check: &Check, reason: &str) {
    assert_eq!(check.verdict, Verdict::NotChecked, "{check:?}");
    assert!(check.reason.as_ref().unwrap().contains(reason), "{check:?}");
}

#[test]
fn a_segment_is_the_digests_of_its_records_statements_and_objects() {
    let scene = Scene::of(600);
    let segment = scene.make(0).unwrap();
    assert_eq!((segment.first, segment.end), (0, 512));
    assert_eq!(segment.root, scene.view.root_at(512).unwrap().unwrap());
    let mut bytes = Vec::new();
    for record in scene.view.records(Position(256), 256).unwrap() {
        let statement = scene.statement(record.position.0);
        bytes.extend_from_slice(&record.to_bytes());
        bytes.extend_from_slice(&u32::try_from(statement.len()).unwrap().to_be_bytes());
        bytes.extend_from_slice(Hash512::of(&statement).as_bytes());
    }
    assert_eq!(segment.blocks[1], Hash512::of(&bytes));
    assert_eq!(segment.blocks.len(), 2);
    let object = SegmentObject { sha256: Hash::of(OBJECT), held: Some((13, Hash512::of(OBJECT))) };
    assert_eq!(segment.objects, [object]);
}

#[test]
fn a_kept_segment_is_read_back_and_holds() {
    let scene = Scene::kept(600);
    assert_eq!(scene.view.segment(0).unwrap(), Some(scene.make(0).unwrap()));
    assert_eq!(scene.view.kept_segments(), Ok(1));
    assert_eq!(scene.view.segment(1), Ok(None));
    holds(&scene.audited());
}

#[test]
fn a_segment_that_is_not_kept_yet_is_not_checked_and_one_that_is_not_full_is_not_missed() {
    is_open(&Scene::of(512).audited(), "segment 0 has no digests yet");
    holds(&Scene::of(511).audited());
}

#[test]
fn a_statement_removed_by_law_leaves_what_the_segment_needs() {
    let scene = Scene::kept(600);
    let before = scene.make(0).unwrap();
    scene.remove(1);
    scene.remove(NAMING);
    holds(&scene.audited());
    // Made again without the one that named an object, it is the same but for that line.
    let again = scene.make(0).unwrap();
    assert_eq!(again.blocks, before.blocks);
    assert_eq!(again.objects, []);
}

#[test]
fn where_nothing_remains_of_a_statement_its_block_is_not_checked() {
    let scene = Scene::kept(600);
    is_open(&scene.audited_without(&[257]), "among the 256 from position 256 on");
}

#[test]
fn what_was_lost_before_the_segment_was_made_is_the_same_afterwards() {
    let scene = Scene::of(600);
    let mut maker = SegmentMaker::new(ORIGIN, 0);
    for record in scene.view.records(Position(0), 512).unwrap() {
        let remains = Remains::of(&scene.statement(record.position.0));
        maker.push(&record, remains.filter(|_| record.position.0 != 5).as_ref());
    }
    maker.name(Hash::of(OBJECT));
    let root = scene.view.root_at(512).unwrap().unwrap();
    let made = maker.finish(root, |hash| Ok::<_, ReadError>(SegmentObject::new(*hash, None)));
    scene.keep(0, &made.unwrap());
    holds(&scene.audited_without(&[5]));
    fails(&scene.audited(), 0, "the SHA-512 of these positions");
}

#[test]
fn whatever_was_changed_since_is_named() {
    let scene = Scene::kept(600);
    let (right, other) = (scene.statement(400), scene.statement(401));
    scene.replace(400, &other);
    fails(&scene.audited(), 256, "the SHA-512 of these positions");
    scene.replace(400, &right);
    holds(&scene.audited());
    let forged = Remains { length: 7, ..Remains::of(&right).unwrap() };
    let key = keys::statement(Position(400));
    scene.put(Table::Statement, key, codec::frame_removed(&forged));
    fails(&scene.audited(), 256, "the SHA-512 of these positions");
}

#[test]
fn a_kept_segment_that_says_something_else_is_named() {
    let scene = Scene::of(600);
    let right = scene.make(0).unwrap();
    let changed = |change: fn(&mut Segment)| {
        let mut segment = right.clone();
        change(&mut segment);
        scene.keep(0, &segment);
        scene.audited()
    };
    fails(&changed(|kept| "h/61.08".clone_into(&mut kept.origin)), 0, "another stretch");
    fails(&changed(|kept| (kept.first, kept.end) = (1, 513)), 0, "another stretch");
    fails(&changed(|kept| kept.root = Hash::of(b"")), 0, "another root");
    fails(&changed(|kept| kept.blocks[1].0[0] ^= 1), 256, "the SHA-512 of these positions");
    fails(&changed(|kept| kept.objects.clear()), 0, "does not list the object");
    let stray = changed(|kept| {
        kept.objects.push(SegmentObject { sha256: Hash([255; 32]), held: None });
    });
    fails(&stray, 0, "which no event of it names");
    let digest = changed(|kept| kept.objects[0].held = Some((13, Hash512::of(b"other"))));
    fails(&digest, 0, "the SHA-512 of the object");
    let not_held = changed(|kept| kept.objects[0].held = None);
    holds(&not_held);
    holds(&changed(|_| ()));
}

#[test]
fn a_row_that_names_no_segment_or_one_that_is_not_full_is_named() {
    let scene = Scene::kept(600);
    let key = |index: u64| [ROW_PREFIX, &index.to_be_bytes()].concat();
    scene.put(Table::Meta, key(0), Hash::of(b"nowhere").as_bytes().to_vec());
    fails(&scene.audited(), 0, "not held or damaged");
    let text = scene.view.held.put(b"no segment").unwrap();
    scene.put(Table::Meta, key(0), text.as_bytes().to_vec());
    fails(&scene.audited(), 0, "not held or damaged");
    let scene = Scene::kept(600);
    scene.keep(1, &scene.make(0).unwrap());
    fails(&scene.audited(), 599, "a segment that is not full");
}

#[test]
fn a_segment_does_not_vouch_for_what_is_damaged() {
    let scene = Scene::of(600);
    scene.replace(400, &scene.statement(401));
    assert_eq!(scene.make(0), Err(SealError::Read(ReadError::Corrupt)));
    let scene = Scene::of(600);
    scene.put(Table::Statement, keys::statement(Position(400)), vec![1, 2, 3]);
    assert_eq!(scene.make(0), Err(SealError::Read(ReadError::Corrupt)));
}

#[test]
fn making_a_segment_ends_where_it_is_interrupted() {
    let scene = Scene::of(600);
    let made = scene.view.make_segment(0..POSITIONS, &AtomicBool::new(true));
    assert_eq!(made, Err(SealError::Interrupted));
}
