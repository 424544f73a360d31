//! What does not load, and where it says so.

use super::*;

const HEAD: &str = r#"
format = "jejak-ruleset/1"
name = "test"
structural = 1
title = { id = "Uji", en = "Test" }
"#;

const ACT: &str = r#"
[[act]]
type = "thing.done"
row = "T-1"
rule = "T.1"
force = "DO"
class = "public"
subject = "thing/{id}"
who = []
text = { id = "Uji.", en = "Test." }
"#;

#[track_caller]
fn fails(rest: &str, at: &str) -> RuleSetReason {
    let toml = format!("{HEAD}{rest}");
    let error = RuleSet::parse(toml.as_bytes()).expect_err("does not load");
    assert_eq!(error.at, at, "{error}");
    error.reason
}

#[track_caller]
fn act_fails(rest: &str, at: &str) -> RuleSetReason {
    fails(&format!("{ACT}{rest}"), &format!("act[thing.done]{at}"))
}

#[test]
fn the_embedded_rule_sets_load() {
    let bengkayang = RuleSet::parse(BENGKAYANG_19_2020).unwrap();
    assert_eq!((bengkayang.name(), bengkayang.region()), ("bengkayang-19-2020", Some("61.07")));
    assert_eq!(bengkayang.hash(), Hash::of(BENGKAYANG_19_2020));
    assert_eq!(bengkayang.act("subdomain.granted").unwrap().row, "BKY-50");
    assert!(RuleSet::parse(NASIONAL).unwrap().act("index.published").is_some());
}

/// A lawyer who writes a rule set sees all that is wrong at once, and nothing that only follows from it.
#[test]
fn every_fault_is_told_with_its_place() {
    let bad = r#"
format = "jejak-ruleset/1"
name = "test"
structural = 2
color = "red"
[actors.DINAS]
task = "kominfo"
[[duty]]
row = "T-9"
rule = "T.9"
force = "MAY"
[[act]]
type = "thing.done"
row = "T-1"
force = "DO"
class = "secret"
subject = "thing/{id}"
who = ["DINAS", "MAYOR"]
text = { id = "Uji." }
field = [{ name = "a", kind = "float" }, { name = "b", kind = "text" }]
condition = [
    { kind = "magic" },
    { kind = "field", field = "data.a", present = true },
    { kind = "field", field = "data.c", present = true },
]
[[act]]
type = "thing.undone"
row = "T-2"
rule = "T.2"
force = "DO"
class = "public"
subject = "thing/{id}"
who = []
text = { id = "Uji.", en = "Test." }
clock = { every = "often" }
"#;
    let faults = RuleSet::check(bad.as_bytes()).unwrap_err();
    let places: Vec<_> = faults.iter().map(|fault| fault.at.as_str()).collect();
    assert_eq!(
        places,
        [
            "title",
            "duty[T-9].force",
            "actors.DINAS.task",
            "color",
            "act[thing.done].rule",
            "act[thing.done].field[a].kind",
            "act[thing.done].condition[0].kind",
            "act[thing.done].condition[2].field",
            "act[thing.done].class",
            "act[thing.done].who",
            "act[thing.done].text.en",
            "act[thing.undone].clock.every",
        ]
    );
    assert_eq!(RuleSet::parse(bad.as_bytes()).unwrap_err(), faults[0]);
    // What the whole set decides is told of all its parts, too.
    let steps = "[[lifecycle]]\nstream = \"thing\"\ntransition = [\
        { on = \"thing.lost\", from = [\"kept\"] }, { on = \"thing.done\", from = [\"none\", \"sold\"] }]\n";
    let faults = RuleSet::check(format!("{HEAD}{steps}{ACT}").as_bytes()).unwrap_err();
    let reasons: Vec<_> = faults.into_iter().map(|fault| fault.reason).collect();
    let undefined = |name: &str| RuleSetReason::Undefined { name: name.to_owned() };
    assert_eq!(reasons, [undefined("kept"), undefined("sold"), undefined("thing.lost")]);
}

