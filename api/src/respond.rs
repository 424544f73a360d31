//! Answers with their headers: what may be cached, for how long, and by whom.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH,
    LINK, VARY,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use jejak_ledger::rules::Class;
use jejak_signer::Hash;
use serde::Serialize;

use crate::context::Language;
use crate::listing::Next;
use crate::media;
use crate::problem::{NOT_MODIFIED, Problem};

/// JSON that may be different at the next request.
pub(crate) fn json<T: Serialize>(value: &T) -> Result<Response, Problem> {
    let bytes = serde_json::to_vec(value).map_err(|error| Problem::internal(&error))?;
    Ok(bytes_of(media::JSON, bytes))
}

/// A page of a listing, with the address of the next one in `Link` (RFC 8288).
pub(crate) fn page<T: Serialize>(page: &T, next: Option<Next>) -> Result<Response, Problem> {
    let mut response = json(page)?;
    if let Some(link) = next.and_then(|next| next.link) {
        response.headers_mut().insert(LINK, link);
    }
    Ok(response)
}

/// Bytes of `content_type` that may be different at the next request.
pub(crate) fn bytes_of(content_type: &'static str, bytes: impl Into<axum::body::Body>) -> Response {
    let headers: [(HeaderName, &str); 2] =
        [(CONTENT_TYPE, content_type), (CACHE_CONTROL, "no-cache")];
    (headers, bytes.into()).into_response()
}

/// Bytes that never change under their address, named by `tag`. What is above public is for the reader's own cache
/// only, and briefly: it may be erased one day.
pub(crate) fn immutable(
    request: &HeaderMap,
    class: Class,
    tag: &str,
    content_type: &'static str,
    bytes: Vec<u8>,
) -> Response {
    let tag = format!("\"{tag}\"");
    let caching = if class == Class::Public {
        "public, max-age=31536000, immutable"
    } else {
        "private, max-age=60"
    };
    if holds(request, &tag) {
        // RFC 9110, 8.6: no other length than that of the bytes the caller holds.
        let length = HeaderValue::from(bytes.len());
        let headers = [(ETAG, tag.as_str()), (CACHE_CONTROL, caching)];
        return (NOT_MODIFIED, headers, [(CONTENT_LENGTH, length)]).into_response();
    }
    let headers = [(CONTENT_TYPE, content_type), (ETAG, &tag), (CACHE_CONTROL, caching)];
    (headers, bytes).into_response()
}

/// Bytes named by `tag` that another may stand for tomorrow: kept by whoever wants, asked for again each time.
pub(crate) fn revalidated(
    request: &HeaderMap,
    tag: &str,
    content_type: &'static str,
    bytes: Vec<u8>,
) -> Response {
    let tag = format!("\"{tag}\"");
    let headers = [(ETAG, tag.as_str()), (CACHE_CONTROL, "no-cache")];
    if holds(request, &tag) {
        return (NOT_MODIFIED, headers).into_response();
    }
    (headers, [(CONTENT_TYPE, content_type)], bytes).into_response()
}

/// Says in which language the words of `response` are; another caller may be told them in another one.
pub(crate) fn worded(mut response: Response, language: Language) -> Response {
    let headers = response.headers_mut();
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    headers.append(VARY, HeaderValue::from_static("accept-language"));
    response
}

/// JSON that never changes under its address, named by its bytes.
pub(crate) fn immutable_json<T: Serialize>(
    request: &HeaderMap,
    class: Class,
    value: &T,
) -> Result<Response, Problem> {
    let bytes = serde_json::to_vec(value).map_err(|error| Problem::internal(&error))?;
    let tag = Hash::of(&bytes).to_string();
    Ok(immutable(request, class, &tag, media::JSON, bytes))
}

/// Does the caller hold `tag` already? (RFC 9110, 13.1.2: weak comparison.)
pub(crate) fn holds(request: &HeaderMap, tag: &str) -> bool {
    request
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .any(|held| held == "*" || held.strip_prefix("W/").unwrap_or(held) == tag)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn answer(if_none_match: Option<&str>, class: Class) -> Response {
        let mut request = HeaderMap::new();
        if let Some(tags) = if_none_match {
            request.insert(IF_NONE_MATCH, tags.parse().unwrap());
        }
        immutable(&request, class, "t1", media::OCTETS, vec![1, 2])
    }

    #[test]
    fn a_caller_who_holds_the_tag_gets_no_body() {
        for held in ["\"t1\"", "W/\"t1\"", "\"t0\", \"t1\"", "*"] {
            assert_eq!(answer(Some(held), Class::Public).status(), NOT_MODIFIED, "{held}");
        }
        assert_eq!(answer(Some("\"t2\""), Class::Public).status(), 200);
        assert_eq!(answer(None, Class::Public).status(), 200);
    }

    #[test]
    fn only_what_is_public_goes_into_shared_caches() {
        let caching = |class| answer(None, class).headers().get(CACHE_CONTROL).unwrap().clone();
        assert_eq!(caching(Class::Public), "public, max-age=31536000, immutable");
        assert_eq!(caching(Class::Internal), "private, max-age=60");
    }
}
