//! What no single key can do, way by way: come into the power of somebody else by a certificate that it enrolled itself.

use Code::{RoleMissing, RuleRefused};

use super::powers::{BOTH, LEDGER, SYSTEM, make_ready, ready_for, world};
use super::*;

/// The registrar of setda.
pub(super) const SECOND_REGISTRAR: &str = "p-09e6b4a1d85c";
/// A key that the one who tries it holds himself, whosever name it is enrolled under.
const MADE: &str = "made by one";
const MADE_TOO: &str = "made by the same one";

pub(super) fn agency_of(person: &str) -> &'static str {
    match person {
        AUTHORITY | SECOND_REGISTRAR => "setda",
        OTHER_AUTHORITY | REGISTRAR => "kominfo",
        SYSTEM => "dishub",
        _ => "dinkes",
    }
}

impl World {
    /// `by` enrols the key `key` for `person`.
    pub(super) fn enrols(
        &mut self,
        by: &'static str,
        person: &'static str,
        key: &str,
        changes: &[(&str, Value)],
    ) -> Result<(), Refusal> {
        let usual = [
            ("/id", json!(format!("enrols-{}", self.position))),
            ("/source", json!(format!("agency/{}", agency_of(by)))),
            ("/subject", json!(format!("signer/{person}"))),
            ("/data/person", json!(person)),
            ("/data/agency", json!(agency_of(person))),
            ("/data/class", json!(if person == SYSTEM { "sistem" } else { "langsung" })),
        ];
        self.enrolments = vec![enrolment(key)];
        let event = changed("signer.enrolled", &[&usual[..], changes].concat());
        let result = self.signed_by(by).when(&event);
        self.enrolments.clear();
        result
    }

    /// `by`, with the key `with`, renews his certificate by the key `key`.
    pub(super) fn renews(
        &mut self,
        by: &'static str,
        with: &'static str,
        key: &str,
    ) -> Result<(), Refusal> {
        let renews = ("/data/renews", json!(certificate(with)));
        self.with_key(with).enrols(by, by, key, &[renews])
    }

    pub(super) fn attests(
        &mut self,
        by: &'static str,
        with: &'static str,
        person: &str,
        key: &str,
    ) -> Result<(), Refusal> {
        let event = changed(
            "signer.attested",
            &[
                ("/id", json!(format!("attests-{}", self.position))),
                ("/source", json!(format!("agency/{}", agency_of(by)))),
                ("/subject", json!(format!("signer/{person}"))),
                ("/data/certificate", json!(certificate(key))),
            ],
        );
        self.signed_by(by).with_key(with).when(&event)
    }

    /// `by` does it with the key `key`, or with his own; it may wait.
    pub(super) fn on_signer(
        &mut self,
        kind: &str,
        by: &'static str,
        person: &str,
        changes: &[(&str, Value)],
    ) -> Result<(), Refusal> {
        let usual = [
            ("/id", json!(format!("{kind}-{}", self.position))),
            ("/source", json!(format!("agency/{}", agency_of(by)))),
            ("/subject", json!(format!("signer/{person}"))),
        ];
        self.signed_by(by).when(&changed(kind, &[&usual[..], changes].concat()))
    }

    /// The newest act that waits in the stream is signed by `by`, too.
    pub(super) fn signs(
        &mut self,
        by: &'static str,
        stream: &str,
        at: usize,
    ) -> Result<(), Refusal> {
        let entry = self.field(stream, "pending")[at].clone();
        let id = entry["id"].as_str().unwrap().to_owned();
        let mut signature = example("act.countersigned");
        signature.as_object_mut().unwrap().remove("office");
        signature["id"] = json!(format!("signs-{}", self.position));
        signature["source"] = json!(format!("agency/{}", agency_of(by)));
        signature["subject"] = json!(stream);
        let key = event_key(&id).to_string();
        signature["data"]["event"] = json!({ "agency": entry["agency"], "id": id, "key": key });
        self.signed_by(by).when(&signature)
    }

    /// With a registrar's signature where it needs one.
    fn revokes(&mut self, by: &'static str, person: &str, key: &str) -> Result<(), Refusal> {
        self.revokes_alone(by, person, key, "left-office")?;
        self.signed_if_it_waits(by, person);
        Ok(())
    }

