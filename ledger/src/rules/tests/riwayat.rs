//! RIWAYAT: acts from before the ledger, brought in from registers.

use std::collections::BTreeSet;

use Code::{ContentInvalid, RoleMissing, RuleRefused, TransitionForbidden, TypeUnknown};

use super::corrections::{corrected, row, voided};
use super::recorders::CLERK;
use super::rows::{HEAD_OF_DINKES, region};
use super::*;
use crate::registers::{Register, SUBDOMAINS, SYSTEMS, names_of_marks};

const NAME: &str = "subdomain/simpus.bengkayangkab.go.id";
const SYSTEM: &str = "system/simpus";

/// The office of the recorder of an agency.
pub(super) fn office_of(agency: &str) -> String {
    format!("role/pencatat-{agency}")
}

/// The region, with a recorder in each of these agencies, who is the same person.
fn with_recorders(agencies: &[&str]) -> World {
    let mut world = region();
    for agency in agencies {
        if !world.facts.contains_key(&format!("agency/{agency}")) {
            world.given(&changed(
                "agency.registered",
                &[
                    ("/subject", json!(format!("agency/{agency}"))),
                    ("/data/agency", json!(agency)),
                    ("/data/name", json!(format!("Instansi {agency}"))),
                    ("/data/short_names", Value::Null),
                ],
            ));
        }
        world.given(&changed(
            "role.appointed",
            &[
                ("/source", json!("agency/kominfo")),
                ("/subject", json!(office_of(agency))),
                ("/data/person", json!(CLERK)),
                ("/data/agency", json!(agency)),
                ("/data/head", Value::Null),
                ("/data/recorder", json!(true)),
            ],
        ));
    }
    world
}

pub(super) fn recorded_region() -> World {
    with_recorders(&["dinkes", "kominfo", "setda"])
}

/// The act of an example as it is brought in by the recorder of its agency.
pub(super) fn imported_from(event: &Value, day: &str) -> Value {
    let agency = event["source"].as_str().unwrap().trim_start_matches("agency/");
    let mut import = example("record.imported");
    let id = event["id"].as_str().unwrap();
    import["id"] = json!(format!("riwayat-{day}-{id}"));
    import["source"] = event["source"].clone();
    import["subject"] = event["subject"].clone();
    import["office"] = json!(office_of(agency));
    import["data"]["act"] = event["type"].clone();
    import["data"]["at"] = json!(day);
    import["data"]["data"] = event["data"].clone();
    let decided = [&event["decision"]["office"], &event["office"]];
    if let Some(office) = decided.into_iter().find_map(Value::as_str) {
        import["data"]["office"] = json!(office);
        // Nobody in the ledger may have held it.
        import["data"]["by"] = event["decision"]["by"].as_str().map_or(json!(REGENT), Value::from);
    }
    import
}

pub(super) fn imported(name: &str, day: &str) -> Value {
    imported_from(&example(name), day)
}

pub(super) fn put(mut event: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let object = event.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Value::Null => drop(object.remove(name)),
        value => drop(object.insert(name.to_owned(), value)),
    }
    event
}

pub(super) fn given(world: &mut World, event: &Value) {
    world.signed_by(CLERK).given(event);
}

pub(super) fn post(world: &mut World, event: &Value) -> Result<(), Refusal> {
    world.signed_by(CLERK).when(event)
}

fn register_row(world: &World, register: Register, key: &str) -> Value {
    row(world, register, key)
}

/// Somebody of the agency, enrolled for it.
pub(super) fn of_agency(world: &mut World, agency: &str) -> &'static str {
    const PERSON: &str = "p-4a5b6c7d8e9f";
    world.enrolments = vec![enrolment(PERSON)];
    world.given(&changed(
        "signer.enrolled",
        &[
            ("/source", json!("agency/kominfo")),
            ("/subject", json!(format!("signer/{PERSON}"))),
            ("/data/person", json!(PERSON)),
            ("/data/agency", json!(agency)),
        ],
    ));
    world.enrolments.clear();
    PERSON
}

/// The states that the lifecycle of a row gives from nothing: where its first steps lead, or where they stay.
fn states_given(act: &Act) -> BTreeSet<String> {
    let given = act.transitions.iter().flat_map(|step| match &step.to {
        Some(to) => vec![to.clone()],
        None => step.from.clone(),
    });
    given.collect()
}

