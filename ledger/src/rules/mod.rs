//! Rules: what a regulation lets whom do, when, and what changes by it.
//!
//! Pure: no I/O, no clock, no cryptography. A rule set is data ([`RuleSet`]), compiled once. [`check`]
//! decides on the event alone, [`admit`] on the event and the things that [`reads`] names; for an act
//! that speaks of an earlier event also on what has become of it (`Past`).
//!
//! ```text
//! toml -> reader -> ruleset -> act { schema, condition, lifecycle, who }
//! event -> content::check -> admit::reads -> (facts, past) -> admit -> things | refusal
//! ```

mod act;
mod admit;
mod article;
mod cited;
mod closed;
mod condition;
mod content;
mod coverage;
mod decimal;
mod documents;
mod duty;
mod example;
mod explained;
mod faults;
mod fields;
mod folded;
mod guard;
mod held;
mod json_schema;
mod lexicon;
mod lifecycle;
mod mandate;
mod name;
mod national_id;
mod next;
mod operand;
mod orphan;
mod owned;
mod past;
mod provision;
mod reader;
mod refusal;
mod region;
mod riwayat;
mod role;
mod ruleset;
mod schema;
mod scoring;
mod sense;
mod sound;
mod structural;
mod subject;
mod succession;
mod thing;
mod unloadable;
mod upcast;

#[cfg(test)]
mod tests;

use jejak_signer::Hash;

pub use act::{Act, Force};
pub(crate) use admit::Case;
pub(crate) use admit::ZONE_DEFAULT;
pub use admit::{admit, reads};
pub use article::Article;
pub use condition::Condition;
pub use content::check;
pub(crate) use content::judge as judge_content;
pub use coverage::{
    AcceptedCase, ArticleRow, Articles, BENGKAYANG_ARTICLES, BENGKAYANG_CASES, CaseKind, Cases,
    Clause, Count, Coverage, Demanded, Example, FoundCase, Gap, Given, Lack, Ran, Ready,
    RefusedCase, TableError,
};
pub use documents::documents;
pub use duty::Duty;
pub use example::{example, examples};
pub use explained::{
    About, Content, Difference, Explained, Spoken, StepInWords, compare, explain, lifecycle_pages,
};
pub use json_schema::{JsonSchemas, field_schema};
pub use lifecycle::Transition;
pub use next::{
    Asker, ClosedAct, Demand, Entitled, NextActs, OpenAct, OpenStep, Outlook, Question, Situation,
    could_be_above, is_subject, next, next_reads,
};
pub(crate) use operand::day_of;
pub(crate) use orphan::{SUCCESSIONS_MAX, missing as missing_agencies};
pub(crate) use past::{Archive, Citation, Past, Recorded, citation, gather};
pub use provision::{Clock, ClockKind, Length, Provision, Start, Trigger};
pub(crate) use refusal::Refusals;
pub use refusal::{Code, Fault, Language, Refusal, Text, Why};
pub(crate) use riwayat::{IMPORTED, RIWAYAT};
pub(crate) use role::{has_person, reads_of_office, speaks_in_office};
pub use ruleset::RuleSet;
pub(crate) use ruleset::Structural;
pub use schema::{FieldKind, FieldSpec};
pub use scoring::HeldScores;
pub(crate) use structural::{
    CORRECTIONS, DECISIONS_ENDED, FOUND, LISTS, LOG_KEYS, MARKS, PENDING, VOIDED, log_keys_of,
    zone_of,
};
pub(crate) use structural::{
    WAITS_S, Waiting, attested_certificates, enrolling, is_attested, rests_on_two, unattested,
};
pub use structural::{certificate_key, is_suspended};
pub use subject::Pattern;
pub use succession::reads_further;
pub(crate) use succession::{ENDED, agency_key};
pub use thing::{Class, Facts, Field, Fields, Thing};
pub use unloadable::{RuleSetError, RuleSetReason};

/// Perbup Bengkayang 19/2020, region 61.07.
pub const BENGKAYANG_19_2020: &[u8] = include_bytes!("../../rulesets/bengkayang-19-2020.toml");
/// The national ledger `id`: results of the SPBE evaluation as published.
pub const NASIONAL: &[u8] = include_bytes!("../../rulesets/nasional.toml");
/// The rule sets that come with the program.
pub const BUNDLED: [&[u8]; 2] = [BENGKAYANG_19_2020, NASIONAL];

/// Who signed: what the enrolment of the certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signatory {
    /// Person id.
    pub person: String,
    /// Agency id.
    pub agency: String,
    /// `langsung` or `sistem`.
    pub kind: String,
    /// Thumbprint of the certificate.
    pub certificate: Hash,
    /// Does the certificate rest on more than the word of one? Only such a one exercises a power of the ledger.
    pub attested: bool,
}

/// A certificate that an event enrols, computed from the chain in its data. Path, possession and
/// algorithm are proven before; here it is plain data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// Thumbprint of the leaf.
    pub certificate: Hash,
    /// SHA-256 of the leaf's `SubjectPublicKeyInfo` (DER).
    pub public_key: Hash,
    /// `Ed25519`, `ES256`, `ES384`, `RS256` or `PS256`.
    pub algorithm: String,
    /// Start of the window over the path, unix seconds.
    pub not_before: i64,
    /// End of the window over the path, unix seconds.
    pub not_after: i64,
    /// Issuer of the leaf.
    pub issuer: String,
    /// Serial number of the leaf in hex.
    pub serial: String,
    /// Thumbprints of the intermediates, nearest first.
    pub intermediates: Vec<Hash>,
    /// The trust policy that the path was walked under, where one was adopted.
    pub policy: Option<Hash>,
    /// The leaf is made for a natural person to sign with.
    pub is_of_person: bool,
}

/// The answer yes: what changes, and what is remarkable about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Admitted {
    /// New values of things, that of the event's stream first. A key stands once.
    pub changes: Vec<(String, Thing)>,
    /// Findings: the act is accepted and shown with them.
    pub warnings: Vec<Warning>,
}

/// A finding that does not refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Id of the rule that finds.
    pub rule: String,
    /// What it says.
    pub text: Text,
}
