//! How positions and times stand in the fields of things.

use jiff::Timestamp;

use crate::log::Position;
use crate::rules::thing::Field;

pub(crate) fn position_field(position: Position) -> Field {
    Field::Integer(i64::try_from(position.0).unwrap_or(i64::MAX))
}

/// Unix seconds as RFC 3339.
pub(super) fn written(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |time| time.to_string())
}
