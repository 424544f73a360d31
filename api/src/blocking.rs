//! Store reads block, so they run on threads of their own, a bounded number at once. Async workers never touch the
//! store, and a burst of reads can neither start threads without end nor wait without end. Who asks for more at once
//! than his part waits behind himself, and not before others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout_at};

use crate::caller::{self, Caller};
use crate::problem::Problem;
use crate::shares::Shared;

/// The bounded set of threads for blocking work.
#[derive(Debug, Clone)]
pub(crate) struct Blocking {
    permits: Arc<Semaphore>,
    wait: Duration,
    turns: Option<Arc<Turns>>,
}

/// The turns of each caller.
#[derive(Debug)]
struct Turns {
    caller_max: usize,
    /// The name that the bound has in settings, where it has one.
    shared: Option<Shared>,
    of: Mutex<HashMap<Caller, Arc<Semaphore>>>,
}

/// A turn of one caller, or his place in his own queue.
struct Turn {
    turns: Arc<Turns>,
    caller: Caller,
    permit: Option<OwnedSemaphorePermit>,
}

impl Blocking {
    pub(crate) fn new(permits: usize, wait: Duration) -> Self {
        Self { permits: Arc::new(Semaphore::new(permits)), wait, turns: None }
    }

    /// The same, of which one caller has at most `caller_max` at once.
    pub(crate) fn with_turns(self, caller_max: usize, shared: Option<Shared>) -> Self {
        let turns = Turns { caller_max, shared, of: Mutex::default() };
        Self { turns: Some(Arc::new(turns)), ..self }
    }

    /// Runs `work` when its turn comes. The permit goes with the work: a caller who gives up does not free the
    /// thread that still works for him.
    pub(crate) async fn run<T, F>(&self, work: F) -> Result<T, Problem>
    where
        F: FnOnce() -> Result<T, Problem> + Send + 'static,
        T: Send + 'static,
    {
        let until = Instant::now() + self.wait;
        let turn = match (&self.turns, caller::current()) {
            (Some(turns), Some(caller)) => Some(Turns::take(turns, caller, until).await?),
            _ => None,
        };
        let permit = timeout_at(until, Arc::clone(&self.permits).acquire_owned())
            .await
            .map_err(|_| Problem::Busy)?
            .map_err(|_| Problem::Busy)?;
        let task = spawn_blocking(move || {
            let answer = work();
            drop((permit, turn));
            answer
        });
        task.await.unwrap_or_else(|error| Err(Problem::internal(&error)))
    }
}

impl Turns {
    async fn take(turns: &Arc<Self>, caller: Caller, until: Instant) -> Result<Turn, Problem> {
        let mut turn = Turn { turns: Arc::clone(turns), caller, permit: None };
        let own = turns.of(caller).acquire_owned();
        let permit = timeout_at(until, own).await.map_err(|_| turns.full())?;
        turn.permit = Some(permit.map_err(|_| Problem::Busy)?);
        Ok(turn)
    }

    fn full(&self) -> Problem {
        let max = self.caller_max;
        self.shared.map_or(Problem::Busy, |of| Problem::Full { of, of_caller: true, max })
    }

    fn of(&self, caller: Caller) -> Arc<Semaphore> {
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        let own = of.entry(caller).or_insert_with(|| Arc::new(Semaphore::new(self.caller_max)));
        Arc::clone(own)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        drop(self.permit.take());
        let mut of = self.turns.of.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody else has a turn of this caller's or waits for one.
        if of.get(&self.caller).is_some_and(|own| Arc::strong_count(own) == 1) {
            of.remove(&self.caller);
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::panic, clippy::unwrap_used, reason = "tests")]

    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn a_panic_in_a_read_is_an_internal_problem() {
        let blocking = Blocking::new(1, Duration::from_secs(1));
        let answer = blocking.run(|| -> Result<(), Problem> { panic!("drill") }).await;
        assert!(matches!(answer, Err(Problem::Internal { .. })));
        assert!(blocking.run(|| Ok(())).await.is_ok(), "the permit came back");
    }

    #[tokio::test]
    async fn a_read_that_waits_too_long_is_told_to_come_back() {
        let blocking = Blocking::new(1, Duration::from_millis(5));
        let _taken = Arc::clone(&blocking.permits).acquire_owned().await;
        assert!(matches!(blocking.run(|| Ok(())).await, Err(Problem::Busy)));
    }

    #[tokio::test]
    async fn who_reads_much_waits_behind_himself() {
        let blocking =
            Blocking::new(2, Duration::from_millis(50)).with_turns(1, Some(Shared::Reads));
        let caller = |last| Caller::at([192, 0, 2, last].into());
        let (end, ended) = mpsc::channel();
        let (started, starts) = mpsc::channel();
        let slow = {
            let blocking = blocking.clone();
            let work = move || {
                started.send(()).unwrap();
                ended.recv().unwrap();
                Ok(())
            };
            tokio::spawn(caller::asks(caller(1), async move { blocking.run(work).await }))
        };
        spawn_blocking(move || starts.recv().unwrap()).await.unwrap();
        let read = |last| caller::asks(caller(last), blocking.run(|| Ok(())));
        let full = read(1).await.unwrap_err();
        assert!(matches!(full, Problem::Full { of: Shared::Reads, of_caller: true, max: 1 }));
        assert!(read(2).await.is_ok());
        end.send(()).unwrap();
        assert!(slow.await.unwrap().is_ok());
        assert!(read(1).await.is_ok());
        assert!(blocking.turns.unwrap().of.lock().unwrap().is_empty());
    }
}
