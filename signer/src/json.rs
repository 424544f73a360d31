//! Strict I-JSON (RFC 7493): what two honest parsers could read differently is refused, so that an
//! event means the same to everybody who checks its signature.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::error::{JsonError, JsonReason};

/// Deepest nesting of objects and arrays; the outermost object counts as one.
pub const DEPTH_MAX: usize = 16;

/// Largest magnitude of an integer: 2^53 - 1 (RFC 7493, 2.2), which a double still holds exactly.
pub const INTEGER_MAX: u64 = (1 << 53) - 1;

/// Parses one JSON object and nothing around it, white space included.
///
/// Refused are bytes that are not UTF-8, a byte order mark, names that stand twice in an object,
/// numbers with a fraction, an exponent or beyond [`INTEGER_MAX`] (and `-0`), NUL, surrogates and
/// noncharacters in strings and names, and nesting below [`DEPTH_MAX`].
pub fn parse_object(bytes: &[u8]) -> Result<Map<String, Value>, JsonError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| at_root(JsonReason::NotUtf8 { offset: error.valid_up_to() }))?;
    match text.chars().next() {
        Some('{') => {}
        Some('\u{feff}') => return Err(at_root(JsonReason::ByteOrderMark)),
        Some(' ' | '\t' | '\r' | '\n') => return Err(at_root(JsonReason::BytesBefore)),
        _ => return Err(at_root(JsonReason::NotAnObject)),
    }

    let trace = Trace::default();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Node { trace: &trace, depth: 1 }
        .deserialize(&mut deserializer)
        .map_err(|error| trace.into_error(&error))?;
    if deserializer.end().is_err() || !text.ends_with('}') {
        return Err(at_root(JsonReason::BytesAfter));
    }
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(at_root(JsonReason::NotAnObject)),
    }
}

fn at_root(reason: JsonReason) -> JsonError {
    JsonError { pointer: String::new(), reason }
}

/// Where and why parsing stopped. serde carries errors as text only; this carries them as data.
#[derive(Default)]
struct Trace {
    reason: RefCell<Option<JsonReason>>,
    /// From the innermost step outwards: written on the way up, so that success costs nothing.
    steps: RefCell<Vec<String>>,
}

impl Trace {
    fn refuse<E: Error>(&self, reason: JsonReason) -> E {
        self.reason.replace(Some(reason));
        E::custom("refused")
    }

    fn step(&self, name: impl fmt::Display) {
        self.steps.borrow_mut().push(name.to_string());
    }

    fn check_text<E: Error>(&self, text: &str) -> Result<(), E> {
        match text.chars().find(|c| is_forbidden(*c)) {
            Some(c) => Err(self.refuse(JsonReason::ForbiddenCharacter { character: c })),
            None => Ok(()),
        }
    }

    fn into_error(self, error: &serde_json::Error) -> JsonError {
        let mut pointer = String::new();
        for step in self.steps.into_inner().iter().rev() {
            // RFC 6901, 3: "~" and "/" are escaped inside a reference token.
            pointer.push('/');
            pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
        }
        let reason = self
            .reason
            .into_inner()
            .unwrap_or(JsonReason::Syntax { line: error.line(), column: error.column() });
        JsonError { pointer, reason }
    }
}

/// NUL (it ends strings in half the world's programs) and the noncharacters of RFC 7493, 2.1.
/// Surrogates never get here: they are not characters, and their lone escapes do not parse.
fn is_forbidden(c: char) -> bool {
    let code = u32::from(c);
    code == 0 || (0xfdd0..=0xfdef).contains(&code) || code & 0xfffe == 0xfffe
}

/// One value, `depth` levels down.
#[derive(Clone, Copy)]
struct Node<'a> {
    trace: &'a Trace,
    depth: usize,
}

