//! The clock as an argument: nothing in this crate asks the system for the time of day.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use crate::log::Micros;

/// What the sequencer asks for the time.
pub trait Clock: Send + Sync {
    /// The time of day.
    fn now(&self) -> Micros;

    /// A clock that never jumps; only differences mean something.
    fn steady(&self) -> Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        START.elapsed()
    }
}
