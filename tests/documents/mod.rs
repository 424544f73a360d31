//! Documents: whoever holds the bytes that a signed event names may hand them in, nobody gets what he may
//! not see, and what is given out is what was signed for.

mod kept;
mod named;

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
