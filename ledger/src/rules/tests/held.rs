//! Values that are held once, and what frees them: a topic of data is somebody's as long as there are data of it.

use Code::RuleRefused;

use super::decisions::ends;
use super::rows::{post, region};
use super::*;

const TOPIC: &str = "index:dataset-topic:kunjungan pasien";
const MAKER: &str = "index:dataset-maker:kunjungan pasien";

/// Data of one topic, made by `maker` for `walidata`.
fn data(id: &str, maker: &str, walidata: &str) -> Value {
    changed(
        "dataset.registered",
        &[
            ("/id", json!(format!("r-{id}"))),
            ("/subject", json!(format!("dataset/{id}"))),
            ("/source", json!(format!("agency/{maker}"))),
            ("/data/topic", json!("kunjungan pasien")),
            ("/data/walidata", json!(walidata)),
        ],
    )
}

fn retired(id: &str, by: &str) -> Value {
    changed(
        "dataset.retired",
        &[
            ("/id", json!(format!("x-{id}"))),
            ("/subject", json!(format!("dataset/{id}"))),
            ("/source", json!(format!("agency/{by}"))),
        ],
    )
}

fn voided(event: &Value) -> Value {
    let mut voided = ends("event.voided", event);
    voided["data"].as_object_mut().unwrap().remove("decision");
    voided
}

fn taken(result: Result<(), Refusal>, by: &str) {
    let why = refused(result, RuleRefused, "BKY.19.5", "/data/topic");
    let Why::NotUnique { owner, .. } = why else { panic!("{why:?}") };
    assert_eq!(owner, by);
}

#[test]
fn the_topic_of_retired_data_may_be_taken_by_another() {
    let mut world = region();
    post(&mut world, &data("a", "dinkes", "dinkes")).unwrap();
    taken(post(&mut world, &data("b", "dishub", "dishub")), "dinkes");
    post(&mut world, &retired("a", "dinkes")).unwrap();
    assert_eq!((world.state(TOPIC), world.facts[TOPIC].text("owner")), ("none", None));
    // Another makes them for another.
    post(&mut world, &data("b", "dishub", "setda")).unwrap();
    taken(post(&mut world, &data("c", "dinkes", "dinkes")), "setda");
    taken(post(&mut world, &data("c", "dinkes", "setda")), "dishub");
}

#[test]
fn a_topic_is_free_with_the_last_of_its_data() {
    let mut world = region();
    for id in ["a", "b"] {
        post(&mut world, &data(id, "dinkes", "dinkes")).unwrap();
    }
    post(&mut world, &retired("a", "dinkes")).unwrap();
    taken(post(&mut world, &data("c", "dishub", "dishub")), "dinkes");
    post(&mut world, &retired("b", "dinkes")).unwrap();
    post(&mut world, &data("c", "dishub", "dishub")).unwrap();
}

/// Whoever came before holds it still when the one after him has gone.
#[test]
fn who_made_data_before_their_walidata_did_makes_them_still() {
    let mut world = region();
    post(&mut world, &data("a", "dishub", "dinkes")).unwrap();
    post(&mut world, &data("b", "dinkes", "dinkes")).unwrap();
    let found: Vec<_> = world.warnings.iter().map(|warning| warning.rule.as_str()).collect();
    assert!(found.contains(&"BKY.19.5"), "another has made them: {found:?}");
    post(&mut world, &retired("b", "dinkes")).unwrap();
    taken(post(&mut world, &data("c", "setda", "dinkes")), "dishub");
    post(&mut world, &data("c", "dishub", "dinkes")).unwrap();
}

#[test]
fn a_retirement_that_is_voided_takes_the_topic_back() {
    let mut world = region();
    post(&mut world, &data("a", "dinkes", "dinkes")).unwrap();
    let held = world.facts[TOPIC].fields.clone();
    let gone = retired("a", "dinkes");
    post(&mut world, &gone).unwrap();
    post(&mut world, &voided(&gone)).unwrap();
    assert_eq!((world.state("dataset/a"), &world.facts[TOPIC].fields), ("registered", &held));
    taken(post(&mut world, &data("b", "dishub", "dishub")), "dinkes");
    let again = changed("dataset.retired", &[("/subject", json!("dataset/a"))]);
    post(&mut world, &again).unwrap();
    post(&mut world, &data("b", "dishub", "dishub")).unwrap();
}

