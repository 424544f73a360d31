//! The register of complaints. What people wrote stands in the events, not here.

use super::{Register, column};

/// See the module.
pub const COMPLAINTS: Register = Register {
    name: "complaints",
    prefix: "complaint/",
    columns: &[
        column("service", &["service"]),
        column("agency", &["agency"]),
        column("received_at", &["received_at"]),
        column("handled_at", &["handled_at"]),
        column("closed_at", &["closed_at"]),
    ],
};
