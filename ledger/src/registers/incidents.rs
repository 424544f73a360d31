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
        column("severity", &["severity", "level"]),
        column("vital", &["severity", "vital"]),
        column("assessed_at", &["severity", "assessed_at"]),
        column("central_report", &["central_report", "to"]),
        column("centrally_reported_at", &["central_report", "reported_at"]),
        column("facts", &["facts"]),
        column("found_at", &["found_at"]),
        column("service", &["service"]),
        column("closed_at", &["closed_at"]),
    ],
};
