//! Every answer that is not the one asked for, as a problem of RFC 9457, and the only place with status codes.
//!
//! Handlers return a [`Problem`]; the outermost layer ([`render`]) gives it words in the caller's language and the id of
//! the request. What is the caller's is 4xx, what is ours is 5xx: a refusal and a failure are different types.

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use axum::http::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_LANGUAGE, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER,
    VARY, WWW_AUTHENTICATE,
};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jejak_ledger::rules::Class;
use jejak_ledger::{Exceeded, Failure, Form, QuotaOf, ReadError, Refusal};
use jejak_signer::STATEMENT_BYTES_MAX;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::context::Context;
use crate::documents::DocumentProblem;
use crate::evidence::EvidenceProblem;
use crate::reader::class_name;
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

/// A limit a caller can meet, named in the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// `statement_bytes`: one statement.
    StatementBytes,
    /// `batch_bytes`: one batch.
    BatchBytes,
    /// `batch_lines`: statements of one batch.
    BatchLines,
    /// `header_bytes`: the head of a request.
    HeaderBytes,
    /// `document_bytes`: one document.
    DocumentBytes,
    /// `evidence_bytes`: one revocation list.
    EvidenceBytes,
    /// `trial_bytes`: one batch of trials.
    TrialBytes,
    /// `trial_lines`: trials of one batch.
    TrialLines,
}

/// Why a reader is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenFault {
    /// He has shown none.
    Missing,
    /// Not exactly one bearer token of ours: mistyped, cut off, or another scheme.
    Malformed,
    /// Nobody was given it, here.
    Unknown,
    /// Its time is over.
    Expired,
    /// It was taken back.
    Revoked,
}

/// What is wrong with a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    Encoding,
    Repeated,
    Missing,
    Empty,
    Long {
        bytes_max: usize,
    },
    Integer,
    Flag,
    Range {
        min: usize,
        max: usize,
    },
    Least {
        min: u64,
    },
    Below {
        other: &'static str,
    },
    NotAbove {
        other: &'static str,
    },
    AsOf,
    Moment,
    Many {
        max: usize,
    },
    Signer,
    /// Not what texts of this kind look like in events.
    Form(Form),
    /// None of the states that rows of this register can be in.
    State {
        known: String,
    },
    /// None of the codes that statements are refused with.
    Code,
    Digest,
    Row,
    Cursor,
    CursorWith,
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
            Self::UnknownPosition { .. } | Self::BeforeFirst => "unknown-position",
            Self::UnknownSize { .. } => "unknown-size",
            Self::NotHeld => "not-held",
            Self::UnknownTile => "unknown-tile",
            Self::UnknownCertificate => "unknown-certificate",
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
        let words = texts::of(self, context.language);
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

    /// Members beside the standard ones: what a program needs to go on.
    pub(crate) fn facts(&self) -> Map<String, Value> {
        match self {
            Self::TooLarge { limit, max } => {
                members([("limit", limit.name().into()), ("max", (*max).into())])
            }
            Self::Full { of, of_caller, max } => {
                members([("limit", of.limit(*of_caller).into()), ("max", (*max).into())])
            }
            Self::Recalled { after } => {
                let max = u64::try_from(after.as_millis()).unwrap_or(u64::MAX);
                members([("limit", "batch_fruitless_ms".into()), ("max", max.into())])
            }
            Self::UnknownPosition { size } | Self::UnknownSize { size } => {
                members([("size", (*size).into())])
            }
            Self::UnknownType { nearest, .. } => members([("nearest", nearest.as_slice().into())]),
            Self::ClassDenied { class } => members([("class", class_name(*class).into())]),
            Self::ReaderRequired(fault) => members([("token", fault.name().into())]),
            Self::Document(problem) => problem.facts(),
            Self::RateLimited { of, exceeded } => quota_facts(of, exceeded),
            Self::Failed(Failure::OverQuota(over)) => quota_facts(writer(over.of), &over.exceeded),
            Self::BrokenOff { lines, cause } => {
                let mut facts = cause.facts();
                facts.insert("lines".to_owned(), (*lines).into());
                facts
            }
            Self::Refused(refusal) => refusal_facts(refusal),
            _ => Map::new(),
        }
    }

    fn retry_after_s(&self) -> Option<u64> {
        match self {
            Self::Busy | Self::Full { .. } | Self::Recalled { .. } => Some(1),
            Self::OutcomeUnknown | Self::AccessUnrecorded => Some(5),
            Self::TokensUnreadable => Some(60),
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

impl TokenFault {
    /// The name in the answer.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Malformed => "malformed",
            Self::Unknown => "unknown",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }

    /// RFC 6750, 3: without a token there is nothing to complain about.
    fn challenge(self) -> &'static str {
        match self {
            Self::Missing => "Bearer realm=\"jejak\"",
            _ => "Bearer realm=\"jejak\", error=\"invalid_token\"",
        }
    }
}

