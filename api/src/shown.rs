//! What the server shows of the rules, for whoever holds the directory itself: the same JSON.

use jejak_ledger::log::{Micros, Position};
use jejak_ledger::{ReadError, View};
use serde_json::Value;

use crate::context::Language;
use crate::rules_view::{self, RulesView};
use crate::wire::{AsOfView, Time};

/// The rule set in force after a record, as `GET /v1/{ledger}/rules` shows it.
pub fn rules(view: &View, (position, recorded_at): (Position, Micros)) -> Result<Value, ReadError> {
    let rules = view.ruleset_after(position)?;
    let as_of = AsOfView { position, recorded_at: Time(recorded_at) };
    let shown = RulesView::of(&rules, view.region(), as_of, Language::Indonesian);
    serde_json::to_value(&shown).map_err(|_| ReadError::Corrupt)
}

/// The JSON Schema of the events of a type, of one row or of all, as `GET /v1/{ledger}/schemas/{type}`
/// shows it; none where the rules have no such type or row.
pub fn schema(
    view: &View,
    position: Position,
    kind: &str,
    row: Option<&str>,
) -> Result<Option<Value>, ReadError> {
    let rules = view.ruleset_after(position)?;
    Ok(rules_view::schema(&rules, view.origin(), kind, row, Language::Indonesian))
}
