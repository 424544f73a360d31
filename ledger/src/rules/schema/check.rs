//! Checks content against declared fields and collects every fault.

use jejak_signer::Hash;
use serde_json::{Map, Value};

use super::{FieldKind, FieldSpec};
use crate::event::{
    Document, escape, is_blank, is_office, is_person, is_segment, is_stream, parse_date, parse_time,
};
use crate::rules::decimal::Decimal;
use crate::rules::refusal::{Fault, Text, Why};
use crate::rules::subject::is_fqdn;

/// Checks an object against its declared fields and collects every fault.
pub(crate) fn check_fields(
    fields: &[FieldSpec],
    object: &Map<String, Value>,
    pointer: Pointer<'_>,
    rule: Option<&str>,
    faults: &mut Vec<Fault>,
) {
    for field in fields {
        let pointer = Pointer::Name(&pointer, &field.name);
        let rule = field.rule.as_deref().or(rule);
        match object.get(&field.name) {
            Some(value) => check_value(&field.kind, value, pointer, rule, faults),
            None if field.required => faults.push(pointer.fault(rule, missing(&field.kind))),
            None => {}
        }
    }
    for name in object.keys() {
        if !fields.iter().any(|field| field.name == *name) {
            faults.push(Pointer::Name(&pointer, name).fault(rule, Why::FieldUnknown));
        }
    }
}

impl FieldKind {
    /// What is wrong with a value, where it is not of this kind.
    pub(crate) fn unfit(&self, value: &Value) -> Option<Text> {
        let mut faults = Vec::new();
        check_value(self, value, Pointer::Root(""), None, &mut faults);
        faults.first().map(|fault| fault.why.text())
    }
}

fn missing(kind: &FieldKind) -> Why {
    match kind {
        FieldKind::Document { is: Some(kind), .. } => Why::DocumentMissing { kind: kind.clone() },
        _ => Why::FieldMissing,
    }
}

fn check_value(
    kind: &FieldKind,
    value: &Value,
    pointer: Pointer<'_>,
    rule: Option<&str>,
    faults: &mut Vec<Fault>,
) {
    match (kind, value) {
        (FieldKind::List { of, min, max }, Value::Array(list)) => {
            if list.len() < *min {
                faults.push(pointer.fault(rule, Why::FieldMissing));
            } else if list.len() > *max {
                faults.push(pointer.fault(rule, Why::TooLong { max: *max }));
            } else {
                for (index, item) in list.iter().enumerate() {
                    check_value(of, item, Pointer::Index(&pointer, index), rule, faults);
                }
            }
        }
        (FieldKind::Map { fields }, Value::Object(object)) => {
            check_fields(fields, object, pointer, rule, faults);
        }
        (FieldKind::Document { is, numbered }, Value::Object(_)) => {
            check_document(is.as_deref(), *numbered, value, pointer, rule, faults);
        }
        _ => {
            if let Err(why) = check_scalar(kind, value) {
                faults.push(pointer.fault(rule, why));
            }
        }
    }
}

fn check_document(
    is: Option<&str>,
    numbered: bool,
    value: &Value,
    pointer: Pointer<'_>,
    rule: Option<&str>,
    faults: &mut Vec<Fault>,
) {
    match Document::parse(value, "") {
        Err(error) => {
            let pointer = format!("{}{}", pointer.render(), error.pointer);
            let why = Why::FieldNotOfKind { kind: ("dokumen", "document") };
            faults.push(Fault { pointer, rule: rule.map(str::to_owned), why });
        }
        Ok(document) => {
            if let Some(is) = is.filter(|is| document.kind != *is) {
                let why = Why::DocumentMissing { kind: is.to_owned() };
                faults.push(Pointer::Name(&pointer, "kind").fault(rule, why));
            }
            if numbered && document.number.is_none() {
                faults.push(Pointer::Name(&pointer, "number").fault(rule, Why::FieldMissing));
            }
            if numbered && document.date.is_none() {
                faults.push(Pointer::Name(&pointer, "date").fault(rule, Why::FieldMissing));
            }
        }
    }
}

