//! What could not work, or would mislead, does not load, and says where.

mod demands;
mod drawn;
mod faults;
mod guards;

use super::*;
use faults::FAULTS;

const HEAD: &str = r#"
format = "jejak-ruleset/1"
name = "test"
region = "61.07"
structural = 3
title = { id = "Uji", en = "Test" }
"#;

/// A stream with a lifecycle, of which a row keeps something, and an act about another that rests on it.
const WORLD: &str = r#"
[lists]
sizes = ["small", "large"]
[actors.DINAS]
function = "kominfo"
[actors.PSE]
kind = "opd"
finding = { state = ["agency"], rule = "T.9", text = { id = "Uji.", en = "Test." } }
[[lifecycle]]
stream = "part"
final = ["gone"]
transition = [
    { on = "part.made", from = ["none"], to = "made" },
    { on = "part.dropped", from = ["made"], to = "dropped", when = [{ kind = "field", field = "this.kind", equals = "small" }], rule = "T.4" },
]
[[act]]
type = "part.made"
row = "T-1"
rule = "T.1"
force = "DO"
class = "public"
subject = "part/{id}"
who = ["DINAS"]
decision = { revoked = "gone", clear = ["size"] }
text = { id = "Uji.", en = "Test." }
field = [
    { name = "kind", kind = "enum", one_of = ["small", "large"] },
    { name = "size", kind = "integer", min = 1, max = 9 },
    { name = "made_on", kind = "date" },
    { name = "price", kind = "decimal", min = "0.5", max = "9.5" },
    { name = "papers", kind = "list", min = 1, max = 4, of = { kind = "document" } },
    { name = "note", kind = "text", max = 20, rule = "T.1", text = { id = "Uji.", en = "Test." } },
]
[[act]]
type = "part.dropped"
row = "T-2"
rule = "T.2"
force = "DO"
class = "public"
subject = "part/{id}"
who = ["PSE of source"]
text = { id = "Uji.", en = "Test." }
under = "end"
field = [{ name = "reason", kind = "text" }]
[[act]]
type = "whole.begun"
row = "T-3"
rule = "T.3"
force = "DO"
class = "public"
subject = "whole/{year:year}/{id}"
who = []
text = { id = "Uji.", en = "Test." }
field = [{ name = "part", kind = "id" }, { name = "of", kind = "stream", prefix = "part" }, { name = "from", kind = "date" }]
condition = [
    { kind = "field", field = "source", present = true },
    { kind = "state", thing = "part/{data.part}", in = ["made"], rule = "T.3", text = { id = "Uji.", en = "Test." } },
    { kind = "compare", left = "data.from", is = ">=", right = "part/{data.part}#made_on", plus = "P1D" },
    { kind = "field", field = "part/{data.part}#end.reason", absent = true },
    { kind = "count", field = "part/{data.part}#papers", at_least = 1, at_most = 3 },
]
effect = [{ thing = "part/{data.part}", from = ["made"], to = "gone" }]
"#;

/// One fault each: what is written instead, where that is told, and what.
#[track_caller]
fn told(head: &str, world: &str) -> Vec<String> {
    let toml = format!("{head}{world}");
    let faults = RuleSet::check(toml.as_bytes()).expect_err("it does not load");
    assert_eq!(RuleSet::parse(toml.as_bytes()).unwrap_err(), faults[0], "the loader agrees");
    faults.iter().for_each(is_indonesian_too);
    faults.iter().map(ToString::to_string).collect()
}

/// What is written in the rule set aside, the Indonesian text has no English words.
#[track_caller]
fn is_indonesian_too(fault: &RuleSetError) {
    let Text { id, en } = fault.reason.text();
    assert_ne!(id, en);
    let own: String = id.split('`').step_by(2).collect();
    let english = [
        "all", "an", "and", "are", "is", "least", "must", "never", "no", "of", "or", "the", "these",
    ];
    let found =
        own.split(|c: char| !c.is_alphabetic() && c != '_').find(|word| english.contains(word));
    assert_eq!(found, None, "{id}");
}

#[test]
fn each_of_what_could_not_work_does_not_load_and_says_where() {
    RuleSet::check(format!("{HEAD}{WORLD}").as_bytes()).unwrap();
    for (written, instead, said) in FAULTS {
        assert_eq!(format!("{HEAD}{WORLD}").matches(written).count(), 1, "{written}");
        let (head, world) = (HEAD.replace(written, instead), WORLD.replace(written, instead));
        assert_eq!(told(&head, &world), [*said], "{instead}");
    }
}

