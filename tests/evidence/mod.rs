//! Revocation lists in a ledger: what was signed before a revocation stands, what comes after it is refused, and the
//! log alone says which list was known when.

mod pending;
mod responses;

use std::sync::Arc;

use jejak_ledger::evidence::{NotTaken, Offer};
use jejak_ledger::objects::Objects;
use jejak_ledger::store::{LedgerStore, Memory};
use jejak_ledger::{Settings, replay};
use jejak_signer::devca::{DevCa, ListSpec, Listed, Profile, ResponseSpec, ResponseStatus};
use jejak_signer::{
    Algorithm, Certificate, Hash, HolderKind, OcspError, Revocation, RevocationListError,
    RevocationReason, SigningKey, Window, certificate_to_pem,
};
use serde_json::{Value, json};

pub(crate) use pending::{asking, root_list};

use crate::acts::request;
use crate::harness::{DAY_S, Person, World, recorded, refused, rfc3339};

const HOUR_S: i64 = 3_600;

fn now(world: &World) -> i64 {
    i64::try_from(world.clock.seconds()).unwrap()
}

fn revoked_at(at: i64, reason: RevocationReason) -> Revocation {
    Revocation { revoked_at: at, reason, invalid_since: None }
}

/// A list of the authority that issues to persons, made now and good for a week.
pub(crate) fn list(world: &World, number: u64, revoked: &[(&Person, Revocation)]) -> Vec<u8> {
    let revoked = revoked
        .iter()
        .map(|(person, revocation)| Listed::of(&person.chain[0], *revocation).unwrap());
    world.authority.ca.revocation_list(&spec(world, number, revoked.collect())).unwrap()
}

fn spec(world: &World, number: u64, revoked: Vec<Listed>) -> ListSpec {
    let window = Window { not_before: now(world), not_after: now(world) + 7 * 24 * HOUR_S };
    ListSpec { window, number, points: Vec::new(), revoked }
}

fn recording(world: &World, offer: &Offer) -> Value {
    let data = Value::Object(offer.data.clone());
    world.event(&world.registrar, offer.kind, &offer.subject, data)
}

/// Takes a list in and records it.
pub(crate) fn record(world: &World, list: &[u8]) {
    let offer = world.ledger().take_evidence(list).unwrap();
    world.accept(&world.registrar, &recording(world, &offer));
}

fn ask(world: &World, label: &str) -> Value {
    request(world, &world.dinkes, label)
}

fn replays(world: &World) {
    let scratch: Arc<dyn LedgerStore> = Arc::new(Memory::new());
    let settings = Settings::default();
    let report = replay(&world.ledger().view(), &scratch, &settings, &|_, _| ()).unwrap();
    assert_eq!(report.differences, []);
}

#[test]
fn what_is_signed_from_the_revocation_on_is_refused_and_what_was_before_stands() {
    let mut world = World::new();
    record(&world, &list(&world, 1, &[]));
    world.accept(&world.dinkes, &ask(&world, "dinkes"));
    // Revoked in an hour, as the list of now says: until then he signs.
    let then = now(&world) + HOUR_S;
    world.clock.forward_s(60);
    let lost = revoked_at(then, RevocationReason::KeyCompromise);
    let known = list(&world, 2, &[(&world.dinkes, lost)]);
    record(&world, &known);
    world.clock.set_s(u64::try_from(then - 1).unwrap());
    world.accept(&world.dinkes, &ask(&world, "kesehatan"));
    world.clock.forward_s(1);
    let refusal = refused(world.post(&world.dinkes, &ask(&world, "puskesmas")));
    assert_eq!(refusal.code(), "signer-revoked");
    let told = refusal.to_string();
    for fact in [
        world.dinkes.thumbprint().to_string(),
        rfc3339(u64::try_from(then).unwrap()),
        "keyCompromise".to_owned(),
        Hash::of(&known).to_string(),
    ] {
        assert!(told.contains(&fact), "{told} names {fact}");
    }
    // Others go on, and the list counts when the ledger is opened again.
    world.accept(&world.kominfo, &request(&world, &world.kominfo, "kominfo"));
    world.reopen();
    assert_eq!(world.refuse(&world.dinkes, &ask(&world, "puskesmas")).0, "signer-revoked");
    world.audit();
    replays(&world);
}

