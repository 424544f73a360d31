//! Agencies that get another name, are merged, split or dissolved: what they held, their offices, their signers.

use Code::{RoleMissing, RuleRefused, TransitionForbidden};

use super::rows::{TESTER, region};
use super::signers::SECOND_REGISTRAR;
use super::*;

/// The agency that takes over from Dinas Kesehatan, and who signs for it.
const NEW: &str = "dinkesppkb";
const OFFICER: &str = "p-e2f87a6c3b10";

fn registered(world: &mut World, agency: &str, functions: &[&str]) {
    world.given(&changed(
        "agency.registered",
        &[
            ("/subject", json!(format!("agency/{agency}"))),
            ("/data/agency", json!(agency)),
            ("/data/short_names", Value::Null),
            ("/data/functions", json!(functions)),
        ],
    ));
}

/// The end of an agency on 19 November, recorded by the registrar.
fn merged(agency: &str, successors: Value) -> Value {
    let subject = json!(format!("agency/{agency}"));
    changed("agency.merged", &[("/subject", subject), ("/data/successors", successors)])
}

/// Dinas Kesehatan with a system, a name, a data set and an incident; the agency that comes after it.
fn before() -> World {
    let mut world = region();
    world.given_all(&["system.registered", "subdomain.requested", "subdomain.granted"]);
    world.given_all(&["dataset.registered", "incident.data_secured", "incident.reported"]);
    registered(&mut world, NEW, &["kependudukan"]);
    world
}

/// The same after the merger.
fn after() -> World {
    let mut world = before();
    world.given(&merged("dinkes", json!([{ "agency": NEW }])));
    world
}

fn from(agency: &str, kind: &str, changes: &[(&str, Value)]) -> Value {
    let mut all = vec![("/source", json!(format!("agency/{agency}")))];
    all.extend(changes.iter().cloned());
    changed(kind, &all)
}

/// An authority enrols people for another agency, where they have gone.
fn moved(world: &mut World, by: &'static str, people: &[&str], to: &str) {
    let source =
        ("/source", json!(format!("agency/{}", if by == AUTHORITY { "setda" } else { "kominfo" })));
    for person in people {
        let subject = ("/subject", json!(format!("signer/{person}")));
        let certificate = enrolment(person).certificate.to_string();
        let gone = [source.clone(), subject.clone(), ("/data/certificate", json!(certificate))];
        world.signed_by(by).given(&changed("signer.revoked", &gone));
        world.signed_if_it_waits(by, person);
        let comes =
            [source.clone(), subject, ("/data/person", json!(person)), ("/data/agency", json!(to))];
        world.enrolments = vec![enrolment(&format!("the new card of {person}"))];
        world.signed_by(by).given(&changed("signer.enrolled", &comes));
        world.enrolments.clear();
        let key = format!("the new card of {person}");
        let other = if *person == REGISTRAR { SECOND_REGISTRAR } else { REGISTRAR };
        world.attests(other, other, person, &key).unwrap();
    }
}

fn ended(agency: &str, successors: &[&str]) -> Why {
    Why::AgencyEnded {
        agency: agency.to_owned(),
        last_day: "2026-11-19".to_owned(),
        successors: successors.iter().map(|one| (*one).to_owned()).collect(),
    }
}

#[test]
fn an_agency_keeps_what_it_was_called_before() {
    let mut world = region();
    world.given(&example("agency.renamed"));
    assert_eq!(world.state("agency/dinkes"), "agency");
    assert_eq!(world.field("agency/dinkes", "former_names"), json!(["Dinas Kesehatan"]));
    assert_eq!(world.field("agency/dinkes", "short_names"), json!(["Dinkes PPKB"]));
    assert_eq!(world.field("agency/dinkes", "functions"), json!(["kesehatan"]));
    let unnumbered = changed("agency.renamed", &[("/data/basis/number", Value::Null)]);
    refused(world.when(&unnumbered), Code::ContentInvalid, "SYS.3.2", "/data/basis/number");
    let itself = from("dinkes", "agency.renamed", &[]);
    refused(world.when(&itself), RoleMissing, "SYS.3.2", "/source");
    let unknown = changed("agency.renamed", &[("/subject", json!("agency/nobody"))]);
    refused(world.when(&unknown), TransitionForbidden, "SYS.3.2", "/subject");
}