    pub(super) fn revokes_alone(
        &mut self,
        by: &'static str,
        person: &str,
        key: &str,
        reason: &str,
    ) -> Result<(), Refusal> {
        let named =
            [("/data/certificate", json!(certificate(key))), ("/data/reason", json!(reason))];
        self.on_signer("signer.revoked", by, person, &named)
    }

    pub(super) fn signed_if_it_waits(&mut self, by: &'static str, person: &str) {
        let stream = format!("signer/{person}");
        let waiting = self.field(&stream, "pending").as_array().map_or(0, Vec::len);
        if waiting > 0 {
            let other = [REGISTRAR, SECOND_REGISTRAR].into_iter().find(|one| *one != by).unwrap();
            self.signs(other, &stream, waiting - 1).unwrap();
        }
    }

    /// A key that the authority has enrolled for the other authority, alone.
    fn made() -> Self {
        let mut world = world();
        world.enrols(AUTHORITY, OTHER_AUTHORITY, MADE, &[]).unwrap();
        world
    }

    /// Does the key sign in the place of the other authority?
    #[track_caller]
    fn counts_for_nothing(&self, key: &'static str) {
        for (kind, field) in BOTH {
            let mut world = self.clone();
            make_ready(&mut world, kind);
            let before = world.field(LEDGER, field);
            let act = example(kind);
            world.given(&act);
            let signature = world.confirmation(&act);
            let result = world.signed_by(OTHER_AUTHORITY).with_key(key).when(&signature);
            let why = refused(result, RoleMissing, "SYS.11.2", "/source");
            assert_eq!(why, Why::CertificateNotAttested { certificate: certificate(key) });
            assert_eq!(world.field(LEDGER, field), before, "{kind}");
            // Nor does it sign first, for the other to follow.
            let mut first = act;
            first["source"] = json!("agency/kominfo");
            let result = world.signed_by(OTHER_AUTHORITY).with_key(key).when(&first);
            let refusal = result.unwrap_err();
            assert_eq!(refusal.code, RoleMissing, "{kind}");
            let why = Why::CertificateNotAttested { certificate: certificate(key) };
            assert_eq!(refusal.faults[0].why, why, "{kind}");
        }
    }
}

pub(super) fn certificate(key: &str) -> String {
    enrolment(key).certificate.to_string()
}

fn not_attested(result: Result<(), Refusal>, rule: &str, key: &str) {
    let why = refused(result, RoleMissing, rule, "/source");
    assert_eq!(why, Why::CertificateNotAttested { certificate: certificate(key) });
}

#[test]
fn no_single_key_signs_both_times_under_a_key_that_it_made_for_the_other_authority() {
    let mut world = World::made();
    world.counts_for_nothing(MADE);
    // He who enrolled it does not attest it either, nor does it attest itself.
    let result = world.attests(AUTHORITY, AUTHORITY, OTHER_AUTHORITY, MADE);
    refused(result, RuleRefused, "SYS.4.9", "/source");
    let result = world.attests(OTHER_AUTHORITY, MADE, OTHER_AUTHORITY, MADE);
    not_attested(result, "SYS.4.8", MADE);
}

#[test]
fn a_lost_authority_comes_back_by_one_founder_and_another() {
    for by in [REGISTRAR, SECOND_REGISTRAR] {
        for (kind, field) in BOTH {
            let mut world = ready_for(kind);
            world.revokes(AUTHORITY, OTHER_AUTHORITY, OTHER_AUTHORITY).unwrap();
            world.enrols(AUTHORITY, OTHER_AUTHORITY, MADE, &[]).unwrap();
            world.attests(by, by, OTHER_AUTHORITY, MADE).unwrap();
            let before = world.field(LEDGER, field);
            let act = example(kind);
            world.given(&act);
            let signature = world.confirmation(&act);
            world.signed_by(OTHER_AUTHORITY).with_key(MADE).when(&signature).unwrap();
            assert_ne!(world.field(LEDGER, field), before, "{kind}");
        }
    }
    // He himself with the key that he has still.
    let mut world = World::made();
    world.attests(OTHER_AUTHORITY, OTHER_AUTHORITY, OTHER_AUTHORITY, MADE).unwrap();
    let act = example("trust.policy_adopted");
    world.given(&act);
    let signature = world.confirmation(&act);
    world.signed_by(OTHER_AUTHORITY).with_key(MADE).when(&signature).unwrap();
}

