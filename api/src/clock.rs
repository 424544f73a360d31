//! The one place that reads the wall clock. Everywhere else the time is an argument.

use std::time::{SystemTime, UNIX_EPOCH};

use jejak_ledger::Clock;
use jejak_ledger::log::Micros;

/// The clock of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    /// A clock set before 1970 reads as 1970: the ledger then sees a time behind its last record and stops
    /// writing with a clear message, instead of this function guessing.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    fn now(&self) -> Micros {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Micros(u64::try_from(since_epoch.as_micros()).unwrap_or(u64::MAX))
    }
}
