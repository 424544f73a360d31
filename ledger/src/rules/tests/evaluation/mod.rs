//! The evaluation in a region's ledger: each stage by its role, in its order, and the published index
//! against the final levels of the external assessors.

use Code::{ContentInvalid, RoleMissing, RuleRefused, TransitionForbidden};

mod external;

use super::*;
use crate::evaluation::{Difference, Hundredths, PERMENPANRB_59_2020, Predicate};

const YEAR: &str = "eval/2026";
const INDICATOR: &str = "indicator/2026/i22";
const METHOD: &str = "P59.I.III";

pub(super) const BUPATI: &str = "p-0d94be6a17f2";
pub(super) const SUPERVISOR: &str = "p-4d1b9f7a2c63";
pub(super) const OPERATOR: &str = "p-91c5d0a7e3b4";
pub(super) const ASSESSOR: &str = "p-3e8a50c7d1f9";
pub(super) const CLERK: &str = "p-444444444444";

/// Bengkayang with every office of an evaluation held.
pub(super) fn region() -> World {
    let mut world = World::bengkayang();
    world.given(&changed(
        "agency.registered",
        &[
            ("/subject", json!("agency/menpanrb")),
            ("/data/agency", json!("menpanrb")),
            ("/data/name", json!("Kementerian PANRB")),
            ("/data/short_names", Value::Null),
            ("/data/kind", json!("central")),
        ],
    ));
    world.given(&example("role.appointed"));
    for (office, person, agency) in [
        ("role/sekda", AUTHORITY, "setda"),
        ("role/bupati", BUPATI, "setda"),
        ("role/asesor-eksternal", ASSESSOR, "menpanrb"),
        ("role/menpanrb", MINISTER, "menpanrb"),
        ("role/pencatat", CLERK, "kominfo"),
    ] {
        let appointment = [
            ("/source", json!("agency/kominfo")),
            ("/subject", json!(office)),
            ("/data/person", json!(person)),
            ("/data/agency", json!(agency)),
            ("/data/head", Value::Null),
            ("/data/recorder", json!(office == "role/pencatat")),
        ];
        world.given(&changed("role.appointed", &appointment));
    }
    world
}

/// Signed by whoever holds the office that the event names.
fn post(world: &mut World, event: &Value) -> Result<(), Refusal> {
    let signer = match (event["type"].as_str(), event["office"].as_str()) {
        (_, Some("role/bupati")) => Some(BUPATI),
        (_, Some("role/sekda")) => Some(AUTHORITY),
        (_, Some("role/asesor-eksternal")) => Some(ASSESSOR),
        (_, Some("role/pencatat")) => Some(CLERK),
        (Some("self_assessment.validated"), _) => Some(SUPERVISOR),
        _ => None,
    };
    world.signer = signer;
    world.when(event)
}

#[track_caller]
fn given(world: &mut World, event: &Value) {
    if let Err(refusal) = post(world, event) {
        panic!("{event:#}\nis refused: {refusal:?}");
    }
}

/// Every indicator scored with the same level.
fn score_all(world: &mut World, kind: &str, level: u8) {
    for indicator in PERMENPANRB_59_2020.indicators() {
        let subject = format!("indicator/2026/{}", indicator.column());
        let event = changed(kind, &[("/subject", json!(subject)), ("/data/level", json!(level))]);
        given(world, &event);
    }
}

/// The state it leads to, the example, and how it is posted.
type Step<'a> = (&'a str, &'a str, &'a dyn Fn(&mut World, &str));

/// As far as `state`, every indicator scored with 3.
pub(super) fn reached(state: &str) -> World {
    let mut world = region();
    let all = |world: &mut World, kind: &str| score_all(world, kind, 3);
    let one = |world: &mut World, kind: &str| given(world, &example(kind));
    let steps: [Step<'_>; 10] = [
        ("open", "evaluation.opened", &one),
        ("staffed", "evaluator_team.appointed", &one),
        ("scoring", "self_assessment.scored", &all),
        ("validated", "self_assessment.validated", &one),
        ("submitted", "self_assessment.submitted", &one),
        ("documented", "document_assessment.scored", &all),
        ("interviewed", "interview_assessment.scored", &one),
        ("visited", "visitation_assessment.scored", &one),
        ("final", "evaluation.finalised", &one),
        ("published", "index.published.region", &one),
    ];
    for (to, kind, step) in steps {
        if world.state(YEAR) == state {
            break;
        }
        step(&mut world, kind);
        assert_eq!(world.state(YEAR), to, "{kind}");
        assert_eq!(world.warnings, [], "{kind}");
    }
    world
}