#[test]
fn a_registrar_comes_back_by_one_authority_and_the_other() {
    let mut world = world();
    world.revokes(AUTHORITY, REGISTRAR, REGISTRAR).unwrap();
    let by_registrar = world.enrols(SECOND_REGISTRAR, REGISTRAR, MADE, &[]);
    refused(by_registrar, RuleRefused, "SYS.4.6", "/source");
    world.enrols(AUTHORITY, REGISTRAR, MADE, &[]).unwrap();
    let enrols = world.clone().with_key(MADE).enrols(REGISTRAR, "p-111111111111", "x", &[]);
    not_attested(enrols, "SYS.4.1", MADE);
    world.attests(OTHER_AUTHORITY, OTHER_AUTHORITY, REGISTRAR, MADE).unwrap();
    world.with_key(MADE).enrols(REGISTRAR, "p-111111111111", "x", &[]).unwrap();
}

#[test]
fn no_authority_attests_by_registrars_whom_he_enrolled_himself() {
    let mut world = World::made();
    for (registrar, key) in [(REGISTRAR, MADE_TOO), (SECOND_REGISTRAR, "made third")] {
        world.enrols(AUTHORITY, registrar, key, &[]).unwrap();
        not_attested(world.attests(registrar, key, OTHER_AUTHORITY, MADE), "SYS.4.8", key);
        let result = world.attests(AUTHORITY, AUTHORITY, registrar, key);
        refused(result, RuleRefused, "SYS.4.9", "/source");
    }
    // Keys that one made attest each other no more than themselves.
    not_attested(world.attests(OTHER_AUTHORITY, MADE, REGISTRAR, MADE_TOO), "SYS.4.8", MADE);
    not_attested(
        world.attests(REGISTRAR, MADE_TOO, SECOND_REGISTRAR, "made third"),
        "SYS.4.8",
        MADE_TOO,
    );
    world.counts_for_nothing(MADE);
}

#[test]
fn no_key_counts_by_renewing_one_that_does_not() {
    let mut world = World::made();
    world.renews(OTHER_AUTHORITY, MADE, MADE_TOO).unwrap();
    world.counts_for_nothing(MADE_TOO);
    // It is as if the one who enrolled the first had enrolled the second.
    let result = world.attests(AUTHORITY, AUTHORITY, OTHER_AUTHORITY, MADE_TOO);
    refused(result, RuleRefused, "SYS.4.9", "/source");
    // Attested, the first makes nothing of the second.
    world.attests(REGISTRAR, REGISTRAR, OTHER_AUTHORITY, MADE).unwrap();
    world.counts_for_nothing(MADE_TOO);
}

#[test]
fn what_an_authority_renews_himself_counts_as_the_old_one_does() {
    let mut world = world();
    world.renews(OTHER_AUTHORITY, OTHER_AUTHORITY, MADE).unwrap();
    world.revokes(OTHER_AUTHORITY, OTHER_AUTHORITY, OTHER_AUTHORITY).unwrap();
    world.renews(OTHER_AUTHORITY, MADE, MADE_TOO).unwrap();
    let act = example("trust.policy_adopted");
    world.given(&act);
    let signature = world.confirmation(&act);
    world.signed_by(OTHER_AUTHORITY).with_key(MADE_TOO).when(&signature).unwrap();
    assert!(world.field(LEDGER, "policy").is_string());
    let entry = world.field(&format!("signer/{OTHER_AUTHORITY}"), "certificates")[2].clone();
    assert_eq!(entry["renews"], json!(certificate(MADE)));
    assert_eq!(entry["enrolled_by"], Value::Null);
}

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