#[test]
fn what_an_agency_held_its_successor_may_act_on_and_nobody_else() {
    let mut world = after();
    assert_eq!(world.state("agency/dinkes"), "ended");
    assert_eq!(world.field(&format!("agency/{NEW}"), "predecessors"), json!(["dinkes"]));
    assert_eq!(world.field("system/simpus", "agency"), "dinkes", "nothing is rewritten");
    // Who may act on it, what must be the same, what may not be, and what is held once.
    let stranger = from("dishub", "sla.published", &[]);
    refused(world.when(&stranger), RoleMissing, "BKY.14.4a", "/source");
    world.given(&from(NEW, "sla.published", &[]));
    let stranger = from("dishub", "site.opened.pse", &[]);
    refused(world.when(&stranger), RuleRefused, "BKY.23.3", "/source");
    world.given(&from(NEW, "site.opened.pse", &[]));
    world.given(&from(NEW, "incident.data_secured", &[]));
    let own_name = from(NEW, "subdomain.requested", &[]);
    refused(world.when(&own_name), TransitionForbidden, "BKY.25.2", "/subject");
    let topic = |agency: &str, id: &str| {
        let (subject, walidata) = (json!(format!("dataset/{id}")), json!(agency));
        from(agency, "dataset.registered", &[("/subject", subject), ("/data/walidata", walidata)])
    };
    refused(world.when(&topic("dishub", "a")), RuleRefused, "BKY.19.5", "/data/topic");
    world.given(&topic(NEW, "b"));
    refused(world.when(&topic("dishub", "c")), RuleRefused, "BKY.19.5", "/data/topic");
}

/// What was asked for in the old name is granted to the new agency.
#[test]
fn a_request_of_an_agency_that_ended_is_granted_to_its_successor() {
    let mut world = region();
    world.given_all(&["system.registered", "subdomain.requested"]);
    registered(&mut world, NEW, &[]);
    world.given(&merged("dinkes", json!([{ "agency": NEW }])));
    let granted = |holder: &str| changed("subdomain.granted", &[("/data/holder", json!(holder))]);
    refused(world.when(&granted("dinkes")), RuleRefused, "BKY.25.1", "/data/holder");
    refused(world.when(&granted("dishub")), RuleRefused, "BKY.25.1", "/data/holder");
    world.given(&granted(NEW));
    assert_eq!(world.field("subdomain/simpus.bengkayangkab.go.id", "holder"), NEW);
}

#[test]
fn an_agency_stands_for_all_who_ended_before_it() {
    let mut world = after();
    registered(&mut world, "dkppkb", &[]);
    world.given(&merged(NEW, json!([{ "agency": "dkppkb" }])));
    assert_eq!(world.field("agency/dkppkb", "predecessors"), json!(["dinkes", NEW]));
    assert_eq!(world.field("agency/dkppkb", "functions"), json!(["kependudukan", "kesehatan"]));
    world.given(&from("dkppkb", "sla.published", &[]));
    let why =
        refused(world.when(&from(NEW, "sla.published", &[])), RoleMissing, "SYS.20.1", "/source");
    assert_eq!(why, ended(NEW, &["dkppkb"]));
}

#[test]
fn of_an_agency_that_is_split_each_part_has_the_functions_that_pass_to_it() {
    let mut world = region();
    let kominfo = json!([
        { "agency": "dinkes", "functions": [] },
        { "agency": "dishub", "functions": ["kominfo"] },
    ]);
    let ends = from(
        "setda",
        "agency.merged",
        &[("/subject", json!("agency/kominfo")), ("/data/successors", kominfo)],
    );
    let provided = |agency: &str| from(agency, "facility.provided", &[]);
    moved(&mut world, AUTHORITY, &[OTHER_AUTHORITY, REGISTRAR], "dishub");
    world.given(&ends);
    refused(world.when(&provided("dinkes")), RoleMissing, "BKY.26.1", "/source");
    world.given(&provided("dishub"));
}

