//! What was handed over is taken back only with the signatures of both: the receiver voided the handover alone, for it is he
//! whose the thing is since.

use Code::{RoleMissing, RuleRefused};

use super::corrections::{about, corrected, voided};
use super::cosigned::awaits_on;
use super::handed_over::{HEAD_OF_DISHUB, given, taken};
use super::rows::HEAD_OF_DINKES;
use super::*;

/// Of a kind of thing: who registers it, who hands it over, its stream, and where it keeps whose it is.
const KINDS: [[&str; 4]; 2] = [
    ["system.registered", "system.handed_over", "system/simpus", "agency"],
    ["dataset.registered", "dataset.handed_over", "dataset/kunjungan-puskesmas", "holder"],
];

/// Dinkes has handed it over, and the head of dishub has taken it.
fn handed_over([registered, handed, ..]: [&str; 4]) -> (World, Value) {
    let mut world = given(&[registered]);
    let handed = example(handed);
    world.given(&handed);
    let signature = taken(&world, &handed);
    world.signed_by(HEAD_OF_DISHUB).given(&signature);
    (world, handed)
}

/// From that agency, in that office where one is used.
fn from(mut event: Value, agency: &str, office: Option<&str>) -> Value {
    event["source"] = json!(format!("agency/{agency}"));
    let members = event.as_object_mut().unwrap();
    match office {
        Some(office) => drop(members.insert("office".to_owned(), json!(office))),
        None => drop(members.remove("office")),
    }
    event
}

fn signature(of: &Value, agency: &str, office: Option<&str>) -> Value {
    from(about("act.countersigned", of, &json!({ "note": agency })), agency, office)
}

const TAKER: Option<&str> = Some("role/kepala-dishub");

#[test]
fn who_received_it_voids_the_handover_once_who_gave_it_has_signed_too() {
    for kind in KINDS {
        let [.., thing, whose] = kind;
        let (mut world, handed) = handed_over(kind);
        let void = from(voided(&handed), "dishub", TAKER);
        world.signed_by(HEAD_OF_DISHUB).given(&void);
        assert_eq!(
            (world.field(thing, whose), awaits_on(&world, thing)),
            (json!("dishub"), json!(["source"]))
        );
        // Who received it has signed already, and nobody else signs for the one who gave it.
        let again = signature(&void, "dishub", TAKER);
        let again = world.clone().signed_by(HEAD_OF_DISHUB).when(&again);
        refused(again, RuleRefused, "SYS.11.1", "/data/event");
        for (signer, agency) in [(REGISTRAR, "kominfo"), (AUTHORITY, "setda")] {
            let why = world.clone().signed_by(signer).when(&signature(&void, agency, None));
            let why = refused(why, RoleMissing, "SYS.11.2", "/source");
            let Why::ActorNotEntitled { entitled } = why else { panic!("{why:?}") };
            assert_eq!(entitled.last().unwrap().en, "dinkes, which signed first");
        }
        world.given(&signature(&void, "dinkes", None));
        assert_eq!(
            (world.field(thing, whose), awaits_on(&world, thing)),
            (json!("dinkes"), Value::Null)
        );
    }
}

#[test]
fn whoever_of_the_one_who_gave_it_voids_the_handover_once_the_receiver_has_signed_too() {
    for kind in KINDS {
        let [_, _, thing, whose] = kind;
        let (world, handed) = handed_over(kind);
        // Who signed it, and a colleague, though the thing names another agency since.
        let by = [(usual_signer("dinkes"), None), (HEAD_OF_DINKES, Some("role/kepala-dinkes"))];
        for (signer, office) in by {
            let mut world = world.clone();
            let void = from(voided(&handed), "dinkes", office);
            world.signed_by(signer).given(&void);
            let receiver = if whose == "agency" { "data.agency" } else { "data.holder" };
            let receiver = json!([format!("KAOPD of {receiver}")]);
            assert_eq!(
                (world.field(thing, whose), awaits_on(&world, thing)),
                (json!("dishub"), receiver)
            );
            world.signed_by(HEAD_OF_DISHUB).given(&signature(&void, "dishub", TAKER));
            assert_eq!(world.field(thing, whose), "dinkes");
        }
    }
}

/// Nor with the signature of one of them.
#[test]
fn an_authority_voids_a_handover_with_the_signatures_of_both() {
    let (mut world, handed) = handed_over(KINDS[0]);
    let void = from(voided(&handed), "setda", None);
    world.signed_by(AUTHORITY).given(&void);
    assert_eq!(awaits_on(&world, "system/simpus"), json!(["KAOPD of data.agency", "source"]));
    world.signed_by(HEAD_OF_DISHUB).given(&signature(&void, "dishub", TAKER));
    assert_eq!(world.field("system/simpus", "agency"), "dishub");
    world.given(&signature(&void, "dinkes", None));
    assert_eq!(world.field("system/simpus", "agency"), "dinkes");
}

/// An agency that has ended is spoken for by the one in its place.
#[test]
fn the_successor_of_who_gave_it_signs_in_its_place() {
    let (mut world, handed) = handed_over(KINDS[0]);
    let merged = [
        ("/subject", json!("agency/dinkes")),
        ("/data/successors", json!([{ "agency": "bkpsdm" }])),
    ];
    world.given(&changed("agency.merged", &merged));
    let void = from(voided(&handed), "dishub", TAKER);
    world.signed_by(HEAD_OF_DISHUB).given(&void);
    world.given(&signature(&void, "bkpsdm", None));
    assert_eq!(world.field("system/simpus", "agency"), "dinkes");
}

#[test]
fn the_paper_of_a_handover_is_corrected_with_the_signatures_of_both() {
    let (mut world, handed) = handed_over(KINDS[0]);
    let mut minutes = handed["data"]["minutes"].clone();
    minutes["number"] = json!("BAST/31/2026");
    let correction = from(corrected(&handed, "minutes", &minutes), "dishub", TAKER);
    world.signed_by(HEAD_OF_DISHUB).given(&correction);
    assert_eq!(awaits_on(&world, "system/simpus"), json!(["source"]));
    assert_eq!(world.field("system/simpus", "minutes")["number"], "BAST/13/2026");
    world.given(&signature(&correction, "dinkes", None));
    assert_eq!(world.field("system/simpus", "minutes")["number"], "BAST/31/2026");
}

#[test]
fn words_say_that_it_waits_for_who_gave_it() {
    let (mut world, handed) = handed_over(KINDS[0]);
    world.signed_by(HEAD_OF_DISHUB).given(&from(voided(&handed), "dishub", TAKER));
    let mut marks = crate::registers::marks(&world.facts["system/simpus"]);
    crate::registers::tell(&mut marks, &world.rules);
    assert_eq!(
        marks["pending"][0]["awaits"],
        json!([{ "actor": "source", "text": {
            "id": "dinkes, yang menandatangani lebih dahulu",
            "en": "dinkes, which signed first",
        } }])
    );
}
