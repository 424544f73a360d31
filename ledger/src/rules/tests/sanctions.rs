//! Sanctions: what they rest on, who ends them, and what becomes of a certificate that was misused.

use Code::{RoleMissing, RuleRefused};

use super::decisions::ends;
use super::rows::{post, region};
use super::*;

const CERTIFICATE: &str = "cert/4f2a91c0";
const BUPATI: &str = "p-0d94be6a17f2";

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
    assert_eq!(world.state(CERTIFICATE), "misuse_open");
    assert_eq!(world.field(CERTIFICATE, "misuse")["facts"], "Dipakai lagi oleh orang lain");
    world.given(&sanction("s2"));
    world.given(&ends("decision.annulled", &sanction("s1")));
    assert_eq!(world.state(CERTIFICATE), "misuse_sanctioned");
    let third = world.when(&sanction("s3"));
    refused(third, RuleRefused, "BKY.39.5", "/data/certificate");
    world.given(&ends("decision.annulled", &sanction("s2")));
    assert_eq!(world.state(CERTIFICATE), "misuse_open");
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
    world.signed_by(OTHER_AUTHORITY).given(&event);
    for kind in ["decision.revoked", "decision.annulled"] {
        let ended = ends(kind, &event);
        refused(world.when(&ended), RoleMissing, "SYS.10.2", "/source");
    }
    refused(world.when(&voids(&event, "kominfo")), RoleMissing, "SYS.9.2", "/source");
    let his = |kind: &str| {
        let changes = [
            ("/source", json!("agency/kominfo")),
            ("/office", Value::Null),
            ("/subject", json!("sanction/s1")),
        ];
        changed(kind, &changes)
    };
    for kind in ["sanction.complied", "sanction.lifted"] {
        refused(world.when(&his(kind)), RuleRefused, "BKY.43.1", "/subject");
    }
    // His colleague does.
    world.signed_by(OTHER_AUTHORITY).given(&his("sanction.complied"));
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
