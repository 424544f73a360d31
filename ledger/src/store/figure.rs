//! What an engine tells of itself, for monitoring.

/// One number of a store, as of now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figure {
    /// Its name, in words joined by `_`, without the unit.
    pub name: &'static str,
    /// What it is, in one line.
    pub help: &'static str,
    /// What is counted.
    pub unit: FigureUnit,
    /// The number.
    pub value: u64,
}

/// What a [`Figure`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigureUnit {
    /// Bytes.
    Bytes,
    /// Things, or 0 and 1 for no and yes.
    Count,
}
