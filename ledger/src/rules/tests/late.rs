//! What is entered late: it rests on the office of its own day, comes after its grounds, and keeps no deadline by its word alone.

use Code::{RoleMissing, RuleRefused};

use super::corrections::corrected;
use super::decisions::ends;
use super::recorders::{PLAN, at, before, post_as};
use super::rows::{HEAD_OF_DINKES, post, region};
use super::*;

pub(super) const SOP: &str = "sop/simpus/1";

/// Entered late, with a paper of that date.
pub(super) fn late(mut event: Value, time: &str, paper: Option<&str>) -> Value {
    let mut document = example("subdomain.requested")["data"]["letter"].clone();
    document["date"] = json!(paper);
    if paper.is_none() {
        document.as_object_mut().unwrap().remove("date");
    }
    event["time"] = json!(time);
    event["late"] = json!({ "reason": "Dari buku agenda.", "document": document });
    event
}

pub(super) fn late_on(event: Value, day: &str) -> Value {
    late(event, &format!("{day}T09:00:00+07:00"), Some(day))
}

fn not_held(office: &str, person: &str, day: &str) -> Why {
    Why::OfficeNotHeld { office: office.to_owned(), person: person.to_owned(), day: day.to_owned() }
}

pub(super) fn on_version_two(world: &mut World) {
    let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    let text = text.replacen("structural = 3", "structural = 2", 1);
    world.rules = Arc::new(RuleSet::parse(text.as_bytes()).unwrap());
}

/// What was done last week is entered this week, with its paper, by those who did it.
#[test]
fn an_act_of_last_week_is_entered_with_its_paper() {
    let mut world = region();
    post(&mut world, &late_on(example("plan.drafted"), "2026-11-11")).unwrap();
    post(&mut world, &late_on(example("plan.adopted"), "2026-11-13")).unwrap();
    assert_eq!(world.state(PLAN), "in_force");
    assert_eq!(world.field(PLAN, "adoption")["adopted_at"], "2026-11-13T09:00:00+07:00");
    assert_eq!(world.field(PLAN, "dates"), json!({ "entered": "2026-11-13" }));
    // Also where the paper has no date: what counts back does so on no word but theirs, and nothing rests on it here.
    let mut world = region();
    let time = |day: &str| format!("{day}T09:00:00+07:00");
    post(&mut world, &late(example("plan.drafted"), &time("2026-11-11"), None)).unwrap();
    post(&mut world, &late(example("plan.adopted"), &time("2026-11-13"), None)).unwrap();
    assert_eq!(world.state(PLAN), "in_force");
}

#[test]
fn who_acts_in_an_office_held_it_on_the_day_of_the_act_already() {
    let mut world = region();
    post(&mut world, &late_on(example("plan.drafted"), "2020-11-10")).unwrap();
    // The regent is in office since 5 January.
    let early = late_on(example("plan.adopted"), "2026-01-04");
    let why = refused(post(&mut world, &early), RoleMissing, "SYS.12.4", "/time");
    assert_eq!(why, not_held("role/bupati", REGENT, "2026-01-04"));
    let mut former = world.clone();
    on_version_two(&mut former);
    post(&mut former, &early).unwrap();
    // By the local day: what is still the fourth in London is the fifth in Bengkayang.
    let first = late(example("plan.adopted"), "2026-01-04T17:00:00Z", Some("2026-01-05"));
    post(&mut world, &first).unwrap();
}

