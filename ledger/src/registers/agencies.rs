//! The register of agencies: who acts, under which names, with which functions.

use super::{Register, column};

/// See the module.
pub const AGENCIES: Register = Register {
    name: "agencies",
    prefix: "agency/",
    columns: &[
        column("name", &["name"]),
        column("short_names", &["short_names"]),
        column("kind", &["kind"]),
        column("functions", &["functions"]),
    ],
};
