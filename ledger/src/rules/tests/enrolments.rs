//! The life of a certificate: renewed by its holder, revoked with all that came of it, never back under another name.

use Code::{RoleMissing, RuleRefused};

use super::powers::world;
use super::signers::*;
use super::*;

#[test]
fn nobody_renews_in_the_place_of_another_or_without_his_old_key() {
    const OFFICIAL: &str = "p-e2f87a6c3b10";
    let mut world = world();
    let own = world.enrols(REGISTRAR, REGISTRAR, MADE, &[]);
    refused(own, RuleRefused, "SYS.4.1", "/subject");
    let of_another = [("/data/renews", json!(certificate(OFFICIAL)))];
    let own = world.enrols(REGISTRAR, REGISTRAR, MADE, &of_another);
    let why = refused(own, RuleRefused, "SYS.4.10", "/data/renews");
    assert_eq!(why, Why::RenewalOfAnother { certificate: certificate(REGISTRAR) });
    let own = [("/data/renews", json!(certificate(OFFICIAL)))];
    let stranger = world.enrols(OFFICIAL, "p-111111111111", MADE, &own);
    refused(stranger, RoleMissing, "SYS.4.1", "/source");
    // A further certificate of his, not the one that he signs with.
    world.enrols(REGISTRAR, OFFICIAL, MADE, &[]).unwrap();
    let other = world.with_key(MADE).enrols(OFFICIAL, OFFICIAL, MADE_TOO, &own);
    refused(other, RuleRefused, "SYS.4.10", "/data/renews");
    // With his own, he stays where he is and a person.
    let renews = |world: &mut World, more: (&'static str, Value)| {
        world.enrols(OFFICIAL, OFFICIAL, MADE_TOO, &[own[0].clone(), more])
    };
    let moved = renews(&mut world, ("/data/agency", json!("dishub")));
    refused(moved, RuleRefused, "SYS.4.7", "/data/agency");
    let system = renews(&mut world, ("/data/class", json!("sistem")));
    refused(system, RuleRefused, "SYS.4.7", "/data/class");
    world.renews(OFFICIAL, OFFICIAL, MADE_TOO).unwrap();
    // By a registrar: one of his that was not revoked.
    world.revokes(REGISTRAR, OFFICIAL, OFFICIAL).unwrap();
    let gone = world.enrols(REGISTRAR, OFFICIAL, "next", &own);
    let why = refused(gone, RuleRefused, "SYS.4.10", "/data/renews");
    assert_eq!(why, Why::CertificateNotActive { certificate: certificate(OFFICIAL) });
    let there = [("/data/renews", json!(certificate(MADE)))];
    world.enrols(REGISTRAR, OFFICIAL, "next", &there).unwrap();
    let entry = world.field(&format!("signer/{OFFICIAL}"), "certificates")[3].clone();
    assert_eq!((&entry["renews"], &entry["enrolled_by"]), (&there[0].1, &json!(REGISTRAR)));
}

/// What a service signs, nobody could deny to have been signed by the person himself.
#[test]
fn no_system_signs_with_the_certificate_of_a_person() {
    use super::powers::SYSTEM;
    let of_person = |world: &World| {
        let mut world = world.clone();
        let event = changed(
            "signer.enrolled",
            &[
                ("/subject", json!(format!("signer/{SYSTEM}"))),
                ("/data/person", json!(SYSTEM)),
                ("/data/agency", json!("dishub")),
                ("/data/class", json!("sistem")),
            ],
        );
        world.enrolments = vec![Enrolment { is_of_person: true, ..enrolment(MADE) }];
        world.signed_by(REGISTRAR).when(&event)
    };
    let why = refused(of_person(&world()), RuleRefused, "SYS.4.12", "/data/chain");
    assert_eq!(why, Why::CertificateOfPerson);
    let mut open = world();
    open.enrols(REGISTRAR, SYSTEM, MADE, &[]).unwrap();
    // A person signs with one.
    let official = changed("signer.enrolled", &[]);
    let mut world = world();
    world.enrolments = vec![Enrolment { is_of_person: true, ..enrolment(MADE) }];
    world.when(&official).unwrap();
}