/// 24 hours back no `late` is asked for; the office of that day is.
#[test]
fn nor_does_an_act_of_yesterday_rest_on_an_office_that_begins_today() {
    let mut world = World::bengkayang();
    let regent = |from: &str| {
        changed(
            "role.appointed",
            &[
                ("/source", json!("agency/kominfo")),
                ("/subject", json!("role/bupati")),
                ("/data/person", json!(REGENT)),
                ("/data/agency", json!("setda")),
                ("/data/head", json!(false)),
                ("/data/from", json!(from)),
            ],
        )
    };
    world.given(&regent("2026-11-20"));
    world.given(&at("plan.drafted", "d1", "2026-11-19"));
    let yesterday = at("plan.adopted", "a1", "2026-11-19");
    let why = refused(post(&mut world, &yesterday), RoleMissing, "SYS.12.4", "/time");
    assert_eq!(why, not_held("role/bupati", REGENT, "2026-11-19"));
    // A clock that runs ahead makes no other day of it: today's office is asked for, and held.
    let mut ahead = at("plan.adopted", "a2", "2026-11-20");
    ahead["time"] = json!("2026-11-21T00:05:00+07:00");
    post(&mut world, &ahead).unwrap();
    assert_eq!(world.field(PLAN, "dates"), json!({ "entered": "2026-11-20" }));
}

/// What he was called then is another matter: who acted for the holder last week, and holds the office now, signs as he does now.
#[test]
fn an_earlier_act_may_rest_on_another_title_of_the_same_office() {
    let appointed = |id: &str, mandate: Value, from: &str, until: Value| {
        changed(
            "role.appointed",
            &[
                ("/id", json!(id)),
                ("/source", json!("agency/kominfo")),
                ("/subject", json!("role/bupati")),
                ("/data/person", json!(REGENT)),
                ("/data/agency", json!("setda")),
                ("/data/head", json!(false)),
                ("/data/mandate", mandate),
                ("/data/from", json!(from)),
                ("/data/until", until),
            ],
        )
    };
    let mut world = World::bengkayang();
    world.given(&appointed("plt", json!("plt"), "2026-11-02", json!("2026-11-14")));
    world.given(&appointed("own", Value::Null, "2026-11-16", Value::Null));
    world.given(&late_on(example("plan.drafted"), "2026-11-01"));
    let adopted = |day: &str| late_on(example("plan.adopted"), day);
    for nobodys in ["2026-11-01", "2026-11-15"] {
        let why = refused(post(&mut world, &adopted(nobodys)), RoleMissing, "SYS.12.4", "/time");
        assert_eq!(why, not_held("role/bupati", REGENT, nobodys));
    }
    post(&mut world, &adopted("2026-11-14")).unwrap();
}

/// A mandate covers what was done under it, not what was done before it was given.
#[test]
fn a_mandate_that_begins_today_covers_nothing_that_was_done_before() {
    const DELEGATE: &str = "p-e2f87a6c3b10";
    let mut world = region();
    let delegated = changed(
        "role.delegated",
        &[
            ("/id", json!("delegated")),
            ("/subject", json!("role/bupati")),
            ("/source", json!("agency/kominfo")),
            ("/data/person", json!(DELEGATE)),
            ("/data/agency", json!("setda")),
            ("/data/holder", json!(REGENT)),
            ("/data/acts", Value::Null),
            ("/data/from", json!("2026-11-18")),
        ],
    );
    world.given(&delegated);
    post(&mut world, &late_on(example("plan.drafted"), "2026-11-10")).unwrap();
    let adopted = |day: &str| {
        let mut event = late_on(example("plan.adopted"), day);
        (event["mandate"], event["mandateref"]) = (json!("an"), json!("delegated"));
        event
    };
    let early = post_as(&mut world, DELEGATE, &adopted("2026-11-17"));
    let why = refused(early, RoleMissing, "SYS.12.4", "/time");
    assert_eq!(why, not_held("role/bupati", DELEGATE, "2026-11-17"));
    post_as(&mut world, DELEGATE, &adopted("2026-11-18")).unwrap();
}

