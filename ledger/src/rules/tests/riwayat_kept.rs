//! What RIWAYAT leaves as it is: whose a stream is, that it was opened, who holds a name, and who is registered.

use Code::{RoleMissing, RuleRefused, TransitionForbidden};

use super::recorders::CLERK;
use super::riwayat::{
    cio, given, imported, of_agency, office_of, post, put, recorded_region, refused_by,
};
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

#[test]
fn on_what_one_agency_has_brought_in_another_brings_in_what_would_be_accepted_today() {
    let mut world = recorded_region();
    given(&mut world, &imported("system.registered", "2018-03-12"));
    given(&mut world, &imported("subdomain.requested", "2018-04-01"));
    let name = example("subdomain.requested")["subject"].clone();
    let again = by("setda", imported("subdomain.requested", "2018-04-02"));
    assert!(post(&mut world, &again).is_err());
    assert_eq!(world.field(name.as_str().unwrap(), "request")["by"], "dinkes");
    given(&mut world, &imported("subdomain.granted", "2018-05-02"));
    // The regent's policy becomes nobody else's.
    given(&mut world, &imported("policy.adopted", "2018-04-30"));
    let mut other = by("dinkes", imported("policy.adopted", "2018-05-01"));
    other["data"]["data"]["form"] = json!("other");
    other["data"]["data"]["drafted_by"] = json!("dinkes");
    assert!(post(&mut world, &other).is_err());
    // A general application stays with the agency that built it.
    let mut built = imported("app.built.general", "2018-04-30");
    built["subject"] = json!("system/umum");
    given(&mut world, &built);
    for name in ["system.registered", "app.retired"] {
        let mut taken = by("setda", imported(name, "2018-06-30"));
        taken["subject"] = json!("system/umum");
        taken["data"]["data"]["agency"] = json!("setda");
        assert!(post(&mut world, &taken).is_err(), "{name}");
    }
    assert_eq!(world.state("system/umum"), "built");
}

#[test]
fn an_index_that_one_agency_has_brought_in_no_other_replaces() {
    let mut world = recorded_region();
    let index = imported("index.published.region", "2019-11-20");
    given(&mut world, &index);
    let mut better = by("dinkes", put(index.clone(), "/data/at", json!("2019-11-21")));
    better["data"]["data"]["index"] = json!("4.90");
    better["data"]["data"]["predicate"] = json!("Memuaskan");
    assert!(post(&mut world, &better).is_err());
    let subject = index["subject"].as_str().unwrap();
    assert_eq!(world.field(subject, "riwayat").as_array().unwrap().len(), 1);
}

#[test]
fn what_a_decision_has_ended_of_the_ledgers_own_time_takes_no_riwayat() {
    let mut world = recorded_region();
    let grant = imported("subdomain.granted", "2018-05-02");
    given(&mut world, &grant);
    let site = imported("site.opened.pse", "2018-06-01");
    given(&mut world, &site);
    let subject = site["subject"].as_str().unwrap().to_owned();
    assert_eq!(world.state(&subject), "open");
    let mut end = decisions::ends("decision.revoked", &grant);
    end["source"] = json!("agency/kominfo");
    world.given(&put(end, "/office", Value::Null));
    assert_eq!(world.state(&subject), "closed");
    let mut again = put(site, "/id", json!("opened-again"));
    again["data"]["at"] = json!("2018-06-02");
    let (rule, why) = refused_by(post(&mut world, &again), TransitionForbidden, "/subject");
    assert_eq!((rule.as_str(), why), ("SYS.25.4", Why::KnownOtherwise { thing: subject }));
}

#[test]
fn a_test_that_failed_leads_nowhere() {
    let mut world = recorded_region();
    let mut failed = imported("app.tested", "2018-05-30");
    failed["data"]["data"]["verdict"] = json!("failed");
    let subject = failed["subject"].as_str().unwrap().to_owned();
    drop(post(&mut world, &failed));
    let state = world.facts.get(&subject).map(|system| system.state.clone());
    assert!(!matches!(state.as_deref(), Some("live" | "verified")), "{state:?}");
}

