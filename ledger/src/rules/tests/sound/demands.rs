//! Demands that no event meets: of one value, of how many there are, of values of a kind that the word never finds
//! anything in, and of two that exclude each other.

use super::*;

const WORLD: &str = r#"
[lists]
sizes = ["small", "large"]
order = ["small", "medium"]
days = ["monday"]
[[lifecycle]]
stream = "part"
transition = [{ on = "part.made", from = ["none", "made"], to = "made" }]
[[act]]
type = "part.made"
row = "T-1"
rule = "T.1"
force = "DO"
class = "public"
subject = "part/{id}"
who = []
text = { id = "Uji.", en = "Test." }
gather = { seen = "data.person" }
field = [
    { name = "kind", kind = "enum", one_of = ["small", "large"] },
    { name = "size", kind = "integer", min = 1, max = 9 },
    { name = "price", kind = "decimal", min = "0.5", max = "9.5", required = false },
    { name = "made_on", kind = "date" },
    { name = "made_at", kind = "time" },
    { name = "papers", kind = "list", min = 1, max = 4, of = { kind = "document", is = "deed" } },
    { name = "tags", kind = "list", min = 2, max = 3, of = { kind = "enum", one_of = ["a", "b", "c"] } },
    { name = "items", kind = "list", max = 2, of = { kind = "map", field = [{ name = "code", kind = "id" }, { name = "note", kind = "text", required = false }] } },
    { name = "flag", kind = "flag" },
    { name = "note", kind = "text", required = false },
    { name = "person", kind = "person" },
    { name = "agency", kind = "agency" },
    { name = "office", kind = "office" },
    { name = "system", kind = "stream", prefix = "system", required = false },
    { name = "plan", kind = "stream", prefix = "plan" },
]
"#;

fn with(row: &str) -> Vec<String> {
    let toml = format!("{HEAD}{WORLD}{row}");
    match RuleSet::check(toml.as_bytes()) {
        Ok(_) => Vec::new(),
        Err(_) => told(HEAD, &format!("{WORLD}{row}")),
    }
}

fn conditions(conditions: &str) -> Vec<String> {
    with(&format!("condition = [{conditions}]\n"))
}

#[test]
fn a_demand_that_no_event_meets_does_not_load_and_says_where() {
    for (condition, said) in DEMANDS {
        let said = format!("act[part.made].condition[0].{said}");
        assert_eq!(conditions(&format!("{{ {condition} }}")), [said.as_str()], "{condition}");
        // Where it only finds something, it finds it always.
        assert_eq!(conditions(&format!("{{ {condition}, warn = true }}")), [said], "{condition}");
    }
}

