//! The forms of values that stand everywhere: positions, times, hashes.

use serde_json::json;
use utoipa::ToSchema;
use utoipa::openapi::schema::{KnownFormat, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{ArrayBuilder, Object, ObjectBuilder, Schema};

fn string() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

/// Any text.
pub(crate) fn text() -> Object {
    string().build()
}

/// Text of exactly this pattern.
pub(crate) fn pattern(pattern: &str) -> Object {
    string().pattern(Some(pattern)).build()
}

/// One of these words.
pub(crate) fn one_of(words: &[&str]) -> Object {
    string().enum_values(Some(words.iter().copied())).build()
}

/// A whole number from 0 to 2^53 - 1.
pub(crate) fn whole() -> Object {
    between(0, INTEGER_MAX)
}

/// A whole number within bounds.
pub(crate) fn between(min: u64, max: u64) -> Object {
    ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(min)).maximum(Some(max)).build()
}

/// A whole number from 1 on.
pub(crate) fn positive() -> Object {
    between(1, INTEGER_MAX)
}

/// The index of a record, from 0.
pub(crate) fn position() -> Object {
    whole()
}

/// RFC 3339 in UTC with microseconds.
pub(crate) fn time() -> Object {
    string()
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
        .pattern(Some(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$"))
        .examples([json!("2026-11-22T05:06:07.000000Z")])
        .build()
}

/// SHA-256 in hex.
pub(crate) fn sha256() -> Object {
    pattern("^[0-9a-f]{64}$")
}

/// Who may read something.
pub(crate) fn class() -> Object {
    one_of(&["public", "internal", "restricted"])
}

/// A region code.
pub(crate) fn region() -> Object {
    string().pattern(Some(r"^[a-z0-9._-]{1,64}$")).build()
}

/// An event type.
pub(crate) fn event_type() -> Object {
    pattern(r"^[a-z0-9_]+(\.[a-z0-9_]+)+$")
}

/// A stream.
pub(crate) fn stream() -> Object {
    pattern(r"^[a-z0-9._-]+(/[a-z0-9._-]+)*$")
}

/// An agency as events name it.
pub(crate) fn source() -> Object {
    pattern(r"^agency/[a-z0-9._-]+$")
}

/// An agency as signers and registers name it.
pub(crate) fn agency() -> Object {
    pattern(r"^[a-z0-9._-]{1,64}$")
}

/// An office.
pub(crate) fn office() -> Object {
    pattern(r"^role/[a-z0-9._-]+(/[a-z0-9._-]+)*$")
}

/// A person id.
pub(crate) fn person() -> Object {
    pattern(r"^[a-z0-9._-]{8,64}$")
}

/// A person id, or the SHA-256 of a certificate, which looks like one.
pub(crate) fn signer() -> Object {
    person()
}

/// A position, a time, or a day by the local time of the ledger.
pub(crate) fn as_of() -> Object {
    string()
        .pattern(Some(
            r"^(0|[1-9][0-9]{0,15}|[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2}))?)$",
        ))
        .examples([json!("12"), json!("2026-11-22"), json!("2026-11-22T05:06:07Z")])
        .build()
}

/// A time, or a day by the local time of the ledger.
pub(crate) fn moment() -> Object {
    string()
        .pattern(Some(
            r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2}))?$",
        ))
        .examples([json!("2026-11-22"), json!("2026-11-22T05:06:07Z")])
        .build()
}

/// True or false.
pub(crate) fn flag() -> Object {
    ObjectBuilder::new().schema_type(Type::Boolean).build()
}

/// A JWS in compact serialization.
pub(crate) fn jws() -> Object {
    pattern(r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$")
}

/// Bytes as they are.
pub(crate) fn binary() -> Object {
    // OpenAPI 3.1: bytes that are no JSON have no schema type.
    ObjectBuilder::new().schema_type(SchemaType::AnyValue).build()
}

/// Any JSON value.
pub(crate) fn any() -> Object {
    ObjectBuilder::new().schema_type(SchemaType::AnyValue).build()
}

/// Any JSON object.
pub(crate) fn object() -> Object {
    ObjectBuilder::new().schema_type(Type::Object).build()
}

/// A list of JSON objects.
pub(crate) fn objects() -> Schema {
    ArrayBuilder::new().items(object()).build().into()
}

/// Hashes in base64 with padding.
pub(crate) fn base64_hashes() -> Schema {
    ArrayBuilder::new().items(pattern("^[A-Za-z0-9+/]{43}=$")).build().into()
}

/// A text in both languages.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a description: the texts are those of the rule sets")]
pub(crate) struct Words {
    /// Indonesian.
    id: String,
    /// English.
    en: String,
}

/// 2^53 - 1 (RFC 7493, 2.2).
const INTEGER_MAX: u64 = (1 << 53) - 1;
