//! Documents: whoever holds the bytes that a signed event names may hand them in, nobody gets what he may
//! not see, and what is given out is what was signed for.

use std::fs;
use std::io::Write as _;
use std::net::Shutdown;
use std::path::{Path, PathBuf};
use std::thread;

use jejak_ledger::audit::{Check, CheckName, Depth, Verdict};
use jejak_ledger::documents::{DocumentLimits, NAMED_MAX};
use jejak_ledger::log::Position;
use jejak_ledger::rules::Why;
use jejak_ledger::store::{DRILL_MARK, LedgerNumber, Table, keys};
use jejak_ledger::store::{drill_delete_row, drill_insert_row};
use jejak_ledger::{Archive, LockEvidence, Refusal, Settings, audit_to};
use jejak_signer::Hash;
use reqwest::blocking::{Body, Response};
use serde_json::{Value, json};

use crate::acts::subdomain;
use crate::harness::{START_S, World, audit_clean, recorded, refused, rfc3339, submit};
use crate::server::{Server, is_problem};

const PDF: &str = "application/pdf";
const LEDGER: LedgerNumber = LedgerNumber(1);
/// No file at all.
const NOTHING: [PathBuf; 0] = [];

/// A document as an event cites it.
fn cited(kind: &str, bytes: &[u8]) -> Value {
    json!({
        "kind": kind,
        "number": "800/12/2026",
        "date": "2026-01-02",
        "signatory": ["role/kadis-kominfo", "p-dinkes01"],
        "name": "Surat permohonan.pdf",
        "mediatype": PDF,
        "size": bytes.len(),
        "sha256": Hash::of(bytes).to_string(),
    })
}

/// A request that everybody may read, and that names `form` and `letter`.
fn naming(world: &World, label: &str, form: &[u8], letter: &[u8]) -> Value {
    let data = json!({
        "basis": "agency",
        "form": cited("registration-form", form),
        "letter": cited("official-letter", letter),
    });
    world.event(&world.dinkes, "subdomain.requested", &subdomain(label), data)
}

fn name(world: &World, label: &str, bytes: &[u8]) -> Position {
    recorded(world.post(&world.dinkes, &naming(world, label, bytes, bytes))).position
}

/// An enrolment, which is internal, entered late with `bytes` as the paper that says why.
fn name_internally(world: &World, id: &str, bytes: &[u8]) {
    let person = world.authority.person(id, "dinkes");
    let mut event = world.enrolment(&person);
    event["late"] = json!({ "reason": "Listrik padam.", "document": cited("minutes", bytes) });
    recorded(world.post(&world.registrar, &event));
}

fn path_of(bytes: &[u8]) -> String {
    format!("/v1/61.07/documents/{}", Hash::of(bytes))
}

fn put(server: &Server, bytes: &[u8]) -> Response {
    put_as(server, &path_of(bytes), PDF, bytes.to_vec())
}

fn put_as(server: &Server, path: &str, mediatype: &str, body: impl Into<Body>) -> Response {
    server.request("PUT", path).header("content-type", mediatype).body(body).send().unwrap()
}

#[track_caller]
fn taken(response: Response, status: u16, bytes: &[u8]) -> Value {
    assert_eq!(response.status(), status);
    let told: Value = response.json().unwrap();
    assert_eq!(told["sha256"], Hash::of(bytes).to_string());
    assert_eq!(told["size"], bytes.len());
    assert_eq!(told["held"], status != 202);
    told
}

fn settings(documents: DocumentLimits) -> Settings {
    Settings { documents, ..Settings::default() }
}

fn stored(world: &World, bytes: &[u8]) -> PathBuf {
    let name = Hash::of(bytes).to_string();
    world.path().join("documents").join(&name[..2]).join(&name[2..])
}

/// Every file below a directory.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found
}

fn documents_check(world: &World, depth: Depth) -> Check {
    let view = world.ledger().view();
    let report = audit_to(depth, &view, &LockEvidence::NotAsked, &Settings::default(), &|_, _| ());
    let check = report.check(CheckName::Documents).unwrap().clone();
    assert_eq!(report.is_clean(), check.verdict != Verdict::Bad, "{report:#?}");
    check
}

