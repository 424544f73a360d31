//! Taking statements: bytes are budgeted before the body is read, handed to the ledger, and answered when it has
//! decided and synced. Nothing here looks into a statement.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Response};
use jejak_ledger::{Answer, Ledger, Receipted, Reserved};
use jejak_signer::STATEMENT_BYTES_MAX;
use tokio::sync::oneshot;

use crate::answers::{Answers, LineAnswer};
use crate::app::AppState;
use crate::body::BodyLimits;
use crate::context::Context;
use crate::lines::{Line, Lines, TooManyLines};
use crate::media;
use crate::path::InLedger;
use crate::problem::{Limit, Problem, RECORDED, REPEATED};
use crate::query::Params;
use crate::respond;
use crate::wire::Posted;

use super::trial;

/// `POST /v1/{ledger}/events`: one statement.
pub(crate) async fn single(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    uri: Uri,
    context: Context,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let rehearsed = is_rehearsal(&uri)?;
    media::require(&headers, media::JOSE)?;
    let limits = BodyLimits::new(Limit::StatementBytes, STATEMENT_BYTES_MAX, &app.config().server);
    limits.check_announced(&headers)?;
    let mut reserved = app.ledgers().reserve(0).ok_or(Problem::Busy)?;
    let mut statement = Vec::new();
    let take = |bytes: &[u8]| {
        budget(&mut reserved, bytes)?;
        statement.extend_from_slice(bytes);
        Ok(())
    };
    limits.read(body, take).await?;
    if rehearsed {
        return trial::single(&app, ledger, context.language, statement, reserved).await;
    }
    let answer = submit(&ledger, vec![statement], reserved).await?.into_iter().next();
    let region = ledger.region().to_owned();
    if !needs_store(answer.as_ref()) {
        return answered(&region, answer);
    }
    // It is decided: whatever happens now, nobody may be told that nothing was recorded.
    let rendered = app.answering().run(move || answered(&region, answer)).await;
    rendered.map_err(|problem| match problem {
        Problem::Busy => Problem::OutcomeUnknown,
        other => other,
    })
}

/// `POST /v1/{ledger}/events/batch`: one statement a line, one answer a line.
pub(crate) async fn batch(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    uri: Uri,
    context: Context,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let rehearsed = is_rehearsal(&uri)?;
    media::require(&headers, "text/plain")?;
    if rehearsed {
        return trial::batch(&app, ledger, context, &headers, body).await;
    }
    let config = app.config();
    let lines_max = app.ledgers().settings().batch_lines_max;
    let limits = BodyLimits::new(Limit::BatchBytes, config.limits.batch_bytes_max, &config.server);
    limits.check_announced(&headers)?;
    let mut reserved = app.ledgers().reserve(0).ok_or(Problem::Busy)?;
    let mut lines = Lines::new(lines_max, STATEMENT_BYTES_MAX);
    let too_many = |TooManyLines| Problem::TooLarge { limit: Limit::BatchLines, max: lines_max };
    let take = |bytes: &[u8]| {
        budget(&mut reserved, bytes)?;
        lines.push(bytes).map_err(too_many)
    };
    limits.read(body, take).await?;
    let lines = lines.finish();
    if lines.is_empty() {
        return Err(Problem::EmptyBatch);
    }
    let answers = submit_lines(&ledger, lines, reserved).await?;
    let body = Answers::new(answers, context, app.answering().clone());
    Ok(respond::bytes_of(media::NDJSON, Body::new(body)))
}

/// Whether the caller only wants to know what would happen.
fn is_rehearsal(uri: &Uri) -> Result<bool, Problem> {
    Ok(Params::of(uri, &["dry_run"])?.flag("dry_run")?.unwrap_or(false))
}

/// Takes from the budget that all bodies share what has arrived, not what was announced: a connection
/// that only promises holds nothing.
pub(super) fn budget(reserved: &mut Reserved, bytes: &[u8]) -> Result<(), Problem> {
    if reserved.grow(bytes.len()) { Ok(()) } else { Err(Problem::Busy) }
}

/// Whether the receipt has to be looked up.
fn needs_store(answer: Option<&Answer>) -> bool {
    match answer {
        Some(Answer::Recorded(receipted) | Answer::Repeated(receipted)) => !receipted.is_at_hand(),
        _ => false,
    }
}

/// Hands the lines over and waits for their answers. The budget is given back when they are decided, even if the
/// client has gone by then.
async fn submit(
    ledger: &Arc<Ledger>,
    lines: Vec<Vec<u8>>,
    reserved: Reserved,
) -> Result<Vec<Answer>, Problem> {
    let (sender, receiver) = oneshot::channel();
    let reply = move |answers| {
        drop(reserved);
        // The client may have gone; the statements stand all the same.
        let _ = sender.send(answers);
    };
    ledger.submit(lines, Box::new(reply))?;
    receiver.await.map_err(|_| Problem::OutcomeUnknown)
}

/// Submits what may be statements and gives every line its answer, in order. A line that is too long for a statement
/// is answered as it would be alone.
async fn submit_lines(
    ledger: &Arc<Ledger>,
    lines: Vec<Line>,
    reserved: Reserved,
) -> Result<Vec<LineAnswer>, Problem> {
    let mut statements = Vec::with_capacity(lines.len());
    let fits: Vec<bool> = lines
        .into_iter()
        .map(|line| match line {
            Line::Statement(bytes) => {
                statements.push(bytes);
                true
            }
            Line::TooLong => false,
        })
        .collect();
    let answers = if statements.is_empty() {
        Vec::new()
    } else {
        submit(ledger, statements, reserved).await?
    };
    let mut answers = answers.into_iter();
    let mut answer_of = |fits: bool| {
        if fits {
            answers.next().map(LineAnswer::Decided).ok_or_else(unanswered)
        } else {
            Ok(LineAnswer::TooLong)
        }
    };
    fits.into_iter().map(&mut answer_of).collect()
}

/// The response to one statement.
fn answered(region: &str, answer: Option<Answer>) -> Result<Response, Problem> {
    let (status, receipted) = match answer.ok_or_else(unanswered)? {
        Answer::Recorded(receipted) => (RECORDED, receipted),
        Answer::Repeated(receipted) => (REPEATED, receipted),
        Answer::Refused(refusal) => return Err(Problem::Refused(refusal)),
        Answer::Failed(failure) => return Err(Problem::Failed(failure)),
    };
    let body =
        serde_json::to_vec(&Posted::of(&receipted)?).map_err(|error| Problem::internal(&error))?;
    let location = location(region, &receipted);
    let headers = [(CONTENT_TYPE, media::JSON), (CACHE_CONTROL, "no-store"), (LOCATION, &location)];
    Ok((status, headers, body).into_response())
}

fn location(region: &str, receipted: &Receipted) -> String {
    format!("/v1/{region}/events/{}", receipted.position.0)
}

fn unanswered() -> Problem {
    Problem::internal(&"the ledger gave fewer answers than lines")
}
