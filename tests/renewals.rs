//! Evidence is renewed: every segment and every earlier stamp is named under SHA-512 and stamped anew, kept, shown, and held
//! against the log by an audit.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jejak_ledger::audit::{CheckName, Verdict};
use jejak_ledger::log::{Position, Renewal, SegmentLine, StampLine, StampList, Twice};
use jejak_ledger::store::{DRILL_MARK, LedgerNumber, Table, drill_replace_row};
use jejak_ledger::{Archive, AuditReport, Ledger, SealError, Settings, audit};
use jejak_signer::{Hash, HashAlgorithm, TimestampError, TimestampRequest, TimestampToken};
use serde_json::Value;

use crate::acts::request;
use crate::harness::World;
use crate::process::jejak;
use crate::tsa::Tsa;

/// A token over the text of `renewal`.
fn stamped(tsa: &Tsa, renewal: &Renewal) -> TimestampToken {
    let text = renewal.to_string();
    let request = TimestampRequest::new(text.as_bytes(), HashAlgorithm::Sha512, 7).unwrap();
    request.accept(&tsa.answer(request.der()), &tsa.authorities()).unwrap().0
}

fn renew(ledger: &Arc<Ledger>, tsa: &Tsa) -> (Renewal, TimestampToken) {
    let renewal = ledger.prepare_renewal().unwrap();
    let token = stamped(tsa, &renewal);
    ledger.keep_renewal(&renewal, &token, &tsa.authorities()).unwrap();
    (renewal, token)
}

fn report(path: &Path) -> AuditReport {
    let archive = Archive::open(path, &Settings::default()).unwrap();
    let view = &archive.views()[0];
    audit(view, &archive.lock_evidence(view), &Settings::default(), &|_, _| ())
}

#[test]
fn a_renewal_names_the_whole_log_and_the_renewals_before_it() {
    let (mut world, tsa) = (World::new(), Tsa::new());
    let (first, token) = renew(&world.ledger(), &tsa);
    let size = world.ledger().published().size;
    assert_eq!((first.size, first.root), (size, world.ledger().published().root));
    let [SegmentLine { first: 0, end, text }] = first.segments[..] else {
        panic!("{first}");
    };
    assert_eq!(end, size);
    assert_eq!((&first.stamps[..], &first.lists[..]), (&[][..], &[][..]));

    world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    let (second, _) = renew(&world.ledger(), &tsa);
    assert_eq!(second.size, size + 1);
    let [stamp] = second.stamps[..] else { panic!("{second}") };
    assert_eq!(stamp.stamped, Twice::of(first.to_string().as_bytes()));
    assert_eq!(stamp.token, Twice::of(token.der()));

    world.reopen();
    let kept = world.ledger().view().renewals().unwrap();
    assert_eq!(kept.iter().map(|kept| kept.number).collect::<Vec<_>>(), [0, 1]);
    assert_eq!((&kept[0].renewal, &kept[0].token[..]), (&first, token.der()));
    world.audit();

    // The segment that was not full is an object, and what it says is what anybody makes of the log.
    let path = object(&world, &text.sha256);
    assert_eq!(Twice::of(&fs::read(path).unwrap()), text);
}

#[test]
fn stamps_over_checkpoints_since_the_renewal_before_are_listed() {
    let (mut world, tsa) = (World::new(), Tsa::new());
    let ledger = world.ledger();
    let stamped = ledger.view().stamped().unwrap();
    let token = tsa.token_at(stamped.text(), i64::try_from(world.clock.seconds()).unwrap());
    ledger.keep_timestamp(&token, stamped.text(), &tsa.authorities()).unwrap();
    let (first, _) = renew(&ledger, &tsa);
    let [list] = first.lists[..] else { panic!("{first}") };
    let text = fs::read(object(&world, &list.sha256)).unwrap();
    assert_eq!(Twice::of(&text), list);
    let listed: StampList = String::from_utf8(text).unwrap().parse().unwrap();
    let stamp =
        StampLine { stamped: Twice::of(stamped.text().as_bytes()), token: Twice::of(token.der()) };
    assert_eq!(listed.stamps, [stamp]);

    // What was stamped at the very size of a renewal may have come after it: it is listed again.
    world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    assert_eq!(renew(&ledger, &tsa).0.lists, [list]);
    assert_eq!(renew(&ledger, &tsa).0.lists, []);
    world.audit();
    drop(ledger);
    world.close();
    fs::remove_file(object(&world, &list.sha256)).unwrap();
    let check = report(&world.path());
    assert_eq!(check.check(CheckName::Segments).unwrap().verdict, Verdict::Bad);
}

