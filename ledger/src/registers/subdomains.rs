//! The register of subdomains: names with their holder and what was last asked and answered.

use super::{Register, column};

/// See the module.
pub const SUBDOMAINS: Register = Register {
    name: "subdomains",
    prefix: "subdomain/",
    columns: &[
        column("holder", &["holder"]),
        column("basis", &["basis"]),
        column("system", &["system"]),
        column("granted_at", &["granted_at"]),
        column("requested_by", &["request", "by"]),
        column("requested_at", &["request", "requested_at"]),
        column("answer", &["answer", "reason"]),
        column("answered_to", &["answer", "to"]),
        column("answered_at", &["answer", "answered_at"]),
        column("former_holder", &["revocation", "holder"]),
        column("revoked_for", &["revocation", "reason"]),
        column("revoked_at", &["revocation", "revoked_at"]),
    ],
};