impl Node<'_> {
    fn child(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }

    fn check_depth<E: Error>(self) -> Result<(), E> {
        if self.depth > DEPTH_MAX {
            return Err(self.trace.refuse(JsonReason::TooDeep { depth_max: DEPTH_MAX }));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        if number > INTEGER_MAX {
            return Err(self.trace.refuse(JsonReason::NumberNotAllowed));
        }
        Ok(Value::Number(Number::from(number)))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        if number.unsigned_abs() > INTEGER_MAX {
            return Err(self.trace.refuse(JsonReason::NumberNotAllowed));
        }
        Ok(Value::Number(Number::from(number)))
    }

    /// Fractions, exponents, `-0` and what does not fit 64 bits arrive here.
    fn visit_f64<E: Error>(self, _: f64) -> Result<Value, E> {
        Err(self.trace.refuse(JsonReason::NumberNotAllowed))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        self.trace.check_text(text)?;
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        self.trace.check_text(&text)?;
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        self.check_depth()?;
        let mut array = Vec::new();
        loop {
            match access.next_element_seed(self.child()) {
                Ok(Some(value)) => array.push(value),
                Ok(None) => return Ok(Value::Array(array)),
                Err(error) => {
                    self.trace.step(array.len());
                    return Err(error);
                }
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        self.check_depth()?;
        let mut object = Map::new();
        while let Some(name) = access.next_key::<String>()? {
            self.trace.check_text(&name)?;
            if object.contains_key(&name) {
                self.trace.step(&name);
                return Err(self.trace.refuse(JsonReason::DuplicateName { name }));
            }
            match access.next_value_seed(self.child()) {
                Ok(value) => object.insert(name, value),
                Err(error) => {
                    self.trace.step(&name);
                    return Err(error);
                }
            };
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn refused(text: &str) -> (String, JsonReason) {
        let error = parse_object(text.as_bytes()).unwrap_err();
        (error.pointer, error.reason)
    }

    fn nested(levels: usize) -> String {
        format!("{}{}{}", r#"{"a":"#.repeat(levels - 1), "{}", "}".repeat(levels - 1))
    }

    #[test]
    fn an_object_is_read_as_it_stands() {
        let text = r#"{ "a" : [1, -9007199254740991, "x", null], "b": {"c": true, "\u0064": ""} }"#;
        let object = parse_object(text.as_bytes()).unwrap();
        assert_eq!(Value::Object(object), serde_json::from_str::<Value>(text).unwrap());
    }

    #[test]
    fn nothing_may_stand_around_the_object() {
        assert_eq!(refused("\u{feff}{}").1, JsonReason::ByteOrderMark);
        assert_eq!(refused(" {}").1, JsonReason::BytesBefore);
        for text in ["{} ", "{}\n", "{}{}", "{}x", "{},"] {
            assert_eq!(refused(text), (String::new(), JsonReason::BytesAfter), "{text:?}");
        }
        for text in ["", "[]", "null", "\"{}\""] {
            assert_eq!(refused(text).1, JsonReason::NotAnObject, "{text:?}");
        }
    }

    #[test]
    fn a_name_stands_once_at_every_level_however_it_is_spelled() {
        let twice = |pointer: &str, name: &str| {
            (pointer.to_owned(), JsonReason::DuplicateName { name: name.to_owned() })
        };
        assert_eq!(refused(r#"{"a":1,"a":1}"#), twice("/a", "a"));
        assert_eq!(refused(r#"{"a":1,"\u0061":2}"#), twice("/a", "a"));
        assert_eq!(refused(r#"{"x":[0,{"~/":{"b":1,"b":2}}]}"#), twice("/x/1/~0~1/b", "b"));
    }

    #[test]
    fn numbers_are_integers_that_a_double_holds() {
        for number in ["0", "-1", "9007199254740991", "-9007199254740991"] {
            assert!(parse_object(format!(r#"{{"n":{number}}}"#).as_bytes()).is_ok(), "{number}");
        }
        for number in [
            "9007199254740992",
            "-9007199254740992",
            "18446744073709551616",
            "1.0",
            "1e3",
            "1E0",
            "-0",
            "-0.0",
        ] {
            let expected = ("/n".to_owned(), JsonReason::NumberNotAllowed);
            assert_eq!(refused(&format!(r#"{{"n":{number}}}"#)), expected, "{number}");
        }
    }

    #[test]
    fn nesting_ends_at_sixteen() {
        assert!(parse_object(nested(16).as_bytes()).is_ok());
        let (pointer, reason) = refused(&nested(17));
        assert_eq!(pointer, "/a".repeat(16));
        assert_eq!(reason, JsonReason::TooDeep { depth_max: 16 });
        // Far beyond the limit nothing else gives way first.
        assert_eq!(refused(&nested(30_000)).1, JsonReason::TooDeep { depth_max: 16 });
    }

    #[test]
    fn characters_that_programs_disagree_about_are_refused() {
        for (text, character) in [
            (r#"{"a":"\u0000"}"#, '\0'),
            (r#"{"a":"\uffff"}"#, '\u{ffff}'),
            (r#"{"a":"\ufdd0"}"#, '\u{fdd0}'),
            (r#"{"a":"\ud83f\udffe"}"#, '\u{1fffe}'),
        ] {
            let expected = ("/a".to_owned(), JsonReason::ForbiddenCharacter { character });
            assert_eq!(refused(text), expected, "{text}");
        }
        assert!(matches!(
            refused(r#"{"\u0000":1}"#),
            (_, JsonReason::ForbiddenCharacter { character: '\0' })
        ));
        for lone in [r#"{"a":"\ud800"}"#, r#"{"a":"\udc00"}"#, r#"{"a":"\ud800\u0061"}"#] {
            assert!(matches!(refused(lone), (p, JsonReason::Syntax { .. }) if p == "/a"), "{lone}");
        }
        let error = parse_object(b"{\"a\":\"\xff\"}").unwrap_err();
        assert_eq!(error.reason, JsonReason::NotUtf8 { offset: 6 });
    }

    #[test]
    fn broken_text_says_where() {
        assert_eq!(
            refused(r#"{"a":[1,}"#),
            ("/a/1".to_owned(), JsonReason::Syntax { line: 1, column: 9 })
        );
        assert!(matches!(refused(r#"{"a":01}"#).1, JsonReason::Syntax { .. }));
        assert!(matches!(refused("{").1, JsonReason::Syntax { .. }));
        assert!(matches!(refused("{\"a\":\"\n\"}").1, JsonReason::Syntax { .. }));
    }
}