#[test]
fn a_certificate_is_revoked_by_issuer_and_serial_number_as_well() {
    const PERSON: &str = "p-e2f87a6c3b10";
    let mut world = world();
    let numbered =
        |key: &str, serial: &str| Enrolment { serial: serial.to_owned(), ..enrolment(key) };
    for (key, serial) in [(MADE, "02"), (MADE_TOO, "03")] {
        let event = changed("signer.enrolled", &[("/id", json!(format!("enrols-{serial}")))]);
        world.enrolments = vec![numbered(key, serial)];
        world.given(&event);
        world.enrolments.clear();
    }
    let by_serial = |issuer: &str, serial: &str| {
        [
            ("/data/certificate", Value::Null),
            ("/data/issuer", json!(issuer)),
            ("/data/serial", json!(serial)),
        ]
    };
    let issuer = enrolment(PERSON).issuer;
    for (issuer, serial) in [(issuer.as_str(), "04"), ("CN=Lain", "02")] {
        let result =
            world.on_signer("signer.revoked", REGISTRAR, PERSON, &by_serial(issuer, serial));
        let why = refused(result, RuleRefused, "SYS.5.2", "/data/serial");
        assert_eq!(why, Why::CertificateNotActive { certificate: format!("{serial} ({issuer})") });
    }
    world.on_signer("signer.revoked", REGISTRAR, PERSON, &by_serial(&issuer, "02")).unwrap();
    let state =
        |world: &World, key: &str| world.state(&certificate_key(&certificate(key))).to_owned();
    assert_eq!(state(&world, MADE), "revoked");
    assert_eq!(
        (state(&world, MADE_TOO), state(&world, PERSON)),
        ("active".into(), "active".into())
    );
    let again = world.on_signer("signer.revoked", REGISTRAR, PERSON, &by_serial(&issuer, "02"));
    refused(again, RuleRefused, "SYS.5.2", "/data/serial");
    // One way or the other.
    let mut both = by_serial(&issuer, "03");
    both[0].1 = json!(certificate(MADE_TOO));
    let neither = by_serial(&issuer, "03").map(|(at, _)| (at, Value::Null));
    let mut half = by_serial(&issuer, "03");
    half[2].1 = Value::Null;
    for named in [both, neither, half] {
        let refusal = world.on_signer("signer.revoked", REGISTRAR, PERSON, &named).unwrap_err();
        assert_eq!(refusal.rule.as_deref(), Some("SYS.5.4"), "{named:?}");
    }
    // A founder's is his own or an authority's to revoke, whatever it is named by.
    let founder =
        world.on_signer("signer.revoked", REGISTRAR, AUTHORITY, &by_serial(&issuer, "01"));
    refused(founder, RuleRefused, "SYS.5.3", "/source");
}

/// Who had the key renewed it before it was taken from him.
#[test]
fn a_compromised_key_takes_all_with_it_that_it_renewed() {
    const PERSON: &str = "p-e2f87a6c3b10";
    let mut world = world();
    world.renews(PERSON, PERSON, MADE).unwrap();
    world.renews(PERSON, MADE, MADE_TOO).unwrap();
    world.with_key(MADE_TOO).revokes_alone(PERSON, PERSON, MADE, "superseded").unwrap();
    world.enrols(REGISTRAR, PERSON, "another", &[]).unwrap();
    let state =
        |world: &World, key: &str| world.state(&certificate_key(&certificate(key))).to_owned();
    let mut lost = world.clone();
    lost.revokes_alone(REGISTRAR, PERSON, PERSON, "lost").unwrap();
    assert_eq!((state(&lost, PERSON), state(&lost, MADE_TOO)), ("revoked".into(), "active".into()));
    world.revokes_alone(REGISTRAR, PERSON, PERSON, "key-compromise").unwrap();
    assert_eq!(
        (state(&world, PERSON), state(&world, MADE_TOO)),
        ("revoked".into(), "revoked".into())
    );
    assert_eq!(
        (state(&world, "another"), world.state(&format!("signer/{PERSON}"))),
        ("active".into(), "active")
    );
    for key in [PERSON, MADE_TOO] {
        let row = enrolment(key).public_key;
        assert_eq!(world.state(&format!("key:{row}")), "banned", "{key}");
    }
}