#[test]
fn a_certificate_is_attested_once_while_it_is_active() {
    let mut world = World::made();
    let founding = world.attests(REGISTRAR, REGISTRAR, OTHER_AUTHORITY, OTHER_AUTHORITY);
    let why = refused(founding, RuleRefused, "SYS.4.8", "/data/certificate");
    assert_eq!(why, Why::CertificateAttested { certificate: certificate(OTHER_AUTHORITY) });
    let of_another = world.attests(REGISTRAR, REGISTRAR, AUTHORITY, MADE);
    let why = refused(of_another, RuleRefused, "SYS.4.8", "/data/certificate");
    assert_eq!(why, Why::CertificateNotActive { certificate: certificate(MADE) });
    let by_official = world.attests("p-e2f87a6c3b10", "p-e2f87a6c3b10", OTHER_AUTHORITY, MADE);
    refused(by_official, RoleMissing, "SYS.4.8", "/source");
    world.attests(REGISTRAR, REGISTRAR, OTHER_AUTHORITY, MADE).unwrap();
    let again = world.attests(SECOND_REGISTRAR, SECOND_REGISTRAR, OTHER_AUTHORITY, MADE);
    refused(again, RuleRefused, "SYS.4.8", "/data/certificate");
    world.enrols(AUTHORITY, OTHER_AUTHORITY, MADE_TOO, &[]).unwrap();
    world.revokes(AUTHORITY, OTHER_AUTHORITY, MADE_TOO).unwrap();
    let revoked = world.attests(REGISTRAR, REGISTRAR, OTHER_AUTHORITY, MADE_TOO);
    refused(revoked, RuleRefused, "SYS.4.8", "/data/certificate");
}

