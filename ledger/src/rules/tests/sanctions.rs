//! Sanctions: what they rest on, who ends them, and what becomes of a certificate that was misused.

use Code::{RoleMissing, RuleRefused};

use super::decisions::ends;
use super::recorders::recorded;
use super::rows::{post, region};
use super::*;

const CERTIFICATE: &str = "cert/4f2a91c0";
const BUPATI: &str = "p-0d94be6a17f2";

/// Signs for the agency on which a sanction is.
const GUEST: &str = "p-00000000d15b";

/// He acts for the regent.
fn acting_regent() -> Value {
    let acting = [
        ("/id", json!("plh")),
        ("/source", json!("agency/kominfo")),
        ("/subject", json!("role/bupati")),
        ("/data/person", json!(GUEST)),
        ("/data/agency", json!("setda")),
        ("/data/mandate", json!("plh")),
        ("/data/head", Value::Null),
    ];
    changed("role.appointed", &acting)
}

fn misused() -> World {
    let mut world = region();
    world.given_all(&["certificate.issued", "certificate.misuse_found"]);
    world
}

fn sanction(id: &str) -> Value {
    let subject = json!(format!("sanction/{id}"));
    changed("sanction.imposed.certificate", &[("/id", json!(id)), ("/subject", subject)])
}

/// A sanction of the regent on an agency, with the finding that it rests on.
fn sanctioned(agency: &str) -> (World, Value) {
    let mut world = region();
    post(&mut world, &changed("finding.recorded", &[("/data/agency", json!(agency))])).unwrap();
    let event = changed("sanction.imposed.regent", &[("/data/on", json!(agency))]);
    post(&mut world, &event).unwrap();
    (world, event)
}

fn voids(event: &Value, agency: &str) -> Value {
    let mut voided = ends("event.voided", event);
    voided["source"] = json!(format!("agency/{agency}"));
    let members = voided.as_object_mut().unwrap();
    members.remove("office");
    voided["data"].as_object_mut().unwrap().remove("decision");
    voided
}

#[test]
fn a_report_of_a_breach_is_enough_for_a_sanction_and_one_that_finds_none_is_not() {
    let imposed = |complies: bool| {
        let mut world = region();
        let about = [
            ("/data/agency", json!("dinkes")),
            ("/data/rule", json!("BKY.28.1")),
            ("/data/complies", json!(complies)),
        ];
        post(&mut world, &changed("oversight.performed", &about)).unwrap();
        let cites = [("/data/finding", Value::Null), ("/data/oversight", json!("2026-1"))];
        let result = post(&mut world, &changed("sanction.imposed.regent", &cites));
        (result, world.warnings.clone())
    };
    let (result, warnings) = imposed(false);
    result.unwrap();
    assert_eq!(warnings, []);
    refused(imposed(true).0, RuleRefused, "BKY.43.1", "/data/oversight");
}

#[test]
fn a_sanction_that_ends_leaves_the_certificate_misused_and_not_sanctioned() {
    for kind in ["decision.annulled", "decision.revoked"] {
        let mut world = misused();
        world.given(&sanction("s1"));
        assert_eq!(world.state(CERTIFICATE), "misuse_sanctioned");
        // Looked at since, which leads it nowhere.
        world.given(&example("certificate.monitored"));
        world.given(&ends(kind, &sanction("s1")));
        assert_eq!(world.state(CERTIFICATE), "misuse_open", "{kind}");
        assert_ne!(world.field(CERTIFICATE, "monitored"), Value::Null);
        world.given(&sanction("s2"));
        assert_eq!(world.state(CERTIFICATE), "misuse_sanctioned");
    }
}

#[test]
fn a_second_misuse_is_found_and_sanctioned_and_the_first_sanction_does_not_end_the_second() {
    let mut world = misused();
    world.given(&sanction("s1"));
    let again = [("/id", json!("again")), ("/data/facts", json!("Dipakai lagi oleh orang lain"))];
    world.given(&changed("certificate.misuse_found", &again));
    assert_eq!(world.state(CERTIFICATE), "misuse_again");
    assert_eq!(world.field(CERTIFICATE, "misuse")["facts"], "Dipakai lagi oleh orang lain");
    world.given(&sanction("s2"));
    world.given(&ends("decision.annulled", &sanction("s1")));
    assert_eq!(world.state(CERTIFICATE), "misuse_sanctioned");
    let third = world.when(&sanction("s3"));
    refused(third, RuleRefused, "BKY.39.5", "/data/certificate");
    world.given(&ends("decision.annulled", &sanction("s2")));
    assert_eq!(world.state(CERTIFICATE), "misuse_again");
}

