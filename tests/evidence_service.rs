//! Revocation lists over HTTP: a server fetches them from where certificates say that they are, from no other host, and
//! records them under its service's key; whoever has one hands it in.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use jejak_api::Evidence;
use jejak_ledger::custody::{KeyPlace, SecretSource};
use jejak_ledger::evidence::response_stream;
use jejak_ledger::log::Position;
use jejak_signer::devca::{ListSpec, Profile, ResponseSpec, ResponseStatus};
use jejak_signer::{
    Algorithm, Certificate, Hash, HolderKind, Passphrase, Revocation, RevocationReason, SigningKey,
    Window, certificate_to_pem,
};
use serde_json::{Value, json};

use crate::acts::request;
use crate::harness::{Person, World};
use crate::server::{JOSE, Server, is_problem, problem};

const EVIDENCE: &str = "/v1/61.07/evidence";
const CRL: &str = "application/pkix-crl";
/// Longer than any of these steps takes.
const LONG: Duration = Duration::from_secs(30);

fn now(world: &World) -> i64 {
    i64::try_from(world.clock.seconds()).unwrap()
}

fn list(world: &World, number: u64) -> Vec<u8> {
    let window = Window { not_before: now(world), not_after: now(world) + 7 * 86_400 };
    let spec = ListSpec { window, number, points: Vec::new(), revoked: Vec::new() };
    world.authority.ca.revocation_list(&spec).unwrap()
}

/// Somebody whose certificate says that lists about it are at these addresses.
fn person_with_points(world: &World, id: &str, points: &[String]) -> Person {
    let window = Window { not_before: now(world) - 3_600, not_after: now(world) + 90 * 86_400 };
    let profile = Profile { crl_points: points.to_vec(), ..Profile::of_holder(HolderKind::Person) };
    let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
    let chain = world.authority.ca.issue(id, "dinkes", key.public_key(), &profile, window).unwrap();
    Person { id: id.to_owned(), agency: "dinkes".to_owned(), key: Arc::new(key), chain }
}

/// A server of lists: each request is told, and answered as the test says.
pub(crate) struct Lists {
    pub(crate) address: String,
    requests: Receiver<String>,
    answers: Sender<Vec<u8>>,
}

impl Lists {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let ((asked, requests), (answers, answer)) = (channel(), channel::<Vec<u8>>());
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut head = String::new();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                while !head.ends_with("\r\n\r\n") {
                    reader.read_line(&mut head).unwrap();
                }
                // The test is over.
                if asked.send(head.to_ascii_lowercase()).is_err() {
                    return;
                }
                let Ok(answer) = answer.recv() else { return };
                let _ = stream.write_all(&answer);
            }
        });
        Self { address, requests, answers }
    }

    pub(crate) fn point(&self) -> String {
        format!("http://{}/issuing.crl", self.address)
    }

    pub(crate) fn asked(&self) -> String {
        self.requests.recv_timeout(LONG).unwrap()
    }

    fn answer(&self, head: &str, body: &[u8]) {
        let head = format!("{head}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        self.answers.send([head.as_bytes(), body].concat()).unwrap();
    }

    pub(crate) fn gives(&self, list: &[u8]) {
        self.answer("HTTP/1.1 200 OK\r\nETag: \"one\"\r\n", list);
    }

    fn gives_nothing_new(&self) {
        self.answer("HTTP/1.1 304 Not Modified\r\nETag: \"one\"\r\n", b"");
    }
}

/// A system's certificate, enrolled as such.
fn system(world: &World) -> Person {
    let window = Window { not_before: now(world) - 3_600, not_after: now(world) + 90 * 86_400 };
    let profile = Profile::of_holder(HolderKind::System);
    let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
    let authority = &world.authority.ca;
    let chain = authority.issue("layanan", "kominfo", key.public_key(), &profile, window).unwrap();
    let (id, agency) = ("p-layanan01".to_owned(), "kominfo".to_owned());
    let service = Person { id, agency, key: Arc::new(key), chain };
    let mut enrolment = world.enrolment(&service);
    enrolment["data"]["class"] = json!("sistem");
    world.accept(&world.registrar, &enrolment);
    service
}

