//! Reads a table of a rule set key by key and knows where it stands, so that whatever does not load
//! says where.

use jiff::Span;
use toml::{Table, Value};

use super::refusal::Text;

/// Why a rule set does not load, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {reason}")]
pub struct RuleSetError {
    /// The place: `act[subdomain.granted].condition[1].kind`.
    pub at: String,
    /// What is wrong there.
    pub reason: RuleSetReason,
}

/// What is wrong with a rule set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleSetReason {
    /// Not UTF-8.
    #[error("not UTF-8")]
    NotUtf8,
    /// Not TOML.
    #[error("not TOML: {message}")]
    NotToml {
        /// Line, column and cause, from the parser.
        message: String,
    },
    /// A required key is not there.
    #[error("is required")]
    Missing,
    /// No such key is defined.
    #[error("is no key that is known here")]
    UnknownKey,
    /// The value is not in the closed list.
    #[error("`{value}` is not one of {known}")]
    UnknownWord {
        /// As written.
        value: String,
        /// The closed list.
        known: &'static str,
    },
    /// Another type of value was expected.
    #[error("must be {expected}")]
    WrongType {
        /// The type.
        expected: &'static str,
    },
    /// The value does not have the form.
    #[error("`{value}` must be {form}")]
    Form {
        /// As written.
        value: String,
        /// The form in words.
        form: &'static str,
    },
    /// A row that binds nobody has no moment from which it binds, and is no duty.
    #[error("a row of the force {force} is no duty")]
    NoDuty {
        /// Its force.
        force: &'static str,
    },
    /// A row says where it stands, and its rule stands elsewhere.
    #[error("`{rule}` is of none of these articles")]
    OfNoArticle {
        /// The rule id.
        rule: String,
    },
    /// An actor that is another than the first signatory, where the first is named.
    #[error(
        "`{actor}` is another than the one who signs first (other = true): only cosigned_by may name it"
    )]
    OtherThanNobody {
        /// As written.
        actor: String,
    },
    /// A name points at nothing that the rule set defines.
    #[error("`{name}` is not defined in this rule set")]
    Undefined {
        /// The name.
        name: String,
    },
    /// A name is defined twice.
    #[error("`{name}` is defined twice")]
    Twice {
        /// The name.
        name: String,
    },
    /// The structural acts alone say what becomes of the ledger's own stream, of signers and of evidence.
    #[error(
        "`{name}`: from version 3 of the structural acts no rule set has rows, effects, steps or schemas of \
         ledger/, signer/, crl/ and ocsp/"
    )]
    OfStructure {
        /// The type, stream or subject, as written.
        name: String,
    },
    /// Keys exclude each other, or one of several is required.
    #[error("exactly one of {keys} is required")]
    OneOf {
        /// The keys.
        keys: &'static str,
    },
}

/// One table with its place. Keys are taken; `finish` refuses what is left.
#[derive(Clone)]
pub(crate) struct Node {
    at: String,
    table: Table,
}

type Result<T> = std::result::Result<T, RuleSetError>;

impl Node {
    /// The whole document.
    pub(crate) fn document(toml: &[u8]) -> Result<Self> {
        let fail = |reason| RuleSetError { at: "rule set".to_owned(), reason };
        let text = std::str::from_utf8(toml).map_err(|_| fail(RuleSetReason::NotUtf8))?;
        let table = text
            .parse::<Table>()
            .map_err(|error| fail(RuleSetReason::NotToml { message: error.to_string() }))?;
        Ok(Self { at: String::new(), table })
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

    /// An error at `key`.
    pub(crate) fn fail(&self, key: &str, reason: RuleSetReason) -> RuleSetError {
        RuleSetError { at: self.at(key), reason }
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
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.fail(key, RuleSetReason::WrongType { expected: "a string" })),
        }
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
        let wrong = RuleSetReason::WrongType { expected: "a list of strings" };
        match self.table.remove(key) {
            None => Ok(None),
            Some(Value::Array(items)) => items
                .into_iter()
                .map(|item| match item {
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
            Some(_) => Err(self.fail(key, RuleSetReason::WrongType { expected: "true or false" })),
        }
    }

    pub(crate) fn integer(&mut self, key: &str) -> Result<Option<i64>> {
        match self.table.remove(key) {
            None => Ok(None),
            Some(Value::Integer(number)) => Ok(Some(number)),
            Some(_) => Err(self.fail(key, RuleSetReason::WrongType { expected: "an integer" })),
        }
    }

    /// A length or a count.
    pub(crate) fn size(&mut self, key: &str) -> Result<Option<usize>> {
        let Some(number) = self.integer(key)? else { return Ok(None) };
        usize::try_from(number).map(Some).map_err(|_| {
            let value = number.to_string();
            self.fail(key, RuleSetReason::Form { value, form: "0 or more" })
        })
    }

    /// A duration in days, months and years (ISO 8601), as written and as a span.
    pub(crate) fn span(&mut self, key: &str) -> Result<Option<(String, Span)>> {
        let Some(value) = self.text(key)? else { return Ok(None) };
        match value.parse::<Span>() {
            Ok(span) if value.starts_with('P') && !value.contains('T') => Ok(Some((value, span))),
            _ => {
                let form = "an ISO 8601 duration in days";
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
            Some(Value::Table(table)) => Ok(Some(Self { at: self.at(key), table })),
            Some(_) => Err(self.fail(key, RuleSetReason::WrongType { expected: "a table" })),
        }
    }

    /// An array of tables; absent is empty.
    pub(crate) fn tables(&mut self, key: &str) -> Result<Vec<Self>> {
        let wrong = RuleSetReason::WrongType { expected: "a list of tables" };
        match self.table.remove(key) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => items
                .into_iter()
                .enumerate()
                .map(|(index, item)| match item {
                    Value::Table(table) => {
                        Ok(Self { at: format!("{}[{index}]", self.at(key)), table })
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
        Self { at: self.at.clone(), table }
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