/// Findings and sanctions cite by these ids.
#[test]
fn every_rule_and_every_row_of_the_regulation_can_be_cited_with_its_words() {
    let rules = RuleSet::parse(BENGKAYANG_19_2020).unwrap();
    let words = |id: &str| rules.cites(id).map(|text| text.en.as_str());
    let duty = Some("Everybody who works at a PSE must secure and protect its electronic systems.");
    assert_eq!((words("BKY.37.1"), words("BKY-103")), (duty, duty));
    // Of a condition, of a field with words, of a field without, of an actor, of a step.
    let parts = "The master plan contains at least vision and mission, policy, strategy, architecture and roadmap.";
    assert_eq!(words("BKY.6.3"), Some(parts));
    assert_eq!(
        words("BKY.6.4a"),
        Some("The master plan must be aligned with the regional development plan.")
    );
    assert_eq!(words("BKY.14.4b"), words("BKY.14.4"));
    assert!(words("SYS.8.1").is_some());
    for absent in ["BKY.99.1", "4.2", "BKY", "", "bky.37.1"] {
        assert_eq!(rules.cites(absent), None, "{absent}");
    }
    let ids: Vec<_> = rules.rule_ids().collect();
    assert!(ids.is_sorted() && ids.contains(&"BKY.37.1") && ids.contains(&"P59.7"));
    assert!(ids.iter().all(|id| rules.cites(id).is_some()));
}

#[test]
fn what_stands_around_a_row_is_read_strictly() {
    let good = |rest: &str| RuleSet::parse(format!("{HEAD}{ACT}{rest}").as_bytes()).unwrap();
    let rules = good(
        "pasal = [\"1\"]\nterm = \"uji\"\ntrigger = { id = \"saat\", en = \"when\", acts = [\"thing.done\"] }\n\
         clock = { every = \"P2Y\", starts = [\"2020-04-30\", \"thing.done\"], reminder = true }",
    );
    let provision = &rules.act("thing.done").unwrap().provision;
    assert_eq!(
        provision.clock.as_ref().unwrap().in_words().en,
        "every 2 years from 2020-04-30 or thing.done (a reminder, never overdue)"
    );
    assert_eq!(provision.trigger.as_ref().unwrap().in_words().en, "when");
    assert_eq!(provision.articles[0].pasal(), "1");

    let undefined = RuleSetReason::Undefined { name: "thing.lost".to_owned() };
    assert_eq!(act_fails("clock = { periodic = true, starts = [\"thing.lost\"] }", ""), undefined);
    let trigger = "trigger = { id = \"saat\", en = \"when\", acts = [\"thing.lost\"] }";
    assert_eq!(act_fails(trigger, ""), undefined);
    let elsewhere = RuleSetReason::OfNoArticle { rule: "T.1".to_owned() };
    assert_eq!(act_fails("pasal = [\"2(1)\"]\ntrigger = \"standing\"", ".pasal"), elsewhere);
    assert_eq!(act_fails("pasal = [\"1\"]", ".trigger"), RuleSetReason::Missing);
    let unknown = act_fails("trigger = \"sometimes\"", ".trigger");
    assert!(matches!(unknown, RuleSetReason::UnknownWord { .. }));
    let form = |reason| assert!(matches!(reason, RuleSetReason::Form { .. }), "{reason:?}");
    form(act_fails("pasal = [\"Pasal 2\"]", ".pasal"));
    form(act_fails("clock = { every = \"two years\" }", ".clock.every"));
    form(act_fails("clock = { every = \"PT24H\" }", ".clock.every"));
    let both = act_fails("clock = { every = \"P1Y\", at_once = true }", ".clock.clock");
    assert!(matches!(both, RuleSetReason::OneOf { .. }), "{both:?}");
    assert_eq!(
        act_fails("clock = { at_once = true, tick = 1 }", ".clock.tick"),
        RuleSetReason::UnknownKey
    );
}

/// Nobody is another than himself: the row could never be done.
#[test]
fn only_further_signatures_are_anothers_than_the_first() {
    let actors =
        "[actors.OTHER]\nauthority = true\nother = true\n[actors.FOUNDER]\nauthority = true\n";
    let with = |who: &str, besides: &str| {
        let who = format!("who = [{who}]\ncosigned_by = [{besides}]");
        format!("{actors}{}", ACT.replace("who = []", &who))
    };
    assert!(
        RuleSet::parse(format!("{HEAD}{}", with("\"FOUNDER\"", "\"OTHER\"")).as_bytes()).is_ok()
    );
    let reason = fails(&with("\"FOUNDER\", \"OTHER\"", ""), "act[thing.done].who");
    assert_eq!(reason, RuleSetReason::OtherThanNobody { actor: "OTHER".to_owned() });
}

