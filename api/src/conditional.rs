//! Answers that may be different at the next request get a tag of their bytes, and a caller who holds that tag gets none
//! of them again (RFC 9110, 13.1.2). What is named by its content already carries its own tag, what no cache may keep
//! gets none.

use axum::body::{Body, HttpBody as _, to_bytes};
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderMap};
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use jejak_signer::Hash;

use crate::problem::{NOT_MODIFIED, Problem};
use crate::respond::holds;

/// Middleware of the routes that read: see the file's description.
pub(crate) async fn conditional(request: Request, next: Next) -> Result<Response, Problem> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let held = request.headers().clone();
    let response = next.run(request).await;
    if !reads || !is_taggable(&response) {
        return Ok(response);
    }
    let (mut parts, body) = response.into_parts();
    let bytes =
        to_bytes(body, TAGGED_BYTES_MAX).await.map_err(|error| Problem::internal(&error))?;
    let tag = format!("\"{}\"", Hash::of(&bytes));
    let value = HeaderValue::from_str(&tag).map_err(|error| Problem::internal(&error))?;
    parts.headers.insert(ETAG, value);
    if !holds(&held, &tag) {
        return Ok(Response::from_parts(parts, Body::from(bytes)));
    }
    parts.status = NOT_MODIFIED;
    parts.headers.remove(CONTENT_TYPE);
    parts.headers.remove(CONTENT_LENGTH);
    Ok(Response::from_parts(parts, Body::empty()))
}

/// Whole, small enough to be read at once, and kept by caches that ask again.
fn is_taggable(response: &Response) -> bool {
    let size = response.body().size_hint().exact().and_then(|size| usize::try_from(size).ok());
    response.status().is_success()
        && size.is_some_and(|size| size <= TAGGED_BYTES_MAX)
        && !response.headers().contains_key(ETAG)
        && asks_again(response.headers())
}

fn asks_again(headers: &HeaderMap) -> bool {
    headers.get(CACHE_CONTROL).is_some_and(|value| value == "no-cache")
}

/// Larger pages carry no tag: they are hashed in the way of other requests.
const TAGGED_BYTES_MAX: usize = 1024 * 1024;
