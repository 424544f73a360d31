//! What a recorder may not say: that he decided himself, or that a decision was made before what it rests on.

use Code::{RoleMissing, RuleRefused};

use super::decisions::ends;
use super::rows::{post, region};
use super::*;

const BUPATI: &str = "p-0d94be6a17f2";
pub(super) const CLERK: &str = "p-444444444444";
pub(super) const PLAN: &str = "plan/master";

/// The region with recorders of the regional secretariat and of the agency for personnel.
pub(super) fn recorded_region() -> World {
    let mut world = region();
    for (office, person, agency, recorder) in [
        ("role/pencatat-setda", CLERK, "setda", true),
        ("role/pencatat-bupati", BUPATI, "setda", true),
        ("role/pencatat-bkpsdm", CLERK, "bkpsdm", true),
        ("role/kepala-bkpsdm", "p-555555555555", "bkpsdm", false),
    ] {
        let appointed = [
            ("/source", json!("agency/kominfo")),
            ("/subject", json!(office)),
            ("/data/person", json!(person)),
            ("/data/agency", json!(agency)),
            ("/data/head", Value::Null),
            ("/data/recorder", json!(recorder)),
        ];
        world.given(&changed("role.appointed", &appointed));
    }
    world
}

/// As a recorder writes it down, of what was decided on `day` in the office.
pub(super) fn recorded(mut event: Value, office: &str, by: (&str, &str), day: &str) -> Value {
    let (decider, his_office) = by;
    event["office"] = json!(office);
    event["signedas"] = json!("pencatat");
    event["decision"] = json!({
        "by": decider, "office": his_office, "date": day,
        "document": example("subdomain.requested")["data"]["letter"],
    });
    event
}

pub(super) fn of_regent(event: Value, day: &str) -> Value {
    recorded(event, "role/pencatat-setda", (BUPATI, "role/bupati"), day)
}

pub(super) fn at(kind: &str, id: &str, day: &str) -> Value {
    changed(kind, &[("/id", json!(id)), ("/time", json!(format!("{day}T09:00:00+07:00")))])
}

pub(super) fn post_as(
    world: &mut World,
    person: &'static str,
    event: &Value,
) -> Result<(), Refusal> {
    world.signed_by(person).when(event)
}

pub(super) fn before(thing: &str, since: &str) -> Why {
    Why::DecidedBefore { thing: thing.to_owned(), since: Some(since.to_owned()) }
}

#[test]
fn a_recorder_does_not_record_his_own_decision() {
    let drafted = || {
        let mut world = recorded_region();
        post(&mut world, &example("plan.drafted")).unwrap();
        world
    };
    let own = recorded(
        example("plan.adopted"),
        "role/pencatat-bupati",
        (BUPATI, "role/bupati"),
        "2026-11-20",
    );
    let mut world = drafted();
    let why = refused(post_as(&mut world, BUPATI, &own), RoleMissing, "SYS.12.1", "/decision/by");
    assert_eq!(why, Why::DecisionOfRecorder { person: BUPATI.to_owned() });
    // The regent signs it himself, or another writes it down.
    let written = of_regent(example("plan.adopted"), "2026-11-20");
    post_as(&mut world, CLERK, &written).unwrap();
    assert_eq!(world.state(PLAN), "in_force");
    post(&mut drafted(), &example("plan.adopted")).unwrap();
    // What version 2 has accepted it accepts.
    let mut world = drafted();
    let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    let text = text.replacen("structural = 3", "structural = 2", 1);
    world.rules = Arc::new(RuleSet::parse(text.as_bytes()).unwrap());
    post_as(&mut world, BUPATI, &own).unwrap();
}

#[test]
fn a_decision_is_not_dated_before_the_draft_that_it_adopts() {
    let mut world = recorded_region();
    post(&mut world, &example("plan.drafted")).unwrap();
    let early = of_regent(example("plan.adopted"), "2026-11-19");
    let why =
        refused(post_as(&mut world, CLERK, &early), RuleRefused, "SYS.12.2", "/decision/date");
    assert_eq!(why, before(PLAN, "2026-11-20"));
    // The day is nothing to those who may not read the stream.
    let mut confidential = world.clone();
    confidential.facts.get_mut(PLAN).unwrap().class = Class::Internal;
    let why = refused(
        post_as(&mut confidential, CLERK, &early),
        RuleRefused,
        "SYS.12.2",
        "/decision/date",
    );
    assert_eq!(why, Why::DecidedBefore { thing: PLAN.to_owned(), since: None });
    let on_the_day = of_regent(example("plan.adopted"), "2026-11-20");
    post_as(&mut world, CLERK, &on_the_day).unwrap();
}