#[test]
fn what_may_stand_in_for_a_value_and_who_may_be_meant_loads() {
    for (written, instead) in [
        (
            "one_of = [\"small\", \"large\"]",
            "one_of = [\"small\", \"large\"], required = false, default = \"large\"",
        ),
        ("max = \"9.5\"", "max = \"9.5\", required = false, default = \"9.5\""),
        ("max = 20", "max = 20, required = false, default = \"just about twenty b\""),
        ("\"PSE of source\"", "\"PSE of subject.id\", \"PSE of this.kind\", \"PSE of this.note\""),
        ("\"PSE of source\"", "\"SELF of subject.id\", \"SELF of this.note\""),
    ] {
        assert_eq!(WORLD.matches(written).count(), 1, "{written}");
        let toml = format!("{HEAD}{}", WORLD.replace(written, instead));
        RuleSet::check(toml.as_bytes()).unwrap();
    }
}

/// What an older version is given is judged as the newest.
#[test]
fn what_an_older_version_is_given_fits_a_row_of_the_newest() {
    let lifted = |version: u8, steps: &str| {
        let subject = "subject = \"part/{id}\"\nwho = [\"DINAS\"]";
        let newest = format!("schema_version = {version}\n{subject}");
        assert_eq!(WORLD.matches(subject).count(), 1);
        WORLD.replace(subject, &newest) + steps
    };
    let step = |from: u8, default: &str| {
        format!("[[upcast]]\ntype = \"part.made\"\nfrom = {from}\ndefault = {{ {default} }}\n")
    };
    for (default, said) in [
        (
            "kind = \"huge\"",
            "kind: `\"huge\"` does not fit the field: must be one of: small, large",
        ),
        ("size = 10", "size: `10` does not fit the field: is out of range"),
        ("size = \"9\"", "size: `\"9\"` does not fit the field: must be integer"),
    ] {
        let said = format!("upcast[part.made].default.{said}");
        assert_eq!(told(HEAD, &lifted(2, &step(1, default))), [said.as_str()]);
        // A step before the last leads to what the next one changes.
        for first in
            [step(1, default) + &step(2, "size = 9"), step(2, "size = 9") + &step(1, default)]
        {
            RuleSet::check(format!("{HEAD}{}", lifted(3, &first)).as_bytes()).unwrap();
        }
    }
}

#[test]
fn a_lifecycle_has_steps() {
    let empty = format!("{WORLD}[[lifecycle]]\nstream = \"whole\"\nfinal = [\"none\"]\n");
    assert_eq!(told(HEAD, &empty), ["lifecycle[whole].transition: is required"]);
}

/// A further row at the end of the set.
fn further(kind: &str, subject: &str, rest: &str) -> String {
    format!(
        "{WORLD}[[act]]\ntype = \"{kind}\"\nrow = \"T-4\"\nrule = \"T.4\"\nforce = \"DO\"\nclass = \"public\"\n\
         subject = \"{subject}\"\ntext = {{ id = \"Uji.\", en = \"Test.\" }}\n{rest}\n"
    )
}

#[test]
fn a_row_that_no_event_reaches_does_not_load() {
    let whole = |subject: &str, rest: &str| further("whole.begun", subject, rest);
    let unreachable = "act[whole.begun].subject: no event is ever of this row: the row `T-3` before it takes them all";
    for (subject, rest) in [
        ("whole/{year:year}/{id}", "who = [\"DINAS\"]"),
        ("whole/2026/{id}", "who = [\"DINAS\"]"),
        (
            "whole/{year:year}/{other}",
            "who = []\nwhen = [{ kind = \"field\", field = \"source\", equals = \"kominfo\" }]",
        ),
    ] {
        assert_eq!(told(HEAD, &whole(subject, rest)), [unreachable], "{subject}");
    }
    // Wider than the first, or of other streams, or of what the first is not meant for.
    for subject in ["whole/{when}/{id}", "whole/{year:year}", "part/{id}"] {
        RuleSet::check(format!("{HEAD}{}", whole(subject, "who = []")).as_bytes()).unwrap();
    }
    let when = |field: &str| {
        format!("when = [{{ kind = \"field\", field = \"{field}\", present = true }}]\nwho = []")
    };
    let first = WORLD.replace(
        "subject = \"whole/{year:year}/{id}\"\nwho = []",
        &format!("subject = \"whole/{{year:year}}/{{id}}\"\n{}", when("office")),
    );
    let two = |field: &str| whole("whole/{year:year}/{id}", &when(field)).replace(WORLD, &first);
    RuleSet::check(format!("{HEAD}{}", two("time")).as_bytes()).unwrap();
    assert_eq!(told(HEAD, &two("office")), [unreachable]);
    // Of what is kept nothing is known when a row is chosen.
    let by_kept = "act[whole.begun].when[0].field: `this.state` must be told by the event alone: data.x, source, office, time, subject or subject.x";
    assert_eq!(told(HEAD, &two("this.state")), [by_kept]);
}

