//! The register of sanctions: on whom, for what, and what came of them.

use super::{Register, column};

/// See the module.
pub const SANCTIONS: Register = Register {
    name: "sanctions",
    prefix: "sanction/",
    columns: &[
        column("on", &["on"]),
        column("breach", &["breach"]),
        column("finding", &["finding"]),
        column("oversight", &["oversight"]),
        column("certificate", &["certificate"]),
        column("kind", &["kind"]),
        column("legal_basis", &["legal_basis"]),
        column("imposed_by", &["imposed_by"]),
        column("imposed_at", &["imposed_at"]),
        column("decision", &["decision"]),
        column("objection", &["objected", "note"]),
        column("objected_at", &["objected", "at"]),
        column("complied_at", &["complied", "at"]),
        column("lifted_at", &["lifted", "at"]),
    ],
};
