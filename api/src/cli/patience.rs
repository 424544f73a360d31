//! How long a request is tried again, and how long each pause is. Posting twice is harmless: the second
//! time is answered with the receipt of the first.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use jiff::SignedDuration;
use uuid::Uuid;

/// How long somebody waits for a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    /// A server that has never answered is given up at once: mostly its address is wrong. One that has
    /// is waited for, for a minute.
    Usual,
    /// So long, whatever the failure.
    For(Duration),
    /// For ever.
    Endless,
}

/// The tries of one request.
#[derive(Debug)]
pub(crate) struct Tries {
    patience: Patience,
    since: Instant,
    failed: u32,
}

/// What went wrong with a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// No answer, from a server that has never answered.
    NeverAnswered,
    /// No answer, from a server that has answered before.
    NoAnswer,
    /// It asks to come back, at the soonest after this time.
    Busy(Option<Duration>),
}

impl Patience {
    /// Reads `--give-up`: `30s`, `5m`, `1h30m`, or `never`.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        if text == "never" {
            return Ok(Self::Endless);
        }
        let duration: SignedDuration =
            text.parse().context("bukan lama waktu seperti 30s, 5m, 1h, never (not a duration)")?;
        let duration = Duration::try_from(duration).context("kurang dari nol (negative)")?;
        Ok(Self::For(duration))
    }

    /// The tries of a request that begins now.
    pub(crate) fn tries(self) -> Tries {
        Tries { patience: self, since: Instant::now(), failed: 0 }
    }

    fn limit(self, failure: Failure) -> Option<Duration> {
        match (self, failure) {
            (Self::Usual, Failure::NeverAnswered) => Some(Duration::ZERO),
            (Self::Usual, _) => Some(USUAL),
            (Self::For(limit), _) => Some(limit),
            (Self::Endless, _) => None,
        }
    }
}

impl Tries {
    /// How long to pause before the next try; none: give up.
    pub(crate) fn pause(&mut self, failure: Failure) -> Option<Duration> {
        let pause = pause(self.failed, failure, chance());
        self.failed = self.failed.saturating_add(1);
        let Some(limit) = self.patience.limit(failure) else { return Some(pause) };
        let left = limit.saturating_sub(self.since.elapsed());
        // The last try is at the end of the time, however long the pause would have been.
        (!left.is_zero()).then_some(pause.min(left))
    }
}

/// Twice as long after each failure, up to a bound, and by chance up to half of it shorter, so that those
/// who were turned away together do not come back together. Never sooner than the server asks.
fn pause(failed: u32, failure: Failure, chance: f64) -> Duration {
    let doubled = FIRST.saturating_mul(2_u32.saturating_pow(failed.min(DOUBLINGS_MAX)));
    let pause = doubled.min(PAUSE_MAX).mul_f64(0.5 + chance / 2.0);
    match failure {
        Failure::Busy(Some(asked)) => pause.max(asked.min(ASKED_MAX)),
        Failure::Busy(None) | Failure::NoAnswer | Failure::NeverAnswered => pause,
    }
}

/// A number in 0..1.
fn chance() -> f64 {
    let [first, second, ..] = *Uuid::new_v4().as_bytes();
    f64::from(u16::from_be_bytes([first, second])) / 65_536.0
}

const USUAL: Duration = Duration::from_mins(1);
const FIRST: Duration = Duration::from_millis(250);
const PAUSE_MAX: Duration = Duration::from_secs(30);
/// No `Retry-After` is waited for longer at once.
const ASKED_MAX: Duration = Duration::from_mins(5);
/// More would be beyond the bound anyway.
const DOUBLINGS_MAX: u32 = 10;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn pauses_grow_to_a_bound_and_differ_by_chance() {
        let at = |failed, chance| pause(failed, Failure::NoAnswer, chance);
        assert_eq!(at(0, 0.0), Duration::from_millis(125));
        assert_eq!(at(0, 1.0), Duration::from_millis(250));
        assert_eq!(at(3, 1.0), Duration::from_secs(2));
        assert_eq!(at(40, 1.0), PAUSE_MAX);
        assert_eq!(at(u32::MAX, 0.0), PAUSE_MAX / 2);
        assert!((0..100).all(|_| (0.0..1.0).contains(&chance())));
    }

    #[test]
    fn a_server_is_not_asked_sooner_than_it_says() {
        let busy = |seconds| Failure::Busy(Some(Duration::from_secs(seconds)));
        assert_eq!(pause(0, busy(7), 1.0), Duration::from_secs(7));
        assert_eq!(pause(20, busy(1), 1.0), PAUSE_MAX);
        assert_eq!(pause(0, busy(86_400), 1.0), ASKED_MAX);
    }

    #[test]
    fn a_server_that_never_answered_is_given_up_at_once_unless_asked_to_wait() {
        assert_eq!(Patience::Usual.tries().pause(Failure::NeverAnswered), None);
        assert!(Patience::Usual.tries().pause(Failure::NoAnswer).is_some());
        let hour = Patience::parse("1h").unwrap();
        assert_eq!(hour, Patience::For(Duration::from_hours(1)));
        assert!(hour.tries().pause(Failure::NeverAnswered).is_some());
        assert_eq!(Patience::parse("never").unwrap(), Patience::Endless);
        assert!(Patience::Endless.tries().pause(Failure::NeverAnswered).is_some());
        assert_eq!(Patience::parse("0s").unwrap().tries().pause(Failure::NoAnswer), None);
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in ["", "5", "-3s", "soon"] {
            assert!(Patience::parse(text).is_err(), "{text}");
        }
    }
}
