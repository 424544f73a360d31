//! The life of a certificate in a ledger: what is done to it counts for the next statement, also of the same group, and
//! stays as it was decided.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jejak_ledger::evidence::Offer;
use jejak_ledger::store::{LedgerStore, Memory};
use jejak_ledger::{Answer, LedgerInit, Ledgers, Settings, replay};
use jejak_signer::devca::{DevCa, ListSpec, Profile};
use jejak_signer::{Algorithm, Certificate, HolderKind, Jws, SigningKey, Typ, Window};
use serde_json::{Value, json};

use crate::acts::request;
use crate::harness::{
    BENGKAYANG, DAY_S, ORIGIN, Person, REGION, World, event_of, recorded, refused, submit,
};
use crate::recovery::{attestation, enrolment, renewed, revocation};

/// Posts all in one group; says of each whether it was recorded, or its code and rule.
fn outcomes(world: &mut World, events: &[(&Person, Value)]) -> Vec<String> {
    let batch = events.iter().map(|(by, event)| world.sign(by, event)).collect();
    let answers = world.post_batch(batch).into_iter().map(|answer| match answer {
        Answer::Recorded(_) => "ok".to_owned(),
        other => {
            let refusal = refused(other);
            format!("{} {}", refusal.code(), refusal.rule().unwrap_or("-"))
        }
    });
    let answers = answers.collect();
    world.audit();
    world.reopen();
    let scratch: Arc<dyn LedgerStore> = Arc::new(Memory::new());
    let settings = Settings::default();
    let report = replay(&world.ledger().view(), &scratch, &settings, &|_, _| ()).unwrap();
    assert_eq!(report.differences, []);
    answers
}

/// The holder of `old` renews it by `new`, himself.
fn renewal(world: &World, old: &Person, new: &Person) -> Value {
    let mut event = enrolment(world, old, new);
    event["data"]["renews"] = json!(old.thumbprint().to_string());
    event
}

fn appointment(world: &World, registrar: &Person) -> Value {
    let data = json!({
        "person": registrar.id,
        "agency": registrar.agency,
        "certificate": registrar.thumbprint().to_string(),
    });
    world.event(&world.bupati, "ledger.registrar_appointed", &format!("ledger/{REGION}"), data)
}

/// The signature of the other authority, with the key of `by`.
fn confirmation(world: &World, by: &Person, act: &Value) -> Value {
    let mut event = world.confirmation(act);
    event["source"] = json!(format!("agency/{}", by.agency));
    event
}

#[test]
fn no_authority_confirms_himself_within_a_group_and_an_attestation_counts_for_the_next() {
    let mut world = World::new();
    let made = renewed(&world, &world.sekda);
    let made_registrar = renewed(&world, &world.registrar);
    let act = appointment(&world, &world.kominfo);
    let newcomer = world.authority.person("p-baru0001", "dinkes");
    let (bupati, registrar) = (world.bupati.clone(), world.registrar.clone());
    let events = [
        (&bupati, enrolment(&world, &bupati, &made)),
        (&bupati, enrolment(&world, &bupati, &made_registrar)),
        (&bupati, act.clone()),
        (&made, confirmation(&world, &made, &act)),
        (&bupati, attestation(&world, &bupati, &made)),
        (&made_registrar, attestation(&world, &made_registrar, &made)),
        (&made, attestation(&world, &made, &made)),
        (&registrar, attestation(&world, &registrar, &made)),
        (&made, confirmation(&world, &made, &act)),
        (&world.kominfo.clone(), enrolment(&world, &world.kominfo, &newcomer)),
    ];
    assert_eq!(
        outcomes(&mut world, &events),
        [
            "ok",
            "ok",
            "ok",
            "role-missing SYS.11.2",
            "rule-refused SYS.4.9",
            "role-missing SYS.4.8",
            "role-missing SYS.4.8",
            "ok",
            "ok",
            "ok",
        ]
    );
}

#[test]
fn a_renewal_and_a_revocation_by_issuer_and_serial_number_count_for_the_next_of_the_group() {
    let mut world = World::new();
    let old = world.dinkes.clone();
    let new = renewed(&world, &old);
    let registrar = world.registrar.clone();
    let certificate = Certificate::from_der(old.chain[0].clone()).unwrap();
    let data = json!({
        "issuer": certificate.issuer(),
        "serial": certificate.serial(),
        "reason": "superseded",
    });
    let revoked = world.event(&registrar, "signer.revoked", &format!("signer/{}", old.id), data);
    let mut late = renewal(&world, &old, &renewed(&world, &old));
    late["id"] = json!("late");
    let events = [
        (&new, request(&world, &new, "satu")),
        (&old, renewal(&world, &old, &new)),
        (&new, request(&world, &new, "dua")),
        (&old, request(&world, &old, "tiga")),
        (&registrar, revoked.clone()),
        (&old, request(&world, &old, "empat")),
        (&old, late),
        (&new, request(&world, &new, "lima")),
    ];
    assert_eq!(
        outcomes(&mut world, &events),
        [
            "certificate-unknown -",
            "ok",
            "ok",
            "ok",
            "ok",
            "signer-revoked -",
            "signer-revoked -",
            "ok",
        ]
    );
    let mut again = revoked;
    again["id"] = json!("again");
    assert_eq!(outcomes(&mut world, &[(&registrar, again)]), ["rule-refused SYS.5.2"]);
}