/// Of a headship it is asked whether it was one.
#[test]
fn an_office_that_headed_no_agency_then_entitles_nobody_to_what_its_head_does() {
    let mut world = region();
    let office = json!("role/plt-kepala-dinkes");
    let appointed = |id: &str, head: bool, from: &str, until: Value| {
        changed(
            "role.appointed",
            &[
                ("/id", json!(id)),
                ("/source", json!("agency/kominfo")),
                ("/subject", office.clone()),
                ("/data/person", json!(HEAD_OF_DINKES)),
                ("/data/agency", json!("dinkes")),
                ("/data/head", json!(head)),
                ("/data/mandate", json!("plt")),
                ("/data/from", json!(from)),
                ("/data/until", until),
            ],
        )
    };
    world.given(&appointed("deputy", false, "2026-11-01", json!("2026-11-14")));
    world.given(&appointed("head", true, "2026-11-15", Value::Null));
    world.given_all(&["system.registered"]);
    post(&mut world, &example("sop.adopted")).unwrap();
    let assessed = |day: &str| {
        let mut event = late_on(example("personnel.transfer_assessed"), day);
        event["office"] = office.clone();
        (event["mandate"], event["mandateref"]) = (json!("plt"), json!("head"));
        event
    };
    let early = post_as(&mut world, HEAD_OF_DINKES, &assessed("2026-11-14"));
    let why = refused(early, RoleMissing, "SYS.12.4", "/time");
    assert!(matches!(why, Why::ActorNotEntitled { .. }), "{why:?}");
    post_as(&mut world, HEAD_OF_DINKES, &assessed("2026-11-15")).unwrap();
}

#[test]
fn a_late_act_does_not_come_before_the_state_that_it_leads_out_of() {
    let mut world = region();
    post(&mut world, &at("plan.drafted", "d1", "2026-11-15")).unwrap();
    let early = late_on(example("plan.adopted"), "2026-11-14");
    let why = refused(post(&mut world, &early), RuleRefused, "SYS.12.2", "/time");
    assert_eq!(why, before(PLAN, "2026-11-15"));
    let mut former = world.clone();
    on_version_two(&mut former);
    post(&mut former, &early).unwrap();
    // What leads to no other state may be older than the newest one.
    let mut again = late_on(example("plan.drafted"), "2026-11-09");
    again["id"] = json!("d2");
    post(&mut world, &again).unwrap();
    assert_eq!(world.field(PLAN, "dates"), json!({ "entered": "2026-11-15" }));
    post(&mut world, &late_on(example("plan.adopted"), "2026-11-15")).unwrap();
}

/// Neither does one of yesterday, for which no `late` is asked.
#[test]
fn an_act_of_yesterday_does_not_lead_out_of_a_state_of_today() {
    let mut world = region();
    post(&mut world, &at("plan.drafted", "d1", "2026-11-20")).unwrap();
    let yesterday = at("plan.adopted", "a1", "2026-11-19");
    let why = refused(post(&mut world, &yesterday), RuleRefused, "SYS.12.2", "/time");
    assert_eq!(why, before(PLAN, "2026-11-20"));
    post(&mut world, &at("plan.adopted", "a1", "2026-11-20")).unwrap();
}

#[test]
fn nothing_is_said_of_an_act_before_it_was_done() {
    let mut world = region();
    post(&mut world, &at("plan.drafted", "d1", "2026-11-10")).unwrap();
    let adopted = at("plan.adopted", "a1", "2026-11-12");
    post(&mut world, &adopted).unwrap();
    for kind in ["decision.annulled", "event.voided"] {
        let by = |day: &str| {
            let mut event = late_on(ends(kind, &adopted), day);
            if kind == "event.voided" {
                event["data"].as_object_mut().unwrap().remove("decision");
            }
            event
        };
        let mut world = world.clone();
        let early = post(&mut world, &by("2026-11-11"));
        let why = refused(early, RuleRefused, "SYS.12.2", "/time");
        assert_eq!(why, before(PLAN, "2026-11-12"), "{kind}");
        post(&mut world, &by("2026-11-12")).unwrap();
        assert_eq!(world.state(PLAN), "drafted", "{kind}");
    }
}

