//! Why a rule set does not load, and where.

mod words;

use super::refusal::{Language, Text};

/// A phrase in Indonesian and English.
pub(crate) type Phrase = (&'static str, &'static str);

/// Why a rule set does not load, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text().in_language(Language::English))]
pub struct RuleSetError {
    /// The place: `act[subdomain.granted].condition[1].kind`; empty for the rule set as a whole.
    pub at: String,
    /// What is wrong there.
    pub reason: RuleSetReason,
}

/// What is wrong with a rule set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text().in_language(Language::English))]
pub enum RuleSetReason {
    /// Not UTF-8.
    NotUtf8,
    /// Not TOML.
    NotToml {
        /// Where the parser stopped, from 1.
        line: usize,
        /// In characters, from 1.
        column: usize,
        /// Why, as the parser says it.
        message: String,
    },
    /// A required key is not there.
    Missing,
    /// No such key is defined.
    UnknownKey,
    /// The value is not in the closed list.
    UnknownWord {
        /// As written.
        value: String,
        /// The closed list.
        known: &'static str,
    },
    /// Another type of value was expected.
    WrongType {
        /// The type, in Indonesian and English.
        expected: (&'static str, &'static str),
    },
    /// The value does not have the form.
    Form {
        /// As written.
        value: String,
        /// The form, in Indonesian and English.
        form: (&'static str, &'static str),
    },
    /// A row that binds nobody has no moment from which it binds, and is no duty.
    NoDuty {
        /// Its force.
        force: &'static str,
    },
    /// A row says where it stands, and its rule stands elsewhere.
    OfNoArticle {
        /// The rule id.
        rule: String,
    },
    /// An actor that is another than the first signatory, where the first is named.
    OtherThanNobody {
        /// As written.
        actor: String,
    },
    /// A name points at nothing that the rule set defines.
    Undefined {
        /// The name.
        name: String,
    },
    /// A name is defined twice.
    Twice {
        /// The name.
        name: String,
    },
    /// The structural acts alone say what becomes of the ledger's own stream, of signers and of evidence.
    OfStructure {
        /// The type, stream or subject, as written.
        name: String,
    },
    /// The types and streams of the structural acts, and what they keep there, are theirs.
    Owned {
        /// The type, subject or name, as written.
        name: String,
    },
    /// An office would be filled by others than holders of offices or powers of the ledger.
    Appoints {
        /// As written in `who`.
        actor: String,
    },
    /// Keys exclude each other, or one of several is required.
    OneOf {
        /// The keys, in Indonesian and English.
        keys: (&'static str, &'static str),
    },
    /// Blank, or with characters that make a text read as what it is not.
    Blank,
    /// The actor demands nothing, and everybody is one.
    Anybody,
    /// What is in the structural acts for some would be for everybody.
    OpensStructure {
        /// The event type.
        kind: String,
    },
    /// An earlier row of the type takes every event of this one.
    Unreachable {
        /// The earlier row.
        row: String,
    },
    /// A region's row takes every event of a structural one.
    Shadows {
        /// The subject of the structural row.
        subject: String,
    },
    /// The rule ids of the structural acts are theirs.
    StructuralRule {
        /// The rule id.
        rule: String,
    },
    /// Nothing of that name is ever kept there.
    NotKept {
        /// The operand or the name, as written.
        name: String,
        /// The kind of stream.
        stream: String,
    },
    /// Streams of the kind are never in that state.
    NoSuchState {
        /// The state.
        state: String,
        /// The kind of stream.
        stream: String,
    },
    /// Streams of the kind have no lifecycle, so no state of theirs stands for anything.
    NoLifecycle {
        /// The kind of stream.
        stream: String,
    },
    /// Values of these kinds are never alike, and none comes before the other.
    NeverMatch {
        /// As written.
        left: String,
        /// As written.
        right: String,
    },
    /// No value of that field is so that the comparison holds: its bounds exclude it.
    Beyond {
        /// The operand.
        name: String,
        /// The value.
        value: String,
    },
    /// Both sides are one value.
    WithItself {
        /// The operand.
        name: String,
    },
    /// Two demands on one value, both of which no event meets.
    Excluded {
        /// The operand.
        name: String,
        /// The place of the other demand.
        other: String,
    },
    /// What is demanded to be absent is always there.
    NeverAbsent {
        /// The operand.
        name: String,
    },
    /// Fewer values than are demanded.
    TooMany {
        /// The operand.
        name: String,
        /// The most that there can be.
        most: usize,
        /// The fewest that are demanded.
        asked: usize,
    },
    /// More values than are allowed.
    TooFew {
        /// The operand.
        name: String,
        /// The fewest that there can be.
        least: usize,
        /// The most that are demanded.
        asked: usize,
    },
    /// The word that looks at the value never finds what it asks for.
    NeverOf {
        /// The operand.
        name: String,
        /// What it would have to be, in Indonesian and English.
        of: (&'static str, &'static str),
    },
    /// The lowest is above the highest.
    NothingBetween {
        /// The lowest.
        min: String,
        /// The highest.
        max: String,
    },
    /// A value that stands in for one of a field, and is none.
    Unfit {
        /// As written.
        value: String,
        /// What values of the field are.
        why: Text,
    },
    /// A step is left out although the rule set has a row for it.
    HasRow {
        /// The event type.
        name: String,
    },
}

impl RuleSetError {
    /// The place and what is wrong there, in words.
    pub fn text(&self) -> Text {
        let reason = self.reason.text();
        match self.at.as_str() {
            "" => reason.after("perangkat aturan:", "rule set:"),
            at => reason.after(&format!("{at}:"), &format!("{at}:")),
        }
    }
}