#[test]
fn a_compromised_key_is_banned_within_the_group_and_a_key_has_one_person() {
    let mut world = World::new();
    let lost = world.dinkes.clone();
    let registrar = world.registrar.clone();
    // Another certificate for the key, for himself and for somebody else.
    let again = |id: &str| {
        let start = i64::try_from(world.clock.seconds()).unwrap();
        let day = i64::try_from(DAY_S).unwrap();
        let window = Window { not_before: start - day, not_after: start + 90 * day };
        let profile = Profile::of_holder(HolderKind::Person);
        let key = lost.key.public_key();
        let chain = world.authority.ca.issue(id, "dinkes", key, &profile, window).unwrap();
        Person { id: id.to_owned(), chain, ..lost.clone() }
    };
    let (his, of_another) = (again(&lost.id), again("p-lain00001"));
    assert_ne!(his.thumbprint(), lost.thumbprint());
    let mut later = enrolment(&world, &registrar, &of_another);
    later["id"] = json!("later");
    let events = [
        (&registrar, enrolment(&world, &registrar, &his)),
        (&registrar, enrolment(&world, &registrar, &of_another)),
        (&registrar, revocation(&world, &registrar, &lost)),
        (&lost, request(&world, &lost, "satu")),
        (&registrar, later),
    ];
    assert_eq!(
        outcomes(&mut world, &events),
        [
            "rule-refused SYS.4.3",
            "rule-refused SYS.4.3",
            "ok",
            "signer-revoked -",
            "rule-refused SYS.4.3",
        ]
    );
    let refusal = refused(world.post(&registrar, &enrolment(&world, &registrar, &his)));
    assert!(refusal.to_string().contains("compromised"), "{refusal}");
}

#[test]
fn a_service_of_the_opening_records_lists_from_the_first_hour() {
    let world = World::opened();
    let service = system(&world, "p-layanan001");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("data");
    let ledgers = Ledgers::open_or_create(&path, Settings::default(), world.clock()).unwrap();
    let init = world.opening(REGION, ORIGIN, BENGKAYANG);
    let opened = with_services(&world, &init, &[&service]);
    let ledger = ledgers.init(LedgerInit { opened, ..init }).unwrap();
    let list = world.authority.ca.revocation_list(&empty_list(&world)).unwrap();
    let Offer { subject, data, .. } = ledger.take_evidence(&list).unwrap();
    let at = world.clock.seconds();
    let event =
        event_of(&service, ORIGIN, "first", "evidence.recorded", &subject, at, Value::Object(data));
    let answer = submit(&ledger, vec![service.sign(&event, at)]).remove(0);
    assert_eq!(recorded(answer).position.0, 1);
    crate::harness::audit_clean(&ledger);
}

#[test]
fn an_opening_takes_services_under_its_own_anchors_only_and_leaves_nothing_behind_else() {
    let world = World::opened();
    let window = Window {
        not_before: i64::try_from(world.clock.seconds()).unwrap() - 60,
        not_after: i64::try_from(world.clock.seconds() + DAY_S).unwrap(),
    };
    let ca = DevCa::create("Lain", window, Algorithm::Ed25519).unwrap();
    let stranger = issued(&ca, "p-layanan002", window);
    let own = system(&world, "p-layanan001");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("data");
    let ledgers = Ledgers::open_or_create(&path, Settings::default(), world.clock()).unwrap();
    let init = world.opening(REGION, ORIGIN, BENGKAYANG);
    let opened = with_services(&world, &init, &[&own, &stranger]);
    let error = ledgers.init(LedgerInit { opened, ..init }).err().unwrap().to_string();
    assert!(error.contains("certificate-not-valid"), "{error}");
    assert!(ledgers.list().is_empty());
}

fn system(world: &World, id: &str) -> Person {
    let now = i64::try_from(world.clock.seconds()).unwrap();
    let day = i64::try_from(DAY_S).unwrap();
    issued(&world.authority.ca, id, Window { not_before: now - day, not_after: now + 365 * day })
}

fn issued(ca: &DevCa, id: &str, window: Window) -> Person {
    let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
    let profile = Profile::of_holder(HolderKind::System);
    let chain = ca.issue(id, "kominfo", key.public_key(), &profile, window).unwrap();
    Person { id: id.to_owned(), agency: "kominfo".to_owned(), key: Arc::new(key), chain }
}

fn empty_list(world: &World) -> ListSpec {
    let now = i64::try_from(world.clock.seconds()).unwrap();
    let window = Window { not_before: now, not_after: now + 86_400 };
    ListSpec { window, number: 1, points: Vec::new(), revoked: Vec::new() }
}

/// The opening, signed again with services in it.
fn with_services(world: &World, init: &LedgerInit, services: &[&Person]) -> Vec<u8> {
    let jws = Jws::parse(init.opened.clone(), Typ::Event).unwrap();
    let mut event: Value = serde_json::from_slice(jws.payload()).unwrap();
    let chain =
        |of: &Person| -> Vec<String> { of.chain.iter().map(|der| STANDARD.encode(der)).collect() };
    let entry = |of: &&Person| json!({ "person": of.id, "agency": of.agency, "chain": chain(of) });
    event["data"]["services"] = services.iter().map(entry).collect();
    world.sign(&world.bupati, &event)
}
