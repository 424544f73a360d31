//! What RIWAYAT leaves as it is: whose a stream is, that it was opened, who holds a name, and who is registered.

use Code::{RoleMissing, RuleRefused, TransitionForbidden};

use super::recorders::CLERK;
use super::riwayat::{cio, given, imported, office_of, post, put, recorded_region, refused_by};
use super::rows::HEAD_OF_DINKES;
use super::*;

/// Brought in by the recorder of another agency.
fn by(agency: &str, mut import: Value) -> Value {
    import["source"] = json!(format!("agency/{agency}"));
    import["office"] = json!(office_of(agency));
    put(import, "/id", json!(format!("by-{agency}")))
}

#[test]
fn whose_an_application_is_no_other_agency_changes() {
    let mut world = recorded_region();
    given(&mut world, &imported("system.registered", "2018-03-12"));
    assert_eq!(world.field("system/simpus", "agency"), "dinkes");
    let mut taken = by("setda", imported("system.registered", "2018-03-13"));
    taken["data"]["data"]["agency"] = json!("setda");
    refused(post(&mut world, &taken), RoleMissing, "SYS.25.1", "/source");
    let mut handed = by("kominfo", imported("system.handed_over", "2018-03-13"));
    handed["data"]["data"]["agency"] = json!("kominfo");
    assert_eq!(post(&mut world, &handed).unwrap_err().code, RoleMissing);
    // Its own agency hands it over.
    let mut own = by("dinkes", handed.clone());
    own["subject"] = json!("system/simpus");
    given(&mut world, &own);
    assert_eq!(world.field("system/simpus", "agency"), "kominfo");
}

#[test]
fn whose_data_are_no_other_agency_changes_by_an_office_that_it_names() {
    let mut world = recorded_region();
    given(&mut world, &imported("dataset.registered", "2018-03-12"));
    let dataset = example("dataset.registered")["subject"].clone();
    let mut assigned = by("setda", imported("dataset.walidata_assigned", "2018-03-13"));
    assigned["subject"] = dataset.clone();
    assigned["data"]["office"] = json!("role/bupati");
    assigned["data"]["data"]["walidata"] = json!("setda");
    refused(post(&mut world, &assigned), RoleMissing, "SYS.25.1", "/source");
}

#[test]
fn what_an_office_of_another_agency_decided_is_brought_in_with_who_held_it_then() {
    let mut world = recorded_region();
    // Nobody in the ledger has held it: somebody decided all the same.
    let index = imported("index.published.region", "2019-11-20");
    let of_nobody = put(index.clone(), "/data/by", Value::Null);
    let why = refused(post(&mut world, &of_nobody), RoleMissing, "SYS.25.1", "/data/by");
    assert_eq!(why, Why::FieldMissing);
    given(&mut world, &index);
    let plan = put(imported("plan.adopted", "2017-01-09"), "/data/by", Value::Null);
    let mut other = by("dinkes", plan.clone());
    let why = refused(post(&mut world, &other), RoleMissing, "SYS.25.1", "/data/by");
    assert_eq!(why, Why::FieldMissing);
    other["data"]["by"] = json!(HEAD_OF_DINKES);
    let why = refused(post(&mut world, &other), RoleMissing, "SYS.25.1", "/data/by");
    assert!(matches!(why, Why::OfficeNotHeld { .. }), "{why:?}");
    // The agency of the office itself knows it from its own registers.
    given(&mut world, &plan);
}

#[test]
fn to_whom_a_sanction_is_moves_nobody_of_that_agency() {
    let mut world = recorded_region();
    given(&mut world, &imported("sanction.imposed.regent", "2019-02-01"));
    let (subject, on) = {
        let imposed = example("sanction.imposed.regent");
        (imposed["subject"].clone(), imposed["data"]["on"].clone())
    };
    assert_eq!(world.field(subject.as_str().unwrap(), "on"), on);
    let own = on.as_str().unwrap().to_owned();
    for name in ["sanction.imposed.regent", "sanction.imposed.certificate"] {
        let mut moved = by(&own, imported(name, "2019-02-02"));
        moved["subject"] = subject.clone();
        moved["data"]["data"]["on"] = json!("setda");
        assert!(post(&mut world, &moved).is_err(), "{name}");
        assert_eq!(world.field(subject.as_str().unwrap(), "on"), on);
    }
}

#[test]
fn what_was_opened_is_not_opened_again() {
    let mut world = recorded_region();
    given(&mut world, &imported("sanction.imposed.regent", "2019-02-01"));
    let again = put(imported("sanction.imposed.regent", "2019-02-02"), "/id", json!("again"));
    let (_, why) = refused_by(post(&mut world, &again), TransitionForbidden, "/subject");
    assert!(matches!(why, Why::StateForbids { .. }), "{why:?}");
}

#[test]
fn a_topic_stays_with_the_one_who_holds_it_also_where_today_that_is_a_finding() {
    let mut world = recorded_region();
    given(&mut world, &imported("dataset.registered", "2018-03-12"));
    let held = |world: &World| -> Vec<(String, Value)> {
        let rows = world.facts.iter().filter(|(key, _)| key.starts_with("index:dataset"));
        rows.map(|(key, row)| {
            let fields = row.fields.iter().map(|(name, field)| (name.clone(), field.to_json()));
            (key.clone(), Value::Object(fields.collect()))
        })
        .collect()
    };
    let before = held(&world);
    assert!(!before.is_empty());
    let mut fake = by("setda", imported("dataset.walidata_assigned", "2018-03-13"));
    fake["subject"] = json!("dataset/fake");
    fake["data"]["office"] = json!("role/bupati");
    fake["data"]["data"]["walidata"] = json!("setda");
    fake["data"]["data"]["topic"] = example("dataset.registered")["data"]["topic"].clone();
    drop(world.signed_by(CLERK).when(&fake));
    assert_eq!(held(&world), before);
}

#[test]
fn an_agency_that_is_not_registered_does_not_come_into_being() {
    let mut world = recorded_region();
    let ghost = put(imported("pse.registered", "2018-03-12"), "/subject", json!("agency/ghost"));
    let why = refused(post(&mut world, &ghost), RuleRefused, "SYS.25.5", "/subject");
    assert_eq!(why, Why::AgencyUnknown { agency: "ghost".to_owned() });
}

#[test]
fn a_tenure_that_is_brought_in_began_and_ended_before_the_ledger() {
    let mut world = recorded_region();
    let today = put(cio(), "/data/data/from", json!("2026-11-20"));
    let today = world.signed_by(REGISTRAR).when(&today);
    let why = refused(today, RuleRefused, "SYS.25.3", "/data/data/from");
    assert!(matches!(why, Why::NotBeforeTheLedger { .. }));
    world.signed_by(REGISTRAR).given(&cio());
    let mut ended = put(cio(), "/id", json!("ended"));
    ended["data"]["act"] = json!("role.ended");
    ended["data"]["at"] = json!("2021-01-31");
    ended["data"]["data"] =
        json!({ "person": "p-777777777777", "date": "2026-11-20", "reason": "Mutasi" });
    let ended = world.signed_by(REGISTRAR).when(&ended);
    refused(ended, RuleRefused, "SYS.25.3", "/data/data/date");
}
