//! Acts that wait for further signatures, and take effect with the last one.

use Code::{RoleMissing, RuleRefused};

use super::rows::{HEAD_OF_DINKES, region, signer_of};
use super::voidings::of_the_same_topic;
use super::*;

const SOP: &str = "sop/simpus/1";
const DRAFTER: &str = "p-e2f87a6c3b10";

fn post(world: &mut World, event: &Value) -> Result<(), Refusal> {
    world.signer = signer_of(event);
    world.when(event)
}

/// Bengkayang with one line of its rules written otherwise.
fn region_where(from: &str, to: &str) -> World {
    let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    assert!(text.contains(from));
    let mut world = region();
    world.rules = Arc::new(RuleSet::parse(text.replacen(from, to, 1).as_bytes()).unwrap());
    world
}

/// The procedure is drafted by an official who does not head the agency.
fn drafted(mut world: World) -> World {
    world.given(&example("system.registered"));
    world.given(&example("sop.adopted.drafted"));
    world
}

fn pending(world: &World) -> Value {
    world.field(SOP, "pending")
}

/// 9(2): the head of the agency endorses.
#[test]
fn an_act_waits_for_the_signature_that_its_row_demands() {
    let mut world = drafted(region());
    let at = world.position.0 - 1;
    assert_eq!((world.state(SOP), world.facts[SOP].version), ("none", 1));
    let waits = pending(&world)[0].clone();
    assert_eq!((&waits["position"], &waits["type"]), (&json!(at), &json!("sop.adopted")));
    assert_eq!((&waits["by"], &waits["awaits"]), (&json!(DRAFTER), &json!(["KAOPD of source"])));
    assert_eq!(world.field(SOP, "title"), Value::Null);
    assert!(world.when(&example("sop.disseminated")).is_err());

    post(&mut world, &example("act.countersigned")).unwrap();
    assert_eq!((world.state(SOP), world.facts[SOP].version), ("in_force", 2));
    assert_eq!(pending(&world), Value::Null);
    assert_eq!(world.field(SOP, "title"), example("sop.adopted")["data"]["title"]);
    assert_eq!(world.field(SOP, "agency"), "dinkes");
    world.given(&example("sop.disseminated"));
}

#[test]
fn an_act_that_the_needed_person_signed_waits_for_nothing() {
    let mut world = region();
    world.given(&example("system.registered"));
    post(&mut world, &example("sop.adopted")).unwrap();
    assert_eq!((world.state(SOP), pending(&world)), ("in_force", Value::Null));
    let mut idle = example("act.countersigned");
    let id = example("sop.adopted")["id"].clone();
    let key = event_key(id.as_str().unwrap()).to_string();
    idle["data"]["event"] = json!({ "agency": "dinkes", "id": id, "key": key });
    let why = refused(post(&mut world, &idle), RuleRefused, "SYS.11.1", "/data/event");
    assert_eq!(why, Why::NothingAwaited);
}

#[test]
fn nobody_but_those_whom_the_row_names_countersigns() {
    let signature = example("act.countersigned");
    let mut bare = signature.clone();
    bare.as_object_mut().unwrap().remove("office");
    let by = |signer| drafted(region()).signed_by(signer).when(&bare);
    let wording = by(HEAD_OF_DINKES).unwrap_err().wording.unwrap();
    assert_eq!(
        (wording.id.as_str(), wording.en.as_str()),
        (
            "Tanda tangan berikutnya dibubuhkan oleh mereka yang disebut baris tindakan itu, masing-masing satu kali.",
            "A further signature is of those whom the row of the act names, once each.",
        )
    );
    refused(by(HEAD_OF_DINKES), RoleMissing, "SYS.11.2", "/source");
    refused(by(DRAFTER), RoleMissing, "SYS.11.2", "/source");
    // The head of another agency.
    let mut world = drafted(region());
    world.given(&changed(
        "role.appointed",
        &[
            ("/id", json!("other-head")),
            ("/source", json!("agency/kominfo")),
            ("/subject", json!("role/kepala-dishub")),
            ("/data/person", json!("p-00000000d15b")),
            ("/data/agency", json!("dishub")),
            ("/data/head", json!(true)),
        ],
    ));
    let mut other = signature.clone();
    (other["source"], other["office"]) = (json!("agency/dishub"), json!("role/kepala-dishub"));
    refused(world.when(&other), RoleMissing, "SYS.11.2", "/source");
    // An act that needs no other signature.
    let mut idle = signature;
    let registered = example("system.registered");
    idle["subject"] = registered["subject"].clone();
    let key = event_key(registered["id"].as_str().unwrap()).to_string();
    idle["data"]["event"] = json!({ "agency": "dinkes", "id": registered["id"], "key": key });
    let why = refused(post(&mut world, &idle), RuleRefused, "SYS.11.1", "/data/event");
    assert_eq!(why, Why::NothingAwaited);
}

