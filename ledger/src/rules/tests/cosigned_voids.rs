//! What several have signed is taken back only with the signatures of them all.

use Code::{RoleMissing, RuleRefused};

use super::corrections::about;
use super::cosigned::{DRAFTER, ONE, SOP, TWO, adopted, awaits, by, dinas, draft, head};
use super::rows::{HEAD_OF_DINKES, post, region};
use super::*;

/// Each under an id of its own.
fn voided(of: &Value) -> Value {
    about("event.voided", of, &json!({ "reason": format!("salah catat: {}", of["id"]) }))
}

/// 9(2): a clerk took back alone what the head of the agency had endorsed.
#[test]
fn a_voiding_waits_for_those_who_signed_the_act_besides_and_changes_nothing_before() {
    let mut world = adopted(ONE, ONE);
    let (of, at) = (world.past.events[world.past.events.len() - 2].position, world.position.0);
    let before = world.facts[SOP].clone();
    let void = voided(&draft());
    world.given(&void);
    let mut after = world.facts[SOP].clone();
    let waiting = world.field(SOP, "pending")[0].clone();
    assert_eq!(
        (&waiting["position"], &waiting["type"], &waiting["by"], &waiting["awaits"]),
        (&json!(at), &json!("event.voided"), &json!(DRAFTER), &json!(["KAOPD of source"]))
    );
    assert_eq!(
        waiting["of"],
        json!({ "position": of.0, "type": "sop.adopted", "agency": "dinkes" })
    );
    after.fields.remove("pending");
    assert_eq!((&after.state, &after.fields), (&before.state, &before.fields));

    let signature = head(&void);
    let mut bare = signature.clone();
    bare.as_object_mut().unwrap().remove("office");
    for signer in [HEAD_OF_DINKES, DRAFTER] {
        let why = world.clone().signed_by(signer).when(&bare);
        refused(why, RoleMissing, "SYS.11.2", "/source");
    }
    refused(post(&mut world, &dinas(&void)), RoleMissing, "SYS.11.2", "/source");
    assert_eq!(world.state(SOP), "in_force");

    post(&mut world, &signature).unwrap();
    assert_eq!((world.state(SOP), world.field(SOP, "pending")), ("none", Value::Null));
    assert_eq!(world.field(SOP, "title"), Value::Null);
    let mark = world.field(SOP, "voided")[0].clone();
    assert_eq!(
        (&mark["position"], &mark["recorded"], &mark["of"], &mark["by"]),
        (&json!(at + 1), &json!(at), &json!(of.0), &json!(DRAFTER))
    );
    let mut again = void.clone();
    again["id"] = json!("again");
    let why = refused(world.when(&again), RuleRefused, "SYS.9.1", "/data/event");
    assert_eq!(why, Why::EventVoided);
    // The procedure is adopted anew.
    world.given(&changed("sop.adopted.drafted", &[("/id", json!("anew"))]));
    post(&mut world, &head(&changed("sop.adopted.drafted", &[("/id", json!("anew"))]))).unwrap();
    assert_eq!(world.state(SOP), "in_force");
}

#[test]
fn who_signs_as_all_of_them_voids_at_once_and_an_authority_as_little_as_the_drafter() {
    let void = voided(&draft());
    let by = by(&void);
    let office = Some("role/kepala-dinkes");
    assert_eq!(by(HEAD_OF_DINKES, "agency/dinkes", office, [ONE, ONE]).state(SOP), "none");
    for world in [
        by(DRAFTER, "agency/dinkes", None, [ONE, ONE]),
        by(HEAD_OF_DINKES, "agency/dinkes", None, [ONE, ONE]),
        by(AUTHORITY, "agency/setda", None, [ONE, ONE]),
    ] {
        assert_eq!((world.state(SOP), awaits(&world)), ("in_force", json!(["KAOPD of source"])));
    }
    let without_dinas = by(HEAD_OF_DINKES, "agency/dinkes", office, [ONE, TWO]);
    assert_eq!((without_dinas.state(SOP), awaits(&without_dinas)), ("in_force", json!(["DINAS"])));
    // Version 2 let whoever could draft it.
    let alone = by(DRAFTER, "agency/dinkes", None, ["structural = 3", "structural = 2"]);
    assert_eq!(alone.state(SOP), "none");
}

/// It has changed nothing, and nobody has endorsed it.
#[test]
fn what_waits_for_its_cosigner_is_taken_back_by_its_drafter_alone() {
    let mut world = region();
    world.given(&example("system.registered"));
    world.given(&draft());
    world.given(&voided(&draft()));
    assert_eq!((world.state(SOP), world.field(SOP, "pending")), ("none", Value::Null));
    refused(post(&mut world, &head(&draft())), RuleRefused, "SYS.9.1", "/data/event");
}

#[test]
fn a_voiding_of_what_two_others_signed_is_done_with_the_last_of_both() {
    let void = voided(&draft());
    let (head, dinas) = (head(&void), dinas(&void));
    for [first, last] in [[&head, &dinas], [&dinas, &head]] {
        let mut world = adopted(ONE, TWO);
        world.given(&void);
        assert_eq!(awaits(&world), json!(["KAOPD of source", "DINAS"]));
        post(&mut world, first).unwrap();
        assert_eq!(world.state(SOP), "in_force");
        let mut twice = first.clone();
        twice["id"] = json!("twice");
        refused(post(&mut world, &twice), RuleRefused, "SYS.11.1", "/data/event");
        post(&mut world, last).unwrap();
        assert_eq!((world.state(SOP), world.field(SOP, "pending")), ("none", Value::Null));
    }
}

