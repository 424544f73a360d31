//! Did the signature on an event stand? The verdict by what the ledger itself trusts, and the evidence by which an
//! inspector comes to his own.

use axum::extract::State;
use axum::response::Response;
use jejak_ledger::rules::Class;
use jejak_ledger::verdict::VerdictPolicy;

use super::entries::{class_of, unknown};
use crate::app::AppState;
use crate::media;
use crate::path::{AtPosition, InLedger};
use crate::problem::Problem;
use crate::query::NoParams;
use crate::reader::Reader;
use crate::respond;
use crate::verdict_view::VerdictView;

/// `GET /v1/{ledger}/events/{position}/verdict`. It changes with the evidence: a token comes, a list comes.
pub(crate) async fn of_event(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    at: AtPosition,
    reader: Reader,
    _: NoParams,
) -> Result<Response, Problem> {
    let view = ledger.view();
    let now = i64::try_from(app.ledgers().clock().now().0 / 1_000_000).unwrap_or(i64::MAX);
    let work = move || {
        reader.require(class_of(&view, at)?)?;
        let evidence = view.evidence(at.0)?.ok_or_else(|| unknown(&view))?;
        let policy = VerdictPolicy::of_ledger(&view)?;
        respond::json(&VerdictView::of(&view.verdict(&evidence, &policy, now)))
    };
    app.blocking().run(work).await
}

/// `GET /v1/{ledger}/events/{position}/verdict/evidence`: all that a verdict rests on. It holds the certificates of holders and
/// the rows that the decision read, so that it is never public.
pub(crate) async fn evidence(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    at: AtPosition,
    reader: Reader,
    _: NoParams,
) -> Result<Response, Problem> {
    let view = ledger.view();
    let work = move || {
        reader.require(class_of(&view, at)?.max(EVIDENCE))?;
        let (file, class) = view.evidence_file(at.0)?.ok_or_else(|| unknown(&view))?;
        reader.require(class)?;
        Ok(respond::bytes_of(media::JSON, file))
    };
    app.blocking().run(work).await
}

/// The lowest class of evidence.
const EVIDENCE: Class = Class::Internal;
