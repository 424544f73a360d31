//! The register of reports: guidance, oversight, inventories, use of resources.

use super::{Register, column};

/// See the module.
pub const REPORTS: Register = Register {
    name: "reports",
    prefix: "report/",
    columns: &[
        column("agency", &["agency"]),
        column("rule", &["rule"]),
        column("complies", &["complies"]),
        column("finding", &["finding"]),
        column("performed_by", &["performed_by"]),
        column("performed_at", &["performed_at"]),
        column("mode", &["mode"]),
        column("topic", &["topic"]),
        column("agencies", &["agencies"]),
        column("held_on", &["held_on"]),
        column("to", &["to"]),
        column("inventory", &["inventory"]),
        column("items", &["items"]),
        column("conclusions", &["conclusions"]),
        column("party", &["party"]),
        column("for", &["for"]),
        column("document", &["document"]),
    ],
};
