//! Slips of the pen that are put right, and who speaks of earlier events.

use Code::{ContentInvalid, RoleMissing, RuleRefused};
use proptest::prelude::*;
use proptest::sample::select;

use super::rows::{BUILT, HEAD_OF_DINKES, region, signer_of};
use super::*;
use crate::registers::{Register, SUBDOMAINS, SYSTEMS};
use crate::store::codec;

pub(super) const NAME: &str = "subdomain/simpus.bengkayangkab.go.id";

/// Speaks of the event that stands under this id.
pub(super) fn about(kind: &str, of: &Value, data: &Value) -> Value {
    let mut event = example(kind);
    let agency = of["source"].as_str().unwrap().trim_start_matches("agency/");
    let id = of["id"].as_str().unwrap();
    event["id"] = json!(format!("{kind}-{}", Hash::of(data.to_string().as_bytes())));
    event["id"] = json!(event["id"].as_str().unwrap().chars().take(60).collect::<String>());
    event["source"] = of["source"].clone();
    event["subject"] = of["subject"].clone();
    event["data"] = data.clone();
    event["data"]["event"] =
        json!({ "agency": agency, "id": id, "key": event_key(id).to_string() });
    event
}

pub(super) fn voided(of: &Value) -> Value {
    about("event.voided", of, &json!({ "reason": "salah catat" }))
}

pub(super) fn corrected(of: &Value, field: &str, value: &Value) -> Value {
    let mut correction = json!({ "field": field, "value": value });
    if correction["value"].is_null() {
        correction.as_object_mut().unwrap().remove("value");
    }
    about("event.corrected", of, &json!({ "corrections": [correction], "reason": "salah ketik" }))
}

pub(super) fn post(world: &mut World, event: &Value) -> Result<(), Refusal> {
    world.signer = signer_of(event);
    world.when(event)
}

/// Bengkayang with one line of its rules written otherwise.
fn region_where(from: &str, to: &str) -> World {
    let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    assert!(text.contains(from), "{from}");
    let mut world = region();
    world.rules = Arc::new(RuleSet::parse(text.replacen(from, to, 1).as_bytes()).unwrap());
    world
}

pub(super) fn row(world: &World, register: Register, key: &str) -> Value {
    register.row(key, &world.facts[&register.thing_key(key)], Class::Public, Micros(NOW))
}

pub(super) fn granted() -> World {
    let mut world = region();
    world.given_all(&["system.registered", "subdomain.requested", "subdomain.granted"]);
    world
}

#[test]
fn a_row_shows_the_corrected_value_and_keeps_the_old_one_with_the_reason() {
    let mut world = region_where(
        "name = \"owner\"\nkind = \"text\"\n",
        "name = \"remarks\"\nkind = \"list\"\nrequired = false\nof = { kind = \"text\" }\n\n[[act.field]]\nname = \"owner\"\nkind = \"text\"\n",
    );
    let registered = changed("system.registered", &[("/data/remarks", json!(["SIMPUS"]))]);
    world.given(&registered);
    let of = world.position.0 - 1;
    world.given(&corrected(&registered, "task_basis", &json!("Perbup 55/2016")));
    world.given(&corrected(&registered, "remarks", &Value::Null));
    let row = row(&world, SYSTEMS, "simpus");
    assert_eq!((&row["state"], &row["version"]), (&json!("none"), &json!(3)));
    assert_eq!(world.field("system/simpus", "task_basis"), "Perbup 55/2016");
    assert_eq!(world.field("system/simpus", "remarks"), Value::Null);
    let first = &row["corrections"][0];
    assert_eq!(
        first["fields"],
        json!([{
            "field": "task_basis", "kept": "task_basis",
            "old": registered["data"]["task_basis"], "new": "Perbup 55/2016",
        }])
    );
    assert_eq!((&first["position"], &first["of"]), (&json!(of + 1), &json!(of)));
    assert_eq!((&first["reason"], &first["agency"]), (&json!("salah ketik"), &json!("dinkes")));
    assert_eq!(first["by"], "p-e2f87a6c3b10");
    let second = &row["corrections"][1]["fields"][0];
    assert_eq!((&second["old"], second.get("new")), (&json!(["SIMPUS"]), None));
    // What was corrected is compared with, from then on.
    let again = corrected(&registered, "task_basis", &json!("Perbup 55/2016"));
    let mut again = again;
    again["id"] = json!("again");
    let why = refused(world.when(&again), RuleRefused, "SYS.9.4", "/data/corrections/0/field");
    assert_eq!(why, Why::NothingCorrected);
}