/// A signature comes after what it signs, and so does what takes effect with it.
#[test]
fn a_late_signature_comes_after_the_act_that_waits_and_begins_its_state() {
    let mut world = region();
    world.given(&late_on(example("system.registered"), "2026-11-02"));
    world.given(&late_on(example("sop.adopted.drafted"), "2026-11-10"));
    let signature = |day: &str| late_on(example("act.countersigned"), day);
    let early = post(&mut world, &signature("2026-11-09"));
    let why = refused(early, RuleRefused, "SYS.12.2", "/time");
    assert_eq!(why, before(SOP, "2026-11-10"));
    // Who signs held his office on that day.
    let mut before_his_time = world.clone();
    before_his_time.facts.get_mut("role/kepala-dinkes").unwrap().fields.insert(
        "tenures".to_owned(),
        Field::List(vec![Field::Map(
            [
                ("person", Field::from(HEAD_OF_DINKES)),
                ("agency", Field::from("dinkes")),
                ("head", Field::Flag(true)),
                ("from", Field::from("2026-11-13")),
            ]
            .map(|(name, value)| (name.to_owned(), value))
            .into(),
        )]),
    );
    let early = post(&mut before_his_time, &signature("2026-11-12"));
    let why = refused(early, RoleMissing, "SYS.12.4", "/time");
    assert_eq!(why, not_held("role/kepala-dinkes", HEAD_OF_DINKES, "2026-11-12"));
    post(&mut world, &signature("2026-11-12")).unwrap();
    assert_eq!(world.state(SOP), "in_force");
    assert_eq!(world.field(SOP, "adopted_at"), "2026-11-12T09:00:00+07:00");
    assert_eq!(world.field(SOP, "dates"), json!({ "entered": "2026-11-12" }));
}

/// While an act waits its stream goes on: with the last signature it comes after that, whenever it was signed first.
#[test]
fn what_waited_is_dated_by_its_last_signature() {
    let mut world = region();
    let step = "on = \"sop.adopted\"\nfrom = [\"none\", ";
    let steps = "on = \"sop.adopted\"\nfrom = [\"none\"]\nto = \"in_force\"\n\n\
                 [[lifecycle.transition]]\non = \"sop.adopted\"\nfrom = [";
    let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    assert!(text.contains(step));
    world.rules = Arc::new(RuleSet::parse(text.replacen(step, steps, 1).as_bytes()).unwrap());
    world.given(&late_on(example("system.registered"), "2026-11-02"));
    world.given(&late_on(example("sop.adopted.drafted"), "2026-11-10"));
    let mut meanwhile = late_on(example("sop.adopted"), "2026-11-12");
    meanwhile["id"] = json!("meanwhile");
    post(&mut world, &meanwhile).unwrap();
    let mut reviewed = late_on(example("sop.reviewed"), "2026-11-14");
    reviewed["data"]["result"] = json!("revise");
    post(&mut world, &reviewed).unwrap();
    assert_eq!(world.state(SOP), "revising");
    let early = late_on(example("act.countersigned"), "2026-11-13");
    let refusal = post(&mut world, &early).unwrap_err();
    assert_eq!(refusal.rule.as_deref(), Some("SYS.11.3"));
    assert_eq!(refusal.faults[0].why, before(SOP, "2026-11-14"));
    post(&mut world, &late_on(example("act.countersigned"), "2026-11-15")).unwrap();
    assert_eq!(world.field(SOP, "dates"), json!({ "entered": "2026-11-15" }));
}

/// 43bis(1): by 30 April 2021. The word of him who is late is not enough.
#[test]
fn a_deadline_is_kept_by_what_the_paper_bears_out() {
    let found = |paper: Option<&str>| {
        let mut world = region();
        let event = late(example("adjustment.completed"), "2021-04-30T09:00:00+07:00", paper);
        post(&mut world, &event).unwrap();
        let kept = world.field("agency/dinkes", "adjustment")["completed_at"].clone();
        assert_eq!(kept, "2021-04-30T09:00:00+07:00", "what was signed is kept");
        !world.warnings.is_empty()
    };
    assert!(!found(Some("2021-04-30")), "a paper of that day");
    assert!(!found(Some("2021-04-01")), "an older paper makes the act no older than it says");
    assert!(found(Some("2021-05-01")), "a later paper");
    assert!(found(None), "no date");
    assert!(found(Some("2026-11-21")), "a date to come");
    // What is not late is what it says.
    let mut world = region();
    post(&mut world, &late_on(example("adjustment.completed"), "2021-05-01")).unwrap();
    assert_eq!(world.warnings.len(), 1);
}

