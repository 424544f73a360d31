//! The register of evaluations: in a region's ledger one row a year, in the national one a row for
//! each agency and year. Index, domains and predicate are those published; until then they follow
//! from the levels held, and `stage` says from which.

use super::{Register, column, computed, figures, kept_or_computed};

/// See the module.
pub const EVALUATIONS: Register = Register {
    name: "evaluations",
    prefix: "eval/",
    columns: &[
        column("year", &["year"]),
        column("table", &["table"]),
        column("number", &["number"]),
        column("agency", &["agency"]),
        computed("stage", figures::stage),
        kept_or_computed("d1", &["d1"], figures::d1),
        kept_or_computed("d2", &["d2"], figures::d2),
        kept_or_computed("d3", &["d3"], figures::d3),
        kept_or_computed("d4", &["d4"], figures::d4),
        kept_or_computed("index", &["index"], figures::index),
        kept_or_computed("predicate", &["predicate"], figures::predicate),
        computed("predicate_by_other_reading", figures::predicate_by_other_reading),
        computed("next_predicate", figures::next_predicate),
        computed("gap", figures::gap),
        computed("aspects", figures::aspects),
        computed("self_index", figures::self_index),
        computed("external_index", figures::external_index),
        computed("scored", figures::scored),
        computed("unscored", figures::unscored),
        computed("unconfirmed", figures::unconfirmed),
        column("instrument", &["instrument"]),
        column("team", &["team"]),
        column("recommendation", &["improvement", "recommendation"]),
        column("conclusions", &["strategic_evaluation", "conclusions"]),
        column("flag", &["flag"]),
        column("note", &["note"]),
        column("opened_at", &["opened_at"]),
        column("submitted_at", &["submitted_at"]),
        column("finalised_at", &["finalised_at"]),
        column("published_at", &["published_at"]),
    ],
};
