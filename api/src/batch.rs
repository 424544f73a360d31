//! A batch on its way through: its lines are handed to the ledger in pieces while they arrive, and answered in order
//! while more arrive. Nothing here grows with the batch: lines in flight, answers that wait and bytes of both are bounded,
//! and where a bound is met the body is not read on.

use std::collections::VecDeque;
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use jejak_ledger::{Answer, Failure, Ledger, Pieces, Reserved};
use jejak_signer::STATEMENT_BYTES_MAX;
use tokio::select;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::answers::Outbox;
use crate::app::AppState;
use crate::body::next_bytes;
use crate::config::Config;
use crate::lines::{Line, Lines, TooManyLines};
use crate::problem::{Limit, Problem};
use crate::shares::Share;

/// What one batch may take up, and for how long it may be silent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Lines of the whole batch, where that is bounded.
    pub(crate) lines_max: Option<u64>,
    /// Bytes of the whole batch, where that is bounded.
    pub(crate) bytes_max: Option<u64>,
    /// Lines handed over and not decided yet.
    pub(crate) window_lines_max: usize,
    /// Bytes of the same.
    pub(crate) window_bytes_max: usize,
    /// Longest silence of the body.
    pub(crate) idle: Duration,
    /// Time that one line may take to arrive, and that room for it may take to come.
    pub(crate) line: Duration,
}

impl Bounds {
    pub(crate) fn of(config: &Config) -> Self {
        let bound = |max: u64| (max > 0).then_some(max);
        let limits = &config.limits;
        Self {
            lines_max: bound(limits.batch_lines_max),
            bytes_max: bound(limits.batch_bytes_max),
            window_lines_max: limits.batch_window_lines_max,
            window_bytes_max: limits.batch_window_bytes_max,
            idle: config.server.body_idle(),
            line: config.server.body_total(),
        }
    }
}

/// A batch whose body is being read.
pub(crate) struct Batch {
    app: AppState,
    bounds: Bounds,
    pieces: Pieces,
    body: Body,
    lines: Lines,
    bytes: u64,
    /// Lines that are complete and not handed over yet.
    gathered: VecDeque<Line>,
    in_flight: VecDeque<Piece>,
    flying: Load,
    outbox: Outbox,
    /// Since when there was no room in the budget that all bodies share.
    starved: Option<Instant>,
    /// When the body counts as silent, and when its open line as too slow.
    silent_at: Instant,
    slow_at: Instant,
    /// Why nothing more is read.
    ended: Option<Result<(), Problem>>,
    /// Of the batches that may stream at one time.
    share: Arc<Share>,
}

/// Lines that were handed over together.
struct Piece {
    /// For each line: does an answer come for it? What is too long for a statement was not handed over.
    fits: Vec<bool>,
    load: Load,
    answers: oneshot::Receiver<Vec<Answer>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Load {
    lines: usize,
    bytes: usize,
}

impl Batch {
    pub(crate) fn new(
        app: AppState,
        ledger: &Arc<Ledger>,
        body: Body,
        bounds: Bounds,
        outbox: Outbox,
        share: Arc<Share>,
    ) -> Self {
        let now = Instant::now();
        Self {
            app,
            bounds,
            pieces: ledger.pieces(),
            body,
            lines: Lines::new(bounds.lines_max, STATEMENT_BYTES_MAX),
            bytes: 0,
            gathered: VecDeque::new(),
            in_flight: VecDeque::new(),
            flying: Load::default(),
            outbox,
            starved: None,
            silent_at: now + bounds.idle,
            slow_at: now + bounds.line,
            ended: None,
            share,
        }
    }

