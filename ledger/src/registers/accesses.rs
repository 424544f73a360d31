//! The register of accesses: who has access to the data of which system, since when, and until when he had it.

use super::{Register, column};

/// See the module.
pub const ACCESSES: Register = Register {
    name: "accesses",
    prefix: "access/",
    columns: &[
        column("system", &["system"]),
        column("person", &["person"]),
        column("agency", &["agency"]),
        column("scope", &["scope"]),
        column("granted_at", &["granted_at"]),
        column("ended_at", &["ended_at"]),
        column("reason", &["reason"]),
    ],
};