#[test]
fn what_somebody_did_himself_his_own_agency_tells() {
    let mut world = recorded_region();
    let mut objection = imported("sanction.objected.certificate", "2019-06-01");
    let agency = objection["source"].as_str().unwrap().trim_start_matches("agency/").to_owned();
    let other = if agency == "dinkes" { "setda" } else { "dinkes" };
    let person = of_agency(&mut world, other);
    objection["data"]["by"] = json!(person);
    assert_eq!(post(&mut world, &objection).unwrap_err().code, RoleMissing);
}

#[test]
fn who_was_the_first_to_tell_overwrites_nothing_that_another_has_told_since() {
    let mut world = recorded_region();
    let policy = imported("policy.adopted", "2018-04-30");
    let stream = policy["subject"].as_str().unwrap().to_owned();
    let mut first = by("dinkes", imported("coordination.held.instrument", "2018-03-01"));
    first["subject"] = policy["subject"].clone();
    first["data"].as_object_mut().unwrap().remove("office");
    given(&mut world, &first);
    given(&mut world, &policy);
    let mut other = by("dinkes", put(policy.clone(), "/data/at", json!("2018-05-30")));
    other["id"] = json!("other");
    other["data"]["data"]["form"] = json!("other");
    other["data"]["data"]["drafted_by"] = json!("dinkes");
    assert!(post(&mut world, &other).is_err());
    assert_eq!(world.field(&stream, "riwayat").as_array().unwrap().len(), 2);
}

#[test]
fn what_another_agency_has_told_stays_told_however_much_follows() {
    let mut world = recorded_region();
    for name in ["system.registered", "app.built.special", "app.tested"] {
        let import = imported(name, "2018-01-01");
        given(&mut world, &put(import, "/subject", json!("system/simpus")));
    }
    let mut more = imported("app.legality_declared", "2018-01-02");
    more["subject"] = json!("system/simpus");
    for number in 0..70 {
        more["id"] = json!(format!("more-{number}"));
        given(&mut world, &more);
    }
    let marks = world.field("system/simpus", "riwayat").as_array().unwrap().clone();
    assert_eq!(marks.len(), 64);
    let told = |agency: &str| marks.iter().filter(|mark| mark["agency"] == agency).count();
    assert_eq!((told("kominfo"), told("dinkes")), (1, 63));
}

#[test]
fn for_an_office_that_nobody_is_known_to_have_held_only_who_tells_alone_speaks() {
    let mut world = recorded_region();
    let opened = imported("evaluation.opened", "2019-03-01");
    given(&mut world, &opened);
    let mut index = imported("index.published.region", "2019-11-20");
    index["subject"] = opened["subject"].clone();
    index["data"]["data"]["year"] = opened["data"]["data"]["year"].clone();
    let why = refused(post(&mut world, &index), RoleMissing, "SYS.25.1", "/data/by");
    assert!(matches!(why, Why::OfficeNotHeld { .. }), "{why:?}");
}

#[test]
fn a_name_that_the_ledger_itself_knows_otherwise_is_asked_as_today() {
    let mut world = recorded_region();
    world.given_all(&["system.registered", "subdomain.requested", "subdomain.granted"]);
    world.given(&example("subdomain.revoked"));
    assert!(post(&mut world, &imported("site.opened.pse", "2018-06-01")).is_err());
}

#[test]
fn what_came_later_an_older_act_does_not_reach() {
    let mut world = recorded_region();
    let site = imported("site.opened.pse", "2018-06-01");
    given(&mut world, &site);
    given(&mut world, &imported("subdomain.requested", "2018-04-01"));
    drop(post(&mut world, &imported("subdomain.granted", "2018-05-02")));
    assert_eq!(world.state(site["subject"].as_str().unwrap()), "open");
}