#[test]
fn what_passes_to_a_successor_are_functions_of_the_agency_and_it_stands() {
    let mut world = before();
    let ends = |successors| merged("dinkes", successors);
    for (successors, why) in [
        (json!([{ "agency": "nobody" }]), Why::AgencyUnknown { agency: "nobody".to_owned() }),
        (json!([{ "agency": "dinkes" }]), Why::AgencyUnknown { agency: "dinkes".to_owned() }),
        (
            json!([{ "agency": NEW, "functions": ["kominfo"] }]),
            Why::NotOneOf { allowed: vec!["kesehatan".to_owned()] },
        ),
        (
            json!([{ "agency": NEW }, { "agency": NEW }]),
            Why::NotUnique { index: "successors".to_owned(), owner: NEW.to_owned() },
        ),
    ] {
        let found =
            refused(world.when(&ends(successors)), RuleRefused, "SYS.20.3", "/data/successors");
        assert_eq!(found, why);
    }
    world.given(&changed("agency.dissolved", &[("/subject", json!("agency/dishub"))]));
    let found = world.when(&ends(json!([{ "agency": "dishub" }])));
    let why = refused(found, RuleRefused, "SYS.20.3", "/data/successors");
    assert_eq!(why, ended("dishub", &[]));
    let tomorrow = changed("agency.merged", &[("/data/date", json!("2026-11-21"))]);
    let of_dinkes = |mut event: Value| {
        event["subject"] = json!("agency/dinkes");
        event
    };
    refused(world.when(&of_dinkes(tomorrow)), RuleRefused, "SYS.20.4", "/data/date");
}

#[test]
fn an_agency_that_ended_does_nothing_more_and_ends_once() {
    let mut world = after();
    for kind in
        ["sla.published", "subdomain.requested", "ict_need.submitted", "pse.coordination_requested"]
    {
        let why =
            refused(world.when(&from("dinkes", kind, &[])), RoleMissing, "SYS.20.1", "/source");
        assert_eq!(why, ended("dinkes", &[NEW]), "{kind}");
    }
    let again = merged("dinkes", json!([{ "agency": NEW }]));
    refused(world.when(&again), TransitionForbidden, "SYS.20.1", "/subject");
    let back = example("agency.registered");
    refused(world.when(&back), TransitionForbidden, "SYS.3.1", "/subject");
    world.enrolments = vec![enrolment(OFFICER)];
    refused(world.when(&example("signer.enrolled")), RuleRefused, "SYS.4.5", "/data/agency");
}

/// The registrar comes from kominfo; of the two authorities one from setda.
#[test]
fn nobody_ends_his_own_agency_and_an_authority_is_always_left() {
    let mut world = before();
    let opened = example("ledger.opened");
    let agencies = [0, 1].map(|index| opened["data"]["authorities"][index]["agency"].clone());
    let own = from("setda", "agency.merged", &[("/subject", json!("agency/setda"))]);
    refused(world.when(&own), RuleRefused, "SYS.20.2", "/source");
    let by_registrar = from("kominfo", "agency.merged", &[("/subject", json!("agency/setda"))]);
    refused(world.when(&by_registrar), RuleRefused, "SYS.20.2", "/source");
    assert_ne!(agencies[0], agencies[1], "the example has one authority at each");
    let second = opened["data"]["authorities"][1]["person"].as_str().unwrap().to_owned();
    let second: &'static str = Box::leak(second.into_boxed_str());
    let other = agencies[1].as_str().unwrap();
    let by_other = from(
        other,
        "agency.merged",
        &[("/subject", json!("agency/setda")), ("/data/successors", json!([{ "agency": NEW }]))],
    );
    // Those of its own sign for another first, one after the other, so that there are always some to attest.
    let registrar = opened["data"]["registrars"][1]["person"].as_str().unwrap();
    let why = refused(world.signed_by(second).when(&by_other), RuleRefused, "SYS.20.5", "/subject");
    let persons = [AUTHORITY, registrar].map(str::to_owned).to_vec();
    assert_eq!(why, Why::AgencyOfFounders { agency: "setda".to_owned(), persons });
    moved(&mut world, second, &[AUTHORITY], NEW);
    let refusal = world.signed_by(second).when(&by_other).unwrap_err();
    assert_eq!(refusal.rule.as_deref(), Some("SYS.20.5"));
    moved(&mut world, second, &[registrar], NEW);
    for list in ["authorities", "registrars"] {
        let agencies = world.field("ledger/61.07", list);
        let entries = agencies.as_array().unwrap();
        assert!(entries.iter().any(|entry| entry["agency"] == NEW), "{agencies}");
    }
    world.signed_by(second).given(&by_other);
    let mut moves = from(
        other,
        "signer.enrolled",
        &[
            ("/subject", json!(format!("signer/{AUTHORITY}"))),
            ("/data/person", json!(AUTHORITY)),
            ("/data/agency", json!(NEW)),
        ],
    );
    let registrar =
        from("kominfo", "agency.dissolved", &[("/subject", json!(format!("agency/{NEW}")))]);
    refused(world.when(&registrar), RuleRefused, "SYS.20.2", "/source");
    moves["data"]["agency"] = json!("dishub");
    world.enrolments = vec![enrolment("another card")];
    refused(world.signed_by(second).when(&moves), RuleRefused, "SYS.4.7", "/data/agency");
}

