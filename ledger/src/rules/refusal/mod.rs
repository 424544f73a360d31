//! Refusals: the answer no to a well-signed event, as facts with data. The rule id says which rule
//! refuses, the pointer where in the event, the wording what the regulation says.

mod gathered;
mod phrases;
mod why;
mod words;

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

pub(crate) use gathered::Refusals;
pub use why::Why;

/// The answer no. Knows nothing of HTTP.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}", .code.as_str(), self.detail(Language::English))]
pub struct Refusal {
    /// The kind of refusal.
    pub code: Code,
    /// Id of the rule that refuses: `BKY.25.4`.
    pub rule: Option<String>,
    /// What this rule says, in both languages, where it has words of its own; never another rule's.
    pub wording: Option<Text>,
    /// What stands in the way, at least one; several only where the content has several faults.
    pub faults: Vec<Fault>,
}

/// One thing that stands in the way of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// RFC 6901 pointer into the event; empty for the event as a whole.
    pub pointer: String,
    /// Id of the rule that this fault breaks.
    pub rule: Option<String>,
    /// The fact.
    pub why: Why,
}

/// The stable kinds of refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// The rule set has no such event type.
    TypeUnknown,
    /// Subject, fields or documents are not what the type demands.
    ContentInvalid,
    /// The signatory lacks the office, the agency or the power.
    RoleMissing,
    /// The stream is not in a state in which this act is possible.
    TransitionForbidden,
    /// A condition of the rule does not hold.
    RuleRefused,
}

/// A text in the two languages of the project.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Text {
    /// Indonesian.
    pub id: String,
    /// English.
    pub en: String,
}

/// A language of [`Text`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Bahasa Indonesia, the default everywhere.
    Indonesian,
    /// English.
    English,
}

impl Refusal {
    pub(crate) fn new(code: Code, rule: Option<&str>, pointer: &str, why: Why) -> Self {
        let rule = rule.map(str::to_owned);
        let fault = Fault { pointer: pointer.to_owned(), rule: rule.clone(), why };
        Self { code, rule, wording: None, faults: vec![fault] }
    }

    /// With the words of its rule, where it has any.
    pub(crate) fn worded(mut self, wording: Option<&Text>) -> Self {
        self.wording = wording.cloned();
        self
    }

    /// Without what the things that are `confidential` are like: their states, and the days since which they stand.
    pub(crate) fn withhold(&mut self, confidential: impl Fn(&str) -> bool) {
        for fault in &mut self.faults {
            if let Why::StateForbids { thing, state: told, .. }
            | Why::StateExcluded { thing, state: told, .. }
            | Why::DecidedBefore { thing, since: told } = &mut fault.why
                && confidential(thing)
            {
                *told = None;
            }
        }
    }

    /// One paragraph: what the rule says, then what stands in the way.
    pub fn detail(&self, language: Language) -> String {
        let mut detail = String::new();
        if let Some(wording) = &self.wording {
            detail.push_str(wording.in_language(language));
        }
        for fault in &self.faults {
            if !detail.is_empty() {
                detail.push(' ');
            }
            if !fault.pointer.is_empty() {
                // Writing to a String cannot fail.
                let _ = write!(detail, "{}: ", fault.pointer);
            }
            detail.push_str(fault.why.text().in_language(language));
            detail.push('.');
        }
        detail
    }
}

impl Code {
    /// The stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TypeUnknown => "type-unknown",
            Self::ContentInvalid => "content-invalid",
            Self::RoleMissing => "role-missing",
            Self::TransitionForbidden => "transition-forbidden",
            Self::RuleRefused => "rule-refused",
        }
    }
}

impl Text {
    /// With words before it.
    pub(crate) fn after(self, indonesian: &str, english: &str) -> Self {
        Self { id: format!("{indonesian} {}", self.id), en: format!("{english} {}", self.en) }
    }

    /// The text in one language.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Indonesian => &self.id,
            Language::English => &self.en,
        }
    }
}