#[test]
fn a_document_that_an_event_names_is_taken_and_given_to_all_who_may_see_the_event() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let bytes = b"%PDF-1.7 surat".as_slice();
    name(&world, "dinkes", bytes);
    is_problem(server.get(&path_of(bytes)), 404, "document-not-held");
    taken(put(&server, bytes), 201, bytes);
    taken(put(&server, bytes), 200, bytes);
    let answer = server.get(&path_of(bytes));
    assert_eq!(answer.status(), 200);
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    let tag = header("etag");
    assert_eq!(tag, format!("\"{}\"", Hash::of(bytes)));
    assert_eq!(header("content-type"), PDF);
    assert_eq!(header("content-length"), bytes.len().to_string());
    assert_eq!(header("content-disposition"), "attachment; filename=\"Surat permohonan.pdf\"");
    assert_eq!(header("content-security-policy"), "default-src 'none'; sandbox");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("cache-control"), "public, max-age=3600");
    assert_eq!(header("accept-ranges"), "none");
    assert_eq!(answer.bytes().unwrap(), bytes);
    let head = server.request("HEAD", &path_of(bytes)).send().unwrap();
    assert_eq!(head.headers()["content-length"], bytes.len().to_string().as_str());
    let again = server.request("GET", &path_of(bytes)).header("if-none-match", tag).send();
    assert_eq!(again.unwrap().status(), 304);
    world.audit();
}

#[test]
fn a_large_document_streams_in_and_out_with_and_without_an_announced_length() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let bytes: Vec<u8> = (0_u8..251).cycle().take(20 << 20).collect();
    name(&world, "dinkes", &bytes);
    let streamed = Body::new(std::io::Cursor::new(bytes.clone()));
    taken(put_as(&server, &path_of(&bytes), PDF, streamed), 201, &bytes);
    taken(put(&server, &bytes), 200, &bytes);
    assert!(server.get(&path_of(&bytes)).bytes().unwrap() == bytes);
    assert_eq!(documents_check(&world, Depth::Bytes).verdict, Verdict::Ok);
}

#[test]
fn a_document_may_come_first_and_waits_an_hour_for_its_event() {
    let mut world = World::new();
    let server = Server::start(world.ledgers());
    let (first, second, never) = (b"first".as_slice(), b"second".as_slice(), b"never".as_slice());
    for bytes in [first, second, never] {
        let told = taken(put(&server, bytes), 202, bytes);
        assert_eq!(told["until"], rfc3339(START_S + 3_600).replace('Z', ".000000Z"));
        is_problem(server.get(&path_of(bytes)), 404, "unknown-document");
    }
    name(&world, "pertama", first);
    assert_eq!(server.get(&path_of(first)).bytes().unwrap(), first);
    drop(server);
    // It waits on after a restart, anew.
    world.clock.forward_s(3_000);
    world.reopen();
    name(&world, "kedua", second);
    world.clock.forward_s(3_599);
    world.ledgers().sweep_documents();
    assert!(stored(&world, second).is_file(), "kept when the sweep found its event");
    assert_eq!(files(&world.path().join("documents/waiting")).len(), 1);
    world.clock.forward_s(1);
    world.ledgers().sweep_documents();
    assert_eq!(files(&world.path().join("documents/waiting")), NOTHING);
    name(&world, "terlambat", never);
    let server = Server::start(world.ledgers());
    is_problem(server.get(&path_of(never)), 404, "document-not-held");
    assert_eq!(server.get(&path_of(second)).bytes().unwrap(), second);
}