/// Else it had two.
#[test]
fn a_retirement_is_not_voided_while_another_holds_the_topic() {
    let mut world = region();
    post(&mut world, &data("a", "dinkes", "dinkes")).unwrap();
    let gone = retired("a", "dinkes");
    post(&mut world, &gone).unwrap();
    let other = data("b", "dishub", "dishub");
    post(&mut world, &other).unwrap();
    let why = refused(post(&mut world, &voided(&gone)), RuleRefused, "SYS.9.3", "/data/event");
    let position = Position(world.position.0 - 1);
    assert_eq!(why, Why::NotTheNewest { thing: MAKER.to_owned(), position });
    post(&mut world, &voided(&other)).unwrap();
    post(&mut world, &voided(&gone)).unwrap();
    assert_eq!((world.state("dataset/a"), world.state("dataset/b")), ("registered", "none"));
    taken(post(&mut world, &data("c", "dishub", "dishub")), "dinkes");
}

/// A registration that is voided holds nothing, and what it held is not freed twice.
#[test]
fn data_that_were_never_made_free_nothing() {
    let mut world = region();
    let first = data("a", "dinkes", "dinkes");
    post(&mut world, &first).unwrap();
    post(&mut world, &voided(&first)).unwrap();
    post(&mut world, &data("b", "dishub", "dishub")).unwrap();
    // Retired from whatever state: nobody's, who is entitled to nothing about it.
    assert!(post(&mut world, &retired("a", "dinkes")).is_err());
    taken(post(&mut world, &data("c", "dinkes", "dinkes")), "dishub");
}

/// Of what an earlier rule set has let them hold it is not known who holds it: it stays held.
#[test]
fn what_was_held_before_it_was_kept_by_whom_stays_held() {
    let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    let freed = "[act.frees]\ndataset-topic = \"this.topic\"\ndataset-maker = \"this.topic\"\n";
    assert!(text.contains(freed));
    let mut world = region();
    let newest = Arc::clone(&world.rules);
    world.rules = Arc::new(RuleSet::parse(text.replacen(freed, "", 1).as_bytes()).unwrap());
    post(&mut world, &data("a", "dinkes", "dinkes")).unwrap();
    let fields: Vec<_> = world.facts[TOPIC].fields.keys().cloned().collect();
    assert_eq!(fields, ["owner"]);
    world.rules = newest;
    post(&mut world, &data("b", "dinkes", "dinkes")).unwrap();
    post(&mut world, &retired("b", "dinkes")).unwrap();
    taken(post(&mut world, &data("c", "dishub", "dishub")), "dinkes");
}

#[test]
fn what_no_row_holds_is_not_freed() {
    let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    let faults = |from: &str, to: &str| {
        assert!(text.contains(from));
        let faults = RuleSet::check(text.replacen(from, to, 1).as_bytes()).unwrap_err();
        faults.into_iter().map(|fault| fault.to_string()).collect::<Vec<_>>()
    };
    let told = faults("dataset-maker = \"this.topic\"", "dataset-makers = \"this.topic\"");
    assert!(told[0].contains("act[dataset.retired].frees.dataset-makers"), "{told:?}");
    let told = faults("dataset-maker = \"this.topic\"", "dataset-maker = \"this.subject\"");
    assert!(told[0].contains("act[dataset.retired].frees.dataset-maker"), "{told:?}");
    let told = faults("dataset-maker = \"this.topic\"", "dataset-maker = \"data.reason\"");
    assert!(told[0].contains("act[dataset.retired].frees"), "{told:?}");
}

#[test]
fn so_many_streams_hold_one_value_and_no_more() {
    let mut world = region();
    for id in 0..256 {
        post(&mut world, &data(&format!("d-{id}"), "dinkes", "dinkes")).unwrap();
    }
    let more = data("more", "dinkes", "dinkes");
    let why = refused(post(&mut world, &more), RuleRefused, "BKY.19.5", "/data/topic");
    assert_eq!(why, Why::TooLong { max: 256 });
    post(&mut world, &retired("d-7", "dinkes")).unwrap();
    post(&mut world, &more).unwrap();
}
