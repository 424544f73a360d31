//! What a path names: the ledger and the position, parsed before a handler runs.

use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::Uri;
use axum::http::request::Parts;
use jejak_ledger::Ledger;
use jejak_ledger::log::Position;
use jejak_signer::Hash;

use crate::app::AppState;
use crate::problem::{Fault, Problem};
use crate::query::{decimal, invalid};

/// The ledger of `/v1/{ledger}/...`.
#[derive(Clone)]
pub(crate) struct InLedger(pub(crate) Arc<Ledger>);

/// The position of `.../events/{position}`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AtPosition(pub(crate) Position);

/// The percent-decoded segments of a path, by name.
#[derive(Debug)]
pub(crate) struct Segments(RawPathParams);

impl Segments {
    /// The segment `sha256`: a digest in hex.
    pub(crate) fn digest(&self) -> Result<Hash, Problem> {
        self.segment("sha256")?.parse().map_err(|_| invalid("sha256", Fault::Digest))
    }

    /// The segment `name`.
    pub(crate) fn segment(&self, name: &str) -> Result<&str, Problem> {
        let found = self.0.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value).ok_or(Problem::UnknownRoute)
    }
}

/// What stands before `/{word}` in the wildcard `decoded` of a path that was sent with this last segment. A slash that
/// belongs to a name is written `%2F` there, so that a name that ends in the same word can be told from it.
pub(crate) fn before_last<'a>(uri: &Uri, decoded: &'a str, word: &str) -> Option<&'a str> {
    let before = |path: &'a str| path.strip_suffix(word)?.strip_suffix('/');
    let is_sent = uri.path().strip_suffix(word).is_some_and(|path| path.ends_with('/'));
    before(decoded).filter(|_| is_sent)
}

impl<S: Send + Sync> FromRequestParts<S> for Segments {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        // Only a path that is not UTF-8 once decoded is rejected, and no such path exists here.
        let params = RawPathParams::from_request_parts(parts, state).await;
        params.map(Self).map_err(|_| Problem::UnknownRoute)
    }
}

impl FromRequestParts<AppState> for InLedger {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let segments = Segments::from_request_parts(parts, app).await?;
        let region = segments.segment("ledger")?;
        let ledgers = app.ledgers();
        ledgers.ledger(region).map(Self).ok_or_else(|| {
            if let Some((region, _)) = ledgers.shut().iter().find(|(shut, _)| shut == region) {
                return Problem::LedgerShut { region: region.clone() };
            }
            Problem::UnknownLedger { region: region.chars().take(REGION_CHARS_MAX).collect() }
        })
    }
}

impl FromRequestParts<AppState> for AtPosition {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let segments = Segments::from_request_parts(parts, app).await?;
        let text = segments.segment("position")?;
        decimal(text)
            .map(|number| Self(Position(number)))
            .ok_or_else(|| invalid("position", Fault::Integer))
    }
}

/// An unknown region is said back, shortened to this.
const REGION_CHARS_MAX: usize = 64;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_name_that_ends_in_the_word_is_told_from_the_word_behind_a_name() {
        let told = |path: &str, decoded: &'static str| {
            let uri: Uri = format!("/v1/61.07/streams/{path}").parse().unwrap();
            before_last(&uri, decoded, "next")
        };
        assert_eq!(told("system/simpus/next", "system/simpus/next"), Some("system/simpus"));
        assert_eq!(told("system%2Fsimpus/next", "system/simpus/next"), Some("system/simpus"));
        assert_eq!(told("system%2Fnext/next", "system/next/next"), Some("system/next"));
        assert_eq!(told("system%2Fnext", "system/next"), None, "the stream of that name");
        assert_eq!(told("system/nex%74", "system/next"), None);
        assert_eq!(told("next", "next"), None);
        assert_eq!(told("system/simpus", "system/simpus"), None);
        assert_eq!(told("system/x-next", "system/x-next"), None);
    }
}