// ----------------------------------------------------------------------------- opening, the team

#[test]
fn a_year_is_opened_once_by_the_coordinator_or_the_communications_agency() {
    let mut world = region();
    given(&mut world, &example("evaluation.opened"));
    assert_eq!(world.state(YEAR), "open");
    let again = post(&mut world, &example("evaluation.opened"));
    refused(again, TransitionForbidden, METHOD, "/subject");

    let dinas = [("/source", json!("agency/kominfo")), ("/office", Value::Null)];
    given(&mut region(), &changed("evaluation.opened", &dinas));
    let other = [("/source", json!("agency/dinkes")), ("/office", Value::Null)];
    let other = post(&mut region(), &changed("evaluation.opened", &other));
    refused(other, RoleMissing, METHOD, "/source");
}

#[test]
fn a_year_is_scored_with_its_own_instrument() {
    let year = |year: i64, instrument: &str| {
        let changes = [
            ("/subject", json!(format!("eval/{year}"))),
            ("/data/year", json!(year)),
            ("/data/instrument", json!(instrument)),
        ];
        post(&mut region(), &changed("evaluation.opened", &changes))
    };
    for (of, instrument) in [(2019, "permenpanrb-5-2018"), (2021, "permenpanrb-59-2020")] {
        year(of, instrument).unwrap();
    }
    for (of, instrument, own) in [
        (2020, "permenpanrb-59-2020", "permenpanrb-5-2018"),
        (2024, "permenpanrb-5-2018", "permenpanrb-59-2020"),
    ] {
        let why = refused(year(of, instrument), RuleRefused, "P59.I", "/data/instrument");
        assert_eq!(why, Why::NotOneOf { allowed: vec![own.to_owned()] });
    }
    refused(year(2017, "permenpanrb-5-2018"), ContentInvalid, METHOD, "/data/year");
    refused(year(2024, "permenpanrb-8-2026"), ContentInvalid, METHOD, "/data/instrument");
    let other = post(&mut region(), &changed("evaluation.opened", &[("/data/year", json!(2025))]));
    refused(other, RuleRefused, METHOD, "/data/year");
}

#[test]
fn the_regent_appoints_the_team_by_decree() {
    let mut world = region();
    // 15(1) names no order: an evaluation that is opened after its team was formed has one.
    let mut before = region();
    given(&mut before, &example("evaluator_team.appointed"));
    assert_eq!(before.state(YEAR), "none");
    given(&mut before, &example("evaluation.opened"));
    assert_eq!(before.state(YEAR), "staffed");
    given(&mut world, &example("evaluation.opened"));

    let sekda = changed("evaluator_team.appointed", &[("/office", json!("role/sekda"))]);
    refused(post(&mut world, &sekda), RoleMissing, "BKY.15.1", "/office");
    let letter = changed("evaluator_team.appointed", &[("/data/decree/kind", json!("decree"))]);
    let why = refused(post(&mut world, &letter), ContentInvalid, "BKY.15.1", "/data/decree/kind");
    assert_eq!(why, Why::DocumentMissing { kind: "regent-decree".to_owned() });
    let unnumbered = changed("evaluator_team.appointed", &[("/data/decree/number", Value::Null)]);
    let result = post(&mut world, &unnumbered);
    refused(result, ContentInvalid, "BKY.15.1", "/data/decree/number");

    given(&mut world, &example("evaluator_team.appointed"));
    assert_eq!(world.state(YEAR), "staffed");
}

#[test]
fn a_team_has_supervisor_operator_and_members() {
    let mut world = reached("open");
    for part in ["supervisor", "supervisor_office", "operator", "members"] {
        let pointer = format!("/data/{part}");
        let without = changed("evaluator_team.appointed", &[(&pointer, Value::Null)]);
        let why = refused(post(&mut world, &without), ContentInvalid, "BKY.15.2", &pointer);
        assert_eq!(why, Why::FieldMissing);
    }
    let nobody = changed("evaluator_team.appointed", &[("/data/members", json!([]))]);
    refused(post(&mut world, &nobody), ContentInvalid, "BKY.15.2", "/data/members");
}

#[test]
fn the_supervisor_is_an_official() {
    let mut world = reached("open");
    let other = changed("evaluator_team.appointed", &[("/data/supervisor", json!(OPERATOR))]);
    let why = refused(post(&mut world, &other), RuleRefused, "BKY.15.2", "/data/supervisor");
    assert!(matches!(why, Why::OfficeNotHeld { .. }), "{why:?}");
}

