//! The history of evaluations, short: one line for each year of a region (in the national ledger
//! for each year and agency), what it said of itself beside what others said.

use super::{Register, column, computed, figures, kept_or_computed};

/// See the module.
pub const HISTORY: Register = Register {
    name: "history",
    prefix: "eval/",
    columns: &[
        column("year", &["year"]),
        column("agency", &["agency"]),
        column("instrument", &["instrument"]),
        computed("stage", figures::stage),
        computed("self_index", figures::self_index),
        computed("external_index", figures::external_index),
        column("published_index", &["index"]),
        kept_or_computed("predicate", &["predicate"], figures::predicate),
        computed("gap", figures::gap),
    ],
};
