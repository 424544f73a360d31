//! Queues that threads wait at. Each has two lanes: what somebody waits for alone, and what is part of a file.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, PoisonError};

/// Which lane an item waits in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    /// A few statements, whose poster waits for them.
    Express,
    /// A piece of a batch: it gives way, but is never passed for ever.
    Bulk,
}

/// So many express items pass a bulk one, at most.
const EXPRESS_IN_A_ROW_MAX: usize = 16;
/// Bulk events that one round takes while single statements come: what a poster waits for at most.
const SHARED_EVENTS_MAX: usize = 256;
/// Rounds without a single statement after which a round may be as large as it can.
const SHARED_ROUNDS: u32 = 32;

/// A queue; closed when the process ends.
pub(super) struct Queue<T> {
    inner: Mutex<Lanes<T>>,
    ready: Condvar,
}

struct Lanes<T> {
    express: VecDeque<T>,
    bulk: VecDeque<T>,
    /// Express items taken since the last bulk one.
    in_a_row: usize,
    /// Rounds taken since the last that held an express item.
    quiet_rounds: u32,
    open: bool,
}

/// How much of a round an item takes up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Load {
    pub(super) events: usize,
    pub(super) bytes: usize,
}

impl Load {
    fn with(self, other: Self) -> Self {
        Self {
            events: self.events.saturating_add(other.events),
            bytes: self.bytes.saturating_add(other.bytes),
        }
    }

    fn within(self, max: Self) -> bool {
        self.events <= max.events && self.bytes <= max.bytes
    }
}

impl<T> Lanes<T> {
    fn is_empty(&self) -> bool {
        self.express.is_empty() && self.bulk.is_empty()
    }

    /// Express first, but one bulk item after each few: nothing waits for ever.
    fn next(&mut self) -> Option<T> {
        if self.in_a_row >= EXPRESS_IN_A_ROW_MAX || self.express.is_empty() {
            self.in_a_row = 0;
            if let Some(item) = self.bulk.pop_front() {
                return Some(item);
            }
        }
        self.in_a_row += 1;
        self.express.pop_front()
    }

    /// All express items that fit, then bulk ones: only a share while single statements come, and at
    /// least one in any case.
    fn round(&mut self, max: Load, load: impl Fn(&T) -> Load) -> Vec<T> {
        let mut round = Vec::new();
        let mut taken = Load::default();
        while let Some(first) = self.express.front() {
            let with = taken.with(load(first));
            if !round.is_empty() && !with.within(max) {
                break;
            }
            taken = with;
            round.extend(self.express.pop_front());
        }
        self.quiet_rounds = if round.is_empty() { self.quiet_rounds.saturating_add(1) } else { 0 };
        let shared = self.quiet_rounds < SHARED_ROUNDS;
        let mut bulk = Load::default();
        while let Some(first) = self.bulk.front() {
            let with = bulk.with(load(first));
            let share = !shared || with.events <= SHARED_EVENTS_MAX;
            if bulk.events > 0 && !(share && taken.with(with).within(max)) {
                break;
            }
            bulk = with;
            round.extend(self.bulk.pop_front());
        }
        round
    }
}

impl<T> Queue<T> {
    pub(super) fn new() -> Self {
        let inner = Lanes {
            express: VecDeque::new(),
            bulk: VecDeque::new(),
            in_a_row: 0,
            quiet_rounds: SHARED_ROUNDS,
            open: true,
        };
        Self { inner: Mutex::new(inner), ready: Condvar::new() }
    }

    /// Hands the items back where the queue is closed.
    pub(super) fn push(&self, items: Vec<T>, lane: Lane) -> Result<(), Vec<T>> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if !inner.open {
            return Err(items);
        }
        let several = items.len() > 1;
        match lane {
            Lane::Express => inner.express.extend(items),
            Lane::Bulk => inner.bulk.extend(items),
        }
        drop(inner);
        if several {
            self.ready.notify_all();
        } else {
            self.ready.notify_one();
        }
        Ok(())
    }

    /// Waits for an item. `None` when the queue is closed and empty.
    pub(super) fn pop(&self) -> Option<T> {
        self.wait(Lanes::next)
    }

    /// Waits until something is there and takes a round of it.
    pub(super) fn pop_round(&self, max: Load, load: impl Fn(&T) -> Load) -> Option<Vec<T>> {
        self.wait(|lanes| (!lanes.is_empty()).then(|| lanes.round(max, &load)))
    }

    pub(super) fn close(&self) {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).open = false;
        self.ready.notify_all();
    }

    fn wait<R>(&self, mut take: impl FnMut(&mut Lanes<T>) -> Option<R>) -> Option<R> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(taken) = take(&mut inner) {
                return Some(taken);
            }
            if !inner.open {
                return None;
            }
            inner = self.ready.wait(inner).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    const MAX: Load = Load { events: 1_000, bytes: 1_000_000 };

    /// Items are their own number of events; single statements are 1.
    fn queue(singles: usize, pieces: &[usize]) -> Queue<usize> {
        let queue = Queue::new();
        queue.push(vec![1; singles], Lane::Express).unwrap();
        queue.push(pieces.to_vec(), Lane::Bulk).unwrap();
        queue
    }

    fn round(queue: &Queue<usize>) -> Vec<usize> {
        queue.pop_round(MAX, |events| Load { events: *events, bytes: 0 }).unwrap()
    }

    #[test]
    fn a_single_statement_does_not_wait_for_the_batch_before_it() {
        let queue = queue(0, &[64; 200]);
        assert_eq!(round(&queue).len(), 15, "alone, a batch fills its rounds");
        queue.push(vec![1, 1], Lane::Express).unwrap();
        assert_eq!(round(&queue), [1, 1, 64, 64, 64, 64]);
        // More may come: for a while the batch keeps to its share.
        for _ in 1..SHARED_ROUNDS {
            assert_eq!(round(&queue), [64; 4]);
        }
        assert_eq!(round(&queue).len(), 15);
    }

    #[test]
    fn a_batch_is_never_passed_for_ever() {
        let queue = queue(2_000, &[64; 3]);
        let first = round(&queue);
        assert_eq!(first.len(), 1_001);
        assert_eq!(first.last(), Some(&64));
    }

    #[test]
    fn an_item_above_every_bound_is_a_round_of_its_own() {
        let queue = queue(0, &[5_000, 5_000]);
        assert_eq!(round(&queue), [5_000]);
        assert_eq!(round(&queue), [5_000]);
    }

    #[test]
    fn a_lane_keeps_its_order() {
        let queue = queue(0, &[400, 300, 500, 200]);
        assert_eq!([round(&queue), round(&queue)], [vec![400, 300], vec![500, 200]]);
    }

    #[test]
    fn a_closed_queue_gives_out_what_it_holds_and_takes_nothing() {
        let queue = queue(1, &[64]);
        queue.close();
        assert_eq!(queue.push(vec![1], Lane::Express), Err(vec![1]));
        assert_eq!((queue.pop(), queue.pop(), queue.pop()), (Some(1), Some(64), None));
    }
}
