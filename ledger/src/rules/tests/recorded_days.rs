//! What a recorder writes down of a decision keeps the day of the decision: as its time, in its terms, and for who was there.

use Code::RuleRefused;

use super::late::{SOP, late, late_on, on_version_two};
use super::recorders::{CLERK, PLAN, at, of_regent, post_as, recorded, recorded_region};
use super::rows::{HEAD_OF_DINKES, post};
use super::*;
use crate::registers;

/// The day of the decision, not the moment at which somebody typed it in.
#[test]
fn what_a_recorder_records_keeps_the_day_of_the_decision_as_its_time() {
    let mut world = recorded_region();
    post(&mut world, &at("plan.drafted", "d1", "2026-11-10")).unwrap();
    let adopted = of_regent(example("plan.adopted"), "2026-11-12");
    let mut former = world.clone();
    on_version_two(&mut former);
    post_as(&mut former, CLERK, &adopted).unwrap();
    assert_eq!(former.field(PLAN, "adoption")["adopted_at"], adopted["time"]);
    post_as(&mut world, CLERK, &adopted).unwrap();
    assert_eq!(world.field(PLAN, "adoption")["adopted_at"], "2026-11-12");
    // Nor is it the later moment that is claimed to be that of the act.
    let mut reviewed = of_regent(example("plan.reviewed"), "2026-11-13");
    reviewed = late(reviewed, "2026-11-18T09:00:00+07:00", None);
    post_as(&mut world, CLERK, &reviewed).unwrap();
    assert_eq!(world.field(PLAN, "review")["reviewed_at"], "2026-11-13");
}

/// The five years of 6(4)b count from the day of the decision.
#[test]
fn a_term_counts_from_the_day_of_a_recorded_decision() {
    for (day, is_over) in [("2021-11-19", true), ("2021-11-20", false)] {
        let mut world = recorded_region();
        let regent = world.facts.get_mut("role/bupati").unwrap();
        let Some(Field::List(tenures)) = regent.fields.get_mut("tenures") else { panic!() };
        let Field::Map(tenure) = &mut tenures[0] else { panic!() };
        tenure.insert("from".to_owned(), Field::from("2021-02-26"));
        post(&mut world, &late_on(example("plan.drafted"), "2021-11-01")).unwrap();
        post_as(&mut world, CLERK, &of_regent(example("plan.adopted"), day)).unwrap();
        post(&mut world, &example("app.coordination_requested")).unwrap();
        let found = world.warnings.iter().any(|warning| warning.rule == "BKY.6.4b");
        assert_eq!(found, is_over, "{day}");
    }
}

/// An agency that has ended since was there on the day of the act.
#[test]
fn minutes_may_name_an_agency_that_ended_after_their_day() {
    let mut world = recorded_region();
    post(&mut world, &example("role.appointed.cio")).unwrap();
    let ended = [("/subject", json!("agency/dishub")), ("/data/date", json!("2026-11-19"))];
    world.given(&changed("agency.dissolved", &ended));
    let mut minutes = example("coordination.held.plan");
    minutes["data"]["participants"] = json!(["kominfo", "dishub"]);
    let by = (AUTHORITY, "role/cio");
    let of = |day: &str| recorded(minutes.clone(), "role/pencatat-setda", by, day);
    let gone = |result| {
        let why = refused(result, RuleRefused, "BKY.11.3", "/data/participants");
        let Why::AgencyEnded { agency, last_day, .. } = why else { panic!("{why:?}") };
        assert_eq!((agency.as_str(), last_day.as_str()), ("dishub", "2026-11-19"));
    };
    gone(post_as(&mut world.clone(), CLERK, &of("2026-11-20")));
    post_as(&mut world.clone(), CLERK, &of("2026-11-19")).unwrap();
    let mut former = world.clone();
    on_version_two(&mut former);
    gone(post_as(&mut former, CLERK, &of("2026-11-19")));
    // The same where he signs himself, by what his paper bears out.
    let own = |time: &str, paper| late(minutes.clone(), &format!("{time}T09:00:00+07:00"), paper);
    gone(post(&mut world.clone(), &minutes));
    gone(post(&mut world.clone(), &own("2026-11-18", None)));
    gone(post(&mut world.clone(), &own("2026-11-18", Some("2026-11-20"))));
    gone(post(&mut world.clone(), &own("2026-11-20", Some("2026-11-18"))));
    post(&mut world.clone(), &own("2026-11-18", Some("2026-11-19"))).unwrap();
    post(&mut world, &at("coordination.held.plan", "of-yesterday", "2026-11-19")).unwrap();
}

/// 9(4): a year after the day of a decision that was recorded, and of which no hour is known.
#[test]
fn a_review_is_due_a_year_after_the_day_of_a_recorded_adoption() {
    let mut world = recorded_region();
    world.given(&late_on(example("system.registered"), "2026-11-02"));
    let by = (HEAD_OF_DINKES, "role/kepala-dinkes");
    let office = [
        ("/source", json!("agency/kominfo")),
        ("/subject", json!("role/pencatat-dinkes")),
        ("/data/person", json!(CLERK)),
        ("/data/agency", json!("dinkes")),
        ("/data/head", Value::Null),
        ("/data/recorder", json!(true)),
    ];
    world.given(&changed("role.appointed", &office));
    let recorded = |kind: &str, day: &str| recorded(example(kind), "role/pencatat-dinkes", by, day);
    post_as(&mut world, CLERK, &recorded("sop.adopted", "2026-11-10")).unwrap();
    assert_eq!(world.field(SOP, "adopted_at"), "2026-11-10");
    let shown = |world: &World, days: u64| {
        let register = registers::by_name("sops").unwrap();
        let at = Micros(NOW + days * 86_400_000_000);
        let row = register.row("simpus/1", &world.facts[SOP], Class::Public, at);
        (row["review_due_on"].clone(), row["review_due"].clone())
    };
    assert_eq!(shown(&world, 354), (json!("2027-11-10"), json!(false)));
    assert_eq!(shown(&world, 355), (json!("2027-11-10"), json!(true)));
    // The later of the two counts, whether a day is known or a point in time.
    let mut reviewed = world.clone();
    post_as(&mut reviewed, CLERK, &recorded("sop.reviewed", "2026-11-12")).unwrap();
    assert_eq!(shown(&reviewed, 0).0, "2027-11-12");
    post(&mut world, &late_on(example("sop.reviewed"), "2026-11-09")).unwrap();
    assert_eq!(shown(&world, 0).0, "2027-11-10");
}
