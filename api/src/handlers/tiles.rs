//! What verifiers, witnesses and mirrors read: the checkpoint, the tiles and the entry bundles (C2SP tlog-tiles). They
//! hold hashes and records only, so they are public whatever the class of the events.

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use jejak_ledger::log::tile::TilePath;
use jejak_ledger::rules::Class;
use jejak_signer::Hash;

use crate::app::AppState;
use crate::media;
use crate::path::{InLedger, Segments};
use crate::problem::Problem;
use crate::query::NoParams;
use crate::reader::Reader;
use crate::respond;

/// `GET /v1/{ledger}/checkpoint`.
pub(crate) async fn checkpoint(
    InLedger(ledger): InLedger,
    _: Reader,
    _: NoParams,
) -> Result<Response, Problem> {
    let checkpoint = ledger.published().checkpoint.to_string();
    Ok(respond::bytes_of(media::TEXT, checkpoint))
}

/// `GET /v1/{ledger}/tile/{level}/{index}[.p/{width}]` and `/tile/entries/...`.
pub(crate) async fn tile(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    segments: Segments,
    uri: Uri,
    _: Reader,
    _: NoParams,
    request: HeaderMap,
) -> Result<Response, Problem> {
    // One tile, one address: what is the same only after percent-decoding is another address.
    let address = format!("tile/{}", segments.segment("tile")?);
    if !uri.path().ends_with(&address) {
        return Err(Problem::UnknownTile);
    }
    let path: TilePath = address.parse().map_err(|_| Problem::UnknownTile)?;
    let view = ledger.view();
    let bytes = app.blocking().run(move || view.tile(&path)?.ok_or(Problem::UnknownTile)).await?;
    let tag = Hash::of(&bytes).to_string();
    Ok(respond::immutable(&request, Class::Public, &tag, media::OCTETS, bytes))
}
