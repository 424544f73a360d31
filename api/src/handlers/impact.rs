//! What rests on a certificate, in the order of the log, by pages. Bounded as the list of events is: in rows, in bytes and
//! in what is looked at.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use jejak_ledger::View;
use jejak_ledger::cursor::Place;
use jejak_ledger::log::{Micros, Position};
use jejak_ledger::rules::Class;
use jejak_signer::Hash;
use serde_json::value::RawValue;

use crate::app::AppState;
use crate::config::Limits;
use crate::impact_view::{HolderView, ImpactView, ImpactedView};
use crate::listing::{Listing, Next};
use crate::moment;
use crate::path::{InLedger, Segments};
use crate::problem::Problem;
use crate::query::Params;
use crate::reader::{Reader, class_name};
use crate::respond;
use crate::wire::{self, HeadView, Time};

/// `GET /v1/{ledger}/certificates/{sha256}/impact?compromised_since&limit&cursor`.
pub(crate) async fn impact(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    segments: Segments,
    uri: Uri,
    reader: Reader,
) -> Result<Response, Problem> {
    // Whose certificates are enrolled, and who enrolled whom, is not for the public.
    reader.require(HOLDERS)?;
    let digest = segments.digest()?;
    let params = Params::of(&uri, &["compromised_since", "limit", "cursor"])?;
    let limits = app.config().limits.clone();
    let name = format!("{}/impact/{digest}", ledger.region());
    let listing = Listing::of(name, uri.path(), &params, limits.page_rows_max, &reader)?;
    let view = ledger.view();
    let work = move || {
        let (page, next) = page(&listing, &view, &digest, &reader, &limits)?;
        respond::page(&page, next)
    };
    app.blocking().run(work).await
}

/// Reads in steps, so that a page holds no more than its bytes.
fn page(
    listing: &Listing,
    view: &View,
    digest: &Hash,
    reader: &Reader,
    limits: &Limits,
) -> Result<(ImpactView, Option<Next>), Problem> {
    let known = view.enrolled_certificate(digest)?.ok_or(Problem::UnknownCertificate)?;
    let since = listing.question.first_moment("compromised_since", view.zone()?)?;
    let since = since.map(|since| Micros(u64::try_from(since).unwrap_or(0)));
    let size = listing.size(view)?;
    let mut events: Vec<Box<RawValue>> = Vec::new();
    let (mut bytes, mut not_held): (usize, u64) = (0, 0);
    let mut after = listing.position()?;
    let mut ended_at = None;
    let mut examine = limits.page_examined_max;
    while events.len() < listing.limit && bytes < limits.page_bytes_max && examine > 0 {
        let step = STEP_ROWS.min(listing.limit - events.len());
        let look = STEP_EXAMINED.min(examine);
        examine -= look;
        let found = view.impact(digest, reader.class(), 0..size, after, (step, look))?;
        not_held = not_held.saturating_add(found.not_held);
        for resting in found.events {
            reader.saw_position(resting.entry.class, resting.entry.record.position);
            reader.may_see(resting.entry.class);
            let shown = ImpactedView::of(view, resting, since, |class| reader.may_see(class))?;
            let element = wire::element(&shown)?;
            bytes = bytes.saturating_add(element.get().len());
            events.push(element);
        }
        ended_at = found.next;
        after = found.next;
        if after.is_none() {
            break;
        }
    }
    let next = ended_at.map(|at: Position| listing.next(size, Place::Position(at))).transpose()?;
    let page = ImpactView {
        certificate: HolderView::of(view, digest, known)?,
        compromised_since: since.map(Time),
        class: class_name(reader.class()),
        events,
        not_held,
        next: next.as_ref().map(|next| next.cursor.clone()),
        head: HeadView { size, last: moment::last_of(view, size)? },
    };
    Ok((page, next))
}

/// The class of the certificates of holders.
const HOLDERS: Class = Class::Internal;
/// Events read at once: a statement may have 64 KiB.
const STEP_ROWS: usize = 64;
/// Records looked at in one step.
const STEP_EXAMINED: usize = 4_096;
