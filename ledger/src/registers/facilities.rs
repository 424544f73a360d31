//! The register of facilities: backbone, data centre, recovery centre, and who uses them.

use super::{Register, column};

/// See the module.
pub const FACILITIES: Register = Register {
    name: "facilities",
    prefix: "facility/",
    columns: &[
        column("kind", &["kind"]),
        column("name", &["name"]),
        column("address", &["address"]),
        column("country", &["country"]),
        column("run_by", &["run_by"]),
        column("third_party", &["third_party", "entity"]),
        column("data_centre", &["data_centre"]),
        column("used_by", &["used_by"]),
        column("connected", &["connected"]),
        column("systems", &["systems"]),
        column("maintained_on", &["maintenance", "date"]),
        column("continuity", &["continuity", "risk_standard"]),
        column("policy", &["policy"]),
        column("provided_at", &["provided_at"]),
        column("commissioned_at", &["commissioned_at"]),
        column("closed_at", &["closed_at"]),
    ],
};
