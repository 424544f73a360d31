//! The JSON Schema of an act's `data`, made from its fields.

use serde_json::{Map, Value, json};

use super::act::Act;
use super::schema::{FieldKind, FieldSpec};

/// JSON Schema (2020-12) of `data`.
pub fn json_schema(act: &Act) -> Value {
    let mut schema = object(&act.fields);
    if let Value::Object(schema) = &mut schema {
        schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        schema.insert("title".to_owned(), json!(act.kind));
        schema.insert("description".to_owned(), json!(act.wording.id));
    }
    schema
}

fn object(fields: &[FieldSpec]) -> Value {
    let properties: Map<String, Value> =
        fields.iter().map(|field| (field.name.clone(), value(&field.kind))).collect();
    let required: Vec<&str> =
        fields.iter().filter(|f| f.required).map(|field| field.name.as_str()).collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn value(kind: &FieldKind) -> Value {
    let pattern = |pattern: &str| json!({ "type": "string", "pattern": pattern });
    match kind {
        FieldKind::Text { max } => json!({ "type": "string", "minLength": 1, "maxLength": max }),
        FieldKind::Integer { min, max } => {
            let mut schema = json!({ "type": "integer" });
            for (name, bound) in [("minimum", min), ("maximum", max)] {
                if let (Some(bound), Value::Object(schema)) = (bound, &mut schema) {
                    schema.insert(name.to_owned(), json!(bound));
                }
            }
            schema
        }
        FieldKind::Decimal { scale: Some(scale), .. } if *scale > 0 => {
            pattern(&format!(r"^-?(0|[1-9][0-9]*)\.[0-9]{{{scale}}}$"))
        }
        FieldKind::Decimal { scale: Some(_), .. } => pattern("^-?(0|[1-9][0-9]*)$"),
        FieldKind::Decimal { scale: None, .. } => pattern(r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"),
        FieldKind::Date => json!({ "type": "string", "format": "date" }),
        FieldKind::Time => json!({ "type": "string", "format": "date-time" }),
        FieldKind::Flag => json!({ "type": "boolean" }),
        FieldKind::Enum { one_of } => json!({ "enum": one_of }),
        FieldKind::List { of, min, max } => {
            json!({ "type": "array", "items": value(of), "minItems": min, "maxItems": max })
        }
        FieldKind::Fqdn => json!({ "type": "string", "format": "hostname" }),
        FieldKind::Agency | FieldKind::Id => pattern("^[a-z0-9._-]{1,64}$"),
        FieldKind::Person => pattern("^[a-z0-9._-]{8,64}$"),
        FieldKind::Office => pattern("^role(/[a-z0-9._-]+)+$"),
        FieldKind::Stream { prefix } => {
            pattern(&format!("^{}(/[a-z0-9._-]+)+$", prefix.as_deref().unwrap_or("[a-z0-9._-]+")))
        }
        FieldKind::Sha256 => pattern("^[0-9a-f]{64}$"),
        FieldKind::Base64 { max } => {
            json!({ "type": "string", "contentEncoding": "base64", "maxLength": max })
        }
        FieldKind::Document { is, numbered } => document(is.as_deref(), *numbered),
        FieldKind::Map { fields } => object(fields),
    }
}

fn document(is: Option<&str>, numbered: bool) -> Value {
    let mut required = vec!["kind", "name", "mediatype", "size", "sha256"];
    if numbered {
        required.extend(["number", "date"]);
    }
    json!({
        "type": "object",
        "properties": {
            "kind": is.map_or_else(|| json!({ "type": "string" }), |is| json!({ "const": is })),
            "number": { "type": "string", "maxLength": 100 },
            "date": { "type": "string", "format": "date" },
            "name": { "type": "string", "maxLength": 200 },
            "mediatype": { "type": "string" },
            "size": { "type": "integer", "minimum": 0 },
            "sha256": { "type": "string", "pattern": "^[0-9a-f]{64}$" },
        },
        "required": required,
        "additionalProperties": false,
    })
}
