//! What several have signed is corrected only with the signatures of them all.

use Code::{RoleMissing, RuleRefused};

use super::corrections::{about, corrected, voided};
use super::rows::{HEAD_OF_DINKES, post, region};
use super::*;

pub(super) const SOP: &str = "sop/simpus/1";
pub(super) const DRAFTER: &str = "p-e2f87a6c3b10";
pub(super) const ONE: &str = r#"cosigned_by = ["KAOPD of source"]"#;
pub(super) const TWO: &str = r#"cosigned_by = ["KAOPD of source", "DINAS"]"#;

/// A procedure that all have signed whom its row names.
pub(super) fn adopted(from: &str, to: &str) -> World {
    let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    assert!(text.contains(from));
    let mut world = region();
    world.rules = Arc::new(RuleSet::parse(text.replacen(from, to, 1).as_bytes()).unwrap());
    world.given(&example("system.registered"));
    world.given(&draft());
    for signature in [head(&draft()), dinas(&draft())] {
        if world.field(SOP, "pending") != Value::Null {
            post(&mut world, &signature).unwrap();
        }
    }
    assert_eq!((world.state(SOP), world.field(SOP, "pending")), ("in_force", Value::Null));
    world
}

pub(super) fn draft() -> Value {
    example("sop.adopted.drafted")
}

/// Signed by the head of the agency.
pub(super) fn head(of: &Value) -> Value {
    let mut event = about("act.countersigned", of, &json!({ "note": of["id"] }));
    event["source"] = json!("agency/dinkes");
    event["office"] = json!("role/kepala-dinkes");
    event
}

fn voided_by_head(of: &Value) -> Value {
    let mut event = voided(of);
    event["office"] = json!("role/kepala-dinkes");
    event
}

/// Signed by the agency in charge.
pub(super) fn dinas(of: &Value) -> Value {
    let mut event = about("act.countersigned", of, &json!({ "note": of["id"] }));
    event["id"] = json!(format!("d{}", &event["id"].as_str().unwrap()[1..]));
    event["source"] = json!("agency/kominfo");
    event.as_object_mut().unwrap().remove("office");
    event
}

fn titled(title: &str) -> Value {
    corrected(&draft(), "title", &json!(title))
}

fn title(world: &World) -> Value {
    world.field(SOP, "title")
}

pub(super) fn awaits(world: &World) -> Value {
    awaits_on(world, SOP)
}

/// Whose signatures the first act that waits on a stream needs.
pub(super) fn awaits_on(world: &World, stream: &str) -> Value {
    world.field(stream, "pending")[0]["awaits"].clone()
}

/// 9(2): what the head of the agency endorsed is not changed behind her back.
#[test]
fn a_correction_waits_for_those_who_signed_the_act_besides() {
    let mut world = adopted(ONE, ONE);
    let (of, at) = (world.past.events[world.past.events.len() - 2].position, world.position.0);
    let before = world.facts[SOP].clone();
    world.given(&titled("Pendaftaran pasien baru"));
    assert_eq!(title(&world), draft()["data"]["title"]);
    assert_eq!(world.facts[SOP].version, before.version + 1);
    let waiting = world.field(SOP, "pending")[0].clone();
    assert_eq!(
        waiting["of"],
        json!({ "position": of.0, "type": "sop.adopted", "agency": "dinkes" })
    );
    assert_eq!(
        (&waiting["position"], &waiting["type"], &waiting["by"], &waiting["awaits"]),
        (&json!(at), &json!("event.corrected"), &json!(DRAFTER), &json!(["KAOPD of source"]))
    );
    let signature = head(&titled("Pendaftaran pasien baru"));
    let mut bare = signature.clone();
    bare.as_object_mut().unwrap().remove("office");
    for signer in [HEAD_OF_DINKES, DRAFTER] {
        let why = world.clone().signed_by(signer).when(&bare);
        refused(why, RoleMissing, "SYS.11.2", "/source");
    }
    post(&mut world, &signature).unwrap();
    assert_eq!(title(&world), "Pendaftaran pasien baru");
    assert_eq!(world.field(SOP, "pending"), Value::Null);
    let mark = world.field(SOP, "corrections")[0].clone();
    assert_eq!(
        (&mark["position"], &mark["recorded"], &mark["of"], &mark["by"]),
        (&json!(at + 1), &json!(at), &json!(of.0), &json!(DRAFTER))
    );
    assert_eq!(mark["fields"][0]["old"], draft()["data"]["title"]);
    let mut twice = signature;
    twice["id"] = json!("twice");
    let why = refused(post(&mut world, &twice), RuleRefused, "SYS.9.1", "/data/event");
    assert_eq!(why, Why::EventStructural { kind: "event.corrected".to_owned() });
}

