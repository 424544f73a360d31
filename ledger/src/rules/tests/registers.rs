//! What the registers show of what the regulation lets happen: names that come and go, systems that are not yet
//! complete, reviews that are due, findings and what followed.

use super::rows::{BUILT, post, region, world_of};
use super::*;
use crate::registers::{self, ALL};

/// A row as somebody of that class reads it, that many days after now.
fn row_after(world: &World, days: u64, register: &str, key: &str, reader: Class) -> Value {
    let register = registers::by_name(register).unwrap();
    let at = Micros(NOW + days * 86_400_000_000);
    register.row(key, &world.facts[&register.thing_key(key)], reader, at)
}

fn row(world: &World, register: &str, key: &str) -> Value {
    row_after(world, 0, register, key, Class::Restricted)
}

fn done(world: &mut World, kinds: &[&str]) {
    for kind in kinds {
        let event = example(kind);
        if let Err(refusal) = post(world, &event) {
            panic!("{kind}: {refusal:?}");
        }
    }
}

const NAME: &str = "simpus.bengkayangkab.go.id";

/// 5.2: granted, in use, asked for by another, revoked, granted again.
#[test]
fn a_name_is_in_use_with_its_site_and_free_again_when_it_is_revoked() {
    let mut world = world_of(&["system.registered", "subdomain.requested", "subdomain.granted"]);
    done(&mut world, &["site.opened.pse"]);
    assert_eq!(row(&world, "subdomains", NAME)["state"], "in_use");
    let by_dishub = changed("subdomain.requested", &[("/source", json!("agency/dishub"))]);
    world.given(&by_dishub);
    assert_eq!(row(&world, "subdomains", NAME)["state"], "in_use+requested");
    let taken = [("/data/reason", json!("name-taken"))];
    world.given(&changed("subdomain.request_returned", &taken));
    assert_eq!(row(&world, "subdomains", NAME)["state"], "in_use");
    // The request that stands beside the grant is the first when it is revoked.
    world.given(&by_dishub);
    done(&mut world, &["subdomain.revoked"]);
    let shown = row(&world, "subdomains", NAME);
    assert_eq!((&shown["state"], &shown["holder"]), (&json!("requested"), &Value::Null));
    assert_eq!(
        (&shown["former_holder"], &shown["revoked_for"]),
        (&json!("dinkes"), &json!("unused"))
    );
    assert_eq!(shown["requested_by"], "dishub");

    let mut world = world_of(&["system.registered", "subdomain.requested", "subdomain.granted"]);
    done(&mut world, &["subdomain.revoked"]);
    assert_eq!(row(&world, "subdomains", NAME)["state"], "revoked");
    done(&mut world, &["subdomain.requested", "subdomain.granted"]);
    let shown = row(&world, "subdomains", NAME);
    assert_eq!((&shown["state"], &shown["holder"]), (&json!("granted"), &json!("dinkes")));
    assert_eq!(shown["former_holder"], Value::Null);
}

/// 16(4): what recruiting follows is found by whoever looks for it.
#[test]
fn a_recommendation_shows_which_agency_needs_what() {
    let mut world = region();
    done(&mut world, &["training.recommended"]);
    let shown = row(&world, "recommendations", "dinkes-2026");
    assert_eq!(shown["agency"], "dinkes");
    assert_eq!(shown["need"], "Dua pranata komputer dan pelatihan keamanan informasi");
}

/// 9(4): a reminder as of the time of the read; nothing is refused by it.
#[test]
fn a_procedure_shows_from_when_on_its_review_is_due() {
    let mut world = world_of(&["system.registered", "sop.adopted"]);
    let due = |world: &World, days| {
        let shown = row_after(world, days, "sops", "simpus/1", Class::Public);
        (shown["review_due"].clone(), shown["review_due_on"].clone())
    };
    assert_eq!(due(&world, 364), (json!(false), json!("2027-11-20")));
    assert_eq!(due(&world, 365), (json!(true), json!("2027-11-20")));
    assert_eq!(due(&world, 366), (json!(true), json!("2027-11-20")));
    // The day is that of the clock that the adoption names: seven hours before it is that day in London.
    let register = registers::by_name("sops").unwrap();
    let just = NOW + 364 * 86_400_000_000 + 14 * 3_600_000_000;
    let of = |at| register.row("simpus/1", &world.facts["sop/simpus/1"], Class::Public, Micros(at));
    assert_eq!(of(just - 1)["review_due"], false);
    assert_eq!(of(just)["review_due"], true);
    let reviewed = changed("sop.reviewed", &[("/time", json!("2026-11-20T09:30:00+07:00"))]);
    post(&mut world, &reviewed).unwrap();
    done(&mut world, &["sop.disseminated"]);
    assert_eq!(row(&world, "sops", "simpus/1")["reviewed_at"], "2026-11-20T09:30:00+07:00");
}

