//! The register of inspections: who looked at the ledger, at which size, and whether it agreed.

use super::{Register, column};

/// See the module.
pub const INSPECTIONS: Register = Register {
    name: "inspections",
    prefix: "inspection/",
    columns: &[
        column("size", &["size"]),
        column("root", &["root"]),
        column("agrees", &["agrees"]),
        column("means", &["means"]),
        column("verified_by", &["verified_by"]),
        column("verified_at", &["verified_at"]),
        column("report", &["report"]),
    ],
};
