//! The members of a problem beside the standard ones.

use std::time::Duration;

use jejak_ledger::{Exceeded, Failure, QuotaOf, Refusal};
use serde_json::{Map, Value};

use super::Problem;
use crate::reader::class_name;

impl Problem {
    /// Members beside the standard ones: what a program needs to go on.
    pub(crate) fn facts(&self) -> Map<String, Value> {
        match self {
            Self::TooLarge { limit, max } => {
                members([("limit", limit.name().into()), ("max", (*max).into())])
            }
            Self::Full { of, of_caller, max } => {
                members([("limit", of.limit(*of_caller).into()), ("max", (*max).into())])
            }
            Self::Recalled { after } => {
                let max = u64::try_from(after.as_millis()).unwrap_or(u64::MAX);
                members([("limit", "batch_fruitless_ms".into()), ("max", max.into())])
            }
            Self::UnknownPosition { size } | Self::UnknownSize { size } => {
                members([("size", (*size).into())])
            }
            Self::UnknownType { nearest, .. } => members([("nearest", nearest.as_slice().into())]),
            Self::ClassDenied { class } => members([("class", class_name(*class).into())]),
            Self::ReaderRequired(fault) => members([("token", fault.name().into())]),
            Self::Document(problem) => problem.facts(),
            Self::RateLimited { of, exceeded } => quota_facts(of, exceeded),
            Self::Failed(Failure::OverQuota(over)) => quota_facts(writer(over.of), &over.exceeded),
            Self::BrokenOff { lines, cause } => {
                let mut facts = cause.facts();
                facts.insert("lines".to_owned(), (*lines).into());
                facts
            }
            Self::Refused(refusal) => refusal_facts(refusal),
            _ => Map::new(),
        }
    }
}

/// What a program needs to go on after a refusal.
fn refusal_facts(refusal: &Refusal) -> Map<String, Value> {
    let position = refusal.position().map(|position| ("position".to_owned(), position.0.into()));
    position.into_iter().collect()
}

/// The quota that somebody is over, and whose it is.
fn quota_facts(of: &'static str, exceeded: &Exceeded) -> Map<String, Value> {
    let Exceeded { quota, retry_after } = exceeded;
    let quota = serde_json::json!({
        "of": of,
        "per_minute": quota.per_minute,
        "burst": quota.burst,
        "retry_after_s": seconds(*retry_after),
    });
    members([("quota", quota)])
}

/// Whose quota of writing it is, in answers.
pub(crate) fn writer(of: QuotaOf) -> &'static str {
    match of {
        QuotaOf::Signer => "signer",
        QuotaOf::Agency => "agency",
    }
}

/// Whole seconds, after which there is one again.
pub(super) fn seconds(wait: Duration) -> u64 {
    wait.as_secs().saturating_add(1)
}

fn members<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