    /// Reads, hands over and answers until the body ends or breaks, or the client has gone.
    pub(crate) async fn run(mut self) {
        while self.ended.is_none() || !self.gathered.is_empty() || !self.in_flight.is_empty() {
            if let Err(problem) = self.step().await {
                self.end(Err(problem));
                self.gathered.clear();
                self.in_flight.clear();
            }
            if self.outbox.is_abandoned() {
                return;
            }
        }
        if let Some(Err(problem)) = self.ended.take() {
            let may_send_on =
                !matches!(problem, Problem::BodyTruncated | Problem::BodyTimeout { .. });
            self.outbox.break_off(problem);
            if may_send_on {
                self.discard().await;
            }
        }
    }

    /// The next thing that happens. An error ends the batch at once, without the answers of what is in flight.
    async fn step(&mut self) -> Result<(), Problem> {
        let reads = self.ended.is_none() && self.has_window() && self.outbox.has_room();
        let hands_over = !self.gathered.is_empty() && self.starved.is_none();
        let silence = self.silent_at.min(self.slow_at);
        select! {
            biased;
            answers = decided(&mut self.in_flight), if !self.in_flight.is_empty() => {
                self.answer(answers?)?;
            }
            bytes = next_bytes(&mut self.body), if reads && self.gathered.len() < PIECE_LINES => {
                self.take(bytes);
            }
            () = ready(()), if hands_over => self.hand_over()?,
            () = sleep(BUDGET_RETRY), if self.starved.is_some() => self.retry()?,
            () = sleep_until(silence), if reads => {
                let limit = if self.slow_at <= self.silent_at { self.bounds.line } else { self.bounds.idle };
                self.end(Err(Problem::BodyTimeout { limit }));
            }
            () = self.share.recalled(), if self.ended.is_none() => {
                self.end(Err(self.share.recall_problem()));
            }
            () = self.outbox.taken(), if !self.outbox.has_room() => {}
            () = self.outbox.abandoned() => {}
        }
        if !reads {
            // The client is not slow while nobody reads.
            self.silent_at = Instant::now() + self.bounds.idle;
            self.slow_at = Instant::now() + self.bounds.line;
        }
        Ok(())
    }

    /// Takes the next piece of the body.
    fn take(&mut self, bytes: Option<Result<Bytes, Problem>>) {
        let bytes = match bytes {
            None => {
                self.gathered.extend(self.lines.finish());
                return self.end(Ok(()));
            }
            Some(Err(problem)) => return self.end(Err(problem)),
            Some(Ok(bytes)) => bytes,
        };
        self.bytes = self.bytes.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        self.silent_at = Instant::now() + self.bounds.idle;
        if let Some(max) = self.bounds.bytes_max.filter(|max| self.bytes > *max) {
            return self.end(Err(too_large(Limit::BatchBytes, max)));
        }
        let pushed = self.lines.push(&bytes);
        let complete = self.lines.take();
        if !complete.is_empty() {
            self.slow_at = Instant::now() + self.bounds.line;
        }
        self.gathered.extend(complete);
        if let (Err(TooManyLines), Some(max)) = (pushed, self.bounds.lines_max) {
            self.end(Err(too_large(Limit::BatchLines, max)));
        }
        if self.app.is_draining() {
            self.end(Err(Problem::Failed(Failure::Draining)));
        }
    }

    /// Hands over up to a piece of what is gathered.
    fn hand_over(&mut self) -> Result<(), Problem> {
        let lines = self.gathered.iter().take(PIECE_LINES);
        let bytes = lines.map(Line::bytes).sum();
        let Some(reserved) = self.app.ledgers().reserve(bytes) else {
            self.starved = Some(Instant::now());
            return Ok(());
        };
        let count = self.gathered.len().min(PIECE_LINES);
        let mut statements = Vec::with_capacity(count);
        let mut fits = Vec::with_capacity(count);
        for line in self.gathered.drain(..count) {
            match line {
                Line::Statement(bytes) => {
                    statements.push(bytes);
                    fits.push(true);
                }
                Line::TooLong => fits.push(false),
            }
        }
        let answers = submit(&mut self.pieces, statements, reserved)?;
        let load = Load { lines: count, bytes };
        self.flying.lines = self.flying.lines.saturating_add(load.lines);
        self.flying.bytes = self.flying.bytes.saturating_add(load.bytes);
        self.in_flight.push_back(Piece { fits, load, answers });
        Ok(())
    }

