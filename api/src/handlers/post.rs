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
use tracing::Instrument as _;

use crate::answers::{Answers, Room, answers};
use crate::app::AppState;
use crate::batch::{Batch, Bounds};
use crate::body::BodyLimits;
use crate::caller::Caller;
use crate::context::Context;
use crate::lines::{self, LINE_END_BYTES};
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
    let bytes_max = STATEMENT_BYTES_MAX + LINE_END_BYTES;
    let limits = BodyLimits::new(Limit::StatementBytes, bytes_max, &app.config().server);
    limits.check_announced(&headers).map_err(of_statement)?;
    let mut reserved = app.ledgers().reserve(0).ok_or(Problem::Busy)?;
    let mut statement = Vec::new();
    let take = |bytes: &[u8]| {
        budget(&mut reserved, bytes)?;
        statement.extend_from_slice(bytes);
        Ok(())
    };
    limits.read(body, take).await.map_err(of_statement)?;
    let statement = lines::only(statement);
    if statement.len() > STATEMENT_BYTES_MAX {
        return Err(Problem::statement_too_large());
    }
    if rehearsed {
        return trial::single(&app, ledger, context, statement, reserved).await;
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

/// `POST /v1/{ledger}/events/batch`: one statement a line, one answer a line, both ways at once.
pub(crate) async fn batch(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    uri: Uri,
    context: Context,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let rehearsed = is_rehearsal(&uri)?;
    media::require(&headers, "text/plain")?;
    if rehearsed {
        return trial::batch(&app, ledger, context, caller, &headers, body).await;
    }
    let config = app.config();
    let bounds = Bounds::of(config);
    if let Some(max) = bounds.bytes_max.and_then(|max| usize::try_from(max).ok()) {
        BodyLimits::new(Limit::BatchBytes, max, &config.server).check_announced(&headers)?;
    }
    let share = Arc::new(app.batches().take(caller)?);
    let room = Room {
        lines_max: config.limits.batch_waiting_lines_max,
        bytes_max: config.limits.batch_waiting_bytes_max,
    };
    let (outbox, mut inbox) = answers(room, context.clone(), Arc::clone(&share));
    let batch = Batch::new(app.clone(), &ledger, body, bounds, outbox, share);
    tokio::spawn(batch.run().in_current_span());
    inbox.begin().await?;
    let body = Answers::new(inbox, ledger, context, app.answering().clone());
    Ok(respond::bytes_of(media::NDJSON, Body::new(body)))
}

/// The bound is that of the statement, whatever ends its line.
fn of_statement(problem: Problem) -> Problem {
    match problem {
        Problem::TooLarge { .. } => Problem::statement_too_large(),
        other => other,
    }
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
