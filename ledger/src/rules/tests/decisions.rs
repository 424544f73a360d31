//! Decisions that end: revoked from a day on, or annulled as if never made.

use Code::{RoleMissing, RuleRefused};

use super::rows::{region, signer_of};
use super::*;
use crate::registers::SUBDOMAINS;

const NAME: &str = "subdomain/simpus.bengkayangkab.go.id";

/// Ends the decision by somebody who acts like him who made it.
pub(super) fn ends(kind: &str, of: &Value) -> Value {
    let mut event = example(kind);
    let agency = of["source"].as_str().unwrap().trim_start_matches("agency/");
    let id = of["id"].as_str().unwrap();
    event["id"] = json!(format!("{kind}-{}", &event_key(id).to_string()[..20]));
    event["source"] = of["source"].clone();
    event["subject"] = of["subject"].clone();
    event["data"]["event"] =
        json!({ "agency": agency, "id": id, "key": event_key(id).to_string() });
    match &of["office"] {
        Value::Null => drop(event.as_object_mut().unwrap().remove("office")),
        office => event["office"] = office.clone(),
    }
    event
}

fn post(world: &mut World, event: &Value) -> Result<(), Refusal> {
    world.signer = signer_of(event);
    world.when(event)
}

fn granted() -> World {
    let mut world = region();
    world.given_all(&["system.registered", "subdomain.requested", "subdomain.granted"]);
    world
}

fn mark(world: &World, stream: &str) -> Value {
    world.field(stream, "revoked")[0].clone()
}

#[test]
fn a_revoked_grant_frees_the_name_and_says_since_when_and_why() {
    let mut world = granted();
    let of = world.position.0 - 1;
    let revoked = ends("decision.revoked", &example("subdomain.granted"));
    world.given(&revoked);
    assert_eq!(world.state(NAME), "revoked");
    let row = SUBDOMAINS.row(
        "simpus.bengkayangkab.go.id",
        &world.facts[NAME],
        Class::Public,
        Micros(NOW),
    );
    assert_eq!((&row["holder"], &row["version"]), (&Value::Null, &json!(3)));
    let mark = &row["revoked"][0];
    assert_eq!((&mark["how"], &mark["of"]), (&json!("revoked"), &json!(of)));
    assert_eq!(
        (&mark["from"], &mark["reason"]),
        (&revoked["data"]["from"], &revoked["data"]["reason"])
    );
    // The name is asked for anew.
    let mut again = example("subdomain.requested");
    again["id"] = json!("again");
    world.given(&again);
    assert_eq!(world.state(NAME), "requested");
}

#[test]
fn an_annulled_decision_leaves_the_stream_as_if_it_was_never_made() {
    let mut world = region();
    world.given_all(&["system.registered", "subdomain.requested"]);
    let before = world.facts[NAME].clone();
    world.given(&example("subdomain.granted"));
    world.given(&ends("decision.annulled", &example("subdomain.granted")));
    assert_eq!(world.state(NAME), "requested");
    let mut fields = world.facts[NAME].fields.clone();
    fields.remove("revoked");
    assert_eq!(fields, before.fields);
    assert_eq!(mark(&world, NAME)["how"], "annulled");
    assert_eq!(mark(&world, NAME).get("rests"), None);
}

/// A plan in force was reviewed: the review stays, and is shown as what rests on the adoption.
#[test]
fn what_rests_on_an_annulled_decision_is_shown_and_not_changed() {
    let mut world = region();
    for kind in ["plan.drafted", "plan.adopted", "plan.reviewed"] {
        post(&mut world, &example(kind)).unwrap();
    }
    let review = world.facts["plan/master"].fields.clone();
    let reviewed_at = world.position.0 - 1;
    post(&mut world, &ends("decision.annulled", &example("plan.adopted"))).unwrap();
    assert_eq!(world.state("plan/master"), "drafted");
    let rests = mark(&world, "plan/master")["rests"].clone();
    let expected = json!([
        { "position": reviewed_at, "type": "plan.reviewed", "stream": "plan/master" },
    ]);
    assert_eq!(rests, expected);
    let mut now = world.facts["plan/master"].fields.clone();
    now.remove("revoked");
    assert_eq!(now.get("adoption"), None);
    let mut kept = review;
    kept.remove("adoption");
    assert_eq!(now, kept);
}