fn again() -> Value {
    let later = json!("2026-11-20T09:30:00+07:00");
    changed("certificate.misuse_found", &[("/id", json!("again")), ("/time", later)])
}

/// A sanction ends; the certificate goes on with what was found since.
fn ended(kind: &str, sanction: &str, names: &str) -> Value {
    let mut event = example(kind);
    event["subject"] = json!(format!("sanction/{sanction}"));
    let data = event["data"].as_object_mut().unwrap();
    data.remove("certificate");
    data.insert(names.to_owned(), json!("4f2a91c0"));
    event
}

#[test]
fn a_certificate_whose_second_misuse_proved_wrong_is_used_again_once_the_sanction_has_ended() {
    for kind in ["sanction.lifted.certificate", "sanction.complied.certificate"] {
        let mut world = misused();
        world.given(&sanction("s1")).given(&again());
        world.given(&ended(kind, "s1", "still_misused"));
        assert_eq!(world.state(CERTIFICATE), "misuse_open");
        // The end of the sanction has followed, and rests on it.
        let void = voids(&again(), "kominfo");
        refused(world.when(&void), RuleRefused, "SYS.9.3", "/data/event");
        world.given(&ends("decision.annulled", &again()));
        assert_eq!(world.state(CERTIFICATE), "active", "{kind}");
        // It is known by what was found first.
        assert_eq!(world.field(CERTIFICATE, "misuse")["facts"], "Kata sandi kunci dipakai bersama");
        world.given(&example("transaction.signed"));
    }
}

#[test]
fn while_the_sanction_runs_a_second_misuse_that_proved_wrong_leaves_the_certificate_sanctioned() {
    for looked_at in [false, true] {
        let mut world = misused();
        world.given(&sanction("s1")).given(&again());
        if looked_at {
            world.given(&example("certificate.monitored"));
        }
        world.given(&ends("decision.annulled", &again()));
        assert_eq!(world.state(CERTIFICATE), "misuse_sanctioned");
        world.given(&ended("sanction.lifted.certificate", "s1", "certificate"));
        assert_eq!(world.state(CERTIFICATE), "active");
    }
    // Revoked, it is found no more from then on.
    let mut world = misused();
    world.given(&sanction("s1")).given(&again());
    world.given(&ends("decision.revoked", &again()));
    assert_eq!(world.state(CERTIFICATE), "misuse_sanctioned");
    world.given(&ended("sanction.lifted.certificate", "s1", "certificate"));
    assert_eq!(world.state(CERTIFICATE), "active");
}

/// 39(3) is a duty: that the certificate was looked at since stands in no way.
#[test]
fn misuse_that_proved_wrong_is_annulled_also_after_the_certificate_was_monitored() {
    let mut world = misused();
    world.given(&example("certificate.monitored"));
    let found = example("certificate.misuse_found");
    let void = voids(&found, "kominfo");
    refused(world.when(&void), RuleRefused, "SYS.9.3", "/data/event");
    let annulled = ends("decision.annulled", &found);
    // Nobody but DINAS, and not the holder.
    let mut by_other = annulled.clone();
    by_other["source"] = json!("agency/dishub");
    refused(world.when(&by_other), RoleMissing, "SYS.10.2", "/source");
    let mut sanctioned = world.clone();
    sanctioned.given(&sanction("s1"));
    refused(sanctioned.when(&annulled), RuleRefused, "SYS.10.3", "/data/event");
    world.given(&annulled);
    assert_eq!(world.state(CERTIFICATE), "active");
    assert_eq!(world.field(CERTIFICATE, "misuse"), Value::Null);
    world.given(&example("transaction.signed"));
}

