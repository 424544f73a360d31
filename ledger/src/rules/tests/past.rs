//! What is read of the past to decide an act about an earlier event. Whoever signs for one ledger decides how often
//! it is read: once 256 later versions and statements were, whatever the answer.

use Code::{RoleMissing, RuleRefused};

use super::corrections::{about, corrected, granted, voided};
use super::rows::{HEAD_OF_DINKES, region, signer_of};
use super::*;

const SYSTEM: &str = "system/simpus";

/// The application is registered again and again; the first event is the one that is spoken of.
fn registered(times: usize) -> (World, Value) {
    let mut world = region();
    let first = example("system.registered");
    for time in 0..times {
        let mut event = first.clone();
        if time > 0 {
            event["id"] = json!(format!("again-{time}"));
        }
        event["data"]["name"] = json!(format!("SIMPUS {time}"));
        world.given(&event);
    }
    (world, first)
}

/// The decision, and what it read.
fn judged(world: &mut World, event: &Value) -> (Result<(), Refusal>, Read) {
    world.read.set(Read::default());
    let result = world.when(event);
    (result, world.read.get())
}

/// The event that is spoken of is read, and no more.
fn of_the_event_alone(read: Read) {
    let expected = Read { statements: 1, statement_bytes: read.statement_bytes, ..Read::default() };
    assert_eq!(read, expected);
}

#[test]
fn nothing_is_looked_into_for_who_may_not_speak_of_the_event() {
    let (mut world, first) = registered(100);
    let correction = corrected(&first, "task_basis", &json!("Perbup 55/2016"));
    for kind in ["event.corrected", "event.voided", "decision.revoked", "decision.annulled"] {
        let mut event = match kind {
            "event.corrected" => correction.clone(),
            "event.voided" => voided(&first),
            _ => about(kind, &first, &example(kind)["data"]),
        };
        event.as_object_mut().unwrap().remove("office");
        event["source"] = json!("agency/dishub");
        let (result, read) = judged(&mut world, &event);
        match kind {
            "event.corrected" | "event.voided" => {
                drop(refused(result, RoleMissing, "SYS.9.2", "/source"));
            }
            _ => drop(refused(result, RuleRefused, "SYS.10.1", "/data/event")),
        }
        of_the_event_alone(read);
    }
    // A decision of an office, by somebody of another agency.
    let mut world = granted();
    let mut event = about("decision.revoked", &example("subdomain.granted"), &{
        example("decision.revoked")["data"].clone()
    });
    event.as_object_mut().unwrap().remove("office");
    event["source"] = json!("agency/dishub");
    let (result, read) = judged(&mut world, &event);
    refused(result, RoleMissing, "SYS.10.2", "/source");
    of_the_event_alone(read);
    // A signature that the act does not wait for.
    let mut world = region();
    world.given(&example("system.registered"));
    world.given(&example("sop.adopted.drafted"));
    let mut bare = example("act.countersigned");
    bare.as_object_mut().unwrap().remove("office");
    world.signer = Some(HEAD_OF_DINKES);
    let (result, read) = judged(&mut world, &bare);
    refused(result, RoleMissing, "SYS.11.2", "/source");
    of_the_event_alone(read);
}

/// What is decisive in the correction itself is looked at before what followed on the event.
#[test]
fn a_correction_that_is_none_costs_no_more_than_the_event() {
    let (mut world, first) = registered(100);
    let (result, read) = judged(&mut world, &corrected(&first, "agency", &json!("dishub")));
    let why = refused(result, RuleRefused, "SYS.9.4", "/data/corrections/0/field");
    assert_eq!(why, Why::FieldDecides { field: "agency".to_owned() });
    of_the_event_alone(read);
    let (result, read) = judged(&mut world, &corrected(&first, "nothing", &json!("x")));
    let why = refused(result, RuleRefused, "SYS.9.4", "/data/corrections/0/field");
    assert_eq!(why, Why::FieldUnknown);
    of_the_event_alone(read);
}

