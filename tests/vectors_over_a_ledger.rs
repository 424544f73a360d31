//! The published tokens `vectors/jws.json`, posted to a ledger: each is answered as the file says.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jejak_ledger::{Answer, LedgerInit, Ledgers, Settings};
use jejak_signer::{SigningKey, certificates_from_pem};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::harness::{
    BENGKAYANG, ORIGIN, Person, REGION, World, audit_clean, file, recorded, refused, shown, submit,
};

#[derive(Deserialize)]
struct Published {
    at: u64,
    anchor: String,
    signers: Map<String, Value>,
    ledger: Value,
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    group: String,
    name: String,
    token: String,
    code: Option<String>,
}

#[test]
fn every_published_token_is_answered_as_the_file_says() {
    let vectors = serde_json::from_str::<Published>(&text("jws.json")).unwrap();
    let agency = vectors.ledger["agency"].as_str().unwrap();
    assert_eq!(vectors.ledger["origin"], ORIGIN);
    let ruleset = vectors.ledger["ruleset"].as_str().unwrap();
    assert_eq!(std::fs::read(file("..").join(ruleset)).unwrap(), BENGKAYANG);

    // The region once more, trusting the vectors' anchor too.
    let world = World::at(vectors.at);
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let ledgers = Ledgers::open_or_create(&data, Settings::default(), world.clock()).unwrap();
    let ledger = ledgers.init(trusting(&world, &pem(&vectors.anchor)[0])).unwrap();
    let post = |statement: Vec<u8>| submit(&ledger, vec![statement]).remove(0);
    let data = json!({ "agency": agency, "name": "Dinas Kesehatan", "short_names": [agency] });
    let register =
        world.event(&world.registrar, "agency.registered", &format!("agency/{agency}"), data);
    recorded(post(world.sign(&world.registrar, &register)));
    for (name, signer) in &vectors.signers {
        let enrolment = world.enrolment(&person(name, signer, agency));
        recorded(post(world.sign(&world.registrar, &enrolment)));
    }

    let mut recorded_ones = 0;
    for Vector { group, name, token, code } in vectors.vectors {
        let size = ledger.published().size;
        let answer = post(token.into_bytes());
        let Some(code) = code else {
            assert!(matches!(answer, Answer::Recorded(_)), "{group}/{name}: {}", shown(&answer));
            recorded_ones += 1;
            continue;
        };
        assert!(matches!(answer, Answer::Refused(_)), "{group}/{name}: {}", shown(&answer));
        assert_eq!(refused(answer).code(), code, "{group}/{name}");
        assert_eq!(ledger.published().size, size, "{group}/{name} left something");
    }
    assert_eq!(recorded_ones, vectors.signers.len());
    audit_clean(&ledger);
}

/// What opens the region's ledger with one more anchor.
fn trusting(world: &World, anchor: &[u8]) -> LedgerInit {
    let init = world.opening(REGION, ORIGIN, BENGKAYANG);
    let payload = init.opened.split(|byte| *byte == b'.').nth(1).unwrap();
    let mut event: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    event["data"]["anchors"].as_array_mut().unwrap().push(json!(STANDARD.encode(anchor)));
    LedgerInit { opened: world.sign(&world.bupati, &event), ..init }
}

fn person(name: &str, signer: &Value, agency: &str) -> Person {
    let key = SigningKey::from_pkcs8_pem(&text(&format!("signers/{name}.key.pem"))).unwrap();
    let algorithm = signer["algorithm"].as_str().unwrap().parse().unwrap();
    Person {
        id: format!("p-{name}-00"),
        agency: agency.to_owned(),
        key: Arc::new(key.with_algorithm(algorithm).unwrap()),
        chain: pem(signer["chain"].as_str().unwrap()),
    }
}

fn pem(name: &str) -> Vec<Vec<u8>> {
    certificates_from_pem(&text(name)).unwrap()
}

fn text(name: &str) -> String {
    std::fs::read_to_string(file("vectors").join(name)).unwrap()
}