#[test]
fn a_system_shows_which_of_its_acts_are_still_to_come() {
    let mut world = world_of(&BUILT);
    let missing = |world: &World| row(world, "systems", "simpus")["documents_missing"].clone();
    assert_eq!(missing(&world).as_array().unwrap().len(), 6);
    done(&mut world, &["app.tested", "app.documents_handed_over", "app.source_deposited"]);
    let shown = row(&world, "systems", "simpus");
    assert_eq!((&shown["live"], &shown["tested"]), (&json!(false), &json!("passed")));
    assert_eq!(missing(&world), json!([]));
    assert_eq!(shown["documents"].as_array().unwrap().len(), 6);
    done(&mut world, &["app.conformance_declared"]);
    assert_eq!(row(&world, "systems", "simpus")["live"], true);
    done(&mut world, &["app.retired"]);
    let shown = row(&world, "systems", "simpus");
    assert_eq!((&shown["state"], &shown["live"]), (&json!("retired"), &json!(false)));
}

#[test]
fn an_agency_shows_what_it_lacks_as_pse() {
    let mut world = region();
    assert_eq!(row(&world, "agencies", "dinkes")["missing"], Value::Null);
    done(&mut world, &["pse.coordination_requested", "pse.registered", "isms.implemented"]);
    let shown = row(&world, "agencies", "dinkes");
    assert_eq!(shown["missing"], json!(["guarantee", "security_procedure"]));
    done(&mut world, &["pse.guarantee_declared", "security_procedure.adopted"]);
    assert_eq!(row(&world, "agencies", "dinkes")["missing"], json!([]));
}

/// 41(3), 43: the rule that was broken, what was done, and what came of it.
#[test]
fn a_finding_is_followed_up_and_sanctioned_with_its_rule() {
    let mut world = region();
    // A duty that no act fulfils is cited like any other rule.
    let duty_only = [("/data/rule", json!("BKY.37.1")), ("/subject", json!("finding/2026-9"))];
    world.given(&changed("finding.recorded", &duty_only));
    done(&mut world, &["finding.recorded", "sanction.imposed.regent"]);
    assert_eq!(world.warnings, []);
    let shown = row(&world, "sanctions", "2026-2");
    assert_eq!((&shown["finding"], &shown["breach"]), (&json!("2026-1"), &json!("BKY.28.1")));
    assert_eq!((&shown["on"], &shown["imposed_by"]), (&json!("dinkes"), &json!("setda")));
    done(&mut world, &["finding.followed_up"]);
    let shown = row(&world, "findings", "2026-1");
    assert_eq!((&shown["state"], &shown["rule"]), (&json!("followed_up"), &json!("BKY.28.1")));
    assert!(shown["action"].is_string());
    // Without a finding or a report a sanction is accepted, and shown with that.
    let bare = [("/data/finding", Value::Null), ("/subject", json!("sanction/2026-3"))];
    post(&mut world, &changed("sanction.imposed.regent", &bare)).unwrap();
    let rules: Vec<_> = world.warnings.iter().map(|warning| warning.rule.as_str()).collect();
    assert_eq!(rules, ["BKY.43.1"]);
    // The communications agency lifts what it imposed itself, not what the regent did.
    let by_dinas = changed(
        "sanction.lifted",
        &[("/source", json!("agency/kominfo")), ("/office", Value::Null)],
    );
    refused(world.when(&by_dinas), Code::RoleMissing, "BKY.43.1", "/source");
}

