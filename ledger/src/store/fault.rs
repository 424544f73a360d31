//! Failures that tests ask an engine for.

/// What happens to the next append instead of what should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is not done, and says so.
    Unavailable,
    /// It answers `Indeterminate`.
    Indeterminate {
        /// Whether the batch is found there afterwards.
        landed: bool,
    },
}
