//! The answers to a batch as a body of JSON lines. They are rendered a piece at a time, as the client takes them, so
//! that a batch of receipts never stands in memory as text.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Poll, ready};
use std::vec::IntoIter;

use axum::body::{Bytes, HttpBody};
use hyper::body::Frame;
use jejak_ledger::Answer;
use serde::Serialize;

use crate::blocking::Blocking;
use crate::context::Context;
use crate::problem::{Body, Problem, RECORDED, REPEATED};
use crate::wire::Posted;

/// What is to be said about one line.
pub(crate) enum LineAnswer {
    /// The ledger's answer.
    Decided(Answer),
    /// It was too long to be a statement.
    TooLong,
}

/// The answers not yet sent.
pub(crate) struct Answers {
    waiting: IntoIter<LineAnswer>,
    next_line: usize,
    rendering: Option<Rendering>,
    context: Context,
    blocking: Blocking,
}

type Rendering = Pin<Box<dyn Future<Output = Result<Bytes, Problem>> + Send>>;

/// One line of the answer: what posting it alone would have answered.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum LineView {
    Receipt {
        line: usize,
        status: u16,
        #[serde(flatten)]
        posted: Box<Posted>,
    },
    /// The problem has its status among its members.
    Problem {
        line: usize,
        #[serde(flatten)]
        problem: Box<Body>,
    },
}

impl Answers {
    pub(crate) fn new(answers: Vec<LineAnswer>, context: Context, blocking: Blocking) -> Self {
        Self { waiting: answers.into_iter(), next_line: 1, rendering: None, context, blocking }
    }

    /// Starts on the next piece; none is left when it returns false.
    fn start(&mut self) -> bool {
        let piece: Vec<_> = self.waiting.by_ref().take(PIECE_LINES).collect();
        if piece.is_empty() {
            return false;
        }
        let first = self.next_line;
        self.next_line = first.saturating_add(piece.len());
        let (context, blocking) = (self.context.clone(), self.blocking.clone());
        self.rendering =
            Some(Box::pin(
                async move { blocking.run(move || render(piece, first, &context)).await },
            ));
        true
    }
}

impl HttpBody for Answers {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        if self.rendering.is_none() && !self.start() {
            return Poll::Ready(None);
        }
        let Some(rendering) = self.rendering.as_mut() else {
            return Poll::Ready(None);
        };
        let rendered = ready!(rendering.as_mut().poll(cx));
        self.rendering = None;
        // The status is sent long since: breaking the body off is the only way left to say that it is incomplete.
        let rendered =
            rendered.map(Frame::data).map_err(|problem| io::Error::other(problem.code()));
        Poll::Ready(Some(rendered))
    }
}

fn render(piece: Vec<LineAnswer>, first: usize, context: &Context) -> Result<Bytes, Problem> {
    let mut text = Vec::new();
    for (line, answer) in (first..).zip(piece) {
        let view = view(line, answer, context);
        serde_json::to_writer(&mut text, &view).map_err(|error| Problem::internal(&error))?;
        text.push(b'\n');
    }
    Ok(text.into())
}

fn view(line: usize, answer: LineAnswer, context: &Context) -> LineView {
    let receipt = |status: u16, receipted: &_| match Posted::of(receipted) {
        Ok(posted) => LineView::Receipt { line, status, posted: Box::new(posted) },
        Err(problem) => problem_line(line, &problem, context),
    };
    match answer {
        LineAnswer::Decided(Answer::Recorded(receipted)) => receipt(RECORDED.as_u16(), &receipted),
        LineAnswer::Decided(Answer::Repeated(receipted)) => receipt(REPEATED.as_u16(), &receipted),
        LineAnswer::Decided(Answer::Refused(refusal)) => {
            problem_line(line, &Problem::Refused(refusal), context)
        }
        LineAnswer::Decided(Answer::Failed(failure)) => {
            problem_line(line, &Problem::Failed(failure), context)
        }
        LineAnswer::TooLong => problem_line(line, &Problem::statement_too_large(), context),
    }
}

fn problem_line(line: usize, problem: &Problem, context: &Context) -> LineView {
    if let Some(cause) = problem.cause() {
        tracing::error!(request_id = %context.request_id, line, cause, "failed");
    }
    LineView::Problem { line, problem: Box::new(problem.body(context)) }
}

/// Lines rendered at once: about 100 KiB of receipts.
const PIECE_LINES: usize = 64;
