//! What an event was accepted with, beside where it stands: findings, and whose signatures it waits for.

use jejak_ledger::rules::Text;
use jejak_ledger::{Awaited, Found, Noted, Riwayat};
use serde::Serialize;
use utoipa::ToSchema;

use crate::openapi::shapes::{self, Words};

/// What an event was accepted with; absent where there is nothing to tell.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Noted)]
pub(crate) struct NotedView {
    /// The rules that found something in the act, which is accepted all the same.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    found: Vec<FoundView>,
    /// Whose signatures the act needed besides when it was recorded: until then it waits. Whether it waits still is
    /// shown by its stream.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    awaits: Vec<AwaitedView>,
    /// `revocation-pending`: accepted while the lists and responses about its signer were stale, as the trust policy of
    /// that time allows. Whether that was settled since, `/events/{position}/evidence` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = pending, required = false)]
    revocation: Option<&'static str>,
    /// It is from before the ledger (RIWAYAT, `record.imported`).
    #[serde(skip_serializing_if = "Option::is_none")]
    riwayat: Option<RiwayatView>,
}

/// An act from before the ledger.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Riwayat)]
struct RiwayatView {
    /// The event type that it counts as.
    act: String,
    /// The day of the act.
    #[schema(format = Date)]
    at: String,
}

/// A rule that found something.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Found)]
struct FoundView {
    rule: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Words>)]
    text: Option<Text>,
}

/// A signature that is needed besides.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Awaited)]
pub(crate) struct AwaitedView {
    /// As the rule set names him.
    actor: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Words>)]
    text: Option<Text>,
}

impl NotedView {
    pub(crate) fn of(noted: Noted) -> Self {
        let found = |Found { rule, text, .. }| FoundView { rule, text };
        Self {
            found: noted.found.into_iter().map(found).collect(),
            awaits: AwaitedView::all(noted.awaits),
            revocation: noted.revocation_pending.then_some(PENDING),
            riwayat: noted.riwayat.map(|Riwayat { act, at, .. }| RiwayatView { act, at }),
        }
    }
}

impl AwaitedView {
    pub(crate) fn all(awaits: Vec<Awaited>) -> Vec<Self> {
        awaits.into_iter().map(|Awaited { actor, text, .. }| Self { actor, text }).collect()
    }

    /// Who it is, in a language.
    pub(crate) fn words(&self, language: jejak_ledger::rules::Language) -> &str {
        self.text.as_ref().map_or(&self.actor, |text| text.in_language(language))
    }
}

fn pending() -> utoipa::openapi::Object {
    shapes::one_of(&[PENDING])
}

const PENDING: &str = "revocation-pending";
