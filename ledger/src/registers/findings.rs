//! The register of findings: which rule was broken, where, and what was done about it.

use super::{Register, column};

/// See the module.
pub const FINDINGS: Register = Register {
    name: "findings",
    prefix: "finding/",
    columns: &[
        column("rule", &["rule"]),
        column("ruleset", &["ruleset"]),
        column("about", &["about"]),
        column("agency", &["agency"]),
        column("persons", &["persons"]),
        column("facts", &["facts"]),
        column("occurred_on", &["occurred_on"]),
        column("recorded_by", &["recorded_by"]),
        column("found_at", &["found_at"]),
        column("document", &["document"]),
        column("action", &["follow_up", "action"]),
        column("followed_up_at", &["follow_up", "at"]),
    ],
};
