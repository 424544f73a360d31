//! A problem on its way out, with its headers and its body.

use std::sync::Arc;

use axum::http::header::{
    self, CACHE_CONTROL, CONNECTION, CONTENT_LANGUAGE, CONTENT_TYPE, HeaderMap, HeaderValue,
    RETRY_AFTER, VARY, WWW_AUTHENTICATE,
};
use axum::response::{IntoResponse, Response};

use super::Problem;
use crate::context::Context;

/// A problem on its way out; [`render`] gives it its body.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// The problem that `response` carries.
pub(crate) fn carried(response: &Response) -> Option<Arc<Problem>> {
    response.extensions().get::<Arc<Problem>>().map(Arc::clone)
}

/// Gives a response that carries a problem its body and headers; `Allow` of a wrong method stays.
pub(crate) fn render(response: &Response, problem: &Problem, context: &Context) -> Response {
    let (mut headers, body) = parts(problem, context);
    if let Some(allow) = response.headers().get(header::ALLOW) {
        headers.insert(header::ALLOW, allow.clone());
    }
    (problem.status(), headers, body).into_response()
}

/// The headers and the body that say a problem.
pub(crate) fn parts(problem: &Problem, context: &Context) -> (HeaderMap, Vec<u8>) {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(context.tags()));
    headers.insert(VARY, HeaderValue::from_static("accept-language"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = problem.retry_after_s() {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Problem::ReaderRequired(fault) = problem {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(fault.challenge()));
    }
    if problem.closes_connection() {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    (headers, serde_json::to_vec(&problem.body(context)).unwrap_or_default())
}
