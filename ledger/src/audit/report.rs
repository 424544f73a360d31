//! What an audit found, check by check.

use std::fmt::Display;

use serde::Serialize;

use crate::log::Position;
use crate::view::ReadError;

/// The result of an audit of one ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditReport {
    /// Region of the ledger.
    pub ledger: String,
    /// Records that the audit saw.
    pub size: u64,
    /// Every check, in the order of [`CheckName`].
    pub checks: Vec<Check>,
}

/// One check of an audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was checked.
    pub name: CheckName,
    /// What came of it.
    pub verdict: Verdict,
    /// The first position where it fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// Why it fails, or why it was not checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What an audit checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckName {
    /// Every row that was asked for could be read.
    Store,
    /// Every position has a record.
    Records,
    /// Each record names the one before it, and time never runs back.
    Chain,
    /// Each statement is the one that its record commits to.
    Statements,
    /// Each statement is a strict JWS, rightly signed.
    Signatures,
    /// Each signer's certificate was valid at `recorded_at`, its path walked again.
    Certificates,
    /// Each signer was enrolled, not revoked, and spoke for his own agency.
    Enrolments,
    /// The rule set in force at each position accepts its event.
    Admission,
    /// The stored tiles are those of the tree over the records.
    Tree,
    /// The head and the root that the store names are those of the last record.
    Head,
    /// The lock lies on this log and not above it.
    Lock,
    /// The index of ids holds just what the log says.
    Ids,
    /// The versions of every register row are just those that follow from the log.
    RegisterHistory,
    /// Every register row is the newest of its versions.
    Registers,
    /// The objects that the log names are held, with their digests.
    Objects,
    /// The documents that events name are held, with their digests; the index of them holds just what
    /// the log says.
    Documents,
    /// The SHA-512 of every full segment is the one that was kept when it filled.
    Segments,
    /// The time-stamps that are kept verify over checkpoints of this log, and no record says another time.
    Timestamps,
}

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Verdict {
    /// It holds for every position.
    #[serde(rename = "ok")]
    Ok,
    /// It fails, first at the position that is named.
    #[serde(rename = "bad")]
    Bad,
    /// It could not be made, for the reason that is named.
    #[serde(rename = "not checked")]
    NotChecked,
    /// What is there is right, and something that the log names is not there: first for the position
    /// that is named. A document may come later, or be removed by law; no proof rests on it.
    #[serde(rename = "not held")]
    NotHeld,
}

const ALL: [CheckName; 18] = [
    CheckName::Store,
    CheckName::Records,
    CheckName::Chain,
    CheckName::Statements,
    CheckName::Signatures,
    CheckName::Certificates,
    CheckName::Enrolments,
    CheckName::Admission,
    CheckName::Tree,
    CheckName::Head,
    CheckName::Lock,
    CheckName::Ids,
    CheckName::RegisterHistory,
    CheckName::Registers,
    CheckName::Objects,
    CheckName::Documents,
    CheckName::Segments,
    CheckName::Timestamps,
];

impl AuditReport {
    pub(crate) fn new(ledger: &str, size: u64) -> Self {
        let check = |name| Check { name, verdict: Verdict::Ok, position: None, reason: None };
        Self { ledger: ledger.to_owned(), size, checks: ALL.into_iter().map(check).collect() }
    }

    /// Whether nothing is bad.
    pub fn is_clean(&self) -> bool {
        self.checks.iter().all(|check| check.verdict != Verdict::Bad)
    }

    /// The check of this name.
    pub fn check(&self, name: CheckName) -> Option<&Check> {
        self.checks.iter().find(|check| check.name == name)
    }

    /// Only the first position of a fault counts.
    pub(crate) fn bad(&mut self, name: CheckName, position: Position, reason: impl Display) {
        let found = self.checks.iter_mut().find(|check| check.name == name);
        let Some(check) = found.filter(|check| check.verdict != Verdict::Bad) else { return };
        check.verdict = Verdict::Bad;
        check.position = Some(position);
        check.reason = Some(reason.to_string());
    }

    pub(crate) fn not_checked(&mut self, name: CheckName, reason: impl Display) {
        let found = self.checks.iter_mut().find(|check| check.name == name);
        let Some(check) = found.filter(|check| check.verdict == Verdict::Ok) else { return };
        check.verdict = Verdict::NotChecked;
        check.reason = Some(reason.to_string());
    }

    /// Documents are not held, the first of them named at `position`.
    pub(crate) fn documents_not_held(&mut self, position: Position, reason: impl Display) {
        let found = self.checks.iter_mut().find(|check| check.name == CheckName::Documents);
        let Some(check) = found.filter(|check| check.verdict == Verdict::Ok) else { return };
        check.verdict = Verdict::NotHeld;
        check.position = Some(position);
        check.reason = Some(reason.to_string());
    }

    /// A statement is not held: what rests on its bytes cannot be checked there, and that is no fault.
    pub(crate) fn not_held(&mut self, position: Position) {
        let reason = format!("the statement at position {position} is not held");
        for name in [CheckName::Statements, CheckName::Signatures, CheckName::Admission] {
            self.not_checked(name, &reason);
        }
    }

    /// Reading failed at or soon after `position`: that is bad, and the rest could not be finished.
    pub(crate) fn unread(&mut self, position: Position, error: &ReadError) {
        self.bad(CheckName::Store, position, error);
        for name in ALL {
            self.not_checked(name, format!("reading failed from position {position} on: {error}"));
        }
    }

    /// Nothing behind `position` could be checked.
    pub(crate) fn end(&mut self, position: Position) {
        for name in ALL {
            self.not_checked(name, format!("no record at position {position}; nothing behind it"));
        }
    }
}
