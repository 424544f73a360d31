//! What is missing between a regulation, its rule set and its cases.

use crate::rules::refusal::Text;

/// Something that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The row, else the event or the place in the text.
    pub row: String,
    /// The rule that it is about.
    pub rule: Option<String>,
    /// What is missing.
    pub lack: Lack,
}

/// What is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lack {
    /// The rule set has no such row.
    RowMissing,
    /// The table has no such row.
    RowUnknown,
    /// Table and rule set disagree.
    Differs {
        /// On what: `type`, `rule`, `force`, `pasal`, `who`.
        what: &'static str,
        /// What the table says.
        regulation: String,
        /// What the rule set says.
        rules: String,
    },
    /// The rule set accepts events without it, or refuses them by another rule.
    ContentNotDemanded {
        /// The field.
        field: String,
        /// In the words of the text.
        what: String,
    },
    /// The rule set cannot refuse (find) by this rule in this row.
    ConditionMissing {
        /// The condition.
        when: String,
    },
    /// No case was refused (found) by this rule for this condition.
    ConditionUntried {
        /// The condition.
        when: String,
    },
    /// No case shows where the act is accepted.
    NotAccepted {
        /// The event type.
        kind: String,
    },
    /// Nobody of a row has this name, or he is somebody else.
    ActorDiffers {
        /// What the table says that he is.
        regulation: String,
        /// What he is in the rule set.
        rules: String,
    },
    /// A value that the table has is not in the rule set, or the other way round.
    ValueDiffers {
        /// The place of the value: `data.parts`.
        at: String,
        /// Only in the table.
        regulation: String,
        /// Only in the rule set.
        rules: String,
    },
    /// A case does not come out as it says.
    CaseFails {
        /// What it says.
        said: String,
        /// What came of it.
        came: String,
    },
    /// A case is about an event that the rule set does not know.
    CaseWithoutRow,
    /// No row of the table stands in this place of the text, and it is not listed as one without a row.
    PlaceUnread,
}

impl Lack {
    /// In words.
    pub fn text(&self) -> Text {
        let text = |id: String, en: String| Text { id, en };
        let plain = |id: &str, en: &str| text(id.to_owned(), en.to_owned());
        match self {
            Self::RowMissing => plain("tidak ada di perangkat aturan", "is not in the rule set"),
            Self::RowUnknown => plain("tidak ada di tabel peraturan", "is not in the table"),
            Self::Differs { what, regulation, rules } => text(
                format!("{what}: tabel {regulation}, aturan {rules}"),
                format!("{what}: the table says {regulation}, the rule set {rules}"),
            ),
            Self::ContentNotDemanded { field, what } => text(
                format!("isi {field} tidak dituntut aturan ini: {what}"),
                format!("the content {field} is not demanded by this rule: {what}"),
            ),
            Self::ConditionMissing { when } => text(
                format!("aturan ini tidak ada: {when}"),
                format!("there is no such rule: {when}"),
            ),
            Self::ConditionUntried { when } => {
                text(format!("belum ada kasus: {when}"), format!("there is no case for it: {when}"))
            }
            Self::NotAccepted { kind } => text(
                format!("belum ada kasus yang diterima: {kind}"),
                format!("there is no accepted case: {kind}"),
            ),
            Self::ActorDiffers { regulation, rules } => text(
                format!("tabel: {regulation}; aturan: {rules}"),
                format!("the table: {regulation}; the rule set: {rules}"),
            ),
            Self::ValueDiffers { at, regulation, rules } => text(
                format!("nilai {at}: hanya di tabel [{regulation}], hanya di aturan [{rules}]"),
                format!(
                    "values of {at}: only in the table [{regulation}], only in the rule set [{rules}]"
                ),
            ),
            Self::CaseFails { said, came } => text(
                format!("kasus seharusnya {said}, ternyata {came}"),
                format!("the case says {said}, what came is {came}"),
            ),
            Self::CaseWithoutRow => {
                plain("kasus tanpa baris aturan", "a case of no row of the rule set")
            }
            Self::PlaceUnread => plain(
                "tempat tanpa baris, dan tidak disebut sebagai tanpa baris",
                "no row stands in this place, and it is not listed as one without a row",
            ),
        }
    }
}