#[test]
fn every_row_of_the_region_is_brought_in_alone_onto_a_stream_that_is_not_there() {
    let rules = RuleSet::parse(BENGKAYANG_19_2020).unwrap();
    let mut rows = BTreeSet::new();
    for (name, _) in EXAMPLES {
        let event = example(name);
        let parsed = Event::parse(event.to_string().as_bytes()).unwrap();
        let Some(act) = rules.row_of(&parsed) else { continue };
        let is_import = parsed.kind == "record.imported";
        if is_import || act.rule.starts_with("SYS.") || act.kind.starts_with("role.") {
            continue;
        }
        rows.insert((act.kind.clone(), act.row.clone()));
        let subject = parsed.subject.as_str();
        let mut world = with_recorders(&[parsed.agency()]);
        if !subject.starts_with("agency/") {
            assert!(!world.facts.contains_key(subject), "{name}");
        }
        let was = world.facts.get(subject).map_or("none".to_owned(), |thing| thing.state.clone());
        let mut import = imported_from(&event, "2019-05-20");
        if act.who.iter().any(|who| who.itself) {
            import = put(import, "/data/by", json!(of_agency(&mut world, parsed.agency())));
        }
        if let Err(refusal) = post(&mut world, &import) {
            panic!("{name} is refused: {refusal:?}");
        }
        let state = world.state(subject).to_owned();
        let given = states_given(act);
        let stays = given.is_empty() && state == was;
        assert!(stays || given.contains(&state), "{name}: {state} is none of {given:?}");
        assert!(world.warnings.is_empty(), "{name}");
        let marks = world.field(subject, "riwayat");
        assert_eq!(marks[0]["type"], event["type"], "{name}");
        assert_eq!(marks[0]["date"], "2019-05-20", "{name}");
        for field in act.fields.iter().filter(|field| field.keep && act.under.is_none()) {
            let kept = world.facts[subject].fields.get(&field.name).map(Field::to_json);
            assert_eq!(kept.as_ref(), event["data"].get(&field.name).or(kept.as_ref()), "{name}");
        }
    }
    let of_region = rules.acts().filter(|act| !act.rule.starts_with("SYS."));
    let all: BTreeSet<_> = of_region
        .filter(|act| !act.kind.starts_with("role."))
        .map(|act| (act.kind.clone(), act.row.clone()))
        .collect();
    assert_eq!(rows, all, "rows without an example");
    assert!(all.len() > 100);
}

#[test]
fn the_state_is_the_one_that_the_act_would_give() {
    for (name, state) in [
        ("plan.adopted", "in_force"),
        ("app.coordination_requested", "coordinated"),
        ("app.built.general", "built"),
        // What is registered and was not built here keeps its state.
        ("app.tested", "none"),
        ("app.retired", "retired"),
        ("subdomain.requested", "requested"),
        ("subdomain.granted", "granted"),
        ("subdomain.revoked", "revoked"),
        ("datacenter.commissioned", "provided"),
        ("dataset.classified", "registered"),
        ("sop.disseminated", "in_force"),
        ("pse.registered", "pse"),
        ("input.submitted", "agency"),
        ("evaluation.finalised", "final"),
        ("sanction.lifted", "closed"),
    ] {
        let event = example(name);
        let agency = event["source"].as_str().unwrap().trim_start_matches("agency/").to_owned();
        let mut world = with_recorders(&[&agency]);
        given(&mut world, &imported_from(&event, "2019-05-20"));
        assert_eq!(world.state(event["subject"].as_str().unwrap()), state, "{name}");
    }
}

