//! The engine on small rule sets: every word of the vocabulary, refused and accepted; content.

use Code::{ContentInvalid, RuleRefused, TypeUnknown};

use super::*;

/// One act `thing.done` on `thing/{id}` with free fields and the conditions under test.
fn rules(conditions: &str) -> World {
    let toml = format!(
        r#"
        format = "jejak-ruleset/1"
        name = "test"
        structural = 1
        title = {{ id = "Uji", en = "Test" }}
        [lists]
        domains = ["kab.go.id"]
        classes = ["open", "limited", "secret"]
        [[act]]
        type = "thing.done"
        row = "T-1"
        rule = "T.1"
        force = "DO"
        class = "public"
        subject = "thing/{{id}}"
        who = []
        text = {{ id = "Uji.", en = "Test." }}
        field = [
            {{ name = "text", kind = "text", required = false }},
            {{ name = "number", kind = "integer", required = false }},
            {{ name = "flag", kind = "flag", required = false }},
            {{ name = "start", kind = "date", required = false }},
            {{ name = "end", kind = "date", required = false }},
            {{ name = "person", kind = "person", required = false }},
            {{ name = "parts", kind = "list", required = false, of = {{ kind = "text" }} }},
            {{ name = "documents", kind = "list", required = false, of = {{ kind = "document" }} }},
            {{ name = "place", kind = "map", required = false, field = [
                {{ name = "country", kind = "text" }}, {{ name = "address", kind = "text" }} ] }},
        ]
        {conditions}
        "#
    );
    let mut world = World::empty(toml.as_bytes());
    world.given_opened(&example("ledger.opened"));
    world
}

fn done(data: Value) -> Value {
    about("thing/a", data)
}

fn about(subject: &str, data: Value) -> Value {
    changed(
        "agency.registered",
        &[("/type", json!("thing.done")), ("/subject", json!(subject)), ("/data", data)],
    )
}

#[track_caller]
fn holds(condition: &str, yes: &[Value], no: &[Value], pointer: &str) {
    let condition = format!("condition = [{{ {condition}, rule = \"T.2\" }}]");
    for data in yes {
        rules(&condition).given(&done(data.clone()));
    }
    for data in no {
        refused(rules(&condition).when(&done(data.clone())), RuleRefused, "T.2", pointer);
    }
}

#[test]
fn field_tests_one_value() {
    let text = |text: &str| json!({ "text": text });
    let none = json!({});
    holds(
        r#"kind = "field", field = "data.text", equals = "a""#,
        &[text("a")],
        &[text("b"), none.clone()],
        "/data/text",
    );
    holds(
        r#"kind = "field", field = "data.text", one_of = ["a", "b"]"#,
        &[text("b")],
        &[text("c"), none.clone()],
        "/data/text",
    );
    holds(
        r#"kind = "field", field = "data.text", none_of = ["a"]"#,
        &[text("b"), none.clone()],
        &[text("a")],
        "/data/text",
    );
    holds(
        r#"kind = "field", field = "data.flag", equals = true"#,
        &[json!({ "flag": true })],
        &[json!({ "flag": false })],
        "/data/flag",
    );
    holds(
        r#"kind = "field", field = "data.parts", present = true"#,
        &[json!({ "parts": ["a"] })],
        &[json!({ "parts": [] }), none.clone()],
        "/data/parts",
    );
    holds(
        r#"kind = "field", field = "data.text", absent = true"#,
        &[none],
        &[text("a")],
        "/data/text",
    );
}

#[test]
fn documents_wants_every_kind() {
    let document = |kind: &str| {
        let mut document = example("subdomain.requested")["data"]["form"].clone();
        document["kind"] = json!(kind);
        document
    };
    let condition = r#"condition = [
        { kind = "documents", field = "data.documents", kinds = ["manual", "source"], rule = "T.2" }]"#;
    rules(condition).given(&done(json!({ "documents": [document("source"), document("manual")] })));
    let result = rules(condition).when(&done(json!({ "documents": [document("manual")] })));
    let why = refused(result, ContentInvalid, "T.2", "/data/documents");
    assert_eq!(why, Why::DocumentMissing { kind: "source".to_owned() });
}

