//! Agencies that end without a successor: what they held is not stuck with them, and what waits for their head waits for
//! nobody.

use Code::{ContentInvalid, RoleMissing, RuleRefused};

use super::corrections::voided;
use super::cosigned::{DRAFTER, ONE, SOP, TWO, adopted, dinas, draft, head};
use super::rows::{post, region};
use super::*;
use crate::event::Event;
use crate::rules::structural::Waiting;

const NEW: &str = "dinkesppkb";
const NEXT: &str = "dinsos";
const HEAD_OF_NEW: &str = "p-00000000d15b";

fn registered(world: &mut World, agency: &str) {
    world.given(&changed(
        "agency.registered",
        &[
            ("/id", json!(format!("registered-{agency}"))),
            ("/subject", json!(format!("agency/{agency}"))),
            ("/data/agency", json!(agency)),
            ("/data/short_names", Value::Null),
            ("/data/functions", json!([format!("urusan-{agency}")])),
        ],
    ));
}

fn headed(world: &mut World, agency: &str) {
    world.given(&changed(
        "role.appointed",
        &[
            ("/id", json!(format!("head-{agency}"))),
            ("/source", json!("agency/kominfo")),
            ("/subject", json!(format!("role/kepala-{agency}"))),
            ("/data/person", json!(HEAD_OF_NEW)),
            ("/data/agency", json!(agency)),
            ("/data/head", json!(true)),
        ],
    ));
}

/// It ends, and these stand in its place.
fn ends(world: &mut World, agency: &str, successors: &[&str]) {
    let id = ("/id", json!(format!("end-{agency}")));
    let subject = ("/subject", json!(format!("agency/{agency}")));
    if successors.is_empty() {
        world.given(&changed("agency.dissolved", &[id, subject]));
        return;
    }
    let successors: Vec<_> = successors.iter().map(|one| json!({ "agency": one })).collect();
    let successors = ("/data/successors", json!(successors));
    world.given(&changed("agency.merged", &[id, subject, successors]));
}

fn by_dinas(kind: &str) -> Value {
    changed(kind, &[("/source", json!("agency/kominfo"))])
}

fn stands(operand: &str) -> Why {
    Why::AgencyStands { operand: operand.to_owned() }
}

/// Of several successors each stands, and so do those that stand in their place.
#[test]
fn nobody_stands_in_its_place_once_all_who_did_have_ended() {
    let mut world = region();
    world.given(&example("dataset.registered"));
    for agency in [NEW, NEXT, "diskes"] {
        registered(&mut world, agency);
    }
    let retired = by_dinas("dataset.retired");
    let refuses = |world: &World, why: Why| {
        let refusal = world.clone().when(&retired);
        assert_eq!(refused(refusal, RuleRefused, "BKY.19.2", "/subject"), why);
    };
    refuses(&world, stands("this.holder"));
    ends(&mut world, "dinkes", &[NEW, NEXT]);
    refuses(&world, stands("this.holder"));
    ends(&mut world, NEW, &[]);
    refuses(&world, stands("this.holder"));
    ends(&mut world, NEXT, &["diskes"]);
    refuses(&world, stands("this.holder"));
    // Whoever stands acts on it as before.
    world.clone().given(&changed("dataset.retired", &[("/source", json!("agency/diskes"))]));
    ends(&mut world, "diskes", &[]);
    world.given(&retired);
    assert_eq!(world.state("dataset/kunjungan-puskesmas"), "retired");
}

/// More successions than are followed: somebody stands, as far as is known.
#[test]
fn successions_are_followed_only_so_far() {
    let chain = |links: usize| {
        let mut world = region();
        world.given(&example("dataset.registered"));
        let mut last = "dinkes".to_owned();
        for link in 0..links {
            let next = format!("dinas-{link}");
            registered(&mut world, &next);
            ends(&mut world, &last, &[&next]);
            last = next;
        }
        ends(&mut world, &last, &[]);
        world.when(&by_dinas("dataset.retired"))
    };
    chain(7).unwrap();
    let why = refused(chain(8), RuleRefused, "BKY.19.2", "/subject");
    assert_eq!(why, stands("this.holder"));
}

#[test]
fn a_system_of_an_agency_that_is_no_more_goes_to_another_that_takes_it() {
    let mut world = region();
    world.given(&example("system.registered"));
    headed(&mut world, "dishub");
    ends(&mut world, "dinkes", &[]);
    let handed = by_dinas("system.handed_over");
    world.given(&handed);
    assert_eq!(world.field("system/simpus", "agency"), "dinkes");
    let mut taken = head(&handed);
    (taken["source"], taken["office"]) = (json!("agency/dishub"), json!("role/kepala-dishub"));
    world.given(&taken);
    assert_eq!(world.field("system/simpus", "agency"), "dishub");
    world.given(&changed("sla.published", &[("/source", json!("agency/dishub"))]));
    let why = refused(world.when(&by_dinas("sla.published")), RoleMissing, "BKY.14.4a", "/source");
    assert!(matches!(why, Why::ActorNotEntitled { .. }), "{why:?}");
}

