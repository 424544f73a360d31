//! The certificates that statements and trust anchors name.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use jejak_ledger::rules::Class;

use crate::app::AppState;
use crate::media;
use crate::path::{InLedger, Segments};
use crate::problem::Problem;
use crate::query::NoParams;
use crate::reader::Reader;
use crate::respond;

/// `GET /v1/{ledger}/certificates/{sha256}`: DER.
pub(crate) async fn certificate(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    segments: Segments,
    reader: Reader,
    _: NoParams,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let digest = segments.digest()?;
    let view = ledger.view();
    let found = app.blocking().run(move || Ok(view.certificate(&digest)?)).await?;
    let (der, class) = match found {
        Some(found) => found,
        None if reader.class() >= HOLDERS => return Err(Problem::UnknownCertificate),
        // Whose certificate is enrolled is not told by which are not.
        None => return Err(Problem::ClassDenied { class: HOLDERS }),
    };
    reader.require(class)?;
    Ok(respond::immutable(&request, class, &digest.to_string(), media::CERTIFICATE, der))
}

/// The class of the certificates of holders.
const HOLDERS: Class = Class::Internal;