fn second() -> Value {
    changed("sop.adopted.drafted", &[("/id", json!("second")), ("/data/edition", json!(2))])
}

/// Two editions, one after the other, both endorsed.
fn twice() -> World {
    let mut world = adopted(ONE, ONE);
    world.given(&second());
    post(&mut world, &head(&second())).unwrap();
    assert_eq!(world.field(SOP, "edition"), 2);
    world
}

/// Else whoever drafts would reach back behind what stands, by a voiding that nobody has signed.
#[test]
fn what_a_waiting_or_withdrawn_voiding_speaks_of_stands_still() {
    let mut world = twice();
    let endorsed = Position(world.position.0 - 1);
    let stands = Why::NotTheNewest { thing: SOP.to_owned(), position: endorsed };
    let (void, of_first) = (voided(&second()), voided(&draft()));
    world.given(&void);
    let why = refused(world.when(&of_first), RuleRefused, "SYS.9.3", "/data/event");
    assert_eq!(why, stands);
    let mut withdrawn = world.clone();
    withdrawn.given(&voided(&void));
    assert_eq!(withdrawn.field(SOP, "pending"), Value::Null);
    let why = refused(withdrawn.when(&of_first), RuleRefused, "SYS.9.3", "/data/event");
    assert_eq!(why, stands);
    let signed = post(&mut withdrawn, &head(&void));
    refused(signed, RuleRefused, "SYS.9.1", "/data/event");
    assert_eq!(withdrawn.field(SOP, "edition"), 2);
    // Done, it leaves the first as the newest, which is taken back in the same way.
    post(&mut world, &head(&void)).unwrap();
    assert_eq!((world.state(SOP), world.field(SOP, "edition")), ("in_force", json!(1)));
    world.given(&of_first);
    post(&mut world, &head(&of_first)).unwrap();
    assert_eq!(world.state(SOP), "none");
}

#[test]
fn a_voiding_is_judged_again_with_its_last_signature() {
    let mut world = adopted(ONE, ONE);
    let void = voided(&draft());
    world.given(&void);
    world.given(&second());
    post(&mut world, &head(&second())).unwrap();
    let endorsed = Position(world.position.0 - 1);
    let refusal = post(&mut world, &head(&void)).unwrap_err();
    let fault = &refusal.faults[0];
    assert_eq!(
        (refusal.rule.as_deref(), fault.rule.as_deref(), fault.pointer.as_str()),
        (Some("SYS.11.3"), Some("SYS.9.3"), "/data/event")
    );
    assert_eq!(fault.why, Why::NotTheNewest { thing: SOP.to_owned(), position: endorsed });
    assert_eq!(world.field(SOP, "edition"), 2);
}

/// On the row of an index nothing shows of a voiding but what it did, at the position of its last signature.
#[test]
fn what_a_cosigned_voiding_did_to_another_thing_stands_in_nobodys_way() {
    let who = "subject = \"dataset/{id}\"\nwho = [\"PSE\"]\n";
    let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    assert!(text.contains(who));
    let rules = text.replacen(who, &format!("{who}{ONE}\n"), 1);
    let mut world = region();
    world.rules = Arc::new(RuleSet::parse(rules.as_bytes()).unwrap());
    let data = |id: &str| {
        let subject = json!(format!("dataset/{id}"));
        changed("dataset.registered", &[("/id", json!(id)), ("/subject", subject)])
    };
    let (one, two) = (data("satu"), data("dua"));
    for act in [&one, &two] {
        world.given(act);
        post(&mut world, &head(act)).unwrap();
    }
    let topic = "index:dataset-topic:kunjungan pasien puskesmas";
    let holders = |world: &World| world.field(topic, "holders").as_array().map_or(0, Vec::len);
    assert_eq!(holders(&world), 2);
    let of_two = voided(&two);
    world.given(&of_two);
    assert_eq!(holders(&world), 2);
    let of_one = voided(&one);
    refused(world.when(&of_one), RuleRefused, "SYS.9.3", "/data/event");
    post(&mut world, &head(&of_two)).unwrap();
    assert_eq!((world.state("dataset/dua"), holders(&world)), ("none", 1));
    world.given(&of_one);
    post(&mut world, &head(&of_one)).unwrap();
    assert_eq!((world.state("dataset/satu"), holders(&world)), ("none", 0));
    // What was only withdrawn is undone nowhere.
    let three = data("tiga");
    world.given(&three);
    post(&mut world, &head(&three)).unwrap();
    let of_three = voided(&three);
    world.given(&of_three).given(&voided(&of_three));
    assert_eq!((world.state("dataset/tiga"), holders(&world)), ("registered", 1));
}

#[test]
fn words_say_whose_signature_a_voiding_waits_for() {
    let mut world = adopted(ONE, ONE);
    world.given(&voided(&draft()));
    let mut marks = crate::registers::marks(&world.facts[SOP]);
    crate::registers::tell(&mut marks, &world.rules);
    let awaits = &marks["pending"][0]["awaits"][0];
    assert_eq!(awaits["actor"], "KAOPD of source");
    let words = awaits["text"]["en"].as_str().unwrap();
    assert!(words.contains("head of the agency") && words.contains("dinkes"), "{words}");
}
