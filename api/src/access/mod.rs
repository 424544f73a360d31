//! The access log: who read what that is above public.
//!
//! It cannot be switched off: an answer that shows something above public leaves only after its line is on the disk, and
//! where the line cannot be written there is no answer.
//!
//! | file | idea |
//! | --- | --- |
//! | `sight.rs` | what one request has seen, noted where it is seen |
//! | `line.rs` | one line of the log |
//! | `log.rs` | the thread that writes the lines |
//! | `layer.rs` | between the handler and the answer: no line, no answer |
//! | `read.rs` | reading the log again, for the operator |

mod layer;
mod line;
mod log;
mod read;
mod sight;

pub(crate) use layer::account;
pub use line::{Line, Range, What};
pub(crate) use log::AccessLog;
pub use read::{AccessError, Page, Wanted, read};
pub(crate) use sight::Sight;

use jejak_ledger::log::Micros;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The folder in the data directory; one file a day in it, `2026-01-02.ndjson`.
pub const FOLDER: &str = "access";

/// The day of a time, in UTC. Beyond the range of dates there is only the last day.
pub(crate) fn day(time: Micros) -> Date {
    let micros = i64::try_from(time.0).unwrap_or(i64::MAX);
    let time = jiff::Timestamp::from_microsecond(micros).unwrap_or(jiff::Timestamp::MAX);
    TimeZone::UTC.to_datetime(time).date()
}

/// The name of the file of a day.
fn file_name(day: Date) -> String {
    format!("{day}.ndjson")
}
