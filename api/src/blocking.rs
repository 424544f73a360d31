//! Store reads block, so they run on threads of their own, a bounded number at once. Async workers never touch the
//! store, and a burst of reads can neither start threads without end nor wait without end.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::problem::Problem;

/// The bounded set of threads for blocking work.
#[derive(Debug, Clone)]
pub(crate) struct Blocking {
    permits: Arc<Semaphore>,
    wait: Duration,
}

impl Blocking {
    pub(crate) fn new(permits: usize, wait: Duration) -> Self {
        Self { permits: Arc::new(Semaphore::new(permits)), wait }
    }

    /// Runs `work` when its turn comes. The permit goes with the work: a caller who gives up does not free the
    /// thread that still works for him.
    pub(crate) async fn run<T, F>(&self, work: F) -> Result<T, Problem>
    where
        F: FnOnce() -> Result<T, Problem> + Send + 'static,
        T: Send + 'static,
    {
        let permit = timeout(self.wait, Arc::clone(&self.permits).acquire_owned())
            .await
            .map_err(|_| Problem::Busy)?
            .map_err(|_| Problem::Busy)?;
        let task = spawn_blocking(move || {
            let answer = work();
            drop(permit);
            answer
        });
        task.await.unwrap_or_else(|error| Err(Problem::internal(&error)))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::panic, reason = "tests")]

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
}