/// A server that records as somebody whose key is in an encrypted file.
fn serving_as(world: &World, service: &Person, hosts: &[&str]) -> Server {
    let private = |name: &str, text: &str| {
        let path = world.dir.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path
    };
    let phrase = Passphrase::new("rahasia layanan".to_owned()).unwrap();
    let key = private("service.key", &service.key.to_encrypted_pem(&phrase).unwrap());
    let passphrase = private("service.pass", "rahasia layanan\n");
    let certificate = private("service.pem", &certificate_to_pem(&service.chain[0]));
    Server::configured(world.ledgers(), |config| {
        config.evidence = Evidence {
            key: Some(KeyPlace::File(key)),
            passphrase: Some(SecretSource::File(passphrase)),
            certificate: Some(certificate),
            hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
            interval_s: 1,
            ..Evidence::default()
        };
    })
}

/// A server that records as the registrar, every second.
fn serving(world: &World, hosts: &[&str]) -> Server {
    let file = |name: &str, text: &str| {
        let path = world.dir.path().join(name);
        fs::write(&path, text).unwrap();
        Some(path)
    };
    let key = file("service.key", &world.registrar.key.to_pkcs8_pem().unwrap());
    let certificate = file("service.pem", &certificate_to_pem(&world.registrar.chain[0]));
    let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
    Server::configured(world.ledgers(), |config| {
        config.evidence = Evidence {
            key: key.map(KeyPlace::File),
            certificate,
            hosts,
            interval_s: 1,
            ..Evidence::default()
        };
    })
}

fn recorded(server: &Server) -> Vec<Value> {
    let issuers = server.json(EVIDENCE)["issuers"].as_array().unwrap().clone();
    issuers.iter().flat_map(|issuer| issuer["lists"].as_array().unwrap().clone()).collect()
}

#[test]
fn a_server_fetches_lists_and_records_them_once() {
    let world = World::new();
    let lists = Lists::start();
    world.enrol(&person_with_points(&world, "p-bertitik1", &[lists.point()]));
    let server = serving(&world, &[&lists.address]);
    let first = lists.asked();
    assert!(first.starts_with("get /issuing.crl http/1.1\r\n"), "{first}");
    assert!(!first.contains("if-none-match"), "{first}");
    let list = list(&world, 7);
    lists.gives(&list);
    // The next question comes after the list was recorded.
    let second = lists.asked();
    assert!(second.contains("if-none-match: \"one\""), "{second}");
    let found = recorded(&server);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["object"], Hash::of(&list).to_string());
    assert_eq!(found[0]["number"], "7");
    assert_eq!(found[0]["this_update"], "2026-01-02T03:04:05Z");
    lists.gives_nothing_new();
    lists.asked();
    // A server that knows no tags gives the same list again: it is recorded once.
    lists.gives(&list);
    lists.asked();
    assert_eq!(recorded(&server).len(), 1);
    assert_eq!(world.ledger().published().size, found[0]["position"].as_u64().unwrap() + 1);
    let object = format!("{EVIDENCE}/{}", Hash::of(&list));
    let given = server.get(&object);
    assert_eq!(given.headers()["content-type"], CRL);
    assert_eq!(given.bytes().unwrap(), list);
    let figures = server.get("/metrics").text().unwrap();
    assert!(figures.contains("jejak_evidence_fetches_total{result=\"recorded\"} 1"), "{figures}");
    assert!(figures.contains("jejak_evidence_fetches_total{result=\"unchanged\"} 2"), "{figures}");
    assert!(figures.contains("jejak_evidence_age_seconds{ledger=\"61.07\""), "{figures}");
    world.audit();
}

#[test]
fn a_system_records_while_both_authorities_have_it_appointed() {
    let world = World::new();
    let lists = Lists::start();
    world.enrol(&person_with_points(&world, "p-bertitik1", &[lists.point()]));
    let service = system(&world);
    let server = serving_as(&world, &service, &[&lists.address]);
    let first = list(&world, 1);
    lists.asked();
    lists.gives(&first);
    // Refused, and asked for in full again.
    assert!(!lists.asked().contains("if-none-match"));
    assert_eq!(recorded(&server), Vec::<Value>::new());
    let thumbprint = service.thumbprint().to_string();
    let data = json!({ "person": service.id, "agency": "kominfo", "certificate": thumbprint });
    world.accept_of_both("ledger.service_appointed", data);
    lists.gives(&first);
    lists.asked();
    let found = recorded(&server);
    assert_eq!(found[0]["object"], Hash::of(&first).to_string());
    let position = Position(found[0]["position"].as_u64().unwrap());
    let entry = world.ledger().view().entry(position).unwrap().unwrap();
    assert_eq!(entry.signatory.person, service.id);
    let data = json!({ "person": service.id, "reason": "diganti" });
    world.accept_of_both("ledger.service_removed", data);
    world.clock.forward_s(60);
    lists.gives(&list(&world, 2));
    lists.asked();
    assert_eq!(recorded(&server), found);
    world.audit();
}

