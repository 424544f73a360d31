//! Evidence of revocation: whose lists this ledger asks for, which it has, and taking a list or an OCSP response in before it
//! is recorded.

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use jejak_ledger::evidence::{KnownIssuer, News, Offer, RecordedList, list_stream};
use jejak_ledger::rules::Class;
use jejak_signer::{Hash, OCSP_RESPONSE_BYTES_MAX, REVOCATION_LIST_BYTES_MAX, is_ocsp_response};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::app::AppState;
use crate::body::BodyLimits;
use crate::caller::Caller;
use crate::evidence::EvidenceProblem;
use crate::media;
use crate::openapi::shapes;
use crate::path::{AtPosition, InLedger, Segments};
use crate::problem::{Limit, Problem, RECORDED};
use crate::query::NoParams;
use crate::reader::Reader;
use crate::respond;

/// The issuers of a ledger.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Evidence)]
pub(crate) struct EvidenceView {
    /// The authorities above enrolled certificates, and the anchors.
    issuers: Vec<IssuerView>,
}

/// One issuer with its newest lists.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EvidenceIssuer)]
struct IssuerView {
    /// The stream on which its lists are recorded.
    #[schema(schema_with = shapes::stream)]
    stream: String,
    /// Its name.
    name: String,
    /// SHA-256 of its certificate.
    #[schema(schema_with = shapes::sha256)]
    certificate: String,
    /// An enrolled certificate in whose chain it stands; none for an anchor.
    #[schema(schema_with = shapes::sha256)]
    #[serde(skip_serializing_if = "Option::is_none")]
    via: Option<String>,
    /// Where its lists are, as the certificates that it issued say.
    points: Vec<String>,
    /// The newest recorded list of each scope.
    lists: Vec<ListView>,
}

/// A recorded list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EvidenceList)]
struct ListView {
    /// SHA-256 of the list: its name under `/evidence`.
    #[schema(schema_with = shapes::sha256)]
    object: String,
    /// Bytes.
    #[schema(schema_with = shapes::whole)]
    size: u64,
    /// SHA-256 of what it says that it is about; none where it is about all that its issuer issued.
    #[schema(schema_with = shapes::sha256)]
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    /// When it was made, RFC 3339.
    this_update: String,
    /// When the next one was due.
    next_update: String,
    /// Its number in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<String>,
    /// Where the event stands that recorded it.
    #[schema(schema_with = shapes::position)]
    position: u64,
}

/// A list or response that was taken in, and what the event says that records it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EvidenceTaken)]
pub(crate) struct TakenView {
    /// SHA-256 of the list or response.
    #[schema(schema_with = shapes::sha256)]
    object: String,
    /// The issuer's name.
    issuer: String,
    /// The `type` of the event: `evidence.recorded` for a list, `evidence.response_recorded` for a response.
    #[serde(rename = "type")]
    kind: &'static str,
    /// Its `subject`.
    #[schema(schema_with = shapes::stream)]
    subject: String,
    /// Its `data`.
    data: Map<String, Value>,
}

/// What recorded lists say of the certificates behind an event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventEvidence)]
pub(crate) struct OfEntryView {
    /// The event's.
    #[schema(schema_with = shapes::position)]
    position: u64,
    /// The worst of `path`.
    #[schema(schema_with = news)]
    revocation: &'static str,
    /// The time for which that is asked, RFC 3339: when the event is proven to have existed, or where the policy names no
    /// time-stamping authority, when it was recorded. Absent while the proof is awaited: nothing is settled before.
    #[serde(skip_serializing_if = "Option::is_none")]
    existed_at: Option<String>,
    /// The holder's certificate first, then those of the authorities above him.
    path: Vec<OfCertificateView>,
}

