//! Incidents after Pasal 37: secured, reported, noticed, closed, in that order and by whom the rows name.

use Code::{ContentInvalid, RoleMissing, RuleRefused, TransitionForbidden};

use super::rows::{hit_datasets, region};
use super::*;
use crate::registers::INCIDENTS;

const INCIDENT: &str = "incident/2026-0007";

fn reported() -> World {
    let mut world = World::bengkayang();
    world.given_all(&["system.registered", "incident.reported"]);
    registered(world)
}

/// With the data sets that the incident hits.
fn registered(mut world: World) -> World {
    for dataset in hit_datasets() {
        world.given(&dataset);
    }
    world
}

#[test]
fn an_incident_goes_from_securing_to_closing() {
    let mut world = registered(World::bengkayang());
    world.given(&example("system.registered"));
    for (kind, state) in [
        ("incident.data_secured", "open"),
        ("incident.reported", "reported"),
        ("incident.walidata_notified", "reported"),
    ] {
        world.given(&example(kind));
        assert_eq!(world.state(INCIDENT), state);
    }
    let own =
        [("/data/walidata", json!("dinkes")), ("/data/datasets", json!(["kunjungan-pasien"]))];
    world.given(&changed("incident.walidata_notified", &own));
    assert_eq!(world.state(INCIDENT), "notified");
    world.given(&example("incident.closed"));
    assert_eq!(world.state(INCIDENT), "closed");
    assert_eq!(world.facts[INCIDENT].class, Class::Restricted);
    let late = example("incident.data_secured");
    refused(world.when(&late), TransitionForbidden, "BKY.37.4", "/subject");
}

#[test]
fn securing_and_reporting_come_in_either_order() {
    let mut world = reported();
    assert_eq!(world.state(INCIDENT), "reported");
    world.given(&example("incident.data_secured"));
    assert_eq!(world.state(INCIDENT), "reported");
}

#[test]
fn an_incident_is_not_closed_before_the_data_are_secured() {
    let mut world = World::bengkayang();
    world.given(&example("system.registered"));
    world.given(&changed("incident.reported", &[("/data/datasets", json!([]))]));
    refused(world.when(&example("incident.closed")), RuleRefused, "BKY.37.4", "/subject");
    world.given_all(&["incident.data_secured", "incident.closed"]);
    assert_eq!(world.state(INCIDENT), "closed");
}

#[test]
fn an_incident_is_not_closed_before_report_and_notice() {
    let mut world = registered(World::bengkayang());
    world.given_all(&["system.registered", "incident.data_secured"]);
    refused(world.when(&example("incident.closed")), TransitionForbidden, "BKY.37.4", "/subject");
    world.given_all(&["incident.reported", "incident.walidata_notified"]);
    refused(world.when(&example("incident.closed")), TransitionForbidden, "BKY.37.4", "/subject");
}

#[test]
fn a_report_comes_from_the_pse_of_the_system() {
    let mut world = World::bengkayang();
    let unknown = example("incident.reported");
    refused(world.when(&unknown), RuleRefused, "BKY.37.4", "/source");
    world.given(&example("system.registered"));
    let other = changed("incident.reported", &[("/source", json!("agency/dishub"))]);
    refused(world.when(&other), RuleRefused, "BKY.37.4", "/source");
}

#[test]
fn a_report_does_not_precede_the_detection() {
    let mut world = World::bengkayang();
    world.given(&example("system.registered"));
    let detected = [("/data/detected_at", json!("2026-11-20T02:00:01Z"))];
    refused(world.when(&changed("incident.reported", &detected)), RuleRefused, "BKY.37.4", "/time");
    let same = [("/data/detected_at", json!("2026-11-20T02:00:00Z"))];
    world.given(&changed("incident.reported", &same));
}

#[test]
fn another_agency_takes_no_part_in_an_incident() {
    let mut world = reported();
    let dishub = [("/source", json!("agency/dishub"))];
    let secured = changed("incident.data_secured", &dishub);
    refused(world.when(&secured), RuleRefused, "BKY.37.4", "/source");
    let notified = changed("incident.walidata_notified", &dishub);
    refused(world.when(&notified), RoleMissing, "BKY.37.4", "/source");
    let closed = changed("incident.closed", &dishub);
    refused(world.when(&closed), RoleMissing, "BKY.37.4", "/source");

    let mut world = World::bengkayang();
    world.given(&example("system.registered")).given(&secured);
    refused(world.when(&example("incident.reported")), RuleRefused, "BKY.37.4", "/source");
}

