//! The pieces of one batch are verified side by side, and handed on in the order in which they came.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Puts what is ready into the order of its numbers.
pub(crate) struct Order<T> {
    inner: Mutex<Waiting<T>>,
}

struct Waiting<T> {
    next: u64,
    early: BTreeMap<u64, T>,
    /// A piece was lost: what comes after it cannot be decided as if it had been.
    is_broken: bool,
}

impl<T> Order<T> {
    pub(super) fn new() -> Self {
        Self { inner: Mutex::new(Waiting { next: 0, early: BTreeMap::new(), is_broken: false }) }
    }

    /// Number `number` is ready: hands on all whose turn has come.
    pub(super) fn ready(&self, number: u64, item: T, mut hand_on: impl FnMut(T)) {
        let mut waiting = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.is_broken {
            return;
        }
        waiting.early.insert(number, item);
        loop {
            let next = waiting.next;
            let Some(item) = waiting.early.remove(&next) else { break };
            // Under the lock: nothing of this order may be handed on before it.
            hand_on(item);
            waiting.next = next.saturating_add(1);
        }
    }

    /// A number will never be ready: nothing after it is handed on.
    pub(super) fn give_up(&self) {
        let mut waiting = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.is_broken = true;
        waiting.early.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ready_early_waits_for_its_turn() {
        let (order, mut handed) = (Order::new(), Vec::new());
        for number in [2, 0, 3, 1, 4] {
            order.ready(number, number, |item| handed.push(item));
        }
        assert_eq!(handed, [0, 1, 2, 3, 4]);
    }

    #[test]
    fn nothing_follows_a_piece_that_was_lost() {
        let (order, mut handed) = (Order::new(), Vec::new());
        order.ready(0, 0, |item| handed.push(item));
        order.ready(2, 2, |item| handed.push(item));
        order.give_up();
        order.ready(1, 1, |item| handed.push(item));
        assert_eq!(handed, [0]);
    }
}