/// What is known of one certificate at the time of the event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventEvidenceCertificate)]
struct OfCertificateView {
    /// SHA-256.
    #[schema(schema_with = shapes::sha256)]
    certificate: String,
    #[schema(schema_with = news)]
    revocation: &'static str,
    /// The list or response that says so.
    #[schema(schema_with = shapes::sha256)]
    #[serde(skip_serializing_if = "Option::is_none")]
    list: Option<String>,
    /// When it was revoked or suspended, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<String>,
    /// Since when its key was not its holder's alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    invalid_since: Option<String>,
    /// As RFC 5280, 5.3.1 names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

/// `not-asked`: the policy of that time asks for no news. `fresh`: accepted on fresh lists or responses.
/// `revocation-pending`: accepted while they were stale. `settled`: one that was made after the event is proven to have
/// existed says that it was not revoked. `revoked`: one says that it was.
fn news() -> utoipa::openapi::Object {
    shapes::one_of(&["not-asked", "fresh", "revocation-pending", "settled", "revoked"])
}

/// `GET /v1/{ledger}/events/{position}/evidence`.
pub(crate) async fn of_entry(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    at: AtPosition,
    reader: Reader,
    _: NoParams,
) -> Result<Response, Problem> {
    let view = ledger.view();
    let work = move || {
        let entry = super::entries::recorded(&view, at)?;
        reader.require(entry.class)?;
        let found = view.revocation_news(&entry)?.ok_or(Problem::NotHeld)?;
        let path = found.path.into_iter().map(|(certificate, news, list)| {
            let revocation = match news {
                News::Revoked(revocation) => Some(revocation),
                _ => None,
            };
            OfCertificateView {
                certificate: certificate.to_string(),
                revocation: news.word(),
                list: list.map(|list| list.to_string()),
                revoked_at: revocation.map(|revocation| time(revocation.revoked_at)),
                invalid_since: revocation.and_then(|revocation| revocation.invalid_since).map(time),
                reason: revocation.map(|revocation| revocation.reason.name()),
            }
        });
        let path = path.collect();
        let existed_at = found.existed_at.map(time);
        Ok(OfEntryView { position: at.0.0, revocation: found.news.word(), existed_at, path })
    };
    respond::json(&app.blocking().run(work).await?)
}

fn time(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |at| at.to_string())
}

/// `GET /v1/{ledger}/evidence`.
pub(crate) async fn list(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    _: Reader,
    _: NoParams,
) -> Result<Response, Problem> {
    let work = move || {
        let view = ledger.view();
        let issuers = ledger.issuers()?;
        let rows = issuers.iter().map(|issuer| Ok(shown(issuer, view.lists_of(issuer.id)?)));
        Ok(EvidenceView { issuers: rows.collect::<Result<_, Problem>>()? })
    };
    respond::json(&app.blocking().run(work).await?)
}

/// `GET /v1/{ledger}/evidence/{sha256}`: a list or response in DER. Both are public by their nature.
pub(crate) async fn get(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    segments: Segments,
    _: Reader,
    _: NoParams,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let object = segments.digest()?;
    let work = move || ledger.evidence(&object).map_err(|error| Problem::internal(&error));
    let list = app.blocking().run(work).await?;
    let list = list.ok_or(Problem::Evidence(EvidenceProblem::Unknown))?;
    let media = if is_ocsp_response(&list) { media::OCSP_RESPONSE } else { media::PKIX_CRL };
    Ok(respond::immutable(&request, Class::Public, &object.to_string(), media, list))
}

/// `PUT /v1/{ledger}/evidence/{sha256}`: takes a list or an OCSP response in, in DER. Only one that an issuer of this ledger
/// made and that is newer than what is recorded is kept.
#[expect(
    clippy::too_many_arguments,
    reason = "each is a part of the request that the handler needs"
)]
pub(crate) async fn put(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    segments: Segments,
    _: Reader,
    caller: Caller,
    _: NoParams,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let object = segments.digest()?;
    let bytes_max = if media::require(&headers, media::OCSP_RESPONSE).is_ok() {
        OCSP_RESPONSE_BYTES_MAX
    } else {
        media::require(&headers, media::PKIX_CRL)?;
        REVOCATION_LIST_BYTES_MAX
    };
    let server = &app.config().server;
    let limits = BodyLimits::new(Limit::EvidenceBytes, bytes_max, server);
    limits.check_announced(&headers)?;
    let _share = app.uploads().take(caller)?;
    let mut reserved = app.ledgers().reserve(0).ok_or(Problem::Busy)?;
    let mut list = Vec::new();
    let take = |bytes: &[u8]| {
        super::post::budget(&mut reserved, bytes)?;
        list.extend_from_slice(bytes);
        Ok(())
    };
    limits.read(body, take).await?;
    let found = Hash::of(&list);
    if found != object {
        return Err(Problem::Evidence(EvidenceProblem::DigestMismatch { found }));
    }
    let work = move || {
        let _reserved = reserved;
        Ok(ledger.take_evidence(&list)?)
    };
    let Offer { kind, subject, data, issuer, object } = app.blocking().run(work).await?;
    let taken = TakenView { object: object.to_string(), issuer, kind, subject, data };
    Ok((RECORDED, respond::json(&taken)?).into_response())
}

fn shown(issuer: &KnownIssuer, lists: Vec<RecordedList>) -> IssuerView {
    let text = |hash: Hash| hash.to_string();
    IssuerView {
        stream: list_stream(issuer.id),
        name: issuer.name.clone(),
        certificate: text(issuer.certificate),
        via: issuer.via.map(text),
        points: issuer.points.clone(),
        lists: lists
            .into_iter()
            .map(|list| ListView {
                object: text(list.object),
                size: list.size,
                scope: list.scope.map(text),
                this_update: list.this_update,
                next_update: list.next_update,
                number: list.number,
                position: list.position.0,
            })
            .collect(),
    }
}