/// The review stays; what the adoption had cleared, and the adoption before it, are there again.
#[test]
fn what_an_annulled_decision_had_cleared_is_there_again_where_nothing_was_written_since() {
    let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    let of_adoption = |line: &&str| line.contains("clear = [\"adoption\"]");
    let row = format!("{}\n", text.lines().find(of_adoption).unwrap());
    let twice_adopted = |structural: &str, clear: &str| {
        let text = text.replacen(&row, &format!("{row}clear = {clear}\n"), 1);
        let text = text.replacen("structural = 3", structural, 1);
        let mut world = region();
        world.rules = Arc::new(RuleSet::parse(text.as_bytes()).unwrap());
        let mut kept = Fields::new();
        let rounds = [
            ("drafted", "d1"),
            ("adopted", "a1"),
            ("drafted", "d2"),
            ("adopted", "a2"),
            ("reviewed", "r"),
        ];
        for (kind, id) in rounds {
            let mut event = example(&format!("plan.{kind}"));
            event["id"] = json!(id);
            if id == "a2" {
                event["data"]["decree"]["number"] = json!("100/2026");
                kept.clone_from(&world.facts["plan/master"].fields);
            }
            post(&mut world, &event).unwrap();
        }
        let mut annulled = example("plan.adopted");
        annulled["id"] = json!("a2");
        assert_eq!(world.field("plan/master", "adoption")["decree"]["number"], "100/2026");
        post(&mut world, &ends("decision.annulled", &annulled)).unwrap();
        (world.facts["plan/master"].fields.clone(), kept)
    };
    let (now, before) = twice_adopted("structural = 3", "[\"draft\"]");
    for name in ["adoption", "draft"] {
        assert!(before.contains_key(name), "{name}");
        assert_eq!(now.get(name), before.get(name), "{name}");
    }
    assert!(now.contains_key("review"));
    // What the review has written is the review's.
    let (now, _) = twice_adopted("structural = 3", "[\"draft\", \"review\"]");
    assert!(now.contains_key("review"));
    let (now, _) = twice_adopted("structural = 2", "[\"draft\"]");
    assert_eq!((now.get("adoption"), now.get("draft")), (None, None));
}

#[test]
fn a_decision_ends_by_whoever_holds_the_office_that_made_it() {
    let adopted = || {
        let mut world = region();
        post(&mut world, &example("plan.drafted")).unwrap();
        post(&mut world, &example("plan.adopted")).unwrap();
        world
    };
    let revoked = ends("decision.revoked", &example("plan.adopted"));
    // Not another office, not the person without it.
    let mut other = revoked.clone();
    other["office"] = json!("role/sekda");
    refused(post(&mut adopted(), &other), RoleMissing, "SYS.10.2", "/office");
    let mut bare = revoked.clone();
    bare.as_object_mut().unwrap().remove("office");
    let as_person = adopted().signed_by("p-0d94be6a17f2").when(&bare);
    refused(as_person, RoleMissing, "SYS.10.2", "/office");
    // Somebody else who acts for the regent now.
    let mut world = adopted();
    world.given(&changed(
        "role.appointed",
        &[
            ("/id", json!("acting")),
            ("/source", json!("agency/kominfo")),
            ("/subject", json!("role/bupati")),
            ("/data/person", json!(AUTHORITY)),
            ("/data/agency", json!("setda")),
            ("/data/mandate", json!("plh")),
        ],
    ));
    let mut acting = revoked.clone();
    acting["mandate"] = json!("plh");
    acting["mandateref"] = json!("acting");
    world.signed_by(AUTHORITY).when(&acting).unwrap();
    assert_eq!(world.state("plan/master"), "revoked");
    // Where no office decided, whoever may decide: not another agency.
    let mut dinkes = ends("decision.revoked", &example("subdomain.granted"));
    dinkes["source"] = json!("agency/dinkes");
    refused(granted().when(&dinkes), RoleMissing, "SYS.10.2", "/source");
}

/// 5.7, 5.16: what is under review is in force, and so is what a new draft has not yet superseded.
#[test]
fn a_plan_is_revoked_and_annulled_while_it_is_reviewed_or_drafted_anew() {
    let revise = changed("plan.reviewed", &[("/data/result", json!("revise"))]);
    let anew = changed("plan.drafted", &[("/id", json!("anew"))]);
    for (later, state, revoked) in
        [(&revise, "revising", "revoked"), (&anew, "in_force+drafted", "drafted")]
    {
        for (kind, ended) in [("decision.revoked", revoked), ("decision.annulled", "drafted")] {
            let mut world = region();
            post(&mut world, &example("plan.drafted")).unwrap();
            post(&mut world, &example("plan.adopted")).unwrap();
            post(&mut world, later).unwrap();
            assert_eq!(world.state("plan/master"), state);
            post(&mut world, &ends(kind, &example("plan.adopted"))).unwrap();
            assert_eq!(world.state("plan/master"), ended, "{kind} {state}");
            assert_eq!(world.field("plan/master", "adoption"), Value::Null);
            // Another is adopted next.
            let mut next = changed("plan.drafted", &[("/id", json!("next"))]);
            next["data"]["document"]["sha256"] = json!(event_key("next").to_string());
            post(&mut world, &next).unwrap();
            let mut adopted = changed("plan.adopted", &[("/id", json!("adopted"))]);
            adopted["data"]["plan"] = next["data"]["document"]["sha256"].clone();
            post(&mut world, &adopted).unwrap();
            assert_eq!(world.state("plan/master"), "in_force");
        }
    }
}

