//! Schema versions: what an older client writes is judged by what it means in the newest version.

use Code::ContentInvalid;

use super::*;

/// `thing.done` in version 3. Version 1 called the place `where` and had a remark; version 2 had no unit.
fn rules(upcasts: &str) -> Result<RuleSet, RuleSetError> {
    let toml = format!(
        r#"
        format = "jejak-ruleset/1"
        name = "test"
        structural = 2
        title = {{ id = "Uji", en = "Test" }}
        {upcasts}
        [[act]]
        type = "thing.done"
        row = "T-1"
        rule = "T.1"
        force = "DO"
        class = "public"
        subject = "thing/{{id}}"
        who = []
        schema_version = 3
        text = {{ id = "Uji.", en = "Test." }}
        field = [
            {{ name = "place", kind = "text" }},
            {{ name = "amount", kind = "integer" }},
            {{ name = "unit", kind = "enum", one_of = ["item", "hour"] }},
        ]
        condition = [{{ kind = "compare", left = "data.amount", is = ">=", value = 1, rule = "T.2" }}]
        "#
    );
    RuleSet::parse(toml.as_bytes())
}

const FROM_1: &str = r#"
    [[upcast]]
    type = "thing.done"
    from = 1
    remove = ["remark"]
    rename = { where = "place" }
"#;
const FROM_2: &str = r#"
    [[upcast]]
    type = "thing.done"
    from = 2
    default = { unit = "item" }
"#;

fn world() -> World {
    let mut world = World::empty(BENGKAYANG_19_2020);
    world.given_opened(&example("ledger.opened"));
    world.rules = rules(&format!("{FROM_2}{FROM_1}")).unwrap().into();
    world
}

fn done(version: Option<&str>, data: Value) -> Value {
    let changes = [
        ("/type", json!("thing.done")),
        ("/subject", json!("thing/a")),
        ("/data", data),
        ("/dataschema", version.map_or(Value::Null, |version| json!(version))),
    ];
    changed("agency.registered", &changes)
}

#[test]
fn an_older_version_is_judged_and_kept_as_what_it_means_in_the_newest() {
    let kept = |event: Value| {
        let mut world = world();
        world.given(&event);
        ["place", "amount", "unit", "remark"].map(|name| world.field("thing/a", name))
    };
    let first = done(Some("1"), json!({ "where": "Ledo", "amount": 2, "remark": "old" }));
    let second = done(Some("2"), json!({ "place": "Ledo", "amount": 2 }));
    let newest = json!({ "place": "Ledo", "amount": 2, "unit": "item" });
    let meant = [json!("Ledo"), json!(2), json!("item"), Value::Null];
    assert_eq!(kept(first), meant);
    assert_eq!(kept(second), meant);
    assert_eq!(kept(done(Some("3"), newest.clone())), meant);
    assert_eq!(kept(done(None, newest)), meant);
}

#[test]
fn the_rules_hold_for_an_older_version_as_for_the_newest() {
    let none = done(Some("1"), json!({ "where": "Ledo", "amount": 0 }));
    refused(world().when(&none), Code::RuleRefused, "T.2", "/data/amount");
    let misplaced = done(Some("2"), json!({ "where": "Ledo", "amount": 1 }));
    refused(world().when(&misplaced), ContentInvalid, "T.1", "/data/place");
    // Absent, the newest is meant.
    let old = done(None, json!({ "where": "Ledo", "amount": 1 }));
    refused(world().when(&old), ContentInvalid, "T.1", "/data/place");
}

#[test]
fn what_an_older_schema_leaves_behind_was_signed_too() {
    let nik = "6107010112800001";
    let removed = done(Some("1"), json!({ "where": "Ledo", "amount": 1, "remark": nik }));
    refused(world().when(&removed), ContentInvalid, "SYS.0.1", "/data/remark");
    let both = done(Some("1"), json!({ "where": "Ledo", "place": "Samalantan", "amount": 1 }));
    refused(world().when(&both), ContentInvalid, "T.1", "/data/where");
}

#[test]
fn a_version_that_no_step_starts_from_is_refused_with_the_newest() {
    let newer = done(Some("4"), json!({ "place": "Ledo", "amount": 1, "unit": "item" }));
    let why = refused(world().when(&newer), ContentInvalid, "T.1", "/dataschema");
    assert_eq!(why, Why::SchemaVersionUnknown { newest: 3 });
    let mut narrow = world();
    narrow.rules = rules(FROM_2).unwrap().into();
    let first = done(Some("1"), json!({ "where": "Ledo", "amount": 1 }));
    refused(narrow.when(&first), ContentInvalid, "T.1", "/dataschema");
}

#[test]
fn the_signed_event_stays_as_it_is() {
    let rules = rules(&format!("{FROM_1}{FROM_2}")).unwrap();
    let event = done(Some("1"), json!({ "where": "Ledo", "amount": 2 }));
    let event = Event::parse(event.to_string().as_bytes()).unwrap();
    let lifted = rules.lift(&event).into_owned();
    assert_eq!(event.dataschema, Some(1));
    assert_eq!(Value::Object(event.data), json!({ "where": "Ledo", "amount": 2 }));
    assert_eq!(lifted.dataschema, Some(3));
    assert_eq!(Value::Object(lifted.data), json!({ "place": "Ledo", "amount": 2, "unit": "item" }));
    assert_eq!(rules.older_schemas("thing.done").collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn steps_that_do_not_lead_to_the_newest_version_do_not_load() {
    let at = |upcasts: &str| rules(upcasts).unwrap_err().at;
    let place = "upcast[thing.done].from";
    assert_eq!(at(FROM_1), place, "nothing leads on from 2");
    assert_eq!(at(&format!("{FROM_2}{FROM_2}")), place, "twice");
    assert_eq!(at(&FROM_2.replace("from = 2", "from = 3")), place, "beyond the newest");
    assert_eq!(at(&FROM_2.replace("thing.done", "thing.undone")), "upcast[thing.undone].from");
    let undeclared = rules(&FROM_2.replace("unit", "colour")).unwrap_err();
    assert_eq!(undeclared.reason, RuleSetReason::Undefined { name: "colour".to_owned() });
    let unknown = rules(&FROM_2.replace("default", "guess")).unwrap_err();
    assert_eq!(
        (unknown.at.as_str(), unknown.reason),
        ("upcast[thing.done].guess", RuleSetReason::UnknownKey)
    );
}
