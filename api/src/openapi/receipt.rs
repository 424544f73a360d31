//! The receipt as the ledger writes it, described; the ledger itself knows no `OpenAPI`.

#![expect(dead_code, reason = "a description: the receipts themselves are made by the ledger")]

use utoipa::ToSchema;

/// What a poster keeps: a record and the proof that it stands in the log.
#[derive(ToSchema)]
pub(crate) struct Receipt {
    /// `jejak-receipt/1`.
    #[schema(pattern = "^jejak-receipt/1$")]
    format: String,
    /// The record in base64.
    record: String,
    /// C2SP tlog-proof: index, path, checkpoint.
    proof: String,
}