#[test]
fn a_grant_is_revoked_while_the_name_is_in_use_and_another_asks_for_it() {
    let asks = changed(
        "subdomain.requested",
        &[("/id", json!("asks")), ("/source", json!("agency/dishub"))],
    );
    for (asked, revoked) in [(false, "revoked"), (true, "requested")] {
        let mut world = granted();
        post(&mut world, &example("site.opened.pse")).unwrap();
        if asked {
            post(&mut world, &asks).unwrap();
        }
        world.given(&ends("decision.revoked", &example("subdomain.granted")));
        assert_eq!(world.state(NAME), revoked);
        assert_eq!(world.field(NAME, "holder"), Value::Null);
    }
}

/// What stands beside the grant stays, however that ends.
#[test]
fn a_request_beside_a_grant_is_the_first_when_that_is_annulled() {
    let mut world = region();
    world.given(&changed(
        "agency.registered",
        &[
            ("/id", json!("pmi")),
            ("/subject", json!("agency/pmi")),
            ("/data/agency", json!("pmi")),
            ("/data/name", json!("Palang Merah Indonesia")),
            ("/data/short_names", json!(["PMI"])),
            ("/data/kind", json!("stakeholder")),
        ],
    ));
    let name = "subdomain/pmi.bengkayangkab.go.id";
    let granted = changed(
        "subdomain.granted",
        &[
            ("/subject", json!(name)),
            ("/data/holder", json!("pmi")),
            ("/data/basis", json!("agency")),
            ("/data/system", Value::Null),
            ("/expectedversion", Value::Null),
        ],
    );
    world.given(&granted);
    let asks = [("/subject", json!(name)), ("/source", json!("agency/dishub"))];
    world.given(&changed("subdomain.requested", &asks));
    assert_eq!(world.state(name), "granted+requested");
    world.given(&ends("decision.annulled", &granted));
    assert_eq!(world.state(name), "requested");
    assert_eq!(world.field(name, "holder"), Value::Null);
}

#[test]
fn a_revocation_does_not_count_from_before_the_decision() {
    let from = |day: &str| {
        let mut revoked = ends("decision.revoked", &example("subdomain.granted"));
        revoked["data"]["from"] = json!(day);
        revoked
    };
    let mut world = granted();
    let early = world.when(&from("2026-11-19"));
    let why = refused(early, RuleRefused, "SYS.10.5", "/data/from");
    assert_eq!(why, Why::RevokedBefore { decided: "2026-11-20".to_owned() });
    world.given(&from("2026-11-20"));
    // What version 2 has accepted it accepts.
    let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    let text = text.replacen("structural = 3", "structural = 2", 1);
    let mut world = granted();
    world.rules = Arc::new(RuleSet::parse(text.as_bytes()).unwrap());
    world.given(&from("2026-11-19"));
}