#[test]
fn a_correction_of_what_a_later_event_has_written_over_is_noted_and_not_shown() {
    let mut world = region();
    let (first, mut second) = (example("system.registered"), example("system.registered"));
    world.given(&first);
    second["id"] = json!("second");
    second["data"]["task_basis"] = json!("Perbup 56/2016");
    world.given(&second);
    let at = world.position.0 - 1;
    world.given(&corrected(&first, "task_basis", &json!("Perbup 55/2016")));
    assert_eq!(world.field("system/simpus", "task_basis"), "Perbup 56/2016");
    let noted = row(&world, SYSTEMS, "simpus")["corrections"][0]["fields"][0].clone();
    assert_eq!(noted["overwritten_by"], at);
    // Where the later one is voided, the corrected value is what stands.
    world.given(&voided(&second));
    assert_eq!(world.field("system/simpus", "task_basis"), "Perbup 55/2016");
    let noted = row(&world, SYSTEMS, "simpus")["corrections"][0]["fields"][0].clone();
    assert_eq!(noted.get("overwritten_by"), None);
    // And the event before it, with its correction, can be voided in turn.
    world.given(&voided(&first));
    assert_eq!(world.field("system/simpus", "task_basis"), Value::Null);
}

#[test]
fn a_field_under_a_name_is_corrected_where_it_stands() {
    let mut world = region();
    world.given(&example("system.registered"));
    let requested = example("subdomain.requested");
    world.given(&requested);
    let mut letter = requested["data"]["letter"].clone();
    letter["number"] = json!("005/332/Dinkes/2026");
    world.given(&corrected(&requested, "letter", &letter.clone()));
    assert_eq!(world.field(NAME, "request")["letter"], letter);
    let shown = row(&world, SUBDOMAINS, "simpus.bengkayangkab.go.id");
    assert_eq!(shown["corrections"][0]["fields"][0]["kept"], "request.letter");
    letter["sha256"] = json!("00".repeat(32));
    let other = corrected(&requested, "letter", &letter);
    let why = refused(world.when(&other), RuleRefused, "SYS.9.4", "/data/corrections/0/field");
    assert_eq!(why, Why::OtherDocument);
}

#[test]
fn what_decides_is_voided_or_revoked_but_never_corrected() {
    let decides = |event: &Value, field: &str, value: Value| {
        let mut world = granted();
        let correction = corrected(event, field, &value);
        let at = "/data/corrections/0/field";
        match refused(world.when(&correction), RuleRefused, "SYS.9.4", at) {
            Why::FieldDecides { field: found } => assert_eq!(found, field),
            other => panic!("{field}: {other:?}"),
        }
    };
    // Who holds the name, by what right, and for which application.
    decides(&example("subdomain.granted"), "holder", json!("dishub"));
    decides(&example("subdomain.granted"), "basis", json!("agency"));
    decides(&example("subdomain.granted"), "system", Value::Null);
    // Whose the system is.
    decides(&example("system.registered"), "agency", json!("dishub"));
    let mut world = region();
    let dataset = example("dataset.registered");
    world.given(&dataset);
    let topic = corrected(&dataset, "topic", &json!("lain"));
    let why = refused(world.when(&topic), RuleRefused, "SYS.9.4", "/data/corrections/0/field");
    assert_eq!(why, Why::FieldDecides { field: "topic".to_owned() });
}

