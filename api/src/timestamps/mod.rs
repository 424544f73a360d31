//! Trusted time, fetched: each time-stamping authority of the configuration is asked for tokens over the newest checkpoints.
//!
//! A thread for each, so that a slow one keeps no other waiting, and nothing waits for them: posts are answered as before, and
//! what has no token yet has one when the authority answers again.

mod ask;
mod plan;
mod settings;
mod stamper;

pub use self::settings::{Timestamps, TimestampsError};
pub(crate) use self::stamper::Stampers;