/// 9(2): the head of the agency endorses; once that was merged, the head of the one in its place.
#[test]
fn a_procedure_that_waits_for_a_head_is_signed_by_that_of_the_successor() {
    let mut world = region();
    world.given(&example("system.registered"));
    world.given(&draft());
    registered(&mut world, NEW);
    headed(&mut world, NEW);
    headed(&mut world, "bkpsdm");
    ends(&mut world, "dinkes", &[NEW]);
    let signed = |agency: &str| {
        let mut event = head(&draft());
        event["source"] = json!(format!("agency/{agency}"));
        event["office"] = json!(format!("role/kepala-{agency}"));
        event
    };
    let other = world.clone().signed_by(HEAD_OF_NEW).when(&signed("bkpsdm"));
    refused(other, RoleMissing, "SYS.11.2", "/source");
    world.signed_by(HEAD_OF_NEW).given(&signed(NEW));
    assert_eq!((world.state(SOP), world.field(SOP, "pending")), ("in_force", Value::Null));
    // What was endorsed is corrected and voided with the signature of the same.
    let mut void = voided(&draft());
    void["source"] = json!(format!("agency/{NEW}"));
    world.given(&void);
    assert_eq!(world.state(SOP), "in_force");
    let mut under = head(&void);
    under["source"] = json!(format!("agency/{NEW}"));
    under["office"] = json!(format!("role/kepala-{NEW}"));
    under["data"]["event"]["agency"] = json!(NEW);
    world.signed_by(HEAD_OF_NEW).given(&under);
    assert_eq!(world.state(SOP), "none");
}

#[test]
fn a_procedure_of_an_agency_that_is_no_more_waits_for_nobody() {
    let mut world = adopted(ONE, TWO);
    let second = changed("sop.adopted.drafted", &[("/id", json!("second"))]);
    world.given(&second);
    assert_eq!(world.field(SOP, "pending")[0]["by"], DRAFTER);
    registered(&mut world, NEW);
    ends(&mut world, "dinkes", &[NEW]);
    // The agency in its place stands, and so the act waits on.
    world.clone().given(&dinas(&second));
    ends(&mut world, NEW, &[]);
    let why = refused(world.when(&dinas(&second)), RuleRefused, "SYS.11.4", "/data/event");
    let ended = Why::AgencyEnded {
        agency: "dinkes".to_owned(),
        last_day: "2026-11-19".to_owned(),
        successors: vec![NEW.to_owned()],
    };
    assert_eq!(why, ended);
    // Whoever reads the stream is told so.
    let Some(Field::List(pending)) = world.facts[SOP].fields.get("pending") else { panic!() };
    let Field::Map(entry) = &pending[0] else { panic!() };
    let waiting = Waiting {
        rules: &world.rules,
        subject: SOP,
        ledger: None,
        signer: None,
        agencies: &world.facts,
        now_s: 0,
    };
    assert_eq!(waiting.lapsed(entry), Some(ended));
    // An authority of the ledger clears it away.
    let mut void = voided(&second);
    void["source"] = json!("agency/setda");
    world.signed_by(AUTHORITY).given(&void);
    assert_eq!((world.state(SOP), world.field(SOP, "pending")), ("in_force", Value::Null));
}