#[test]
fn a_list_counts_for_the_next_statement_of_the_same_batch() {
    let world = World::new();
    let gone = revoked_at(now(&world) - 60, RevocationReason::CessationOfOperation);
    let offer = world.ledger().take_evidence(&list(&world, 1, &[(&world.dinkes, gone)])).unwrap();
    let sign = |label: &str| world.sign(&world.dinkes, &ask(&world, label));
    let recording = world.sign(&world.registrar, &recording(&world, &offer));
    let mut answers = world.post_batch(vec![sign("dinkes"), recording, sign("kesehatan")]);
    assert_eq!(refused(answers.remove(2)).code(), "signer-revoked");
    for answer in answers {
        recorded(answer);
    }
    world.audit();
    replays(&world);
}

#[test]
fn who_is_on_hold_is_suspended_until_a_list_lets_him_go() {
    let world = World::new();
    let hold = revoked_at(now(&world) - 60, RevocationReason::CertificateHold);
    record(&world, &list(&world, 1, &[(&world.dinkes, hold)]));
    assert_eq!(world.refuse(&world.dinkes, &ask(&world, "dinkes")).0, "signer-suspended");
    world.clock.forward_s(DAY_S);
    record(&world, &list(&world, 2, &[]));
    world.accept(&world.dinkes, &ask(&world, "dinkes"));
    replays(&world);
}

/// The authority says that the key was not his alone long before it revoked him.
#[test]
fn an_invalidity_date_counts_before_the_revocation() {
    let world = World::new();
    let revocation = Revocation {
        revoked_at: now(&world) + 24 * HOUR_S,
        reason: RevocationReason::KeyCompromise,
        invalid_since: Some(now(&world) - 24 * HOUR_S),
    };
    record(&world, &list(&world, 1, &[(&world.dinkes, revocation)]));
    let refusal = refused(world.post(&world.dinkes, &ask(&world, "dinkes")));
    assert_eq!(refusal.code(), "signer-revoked");
    assert!(refusal.to_string().contains("invalid since 2026-01-01T03:04:05Z"), "{refusal}");
}

#[test]
fn a_revoked_authority_takes_all_below_it_along() {
    let world = World::new();
    let superseded = revoked_at(now(&world) + HOUR_S, RevocationReason::CaCompromise);
    let issuing = Listed::of(&world.dinkes.chain[1], superseded).unwrap();
    let list = world.authority.ca.root_revocation_list(&spec(&world, 1, vec![issuing])).unwrap();
    record(&world, &list);
    world.accept(&world.dinkes, &ask(&world, "dinkes"));
    world.clock.forward_s(u64::try_from(HOUR_S).unwrap());
    let refusal = refused(world.post(&world.dinkes, &ask(&world, "kesehatan")));
    assert_eq!(refusal.code(), "signer-revoked");
    assert!(refusal.to_string().contains(&Hash::of(&world.dinkes.chain[1]).to_string()));
    world.audit();
}

#[test]
fn a_revoked_certificate_is_not_enrolled() {
    let world = World::new();
    let late = world.authority.person("p-terlambat", "dinkes");
    let gone = revoked_at(now(&world) - 60, RevocationReason::Superseded);
    record(&world, &list(&world, 1, &[(&late, gone)]));
    let enrolment = world.enrolment(&late);
    let refusal = refused(world.post(&world.registrar, &enrolment));
    assert_eq!(refusal.code(), "signer-revoked");
    assert_eq!(refusal.obstacles()[0].pointer, "/data/chain");
}