const DUTY: &str = r#"
[[duty]]
row = "T-2"
rule = "T.2.1"
force = "MUST"
pasal = ["2(1)"]
trigger = "standing"
who = { id = "siapa saja", en = "anybody" }
text = { id = "Jaga.", en = "Guard." }
"#;

#[test]
fn a_duty_without_an_act_is_read_strictly() {
    let rules = RuleSet::parse(format!("{HEAD}{ACT}{DUTY}").as_bytes()).unwrap();
    assert_eq!((rules.duties().len(), rules.duties()[0].who.en.as_str()), (1, "anybody"));
    let fails_with = |from: &str, to: &str, at: &str| fails(&DUTY.replace(from, to), at);
    assert_eq!(
        fails_with("MUST", "MAY", "duty[T-2].force"),
        RuleSetReason::NoDuty { force: "MAY" }
    );
    assert_eq!(fails_with("pasal = [\"2(1)\"]", "", "duty[T-2].pasal"), RuleSetReason::Missing);
    assert_eq!(
        fails_with("trigger = \"standing\"", "", "duty[T-2].trigger"),
        RuleSetReason::Missing
    );
    assert_eq!(
        fails_with("pasal", "subject = \"x\"\npasal", "duty[T-2].subject"),
        RuleSetReason::UnknownKey
    );
}

#[test]
fn the_head_is_complete() {
    let error = RuleSet::parse(b"\xff").unwrap_err();
    assert_eq!(error.reason, RuleSetReason::NotUtf8);
    let error = RuleSet::parse(b"format = ").unwrap_err();
    assert!(matches!(error.reason, RuleSetReason::NotToml { .. }));
    let error = RuleSet::parse(b"format = \"jejak-ruleset/2\"").unwrap_err();
    assert_eq!(error.at, "format");
    let error = RuleSet::parse(b"format = \"jejak-ruleset/1\"").unwrap_err();
    assert_eq!((error.at.as_str(), error.reason), ("name", RuleSetReason::Missing));
    assert_eq!(fails("color = 1", "color"), RuleSetReason::UnknownKey);
}

#[test]
fn unknown_words_and_keys_say_where() {
    let known = |reason| assert!(matches!(reason, RuleSetReason::UnknownWord { .. }), "{reason:?}");
    known(act_fails("condition = [{ kind = \"magic\" }]", ".condition[0].kind"));
    known(act_fails(
        "condition = [{ kind = \"guard\", name = \"free_name@2\" }]",
        ".condition[0].name",
    ));
    known(act_fails("field = [{ name = \"a\", kind = \"float\" }]", ".field[a].kind"));
    let extra = "condition = [{ kind = \"field\", field = \"this.a\", present = true, or = 1 }]";
    assert_eq!(act_fails(extra, ".condition[0].or"), RuleSetReason::UnknownKey);
    assert_eq!(act_fails("builtin = \"opening@1\"", ".builtin"), RuleSetReason::UnknownKey);
    assert_eq!(act_fails("sanction = 1", ".sanction"), RuleSetReason::UnknownKey);
}

