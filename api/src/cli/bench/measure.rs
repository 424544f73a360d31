//! Rates and percentiles of a measured run.

use std::time::Duration;

/// How often something happened in a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rate {
    count: u64,
    elapsed: Duration,
}

impl Rate {
    pub(super) fn new(count: u64, elapsed: Duration) -> Self {
        Self { count, elapsed }
    }

    /// How often it would happen in another time.
    pub(super) fn within(self, time: Duration) -> u128 {
        u128::from(self.count) * time.as_micros() / self.elapsed.as_micros().max(1)
    }

    /// Events per second.
    pub(super) fn per_s(self) -> f64 {
        let micros = self.elapsed.as_micros().max(1);
        float(u128::from(self.count) * 1_000_000_000 / micros) / 1_000.0
    }
}

/// A ratio with three decimals.
pub(super) fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { (part / whole * 1_000.0).round() / 1_000.0 } else { 0.0 }
}

/// The time within which 99 of 100 were answered, in milliseconds.
pub(super) fn p99_ms(mut latencies: Vec<Duration>) -> f64 {
    latencies.sort_unstable();
    let rank = latencies.len() * 99 / 100;
    latencies.get(rank).map_or(0.0, |latency| latency.as_secs_f64() * 1_000.0)
}

/// A count as a floating-point number; beyond 2^32 the nearest thousand is near enough.
fn float(count: u128) -> f64 {
    u32::try_from(count).map_or_else(
        |_| {
            u32::try_from(count / 1_000)
                .map_or(f64::INFINITY, |thousands| f64::from(thousands) * 1_000.0)
        },
        f64::from,
    )
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_count_over_its_time() {
        assert_eq!(Rate::new(1_000, Duration::from_millis(500)).per_s(), 2_000.0);
        assert_eq!(Rate::new(100_000_000, Duration::from_secs(1)).per_s(), 100_000_000.0);
        assert_eq!(Rate::new(30, Duration::from_secs(3)).within(Duration::from_secs(5)), 50);
        assert_eq!(ratio(1.0, 3.0), 0.333);
        assert_eq!(ratio(1.0, 0.0), 0.0);
    }

    #[test]
    fn the_99th_of_a_hundred_is_found() {
        let latencies = (1..=100).rev().map(Duration::from_millis).collect();
        assert_eq!(p99_ms(latencies), 100.0);
        assert_eq!(p99_ms(Vec::new()), 0.0);
    }
}