#[test]
fn what_is_not_what_it_claims_to_be_is_refused_and_leaves_nothing() {
    let mut world = World::new();
    let limits = DocumentLimits { bytes_max: 1_000, ..DocumentLimits::default() };
    world.reopen_with(&settings(limits));
    let server = Server::start(world.ledgers());
    let bytes = b"%PDF-1.7 surat".as_slice();
    name(&world, "dinkes", bytes);
    let path = path_of(bytes);
    let other = vec![b'x'; bytes.len()];
    is_problem(put_as(&server, &path, PDF, other), 422, "digest-mismatch");
    is_problem(put_as(&server, &path, PDF, "short"), 422, "size-mismatch");
    is_problem(put_as(&server, &path, "image/png", bytes), 415, "document-type-mismatch");
    is_problem(put_as(&server, &path, "text/html", bytes), 415, "document-type-not-allowed");
    is_problem(put_as(&server, &path, "", bytes), 415, "document-type-not-allowed");
    let encoded = server.request("PUT", &path).header("content-type", PDF);
    let encoded = encoded.header("content-encoding", "gzip").body(bytes).send().unwrap();
    is_problem(encoded, 415, "document-type-not-allowed");
    for large in [Body::from(vec![b'x'; 1_001]), Body::new(std::io::Cursor::new(vec![0; 1_001]))] {
        let answer = put_as(&server, &path_of(b"large"), PDF, large);
        assert_eq!(answer.status(), 413);
        let told: Value = answer.json().unwrap();
        assert_eq!((&told["limit"], &told["max"]), (&"document_bytes".into(), &1_000.into()));
    }
    is_problem(put_as(&server, "/v1/61.07/documents/00", PDF, bytes), 400, "invalid-parameter");
    is_problem(put_as(&server, &format!("{path}?x=1"), PDF, bytes), 400, "unknown-parameter");
    assert_eq!(files(&world.path().join("documents")), NOTHING);
    is_problem(server.get(&path), 404, "document-not-held");
}

/// An event that gives a size which no bytes of that digest have: the document can never be kept.
#[test]
fn a_document_has_the_size_that_its_event_signed() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let bytes = b"surat".as_slice();
    let mut event = naming(&world, "dinkes", bytes, bytes);
    for field in ["form", "letter"] {
        event["data"][field]["size"] = json!(6);
    }
    recorded(world.post(&world.dinkes, &event));
    is_problem(put(&server, bytes), 422, "size-mismatch");
    let streamed = Body::new(std::io::Cursor::new(bytes));
    is_problem(put_as(&server, &path_of(bytes), PDF, streamed), 422, "size-mismatch");
    // One that says the truth makes it possible.
    name(&world, "puskesmas", bytes);
    taken(put(&server, bytes), 201, bytes);
    assert_eq!(server.get(&path_of(bytes)).bytes().unwrap(), bytes);
    assert_eq!(documents_check(&world, Depth::Bytes).verdict, Verdict::Ok);
}

/// A public event that guessed the digest, but not the size, opened what only a confidential one named.
#[test]
fn a_digest_named_with_another_size_opens_nothing() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let secret = b"secret".as_slice();
    name_internally(&world, "p-rahasia1", secret);
    taken(put(&server, secret), 202, secret);
    assert!(stored(&world, secret).is_file());
    let mut event = naming(&world, "dinkes", b"form", secret);
    event["data"]["letter"]["size"] = json!(1);
    recorded(world.post(&world.dinkes, &event));
    is_problem(server.get(&path_of(secret)), 404, "document-not-held");
    let list: Value = server.get("/v1/61.07/documents").json().unwrap();
    let rows = list["documents"].as_array().unwrap();
    let letter = rows.iter().find(|row| row["sha256"] == Hash::of(secret).to_string()).unwrap();
    assert_eq!((&letter["held"], &letter["size"]), (&json!(false), &json!(1)));
    world.audit();
}

#[test]
fn an_upload_that_is_slow_or_broken_off_leaves_nothing() {
    let world = World::new();
    let mut server = Server::configured(world.ledgers(), |config| {
        config.server.body_idle_ms = 200;
    });
    let head = format!(
        "PUT {} HTTP/1.1\r\nhost: x\r\ncontent-type: {PDF}\r\ncontent-length: 300000\r\n\r\n",
        path_of(b"never")
    );
    let begun = [head.as_bytes(), &vec![b'x'; 200_000]].concat();
    let idle = server.raw(&begun, |_| {});
    assert!(idle.starts_with("HTTP/1.1 408 ") && idle.contains("body-timeout"), "{idle}");
    let cut = server.raw(&begun, |stream| stream.shutdown(Shutdown::Write).unwrap());
    assert!(cut.starts_with("HTTP/1.1 400 ") && cut.contains("body-truncated"), "{cut}");
    // A client that is simply gone.
    let mut gone = server.connect();
    gone.write_all(&begun).unwrap();
    drop(gone);
    server.stop();
    assert_eq!(files(&world.path().join("documents")), NOTHING);
}

