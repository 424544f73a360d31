//! Every answer that is not the one asked for, as a problem of RFC 9457, and the only place with status codes.
//!
//! Handlers return a [`Problem`]; the outermost layer ([`render`]) gives it words in the caller's language and the id of
//! the request. What is the caller's is 4xx, what is ours is 5xx: a refusal and a failure are different types.

mod answer;
mod facts;
mod fault;

use std::fmt::Display;
use std::time::Duration;

use axum::http::StatusCode;
use jejak_ledger::rules::Class;
use jejak_ledger::{Exceeded, Failure, ReadError, Refusal};
use jejak_signer::STATEMENT_BYTES_MAX;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

pub(crate) use answer::{carried, parts, render};
use facts::seconds;
pub(crate) use facts::writer;
pub(crate) use fault::{Fault, Limit, TokenFault};

use crate::context::Context;
use crate::documents::DocumentProblem;
use crate::evidence::EvidenceProblem;
use crate::shares::Shared;
use crate::texts;

/// Why a request was not answered as asked.
#[derive(Debug)]
pub(crate) enum Problem {
    /// No such route.
    UnknownRoute,
    /// The route is there, with other methods.
    MethodNotAllowed,
    /// No such ledger on this server.
    UnknownLedger { region: String },
    /// The ledger is there and did not open: the operator knows why.
    LedgerShut { region: String },
    /// The ledger has no such position (yet).
    UnknownPosition { size: u64 },
    /// The ledger has not grown to the size asked for (yet).
    UnknownSize { size: u64 },
    /// Nothing was recorded yet at the time asked for.
    BeforeFirst,
    /// The statement of this position was removed, as the law may demand; its record still stands.
    NotHeld,
    /// The ledger has not (yet) grown this tile, or it is no tile.
    UnknownTile,
    /// No certificate with this digest.
    UnknownCertificate,
    /// No trust policy was adopted by then: the anchors of the opening count.
    UnknownTrustPolicy,
    /// The ledger keeps no such time-stamp.
    UnknownTimestamp,
    /// The ledger keeps no register of this name.
    UnknownRegister { name: String },
    /// The register has no row of this key at that position.
    UnknownRow,
    /// The rule set has no event type of this name; `nearest` are those it may have meant.
    UnknownType { name: String, nearest: Vec<String> },
    /// No event has touched the stream at that position, or it is above the reader's class.
    UnknownStream,
    /// A cursor whose place this server no longer remembers.
    PlaceForgotten,
    /// A parameter this route does not know.
    UnknownParameter { name: String, known: Vec<&'static str> },
    /// A parameter with a wrong value.
    InvalidParameter { name: String, fault: Fault },
    /// The body is of another media type, or encoded.
    WrongMediaType { expected: &'static str },
    /// More than a named limit.
    TooLarge { limit: Limit, max: usize },
    /// A batch without a line.
    EmptyBatch,
    /// The request head cannot be read.
    MalformedRequest,
    /// The target of the request is longer than the HTTP layer reads.
    TargetTooLong,
    /// Plain HTTP where TLS is spoken.
    TlsRequired,
    /// The body came too slowly.
    BodyTimeout { limit: Duration },
    /// The body ended before its announced length, or its framing is broken.
    BodyTruncated,
    /// A batch ended before it was complete, after the answers to so many of its lines.
    BrokenOff { lines: u64, cause: Box<Self> },
    /// Above what this reader may see.
    ClassDenied { class: Class },
    /// Whoever wants to see this must say who he is, or has not shown a token that counts.
    ReaderRequired(TokenFault),
    /// The token is not one for this.
    NotEntitled,
    /// More requests than a quota of reading allows.
    RateLimited { of: &'static str, exceeded: Exceeded },
    /// The list of tokens cannot be read: nobody can be told apart.
    TokensUnreadable,
    /// What was read could not be written to the access log, so it is not shown.
    AccessUnrecorded,
    /// Too much to do already.
    Busy,
    /// All there is of something that callers share is taken, or all that this caller may have of it.
    Full { of: Shared, of_caller: bool, max: usize },
    /// Nothing has come of what the caller held for so long, and somebody else has it now.
    Recalled { after: Duration },
    /// The server stopped before it knew whether the statement was recorded.
    OutcomeUnknown,
    /// What is wrong with a document.
    Document(DocumentProblem),
    /// What is wrong with evidence of revocation.
    Evidence(EvidenceProblem),
    /// The ledger's answer no.
    Refused(Refusal),
    /// The ledger could not decide.
    Failed(Failure),
    /// Our fault; the cause goes to the log, never to the caller.
    Internal { cause: String },
}

/// The members of `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct Body {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    status: u16,
    detail: String,
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    #[serde(flatten)]
    #[schema(ignore)]
    facts: Map<String, Value>,
    request_id: String,
}

/// One wrong place in what was sent.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct FieldError {
    pub(crate) pointer: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rule: Option<String>,
    pub(crate) detail: String,
}

impl Problem {
    /// A failure nobody foresaw: `cause` is for the operator.
    pub(crate) fn internal(cause: &dyn Display) -> Self {
        Self::Internal { cause: cause.to_string() }
    }

