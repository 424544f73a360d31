//! Takes an object apart member by member and knows where it stands.

use serde_json::{Map, Value};

use super::{PayloadError, PayloadReason};

/// The members of one object; each is asked for once, and `finish` refuses what nobody asked for.
pub(super) struct Members<'a> {
    pointer: String,
    object: &'a Map<String, Value>,
    asked: Vec<&'static str>,
}

impl<'a> Members<'a> {
    pub(super) fn new(pointer: String, object: &'a Map<String, Value>) -> Self {
        Self { pointer, object, asked: Vec::with_capacity(16) }
    }

    fn take(&mut self, name: &'static str) -> Option<&'a Value> {
        self.asked.push(name);
        self.object.get(name)
    }

    pub(super) fn at(&self, name: &str) -> String {
        format!("{}/{}", self.pointer, escape(name))
    }

    pub(super) fn optional<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&str) -> Result<T, PayloadReason>,
    ) -> Result<Option<T>, PayloadError> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => match read(text) {
                Ok(value) => Ok(Some(value)),
                Err(reason) => Err(PayloadError { pointer: self.at(name), reason }),
            },
            Some(_) => Err(wrong_type(self.at(name), "a string")),
        }
    }

    pub(super) fn required<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&str) -> Result<T, PayloadReason>,
    ) -> Result<T, PayloadError> {
        self.optional(name, read)?.ok_or_else(|| missing(&self.at(name)))
    }

    pub(super) fn optional_size(
        &mut self,
        name: &'static str,
    ) -> Result<Option<u64>, PayloadError> {
        match self.take(name) {
            None => Ok(None),
            Some(value) => match value.as_u64() {
                Some(size) => Ok(Some(size)),
                None => Err(wrong_type(self.at(name), "an integer, 0 or more")),
            },
        }
    }

    /// A list of 1 to `max` different texts; empty where there is none.
    pub(super) fn optional_texts(
        &mut self,
        name: &'static str,
        max: usize,
        read: impl Fn(&str) -> Result<String, PayloadReason>,
    ) -> Result<Vec<String>, PayloadError> {
        let Some(value) = self.take(name) else { return Ok(Vec::new()) };
        let Value::Array(list) = value else { return Err(wrong_type(self.at(name), "a list")) };
        if list.is_empty() || list.len() > max {
            let reason = form("a list of 1 to 8 texts");
            return Err(PayloadError { pointer: self.at(name), reason });
        }
        let mut texts: Vec<String> = Vec::with_capacity(list.len());
        for (index, value) in list.iter().enumerate() {
            let pointer = format!("{}/{index}", self.at(name));
            let Value::String(text) = value else { return Err(wrong_type(pointer, "a string")) };
            match read(text) {
                Ok(text) if texts.contains(&text) => {
                    let reason = form("another than those before it");
                    return Err(PayloadError { pointer, reason });
                }
                Ok(text) => texts.push(text),
                Err(reason) => return Err(PayloadError { pointer, reason }),
            }
        }
        Ok(texts)
    }

    pub(super) fn optional_object(
        &mut self,
        name: &'static str,
    ) -> Result<Option<Self>, PayloadError> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Object(object)) => Ok(Some(Self::new(self.at(name), object))),
            Some(_) => Err(wrong_type(self.at(name), "an object")),
        }
    }

    pub(super) fn finish(self) -> Result<(), PayloadError> {
        match self.object.keys().find(|name| !self.asked.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => {
                Err(PayloadError { pointer: self.at(name), reason: PayloadReason::Unknown })
            }
        }
    }
}

pub(super) fn form(form: &'static str) -> PayloadReason {
    PayloadReason::Form { form }
}

pub(super) fn missing(pointer: &str) -> PayloadError {
    PayloadError { pointer: pointer.to_owned(), reason: PayloadReason::Missing }
}

pub(super) fn wrong_type(pointer: String, expected: &'static str) -> PayloadError {
    PayloadError { pointer, reason: PayloadReason::WrongType { expected } }
}

/// A name as a reference token of a JSON pointer (RFC 6901, 3).
pub(crate) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
