//! Time-stamps over checkpoints: kept when they count, found as proof that something existed, held against the log by audits.

use std::fs;

use jejak_ledger::audit::{Check, CheckName, Depth, Verdict};
use jejak_ledger::log::{LogSignatureError, NoteSigner, Position};
use jejak_ledger::store::{
    DRILL_MARK, LedgerNumber, Table, codec, drill_insert_row, drill_replace_row,
};
use jejak_ledger::{
    Archive, Contradiction, KeepTimestampError, KeptTimestamp, Settings, StampedError,
    TIMESTAMP_TOLERANCE_S, audit_with,
};
use jejak_signer::{Hash, TimestampAuthority, TimestampError, TimestampToken};

use crate::acts::request;
use crate::harness::{START_S, World};
use crate::tsa::Tsa;

const LEDGER: LedgerNumber = LedgerNumber(1);

fn now(world: &World) -> i64 {
    i64::try_from(world.clock.seconds()).unwrap()
}

fn keep_at(world: &World, tsa: &Tsa, at: i64) -> Result<KeptTimestamp, KeepTimestampError> {
    let stamped = world.ledger().view().stamped().unwrap();
    let token = tsa.token_at(stamped.text(), at);
    world.ledger().keep_timestamp(&token, stamped.text(), &tsa.authorities())
}

fn record_one(world: &World, name: &str) {
    world.accept(&world.dinkes, &request(world, &world.dinkes, name));
}

fn checked(world: &World, authorities: &[TimestampAuthority]) -> Check {
    let archive = Archive::open(&world.path(), &Settings::default()).unwrap();
    let (view, settings) = (&archive.views()[0], Settings::default());
    let lock = archive.lock_evidence(view);
    let report = audit_with(Depth::Sizes, authorities, view, &lock, &settings, &|_, _| ());
    for check in &report.checks {
        assert!(check.name == CheckName::Timestamps || check.verdict != Verdict::Bad, "{check:?}");
    }
    report.check(CheckName::Timestamps).unwrap().clone()
}

#[test]
fn a_token_over_a_checkpoint_proves_that_everything_below_existed() {
    let mut world = World::new();
    let tsa = Tsa::new();
    let ledger = world.ledger();
    assert_eq!(ledger.view().newest_timestamp(), Ok(None));
    let first = ledger.view().size();
    let kept = keep_at(&world, &tsa, now(&world) + 5).unwrap();
    assert_eq!((kept.size, kept.existed_at()), (first, now(&world) + 5));
    // The text is what a verifier of notes reads, and OpenSSL verifies the token over it.
    assert_eq!(kept.stamped, **ledger.view().checkpoint());
    let der = ledger.view().timestamp_token(&kept).unwrap().unwrap();
    assert!(tsa.verifies(&der, kept.stamped.as_bytes()));

    // What comes later waits for the next token.
    record_one(&world, "layanan-1");
    let next = Position(first);
    let proof = |position| world.ledger().view().proof_of_existence(position).unwrap();
    assert_eq!(proof(Position(0)), Some(kept.clone()));
    assert_eq!(proof(Position(first - 1)), Some(kept.clone()));
    assert_eq!((proof(next), proof(Position(first + 1))), (None, None));
    world.clock.forward_s(3_600);
    let later = keep_at(&world, &tsa, now(&world) + 9).unwrap();
    assert_eq!(proof(next), Some(later.clone()));
    // A second authority was faster: the earlier time proves.
    let faster = keep_at(&world, &tsa, now(&world) + 1).unwrap();
    assert_eq!(proof(next), Some(faster.clone()));
    assert_eq!(proof(Position(0)), Some(kept.clone()));

    let view = world.ledger().view();
    let newest = view.newest_timestamp().unwrap().unwrap();
    assert_eq!(newest.size, first + 1);
    let all = view.timestamps(None, 10).unwrap();
    assert_eq!(all.len(), 3);
    assert_eq!(all[2], kept);
    let rest = view.timestamps(Some((all[0].size, all[0].token)), 10).unwrap();
    assert_eq!(rest, all[1..]);
    assert_eq!(view.timestamp(kept.size, &kept.token), Ok(Some(kept.clone())));
    assert_eq!(view.timestamp(kept.size + 1, &kept.token), Ok(None));
    assert_eq!(view.timestamp(kept.size, &Hash::of(b"other")), Ok(None));

    // Kept again it is the same; it is there after a restart, and an audit verifies it.
    let token = TimestampToken::parse(&der).unwrap();
    world.clock.set_s(START_S);
    let again = world.ledger().keep_timestamp(&token, &kept.stamped, &tsa.authorities());
    assert_eq!(again, Ok(kept));
    world.clock.forward_s(3_600);
    drop((view, ledger));
    world.reopen();
    assert_eq!(world.ledger().view().timestamps(None, 10).unwrap().len(), 3);
    world.close();
    assert_eq!(checked(&world, &tsa.authorities()).verdict, Verdict::Ok);
    let unknown = checked(&world, &Tsa::new().authorities());
    // Two authorities of one name: the other key did not sign.
    assert_eq!(unknown.verdict, Verdict::Bad);
    assert_eq!(checked(&world, &[]).verdict, Verdict::NotChecked);
}

