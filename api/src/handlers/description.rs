//! The description of the interface, for programs and for people.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderValue, REFERRER_POLICY};
use axum::response::Response;
use jejak_signer::Hash;

use crate::app::AppState;
use crate::docs::{self, File};
use crate::media;
use crate::path::Segments;
use crate::problem::Problem;
use crate::query::NoParams;
use crate::respond;

/// `GET /openapi.json`.
pub(crate) async fn openapi(
    State(app): State<AppState>,
    _: NoParams,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let text = app.description()?.as_bytes();
    let tag = Hash::of(text).to_string();
    Ok(respond::revalidated(&request, &tag, media::JSON, text.to_vec()))
}

/// `GET /docs`.
pub(crate) async fn page(_: NoParams, request: HeaderMap) -> Result<Response, Problem> {
    Ok(shown(&docs::PAGE, &request))
}

/// `GET /docs/{file}`.
pub(crate) async fn file(
    segments: Segments,
    _: NoParams,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let file = docs::file(segments.segment("file")?).ok_or(Problem::UnknownRoute)?;
    Ok(shown(file, &request))
}

fn shown(file: &'static File, request: &HeaderMap) -> Response {
    let mut response =
        respond::revalidated(request, &file.tag, file.media, file.bytes.clone().into_owned());
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(docs::POLICY));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