#[test]
fn a_token_over_something_else_or_of_somebody_else_is_not_kept() {
    let (world, tsa, other) = (World::new(), Tsa::new(), Tsa::new());
    let ledger = world.ledger();
    let renewal = ledger.prepare_renewal().unwrap();
    let token = stamped(&tsa, &renewal);
    let grown = Renewal { size: renewal.size + 1, ..renewal.clone() };
    let refused = ledger.keep_renewal(&grown, &token, &tsa.authorities());
    assert_eq!(refused, Err(SealError::Timestamp(TimestampError::Imprint)));
    let refused = ledger.keep_renewal(&renewal, &token, &other.authorities());
    assert!(matches!(refused, Err(SealError::Timestamp(_))), "{refused:?}");
    assert_eq!(ledger.view().renewals(), Ok(Vec::new()));
}

/// The path of an object.
fn object(world: &World, hash: &Hash) -> PathBuf {
    let name = hash.to_string();
    world.path().join("objects").join(&name[..2]).join(&name[2..])
}

#[test]
fn an_audit_finds_a_renewal_that_is_not_of_this_log_or_not_whole() {
    let (mut world, tsa) = (World::new(), Tsa::new());
    let (renewal, _) = renew(&world.ledger(), &tsa);
    let right = world.ledger().view().renewals().unwrap()[0].clone();
    world.close();
    fs::write(world.path().join("db").join(DRILL_MARK), b"").unwrap();
    let verdict = || {
        let report = report(&world.path());
        let check = report.check(CheckName::Segments).unwrap();
        (check.verdict, check.position)
    };
    assert_eq!(verdict(), (Verdict::Ok, None));
    let put = |bytes: &[u8]| {
        let path = object(&world, &Hash::of(bytes));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        Hash::of(bytes)
    };
    let keep = |renewal: &Renewal| {
        let text = put(renewal.to_string().as_bytes());
        let token = put(&right.token);
        let value = [*text.as_bytes(), *token.as_bytes()].concat();
        let key = [b"renewal/".as_slice(), &0_u64.to_be_bytes()].concat();
        drill_replace_row(&world.path().join("db"), LedgerNumber(1), Table::Meta, &key, &value)
            .unwrap();
    };
    let head = Position(renewal.size - 1);
    let line = renewal.segments[0];
    let changes = [
        (Renewal { origin: "lain.go.id/61.07".to_owned(), ..renewal.clone() }, head),
        (Renewal { root: Hash([7; 32]), ..renewal.clone() }, head),
        (
            Renewal {
                segments: vec![SegmentLine { text: Twice::of(b"other"), ..line }],
                ..renewal.clone()
            },
            Position(0),
        ),
        (
            Renewal {
                segments: vec![SegmentLine { end: 1, ..line }, SegmentLine { first: 1, ..line }],
                ..renewal.clone()
            },
            Position(0),
        ),
        (
            Renewal {
                stamps: vec![StampLine { stamped: Twice::of(b"never"), token: Twice::of(b"kept") }],
                ..renewal.clone()
            },
            head,
        ),
    ];
    for (changed, position) in changes {
        keep(&changed);
        assert_eq!(verdict(), (Verdict::Bad, Some(position)), "{changed}");
    }
    keep(&renewal);
    assert_eq!(verdict(), (Verdict::Ok, None));
    fs::remove_file(object(&world, &line.text.sha256)).unwrap();
    assert_eq!(verdict(), (Verdict::Bad, Some(Position(0))));
    fs::remove_file(object(&world, &Hash::of(&right.token))).unwrap();
    assert_eq!(verdict().0, Verdict::Bad);
}

/// An authority on a port of its own, until the process ends.
fn served(tsa: Arc<Tsa>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            answer(&tsa, stream.unwrap());
        }
    });
    format!("http://{address}/tsa")
}

