//! Evidence of revocation: whose lists this ledger asks for, which it has, and taking a list or an OCSP response in before it
//! is recorded.

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use jejak_ledger::evidence::Offer;
use jejak_ledger::rules::Class;
use jejak_signer::{Hash, OCSP_RESPONSE_BYTES_MAX, REVOCATION_LIST_BYTES_MAX, is_ocsp_response};

use crate::app::AppState;
use crate::body::BodyLimits;
use crate::caller::Caller;
use crate::evidence::EvidenceProblem;
use crate::evidence_view::{EvidenceView, IssuerView, OfEntryView, ResponseView, TakenView};
use crate::media;
use crate::path::{AtPosition, InLedger, Segments};
use crate::problem::{Limit, Problem, RECORDED};
use crate::query::NoParams;
use crate::reader::Reader;
use crate::respond;

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
        Ok(OfEntryView::of(at.0.0, found))
    };
    respond::json(&app.blocking().run(work).await?)
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
        let rows =
            issuers.iter().map(|issuer| Ok(IssuerView::of(issuer, view.lists_of(issuer.id)?)));
        let issuers = rows.collect::<Result<_, Problem>>()?;
        let mut responses = view.responses(RESPONSES_SHOWN_MAX + 1)?;
        let more_responses = responses.len() > RESPONSES_SHOWN_MAX;
        responses.truncate(RESPONSES_SHOWN_MAX);
        let responses = responses.into_iter().map(ResponseView::of).collect();
        Ok(EvidenceView { issuers, responses, more_responses })
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

/// Responses that are shown.
const RESPONSES_SHOWN_MAX: usize = 1_000;
