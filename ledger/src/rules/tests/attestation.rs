//! What no single key can do, way by way: come into the power of somebody else by a certificate that it enrolled itself.

use Code::{RoleMissing, RuleRefused};

use super::powers::{BOTH, LEDGER, make_ready, ready_for, world};
use super::signers::*;
use super::*;

impl World {
    /// A key that the authority has enrolled for the other authority, alone.
    pub(super) fn made() -> Self {
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
