//! The outermost layer: gives a request its id, a problem its words, and the log one line about both. The line names
//! the route's pattern, not the path: keys of registers may be confidential.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, HeaderName, X_CONTENT_TYPE_OPTIONS};
use axum::middleware::Next;
use axum::response::Response;
use tracing::{Instrument, error, info, info_span, warn};

use crate::context::{Context, REQUEST_ID};
use crate::problem::{self, Problem};

/// Middleware: see the file's description.
pub(crate) async fn observe(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let context = Context::of(request.headers());
    let route =
        request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let ledger = ledger(&route, request.uri().path());
    let span = info_span!(
        "request",
        request_id = %context.request_id,
        method = %request.method(),
        route,
        ledger
    );
    request.extensions_mut().insert(context.clone());

    let response = next.run(request).instrument(span.clone()).await;
    let carried = problem::carried(&response);
    let mut response = match &carried {
        Some(problem) => problem::render(&response, problem, &context),
        None => response,
    };
    finish(&mut response, &context);
    span.in_scope(|| log(&response, carried.as_deref(), started));
    // The router takes the body off the answer to HEAD, after it has announced the length that GET would have.
    response
}

/// The ledger that a path of the ledgers names, whether or not there is such a one.
fn ledger(route: &str, path: &str) -> Option<String> {
    let is_of_ledger = route.starts_with("/v1/{ledger}");
    let segment = path.split('/').nth(2).filter(|_| is_of_ledger)?;
    Some(segment.chars().take(LEDGER_CHARS_MAX).collect())
}

fn finish(response: &mut Response, context: &Context) {
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&context.request_id) {
        headers.insert(HeaderName::from_static(REQUEST_ID), id);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

fn log(response: &Response, problem: Option<&Problem>, started: Instant) {
    let status = response.status().as_u16();
    let took_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    let Some(problem) = problem else {
        info!(status, took_us, "answered");
        return;
    };
    let code = problem.code();
    match problem.cause() {
        Some(cause) if status == 500 => error!(status, code, took_us, cause, "failed"),
        Some(cause) => warn!(status, code, took_us, cause, "failed"),
        None if status >= 500 => warn!(status, code, took_us, "failed"),
        None => info!(status, code, took_us, "refused"),
    }
}

/// A region's code is shorter; more than this of what a caller made up is not logged.
const LEDGER_CHARS_MAX: usize = 64;
