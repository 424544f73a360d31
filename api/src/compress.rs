//! gzip for text that is large enough to be worth it. Only what is read without a token is compressed: where nothing in
//! an answer is secret, its length tells nothing (BREACH). Tiles, certificates and statements are hashes, keys and
//! signatures, which no compression makes smaller; lines of a batch go out one by one.

use axum::body::HttpBody;
use axum::extract::Request;
use axum::http::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, ETAG, VARY,
};
use axum::http::{self, HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use tower_http::CompressionLevel;
use tower_http::compression::{CompressionLayer, Predicate};

use crate::problem::NOT_MODIFIED;

/// The layer that compresses what [`negotiate`] lets it.
pub(crate) fn layer() -> CompressionLayer<Worthwhile> {
    CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(Worthwhile)
}

/// Middleware around [`layer`]: gzip where the caller takes it and nothing speaks against it, else the bytes as they
/// are. Compressed they are others, so a tag of exactly these bytes becomes one of what they say (RFC 9110, 8.8.1).
pub(crate) async fn negotiate(mut request: Request, next: Next) -> Response {
    let headers = request.headers();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let compress = reads && !headers.contains_key(AUTHORIZATION) && takes_gzip(headers);
    let headers = request.headers_mut();
    headers.remove(ACCEPT_ENCODING);
    if compress {
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    }
    let mut response = next.run(request).await;
    let is_not_modified = response.status() == NOT_MODIFIED;
    let headers = response.headers_mut();
    if is_not_modified {
        // As the answer with the bytes would have said.
        headers.append(VARY, HeaderValue::from_name(ACCEPT_ENCODING));
    }
    if headers.contains_key(CONTENT_ENCODING) {
        weaken(headers);
    }
    response
}

/// Whether the caller's list of codings has gzip (RFC 9110, 12.5.3).
fn takes_gzip(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .take(CODINGS_MAX)
        .any(|coding| {
            let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
            let weight = weight.trim().trim_start_matches("q=");
            let is_none = !weight.is_empty() && weight.bytes().all(|byte| b"0.".contains(&byte));
            name.trim().eq_ignore_ascii_case("gzip") && !is_none
        })
}

fn weaken(headers: &mut HeaderMap) {
    let weak = headers.get(ETAG).and_then(|tag| tag.to_str().ok()).and_then(|tag| {
        let is_strong = tag.starts_with('"');
        is_strong.then(|| HeaderValue::from_str(&format!("W/{tag}")).ok()).flatten()
    });
    if let Some(weak) = weak {
        headers.insert(ETAG, weak);
    }
}

/// What is compressed: whole texts of some size.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Worthwhile;

impl Predicate for Worthwhile {
    fn should_compress<B: HttpBody>(&self, response: &http::Response<B>) -> bool {
        let is_large = response.body().size_hint().exact().is_some_and(|size| size >= BYTES_MIN);
        let media = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media = media.and_then(|media| media.split(';').next()).unwrap_or_default();
        is_large && (TEXTS.contains(&media) || media.ends_with("+json"))
    }
}

/// Below this a packet is saved at most.
const BYTES_MIN: u64 = 1_024;
/// Codings looked at.
const CODINGS_MAX: usize = 32;
const TEXTS: [&str; 7] = [
    "application/json",
    "application/toml",
    "application/javascript",
    "text/plain",
    "text/html",
    "text/css",
    "text/javascript",
];

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn gzip_is_taken_where_the_list_has_it_with_some_weight() {
        let takes = |list: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, list.parse().unwrap());
            takes_gzip(&headers)
        };
        for list in ["gzip", "GZIP", "br, gzip;q=0.5", "deflate,gzip", "gzip;q=0.001"] {
            assert!(takes(list), "{list}");
        }
        for list in ["", "br", "gzip;q=0", "gzip; q=0.0", "identity", "*", "identity;q=0", "xgzip"]
        {
            assert!(!takes(list), "{list}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