/// A remark on the procedure that is adopted, by that signer, from that source and in that office, under Bengkayang with one
/// line of its rules written otherwise.
pub(super) fn by(
    remark: &Value,
) -> impl Fn(&'static str, &str, Option<&str>, [&str; 2]) -> World + '_ {
    move |signer, source, office, rules| {
        let mut world = adopted(rules[0], rules[1]);
        let mut event = remark.clone();
        event["source"] = json!(source);
        if let Some(office) = office {
            event["office"] = json!(office);
        }
        world.signed_by(signer).given(&event);
        world
    }
}

#[test]
fn who_signs_as_all_of_them_corrects_at_once_and_an_authority_as_little_as_the_drafter() {
    let correction = titled("Pendaftaran pasien baru");
    let by = by(&correction);
    let office = Some("role/kepala-dinkes");
    let as_head = by(HEAD_OF_DINKES, "agency/dinkes", office, [ONE, ONE]);
    assert_eq!(title(&as_head), "Pendaftaran pasien baru");
    let both = r#"cosigned_by = ["KAOPD of source", "PSE"]"#;
    let as_both = by(HEAD_OF_DINKES, "agency/dinkes", office, [ONE, both]);
    assert_eq!(title(&as_both), "Pendaftaran pasien baru");
    for world in [
        by(DRAFTER, "agency/dinkes", None, [ONE, ONE]),
        by(HEAD_OF_DINKES, "agency/dinkes", None, [ONE, ONE]),
        by(AUTHORITY, "agency/setda", None, [ONE, ONE]),
    ] {
        assert_eq!(
            (title(&world), awaits(&world)),
            (draft()["data"]["title"].clone(), json!(["KAOPD of source"]))
        );
    }
    let without_dinas = by(HEAD_OF_DINKES, "agency/dinkes", office, [ONE, TWO]);
    assert_eq!(awaits(&without_dinas), json!(["DINAS"]));
    // Version 2 let whoever could draft it.
    let alone = by(DRAFTER, "agency/dinkes", None, ["structural = 3", "structural = 2"]);
    assert_eq!(title(&alone), "Pendaftaran pasien baru");
}

#[test]
fn a_correction_of_what_two_others_signed_takes_effect_with_the_last_of_both() {
    let correction = titled("Pendaftaran pasien baru");
    let (head, dinas) = (head(&correction), dinas(&correction));
    for [first, last] in [[&head, &dinas], [&dinas, &head]] {
        let mut world = adopted(ONE, TWO);
        world.given(&correction);
        assert_eq!(awaits(&world), json!(["KAOPD of source", "DINAS"]));
        post(&mut world, first).unwrap();
        assert_eq!(title(&world), draft()["data"]["title"]);
        assert_eq!(awaits(&world).as_array().unwrap().len(), 1);
        let mut twice = first.clone();
        twice["id"] = json!("twice");
        refused(post(&mut world, &twice), RuleRefused, "SYS.11.1", "/data/event");
        post(&mut world, last).unwrap();
        assert_eq!(title(&world), "Pendaftaran pasien baru");
        // Neither signature is anything that the act is not voided for later.
        post(&mut world, &voided_by_head(&draft())).unwrap();
        post(&mut world, &self::dinas(&voided_by_head(&draft()))).unwrap();
        assert_eq!(world.state(SOP), "none");
    }
}

/// By position the second would stand over the first, whenever that was signed.
#[test]
fn corrections_that_waited_count_in_the_order_of_their_last_signatures() {
    let (one, two) = (titled("Satu"), titled("Dua"));
    let mut world = adopted(ONE, ONE);
    world.given(&one).given(&two);
    post(&mut world, &head(&two)).unwrap();
    assert_eq!(title(&world), "Dua");
    post(&mut world, &head(&one)).unwrap();
    assert_eq!(title(&world), "Satu");
    let marks = world.field(SOP, "corrections");
    assert_eq!(marks[1]["fields"][0]["old"], "Dua");
    assert_eq!(marks[1]["fields"][0].get("overwritten_by"), None);
    // What is right already is not corrected, and what was corrected is where the next begins.
    let mut again = titled("Satu");
    again["id"] = json!("again");
    let why =
        refused(post(&mut world, &again), RuleRefused, "SYS.9.4", "/data/corrections/0/field");
    assert_eq!(why, Why::NothingCorrected);
    let mut back = titled("Dua");
    (back["id"], back["office"]) = (json!("back"), json!("role/kepala-dinkes"));
    post(&mut world, &back).unwrap();
    assert_eq!(world.field(SOP, "corrections")[2]["fields"][0]["old"], "Satu");
}

#[test]
fn a_correction_that_waits_is_voided_and_one_of_a_voided_act_is_not_made() {
    let correction = titled("Pendaftaran pasien baru");
    let mut world = adopted(ONE, ONE);
    world.given(&correction);
    let mut without = world.clone();
    without.given(&voided(&correction));
    assert_eq!(without.field(SOP, "pending"), Value::Null);
    let signed = post(&mut without, &head(&correction));
    let why = refused(signed, RuleRefused, "SYS.9.1", "/data/event");
    assert_eq!(why, Why::EventStructural { kind: "event.corrected".to_owned() });
    assert_eq!(title(&without), draft()["data"]["title"]);
    // A voided correction is none that a later one begins with.
    let mut next = correction.clone();
    (next["id"], next["office"]) = (json!("next"), json!("role/kepala-dinkes"));
    post(&mut without, &next).unwrap();
    assert_eq!(without.field(SOP, "corrections")[0]["fields"][0]["old"], draft()["data"]["title"]);

    post(&mut world, &voided_by_head(&draft())).unwrap();
    let refusal = post(&mut world, &head(&correction)).unwrap_err();
    let fault = &refusal.faults[0];
    assert_eq!(
        (refusal.rule.as_deref(), fault.rule.as_deref()),
        (Some("SYS.11.3"), Some("SYS.9.1"))
    );
    assert_eq!(fault.why, Why::EventVoided);
}

/// What is signed is judged again: the corrected act must be one that its row takes, as it stands then.
#[test]
fn a_correction_is_judged_again_with_its_last_signature() {
    let mut world = adopted(ONE, ONE);
    let (mut same, correction) =
        (titled("Pendaftaran pasien baru"), titled("Pendaftaran pasien baru"));
    world.given(&correction);
    (same["id"], same["office"]) = (json!("same"), json!("role/kepala-dinkes"));
    post(&mut world, &same).unwrap();
    let refusal = post(&mut world, &head(&correction)).unwrap_err();
    let fault = &refusal.faults[0];
    assert_eq!(
        (refusal.rule.as_deref(), fault.rule.as_deref()),
        (Some("SYS.11.3"), Some("SYS.9.4"))
    );
    assert_eq!(fault.pointer, "/data/event");
    assert_eq!(fault.why, Why::NothingCorrected);
}

/// Of a long value the stream shows only a digest: it is taken from the correction, which stands before what it outlives.
#[test]
fn a_correction_that_was_signed_late_stands_when_what_came_between_is_voided() {
    let long = |salt: &str| json!(vec![format!("{salt} {}", "x".repeat(200))]);
    for (short, value) in [(true, json!(["Menerima pasien"])), (false, long("baru"))] {
        let correction = corrected(&draft(), "process_order", &value);
        let mut world = adopted(ONE, ONE);
        world.given(&correction);
        let mut second = example("sop.adopted");
        second["id"] = json!("second");
        second["data"]["process_order"] = long("kedua");
        post(&mut world, &second).unwrap();
        post(&mut world, &head(&correction)).unwrap();
        assert_eq!(world.field(SOP, "process_order"), long("kedua"));
        let place = world.field(SOP, "corrections")[0]["fields"][0].clone();
        assert_eq!(place.get("new").is_some(), short);
        let at =
            world.past.events.iter().find(|event| event.event.id == "second").unwrap().position;
        assert_eq!(place["overwritten_by"], json!(at.0));
        post(&mut world, &voided_by_head(&second)).unwrap();
        assert_eq!(world.field(SOP, "process_order"), value);
    }
}

#[test]
fn words_say_whose_signature_a_correction_waits_for() {
    let mut world = adopted(ONE, ONE);
    world.given(&titled("Pendaftaran pasien baru"));
    let mut marks = crate::registers::marks(&world.facts[SOP]);
    crate::registers::tell(&mut marks, &world.rules);
    let awaits = &marks["pending"][0]["awaits"][0];
    assert_eq!(awaits["actor"], "KAOPD of source");
    let words = awaits["text"]["en"].as_str().unwrap();
    assert!(words.contains("head of the agency") && words.contains("dinkes"), "{words}");
}
