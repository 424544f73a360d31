//! The register of assets: infrastructure that agencies hold, and the cables between them.

use super::{Register, column, computed};
use crate::rules::{Field, Thing};

/// See the module.
pub const ASSETS: Register = Register {
    name: "assets",
    prefix: "asset/",
    columns: &[
        column("kind", &["kind"]),
        column("item", &["item"]),
        computed("count", count),
        computed("agency", agency),
        column("giver", &["giver"]),
        column("procured_at", &["procured_at"]),
        column("received_at", &["received_at"]),
        column("inventory", &["inventory"]),
        column("handed_over_by", &["handover", "by"]),
        column("handed_over_on", &["handover", "date"]),
        column("label", &["label"]),
        column("from_code", &["from_code"]),
        column("to_code", &["to_code"]),
        column("disposed_at", &["disposed_at"]),
    ],
};

/// How many there are by the newest inventory; before the first, how many were bought.
fn count(asset: &Thing) -> Option<Field> {
    let counted = asset.fields.get("inventory").and_then(|inventory| inventory.member("count"));
    counted.or_else(|| asset.fields.get("count")).cloned()
}

/// Whose it is: of whoever has inventoried it last (29(1)), else of whoever has it, or handed it over.
fn agency(asset: &Thing) -> Option<Field> {
    let of = |act: &str| asset.fields.get(act).and_then(|act| act.member("by"));
    of("inventory").or_else(|| asset.fields.get("agency")).or_else(|| of("handover")).cloned()
}
