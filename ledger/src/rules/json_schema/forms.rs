//! The forms of texts as JSON Schema says them. Each is the twin of a check in `event/forms.rs` or
//! `schema/check.rs`; patterns keep to what ECMA-262 and every linear engine read alike.

use serde_json::{Value, json};

/// One lower-case segment, not of dots alone.
const SEGMENT: &str = r"\.*[a-z0-9_-][a-z0-9._-]*";
/// One label of a domain name.
const LABEL: &str = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
/// The last label: not of digits alone.
const TOP_LABEL: &str = "(?:[a-z]|[0-9]+[a-z]|[0-9]+-+[a-z0-9])(?:[a-z0-9-]{0,61}[a-z0-9])?";
/// Control characters but tab and line feed, and those that turn a text's direction.
const MISLEADING: &str = r"\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069";
/// White space of Unicode that is not misleading.
const SPACE: &str = r"\t\n \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";
const DIGITS: &str = "(?:0|[1-9][0-9]*)";
/// A decimal of 18 digits with sign and point.
const DECIMAL_CHARS_MAX: usize = 20;

/// A string of exactly this pattern.
pub(super) fn of_pattern(pattern: &str) -> Value {
    json!({ "type": "string", "pattern": format!("^(?:{pattern})$") })
}

fn bounded(pattern: &str, max: usize) -> Value {
    with(of_pattern(pattern), "maxLength", max)
}

/// `schema` with one more keyword.
pub(super) fn with(mut schema: Value, keyword: &str, value: impl Into<Value>) -> Value {
    if let Value::Object(members) = &mut schema {
        members.insert(keyword.to_owned(), value.into());
    }
    schema
}

/// Text that is not blank; `max` counts bytes, so that fewer characters may already be too many.
pub(super) fn text(max: usize) -> Value {
    let pattern = format!("[^{MISLEADING}]*[^{MISLEADING}{SPACE}][^{MISLEADING}]*");
    with(bounded(&pattern, max), "minLength", 1)
}

pub(super) fn segment(max: usize) -> Value {
    bounded(SEGMENT, max)
}

pub(super) fn person() -> Value {
    with(segment(64), "minLength", 8)
}

/// A stream, of the kind `prefix` where given.
pub(super) fn stream(prefix: Option<&str>) -> Value {
    let first = prefix.map_or_else(|| SEGMENT.to_owned(), literal);
    bounded(&format!("{first}(?:/{SEGMENT})+"), 200)
}

/// A subject of these segments.
pub(super) fn subject(segments: &[String]) -> Value {
    bounded(&segments.join("/"), 200)
}

/// Any segment, as a part of a larger pattern.
pub(super) fn any_segment() -> String {
    format!("(?:{SEGMENT})")
}

/// A domain name, as a part of a larger pattern.
pub(super) fn domain_name() -> String {
    format!(r"(?:{LABEL}\.)+{TOP_LABEL}")
}

pub(super) fn fqdn() -> Value {
    bounded(&domain_name(), 253)
}

/// `text` standing for itself.
pub(super) fn literal(text: &str) -> String {
    text.replace('.', r"\.")
}

pub(super) fn decimal(scale: Option<u32>) -> Value {
    let fraction = match scale {
        None => r"(?:\.[0-9]+)?".to_owned(),
        Some(0) => String::new(),
        Some(scale) => format!(r"\.[0-9]{{{scale}}}"),
    };
    bounded(&format!("-?{DIGITS}{fraction}"), DECIMAL_CHARS_MAX)
}

pub(super) fn date() -> Value {
    with(of_pattern("[0-9]{4}-[0-9]{2}-[0-9]{2}"), "format", "date")
}

pub(super) fn time() -> Value {
    let pattern = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9]\
                   (?:\\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})";
    with(of_pattern(pattern), "format", "date-time")
}

pub(super) fn sha256() -> Value {
    of_pattern("[0-9a-f]{64}")
}

pub(super) fn base64(max: usize) -> Value {
    let four = "[A-Za-z0-9+/]{4}";
    let last = "[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=";
    let schema = bounded(&format!("(?:{four})*(?:{last}|{four})"), max);
    with(schema, "contentEncoding", "base64")
}

pub(super) fn media_type() -> Value {
    let token = "[A-Za-z0-9!#$&^_.+-]+";
    bounded(&format!("{token}/{token}"), 100)
}