#[test]
fn what_was_brought_in_counts_and_later_acts_follow_from_there() {
    let mut world = recorded_region();
    given(&mut world, &imported("system.registered", "2018-03-12"));
    let mut request = imported("subdomain.requested", "2018-04-01");
    request["data"]["data"]["agency"] = example("subdomain.requested")["data"]["agency"].clone();
    given(&mut world, &imported("subdomain.granted", "2018-05-02"));
    assert_eq!(world.state(NAME), "granted");
    let row = register_row(&world, SUBDOMAINS, "simpus.bengkayangkab.go.id");
    assert_eq!(row["holder"], "dinkes");
    assert_eq!(names_of_marks(row.as_object().unwrap()), ["riwayat"]);
    assert_eq!(row["riwayat"][0]["source"]["number"], "440/118/2018");
    assert_eq!(row["riwayat"][0]["recorded_by"], CLERK);
    // Nobody asks for the name again, and the grant is revoked as any other.
    let again = changed("subdomain.requested", &[("/id", json!("again"))]);
    assert!(world.when(&again).is_err());
    world.given(&example("subdomain.revoked"));
    assert_eq!(world.state(NAME), "revoked");
    let row = register_row(&world, SUBDOMAINS, "simpus.bengkayangkab.go.id");
    assert_eq!(names_of_marks(row.as_object().unwrap()), ["riwayat"], "it is told for good");
}

#[test]
fn an_application_that_operates_is_brought_in_act_by_act() {
    let mut world = recorded_region();
    for (day, name, state) in [
        (10, "system.registered", "none"),
        (11, "app.built.special", "built"),
        (12, "app.tested", "verified"),
        (13, "app.documents_handed_over", "verified"),
        (14, "app.source_deposited", "verified"),
        (15, "app.conformance_declared", "live"),
    ] {
        let mut import = imported(name, &format!("2018-03-{day}"));
        import["subject"] = json!(SYSTEM);
        given(&mut world, &import);
        assert_eq!(world.state(SYSTEM), state, "{name}");
    }
    let row = register_row(&world, SYSTEMS, "simpus");
    assert_eq!((&row["live"], row["riwayat"].as_array().unwrap().len()), (&json!(true), 6));
    // Coordinated anew, it is developed further beside its operation.
    world.planned();
    world.given(&changed("app.coordination_requested", &[("/subject", json!(SYSTEM))]));
    assert_eq!(world.state(SYSTEM), "live+coordinated");
}

#[test]
fn what_is_kept_as_the_time_of_the_act_is_its_day() {
    let mut world = recorded_region();
    given(&mut world, &imported("system.registered", "2018-03-12"));
    assert_eq!(world.field(SYSTEM, "registered_at"), "2018-03-12");
    given(&mut world, &imported("plan.adopted", "2017-01-09"));
    assert_eq!(world.field("plan/master", "adoption")["adopted_at"], "2017-01-09");
    assert_eq!(world.field("plan/master", "dates")["entered"], "2017-01-09");
}

#[test]
fn only_a_recorder_of_the_agency_brings_an_act_in_and_in_person() {
    let import = imported("system.registered", "2018-03-12");
    let mut world = recorded_region();
    let of_nobody = put(import.clone(), "/office", Value::Null);
    refused(post(&mut world, &of_nobody), RoleMissing, "SYS.25.1", "/office");
    let of_another = put(import.clone(), "/office", json!(office_of("setda")));
    let why = refused(post(&mut world, &of_another), RoleMissing, "SYS.25.1", "/office");
    assert_eq!(why, Why::NotARecorder { office: office_of("setda") });
    let of_head = put(import.clone(), "/office", json!("role/kepala-dinkes"));
    let by_head = world.signed_by(HEAD_OF_DINKES).when(&of_head);
    refused(by_head, RoleMissing, "SYS.25.1", "/office");
    let by_other = world.signed_by("p-999999999999").when(&import);
    let why = refused(by_other, RoleMissing, "SYS.25.1", "/office");
    assert!(matches!(why, Why::OfficeNotHeld { .. }));
    let mut as_recorder = import.clone();
    as_recorder["signedas"] = json!("pencatat");
    as_recorder["decision"] = json!({
        "by": HEAD_OF_DINKES, "office": "role/kepala-dinkes", "date": "2018-03-12",
        "document": import["data"]["source"],
    });
    refused(post(&mut world, &as_recorder), RoleMissing, "SYS.25.1", "/signedas");
    let of_himself = put(import.clone(), "/data/by", json!(CLERK));
    refused(post(&mut world, &of_himself), RoleMissing, "SYS.25.1", "/data/by");
    given(&mut world, &put(import, "/data/by", json!(HEAD_OF_DINKES)));
    assert_eq!(world.field(SYSTEM, "riwayat")[0]["by"], HEAD_OF_DINKES);
}

