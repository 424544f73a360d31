//! Cases: examples in a right and in a wrong place, with what must come of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::articles::{self, TableError};

/// What a rule set accepts, refuses and finds: `rulesets/cases/<name>.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Cases {
    /// What stands before every case: the region as it is founded.
    #[serde(default)]
    pub before: Vec<Given>,
    /// Who signs, by the office that is used, else by `source`; `*` is everybody else.
    #[serde(default)]
    pub signers: BTreeMap<String, String>,
    /// Accepted as they are.
    pub accepted: Vec<AcceptedCase>,
    /// Refused.
    pub refused: Vec<RefusedCase>,
    /// Accepted with a finding.
    #[serde(default)]
    pub found: Vec<FoundCase>,
}

/// An example that is accepted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct AcceptedCase {
    /// Name of the example.
    pub event: String,
    /// What stands before it.
    pub given: Vec<Given>,
    /// State of its stream afterwards.
    pub state: String,
}

/// An example that is refused, perhaps after a change.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RefusedCase {
    /// Name of the example.
    pub event: String,
    /// What stands before it.
    pub given: Vec<Given>,
    /// Values that are put in place, by JSON pointer; null removes one.
    #[serde(default, deserialize_with = "json_values")]
    pub put: BTreeMap<String, Value>,
    /// Kind of refusal.
    pub code: String,
    /// The rule that refuses.
    pub rule: String,
    /// Where.
    pub at: String,
}

/// An example that is accepted with findings, perhaps after a change.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FoundCase {
    /// Name of the example.
    pub event: String,
    /// What stands before it.
    pub given: Vec<Given>,
    /// Values that are put in place, by JSON pointer; null removes one.
    #[serde(default, deserialize_with = "json_values")]
    pub put: BTreeMap<String, Value>,
    /// The rules that find, all of them.
    pub rules: Vec<String>,
}

/// An event that stands before a case: an example, perhaps with a change.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Given {
    /// The example of this name.
    Example(String),
    /// With values put in place.
    Changed {
        /// Name of the example.
        event: String,
        /// Values that are put in place, by JSON pointer.
        #[serde(deserialize_with = "json_values")]
        put: BTreeMap<String, Value>,
    },
}

impl Cases {
    /// Parses the file.
    pub fn parse(toml: &[u8]) -> Result<Self, TableError> {
        articles::read(toml)
    }
}

impl Given {
    /// Name of the example.
    pub fn event(&self) -> &str {
        match self {
            Self::Example(event) | Self::Changed { event, .. } => event,
        }
    }

    /// What is put in its place.
    pub fn put(&self) -> impl Iterator<Item = (&str, &Value)> {
        let put = match self {
            Self::Example(_) => None,
            Self::Changed { put, .. } => Some(put),
        };
        put.into_iter().flatten().map(|(pointer, value)| (pointer.as_str(), value))
    }
}

/// TOML has no null: values stand as JSON texts.
fn json_values<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, Value>, D::Error> {
    let texts = BTreeMap::<String, String>::deserialize(from)?;
    let parse = |(pointer, text): (String, String)| {
        let value = serde_json::from_str(&text).map_err(serde::de::Error::custom)?;
        Ok((pointer, value))
    };
    texts.into_iter().map(parse).collect()
}