/// An application is named as its domain name needs it, and granted the name: that the name of the application was read
/// by a guard alone once let it be corrected for that.
#[test]
fn what_only_a_guard_reads_decides_as_well() {
    let registered = example("system.registered");
    let decided = |event: &Value, field: &str, value: Value, mut world: World| {
        let at = "/data/corrections/0/field";
        let refusal = world.when(&corrected(event, field, &value));
        let why = refused(refusal, RuleRefused, "SYS.9.4", at);
        assert_eq!(why, Why::FieldDecides { field: field.to_owned() });
    };
    decided(&registered, "name", json!("Bupati"), granted());
    decided(&registered, "short_names", json!(["BUPATI"]), granted());
    // The walidata of a data set that was reported as hit.
    let incident = example("incident.reported");
    let mut world = region();
    world.given(&registered);
    world.given(&incident);
    decided(&incident, "datasets", json!([]), world);
    // Version 2 asked only what conditions read that are no guards.
    let mut before = region_where("structural = 3", "structural = 2");
    before.given(&registered);
    before.given(&corrected(&registered, "name", &json!("Bupati")));
}

/// A finding stands as a refusal does: what it rests on, in the event or on the stream, was not written by a slip of the pen.
#[test]
fn what_only_a_finding_rests_on_decides_as_well() {
    let tested = changed("app.tested", &[("/data/security", json!("failed"))]);
    let assessed = example("incident.severity_assessed");
    let cases = [
        (&BUILT[..], &tested, "security", json!("passed")),
        (&["system.registered", "incident.reported"], &assessed, "vital", json!(false)),
    ];
    for (before, event, field, value) in cases {
        let correct = |mut world: World| {
            for event in before.iter().map(|kind| example(kind)).chain([event.clone()]) {
                post(&mut world, &event).unwrap();
            }
            let mut correction = corrected(event, field, &value);
            if let Some(office) = event.get("office") {
                correction["office"] = office.clone();
            }
            post(&mut world, &correction)
        };
        let why = refused(correct(region()), RuleRefused, "SYS.9.4", "/data/corrections/0/field");
        assert_eq!(why, Why::FieldDecides { field: field.to_owned() });
        // Version 2 asked only what refuses.
        assert_eq!(correct(region_where("structural = 3", "structural = 2")), Ok(()));
    }
}

/// What a guard looks at on a stream that keeps it is what it reads there.
#[test]
fn every_guard_names_what_it_reads() {
    use crate::rules::guard::Guard;
    let reads = |guard: &str, own, stream, place| {
        Guard::of_name(guard).unwrap().looks_at(own, stream, place)
    };
    assert!(reads("free_name@1", true, "subdomain", "holder"));
    assert!(!reads("free_name@1", false, "subdomain", "holder"));
    assert!(!reads("free_name@1", true, "subdomain", "basis"));
    assert!(reads("name_basis@1", false, "system", "short_names"));
    assert!(reads("name_basis@1", false, "agency", "name"));
    assert!(!reads("name_basis@1", true, "subdomain", "name"));
    assert!(reads("walidata_notice@1", true, "incident", "datasets.0"));
    assert!(reads("walidata_notice@1", false, "dataset", "walidata"));
    assert!(reads("indicator@1", false, "eval", "instrument"));
    assert!(!reads("indicator@1", true, "indicator", "instrument"));
    for guard in ["self_scored@1", "externally_scored@1", "published_index@1"] {
        assert!(reads(guard, true, "eval", "document_assessment"), "{guard}");
        assert!(reads(guard, true, "eval", "self_assessment.i1"), "{guard}");
        assert!(!reads(guard, false, "eval", "year"), "{guard}");
    }
    assert!(!reads("edition@1", true, "eval", "year"));
    assert!(!reads("days_of_year@1", true, "calendar", "days"));
}

