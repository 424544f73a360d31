//! Documents: handed in and given out under their digests.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderName, HeaderValue,
};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jejak_ledger::View;
use jejak_ledger::documents::{Cited, Kept, NAMED_MAX, Settled};
use jejak_ledger::rules::Class;
use jejak_signer::Hash;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::body::BodyLimits;
use crate::caller::Caller;
use crate::documents::{DocumentProblem, Outgoing, attachment, receive};
use crate::media;
use crate::openapi::shapes;
use crate::path::{InLedger, Segments};
use crate::problem::{ACCEPTED, Limit, Problem, RECORDED, REPEATED};
use crate::query::NoParams;
use crate::reader::Reader;
use crate::respond;
use crate::wire::Time;

/// `PUT /v1/{ledger}/documents/{sha256}`: the bytes of a document.
///
/// Nobody logs in: whoever holds the bytes that a recorded event names may hand them in. What no event
/// names, as far as the caller may see, waits for one.
#[expect(
    clippy::too_many_arguments,
    reason = "each is a part of the request that the handler needs"
)]
pub(crate) async fn put(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    segments: Segments,
    reader: Reader,
    caller: Caller,
    _: NoParams,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let sha256 = segments.digest()?;
    let mediatype = mediatype(&app, &headers)?;
    let documents = Arc::clone(app.ledgers().documents());
    let bytes_max = usize::try_from(documents.limits().bytes_max).unwrap_or(usize::MAX);
    let limits = BodyLimits {
        total: app.config().documents.upload_total(),
        ..BodyLimits::new(Limit::DocumentBytes, bytes_max, &app.config().server)
    };
    limits.check_announced(&headers)?;
    let announced = length(&headers);
    let class = reader.class();
    let _share = app.uploads().take(caller)?;
    let address = Some(caller.address());

    let view = ledger.view();
    let begin = {
        let documents = Arc::clone(&documents);
        let view = view.clone();
        move || {
            let is_named = is_named(&view, &sha256, class, &mediatype, announced)?;
            let bytes = announced.unwrap_or(documents.limits().bytes_max);
            let place = if is_named { None } else { Some(documents.place(address, bytes)?) };
            Ok::<_, Problem>((documents.begin()?, place))
        }
    };
    let (upload, place) = app.documents().run(begin).await?;
    let upload = receive(upload, body, &limits, app.documents()).await?;

    // Not the view from before: the event may have come meanwhile.
    let (view, now) = (ledger.view(), app.ledgers().clock().now());
    let settle = move || {
        let staged = upload.finish(&sha256)?;
        let size = staged.size();
        let settled = documents.settle(&view, &staged, class, address, place, now)?;
        Ok((size, settled))
    };
    let (size, settled) = app.documents().run(settle).await?;
    let (status, until) = match settled {
        Settled::Kept(Kept::New) => (RECORDED, None),
        Settled::Kept(Kept::Known) => (REPEATED, None),
        Settled::Waits { until } => (ACCEPTED, Some(Time(until))),
    };
    let taken = TakenView { sha256: sha256.to_string(), size, held: until.is_none(), until };
    Ok((status, respond::json(&taken)?).into_response())
}

/// `GET /v1/{ledger}/documents/{sha256}`: the bytes, for whoever may see an event that names them.
pub(crate) async fn get(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    segments: Segments,
    reader: Reader,
    caller: Caller,
    _: NoParams,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let sha256 = segments.digest()?;
    let class = reader.class();
    let view = ledger.view();
    let documents = Arc::clone(app.ledgers().documents());
    let find = move || {
        let namings = view.namings(&sha256, class, view.size())?;
        if namings.is_empty() {
            return Err(Problem::Document(DocumentProblem::Unknown));
        }
        let not_held = || Problem::Document(DocumentProblem::NotHeld);
        let reading = documents.read(&view, &sha256)?.ok_or_else(not_held)?;
        // Only an event that says what is there opens it: a digest with another size names nothing that is held.
        let fits = view.naming_of_size(&sha256, reading.size(), class)?;
        let fits = fits.ok_or_else(not_held)?;
        let cited = view.cited(&sha256, &fits)?;
        Ok((fits.class, reading, cited))
    };
    let (class, reading, cited) = app.documents().run(find).await?;
    reader.require(class)?;
    let size = reading.size();
    let mut response = if respond::holds(&request, &tag(&sha256)) {
        crate::problem::NOT_MODIFIED.into_response()
    } else {
        let share = app.downloads().take(caller)?;
        let outgoing = Outgoing::begin(reading, app.documents().clone(), share).await?;
        Body::new(outgoing).into_response()
    };
    describe(response.headers_mut(), &app, &sha256, class, cited.as_ref())?;
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(size));
    Ok(response)
}