    /// The budget had no room: is there any now?
    fn retry(&mut self) -> Result<(), Problem> {
        let since = self.starved.take().unwrap_or_else(Instant::now);
        self.hand_over()?;
        if self.starved.is_some() {
            self.starved = Some(since);
            if since.elapsed() > self.bounds.line {
                return Err(Problem::Busy);
            }
        }
        Ok(())
    }

    /// The oldest piece is decided.
    fn answer(&mut self, answers: Vec<Answer>) -> Result<(), Problem> {
        let Some(piece) = self.in_flight.pop_front() else { return Ok(()) };
        // Who waits for an answer is not silent.
        self.silent_at = Instant::now() + self.bounds.idle;
        self.flying.lines = self.flying.lines.saturating_sub(piece.load.lines);
        self.flying.bytes = self.flying.bytes.saturating_sub(piece.load.bytes);
        let mut answers = answers.into_iter();
        let mut is_fruitful = false;
        for fits in piece.fits {
            if fits {
                let answer = answers.next();
                let answer = answer.ok_or_else(|| {
                    Problem::internal(&"the ledger gave fewer answers than lines")
                })?;
                is_fruitful |= matches!(answer, Answer::Recorded(_));
                self.outbox.answer(answer);
            } else {
                self.outbox.refuse(&Problem::statement_too_large());
            }
        }
        if is_fruitful {
            self.share.bears_fruit();
        }
        // What was decided has given its bytes back.
        if self.starved.is_some() { self.retry() } else { Ok(()) }
    }

    fn has_window(&self) -> bool {
        self.starved.is_none()
            && self.flying.lines < self.bounds.window_lines_max
            && self.flying.bytes < self.bounds.window_bytes_max
    }

    /// The first reason stands.
    fn end(&mut self, how: Result<(), Problem>) {
        self.ended.get_or_insert(how);
    }

    /// Reads away, for a moment, what a client sends that has not yet seen the last line: closing on it would take
    /// the answers with it.
    async fn discard(mut self) {
        let rest = async {
            loop {
                select! {
                    bytes = next_bytes(&mut self.body) => if !matches!(bytes, Some(Ok(_))) { return },
                    () = self.outbox.abandoned() => return,
                }
            }
        };
        let _ = timeout(DISCARD, rest).await;
    }
}

/// The answers of the oldest piece.
async fn decided(in_flight: &mut VecDeque<Piece>) -> Result<Vec<Answer>, Problem> {
    match in_flight.front_mut() {
        Some(piece) => (&mut piece.answers).await.map_err(|_| Problem::OutcomeUnknown),
        None => Ok(Vec::new()),
    }
}

/// Hands statements over. The budget is given back when they are decided, even if the client has gone by then.
fn submit(
    pieces: &mut Pieces,
    statements: Vec<Vec<u8>>,
    reserved: Reserved,
) -> Result<oneshot::Receiver<Vec<Answer>>, Problem> {
    let (sender, receiver) = oneshot::channel();
    let reply = move |answers| {
        drop(reserved);
        // The client may have gone; the statements stand all the same.
        let _ = sender.send(answers);
    };
    pieces.submit(statements, Box::new(reply))?;
    Ok(receiver)
}

fn too_large(limit: Limit, max: u64) -> Problem {
    Problem::TooLarge { limit, max: usize::try_from(max).unwrap_or(usize::MAX) }
}

/// Lines handed over at once: as many as one thread verifies in one go.
const PIECE_LINES: usize = 64;
/// How soon a full budget is asked again.
const BUDGET_RETRY: Duration = Duration::from_millis(20);
/// How long the rest of a broken batch is read away.
const DISCARD: Duration = Duration::from_secs(2);
