//! Revocation lists in a ledger: what was signed before a revocation stands, what comes after it is refused, and the
//! log alone says which list was known when.

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

/// A region in which both authorities put a trust policy in force that says this of revocations.
pub(crate) fn asking(revocation: &str) -> World {
    let world = World::new();
    let anchor = certificate_to_pem(world.authority.ca.anchor_der());
    let policy = format!(
        "format = \"jejak-trust/1\"\n[[anchor]]\ncertificate = \"\"\"\n{anchor}\"\"\"\n[revocation]\n{revocation}\n"
    );
    let hash = Objects::beside(&world.path().join("objects")).put(policy.as_bytes()).unwrap();
    let data = json!({ "policy": hash.to_string(), "name": "uji" });
    world.accept_of_both("trust.policy_adopted", data);
    world
}

pub(crate) fn root_list(world: &World) -> Vec<u8> {
    world.authority.ca.root_revocation_list(&spec(world, 1, Vec::new())).unwrap()
}

#[test]
fn where_the_policy_refuses_stale_lists_every_authority_of_the_path_needs_a_fresh_one() {
    let world = asking("stale = \"refuse\"\nage_max_hours = 48");
    let stale = |label: &str| {
        let refusal = refused(world.post(&world.dinkes, &ask(&world, label)));
        assert_eq!(refusal.code(), "revocation-stale");
        refusal.to_string()
    };
    assert!(stale("dinkes").contains("is recorded on crl/"), "there is none yet");
    // News comes in all the same, signed by somebody whose own list is not there yet.
    record(&world, &list(&world, 1, &[]));
    assert!(stale("dinkes").contains(&Hash::of(&world.dinkes.chain[1]).to_string()));
    record(&world, &root_list(&world));
    world.accept(&world.dinkes, &ask(&world, "dinkes"));
    world.clock.forward_s(2 * DAY_S);
    world.accept(&world.dinkes, &ask(&world, "kesehatan"));
    // Due in five days yet, but older than the policy allows.
    world.clock.forward_s(1);
    assert!(stale("puskesmas").contains("too old"));
    record(&world, &list(&world, 2, &[]));
    let root = world.authority.ca.root_revocation_list(&spec(&world, 2, Vec::new())).unwrap();
    record(&world, &root);
    world.accept(&world.dinkes, &ask(&world, "puskesmas"));
    replays(&world);
}

/// A stolen key goes out also while there is no list; whoever takes it out needs none.
#[test]
fn keys_are_taken_out_whatever_news_of_revocations_there_is() {
    let world = asking("stale = \"refuse\"");
    assert_eq!(world.refuse(&world.dinkes, &ask(&world, "dinkes")).0, "revocation-stale");
    let on = |person: &Person| format!("signer/{}", person.id);
    let doubt = json!({ "reason": "key-in-doubt" });
    let out = world.event(&world.registrar, "signer.suspended", &on(&world.dinkes), doubt.clone());
    world.accept(&world.registrar, &out);
    world.accept(&world.registrar, &world.revocation(&world.dinkes));
    // A founder's last certificate, with its second signature.
    let out = world.event(&world.sekda, "signer.suspended", &on(&world.registrar), doubt);
    world.accept(&world.sekda, &out);
    let data = json!({
        "certificate": world.registrar.thumbprint().to_string(), "reason": "key-compromise",
    });
    let out = world.event(&world.sekda, "signer.revoked", &on(&world.registrar), data);
    world.accept(&world.sekda, &out);
    world.accept(&world.bupati, &world.countersignature(&world.sekda, &out, &world.bupati));
    replays(&world);
}

#[test]
fn a_list_is_stale_when_the_next_one_was_due() {
    let world = asking("stale = \"refuse\"");
    record(&world, &list(&world, 1, &[]));
    record(&world, &root_list(&world));
    world.clock.forward_s(7 * DAY_S);
    world.accept(&world.dinkes, &ask(&world, "dinkes"));
    world.clock.forward_s(1);
    assert_eq!(world.refuse(&world.dinkes, &ask(&world, "kesehatan")).0, "revocation-stale");
}