#[test]
fn an_agency_ends_without_a_successor_only_by_an_authority() {
    let mut world = World::bengkayang();
    let end = |successors: Value| {
        let of_dishub = ("/subject", json!("agency/dishub"));
        from("kominfo", "agency.dissolved", &[of_dishub, ("/data/successors", successors)])
    };
    let why = refused(world.when(&end(Value::Null)), RuleRefused, "SYS.20.2", "/source");
    assert!(matches!(why, Why::ActorNotEntitled { .. }), "{why:?}");
    assert!(world.when(&end(json!([{ "agency": "dinkes" }]))).is_ok());
}

/// The registrar comes from kominfo: neither by another name nor by succession does he give it what others are for.
#[test]
fn a_registrar_gives_his_own_agency_no_functions() {
    let renamed = |functions: Value| {
        from(
            "kominfo",
            "agency.renamed",
            &[("/subject", json!("agency/kominfo")), ("/data/functions", functions)],
        )
    };
    let mut world = before();
    let functions = renamed(json!(["kominfo", "kepegawaian"]));
    refused(world.when(&functions), RuleRefused, "SYS.3.2", "/source");
    world.given(&renamed(Value::Null));
    let to_himself = merged("dinkes", json!([{ "agency": "kominfo" }]));
    refused(world.when(&to_himself), RuleRefused, "SYS.20.2", "/source");
    let among_others = merged("dinkes", json!([{ "agency": NEW }, { "agency": "kominfo" }]));
    refused(world.when(&among_others), RuleRefused, "SYS.20.2", "/source");
    world.given(&merged("dinkes", json!([{ "agency": NEW }])));
}

/// The testing team belongs to kominfo; somebody of Dinas Perhubungan records what it decided.
#[test]
fn the_offices_of_an_agency_end_with_it() {
    let mut world = region();
    world.planned();
    for kind in ["app.coordination_requested", "development_permit.issued", "app.built.special"] {
        world.given(&changed(kind, &[("/time", json!("2026-11-17T09:00:00+07:00"))]));
    }
    for agency in ["kominfo", "dishub"] {
        world.given(&changed(
            "role.appointed",
            &[
                ("/source", json!("agency/setda")),
                ("/subject", json!(format!("role/pencatat-{agency}"))),
                ("/data/person", json!("p-00000000d15b")),
                ("/data/agency", json!(agency)),
                ("/data/recorder", json!(true)),
            ],
        ));
    }
    let paper = example("subdomain.requested")["data"]["letter"].clone();
    let recorded = |id: &str, office: &str, day: &str| {
        let decision = json!({
            "by": TESTER, "office": "role/tim-penguji", "date": day, "document": paper,
        });
        let changes = [
            ("/id", json!(id)),
            ("/office", json!(office)),
            ("/signedas", json!("pencatat")),
            ("/decision", decision),
        ];
        from("dishub", "app.tested", &changes)
    };
    world.given(&recorded("1", "role/pencatat-kominfo", "2026-11-18"));
    let mut ends = merged("kominfo", json!([{ "agency": "dishub" }]));
    ends["source"] = json!("agency/setda");
    moved(&mut world, AUTHORITY, &[OTHER_AUTHORITY, REGISTRAR], "dishub");
    world.given(&ends);
    let own = recorded("2", "role/pencatat-kominfo", "2026-11-18");
    let why = refused(world.when(&own), RoleMissing, "BKY.20.3f", "/office");
    assert_eq!(why, ended("kominfo", &["dishub"]));
    // What the team decided until the last day can still be recorded; later it is nobody.
    world.given(&recorded("3", "role/pencatat-dishub", "2026-11-19"));
    let late = recorded("4", "role/pencatat-dishub", "2026-11-20");
    let why = refused(world.when(&late), RoleMissing, "BKY.20.3f", "/decision/office");
    assert_eq!(why, ended("kominfo", &["dishub"]));
}

