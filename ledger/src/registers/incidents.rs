//! The register of incidents: restricted, so that most readers see only that there is one.

use super::{Register, column, computed};
use crate::rules::{Field, Thing};

/// See the module.
pub const INCIDENTS: Register = Register {
    name: "incidents",
    prefix: "incident/",
    columns: &[
        column("agency", &["agency"]),
        column("system", &["system"]),
        column("detected_at", &["detected_at"]),
        computed("reported_at", reported_at),
        column("reports", &["reports"]),
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

/// The first report: that is the one that 37(4) demands at the first opportunity. Later ones supplement it.
fn reported_at(thing: &Thing) -> Option<Field> {
    let reports = thing.fields.get("reports").and_then(Field::as_list);
    let first = reports.and_then(<[Field]>::first);
    first.or_else(|| thing.fields.get("reported_at")).cloned()
}
