//! Bad input gets a clear refusal with its code, and nothing is stored.

use jejak_ledger::Answer;
use jejak_signer::{Algorithm, Window};
use serde_json::{Value, json};

use crate::acts::{document, grant, request, subdomain};
use crate::harness::{DAY_S, START_S, World, rfc3339};

fn code(refusal: (String, Option<String>)) -> String {
    refusal.0
}

#[test]
fn bytes_that_are_no_jws_are_refused() {
    let world = World::opened();
    for bytes in [&b""[..], b"garbage", b"a.b", b"a.b.c.d", b"{}\n", &[0xff; 64]] {
        assert_eq!(code(world.refuse_bytes(bytes.to_vec())), "malformed-jws");
    }
}

#[test]
fn a_payload_that_is_no_event_is_refused() {
    let world = World::new();
    let sign = |payload: &[u8]| world.dinkes.sign_anything(payload, START_S);
    for payload in [&b"{}"[..], b"[]", b"{\"a\":1,\"a\":2}", b"{\"id\":\"x\"} "] {
        assert_eq!(code(world.refuse_bytes(sign(payload))), "malformed-payload");
    }
    let mut event = request(&world, &world.dinkes, "dinkes");
    event["unheard"] = json!(1);
    assert_eq!(code(world.refuse(&world.dinkes, &event)), "malformed-payload");
}

#[test]
fn a_signer_whom_nobody_enrolled_is_unknown() {
    let world = World::new();
    let stranger = world.authority.person("p-stranger1", "dinkes");
    let event = request(&world, &stranger, "dinkes");
    assert_eq!(code(world.refuse(&stranger, &event)), "certificate-unknown");
}