#[test]
fn no_more_waits_than_there_is_room_for_and_the_answer_names_the_bound() {
    let mut world = World::new();
    let limits =
        DocumentLimits { waiting_max: 2, waiting_bytes_max: 100, ..DocumentLimits::default() };
    world.reopen_with(&settings(limits));
    let server = Server::start(world.ledgers());
    let full = |answer: Response, limit: &str, max: u64| {
        assert_eq!(answer.status(), 503);
        assert!(answer.headers().contains_key("retry-after"));
        let told: Value = answer.json().unwrap();
        assert_eq!(told["code"], "waiting-full");
        assert_eq!((&told["limit"], &told["max"]), (&limit.into(), &max.into()));
    };
    taken(put(&server, b"one"), 202, b"one");
    full(put(&server, &[b'x'; 98]), "waiting_bytes_max", 100);
    taken(put(&server, b"two"), 202, b"two");
    full(put(&server, b"three"), "waiting_max", 2);
    // The same document takes no more room than before; what is named takes none.
    name(&world, "dinkes", b"three");
    taken(put(&server, b"three"), 201, b"three");
    name(&world, "puskesmas", b"one");
    assert_eq!(server.get(&path_of(b"one")).status(), 200);
    taken(put(&server, b"four"), 202, b"four");
}

/// The public must not learn from an answer that a confidential event names a document.
#[test]
fn what_only_confidential_events_name_is_not_there_for_the_public() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let (secret, unnamed) = (b"secret".as_slice(), b"other1".as_slice());
    name_internally(&world, "p-rahasia1", secret);
    let strip = |mut told: Value| {
        told.as_object_mut().unwrap().remove("sha256");
        told
    };
    for _ in 0..2 {
        let told = strip(taken(put(&server, secret), 202, secret));
        assert_eq!(told, strip(taken(put(&server, unnamed), 202, unnamed)));
        is_problem(server.get(&path_of(secret)), 404, "unknown-document");
        is_problem(server.get(&path_of(unnamed)), 404, "unknown-document");
    }
    let other_type = |bytes| put_as(&server, &path_of(bytes), "image/png", bytes).status();
    assert_eq!(other_type(secret), other_type(unnamed));
    // It is kept all the same, and what a public event names is public by that act.
    assert!(stored(&world, secret).is_file() && !stored(&world, unnamed).is_file());
    world.clock.forward_s(4_000);
    world.ledgers().sweep_documents();
    assert!(stored(&world, secret).is_file());
    name(&world, "dinkes", secret);
    assert_eq!(server.get(&path_of(secret)).bytes().unwrap(), secret);
    world.audit();
}

/// The place of a document that waits came back as soon as a confidential event named it, however confidential: whoever
/// had handed it in could tell.
#[test]
fn a_place_to_wait_comes_back_for_no_event_that_its_sender_may_not_see() {
    let mut world = World::new();
    let limits = DocumentLimits { caller_waiting_max: 1, ..DocumentLimits::default() };
    world.reopen_with(&settings(limits));
    let server = Server::start(world.ledgers());
    let internal = crate::tokens::reader(&world, "internal", jejak_ledger::rules::Class::Internal);
    let authorization = format!("Bearer {}", internal.reveal());
    let as_internal = |method: &str, body: &'static [u8]| {
        let request = server.request(method, &path_of(body)).header("content-type", PDF);
        request.header("authorization", &authorization).body(body).send().unwrap()
    };
    let is_full = || is_problem(put(&server, b"another"), 429, "waiting-full");
    let secrets: [&[u8]; 3] = [b"by the sweep", b"by a reader", b"by a second sender"];
    for (number, secret) in secrets.into_iter().enumerate() {
        taken(put(&server, secret), 202, secret);
        name_internally(&world, &format!("p-rahasia{number}"), secret);
        match number {
            0 => {}
            1 => assert_eq!(as_internal("GET", secret).bytes().unwrap(), secret),
            _ => drop(taken(as_internal("PUT", secret), 201, secret)),
        }
        is_full();
        world.ledgers().sweep_documents();
        is_full();
        assert!(stored(&world, secret).is_file());
        assert_eq!(files(&world.path().join("documents/waiting")), NOTHING);
        world.clock.forward_s(3_599);
        world.ledgers().sweep_documents();
        is_full();
        world.clock.forward_s(1);
        world.ledgers().sweep_documents();
        assert!(stored(&world, secret).is_file());
    }
    // For one that he may see it does: at once, or with the next sweep.
    taken(put(&server, b"secret"), 202, b"secret");
    name_internally(&world, "p-rahasia4", b"secret");
    world.ledgers().sweep_documents();
    is_full();
    name(&world, "dinkes", b"secret");
    world.ledgers().sweep_documents();
    taken(put(&server, b"another"), 202, b"another");
    world.audit();
}