#[test]
fn it_is_an_act_of_that_agency_and_of_the_office_that_it_names() {
    let mut world = recorded_region();
    // Names are granted by the communications agency.
    let mut grant = imported("subdomain.granted", "2018-05-02");
    grant["source"] = json!("agency/dinkes");
    grant["office"] = json!(office_of("dinkes"));
    refused(post(&mut world, &grant), RoleMissing, "BKY.25.1", "/source");
    // The plan is adopted by the regent, and by no other office.
    let plan = imported("plan.adopted", "2017-01-09");
    let rule = "BKY.6.4";
    let of_none = put(plan.clone(), "/data/office", Value::Null);
    let why = refused_by(post(&mut world, &of_none), RoleMissing, "/data/office");
    assert!(why.0.starts_with(rule), "{why:?}");
    let of_other = put(plan.clone(), "/data/office", json!("role/sekda"));
    refused_by(post(&mut world, &of_other), RoleMissing, "/data/office");
    given(&mut world, &plan);
    // Whose an application is stays its own, also among what is brought in.
    given(&mut world, &imported("system.registered", "2018-03-12"));
    let mut other = imported("app.legality_declared", "2018-03-13");
    other["source"] = json!("agency/setda");
    other["office"] = json!(office_of("setda"));
    assert!(post(&mut world, &other).is_err());
}

/// The rule and the reason of a refusal at this place.
#[track_caller]
pub(super) fn refused_by(result: Result<(), Refusal>, code: Code, pointer: &str) -> (String, Why) {
    let refusal = result.expect_err("is refused");
    let fault = refusal.faults[0].clone();
    assert_eq!((refusal.code, fault.pointer.as_str()), (code, pointer), "{refusal:?}");
    (refusal.rule.unwrap(), fault.why)
}

#[test]
fn its_content_is_that_of_its_type_and_faults_are_told_where_they_stand() {
    let import = imported("system.registered", "2018-03-12");
    let mut world = recorded_region();
    let without = put(import.clone(), "/data/data/name", Value::Null);
    refused(post(&mut world, &without), ContentInvalid, "BKY.18.2", "/data/data/name");
    let more = put(import.clone(), "/data/data/more", json!(1));
    refused_by(post(&mut world, &more), ContentInvalid, "/data/data/more");
    for (pointer, rule) in [
        ("/data/act", "SYS.25.2"),
        ("/data/at", "SYS.25.3"),
        ("/data/data", "SYS.25.1"),
        ("/data/source", "SYS.25.1"),
    ] {
        let without = put(import.clone(), pointer, Value::Null);
        refused(post(&mut world, &without), ContentInvalid, rule, pointer);
        let other = put(import.clone(), pointer, json!(7));
        refused(post(&mut world, &other), ContentInvalid, rule, pointer);
    }
    let more = put(import.clone(), "/data/more", json!("x"));
    refused(post(&mut world, &more), ContentInvalid, "SYS.25.1", "/data/more");
    let schema = put(import.clone(), "/dataschema", json!("2"));
    let schema = Event::parse(schema.to_string().as_bytes())
        .map(|_| refused_by(post(&mut world, &schema), ContentInvalid, "/dataschema"));
    drop(schema);
    let nik = put(import.clone(), "/data/data/task_basis", json!("NIK 6107011203850001"));
    refused(post(&mut world, &nik), ContentInvalid, "SYS.0.1", "/data/data/task_basis");
    let before_all = put(import.clone(), "/data/at", json!("1945-08-16"));
    refused(post(&mut world, &before_all), ContentInvalid, "SYS.0.4", "/data/at");
    let unseen = put(import.clone(), "/data/data/name", json!("Sistem\u{200b} Informasi"));
    refused(post(&mut world, &unseen), ContentInvalid, "SYS.0.3", "/data/data/name");
    let unknown = put(import.clone(), "/data/act", json!("system.unknown"));
    let refusal = post(&mut world, &unknown).unwrap_err();
    assert_eq!((refusal.code, refusal.faults[0].pointer.as_str()), (TypeUnknown, "/data/act"));
    let elsewhere = put(import, "/subject", json!("plan/master"));
    refused(post(&mut world, &elsewhere), ContentInvalid, "BKY.18.2", "/subject");
}