/// 1(22): whoever came first with a topic was its walidata, and kept the true one out for ever.
#[test]
fn a_topic_that_another_registered_first_goes_to_its_walidata_by_a_decision() {
    let mut world = region();
    let squat = example("dataset.registered");
    world.given(&squat);
    let mut second = squat.clone();
    (second["id"], second["subject"]) = (json!("second"), json!("dataset/kunjungan-2"));
    world.given(&second);
    let own = changed(
        "dataset.registered",
        &[
            ("/id", json!("own")),
            ("/source", json!("agency/dishub")),
            ("/subject", json!("dataset/kunjungan-dishub")),
            ("/data/walidata", json!("dishub")),
        ],
    );
    refused(world.clone().when(&own), RuleRefused, "BKY.19.5", "/data/topic");
    let decided = changed(
        "dataset.walidata_assigned",
        &[("/source", json!("agency/setda")), ("/office", json!("role/bupati"))],
    );
    let paperless = changed("dataset.walidata_assigned", &[("/data/decision", Value::Null)]);
    refused(world.clone().when(&paperless), ContentInvalid, "BKY.19.5", "/data/decision");
    post(&mut world, &decided).unwrap();
    let dataset = "dataset/kunjungan-puskesmas";
    assert_eq!(world.field(dataset, "walidata"), "dishub");
    assert_eq!(world.field(dataset, "holder"), "dinkes", "who made them has them still");
    world.given(&own);
    // Who came first registers nothing more of it, and neither takes the decision back nor classifies the data.
    let mut third = squat.clone();
    (third["id"], third["subject"]) = (json!("third"), json!("dataset/kunjungan-3"));
    refused(world.clone().when(&third), RuleRefused, "BKY.19.5", "/data/topic");
    let mut void = voided(&decided);
    void["source"] = json!("agency/dinkes");
    refused(world.clone().when(&void), RoleMissing, "SYS.9.2", "/source");
    refused(world.clone().when(&example("dataset.classified")), RoleMissing, "BKY.37.3", "/source");
    world.given(&changed("dataset.classified", &[("/source", json!("agency/dishub"))]));
    // What the walidata retires of it leaves the topic with what is left of his.
    world.given(&changed("dataset.retired", &[("/source", json!("agency/dishub"))]));
    let mut fourth = own.clone();
    (fourth["id"], fourth["subject"]) = (json!("fourth"), json!("dataset/kunjungan-4"));
    world.given(&fourth);
    // It was a mistake: the topic is as it was.
    let mut undone = region();
    undone.given(&squat);
    post(&mut undone, &decided).unwrap();
    let mut void = voided(&decided);
    void["office"] = json!("role/bupati");
    post(&mut undone, &void).unwrap();
    assert_eq!(undone.field(dataset, "walidata"), "dinkes");
    refused(undone.when(&own), RuleRefused, "BKY.19.5", "/data/topic");
}

/// The stream of a complaint is not everybody's: neither its state nor whether it is there is told to another agency.
#[test]
fn who_may_act_only_for_an_agency_that_is_no_more_is_told_that_first() {
    let mut world = region();
    world.given(&example("complaint.received"));
    let closed = by_dinas("complaint.closed");
    let why = refused(world.when(&closed), RuleRefused, "BKY.40.4e", "/subject");
    assert_eq!(why, stands("this.agency"));
    ends(&mut world, "dinkes", &[]);
    world.given_all(&[]);
    world.given(&by_dinas("complaint.handled")).given(&closed);
    assert_eq!(world.state("complaint/2026-55"), "closed");
}

#[test]
fn only_an_agency_that_is_kept_is_asked_for() {
    let loads = |from: &str, to: &str| {
        let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
        assert!(text.contains(from), "{from}");
        let error = RuleSet::parse(text.replacen(from, to, 1).as_bytes()).unwrap_err();
        error.to_string()
    };
    let word = "kind = \"orphaned\"\nfield = \"this.holder\"";
    let of_event = loads(word, "kind = \"orphaned\"\nfield = \"source\"");
    assert!(of_event.contains("a value that is kept: this.x or key#x"), "{of_event}");
    let flag = loads(word, "kind = \"orphaned\"\nfield = \"this.registered_at\"");
    assert!(flag.contains("an agency"), "{flag}");
    let unknown = loads(word, "kind = \"orphaned\"\nfield = \"this.nothing\"");
    assert!(unknown.contains("this.nothing"), "{unknown}");
}

/// The certificate of a system of the communications agency granted names, issued permits and imposed sanctions.
#[test]
fn a_system_acts_for_its_agency_but_neither_by_its_function_nor_decides() {
    let mut world = region();
    world.given_all(&["system.registered", "subdomain.requested"]);
    let judged = |world: &World, event: &Value, kind: &str| {
        let event = Event::parse(event.to_string().as_bytes()).unwrap();
        let signer = usual_signer(event.agency());
        let by = Signatory { kind: kind.to_owned(), ..signatory(signer, &event) };
        let at = Micros(NOW + 1_000);
        admit(&world.rules, &world.facts, &event, &by, &[], world.position, at).map(drop)
    };
    for (kind, rule) in [("subdomain.granted", "BKY.25.1"), ("facility.provided", "BKY.26.1")] {
        let event = example(kind);
        judged(&world, &event, "langsung").unwrap();
        let why = refused(judged(&world, &event, "sistem"), RoleMissing, rule, "/source");
        assert!(matches!(why, Why::ActorNotEntitled { .. }), "{why:?}");
    }
    // What any PSE does for itself its system does for it; but a decision, which a person takes.
    judged(&world, &example("dataset.registered"), "sistem").unwrap();
    world.given(&example("coordination.held.instrument"));
    let policy = example("policy.adopted.other");
    judged(&world, &policy, "langsung").unwrap();
    let why = refused(judged(&world, &policy, "sistem"), RoleMissing, "BKY.8.2", "/source");
    assert!(matches!(why, Why::ActorNotEntitled { .. }), "{why:?}");
    // Version 2 let it.
    let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    let before = text.replacen("structural = 3", "structural = 2", 1);
    world.rules = Arc::new(RuleSet::parse(before.as_bytes()).unwrap());
    judged(&world, &example("subdomain.granted"), "sistem").unwrap();
}