#[test]
fn a_later_decree_changes_the_team_until_the_scores_are_submitted() {
    for state in ["staffed", "scoring", "validated"] {
        let mut world = reached(state);
        let other = [("/data/operator", json!("p-777777777777"))];
        given(&mut world, &changed("evaluator_team.appointed", &other));
        assert_eq!(world.state(YEAR), state);
        assert_eq!(world.field(YEAR, "team")["operator"], "p-777777777777");
    }
    let late = post(&mut reached("submitted"), &example("evaluator_team.appointed"));
    refused(late, TransitionForbidden, "BKY.15.1", "/subject");
}

// ------------------------------------------------------------------------------ self-assessment

#[test]
fn a_score_says_level_explanation_and_evidence() {
    let mut world = reached("staffed");
    for part in ["level", "explanation", "evidence"] {
        let pointer = format!("/data/{part}");
        let without = changed("self_assessment.scored", &[(&pointer, Value::Null)]);
        let rule = if part == "level" { "P59.I" } else { METHOD };
        refused(post(&mut world, &without), ContentInvalid, rule, &pointer);
    }
    given(&mut world, &example("self_assessment.scored"));
    assert_eq!((world.state(YEAR), world.state(INDICATOR)), ("scoring", "self_assessed"));
    assert_eq!(world.field(YEAR, "self_assessment"), json!({ "i22": 3 }));
    let score = world.field(INDICATOR, "self_assessment");
    assert_eq!(score["evidence"].as_array().unwrap().len(), 2);
    assert_eq!(score["by"], "p-e2f87a6c3b10");
    assert_eq!(world.facts[INDICATOR].class, Class::Internal);
    assert_eq!(world.facts[YEAR].class, Class::Public);
}

#[test]
fn an_indicator_is_one_of_the_instrument_and_so_is_its_level() {
    let mut world = reached("open");
    for (kind, subject) in
        [("i48", "indicator/2026/i48"), ("i35a", "indicator/2026/i35a"), ("x", "indicator/2026/x")]
    {
        let other = changed("self_assessment.scored", &[("/subject", json!(subject))]);
        let why = refused(post(&mut world, &other), RuleRefused, "P59.I", "/subject");
        assert!(matches!(why, Why::NotOneOf { allowed } if allowed.len() == 47), "{kind}");
    }
    let zero = changed("self_assessment.scored", &[("/data/level", json!(0))]);
    let why = refused(post(&mut world, &zero), RuleRefused, "P59.I", "/data/level");
    assert_eq!(why, Why::OutOfRange);
    let six = changed("self_assessment.scored", &[("/data/level", json!(6))]);
    refused(post(&mut world, &six), ContentInvalid, "P59.I", "/data/level");
}

/// The older instrument has a level 0 and three slots of indicator 35.
#[test]
fn the_older_instrument_has_its_own_indicators_and_levels() {
    let mut world = region();
    let opened = [
        ("/subject", json!("eval/2019")),
        ("/data/year", json!(2019)),
        ("/data/instrument", json!("permenpanrb-5-2018")),
    ];
    given(&mut world, &changed("evaluation.opened", &opened));
    let slot = [("/subject", json!("indicator/2019/i35c")), ("/data/level", json!(0))];
    given(&mut world, &changed("self_assessment.scored", &slot));
    let newer = changed("self_assessment.scored", &[("/subject", json!("indicator/2019/i47"))]);
    refused(post(&mut world, &newer), RuleRefused, "P59.I", "/subject");
}

#[test]
fn scoring_needs_an_open_evaluation_of_the_year() {
    let none = post(&mut region(), &example("self_assessment.scored"));
    let why = refused(none, TransitionForbidden, METHOD, "/subject");
    let Why::StateForbids { thing, state, .. } = why else { panic!("{why:?}") };
    assert_eq!((thing.as_str(), state.as_deref()), (YEAR, Some("none")));
    let late = post(&mut reached("submitted"), &example("self_assessment.scored"));
    refused(late, TransitionForbidden, METHOD, "/subject");
}

#[test]
fn an_agency_of_the_region_scores_and_a_ministry_does_not() {
    let central = [("/source", json!("agency/menpanrb"))];
    let central = post(&mut reached("open"), &changed("self_assessment.scored", &central));
    refused(central, RoleMissing, METHOD, "/source");
}

