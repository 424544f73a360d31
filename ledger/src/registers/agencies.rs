//! The register of agencies: who acts, under which names, with which functions; what they have as PSE, and how they ended.

use super::{Register, column, computed};
use crate::rules::{Field, Thing};

/// See the module.
pub const AGENCIES: Register = Register {
    name: "agencies",
    prefix: "agency/",
    columns: &[
        column("name", &["name"]),
        column("short_names", &["short_names"]),
        column("former_names", &["former_names"]),
        column("kind", &["kind"]),
        column("functions", &["functions"]),
        column("basis", &["basis"]),
        // What an agency is to have as PSE, besides a service level agreement for each system.
        column("systems", &["systems"]),
        column("guarantee", &["guarantee"]),
        column("isms", &["isms"]),
        column("security_procedure", &["security_procedure"]),
        computed("missing", missing),
        column("adjusted_at", &["adjustment", "completed_at"]),
        column("predecessors", &["predecessors"]),
        column("successors", &["end", "successors"]),
        column("ended_on", &["end", "date"]),
        column("end_basis", &["end", "basis"]),
    ],
};

/// What a PSE is to have.
const DEMANDED: [&str; 3] = ["guarantee", "isms", "security_procedure"];

/// What of it is not there; none of an agency that is no PSE.
fn missing(agency: &Thing) -> Option<Field> {
    let lacks = |name: &&&str| !agency.fields.contains_key(**name);
    let missing = || DEMANDED.iter().filter(lacks).map(|name| Field::from(*name)).collect();
    (agency.state == "pse").then(|| Field::List(missing()))
}