#[test]
fn no_structural_act_is_brought_in_but_of_offices() {
    let rules = RuleSet::parse(BENGKAYANG_19_2020).unwrap();
    let mut kinds: BTreeSet<_> =
        rules.acts().filter(|act| act.rule.starts_with("SYS.")).map(|act| &*act.kind).collect();
    for kind in ["role.appointed", "role.ended"] {
        assert!(kinds.remove(kind));
    }
    assert!(kinds.len() > 20, "{kinds:?}");
    for kind in kinds {
        let mut world = recorded_region();
        let mut import = imported(kind, "2018-03-12");
        import["source"] = json!("agency/dinkes");
        import["office"] = json!(office_of("dinkes"));
        refused(post(&mut world, &import), RuleRefused, "SYS.25.2", "/data/act");
    }
}

#[test]
fn it_was_before_the_opening_and_is_brought_in_in_order() {
    let mut world = recorded_region();
    // The ledger was opened on 20 November 2026, as it recorded that itself.
    let opened = "2026-11-20";
    for day in ["2026-11-21", opened] {
        let import = imported("system.registered", day);
        let why = refused(post(&mut world, &import), RuleRefused, "SYS.25.3", "/data/at");
        assert_eq!(why, Why::NotBeforeTheLedger { opened: Some(opened.to_owned()) });
    }
    let mut on_the_eve = world.clone();
    given(&mut on_the_eve, &imported("system.registered", "2026-11-19"));
    given(&mut world, &imported("system.registered", "2018-03-12"));
    let earlier = imported("app.legality_declared", "2018-03-11");
    let why = refused(post(&mut world, &earlier), RuleRefused, "SYS.25.3", "/data/at");
    let since = Some("2018-03-12".to_owned());
    assert_eq!(why, Why::DecidedBefore { thing: SYSTEM.to_owned(), since });
    given(&mut world, &imported("app.legality_declared", "2018-03-12"));
    assert_eq!(world.field(SYSTEM, "riwayat").as_array().unwrap().len(), 2);
}

#[test]
fn nothing_is_brought_into_a_stream_that_has_acts_of_the_ledgers_own_time() {
    let mut world = recorded_region();
    world.given(&example("system.registered"));
    let import = imported("app.legality_declared", "2018-03-12");
    let why = refused(post(&mut world, &import), TransitionForbidden, "SYS.25.4", "/subject");
    assert_eq!(why, Why::KnownOtherwise { thing: SYSTEM.to_owned() });
    // Nor into one where they follow what was brought in.
    let mut world = recorded_region();
    given(&mut world, &imported("system.registered", "2018-03-12"));
    world.given(&example("app.legality_declared"));
    let import = imported("app.ownership_recorded", "2018-03-13");
    refused(post(&mut world, &import), TransitionForbidden, "SYS.25.4", "/subject");
    assert_eq!(world.field(SYSTEM, "riwayat")[0]["followed"], true);
    // Of an agency its registration is no act of its own.
    given(&mut world, &imported("pse.coordination_requested", "2018-03-12"));
    given(&mut world, &imported("pse.registered", "2018-04-12"));
    assert_eq!(world.state("agency/dinkes"), "pse");
}

#[test]
fn what_waits_for_a_signature_keeps_riwayat_out() {
    let mut world = recorded_region();
    world.given(&example("system.registered"));
    let drafted = example("sop.adopted.drafted");
    world.given(&drafted);
    let sop = drafted["subject"].as_str().unwrap();
    assert!(world.facts[sop].fields.contains_key("pending"));
    let import = imported("sop.adopted", "2018-03-12");
    assert_eq!(import["subject"], sop);
    refused(post(&mut world, &import), TransitionForbidden, "SYS.25.4", "/subject");
}