#[test]
fn a_token_that_does_not_count_is_not_kept() {
    let world = World::new();
    let tsa = Tsa::new();
    let (ledger, stamped) = (world.ledger(), world.ledger().view().stamped().unwrap());
    let token = tsa.token_at(stamped.text(), now(&world));
    let keep = |text: &str, authorities: &[TimestampAuthority]| {
        ledger.keep_timestamp(&token, text, authorities).unwrap_err()
    };
    // Nobody trusts its authority; it is over other bytes.
    let unknown = keep(stamped.text(), &[]);
    assert!(matches!(&unknown, KeepTimestampError::Token(reason) if reason.is_unknown_authority()));
    record_one(&world, "layanan-1");
    let newer = ledger.view().stamped().unwrap();
    assert_eq!(
        keep(newer.text(), &tsa.authorities()),
        KeepTimestampError::Token(TimestampError::Imprint)
    );
    // What is stamped is the log's checkpoint with the log's signature, and nothing else.
    let text_alone = stamped.text().split("\n\n").next().unwrap();
    assert!(matches!(
        keep(text_alone, &tsa.authorities()),
        KeepTimestampError::Stamped(StampedError::Log(LogSignatureError::Note(_)))
    ));
    let stranger = jejak_signer::SigningKey::generate(jejak_signer::Algorithm::Ed25519).unwrap();
    let stranger = NoteSigner::new("saksi.example.id/1", stranger).unwrap();
    let mut note = jejak_ledger::log::Note::parse(stamped.text().as_bytes()).unwrap();
    let line = stranger.sign(note.text()).unwrap();
    note.add(line);
    assert_eq!(
        keep(&note.to_string(), &tsa.authorities()),
        KeepTimestampError::Stamped(StampedError::OtherLines)
    );
    let forged = stamped.text().replacen("\n\n", "\nx\n\n", 1);
    assert!(matches!(
        keep(&forged, &tsa.authorities()),
        KeepTimestampError::Stamped(StampedError::Log(LogSignatureError::Signature(_)))
    ));
    assert_eq!(ledger.view().newest_timestamp(), Ok(None));
    // The same key and name over another history: signed by this log, and not of it.
    let size = stamped.checkpoint().size();
    let twin = world.twin(size);
    let other = twin.ledger().view().stamped().unwrap();
    assert_eq!(other, stamped, "of the same statements and times it is the same log");
    record_one(&twin, "cabang");
    let other = twin.ledger().view().stamped().unwrap();
    let token = tsa.token_at(other.text(), now(&world));
    assert_eq!(
        ledger.keep_timestamp(&token, other.text(), &tsa.authorities()),
        Err(KeepTimestampError::NotOfThisLog { size: size + 1 })
    );
}

