//! Merkle proofs for verifiers that hold checkpoints (RFC 6962, 2.1.1 and 2.1.2). They are hashes only, so they are
//! public whatever the class of the events.

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use jejak_ledger::View;
use jejak_ledger::log::Position;
use jejak_ledger::rules::Class;

use crate::app::AppState;
use crate::path::InLedger;
use crate::problem::{Fault, Problem};
use crate::query::{Params, invalid};
use crate::reader::Reader;
use crate::respond;
use crate::wire::{ConsistencyView, InclusionView, base64_of};

/// `GET /v1/{ledger}/proof/inclusion?position&size`: the record at `position` is in the tree of `size` records. The
/// path begins with the leaf's sibling.
pub(crate) async fn inclusion(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    uri: Uri,
    _: Reader,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let params = Params::of(&uri, &["position", "size"])?;
    let (position, size) = (params.need_integer("position")?, params.need_integer("size")?);
    let view = ledger.view();
    grown_to(&view, size)?;
    if position >= size {
        return Err(invalid("position", Fault::Below { other: "size" }));
    }
    let position = Position(position);
    let work = move || {
        let path = view.inclusion(position, size)?.ok_or_else(|| unknown(&view))?;
        let proof = InclusionView { position, size, hashes: base64_of(&path) };
        respond::immutable_json(&request, Class::Public, &proof)
    };
    app.blocking().run(work).await
}

/// `GET /v1/{ledger}/proof/consistency?from&to`: the tree of `to` records begins with the tree of `from` records.
pub(crate) async fn consistency(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    uri: Uri,
    _: Reader,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let params = Params::of(&uri, &["from", "to"])?;
    let (from, to) = (params.need_integer("from")?, params.need_integer("to")?);
    let view = ledger.view();
    grown_to(&view, to)?;
    // Every tree extends the empty one: RFC 6962, 2.1.2 defines no proof of it.
    if from == 0 {
        return Err(invalid("from", Fault::Least { min: 1 }));
    }
    if from > to {
        return Err(invalid("from", Fault::NotAbove { other: "to" }));
    }
    let work = move || {
        let path = view.consistency(from, to)?.ok_or_else(|| unknown(&view))?;
        let proof = ConsistencyView { from, to, hashes: base64_of(&path) };
        respond::immutable_json(&request, Class::Public, &proof)
    };
    app.blocking().run(work).await
}

/// Has the ledger a tree of `size` records?
fn grown_to(view: &View, size: u64) -> Result<(), Problem> {
    if size <= view.size() { Ok(()) } else { Err(unknown(view)) }
}

fn unknown(view: &View) -> Problem {
    Problem::UnknownSize { size: view.size() }
}
