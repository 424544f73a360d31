//! The answers to a batch as a body of JSON lines. What was recorded is rendered when the client takes it, so that
//! receipts never stand in memory as text; what waits longer waits as a position alone.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Poll, ready};

use axum::body::{Bytes, HttpBody};
use hyper::body::Frame;
use jejak_ledger::log::Position;
use jejak_ledger::{Answer, Ledger, Receipted};
use serde::Serialize;
use tokio::sync::Notify;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use crate::blocking::Blocking;
use crate::context::Context;
use crate::problem::{Body, Problem, RECORDED, REPEATED};
use crate::shares::Share;
use crate::wire::Posted;

/// The answers to a batch, from those who decide it to its body.
pub(crate) fn answers(room: Room, context: Context, share: Arc<Share>) -> (Outbox, Inbox) {
    let waiting = Arc::new(Waiting {
        room,
        lines: AtomicUsize::new(0),
        bytes: AtomicUsize::new(0),
        taken: Notify::new(),
    });
    let (sender, receiver) = mpsc::unbounded_channel();
    let outbox = Outbox { sender, waiting: Arc::clone(&waiting), context, lines: 0 };
    (outbox, Inbox { receiver, waiting, first: None, share })
}

/// How much may wait for the client to take it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    /// Answered lines.
    pub(crate) lines_max: usize,
    /// Bytes of refusals, which wait as text.
    pub(crate) bytes_max: usize,
}

struct Waiting {
    room: Room,
    lines: AtomicUsize,
    bytes: AtomicUsize,
    taken: Notify,
}

/// What is to be said about one line, or at the end.
enum Said {
    /// It stands in the log; the receipt comes from the group that it was recorded with.
    AtHand { line: u64, status: u16, receipted: Box<Receipted> },
    /// It stands in the log; the receipt is made again from the log.
    Stored { line: u64, status: u16, position: Position },
    /// Why it does not stand there.
    Refused(Bytes),
    /// The batch broke off.
    Broken(Box<Problem>),
}

/// Where answers go, in the order of the lines.
pub(crate) struct Outbox {
    sender: UnboundedSender<Said>,
    waiting: Arc<Waiting>,
    context: Context,
    lines: u64,
}

impl Outbox {
    /// The ledger has decided the next line.
    pub(crate) fn answer(&mut self, answer: Answer) {
        match answer {
            Answer::Recorded(receipted) => self.stands(RECORDED.as_u16(), receipted),
            Answer::Repeated(receipted) => self.stands(REPEATED.as_u16(), receipted),
            Answer::Refused(refusal) => self.refuse(&Problem::Refused(refusal)),
            Answer::Failed(failure) => self.refuse(&Problem::Failed(failure)),
        }
    }

    /// The next line does not stand in the log.
    pub(crate) fn refuse(&mut self, problem: &Problem) {
        self.lines = self.lines.saturating_add(1);
        if let Some(cause) = problem.cause() {
            tracing::error!(request_id = %self.context.request_id, line = self.lines, cause, "failed");
        }
        let problem = Box::new(problem.body(&self.context));
        let mut text = Vec::new();
        let view = LineView::Problem { line: self.lines, problem };
        match write(&mut text, &view) {
            Ok(()) => self.say(Said::Refused(text.into())),
            Err(problem) => self.break_off(problem),
        }
    }

    /// Nothing more can be answered.
    pub(crate) fn break_off(&mut self, problem: Problem) {
        let lines = self.lines;
        let cause = Box::new(problem);
        let problem = if lines > 0 { Problem::BrokenOff { lines, cause } } else { *cause };
        self.say(Said::Broken(Box::new(problem)));
    }

    /// Whether more may be decided before the client has taken some answers.
    pub(crate) fn has_room(&self) -> bool {
        let Waiting { room, lines, bytes, .. } = &*self.waiting;
        lines.load(Ordering::Acquire) < room.lines_max
            && bytes.load(Ordering::Acquire) < room.bytes_max
    }

    /// Returns when the client has taken some answers, at once where it has since the last call.
    pub(crate) async fn taken(&self) {
        self.waiting.taken.notified().await;
    }

    /// Returns when nobody will take answers any more.
    pub(crate) async fn abandoned(&self) {
        self.sender.closed().await;
    }

    pub(crate) fn is_abandoned(&self) -> bool {
        self.sender.is_closed()
    }

    fn stands(&mut self, status: u16, receipted: Receipted) {
        self.lines = self.lines.saturating_add(1);
        let line = self.lines;
        // Records and proofs of a group stay in memory as long as one of its receipts waits.
        let said = if self.waiting.lines.load(Ordering::Acquire) < AT_HAND_LINES_MAX {
            Said::AtHand { line, status, receipted: Box::new(receipted) }
        } else {
            Said::Stored { line, status, position: receipted.position }
        };
        self.say(said);
    }

    fn say(&self, said: Said) {
        self.waiting.lines.fetch_add(1, Ordering::AcqRel);
        self.waiting.bytes.fetch_add(said.bytes(), Ordering::AcqRel);
        // A client that has gone will find its statements answered when it sends them again.
        let _ = self.sender.send(said);
    }
}

impl Said {
    /// Bytes that wait.
    fn bytes(&self) -> usize {
        match self {
            Self::Refused(text) => text.len(),
            Self::AtHand { .. } | Self::Stored { .. } | Self::Broken(_) => 0,
        }
    }

    /// Whether it says that something was recorded just now.
    fn is_recorded(&self) -> bool {
        match self {
            Self::AtHand { status, .. } | Self::Stored { status, .. } => {
                *status == RECORDED.as_u16()
            }
            Self::Refused(_) | Self::Broken(_) => false,
        }
    }
}

