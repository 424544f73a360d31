//! The clock of the tests.

use super::*;

/// A clock that stands still until a test moves it.
pub(crate) struct TestClock(AtomicU64);

impl TestClock {
    /// Standing at a moment, in microseconds since 1970.
    pub(crate) fn at(micros: u64) -> Self {
        Self(AtomicU64::new(micros))
    }

    pub(crate) fn set_micros(&self, micros: u64) {
        self.0.store(micros, Ordering::SeqCst);
    }

    pub(crate) fn seconds(&self) -> u64 {
        self.0.load(Ordering::SeqCst) / 1_000_000
    }

    pub(crate) fn forward_s(&self, seconds: u64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    pub(crate) fn set_s(&self, seconds: u64) {
        self.set_micros(seconds * 1_000_000);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Micros {
        Micros(self.0.load(Ordering::SeqCst))
    }

    /// Time passes as it is shown: moving the clock is no jump.
    fn steady(&self) -> Duration {
        Duration::from_micros(self.0.load(Ordering::SeqCst))
    }
}
