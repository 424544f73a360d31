//! The register of intervals that the region has set for duties without a figure.

use super::{Register, column};

/// See the module.
pub const INTERVALS: Register = Register {
    name: "intervals",
    prefix: "duty/",
    columns: &[
        column("count", &["count"]),
        column("unit", &["unit"]),
        column("from", &["from"]),
        column("decision", &["decision"]),
    ],
};
