//! What a ledger trusts, for whoever judges its signatures by himself.

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;

use crate::app::AppState;
use crate::media;
use crate::moment::moment;
use crate::path::InLedger;
use crate::problem::Problem;
use crate::query::Params;
use crate::reader::Reader;
use crate::respond;
use crate::trust_view::TrustView;

/// `GET /v1/{ledger}/trust?as_of`: the trust policy in force after the record that `as_of` names, and those before it.
pub(crate) async fn trust(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    uri: Uri,
    _: Reader,
) -> Result<Response, Problem> {
    let as_of = Params::of(&uri, &["as_of"])?.as_of()?;
    let view = ledger.view();
    let work = move || respond::json(&TrustView::of(&view, moment(&view, as_of)?)?);
    app.blocking().run(work).await
}

/// `GET /v1/{ledger}/trust/source?as_of`: the TOML, byte for byte; its SHA-256 is the hash that the ledger names. The anchors
/// of an opening stand in no file.
pub(crate) async fn source(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    uri: Uri,
    _: Reader,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let as_of = Params::of(&uri, &["as_of"])?.as_of()?;
    let view = ledger.view();
    let work = move || {
        let found = view.trust_source(moment(&view, as_of)?.position)?;
        let (hash, toml) = found.ok_or(Problem::UnknownTrustPolicy)?;
        Ok(respond::revalidated(&request, &hash.to_string(), media::TOML, toml))
    };
    app.blocking().run(work).await
}
