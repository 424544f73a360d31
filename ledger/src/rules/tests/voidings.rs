//! Events that are voided: the stream is what it was before.

use Code::RuleRefused;

use super::corrections::{NAME, granted, row, voided};
use super::rows::region;
use super::*;
use crate::registers::SUBDOMAINS;

#[test]
fn a_voided_event_leaves_the_stream_as_it_was_but_for_the_mark_and_the_version() {
    let mut world = granted();
    let of = world.position.0 - 1;
    world.given(&voided(&example("subdomain.granted")));
    assert_eq!(world.state(NAME), "requested");
    assert_eq!(world.field(NAME, "holder"), Value::Null);
    let row = row(&world, SUBDOMAINS, "simpus.bengkayangkab.go.id");
    assert_eq!((&row["version"], &row["requested_by"]), (&json!(3), &json!("dinkes")));
    let mark = &row["voided"][0];
    assert_eq!((&mark["of"], &mark["type"]), (&json!(of), &json!("subdomain.granted")));
    assert_eq!((&mark["reason"], &mark["by"]), (&json!("salah catat"), &json!(REGISTRAR)));
    // The name is free again, and granted again.
    let mut again = example("subdomain.granted");
    again["id"] = json!("again");
    again.as_object_mut().unwrap().remove("expectedversion");
    world.given(&again);
    assert_eq!(world.state(NAME), "granted");
    // Twice is once too often.
    let mut twice = voided(&example("subdomain.granted"));
    twice["id"] = json!("twice");
    let why = refused(world.when(&twice), RuleRefused, "SYS.9.1", "/data/event");
    assert_eq!(why, Why::EventVoided);
}

#[test]
fn only_the_newest_event_is_voided_and_then_the_one_before_it() {
    let mut world = granted();
    let requested = example("subdomain.requested");
    let granted_at = Position(world.position.0 - 1);
    let why = refused(world.when(&voided(&requested)), RuleRefused, "SYS.9.3", "/data/event");
    assert_eq!(why, Why::NotTheNewest { thing: NAME.to_owned(), position: granted_at });
    world.given(&voided(&example("subdomain.granted")));
    world.given(&voided(&requested));
    assert_eq!(world.state(NAME), "none");
    let left: Vec<_> = world.facts[NAME].fields.keys().cloned().collect();
    assert_eq!(left, ["voided"]);
}

/// 19(5): the index gives the topic free, and takes it back.
#[test]
fn a_value_that_a_voided_event_held_is_free() {
    let mut world = region();
    let dataset = example("dataset.registered");
    world.given(&dataset);
    let other = of_the_same_topic();
    refused(world.when(&other), RuleRefused, "BKY.19.5", "/data/topic");
    world.given(&voided(&dataset));
    world.given(&other);
    let mut again = dataset.clone();
    again["id"] = json!("again");
    refused(world.when(&again), RuleRefused, "BKY.19.5", "/data/topic");
}

/// Another agency registers another data set of the topic that the example has.
pub(super) fn of_the_same_topic() -> Value {
    changed(
        "dataset.registered",
        &[
            ("/id", json!("other")),
            ("/source", json!("agency/dishub")),
            ("/subject", json!("dataset/kunjungan-lain")),
            ("/data/walidata", json!("dishub")),
        ],
    )
}

/// What an effect has done to another stream is taken back, unless something rests on it there.
#[test]
fn an_event_is_voided_only_where_it_is_the_newest_in_every_stream_that_it_changed() {
    let mut world = evaluation::reached("scoring");
    let mut score = example("self_assessment.scored");
    score["id"] = json!("first");
    score["subject"] = json!("indicator/2026/i1");
    score["data"]["level"] = json!(4);
    let before = world.facts["eval/2026"].clone();
    let office = score["office"].as_str().map(str::to_owned);
    world.given(&score);
    assert_ne!(world.facts["eval/2026"].fields, before.fields);
    let mut void = voided(&score);
    void["office"] = json!(office);
    if office.is_none() {
        void.as_object_mut().unwrap().remove("office");
    }
    let mut later = score.clone();
    (later["id"], later["subject"]) = (json!("second"), json!("indicator/2026/i2"));
    let mut crowded = world.clone();
    crowded.given(&later);
    let at = Position(crowded.position.0 - 1);
    let why = refused(crowded.when(&void), RuleRefused, "SYS.9.3", "/data/event");
    assert_eq!(why, Why::NotTheNewest { thing: "eval/2026".to_owned(), position: at });
    world.given(&void);
    assert_eq!(world.facts["eval/2026"].fields, before.fields);
}
