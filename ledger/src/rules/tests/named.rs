//! What an act names besides itself: plans that are there, agencies that stand, and others than oneself; and sites whose
//! name was taken away.

use Code::{RuleRefused, TransitionForbidden};

use super::decisions::ends;
use super::rows::{post, region, world_of};
use super::*;

const PLAN: &str = "plan/master";
const SITE: &str = "site/simpus.bengkayangkab.go.id";
/// The site of an application.
const OPENED: [&str; 4] =
    ["system.registered", "subdomain.requested", "subdomain.granted", "site.opened.pse"];

fn coordinated() -> Value {
    example("app.coordination_requested")
}

fn dissolved(world: &mut World) {
    world.given(&example("agency.dissolved"));
}

/// `plan/master` was cited and nobody looked whether anything stood behind it.
#[test]
fn an_application_rests_on_a_plan_that_is_recorded_and_in_force() {
    let mut world = region();
    let nowhere = Why::NotAPlan { in_force: true };
    let why = refused(world.when(&coordinated()), RuleRefused, "BKY.20.2", "/data/plan");
    assert_eq!(why, nowhere);
    world.given(&example("plan.drafted"));
    let why = refused(world.when(&coordinated()), RuleRefused, "BKY.20.2", "/data/plan");
    assert_eq!(why, nowhere);
    post(&mut world, &example("plan.adopted")).unwrap();
    world.signer = None;
    world.given(&coordinated());
    assert_eq!(world.state("system/simpus"), "coordinated");
}

/// 6(4)b: what is reviewed and revised stays in force until the next plan is adopted. Version 2 of the structural acts did
/// not say so, and what it means never changes.
#[test]
fn a_plan_that_is_revised_is_in_force_until_the_next_one() {
    let revise = changed("plan.reviewed", &[("/data/result", json!("revise"))]);
    let next = changed("plan.drafted", &[("/id", json!("drafted-2"))]);
    let mut world = world_of(&["plan.drafted", "plan.adopted"]);
    let older = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    let older = older.replace("structural = 3", "structural = 2");
    let older = Arc::new(RuleSet::parse(older.as_bytes()).unwrap());
    for (event, state) in [(revise, "revising"), (next, "in_force+drafted")] {
        world.signer = None;
        world.given(&event);
        assert_eq!(world.state(PLAN), state);
        world.clone().given(&coordinated());
        let mut before = world.clone();
        before.rules = Arc::clone(&older);
        refused(before.when(&coordinated()), RuleRefused, "BKY.20.2", "/data/plan");
    }
}

/// 21(5)a: coordinated on the action plan of the agency, built when the master plan was no more.
#[test]
fn an_application_is_not_built_on_a_plan_that_was_revoked() {
    let mut world = world_of(&["plan.drafted", "plan.adopted"]);
    world.signer = None;
    let on_own =
        changed("app.coordination_requested", &[("/data/plan", json!("plan/action/dinkes"))]);
    world.given(&example("action_plan.submitted")).given(&on_own);
    world.given(&example("development_permit.issued"));
    let built = example("app.built.special");
    world.clone().given(&built);
    post(&mut world, &ends("decision.revoked", &example("plan.adopted"))).unwrap();
    assert_eq!(world.state(PLAN), "revoked");
    world.signer = None;
    let why = refused(world.when(&built), RuleRefused, "BKY.21.5a", "/data/plan");
    assert_eq!(why, Why::NotAPlan { in_force: true });
}

#[test]
fn a_successor_rests_on_the_action_plan_of_the_agency_that_it_succeeded() {
    let mut world = world_of(&["plan.drafted", "plan.adopted"]);
    world.signer = None;
    world.given(&example("action_plan.submitted"));
    let successors = json!([{ "agency": "dishub" }]);
    let merged = [("/subject", json!("agency/dinkes")), ("/data/successors", successors)];
    world.given(&changed("agency.merged", &merged));
    let plan = ("/data/plan", json!("plan/action/dinkes"));
    let of = |agency: &str| {
        let source = ("/source", json!(format!("agency/{agency}")));
        changed("app.coordination_requested", &[source, plan.clone()])
    };
    refused(world.when(&of("bkpsdm")), RuleRefused, "BKY.20.2", "/source");
    world.given(&of("dishub"));
}

/// 8(3), 7(4).
#[test]
fn nobody_coordinates_with_himself_or_with_who_is_not_there() {
    let mut world = region();
    dissolved(&mut world);
    for (kind, rule, own) in [
        ("coordination.held.instrument", "BKY.8.3", "dinkes"),
        ("coordination.held.fund", "BKY.7.4", "kominfo"),
    ] {
        let with = |named: &[&str]| changed(kind, &[("/data/participants", json!(named))]);
        let mut why = |named: &[&str]| {
            refused(world.when(&with(named)), RuleRefused, rule, "/data/participants")
        };
        assert_eq!(why(&[own, own]), Why::NoOtherAgency { agency: own.to_owned() });
        let unknown = Why::AgencyUnknown { agency: "nobody".to_owned() };
        assert_eq!(why(&["dishub", "nobody"]), unknown);
        let ended = Why::AgencyEnded {
            agency: "bkpsdm".to_owned(),
            last_day: "2026-11-19".to_owned(),
            successors: Vec::new(),
        };
        assert_eq!(why(&[own, "bkpsdm"]), ended);
        world.clone().given(&with(&[own, "dishub"]));
    }
}