fn check_scalar(kind: &FieldKind, value: &Value) -> Result<(), Why> {
    let fits = match (kind, value) {
        (FieldKind::Text { max }, Value::String(text)) => {
            if text.len() > *max {
                return Err(Why::TooLong { max: *max });
            }
            !is_blank(text)
        }
        (FieldKind::Base64 { max }, Value::String(text)) => {
            if text.len() > *max {
                return Err(Why::TooLong { max: *max });
            }
            is_base64(text)
        }
        (FieldKind::Enum { one_of }, Value::String(text)) => {
            if !one_of.contains(text) {
                return Err(Why::NotOneOf { allowed: one_of.clone() });
            }
            true
        }
        (FieldKind::Integer { min, max }, value) => match value.as_i64() {
            Some(n) if min.is_some_and(|min| n < min) || max.is_some_and(|max| n > max) => {
                return Err(Why::OutOfRange);
            }
            found => found.is_some(),
        },
        (FieldKind::Decimal { scale, min, max }, Value::String(text)) => {
            return check_decimal(text, *scale, min.as_deref(), max.as_deref(), kind);
        }
        (FieldKind::Date, Value::String(text)) => parse_date(text).is_some(),
        (FieldKind::Time { .. }, Value::String(text)) => parse_time(text).is_some(),
        (FieldKind::Flag, value) => value.is_boolean(),
        // `null` has no place in an event.
        (FieldKind::Any, value) => !value.is_null(),
        (FieldKind::Fqdn, Value::String(text)) => is_fqdn(text),
        (FieldKind::Agency | FieldKind::Id, Value::String(text)) => {
            is_segment(text) && text.len() <= 64
        }
        (FieldKind::Person, Value::String(text)) => is_person(text),
        (FieldKind::Office, Value::String(text)) => is_office(text),
        (FieldKind::Stream { prefix }, Value::String(text)) => {
            let first = text.split('/').next();
            is_stream(text)
                && text.contains('/')
                && prefix.as_deref().is_none_or(|p| first == Some(p))
        }
        (FieldKind::Sha256, Value::String(text)) => text.parse::<Hash>().is_ok(),
        _ => false,
    };
    if fits { Ok(()) } else { Err(Why::FieldNotOfKind { kind: kind.in_words() }) }
}

fn check_decimal(
    text: &str,
    scale: Option<u32>,
    min: Option<&str>,
    max: Option<&str>,
    kind: &FieldKind,
) -> Result<(), Why> {
    let bound = |text: Option<&str>| text.and_then(Decimal::parse);
    let not_of_kind = Why::FieldNotOfKind { kind: kind.in_words() };
    let value = Decimal::parse(text).ok_or(not_of_kind.clone())?;
    if scale.is_some_and(|scale| scale != value.scale()) {
        return Err(not_of_kind);
    }
    let below = bound(min).is_some_and(|min| value.compare(min).is_lt());
    let above = bound(max).is_some_and(|max| value.compare(max).is_gt());
    if below || above { Err(Why::OutOfRange) } else { Ok(()) }
}

fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    let padding = text.len() - body.len();
    !body.is_empty()
        && text.len().is_multiple_of(4)
        && padding <= 2
        && body.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/')
}

/// Where a value stands; written out only when something is wrong there.
#[derive(Clone, Copy)]
pub(crate) enum Pointer<'a> {
    Root(&'a str),
    Name(&'a Self, &'a str),
    Index(&'a Self, usize),
}

impl Pointer<'_> {
    pub(crate) fn render(&self) -> String {
        match self {
            Self::Root(start) => (*start).to_owned(),
            Self::Name(parent, name) => format!("{}/{}", parent.render(), escape(name)),
            Self::Index(parent, index) => format!("{}/{index}", parent.render()),
        }
    }

    pub(crate) fn fault(&self, rule: Option<&str>, why: Why) -> Fault {
        Fault { pointer: self.render(), rule: rule.map(str::to_owned), why }
    }
}