#[test]
fn no_key_counts_by_suspension_and_reinstatement() {
    let mut world = World::made();
    world.on_signer("signer.suspended", AUTHORITY, OTHER_AUTHORITY, &[]).unwrap();
    world.on_signer("signer.reinstated", AUTHORITY, OTHER_AUTHORITY, &[]).unwrap();
    world.counts_for_nothing(MADE);
    // A key that one made ends nobody's suspension, and suspends no other founder.
    world.on_signer("signer.suspended", AUTHORITY, REGISTRAR, &[]).unwrap();
    for (kind, rule) in [("signer.reinstated", "SYS.21.2"), ("signer.suspended", "SYS.21.1")] {
        let whom = if kind == "signer.suspended" { SECOND_REGISTRAR } else { REGISTRAR };
        let result = world.with_key(MADE).on_signer(kind, OTHER_AUTHORITY, whom, &[]);
        not_attested(result, rule, MADE);
    }
    let result = world.with_key(MADE).revokes(OTHER_AUTHORITY, SECOND_REGISTRAR, SECOND_REGISTRAR);
    not_attested(result, "SYS.5.1", MADE);
    let result = world.with_key(MADE).enrols(OTHER_AUTHORITY, AUTHORITY, "x", &[]);
    not_attested(result, "SYS.4.1", MADE);
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

#[test]
fn no_delegate_and_no_office_stands_in_for_the_other_authority() {
    const DEPUTY: &str = "p-e2f87a6c3b10";
    let mut world = world();
    let act = example("trust.policy_adopted");
    world.given(&act);
    let office = |kind: &str, changes: &[(&str, Value)]| {
        let usual = [
            ("/source", json!("agency/kominfo")),
            ("/subject", json!("role/inspektur")),
            ("/data/agency", json!("kominfo")),
        ];
        changed(kind, &[&usual[..], changes].concat())
    };
    world.given(&office(
        "role.appointed",
        &[("/data/person", json!(OTHER_AUTHORITY)), ("/data/head", Value::Null)],
    ));
    let delegated = office(
        "role.delegated",
        &[
            ("/data/person", json!(DEPUTY)),
            ("/data/agency", json!("dinkes")),
            ("/data/holder", json!(OTHER_AUTHORITY)),
            ("/data/mandate", json!("an")),
            ("/data/acts", Value::Null),
            ("/data/from", json!("2026-11-20")),
            ("/data/until", Value::Null),
        ],
    );
    let at = world.position;
    world.given(&delegated);
    let mut signature = world.confirmation(&act);
    signature["source"] = json!("agency/dinkes");
    signature["office"] = json!("role/inspektur");
    signature["mandate"] = json!("an");
    signature["mandateref"] = json!(at.to_string());
    let result = world.signed_by(DEPUTY).when(&signature);
    refused(result, RoleMissing, "SYS.11.2", "/source");
    assert_eq!(world.field(LEDGER, "policy"), Value::Null);
}

#[test]
fn no_agency_ends_under_those_who_have_powers_and_a_new_name_gives_none() {
    let mut world = World::made();
    for kind in ["agency.merged", "agency.dissolved"] {
        let ends = changed(
            kind,
            &[
                ("/source", json!("agency/setda")),
                ("/subject", json!("agency/kominfo")),
                ("/data/successors", json!([{ "agency": "dishub" }])),
            ],
        );
        let why = refused(world.when(&ends), RuleRefused, "SYS.20.5", "/subject");
        let persons = [OTHER_AUTHORITY, REGISTRAR].map(str::to_owned).to_vec();
        assert_eq!(why, Why::AgencyOfFounders { agency: "kominfo".to_owned(), persons });
    }
    let renamed = changed(
        "agency.renamed",
        &[
            ("/source", json!("agency/setda")),
            ("/subject", json!("agency/kominfo")),
            ("/data/functions", Value::Null),
        ],
    );
    world.given(&renamed);
    world.counts_for_nothing(MADE);
    // A move to another agency is an enrolment like any other.
    for key in [OTHER_AUTHORITY, MADE] {
        world.revokes(AUTHORITY, OTHER_AUTHORITY, key).unwrap();
    }
    let moved = [("/data/agency", json!("dishub"))];
    world.enrols(AUTHORITY, OTHER_AUTHORITY, MADE_TOO, &moved).unwrap();
    // He has moved once another founder has seen it.
    assert_eq!(world.field(LEDGER, "authorities")[1]["agency"], "kominfo");
    let act = example("trust.policy_adopted");
    world.given(&act);
    let mut signature = world.confirmation(&act);
    signature["source"] = json!("agency/dishub");
    let result = world.signed_by(OTHER_AUTHORITY).with_key(MADE_TOO).when(&signature);
    not_attested(result, "SYS.11.2", MADE_TOO);
    world.attests(REGISTRAR, REGISTRAR, OTHER_AUTHORITY, MADE_TOO).unwrap();
    assert_eq!(world.field(LEDGER, "authorities")[1]["agency"], "dishub");
    world.signed_by(OTHER_AUTHORITY).with_key(MADE_TOO).when(&signature).unwrap();
}

/// What waits is what the other will sign; what is done is done.
#[test]
fn no_act_about_an_act_changes_what_the_other_signs_or_who_has_signed() {
    for (kind, field) in BOTH {
        let mut world = ready_for(kind);
        let act = example(kind);
        world.given(&act);
        let waiting = world.confirmation(&act)["data"]["event"].clone();
        let about = |world: &World, kind: &str, event: &Value| {
            let mut about = example(kind);
            let office = about.as_object_mut().unwrap();
            for name in ["office", "mandate", "mandateref", "signedas", "decision"] {
                office.remove(name);
            }
            about["id"] = json!(format!("about-{}", world.position));
            about["source"] = json!("agency/setda");
            about["subject"] = json!(LEDGER);
            about["data"]["event"] = event.clone();
            about
        };
        let mut correction = about(&world, "event.corrected", &waiting);
        correction["data"]["corrections"] = json!([{ "field": "name", "value": "lain" }]);
        assert!(world.when(&correction).is_err(), "{kind}");
        world.confirmed(&act);
        let changed = world.field(LEDGER, field);
        for about_kind in
            ["event.corrected", "event.voided", "decision.revoked", "decision.annulled"]
        {
            let event = about(&world, about_kind, &waiting);
            let refusal = world.when(&event).unwrap_err();
            assert_eq!(refusal.rule.as_deref(), Some("SYS.9.1"), "{about_kind} of {kind}");
        }
        assert_eq!(world.field(LEDGER, field), changed, "{kind}");
    }
    // Nor of an enrolment or an attestation; and a key that one made takes back nothing.
    let mut world = World::made();
    let act = example("trust.policy_adopted");
    world.given(&act);
    let mut back = changed("event.voided", &[("/source", json!("agency/kominfo"))]);
    back["subject"] = json!(LEDGER);
    back["data"]["event"] = world.confirmation(&act)["data"]["event"].clone();
    let result = world.clone().signed_by(OTHER_AUTHORITY).with_key(MADE).when(&back);
    refused(result, RoleMissing, "SYS.9.2", "/source");
    world.clone().signed_by(OTHER_AUTHORITY).when(&back).unwrap();
    world.attests(REGISTRAR, REGISTRAR, OTHER_AUTHORITY, MADE).unwrap();
    for id in ["enrols", "attests"] {
        let (position, event) = world
            .past
            .events
            .iter()
            .find(|recorded| recorded.event.id.starts_with(id))
            .map(|recorded| (recorded.position, recorded.event.clone()))
            .unwrap();
        let agency = event.agency();
        let of =
            json!({ "agency": agency, "id": event.id, "key": event_key(&event.id).to_string() });
        let voided = changed(
            "event.voided",
            &[
                ("/id", json!(format!("voids-{position}"))),
                ("/source", json!(format!("agency/{agency}"))),
                ("/subject", json!(event.subject)),
                ("/data/event", of),
            ],
        );
        let by = if id == "enrols" { AUTHORITY } else { REGISTRAR };
        refused(world.signed_by(by).when(&voided), RuleRefused, "SYS.9.1", "/data/event");
    }
}

/// A registrar makes as many people as he likes, and none of them is anybody.
#[test]
fn no_registrar_alone_comes_near_what_takes_two_authorities() {
    const INVENTED: &str = "p-111111111111";
    for (kind, field) in BOTH {
        let mut world = ready_for(kind);
        let before = world.field(LEDGER, field);
        world.enrols(REGISTRAR, INVENTED, MADE, &[]).unwrap();
        for founder in [AUTHORITY, OTHER_AUTHORITY, SECOND_REGISTRAR] {
            let result = world.enrols(REGISTRAR, founder, MADE_TOO, &[]);
            refused(result, RuleRefused, "SYS.4.6", "/source");
        }
        let by = |source: &str| changed(kind, &[("/source", json!(source))]);
        let first = world.signed_by(REGISTRAR).when(&by("agency/kominfo"));
        assert_eq!(first.unwrap_err().code, RoleMissing, "{kind}");
        let first = world.signed_by(INVENTED).with_key(MADE).when(&by("agency/dinkes"));
        assert_eq!(first.unwrap_err().code, RoleMissing, "{kind}");
        let act = example(kind);
        world.given(&act);
        let mut signature = world.confirmation(&act);
        let result = world.signed_by(REGISTRAR).when(&signature);
        refused(result, RoleMissing, "SYS.11.2", "/source");
        signature["source"] = json!("agency/dinkes");
        let result = world.signed_by(INVENTED).with_key(MADE).when(&signature);
        refused(result, RoleMissing, "SYS.11.2", "/source");
        assert_eq!(world.field(LEDGER, field), before, "{kind}");
    }
}

/// What may be done next is told as it will be decided.
#[test]
fn who_waits_for_an_attestation_is_told_what_he_cannot_do_yet() {
    let mut world = World::made();
    world.revokes(AUTHORITY, OTHER_AUTHORITY, OTHER_AUTHORITY).unwrap();
    let asker = Asker { person: Some(OTHER_AUTHORITY.to_owned()), ..Asker::default() };
    let can = |world: &World| {
        let next = world.next(LEDGER, "jejak.bengkayangkab.go.id/61.07", &asker);
        next.open
            .iter()
            .any(|open| open.act.kind == "trust.policy_adopted" && open.may == Some(Outlook::Holds))
    };
    assert!(!can(&world));
    world.attests(REGISTRAR, REGISTRAR, OTHER_AUTHORITY, MADE).unwrap();
    assert!(can(&world));
}

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

/// Versions 1 and 2 decide as they did: there one enrols for all.
#[test]
fn a_ledger_of_an_earlier_version_goes_on_as_it_did() {
    let mut world = World::made();
    let older = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    assert!(older.contains("structural = 3"));
    world.rules = Arc::new(
        RuleSet::parse(older.replacen("structural = 3", "structural = 2", 1).as_bytes()).unwrap(),
    );
    let adopted = changed("ruleset.adopted", &[("/source", json!("agency/kominfo"))]);
    world.signed_by(OTHER_AUTHORITY).with_key(MADE).when(&adopted).unwrap();
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
