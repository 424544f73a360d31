//! An act from before the ledger, and the event that brings it in (`record.imported`, RIWAYAT).

use jiff::civil::Date;

use super::{Document, Event};

/// What brought an act in from before the ledger.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Imported {
    /// The day of the act, by the register or document that it was brought in from.
    pub(crate) day: Date,
    /// Person id of him who decided it, where that is known.
    pub(crate) by: Option<String>,
    /// The register or document.
    pub(crate) source: Document,
    /// The event as it was signed.
    pub(crate) signed: Event,
}