#[test]
fn state_looks_at_a_cited_thing() {
    holds(
        r#"kind = "state", thing = "agency/{data.text}", in = ["agency"]"#,
        &[json!({ "text": "kominfo" })],
        &[json!({ "text": "nobody" })],
        "/data/text",
    );
    holds(
        r#"kind = "state", thing = "agency/{data.text}", not_in = ["agency"]"#,
        &[json!({ "text": "nobody" })],
        &[json!({ "text": "kominfo" })],
        "/data/text",
    );
}

#[test]
fn unique_holds_a_value_for_its_owner() {
    let mut world =
        rules(r#"condition = [{ kind = "unique", index = "code", value = "data.text" }]"#);
    world.given(&about("thing/a", json!({ "text": "A 1" })));
    world.given(&about("thing/a", json!({ "text": "A 1" })));
    let result = world.when(&about("thing/b", json!({ "text": "a  1" })));
    let why = refused(result, RuleRefused, "T.1", "/data/text");
    assert_eq!(why, Why::NotUnique { index: "code".to_owned(), owner: "thing/a".to_owned() });
    world.given(&about("thing/b", json!({ "text": "A2" })));
}

#[test]
fn member_looks_into_a_list() {
    holds(
        r#"kind = "member", field = "data.text", list = "domains", under = true"#,
        &[json!({ "text": "a.kab.go.id" })],
        &[json!({ "text": "kab.go.id" }), json!({ "text": "akab.go.id" })],
        "/data/text",
    );
    holds(
        r#"kind = "member", field = "data.text", list = "domains""#,
        &[json!({ "text": "kab.go.id" })],
        &[json!({ "text": "a.kab.go.id" })],
        "/data/text",
    );
}

#[test]
fn compare_orders_dates_numbers_and_times() {
    let dates = |start: &str, end: &str| json!({ "start": start, "end": end });
    holds(
        r#"kind = "compare", left = "data.start", is = "<", right = "data.end""#,
        &[dates("2026-01-01", "2026-01-02")],
        &[dates("2026-01-02", "2026-01-02"), json!({ "start": "2026-01-01" })],
        "/data/start",
    );
    holds(
        r#"kind = "compare", left = "data.end", is = "<=", right = "data.start", plus = "P1Y""#,
        &[dates("2024-02-29", "2025-02-28")],
        &[dates("2024-02-29", "2025-03-01")],
        "/data/end",
    );
    holds(
        r#"kind = "compare", left = "data.number", is = ">=", value = 3"#,
        &[json!({ "number": 3 })],
        &[json!({ "number": 2 })],
        "/data/number",
    );
    // The event's time is the 20th in Bengkayang, the ledger's day is the 20th as well.
    holds(
        r#"kind = "compare", left = "data.start", is = "==", right = "data.end""#,
        &[dates("2026-01-01", "2026-01-01")],
        &[dates("2026-01-01", "2026-01-02")],
        "/data/start",
    );
    holds(
        r#"kind = "compare", left = "data.start", is = "<=", right = "today""#,
        &[json!({ "start": "2026-11-20" })],
        &[json!({ "start": "2026-11-21" })],
        "/data/start",
    );
    holds(
        r#"kind = "compare", left = "time", is = "<", right = "data.start""#,
        &[json!({ "start": "2026-11-21" })],
        &[json!({ "start": "2026-11-20" })],
        "/time",
    );
}

#[test]
fn count_counts_members() {
    holds(
        r#"kind = "count", field = "data.parts", at_least = 2, at_most = 3"#,
        &[json!({ "parts": ["a", "b"] }), json!({ "parts": ["a", "b", "c"] })],
        &[json!({ "parts": ["a"] }), json!({ "parts": ["a", "b", "c", "d"] }), json!({})],
        "/data/parts",
    );
}

#[test]
fn location_is_in_a_country_and_apart_from_another_place() {
    let place = |country: &str, address: &str| {
        json!({
            "place": { "country": country, "address": address }, "text": "Jalan Guna Baru 1",
        })
    };
    let location = r#"kind = "location", country = "data.place.country", in = ["ID"], place = "data.place.address", apart_from = "data.text""#;
    let right = [place("ID", "Pontianak")];
    holds(location, &right, &[place("SG", "Pontianak")], "/data/place/country");
    // The pointer once named the country, which was right.
    let same = [place("ID", "Jalan Guna Baru 1")];
    holds(location, &right, &same, "/data/place/address");
}

#[test]
fn class_is_ordered() {
    holds(
        r#"kind = "class", field = "data.text", order = "classes", value = "limited""#,
        &[json!({ "text": "open" }), json!({ "text": "limited" })],
        &[json!({ "text": "secret" }), json!({ "text": "else" })],
        "/data/text",
    );
}

#[test]
fn plan_is_referred_to_or_in_force() {
    holds(
        r#"kind = "plan", field = "data.text""#,
        &[json!({ "text": "plan/master" })],
        &[json!({ "text": "master" }), json!({})],
        "/data/text",
    );
    let condition =
        r#"condition = [{ kind = "plan", field = "data.text", in_force = true, rule = "T.2" }]"#;
    let cites = done(json!({ "text": "plan/master" }));
    let mut world = rules(condition);
    refused(world.when(&cites), RuleRefused, "T.2", "/data/text");
    let mut plan = Thing::new(Position(1), Micros(0), Class::Public);
    plan.state = "in_force".to_owned();
    world.facts.insert("plan/master".to_owned(), plan);
    world.given(&cites);
}

#[test]
fn covers_wants_every_part() {
    holds(
        r#"kind = "covers", field = "data.parts", all_of = ["vision", "policy"]"#,
        &[json!({ "parts": ["policy", "vision", "more"] })],
        &[json!({ "parts": ["vision"] }), json!({})],
        "/data/parts",
    );
}

#[test]
fn holds_wants_somebody_in_office_on_a_day() {
    let condition = r#"condition = [
        { kind = "holds", person = "data.person", office = "role/{data.text}", at = "data.start", rule = "T.2" }]"#;
    let cites = |person: &str, day: &str| {
        done(json!({ "person": person, "text": "kadis-kominfo", "start": day }))
    };
    let mut world = rules(condition);
    world.given(&example("role.appointed"));
    world.given(&cites("p-4d1b9f7a2c63", "2026-01-05"));
    let early = cites("p-4d1b9f7a2c63", "2026-01-04");
    refused(world.when(&early), RuleRefused, "T.2", "/data/person");
    let other = cites("p-222222222222", "2026-01-05");
    refused(world.when(&other), RuleRefused, "T.2", "/data/person");
}

