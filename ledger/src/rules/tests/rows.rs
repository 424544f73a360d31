//! Perbup Bengkayang 19/2020, row by row: the example of every row accepted in its right place, and for every
//! condition an event that breaks it alone, refused with exactly its rule.

use Code::RuleRefused;

use super::*;

const BUPATI: &str = "p-0d94be6a17f2";
pub(super) const HEAD_OF_DINKES: &str = "p-7e1d5a90c3f2";
pub(super) const TESTER: &str = "p-2b6c8d0e4f13";

/// Bengkayang with the agencies and officials whom its rows name.
pub(super) fn region() -> World {
    let mut world = World::bengkayang();
    for (agency, name, function) in [
        ("bkpsdm", "Badan Kepegawaian", "kepegawaian"),
        ("inspektorat", "Inspektorat", "pengawasan"),
    ] {
        world.given(&changed(
            "agency.registered",
            &[
                ("/subject", json!(format!("agency/{agency}"))),
                ("/data/agency", json!(agency)),
                ("/data/name", json!(name)),
                ("/data/short_names", Value::Null),
                ("/data/functions", json!([function])),
            ],
        ));
    }
    for (office, person, agency, head) in [
        ("role/bupati", BUPATI, "setda", false),
        ("role/sekda", AUTHORITY, "setda", false),
        ("role/kepala-dinkes", HEAD_OF_DINKES, "dinkes", true),
        ("role/tim-penguji", TESTER, "kominfo", false),
    ] {
        world.given(&changed(
            "role.appointed",
            &[
                ("/source", json!("agency/kominfo")),
                ("/subject", json!(office)),
                ("/data/person", json!(person)),
                ("/data/agency", json!(agency)),
                ("/data/head", json!(head)),
            ],
        ));
    }
    world
}

/// Signed by whoever holds the office that the event names.
fn post(world: &mut World, event: &Value) -> Result<(), Refusal> {
    world.signer = signer_of(event);
    world.when(event)
}

/// Who holds the office that the event names.
pub(super) fn signer_of(event: &Value) -> Option<&'static str> {
    match event["office"].as_str() {
        Some("role/bupati") => Some(BUPATI),
        Some("role/sekda" | "role/cio") => Some(AUTHORITY),
        Some("role/kepala-dinkes") => Some(HEAD_OF_DINKES),
        Some("role/tim-penguji") => Some(TESTER),
        _ => None,
    }
}

pub(super) fn world_of(given: &[impl AsRef<str>]) -> World {
    let mut world = region();
    for name in given {
        let event = example(name.as_ref());
        if let Err(refusal) = post(&mut world, &event) {
            panic!("{event:#}\nis refused: {refusal:?}");
        }
    }
    world
}

/// A built application.
pub(super) const BUILT: [&str; 3] =
    ["app.coordination_requested", "development_permit.issued", "app.built.special"];
/// One that has passed its tests.
const TESTED: [&str; 4] =
    ["app.coordination_requested", "development_permit.issued", "app.built.special", "app.tested"];

