//! The structural acts: opening, rule sets, agencies, signers, offices.

use Code::{ContentInvalid, RoleMissing, RuleRefused, TransitionForbidden};

use super::*;

const PERSON: &str = "p-e2f87a6c3b10";
const OFFICE: &str = "role/kadis-kominfo";

fn enrolled() -> World {
    let mut world = World::bengkayang();
    world.enrolments = vec![enrolment(PERSON)];
    world.given(&example("signer.enrolled"));
    world
}

fn certificate(person: &str) -> String {
    certificate_key(&enrolment(person).certificate.to_string())
}

#[test]
fn opening_makes_ledger_agencies_and_signers() {
    let world = World::bengkayang();
    assert_eq!(world.state("ledger/61.07"), "open");
    assert_eq!(world.field("ledger/61.07", "authorities")[0]["person"], AUTHORITY);
    assert_eq!(world.field("ledger/61.07", "anchors"), Value::Null);
    assert_eq!(world.state("agency/kominfo"), "agency");
    assert_eq!(world.field("agency/kominfo", "kind"), "opd");
    assert_eq!(world.state(&certificate(AUTHORITY)), "active");
    assert_eq!(world.field(&certificate(REGISTRAR), "agency"), "kominfo");
    assert_eq!(world.field("signer/p-c3d95e07f416", "certificates")[0]["state"], "active");
}

#[test]
fn a_ledger_is_opened_once_and_first() {
    let mut world = World::empty(BENGKAYANG_19_2020);
    let early = example("agency.registered");
    refused(world.when(&early), TransitionForbidden, "SYS.1.1", "/type");
    let mut world = World::bengkayang();
    refused(world.when(&example("ledger.opened")), TransitionForbidden, "SYS.1.1", "/type");
}

#[test]
fn an_opening_agrees_with_itself() {
    let open = |changes: &[(&str, Value)], spoil: fn(&mut Vec<Enrolment>)| {
        let mut world = World::empty(BENGKAYANG_19_2020);
        let event = changed("ledger.opened", changes);
        for list in ["authorities", "registrars"] {
            for entry in event["data"][list].as_array().unwrap() {
                world.enrolments.push(enrolment(entry["person"].as_str().unwrap()));
            }
        }
        spoil(&mut world.enrolments);
        world.when(&event)
    };
    let keep = |_: &mut Vec<Enrolment>| ();
    open(&[], keep).unwrap();
    let other = [("/data/region", json!("61.08"))];
    refused(open(&other, keep), RuleRefused, "SYS.1.2", "/data/region");
    let missing: fn(&mut Vec<Enrolment>) = |enrolments| drop(enrolments.pop());
    refused(open(&[], missing), RuleRefused, "SYS.1.2", "/data");
    let twice: fn(&mut Vec<Enrolment>) = |enrolments| enrolments[1] = enrolments[0].clone();
    refused(open(&[], twice), RuleRefused, "SYS.1.2", "/data");
    let unknown = [("/data/registrars/0/agency", json!("nobody"))];
    refused(open(&unknown, keep), RuleRefused, "SYS.1.2", "/data/agencies");
    let same = [("/data/registrars/0/person", json!(AUTHORITY))];
    refused(open(&same, keep), RuleRefused, "SYS.1.2", "/data");
    let other_first = [("/data/authorities/0/person", json!("p-ffffffffffff"))];
    refused(open(&other_first, keep), RuleRefused, "SYS.1.2", "/data/authorities/0");
    let one = [("/data/authorities", json!([]))];
    refused(open(&one, keep), ContentInvalid, "SYS.1.2", "/data/authorities");
}

#[test]
fn an_authority_adopts_the_next_rule_set() {
    let mut world = World::bengkayang();
    let registrar = changed("ruleset.adopted", &[("/source", json!("agency/kominfo"))]);
    refused(world.when(&registrar), RoleMissing, "SYS.2.1", "/source");
    let before = world.field("ledger/61.07", "ruleset");
    world.given(&example("ruleset.adopted"));
    let adopted = example("ruleset.adopted")["data"]["ruleset"].clone();
    assert_eq!(world.field("ledger/61.07", "ruleset"), before, "it waits for the other");
    world.confirmed(&example("ruleset.adopted"));
    assert_eq!(world.field("ledger/61.07", "ruleset"), adopted);
    assert_eq!(world.state("ledger/61.07"), "open");
}