/// Its issuer took it back between the enrolment and the attestation.
#[test]
fn a_revoked_certificate_gets_no_power() {
    let world = World::new();
    let late = world.authority.person("p-terlambat", "dinkes");
    world.enrol(&late);
    let gone = revoked_at(now(&world) - 60, RevocationReason::Superseded);
    record(&world, &list(&world, 1, &[(&late, gone)]));
    let attestation = crate::recovery::attestation(&world, &world.bupati, &late);
    let refusal = refused(world.post(&world.bupati, &attestation));
    assert_eq!(refusal.code(), "signer-revoked");
    assert_eq!(refusal.obstacles()[0].pointer, "/data/certificate");
    world.audit();
    replays(&world);
}

#[test]
fn a_list_is_taken_in_only_from_a_known_issuer_and_only_if_it_is_newer() {
    let world = World::new();
    let ledger = world.ledger();
    let first = list(&world, 5, &[]);
    record(&world, &first);
    assert!(matches!(ledger.take_evidence(&first), Err(NotTaken::Outdated { .. })));
    let early = Window { not_before: now(&world) - 60, not_after: now(&world) + 60 };
    let early = ListSpec { window: early, number: 9, points: Vec::new(), revoked: Vec::new() };
    let early = world.authority.ca.revocation_list(&early).unwrap();
    assert!(matches!(ledger.take_evidence(&early), Err(NotTaken::Outdated { .. })));

    // The same names, other keys.
    let window = Window { not_before: now(&world) - HOUR_S, not_after: now(&world) + HOUR_S };
    let foreign = DevCa::create("Uji", window, Algorithm::Ed25519).unwrap();
    let forged = foreign.revocation_list(&spec(&world, 9, Vec::new())).unwrap();
    let refused = ledger.take_evidence(&forged).unwrap_err();
    assert!(
        matches!(refused, NotTaken::NotAList(RevocationListError::OtherKeyIdentifier)),
        "{refused:?}"
    );
    let other = DevCa::create("Lain", window, Algorithm::Ed25519).unwrap();
    let other = other.revocation_list(&spec(&world, 9, Vec::new())).unwrap();
    assert!(matches!(ledger.take_evidence(&other), Err(NotTaken::IssuerUnknown)));
    let mut broken = list(&world, 9, &[]);
    *broken.last_mut().unwrap() ^= 1;
    let refused = ledger.take_evidence(&broken).unwrap_err();
    assert!(
        matches!(refused, NotTaken::NotAList(RevocationListError::SignatureInvalid)),
        "{refused:?}"
    );
    assert!(matches!(
        ledger.take_evidence(b"no list"),
        Err(NotTaken::NotAList(RevocationListError::Malformed))
    ));
    // None of them was kept.
    for bytes in [&early, &forged, &other, &broken] {
        assert_eq!(ledger.evidence(&Hash::of(bytes)).unwrap(), None);
    }
    assert_eq!(ledger.evidence(&Hash::of(&first)).unwrap(), Some(first));
    let certificate = Hash::of(&world.dinkes.chain[0]);
    assert_eq!(ledger.evidence(&certificate).unwrap(), None, "a certificate is no list");
}

