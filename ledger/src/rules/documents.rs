//! The documents of an event: what its act declares as such, and the papers that its attributes cite.

use serde_json::{Map, Value};

use super::ruleset::RuleSet;
use super::schema::{FieldKind, FieldSpec};
use crate::event::{Document, Event};

/// Every document that an event cites, in the order of the act's fields, then the paper of a recorded
/// decision and that of a late entry. Nothing for an event that no act of the rule set is about.
pub fn documents(rules: &RuleSet, event: &Event) -> Vec<Document> {
    let event = &*rules.lift(event);
    let Ok(act) = rules.select(event) else { return Vec::new() };
    let mut found = Vec::new();
    in_fields(&act.fields, &event.data, &mut found);
    found.extend(event.decision.iter().map(|decision| decision.document.clone()));
    found.extend(event.late.iter().map(|late| late.document.clone()));
    found
}

fn in_fields(fields: &[FieldSpec], object: &Map<String, Value>, found: &mut Vec<Document>) {
    for field in fields {
        if let Some(value) = object.get(&field.name) {
            in_value(&field.kind, value, found);
        }
    }
}

fn in_value(kind: &FieldKind, value: &Value, found: &mut Vec<Document>) {
    match (kind, value) {
        // Only what passed the content check comes here: a document that does not parse is none.
        (FieldKind::Document { .. }, value) => found.extend(Document::parse(value, "")),
        (FieldKind::List { of, .. }, Value::Array(list)) => {
            for item in list {
                in_value(of, item, found);
            }
        }
        (FieldKind::Map { fields }, Value::Object(object)) => in_fields(fields, object, found),
        _ => {}
    }
}