#[test]
fn a_signer_has_so_few_certificates_that_they_are_suspended_in_one_row() {
    const PERSON: &str = "p-e2f87a6c3b10";
    let mut world = world();
    let keys: Vec<&'static str> =
        (0..90).map(|n| &*Box::leak(format!("key {n}").into_boxed_str())).collect();
    for key in &keys[..7] {
        world.enrols(REGISTRAR, PERSON, key, &[]).unwrap();
    }
    let ninth = world.clone().enrols(REGISTRAR, PERSON, MADE, &[]);
    let why = refused(ninth, RuleRefused, "SYS.4.11", "/data/chain");
    assert_eq!(why, Why::TooManyCertificates { max: 8 });
    let own = world.clone().renews(PERSON, PERSON, MADE);
    refused(own, RuleRefused, "SYS.4.11", "/data/chain");
    for key in &keys[..7] {
        world.revokes(REGISTRAR, PERSON, key).unwrap();
    }
    // However often he renews it: the row stays small, and the chain of renewals whole.
    let mut last = PERSON;
    for key in &keys[7..] {
        world.renews(PERSON, last, key).unwrap();
        if last != PERSON {
            world.with_key(key).revokes_alone(PERSON, PERSON, last, "superseded").unwrap();
        }
        last = key;
    }
    let shown = world.field(&format!("signer/{PERSON}"), "certificates");
    assert_eq!(shown.as_array().unwrap().len(), 64);
    world.revokes_alone(REGISTRAR, PERSON, PERSON, "key-compromise").unwrap();
    assert_eq!(world.state(&certificate_key(&certificate(last))), "revoked");
    assert_eq!(world.state(&format!("signer/{PERSON}")), "revoked");
}

#[test]
fn no_key_comes_back_under_another_certificate() {
    let mut world = World::made();
    let again = |world: &mut World, person, key: &str, certificate: &[u8]| {
        let mut again = enrolment(key);
        again.certificate = Hash::of(certificate);
        let event = changed(
            "signer.enrolled",
            &[
                ("/source", json!("agency/setda")),
                ("/subject", json!(format!("signer/{person}"))),
                ("/data/person", json!(person)),
                ("/data/agency", json!(agency_of(person))),
            ],
        );
        world.enrolments = vec![again];
        let result = world.signed_by(AUTHORITY).when(&event);
        world.enrolments.clear();
        result
    };
    // His own, and that of the other under his own: neither the same person nor another.
    for (person, key) in
        [(OTHER_AUTHORITY, AUTHORITY), (OTHER_AUTHORITY, MADE), (REGISTRAR, OTHER_AUTHORITY)]
    {
        let why =
            refused(again(&mut world, person, key, b"anew"), RuleRefused, "SYS.4.3", "/data/chain");
        let owner = if key == MADE { OTHER_AUTHORITY } else { key };
        assert_eq!(why, Why::KeyEnrolled { person: owner.to_owned() });
    }
    // Reported compromised, it is banned for ever.
    let compromised = [
        ("/data/certificate", json!(certificate(MADE))),
        ("/data/reason", json!("key-compromise")),
    ];
    world.on_signer("signer.revoked", AUTHORITY, OTHER_AUTHORITY, &compromised).unwrap();
    for person in [OTHER_AUTHORITY, REGISTRAR] {
        let why = refused(
            again(&mut world, person, MADE, b"anew"),
            RuleRefused,
            "SYS.4.3",
            "/data/chain",
        );
        assert_eq!(why, Why::KeyBanned { person: OTHER_AUTHORITY.to_owned() });
    }
}