/// Offices that exclude each other: staff of the procurement service hold no procurement office.
#[test]
fn holds_not_wants_somebody_out_of_an_office_on_a_day() {
    let condition = r#"condition = [
        { kind = "holds", person = "data.person", office = "role/kadis-kominfo", at = "data.start", not = true, rule = "T.2" }]"#;
    let cites = |person: &str, day: &str| done(json!({ "person": person, "start": day }));
    let mut world = rules(condition);
    world.given(&cites("p-4d1b9f7a2c63", "2026-01-05"));
    world.given(&example("role.appointed"));
    let why = refused(
        world.when(&cites("p-4d1b9f7a2c63", "2026-01-05")),
        RuleRefused,
        "T.2",
        "/data/person",
    );
    assert!(matches!(why, Why::OfficeHeld { .. }), "{why:?}");
    world.given(&cites("p-4d1b9f7a2c63", "2026-01-04"));
    world.given(&cites("p-222222222222", "2026-01-05"));
}

#[test]
fn a_condition_binds_only_when_its_when_holds() {
    holds(
        r#"kind = "field", field = "data.number", present = true, when = [{ kind = "field", field = "data.flag", equals = true }]"#,
        &[json!({ "flag": true, "number": 1 }), json!({ "flag": false }), json!({})],
        &[json!({ "flag": true })],
        "/data/number",
    );
}