#[test]
fn a_correction_names_a_field_once() {
    let registered = example("system.registered");
    let was = registered["data"]["task_basis"].clone();
    let corrections = json!([
        { "field": "task_basis", "value": "Perbup 55/2016" },
        { "field": "task_basis", "value": was },
    ]);
    let data = json!({ "corrections": corrections, "reason": "salah ketik" });
    let there_and_back = about("event.corrected", &registered, &data);
    let mut world = region();
    world.given(&registered);
    let at = "/data/corrections/1/field";
    let why = refused(world.when(&there_and_back), RuleRefused, "SYS.9.4", at);
    assert_eq!(why, Why::FieldTwice { field: "task_basis".to_owned() });
    // What was corrected once is corrected again, also back to what it was.
    world.given(&corrected(&registered, "task_basis", &json!("Perbup 55/2016")));
    world.given(&corrected(&registered, "task_basis", &was));
    assert_eq!(world.field("system/simpus", "task_basis"), was);
    let mut before = region_where("structural = 3", "structural = 2");
    before.given(&registered);
    before.given(&there_and_back);
}

#[test]
fn a_corrected_event_must_be_one_that_its_row_takes() {
    let mut world = region();
    let registered = example("system.registered");
    world.given(&registered);
    let owner = corrected(&registered, "owner", &json!("PT Sehat"));
    refused(world.when(&owner), ContentInvalid, "BKY.18.1", "/data/corrections/0/value");
    let nik = corrected(&registered, "task_basis", &json!("6107014101900001"));
    refused(world.when(&nik), ContentInvalid, "SYS.0.1", "/data/corrections/0/value");
}

/// He who signed it, whoever may do the act, an authority of the ledger; nobody else.
#[test]
fn an_event_is_spoken_of_by_those_who_could_have_done_it() {
    let registered = example("system.registered");
    let correction = corrected(&registered, "task_basis", &json!("Perbup 55/2016"));
    let by = |signer, source: &str| {
        let mut world = region();
        world.given(&registered);
        let mut correction = correction.clone();
        correction["source"] = json!(source);
        world.signed_by(signer).when(&correction)
    };
    by("p-e2f87a6c3b10", "agency/dinkes").unwrap();
    by(HEAD_OF_DINKES, "agency/dinkes").unwrap();
    by(AUTHORITY, "agency/setda").unwrap();
    refused(by("p-00000000d15b", "agency/dishub"), RoleMissing, "SYS.9.2", "/source");
    refused(by(REGISTRAR, "agency/kominfo"), RoleMissing, "SYS.9.2", "/source");
    // An act of an office is not that of everybody in its agency.
    let mut world = region();
    let adopted = example("plan.adopted");
    post(&mut world, &example("plan.drafted")).unwrap();
    post(&mut world, &adopted).unwrap();
    let mut void = voided(&adopted);
    refused(world.signed_by("p-somebody").when(&void), RoleMissing, "SYS.9.2", "/source");
    void["office"] = json!("role/bupati");
    post(&mut world, &void).unwrap();
    assert_eq!(world.state("plan/master"), "drafted");
}

/// What every agency may do for itself, none may undo for another.
#[test]
fn an_act_that_any_agency_may_do_is_spoken_of_by_its_own() {
    let mut world = granted();
    let site = example("site.opened.pse");
    world.given(&site);
    let mut void = voided(&site);
    void["source"] = json!("agency/dishub");
    let foreign = world.signed_by("p-00000000d15b").when(&void);
    refused(foreign, RoleMissing, "SYS.9.2", "/source");
    void["source"] = json!("agency/dinkes");
    world.given(&void);
    assert_eq!(world.state("site/simpus.bengkayangkab.go.id"), "none");
}

#[test]
fn structural_events_are_neither_corrected_nor_voided() {
    let mut world = region();
    let registered = changed(
        "agency.registered",
        &[
            ("/id", json!("own")),
            ("/subject", json!("agency/dinsos")),
            ("/data/agency", json!("dinsos")),
            ("/data/name", json!("Dinas Sosial")),
            ("/data/short_names", Value::Null),
        ],
    );
    world.given(&registered);
    let mut void = voided(&registered);
    void["source"] = json!("agency/setda");
    let why = refused(world.when(&void), RuleRefused, "SYS.9.1", "/data/event");
    assert_eq!(why, Why::EventStructural { kind: "agency.registered".to_owned() });
    let mut world = granted();
    let first = voided(&example("subdomain.granted"));
    world.given(&first);
    let why = refused(world.when(&voided(&first)), RuleRefused, "SYS.9.1", "/data/event");
    assert_eq!(why, Why::EventStructural { kind: "event.voided".to_owned() });
}