#[test]
fn an_act_that_takes_two_signatures_today_waits_for_none() {
    let mut world = recorded_region();
    let drafted = example("sop.adopted.drafted");
    given(&mut world, &imported_from(&drafted, "2018-03-12"));
    let sop = drafted["subject"].as_str().unwrap();
    assert_eq!(world.state(sop), "in_force");
    assert_eq!(world.field(sop, "adopted_at"), "2018-03-12");
    // Nor does who brought it in, wrongly, wait for anybody to take it back.
    let mut void = voided(&imported_from(&drafted, "2018-03-12"));
    void["office"] = json!(office_of("dinkes"));
    given(&mut world, &void);
    assert_eq!(world.state(sop), "none");
}

#[test]
fn a_name_that_is_held_stays_whose_it_is() {
    let mut world = recorded_region();
    given(&mut world, &imported("dataset.registered", "2018-03-12"));
    let topic = example("dataset.registered")["data"]["topic"].clone();
    let mut other = imported("dataset.registered", "2018-03-13");
    other["id"] = json!("other");
    other["subject"] = json!("dataset/lain");
    other["data"]["data"]["walidata"] = json!("setda");
    other["data"]["data"]["topic"] = topic.clone();
    let (_, why) = refused_by(post(&mut world, &other), RuleRefused, "/data/data/topic");
    assert!(matches!(why, Why::NotUnique { .. }));
    // Nor is a name that was granted granted to another.
    given(&mut world, &imported("subdomain.granted", "2018-05-02"));
    let mut again = imported("subdomain.granted", "2018-05-03");
    again["data"]["data"]["holder"] = json!("dishub");
    assert!(post(&mut world, &again).is_err());
    // What was brought in holds its names against acts of today, and a retirement that is brought in frees them.
    let mut own = changed("dataset.registered", &[("/subject", json!("dataset/lain"))]);
    own["data"]["walidata"] = json!("setda");
    own["data"]["topic"] = topic;
    assert!(world.when(&own).is_err());
    given(&mut world, &imported("dataset.retired", "2019-01-01"));
    own["source"] = json!("agency/setda");
    world.given(&own);
}

#[test]
fn the_agencies_that_it_names_are_registered() {
    let mut world = recorded_region();
    let mut import = imported("subdomain.granted", "2018-05-02");
    import["data"]["data"]["holder"] = json!("dinas-lama");
    let why = refused(post(&mut world, &import), RuleRefused, "SYS.25.5", "/data/data/holder");
    assert_eq!(why, Why::AgencyUnknown { agency: "dinas-lama".to_owned() });
}

#[test]
fn nothing_is_brought_in_against_the_recorders_own_agency() {
    let mut world = recorded_region();
    let mut sanction = imported("sanction.imposed.regent", "2019-02-01");
    sanction["data"]["data"]["on"] = json!("setda");
    let (rule, why) = refused_by(post(&mut world, &sanction), RoleMissing, "/source");
    assert_eq!(rule, "SYS.12.3");
    assert_eq!(why, Why::RecorderIsParty { party: "setda".to_owned() });
    sanction["data"]["data"]["on"] = json!("dinkes");
    given(&mut world, &sanction);
}

#[test]
fn it_is_voided_and_brought_in_again_and_corrected_as_the_act_that_it_is() {
    let mut world = recorded_region();
    let import = imported("system.registered", "2018-03-12");
    given(&mut world, &import);
    let mut void = voided(&import);
    void["office"] = json!(office_of("dinkes"));
    given(&mut world, &void);
    assert_eq!(world.field(SYSTEM, "riwayat"), Value::Null);
    let again = put(import.clone(), "/id", json!("again"));
    given(&mut world, &again);
    assert_eq!(world.field(SYSTEM, "riwayat").as_array().unwrap().len(), 1);
    let mut correction = corrected(&again, "task_basis", &json!("Perbup 55/2016"));
    correction["office"] = json!(office_of("dinkes"));
    given(&mut world, &correction);
    assert_eq!(world.field(SYSTEM, "task_basis"), "Perbup 55/2016");
    // A remark is nothing that follows: the next one still comes in.
    given(&mut world, &imported("app.legality_declared", "2018-03-12"));
    let row = register_row(&world, SYSTEMS, "simpus");
    assert_eq!(names_of_marks(row.as_object().unwrap()), ["corrected", "voided", "riwayat"]);
}