#[test]
fn an_agency_is_registered_once() {
    let mut world = World::bengkayang();
    let again = example("agency.registered");
    refused(world.when(&again), TransitionForbidden, "SYS.3.1", "/subject");
    let other = changed("agency.registered", &[("/subject", json!("agency/x"))]);
    refused(world.when(&other), RuleRefused, "SYS.3.1", "/data/agency");
    let agency = changed("agency.registered", &[("/source", json!("agency/dinkes"))]);
    refused(world.when(&agency), RoleMissing, "SYS.3.1", "/source");
}

#[test]
fn a_registrar_enrols_others() {
    let world = enrolled();
    assert_eq!(world.state("signer/p-e2f87a6c3b10"), "active");
    let row = &world.facts[&certificate(PERSON)];
    assert_eq!((row.state.as_str(), row.text("person")), ("active", Some(PERSON)));
    assert_eq!(row.text("agency"), Some("dinkes"));
    assert_eq!(row.fields["enrolled_at"], Field::Integer(3));
    assert_eq!(world.facts["signer/p-e2f87a6c3b10"].class, Class::Public);
}

#[test]
fn nobody_else_enrols_and_no_registrar_himself() {
    let mut world = World::bengkayang();
    world.enrolments = vec![enrolment(PERSON)];
    let authority = changed("signer.enrolled", &[("/source", json!("agency/setda"))]);
    refused(world.when(&authority), RuleRefused, "SYS.4.6", "/source");
    let himself = changed(
        "signer.enrolled",
        &[
            ("/subject", json!("signer/p-c3d95e07f416")),
            ("/data/person", json!(REGISTRAR)),
            ("/data/agency", json!("kominfo")),
        ],
    );
    refused(world.when(&himself), RuleRefused, "SYS.4.1", "/subject");
    let other = changed("signer.enrolled", &[("/data/person", json!("p-000000000000"))]);
    refused(world.when(&other), RuleRefused, "SYS.4.1", "/data/person");
    let nowhere = changed("signer.enrolled", &[("/data/agency", json!("nobody"))]);
    refused(world.when(&nowhere), RuleRefused, "SYS.4.5", "/data/agency");
}

#[test]
fn the_certificate_is_the_one_that_the_data_speak_of() {
    let mut world = World::bengkayang();
    let event = example("signer.enrolled");
    refused(world.when(&event), RuleRefused, "SYS.4.4", "/data/chain");
    world.enrolments = vec![Enrolment { algorithm: "RS256".to_owned(), ..enrolment(PERSON) }];
    refused(world.when(&event), RuleRefused, "SYS.4.4", "/data/chain");
}

#[test]
fn a_certificate_enrols_once_and_a_key_has_one_owner() {
    let mut world = enrolled();
    let again = example("signer.enrolled");
    refused(world.when(&again), RuleRefused, "SYS.4.2", "/data/chain");
    let other = changed(
        "signer.enrolled",
        &[("/subject", json!("signer/p-111111111111")), ("/data/person", json!("p-111111111111"))],
    );
    world.enrolments =
        vec![Enrolment { public_key: enrolment(PERSON).public_key, ..enrolment("other") }];
    let why = refused(world.when(&other), RuleRefused, "SYS.4.3", "/data/chain");
    assert_eq!(why, Why::KeyEnrolled { person: PERSON.to_owned() });
    // Not even the same person: a renewal brings a new key.
    world.enrolments = vec![Enrolment { certificate: Hash::of(b"renewed"), ..enrolment(PERSON) }];
    refused(world.when(&again), RuleRefused, "SYS.4.3", "/data/chain");
    world.enrolments = vec![enrolment("a new card")];
    world.given(&again);
    assert_eq!(world.field("signer/p-e2f87a6c3b10", "certificates").as_array().unwrap().len(), 2);
}