/// What a browser, a cache and a careful client are told of a document.
fn describe(
    headers: &mut HeaderMap,
    app: &AppState,
    sha256: &Hash,
    class: Class,
    cited: Option<&Cited>,
) -> Result<(), Problem> {
    let document = cited.map(|cited| &cited.document);
    let taken = |mediatype: &&String| app.config().documents.takes(mediatype);
    let mediatype = document.map(|document| &document.mediatype).filter(taken);
    let name = document.map_or_else(|| sha256.to_string(), |document| document.name.clone());
    // It may be removed by law one day, so no cache keeps it for long.
    let caching =
        if class == Class::Public { "public, max-age=3600" } else { "private, max-age=60" };
    let repr_digest = format!("sha-256=:{}:", BASE64_STANDARD.encode(sha256.as_bytes()));
    let told = [
        (CONTENT_TYPE, mediatype.map_or(media::OCTETS, String::as_str).to_owned()),
        (CONTENT_DISPOSITION, attachment(&name)),
        // Whatever it is, it is no page of this server.
        (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
        (ETAG, tag(sha256)),
        (CACHE_CONTROL, caching.to_owned()),
        // A part could not be checked before it leaves.
        (ACCEPT_RANGES, "none".to_owned()),
        // RFC 9530.
        (HeaderName::from_static("repr-digest"), repr_digest),
    ];
    for (name, value) in told {
        let value = HeaderValue::try_from(value).map_err(|error| Problem::internal(&error))?;
        headers.insert(name, value);
    }
    Ok(())
}

/// Whether an event that the caller may see names a document; an error where all that do say otherwise than the request.
fn is_named(
    view: &View,
    sha256: &Hash,
    class: Class,
    mediatype: &str,
    announced: Option<u64>,
) -> Result<bool, Problem> {
    let namings = view.namings(sha256, class, view.size())?;
    if namings.is_empty() {
        return Ok(false);
    }
    let mut mediatypes = Vec::new();
    for naming in &namings {
        mediatypes.extend(view.cited(sha256, naming)?.map(|cited| cited.document.mediatype));
    }
    let fits = |of: &String| of.eq_ignore_ascii_case(mediatype);
    // Of more events that name it than are looked at, one may say so.
    if !mediatypes.is_empty() && namings.len() < NAMED_MAX && !mediatypes.iter().any(fits) {
        mediatypes.sort_unstable();
        mediatypes.dedup();
        return Err(Problem::Document(DocumentProblem::TypeMismatch { announced: mediatypes }));
    }
    if let Some(found) = announced
        && view.naming_of_size(sha256, found, class)?.is_none()
    {
        let mut announced: Vec<u64> = namings.iter().map(|naming| naming.size).collect();
        announced.sort_unstable();
        announced.dedup();
        return Err(Problem::Document(DocumentProblem::SizeMismatch { found, announced }));
    }
    Ok(true)
}

/// The media type that the request names: one that is taken here, not encoded.
fn mediatype(app: &AppState, headers: &HeaderMap) -> Result<String, Problem> {
    let documents = &app.config().documents;
    let not_allowed = || {
        let allowed = documents.mediatypes.clone();
        Problem::Document(DocumentProblem::TypeNotAllowed { allowed })
    };
    let named = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = named.and_then(|value| value.split(';').next()).map(str::trim);
    let essence = essence.filter(|essence| documents.takes(essence)).ok_or_else(not_allowed)?;
    // The bytes that are hashed must be those that were sent.
    let is_plain = headers.get(CONTENT_ENCODING).is_none_or(|value| value == "identity");
    if is_plain { Ok(essence.to_owned()) } else { Err(not_allowed()) }
}

fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn tag(sha256: &Hash) -> String {
    format!("\"{sha256}\"")
}

/// What became of a document that was handed in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TakenDocument)]
pub(crate) struct TakenView {
    #[schema(schema_with = shapes::sha256)]
    sha256: String,
    size: u64,
    /// Whether it is kept for good.
    held: bool,
    /// When it is removed, unless an event names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, schema_with = shapes::time)]
    until: Option<Time>,
}
