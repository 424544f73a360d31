//! The published schema of an event type and the content check of the rules say the same: what is accepted is valid, and
//! what a field or an attribute refuses is not.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jejak_ledger::event::Event;
use jejak_ledger::rules::{
    BUNDLED, Code, Fault, JsonSchemas, Language, Refusal, RuleSet, Why, check, examples,
};
use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::harness::ORIGIN;

/// A type of a rule set, with its schema and the examples that stand in it.
struct Published {
    rules: usize,
    kind: String,
    validator: Validator,
    examples: Vec<Value>,
}

static RULES: LazyLock<Vec<RuleSet>> =
    LazyLock::new(|| BUNDLED.iter().map(|toml| RuleSet::parse(toml).unwrap()).collect());

static PUBLISHED: LazyLock<Vec<Published>> = LazyLock::new(|| {
    let mut published = Vec::new();
    for (index, rules) in RULES.iter().enumerate() {
        let mut kinds: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for act in rules.acts() {
            kinds.entry(&act.kind).or_default().push(act);
        }
        for (kind, acts) in kinds {
            let schemas = JsonSchemas { rules, origin: ORIGIN, language: Language::English };
            let schema = schemas.of_rows(&acts);
            let examples = schema["examples"].as_array().cloned().unwrap_or_default();
            let kind = kind.to_owned();
            published.push(Published {
                rules: index,
                kind,
                validator: validator(&schema),
                examples,
            });
        }
    }
    published
});

fn validator(schema: &Value) -> Validator {
    jsonschema::meta::validate(schema).unwrap();
    let options = jsonschema::options().should_validate_formats(true);
    options.build(schema).unwrap()
}

#[test]
fn every_row_has_an_example_that_is_accepted_and_valid_under_its_schema() {
    let mut rows = 0;
    for rules in RULES.iter() {
        for act in rules.acts() {
            for language in [Language::Indonesian, Language::English] {
                let schema = JsonSchemas { rules, origin: ORIGIN, language }.of_rows(&[act]);
                let validator = validator(&schema);
                let found = schema["examples"].as_array().unwrap();
                assert!(!found.is_empty(), "{} ({})", act.kind, act.row);
                for example in found {
                    let errors: Vec<_> = validator.iter_errors(example).collect();
                    assert!(errors.is_empty(), "{}: {errors:?}", act.kind);
                    let event = Event::parse(example.to_string().as_bytes()).unwrap();
                    check(rules, &event).unwrap();
                }
            }
            rows += 1;
        }
    }
    assert!(rows >= 40, "{rows} rows");
}

#[test]
fn an_example_is_meant_for_the_ledger_that_publishes_it() {
    for rules in RULES.iter() {
        for act in rules.acts() {
            for example in examples(rules, act, "ledger.example.go.id/33.01") {
                assert_eq!(example["ledger"], "ledger.example.go.id/33.01");
                if act.kind == "ledger.opened" {
                    assert_eq!(example["subject"], "ledger/33.01");
                    assert_eq!(example["data"]["region"], "33.01");
                }
            }
        }
    }
}

#[test]
fn the_schema_of_a_type_takes_every_row_of_it_and_the_language_changes_only_words() {
    let rules = &RULES[0];
    let acts: Vec<_> = rules.rows("improvement.recommended").iter().collect();
    assert!(acts.len() > 1);
    let schema = |language| JsonSchemas { rules, origin: ORIGIN, language }.of_rows(&acts);
    let english = schema(Language::English);
    assert_eq!(english["anyOf"].as_array().unwrap().len(), acts.len());
    let validator = validator(&english);
    for example in english["examples"].as_array().unwrap() {
        assert!(validator.is_valid(example));
    }
    let without_words = |mut schema: Value| {
        strip(&mut schema);
        schema
    };
    assert_ne!(english, schema(Language::Indonesian));
    assert_eq!(without_words(english.clone()), without_words(schema(Language::Indonesian)));
}