#[test]
fn only_a_decision_that_is_in_effect_ends() {
    let mut world = granted();
    let requested = ends("decision.revoked", &example("subdomain.requested"));
    let why = refused(world.when(&requested), RuleRefused, "SYS.10.1", "/data/event");
    assert_eq!(why, Why::NoDecision { kind: "subdomain.requested".to_owned() });
    let mut later = ends("decision.revoked", &example("subdomain.granted"));
    later["data"]["from"] = json!("2027-01-01");
    refused(world.when(&later), RuleRefused, "SYS.10.4", "/data/from");
    let revoked = ends("decision.revoked", &example("subdomain.granted"));
    world.given(&revoked);
    let mut twice = revoked.clone();
    twice["id"] = json!("twice");
    let why = refused(world.when(&twice), RuleRefused, "SYS.10.3", "/data/event");
    assert_eq!(why, Why::DecisionEnded);

    let mut world = region();
    world.planned().given_all(&[
        "app.coordination_requested",
        "development_permit.issued",
        "app.built.special",
        "system.retired",
    ]);
    let permit = ends("decision.revoked", &example("development_permit.issued"));
    let why = refused(world.when(&permit), RuleRefused, "SYS.10.3", "/data/event");
    let (thing, state) = ("system/simpus".to_owned(), Some("retired".to_owned()));
    let Why::StateForbids { thing: of, state: is, allowed } = why else { panic!("{why:?}") };
    assert_eq!((of, is), (thing, state));
    let beside = |on: &str| ["cleared", "built", "verified"].map(|next| format!("{on}+{next}"));
    let alone = ["cleared", "built", "live", "offered", "verified"].map(str::to_owned);
    let known: Vec<_> = alone.into_iter().chain(beside("live")).chain(beside("offered")).collect();
    assert!(known.iter().all(|state| allowed.contains(state)), "{allowed:?}");

    let mut world = region();
    for (kind, id) in [("drafted", "d1"), ("adopted", "a1"), ("drafted", "d2"), ("adopted", "a2")] {
        let mut event = example(&format!("plan.{kind}"));
        event["id"] = json!(id);
        post(&mut world, &event).unwrap();
    }
    let mut first = example("plan.adopted");
    first["id"] = json!("a1");
    let why = refused(
        post(&mut world, &ends("decision.revoked", &first)),
        RuleRefused,
        "SYS.10.3",
        "/data/event",
    );
    let position = Position(world.position.0 - 1);
    assert_eq!(why, Why::DecisionReplaced { thing: "plan/master".to_owned(), position });
}

/// What followed is not voided away from under it.
#[test]
fn an_event_that_a_decision_has_ended_is_not_voided() {
    let mut world = granted();
    let granted = example("subdomain.granted");
    world.given(&ends("decision.revoked", &granted));
    let position = Position(world.position.0 - 1);
    let void = changed("event.voided", &[("/id", json!("void"))]);
    let why = refused(world.when(&void), RuleRefused, "SYS.9.3", "/data/event");
    assert_eq!(why, Why::NotTheNewest { thing: NAME.to_owned(), position });
}

/// Bengkayang where a grant of a name also holds its letter's number, once for the region.
fn numbered(structural: &str, owner: &str) -> Result<RuleSet, RuleSetError> {
    let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    let row = "\n[[act]]\ntype = \"subdomain.refused\"";
    assert!(text.contains(row));
    let unique = format!(
        "\n[[act.condition]]\nkind = \"unique\"\nindex = \"basis\"\nvalue = \"data.basis\"\n{owner}\ntext.id = \"a\"\ntext.en = \"b\"\n"
    );
    let text = text.replacen(row, &format!("{unique}{row}"), 1);
    RuleSet::parse(text.replacen("structural = 3", structural, 1).as_bytes())
}

#[test]
fn a_decision_holds_a_name_for_its_stream_alone() {
    let refused = numbered("structural = 3", "owner = \"data.holder\"").unwrap_err();
    assert_eq!(refused.at, "act[subdomain.granted].condition");
    assert!(refused.reason.to_string().contains("`basis`"), "{refused}");
    numbered("structural = 3", "").unwrap();
    numbered("structural = 3", "owner = \"subject\"").unwrap();
    // What version 2 has loaded it loads.
    numbered("structural = 2", "owner = \"data.holder\"").unwrap();
}

/// The second decision stands in place of the first, which ended with it.
#[test]
fn a_value_that_decisions_held_one_after_the_other_is_free_when_the_last_ends() {
    let held = |structural: &str, kind: &str| {
        let mut world = region();
        world.rules = Arc::new(numbered(structural, "").unwrap());
        world.given_all(&["system.registered", "subdomain.requested", "subdomain.granted"]);
        // As if its holder had let it go without a decision.
        let key = "index:basis:application";
        let first = world.facts[key].clone();
        let mut again = example("subdomain.granted");
        again["id"] = json!("again");
        again.as_object_mut().unwrap().remove("expectedversion");
        world.facts.get_mut(NAME).unwrap().fields.remove("holder");
        world.facts.get_mut(NAME).unwrap().state = "requested".to_owned();
        world.given(&again);
        assert_ne!(world.facts[key].position, first.position);
        world.given(&ends(kind, &again));
        (world.facts[key].state.clone(), world.facts[key].fields.clone(), first.fields)
    };
    let (state, fields, _) = held("structural = 3", "decision.revoked");
    assert_eq!((state.as_str(), fields), ("none", Fields::new()));
    // Annulled, it was never made: the first holds it still.
    let (state, fields, first) = held("structural = 3", "decision.annulled");
    assert_eq!((state.as_str(), fields), ("held", first.clone()));
    let (state, fields, _) = held("structural = 2", "decision.revoked");
    assert_eq!((state.as_str(), fields), ("held", first));
}

