//! The register of systems: electronic systems and applications.

use super::{Register, column};

/// See the module.
pub const SYSTEMS: Register = Register {
    name: "systems",
    prefix: "system/",
    columns: &[
        column("name", &["name"]),
        column("short_names", &["short_names"]),
        column("kind", &["kind"]),
        column("owner", &["owner"]),
        column("agency", &["agency"]),
        column("task_basis", &["task_basis"]),
        column("plan", &["plan"]),
        column("coordinated_at", &["coordinated_at"]),
        column("registered_at", &["registered_at"]),
    ],
};