/// Paper is written down in the order in which it was signed, however late.
#[test]
fn a_decision_is_not_dated_before_the_state_that_it_leads_out_of() {
    let mut world = recorded_region();
    post(&mut world, &at("plan.drafted", "d1", "2026-11-10")).unwrap();
    let mut first = of_regent(example("plan.adopted"), "2026-11-12");
    first["id"] = json!("a1");
    post_as(&mut world, CLERK, &first).unwrap();
    assert_eq!(world.field(PLAN, "dates"), json!({ "entered": "2026-11-12" }));
    post(&mut world, &at("plan.drafted", "d2", "2026-11-15")).unwrap();
    let adopted = |day: &str| {
        let mut event = of_regent(example("plan.adopted"), day);
        event["id"] = json!("a2");
        event
    };
    let early = post_as(&mut world, CLERK, &adopted("2026-11-14"));
    let why = refused(early, RuleRefused, "SYS.12.2", "/decision/date");
    assert_eq!(why, before(PLAN, "2026-11-15"));
    // What leads to no other state may have been decided before the newest one.
    let review = of_regent(example("plan.reviewed"), "2026-11-13");
    post_as(&mut world, CLERK, &review).unwrap();
    post_as(&mut world, CLERK, &adopted("2026-11-15")).unwrap();
    assert_eq!(world.field(PLAN, "dates")["entered"], "2026-11-15");
}

/// What another stream says is older than its first record.
#[test]
fn a_decision_may_be_dated_before_the_first_record_of_what_it_cites() {
    let mut world = recorded_region();
    post(&mut world, &example("training.recommended")).unwrap();
    let by = ("p-555555555555", "role/kepala-bkpsdm");
    let held = recorded(example("training.held.people"), "role/pencatat-bkpsdm", by, "2026-11-19");
    post_as(&mut world, CLERK, &held).unwrap();
}

/// The paper of a device, a data centre or a budget is older than what was recorded of it first.
#[test]
fn a_decision_may_be_dated_before_what_was_recorded_first_where_no_state_is_demanded() {
    const HEAD: &str = r#"
format = "jejak-ruleset/1"
name = "test"
structural = 3
title = { id = "Uji", en = "Test" }

[[lifecycle]]
stream = "device"
transition = [
  { on = "device.opened", from = ["none"], to = "open" },
  { on = "device.bought", from = ["none"], to = "held" },
  { on = "device.published", from = ["none", "open"], to = "published" },
  { on = "device.checked", from = ["open"], to = "checked" },
  { on = "device.checked", from = ["checked"], to = "checked" },
]
"#;
    let row = |kind: &str| {
        format!(
            "[[act]]\ntype = \"{kind}\"\nrow = \"{kind}\"\nrule = \"T.1\"\nforce = \"DO\"\nclass = \"public\"\n\
             subject = \"device/{{id}}\"\nwho = []\ntext = {{ id = \"Uji.\", en = \"Test.\" }}\n"
        )
    };
    let kinds =
        ["device.seen", "device.opened", "device.bought", "device.published", "device.checked"];
    let rows: String = kinds.iter().map(|kind| row(kind)).collect();
    let rules = Arc::new(RuleSet::parse(format!("{HEAD}{rows}").as_bytes()).unwrap());
    let mut world = recorded_region();
    world.rules = rules;
    let act = |kind: &str, id: &str| {
        let mut event = example("subdomain.requested");
        event["type"] = json!(kind);
        event["id"] = json!(format!("{id}-{kind}"));
        event["subject"] = json!(format!("device/{id}"));
        event["time"] = json!("2026-11-20T09:00:00+07:00");
        event["data"] = json!({});
        event
    };
    let dated = |kind: &str, id: &str, day: &str| of_regent(act(kind, id), day);
    // Known since today, in no state; its contract is of May.
    post(&mut world, &act("device.seen", "d-1")).unwrap();
    assert_eq!(world.field("device/d-1", "dates"), Value::Null);
    post_as(&mut world, CLERK, &dated("device.bought", "d-1", "2026-05-04")).unwrap();
    assert_eq!(world.field("device/d-1", "dates"), json!({ "entered": "2026-05-04" }));
    // Opened today; what may be published without being opened rests on no opening.
    for id in ["d-2", "d-3"] {
        post(&mut world, &act("device.opened", id)).unwrap();
    }
    post_as(&mut world, CLERK, &dated("device.published", "d-2", "2026-05-04")).unwrap();
    // What leads out of the opening alone does; what leads to no other state does not.
    let early = post_as(&mut world, CLERK, &dated("device.checked", "d-3", "2026-11-19"));
    let why = refused(early, RuleRefused, "SYS.12.2", "/decision/date");
    assert_eq!(why, before("device/d-3", "2026-11-20"));
    post_as(&mut world, CLERK, &dated("device.checked", "d-3", "2026-11-20")).unwrap();
    let mut again = dated("device.checked", "d-3", "2026-11-19");
    again["id"] = json!("again");
    post_as(&mut world, CLERK, &again).unwrap();
}

