//! The ledger's own keys on a PKCS#11 token, through the program: the key of the service that records evidence, and one of
//! several log keys.

use std::fs;

use jejak_api::SystemClock;
use jejak_ledger::Clock as _;
use jejak_signer::devca::{DevCa, ListSpec, Profile};
use jejak_signer::{
    Algorithm, Certificate, Hash, HolderKind, Jws, SigningKey, Typ, Window, certificate_to_pem,
    certificates_from_pem,
};
use serde_json::{Value, json};

use crate::custody::Desk;
use crate::evidence_service::Lists;
use crate::harness::{ORIGIN, REGION, rfc3339};
use crate::process::Process;

fn now() -> i64 {
    i64::try_from(SystemClock.now().0 / 1_000_000).unwrap()
}

/// A chain in a file, and the key beside it.
fn write_person(desk: &Desk, name: &str, key: &SigningKey, chain: &[Vec<u8>]) {
    desk.write(&format!("{name}.key.pem"), &key.to_pkcs8_pem().unwrap());
    let chain: Vec<String> = chain.iter().map(|der| certificate_to_pem(der)).collect();
    desk.write(&format!("{name}.pem"), &chain.concat());
}

/// The service's key never leaves its token: what the server fetches it signs there, and without the token, or with another
/// key, the server does not start.
#[test]
fn a_service_whose_key_is_on_a_token_records_what_is_fetched() {
    let desk = Desk::new();
    let lists = Lists::start();
    desk.done("cert dev-ca --out ca");
    for (name, agency) in [("bupati", "setda"), ("sekda", "setda"), ("dua", "bkpsdm")] {
        desk.done(&format!("cert issue --ca ca --name {name} --org {agency} --out {name}.pem"));
    }
    // A registrar whose certificate says where the lists about it are.
    let ca = DevCa::from_pem(&fs::read_to_string(desk.path("ca/dev-ca.pem")).unwrap()).unwrap();
    let profile =
        Profile { crl_points: vec![lists.point()], ..Profile::of_holder(HolderKind::Person) };
    let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
    let window = Window { not_before: now() - 3_600, not_after: now() + 90 * 86_400 };
    let chain = ca.issue("satu", "kominfo", key.public_key(), &profile, window).unwrap();
    write_person(&desk, "satu", &key, &chain);
    desk.done("key new --alg ES256 --token @layanan");
    desk.done(
        "cert issue --ca ca --kind system --name layanan --org kominfo --key @layanan --out layanan.pem",
    );
    desk.opens("--service layanan.pem=kominfo");
    let configured = |key: &str| {
        desk.write(
            "data/jejak.toml",
            &format!(
                "[evidence]\nkey = \"{key}\"\ncertificate = \"{}\"\nhosts = [\"{}\"]\ninterval_s = 1\n",
                desk.path("layanan.pem").display(),
                lists.address,
            ),
        );
    };
    configured(&desk.uri("layanan"));

    let server = desk.serve();
    lists.asked();
    let window = Window { not_before: now() - 60, not_after: now() + 86_400 };
    let spec = ListSpec { window, number: 1, points: Vec::new(), revoked: Vec::new() };
    let list = ca.revocation_list(&spec).unwrap();
    lists.gives(&list);
    // The next question comes after the list was recorded.
    lists.asked();
    let at = format!("--url {} --ledger {REGION}", server.base);
    let listed = desk.done(&format!("evidence list {at}"));
    let mut recorded = listed.as_array().unwrap().iter().filter(|row| row["object"].is_string());
    let row = recorded.next().unwrap();
    assert_eq!(row["object"], Hash::of(&list).to_string());
    assert_eq!(recorded.next(), None);
    assert_eq!(server.end().0, Some(0));

    // It was the key on the token that signed.
    let position = row["position"].as_u64().unwrap();
    let line = format!("events --dir data --ledger {REGION} --type evidence.recorded");
    let events = desk.done(&line);
    let event = &events["events"][0];
    assert_eq!(event["position"], position);
    let pem = fs::read_to_string(desk.path("layanan.pem")).unwrap();
    let leaf = certificates_from_pem(&pem).unwrap().swap_remove(0);
    let thumbprint = Certificate::from_der(leaf).unwrap().thumbprint().to_string();
    assert_eq!(event["signer"]["certificate"], thumbprint.as_str());
    assert!(desk.run("audit --dir data").status.success());

    // Another key on the token is not the certificate's; with a wrong PIN there is none.
    desk.done("key new --alg ES256 --token @lain");
    configured(&desk.uri("lain"));
    let (code, said) = desk.does_not_serve();
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("the certificate is not for this key"), "{said}");
    configured(&desk.uri("layanan"));
    desk.write("pin", "00000000\n");
    let (code, said) = desk.does_not_serve();
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("PIN"), "{said}");
}

