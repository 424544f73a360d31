//! Reads a table of a rule set key by key and knows where it stands, so that whatever does not load
//! says where.

use jiff::Span;
use toml::{Table, Value};

use super::refusal::Text;
pub(crate) use super::unloadable::{Phrase, RuleSetError, RuleSetReason};
use crate::event::{is_blank, is_event_type};

/// One table with its place. Keys are taken; `finish` refuses what is left.
#[derive(Clone)]
pub(crate) struct Node {
    at: String,
    table: Table,
    care: Care,
}

/// How closely a document is looked at. What loaded once loads for ever, since a ledger may stand on it: what versions 1
/// and 2 of the structural acts let pass is told to those who write a rule set, and refused from version 3 on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Care {
    /// As versions 1 and 2 did.
    Lenient,
    /// The structural acts.
    Structure,
    /// A rule set that stands on them.
    Region,
}

/// Bytes of the longest rule id.
const RULE_BYTES_MAX: usize = 64;

type Result<T> = std::result::Result<T, RuleSetError>;

impl Node {
    /// The whole document.
    pub(crate) fn document(toml: &[u8]) -> Result<Self> {
        let fail = |reason| RuleSetError { at: String::new(), reason };
        let text = std::str::from_utf8(toml).map_err(|_| fail(RuleSetReason::NotUtf8))?;
        let table = text.parse::<Table>().map_err(|error| fail(not_toml(text, &error)))?;
        Ok(Self { at: String::new(), table, care: Care::Lenient })
    }

    /// The same, read as closely as that.
    pub(crate) fn read_with(self, care: Care) -> Self {
        Self { care, ..self }
    }

    /// Is it looked at closely?
    pub(crate) fn is_close(&self) -> bool {
        self.care != Care::Lenient
    }

    /// The place of a key of this table.
    pub(crate) fn at(&self, key: &str) -> String {
        if self.at.is_empty() { key.to_owned() } else { format!("{}.{key}", self.at) }
    }

    /// Renames the place, once the table has told its name.
    pub(crate) fn rename(&mut self, name: &str) {
        if let Some(open) = self.at.rfind('[') {
            self.at.truncate(open);
        }
        self.at = format!("{}[{name}]", self.at);
    }

    /// Renames the place by the value of a key, where it has one.
    pub(crate) fn rename_by(&mut self, key: &str) {
        if let Some(name) = self.peek_text(key) {
            self.rename(&name);
        }
    }

    /// A text without taking it.
    pub(crate) fn peek_text(&self, key: &str) -> Option<String> {
        self.table.get(key).and_then(Value::as_str).map(str::to_owned)
    }

    /// An integer without taking it.
    pub(crate) fn peek_integer(&self, key: &str) -> Option<i64> {
        self.table.get(key).and_then(Value::as_integer)
    }

    /// An error at `key`.
    pub(crate) fn fail(&self, key: &str, reason: RuleSetReason) -> RuleSetError {
        RuleSetError { at: self.at(key), reason }
    }

    /// An error of the table as a whole.
    pub(crate) fn whole(&self, reason: RuleSetReason) -> RuleSetError {
        RuleSetError { at: self.at.clone(), reason }
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    pub(crate) fn has_table(&self, key: &str) -> bool {
        self.table.get(key).is_some_and(Value::is_table)
    }

    pub(crate) fn text(&mut self, key: &str) -> Result<Option<String>> {
        match self.table.remove(key) {
            None => Ok(None),
            Some(Value::String(text)) if self.is_close() && is_blank(&text) => {
                Err(self.fail(key, RuleSetReason::Blank))
            }
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self
                .fail(key, RuleSetReason::WrongType { expected: ("teks (string)", "a string") })),
        }
    }