#[test]
fn a_score_from_outside_an_appointed_team_is_accepted_with_a_finding() {
    let outsider = changed("self_assessment.scored", &[("/source", json!("agency/dishub"))]);
    let rules = |world: &World| world.warnings.iter().map(|w| w.rule.clone()).collect::<Vec<_>>();
    let mut world = reached("staffed");
    given(&mut world, &outsider);
    assert_eq!(rules(&world), ["BKY.15.2"]);
    // Supervisor, operator and members are the team.
    for person in [SUPERVISOR, OPERATOR, REGISTRAR] {
        let own = changed("self_assessment.scored", &[("/source", json!("agency/kominfo"))]);
        world.signer = Some(person);
        world.when(&own).unwrap();
        assert_eq!(world.warnings, [], "{person}");
    }
    // The team is optional.
    let mut world = reached("open");
    given(&mut world, &outsider);
    assert_eq!((rules(&world), world.state(YEAR)), (Vec::new(), "scoring"));
}

#[test]
fn a_level_above_the_lowest_without_evidence_is_a_finding() {
    let mut world = reached("staffed");
    let bare = [("/data/evidence", json!([])), ("/data/level", json!(2))];
    given(&mut world, &changed("self_assessment.scored", &bare));
    assert_eq!(world.warnings[0].rule, METHOD);
    let lowest = [("/data/evidence", json!([])), ("/data/level", json!(1))];
    given(&mut world, &changed("self_assessment.scored", &lowest));
    assert_eq!(world.warnings, []);
}

#[test]
fn only_the_supervisor_of_the_team_validates() {
    let mut world = reached("scoring");
    world.signer = Some(REGISTRAR);
    let member = world.when(&example("self_assessment.validated"));
    refused(member, RoleMissing, METHOD, "/source");
    given(&mut world, &example("self_assessment.validated"));
    assert_eq!(world.field(YEAR, "validated_by"), SUPERVISOR);

    let unscored = post(&mut reached("staffed"), &example("self_assessment.validated"));
    refused(unscored, TransitionForbidden, METHOD, "/subject");
}

#[test]
fn a_score_after_the_validation_needs_another_one() {
    let mut world = reached("validated");
    given(&mut world, &changed("self_assessment.scored", &[("/data/level", json!(4))]));
    assert_eq!(world.state(YEAR), "scoring");
    let early = post(&mut world, &example("self_assessment.submitted"));
    refused(early, TransitionForbidden, METHOD, "/subject");
    given(&mut world, &example("self_assessment.validated"));
    given(&mut world, &example("self_assessment.submitted"));
}

#[test]
fn the_coordinator_submits_with_minutes_and_consent() {
    let mut world = reached("validated");
    for (part, kind) in [("minutes", "minutes"), ("publication_consent", "publication-consent")] {
        let pointer = format!("/data/{part}");
        let without = changed("self_assessment.submitted", &[(&pointer, Value::Null)]);
        let why = refused(post(&mut world, &without), ContentInvalid, METHOD, &pointer);
        assert_eq!(why, Why::DocumentMissing { kind: kind.to_owned() });
    }
    let regent = changed("self_assessment.submitted", &[("/office", json!("role/bupati"))]);
    refused(post(&mut world, &regent), RoleMissing, METHOD, "/office");
    let officeless = changed("self_assessment.submitted", &[("/office", Value::Null)]);
    let why = refused(post(&mut world, &officeless), RoleMissing, METHOD, "/office");
    assert_eq!(why, Why::OfficeRequired { offices: vec!["role/sekda".to_owned()] });
    given(&mut world, &example("self_assessment.submitted"));
    assert_eq!(world.state(YEAR), "submitted");
}

#[test]
fn without_a_team_the_coordinator_submits_what_was_scored() {
    let mut world = reached("open");
    score_all(&mut world, "self_assessment.scored", 2);
    let nobody = post(&mut world, &example("self_assessment.validated"));
    refused(nobody, RoleMissing, METHOD, "/source");
    given(&mut world, &example("self_assessment.submitted"));
    assert_eq!((world.state(YEAR), world.warnings.len()), ("submitted", 0));
}

#[test]
fn an_incomplete_self_assessment_is_a_finding() {
    let mut world = reached("open");
    given(&mut world, &example("self_assessment.scored"));
    given(&mut world, &example("self_assessment.submitted"));
    assert_eq!(world.warnings[0].rule, METHOD);
}

// ------------------------------------------------------------------------------ external stages