#[test]
fn the_first_sanction_ends_beside_the_second_without_freeing_the_certificate() {
    let mut world = misused();
    world.given(&sanction("s1")).given(&again());
    let mut second = sanction("s2");
    second["time"] = json!("2026-11-20T09:45:00+07:00");
    world.given(&second);
    world.given(&ended("sanction.lifted.certificate", "s1", "still_misused"));
    assert_eq!(world.state(CERTIFICATE), "misuse_sanctioned");
    world.given(&ended("sanction.lifted.certificate", "s2", "certificate"));
    assert_eq!(world.state(CERTIFICATE), "active");
}

#[test]
fn what_is_said_of_a_sanction_on_a_person_is_as_little_public_as_the_sanction() {
    let rules = RuleSet::parse(BENGKAYANG_19_2020).unwrap();
    let class =
        |event: &Value| rules.class_of(&Event::parse(event.to_string().as_bytes()).unwrap());
    let objection = [("/data/certificate", json!("4f2a91c0"))];
    assert_eq!(class(&changed("sanction.objected", &objection)), Class::Internal);
    assert_eq!(class(&example("sanction.objected")), Class::Public);
    for kind in ["sanction.complied.certificate", "sanction.lifted.certificate"] {
        assert_eq!(class(&ended(kind, "s1", "certificate")), Class::Internal);
        assert_eq!(class(&ended(kind, "s1", "still_misused")), Class::Internal);
    }
    // What would be public of it is refused.
    let mut world = misused();
    world.given(&sanction("s1"));
    for kind in ["sanction.objected", "sanction.complied", "sanction.lifted"] {
        let mut event = changed(kind, &[("/subject", json!("sanction/s1"))]);
        if kind != "sanction.objected" {
            event["source"] = json!("agency/kominfo");
            event.as_object_mut().unwrap().remove("office");
        }
        refused(world.when(&event), RuleRefused, "BKY.39.5", "/subject");
        assert_eq!(world.facts["sanction/s1"].class, Class::Internal);
    }
}

#[test]
fn the_kind_of_a_sanction_is_no_slip_of_the_pen() {
    let mut world = misused();
    let event = sanction("s1");
    world.given(&event);
    let mut corrected = voids(&event, "kominfo");
    corrected["type"] = json!("event.corrected");
    corrected["data"]["corrections"] = json!([{ "field": "kind", "value": "Pemberhentian" }]);
    let why = world.when(&corrected);
    let why = refused(why, RuleRefused, "SYS.9.4", "/data/corrections/0/field");
    assert_eq!(why, Why::FieldDecides { field: "kind".to_owned() });
}

/// An office of the regent, held or used by somebody of the agency on which the sanction is.
#[test]
fn nobody_of_the_agency_on_which_a_sanction_is_ends_it_in_the_office_of_another() {
    let (mut world, event) = sanctioned("dishub");
    world.given(&acting_regent());
    let mut by_guest = |mut act: Value, rule: &str| {
        act["source"] = json!("agency/setda");
        act["office"] = json!("role/bupati");
        act["mandate"] = json!("plh");
        act["mandateref"] = json!("plh");
        let result = world.signed_by(GUEST).of_agency("dishub").when(&act);
        let why = refused(
            result,
            RoleMissing,
            rule,
            if rule == "SYS.10.2" { "/office" } else { "/source" },
        );
        (why, act)
    };
    let party = Why::ActorIsParty { party: "dishub".to_owned() };
    assert_eq!(by_guest(example("sanction.lifted"), "SYS.12.3").0, party);
    assert_eq!(by_guest(example("sanction.complied"), "SYS.12.3").0, party);
    assert_eq!(by_guest(voids(&event, "setda"), "SYS.9.2").0, party);
    by_guest(ends("decision.annulled", &event), "SYS.10.2");
    let (_, act) = by_guest(ends("decision.revoked", &event), "SYS.10.2");
    // Of another agency he does.
    world.signed_by(GUEST).of_agency("setda").given(&act);
}