#[test]
fn a_warning_accepts_with_a_finding() {
    let mut world = rules(
        r#"condition = [{ kind = "field", field = "data.flag", equals = true, warn = true, rule = "T.3" }]"#,
    );
    world.given(&done(json!({ "flag": false })));
    assert_eq!(
        world.warnings,
        [Warning {
            rule: "T.3".to_owned(),
            text: Text { id: "Uji.".to_owned(), en: "Test.".to_owned() },
        }]
    );
    world.given(&done(json!({ "flag": true })));
    assert_eq!(world.warnings, []);
}

#[test]
fn an_effect_changes_the_state_of_another_stream() {
    let mut world =
        rules(r#"effect = [{ thing = "agency/{data.text}", from = ["agency"], to = "seen" }]"#);
    world.given(&done(json!({ "text": "kominfo" })));
    assert_eq!(world.state("agency/kominfo"), "seen");
    assert_eq!(world.facts["agency/kominfo"].version, 1);
    world.given(&done(json!({ "text": "nobody" })));
    assert_eq!(world.state("agency/nobody"), "absent");
}

#[test]
fn an_effect_enters_a_value_in_a_map_of_the_other_thing() {
    let mut world = rules(
        r#"effect = [{ thing = "agency/kominfo", from = ["agency", "seen"], to = "seen",
            put = { into = "marks", key = "data.text", value = "data.number" } }]"#,
    );
    for (text, number) in [("a", 1), ("b", 2), ("a", 3)] {
        world.given(&done(json!({ "text": text, "number": number })));
    }
    world.given(&done(json!({ "text": "c" }))).given(&done(json!({ "number": 9 })));
    assert_eq!(world.field("agency/kominfo", "marks"), json!({ "a": 3, "b": 2 }));
    assert_eq!(world.facts["agency/kominfo"].version, 1);
    assert_eq!(world.facts["agency/kominfo"].position, Position(5));
}

#[test]
fn what_effects_enter_in_a_map_is_bounded() {
    let mut world = rules(
        r#"effect = [{ thing = "agency/kominfo", from = ["agency"], to = "agency",
            put = { into = "marks", key = "data.text", value = "data.number" } }]"#,
    );
    let full = (0..1024).map(|name| (name.to_string(), Field::Integer(1))).collect();
    let kominfo = world.facts.get_mut("agency/kominfo").unwrap();
    kominfo.fields.insert("marks".to_owned(), Field::Map(full));
    world.given(&done(json!({ "text": "7", "number": 2 })));
    let why = refused(
        world.when(&done(json!({ "text": "x", "number": 2 }))),
        ContentInvalid,
        "T.1",
        "/data/text",
    );
    assert_eq!(why, Why::TooLong { max: 1024 });
}

#[test]
fn a_type_may_have_several_rows() {
    let second = r#"when = [{ kind = "field", field = "data.flag", equals = true }]
        condition = [{ kind = "field", field = "data.number", present = true }]
        [[act]]
        type = "thing.done"
        row = "T-2"
        rule = "T.9"
        force = "MAY"
        class = "restricted"
        subject = "thing/{id}"
        who = []
        text = { id = "Dua.", en = "Two." }
        field = [{ name = "flag", kind = "flag" }, { name = "text", kind = "text" }]"#;
    let mut world = rules(second);
    refused(world.when(&done(json!({ "flag": true }))), RuleRefused, "T.1", "/data/number");
    refused(world.when(&done(json!({ "flag": false }))), ContentInvalid, "T.9", "/data/text");
    world.given(&done(json!({ "flag": false, "text": "x" })));
    assert_eq!(world.facts["thing/a"].class, Class::Restricted);
}

