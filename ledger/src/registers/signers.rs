//! The register of signers: persons by id, with the certificates enrolled for them. No name stands here.

use super::{Register, column};

/// See the module.
pub const SIGNERS: Register = Register {
    name: "signers",
    prefix: "signer/",
    columns: &[
        column("agency", &["agency"]),
        column("kind", &["kind"]),
        column("algorithm", &["algorithm"]),
        column("certificate", &["certificate"]),
        column("not_before", &["not_before"]),
        column("not_after", &["not_after"]),
        column("certificates", &["certificates"]),
        column("suspended_at", &["suspension", "suspended_at"]),
    ],
};