/// Who is the head when it is endorsed endorses it, not who was when it was drafted.
#[test]
fn the_head_of_the_day_signs_and_the_act_is_adopted_then() {
    let mut world = drafted(region());
    let office = [("/subject", json!("role/kepala-dinkes")), ("/source", json!("agency/kominfo"))];
    let ended = [
        ("/id", json!("ended")),
        ("/data/person", json!(HEAD_OF_DINKES)),
        ("/data/date", json!("2026-11-19")),
    ];
    world.given(&changed("role.ended", &[&office[..], &ended[..]].concat()));
    let next = [
        ("/id", json!("next")),
        ("/data/person", json!("p-00000000d15b")),
        ("/data/agency", json!("dinkes")),
        ("/data/head", json!(true)),
        ("/data/from", json!("2026-11-20")),
    ];
    world.given(&changed("role.appointed", &[&office[..], &next[..]].concat()));
    let later = "2026-11-20T09:30:00+07:00";
    let signature = changed("act.countersigned", &[("/time", json!(later))]);
    assert!(world.signed_by(HEAD_OF_DINKES).when(&signature).is_err());
    world.signed_by("p-00000000d15b").when(&signature).unwrap();
    assert_eq!(world.state(SOP), "in_force");
    // It was once adopted at the time of its draft.
    assert_eq!(world.field(SOP, "adopted_at"), json!(later));
}

/// What was right when it was drafted need not be so when it is endorsed.
#[test]
fn the_act_is_judged_again_with_the_last_signature() {
    let mut world = drafted(region());
    let registered = example("system.registered");
    let id = registered["id"].as_str().unwrap();
    let of = json!({ "agency": "dinkes", "id": id, "key": event_key(id).to_string() });
    let voided = changed(
        "event.voided",
        &[
            ("/subject", registered["subject"].clone()),
            ("/source", json!("agency/dinkes")),
            ("/data/event", of),
        ],
    );
    world.given(&voided);
    let signature = example("act.countersigned");
    let refusal = world.signed_by(HEAD_OF_DINKES).when(&signature).unwrap_err();
    assert_eq!((refusal.code, refusal.rule.as_deref()), (RuleRefused, Some("SYS.11.3")));
    // The rule that is broken now is named beside it.
    let fault = &refusal.faults[0];
    assert_eq!((fault.pointer.as_str(), fault.rule.as_deref()), ("/data/event", Some("BKY.9.1")));
    assert_eq!(world.state(SOP), "none");
}

#[test]
fn an_act_takes_effect_with_the_last_of_several_signatures() {
    let one = r#"cosigned_by = ["KAOPD of source"]"#;
    let two = r#"cosigned_by = ["KAOPD of source", "DINAS"]"#;
    let mut head = example("act.countersigned");
    let mut dinas = head.clone();
    head["id"] = json!("head");
    (dinas["id"], dinas["source"]) = (json!("dinas"), json!("agency/kominfo"));
    dinas.as_object_mut().unwrap().remove("office");
    for order in [[&head, &dinas], [&dinas, &head]] {
        let mut world = drafted(region_where(one, two));
        post(&mut world, order[0]).unwrap();
        assert_eq!(world.state(SOP), "none");
        assert_eq!(pending(&world)[0]["awaits"].as_array().unwrap().len(), 1);
        let mut twice = order[0].clone();
        twice["id"] = json!("twice");
        refused(post(&mut world, &twice), RuleRefused, "SYS.11.1", "/data/event");
        post(&mut world, order[1]).unwrap();
        assert_eq!((world.state(SOP), pending(&world)), ("in_force", Value::Null));
        assert_eq!(world.facts[SOP].version, 3);
    }
}