/// The table of cases beside the rule sets.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cases {
    pub(super) accepted: Vec<AcceptedCase>,
    pub(super) refused: Vec<RefusedCase>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AcceptedCase {
    pub(super) event: String,
    pub(super) given: Vec<String>,
    state: String,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RefusedCase {
    pub(super) event: String,
    pub(super) given: Vec<String>,
    pub(super) change: String,
    pub(super) put: String,
    code: String,
    rule: String,
    at: String,
}

pub(super) fn cases() -> Cases {
    toml::from_str(include_str!("../../../rulesets/cases/bengkayang-19-2020.toml")).unwrap()
}

#[test]
fn the_example_of_every_row_is_accepted_in_its_right_place() {
    let mut wrong = Vec::new();
    for case in cases().accepted {
        let mut world = world_of(&case.given);
        let event = example(&case.event);
        match post(&mut world, &event) {
            Ok(()) => {
                let found = world.state(event["subject"].as_str().unwrap());
                if found != case.state {
                    wrong.push(format!("{}: {found} instead of {}", case.event, case.state));
                }
            }
            Err(refusal) => wrong.push(format!("{}: {refusal:?}", case.event)),
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn an_event_that_breaks_one_condition_is_refused_with_exactly_its_rule() {
    let mut wrong = Vec::new();
    for case in cases().refused {
        let mut world = world_of(&case.given);
        let value = serde_json::from_str(&case.put).unwrap();
        let event = changed(&case.event, &[(&case.change, value)]);
        let found = match post(&mut world, &event) {
            Ok(()) => "accepted".to_owned(),
            Err(refusal) => {
                let (code, at) = (refusal.code.as_str(), &refusal.faults[0].pointer);
                format!("{code} {} {at}", refusal.rule.unwrap_or_default())
            }
        };
        if found != format!("{} {} {}", case.code, case.rule, case.at) {
            wrong.push(format!("{} {}: {found}", case.event, case.change));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Whatever example a row has, the table says where it is accepted.
#[test]
fn every_row_of_the_rule_set_stands_in_the_table() {
    let rules = RuleSet::parse(BENGKAYANG_19_2020).unwrap();
    let accepted: Vec<_> = cases().accepted.iter().map(|case| example(&case.event)).collect();
    for act in rules.acts().filter(|act| act.row.starts_with("BKY-")) {
        let stands = accepted.iter().any(|event| {
            let event = Event::parse(event.to_string().as_bytes()).unwrap();
            rules.select(&event).is_ok_and(|selected| std::ptr::eq(selected, act))
        });
        assert!(stands, "{} {}", act.row, act.kind);
    }
}

/// 5.1: after coordination, permit, build and test, the three acts come in any order; the last one makes it live.
#[test]
fn an_application_is_live_with_the_last_of_its_three_acts() {
    let acts = ["app.documents_handed_over", "app.source_deposited", "app.conformance_declared"];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut world = world_of(&TESTED);
        for (count, index) in order.into_iter().enumerate() {
            assert_eq!(world.state("system/simpus"), "verified", "{order:?} {count}");
            post(&mut world, &example(acts[index])).unwrap();
        }
        assert_eq!(world.state("system/simpus"), "live", "{order:?}");
    }
}

/// 20(3)f: a failed test keeps an application from being handed over, until it passes.
#[test]
fn a_failed_test_blocks_the_delivery_until_it_passes() {
    let mut world = world_of(&BUILT);
    let failed = changed(
        "app.tested",
        &[("/data/security", json!("failed")), ("/data/verdict", json!("failed"))],
    );
    post(&mut world, &failed).unwrap();
    assert_eq!(world.state("system/simpus"), "built");
    let delivery = example("app.documents_handed_over");
    refused(post(&mut world, &delivery), RuleRefused, "BKY.20.3f", "/subject");
    post(&mut world, &example("app.tested")).unwrap();
    post(&mut world, &delivery).unwrap();
}

/// 19(5): a topic has one walidata.
#[test]
fn a_data_set_of_a_topic_that_another_holds_is_refused() {
    let mut world = world_of(&["dataset.registered"]);
    let other = changed(
        "dataset.registered",
        &[
            ("/source", json!("agency/dishub")),
            ("/subject", json!("dataset/kunjungan-lain")),
            ("/data/walidata", json!("dishub")),
        ],
    );
    refused(post(&mut world, &other), RuleRefused, "BKY.19.5", "/data/topic");
}

/// What the text lets happen, but not silently.
#[test]
fn what_is_only_warned_of_is_accepted_with_the_rule_named() {
    let warned = |given: &[&str], event: Value| {
        let mut world = world_of(given);
        post(&mut world, &event).unwrap();
        world.warnings.iter().map(|warning| warning.rule.clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        warned(&["pse.coordination_requested", "pse.registered"], example("certificate.issued")),
        ["BKY.17.1"]
    );
    assert_eq!(
        warned(&[], changed("sanction.imposed.regent", &[("/data/kind", json!("other"))])),
        ["BKY.43.2"]
    );
    assert_eq!(warned(&[], example("adjustment.completed")), ["BKY.43bis.1"]);
    let contradictory = changed("app.tested", &[("/data/security", json!("failed"))]);
    assert_eq!(warned(&BUILT, contradictory), ["BKY.20.3f"]);
}

/// Every row of the catalogue's table for this regulation but the duty without an act (BKY-103).
#[test]
fn the_rule_set_has_every_row_of_the_regulation() {
    let rules = RuleSet::parse(BENGKAYANG_19_2020).unwrap();
    let has = |row: &str| rules.acts().any(|act| act.row == row);
    let missing: Vec<_> =
        (1..=102).map(|n| format!("BKY-{n:02}")).filter(|row| !has(row)).collect();
    assert_eq!(missing, Vec::<String>::new());
}