impl Limit {
    /// The name in the answer.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::StatementBytes => "statement_bytes",
            Self::BatchBytes => "batch_bytes",
            Self::BatchLines => "batch_lines",
            Self::HeaderBytes => "header_bytes",
            Self::DocumentBytes => "document_bytes",
            Self::EvidenceBytes => "evidence_bytes",
            Self::TrialBytes => "trial_bytes",
            Self::TrialLines => "trial_lines",
        }
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

/// What a program needs to go on after a refusal.
fn refusal_facts(refusal: &Refusal) -> Map<String, Value> {
    let position = refusal.position().map(|position| ("position".to_owned(), position.0.into()));
    position.into_iter().collect()
}

/// The quota that somebody is over, and whose it is.
fn quota_facts(of: &'static str, exceeded: &Exceeded) -> Map<String, Value> {
    let Exceeded { quota, retry_after } = exceeded;
    let quota = serde_json::json!({
        "of": of,
        "per_minute": quota.per_minute,
        "burst": quota.burst,
        "retry_after_s": seconds(*retry_after),
    });
    members([("quota", quota)])
}

/// Whose quota of writing it is, in answers.
pub(crate) fn writer(of: QuotaOf) -> &'static str {
    match of {
        QuotaOf::Signer => "signer",
        QuotaOf::Agency => "agency",
    }
}

