//! What the server shows, for whoever holds the directory itself: the same JSON, and nothing withheld.

use jejak_ledger::impact::Resting;
use jejak_ledger::log::{Micros, Position};
use jejak_ledger::registers::Register;
use jejak_ledger::rules::{Asker, Class, Thing};
use jejak_ledger::verdict::Verdict;
use jejak_ledger::{Noted, ReadError, Teller, View};
use jejak_signer::{Hash, TrustPolicy};
use serde_json::{Map, Value};

use crate::context::Language;
use crate::handlers::history::changes;
use crate::impact_view::{HolderView, ImpactedView};
use crate::noted_view::NotedView;
use crate::prospect::ProspectView;
use crate::rules_view::{self, RulesView};
use crate::trust_view::{PolicyView, TrustView};
use crate::verdict_view::VerdictView;
use crate::wire::{AsOfView, Time, VersionView};

/// The codes that statements are refused with, and that kept refusals have.
pub const REFUSAL_CODES: &[&str] = crate::openapi::problems::OF_STATEMENTS;

/// The rule set in force after a record, as `GET /v1/{ledger}/rules` shows it.
pub fn rules(view: &View, (position, recorded_at): (Position, Micros)) -> Result<Value, ReadError> {
    let rules = view.ruleset_after(position)?;
    let as_of = AsOfView { position, recorded_at: Time(recorded_at) };
    let shown = RulesView::of(&rules, view.region(), as_of, Language::Indonesian);
    serde_json::to_value(&shown).map_err(|_| ReadError::Corrupt)
}

/// What an event was accepted with, as an entry of `GET /v1/{ledger}/events` shows it.
pub fn noted(noted: Noted) -> Result<Value, ReadError> {
    serde_json::to_value(NotedView::of(noted)).map_err(|_| ReadError::Corrupt)
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

/// Which acts the rules would accept next on a stream after a record, for an event recorded at `judged_at`.
///
/// As `GET /v1/{ledger}/streams/{subject}/next` shows it; none where no act is about such a stream.
pub fn next(
    view: &View,
    subject: &str,
    asker: &Asker,
    (position, recorded_at): (Position, Micros),
    judged_at: Micros,
) -> Result<Option<Value>, ReadError> {
    let found = view.prospect(subject, asker.clone(), position, judged_at, Class::Restricted)?;
    let Some(prospect) = found else { return Ok(None) };
    let as_of = AsOfView { position, recorded_at: Time(recorded_at) };
    let json = ProspectView::of(subject, as_of, asker, &prospect);
    let json = json.map_err(|_| ReadError::Corrupt)?;
    serde_json::from_slice(&json).map(Some).map_err(|_| ReadError::Corrupt)
}

/// What the ledger trusts after a record, as `GET /v1/{ledger}/trust` shows it.
pub fn trust(view: &View, (position, recorded_at): (Position, Micros)) -> Result<Value, ReadError> {
    let as_of = AsOfView { position, recorded_at: Time(recorded_at) };
    serde_json::to_value(TrustView::of(view, as_of)?).map_err(|_| ReadError::Corrupt)
}

/// What a trust policy says, as it is shown there.
pub fn trust_policy(policy: &TrustPolicy) -> Result<Value, ReadError> {
    serde_json::to_value(PolicyView::of(policy)).map_err(|_| ReadError::Corrupt)
}

/// A certificate as the ledger knows it, as `GET /v1/{ledger}/certificates/{sha256}/impact` shows it.
pub fn enrolled_certificate(
    view: &View,
    thumbprint: &Hash,
) -> Result<Option<Map<String, Value>>, ReadError> {
    let Some(known) = view.enrolled_certificate(thumbprint)? else { return Ok(None) };
    match serde_json::to_value(HolderView::of(view, thumbprint, known)?) {
        Ok(Value::Object(members)) => Ok(Some(members)),
        _ => Err(ReadError::Corrupt),
    }
}

/// An event that rests on a certificate, shown the same way; judged where `since` says since when its key may have been
/// another's.
pub fn resting(view: &View, resting: Resting, since: Option<Micros>) -> Result<Value, ReadError> {
    let shown = ImpactedView::of(view, resting, since, |_| true)?;
    serde_json::to_value(shown).map_err(|_| ReadError::Corrupt)
}

/// A verdict, as `GET /v1/{ledger}/events/{position}/verdict` shows it.
pub fn verdict(verdict: &Verdict) -> Result<Value, ReadError> {
    serde_json::to_value(VerdictView::of(verdict)).map_err(|_| ReadError::Corrupt)
}

/// One version of a row and what it changed, as `GET /v1/{ledger}/registers/{register}/{key}/history` shows it.
pub fn version(
    register: &Register,
    key: &str,
    before: Option<&Thing>,
    thing: &Thing,
    teller: &Teller<'_>,
) -> Result<Value, ReadError> {
    let version = VersionView::of(thing, changes(register, key, before, thing), teller)?;
    serde_json::to_value(version).map_err(|_| ReadError::Corrupt)
}