#[test]
fn a_decision_from_before_the_ledger_is_revoked_by_the_present_holder_of_its_office() {
    let mut world = recorded_region();
    let plan = imported("plan.adopted", "2017-01-09");
    given(&mut world, &plan);
    let mut end = decisions::ends("decision.revoked", &plan);
    end["source"] = json!("agency/setda");
    end["office"] = json!("role/bupati");
    let by_clerk = put(end.clone(), "/office", json!(office_of("setda")));
    refused(post(&mut world, &by_clerk), RoleMissing, "SYS.10.2", "/office");
    world.signed_by(REGENT).given(&end);
    assert_eq!(world.state("plan/master"), "revoked");
}

#[test]
fn it_changes_no_other_stream_that_knows_more_than_riwayat() {
    // The opening of a site leads its name to `in_use`.
    let mut world = recorded_region();
    let site = example("site.opened.pse");
    given(&mut world, &imported("subdomain.granted", "2018-05-02"));
    let agency = site["source"].as_str().unwrap();
    assert_eq!(agency, "agency/dinkes");
    given(&mut world, &imported_from(&site, "2018-06-01"));
    assert_eq!(world.state(NAME), "in_use");
    let mut world = recorded_region();
    world.given_all(&["system.registered", "subdomain.requested", "subdomain.granted"]);
    given(&mut world, &imported_from(&site, "2018-06-01"));
    assert_eq!(world.state(NAME), "granted");
}

#[test]
fn moments_in_its_content_are_not_to_come_as_it_is_signed_and_may_lie_within_its_day() {
    let mut world = recorded_region();
    let detected = |time: &str| {
        let import = imported("incident.reported", "2019-05-20");
        put(import, "/data/data/detected_at", json!(time))
    };
    let to_come = detected("2031-05-20T10:00:00+07:00");
    refused(post(&mut world, &to_come), ContentInvalid, "SYS.0.4", "/data/data/detected_at");
    given(&mut world, &detected("2019-05-20T10:00:00+07:00"));
}

#[test]
fn what_is_above_public_stays_so() {
    let rules = RuleSet::parse(BENGKAYANG_19_2020).unwrap();
    let mut world = recorded_region();
    let import = imported("incident.reported", "2019-05-20");
    let event = Event::parse(import.to_string().as_bytes()).unwrap();
    assert_eq!(rules.class_of(&event), Class::Restricted);
    given(&mut world, &import);
    assert_eq!(world.facts[event.subject.as_str()].class, Class::Restricted);
    let public = imported("system.registered", "2018-03-12");
    let public = Event::parse(public.to_string().as_bytes()).unwrap();
    assert_eq!(rules.class_of(&public), Class::Public);
}

#[test]
fn its_documents_are_those_of_the_act_and_what_it_was_brought_in_from() {
    let rules = RuleSet::parse(BENGKAYANG_19_2020).unwrap();
    let import = imported("subdomain.requested", "2018-04-01");
    let event = Event::parse(import.to_string().as_bytes()).unwrap();
    let names: Vec<_> = documents(&rules, &event).into_iter().map(|one| one.name).collect();
    assert_eq!(names.last().unwrap(), "register-sistem-elektronik-2018.pdf");
    let act = Event::parse(example("subdomain.requested").to_string().as_bytes()).unwrap();
    assert_eq!(names.len(), documents(&rules, &act).len() + 1);
    let letter = &import["data"]["data"]["letter"];
    let mut contradicted = import.clone();
    contradicted["data"]["source"]["sha256"] = letter["sha256"].clone();
    let mut world = recorded_region();
    refused(post(&mut world, &contradicted), ContentInvalid, "SYS.0.2", "/data/source/size");
}

/// The officer for information whom a former regent appointed, as a registrar brings him in.
pub(super) fn cio() -> Value {
    let mut import = imported("role.appointed.cio", "2019-01-05");
    import["source"] = json!("agency/kominfo");
    import["data"]["data"]["person"] = json!("p-777777777777");
    import["data"]["data"]["from"] = json!("2019-01-07");
    import.as_object_mut().unwrap().remove("office");
    let data = import["data"].as_object_mut().unwrap();
    data.retain(|name, _| !["office", "by"].contains(&name.as_str()));
    import
}