#[test]
fn an_act_that_waits_is_voided_and_not_corrected() {
    let draft = example("sop.adopted.drafted");
    let about = |kind: &str, id: &str, data: Value| {
        let mut event = changed(kind, &[("/id", json!(id)), ("/data", data)]);
        (event["source"], event["subject"]) = (draft["source"].clone(), draft["subject"].clone());
        let key = event_key(draft["id"].as_str().unwrap()).to_string();
        event["data"]["event"] = json!({ "agency": "dinkes", "id": draft["id"], "key": key });
        event
    };
    let fields = json!([{ "field": "title", "value": "Pendaftaran pasien baru" }]);
    let corrected =
        about("event.corrected", "c", json!({ "corrections": fields, "reason": "salah ketik" }));
    let void = about("event.voided", "v", json!({ "reason": "salah catat" }));

    let mut world = drafted(region());
    let why = refused(world.when(&corrected), RuleRefused, "SYS.9.1", "/data/event");
    assert_eq!(why, Why::EventPending);
    world.given(&void);
    assert_eq!(pending(&world), Value::Null);
    let signed = post(&mut world, &example("act.countersigned"));
    assert_eq!(refused(signed, RuleRefused, "SYS.9.1", "/data/event"), Why::EventVoided);

    // Once it is complete it is corrected and voided like any other, by her who endorsed it.
    let mut world = drafted(region());
    post(&mut world, &example("act.countersigned")).unwrap();
    let (mut corrected, mut void) = (corrected, void);
    corrected["office"] = json!("role/kepala-dinkes");
    void["office"] = json!("role/kepala-dinkes");
    post(&mut world, &corrected).unwrap();
    assert_eq!(world.field(SOP, "title"), "Pendaftaran pasien baru");
    post(&mut world, &void).unwrap();
    assert_eq!(world.state(SOP), "none");
    let left: Vec<_> = world.facts[SOP].fields.keys().cloned().collect();
    assert_eq!(left, ["corrections", "voided"]);
}

/// The row of a stream is as confidential as the most confidential that it shows, and it shows what waits.
#[test]
fn a_stream_is_as_confidential_as_what_waits_on_it() {
    let class = "class = \"public\"\nsubject = \"sop/{system}/{n}\"\nwho = [\"PSE\"]\n# 9(2)";
    let higher = class.replace("public", "restricted");
    let classes = |structural: &str| {
        let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
        assert!(text.contains(class));
        let text = text.replacen("structural = 3", structural, 1);
        let mut world = region();
        world.given(&example("system.registered"));
        post(&mut world, &example("sop.adopted")).unwrap();
        let before = world.facts[SOP].class;
        world.rules =
            Arc::new(RuleSet::parse(text.replacen(class, &higher, 1).as_bytes()).unwrap());
        world.given(&example("sop.adopted.drafted"));
        (before, world.facts[SOP].class)
    };
    assert_eq!(classes("structural = 3"), (Class::Public, Class::Restricted));
    assert_eq!(classes("structural = 2"), (Class::Public, Class::Public));
}

/// What an act holds in an index it holds from its last signature on, until it is voided.
#[test]
fn a_name_is_held_from_the_last_signature_on() {
    let row = "type = \"dataset.registered\"\n";
    let mut world = region_where(row, &format!("{row}cosigned_by = [\"DINAS\"]\n"));
    let dataset = example("dataset.registered");
    let key = |id: &Value| event_key(id.as_str().unwrap()).to_string();
    let signed = |id: &str, of: &Value| {
        let mut event = example("act.countersigned");
        (event["id"], event["source"]) = (json!(id), json!("agency/kominfo"));
        event["subject"] = of["subject"].clone();
        event.as_object_mut().unwrap().remove("office");
        let agency = of["source"].as_str().unwrap().trim_start_matches("agency/");
        event["data"]["event"] = json!({ "agency": agency, "id": of["id"], "key": key(&of["id"]) });
        event
    };
    let other = of_the_same_topic();
    world.given(&dataset);
    world.given(&other);
    world.given(&signed("s1", &dataset));
    let late = world.when(&signed("s2", &other)).unwrap_err();
    assert_eq!(late.rule.as_deref(), Some("SYS.11.3"));
    assert_eq!(late.faults[0].rule.as_deref(), Some("BKY.19.5"));
    let mut void = changed("event.voided", &[("/id", json!("v"))]);
    (void["source"], void["subject"]) = (dataset["source"].clone(), dataset["subject"].clone());
    void["data"]["event"] =
        json!({ "agency": "dinkes", "id": dataset["id"], "key": key(&dataset["id"]) });
    world.given(&void);
    world.given(&signed("s-v", &void));
    let mut again = signed("s3", &other);
    again["id"] = json!("s3");
    world.given(&again);
    assert_eq!(world.state("dataset/kunjungan-lain"), "registered");
}

