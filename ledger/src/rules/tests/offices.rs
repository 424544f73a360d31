//! One person in several offices, and offices held at another agency: a signature is judged by the office that it was
//! given for, never by the person alone.

use Code::RoleMissing;

use super::rows::{post, region};
use super::*;
use crate::registers::ROLES;

/// Works for Dinas Perhubungan.
const OFFICER: &str = "p-00000000d15b";

fn appointed(office: &str, person: &str, agency: &str, changes: &[(&str, Value)]) -> Value {
    let mut all = vec![
        ("/source", json!("agency/kominfo")),
        ("/subject", json!(office)),
        ("/data/person", json!(person)),
        ("/data/agency", json!(agency)),
        ("/data/head", Value::Null),
    ];
    all.extend(changes.iter().cloned());
    changed("role.appointed", &all)
}

/// As the regulation itself was enacted: by the secretary of the region, who was acting regent on that day.
#[test]
fn one_person_signs_for_the_office_that_he_names_and_not_for_the_other_that_he_holds() {
    let mut world = region();
    let acting = [
        ("/id", json!("plh")),
        ("/data/mandate", json!("plh")),
        ("/data/from", json!("2026-11-16")),
        ("/data/until", json!("2026-11-22")),
    ];
    world.given(&appointed("role/bupati", AUTHORITY, "setda", &acting));
    post(&mut world, &example("plan.drafted")).unwrap();
    let adopts = |changes: &[(&str, Value)]| changed("plan.adopted", changes);
    let sign = |world: &mut World, event: &Value| world.signed_by(AUTHORITY).when(event);
    // The secretary adopts no plan, and without a title he claims to be the regent himself.
    let as_secretary = adopts(&[("/office", json!("role/sekda"))]);
    refused(sign(&mut world, &as_secretary), RoleMissing, "BKY.6.4d", "/office");
    refused(sign(&mut world, &adopts(&[])), RoleMissing, "BKY.6.4d", "/office");
    let plh = [("/mandate", json!("plh")), ("/mandateref", json!("plh"))];
    sign(&mut world, &adopts(&plh)).unwrap();
    assert_eq!(world.state("plan/master"), "in_force");
    // The register shows him beside the regent, in both offices.
    let row = |office: &str| {
        let thing = &world.facts[&format!("role/{office}")];
        ROLES.row(office, thing, Class::Public, Micros(NOW))
    };
    let bupati = row("bupati");
    assert_ne!(bupati["person"], AUTHORITY);
    assert_eq!(bupati["tenures"][1]["person"], AUTHORITY);
    assert_eq!(bupati["tenures"][1]["mandate"], "plh");
    assert_eq!(bupati["tenures"][1]["until"], "2026-11-22");
    assert_eq!(
        (&row("sekda")["person"], &row("sekda")["state"]),
        (&json!(AUTHORITY), &json!("in_office"))
    );
}

/// An acting head who comes from another agency decides for the one that he heads; its recorder records it.
#[test]
fn an_acting_head_from_another_agency_decides_for_the_agency_that_he_heads() {
    let mut world = region();
    for kind in ["system.registered", "sop.adopted"] {
        post(&mut world, &example(kind)).unwrap();
    }
    let acting = [("/data/mandate", json!("plt")), ("/data/head", json!(true))];
    world.given(&appointed("role/kepala-dinkes", OFFICER, "dinkes", &acting));
    let may_record = [("/data/recorder", json!(true))];
    world.given(&appointed("role/pencatat-dinkes", "p-e2f87a6c3b10", "dinkes", &may_record));
    // His certificate is that of his own agency: for that one he is no head.
    let himself = changed(
        "personnel.transfer_assessed",
        &[
            ("/source", json!("agency/dishub")),
            ("/mandate", json!("plt")),
            ("/mandateref", json!("x")),
        ],
    );
    let found = world.signed_by(OFFICER).when(&himself);
    assert_eq!(found.unwrap_err().code, RoleMissing);
    let paper = example("subdomain.requested")["data"]["letter"].clone();
    let recorded = changed(
        "personnel.transfer_assessed",
        &[
            ("/office", json!("role/pencatat-dinkes")),
            ("/signedas", json!("pencatat")),
            (
                "/decision",
                json!({
                    "by": OFFICER, "office": "role/kepala-dinkes", "date": "2026-11-20",
                    "document": paper,
                }),
            ),
        ],
    );
    world.signed_by("p-e2f87a6c3b10").given(&recorded);
}

/// 11(2): a mandate is written down by a registrar from paper; the CIO has the regent's own powers.
#[test]
fn whoever_has_a_mandate_of_the_regent_appoints_no_cio() {
    const DELEGATE: &str = "p-7e1d5a90c3f2";
    let mut world = region();
    let mandate = |office: &str, holder: &str, id: &str| {
        changed(
            "role.delegated",
            &[
                ("/id", json!(id)),
                ("/source", json!("agency/kominfo")),
                ("/subject", json!(office)),
                ("/data/person", json!(DELEGATE)),
                ("/data/agency", json!("dinkes")),
                ("/data/holder", json!(holder)),
                ("/data/acts", Value::Null),
            ],
        )
    };
    world.given(&mandate("role/bupati", REGENT, "mandate-1"));
    let by_mandate = |kind: &str, mandate: &str| {
        let changes = [
            ("/id", json!(format!("an-{kind}"))),
            ("/source", json!("agency/dinkes")),
            ("/mandate", json!("an")),
            ("/mandateref", json!(mandate)),
        ];
        changed(kind, &changes)
    };
    let mut appointed = by_mandate("role.appointed.cio", "mandate-1");
    let result = world.signed_by(DELEGATE).when(&appointed);
    refused(result, Code::RuleRefused, "BKY.11.2", "");
    // Other decisions of the regent he makes in his name.
    world.given(&example("plan.drafted"));
    world.signed_by(DELEGATE).when(&by_mandate("plan.adopted", "mandate-1")).unwrap();
    appointed = example("role.appointed.cio");
    world.signed_by(REGENT).when(&appointed).unwrap();
    // Who coordinates in the name of the CIO is seen.
    world.signed_by(REGISTRAR).given(&mandate("role/cio", AUTHORITY, "mandate-2"));
    world.signed_by(AUTHORITY).when(&example("coordination.held.plan")).unwrap();
    assert_eq!(world.warnings, []);
    world.signed_by(DELEGATE).when(&by_mandate("coordination.held.plan", "mandate-2")).unwrap();
    let rules: Vec<_> = world.warnings.iter().map(|found| found.rule.as_str()).collect();
    assert_eq!(rules, ["BKY.11.2"]);
}