#[test]
fn an_event_of_another_stream_and_a_structural_one_are_not_looked_into() {
    let (mut world, first) = registered(100);
    let mut elsewhere = voided(&first);
    elsewhere["subject"] = json!("system/other");
    let (result, read) = judged(&mut world, &elsewhere);
    let why = refused(result, RuleRefused, "SYS.9.1", "/data/event");
    assert_eq!(why, Why::EventOfAnotherStream { subject: SYSTEM.to_owned() });
    of_the_event_alone(read);

    let agency = changed(
        "agency.registered",
        &[
            ("/id", json!("own")),
            ("/subject", json!("agency/dinsos")),
            ("/data/agency", json!("dinsos")),
            ("/data/name", json!("Dinas Sosial")),
            ("/data/short_names", Value::Null),
        ],
    );
    world.given(&agency);
    let (result, read) = judged(&mut world, &voided(&agency));
    let why = refused(result, RuleRefused, "SYS.9.1", "/data/event");
    assert_eq!(why, Why::EventStructural { kind: "agency.registered".to_owned() });
    of_the_event_alone(read);

    let mut unknown = voided(&first);
    unknown["data"]["event"]["id"] = json!("nowhere");
    let (result, read) = judged(&mut world, &unknown);
    assert_eq!(refused(result, RuleRefused, "SYS.9.1", "/data/event"), Why::EventUnknown);
    assert_eq!(read, Read::default());
}

#[test]
fn a_voiding_looks_no_further_than_the_newest_event() {
    let (mut world, first) = registered(100);
    let (result, read) = judged(&mut world, &voided(&first));
    let why = refused(result, RuleRefused, "SYS.9.3", "/data/event");
    let position = Position(world.position.0 - 1);
    assert_eq!(why, Why::NotTheNewest { thing: SYSTEM.to_owned(), position });
    assert_eq!((read.statements, read.versions), (2, 0));
    // The newest goes back to the version before it, and to no other.
    let mut newest = first;
    newest["id"] = json!("again-99");
    let (result, read) = judged(&mut world, &voided(&newest));
    result.unwrap();
    assert_eq!((read.statements, read.versions), (1, 1));
    assert_eq!(world.field(SYSTEM, "name"), "SIMPUS 98");
}

#[test]
fn a_correction_reads_the_later_events_and_no_version_of_the_thing() {
    let (mut world, first) = registered(100);
    let (result, read) = judged(&mut world, &corrected(&first, "task_basis", &json!("x")));
    result.unwrap();
    assert_eq!((read.statements, read.versions, read.version_bytes), (100, 0, 0));
}

#[test]
fn a_signature_reads_the_act_and_when_it_was_recorded() {
    let mut world = region();
    world.given(&example("system.registered"));
    world.given(&example("sop.adopted.drafted"));
    let signature = example("act.countersigned");
    world.signer = signer_of(&signature);
    let (result, read) = judged(&mut world, &signature);
    result.unwrap();
    assert_eq!((read.statements, read.versions, read.keys), (1, 1, 0));
}

/// As if the statements were as long.
fn with_statements_of(world: &mut World, bytes: usize) {
    for recorded in &mut world.past.events {
        let Recorded { position, event, signatory, rules, .. } = &**recorded;
        let (event, signatory) = (event.clone(), signatory.clone());
        let (position, rules) = (*position, Arc::clone(rules));
        *recorded = Arc::new(Recorded { position, event, signatory, rules, bytes });
    }
}

#[test]
fn more_than_256_later_events_or_4_mib_of_them_are_not_looked_into() {
    let too_much = Why::TooMuchFollowed { events_max: 256, bytes_max: 4_194_304 };
    let correct =
        |world: &mut World, first: &Value| world.when(&corrected(first, "task_basis", &json!("x")));
    let (mut world, first) = registered(257);
    correct(&mut world, &first).unwrap();
    let (mut world, first) = registered(258);
    let why = refused(correct(&mut world, &first), RuleRefused, "SYS.9.1", "/data/event");
    assert_eq!(why, too_much);
    assert!(why.text().en.contains("256 later events and 4194304 bytes"), "{:?}", why.text());

    let (mut world, first) = registered(65);
    with_statements_of(&mut world, 65_536);
    let mut larger = world.clone();
    correct(&mut world, &first).unwrap();
    larger.given(&changed("system.registered", &[("/id", json!("one-more"))]));
    let refusal = correct(&mut larger, &first);
    assert_eq!(refused(refusal, RuleRefused, "SYS.9.1", "/data/event"), too_much);
    // What version 2 has accepted stays accepted.
    let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    let before = text.replacen("structural = 3", "structural = 2", 1);
    larger.rules = Arc::new(RuleSet::parse(before.as_bytes()).unwrap());
    correct(&mut larger, &first).unwrap();
}