#[test]
fn a_revoked_certificate_and_its_key_never_enrol_again() {
    let mut world = enrolled();
    world.enrolments.clear();
    world.given(&example("signer.revoked"));
    assert_eq!(world.state("signer/p-e2f87a6c3b10"), "revoked");
    assert_eq!(world.state(&certificate(PERSON)), "revoked");
    assert_eq!(world.facts[&certificate(PERSON)].fields["revoked_at"], Field::Integer(4));
    let again = example("signer.revoked");
    refused(world.when(&again), TransitionForbidden, "SYS.5.1", "/subject");

    world.enrolments = vec![enrolment(PERSON)];
    let why =
        refused(world.when(&example("signer.enrolled")), RuleRefused, "SYS.4.2", "/data/chain");
    assert!(matches!(why, Why::CertificateEnrolled { state, .. } if state == "revoked"));
    world.enrolments = vec![Enrolment { certificate: Hash::of(b"new"), ..enrolment(PERSON) }];
    refused(world.when(&example("signer.enrolled")), RuleRefused, "SYS.4.3", "/data/chain");
    world.enrolments = vec![enrolment("a new card")];
    world.given(&example("signer.enrolled"));
    assert_eq!(world.state("signer/p-e2f87a6c3b10"), "active");
}

#[test]
fn revocation_names_an_active_certificate_of_the_person() {
    let mut world = enrolled();
    let unknown = changed("signer.revoked", &[("/data/certificate", json!("0".repeat(64)))]);
    refused(world.when(&unknown), RuleRefused, "SYS.5.2", "/data/certificate");
    let others = enrolment(REGISTRAR).certificate.to_string();
    let other = changed("signer.revoked", &[("/data/certificate", json!(others))]);
    refused(world.when(&other), RuleRefused, "SYS.5.2", "/data/certificate");
}

#[test]
fn a_holder_revokes_his_own_certificate_and_no_stranger_does() {
    let mut world = enrolled();
    let stranger = changed("signer.revoked", &[("/source", json!("agency/dishub"))]);
    refused(world.when(&stranger), RoleMissing, "SYS.5.1", "/source");
    world.given(&changed("signer.revoked", &[("/source", json!("agency/dinkes"))]));
}

#[test]
fn an_office_is_filled_and_vacated() {
    let mut world = World::bengkayang();
    world.given(&example("role.appointed"));
    assert_eq!(world.state(OFFICE), "in_office");
    assert_eq!(world.field(OFFICE, "tenures")[0]["from"], "2026-01-05");
    let second = changed("role.appointed", &[("/data/person", json!("p-222222222222"))]);
    let why = refused(world.when(&second), TransitionForbidden, "SYS.6.1", "/subject");
    let filled = Why::StateForbids {
        thing: OFFICE.to_owned(),
        state: Some("in_office".to_owned()),
        allowed: vec!["ended".to_owned(), "none".to_owned()],
    };
    assert_eq!(why, filled);
    world.given(&example("role.ended"));
    assert_eq!(world.state(OFFICE), "ended");
    assert_eq!(world.field(OFFICE, "until"), "2026-11-19");
    world.given(&second);
    assert_eq!(world.state(OFFICE), "in_office");
    assert_eq!(world.field(OFFICE, "until"), Value::Null);
    assert_eq!(world.field(OFFICE, "tenures").as_array().unwrap().len(), 2);
}

#[test]
fn an_acting_holder_stands_beside_the_definitive_one() {
    let mut world = World::bengkayang();
    world.given(&example("role.appointed"));
    let acting = changed(
        "role.appointed",
        &[("/data/person", json!("p-222222222222")), ("/data/mandate", json!("plh"))],
    );
    world.given(&acting);
    assert_eq!(world.field(OFFICE, "person"), "p-4d1b9f7a2c63");
    assert_eq!(world.field(OFFICE, "tenures")[1]["mandate"], "plh");
    world.given(&changed("role.ended", &[("/data/person", json!("p-222222222222"))]));
    assert_eq!(world.state(OFFICE), "in_office");
    assert_eq!(world.field(OFFICE, "tenures")[1]["until"], "2026-11-19");
}

#[test]
fn an_acting_holder_fills_a_vacant_office() {
    let mut world = World::bengkayang();
    world.given_all(&["role.appointed", "role.ended"]);
    let plt = [("/data/person", json!("p-222222222222")), ("/data/mandate", json!("plt"))];
    world.given(&changed("role.appointed", &plt));
    assert_eq!(world.state(OFFICE), "in_office");
    assert_eq!(world.field(OFFICE, "person"), "p-222222222222");
    world.given(&changed("role.ended", &[("/data/person", json!("p-222222222222"))]));
    assert_eq!(world.state(OFFICE), "ended");
    world.given(&changed("role.appointed", &[("/data/head", Value::Null)]));
    assert_eq!(world.field(OFFICE, "mandate"), Value::Null);
    assert_eq!(world.field(OFFICE, "head"), Value::Null);
}