#[test]
fn an_officer_who_moves_has_one_agency_at_a_time() {
    let mut world = before();
    let enrol = |agency: &str| changed("signer.enrolled", &[("/data/agency", json!(agency))]);
    world.enrolments = vec![enrolment(OFFICER)];
    world.given(&enrol("dinkes"));
    world.enrolments = vec![enrolment("a new card")];
    let why = refused(world.when(&enrol("dishub")), RuleRefused, "SYS.4.7", "/data/agency");
    assert_eq!(why, Why::SignsForAnotherAgency { agency: "dinkes".to_owned() });
    // A suspended certificate is still his.
    world.enrolments.clear();
    world.given(&example("signer.suspended"));
    world.enrolments = vec![enrolment("a new card")];
    refused(world.when(&enrol("dishub")), RuleRefused, "SYS.4.7", "/data/agency");
    world.enrolments.clear();
    world.given(&example("signer.revoked"));
    world.enrolments = vec![enrolment("a new card")];
    world.given(&enrol("dishub"));
    let key = format!("signer/{OFFICER}");
    assert_eq!(world.field(&key, "agency"), "dishub");
    assert_eq!(world.field(&key, "certificates")[0]["agency"], "dinkes");
    assert_eq!(world.field(&key, "certificates")[1]["agency"], "dishub");
    // The card that he lost is his for ever.
    world.enrolments = vec![enrolment(OFFICER)];
    refused(world.when(&enrol("dishub")), RuleRefused, "SYS.4.2", "/data/chain");
}

#[test]
fn the_signers_of_an_agency_are_enrolled_anew_for_its_successor() {
    let mut world = before();
    let enrol = |agency: &str| changed("signer.enrolled", &[("/data/agency", json!(agency))]);
    world.enrolments = vec![enrolment(OFFICER)];
    world.given(&enrol("dinkes"));
    world.enrolments.clear();
    world.given(&merged("dinkes", json!([{ "agency": NEW }])));
    world.enrolments = vec![enrolment("a new card")];
    refused(world.when(&enrol("dishub")), RuleRefused, "SYS.4.7", "/data/agency");
    world.given(&enrol(NEW));
    assert_eq!(world.field(&format!("signer/{OFFICER}"), "agency"), NEW);
}

#[test]
fn a_suspended_signer_comes_back_with_what_he_had_or_with_a_new_certificate() {
    let mut world = region();
    world.enrolments = vec![enrolment(OFFICER)];
    world.given(&example("signer.enrolled"));
    world.enrolments.clear();
    let key = format!("signer/{OFFICER}");
    let states = |world: &World| {
        let list = world.field(&key, "certificates");
        let states = list.as_array().unwrap().iter().map(|entry| entry["state"].clone());
        states.collect::<Vec<_>>()
    };
    world.given(&example("signer.suspended"));
    assert_eq!((world.state(&key), states(&world)), ("suspended", vec![json!("suspended")]));
    let thumbprint = enrolment(OFFICER).certificate.to_string();
    assert!(is_suspended(&world.facts[&key], &thumbprint));
    refused(world.when(&example("signer.suspended")), TransitionForbidden, "SYS.21.1", "/subject");
    world.given(&example("signer.reinstated"));
    assert_eq!((world.state(&key), states(&world)), ("active", vec![json!("active")]));
    assert_eq!(world.field(&key, "suspension"), Value::Null);
    refused(world.when(&example("signer.reinstated")), TransitionForbidden, "SYS.21.2", "/subject");

    world.given(&example("signer.suspended"));
    world.enrolments = vec![enrolment("a new card")];
    world.given(&example("signer.enrolled"));
    world.enrolments.clear();
    assert_eq!(states(&world), [json!("suspended"), json!("active")]);
    assert_eq!(world.state(&key), "active");
    // The suspended one is revoked; the other goes on.
    world.given(&example("signer.revoked"));
    assert_eq!(states(&world), [json!("revoked"), json!("active")]);
    assert_eq!(world.state(&key), "active");
}