/// The regent's own hand ends a sanction on his own agency, not one to whom he gave it.
#[test]
fn a_delegate_of_the_agency_on_which_a_sanction_is_does_not_end_it() {
    let (mut world, event) = sanctioned("setda");
    let given = [
        ("/source", json!("agency/setda")),
        ("/office", json!("role/bupati")),
        ("/subject", json!("role/bupati")),
        ("/data/person", json!(AUTHORITY)),
        ("/data/agency", json!("setda")),
        ("/data/holder", json!(BUPATI)),
        ("/data/acts", Value::Null),
    ];
    world.signed_by(BUPATI).given(&changed("role.delegated", &given));
    let mut lifted = example("sanction.lifted");
    let mut annulled = ends("decision.annulled", &event);
    for act in [&mut lifted, &mut annulled] {
        act["mandate"] = json!("an");
        act["mandateref"] = example("role.delegated")["id"].clone();
    }
    let why = world.signed_by(AUTHORITY).when(&lifted);
    let why = refused(why, RoleMissing, "SYS.12.3", "/source");
    assert_eq!(why, Why::ActorIsParty { party: "setda".to_owned() });
    refused(world.signed_by(AUTHORITY).when(&annulled), RoleMissing, "SYS.10.2", "/office");
    let mut himself = world.clone();
    post(&mut himself, &ends("decision.annulled", &event)).unwrap();
    post(&mut world, &example("sanction.lifted")).unwrap();
}

/// A decider who is enrolled for the agency on which it is, by a paper that another agency writes down.
#[test]
fn the_paper_of_a_decider_of_the_agency_on_which_a_sanction_is_does_not_end_it() {
    let (mut world, _) = sanctioned("dishub");
    world.given(&acting_regent());
    let recorder = [
        ("/id", json!("pencatat")),
        ("/source", json!("agency/kominfo")),
        ("/subject", json!("role/pencatat-setda")),
        ("/data/person", json!(RECORDER)),
        ("/data/agency", json!("setda")),
        ("/data/recorder", json!(true)),
        ("/data/head", Value::Null),
    ];
    world.given(&changed("role.appointed", &recorder));
    let by = (GUEST, "role/bupati");
    let mut lifted = recorded(example("sanction.lifted"), "role/pencatat-setda", by, "2026-11-20");
    lifted["source"] = json!("agency/setda");
    // Of whom it is not known for which agency he signs, his office speaks.
    world.clone().signed_by(RECORDER).given(&lifted);
    let mut signer = Thing::new(Position(0), Micros(0), Class::Public);
    signer.fields.insert("agency".to_owned(), Field::from("dishub"));
    world.facts.insert(format!("signer/{GUEST}"), signer);
    let why = world.signed_by(RECORDER).when(&lifted);
    let why = refused(why, RoleMissing, "SYS.12.3", "/source");
    assert_eq!(why, Why::ActorIsParty { party: "dishub".to_owned() });
}

/// What version 2 has left, it leaves.
#[test]
fn under_version_2_a_sanction_that_ends_leaves_the_certificate_as_it_is() {
    let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    let text = text.replacen("structural = 3", "structural = 2", 1);
    let mut world = misused();
    world.rules = Arc::new(RuleSet::parse(text.as_bytes()).unwrap());
    world.given(&sanction("s1"));
    world.given(&ends("decision.annulled", &sanction("s1")));
    assert_eq!(world.state(CERTIFICATE), "misuse_sanctioned");
}

#[test]
fn nobody_takes_back_a_sanction_on_his_own_agency_but_the_office_that_imposed_it() {
    let (mut world, event) = sanctioned("setda");
    let by_own = voids(&event, "setda");
    let mut by = |person: &'static str, void: &Value| world.signed_by(person).when(void);
    refused(by(AUTHORITY, &by_own), RoleMissing, "SYS.9.2", "/source");
    let mut corrected = by_own.clone();
    corrected["type"] = json!("event.corrected");
    corrected["data"]["corrections"] = json!([{ "field": "legal_basis", "value": "x" }]);
    refused(by(AUTHORITY, &corrected), RoleMissing, "SYS.9.2", "/source");
    by(OTHER_AUTHORITY, &voids(&event, "kominfo")).unwrap();
    // The regent is of that agency himself.
    let (mut world, event) = sanctioned("setda");
    let mut himself = voids(&event, "setda");
    himself["office"] = json!("role/bupati");
    world.signed_by(BUPATI).when(&himself).unwrap();
    let (mut world, event) = sanctioned("setda");
    post(&mut world, &ends("decision.annulled", &event)).unwrap();
    // An authority of another agency than the one on which it is.
    let (mut world, event) = sanctioned("dinkes");
    world.signed_by(AUTHORITY).when(&voids(&event, "setda")).unwrap();
}