/// The facts are of the time of an earlier rule set: its id is named, and the ledger had it.
#[test]
fn a_finding_can_cite_a_rule_set_that_was_in_force_before() {
    let mut world = region();
    let first = world.field("ledger/61.07", "ruleset");
    let of_old = changed(
        "finding.recorded",
        &[("/data/ruleset", first.clone()), ("/data/rule", json!("BKY.99.9"))],
    );
    refused(world.when(&of_old), Code::RuleRefused, "BKY.41.3", "/data/ruleset");
    world.given(&example("ruleset.adopted")).confirmed(&example("ruleset.adopted"));
    assert_eq!(world.field("ledger/61.07", "former_rulesets"), json!([first]));
    world.given(&of_old);
}

/// BSSN 1/2024 15(3), 15(5): low risk, or after more than 24 hours, is shown and not refused.
#[test]
fn a_late_or_needless_report_to_the_centre_is_accepted_with_a_finding() {
    let warned = |detected: &str, changes: &[(&str, Value)]| {
        let mut world = world_of(&["system.registered"]);
        world.given(&changed("incident.reported", &[("/data/detected_at", json!(detected))]));
        world.given(&changed("incident.severity_assessed", changes));
        world.given(&example("incident.central_reported"));
        let rules = world.warnings.iter().map(|warning| warning.rule.clone());
        rules.filter(|rule| rule.starts_with("BSSN")).collect::<Vec<_>>()
    };
    // The report is of 09.00.
    assert_eq!(warned("2026-11-19T09:00:00+07:00", &[]), [""; 0]);
    assert_eq!(warned("2026-11-19T08:59:59+07:00", &[]), ["BSSN1.15.5"]);
    let not_vital = [("/data/vital", json!(false))];
    assert_eq!(warned("2026-11-19T08:59:59+07:00", &not_vital), [""; 0]);
    let low = [("/data/level", json!("low"))];
    assert_eq!(warned("2026-11-20T08:00:00+07:00", &low), ["BSSN1.15.3"]);
}

/// Each column has its place in what some example of the stream keeps, or is computed.
#[test]
fn every_column_of_a_region_shows_what_some_act_keeps() {
    let rules = RuleSet::parse(BENGKAYANG_19_2020).unwrap();
    // Columns of the national ledger, of what the opening or a builtin makes, and of another stream's effects.
    let others = [
        ("agencies", "predecessors"),
        ("signers", ""),
        ("roles", ""),
        ("evaluations", ""),
        ("history", ""),
        ("indicators", ""),
    ];
    let mut unknown = Vec::new();
    for register in ALL {
        let acts = || rules.acts().filter(|act| act.subject.as_str().starts_with(register.prefix));
        for column in register.columns.iter().filter(|column| !column.path.is_empty()) {
            let (first, rest) = column.path.split_first().unwrap();
            let kept = |act: &Act, name: &str| {
                let field = act.fields.iter().any(|field| field.keep && field.name == name);
                field || act.keep.iter().any(|(own, _)| own == name)
            };
            let shown = acts().any(|act| {
                let gathered = act.gather.iter().any(|(own, _)| own == first);
                gathered
                    || match (act.under.as_deref(), rest.first()) {
                        (Some(under), Some(name)) => under == *first && kept(act, name),
                        (Some(under), None) => under == *first,
                        (None, _) => kept(act, first),
                    }
            });
            let elsewhere = |(of, name): &(&str, &str)| {
                *of == register.name && (name.is_empty() || *name == column.name)
            };
            if !shown && !others.iter().any(elsewhere) {
                unknown.push(format!("{}.{}", register.name, column.name));
            }
        }
    }
    assert_eq!(unknown, Vec::<String>::new());
}

/// Another's request beside the grant: what was answered says nothing of the holder.
#[test]
fn an_answer_says_to_whom_it_was_given() {
    let mut world = world_of(&["system.registered", "subdomain.requested", "subdomain.granted"]);
    let beside = [("/id", json!("beside")), ("/source", json!("agency/dishub"))];
    world.given(&changed("subdomain.requested", &beside));
    world.given(&example("subdomain.request_returned"));
    let row = row(&world, "subdomains", NAME);
    assert_eq!((&row["holder"], &row["answered_to"]), (&json!("dinkes"), &json!("dishub")));
}