#[test]
fn no_host_is_asked_that_is_not_named_and_no_redirection_leads_to_one() {
    let world = World::new();
    let [lists, other] = [Lists::start(), Lists::start()];
    let points = [other.point(), lists.point()];
    world.enrol(&person_with_points(&world, "p-bertitik1", &points));
    let server = serving(&world, &[&lists.address]);
    for _ in 0..2 {
        lists.asked();
        let elsewhere = format!("HTTP/1.1 302 Found\r\nLocation: {}\r\n", other.point());
        lists.answer(&elsewhere, b"");
    }
    lists.asked();
    assert!(other.requests.try_recv().is_err(), "somebody asked the other host");
    assert_eq!(recorded(&server), Vec::<Value>::new());
}

/// A certificate that names a responder and no list: it is asked for by POST, and what it answers is recorded.
#[test]
fn a_responder_is_asked_about_a_certificate_of_which_no_list_says_anything() {
    let world = World::new();
    let responder = Lists::start();
    let window = Window { not_before: now(&world) - 3_600, not_after: now(&world) + 90 * 86_400 };
    let responders = vec![format!("http://{}/ocsp", responder.address)];
    let profile = Profile { responders, ..Profile::of_holder(HolderKind::Person) };
    let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
    let authority = &world.authority.ca;
    let chain = authority.issue("x", "dinkes", key.public_key(), &profile, window).unwrap();
    let (id, agency) = ("p-bertanya1".to_owned(), "dinkes".to_owned());
    let person = Person { id, agency, key: Arc::new(key), chain };
    world.enrol(&person);
    let server = serving(&world, &[&responder.address]);
    let asked = responder.asked();
    assert!(asked.starts_with("post /ocsp http/1.1\r\n"), "{asked}");
    assert!(asked.contains("content-type: application/ocsp-request"), "{asked}");
    let status = ResponseStatus::Revoked(Revocation {
        revoked_at: now(&world) - 60,
        reason: RevocationReason::KeyCompromise,
        invalid_since: None,
    });
    let window = Window { not_before: now(&world), not_after: now(&world) + 86_400 };
    let spec = ResponseSpec { window, certificate: person.chain[0].clone(), status };
    responder.answer("HTTP/1.1 200 OK\r\n", &authority.response(&spec).unwrap());
    let stream = response_stream(&person.thumbprint());
    let begun = Instant::now();
    while world.ledger().view().response_about(&person.thumbprint()).unwrap().is_none() {
        assert!(begun.elapsed() < LONG, "{stream}");
        thread::park_timeout(Duration::from_millis(5));
    }
    let statement = world.sign(&person, &request(&world, &person, "dinkes"));
    let answer = server.post("/v1/61.07/events", JOSE, statement);
    assert_eq!(problem(answer), (422, "signer-revoked".to_owned()));
    // For half of its time nobody is asked again.
    assert!(responder.requests.try_recv().is_err());
    world.audit();
}

#[test]
fn what_is_fetched_and_no_list_is_not_kept() {
    let world = World::new();
    let lists = Lists::start();
    world.enrol(&person_with_points(&world, "p-bertitik1", &[lists.point()]));
    let server = serving(&world, &[&lists.address]);
    let mut forged = list(&world, 1);
    *forged.last_mut().unwrap() ^= 1;
    lists.asked();
    lists.gives(&forged);
    lists.asked();
    assert_eq!(recorded(&server), Vec::<Value>::new());
    is_problem(server.get(&format!("{EVIDENCE}/{}", Hash::of(&forged))), 404, "unknown-evidence");
    // Whoever made the list that was no evidence is asked in full again.
    lists.gives(&list(&world, 1));
    lists.asked();
    assert_eq!(recorded(&server).len(), 1);
}