/// Where answers wait for the client.
pub(crate) struct Inbox {
    receiver: UnboundedReceiver<Said>,
    waiting: Arc<Waiting>,
    first: Option<Said>,
    /// Of the batches that may stream at one time: answers that wait take up memory also when all are there.
    share: Arc<Share>,
}

impl Inbox {
    /// Waits until there is something to say. A batch that broke off before its first answer is refused as a whole.
    pub(crate) async fn begin(&mut self) -> Result<(), Problem> {
        match self.receiver.recv().await {
            Some(Said::Broken(problem)) => Err(*problem),
            Some(first) => {
                self.first = Some(first);
                Ok(())
            }
            None => Err(Problem::EmptyBatch),
        }
    }

    /// The next answers, at most as many as are rendered at once; empty at the end.
    fn poll_next(&mut self, cx: &mut std::task::Context<'_>) -> Poll<Vec<Said>> {
        let mut piece: Vec<Said> = self.first.take().into_iter().collect();
        let room = PIECE_LINES.saturating_sub(piece.len());
        match self.receiver.poll_recv_many(cx, &mut piece, room) {
            Poll::Pending if piece.is_empty() => return Poll::Pending,
            Poll::Pending | Poll::Ready(_) => {}
        }
        let bytes = piece.iter().map(Said::bytes).sum();
        self.waiting.lines.fetch_sub(piece.len(), Ordering::AcqRel);
        self.waiting.bytes.fetch_sub(bytes, Ordering::AcqRel);
        self.waiting.taken.notify_one();
        if piece.iter().any(Said::is_recorded) {
            self.share.bears_fruit();
        }
        Poll::Ready(piece)
    }

    /// Whether a batch whose place is another's leaves its answers lying: then they are not kept for it any longer.
    fn is_given_up(&self) -> bool {
        self.share.is_recalled() && self.waiting.lines.load(Ordering::Acquire) > PIECE_LINES
    }
}

/// The body of the response.
pub(crate) struct Answers {
    inbox: Inbox,
    rendering: Option<Rendering>,
    ledger: Arc<Ledger>,
    context: Context,
    blocking: Blocking,
}

type Rendering = Pin<Box<dyn Future<Output = Result<Bytes, Problem>> + Send>>;

/// One line of the answer: what posting it alone would have answered.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum LineView {
    Receipt {
        line: u64,
        status: u16,
        #[serde(flatten)]
        posted: Box<Posted>,
    },
    /// The problem has its status among its members.
    Problem {
        line: u64,
        #[serde(flatten)]
        problem: Box<Body>,
    },
    /// The last line of a batch that broke off. It has no number: it answers none.
    Broken(Box<Body>),
}

impl LineView {
    fn of(line: u64, status: u16, posted: Result<Posted, Problem>, context: &Context) -> Self {
        match posted {
            Ok(posted) => Self::Receipt { line, status, posted: Box::new(posted) },
            Err(problem) => Self::Problem { line, problem: Box::new(problem.body(context)) },
        }
    }
}

impl Answers {
    pub(crate) fn new(
        inbox: Inbox,
        ledger: Arc<Ledger>,
        context: Context,
        blocking: Blocking,
    ) -> Self {
        Self { inbox, rendering: None, ledger, context, blocking }
    }

    /// Starts on the next piece.
    fn start(&mut self, piece: Vec<Said>) -> Rendering {
        let (ledger, context) = (Arc::clone(&self.ledger), self.context.clone());
        let blocking = self.blocking.clone();
        Box::pin(async move { blocking.run(move || render(piece, &ledger, &context)).await })
    }
}

impl HttpBody for Answers {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let mut rendering = match self.rendering.take() {
            Some(rendering) => rendering,
            None if self.inbox.is_given_up() => {
                return Poll::Ready(Some(Err(io::Error::other("recalled"))));
            }
            None => match ready!(self.inbox.poll_next(cx)) {
                piece if piece.is_empty() => return Poll::Ready(None),
                piece => self.start(piece),
            },
        };
        let Poll::Ready(rendered) = rendering.as_mut().poll(cx) else {
            self.rendering = Some(rendering);
            return Poll::Pending;
        };
        // The status is sent long since: breaking the body off is the only way left to say that it is incomplete.
        let rendered =
            rendered.map(Frame::data).map_err(|problem| io::Error::other(problem.code()));
        Poll::Ready(Some(rendered))
    }
}

fn render(piece: Vec<Said>, ledger: &Ledger, context: &Context) -> Result<Bytes, Problem> {
    let mut text = Vec::new();
    for said in piece {
        match said {
            Said::AtHand { line, status, receipted } => {
                let posted = Posted::of(&receipted);
                write(&mut text, &LineView::of(line, status, posted, context))?;
            }
            Said::Stored { line, status, position } => {
                let posted = Posted::stored(&ledger.view(), position);
                write(&mut text, &LineView::of(line, status, posted, context))?;
            }
            Said::Refused(line) => text.extend_from_slice(&line),
            Said::Broken(problem) => {
                write(&mut text, &LineView::Broken(Box::new(problem.body(context))))?;
            }
        }
    }
    Ok(text.into())
}

fn write(text: &mut Vec<u8>, view: &LineView) -> Result<(), Problem> {
    serde_json::to_writer(&mut *text, view).map_err(|error| Problem::internal(&error))?;
    text.push(b'\n');
    Ok(())
}

/// Lines rendered at once: about 100 KiB of receipts.
const PIECE_LINES: usize = 64;
/// Waiting lines above which a receipt is made from the log when its turn comes.
const AT_HAND_LINES_MAX: usize = 4_096;