#[test]
fn an_office_that_was_filled_before_the_ledger_takes_whoever_records_appointments() {
    let mut world = recorded_region();
    for other in [CLERK, REGENT, HEAD_OF_DINKES] {
        refused(world.signed_by(other).when(&cio()), RoleMissing, "SYS.25.1", "/source");
    }
    let by_recorder = put(cio(), "/office", json!(office_of("kominfo")));
    refused(post(&mut world, &by_recorder), RoleMissing, "SYS.25.1", "/source");
    let mut own = cio();
    own["data"]["data"]["person"] = json!(REGISTRAR);
    let own = world.signed_by(REGISTRAR).when(&own);
    refused(own, RuleRefused, "SYS.6.1", "/data/data/person");
    world.signed_by(REGISTRAR).given(&cio());
    assert_eq!(world.state("role/cio"), "in_office");
    assert_eq!(world.field("role/cio", "riwayat")[0]["type"], "role.appointed");
    // He acts in it today.
    let mut held = example("coordination.held.plan");
    held["source"] = json!("agency/setda");
    world.signed_by("p-777777777777").given(&held);
}

#[test]
fn offices_are_filled_one_after_the_other_also_before_the_ledger() {
    let mut world = recorded_region();
    world.signed_by(REGISTRAR).given(&cio());
    let mut next = put(cio(), "/id", json!("next"));
    next["data"]["at"] = json!("2021-02-01");
    next["data"]["data"]["person"] = json!("p-888888888888");
    next["data"]["data"]["from"] = json!("2021-02-01");
    let second = world.signed_by(REGISTRAR).when(&next);
    refused_by(second, TransitionForbidden, "/subject");
    let mut ended = put(cio(), "/id", json!("ended"));
    ended["data"]["act"] = json!("role.ended");
    ended["data"]["at"] = json!("2021-01-31");
    ended["data"]["data"] =
        json!({ "person": "p-777777777777", "date": "2021-01-31", "reason": "Mutasi" });
    world.signed_by(REGISTRAR).given(&ended);
    world.signed_by(REGISTRAR).given(&next);
    assert_eq!(world.field("role/cio", "person"), "p-888888888888");
    assert_eq!(world.field("role/cio", "tenures").as_array().unwrap().len(), 2);
    // Whoever was appointed since is not displaced.
    let mut world = recorded_region();
    world.signed_by(REGENT).given(&example("role.appointed.cio"));
    let late = world.signed_by(REGISTRAR).when(&cio());
    refused(late, TransitionForbidden, "SYS.25.4", "/subject");
}

#[test]
fn before_version_three_there_is_no_such_event() {
    let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    let older = RuleSet::parse(text.replacen("structural = 3", "structural = 2", 1).as_bytes());
    let import = imported("system.registered", "2018-03-12");
    let event = Event::parse(import.to_string().as_bytes()).unwrap();
    let refusal = check(&older.unwrap(), &event).unwrap_err();
    assert_eq!((refusal.code, refusal.faults[0].pointer.as_str()), (TypeUnknown, "/type"));
}

#[test]
fn next_tells_where_riwayat_may_come_in() {
    let open = |world: &World, subject: &str| {
        let question = Question {
            subject,
            origin: "jejak.bengkayangkab.go.id/61.07",
            asker: &Asker::default(),
        };
        let hidden = BTreeSet::new();
        let situation = Situation {
            facts: &world.facts,
            hidden: &hidden,
            position: world.position,
            recorded_at: Micros(world.now),
        };
        let acts = next(&world.rules, question, situation);
        let closed = acts.closed.iter().find(|one| one.act.kind == "record.imported");
        let open = acts.open.iter().any(|one| one.act.kind == "record.imported");
        assert_eq!(open, closed.is_none());
        closed.map(|closed| closed.rule.clone())
    };
    let mut world = recorded_region();
    assert_eq!(open(&world, SYSTEM), None);
    given(&mut world, &imported("system.registered", "2018-03-12"));
    assert_eq!(open(&world, SYSTEM), None);
    world.given(&example("app.legality_declared"));
    assert_eq!(open(&world, SYSTEM).unwrap(), "SYS.25.4");
    assert_eq!(open(&world, "ledger/61.07").unwrap(), "SYS.25.2");
    assert_eq!(open(&world, "role/cio"), None);
}