/// Events of other sizes, as many as are looked at, hid the one that says the truth.
#[test]
fn events_that_give_other_sizes_do_not_hide_the_one_that_gives_the_right_one() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let bytes = b"surat".as_slice();
    let wrong = |number: usize| {
        let mut event = naming(&world, &format!("salah-{number}"), b"form", bytes);
        event["data"]["letter"]["size"] = json!(1_000 + number);
        event["data"]["letter"]["mediatype"] = json!("image/png");
        world.sign(&world.dinkes, &event)
    };
    world.post_batch((0..NAMED_MAX).map(wrong).collect()).into_iter().for_each(|answer| {
        recorded(answer);
    });
    is_problem(put(&server, bytes), 422, "size-mismatch");
    name(&world, "benar", bytes);
    taken(put(&server, bytes), 201, bytes);
    let answer = server.get(&path_of(bytes));
    assert_eq!(answer.headers()["content-type"], PDF);
    assert_eq!(answer.bytes().unwrap(), bytes);
    let list = server.json("/v1/61.07/documents?held=true");
    assert_eq!(list["documents"][0]["sha256"], Hash::of(bytes).to_string());
    taken(put(&server, b"form"), 201, b"form");
    assert_eq!(documents_check(&world, Depth::Bytes).verdict, Verdict::Ok);
}

/// Such an event was recorded, and its document could never be handed in.
#[test]
fn an_event_that_gives_one_document_two_sizes_is_refused_at_the_second() {
    let world = World::new();
    let mut event = naming(&world, "dinkes", b"surat", b"surat");
    event["data"]["letter"]["size"] = json!(6);
    let Refusal::Rule(refusal) = refused(world.post(&world.dinkes, &event)) else { panic!() };
    assert_eq!(
        (refusal.code.as_str(), refusal.rule.as_deref()),
        ("content-invalid", Some("SYS.0.2"))
    );
    let [fault] = refusal.faults.as_slice() else { panic!("{refusal:?}") };
    assert_eq!(fault.pointer, "/data/letter/size");
    assert_eq!(fault.why, Why::SizeContradicted { elsewhere: "/data/form".to_owned(), size: 5 });
    event["data"]["letter"]["size"] = json!(5);
    recorded(world.post(&world.dinkes, &event));
}

/// What stands on version 1 of the structural acts decides as it did, so there may be such events.
#[test]
fn what_an_event_of_version_1_gives_two_sizes_can_be_handed_in() {
    const STRUCTURAL_1: &[u8] =
        b"format = \"jejak-ruleset/1\"\nname = \"sanggau\"\nstructural = 1\n\
        title.id = \"Sanggau\"\ntitle.en = \"Sanggau\"\nregion = \"61.03\"\n";
    let world = World::new();
    let origin = "jejak.sanggaukab.go.id/61.03";
    world.ledgers().init(world.opening("61.03", origin, STRUCTURAL_1)).unwrap();
    let ledger = world.ledgers().ledger("61.03").unwrap();
    let bytes = b"surat keputusan".as_slice();
    let mut decision = cited("decree", bytes);
    decision["size"] = json!(1);
    let data = json!({ "person": "p-kadis0001", "agency": "kominfo", "from": "2026-01-02", "decision": decision });
    let mut event = world.event(&world.registrar, "role.appointed", "role/kadis-kominfo", data);
    event["ledger"] = json!(origin);
    event["late"] = json!({ "reason": "Listrik padam.", "document": cited("minutes", bytes) });
    recorded(submit(&ledger, vec![world.sign(&world.registrar, &event)]).remove(0));
    let server = Server::start(world.ledgers());
    let path = format!("/v1/61.03/documents/{}", Hash::of(bytes));
    taken(put_as(&server, &path, PDF, bytes), 201, bytes);
    assert_eq!(server.get(&path).bytes().unwrap(), bytes);
    let listed = server.json("/v1/61.03/documents");
    assert_eq!(listed["documents"][0]["held"], json!(true));
    audit_clean(&ledger);
}