#[test]
fn a_decision_is_not_ended_by_one_that_was_made_before_it() {
    let mut world = recorded_region();
    post(&mut world, &at("plan.drafted", "d1", "2026-11-10")).unwrap();
    let adopted = at("plan.adopted", "a1", "2026-11-12");
    post(&mut world, &adopted).unwrap();
    let early = of_regent(ends("decision.annulled", &adopted), "2026-11-11");
    let why =
        refused(post_as(&mut world, CLERK, &early), RuleRefused, "SYS.12.2", "/decision/date");
    assert_eq!(why, before(PLAN, "2026-11-12"));
    post_as(&mut world, CLERK, &of_regent(ends("decision.annulled", &adopted), "2026-11-12"))
        .unwrap();
    assert_eq!(world.state(PLAN), "drafted");
}

/// A recorder of `agency`; who decides stays the same.
fn of_agency(agency: &str, mut event: Value) -> Value {
    event["source"] = json!(format!("agency/{agency}"));
    event["office"] = json!(format!("role/pencatat-{agency}"));
    event
}

/// The paper of the regent is written down by somebody else than the one whom it is about.
#[test]
fn a_recorder_writes_down_nothing_that_is_done_to_his_own_agency_nor_its_end() {
    const SANCTION: &str = "sanction/2026-2";
    let mut world = recorded_region();
    post(&mut world, &changed("finding.recorded", &[("/data/agency", json!("setda"))])).unwrap();
    let imposed = of_regent(
        changed("sanction.imposed.regent", &[("/data/on", json!("setda"))]),
        "2026-11-20",
    );
    let is_party = Why::RecorderIsParty { party: "setda".to_owned() };
    let refused_to_setda = |world: &mut World, event: &Value| {
        let why = refused(post_as(world, CLERK, event), RoleMissing, "SYS.12.3", "/source");
        assert_eq!(why, is_party);
        post_as(world, CLERK, &of_agency("bkpsdm", event.clone())).unwrap();
    };
    refused_to_setda(&mut world, &imposed);
    assert_eq!(world.state(SANCTION), "imposed");
    let of_other = of_agency("bkpsdm", imposed.clone());
    for kind in ["sanction.complied", "sanction.lifted"] {
        let mut world = world.clone();
        refused_to_setda(&mut world, &of_regent(example(kind), "2026-11-20"));
        assert_eq!(world.state(SANCTION), "closed");
    }
    for kind in ["decision.annulled", "decision.revoked"] {
        let mut world = world.clone();
        let mut ended = of_regent(ends(kind, &of_other), "2026-11-20");
        ended["source"] = json!("agency/setda");
        refused_to_setda(&mut world, &ended);
        assert_ne!(world.state(SANCTION), "imposed");
    }
    // The regent is of that agency himself, and signs himself.
    let mut himself = world.clone();
    post(&mut himself, &example("sanction.lifted")).unwrap();
    // What is done to another agency he writes down.
    let mut world = recorded_region();
    post(&mut world, &example("finding.recorded")).unwrap();
    let on_dinkes = of_regent(example("sanction.imposed.regent"), "2026-11-20");
    post_as(&mut world, CLERK, &on_dinkes).unwrap();
    post_as(&mut world, CLERK, &of_regent(example("sanction.lifted"), "2026-11-20")).unwrap();
}

#[test]
fn a_recorder_writes_down_nothing_that_is_done_to_himself() {
    let mut world = region();
    for (office, person, recorder) in
        [("role/pencatat-kominfo", CLERK, true), ("role/kepala-kominfo", "p-555555555555", false)]
    {
        let appointed = [
            ("/source", json!("agency/kominfo")),
            ("/subject", json!(office)),
            ("/data/person", json!(person)),
            ("/data/agency", json!("kominfo")),
            ("/data/head", Value::Null),
            ("/data/recorder", json!(recorder)),
        ];
        world.given(&changed("role.appointed", &appointed));
    }
    world.given(&changed("certificate.issued", &[("/data/holder", json!(CLERK))]));
    let by = ("p-555555555555", "role/kepala-kominfo");
    let found = changed("certificate.misuse_found", &[("/data/holder", json!(CLERK))]);
    let found = recorded(found, "role/pencatat-kominfo", by, "2026-11-20");
    let why = refused(post_as(&mut world, CLERK, &found), RoleMissing, "SYS.12.3", "/source");
    assert_eq!(why, Why::RecorderIsParty { party: CLERK.to_owned() });
    // What version 2 has accepted it accepts.
    let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    let text = text.replacen("structural = 3", "structural = 2", 1);
    world.rules = Arc::new(RuleSet::parse(text.as_bytes()).unwrap());
    post_as(&mut world, CLERK, &found).unwrap();
}

/// Taken back, the stream begins anew.
#[test]
fn what_was_voided_dates_nothing() {
    let mut world = recorded_region();
    post(&mut world, &at("plan.drafted", "d1", "2026-11-15")).unwrap();
    let mut voided = ends("event.voided", &at("plan.drafted", "d1", "2026-11-15"));
    voided["data"].as_object_mut().unwrap().remove("decision");
    post(&mut world, &voided).unwrap();
    assert_eq!(world.field(PLAN, "dates"), Value::Null);
    post(&mut world, &at("plan.drafted", "d2", "2026-11-10")).unwrap();
    assert_eq!(world.field(PLAN, "dates"), json!({ "entered": "2026-11-10" }));
}
