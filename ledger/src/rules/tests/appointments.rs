//! What is appointed is a certificate, and what no other of its holder becomes by it.

use Code::RuleRefused;

use super::powers::{LEDGER, SYSTEM, world};
use super::signers::*;
use super::*;

#[test]
fn both_authorities_appoint_a_certificate_and_no_other_of_its_holder() {
    const PERSON: &str = "p-e2f87a6c3b10";
    let mut world = world();
    // A registrar who hopes to be appointed twice.
    world.enrols(REGISTRAR, PERSON, MADE, &[]).unwrap();
    let act = example("ledger.registrar_appointed");
    world.given(&act);
    // In time before the second signature, too.
    world.enrols(REGISTRAR, PERSON, MADE_TOO, &[]).unwrap();
    world.confirmed(&act);
    for key in [MADE, MADE_TOO] {
        let result = world.with_key(key).enrols(PERSON, "p-111111111111", "x", &[]);
        not_attested(result, "SYS.4.1", key);
        not_attested(world.attests(PERSON, key, PERSON, key), "SYS.4.8", key);
    }
    world.enrols(PERSON, "p-111111111111", "x", &[]).unwrap();
    let row = certificate_key(&certificate(PERSON));
    assert_eq!(world.field(&row, "attested_at"), json!(world.position.0 - 2));
    let shown = world.field(&format!("signer/{PERSON}"), "certificates");
    let counts: Vec<_> =
        shown.as_array().unwrap().iter().map(|one| one["attested_at"].is_null()).collect();
    assert_eq!(counts, [false, true, true]);
}

#[test]
fn a_certificate_that_is_appointed_counts_and_is_his() {
    let mut world = world();
    let appointed = |key: &str| {
        changed("ledger.registrar_appointed", &[("/data/certificate", json!(certificate(key)))])
    };
    for key in [SYSTEM, REGISTRAR, "nobody's"] {
        let why =
            refused(world.when(&appointed(key)), RuleRefused, "SYS.32.1", "/data/certificate");
        assert_eq!(why, Why::CertificateNotActive { certificate: certificate(key) });
    }
    let mut suspended = world.clone();
    suspended.on_signer("signer.suspended", REGISTRAR, "p-e2f87a6c3b10", &[]).unwrap();
    let result = suspended.when(&appointed("p-e2f87a6c3b10"));
    refused(result, RuleRefused, "SYS.32.1", "/data/certificate");
    let mut revoked = world.clone();
    let act = appointed("p-e2f87a6c3b10");
    revoked.given(&act);
    revoked.revokes(REGISTRAR, "p-e2f87a6c3b10", "p-e2f87a6c3b10").unwrap();
    let signature = revoked.confirmation(&act);
    let refusal = revoked.signed_by(OTHER_AUTHORITY).when(&signature).unwrap_err();
    assert_eq!(refusal.rule.as_deref(), Some("SYS.11.3"));
    assert_eq!(revoked.field(LEDGER, "registrars").as_array().unwrap().len(), 2);
}

#[test]
fn no_registrar_gives_a_service_another_key_alone() {
    let mut world = world();
    let act = example("ledger.service_appointed");
    world.given(&act).confirmed(&act);
    world.enrols(REGISTRAR, SYSTEM, MADE, &[]).unwrap();
    let list = changed("evidence.recorded", &[("/source", json!("agency/dishub"))]);
    let result = world.signed_by(SYSTEM).with_key(MADE).when(&list);
    not_attested(result, "SYS.30.1", MADE);
    let result = world.attests(REGISTRAR, REGISTRAR, SYSTEM, MADE);
    refused(result, RuleRefused, "SYS.4.9", "/source");
    world.attests(SECOND_REGISTRAR, SECOND_REGISTRAR, SYSTEM, MADE).unwrap();
    world.signed_by(SYSTEM).with_key(MADE).when(&list).unwrap();
}

#[test]
fn an_opening_names_services_that_sign_from_the_first_hour() {
    let service = json!([{
        "person": SYSTEM, "agency": "kominfo",
        "chain": example("ledger.opened")["data"]["registrars"][0]["chain"],
    }]);
    let mut world = World::empty(BENGKAYANG_19_2020);
    world.given_opened(&changed("ledger.opened", &[("/data/services", service.clone())]));
    assert_eq!(world.field(LEDGER, "services"), json!([{ "person": SYSTEM, "agency": "kominfo" }]));
    assert_eq!(world.field(&format!("signer/{SYSTEM}"), "kind"), "sistem");
    let list = changed("evidence.recorded", &[("/source", json!("agency/kominfo"))]);
    world.signed_by(SYSTEM).when(&list).unwrap();
    // Nobody stands on two lists.
    let mut twice = service;
    twice[0]["person"] = json!(REGISTRAR);
    let mut world = World::empty(BENGKAYANG_19_2020);
    let opening = changed("ledger.opened", &[("/data/services", twice)]);
    let persons = [AUTHORITY, OTHER_AUTHORITY, REGISTRAR, SECOND_REGISTRAR, SYSTEM];
    world.enrolments = persons.into_iter().map(enrolment).collect();
    refused(world.when(&opening), RuleRefused, "SYS.1.2", "/data");
}

/// One registrar enrolled it, and nothing told any more that it was one alone.
#[test]
fn what_an_earlier_version_enrolled_beside_the_certificate_of_an_appointment_is_revoked_first() {
    const PERSON: &str = "p-e2f87a6c3b10";
    let third = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    let second = third.replacen("structural = 3", "structural = 2", 1);
    for (kind, person, rule) in [
        ("ledger.registrar_appointed", PERSON, "SYS.32.1"),
        ("ledger.service_appointed", SYSTEM, "SYS.33.1"),
    ] {
        let mut world = World::bengkayang_on(second.as_bytes());
        for key in [person, MADE] {
            world.enrols(REGISTRAR, person, key, &[]).unwrap();
        }
        world.rules = Arc::new(RuleSet::parse(BENGKAYANG_19_2020).unwrap());
        let named = ("/data/certificate", json!(certificate(person)));
        let act = changed(kind, &[named]);
        let why = refused(world.when(&act), RuleRefused, rule, "/data/certificate");
        assert_eq!(why, Why::CertificateOfEarlierWord { certificate: certificate(MADE) });
        world.revokes(REGISTRAR, person, MADE).unwrap();
        world.given(&act).confirmed(&act);
    }
}