#[test]
fn a_damaged_document_is_not_given_out_and_can_be_handed_in_again() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let (small, large) = (b"surat".to_vec(), vec![7; 1 << 20]);
    let first = name(&world, "kecil", &small);
    name(&world, "besar", &large);
    for bytes in [&small, &large] {
        taken(put(&server, bytes), 201, bytes);
        let mut damaged = bytes.clone();
        damaged[0] ^= 1;
        fs::write(stored(&world, bytes), damaged).unwrap();
    }
    is_problem(server.get(&path_of(&small)), 500, "document-damaged");
    // The length was announced; the connection ends before it.
    assert!(server.get(&path_of(&large)).bytes().is_err());
    assert_eq!(documents_check(&world, Depth::Sizes).verdict, Verdict::Ok);
    let check = documents_check(&world, Depth::Bytes);
    assert_eq!(check.verdict, Verdict::Bad);
    fs::write(stored(&world, &small), b"").unwrap();
    let check = documents_check(&world, Depth::Sizes);
    assert_eq!((check.verdict, check.position), (Verdict::Bad, Some(first)));
    for bytes in [&small, &large] {
        taken(put(&server, bytes), 200, bytes);
        assert!(server.get(&path_of(bytes)).bytes().unwrap() == bytes.as_slice());
    }
    assert_eq!(documents_check(&world, Depth::Bytes).verdict, Verdict::Ok);
}

#[test]
fn an_audit_says_not_held_where_a_document_is_absent_and_never_bad() {
    let world = World::new();
    assert_eq!(documents_check(&world, Depth::Bytes).verdict, Verdict::Ok, "nothing is named");
    let first = name(&world, "dinkes", b"first");
    name(&world, "puskesmas", b"second");
    let check = documents_check(&world, Depth::Bytes);
    assert_eq!((check.verdict, check.position), (Verdict::NotHeld, Some(first)));
    assert_eq!(check.reason.as_deref(), Some("2 of 2 documents are not held"));
    assert_eq!(json!(check.verdict), "not held");
    let server = Server::start(world.ledgers());
    taken(put(&server, b"second"), 201, b"second");
    let check = documents_check(&world, Depth::Sizes);
    assert_eq!(check.reason.as_deref(), Some("1 of 2 documents are not held"));
    taken(put(&server, b"first"), 201, b"first");
    assert_eq!(documents_check(&world, Depth::Bytes).verdict, Verdict::Ok);
    // Removed as the law may demand: the events stand.
    let documents = world.ledgers().documents();
    assert_eq!(documents.remove(&Hash::of(b"first")), Ok(true));
    assert_eq!(documents.remove(&Hash::of(b"first")), Ok(false));
    assert_eq!(documents_check(&world, Depth::Bytes).verdict, Verdict::NotHeld);
    is_problem(server.get(&path_of(b"first")), 404, "document-not-held");
}