#[test]
fn the_communications_agency_may_close() {
    let mut world = World::bengkayang();
    world.given_all(&["system.registered", "incident.data_secured"]);
    world.given(&changed("incident.reported", &[("/data/datasets", json!([]))]));
    world.given(&changed("incident.closed", &[("/source", json!("agency/kominfo"))]));
    assert_eq!(world.state(INCIDENT), "closed");
}

#[test]
fn notice_goes_to_the_walidata_of_each_data_set_hit() {
    let mut world = reported();
    let other = changed("incident.walidata_notified", &[("/data/walidata", json!("dishub"))]);
    let why = refused(world.when(&other), RuleRefused, "BKY.37.4", "/data/walidata");
    assert_eq!(
        why,
        Why::OtherWalidata { dataset: "penduduk".to_owned(), walidata: Some("setda".to_owned()) }
    );
    let mut not_hit =
        changed("incident.walidata_notified", &[("/data/datasets", json!(["pajak"]))]);
    let why = refused(world.when(&not_hit), RuleRefused, "BKY.37.4", "/data/datasets");
    let (thing, state) = ("dataset/pajak".to_owned(), Some("none".to_owned()));
    let allowed = ["registered", "retired"].map(str::to_owned).to_vec();
    assert_eq!(why, Why::StateForbids { thing, state, allowed });
    let pajak = [
        ("/id", json!("registered-pajak")),
        ("/subject", json!("dataset/pajak")),
        ("/data/topic", json!("pajak")),
        ("/data/walidata", json!("setda")),
    ];
    world.given(&changed("dataset.registered", &pajak));
    let why = refused(world.when(&not_hit), RuleRefused, "BKY.37.4", "/data/datasets");
    assert_eq!(why, Why::NotReported { dataset: "pajak".to_owned() });
    not_hit["data"]["datasets"] = json!(["penduduk"]);
    world.clone().given(&not_hit);
    let unwritten = changed("incident.walidata_notified", &[("/data/notice", Value::Null)]);
    refused(world.when(&unwritten), ContentInvalid, "BKY.37.4", "/data/notice");
}

/// Whoever succeeded the walidata is notified, and not the agency that ended.
#[test]
fn notice_goes_to_whoever_stands_for_a_walidata_that_ended() {
    let mut world = region();
    world.given(&example("system.registered"));
    let [mut dataset, _] = hit_datasets();
    dataset["data"]["walidata"] = json!("bkpsdm");
    world.given(&dataset);
    let reported = [("/data/datasets", json!([{ "dataset": "penduduk", "walidata": "bkpsdm" }]))];
    world.given(&changed("incident.reported", &reported));
    assert_eq!(world.warnings.iter().filter(|found| found.rule == "BKY.37.4").count(), 0);
    let merged = [
        ("/subject", json!("agency/bkpsdm")),
        ("/data/successors/0", json!({ "agency": "dishub" })),
    ];
    world.given(&changed("agency.merged", &merged));
    let notice = |walidata: &str| {
        changed("incident.walidata_notified", &[("/data/walidata", json!(walidata))])
    };
    let why = refused(world.when(&notice("bkpsdm")), RuleRefused, "BKY.37.4", "/data/walidata");
    assert!(matches!(why, Why::AgencyEnded { .. }), "{why:?}");
    world.given(&notice("dishub"));
    assert_eq!(world.state(INCIDENT), "notified");
}

/// What an incident of another is told by is the same for one that is not there, but where the act would open it.
#[test]
fn a_stranger_is_told_of_an_incident_what_he_is_told_where_there_is_none() {
    let stranger = |kind: &str, incident: &str| {
        let changes = [("/source", json!("agency/dishub")), ("/subject", json!(incident))];
        changed(kind, &changes)
    };
    let told = |world: &mut World, event: &Value| world.clone().when(event).unwrap_err();
    let secured = ["incident.data_secured"];
    let breached = ["service.confidentiality_breached"];
    let followed = ["system.registered", "incident.reported", "incident.data_secured"];
    for given in [&secured[..], &breached[..], &followed[..]] {
        let mut world = World::bengkayang();
        world.given_all(given);
        let last = example(given[given.len() - 1]);
        let incident = last["subject"].as_str().unwrap();
        for kind in [
            "incident.walidata_notified",
            "incident.closed",
            "incident.severity_assessed",
            "incident.central_reported",
        ] {
            let there = told(&mut world, &stranger(kind, incident));
            assert_eq!(there.code, RoleMissing, "{kind}");
            assert_eq!(there, told(&mut world, &stranger(kind, "incident/none")), "{kind}");
        }
        // An id that is taken cannot be taken again; in which state it is, and by which act, is not said.
        for kind in
            ["incident.data_secured", "incident.reported", "service.confidentiality_breached"]
        {
            let there = told(&mut world, &stranger(kind, incident));
            let pointer = there.faults[0].pointer.as_str();
            assert_eq!((there.code, pointer), (RuleRefused, "/source"), "{kind}");
        }
    }
}

