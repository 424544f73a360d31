//! What callers share: so many in all, and so many for one caller, so that nobody can keep the others out. A share that
//! must bear fruit is recalled when it has borne none for a while and somebody else asks for one.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::caller::Caller;
use crate::problem::Problem;

/// What is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shared {
    /// `connections_max`: connections.
    Connections,
    /// `requests_max`: requests worked on.
    Requests,
    /// `reads_max`: reads of the store.
    Reads,
    /// `batches_max`: batches that stream.
    Batches,
    /// `trial_batches_max`: batches of trials.
    TrialBatches,
    /// `uploads_max`: documents coming in.
    Uploads,
    /// `downloads_max`: documents going out.
    Downloads,
}

/// How much of it there is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) of: Shared,
    /// Over all callers.
    pub(crate) max: usize,
    /// For one.
    pub(crate) caller_max: usize,
    /// How long a share that bears no fruit is safe from others. `None`: it need not bear any.
    pub(crate) fruitless: Option<Duration>,
}

/// The shares of all callers.
#[derive(Debug)]
pub(crate) struct Shares {
    bounds: Bounds,
    taken: Mutex<Taken>,
}

/// One share; given back when dropped.
#[derive(Debug)]
pub(crate) struct Share {
    of: Arc<Shares>,
    number: u64,
    recall: Arc<Recall>,
}

#[derive(Debug, Default)]
struct Taken {
    next: u64,
    held: BTreeMap<u64, Held>,
    callers: HashMap<Caller, usize>,
}

#[derive(Debug)]
struct Held {
    caller: Caller,
    fruitful_at: Instant,
    recall: Arc<Recall>,
}

/// Tells the holder of a share that it is another's now.
#[derive(Debug, Default)]
struct Recall {
    is_recalled: AtomicBool,
    told: Notify,
}

impl Shared {
    /// The name of the limit in settings and answers.
    pub(crate) fn limit(self, of_caller: bool) -> &'static str {
        match (self, of_caller) {
            (Self::Connections, false) => "connections_max",
            (Self::Connections, true) => "caller_connections_max",
            (Self::Requests, false) => "requests_max",
            (Self::Requests, true) => "caller_requests_max",
            (Self::Reads, false) => "reads_max",
            (Self::Reads, true) => "caller_reads_max",
            (Self::Batches, false) => "batches_max",
            (Self::Batches, true) => "caller_batches_max",
            (Self::TrialBatches, false) => "trial_batches_max",
            (Self::TrialBatches, true) => "caller_trial_batches_max",
            (Self::Uploads, false) => "uploads_max",
            (Self::Uploads, true) => "caller_uploads_max",
            (Self::Downloads, false) => "downloads_max",
            (Self::Downloads, true) => "caller_downloads_max",
        }
    }
}

impl Shares {
    pub(crate) fn new(bounds: Bounds) -> Arc<Self> {
        Arc::new(Self { bounds, taken: Mutex::default() })
    }

    /// A share for `caller`, at once or not at all.
    pub(crate) fn take(self: &Arc<Self>, caller: Caller) -> Result<Share, Problem> {
        self.take_at(caller, Instant::now())
    }

    fn take_at(self: &Arc<Self>, caller: Caller, now: Instant) -> Result<Share, Problem> {
        let Bounds { of, max, caller_max, fruitless } = self.bounds;
        let full = |of_caller, max| Problem::Full { of, of_caller, max };
        let mut taken = self.taken();
        // Who is fruitless since then makes room.
        let since = fruitless.and_then(|fruitless| now.checked_sub(fruitless));
        let own = taken.callers.get(&caller).copied().unwrap_or(0);
        if own >= caller_max && !taken.recall(since, |held| held.caller == caller) {
            return Err(full(true, caller_max));
        }
        if taken.held.len() >= max && !taken.recall(since, |_| true) {
            return Err(full(false, max));
        }
        let (number, recall) = taken.give(caller, now);
        drop(taken);
        Ok(Share { of: Arc::clone(self), number, recall })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    fn give(&mut self, caller: Caller, now: Instant) -> (u64, Arc<Recall>) {
        let (number, recall) = (self.next, Arc::<Recall>::default());
        self.next = self.next.saturating_add(1);
        let held = Held { caller, fruitful_at: now, recall: Arc::clone(&recall) };
        self.held.insert(number, held);
        *self.callers.entry(caller).or_default() += 1;
        (number, recall)
    }

    /// Takes one share away, of those that `may` be: the one that has borne no fruit for the longest time, if that is
    /// as long as `since`.
    fn recall(&mut self, since: Option<Instant>, may: impl Fn(&Held) -> bool) -> bool {
        let Some(since) = since else { return false };
        let candidates = self.held.iter().filter(|(_, held)| may(held));
        let longest = candidates.min_by_key(|(_, held)| held.fruitful_at);
        let Some((&number, _)) = longest.filter(|(_, held)| held.fruitful_at <= since) else {
            return false;
        };
        if let Some(held) = self.end(number) {
            held.recall.is_recalled.store(true, Ordering::Release);
            held.recall.told.notify_one();
        }
        true
    }

    fn end(&mut self, number: u64) -> Option<Held> {
        let held = self.held.remove(&number)?;
        if let Some(count) = self.callers.get_mut(&held.caller) {
            *count -= 1;
            if *count == 0 {
                self.callers.remove(&held.caller);
            }
        }
        Some(held)
    }
}

impl Share {
    /// Something came of it just now.
    pub(crate) fn bears_fruit(&self) {
        if let Some(held) = self.of.taken().held.get_mut(&self.number) {
            held.fruitful_at = Instant::now();
        }
    }

