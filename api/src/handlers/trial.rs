//! Rehearsals (`?dry_run=true`): trials are judged like events, to the end, over the newest published state. Nothing is
//! recorded, no id is taken, and no writer waits: they run on a few threads of their own.

use std::sync::Arc;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::response::Response;
use jejak_ledger::{Ledger, Rehearsal, Reserved};
use jejak_signer::STATEMENT_BYTES_MAX;
use serde::Serialize;
use tokio::select;

use crate::app::AppState;
use crate::body::BodyLimits;
use crate::caller::Caller;
use crate::context::Context;
use crate::lines::{Line, Lines, TooManyLines};
use crate::media;
use crate::problem::{self, Limit, Problem};
use crate::rehearsed::Rehearsed;
use crate::respond;

use super::post::budget;

/// One trial.
pub(super) async fn single(
    app: &AppState,
    ledger: Arc<Ledger>,
    context: Context,
    statement: Vec<u8>,
    reserved: Reserved,
) -> Result<Response, Problem> {
    let work = move || {
        let tried = ledger.rehearse(vec![statement])?.into_iter().next();
        drop(reserved);
        let tried = tried.ok_or_else(|| Problem::internal(&"a trial without an answer"))?;
        respond::json(&Rehearsed::of(tried, &context)?)
    };
    app.rehearsing().run(work).await
}

/// A batch of trials, each over what those before it would have changed: a rehearsal of the whole batch. Its state is
/// kept in memory, so it is bounded where a batch is not.
pub(super) async fn batch(
    app: &AppState,
    ledger: Arc<Ledger>,
    context: Context,
    caller: Caller,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let config = app.config();
    let bytes_max = config.limits.trial_bytes_max;
    let limits = BodyLimits::new(Limit::TrialBytes, bytes_max, &config.server);
    limits.check_announced(headers)?;
    let lines_max = app.ledgers().settings().batch_lines_max;
    let share = app.trial_batches().take(caller)?;
    let mut reserved = app.ledgers().reserve(0).ok_or(Problem::Busy)?;
    let mut lines = Lines::new(u64::try_from(lines_max).ok(), STATEMENT_BYTES_MAX);
    let too_many = |TooManyLines| Problem::TooLarge { limit: Limit::TrialLines, max: lines_max };
    let take = |bytes: &[u8]| {
        budget(&mut reserved, bytes)?;
        lines.push(bytes).map_err(too_many)
    };
    select! {
        read = limits.read(body, take) => read?,
        () = share.recalled() => return Err(share.recall_problem()),
    }
    let lines = lines.finish();
    if lines.is_empty() {
        return Err(Problem::EmptyBatch);
    }
    let work = move || {
        let text = rehearse(&ledger, lines, &context)?;
        drop((reserved, share));
        Ok(respond::bytes_of(media::NDJSON, text))
    };
    app.rehearsing_batches().run(work).await
}

/// One line of the answer: what trying it alone, after those before it, would have answered.
#[derive(Serialize)]
#[serde(untagged)]
enum LineView {
    Rehearsed {
        line: usize,
        status: u16,
        #[serde(flatten)]
        rehearsed: Box<Rehearsed>,
    },
    Problem {
        line: usize,
        #[serde(flatten)]
        problem: Box<problem::Body>,
    },
}

fn rehearse(ledger: &Ledger, lines: Vec<Line>, context: &Context) -> Result<Vec<u8>, Problem> {
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
    let mut tried = ledger.rehearse(statements)?.into_iter();
    let mut text = Vec::new();
    for (line, fits) in (1..).zip(fits) {
        let view = if fits {
            let rehearsal = tried.next();
            let rehearsal =
                rehearsal.ok_or_else(|| Problem::internal(&"fewer answers than trials"))?;
            view(line, rehearsal, context)
        } else {
            problem_line(line, &Problem::statement_too_large(), context)
        };
        serde_json::to_writer(&mut text, &view).map_err(|error| Problem::internal(&error))?;
        text.push(b'\n');
    }
    Ok(text)
}

fn view(line: usize, rehearsal: Rehearsal, context: &Context) -> LineView {
    match Rehearsed::of(rehearsal, context) {
        Ok(rehearsed) => LineView::Rehearsed {
            line,
            status: problem::REPEATED.as_u16(),
            rehearsed: Box::new(rehearsed),
        },
        Err(problem) => problem_line(line, &problem, context),
    }
}

fn problem_line(line: usize, problem: &Problem, context: &Context) -> LineView {
    LineView::Problem { line, problem: Box::new(problem.body(context)) }
}