    /// A text of a form that versions 1 and 2 did not ask for.
    pub(crate) fn formed(
        &mut self,
        key: &str,
        fits: impl FnOnce(&str) -> bool,
        form: Phrase,
    ) -> Result<Option<String>> {
        match self.text(key)? {
            Some(value) if self.is_close() && !fits(&value) => {
                Err(self.fail(key, RuleSetReason::Form { value, form }))
            }
            text => Ok(text),
        }
    }

    /// An event type.
    pub(crate) fn need_type(&mut self, key: &str) -> Result<String> {
        let form =
            ("kata-kata huruf kecil yang disambung titik", "lower-case words joined by dots");
        self.formed(key, is_event_type, form)?.ok_or_else(|| self.fail(key, RuleSetReason::Missing))
    }

    /// The id of a rule or of a row. Those of the structural acts are theirs.
    pub(crate) fn rule(&mut self, key: &str) -> Result<Option<String>> {
        let part = |part: &str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
        };
        let fits = |id: &str| id.len() <= RULE_BYTES_MAX && id.split('.').all(part);
        let form = (
            "huruf, angka, - dan _ dalam bagian-bagian yang disambung titik, paling banyak 64",
            "letters, digits, - and _ in parts joined by dots, 64 at most",
        );
        match self.formed(key, fits, form)? {
            Some(rule) if self.care == Care::Region && is_structural(&rule) => {
                Err(self.fail(key, RuleSetReason::StructuralRule { rule }))
            }
            rule => Ok(rule),
        }
    }

    pub(crate) fn need_rule(&mut self, key: &str) -> Result<String> {
        self.rule(key)?.ok_or_else(|| self.fail(key, RuleSetReason::Missing))
    }

    pub(crate) fn need_text(&mut self, key: &str) -> Result<String> {
        self.text(key)?.ok_or_else(|| self.fail(key, RuleSetReason::Missing))
    }

    /// A word of a closed list; `known` names the list in the error.
    pub(crate) fn word<T>(
        &mut self,
        key: &str,
        known: &'static str,
        of_name: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>> {
        let Some(value) = self.text(key)? else { return Ok(None) };
        match of_name(&value) {
            Some(word) => Ok(Some(word)),
            None => Err(self.fail(key, RuleSetReason::UnknownWord { value, known })),
        }
    }

    pub(crate) fn texts(&mut self, key: &str) -> Result<Option<Vec<String>>> {
        let wrong =
            RuleSetReason::WrongType { expected: ("daftar teks (string)", "a list of strings") };
        match self.table.remove(key) {
            None => Ok(None),
            Some(Value::Array(items)) => items
                .into_iter()
                .map(|item| match item {
                    Value::String(text) if self.is_close() && is_blank(&text) => {
                        Err(self.fail(key, RuleSetReason::Blank))
                    }
                    Value::String(text) => Ok(text),
                    _ => Err(self.fail(key, wrong.clone())),
                })
                .collect::<Result<_>>()
                .map(Some),
            Some(_) => Err(self.fail(key, wrong)),
        }
    }

    pub(crate) fn flag(&mut self, key: &str) -> Result<Option<bool>> {
        match self.table.remove(key) {
            None => Ok(None),
            Some(Value::Boolean(flag)) => Ok(Some(flag)),
            Some(_) => Err(self.fail(
                key,
                RuleSetReason::WrongType { expected: ("true atau false", "true or false") },
            )),
        }
    }

    pub(crate) fn integer(&mut self, key: &str) -> Result<Option<i64>> {
        match self.table.remove(key) {
            None => Ok(None),
            Some(Value::Integer(number)) => Ok(Some(number)),
            Some(_) => Err(self.fail(
                key,
                RuleSetReason::WrongType { expected: ("bilangan bulat", "an integer") },
            )),
        }
    }

    /// A length or a count.
    pub(crate) fn size(&mut self, key: &str) -> Result<Option<usize>> {
        let Some(number) = self.integer(key)? else { return Ok(None) };
        usize::try_from(number).map(Some).map_err(|_| {
            let value = number.to_string();
            self.fail(key, RuleSetReason::Form { value, form: ("0 atau lebih", "0 or more") })
        })
    }

    /// A duration in days, months and years (ISO 8601), as written and as a span.
    pub(crate) fn span(&mut self, key: &str) -> Result<Option<(String, Span)>> {
        let Some(value) = self.text(key)? else { return Ok(None) };
        match value.parse::<Span>() {
            Ok(span) if value.starts_with('P') && !value.contains('T') => Ok(Some((value, span))),
            _ => {
                let form = ("jangka waktu ISO 8601 dalam hari", "an ISO 8601 duration in days");
                Err(self.fail(key, RuleSetReason::Form { value, form }))
            }
        }
    }

    /// Any single value.
    pub(crate) fn value(&mut self, key: &str) -> Option<Value> {
        self.table.remove(key)
    }

    pub(crate) fn table(&mut self, key: &str) -> Result<Option<Self>> {
        match self.table.remove(key) {
            None => Ok(None),
            Some(Value::Table(table)) => {
                Ok(Some(Self { at: self.at(key), table, care: self.care }))
            }
            Some(_) => {
                Err(self.fail(key, RuleSetReason::WrongType { expected: ("tabel", "a table") }))
            }
        }
    }

    /// An array of tables; absent is empty.
    pub(crate) fn tables(&mut self, key: &str) -> Result<Vec<Self>> {
        let wrong = RuleSetReason::WrongType { expected: ("daftar tabel", "a list of tables") };
        match self.table.remove(key) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => items
                .into_iter()
                .enumerate()
                .map(|(index, item)| match item {
                    Value::Table(table) => {
                        let at = format!("{}[{index}]", self.at(key));
                        Ok(Self { at, table, care: self.care })
                    }
                    _ => Err(self.fail(key, wrong.clone())),
                })
                .collect(),
            Some(_) => Err(self.fail(key, wrong)),
        }
    }

    /// Moves one key into a table of its own, to be read later.
    pub(crate) fn keep_only(&mut self, key: &str) -> Self {
        let table = self.table.remove_entry(key).into_iter().collect();
        Self { at: self.at.clone(), table, care: self.care }
    }

    /// The keys that are left, for tables whose keys are names.
    pub(crate) fn names(&self) -> Vec<String> {
        self.table.keys().cloned().collect()
    }

    /// `{ id = "...", en = "..." }`.
    pub(crate) fn wording(&mut self, key: &str) -> Result<Option<Text>> {
        let Some(mut node) = self.table(key)? else { return Ok(None) };
        let text = Text { id: node.need_text("id")?, en: node.need_text("en")? };
        node.finish()?;
        Ok(Some(text))
    }

    pub(crate) fn need_wording(&mut self, key: &str) -> Result<Text> {
        self.wording(key)?.ok_or_else(|| self.fail(key, RuleSetReason::Missing))
    }

    /// What was not taken, each key a fault.
    pub(crate) fn left(&self) -> impl Iterator<Item = RuleSetError> {
        self.table.keys().map(|key| self.fail(key, RuleSetReason::UnknownKey))
    }

    /// Refuses what was not taken.
    pub(crate) fn finish(self) -> Result<()> {
        self.left().next().map_or(Ok(()), Err)
    }
}

/// Where in the text it is none, without the text itself.
fn not_toml(text: &str, error: &toml::de::Error) -> RuleSetReason {
    let stopped = error.span().map_or(0, |span| span.start);
    let before = text.get(..stopped).unwrap_or(text);
    let line = before.split('\n').count();
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count());
    let column = column.saturating_add(1);
    // The parser may say what it expects in a further line.
    let message = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
    RuleSetReason::NotToml { line, column, message }
}

/// Comparing rules takes large and small letters for the same.
fn is_structural(rule: &str) -> bool {
    rule.split('.').next().is_some_and(|first| first.eq_ignore_ascii_case("SYS"))
}