/// Whole seconds, after which there is one again.
fn seconds(wait: Duration) -> u64 {
    wait.as_secs().saturating_add(1)
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

/// A problem on its way out; [`render`] gives it its body.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// The problem that `response` carries.
pub(crate) fn carried(response: &Response) -> Option<Arc<Problem>> {
    response.extensions().get::<Arc<Problem>>().map(Arc::clone)
}

/// Gives a response that carries a problem its body and headers; `Allow` of a wrong method stays.
pub(crate) fn render(response: &Response, problem: &Problem, context: &Context) -> Response {
    let (mut headers, body) = parts(problem, context);
    if let Some(allow) = response.headers().get(header::ALLOW) {
        headers.insert(header::ALLOW, allow.clone());
    }
    (problem.status(), headers, body).into_response()
}

/// The headers and the body that say a problem.
pub(crate) fn parts(problem: &Problem, context: &Context) -> (HeaderMap, Vec<u8>) {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(context.language.tag()));
    headers.insert(VARY, HeaderValue::from_static("accept-language"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = problem.retry_after_s() {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Problem::ReaderRequired(fault) = problem {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(fault.challenge()));
    }
    if problem.closes_connection() {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    (headers, serde_json::to_vec(&problem.body(context)).unwrap_or_default())
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

fn members<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use jejak_ledger::Stop;
    use jejak_ledger::log::Position;
    use jejak_signer::Hash;

    use super::*;
    use crate::context::Language;

    fn context(language: Language) -> Context {
        Context { request_id: "r-1".into(), language }
    }

    fn told(problem: &Problem, language: Language) -> Value {
        serde_json::to_value(problem.body(&context(language))).unwrap()
    }

    #[test]
    fn a_problem_has_the_members_of_rfc_9457_and_ours() {
        let problem = Problem::TooLarge { limit: Limit::StatementBytes, max: 65_535 };
        let expected = serde_json::json!({
            "type": "urn:jejak:problem:too-large",
            "title": "Too large",
            "status": 413,
            "detail": "The limit statement_bytes is 65535 bytes for one statement.",
            "code": "too-large",
            "limit": "statement_bytes",
            "max": 65_535,
            "request_id": "r-1",
        });
        assert_eq!(told(&problem, Language::English), expected);
    }

    #[test]
    fn the_language_changes_words_and_never_codes() {
        let problem = Problem::UnknownLedger { region: "99".into() };
        let (id, en) = (told(&problem, Language::Indonesian), told(&problem, Language::English));
        assert_eq!(id["code"], en["code"]);
        assert_eq!(id["title"], "Buku besar tidak dikenal");
        assert_eq!(en["detail"], "This server has no ledger \"99\". See /v1/ledgers.");
    }

    #[test]
    fn an_internal_problem_keeps_its_cause_to_itself() {
        let problem = Problem::internal(&"row 7 of /var/lib is broken");
        assert_eq!(problem.cause().as_deref(), Some("row 7 of /var/lib is broken"));
        assert!(!told(&problem, Language::English).to_string().contains("row 7"));
    }

    #[test]
    fn a_rendered_problem_keeps_allow_and_says_when_to_come_back() {
        let rendered = |problem: Problem| {
            let mut response = problem.into_response();
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
            let problem = carried(&response).unwrap();
            render(&response, &problem, &context(Language::Indonesian))
        };
        let wrong_method = rendered(Problem::MethodNotAllowed);
        assert_eq!(wrong_method.status(), 405);
        assert_eq!(wrong_method.headers()[header::ALLOW], "POST");
        assert_eq!(wrong_method.headers()[CONTENT_TYPE], "application/problem+json");
        assert_eq!(wrong_method.headers()[CONTENT_LANGUAGE], "id");
        assert_eq!(rendered(Problem::Busy).headers()[RETRY_AFTER], "1");
        assert_eq!(rendered(Problem::BodyTruncated).headers()[CONNECTION], "close");
    }

    #[test]
    fn our_failures_are_5xx_with_codes_of_their_own() {
        let answer = |failure| {
            let problem = Problem::Failed(failure);
            (problem.status().as_u16(), problem.code())
        };
        assert_eq!(answer(Failure::Unavailable), (503, "unavailable"));
        assert_eq!(answer(Failure::Draining), (503, "draining"));
        assert_eq!(
            answer(Failure::DiskFull { free_bytes: 0, free_min_bytes: 1 }),
            (507, "disk-full")
        );
        assert_eq!(answer(Failure::WritingStopped(Stop::Indeterminate)), (503, "writing-stopped"));
    }

    #[test]
    fn a_refusal_is_the_callers_and_says_where_the_other_event_stands() {
        let refused = |refusal| told(&Problem::Refused(refusal), Language::English);
        let taken = refused(Refusal::IdReused { position: Position(7) });
        assert_eq!(taken["status"], 409);
        assert_eq!(taken["code"], "id-reused");
        assert_eq!(taken["position"], 7);
        assert_eq!(taken["title"], "Id already used");
        assert_eq!(taken["errors"][0]["pointer"], "/id");
        let behind = refused(Refusal::VersionMismatch { expected: 2, version: 3 });
        assert_eq!(behind["status"], 412);
        let unknown = refused(Refusal::CertificateUnknown { thumbprint: Hash::of(b"") });
        assert_eq!(unknown["status"], 422);
        assert_eq!(unknown.get("errors"), None, "it is the statement as a whole");
    }
}