    /// Returns when the share is another's: once.
    pub(crate) async fn recalled(&self) {
        self.recall.told.notified().await;
    }

    /// Whether the share is another's.
    pub(crate) fn is_recalled(&self) -> bool {
        self.recall.is_recalled.load(Ordering::Acquire)
    }

    /// Why its holder has to end.
    pub(crate) fn recall_problem(&self) -> Problem {
        Problem::Recalled { after: self.of.bounds.fruitless.unwrap_or_default() }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.of.taken().end(self.number);
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn shares(fruitless: Option<Duration>) -> Arc<Shares> {
        Shares::new(Bounds { of: Shared::Batches, max: 3, caller_max: 2, fruitless })
    }

    fn caller(last: u8) -> Caller {
        Caller::at([192, 0, 2, last].into())
    }

    fn full(shares: &Arc<Shares>, of: u8, now: Instant) -> (&'static str, usize) {
        match shares.take_at(caller(of), now).unwrap_err() {
            Problem::Full { of, of_caller, max } => (of.limit(of_caller), max),
            other => unreachable!("{other:?}"),
        }
    }

    #[test]
    fn one_caller_never_has_more_than_his_share() {
        let (shares, now) = (shares(None), Instant::now());
        let first = shares.take_at(caller(1), now).unwrap();
        let _second = shares.take_at(caller(1), now).unwrap();
        assert_eq!(full(&shares, 1, now), ("caller_batches_max", 2));
        let _third = shares.take_at(caller(2), now).unwrap();
        assert_eq!(full(&shares, 3, now), ("batches_max", 3));
        drop(first);
        let _fourth = shares.take_at(caller(1), now).unwrap();
        assert_eq!(full(&shares, 3, now + Duration::from_hours(1)), ("batches_max", 3));
    }

    #[test]
    fn what_bears_no_fruit_the_longest_makes_room() {
        let second = Duration::from_secs(1);
        let (shares, start) = (shares(Some(2 * second)), Instant::now());
        let first = shares.take_at(caller(1), start).unwrap();
        let second_of_one = shares.take_at(caller(1), start + second).unwrap();
        // His own make room for him, before those of others.
        assert_eq!(full(&shares, 1, start + second), ("caller_batches_max", 2));
        let again = shares.take_at(caller(1), start + 2 * second).unwrap();
        assert!(first.is_recalled() && !second_of_one.is_recalled());
        let other = shares.take_at(caller(2), start + 2 * second).unwrap();
        assert_eq!(full(&shares, 3, start + 2 * second), ("batches_max", 3));
        let newcomer = shares.take_at(caller(3), start + 3 * second).unwrap();
        assert!(second_of_one.is_recalled() && !again.is_recalled() && !other.is_recalled());
        // One that was recalled gives nothing back a second time.
        drop((first, second_of_one));
        assert_eq!(full(&shares, 4, start + 3 * second), ("batches_max", 3));
        drop((again, other, newcomer));
        let taken = shares.taken();
        assert!(taken.held.is_empty() && taken.callers.is_empty());
    }

    #[test]
    fn a_share_that_bears_fruit_is_kept() {
        let (shares, start) = (shares(Some(Duration::ZERO)), Instant::now());
        let past = start.checked_sub(Duration::from_millis(1)).unwrap();
        let held: Vec<_> =
            (1..=3).map(|last| shares.take_at(caller(last), past).unwrap()).collect();
        for share in &held {
            share.bears_fruit();
        }
        assert_eq!(full(&shares, 4, past), ("batches_max", 3));
    }

    #[tokio::test]
    async fn who_holds_a_recalled_share_is_told() {
        let (shares, now) = (shares(Some(Duration::ZERO)), Instant::now());
        let held: Vec<_> = (1..=3).map(|last| shares.take_at(caller(last), now).unwrap()).collect();
        let _newcomer = shares.take_at(caller(4), now).unwrap();
        held.first().unwrap().recalled().await;
        assert_eq!(held.iter().filter(|share| share.is_recalled()).count(), 1);
    }
}