#[test]
fn of_many_who_hand_in_one_document_at_one_time_each_is_answered() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let bytes = vec![7; 300_000];
    name(&world, "dinkes", &bytes);
    let statuses: Vec<u16> = thread::scope(|scope| {
        let put = || put(&server, &bytes).status().as_u16();
        let all: Vec<_> = (0..8).map(|_| scope.spawn(put)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(statuses.iter().all(|status| matches!(status, 200 | 201)), "{statuses:?}");
    assert!(statuses.contains(&201));
    assert!(server.get(&path_of(&bytes)).bytes().unwrap() == bytes);
    assert_eq!(files(&world.path().join("documents")), [stored(&world, &bytes)]);
}

/// Whichever comes first, the document or the event that names it: at the end it is held.
#[test]
fn a_document_and_its_event_may_come_at_one_time() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    for round in 0..12 {
        let label = format!("layanan-{round}");
        let bytes = label.as_bytes();
        let statement = world.sign(&world.dinkes, &naming(&world, &label, bytes, bytes));
        thread::scope(|scope| {
            scope.spawn(|| assert!(put(&server, bytes).status().is_success()));
            scope.spawn(|| recorded(world.post_bytes(statement)));
        });
        assert_eq!(server.get(&path_of(bytes)).bytes().unwrap(), bytes, "{round}");
    }
    assert_eq!(documents_check(&world, Depth::Bytes).verdict, Verdict::Ok);
    assert_eq!(files(&world.path().join("documents/waiting")), NOTHING);
}

#[test]
fn a_full_disk_takes_no_document_and_says_so() {
    let mut world = World::new();
    name(&world, "dinkes", b"surat");
    world.reopen_with(&Settings { disk_free_min_bytes: u64::MAX, ..Settings::default() });
    let server = Server::start(world.ledgers());
    is_problem(put(&server, b"surat"), 507, "disk-full");
    assert_eq!(files(&world.path().join("documents")), NOTHING);
}

#[test]
fn what_a_crash_left_of_an_upload_is_removed_and_what_was_kept_stays() {
    let mut world = World::new();
    name(&world, "dinkes", b"surat");
    taken(put(&Server::start(world.ledgers()), b"surat"), 201, b"surat");
    world.close();
    fs::write(world.path().join("documents/aside-0"), b"half of a docu").unwrap();
    world.reopen();
    assert_eq!(files(&world.path().join("documents")), [stored(&world, b"surat")]);
    let server = Server::start(world.ledgers());
    assert_eq!(server.get(&path_of(b"surat")).bytes().unwrap(), b"surat".as_slice());
}

/// A directory of a program that knew no documents: it is read as it is, and gets its index when it is
/// next opened for writing.
#[test]
fn an_older_directory_gets_the_index_of_its_documents() {
    let mut world = World::new();
    for number in 0..3 {
        name(&world, &format!("layanan-{number}"), format!("surat {number}").as_bytes());
    }
    name_internally(&world, "p-rahasia1", b"surat 1");
    world.close();
    let db = world.path().join("db");
    fs::write(db.join(DRILL_MARK), b"").unwrap();
    let rows = index(&world.path());
    assert_eq!(rows.len(), 8);
    for (key, _) in &rows {
        drill_delete_row(&db, LEDGER, Table::Document, key).unwrap();
    }
    drill_delete_row(&db, LEDGER, Table::Meta, b"documents").unwrap();
    let archive = Archive::open(&world.path(), &Settings::default()).unwrap();
    let (view, no_lock) = (&archive.views()[0], LockEvidence::NotAsked);
    let report = audit_to(Depth::Sizes, view, &no_lock, &Settings::default(), &|_, _| ());
    assert!(report.is_clean(), "{report:#?}");
    assert_eq!(report.check(CheckName::Documents).unwrap().verdict, Verdict::NotChecked);
    drop(archive);
    world.reopen();
    assert_eq!(documents_check(&world, Depth::Sizes).verdict, Verdict::NotHeld);
    world.close();
    assert_eq!(index(&world.path()), rows);
}

/// The rows that say which events name a document, of the events of this file.
fn index(dir: &Path) -> Vec<(Vec<u8>, Vec<u8>)> {
    let archive = Archive::open(dir, &Settings::default()).unwrap();
    let view = &archive.views()[0];
    let mut rows = Vec::new();
    for number in 0..3 {
        let sha256 = Hash::of(format!("surat {number}").as_bytes());
        for (class, position) in (0..3).flat_map(|class| (0..20).map(move |at| (class, at))) {
            let at = Position(position);
            let size = format!("surat {number}").len();
            let of_size = keys::document_of_size(&sha256, class, u64::try_from(size).unwrap(), at);
            for key in [keys::document(&sha256, class, at), of_size] {
                if let Some(value) = archive.row(view, Table::Document, &key).unwrap() {
                    rows.push((key, value));
                }
            }
        }
    }
    rows
}

#[test]
fn an_audit_finds_a_document_slipped_into_the_index_or_taken_out_of_it() {
    let mut world = World::new();
    let position = name(&world, "dinkes", b"surat");
    world.close();
    let db = world.path().join("db");
    fs::write(db.join(DRILL_MARK), b"").unwrap();
    let key = keys::document(&Hash::of(b"surat"), 0, position);
    // The class of an internal event made public, for one who should not see it.
    let stray = keys::document(&Hash::of(b"another"), 0, Position(3));
    drill_insert_row(&db, LEDGER, Table::Document, &stray, &5_u64.to_be_bytes()).unwrap();
    assert_eq!(archived(&world).verdict, Verdict::Bad);
    drill_delete_row(&db, LEDGER, Table::Document, &stray).unwrap();
    assert_eq!(archived(&world).verdict, Verdict::NotHeld);
    let stray = keys::document_of_size(&Hash::of(b"surat"), 0, 6, position);
    drill_insert_row(&db, LEDGER, Table::Document, &stray, b"").unwrap();
    assert_eq!(archived(&world).verdict, Verdict::Bad);
    drill_delete_row(&db, LEDGER, Table::Document, &stray).unwrap();
    drill_delete_row(&db, LEDGER, Table::Document, &key).unwrap();
    let check = archived(&world);
    assert_eq!((check.verdict, check.position), (Verdict::Bad, Some(position)));
}

fn archived(world: &World) -> Check {
    let archive = Archive::open(&world.path(), &Settings::default()).unwrap();
    let (view, no_lock) = (&archive.views()[0], LockEvidence::NotAsked);
    let report = audit_to(Depth::Sizes, view, &no_lock, &Settings::default(), &|_, _| ());
    report.check(CheckName::Documents).unwrap().clone()
}

#[test]
fn documents_are_listed_with_what_events_say_of_them_and_whether_they_are_held() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let event = naming(&world, "dinkes", b"form", b"letter");
    let position = recorded(world.post(&world.dinkes, &event)).position;
    name_internally(&world, "p-rahasia1", b"secret");
    taken(put(&server, b"letter"), 201, b"letter");
    let list = |query: &str| server.json(&format!("/v1/61.07/documents?{query}"));
    let digests = |query: &str| -> Vec<String> {
        let listed = list(query);
        let rows = listed["documents"].as_array().unwrap().iter();
        rows.map(|row| row["sha256"].as_str().unwrap().to_owned()).collect()
    };
    let (form, letter) = (Hash::of(b"form").to_string(), Hash::of(b"letter").to_string());
    let mut both = vec![form.clone(), letter.clone()];
    both.sort();
    assert_eq!(digests(""), both, "what only an internal event names is not there");
    let row = list("kind=surat")["documents"][0].clone();
    assert_eq!(
        row,
        json!({
            "sha256": letter, "class": "public", "named_by": [position.0], "held": true,
            "kind": "official-letter", "family": "surat", "number": "800/12/2026",
            "date": "2026-01-02", "signatory": ["role/kadis-kominfo", "p-dinkes01"],
            "name": "Surat permohonan.pdf", "mediatype": PDF, "size": 6,
        })
    );
    for (query, expected) in [
        ("kind=formulir", vec![form.clone()]),
        ("kind=official-letter", vec![letter.clone()]),
        ("kind=berita-acara", vec![]),
        ("number=800/12/2026", both.clone()),
        ("number=1", vec![]),
        ("subject=subdomain/dinkes.bengkayangkab.go.id", both.clone()),
        ("subject=subdomain/setda.bengkayangkab.go.id", vec![]),
        ("from=2026-01-02&to=2026-01-02", both.clone()),
        ("from=2026-01-03", vec![]),
        ("held=true", vec![letter]),
        ("held=false", vec![form]),
    ] {
        assert_eq!(digests(query), expected, "{query}");
    }
    let before = list(&format!("as_of={}", position.0 - 1));
    assert_eq!(before["documents"], json!([]));
    // A page at a time, also past a document that the reader may not see.
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = list(&format!("limit=1{cursor}"));
        let rows = page["documents"].as_array().unwrap();
        found.extend(rows.iter().map(|row| row["sha256"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(found, both);
    is_problem(server.get("/v1/61.07/documents?from=kemarin"), 400, "invalid-parameter");
    is_problem(server.get("/v1/61.07/documents?jenis=sk"), 400, "unknown-parameter");
    let secret = crate::tokens::reader(&world, "internal", jejak_ledger::rules::Class::Internal);
    let listed: Value =
        crate::tokens::get_as(&server, &secret, "/v1/61.07/documents").json().unwrap();
    assert_eq!(listed["documents"].as_array().unwrap().len(), 3);
    // Its reader may also hand it in and fetch it.
    let path = path_of(b"secret");
    let authorization = format!("Bearer {}", secret.reveal());
    let put = server.request("PUT", &path).header("authorization", authorization);
    taken(put.header("content-type", PDF).body("secret").send().unwrap(), 201, b"secret");
    let answer = crate::tokens::get_as(&server, &secret, &path);
    assert_eq!(answer.headers()["cache-control"], "private, max-age=60");
    assert_eq!(answer.bytes().unwrap(), b"secret".as_slice());
    is_problem(server.get(&path), 404, "unknown-document");
}