#[test]
fn names_must_be_defined() {
    let undefined = |name: &str| RuleSetReason::Undefined { name: name.to_owned() };
    let field = "condition = [{ kind = \"field\", field = \"data.a\", present = true }]";
    assert_eq!(act_fails(field, ".condition[0].field"), undefined("a"));
    let cited = "condition = [{ kind = \"state\", thing = \"x/{data.a}\", in = [] }]";
    assert_eq!(act_fails(cited, ".condition[0].thing"), undefined("a"));
    let list = "condition = [{ kind = \"member\", field = \"source\", list = \"x\" }]";
    assert_eq!(act_fails(list, ".condition[0].list"), undefined("x"));
    let guard = "condition = [{ kind = \"guard\", name = \"name_basis@1\" }]";
    assert_eq!(act_fails(guard, ".condition[0].name"), undefined("holder"));
    let segment = "condition = [{ kind = \"field\", field = \"subject.year\", present = true }]";
    assert_eq!(act_fails(segment, ".condition[0].field"), undefined("subject.year"));
    let actor = ACT.replace("who = []", "who = [\"DINAS\"]");
    assert_eq!(fails(&actor, "act[thing.done].who"), undefined("DINAS"));
    let step = "[[lifecycle]]\nstream = \"thing\"\n[[lifecycle.transition]]\n";
    let unknown_event = format!("{step}on = \"thing.undone\"\nfrom = [\"none\"]\nto = \"x\"");
    let at = "lifecycle[thing].transition[0].on";
    assert_eq!(fails(&unknown_event, at), undefined("thing.undone"));
    let unknown_state = format!("{step}on = \"thing.done\"\nfrom = [\"nowhere\"]{ACT}");
    assert_eq!(fails(&unknown_state, at), undefined("nowhere"));
}

/// A state may be one that an act of another stream gives.
#[test]
fn an_effect_leads_to_a_state() {
    let effect = "effect = [{ thing = \"whole/a\", from = [\"none\"], to = \"begun\" }]";
    let step = "[[lifecycle]]\nstream = \"whole\"\n[[lifecycle.transition]]\n";
    let ended = ACT.replace("thing.done", "whole.ended").replace("thing/{id}", "whole/{id}");
    let toml = format!("{HEAD}{step}on = \"whole.ended\"\nfrom = [\"begun\"]{ACT}{effect}{ended}");
    RuleSet::parse(toml.as_bytes()).unwrap();
    let other = toml.replace("whole/a", "part/a");
    let error = RuleSet::parse(other.as_bytes()).unwrap_err();
    assert_eq!(error.at, "lifecycle[whole].transition[0].on");
}

#[test]
fn put_names_where_what_and_whence() {
    let put = |put: &str| {
        format!("effect = [{{ thing = \"x/a\", from = [], to = \"b\", put = {{ {put} }} }}]")
    };
    let at = ".effect[0].put";
    let reason = act_fails(&put("into = \"m\", key = \"subject\""), &format!("{at}.value"));
    assert_eq!(reason, RuleSetReason::Missing);
    let more = "into = \"m\", key = \"subject\", value = \"time\", if = 1";
    assert_eq!(act_fails(&put(more), &format!("{at}.if")), RuleSetReason::UnknownKey);
}

#[test]
fn an_indicator_is_named_by_the_subject() {
    let guard = "condition = [{ kind = \"guard\", name = \"indicator@1\" }]";
    let level = "field = [{ name = \"level\", kind = \"integer\" }]";
    let at = "act[thing.done].condition[0].name";
    let undefined = |name: &str| RuleSetReason::Undefined { name: name.to_owned() };
    assert_eq!(fails(&format!("{ACT}{guard}"), at), undefined("level"));
    assert_eq!(fails(&format!("{ACT}{level}\n{guard}"), at), undefined("subject.year"));
    let act = ACT.replace("thing/{id}", "thing/{year:year}");
    assert_eq!(fails(&format!("{act}{level}\n{guard}"), at), undefined("subject.indicator"));
}

#[test]
fn a_thing_is_named_by_the_event_alone() {
    let chained = "condition = [{ kind = \"state\", thing = \"x/{this.a}\", in = [] }]";
    let reason = act_fails(chained, ".condition[0].thing");
    assert!(matches!(reason, RuleSetReason::Form { .. }));
}

#[test]
fn required_keys_are_required() {
    for (key, line) in [
        ("rule", "rule = \"T.1\"\n"),
        ("row", "row = \"T-1\"\n"),
        ("class", "class = \"public\"\n"),
        ("force", "force = \"DO\"\n"),
        ("who", "who = []\n"),
        ("text", "text = { id = \"Uji.\", en = \"Test.\" }\n"),
    ] {
        let reason = fails(&ACT.replace(line, ""), &format!("act[thing.done].{key}"));
        assert_eq!(reason, RuleSetReason::Missing, "{key}");
    }
    let test = "condition = [{ kind = \"field\", field = \"source\" }]";
    assert!(matches!(act_fails(test, ".condition[0].field"), RuleSetReason::OneOf { .. }));
}

