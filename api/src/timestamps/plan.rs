//! When a ledger is stamped by one authority: when it has grown and the interval is over; when it has not grown and has
//! been idle for long; later and later while the authority fails, and at once when it answers again. No clock is read here.

use std::collections::BTreeMap;
use std::time::Duration;

/// What one authority has stamped, and when it is asked again.
#[derive(Debug)]
pub(super) struct Plan {
    interval: Duration,
    idle: Option<Duration>,
    ledgers: BTreeMap<String, Last>,
    failures: u32,
    /// Not before.
    rests_until: Duration,
}

#[derive(Debug, Clone, Copy)]
struct Last {
    /// Of the newest checkpoint that has a token.
    size: u64,
    /// When a token was last kept or looked for.
    at: Duration,
}

impl Plan {
    pub(super) fn new(interval: Duration, idle: Option<Duration>) -> Self {
        let rests_until = Duration::ZERO;
        Self { interval, idle, ledgers: BTreeMap::new(), failures: 0, rests_until }
    }

    /// Whether the authority may be asked.
    pub(super) fn is_open(&self, now: Duration) -> bool {
        now >= self.rests_until
    }

    /// Whether a ledger of that size is to be stamped.
    pub(super) fn is_due(&self, region: &str, size: u64, now: Duration) -> bool {
        let Some(last) = self.ledgers.get(region) else { return true };
        let passed = now.saturating_sub(last.at);
        if size > last.size {
            passed >= self.interval
        } else {
            self.idle.is_some_and(|idle| passed >= idle)
        }
    }

    /// Whether a ledger of that size has records without a token.
    pub(super) fn is_pending(&self, region: &str, size: u64) -> bool {
        self.ledgers.get(region).is_none_or(|last| last.size < size)
    }

    /// A token over that size is kept; also one that was kept before the process began.
    pub(super) fn stamped(&mut self, region: &str, size: u64, now: Duration) {
        self.ledgers.insert(region.to_owned(), Last { size, at: now });
        (self.failures, self.rests_until) = (0, Duration::ZERO);
    }

    /// The token of one ledger was not kept, for a reason of that ledger's: it waits for its next turn.
    pub(super) fn passed_over(&mut self, region: &str, now: Duration) {
        let size = self.ledgers.get(region).map_or(0, |last| last.size);
        self.ledgers.insert(region.to_owned(), Last { size, at: now });
    }

    /// The authority gave nothing of use; how long it rests is the answer.
    pub(super) fn failed(&mut self, now: Duration) -> Duration {
        let rest = FIRST_REST.saturating_mul(2_u32.saturating_pow(self.failures)).min(LONGEST_REST);
        self.failures = self.failures.saturating_add(1);
        self.rests_until = now.saturating_add(rest);
        rest
    }
}

const FIRST_REST: Duration = Duration::from_secs(5);
/// An authority that is back is found within this time.
const LONGEST_REST: Duration = Duration::from_mins(5);

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_ledger_that_grew_is_stamped_once_an_interval_and_an_idle_one_rarely() {
        let mut plan = Plan::new(s(60), Some(s(3_600)));
        assert!(plan.is_due("61.07", 1, s(0)) && plan.is_pending("61.07", 1));
        plan.stamped("61.07", 1, s(10));
        assert!(!plan.is_due("61.07", 2, s(69)) && plan.is_pending("61.07", 2));
        assert!(plan.is_due("61.07", 2, s(70)));
        assert!(!plan.is_due("61.07", 1, s(3_609)) && !plan.is_pending("61.07", 1));
        assert!(plan.is_due("61.07", 1, s(3_610)));
        let mut plan = Plan::new(s(60), None);
        plan.stamped("61.07", 1, s(0));
        assert!(!plan.is_due("61.07", 1, s(1_000_000)));
    }

    #[test]
    fn an_authority_that_fails_is_asked_later_and_later_and_as_before_when_it_answers() {
        let mut plan = Plan::new(s(60), None);
        let mut now = s(0);
        let mut rests = Vec::new();
        for _ in 0..9 {
            let rest = plan.failed(now);
            rests.push(rest.as_secs());
            assert!(!plan.is_open(now + rest.saturating_sub(s(1))) && plan.is_open(now + rest));
            now += rest;
        }
        assert_eq!(rests, [5, 10, 20, 40, 80, 160, 300, 300, 300]);
        assert!(plan.is_due("61.07", 7, now));
        plan.stamped("61.07", 7, now);
        assert!(plan.is_open(now));
        assert_eq!(plan.failed(now), s(5));
    }

    #[test]
    fn what_is_wrong_with_one_ledger_keeps_no_other_waiting() {
        let mut plan = Plan::new(s(60), None);
        plan.stamped("61.07", 3, s(0));
        plan.passed_over("61.07", s(60));
        assert!(!plan.is_due("61.07", 4, s(119)) && plan.is_due("61.07", 4, s(120)));
        assert!(plan.is_pending("61.07", 4) && plan.is_open(s(60)));
        plan.passed_over("61.71", s(60));
        assert!(plan.is_pending("61.71", 1) && plan.is_due("61.71", 1, s(120)));
    }
}
