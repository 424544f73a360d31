//! Who is reading. Every read handler takes a `Reader`, so that no answer can forget to ask what may be shown; and what
//! he is told that he may see is noted for the access log, so that no answer can forget to say what was.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use jejak_ledger::log::Position;
use jejak_ledger::rules::Class;

use crate::access::{self, Sight, What};
use crate::app::AppState;
use crate::path::Segments;
use crate::problem::{Problem, TokenFault};
use crate::tokens::{Secret, Token, Verdict};

/// A reader and what he may see of the ledger that his request names.
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    class: Class,
    /// Where what he sees is noted, if he has shown a token that counts.
    sight: Option<Arc<Sight>>,
    /// Whether his token opens the refusals that the ledger keeps.
    refusals: bool,
}

impl Reader {
    /// The reader about whom nothing is known.
    pub(crate) const PUBLIC: Self = Self { class: Class::Public, sight: None, refusals: false };

    /// The highest class he may see.
    pub(crate) fn class(&self) -> Class {
        self.class
    }

    /// May this reader see what is of `class`? If so it is taken as shown to him.
    pub(crate) fn may_see(&self, class: Class) -> bool {
        let may = class <= self.class;
        if may && let Some(sight) = &self.sight {
            sight.of_class(class);
        }
        may
    }

    /// Refuses what is above this reader's class.
    pub(crate) fn require(&self, class: Class) -> Result<(), Problem> {
        if self.may_see(class) { Ok(()) } else { Err(Problem::ClassDenied { class }) }
    }

    /// Refuses who may not read the refusals that are kept. Who may is taken to have read them.
    pub(crate) fn require_refusals(&self) -> Result<(), Problem> {
        let sight = self.sight.as_ref().ok_or(Problem::ReaderRequired(TokenFault::Missing))?;
        if !self.refusals {
            return Err(Problem::NotEntitled);
        }
        sight.of(What::Refusals);
        Ok(())
    }

    /// A page shows the entry at `position`, which is of `class`.
    pub(crate) fn saw_position(&self, class: Class, position: Position) {
        if let Some(sight) = self.sight(class) {
            sight.at(position);
        }
    }

    /// A page shows the row under `key`, which is of `class`.
    pub(crate) fn saw_key(&self, class: Class, key: &str) {
        if let Some(sight) = self.sight(class) {
            sight.under(key);
        }
    }

    /// Where reads of something of `class` are noted.
    fn sight(&self, class: Class) -> Option<&Sight> {
        self.sight.as_deref().filter(|_| class > Class::Public)
    }
}

impl FromRequestParts<AppState> for Reader {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let token = match shown(&parts.headers) {
            Ok(Some(secret)) => counts(app, &secret).await,
            Ok(None) => Ok(None),
            Err(fault) => Err(Problem::ReaderRequired(fault)),
        };
        let Ok(Some(token)) = token else {
            // Also who tries out tokens is somebody about whom nothing is known.
            app.quotas().take_address(app.callers().caller(&parts.extensions, &parts.headers))?;
            return token.map(|_| Self::PUBLIC);
        };
        app.quotas().take_token(&token)?;
        let region = Segments::from_request_parts(parts, app).await?;
        let at_home = region.segment("ledger").is_ok_and(|region| token.opens(region));
        let class = if at_home { token.class } else { Class::Public };
        // Without the layer that writes the access log nobody is more than the public.
        let sight = parts.extensions.get::<Arc<Sight>>().map(Arc::clone);
        let sight = sight.ok_or_else(|| Problem::internal(&"no access log around this route"))?;
        sight.is_of(&token);
        Ok(Self { class, sight: Some(sight), refusals: at_home && token.refusals })
    }
}

/// The token that a request shows. Where it has an `Authorization` header at all, that must be exactly one bearer token
/// (RFC 6750, 2.1): whoever meant to identify himself is never silently the public.
fn shown(headers: &HeaderMap) -> Result<Option<Secret>, TokenFault> {
    let mut given = headers.get_all(AUTHORIZATION).iter();
    let Some(first) = given.next() else { return Ok(None) };
    let (scheme, token) =
        first.to_str().ok().and_then(|value| value.split_once(' ')).ok_or(TokenFault::Malformed)?;
    if !scheme.eq_ignore_ascii_case("bearer") || given.next().is_some() {
        return Err(TokenFault::Malformed);
    }
    Secret::parse(token.trim()).map(Some).map_err(|_| TokenFault::Malformed)
}

/// The token that `secret` is the text of, if it counts now.
async fn counts(app: &AppState, secret: &Secret) -> Result<Option<Arc<Token>>, Problem> {
    let known = app.tokens();
    if !known.is_current() {
        let known = Arc::clone(known);
        let reload = move || {
            known.reload();
            Ok(())
        };
        app.blocking().run(reload).await?;
    }
    let now = app.ledgers().clock().now();
    let fault = match known.judge(secret, now).map_err(|_| Problem::TokensUnreadable)? {
        Verdict::Counts(token) => {
            let day = access::day(now);
            if known.is_first_use(&token.id, day) {
                app.access().used(&token.id, day);
            }
            return Ok(Some(token));
        }
        Verdict::Unknown => TokenFault::Unknown,
        Verdict::Expired => TokenFault::Expired,
        Verdict::Revoked => TokenFault::Revoked,
    };
    Err(Problem::ReaderRequired(fault))
}

/// The name of a class in answers.
pub(crate) fn class_name(class: Class) -> &'static str {
    match class {
        Class::Public => "public",
        Class::Internal => "internal",
        Class::Restricted => "restricted",
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn the_public_sees_only_what_is_public() {
        assert!(Reader::PUBLIC.may_see(Class::Public));
        assert!(!Reader::PUBLIC.may_see(Class::Internal));
        assert!(!Reader::PUBLIC.may_see(Class::Restricted));
    }

    #[test]
    fn exactly_one_bearer_token_identifies() {
        let secret = Secret::generate().unwrap();
        let token = secret.reveal();
        let read = |values: &[String]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(AUTHORIZATION, value.parse().unwrap());
            }
            shown(&headers)
        };
        assert_eq!(read(&[]), Ok(None));
        for right in [format!("Bearer {token}"), format!("bearer  {token}")] {
            assert_eq!(read(&[right]), Ok(Some(secret.clone())));
        }
        for wrong in ["", "Bearer", "Bearer ", "Bearer x", token, &format!("Basic {token}")] {
            assert_eq!(read(&[wrong.to_owned()]), Err(TokenFault::Malformed), "{wrong}");
        }
        let twice = format!("Bearer {token}");
        assert_eq!(read(&[twice.clone(), twice]), Err(TokenFault::Malformed));
    }
}