/// What OpenSSL makes as an authority would: who stands on it is refused from then on.
#[test]
fn a_list_of_openssl_reaches_the_ledger_and_counts() {
    let world = World::new();
    let lists = Lists::start();
    world.enrol(&person_with_points(&world, "p-bertitik1", &[lists.point()]));
    let server = serving(&world, &[&lists.address]);
    lists.asked();
    lists.gives(&openssl_list(&world, &world.dinkes));
    lists.asked();
    let sign = |person: &Person, label: &str| world.sign(person, &request(&world, person, label));
    let answer = server.post("/v1/61.07/events", JOSE, sign(&world.dinkes, "dinkes"));
    assert_eq!(problem(answer), (422, "signer-revoked".to_owned()));
    let answer = server.post("/v1/61.07/events", JOSE, sign(&world.kominfo, "kominfo"));
    assert_eq!(answer.status(), 201);
    world.audit();
}

fn openssl_list(world: &World, revoked: &Person) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
    let certificate = Certificate::from_der(revoked.chain[0].clone()).unwrap();
    let serial = certificate.serial().to_uppercase();
    put(
        "index.txt",
        &format!("R\t301231235959Z\t260101000000Z,keyCompromise\t{serial}\tunknown\t/CN=x\n"),
    );
    put("number", "07\n");
    put("issuer.pem", &certificate_to_pem(&revoked.chain[1]));
    let pem = world.authority.ca.to_pem().unwrap();
    put("issuer.key", &pem[pem.rfind("-----BEGIN PRIVATE KEY").unwrap()..]);
    put(
        "ca.conf",
        "[ca]\ndefault_ca=c\n[c]\ndatabase=index.txt\ncrlnumber=number\ndefault_md=sha256\n\
         certificate=issuer.pem\nprivate_key=issuer.key\ncrl_extensions=e\n[e]\n\
         authorityKeyIdentifier=keyid\n",
    );
    let made = "20260102030000Z";
    let next = "20260109030000Z";
    openssl(
        dir.path(),
        &[
            "ca",
            "-config",
            "ca.conf",
            "-gencrl",
            "-out",
            "list.pem",
            "-crl_lastupdate",
            made,
            "-crl_nextupdate",
            next,
        ],
    );
    openssl(dir.path(), &["crl", "-in", "list.pem", "-outform", "DER", "-out", "list.der"]);
    fs::read(dir.path().join("list.der")).unwrap()
}

fn openssl(dir: &Path, arguments: &[&str]) {
    let done = Command::new("openssl").args(arguments).current_dir(dir).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn whoever_has_a_list_hands_it_in_and_says_in_an_event_what_it_is() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let put = |list: &[u8], name: &str, media: &str| {
        let request = server.request("PUT", &format!("{EVIDENCE}/{name}"));
        request.header("content-type", media).body(list.to_vec()).send().unwrap()
    };
    let list = list(&world, 1);
    let name = Hash::of(&list).to_string();
    is_problem(put(&list, "x", CRL), 400, "invalid-parameter");
    is_problem(put(&list, &name, "application/pdf"), 415, "wrong-media-type");
    is_problem(put(&list[1..], &name, CRL), 422, "digest-mismatch");
    let nothing = Hash::of(b"nothing").to_string();
    is_problem(put(b"nothing", &nothing, CRL), 422, "evidence-not-valid");
    is_problem(server.get(&format!("{EVIDENCE}/{name}")), 404, "unknown-evidence");

    let taken = put(&list, &name, CRL);
    assert_eq!(taken.status(), 201);
    let taken: Value = taken.json().unwrap();
    let subject = taken["subject"].as_str().unwrap();
    let event = world.event(&world.registrar, "evidence.recorded", subject, taken["data"].clone());
    let statement = world.sign(&world.registrar, &event);
    assert_eq!(server.post("/v1/61.07/events", JOSE, statement).status(), 201);
    is_problem(put(&list, &name, CRL), 409, "evidence-outdated");
    let found = recorded(&server);
    assert_eq!(found[0]["object"], json!(name));
    // The list that the log names is not the certificate of somebody.
    let person = format!("{EVIDENCE}/{}", world.dinkes.thumbprint());
    is_problem(server.get(&person), 404, "unknown-evidence");
    world.audit();
}