#[test]
fn a_region_neither_opens_a_structural_act_to_everybody_nor_stands_in_its_place() {
    let row = |subject: &str, who: &str| {
        let actor = "[actors.SEKDA]\noffice = [\"role/sekda\"]\n";
        format!("{}{actor}", further("role.appointed", subject, who))
    };
    RuleSet::check(format!("{HEAD}{}", row("role/cio", "who = [\"SEKDA\"]")).as_bytes()).unwrap();
    assert_eq!(
        told(HEAD, &row("role/cio", "who = []")),
        [
            "act[role.appointed].who: is empty: `role.appointed` would be for everybody, and the structural acts say for whom it is"
        ]
    );
    let second = HEAD.replace("structural = 3", "structural = 2");
    // Version 3 has a nearer word for it.
    let wide = format!("{second}{}", row("role/{id}", "who = [\"SEKDA\"]"));
    let faults: Vec<_> =
        RuleSet::check(wide.as_bytes()).unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(
        faults,
        [
            "act[role.appointed].subject: takes every event of the structural row for `role/{office}`; a region narrows it"
        ]
    );
}

/// Two rows share a step: it stands where one of them can take it.
#[test]
fn a_step_is_held_against_all_rows_that_take_it() {
    let other = further(
        "part.made",
        "part/{id}",
        "who = []\nwhen = [{ kind = \"field\", field = \"data.kind\", equals = \"huge\" }]\nfield = [{ name = \"kind\", kind = \"enum\", one_of = [\"huge\"] }]",
    );
    let other = other.replace(
        "subject = \"part/{id}\"\nwho = [\"DINAS\"]",
        "subject = \"part/{id}\"\nwho = [\"DINAS\"]\nwhen = [{ kind = \"field\", field = \"data.kind\", none_of = [\"small\"] }]",
    );
    let step = |kind: &str| {
        let on = "{ on = \"part.made\", from = [\"none\"], to = \"made\"";
        let when = format!(
            "{on}, when = [{{ kind = \"field\", field = \"data.kind\", equals = \"{kind}\" }}]"
        );
        other.replace(on, &when)
    };
    for kind in ["large", "huge"] {
        RuleSet::check(format!("{HEAD}{}", step(kind)).as_bytes()).unwrap();
    }
    let said = "lifecycle[part].transition[0].when[0].field: `data.kind` and `\"tiny\"` are of kinds that never match";
    assert_eq!(told(HEAD, &step("tiny")), [said]);
}

#[test]
fn an_act_is_done_to_an_agency_or_a_person_that_it_names() {
    let of = |field: &str| {
        let decision = "decision = { revoked = \"gone\"";
        WORLD.replacen(decision, &format!("against = \"{field}\"\n{decision}"), 1)
    };
    for field in ["data.kind", "source", "this.kind", "this.price"] {
        let form = "must be a field of the event, or of its stream, of the kind agency or person";
        assert_eq!(told(HEAD, &of(field)), [format!("act[part.made].against: `{field}` {form}")]);
    }
    let misspelt = "act[part.made].against: `this.maker`: no row keeps it on streams of part/";
    assert_eq!(told(HEAD, &of("this.maker")), [misspelt]);
    let kept =
        of("this.maker").replacen("decision = {", "keep = { maker = \"source\" }\ndecision = {", 1);
    RuleSet::check(format!("{HEAD}{kept}").as_bytes()).unwrap();
}

/// A ledger may stand on what an earlier program took: who writes is told, who opens it is not kept out.
#[test]
fn what_versions_1_and_2_let_pass_is_told_and_loads() {
    for version in ["structural = 1", "structural = 2"] {
        let head = HEAD.replace("structural = 3", version);
        for (written, instead, said) in FAULTS {
            if said.starts_with("skip") {
                continue;
            }
            let toml = format!("{head}{WORLD}").replacen(written, instead, 1);
            let Err(faults) = RuleSet::check(toml.as_bytes()) else {
                // What a frozen rule set has.
                assert!(said.contains("effect[0].to"), "{said}");
                continue;
            };
            assert_eq!(faults[0].to_string(), *said);
            // A step on what is no event type is a step on no act.
            assert_eq!(RuleSet::parse(toml.as_bytes()).is_ok(), !said.contains(".on: "), "{said}");
        }
    }
}

#[test]
fn what_came_with_an_earlier_program_has_no_such_fault() {
    for toml in [BENGKAYANG_19_2020, NASIONAL, CORPUS_0_1_0] {
        let checked = RuleSet::check(toml).unwrap();
        assert_eq!(RuleSet::parse(toml).unwrap().hash(), checked.hash());
    }
    for version in 1..=3 {
        let head = HEAD.replace("structural = 3", &format!("structural = {version}"));
        RuleSet::check(head.as_bytes()).unwrap();
    }
}

const CORPUS_0_1_0: &[u8] = include_bytes!("../../../../../tests/corpus/0.1.0/ruleset.toml");