/// Both statements of the authorities about the ledger, posted to the server.
fn both(desk: &Desk, server: &Process, id: &str, kind: &str, data: &Value) {
    let sign = |who: &str, id: &str, kind: &str, data: &Value| {
        let event = json!({
            "specversion": "1.0", "id": id, "source": "agency/setda", "type": kind,
            "subject": format!("ledger/{REGION}"), "time": rfc3339(SystemClock.now().0 / 1_000_000),
            "ledger": ORIGIN, "data": data,
        });
        desk.write(&format!("{id}.json"), &event.to_string());
        let signed = desk.run(&format!("sign --key {who}.key.pem --cert {who}.pem {id}.json"));
        assert!(signed.status.success(), "{}", String::from_utf8_lossy(&signed.stderr));
        fs::write(desk.path(&format!("{id}.jws")), &signed.stdout).unwrap();
        signed.stdout
    };
    let first = sign("bupati", id, kind, data);
    let jws = Jws::parse(first.trim_ascii().to_vec(), Typ::Event).unwrap();
    let cited = json!({ "agency": "setda", "id": id, "key": jws.event_key().to_string() });
    sign("sekda", &format!("{id}-2"), "act.countersigned", &json!({ "event": cited }));
    post(desk, server, &format!("{id}.jws {id}-2.jws"));
}

fn post(desk: &Desk, server: &Process, files: &str) {
    desk.done(&format!("post --url {} --ledger {REGION} --receipts receipts {files}", server.base));
}

/// A registrar registers an agency; how many of the ledger's keys signed the receipt.
fn registered(desk: &Desk, server: &Process, agency: &str) -> usize {
    let event = desk.event("bkpsdm", agency);
    let signed = desk.run(&format!("sign --key @dua --cert dua.pem {event}"));
    assert!(signed.status.success(), "{}", String::from_utf8_lossy(&signed.stderr));
    fs::write(desk.path(&format!("{agency}.jws")), &signed.stdout).unwrap();
    post(desk, server, &format!("{agency}.jws"));
    let receipt = fs::read(desk.path(&format!("receipts/{agency}.jws.receipt.json"))).unwrap();
    let receipt: Value = serde_json::from_slice(&receipt).unwrap();
    receipt.to_string().matches(&format!("\u{2014} {ORIGIN} ")).count()
}

/// From a file onto a token while the server goes on: first both keys sign, then the one on the token alone.
#[test]
fn a_log_key_in_a_file_and_one_on_a_token_sign_together_until_the_file_is_retired() {
    let desk = Desk::new();
    desk.people();
    let opened = desk.opens("");
    desk.done("key new --token @log");
    let next = desk.done(&format!("key show @log --origin {ORIGIN}"))["vkey"].clone();
    let file = desk.path("data/keys/61.07.pem").display().to_string();
    let named = |places: &[&str]| {
        let places = serde_json::to_string(places).unwrap();
        desk.write("data/jejak.toml", &format!("[ledger.log_keys]\n\"{REGION}\" = {places}\n"));
    };
    named(&[&file, &desk.uri("log")]);
    let server = desk.serve();
    assert_eq!(registered(&desk, &server, "satu-kunci"), 1, "the one on the token waits");
    both(&desk, &server, "tambah", "ledger.key_added", &json!({ "vkey": next }));
    assert_eq!(registered(&desk, &server, "dua-kunci"), 2);
    // Either key alone proves the receipt, so both signatures are right.
    let verified = |agency: &str, vkey: &Value| {
        let vkey = vkey.as_str().unwrap();
        desk.write(
            "policy.toml",
            &format!(
                "format = \"jejak-policy/1\"\nquorum = \"none\"\n[[ledger]]\norigin = \"{ORIGIN}\"\n\
                 [[ledger.key]]\nvkey = \"{vkey}\"\n"
            ),
        );
        let line = format!(
            "receipt verify --policy policy.toml --statement {agency}.jws receipts/{agency}.jws.receipt.json"
        );
        desk.run(&line).status.code()
    };
    let keys = [&opened["vkey"], &next];
    assert_eq!(keys.map(|key| verified("dua-kunci", key)), [Some(0), Some(0)]);
    let data = json!({ "vkey": opened["vkey"], "reason": "superseded" });
    both(&desk, &server, "akhiri", "ledger.key_retired", &data);
    assert_eq!(registered(&desk, &server, "token-saja"), 1);
    assert_eq!(keys.map(|key| verified("token-saja", key)), [Some(8), Some(0)]);
    assert_eq!(server.end().0, Some(0));
    assert!(desk.run("audit --dir data").status.success());

    // The file is needed no longer; the token is.
    fs::remove_file(&file).unwrap();
    named(&[&desk.uri("log")]);
    let server = desk.serve();
    assert_eq!(registered(&desk, &server, "tanpa-berkas"), 1);
    assert_eq!(server.end().0, Some(0));
    fs::rename(desk.path("tokens"), desk.path("away")).unwrap();
    fs::create_dir(desk.path("tokens")).unwrap();
    let (code, said) = desk.does_not_serve();
    assert_eq!(code, Some(6), "{said}");
    assert!(said.contains("token itu tidak terpasang"), "{said}");
}