#[test]
fn where_the_policy_waits_a_statement_is_pending_until_a_later_list_settles_it() {
    let world = asking("stale = \"pending\"");
    let accepted = world.accept(&world.dinkes, &ask(&world, "dinkes"));
    assert!(accepted.noted().unwrap().revocation_pending);
    let first = accepted.position;
    let known = |position| {
        let view = world.ledger().view();
        let entry = view.entry(position).unwrap().unwrap();
        view.revocation_news(&entry).unwrap().unwrap().news.word()
    };
    assert_eq!(known(first), "revocation-pending");
    let awaited = |position| {
        let view = world.ledger().view();
        let entry = view.entry(position).unwrap().unwrap();
        let news = view.revocation_news(&entry).unwrap().unwrap();
        news.awaited_of().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let issuer_of = |der: &[u8]| Certificate::from_der(der.to_vec()).unwrap().issuer().to_owned();
    let issuing = issuer_of(&world.dinkes.chain[0]);
    let root = jejak_signer::authority_name(world.authority.ca.anchor_der()).unwrap().0;
    assert_ne!(issuing, root);
    assert_eq!(awaited(first), [issuing.clone(), root]);
    let noted = |position| world.ledger().view().noted_at(position).unwrap().revocation_pending;
    assert!(noted(first));
    // The authority above has said it; the issuing one has not.
    record(&world, &root_list(&world));
    assert_eq!(known(first), "revocation-pending");
    assert_eq!(awaited(first), [issuing]);
    world.clock.forward_s(60);
    record(&world, &list(&world, 1, &[]));
    assert_eq!(known(first), "settled");
    assert_eq!(awaited(first), [""; 0]);
    // With fresh lists that were made before it, nothing is pending, and nothing settled yet.
    world.clock.forward_s(60);
    let second = world.accept(&world.dinkes, &ask(&world, "kesehatan")).position;
    assert_eq!(known(second), "fresh");
    // How they were accepted stays.
    assert_eq!((noted(first), noted(second)), (true, false));
    // It turns out that the key had been lost between the two.
    let lost = revoked_at(now(&world) - 30, RevocationReason::KeyCompromise);
    world.clock.forward_s(60);
    record(&world, &list(&world, 2, &[(&world.dinkes, lost)]));
    assert_eq!(known(second), "revoked");
    assert_eq!(known(first), "settled");
    assert_eq!(world.refuse(&world.dinkes, &ask(&world, "puskesmas")).0, "signer-revoked");
    replays(&world);
}

/// Only what was made after a statement is proven to have existed says that nobody had revoked its signer before.
#[test]
fn a_statement_is_settled_after_its_proof_of_existence_and_not_after_its_recording() {
    let tsa = crate::tsa::Tsa::new();
    let stamping = format!(
        "stale = \"pending\"\n[[tsa]]\nname = \"uji\"\nurl = \"http://127.0.0.1/tsa\"\ncertificate = \
         \"\"\"\n{}\"\"\"\n",
        tsa.root_pem()
    );
    let world = asking(&stamping);
    let position = world.accept(&world.dinkes, &ask(&world, "dinkes")).position;
    let news = || {
        let view = world.ledger().view();
        let entry = view.entry(position).unwrap().unwrap();
        view.revocation_news(&entry).unwrap().unwrap()
    };
    world.clock.forward_s(60);
    record(&world, &list(&world, 1, &[]));
    record(&world, &root_list(&world));
    // Made after the recording, and before anything proves that.
    assert_eq!((news().news.word(), news().existed_at), ("revocation-pending", None));
    world.clock.forward_s(60);
    let stamped_at = now(&world);
    let ledger = world.ledger();
    let stamped = ledger.view().stamped().unwrap();
    let token = tsa.token_at(stamped.text(), stamped_at);
    ledger.keep_timestamp(&token, stamped.text(), &[]).unwrap();
    assert_eq!((news().news.word(), news().existed_at), ("revocation-pending", Some(stamped_at)));
    world.clock.forward_s(60);
    record(&world, &list(&world, 2, &[]));
    record(&world, &response(&world, &world.dinkes, ResponseStatus::Good));
    assert_eq!(news().news.word(), "revocation-pending", "the authority above");
    record(&world, &root_response(&world, ResponseStatus::Good));
    assert_eq!(news().news.word(), "settled");
    // The key was lost between recording and proof, it turns out.
    world.clock.forward_s(60);
    let lost = revoked_at(stamped_at - 30, RevocationReason::KeyCompromise);
    record(&world, &list(&world, 3, &[(&world.dinkes, lost)]));
    assert_eq!(news().news.word(), "revoked");
}

#[test]
fn where_no_policy_asks_nothing_is_pending() {
    let world = World::new();
    let position = world.accept(&world.dinkes, &ask(&world, "dinkes")).position;
    let view = world.ledger().view();
    let entry = view.entry(position).unwrap().unwrap();
    let news = view.revocation_news(&entry).unwrap().unwrap();
    assert_eq!(news.news.word(), "not-asked");
    assert_eq!(news.path.len(), 2);
}

/// What the issuer answers about somebody now, good for a day.
fn response(world: &World, person: &Person, status: ResponseStatus) -> Vec<u8> {
    let window = Window { not_before: now(world), not_after: now(world) + 24 * HOUR_S };
    let certificate = person.chain[0].clone();
    world.authority.ca.response(&ResponseSpec { window, certificate, status }).unwrap()
}

fn root_response(world: &World, status: ResponseStatus) -> Vec<u8> {
    let window = Window { not_before: now(world), not_after: now(world) + 24 * HOUR_S };
    let certificate = world.dinkes.chain[1].clone();
    world.authority.ca.root_response(&ResponseSpec { window, certificate, status }).unwrap()
}

#[test]
fn a_response_counts_for_its_certificate_alone() {
    let mut world = World::new();
    let gone = revoked_at(now(&world) - 60, RevocationReason::KeyCompromise);
    let known = response(&world, &world.dinkes, ResponseStatus::Revoked(gone));
    let offer = world.ledger().take_evidence(&known).unwrap();
    assert_eq!(offer.kind, "evidence.response_recorded");
    let thumbprint = world.dinkes.thumbprint().to_string();
    assert_eq!(offer.subject, format!("ocsp/{}", &thumbprint[..32]));
    assert_eq!(offer.data["certificate"], thumbprint);
    world.accept(&world.dinkes, &ask(&world, "dinkes"));
    world.accept(&world.registrar, &recording(&world, &offer));
    let refusal = refused(world.post(&world.dinkes, &ask(&world, "kesehatan")));
    assert_eq!(refusal.code(), "signer-revoked");
    assert!(refusal.to_string().contains(&Hash::of(&known).to_string()), "{refusal}");
    world.accept(&world.kominfo, &request(&world, &world.kominfo, "kominfo"));
    world.reopen();
    assert_eq!(world.refuse(&world.dinkes, &ask(&world, "kesehatan")).0, "signer-revoked");
    world.audit();
    replays(&world);
}

/// Whichever of the two says it, a revocation counts; whether one on hold came back, the later word says.
#[test]
fn lists_and_responses_count_together() {
    let world = World::new();
    let gone = revoked_at(now(&world) - 60, RevocationReason::Superseded);
    record(&world, &list(&world, 1, &[(&world.dinkes, gone)]));
    world.clock.forward_s(60);
    record(&world, &response(&world, &world.dinkes, ResponseStatus::Good));
    assert_eq!(world.refuse(&world.dinkes, &ask(&world, "dinkes")).0, "signer-revoked");

    let world = World::new();
    let hold = revoked_at(now(&world) - 60, RevocationReason::CertificateHold);
    record(&world, &list(&world, 1, &[(&world.dinkes, hold)]));
    assert_eq!(world.refuse(&world.dinkes, &ask(&world, "dinkes")).0, "signer-suspended");
    world.clock.forward_s(60);
    record(&world, &response(&world, &world.dinkes, ResponseStatus::Good));
    world.accept(&world.dinkes, &ask(&world, "dinkes"));
    world.clock.forward_s(60);
    record(&world, &response(&world, &world.dinkes, ResponseStatus::Revoked(hold)));
    assert_eq!(world.refuse(&world.dinkes, &ask(&world, "dinkes2")).0, "signer-suspended");
    replays(&world);
}

#[test]
fn a_response_about_an_authority_counts_for_all_below_it() {
    let world = World::new();
    let lost = revoked_at(now(&world) - 60, RevocationReason::CaCompromise);
    let offer = world.ledger().take_evidence(&root_response(&world, ResponseStatus::Revoked(lost)));
    let offer = offer.unwrap();
    assert_eq!(offer.data["certificate"], Hash::of(&world.dinkes.chain[1]).to_string());
    assert!(offer.data.contains_key("via"));
    world.accept(&world.registrar, &recording(&world, &offer));
    assert_eq!(world.refuse(&world.dinkes, &ask(&world, "dinkes")).0, "signer-revoked");
    // News must come in all the same, but not from somebody below that authority.
    assert_eq!(
        world.refuse(&world.kominfo, &request(&world, &world.kominfo, "x")).0,
        "signer-revoked"
    );
    world.audit();
}

#[test]
fn a_response_is_taken_in_only_from_a_known_issuer_about_a_known_certificate_and_only_if_it_is_newer()
 {
    let world = World::new();
    let ledger = world.ledger();
    let first = response(&world, &world.dinkes, ResponseStatus::Good);
    record(&world, &first);
    assert!(matches!(ledger.take_evidence(&first), Err(NotTaken::Outdated { .. })));
    let stranger = world.authority.person("p-luar00001", "dinkes");
    let about = response(&world, &stranger, ResponseStatus::Good);
    assert!(matches!(ledger.take_evidence(&about), Err(NotTaken::CertificateUnknown)));
    let unknown = response(&world, &world.kominfo, ResponseStatus::Unknown);
    assert!(matches!(ledger.take_evidence(&unknown), Err(NotTaken::CertificateUnknown)));
    let mut broken = response(&world, &world.kominfo, ResponseStatus::Good);
    *broken.last_mut().unwrap() ^= 1;
    assert!(matches!(
        ledger.take_evidence(&broken),
        Err(NotTaken::NotAResponse(OcspError::SignatureInvalid))
    ));
    let window = Window { not_before: now(&world) - HOUR_S, not_after: now(&world) + HOUR_S };
    let foreign = DevCa::create("Lain", window, Algorithm::Ed25519).unwrap();
    let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
    let profile = Profile::of_holder(HolderKind::Person);
    let chain = foreign.issue("x", "dinkes", key.public_key(), &profile, window).unwrap();
    let spec = ResponseSpec { window, certificate: chain[0].clone(), status: ResponseStatus::Good };
    let other = foreign.response(&spec).unwrap();
    assert!(matches!(ledger.take_evidence(&other), Err(NotTaken::IssuerUnknown)));
}

#[test]
fn an_event_about_a_response_says_what_the_response_says() {
    let world = World::new();
    let good = response(&world, &world.dinkes, ResponseStatus::Good);
    let offer = world.ledger().take_evidence(&good).unwrap();
    let event = recording(&world, &offer);
    let refused = |pointer: &str, value: Value| {
        let mut event = event.clone();
        *event.pointer_mut(pointer).unwrap() = value;
        let refusal = refused(world.post(&world.registrar, &event));
        (refusal.code().to_owned(), refusal.obstacles()[0].pointer.clone())
    };
    let differs = |pointer: &str| ("evidence-differs".to_owned(), pointer.to_owned());
    let other = Hash::of(b"other").to_string();
    for (pointer, value) in [
        ("/subject", json!(format!("ocsp/{}", &other[..32]))),
        ("/data/size", json!(7)),
        ("/data/this_update", json!("2026-01-01T00:00:00Z")),
        ("/data/next_update", json!("2026-01-09T00:00:00Z")),
    ] {
        assert_eq!(refused(pointer, value), differs(pointer));
    }
    let kominfo = world.kominfo.thumbprint().to_string();
    for (pointer, value, code) in [
        ("/data/object", json!(other), "evidence-not-held"),
        ("/data/issuer", json!(other), "evidence-issuer-unknown"),
        ("/data/certificate", json!(other), "evidence-certificate-unknown"),
    ] {
        assert_eq!(refused(pointer, value), (code.to_owned(), pointer.to_owned()));
    }
    let silent = ("evidence-not-valid".to_owned(), "/data/object".to_owned());
    assert_eq!(refused("/data/certificate", json!(kominfo)), silent);
    // A list is recorded by the other event.
    let list = world.ledger().take_evidence(&list(&world, 1, &[])).unwrap();
    let size = list.data["size"].clone();
    let mut crossed = event.clone();
    crossed["data"]["object"] = json!(list.object.to_string());
    crossed["data"]["size"] = size;
    let refusal = crate::harness::refused(world.post(&world.registrar, &crossed));
    assert_eq!(refusal.code(), "evidence-not-valid");
    world.accept(&world.registrar, &event);
    world.audit();
}

#[test]
fn a_policy_that_refuses_stale_lists_is_content_with_fresh_responses() {
    let world = asking("stale = \"refuse\"");
    assert_eq!(world.refuse(&world.dinkes, &ask(&world, "dinkes")).0, "revocation-stale");
    record(&world, &response(&world, &world.dinkes, ResponseStatus::Good));
    assert_eq!(world.refuse(&world.dinkes, &ask(&world, "dinkes")).0, "revocation-stale");
    record(&world, &root_response(&world, ResponseStatus::Good));
    world.accept(&world.dinkes, &ask(&world, "dinkes"));
    assert_eq!(
        world.refuse(&world.kominfo, &request(&world, &world.kominfo, "x")).0,
        "revocation-stale"
    );
    world.clock.forward_s(DAY_S + 1);
    assert_eq!(world.refuse(&world.dinkes, &ask(&world, "dinkes2")).0, "revocation-stale");
    record(&world, &list(&world, 1, &[]));
    record(&world, &root_list(&world));
    world.accept(&world.dinkes, &ask(&world, "dinkes2"));
    world.audit();
    replays(&world);
}