#[test]
fn an_older_paper_does_not_make_a_late_act_earlier_than_it_says() {
    let mut world = region();
    let event =
        late(example("adjustment.completed"), "2021-05-01T09:00:00+07:00", Some("2021-04-01"));
    post(&mut world, &event).unwrap();
    assert_eq!(world.warnings.len(), 1);
    let mut world = region();
    on_version_two(&mut world);
    let event = late(example("adjustment.completed"), "2021-04-30T09:00:00+07:00", None);
    post(&mut world, &event).unwrap();
    assert!(world.warnings.is_empty(), "version 2 took its word");
}

/// 39(4): a transaction is signed while its certificate is valid.
#[test]
fn a_term_that_refuses_is_kept_by_what_the_paper_bears_out() {
    let mut world = region();
    world.given(&late_on(example("personnel.assigned.ict"), "2026-01-02"));
    let mut issued = late_on(example("certificate.issued"), "2026-01-02");
    issued["data"]["valid_to"] = json!("2026-10-31T23:59:59+07:00");
    world.given(&issued);
    let signed = |paper| late(example("transaction.signed"), "2026-10-20T09:00:00+07:00", paper);
    for paper in [None, Some("2026-11-01"), Some("2026-11-21")] {
        refused(world.clone().when(&signed(paper)), RuleRefused, "BKY.39.4", "/time");
    }
    let why =
        refused(world.clone().when(&signed(Some("2026-11-01"))), RuleRefused, "BKY.39.4", "/time");
    let Why::ComparisonFails { left, .. } = why else { panic!("{why:?}") };
    assert_eq!(left, "time (2026-10-20T09:00:00+07:00; late.document.date 2026-11-01)");
    world.given(&signed(Some("2026-10-31")));
}

/// Hours count from a point in time; of a paper the day is known, and it is within them on which they end.
#[test]
fn hours_after_a_point_in_time_are_over_with_the_day_on_which_they_end() {
    let mut world = region();
    for kind in ["system.registered", "dataset.registered"] {
        world.given(&late_on(example(kind), "2026-11-02"));
    }
    let mut reported = late_on(example("incident.reported"), "2026-11-10");
    reported["data"]["detected_at"] = json!("2026-11-10T07:45:00+07:00");
    world.given(&reported);
    let mut assessed = late_on(example("incident.severity_assessed"), "2026-11-10");
    assessed["data"]["vital"] = json!(true);
    world.given(&assessed);
    let is_found = |event: &Value| {
        let mut world = world.clone();
        post(&mut world, event).unwrap();
        world.warnings.iter().any(|warning| warning.rule == "BSSN1.15.5")
    };
    let central = |time: &str, paper| late(example("incident.central_reported"), time, paper);
    assert!(!is_found(&central("2026-11-11T07:45:00+07:00", Some("2026-11-11"))));
    assert!(is_found(&central("2026-11-11T07:45:01+07:00", Some("2026-11-11"))));
    assert!(!is_found(&central("2026-11-10T12:00:00+07:00", Some("2026-11-11"))));
    assert!(is_found(&central("2026-11-10T12:00:00+07:00", Some("2026-11-12"))));
    assert!(is_found(&central("2026-11-10T12:00:00+07:00", None)));
}

