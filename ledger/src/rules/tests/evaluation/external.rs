//! The external assessment, its result, and what follows from it.

use super::*;

const EXTERNAL: [&str; 3] =
    ["document_assessment.scored", "interview_assessment.scored", "visitation_assessment.scored"];

#[test]
fn each_external_stage_comes_in_its_turn() {
    let turns = [
        ("scoring", [false, false, false]),
        ("validated", [false, false, false]),
        ("submitted", [true, false, false]),
        ("documented", [true, true, false]),
        ("interviewed", [false, true, true]),
        ("visited", [false, false, true]),
        ("final", [false, false, false]),
    ];
    for (state, allowed) in turns {
        for (kind, allowed) in EXTERNAL.into_iter().zip(allowed) {
            let result = post(&mut reached(state), &example(kind));
            if allowed {
                result.unwrap();
            } else {
                refused(result, TransitionForbidden, METHOD, "/subject");
            }
        }
    }
}

/// One interview closed the assessment of the documents for all indicators.
#[test]
fn a_stage_that_begins_with_one_indicator_leaves_the_others_where_they_are() {
    const OTHER: &str = "indicator/2026/i23";
    let of_other =
        |kind: &str| changed(kind, &[("/subject", json!(OTHER)), ("/data/level", json!(4))]);
    let mut world = reached("submitted");
    for kind in &EXTERNAL[..2] {
        given(&mut world, &example(kind));
    }
    assert_eq!(world.state(YEAR), "interviewed");
    given(&mut world, &of_other("document_assessment.scored"));
    assert_eq!((world.state(YEAR), world.state(OTHER)), ("interviewed", "documented"));
    assert_eq!(world.field(YEAR, "document_assessment")["i23"], 4);
    given(&mut world, &example("visitation_assessment.scored"));
    for kind in &EXTERNAL[..2] {
        let mut other = of_other(kind);
        other["id"] = json!(format!("in-visit-{kind}"));
        given(&mut world, &other);
    }
    assert_eq!((world.state(YEAR), world.state(OTHER)), ("visited", "interviewed"));
    assert_eq!(world.field(YEAR, "interview_assessment")["i23"], 4);
    // Its own later score stands.
    let early = post(&mut world, &of_other("document_assessment.scored"));
    refused(early, TransitionForbidden, METHOD, "/subject");
}

#[test]
fn only_the_external_assessors_score_after_the_submission() {
    for (state, kind) in ["submitted", "documented", "interviewed"].into_iter().zip(EXTERNAL) {
        let mut world = reached(state);
        let sekda = [("/source", json!("agency/setda")), ("/office", json!("role/sekda"))];
        refused(post(&mut world, &changed(kind, &sekda)), RoleMissing, METHOD, "/office");
        given(&mut world, &example(kind));
    }
    let sekda = [("/source", json!("agency/setda")), ("/office", json!("role/sekda"))];
    let result = post(&mut reached("documented"), &changed("evaluation.finalised", &sekda));
    refused(result, RoleMissing, METHOD, "/office");
}

#[test]
fn a_recorder_of_the_region_records_what_the_assessors_decided() {
    let recorded = [
        ("/source", json!("agency/kominfo")),
        ("/office", json!("role/pencatat")),
        ("/signedas", json!("pencatat")),
        (
            "/decision",
            json!({
                "by": ASSESSOR, "office": "role/asesor-eksternal", "date": "2026-11-20",
                "document": example("index.published")["decision"]["document"],
            }),
        ),
    ];
    let mut world = reached("submitted");
    given(&mut world, &changed("document_assessment.scored", &recorded));
    assert_eq!(world.field(INDICATOR, "document_assessment")["by"], ASSESSOR);
}

#[test]
fn a_later_stage_overrides_and_earlier_scores_stay() {
    let mut world = reached("submitted");
    for (kind, level) in EXTERNAL.into_iter().zip([2, 4, 5]) {
        given(&mut world, &changed(kind, &[("/data/level", json!(level))]));
    }
    for (stage, level) in [
        ("self_assessment", 3),
        ("document_assessment", 2),
        ("interview_assessment", 4),
        ("visitation_assessment", 5),
    ] {
        assert_eq!(world.field(YEAR, stage)["i22"], level, "{stage}");
        assert_eq!(world.field(INDICATOR, stage)["level"], level, "{stage}");
    }
    assert_eq!(world.state(INDICATOR), "visited");
    assert_eq!(world.facts[INDICATOR].version, 4);
}