#[test]
fn unknown_types_and_fields_are_refused() {
    let mut world = rules("");
    let unknown = changed("agency.registered", &[("/type", json!("thing.undone"))]);
    let refusal = world.when(&unknown).unwrap_err();
    assert_eq!((refusal.code, refusal.rule), (TypeUnknown, None));
    assert_eq!(refusal.faults[0].pointer, "/type");
    let result = world.when(&done(json!({ "a/b": 1, "number": "1", "start": "2026-02-30" })));
    let refusal = result.unwrap_err();
    let pointers: Vec<_> = refusal.faults.iter().map(|fault| fault.pointer.as_str()).collect();
    assert_eq!(pointers, ["/data/number", "/data/start", "/data/a~1b"]);
    let version = changed(
        "agency.registered",
        &[
            ("/type", json!("thing.done")),
            ("/subject", json!("thing/a")),
            ("/data", json!({})),
            ("/dataschema", json!("2")),
        ],
    );
    let why = refused(world.when(&version), ContentInvalid, "T.1", "/dataschema");
    assert_eq!(why, Why::SchemaVersionUnknown { newest: 1 });
}

#[test]
fn a_national_identity_number_is_refused_wherever_it_stands() {
    let nik = "6107010112800001";
    let mut world = rules("");
    for (data, pointer) in [
        (json!({ "text": format!("a.n. Budi, {nik}") }), "/data/text"),
        (json!({ "parts": ["a", nik] }), "/data/parts/1"),
        (json!({ "number": 6_107_010_112_800_001_u64 }), "/data/number"),
        (json!({ "place": { "country": "ID", "address": nik } }), "/data/place/address"),
    ] {
        let why = refused(world.when(&done(data)), ContentInvalid, "SYS.0.1", pointer);
        assert_eq!(why, Why::NationalIdentityNumber);
    }
    let subject = about(&format!("thing/{nik}"), json!({}));
    refused(world.when(&subject), ContentInvalid, "SYS.0.1", "/subject");
}

#[test]
fn reads_names_keys_once_and_sorted() {
    let world = World::bengkayang();
    let event = Event::parse(example("subdomain.granted").to_string().as_bytes()).unwrap();
    assert_eq!(
        reads(&world.rules, &event, &[]),
        [
            "agency/dinkes",
            "agency/kominfo",
            "ledger/61.07",
            "site/simpus.bengkayangkab.go.id",
            "subdomain/simpus.bengkayangkab.go.id",
            "system/simpus",
        ]
    );
}

#[test]
fn every_act_has_an_example_that_its_schema_describes() {
    for rules in [BENGKAYANG_19_2020, NASIONAL] {
        let rules = RuleSet::parse(rules).unwrap();
        for act in rules.acts() {
            let language = Language::Indonesian;
            let origin = "jejak.bengkayangkab.go.id/61.07";
            let event = examples(&rules, act, origin).into_iter().next();
            let event = event.unwrap_or_else(|| panic!("{} on {}", act.kind, act.subject.as_str()));
            let schema = JsonSchemas { rules: &rules, origin, language }.of_rows(&[act]);
            let parsed = Event::parse(event.to_string().as_bytes()).unwrap();
            check(&rules, &parsed).unwrap();
            for name in event["data"].as_object().unwrap().keys() {
                assert!(
                    schema["properties"]["data"]["properties"].get(name).is_some(),
                    "{}: {name}",
                    act.kind
                );
            }
            assert!(act.wording.id.len() > 10 && act.wording.en.len() > 10, "{}", act.kind);
        }
    }
}
