//! Trusted time beside the log: tokens of time-stamping authorities over checkpoints. A token over a checkpoint is a token over
//! everything below its size, so one in a while is enough for all.
//!
//! Tokens are no events: a token as an event would call for the next token. They prove themselves, so it does not matter who
//! brings one, and nothing is decided by them.

mod keep;
mod kept;
mod stamped;
mod trusted;

pub use keep::KeepTimestampError;
pub use kept::KeptTimestamp;
pub(crate) use kept::{ROW_PREFIX, parse};
pub use stamped::{Stamped, StampedError};

use jejak_signer::GenTime;

use crate::log::{Micros, Position, Record};
use crate::view::{ReadError, View};

/// How far the clocks of a ledger and of an authority may lie apart, in seconds. Nearly six minutes were seen.
pub const TIMESTAMP_TOLERANCE_S: i64 = 900;

/// A record whose `recorded_at` a token contradicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contradiction {
    /// Of the record.
    pub position: Position,
    /// Of the record.
    pub recorded_at: Micros,
    /// Whether the token covers the record: it was stamped and says that it is of later; or else it was recorded after the
    /// checkpoint and says that it is of earlier.
    pub covered: bool,
}

/// What a token's time says against the records on both sides of its size. In a ledger time never runs back, so the last
/// one below speaks for all below, and the first one above for all above.
pub(crate) fn contradiction(
    view: &View,
    size: u64,
    time: GenTime,
    existed_at: i64,
) -> Result<Option<Contradiction>, ReadError> {
    let of = |position| view.record(Position(position));
    let found = |record: Record, covered| Contradiction {
        position: record.position,
        recorded_at: record.recorded_at,
        covered,
    };
    let last = size.checked_sub(1).map(of).transpose()?.flatten();
    if let Some(record) = last
        && seconds(record.recorded_at) > existed_at.saturating_add(TIMESTAMP_TOLERANCE_S)
    {
        return Ok(Some(found(record, true)));
    }
    match of(size)? {
        Some(record)
            if seconds(record.recorded_at) < time.seconds.saturating_sub(TIMESTAMP_TOLERANCE_S) =>
        {
            Ok(Some(found(record, false)))
        }
        _ => Ok(None),
    }
}

/// Whole seconds.
pub(crate) fn seconds(time: Micros) -> i64 {
    i64::try_from(time.0 / 1_000_000).unwrap_or(i64::MAX)
}
