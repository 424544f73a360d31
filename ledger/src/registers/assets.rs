//! The register of assets: infrastructure that agencies hold, and the cables between them.

use super::{Register, column};

/// See the module.
pub const ASSETS: Register = Register {
    name: "assets",
    prefix: "asset/",
    columns: &[
        column("kind", &["kind"]),
        column("item", &["item"]),
        column("count", &["count"]),
        column("agency", &["agency"]),
        column("giver", &["giver"]),
        column("procured_at", &["procured_at"]),
        column("received_at", &["received_at"]),
        column("inventory", &["inventory"]),
        column("handed_over_by", &["handover", "by"]),
        column("handed_over_on", &["handover", "date"]),
        column("label", &["label"]),
        column("from_code", &["from_code"]),
        column("to_code", &["to_code"]),
        column("disposed_at", &["disposed_at"]),
    ],
};
