//! Reading a body under its limits: bytes, silence and total time, whether or not its length was announced.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header::EXPECT;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use hyper::body::{Frame, SizeHint};
use tokio::time::{Instant, timeout, timeout_at};

use crate::config::Server;
use crate::problem::{self, Limit, Problem};

/// The limits of one body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BodyLimits {
    /// The name of the byte limit.
    pub(crate) limit: Limit,
    /// Bytes at most.
    pub(crate) bytes_max: usize,
    /// Longest silence.
    pub(crate) idle: Duration,
    /// Time for the whole body.
    pub(crate) total: Duration,
}

impl BodyLimits {
    pub(crate) fn new(limit: Limit, bytes_max: usize, server: &Server) -> Self {
        Self { limit, bytes_max, idle: server.body_idle(), total: server.body_total() }
    }

    /// Refuses an announced length above the limit before a byte is read.
    pub(crate) fn check_announced(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
        // The HTTP layer has refused what is no number; one that does not fit is above any limit.
        let length = announced.map_or(0, |text| text.parse().unwrap_or(usize::MAX));
        if length <= self.bytes_max { Ok(()) } else { Err(self.too_large()) }
    }

    /// Reads `body` to its end and hands each piece to `take`.
    pub(crate) async fn read<F>(&self, body: Body, mut take: F) -> Result<(), Problem>
    where
        F: FnMut(&[u8]) -> Result<(), Problem>,
    {
        let mut pieces = self.pieces(body);
        while let Some(piece) = pieces.next().await? {
            take(&piece)?;
        }
        Ok(())
    }

    /// `body` in pieces, for those who need time for each.
    pub(crate) fn pieces(&self, body: Body) -> Pieces {
        Pieces { limits: *self, body, deadline: Instant::now() + self.total, length: 0 }
    }

    fn too_large(&self) -> Problem {
        Problem::TooLarge { limit: self.limit, max: self.bytes_max }
    }

    fn too_slow(&self, deadline: Instant) -> Problem {
        let limit = if Instant::now() >= deadline { self.total } else { self.idle };
        Problem::BodyTimeout { limit }
    }
}

/// A body that is being read under its limits.
pub(crate) struct Pieces {
    limits: BodyLimits,
    body: Body,
    deadline: Instant,
    length: usize,
}

impl Pieces {
    /// The next piece; none at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        loop {
            let until = self.deadline.min(Instant::now() + self.limits.idle);
            let frame = timeout_at(until, frame(&mut self.body)).await;
            let frame = frame.map_err(|_| self.limits.too_slow(self.deadline))?;
            let Some(frame) = frame else { return Ok(None) };
            let Ok(bytes) = frame.map_err(|_| Problem::BodyTruncated)?.into_data() else {
                continue;
            };
            self.length = self.length.saturating_add(bytes.len());
            if self.length > self.limits.bytes_max {
                return Err(self.limits.too_large());
            }
            return Ok(Some(bytes));
        }
    }
}

/// The next bytes of a body; none at its end.
pub(crate) async fn next_bytes(body: &mut Body) -> Option<Result<Bytes, Problem>> {
    let frame = frame(body).await?.map_err(|_| Problem::BodyTruncated);
    // Trailers hold nothing of a body.
    Some(frame.map(|frame| frame.into_data().unwrap_or_default()))
}

async fn frame(body: &mut Body) -> Option<Result<Frame<Bytes>, axum::Error>> {
    poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await
}

/// Middleware: reads away, for a moment, what an early answer left unread. Closing a connection on bytes in flight
/// resets it, and the client would never see the problem that explains why.
pub(crate) async fn discard_unread(request: Request, next: Next) -> Response {
    let awaits_continue = request.headers().contains_key(EXPECT);
    let (parts, body) = request.into_parts();
    if body.is_end_stream() {
        return next.run(Request::from_parts(parts, body)).await;
    }
    let shared = SharedBody(Arc::new(Mutex::new(Unread { body, polled: false })));
    let response = next.run(Request::from_parts(parts, Body::new(shared.clone()))).await;
    // A client that waits for "100 Continue" and did not get it has sent nothing.
    let nothing_sent = awaits_continue && !shared.polled();
    if leaves_unread(&response) && !nothing_sent {
        let mut rest = Body::new(shared);
        let _ = timeout(DISCARD, async { while let Some(Ok(_)) = frame(&mut rest).await {} }).await;
    }
    response
}

/// Whether this answer may have come before the body was read. A body that came too slowly is not waited for again.
fn leaves_unread(response: &Response) -> bool {
    problem::carried(response)
        .is_some_and(|problem| !matches!(*problem, Problem::BodyTimeout { .. }))
}

/// A body that can still be read after the handler dropped it.
#[derive(Clone)]
struct SharedBody(Arc<Mutex<Unread>>);

struct Unread {
    body: Body,
    polled: bool,
}

impl SharedBody {
    fn polled(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).polled
    }
}

impl HttpBody for SharedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let mut unread = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        unread.polled = true;
        Pin::new(&mut unread.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).body.size_hint()
    }
}

/// How long the rest of a refused body is read away.
const DISCARD: Duration = Duration::from_secs(2);