#[test]
fn a_name_stands_once() {
    let twice = "field = [{ name = \"a\", kind = \"date\" }, { name = \"a\", kind = \"text\" }]";
    let reason = act_fails(twice, ".field");
    assert_eq!(reason, RuleSetReason::Twice { name: "a".to_owned() });
    let actor = "[actors.REGISTRAR]\nregistrar = true";
    assert!(matches!(fails(actor, "actors.REGISTRAR"), RuleSetReason::Twice { .. }));
}

/// BKY-14: a region's row narrows the structural `role.appointed` for one office.
#[test]
fn a_region_narrows_a_structural_act() {
    let cio = r#"
[actors.BUPATI]
office = ["role/bupati"]
[[act]]
type = "role.appointed"
row = "BKY-14"
rule = "BKY.11.2"
force = "MAY"
subject = "role/cio"
who = ["BUPATI"]
text = { id = "CIO ditetapkan Bupati.", en = "The regent appoints the CIO." }
[[act.condition]]
kind = "field"
field = "data.echelon"
one_of = ["I.a", "I.b", "II.a", "II.b"]
rule = "BKY.11.4"
when = [{ kind = "field", field = "data.position", none_of = ["Sekretaris Daerah"] }]
"#;
    let mut world = World::empty(format!("{HEAD}{cio}").as_bytes());
    world.given_opened(&example("ledger.opened"));
    world.given(&example("role.appointed"));
    let bupati = changed(
        "role.appointed",
        &[
            ("/source", json!("agency/kominfo")),
            ("/subject", json!("role/bupati")),
            ("/data/person", json!(AUTHORITY)),
            ("/data/agency", json!("setda")),
        ],
    );
    world.given(&bupati);
    let cio = |changes: &[(&str, Value)]| {
        let mut all = vec![("/subject", json!("role/cio")), ("/office", json!("role/bupati"))];
        all.extend(changes.iter().cloned());
        changed("role.appointed", &all)
    };
    let registrar = changed("role.appointed", &[("/subject", json!("role/cio"))]);
    refused(world.when(&registrar), Code::RoleMissing, "BKY.11.2", "/office");
    let low = cio(&[("/data/echelon", json!("III.a"))]);
    refused(world.when(&low), Code::RuleRefused, "BKY.11.4", "/data/echelon");
    // The structural conditions stand as well.
    let himself = cio(&[("/data/person", json!(AUTHORITY))]);
    refused(world.when(&himself), Code::RuleRefused, "SYS.6.1", "/data/person");
    world.given(&cio(&[]));
    assert_eq!(world.field("role/cio", "tenures")[0]["person"], "p-4d1b9f7a2c63");
}

/// A lifecycle shared by regions: the step that this one has no row for is skipped.
#[test]
fn a_step_without_a_row_is_skipped() {
    let act = |kind: &str| ACT.replace("thing.done", kind);
    let step = |on: &str, from: &str, to: &str| {
        format!("[[lifecycle.transition]]\non = \"{on}\"\nfrom = [\"{from}\"]\nto = \"{to}\"\n")
    };
    let lifecycle = format!(
        "skip = [\"thing.cleared\"]\n[[lifecycle]]\nstream = \"thing\"\n{}{}{}{}{}",
        step("thing.asked", "none", "asked"),
        step("thing.cleared", "asked", "cleared"),
        step("thing.built", "cleared", "built"),
        act("thing.asked"),
        act("thing.built"),
    );
    let mut world = World::empty(format!("{HEAD}{lifecycle}").as_bytes());
    world.given_opened(&example("ledger.opened"));
    let event = |kind: &str| {
        changed(
            "agency.registered",
            &[("/type", json!(kind)), ("/subject", json!("thing/a")), ("/data", json!({}))],
        )
    };
    let early = world.when(&event("thing.built"));
    refused(early, Code::TransitionForbidden, "T.1", "/subject");
    world.given(&event("thing.asked"));
    assert_eq!(world.state("thing/a"), "cleared");
    world.given(&event("thing.built"));
    assert_eq!(world.state("thing/a"), "built");
}
