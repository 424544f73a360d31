//! The JSON Schema of `data`: its declared fields, kind by kind.

use serde_json::{Map, Value, json};

use super::forms::{self, with};
use crate::rules::refusal::Language;
use crate::rules::schema::{FieldKind, FieldSpec};
use jejak_signer::json::INTEGER_MAX;

/// An object of these fields and no others.
pub(super) fn object(fields: &[FieldSpec], language: Language) -> Value {
    let property = |field: &FieldSpec| (field.name.clone(), of_field(field, language));
    let properties: Map<String, Value> = fields.iter().map(property).collect();
    let required: Vec<&str> =
        fields.iter().filter(|f| f.required).map(|field| field.name.as_str()).collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// The value of a field, with what its rule says; else with what its kind is in words.
pub(super) fn of_field(field: &FieldSpec, language: Language) -> Value {
    let (id, en) = field.kind.in_words();
    let kind = match language {
        Language::Indonesian => id,
        Language::English => en,
    };
    let words = field.wording.as_ref().map_or(kind, |wording| wording.in_language(language));
    let schema = with(of_kind(&field.kind, language), "description", words);
    match &field.rule {
        Some(rule) => with(schema, "$comment", rule.as_str()),
        None => schema,
    }
}

fn of_kind(kind: &FieldKind, language: Language) -> Value {
    match kind {
        FieldKind::Text { max } => forms::text(*max),
        FieldKind::Integer { min, max } => integer(*min, *max),
        FieldKind::Decimal { scale, .. } => forms::decimal(*scale),
        FieldKind::Date => forms::date(),
        FieldKind::Time { .. } => forms::time(),
        FieldKind::Flag => json!({ "type": "boolean" }),
        FieldKind::Enum { one_of } => json!({ "type": "string", "enum": one_of }),
        FieldKind::List { of, min, max } => json!({
            "type": "array",
            "items": of_kind(of, language),
            "minItems": min,
            "maxItems": max,
        }),
        FieldKind::Fqdn => forms::fqdn(),
        FieldKind::Agency | FieldKind::Id => forms::segment(64),
        FieldKind::Person => forms::person(),
        FieldKind::Office => forms::stream(Some("role")),
        FieldKind::Stream { prefix } => forms::stream(prefix.as_deref()),
        FieldKind::Sha256 => forms::sha256(),
        FieldKind::Base64 { max } => forms::base64(*max),
        FieldKind::Document { is, numbered } => document(is.as_deref(), *numbered),
        FieldKind::Any => json!({ "$ref": ANY_REFERENCE, "not": { "type": "null" } }),
        FieldKind::Map { fields } => object(fields, language),
    }
}

/// The schema with the definition that a value of any kind refers to, where one does.
pub(super) fn defined(mut schema: Value) -> Value {
    if let Value::Object(members) = &mut schema
        && members.values().any(refers_to_any)
    {
        members.insert("$defs".to_owned(), json!({ ANY: any() }));
    }
    schema
}

fn refers_to_any(schema: &Value) -> bool {
    match schema {
        Value::Object(members) => {
            members.get("$ref").and_then(Value::as_str) == Some(ANY_REFERENCE)
                || members.values().any(refers_to_any)
        }
        Value::Array(schemas) => schemas.iter().any(refers_to_any),
        _ => false,
    }
}

/// Whatever I-JSON can say without fractions.
fn any() -> Value {
    let mut any = integer(None, None);
    for part in ["items", "additionalProperties"] {
        any = with(any, part, json!({ "$ref": ANY_REFERENCE }));
    }
    with(any, "type", json!(["null", "boolean", "string", "integer", "array", "object"]))
}

const ANY: &str = "any";
const ANY_REFERENCE: &str = "#/$defs/any";

/// I-JSON ends at 2^53 - 1 (RFC 7493, 2.2).
fn integer(min: Option<i64>, max: Option<i64>) -> Value {
    let most = i64::try_from(INTEGER_MAX).unwrap_or(i64::MAX);
    json!({
        "type": "integer",
        "minimum": min.unwrap_or(-most),
        "maximum": max.unwrap_or(most),
    })
}

/// A document that is cited by its digest.
pub(super) fn document(is: Option<&str>, numbered: bool) -> Value {
    let mut required = vec!["kind", "name", "mediatype", "size", "sha256"];
    if numbered {
        required.extend(["number", "date"]);
    }
    json!({
        "type": "object",
        "properties": {
            "kind": is.map_or_else(|| forms::segment(64), |is| json!({ "const": is })),
            "number": forms::text(100),
            "date": forms::date(),
            "signatory": {
                "type": "array",
                "items": { "anyOf": [forms::person(), forms::stream(Some("role"))] },
                "minItems": 1,
                "maxItems": 8,
                "uniqueItems": true,
            },
            "name": forms::text(200),
            "mediatype": forms::media_type(),
            "size": { "type": "integer", "minimum": 0, "maximum": INTEGER_MAX },
            "sha256": forms::sha256(),
        },
        "required": required,
        "additionalProperties": false,
    })
}