#[test]
fn a_known_end_needs_no_separate_ending() {
    let mut world = World::bengkayang();
    world.given(&changed("role.appointed", &[("/data/until", json!("2026-06-30"))]));
    let overlapping = [("/data/from", json!("2026-06-30"))];
    let event = changed("role.appointed", &overlapping);
    refused(world.when(&event), TransitionForbidden, "SYS.6.1", "/subject");
    world.given(&changed("role.appointed", &[("/data/from", json!("2026-07-01"))]));
}

#[test]
fn appointments_are_recorded_by_others_with_a_numbered_decision() {
    let mut world = World::bengkayang();
    let agency = changed("role.appointed", &[("/source", json!("agency/dinkes"))]);
    refused(world.when(&agency), RoleMissing, "SYS.6.1", "/source");
    let himself = changed("role.appointed", &[("/data/person", json!(AUTHORITY))]);
    refused(world.when(&himself), RuleRefused, "SYS.6.1", "/data/person");
    let unnumbered = changed("role.appointed", &[("/data/decision/number", Value::Null)]);
    refused(world.when(&unnumbered), ContentInvalid, "SYS.6.1", "/data/decision/number");
    let nowhere = changed("role.appointed", &[("/data/agency", json!("nobody"))]);
    refused(world.when(&nowhere), RuleRefused, "SYS.6.2", "/data/agency");
    let inverted = changed("role.appointed", &[("/data/until", json!("2026-01-04"))]);
    refused(world.when(&inverted), RuleRefused, "SYS.6.3", "/data/until");
}

#[test]
fn only_a_running_tenure_ends() {
    let mut world = World::bengkayang();
    refused(world.when(&example("role.ended")), TransitionForbidden, "SYS.7.1", "/subject");
    world.given(&example("role.appointed"));
    let other = changed("role.ended", &[("/data/person", json!("p-222222222222"))]);
    refused(world.when(&other), RuleRefused, "SYS.7.2", "/data/person");
    let before = changed("role.ended", &[("/data/date", json!("2026-01-04"))]);
    refused(world.when(&before), RuleRefused, "SYS.7.2", "/data/person");
    let agency = changed("role.ended", &[("/source", json!("agency/dinkes"))]);
    refused(world.when(&agency), RoleMissing, "SYS.7.1", "/source");
}

#[test]
fn an_office_that_is_named_must_be_held() {
    let in_office = |changes: &[(&str, Value)]| {
        let mut all = vec![("/source", json!("agency/kominfo")), ("/office", json!(OFFICE))];
        all.extend(changes.iter().cloned());
        changed("agency.registered", &all)
    };
    let mut world = World::bengkayang();
    world.given(&example("role.appointed"));
    let why = refused(world.when(&in_office(&[])), RoleMissing, "SYS.3.1", "/office");
    assert_eq!(
        why,
        Why::OfficeNotHeld {
            office: OFFICE.to_owned(),
            person: REGISTRAR.to_owned(),
            day: "2026-11-20".to_owned(),
        }
    );
    let dishub2 = [("/subject", json!("agency/bpbd")), ("/data/agency", json!("bpbd"))];
    let mine = changed(
        "role.appointed",
        &[
            ("/subject", json!("role/registrar")),
            ("/data/person", json!(REGISTRAR)),
            ("/data/from", json!("2026-11-20")),
            ("/data/until", json!("2026-11-20")),
        ],
    );
    world.given(&mine);
    let office = [("/office", json!("role/registrar"))];
    world.given(&in_office(&[&office[..], &dishub2[..]].concat()));
    // A definitive holder does not act as plt.
    let mandate = [("/mandate", json!("plt")), ("/mandateref", json!("SK 1/2026"))];
    let as_plt = in_office(&[&office[..], &mandate[..]].concat());
    refused(world.when(&as_plt), RoleMissing, "SYS.3.1", "/office");
}
