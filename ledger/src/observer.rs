//! Somebody who is told what becomes of statements: for figures, never for decisions.

use std::time::Duration;

use crate::ledger::Answer;

/// Told of every submission that was answered, on the thread that answers it: it must not block.
pub trait Observer: Send + Sync {
    /// The answers, in the order of the lines, and the time since they were submitted.
    fn answered(&self, answers: &[Answer], took: Duration);
}