#[test]
fn an_external_level_is_one_of_the_instrument() {
    for (state, kind) in ["submitted", "documented", "interviewed"].into_iter().zip(EXTERNAL) {
        let mut world = reached(state);
        let zero = changed(kind, &[("/data/level", json!(0))]);
        refused(post(&mut world, &zero), RuleRefused, "P59.I", "/data/level");
        let other = changed(kind, &[("/subject", json!("indicator/2026/i0"))]);
        refused(post(&mut world, &other), RuleRefused, "P59.I", "/subject");
    }
}

#[test]
fn monitoring_ends_with_the_documents_and_evaluation_later() {
    for state in ["documented", "interviewed", "visited"] {
        let mut world = reached(state);
        given(&mut world, &example("evaluation.finalised"));
        assert_eq!((world.state(YEAR), world.warnings.len()), ("final", 0));
    }
    let early = post(&mut reached("submitted"), &example("evaluation.finalised"));
    refused(early, TransitionForbidden, METHOD, "/subject");
}

#[test]
fn a_final_result_that_misses_an_indicator_is_a_finding() {
    let mut world = reached("submitted");
    given(&mut world, &example("document_assessment.scored"));
    given(&mut world, &example("evaluation.finalised"));
    assert_eq!(world.warnings[0].rule, METHOD);
}

#[test]
fn improvement_is_recommended_once_the_result_is_final() {
    for kind in ["improvement.recommended", "improvement.recommended.whole"] {
        let event = &example(kind);
        let early = post(&mut reached("visited"), event);
        refused(early, TransitionForbidden, METHOD, "/subject");
        for state in ["final", "published"] {
            let mut world = reached(state);
            given(&mut world, event);
            let subject = event["subject"].as_str().unwrap();
            assert!(world.field(subject, "improvement")["recommendation"].is_string());
            assert_eq!(world.state(YEAR), state);
        }
        let mut agency = event.clone();
        agency["source"] = json!("agency/kominfo");
        agency["office"] = json!("role/kadis-kominfo");
        let mut world = reached("final");
        let result = world.signed_by(SUPERVISOR).when(&agency);
        refused(result, RoleMissing, METHOD, "/office");
    }
}

// ------------------------------------------------------------------------------------ publishing

#[test]
fn a_published_index_agrees_with_the_final_external_scores() {
    for (field, value, difference) in [
        (
            "d2",
            "3.01",
            Difference::Domain { number: 2, published: Hundredths(301), computed: Hundredths(300) },
        ),
        (
            "index",
            "2.99",
            Difference::Index { published: Hundredths(299), computed: Hundredths(300) },
        ),
        (
            "predicate",
            "Cukup",
            Difference::Predicate { published: Predicate::Cukup, computed: Predicate::Baik },
        ),
    ] {
        let mut world = reached("final");
        let pointer = format!("/data/{field}");
        let other = changed("index.published.region", &[(&pointer, json!(value))]);
        let why = refused(post(&mut world, &other), RuleRefused, "P59.7", &pointer);
        assert_eq!(why, Why::OtherThanScored { difference });
        given(&mut world, &example("index.published.region"));
        assert_eq!(world.field(YEAR, "index"), "3.00");
    }
}

/// The external levels count, and the self-assessed ones beside them do not.
#[test]
fn a_published_index_may_differ_from_the_self_assessment() {
    let mut world = reached("submitted");
    score_all(&mut world, "document_assessment.scored", 2);
    given(&mut world, &example("evaluation.finalised"));
    let three = post(&mut world, &example("index.published.region"));
    refused(three, RuleRefused, "P59.7", "/data/d1");
    let two = [
        ("/data/d1", Value::Null),
        ("/data/d2", Value::Null),
        ("/data/d3", Value::Null),
        ("/data/d4", Value::Null),
        ("/data/index", json!("2.00")),
        ("/data/predicate", json!("Cukup")),
    ];
    given(&mut world, &changed("index.published.region", &two));
}