#[test]
fn nobody_takes_back_what_was_found_about_his_own_agency() {
    let mut world = region();
    let found = changed("finding.recorded", &[("/data/agency", json!("setda"))]);
    post(&mut world, &found).unwrap();
    let void = world.signed_by(AUTHORITY).when(&voids(&found, "setda"));
    refused(void, RoleMissing, "SYS.9.2", "/source");
    world.signed_by(OTHER_AUTHORITY).when(&voids(&found, "kominfo")).unwrap();
}

/// Of the agency that imposes it, but not himself.
#[test]
fn the_holder_of_a_misused_certificate_ends_no_sanction_on_himself() {
    let mut world = region();
    let holder = ("/data/holder", json!(REGISTRAR));
    world.given(&changed("certificate.issued", std::slice::from_ref(&holder)));
    world.given(&changed("certificate.misuse_found", &[holder]));
    let mut event = sanction("s1");
    event["data"]["on"] = json!(REGISTRAR);
    refused(world.when(&event), RuleRefused, "BKY.39.5", "/data/on");
    world.signed_by(OTHER_AUTHORITY).given(&event);
    for kind in ["decision.revoked", "decision.annulled"] {
        let ended = ends(kind, &event);
        refused(world.when(&ended), RoleMissing, "SYS.10.2", "/source");
    }
    refused(world.when(&voids(&event, "kominfo")), RoleMissing, "SYS.9.2", "/source");
    let his = |kind: &str| changed(kind, &[("/subject", json!("sanction/s1"))]);
    for kind in ["sanction.complied.certificate", "sanction.lifted.certificate"] {
        refused(world.when(&his(kind)), RuleRefused, "BKY.39.5", "/subject");
    }
    // His colleague does.
    world.signed_by(OTHER_AUTHORITY).given(&his("sanction.complied.certificate"));
    assert_eq!(world.state("sanction/s1"), "closed");
}

/// The regent's decision stands as the agency's that recorded it; it is not the agency's to end.
#[test]
fn an_agency_that_recorded_the_regents_sanction_does_not_end_it() {
    let mut world = region();
    world.given(&example("finding.recorded"));
    let appointed = [
        ("/source", json!("agency/setda")),
        ("/subject", json!("role/pencatat-kominfo")),
        ("/data/person", json!(REGISTRAR)),
        ("/data/agency", json!("kominfo")),
        ("/data/head", Value::Null),
        ("/data/recorder", json!(true)),
    ];
    world.given(&changed("role.appointed", &appointed));
    let mut event = example("sanction.imposed.regent");
    event["source"] = json!("agency/kominfo");
    event["office"] = json!("role/pencatat-kominfo");
    event["signedas"] = json!("pencatat");
    event["decision"] = json!({
        "by": BUPATI, "office": "role/bupati", "date": "2026-11-20",
        "document": example("subdomain.requested")["data"]["letter"],
    });
    world.given(&event);
    assert_eq!(world.field("sanction/2026-2", "imposed_by"), "kominfo");
    let by_dinas = [("/source", json!("agency/kominfo")), ("/office", Value::Null)];
    for kind in ["sanction.complied", "sanction.lifted"] {
        let ended = changed(kind, &by_dinas);
        refused(world.when(&ended), RoleMissing, "BKY.43.1", "/source");
    }
    // Nor does the recorder take it back where it is on his own agency.
    let (mut world, _) = sanctioned("dinkes");
    world.given(&changed("role.appointed", &appointed));
    let on_kominfo = [
        ("/id", json!("on-kominfo")),
        ("/subject", json!("finding/k")),
        ("/data/agency", json!("kominfo")),
    ];
    world.signed_by(OTHER_AUTHORITY).given(&changed("finding.recorded", &on_kominfo));
    event["id"] = json!("k1");
    event["subject"] = json!("sanction/k1");
    event["data"]["finding"] = json!("k");
    event["data"]["on"] = json!("kominfo");
    refused(world.when(&event), RoleMissing, "SYS.12.3", "/source");
    // One that version 2 let him record.
    let third = Arc::clone(&world.rules);
    let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    let text = text.replacen("structural = 3", "structural = 2", 1);
    world.rules = Arc::new(RuleSet::parse(text.as_bytes()).unwrap());
    world.given(&event);
    world.rules = third;
    refused(world.when(&voids(&event, "kominfo")), RoleMissing, "SYS.9.2", "/source");
}
