//! The register of calendars: the holidays of a year.

use super::{Register, column};

/// See the module.
pub const CALENDARS: Register = Register {
    name: "calendars",
    prefix: "calendar/",
    columns: &[column("days", &["days"]), column("decision", &["decision"])],
};