    /// A line or body that is longer than a statement can be.
    pub(crate) fn statement_too_large() -> Self {
        Self::TooLarge { limit: Limit::StatementBytes, max: STATEMENT_BYTES_MAX }
    }

    /// The status code.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::UnknownParameter { .. }
            | Self::InvalidParameter { .. }
            | Self::EmptyBatch
            | Self::PlaceForgotten
            | Self::MalformedRequest
            | Self::TlsRequired
            | Self::BodyTruncated => StatusCode::BAD_REQUEST,
            Self::ReaderRequired(_) => StatusCode::UNAUTHORIZED,
            Self::ClassDenied { .. } | Self::NotEntitled => StatusCode::FORBIDDEN,
            Self::RateLimited { .. } | Self::Full { of_caller: true, .. } => {
                StatusCode::TOO_MANY_REQUESTS
            }
            Self::UnknownRoute
            | Self::UnknownLedger { .. }
            | Self::UnknownPosition { .. }
            | Self::UnknownSize { .. }
            | Self::BeforeFirst
            | Self::NotHeld
            | Self::UnknownTile
            | Self::UnknownCertificate
            | Self::UnknownTrustPolicy
            | Self::UnknownTimestamp
            | Self::UnknownRegister { .. }
            | Self::UnknownType { .. }
            | Self::UnknownRow
            | Self::UnknownStream => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::BodyTimeout { .. } => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge { limit: Limit::HeaderBytes, .. } => {
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE
            }
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TargetTooLong => StatusCode::URI_TOO_LONG,
            Self::WrongMediaType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Busy
            | Self::Full { .. }
            | Self::Recalled { .. }
            | Self::OutcomeUnknown
            | Self::LedgerShut { .. }
            | Self::TokensUnreadable
            | Self::AccessUnrecorded => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Document(problem) => document_status(problem),
            Self::Evidence(problem) => problem.status(),
            Self::BrokenOff { cause, .. } => cause.status(),
            Self::Refused(refusal) => refusal_status(refusal),
            Self::Failed(failure) => failure_answer(failure).0,
        }
    }

    /// The stable name that programs decide by.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::UnknownRoute => "unknown-route",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::UnknownLedger { .. } => "unknown-ledger",
            Self::LedgerShut { .. } => "ledger-shut",
            Self::UnknownPosition { .. } | Self::BeforeFirst => "unknown-position",
            Self::UnknownSize { .. } => "unknown-size",
            Self::NotHeld => "not-held",
            Self::UnknownTile => "unknown-tile",
            Self::UnknownCertificate => "unknown-certificate",
            Self::UnknownTrustPolicy => "unknown-trust-policy",
            Self::UnknownTimestamp => "unknown-timestamp",
            Self::UnknownRegister { .. } => "unknown-register",
            Self::UnknownRow => "unknown-row",
            Self::UnknownType { .. } => "unknown-type",
            Self::UnknownStream => "unknown-stream",
            Self::PlaceForgotten => "cursor-expired",
            Self::UnknownParameter { .. } => "unknown-parameter",
            Self::InvalidParameter { .. } => "invalid-parameter",
            Self::WrongMediaType { .. } => "wrong-media-type",
            Self::TooLarge { .. } => "too-large",
            Self::EmptyBatch => "empty-batch",
            Self::MalformedRequest => "malformed-request",
            Self::TargetTooLong => "target-too-long",
            Self::TlsRequired => "tls-required",
            Self::BodyTimeout { .. } => "body-timeout",
            Self::BodyTruncated => "body-truncated",
            Self::ClassDenied { .. } => "class-denied",
            Self::ReaderRequired(_) => "reader-required",
            Self::NotEntitled => "not-entitled",
            Self::RateLimited { .. } => RATE_LIMITED,
            Self::TokensUnreadable => "tokens-unreadable",
            Self::AccessUnrecorded => "access-unrecorded",
            Self::Full { of_caller: true, .. } => "share-full",
            Self::Busy | Self::Full { .. } | Self::Recalled { .. } => "busy",
            Self::OutcomeUnknown => "outcome-unknown",
            Self::Internal { .. } => "internal",
            Self::Document(problem) => problem.code(),
            Self::Evidence(problem) => problem.code(),
            Self::BrokenOff { cause, .. } => cause.code(),
            Self::Refused(refusal) => refusal.code(),
            Self::Failed(failure) => failure_answer(failure).1,
        }
    }

    /// What only the operator may read.
    pub(crate) fn cause(&self) -> Option<String> {
        match self {
            Self::Internal { cause } => Some(cause.clone()),
            // The caller's: not ours to look into.
            Self::Failed(Failure::OverQuota(_)) => None,
            Self::Failed(failure) => Some(failure.to_string()),
            Self::BrokenOff { cause, .. } => cause.cause(),
            _ => None,
        }
    }

    /// The body for the caller of `context`.
    pub(crate) fn body(&self, context: &Context) -> Body {
        let code = self.code();
        let words = texts::to(context, self);
        Body {
            kind: format!("urn:jejak:problem:{code}"),
            title: words.title,
            status: self.status().as_u16(),
            detail: words.detail,
            code,
            rule: self.rule(),
            errors: words.errors,
            facts: self.facts(),
            request_id: context.request_id.to_string(),
        }
    }

    pub(crate) fn rule(&self) -> Option<String> {
        match self {
            Self::Refused(refusal) => refusal.rule().map(str::to_owned),
            _ => None,
        }
    }

    fn retry_after_s(&self) -> Option<u64> {
        match self {
            Self::Busy | Self::Full { .. } | Self::Recalled { .. } => Some(1),
            Self::OutcomeUnknown | Self::AccessUnrecorded => Some(5),
            Self::TokensUnreadable | Self::LedgerShut { .. } => Some(60),
            Self::Document(problem) => problem.retry_after_s(),
            Self::RateLimited { exceeded, .. } => Some(seconds(exceeded.retry_after)),
            Self::Failed(failure) => failure_answer(failure).2,
            _ => None,
        }
    }

    /// After these the client may still be sending: the connection cannot carry another request.
    fn closes_connection(&self) -> bool {
        matches!(
            self,
            Self::BodyTimeout { .. }
                | Self::BodyTruncated
                | Self::TooLarge { .. }
                | Self::MalformedRequest
                | Self::TargetTooLong
                | Self::TlsRequired
        )
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Unavailable => Self::Failed(Failure::Unavailable),
            _ => Self::internal(&error),
        }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::TooManyLines { lines_max, .. } => {
                Self::TooLarge { limit: Limit::BatchLines, max: lines_max }
            }
            failure => Self::Failed(failure),
        }
    }
}