/// Why the first one was suspended may hold still when the second comes back.
#[test]
fn only_the_certificates_of_the_newest_suspension_come_back() {
    let suspended_twice = |structural: &str| {
        let mut world = region();
        let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
        let text = text.replacen("structural = 3", structural, 1);
        world.rules = Arc::new(RuleSet::parse(text.as_bytes()).unwrap());
        for (card, then) in [(OFFICER, "signer.suspended"), ("a new card", "signer.suspended")] {
            world.enrolments = vec![enrolment(card)];
            world.given(&example("signer.enrolled"));
            world.enrolments.clear();
            world.given(&example(then));
        }
        world
    };
    let key = format!("signer/{OFFICER}");
    let states = |world: &World| {
        let list = world.field(&key, "certificates");
        let states = list.as_array().unwrap().iter().map(|entry| entry["state"].clone());
        states.collect::<Vec<_>>()
    };
    let mut world = suspended_twice("structural = 3");
    assert_eq!(states(&world), ["suspended", "suspended"]);
    world.given(&example("signer.reinstated"));
    assert_eq!(
        (world.state(&key), states(&world)),
        ("active", vec![json!("suspended"), json!("active")])
    );
    let first = enrolment(OFFICER).certificate.to_string();
    assert!(is_suspended(&world.facts[&key], &first));
    // Nor with a later suspension.
    world.given(&example("signer.suspended"));
    world.given(&example("signer.reinstated"));
    assert_eq!(states(&world), ["suspended", "active"]);
    // Version 2 revived both, and what it has suspended is not known by suspension.
    let mut before = suspended_twice("structural = 2");
    before.given(&example("signer.reinstated"));
    assert_eq!(states(&before), ["active", "active"]);
    let mut between = suspended_twice("structural = 2");
    between.rules = Arc::new(RuleSet::parse(BENGKAYANG_19_2020).unwrap());
    between.given(&example("signer.reinstated"));
    assert_eq!(states(&between), ["active", "active"]);
}

#[test]
fn a_founder_is_suspended_by_the_other_authority_only() {
    let mut world = region();
    let of = |kind: &str, agency: &str, person: &str| {
        from(agency, kind, &[("/subject", json!(format!("signer/{person}")))])
    };
    let by_registrar = of("signer.suspended", "kominfo", AUTHORITY);
    refused(world.when(&by_registrar), RuleRefused, "SYS.21.1", "/source");
    let himself = of("signer.suspended", "setda", AUTHORITY);
    refused(world.when(&himself), RuleRefused, "SYS.21.1", "/source");
    let himself = of("signer.suspended", "kominfo", REGISTRAR);
    refused(world.when(&himself), RuleRefused, "SYS.21.1", "/source");
    world.given(&of("signer.suspended", "setda", REGISTRAR));
    let opened = example("ledger.opened");
    let second = opened["data"]["registrars"][1].clone();
    let back = of("signer.reinstated", second["agency"].as_str().unwrap(), REGISTRAR);
    let second: &'static str =
        Box::leak(second["person"].as_str().unwrap().to_owned().into_boxed_str());
    refused(world.signed_by(second).when(&back), RuleRefused, "SYS.21.2", "/source");
    world.given(&of("signer.reinstated", "setda", REGISTRAR));
}