/// A finding names whom it is about, also where the agency is there no more: for what happened before.
#[test]
fn a_finding_about_an_agency_that_ended_is_of_a_day_on_which_it_was_there() {
    let mut world = region();
    dissolved(&mut world);
    let on = |day: Value| {
        changed(
            "finding.recorded",
            &[("/data/agency", json!("bkpsdm")), ("/data/occurred_on", day)],
        )
    };
    let day = "/data/occurred_on";
    refused(world.when(&on(Value::Null)), RuleRefused, "BKY.41.3", day);
    refused(world.when(&on(json!("2026-11-20"))), RuleRefused, "BKY.41.3", day);
    world.given(&on(json!("2026-11-19")));
}

/// Which agencies are looked up must be known before anything is read.
#[test]
fn agencies_are_named_by_the_event() {
    for (key, words) in [
        ("field", "field = \"this.agencies\""),
        ("other_than", "field = \"source\", other_than = \"actor\""),
    ] {
        let toml = format!(
            "format = \"jejak-ruleset/1\"\nname = \"test\"\nstructural = 3\n\
             title = {{ id = \"Uji\", en = \"Test\" }}\n[[act]]\ntype = \"thing.done\"\nrow = \"T-1\"\n\
             rule = \"T.1\"\nforce = \"DO\"\nclass = \"public\"\nsubject = \"thing/{{id}}\"\nwho = []\n\
             text = {{ id = \"Uji.\", en = \"Test.\" }}\ncondition = [{{ kind = \"agencies\", {words} }}]\n"
        );
        let error = RuleSet::parse(toml.as_bytes()).unwrap_err();
        assert_eq!(error.at, format!("act[thing.done].condition[0].{key}"));
        assert!(matches!(error.reason, RuleSetReason::Form { .. }), "{error}");
    }
}

/// The row of a site went on to name the agency from which the name had been taken, as its holder.
#[test]
fn a_site_is_closed_when_its_name_is_taken_away() {
    let mut world = world_of(&OPENED);
    assert_eq!(world.state(SITE), "open");
    world.given(&example("subdomain.revoked"));
    assert_eq!(world.state(SITE), "closed");
    let again = changed("site.opened.pse", &[("/id", json!("again"))]);
    refused(world.when(&again), TransitionForbidden, "BKY.22.1", "/subject");
}

/// And when the decision ends by which it was granted; a site of another name stands.
#[test]
fn a_site_is_closed_with_the_grant_of_its_name() {
    for kind in ["decision.revoked", "decision.annulled"] {
        let mut world = world_of(&OPENED);
        let ended = ends(kind, &example("subdomain.granted"));
        let at = world.position.0;
        world.given(&ended);
        assert_eq!((world.state(SITE), world.facts[SITE].position.0), ("closed", at), "{kind}");
        let opened = world.past.events.iter().find(|one| one.event.kind == "site.opened").unwrap();
        let rests =
            world.field("subdomain/simpus.bengkayangkab.go.id", "revoked")[0]["rests"].clone();
        let positions = rests.as_array().unwrap().iter().map(|one| one["position"].clone());
        assert!(positions.into_iter().any(|at| at == json!(opened.position.0)), "{rests}");
        // What it was is known still: it is opened under the next grant.
        let asked = [("/id", json!("asked")), ("/expectedversion", Value::Null)];
        if kind == "decision.revoked" {
            world.given(&changed("subdomain.requested", &asked));
        }
        let granted = [("/id", json!("granted")), ("/expectedversion", Value::Null)];
        world.given(&changed("subdomain.granted", &granted));
        world.given(&changed("site.opened.pse", &[("/id", json!("again"))]));
        assert_eq!(world.state(SITE), "open");
    }
}

/// Before version 3 a decision that ended left the site as it was: it is closed when the name is another's.
#[test]
fn a_site_that_was_left_open_is_closed_when_its_name_is_granted_anew() {
    let mut world = world_of(&OPENED);
    let now = Arc::clone(&world.rules);
    let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    let before = text.replacen("structural = 3", "structural = 2", 1);
    world.rules = Arc::new(RuleSet::parse(before.as_bytes()).unwrap());
    world.given(&ends("decision.revoked", &example("subdomain.granted")));
    assert_eq!(world.state(SITE), "open");
    world.rules = now;
    for kind in ["subdomain.requested", "subdomain.granted"] {
        let again = [("/id", json!(format!("again-{kind}"))), ("/expectedversion", Value::Null)];
        world.given(&changed(kind, &again));
    }
    assert_eq!(world.state(SITE), "closed");
    world.given(&changed("site.opened.pse", &[("/id", json!("again"))]));
    assert_eq!(world.state(SITE), "open");
}
