//! Segments of an open ledger: which objects its events name, reading a segment off the store, keeping its digests as an
//! object with a row that names it, and the thread that does so when one has filled.
//!
//! A segment is a consequence of the log alone, so whoever makes it makes the same bytes: begun anew after a crash, made by
//! a thread and by a command at one time, it is one object and one row.

mod held;
mod listed;
mod named;
mod renewals;
mod sealer;

pub use held::SealError;
pub(crate) use held::{ROW_PREFIX, index_of_row};
pub(crate) use listed::Listed;
pub(crate) use named::{named_by, objects_in};
pub use renewals::{KeptRenewal, RENEWALS_MAX};
pub(crate) use sealer::Sealer;