#[test]
fn notice_comes_after_the_report() {
    let mut world = World::bengkayang();
    world.given_all(&["system.registered", "incident.data_secured"]);
    let notice = example("incident.walidata_notified");
    refused(world.when(&notice), TransitionForbidden, "BKY.37.4", "/subject");
}

fn supplemented(id: &str, datasets: Value) -> Value {
    changed("incident.reported", &[("/id", json!(id)), ("/data/datasets", datasets)])
}

fn notice(id: &str, walidata: &str, datasets: Value) -> Value {
    let changes =
        [("/id", json!(id)), ("/data/walidata", json!(walidata)), ("/data/datasets", datasets)];
    changed("incident.walidata_notified", &changes)
}

/// 37(4): also the walidata of what is found to be hit later is notified.
#[test]
fn a_report_is_supplemented_with_what_is_found_to_be_hit_later() {
    let one = json!([{ "dataset": "penduduk", "walidata": "setda" }]);
    let both = json!([
        { "dataset": "penduduk", "walidata": "setda" },
        { "dataset": "kunjungan-pasien", "walidata": "dinkes" },
    ]);
    let own = notice("n-2", "dinkes", json!(["kunjungan-pasien"]));
    for is_notified in [false, true] {
        let mut world = registered(World::bengkayang());
        world.given(&example("system.registered"));
        world.given(&supplemented("r-1", one.clone()));
        if is_notified {
            world.given(&notice("n-1", "setda", json!(["penduduk"])));
            assert_eq!(world.state(INCIDENT), "notified");
        } else {
            let why = refused(world.when(&own), RuleRefused, "BKY.37.4", "/data/datasets");
            assert_eq!(why, Why::NotReported { dataset: "kunjungan-pasien".to_owned() });
        }
        world.given(&supplemented("r-2", both.clone()));
        assert_eq!(world.state(INCIDENT), "reported");
        world.given(&own);
        if !is_notified {
            assert_eq!(world.state(INCIDENT), "reported");
            world.given(&notice("n-1", "setda", json!(["penduduk"])));
        }
        assert_eq!(world.state(INCIDENT), "notified");
        // What names nothing else leaves nobody to be notified.
        world.given(&supplemented("r-3", both.clone()));
        assert_eq!(world.state(INCIDENT), "notified");
        world.given_all(&["incident.data_secured", "incident.closed"]);
        let late = supplemented("r-4", both.clone());
        refused(world.when(&late), TransitionForbidden, "BKY.37.4", "/subject");
    }
}

#[test]
fn a_supplement_is_about_the_same_incident_and_takes_nothing_back() {
    let mut world = reported();
    world.given(&changed("system.registered", &[("/subject", json!("system/other"))]));
    for (at, value, pointer) in [
        ("/data/system", json!("other"), "/data/system"),
        ("/data/detected_at", json!("2026-11-20T07:44:59+07:00"), "/data/detected_at"),
        ("/data/datasets", json!([]), "/data/datasets/dataset"),
    ] {
        let other = changed("incident.reported", &[(at, value)]);
        refused(world.when(&other), RuleRefused, "BKY.37.4", pointer);
    }
}

/// The duty to report at the first opportunity is judged by the first report.
#[test]
fn the_register_shows_the_first_report_and_all() {
    let mut world = reported();
    let later = changed("incident.reported", &[("/time", json!("2026-11-21T09:00:00+07:00"))]);
    world.now += 86_400_000_000 * 2;
    world.given(&later);
    let row = INCIDENTS.row("2026-0007", &world.facts[INCIDENT], Class::Restricted, Micros(NOW));
    let times = ["2026-11-20T09:00:00+07:00", "2026-11-21T09:00:00+07:00"];
    assert_eq!((&row["reported_at"], &row["reports"]), (&json!(times[0]), &json!(times)));
}

/// 40(6) and 37(4): what begins as a breach of confidentiality is secured and reported as any other.
#[test]
fn a_breach_is_secured_and_reported() {
    let mut world = World::bengkayang();
    world.given(&example("system.registered"));
    let breach = [("/subject", json!(INCIDENT)), ("/source", json!("agency/dinkes"))];
    world.given(&changed("service.confidentiality_breached", &breach));
    assert_eq!(world.state(INCIDENT), "breached");
    world.given(&example("incident.data_secured"));
    assert_eq!(world.state(INCIDENT), "breached");
    world.given(&supplemented("r-1", json!([])));
    assert_eq!(world.state(INCIDENT), "reported");
    world.given(&example("incident.closed"));
    assert_eq!(world.state(INCIDENT), "closed");
}