/// What is compared with the time holds of what it says, too.
#[test]
fn a_report_does_not_precede_what_it_reports_whatever_its_paper_says() {
    let mut world = region();
    world.given(&late_on(example("system.registered"), "2026-11-02"));
    let mut reported = late_on(example("incident.reported"), "2026-11-09");
    reported["late"]["document"]["date"] = json!("2026-11-11");
    reported["data"]["detected_at"] = json!("2026-11-09T09:10:00+07:00");
    refused(world.when(&reported), RuleRefused, "BKY.37.4", "/time");
}

/// A correction comes after what it corrects, and leaves the time as it was signed.
#[test]
fn a_late_act_is_corrected_after_it_was_done_and_keeps_its_time() {
    let mut world = region();
    let drafted = late_on(example("plan.drafted"), "2026-11-10");
    post(&mut world, &drafted).unwrap();
    let correction = |day: &str| {
        late_on(corrected(&drafted, "development_plan", &json!("RPJMD 2021-2026")), day)
    };
    let early = post(&mut world, &correction("2026-11-09"));
    assert_eq!(refused(early, RuleRefused, "SYS.12.2", "/time"), before(PLAN, "2026-11-10"));
    post(&mut world, &correction("2026-11-10")).unwrap();
    let draft = world.field(PLAN, "draft");
    assert_eq!(draft["development_plan"], "RPJMD 2021-2026");
    assert_eq!(draft["drafted_at"], "2026-11-10T09:00:00+07:00");
    assert_eq!(world.field(PLAN, "dates"), json!({ "entered": "2026-11-10" }));
}

/// Nobody gives a mandate for days on which he had nothing to give, by saying that he gave it then.
#[test]
fn a_mandate_is_not_given_late_by_who_held_no_office_then() {
    let mut world = region();
    let given = |day: &str| {
        let event = changed(
            "role.delegated",
            &[
                ("/id", json!("delegated")),
                ("/subject", json!("role/bupati")),
                ("/source", json!("agency/setda")),
                ("/office", json!("role/bupati")),
                ("/data/person", json!("p-e2f87a6c3b10")),
                ("/data/agency", json!("dinkes")),
                ("/data/holder", json!(REGENT)),
                ("/data/acts", Value::Null),
                ("/data/from", json!("2026-11-01")),
            ],
        );
        late_on(event, day)
    };
    let why = refused(post(&mut world, &given("2026-01-04")), RoleMissing, "SYS.12.4", "/time");
    assert_eq!(why, not_held("role/bupati", REGENT, "2026-01-04"));
    post(&mut world, &given("2026-01-05")).unwrap();
}

/// It was recorded when it was posted first: that others took their time does not make it later.
#[test]
fn an_act_that_waited_is_borne_out_by_the_day_on_which_it_was_posted() {
    let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    let row = "type = \"adjustment.completed\"\n";
    let waits = format!("{row}cosigned_by = [\"KAOPD of source\"]\n");
    let term = text.replacen(row, &waits, 1).replacen(
        "value = \"2021-04-30\"\nwarn = true\n",
        "value = \"2026-11-20\"\n",
        1,
    );
    assert!(term.contains(&waits) && !term.contains("value = \"2021-04-30\""));
    let mut world = region();
    world.rules = Arc::new(RuleSet::parse(term.as_bytes()).unwrap());
    let act = late(example("adjustment.completed"), "2026-11-18T09:00:00+07:00", None);
    world.given(&act);
    let signature = |world: &World| {
        let mut signature = world.confirmation(&act);
        signature["source"] = json!("agency/dinkes");
        signature["office"] = json!("role/kepala-dinkes");
        signature
    };
    world.now += 86_400_000_000;
    let mut late_signature = signature(&world);
    late_signature["time"] = json!("2026-11-21T09:00:00+07:00");
    post(&mut world, &late_signature).unwrap();
    assert_eq!(world.field("agency/dinkes", "adjustment")["completed_at"], act["time"]);
    // Posted after the term it is refused at once.
    let mut after = region();
    after.rules = Arc::clone(&world.rules);
    after.now += 86_400_000_000;
    refused(after.when(&act), RuleRefused, "BKY.43bis.1", "/time");
}
