//! The register of public services: what is published about them, and how they are rated.

use super::{Register, column};

/// See the module.
pub const SERVICES: Register = Register {
    name: "services",
    prefix: "service/",
    columns: &[
        column("provider", &["information", "provider"]),
        column("information", &["information", "parts"]),
        column("address", &["information", "address"]),
        column("parties", &["integration", "parties"]),
        column("period", &["performance", "period"]),
        column("rating", &["performance", "value"]),
        column("rated_at", &["performance", "rated_at"]),
        column("last_transaction", &["last_transaction"]),
    ],
};