#[test]
fn nobody_records_a_correction_for_somebody_else() {
    let mut world = granted();
    let mut void = voided(&example("subdomain.granted"));
    void["signedas"] = json!("pencatat");
    void["office"] = json!("role/pencatat");
    void["decision"] = json!({
        "by": REGISTRAR, "office": "role/kadis-kominfo", "date": "2026-11-19",
        "document": example("subdomain.requested")["data"]["letter"],
    });
    refused(world.when(&void), RoleMissing, "SYS.9.3", "/signedas");
}

/// Version 1 of the structural acts knows none of this.
#[test]
fn a_rule_set_on_version_one_has_no_such_acts() {
    let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    let before = text.replacen("structural = 3", "structural = 1", 1);
    let mut world = World::bengkayang_on(before.as_bytes());
    let event = Event::parse(example("event.voided").to_string().as_bytes()).unwrap();
    assert_eq!(world.when(&example("event.voided")).unwrap_err().code, Code::TypeUnknown);
    assert_eq!(citation(&world.rules, &event), None);
}

const SOP: &str = "sop/simpus/1";

/// A procedure of 100 steps of 400 letters, and the right ones.
fn long_procedure() -> (Value, impl Fn(usize) -> Value) {
    let steps = |salt: usize| {
        let step = |at: usize| json!(format!("{salt:04}-{at:04}-{}", "x".repeat(400)));
        (0..100).map(step).collect::<Value>()
    };
    (changed("sop.adopted", &[("/data/process_order", steps(0))]), steps)
}

/// Its corrections once filled the row of a stream: 1 MiB, after which it took no event more.
#[test]
fn a_mark_repeats_short_values_and_names_long_ones_by_their_digest() {
    let filled = |structural: &str| {
        let mut world = region_where("structural = 3", structural);
        world.given(&example("system.registered"));
        let (adopted, steps) = long_procedure();
        post(&mut world, &adopted).unwrap();
        for at in 1..=20 {
            let mut correction = corrected(&adopted, "process_order", &steps(at));
            correction["office"] = adopted["office"].clone();
            post(&mut world, &correction).unwrap();
        }
        world
    };
    let (adopted, steps) = long_procedure();
    let mut world = filled("structural = 3");
    assert_eq!(world.field(SOP, "process_order"), steps(20));
    let size = |world: &World| codec::encode(&world.facts[SOP]).map(|bytes| bytes.len());
    assert!(size(&world).unwrap() < 80_000, "{:?}", size(&world));
    let marks = world.field(SOP, "corrections");
    let place = &marks[19]["fields"][0];
    let digest = |value: &Value| {
        let json = value.to_string();
        json!({ "sha256": Hash::of(json.as_bytes()).to_string(), "bytes": json.len() })
    };
    assert_eq!(
        (&place["old_digest"], &place["new_digest"]),
        (&digest(&steps(19)), &digest(&steps(20)))
    );
    assert_eq!((place.get("old"), place.get("new")), (None, None));
    // A short value beside it is repeated as it is.
    let mut title = corrected(&adopted, "title", &json!("Pendaftaran"));
    title["office"] = adopted["office"].clone();
    post(&mut world, &title).unwrap();
    let mark = world.field(SOP, "corrections")[20].clone();
    assert_eq!(mark["fields"][0]["new"], "Pendaftaran");
    assert_eq!(mark["fields"][0]["old"], adopted["data"]["title"]);
    // Version 2 goes on to show what it showed, as long as the row takes it.
    assert!(size(&filled("structural = 2")).is_err());
}