#[test]
fn a_mark_names_sixteen_events_that_rest_on_the_decision_and_counts_the_others() {
    let mut world = region();
    post(&mut world, &example("plan.drafted")).unwrap();
    post(&mut world, &example("plan.adopted")).unwrap();
    for at in 0..20 {
        let mut review = example("plan.reviewed");
        review["id"] = json!(format!("review-{at}"));
        post(&mut world, &review).unwrap();
    }
    let newest = world.position.0 - 1;
    post(&mut world, &ends("decision.annulled", &example("plan.adopted"))).unwrap();
    let mark = mark(&world, "plan/master");
    let rests = mark["rests"].as_array().unwrap();
    assert_eq!((rests.len(), &mark["rests_more"]), (16, &json!(4)));
    assert_eq!(rests[0]["position"], newest, "the newest first");
}

/// A later edition that was wrong gives its place back to the one before it.
#[test]
fn a_policy_is_revoked_and_annulled_as_any_decision() {
    const POLICY: &str = "instrument/12/2026";
    let mut world = region();
    world.given(&example("coordination.held.instrument"));
    let first = example("policy.adopted");
    post(&mut world, &first).unwrap();
    let second = changed(
        "policy.adopted",
        &[("/id", json!("second")), ("/data/title", json!("Pedoman metadata, edisi 2"))],
    );
    let rests_on = world.field(POLICY, "coordinated");
    let coordinated =
        [("/id", json!("held-2")), ("/data/participants", json!(["dinkes", "setda"]))];
    world.given(&changed("coordination.held.instrument", &coordinated));
    post(&mut world, &second).unwrap();
    assert_ne!(world.field(POLICY, "coordinated"), rests_on);
    let mut revoked = world.clone();
    post(&mut revoked, &ends("decision.revoked", &second)).unwrap();
    assert_eq!(revoked.state(POLICY), "revoked");
    assert_eq!(revoked.field(POLICY, "title"), Value::Null);
    world.given(&changed("coordination.held.instrument", &[("/id", json!("third"))]));
    post(&mut world, &ends("decision.annulled", &second)).unwrap();
    assert_eq!(world.state(POLICY), "adopted");
    assert_eq!(world.field(POLICY, "title"), first["data"]["title"]);
    assert_eq!(world.field(POLICY, "coordinated"), rests_on);
    // What was annulled ends no second time.
    let again = post(&mut world, &ends("decision.revoked", &second));
    refused(again, RuleRefused, "SYS.10.3", "/data/event");
}

#[test]
fn a_sanction_that_was_complied_with_or_lifted_may_still_be_annulled() {
    const SANCTION: &str = "sanction/2026-2";
    for end in ["sanction.complied", "sanction.lifted"] {
        for kind in ["decision.annulled", "decision.revoked"] {
            let mut world = region();
            world.given(&example("finding.recorded"));
            let imposed = example("sanction.imposed.regent");
            post(&mut world, &imposed).unwrap();
            post(&mut world, &example(end)).unwrap();
            post(&mut world, &ends(kind, &imposed)).unwrap();
            assert_eq!(world.state(SANCTION), "closed");
            assert_eq!(mark(&world, SANCTION)["how"], kind.trim_start_matches("decision."));
            let again =
                post(&mut world, &changed("sanction.imposed.regent", &[("/id", json!("x"))]));
            refused(again, Code::TransitionForbidden, "BKY.43.1", "/subject");
        }
    }
}

#[test]
fn a_council_a_team_and_a_certificate_policy_are_decisions_that_end() {
    for (name, stream, own, state) in [
        ("body.established.council", "body/dewan-tik", "members", "established"),
        ("body.established.site", "body/tim-pengelola-situs", "chair", "established"),
        ("certificate_policy.adopted", "instrument/3/2026", "certificate_policy", "in_force"),
    ] {
        let mut world = region();
        let made = example(name);
        post(&mut world, &made).unwrap();
        assert_eq!(world.state(stream), state, "{name}");
        let mut annulled = world.clone();
        post(&mut world, &ends("decision.revoked", &made)).unwrap();
        assert_eq!((world.state(stream), world.field(stream, own)), ("revoked", Value::Null));
        assert_eq!(mark(&world, stream)["how"], "revoked");
        // It may be decided anew.
        let mut anew = made.clone();
        anew["id"] = json!("anew");
        post(&mut world, &anew).unwrap();
        assert_eq!(world.state(stream), state, "{name}");
        post(&mut annulled, &ends("decision.annulled", &made)).unwrap();
        assert_eq!((annulled.state(stream), annulled.field(stream, own)), ("none", Value::Null));
    }
}