#[test]
fn a_signature_over_other_bytes_is_refused() {
    let world = World::new();
    let one = world.sign(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    let other = world.sign(&world.dinkes, &request(&world, &world.dinkes, "dinkes2"));
    let (head, _) = split(&one);
    let (_, signature) = split(&other);
    let mixed = format!("{head}.{signature}").into_bytes();
    assert_eq!(code(world.refuse_bytes(mixed)), "signature-invalid");
}

#[test]
fn another_ledgers_event_is_refused() {
    let world = World::new();
    let mut event = request(&world, &world.dinkes, "dinkes");
    event["ledger"] = json!("jejak.example.go.id/61.07");
    assert_eq!(code(world.refuse(&world.dinkes, &event)), "wrong-ledger");
}

#[test]
fn another_agency_as_source_is_refused_before_its_ids_are_touched() {
    let world = World::new();
    let taken = request(&world, &world.kominfo, "diskominfo");
    world.accept(&world.kominfo, &taken);
    let mut event = request(&world, &world.dinkes, "dinkes");
    event["source"] = json!("agency/kominfo");
    event["id"] = taken["id"].clone();
    assert_eq!(code(world.refuse(&world.dinkes, &event)), "source-not-yours");
}

#[test]
fn an_id_is_used_once() {
    let world = World::new();
    let first = request(&world, &world.dinkes, "dinkes");
    let position = world.accept(&world.dinkes, &first).position;
    let mut second = request(&world, &world.dinkes, "dinkes2");
    second["id"] = first["id"].clone();
    let refusal = crate::harness::refused(world.post(&world.dinkes, &second));
    assert_eq!((refusal.code(), refusal.position()), ("id-reused", Some(position)));
}

#[test]
fn a_stream_that_went_on_answers_with_version_mismatch() {
    let world = World::new();
    world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    let mut event = grant(&world, "dinkes", "dinkes");
    event["expectedversion"] = json!(0);
    assert_eq!(code(world.refuse(&world.kominfo, &event)), "version-mismatch");
    event["expectedversion"] = json!(1);
    world.accept(&world.kominfo, &event);
}

#[test]
fn the_signing_time_must_lie_in_the_ingest_window() {
    let world = World::new();
    world.clock.forward_s(2 * DAY_S);
    let now = world.clock.seconds();
    let event = request(&world, &world.dinkes, "dinkes");
    for iat in [now - DAY_S - 1, now + 901, 1] {
        let statement = world.dinkes.sign(&event, iat);
        assert_eq!(code(world.refuse_bytes(statement)), "iat-out-of-window", "iat {iat}");
    }
    for iat in [now - 80_000, now + 900] {
        let mut event = request(&world, &world.dinkes, "dinkes");
        event["time"] = json!(rfc3339(iat));
        let answer = world.post_bytes(world.dinkes.sign(&event, iat));
        assert!(!is(&answer, "iat-out-of-window"), "iat {iat}");
    }
}

#[test]
fn an_act_is_not_later_than_its_signature_and_not_silently_late() {
    let world = World::new();
    let now = world.clock.seconds();
    let with_time = |time: u64| {
        let mut event = request(&world, &world.dinkes, "dinkes");
        event["time"] = json!(rfc3339(time));
        event
    };
    let out = |event: &Value| code(world.refuse(&world.dinkes, event));
    assert_eq!(out(&with_time(now + 901)), "time-out-of-range");
    assert_eq!(out(&with_time(now - DAY_S - 1)), "time-out-of-range");
    let mut late = with_time(now - DAY_S - 1);
    late["late"] = json!({"reason": "Surat tiba setelah libur.", "document": document("surat")});
    world.accept(&world.dinkes, &late);
}

#[test]
fn an_expired_certificate_signs_nothing_more() {
    let world = World::new();
    let start = i64::try_from(START_S).unwrap();
    let window = Window { not_before: start - 60, not_after: start + 600 };
    let brief = world.authority.person_with("p-brief-01", "dinkes", Algorithm::Rs256, window);
    world.enrol(&brief);
    world.accept(&brief, &request(&world, &brief, "dinkes"));
    world.clock.forward_s(601);
    let event = request(&world, &brief, "puskesmas");
    assert_eq!(code(world.refuse(&brief, &event)), "certificate-not-valid");
}

#[test]
fn a_revoked_signer_is_refused() {
    let world = World::new();
    world.accept(&world.registrar, &world.revocation(&world.dinkes));
    let event = request(&world, &world.dinkes, "dinkes");
    assert_eq!(code(world.refuse(&world.dinkes, &event)), "signer-revoked");
}

#[test]
fn an_unknown_type_is_refused() {
    let world = World::new();
    let event = world.event(&world.dinkes, "subdomain.dreamt", &subdomain("x"), json!({}));
    assert_eq!(code(world.refuse(&world.dinkes, &event)), "type-unknown");
}

#[test]
fn a_subdomain_request_without_its_form_breaks_pasal_25_ayat_2() {
    let world = World::new();
    let mut event = request(&world, &world.dinkes, "dinkes");
    event["data"].as_object_mut().unwrap().remove("form");
    let (code, rule) = world.refuse(&world.dinkes, &event);
    assert_eq!((code.as_str(), rule.as_deref()), ("content-invalid", Some("BKY.25.2")));
}

#[test]
fn a_name_of_another_agency_is_requested_but_never_granted() {
    let world = World::new();
    world.accept(&world.dinkes, &request(&world, &world.dinkes, "diskominfo"));
    let (_, rule) = world.refuse(&world.kominfo, &grant(&world, "dinkes", "diskominfo"));
    assert_eq!(rule.as_deref(), Some("BKY.25.3"));
}

#[test]
fn only_the_communications_agency_grants() {
    let world = World::new();
    world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    let mut event = grant(&world, "dinkes", "dinkes");
    event["source"] = json!("agency/dinkes");
    assert_eq!(code(world.refuse(&world.dinkes, &event)), "role-missing");
}

#[test]
fn a_registrar_does_not_enrol_himself_nor_a_key_without_its_holder() {
    let world = World::new();
    let again = world.authority.person(&world.registrar.id, &world.registrar.agency);
    let (refusal, _) = world.refuse(&world.registrar, &world.enrolment(&again));
    assert!(["role-missing", "rule-refused"].contains(&refusal.as_str()), "{refusal}");

    let newcomer = world.authority.person("p-newcomer", "dinkes");
    let mut event = world.enrolment(&newcomer);
    event["data"]["possession"] = json!(world.dinkes.possession(crate::harness::ORIGIN));
    assert_eq!(code(world.refuse(&world.registrar, &event)), "content-invalid");
    let event = world.enrolment(&newcomer);
    assert_eq!(
        code(world.refuse(&world.dinkes, &{
            let mut event = event.clone();
            event["source"] = json!("agency/dinkes");
            event
        })),
        "role-missing"
    );
}

#[test]
fn a_certificate_that_leads_to_no_anchor_is_not_enrolled() {
    let world = World::new();
    let foreign = crate::harness::Authority::new().person("p-foreign1", "dinkes");
    let (refusal, _) = world.refuse(&world.registrar, &world.enrolment(&foreign));
    assert_eq!(refusal, "certificate-not-valid");
}

fn is(answer: &Answer, code: &str) -> bool {
    matches!(answer, Answer::Refused(refusal) if refusal.code() == code)
}

fn split(statement: &[u8]) -> (String, String) {
    let text = String::from_utf8(statement.to_vec()).unwrap();
    let (head, signature) = text.rsplit_once('.').unwrap();
    (head.to_owned(), signature.to_owned())
}

#[test]
fn nobody_records_a_structural_act_for_somebody_else() {
    let world = World::new();
    let mut event = world.revocation(&world.dinkes);
    event["signedas"] = json!("pencatat");
    event["office"] = json!("role/pencatat");
    event["decision"] = json!({
        "by": world.bupati.id, "office": "role/bupati", "date": "2026-01-01",
        "document": document("keputusan"),
    });
    let (code, _) = world.refuse(&world.registrar, &event);
    assert_eq!(code, "role-missing");
}

#[test]
fn a_registrar_does_not_make_himself_an_authority() {
    let world = World::new();
    // A new key of his own under the authority's name.
    let evil = world.authority.person(&world.bupati.id, &world.bupati.agency);
    let (_, rule) = world.refuse(&world.registrar, &world.enrolment(&evil));
    assert_eq!(rule.as_deref(), Some("SYS.4.6"));
    let (_, rule) = world.refuse(&world.registrar, &world.revocation(&world.bupati));
    assert_eq!(rule.as_deref(), Some("SYS.5.3"));
}

#[test]
fn a_further_certificate_brings_a_new_key_and_keeps_the_agency() {
    let world = World::new();
    let mut other = world.authority.person(&world.dinkes.id, "kominfo");
    let (_, rule) = world.refuse(&world.registrar, &world.enrolment(&other));
    assert_eq!(rule.as_deref(), Some("SYS.4.7"));
    other.agency = "dinkes".to_owned();
    world.enrol(&other);
    world.accept(&other, &request(&world, &other, "dinkes"));
}