fn answer(tsa: &Tsa, mut stream: TcpStream) {
    let mut asked = Vec::new();
    let mut byte = [0];
    while !asked.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        asked.push(byte[0]);
    }
    let head = String::from_utf8(asked).unwrap().to_lowercase();
    assert!(head.contains("content-type: application/timestamp-query\r\n"), "{head}");
    let length = head.split("content-length: ").nth(1).unwrap().split("\r\n").next().unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body).unwrap();
    let answer = tsa.answer(&body);
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/timestamp-reply\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n",
        answer.len()
    );
    stream.write_all(&[head.as_bytes(), &answer].concat()).unwrap();
}

fn command(world: &World, what: &str, more: &[&str]) -> (i32, Value) {
    let dir = world.path();
    let line = ["evidence", what, "--ledger", "61.07", "-o", "json", "--dir"];
    let output = jejak([&line[..], &[dir.to_str().unwrap()], more].concat());
    let told = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (output.status.code().unwrap(), told)
}

#[test]
fn the_command_renews_over_the_network_and_shows_what_proves() {
    let mut world = World::at(crate::harness::START_S);
    let size = world.ledger().published().size;
    let (tsa, other) = (Arc::new(Tsa::new()), Tsa::new());
    let ledger = world.ledger();
    let stamped = ledger.view().stamped().unwrap();
    let token = tsa.token_at(stamped.text(), i64::try_from(world.clock.seconds()).unwrap());
    ledger.keep_timestamp(&token, stamped.text(), &tsa.authorities()).unwrap();
    drop(ledger);
    world.close();
    let url = served(Arc::clone(&tsa));
    let (root, stranger) = (world.dir.path().join("root.pem"), world.dir.path().join("other.pem"));
    fs::write(&root, tsa.root_pem()).unwrap();
    fs::write(&stranger, other.root_pem()).unwrap();
    let anchored = |path: &Path| ["--anchor".to_owned(), path.to_str().unwrap().to_owned()];
    let (root, stranger) = (anchored(&root), anchored(&stranger));
    let (root, stranger) =
        (root.each_ref().map(String::as_str), stranger.each_ref().map(String::as_str));
    let asked = ["--tsa", url.as_str()];

    assert_eq!(command(&world, "show", &[]), (0, serde_json::json!([])));
    assert_eq!(command(&world, "renew", &asked).0, 2, "nobody is trusted");
    assert_eq!(command(&world, "renew", &[&asked[..], &stranger].concat()).0, 4);
    let nowhere = ["--tsa", "http://127.0.0.1:1/tsa"];
    assert_eq!(command(&world, "renew", &[&nowhere[..], &root].concat()).0, 3);
    assert_eq!(command(&world, "show", &root), (0, serde_json::json!([])), "nothing was kept");

    for number in 0..2 {
        let (ending, told) = command(&world, "renew", &[&asked[..], &root].concat());
        assert_eq!((ending, &told["number"], &told["size"]), (0, &number.into(), &size.into()));
        // The one over a checkpoint is named through a list, and the renewal before by itself.
        let counts = serde_json::json!([told["segments"], told["stamps"], told["stamp_lists"]]);
        assert_eq!(counts, serde_json::json!([1, number + 1, 1]));
    }
    let (ending, told) = command(&world, "show", &root);
    let rows = told.as_array().unwrap();
    assert_eq!((ending, rows.len()), (0, 2));
    for row in rows {
        assert_eq!((&row["verdict"], &row["hash"]), (&"ok".into(), &"SHA-512".into()), "{row}");
        assert!(row["existed_at"].as_str().unwrap().ends_with('Z'), "{row}");
        assert_eq!(
            row["stamps"].as_u64(),
            row["number"].as_u64().map(|number| number + 1),
            "{row}"
        );
    }
    assert_eq!(command(&world, "show", &[]).0, 8, "nobody is trusted");
    let (ending, told) = command(&world, "show", &stranger);
    assert_eq!((ending, &told[0]["verdict"]), (4, &"bad".into()));
    let check = report(&world.path());
    assert_eq!(check.check(CheckName::Segments).unwrap().verdict, Verdict::Ok);
}