const DEMANDS: &[(&str, &str)] = &[
    // Of a value with itself.
    (
        r#"kind = "compare", left = "source", is = "!=", right = "source""#,
        "right: `source` is compared with itself",
    ),
    (
        r#"kind = "compare", left = "data.size", is = "<=", right = "data.size""#,
        "right: `data.size` is compared with itself",
    ),
    (
        r#"kind = "compare", left = "data.made_on", is = ">", right = "data.made_on", plus = "P1D""#,
        "right: `data.made_on` is compared with itself",
    ),
    (
        r#"kind = "covers", field = "data.tags", of = "data.tags""#,
        "of: `data.tags` is compared with itself",
    ),
    (
        r#"kind = "class", field = "data.kind", order = "order", at_most = "data.kind""#,
        "at_most: `data.kind` is compared with itself",
    ),
    (
        r#"kind = "agencies", field = "source", other_than = "source""#,
        "other_than: `source` is compared with itself",
    ),
    // Beyond bounds.
    (
        r#"kind = "compare", left = "data.size", is = ">", value = 9"#,
        "value: `9` is beyond the bounds of `data.size`",
    ),
    (
        r#"kind = "compare", left = "data.size", is = "<", value = 1"#,
        "value: `1` is beyond the bounds of `data.size`",
    ),
    (
        r#"kind = "compare", left = "this.size", is = "<=", value = 0"#,
        "value: `0` is beyond the bounds of `this.size`",
    ),
    (
        r#"kind = "compare", left = "data.price", is = ">=", value = "9.51""#,
        "value: `\"9.51\"` is beyond the bounds of `data.price`",
    ),
    (
        r#"kind = "field", field = "data.size", one_of = [1, 10]"#,
        "field: `10` is beyond the bounds of `data.size`",
    ),
    (
        r#"kind = "compare", left = "data.size", is = "!=", value = 0"#,
        "value: `0` is beyond the bounds of `data.size`",
    ),
    // How many.
    (
        r#"kind = "count", field = "data.kind", at_least = 2"#,
        "at_least: `data.kind` holds 1 at most, and 2 or more are demanded",
    ),
    (
        r#"kind = "count", field = "this.papers", at_least = 5"#,
        "at_least: `this.papers` holds 4 at most, and 5 or more are demanded",
    ),
    (
        r#"kind = "count", field = "data.items.code", at_least = 3"#,
        "at_least: `data.items.code` holds 2 at most, and 3 or more are demanded",
    ),
    (
        r#"kind = "count", field = "data.tags", at_most = 1"#,
        "at_most: `data.tags` holds 2 or more, and 1 at most are demanded",
    ),
    (
        r#"kind = "count", field = "after.papers", at_most = 0"#,
        "at_most: `after.papers` holds 1 or more, and 0 at most are demanded",
    ),
    (
        r#"kind = "covers", field = "data.kind", all_of = ["small", "large"]"#,
        "all_of: `data.kind` holds 1 at most, and 2 or more are demanded",
    ),
    (
        r#"kind = "covers", field = "data.tags", all_of = ["a", "d"]"#,
        "all_of: `data.tags` is never all of these",
    ),
    (
        r#"kind = "covers", field = "data.tags", all_of = []"#,
        "all_of: `[]` must be a list of at least one value",
    ),
    (
        r#"kind = "documents", field = "data.papers", kinds = ["map"]"#,
        "field: `data.papers` is never a document of each of these kinds",
    ),
    // What is always there.
    (
        r#"kind = "field", field = "data.kind", absent = true"#,
        "absent: `data.kind` is never absent: every event of the row has it",
    ),
    (
        r#"kind = "field", field = "after.kind", absent = true"#,
        "absent: `after.kind` is never absent: every event of the row has it",
    ),
    (
        r#"kind = "field", field = "subject.id", absent = true"#,
        "absent: `subject.id` is never absent: every event of the row has it",
    ),
    (
        r#"kind = "field", field = "source", absent = true"#,
        "absent: `source` is never absent: every event of the row has it",
    ),
    (
        r#"kind = "field", field = "data.nothing", present = true"#,
        "field: `nothing` is not defined in this rule set",
    ),
    (
        r#"kind = "field", field = "data.items.nothing", present = true"#,
        "field: `data.items.nothing` is not defined in this rule set",
    ),
    // Words on values of another kind.
    (
        r#"kind = "member", field = "data.size", list = "sizes""#,
        "field: `data.size` is never a text",
    ),
    (
        r#"kind = "member", field = "data.kind", list = "days""#,
        "list: `data.kind` is never a member of the list",
    ),
    (
        r#"kind = "member", field = "data.flag", list = "sizes", under = true"#,
        "field: `data.flag` is never a text",
    ),
    (
        r#"kind = "unique", index = "parts", value = "data.size""#,
        "value: `data.size` is never a text",
    ),
    (
        r#"kind = "unique", index = "parts", value = "data.note", owner = "data.flag""#,
        "owner: `data.flag` is never a text",
    ),
    (
        r#"kind = "compare", left = "data.note", is = "<", right = "data.made_on""#,
        "right: `data.note` and `data.made_on` are of kinds that never match",
    ),
    (
        r#"kind = "class", field = "data.size", order = "order", value = "medium""#,
        "field: `data.size` is never so low in the order",
    ),
    (
        r#"kind = "class", field = "data.kind", order = "order", value = "high""#,
        "field: `data.kind` is never so low in the order",
    ),
    (
        r#"kind = "class", field = "data.kind", order = "order", at_most = "data.size""#,
        "at_most: `data.size` is never one of the order",
    ),
    (r#"kind = "plan", field = "data.system""#, "field: `data.system` is never a plan"),
    (
        r#"kind = "plan", field = "data.kind", in_force = true"#,
        "field: `data.kind` is never a plan",
    ),
    (r#"kind = "plan", field = "subject""#, "field: `subject` is never a plan"),
    (
        r#"kind = "location", country = "data.kind", in = ["ID"]"#,
        "country: `data.kind` is never one of these",
    ),
    (
        r#"kind = "location", country = "data.note", in = ["ID"], place = "data.size", apart_from = "this.note""#,
        "place: `data.size` is never a text",
    ),
    (r#"kind = "cites", field = "data.size""#, "field: `data.size` is never a text"),
    (
        r#"kind = "holds", person = "data.agency", office = "role/cio""#,
        "person: `data.agency` is never a person",
    ),
    (
        r#"kind = "holds", person = "source", office = "role/cio""#,
        "person: `source` is never a person",
    ),
    (
        r#"kind = "holds", person = "data.person", office = "role/cio", at = "data.made_at""#,
        "at: `data.made_at` is never a day",
    ),
    (
        r#"kind = "holds", person = "data.person", office = "role/{data.size}""#,
        "office: `data.size` is never a text, and keys are made of texts",
    ),
    (r#"kind = "agencies", field = "data.person""#, "field: `data.person` is never an agency"),
    (
        r#"kind = "agencies", field = "data.agency", other_than = "office""#,
        "other_than: `office` is never an agency",
    ),
    (
        r#"kind = "covers", field = "data.papers", of = "data.tags""#,
        "field: `data.papers` is never a text",
    ),
    (
        r#"kind = "covers", field = "data.tags", of = "data.size""#,
        "of: `data.size` is never a text",
    ),
    (
        r#"kind = "state", thing = "part/{data.size}", in = ["made"]"#,
        "thing: `data.size` is never a text, and keys are made of texts",
    ),
    (
        r#"kind = "field", field = "part/{time}#kind", equals = "small""#,
        "field: `time` is never a text, and keys are made of texts",
    ),
    // Two in one.
    (
        r#"kind = "state", thing = "{subject}", in = ["made"], not_in = ["made", "none"]"#,
        "not_in: what is demanded of `the state of {subject}` never holds together with act[part.made].condition[0].in",
    ),
];

/// Both demands, where the second of them is told, and of what.
const PAIRS: &[(&str, &str, &str, &str)] = &[
    (
        r#"kind = "field", field = "data.kind", equals = "small""#,
        r#"kind = "field", field = "data.kind", equals = "large""#,
        "field",
        "data.kind",
    ),
    (
        r#"kind = "field", field = "data.kind", equals = "small""#,
        r#"kind = "compare", left = "data.kind", is = "==", value = "large""#,
        "left",
        "data.kind",
    ),
    (
        r#"kind = "field", field = "data.kind", equals = "small""#,
        r#"kind = "field", field = "data.kind", none_of = ["small"]"#,
        "field",
        "data.kind",
    ),
    (
        r#"kind = "member", field = "data.note", list = "sizes""#,
        r#"kind = "compare", left = "data.note", is = "==", value = "tiny""#,
        "left",
        "data.note",
    ),
    (
        r#"kind = "field", field = "data.note", absent = true"#,
        r#"kind = "field", field = "data.note", present = true"#,
        "field",
        "data.note",
    ),
    (
        r#"kind = "field", field = "this.kind", absent = true"#,
        r#"kind = "compare", left = "data.kind", is = "==", right = "this.kind""#,
        "right",
        "this.kind",
    ),
    (
        r#"kind = "count", field = "this.papers", at_most = 0"#,
        r#"kind = "count", field = "this.papers", at_least = 1"#,
        "field",
        "this.papers",
    ),
    (
        r#"kind = "compare", left = "data.size", is = ">=", value = 5"#,
        r#"kind = "compare", left = "data.size", is = "<", value = 5"#,
        "left",
        "data.size",
    ),
    (
        r#"kind = "field", field = "data.size", one_of = [2, 3]"#,
        r#"kind = "compare", left = "data.size", is = ">", value = 3"#,
        "left",
        "data.size",
    ),
    (
        r#"kind = "compare", left = "data.made_on", is = "<=", value = "2026-01-01""#,
        r#"kind = "compare", left = "data.made_on", is = ">", value = "2026-01-01""#,
        "left",
        "data.made_on",
    ),
    (
        r#"kind = "compare", left = "source", is = "==", right = "this.agency""#,
        r#"kind = "compare", left = "this.agency", is = "!=", right = "source""#,
        "left",
        "source",
    ),
    (
        r#"kind = "compare", left = "data.size", is = "<", right = "this.size""#,
        r#"kind = "compare", left = "this.size", is = "<=", right = "data.size""#,
        "left",
        "data.size",
    ),
    (
        r#"kind = "state", thing = "part/{subject.id}", in = ["made"]"#,
        r#"kind = "state", thing = "part/{subject.id}", in = ["none"]"#,
        "in",
        "the state of part/{subject.id}",
    ),
    (
        r#"kind = "location", country = "data.note", in = ["ID"]"#,
        r#"kind = "field", field = "data.note", one_of = ["MY", "SG"]"#,
        "field",
        "data.note",
    ),
];

#[test]
fn two_demands_that_exclude_each_other_do_not_load() {
    let row = "act[part.made]";
    let said = |at: &str, of: &str, other: &str| {
        format!("{at}: what is demanded of `{of}` never holds together with {other}")
    };
    for (one, two, key, of) in PAIRS {
        let first = key_of(one, of);
        // Both of the row, the first of which tells the row or is demanded.
        let both = conditions(&format!("{{ {one} }}, {{ {two} }}"));
        let at = format!("{row}.condition[1].{key}");
        assert_eq!(both, [said(&at, of, &format!("{row}.condition[0].{first}"))], "{two}");
        // Both in one `when`.
        let free = r#"kind = "field", field = "data.flag", equals = true"#;
        let when = conditions(&format!("{{ {free}, when = [{{ {one} }}, {{ {two} }}] }}"));
        let of_when = |at: &str, key: &str| format!("{row}.condition[{at}.{key}");
        let (at, other) = (of_when("0].when[1]", key), of_when("0].when[0]", first));
        assert_eq!(when, [said(&at, of, &other)], "{two}");
        // A condition that never binds, and one that only finds and never binds.
        for warn in ["", ", warn = true"] {
            let never =
                conditions(&format!("{{ {one} }}, {{ {free}{warn}, when = [{{ {two} }}] }}"));
            let (at, other) = (of_when("1].when[0]", key), of_when("0]", first));
            assert_eq!(never, [said(&at, of, &other)], "{two}");
        }
    }
}

/// Under which key the first of a pair names the value.
fn key_of(condition: &str, of: &str) -> &'static str {
    let keys = ["field", "left", "country"];
    let named = keys.into_iter().find(|key| condition.contains(&format!("{key} = \"{of}\"")));
    match named {
        Some(key) => key,
        None if condition.contains("kind = \"state\"") => "in",
        // The relation of two values is told from the one that comes first.
        None => "left",
    }
}

#[test]
fn a_demand_says_of_no_value_what_its_own_when_excludes() {
    let small = r#"{ kind = "field", field = "data.kind", equals = "small" }"#;
    let large = r#"kind = "compare", left = "data.kind", is = "==", value = "large""#;
    assert_eq!(
        conditions(&format!("{{ {large}, when = [{small}] }}")),
        [
            "act[part.made].condition[0].left: what is demanded of `data.kind` never holds together with act[part.made].condition[0].when[0].field"
        ]
    );
    // What is said of what may not be is a rule.
    for ban in [
        r#"kind = "field", field = "data.kind", none_of = ["small"]"#,
        r#"kind = "compare", left = "data.kind", is = "!=", value = "small""#,
        r#"kind = "state", thing = "{subject}", not_in = ["made"]"#,
    ] {
        let in_state = r#"{ kind = "state", thing = "{subject}", in = ["made"] }"#;
        let loads = conditions(&format!("{{ {ban}, when = [{small}, {in_state}] }}"));
        assert!(loads.is_empty(), "{loads:?}");
    }
}

#[test]
fn a_row_and_a_step_are_told_by_what_can_be() {
    let kind =
        |word: &str| format!(r#"{{ kind = "field", field = "data.kind", equals = "{word}" }}"#);
    let excluded = |at: &str, other: &str| {
        format!("{at}: what is demanded of `data.kind` never holds together with {other}")
    };
    let (small, large) = (kind("small"), kind("large"));
    assert_eq!(
        with(&format!("when = [{small}, {large}]\n")),
        [excluded("act[part.made].when[1].field", "act[part.made].when[0].field")]
    );
    assert_eq!(
        with(&format!("when = [{small}]\ncondition = [{large}]\n")),
        [excluded("act[part.made].condition[0].field", "act[part.made].when[0].field")]
    );
    let none = r#"{ kind = "field", field = "data.kind", none_of = ["small", "large"] }"#;
    assert_eq!(
        with(&format!("condition = [{none}]\n")),
        [excluded("act[part.made].condition[0].field", "act[part.made].field[kind]")]
    );
    let step = |when: &str| {
        let plain = "to = \"made\" }";
        let world = WORLD.replacen(plain, &format!("to = \"made\", when = [{when}] }}"), 1);
        match RuleSet::check(format!("{HEAD}{world}").as_bytes()) {
            Ok(_) => Vec::new(),
            Err(_) => told(HEAD, &world),
        }
    };
    let at = "lifecycle[part].transition[0].when";
    assert_eq!(
        step(&format!("{small}, {large}")),
        [excluded(&format!("{at}[1].field"), &format!("{at}[0].field"))]
    );
    assert!(step(&small).is_empty());
    let absent = r#"{ kind = "field", field = "data.kind", absent = true }"#;
    let never =
        format!("{at}[0].absent: `data.kind` is never absent: every event of the row has it");
    assert_eq!(step(absent), [never]);
}

/// What is near to all that, and holds of some event.
#[test]
fn what_some_event_meets_loads() {
    for condition in [
        r#"{ kind = "count", field = "data.tags", at_least = 3 }"#,
        r#"{ kind = "count", field = "data.tags", at_most = 2 }"#,
        r#"{ kind = "count", field = "this.tags", at_most = 0 }"#,
        r#"{ kind = "count", field = "this.seen", at_least = 500 }"#,
        r#"{ kind = "count", field = "data.papers.signatory", at_least = 9 }"#,
        r#"{ kind = "covers", field = "data.tags", all_of = ["a", "b", "c"] }"#,
        r#"{ kind = "covers", field = "data.tags", all_of = ["a", "a", "b", "c"] }"#,
        r#"{ kind = "covers", field = "after.seen", of = "this.seen" }"#,
        r#"{ kind = "documents", field = "data.papers", kinds = ["deed"] }"#,
        r#"{ kind = "field", field = "this.kind", absent = true }"#,
        r#"{ kind = "field", field = "data.items.note", absent = true }"#,
        r#"{ kind = "field", field = "data.items.code", absent = true }"#,
        r#"{ kind = "field", field = "office", absent = true }"#,
        r#"{ kind = "compare", left = "data.size", is = ">", value = 8 }"#,
        r#"{ kind = "compare", left = "data.size", is = ">=", value = 9 }"#,
        r#"{ kind = "compare", left = "data.size", is = "<=", value = 1 }"#,
        r#"{ kind = "compare", left = "data.price", is = "<", value = "0.51" }"#,
        r#"{ kind = "member", field = "data.kind", list = "order" }"#,
        r#"{ kind = "member", field = "data.person", list = "sizes" }"#,
        r#"{ kind = "member", field = "data.tags", list = "letters" }"#,
        r#"{ kind = "unique", index = "parts", value = "data.made_on" }"#,
        r#"{ kind = "class", field = "data.kind", order = "order", value = "small" }"#,
        r#"{ kind = "plan", field = "data.plan", in_force = true }"#,
        r#"{ kind = "plan", field = "data.note" }"#,
        r#"{ kind = "holds", person = "actor", office = "{data.office}", at = "time" }"#,
        r#"{ kind = "holds", person = "data.person", office = "role/cio", at = "data.made_on", not = true }"#,
        r#"{ kind = "agencies", field = "data.agency", other_than = "source" }"#,
        r#"{ kind = "field", field = "{data.office}#state", equals = "none" }"#,
        r#"{ kind = "field", field = "data.kind", one_of = ["small", "large"] }, { kind = "field", field = "data.kind", none_of = ["small"] }"#,
        r#"{ kind = "field", field = "data.note", none_of = ["x"] }, { kind = "field", field = "data.note", absent = true }"#,
        r#"{ kind = "compare", left = "data.size", is = ">=", value = 5 }, { kind = "compare", left = "data.size", is = "<=", value = 5 }"#,
        r#"{ kind = "compare", left = "data.size", is = "<=", right = "this.size" }, { kind = "compare", left = "data.size", is = ">=", right = "this.size" }"#,
        r#"{ kind = "compare", left = "time", is = ">=", value = "2026-01-01T20:00:00Z" }, { kind = "compare", left = "time", is = "<=", value = "2026-01-01" }"#,
    ] {
        let world = WORLD.replace("days = [", "letters = [\"a\"]\ndays = [");
        let toml = format!("{HEAD}{world}condition = [{condition}]\n");
        if let Err(faults) = RuleSet::check(toml.as_bytes()) {
            panic!("{condition}: {faults:?}");
        }
    }
}
