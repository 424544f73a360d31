//! The documents of an event: what its act declares as such, and the papers that its attributes cite.

use serde_json::{Map, Value};

use super::act::Act;
use super::riwayat;
use super::ruleset::RuleSet;
use super::schema::{FieldKind, FieldSpec};
use crate::event::{Document, Event, escape};

/// A document where an event cites it.
pub(super) struct Mention {
    /// RFC 6901 pointer into the event.
    pub(super) pointer: String,
    pub(super) document: Document,
}

/// Every document that an event cites, in the order of the act's fields, then the papers of its attributes.
///
/// These are of a recorded decision, of a late entry, and what an act from before the ledger was brought in from. Nothing
/// for an event that no act of the rule set is about.
pub fn documents(rules: &RuleSet, event: &Event) -> Vec<Document> {
    let event = &*rules.lift(event);
    let Ok(act) = rules.select(event) else { return Vec::new() };
    mentions(act, event).into_iter().map(|mention| mention.document).collect()
}

/// The same for an event that `act` is about, in its newest version, with their places.
pub(super) fn mentions(act: &Act, event: &Event) -> Vec<Mention> {
    let mut found = Vec::new();
    in_fields(&act.fields, &event.data, riwayat::data_of(event), &mut found);
    let mut paper = |pointer: &str, document: &Document| {
        found.push(Mention { pointer: pointer.to_owned(), document: document.clone() });
    };
    if let Some(decision) = &event.decision {
        paper("/decision/document", &decision.document);
    }
    if let Some(late) = &event.late {
        paper("/late/document", &late.document);
    }
    if let Some(imported) = &event.imported {
        paper("/data/source", &imported.source);
    }
    found
}

fn in_fields(
    fields: &[FieldSpec],
    object: &Map<String, Value>,
    at: &str,
    found: &mut Vec<Mention>,
) {
    for field in fields {
        if let Some(value) = object.get(&field.name) {
            in_value(&field.kind, value, &format!("{at}/{}", escape(&field.name)), found);
        }
    }
}

fn in_value(kind: &FieldKind, value: &Value, at: &str, found: &mut Vec<Mention>) {
    match (kind, value) {
        // A document that does not parse is none: the content check says so.
        (FieldKind::Document { .. }, value) => {
            let mention = |document| Mention { pointer: at.to_owned(), document };
            found.extend(Document::parse(value, "").map(mention));
        }
        (FieldKind::List { of, .. }, Value::Array(list)) => {
            for (number, item) in list.iter().enumerate() {
                in_value(of, item, &format!("{at}/{number}"), found);
            }
        }
        (FieldKind::Map { fields }, Value::Object(object)) => in_fields(fields, object, at, found),
        _ => {}
    }
}