/// What a mark names by its digest is what stands once nothing is written over it.
#[test]
fn a_long_correction_is_made_again_when_what_was_written_over_it_is_voided() {
    let mut world = region();
    world.given(&example("system.registered"));
    let (first, steps) = long_procedure();
    let mut second = first.clone();
    second["id"] = json!("second");
    second["data"]["process_order"] = steps(7);
    post(&mut world, &first).unwrap();
    post(&mut world, &second).unwrap();
    let signed = |mut event: Value| {
        event["office"] = first["office"].clone();
        event
    };
    for at in [1, 2] {
        post(&mut world, &signed(corrected(&first, "process_order", &steps(at)))).unwrap();
    }
    assert_eq!(world.field(SOP, "process_order"), steps(7));
    post(&mut world, &signed(voided(&second))).unwrap();
    assert_eq!(world.field(SOP, "process_order"), steps(2));
    // What nothing was written over is taken from where it stands.
    let mut third = second.clone();
    (third["id"], third["data"]["title"]) = (json!("third"), json!("Lain"));
    third["data"]["process_order"] = steps(9);
    post(&mut world, &third).unwrap();
    post(&mut world, &signed(corrected(&first, "process_order", &steps(3)))).unwrap();
    post(&mut world, &signed(voided(&third))).unwrap();
    assert_eq!(world.field(SOP, "process_order"), steps(3));
    assert_eq!(world.field(SOP, "title"), first["data"]["title"]);
}

/// The examples that are accepted one after the other, as far as they can stand beside each other.
fn history(seed: &[usize]) -> (World, Vec<Value>) {
    let mut world = region();
    let mut accepted = Vec::new();
    let cases: Vec<_> = rows::cases().accepted.iter().map(|c| c.event.clone()).collect();
    for index in seed {
        let mut event = example(&cases[index % cases.len()]);
        event["id"] = json!(format!("e-{}", world.position.0));
        event.as_object_mut().unwrap().remove("expectedversion");
        if event["data"]["event"].is_null() && post(&mut world, &event).is_ok() {
            accepted.push(event);
        }
    }
    (world, accepted)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whatever stood before: what an accepted event has changed is, once it is voided, as it was, but for
    /// version, position and marks; and what others have changed is not touched.
    #[test]
    fn what_a_voided_event_has_changed_is_as_it_was_before(
        seed in prop::collection::vec(0_usize..200, 1..40),
        last in select((0..110).collect::<Vec<usize>>()),
    ) {
        let (mut world, _) = history(&seed);
        let before = world.facts.clone();
        let cases = rows::cases().accepted;
        let mut event = example(&cases[last % cases.len()].event);
        event["id"] = json!("last");
        event.as_object_mut().unwrap().remove("expectedversion");
        prop_assume!(event["data"]["event"].is_null());
        prop_assume!(post(&mut world, &event).is_ok());
        let mut void = voided(&event);
        void["office"] = event["office"].clone();
        if void["office"].is_null() {
            void.as_object_mut().unwrap().remove("office");
        }
        for name in ["signedas", "decision"] {
            prop_assume!(event.get(name).is_none());
        }
        let of_role = event["type"].as_str().unwrap().starts_with("role.");
        match post(&mut world, &void) {
            Err(refusal) if of_role => prop_assert_eq!(refusal.rule.as_deref(), Some("SYS.9.1")),
            Err(refusal) => prop_assert!(false, "{event:#} {refusal:?}"),
            Ok(()) => {
                for (key, now) in &world.facts {
                    let none = Thing::new(Position(0), Micros(0), now.class);
                    let was = before.get(key).unwrap_or(&none);
                    let mut fields = now.fields.clone();
                    if *key == event["subject"] {
                        fields.remove("voided");
                        prop_assert_eq!(now.version, was.version + 2);
                    }
                    prop_assert_eq!((key, &now.state), (key, &was.state));
                    prop_assert_eq!((key, &fields), (key, &was.fields));
                }
            }
        }
    }
}