/// A procedure is drafted anew while the first draft still waits, and each of them by itself.
#[test]
fn acts_that_wait_do_not_stand_in_each_others_way() {
    let one = r#"cosigned_by = ["KAOPD of source"]"#;
    let two = r#"cosigned_by = ["KAOPD of source", "DINAS"]"#;
    let first = example("sop.adopted.drafted");
    let mut second = first.clone();
    second["id"] = json!("second");
    let about = |kind: &str, id: &str, of: &Value| {
        let mut event = changed(kind, &[("/id", json!(id))]);
        (event["source"], event["subject"]) = (first["source"].clone(), first["subject"].clone());
        let key = event_key(of["id"].as_str().unwrap()).to_string();
        event["data"]["event"] = json!({ "agency": "dinkes", "id": of["id"], "key": key });
        event
    };
    let void = |id: &str, of: &Value| about("event.voided", id, of);
    let signed = |id: &str, of: &Value| {
        let mut event = about("act.countersigned", id, of);
        event["source"] = json!("agency/kominfo");
        event.as_object_mut().unwrap().remove("office");
        event
    };
    let both_wait = |structural: &str| {
        let mut world = drafted(region_where(one, two));
        let text = str::from_utf8(BENGKAYANG_19_2020).unwrap().replacen(one, two, 1);
        let text = text.replacen("structural = 3", structural, 1);
        world.rules = Arc::new(RuleSet::parse(text.as_bytes()).unwrap());
        world.given(&second);
        world.given(&signed("s1", &first));
        world.given(&signed("s2", &second));
        world
    };
    // Version 2 let neither go: each has a later event of the other.
    for of in [&first, &second] {
        refused(
            both_wait("structural = 2").when(&void("v", of)),
            RuleRefused,
            "SYS.9.3",
            "/data/event",
        );
    }
    for [earlier, later] in [[&first, &second], [&second, &first]] {
        let mut world = both_wait("structural = 3");
        let left = pending(&world);
        world.given(&void("v1", earlier));
        let waits = if earlier == &first { &left[1] } else { &left[0] };
        assert_eq!(pending(&world), json!([waits]), "the other waits as it did");
        world.given(&void("v2", later));
        assert_eq!(pending(&world), Value::Null);
        assert_eq!(world.state(SOP), "none");
        let left: Vec<_> = world.facts[SOP].fields.keys().cloned().collect();
        assert_eq!(left, ["voided"]);
    }
}