#[test]
fn a_token_and_the_ledgers_own_times_do_not_contradict_each_other() {
    let world = World::new();
    let tsa = Tsa::new();
    let size = world.ledger().view().size();
    let (start, tolerance) = (i64::try_from(START_S).unwrap(), TIMESTAMP_TOLERANCE_S);
    // An authority whose clock runs ahead would contradict what is recorded next.
    let ahead = KeepTimestampError::Clock { stamped_at: start + tolerance + 1, clock: start };
    assert_eq!(keep_at(&world, &tsa, start + tolerance + 1), Err(ahead));
    keep_at(&world, &tsa, start + tolerance).unwrap();
    // What is in the tree cannot be of later than the token.
    let recorded_at = world.ledger().published().recorded_at;
    let position = Position(size - 1);
    let later =
        KeepTimestampError::Contradicts(Contradiction { position, recorded_at, covered: true });
    assert_eq!(keep_at(&world, &tsa, start - tolerance - 1), Err(later));
    keep_at(&world, &tsa, start - tolerance).unwrap();
    // What is not in it cannot be of much earlier.
    let old = world.ledger().view().stamped().unwrap();
    record_one(&world, "layanan-1");
    let recorded_at = world.ledger().published().recorded_at;
    world.clock.forward_s(86_400);
    let token = tsa.token_at(old.text(), start + tolerance + 1);
    let earlier = Contradiction { position: Position(size), recorded_at, covered: false };
    assert_eq!(
        world.ledger().keep_timestamp(&token, old.text(), &tsa.authorities()),
        Err(KeepTimestampError::Contradicts(earlier))
    );
}

#[test]
fn an_audit_finds_tokens_that_do_not_hold_and_records_that_are_antedated() {
    let mut world = World::new();
    let tsa = Tsa::new();
    let kept = keep_at(&world, &tsa, now(&world)).unwrap();
    record_one(&world, "layanan-1");
    let stamped = world.ledger().view().stamped().unwrap();
    let old = kept.stamped.clone();
    world.close();
    let db = world.path().join("db");
    fs::write(db.join(DRILL_MARK), b"").unwrap();
    let key = |size: u64, token: &Hash| {
        [b"token/".as_slice(), &size.to_be_bytes(), token.as_bytes()].concat()
    };
    let row = |at: i64, stamped: &str| {
        let stamped = stamped.to_owned();
        let row = codec::TimestampRow { seconds: at, nanoseconds: 0, accuracy_us: None, stamped };
        codec::encode(&row).unwrap()
    };
    let own = key(kept.size, &kept.token);
    let honest = row(now(&world), &old);
    let bad = |reason: &str| {
        let check = checked(&world, &tsa.authorities());
        assert_eq!(check.verdict, Verdict::Bad, "{reason}");
        let found = check.reason.unwrap();
        assert!(found.contains(reason), "{found}");
        check.position.unwrap()
    };
    let replace = |value: &[u8]| drill_replace_row(&db, LEDGER, Table::Meta, &own, value).unwrap();
    let last = Position(kept.size - 1);
    replace(&row(now(&world) + 1, &old));
    assert_eq!(bad("its row says another time"), last);
    replace(&row(now(&world), stamped.text()));
    assert_eq!(bad("names another size"), last);
    replace(b"damaged");
    bad("a row of a token is damaged");
    replace(&honest);
    assert_eq!(checked(&world, &tsa.authorities()).verdict, Verdict::Ok);

    // The object is gone, or is other bytes.
    let name = kept.token.to_string();
    let object = world.path().join("objects").join(&name[..2]).join(&name[2..]);
    let bytes = fs::read(&object).unwrap();
    fs::write(&object, b"other").unwrap();
    bad("not held, or damaged");
    fs::remove_file(&object).unwrap();
    bad("not held, or damaged");
    fs::write(&object, &bytes).unwrap();

    // A token over the old checkpoint, of a quarter of an hour after the next record: that one is antedated.
    let late = now(&world) + TIMESTAMP_TOLERANCE_S + 1;
    let token = tsa.token_at(&old, late);
    let name = token.digest().to_string();
    let shard = world.path().join("objects").join(&name[..2]);
    fs::create_dir_all(&shard).unwrap();
    fs::write(shard.join(&name[2..]), token.der()).unwrap();
    let slipped = key(kept.size, &token.digest());
    drill_insert_row(&db, LEDGER, Table::Meta, &slipped, &row(late, &old)).unwrap();
    assert_eq!(bad("not in the tree"), Position(kept.size));
}
