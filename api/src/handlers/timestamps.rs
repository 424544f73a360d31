//! Trusted time: the tokens over checkpoints, for whoever verifies that something existed at a time. They are about hashes
//! only, so they are public whatever the class of the events.

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use jejak_ledger::cursor::Place;
use jejak_ledger::log::{Micros, Position};
use jejak_ledger::rules::Class;
use jejak_ledger::{KeptTimestamp, View};
use jejak_signer::Hash;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::listing::{self, Listing};
use crate::media;
use crate::openapi::shapes;
use crate::path::{InLedger, Segments};
use crate::problem::{Fault, Problem};
use crate::query::{NoParams, Params, decimal, invalid};
use crate::reader::Reader;
use crate::respond;
use crate::wire::Time;

/// `GET /v1/{ledger}/timestamps?covering&limit&cursor`: those over the largest sizes first; with `covering`, the earliest
/// proof that the record at that position existed, alone.
pub(crate) async fn list(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    uri: Uri,
    reader: Reader,
) -> Result<Response, Problem> {
    let params = Params::of(&uri, &["covering", "limit", "cursor"])?;
    let name = format!("{}/timestamps", ledger.region());
    let rows_max = app.config().limits.page_rows_max;
    let listing = Listing::of(name, uri.path(), &params, rows_max, &reader)?;
    let view = ledger.view();
    app.blocking().run(move || page(&listing, &view)).await
}

/// `GET /v1/{ledger}/timestamps/{size}/{sha256}`: one token, DER.
pub(crate) async fn token(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    segments: Segments,
    _: Reader,
    _: NoParams,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let size = segments.segment("size")?;
    let size = decimal(size).ok_or_else(|| invalid("size", Fault::Integer))?;
    let digest = segments.segment("sha256")?;
    let digest: Hash = digest.parse().map_err(|_| invalid("sha256", Fault::Digest))?;
    let view = ledger.view();
    let work = move || {
        let kept = view.timestamp(size, &digest)?.ok_or(Problem::UnknownTimestamp)?;
        view.timestamp_token(&kept)?.ok_or(Problem::UnknownTimestamp)
    };
    let der = app.blocking().run(work).await?;
    let tag = digest.to_string();
    Ok(respond::immutable(&request, Class::Public, &tag, media::CMS, der))
}

fn page(listing: &Listing, view: &View) -> Result<Response, Problem> {
    let (size, newest) = (listing.size(view)?, view.newest_timestamp()?);
    let stamped_size = newest.map_or(0, |newest| newest.size);
    let (rows, next) = match listing.question.integer("covering")? {
        Some(position) if position >= view.size() => {
            return Err(Problem::UnknownPosition { size: view.size() });
        }
        Some(position) => {
            (view.proof_of_existence(Position(position))?.into_iter().collect(), None)
        }
        None => {
            let rows = view.timestamps(after(listing)?, listing.limit)?;
            let last = rows.last().filter(|_| rows.len() == listing.limit);
            let place = last.map(|last| Place::Key(format!("{}/{}", last.size, last.token)));
            (rows, place.map(|place| listing.next(size, place)).transpose()?)
        }
    };
    let page = TimestampsView {
        size: view.size(),
        stamped_size,
        state: match stamped_size {
            0 => "none",
            stamped if stamped < view.size() => "pending",
            _ => "stamped",
        },
        timestamps: rows.into_iter().map(TimestampView::of).collect(),
        next: next.as_ref().map(|next| next.cursor.clone()),
    };
    respond::page(&page, next)
}

/// Where the page before ended.
fn after(listing: &Listing) -> Result<Option<(u64, Hash)>, Problem> {
    let key = match listing.place() {
        None => return Ok(None),
        Some(Place::Key(key)) => key,
        Some(Place::Position(_) | Place::Kept(_)) => return Err(listing::foreign()),
    };
    let place = key.split_once('/').and_then(|(size, token)| Some((decimal(size)?, token)));
    let (size, token) = place.ok_or_else(listing::foreign)?;
    Ok(Some((size, token.parse().map_err(|_| listing::foreign())?)))
}

/// A page of time-stamps, and how far the ledger is stamped.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Timestamps)]
pub(crate) struct TimestampsView {
    /// Records of the ledger.
    size: u64,
    /// The largest size over which there is a token; 0 where there is none.
    stamped_size: u64,
    /// `stamped`: everything is covered; `pending`: the newest records wait for a token; `none`: there is none.
    #[schema(schema_with = states)]
    state: &'static str,
    timestamps: Vec<TimestampView>,
    #[schema(required)]
    next: Option<String>,
}

/// A token over a checkpoint.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Timestamp)]
pub(crate) struct TimestampView {
    /// Records of the tree that is stamped: it covers every position below.
    size: u64,
    /// `genTime` of the token.
    #[schema(schema_with = shapes::time)]
    time: String,
    /// How far that may be off, in microseconds; null where the authority does not say.
    #[schema(required)]
    accuracy_us: Option<u64>,
    /// `genTime` and accuracy, in whole seconds rounded up: by then everything below `size` existed.
    #[schema(schema_with = shapes::time)]
    existed_at: String,
    /// SHA-256 of the token; it is at `timestamps/{size}/{sha256}`.
    #[schema(schema_with = shapes::sha256)]
    token: String,
    /// The bytes that the token is over: the checkpoint with the log's signature.
    stamped: String,
}

impl TimestampView {
    fn of(kept: KeptTimestamp) -> Self {
        let micros = |seconds: i64, nanoseconds: u32| {
            let seconds = u64::try_from(seconds).unwrap_or(0).saturating_mul(1_000_000);
            Time(Micros(seconds.saturating_add(u64::from(nanoseconds / 1_000)))).text()
        };
        Self {
            size: kept.size,
            time: micros(kept.time.seconds, kept.time.nanoseconds),
            accuracy_us: kept.accuracy.map(|accuracy| accuracy.microseconds),
            existed_at: micros(kept.existed_at(), 0),
            token: kept.token.to_string(),
            stamped: kept.stamped,
        }
    }
}

fn states() -> utoipa::openapi::Object {
    shapes::one_of(&["stamped", "pending", "none"])
}