/// Takes the descriptions out of a schema; a property may have that name.
fn strip(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.get("description").is_some_and(Value::is_string) {
                members.remove("description");
            }
            members.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

/// What the content check says of an event.
#[derive(Debug, PartialEq)]
enum Verdict {
    Accepted,
    /// A fault that a schema can say.
    Malformed,
    /// A fault that no schema says: a condition, an identity number, a bound in bytes or in value.
    Forbidden,
}

fn verdict(rules: &RuleSet, event: &Value) -> Verdict {
    match Event::parse(event.to_string().as_bytes()) {
        Err(_) => Verdict::Malformed,
        Ok(event) => match check(rules, &event) {
            Ok(()) => Verdict::Accepted,
            Err(refusal) if refusal.faults.iter().all(|fault| is_said(&event, &refusal, fault)) => {
                Verdict::Malformed
            }
            Err(_) => Verdict::Forbidden,
        },
    }
}

/// What the act demands that an event brings in from before the ledger is said by the schema of that act.
fn is_said(event: &Event, refusal: &Refusal, fault: &Fault) -> bool {
    let is_own = fault.pointer.starts_with("/data/")
        && !["/data/act", "/data/data"].iter().any(|of_act| fault.pointer.starts_with(of_act));
    is_sayable(refusal, &fault.why) && (event.kind != "record.imported" || is_own)
}

fn is_sayable(refusal: &Refusal, why: &Why) -> bool {
    let of_form = matches!(
        why,
        Why::FieldMissing
            | Why::FieldUnknown
            | Why::FieldNotOfKind { .. }
            | Why::NotOneOf { .. }
            | Why::SchemaVersionUnknown { .. }
            | Why::SubjectNotOfPattern { .. }
            | Why::TypeUnknown { .. }
    );
    of_form && matches!(refusal.code, Code::ContentInvalid | Code::TypeUnknown)
}

/// One change of an event: a place, and what is done there.
#[derive(Debug, Clone)]
struct Change {
    place: prop::sample::Index,
    to: To,
}

#[derive(Debug, Clone)]
enum To {
    Value(Value),
    Absent,
    Unknown,
    Longer(String),
    Shorter,
    Repeated(usize),
    Upper,
}

fn change() -> impl Strategy<Value = Change> {
    let value = prop_oneof![
        Just(json!(null)),
        Just(json!(true)),
        Just(json!("")),
        Just(json!(" ")),
        Just(json!("a")),
        Just(json!("..")),
        Just(json!("a/b")),
        Just(json!("role/a")),
        Just(json!("agency/dinkes")),
        Just(json!("plan/master")),
        Just(json!("2026-02-30")),
        Just(json!("2026-02-28")),
        Just(json!("2026-11-20T09:00:00Z")),
        Just(json!("2026-11-20T09:00:00.123456789+07:00")),
        Just(json!("2026-11-20T25:00:00Z")),
        Just(json!("2026-11-20t09:00:00z")),
        Just(json!("1.50")),
        Just(json!("-0")),
        Just(json!("01")),
        Just(json!("a.b.id")),
        Just(json!("a..id")),
        Just(json!("1.2.3.4")),
        Just(json!("QUJD")),
        Just(json!("QUI=")),
        Just(json!("QQ=")),
        Just(json!("plt")),
        Just(json!("pencatat")),
        Just(json!("teks\u{202e}")),
        Just(json!("teks\u{feff}")),
        Just(json!("\u{feff}")),
        Just(json!("\u{3000}")),
        Just(json!("baris\nbaru")),
        Just(json!("baris\r")),
        Just(json!("ab".repeat(32))),
        Just(json!({})),
        Just(json!([])),
        Just(json!([{}])),
        any::<i32>().prop_map(|number| json!(number)),
        Just(json!(9_007_199_254_740_991_i64)),
        Just(json!(9_007_199_254_740_992_i64)),
        "[a-z0-9./_-]{0,70}".prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    let to = prop_oneof![
        6 => value.prop_map(To::Value),
        2 => Just(To::Absent),
        1 => Just(To::Unknown),
        1 => prop_oneof![Just("x"), Just("."), Just("/"), Just("-"), Just("9")].prop_map(|text| To::Longer(text.to_owned())),
        1 => Just(To::Shorter),
        1 => (0_usize..120).prop_map(To::Repeated),
        1 => Just(To::Upper),
    ];
    (any::<prop::sample::Index>(), to).prop_map(|(place, to)| Change { place, to })
}

/// Every place of a value, by pointer; the value as a whole is none.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(members) => {
            members.iter().map(|(name, member)| (name.clone(), member)).collect()
        }
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect()
        }
        _ => Vec::new(),
    };
    for (name, child) in children {
        let pointer = format!("{at}/{name}");
        places(child, &pointer, found);
        found.push(pointer);
    }
}

fn apply(event: &mut Value, change: &Change) {
    let mut found = Vec::new();
    places(event, "", &mut found);
    // Attributes that an example need not have, but an event may.
    found.extend(
        ["mandate", "mandateref", "signedas", "decision", "late", "office", "seen", "dataschema"]
            .map(|name| format!("/{name}")),
    );
    let pointer = &found[change.place.index(found.len())];
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let Some(parent) = event.pointer_mut(parent) else { return };
    match (&change.to, parent) {
        (To::Absent, Value::Object(members)) => drop(members.remove(name)),
        (To::Absent, Value::Array(items)) => drop(items.remove(name.parse().unwrap())),
        (To::Unknown, Value::Object(members)) => {
            members.insert("unknown".to_owned(), json!("a"));
        }
        (To::Value(value), Value::Object(members)) => {
            members.insert(name.to_owned(), value.clone());
        }
        (to, parent) => {
            let own = match parent {
                Value::Object(members) => members.get_mut(name),
                Value::Array(items) => items.get_mut(name.parse::<usize>().unwrap()),
                _ => None,
            };
            match (to, own) {
                (To::Value(value), Some(own)) => *own = value.clone(),
                (To::Longer(with), Some(Value::String(text))) => text.push_str(with),
                (To::Shorter, Some(Value::String(text))) => drop(text.pop()),
                (To::Upper, Some(Value::String(text))) => *text = text.to_uppercase(),
                (To::Repeated(count), Some(Value::Array(items))) => {
                    let first = items.first().cloned();
                    *items = first.into_iter().cycle().take(*count).collect();
                }
                _ => {}
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

    #[test]
    fn what_the_rules_accept_is_valid_and_what_a_field_refuses_is_not(
        which in any::<prop::sample::Index>(),
        example in any::<prop::sample::Index>(),
        changes in prop::collection::vec(change(), 1..3),
    ) {
        let published = &PUBLISHED[which.index(PUBLISHED.len())];
        let rules = &RULES[published.rules];
        let mut event = published.examples[example.index(published.examples.len())].clone();
        for change in &changes {
            apply(&mut event, change);
        }
        // An event of another type has another schema; one for another ledger is refused later.
        prop_assume!(event["type"] == published.kind.as_str() && event["ledger"] == ORIGIN);
        let valid = published.validator.is_valid(&event);
        match verdict(rules, &event) {
            Verdict::Accepted => prop_assert!(valid, "accepted, but invalid: {event:#}"),
            Verdict::Malformed => prop_assert!(!valid, "refused, but valid: {event:#}"),
            Verdict::Forbidden => {}
        }
    }
}