/// Where this ledger holds no final external scores, the ministry's figure is recorded as it is.
#[test]
fn without_final_external_scores_the_ministrys_figure_is_recorded() {
    let figure = [("/data/index", json!("1.23")), ("/data/predicate", json!("Kurang"))];
    for state in
        ["none", "open", "staffed", "scoring", "validated", "submitted", "documented", "visited"]
    {
        let mut world = if state == "none" { region() } else { reached(state) };
        given(&mut world, &changed("index.published.region", &figure));
        assert_eq!((world.state(YEAR), &world.field(YEAR, "index")), ("published", &json!("1.23")));
    }
    // Final, but with an indicator that no external stage scored.
    let mut world = reached("submitted");
    given(&mut world, &example("document_assessment.scored"));
    given(&mut world, &example("evaluation.finalised"));
    given(&mut world, &changed("index.published.region", &figure));
}

#[test]
fn a_result_is_published_once_by_the_minister_for_its_year() {
    let mut world = reached("published");
    let again = post(&mut world, &example("index.published.region"));
    refused(again, TransitionForbidden, "P59.7", "/subject");
    let opened = post(&mut world, &example("evaluation.opened"));
    refused(opened, TransitionForbidden, METHOD, "/subject");

    let mut world = reached("final");
    let other = changed("index.published.region", &[("/data/year", json!(2025))]);
    refused(post(&mut world, &other), RuleRefused, "P59.7", "/data/year");
    let decider = [("/decision/office", json!("role/sekda")), ("/decision/by", json!(AUTHORITY))];
    let result = post(&mut world, &changed("index.published.region", &decider));
    refused(result, RoleMissing, "P59.7", "/office");
    let himself = [
        ("/source", json!("agency/menpanrb")),
        ("/office", json!("role/menpanrb")),
        ("/signedas", Value::Null),
        ("/decision", Value::Null),
    ];
    given(&mut world, &changed("index.published.region", &himself));
}

#[test]
fn a_result_names_the_instrument_of_its_year() {
    let older = [("/data/instrument", json!("permenpanrb-5-2018"))];
    let result = post(&mut region(), &changed("index.published.region", &older));
    refused(result, RuleRefused, "P59.7", "/data/instrument");
    let result = post(&mut reached("final"), &changed("index.published.region", &older));
    refused(result, RuleRefused, "P59.7", "/data/instrument");
}

#[test]
fn domains_are_told_all_or_none() {
    let some = [("/data/d3", Value::Null)];
    let why = refused(
        post(&mut region(), &changed("index.published.region", &some)),
        RuleRefused,
        "P59.7",
        "/data/d3",
    );
    assert_eq!(why, Why::FieldMissing);
    // The older instrument has three.
    let older = [
        ("/subject", json!("eval/2019")),
        ("/data/year", json!(2019)),
        ("/data/instrument", json!("permenpanrb-5-2018")),
    ];
    let why = refused(
        post(&mut region(), &changed("index.published.region", &older)),
        RuleRefused,
        "P59.7",
        "/data/d4",
    );
    assert_eq!(why, Why::FieldUnknown);
    let three = [&older[..], &[("/data/d4", Value::Null)]].concat();
    given(&mut region(), &changed("index.published.region", &three));
}

// ---------------------------------------------------------------------------- 11(1): the regent

#[test]
fn the_regent_evaluates_strategically_at_any_time() {
    for state in ["none", "scoring", "published"] {
        let mut world = if state == "none" { region() } else { reached(state) };
        given(&mut world, &example("strategic_evaluation.issued"));
        assert_eq!(world.state(YEAR), state);
        assert!(world.field(YEAR, "strategic_evaluation")["conclusions"].is_string());
    }
    let mut world = region();
    given(&mut world, &example("strategic_evaluation.issued"));
    given(&mut world, &example("evaluation.opened"));

    let sekda = changed("strategic_evaluation.issued", &[("/office", json!("role/sekda"))]);
    refused(post(&mut world, &sekda), RoleMissing, "BKY.11.1", "/office");
    let empty = changed("strategic_evaluation.issued", &[("/data/conclusions", Value::Null)]);
    refused(post(&mut world, &empty), ContentInvalid, "BKY.11.1", "/data/conclusions");
}
