//! How much one may ask for in a time: a bucket for each key, filled at a steady pace. A quota decides nothing about an
//! event: whoever is over it is told to come back, nothing is recorded, and no replay ever asks.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{RateLimiter, clock};

use crate::clock::Clock;
use crate::rules::Signatory;
use crate::settings::Settings;

/// So many at once, and so many a minute for as long as one likes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// How many are given back in a minute. 0: there is no quota.
    pub per_minute: u32,
    /// How many there are at once after a pause.
    pub burst: u32,
}

/// Somebody is over his quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exceeded {
    /// The quota.
    pub quota: Quota,
    /// When the next is given back.
    pub retry_after: Duration,
}

/// A quota for each key. Memory is bounded: of more than `keys_max` keys that are in use at one time all are forgotten,
/// so that a flood of keys makes quotas generous and never large.
pub struct Quotas<K: Hash + Eq + Clone> {
    quota: Quota,
    keys_max: usize,
    clock: Arc<dyn Clock>,
    buckets: Mutex<Option<Buckets<K>>>,
}

type Buckets<K> = RateLimiter<K, HashMapStateStore<K>, Steady, NoOpMiddleware<Duration>>;

impl<K: Hash + Eq + Clone> Quotas<K> {
    /// Every key has `quota`, by `clock`.
    pub fn new(quota: Quota, keys_max: usize, clock: Arc<dyn Clock>) -> Self {
        let quotas = Self { quota, keys_max, clock, buckets: Mutex::new(None) };
        *quotas.buckets.lock().unwrap_or_else(PoisonError::into_inner) = quotas.empty();
        quotas
    }

    /// The quota of every key.
    pub fn quota(&self) -> Quota {
        self.quota
    }

    /// Takes one from the bucket of `key`.
    pub fn take(&self, key: &K) -> Result<(), Exceeded> {
        let mut held = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(buckets) = held.as_ref()
            && buckets.len() >= self.keys_max
        {
            // Full buckets need not be kept.
            buckets.retain_recent();
            if buckets.len() >= self.keys_max {
                *held = self.empty();
            }
        }
        let Some(buckets) = held.as_ref() else { return Ok(()) };
        buckets.check_key(key).map_err(|until| Exceeded {
            quota: self.quota,
            retry_after: until.wait_time_from(self.clock.steady()),
        })
    }

    fn empty(&self) -> Option<Buckets<K>> {
        let per_minute = NonZeroU32::new(self.quota.per_minute)?;
        let burst = NonZeroU32::new(self.quota.burst).unwrap_or(NonZeroU32::MIN);
        let quota = governor::Quota::per_minute(per_minute).allow_burst(burst);
        Some(RateLimiter::hashmap_with_clock(quota, Steady(Arc::clone(&self.clock))))
    }

    #[cfg(test)]
    fn keys(&self) -> usize {
        let held = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        held.as_ref().map_or(0, RateLimiter::len)
    }
}

/// The clock that never jumps, as the buckets ask for it.
struct Steady(Arc<dyn Clock>);

impl clock::Clock for Steady {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.steady()
    }
}

/// Whose quota it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuotaOf {
    /// The signer's.
    Signer,
    /// The agency's, over all its signers.
    Agency,
}

/// Over a quota of writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverQuota {
    /// Whose.
    pub of: QuotaOf,
    /// What it is.
    pub exceeded: Exceeded,
}

/// The quotas of writing to one ledger.
pub(crate) struct WriteQuotas {
    signers: Quotas<String>,
    agencies: Quotas<String>,
    /// Statements for other ledgers that are brought here in a signer's name. Anybody can do that, so they are never
    /// counted against him; this bounds how many are kept.
    carried: Quotas<String>,
}

impl WriteQuotas {
    pub(crate) fn new(settings: &Settings, clock: &Arc<dyn Clock>) -> Self {
        let of = |quota| Quotas::new(quota, settings.quota_keys_max, Arc::clone(clock));
        Self {
            signers: of(settings.signer_quota()),
            agencies: of(settings.agency_quota()),
            carried: of(CARRIED),
        }
    }

    /// One statement that `signatory` has signed for this ledger and that is not here yet.
    pub(crate) fn take(&self, signatory: &Signatory) -> Result<(), OverQuota> {
        let over = |of| move |exceeded| OverQuota { of, exceeded };
        self.signers.take(&signatory.person).map_err(over(QuotaOf::Signer))?;
        self.agencies.take(&signatory.agency).map_err(over(QuotaOf::Agency))
    }

    /// Whether the refusal of a statement that was meant for another ledger is kept.
    pub(crate) fn keeps_carried(&self, signatory: &Signatory) -> bool {
        self.carried.take(&signatory.person).is_ok()
    }
}

const CARRIED: Quota = Quota { per_minute: 1, burst: 60 };

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;
    use crate::log::Micros;

    #[derive(Default)]
    struct Seconds(AtomicU64);

    impl Clock for Seconds {
        fn now(&self) -> Micros {
            Micros(0)
        }

        fn steady(&self) -> Duration {
            Duration::from_secs(self.0.load(Ordering::SeqCst))
        }
    }

    fn quotas(per_minute: u32, burst: u32, keys_max: usize) -> (Arc<Seconds>, Quotas<u32>) {
        let clock = Arc::new(Seconds::default());
        let quotas =
            Quotas::new(Quota { per_minute, burst }, keys_max, Arc::<Seconds>::clone(&clock));
        (clock, quotas)
    }

    #[test]
    fn a_burst_is_given_at_once_and_the_rest_at_its_pace() {
        let (clock, quotas) = quotas(6, 3, 10);
        for _ in 0..3 {
            assert_eq!(quotas.take(&1), Ok(()));
        }
        let over = Exceeded { quota: quotas.quota(), retry_after: Duration::from_secs(10) };
        assert_eq!(quotas.take(&1), Err(over));
        assert_eq!(quotas.take(&2), Ok(()), "each key has its own");
        clock.0.store(9, Ordering::SeqCst);
        assert_eq!(quotas.take(&1).map_err(|over| over.retry_after), Err(Duration::from_secs(1)));
        clock.0.store(10, Ordering::SeqCst);
        assert_eq!(quotas.take(&1), Ok(()));
        assert!(quotas.take(&1).is_err());
    }

    #[test]
    fn without_a_quota_nothing_is_counted() {
        let (_, quotas) = quotas(0, 1, 10);
        for _ in 0..1_000 {
            assert_eq!(quotas.take(&1), Ok(()));
        }
        assert_eq!(quotas.keys(), 0);
    }

    #[test]
    fn a_flood_of_keys_takes_bounded_memory() {
        let (clock, quotas) = quotas(60, 2, 100);
        for key in 0..1_000 {
            assert_eq!(quotas.take(&key), Ok(()));
            assert!(quotas.keys() <= 100);
        }
        // Those who have been quiet are forgotten first.
        clock.0.store(3_600, Ordering::SeqCst);
        for _ in 0..2 {
            quotas.take(&5_000).ok();
        }
        assert!(quotas.take(&5_000).is_err());
        for key in 0..50 {
            assert_eq!(quotas.take(&key), Ok(()));
        }
        assert!(quotas.take(&5_000).is_err(), "he was not forgotten");
    }
}