/// The status of what is wrong with a document: only its damage is ours.
fn document_status(problem: &DocumentProblem) -> StatusCode {
    match problem {
        DocumentProblem::Unknown | DocumentProblem::NotHeld => StatusCode::NOT_FOUND,
        DocumentProblem::Damaged => StatusCode::INTERNAL_SERVER_ERROR,
        DocumentProblem::TypeNotAllowed { .. } | DocumentProblem::TypeMismatch { .. } => {
            StatusCode::UNSUPPORTED_MEDIA_TYPE
        }
        DocumentProblem::SizeMismatch { .. } | DocumentProblem::DigestMismatch { .. } => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        DocumentProblem::WaitingFull { limit, .. } if limit.is_of_caller() => {
            StatusCode::TOO_MANY_REQUESTS
        }
        DocumentProblem::WaitingFull { .. } => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// The status of a refusal: always the caller's.
pub(crate) fn refusal_status(refusal: &Refusal) -> StatusCode {
    match refusal.code() {
        "malformed-jws" | "malformed-header" | "malformed-payload" | NOT_A_TRIAL
        | "only-a-trial" => StatusCode::BAD_REQUEST,
        "id-reused" | "fork-suspected" => StatusCode::CONFLICT,
        "version-mismatch" => StatusCode::PRECONDITION_FAILED,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// Status, code and seconds to wait of a failure: ours, but for a batch that no waiting makes smaller.
fn failure_answer(failure: &Failure) -> (StatusCode, &'static str, Option<u64>) {
    match failure {
        Failure::Busy { retry_after, .. } => {
            let seconds = retry_after.as_secs().max(1);
            (StatusCode::SERVICE_UNAVAILABLE, "busy", Some(seconds))
        }
        Failure::OverQuota(over) => {
            let wait = seconds(over.exceeded.retry_after);
            (StatusCode::TOO_MANY_REQUESTS, RATE_LIMITED, Some(wait))
        }
        Failure::WritingStopped(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, "writing-stopped", Some(60))
        }
        Failure::DiskFull { .. } => (StatusCode::INSUFFICIENT_STORAGE, "disk-full", Some(60)),
        Failure::Draining => (StatusCode::SERVICE_UNAVAILABLE, "draining", Some(5)),
        Failure::TooManyLines { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", None),
        // Also what a later ledger may come to know: nothing was recorded, and trying again is right.
        _ => (StatusCode::SERVICE_UNAVAILABLE, "unavailable", Some(5)),
    }
}

/// The code of everybody who is over a quota.
const RATE_LIMITED: &str = "rate-limited";
/// The code of an event that was sent to a rehearsal.
pub(crate) const NOT_A_TRIAL: &str = "not-a-trial";
/// A statement recorded just now.
pub(crate) const RECORDED: StatusCode = StatusCode::CREATED;
/// The answer of before, again.
pub(crate) const REPEATED: StatusCode = StatusCode::OK;
/// Taken, and kept only if an event names it.
pub(crate) const ACCEPTED: StatusCode = StatusCode::ACCEPTED;
/// The caller holds it already.
pub(crate) const NOT_MODIFIED: StatusCode = StatusCode::NOT_MODIFIED;
/// What a route allows stands in the headers.
pub(crate) const ALLOWED: StatusCode = StatusCode::NO_CONTENT;
/// Alive, but not to be sent requests.
pub(crate) const NOT_READY: StatusCode = StatusCode::SERVICE_UNAVAILABLE;

#[cfg(test)]
mod tests;