#[test]
fn an_event_about_a_list_says_what_the_list_says() {
    let world = World::new();
    let offer = world.ledger().take_evidence(&list(&world, 1, &[])).unwrap();
    let changed = |changes: &[(&str, Value)]| {
        let mut event = recording(&world, &offer);
        for (name, value) in changes {
            match *name {
                "subject" => event["subject"] = value.clone(),
                name if value.is_null() => {
                    drop(event["data"].as_object_mut().unwrap().remove(name));
                }
                name => event["data"][name] = value.clone(),
            }
        }
        let refusal = refused(world.post(&world.registrar, &event));
        (refusal.code().to_owned(), refusal.obstacles()[0].pointer.clone())
    };
    let is = |code: &str, pointer: &str| (code.to_owned(), pointer.to_owned());
    let nothing = Hash::of(b"nothing").to_string();
    let other = "crl/6f0c2e5b9a7d41f38e1c05a2b4d6f790";
    assert_eq!(changed(&[("subject", json!(other))]), is("evidence-differs", "/subject"));
    for (name, value) in [
        ("size", json!(1)),
        ("this_update", json!("2026-01-02T03:04:06Z")),
        ("next_update", json!("2026-01-02T03:04:06Z")),
        ("number", json!("02")),
        ("number", Value::Null),
        ("scope", json!(nothing)),
    ] {
        assert_eq!(changed(&[(name, value)]), is("evidence-differs", &format!("/data/{name}")));
    }
    assert_eq!(changed(&[("object", json!(nothing))]), is("evidence-not-held", "/data/object"));
    let unknown = is("evidence-issuer-unknown", "/data/issuer");
    assert_eq!(changed(&[("issuer", json!(nothing))]), unknown);
    assert_eq!(changed(&[("via", Value::Null)]), unknown, "an intermediate is no anchor");
    assert_eq!(changed(&[("via", json!(nothing))]), unknown);
    // The anchor is known, and did not make it.
    let anchor = Hash::of(world.authority.ca.anchor_der()).to_string();
    let by_anchor = [("issuer", json!(anchor)), ("via", Value::Null)];
    assert_eq!(changed(&by_anchor), is("evidence-not-valid", "/data/object"));
    world.accept(&world.registrar, &recording(&world, &offer));
}

#[test]
fn a_list_of_tomorrow_is_not_recorded_today() {
    let world = World::new();
    let ahead = |seconds: i64| {
        let window = Window { not_before: now(&world) + seconds, not_after: now(&world) + 86_400 };
        let spec = ListSpec { window, number: 1, points: Vec::new(), revoked: Vec::new() };
        let list = world.authority.ca.revocation_list(&spec).unwrap();
        recording(&world, &world.ledger().take_evidence(&list).unwrap())
    };
    assert_eq!(world.refuse(&world.registrar, &ahead(901)).0, "evidence-not-valid");
    world.accept(&world.registrar, &ahead(900));
}

/// A list about one distribution point says nothing of certificates that name another, and does not stand in the place
/// of the list about all.
#[test]
fn the_newest_list_about_a_certificate_counts_and_not_the_newest_of_its_issuer() {
    const HERE: &str = "http://127.0.0.1/a.crl";
    let world = World::new();
    let window = Window { not_before: now(&world) - HOUR_S, not_after: now(&world) + 900 * HOUR_S };
    let profile =
        Profile { crl_points: vec![HERE.to_owned()], ..Profile::of_holder(HolderKind::Person) };
    let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
    let chain =
        world.authority.ca.issue("x", "dinkes", key.public_key(), &profile, window).unwrap();
    let named = Person {
        id: "p-bernama1".to_owned(),
        agency: "dinkes".to_owned(),
        key: Arc::new(key),
        chain,
    };
    world.enrol(&named);
    let gone = revoked_at(now(&world) - 60, RevocationReason::Superseded);
    record(&world, &list(&world, 1, &[(&world.dinkes, gone), (&named, gone)]));
    world.clock.forward_s(60);
    let part = ListSpec { points: vec![HERE.to_owned()], ..spec(&world, 2, Vec::new()) };
    record(&world, &world.authority.ca.revocation_list(&part).unwrap());
    assert_eq!(world.refuse(&world.dinkes, &ask(&world, "dinkes")).0, "signer-revoked");
    world.accept(&named, &request(&world, &named, "dinkes"));
    let issuers = world.ledger().issuers().unwrap();
    let points: Vec<_> = issuers.iter().flat_map(|issuer| &issuer.points).collect();
    assert_eq!(points, [HERE]);
    assert_eq!(issuers.len(), 2, "the issuing authority and the anchor");
}
