//! What the HTTP layer refuses by itself, because it cannot read the head of a request, is answered with a problem like
//! any other. The layer writes a bare status line there; nothing but the bytes that it writes tells.
//!
//! So the stream of a connection knows whether a request is being answered. Bytes that are written while none is can only
//! be the layer's own refusal, its last word on the connection: a problem with the same status takes their place.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context as Task, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, Response};
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};
use tracing::info;

use crate::context::Context;
use crate::observe;
use crate::problem::{self, Limit, Problem};

/// How far the answer to the newest request of a connection is.
#[derive(Debug, Default)]
pub(crate) struct Exchange(AtomicU8);

/// Nothing is being answered.
const IDLE: u8 = 0;
/// A request is with its handler, or its answer is on the way.
const ANSWERING: u8 = 1;
/// All of the answer was handed to the HTTP layer; it may not have left yet.
const HANDED_OVER: u8 = 2;

impl Exchange {
    fn begin(&self) {
        self.0.store(ANSWERING, Ordering::Release);
    }

    fn hand_over(&self) {
        self.0.store(HANDED_OVER, Ordering::Release);
    }

    /// Everything written so far has left.
    fn flushed(&self) {
        let _ = self.0.compare_exchange(HANDED_OVER, IDLE, Ordering::AcqRel, Ordering::Relaxed);
    }

    fn is_idle(&self) -> bool {
        self.0.load(Ordering::Acquire) == IDLE
    }
}

/// The routes, for one connection: every request and every answer is noted in its exchange.
pub(crate) struct Noted {
    pub(crate) routes: TowerToHyperService<axum::Router>,
    /// The other end of the connection.
    pub(crate) peer: SocketAddr,
    pub(crate) exchange: Arc<Exchange>,
}

impl Service<Request<Incoming>> for Noted {
    type Response = Response<NotedBody>;
    type Error = <TowerToHyperService<axum::Router> as Service<Request<Incoming>>>::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        self.exchange.begin();
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let exchange = Arc::clone(&self.exchange);
        let answer = self.routes.call(request);
        Box::pin(async move { Ok(answer.await?.map(|body| NotedBody { body, exchange })) })
    }
}

/// The body of an answer; when the HTTP layer lets go of it, it has all of it.
pub(crate) struct NotedBody {
    body: Body,
    exchange: Arc<Exchange>,
}

impl HttpBody for NotedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Task<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for NotedBody {
    fn drop(&mut self) {
        self.exchange.hand_over();
    }
}

/// A connection's stream that explains the HTTP layer's own refusals.
pub(crate) struct Explaining<S> {
    stream: S,
    exchange: Arc<Exchange>,
    header_bytes_max: usize,
    explanation: Option<Explanation>,
}

/// What is said instead, and how much of it has left.
struct Explanation {
    bytes: Vec<u8>,
    written: usize,
    linger: Pin<Box<Sleep>>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Explaining<S> {
    pub(crate) fn new(stream: S, exchange: Arc<Exchange>, header_bytes_max: usize) -> Self {
        Self { stream, exchange, header_bytes_max, explanation: None }
    }

    /// Whether `bytes`, about to be written, are the HTTP layer's own; from then on they are replaced.
    fn replaces(&mut self, bytes: &[u8]) -> bool {
        if self.explanation.is_none() && self.exchange.is_idle() {
            self.explanation = problem_of(bytes, self.header_bytes_max).map(|problem| {
                let (bytes, linger) = (explained(&problem, bytes), Box::pin(sleep(LINGER)));
                Explanation { bytes, written: 0, linger }
            });
        }
        self.explanation.is_some()
    }

    fn poll_explanation(&mut self, cx: &mut Task<'_>) -> Poll<io::Result<()>> {
        let Some(explanation) = &mut self.explanation else { return Poll::Ready(Ok(())) };
        while let Some(rest) =
            explanation.bytes.get(explanation.written..).filter(|rest| !rest.is_empty())
        {
            match ready!(Pin::new(&mut self.stream).poll_write(cx, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => explanation.written += written,
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Reads away, for a moment, what the client is still sending: closing on bytes in flight resets the connection,
    /// and the client would never see why.
    fn poll_linger(&mut self, cx: &mut Task<'_>) -> Poll<()> {
        let Some(explanation) = &mut self.explanation else { return Poll::Ready(()) };
        let mut space = [0; LINGER_READ_BYTES];
        loop {
            if explanation.linger.as_mut().poll(cx).is_ready() {
                return Poll::Ready(());
            }
            let mut into = ReadBuf::new(&mut space);
            match ready!(Pin::new(&mut self.stream).poll_read(cx, &mut into)) {
                Ok(()) if !into.filled().is_empty() => {}
                _ => return Poll::Ready(()),
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Explaining<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Task<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Explaining<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Task<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.replaces(bytes) {
            return Poll::Ready(Ok(bytes.len()));
        }
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Task<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let first = pieces.iter().find(|piece| !piece.is_empty());
        if first.is_some_and(|first| self.replaces(first)) {
            return Poll::Ready(Ok(pieces.iter().map(|piece| piece.len()).sum()));
        }
        Pin::new(&mut self.stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Task<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_explanation(cx))?;
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        self.exchange.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Task<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_explanation(cx))?;
        ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
        ready!(self.poll_linger(cx));
        Poll::Ready(Ok(()))
    }
}

/// The problem that a bare answer of the HTTP layer stands for.
fn problem_of(bytes: &[u8], header_bytes_max: usize) -> Option<Problem> {
    let status = bytes.strip_prefix(b"HTTP/1.")?.get(2..5)?;
    match status {
        b"400" => Some(Problem::MalformedRequest),
        b"414" => Some(Problem::TargetTooLong),
        b"431" => Some(Problem::TooLarge { limit: Limit::HeaderBytes, max: header_bytes_max }),
        _ => None,
    }
}

/// The whole answer that says `problem`, as bytes of HTTP/1.1; the `Date` is that of the answer it stands for.
pub(crate) fn explained(problem: &Problem, instead_of: &[u8]) -> Vec<u8> {
    // Of a head that cannot be read nothing is believed, not even a language.
    let context = Context::of(&HeaderMap::new());
    let status = problem.status();
    info!(request_id = %context.request_id, status = status.as_u16(), code = problem.code(), "refused");
    let (mut headers, body) = problem::parts(problem, &context);
    observe::add_headers(&mut headers, &context);
    let reason = status.canonical_reason().unwrap_or_default();
    let mut bytes = format!("HTTP/1.1 {} {reason}\r\n", status.as_u16()).into_bytes();
    for (name, value) in &headers {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    let mut lines = instead_of.split_inclusive(|byte| *byte == b'\n');
    bytes.extend_from_slice(lines.find(|line| line.starts_with(b"date: ")).unwrap_or_default());
    bytes.extend_from_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
    bytes.extend_from_slice(&body);
    bytes
}

/// How long what is still being sent is read away.
const LINGER: Duration = Duration::from_secs(2);
const LINGER_READ_BYTES: usize = 4_096;
