//! The outermost layer: gives a request its id, a problem its words, the figures their count, and the log one line, when
//! the answer has left. The line names the route's pattern, not the path: keys of registers may be confidential.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Task, Poll};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CACHE_CONTROL, HeaderName, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use hyper::body::{Frame, SizeHint};
use tracing::{Instrument, Span, error, info, info_span, warn};

use crate::app::AppState;
use crate::context::{Context, REQUEST_ID};
use crate::metrics::{Going, Metrics};
use crate::problem::{self, Problem};

/// Middleware: see the file's description.
pub(crate) async fn observe(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let mut request = request;
    let context = Context::of(request.headers());
    let route =
        request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let ledger = ledger(&app, &route, request.uri().path());
    let span = info_span!(
        "request",
        request_id = %context.request_id,
        method = %request.method(),
        route,
        ledger
    );
    let mut line = Line::begin(&app, request.method(), &route, &span);
    request.extensions_mut().insert(context.clone());

    let response = next.run(request).instrument(span).await;
    let carried = problem::carried(&response);
    let mut response = match &carried {
        Some(problem) => problem::render(&response, problem, &context),
        None => response,
    };
    add_headers(response.headers_mut(), &context);
    line.answered(response.status().as_u16(), carried.as_deref());
    // The router takes the body off the answer to HEAD, after it has announced the length that GET would have.
    response.map(|body| Body::new(Watched::new(body, line)))
}

/// The ledger that a path of the ledgers names, where there is such a one.
fn ledger(app: &AppState, route: &str, path: &str) -> Option<String> {
    let is_of_ledger = route.starts_with("/v1/{ledger}");
    let region = path.split('/').nth(2).filter(|_| is_of_ledger)?;
    Some(app.ledgers().ledger(region)?.region().to_owned())
}

/// The headers of every answer.
pub(crate) fn add_headers(headers: &mut HeaderMap, context: &Context) {
    if let Ok(id) = HeaderValue::from_str(&context.request_id) {
        headers.insert(HeaderName::from_static(REQUEST_ID), id);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// The line that the log gets of a request, written when its answer has been sent or the client has gone.
struct Line {
    metrics: Arc<Metrics>,
    method: Method,
    route: String,
    span: Span,
    began: Instant,
    status: u16,
    problem: Option<(&'static str, Option<String>)>,
    bytes: u64,
    is_whole: bool,
    going: Option<Going>,
}

impl Line {
    fn begin(app: &AppState, method: &Method, route: &str, span: &Span) -> Self {
        Self {
            metrics: Arc::clone(app.metrics()),
            method: method.clone(),
            route: route.to_owned(),
            span: span.clone(),
            began: Instant::now(),
            status: LEFT,
            problem: None,
            bytes: 0,
            is_whole: false,
            going: Some(app.metrics().request()),
        }
    }

    fn answered(&mut self, status: u16, problem: Option<&Problem>) {
        self.status = status;
        self.problem = problem.map(|problem| (problem.code(), problem.cause()));
        // What HEAD and "not modified" leave out is not missing.
        self.is_whole = self.method == Method::HEAD;
        self.count();
    }

    fn count(&self) {
        self.metrics.answered(&self.method, &self.route, self.status, self.began.elapsed());
    }

    fn write(&self) {
        let Self { status, bytes, .. } = *self;
        let duration_ms = milliseconds(self.began.elapsed());
        let Some((code, cause)) = &self.problem else {
            match status {
                LEFT => info!(duration_ms, "the client left before the answer"),
                _ if self.is_whole => info!(status, bytes, duration_ms, "answered"),
                _ => info!(status, bytes, duration_ms, "the client left within the answer"),
            }
            return;
        };
        match cause {
            Some(cause) if status == 500 => {
                error!(status, code, bytes, duration_ms, cause, "failed");
            }
            Some(cause) => warn!(status, code, bytes, duration_ms, cause, "failed"),
            None if status >= 500 => warn!(status, code, bytes, duration_ms, "failed"),
            None => info!(status, code, bytes, duration_ms, "refused"),
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if self.status == LEFT {
            self.count();
        }
        self.span.in_scope(|| self.write());
    }
}

/// The body of an answer; the line is written when it is let go. The request is no longer going once nothing is left of the
/// answer here: before the client can have seen its end.
struct Watched {
    body: Body,
    line: Line,
}

impl Watched {
    fn new(body: Body, line: Line) -> Self {
        let mut watched = Self { body, line };
        watched.end_if_whole();
        watched
    }

    fn end_if_whole(&mut self) {
        if self.body.is_end_stream() {
            self.line.going = None;
        }
    }
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Task<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                let length = frame.data_ref().map_or(0, Bytes::len);
                self.line.bytes += u64::try_from(length).unwrap_or(0);
                self.end_if_whole();
            }
            Poll::Ready(None) => {
                self.line.is_whole = true;
                self.line.going = None;
            }
            _ => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.line.is_whole |= self.body.is_end_stream();
    }
}

/// Milliseconds, to the microsecond.
fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1_000_000.0).round() / 1_000.0
}

/// The status of a request whose client did not wait for one.
const LEFT: u16 = 0;
