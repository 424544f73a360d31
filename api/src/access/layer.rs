//! Between the handler and the answer: what shows something above public is written to the access log first, and is
//! kept by no shared cache.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, HeaderMap, HeaderValue, VARY};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::line::{Asked, Line};
use super::sight::Sight;
use crate::app::AppState;
use crate::context::Context;
use crate::problem::NOT_MODIFIED;

/// Middleware of the routes that readers use: see the file's description.
pub(crate) async fn account(
    State(app): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let sight = Arc::new(Sight::default());
    request.extensions_mut().insert(Arc::clone(&sight));
    let asked = asked(&request);
    let mut response = next.run(request).await;
    // Whether a token came along decides what is shown, so it decides what a cache may give to whom.
    response.headers_mut().append(VARY, HeaderValue::from_name(AUTHORIZATION));
    if !shows_something(&response) {
        return response;
    }
    let Some((token, seen)) = sight.told() else { return response };
    keep_private(response.headers_mut());
    let time = app.ledgers().clock().now();
    let Some(line) = Line::of(time, &token, seen, asked) else { return response };
    match app.access().write(time, &line).await {
        Ok(()) => response,
        Err(problem) => problem.into_response(),
    }
}

/// What the line says of the request. A request has all of it before it is answered.
fn asked(request: &Request) -> Asked {
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str);
    let path = request.uri().path();
    let request_id = request.extensions().get::<Context>().map(|context| &*context.request_id);
    Asked {
        ledger: path.split('/').nth(2).unwrap_or_default().to_owned(),
        route: route.to_owned(),
        path: path.to_owned(),
        query: request.uri().query().map(str::to_owned),
        request_id: request_id.unwrap_or("-").to_owned(),
    }
}

/// A problem shows nothing of the ledger.
fn shows_something(response: &Response) -> bool {
    response.status().is_success() || response.status() == NOT_MODIFIED
}

fn keep_private(headers: &mut HeaderMap) {
    let caching = headers.get(CACHE_CONTROL).and_then(|value| value.to_str().ok());
    if !caching.is_some_and(|caching| caching.starts_with("private")) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    }
}
