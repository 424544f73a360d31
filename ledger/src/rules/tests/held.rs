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

/// 19(5) forbids others to make the data again, not the walidata to have many of one topic.
#[test]
fn whoever_has_a_topic_makes_as_many_data_of_it_as_it_likes() {
    let mut world = region();
    for id in 0..258 {
        post(&mut world, &data(&format!("d-{id}"), "dinkes", "dinkes")).unwrap();
    }
    assert_eq!(world.field(TOPIC, "holders").as_array().unwrap().len(), 256);
    assert_eq!(world.field(TOPIC, "holders_more"), 2);
    taken(post(&mut world, &data("other", "dishub", "dishub")), "dinkes");
    // One that is counted, then all that are named: the last is counted.
    for id in std::iter::once(257).chain(0..256) {
        post(&mut world, &retired(&format!("d-{id}"), "dinkes")).unwrap();
        taken(post(&mut world, &data("other", "dishub", "dishub")), "dinkes");
    }
    assert_eq!(world.field(TOPIC, "holders_more"), 1);
    // What is named again stands beside it.
    post(&mut world, &data("d-300", "dinkes", "dinkes")).unwrap();
    post(&mut world, &retired("d-256", "dinkes")).unwrap();
    assert_eq!(world.field(TOPIC, "holders_more"), Value::Null);
    taken(post(&mut world, &data("other", "dishub", "dishub")), "dinkes");
    post(&mut world, &retired("d-300", "dinkes")).unwrap();
    post(&mut world, &data("other", "dishub", "dishub")).unwrap();
}

/// What is counted and not named is all for one: whoever would come beside it is told so.
#[test]
fn nobody_takes_over_what_is_held_by_more_than_are_named() {
    let mut world = region();
    for id in 0..256 {
        post(&mut world, &data(&format!("d-{id}"), "dishub", "dinkes")).unwrap();
    }
    let own = data("own", "dinkes", "dinkes");
    let why = refused(post(&mut world, &own), RuleRefused, "BKY.19.5", "/data/topic");
    assert_eq!(why, Why::HeldByMany { index: "dataset-maker".to_owned(), max: 256 });
    post(&mut world, &retired("d-0", "dinkes")).unwrap();
    post(&mut world, &own).unwrap();
}

/// Written otherwise, and read the same.
#[test]
fn a_topic_that_reads_the_same_is_the_same_topic() {
    for other in [
        "ＫＵＮＪＵＮＧＡＮ pasien",
        "kunjung\u{430}n pasien",
        "kunjunga\u{301}n  pasien",
        "kunjungan\u{A0}pasi\u{435}n",
    ] {
        let mut world = region();
        post(&mut world, &data("a", "dinkes", "dinkes")).unwrap();
        let mut again = data("b", "dishub", "dishub");
        again["data"]["topic"] = json!(other);
        taken(post(&mut world, &again), "dinkes");
        // It is the same the other way round, and free with what was written otherwise.
        let mut world = region();
        post(&mut world, &again).unwrap();
        taken(post(&mut world, &data("a", "dinkes", "dinkes")), "dishub");
        post(&mut world, &retired("b", "dishub")).unwrap();
        post(&mut world, &data("a", "dinkes", "dinkes")).unwrap();
    }
}

/// What an earlier version has told apart it has told apart: each holds what it held.
#[test]
fn what_was_held_under_an_earlier_version_is_held_still() {
    let before = std::str::from_utf8(BENGKAYANG_19_2020)
        .unwrap()
        .replace("structural = 3", "structural = 2");
    let topic = |id: &str, maker: &str, topic: &str| {
        let mut event = data(id, maker, maker);
        event["data"]["topic"] = json!(topic);
        event
    };
    let (of_dinkes, of_dishub) = ("donor s\u{E9}l", "donor s\u{435}l");
    let mut world = region();
    let now = Arc::clone(&world.rules);
    world.rules = Arc::new(RuleSet::parse(before.as_bytes()).unwrap());
    post(&mut world, &topic("a", "dinkes", of_dinkes)).unwrap();
    post(&mut world, &topic("b", "dishub", of_dishub)).unwrap();
    world.rules = now;
    taken(post(&mut world, &topic("d", "dishub", of_dinkes)), "dinkes");
    taken(post(&mut world, &topic("e", "setda", of_dishub)), "dishub");
    post(&mut world, &retired("a", "dinkes")).unwrap();
    post(&mut world, &topic("d", "dishub", of_dinkes)).unwrap();
}

/// 32(3): an address is told apart by its words, in whatever place of the two acts it stands.
#[test]
fn an_address_is_one_however_it_is_written() {
    let centre = |id: &str, address: &str| {
        changed(
            "datacenter.commissioned",
            &[
                ("/id", json!(format!("dc-{id}"))),
                ("/subject", json!(format!("facility/{id}"))),
                ("/data/address", json!(address)),
            ],
        )
    };
    let recovery =
        |address: &str| changed("recovery_site.commissioned", &[("/data/address", json!(address))]);
    for other in [
        "JALAN AHMAD YANI - PONTIANAK.",
        "Jal\u{430}n Ahmad Yani/Pontianak",
        "Jalan Ahmad Yání Ｐontianak",
    ] {
        let mut world = region();
        post(&mut world, &example("datacenter.commissioned")).unwrap();
        let mut second = world.clone();
        post(&mut world, &recovery("Jalan Ahmad Yani, Pontianak")).unwrap();
        let there = post(&mut world, &centre("lain", other));
        refused(there, RuleRefused, "BKY.32.3", "/data/address");
        // Whichever was there first.
        post(&mut second, &centre("lain", "Jalan Ahmad Yani, Pontianak")).unwrap();
        let there = post(&mut second, &recovery(other));
        refused(there, RuleRefused, "BKY.32.3", "/data/address");
        // The place is free again once it was closed, whoever writes it how.
        let mut closed =
            changed("facility.closed", &[("/subject", json!("facility/pusat-pemulihan"))]);
        closed["id"] = json!("closed");
        post(&mut world, &closed).unwrap();
        post(&mut world, &centre("lain", other)).unwrap();
    }
}