/// A procedure that is endorsed late is found so: by the row, whose finding the draft has too.
#[test]
fn the_findings_of_an_act_that_waited_go_with_it() {
    let found = |world: &World| {
        let found = world.field(SOP, "found");
        let found = found.as_array().cloned().unwrap_or_default();
        found.into_iter().map(|mark| mark["position"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    let mut world = drafted(region());
    let first = world.position.0 - 1;
    assert_eq!(found(&world), [first]);
    let draft = example("sop.adopted.drafted");
    let mut second = draft.clone();
    second["id"] = json!("second");
    world.given(&second);
    assert_eq!(found(&world), [first + 1], "the newest of each rule");
    let void = |id: &str, of: &Value| {
        let mut event = changed("event.voided", &[("/id", json!(id))]);
        (event["source"], event["subject"]) = (draft["source"].clone(), draft["subject"].clone());
        let key = event_key(of["id"].as_str().unwrap()).to_string();
        event["data"]["event"] = json!({ "agency": "dinkes", "id": of["id"], "key": key });
        event
    };
    let mut other = world.clone();
    world.given(&void("v", &second));
    assert_eq!(found(&world), [first], "what stood there before");
    other.given(&void("v", &draft));
    assert_eq!(found(&other), [first + 1]);
    other.given(&void("w", &second));
    assert_eq!(found(&other), Vec::<u64>::new(), "not that of a voided act");
    // Nor what was found of one with its last signature: that stands at the position of the signature.
    let kept = "agency = \"source\"\nadopted_at = \"effective\"\n";
    let finding = "\n[[act.condition]]\nkind = \"field\"\nfield = \"data.edition\"\nequals = 99\nwarn = true\nrule = \"BKY.9.1\"\n";
    let mut signed = drafted(region_where(kept, &format!("{kept}{finding}")));
    let found = |world: &World| {
        let found = world.field(SOP, "found");
        let found = found.as_array().cloned().unwrap_or_default();
        let found = found.into_iter().filter(|mark| mark["rule"] == "BKY.9.1");
        found.map(|mark| mark["position"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    post(&mut signed, &example("act.countersigned")).unwrap();
    assert_eq!(found(&signed), [first + 1]);
    signed.given(&second);
    assert_eq!(found(&signed), [first + 2]);
    let mut by_head = void("v", &draft);
    by_head["office"] = json!("role/kepala-dinkes");
    post(&mut signed, &by_head).unwrap();
    assert_eq!(found(&signed), [first + 2]);
    signed.given(&void("w", &second));
    assert_eq!(found(&signed), Vec::<u64>::new());
}

/// The signature of an act that was voided, and an act that waits, are nothing that an earlier act is voided for later.
#[test]
fn what_was_signed_of_a_voided_act_and_what_waits_rest_on_nothing() {
    let mut world = region();
    world.given(&example("system.registered"));
    let (adopted, draft) = (example("sop.adopted"), example("sop.adopted.drafted"));
    post(&mut world, &adopted).unwrap();
    let title = world.field(SOP, "title");
    world.given(&draft);
    let about = |kind: &str, id: &str, of: &Value, data: Value| {
        let mut event = changed(kind, &[("/id", json!(id)), ("/data", data)]);
        (event["source"], event["subject"]) = (of["source"].clone(), of["subject"].clone());
        let key = event_key(of["id"].as_str().unwrap()).to_string();
        event["data"]["event"] = json!({ "agency": "dinkes", "id": of["id"], "key": key });
        event["office"] = of["office"].clone();
        if event["office"].is_null() {
            event.as_object_mut().unwrap().remove("office");
        }
        event
    };
    let reason = || json!({ "reason": "salah catat" });
    let void_adopted = about("event.voided", "v2", &adopted, reason());

    // While the second waits the first is corrected, and shown as corrected; or voided, and the second waits on.
    let fields = json!([{ "field": "title", "value": "Pendaftaran pasien baru" }]);
    let data = json!({ "corrections": fields, "reason": "salah ketik" });
    let mut corrected = world.clone();
    post(&mut corrected, &about("event.corrected", "c", &adopted, data)).unwrap();
    assert_eq!(corrected.field(SOP, "title"), "Pendaftaran pasien baru");
    let place = corrected.field(SOP, "corrections")[0]["fields"][0].clone();
    assert_eq!((place.get("overwritten_by"), &place["old"]), (None, &title));
    let mut waiting = world.clone();
    post(&mut waiting, &void_adopted).unwrap();
    assert_eq!((waiting.state(SOP), waiting.field(SOP, "title")), ("none", Value::Null));
    assert_eq!(pending(&waiting).as_array().unwrap().len(), 1);

    // Signed, it stands in the way; voided with its signature, it does not.
    post(&mut world, &example("act.countersigned")).unwrap();
    let signed_at = Position(world.position.0 - 1);
    let why = refused(post(&mut world, &void_adopted), RuleRefused, "SYS.9.3", "/data/event");
    assert_eq!(why, Why::NotTheNewest { thing: SOP.to_owned(), position: signed_at });
    let mut by_head = about("event.voided", "v1", &draft, reason());
    by_head["office"] = json!("role/kepala-dinkes");
    post(&mut world, &by_head).unwrap();
    assert_eq!((world.state(SOP), world.field(SOP, "title")), ("in_force", title));
    post(&mut world, &void_adopted).unwrap();
    assert_eq!(world.state(SOP), "none");
}
