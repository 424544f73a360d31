//! The register of incidents: restricted, so that most readers see only that there is one.

use super::{Register, column};

/// See the module.
pub const INCIDENTS: Register = Register {
    name: "incidents",
    prefix: "incident/",
    columns: &[
        column("agency", &["agency"]),
        column("system", &["system"]),
        column("detected_at", &["detected_at"]),
        column("reported_at", &["reported_at"]),
        column("effect", &["effect"]),
        column("other_party_act", &["other_party_act"]),
        column("datasets", &["datasets"]),
        column("notified", &["notified"]),
        column("secured", &["secured"]),
        column("secured_at", &["secured_at"]),
        column("summary", &["summary"]),
        column("closed_at", &["closed_at"]),
    ],
};
