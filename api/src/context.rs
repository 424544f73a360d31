//! What every answer knows of its request: the id under which the log speaks of it, and the language of the caller.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use jejak_ledger::rules;
use uuid::Uuid;

/// The id and language of one request.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    pub(crate) request_id: Arc<str>,
    pub(crate) language: Language,
    /// Whether he reads both: he named both and preferred neither. Then what is told to people has the other beside it.
    pub(crate) both: bool,
}

/// The languages in which problems are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Indonesian,
    English,
}

impl Context {
    /// Takes the caller's `x-request-id` where it is fit for a log, else makes one.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let request_id = headers
            .get(REQUEST_ID)
            .and_then(|value| value.to_str().ok())
            .filter(|id| is_request_id(id))
            .map_or_else(|| Uuid::new_v4().to_string().into(), Arc::from);
        // A list may be spread over several headers (RFC 9110, 5.3).
        let accepted = headers.get_all(ACCEPT_LANGUAGE).iter();
        let accepted: Vec<_> = accepted.filter_map(|value| value.to_str().ok()).collect();
        let accepted = accepted.join(",");
        let (language, both) = (Language::preferred(&accepted), names_both(&accepted));
        Self { request_id, language, both }
    }

    /// A text in the caller's language; in both, the English in brackets.
    pub(crate) fn words(&self, of: impl Fn(Language) -> String) -> String {
        if !self.both {
            return of(self.language);
        }
        let (indonesian, english) = (of(Language::Indonesian), of(Language::English));
        if indonesian == english { indonesian } else { format!("{indonesian} ({english})") }
    }

    /// The languages of what is told so (RFC 9110, 8.5).
    pub(crate) fn tags(&self) -> &'static str {
        if self.both { "id, en" } else { self.language.tag() }
    }
}

impl<S: Sync> FromRequestParts<S> for Context {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let known = parts.extensions.get::<Self>().cloned();
        Ok(known.unwrap_or_else(|| Self::of(&parts.headers)))
    }
}

impl Language {
    /// The language tag (RFC 5646).
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Indonesian => "id",
            Self::English => "en",
        }
    }

    /// The same language as the rules name it.
    pub(crate) fn of_rules(self) -> rules::Language {
        match self {
            Self::Indonesian => rules::Language::Indonesian,
            Self::English => rules::Language::English,
        }
    }

    /// English where the list of RFC 9110, 12.5.4 gives it more weight than Indonesian, else Indonesian.
    fn preferred(accepted: &str) -> Self {
        let weight = |tag: &str| weight_of(accepted, tag).or_else(|| weight_of(accepted, "*"));
        let english = weight("en").unwrap_or(0);
        let indonesian = weight("id").unwrap_or(0);
        if english > indonesian { Self::English } else { Self::Indonesian }
    }
}

/// Whether a list names both languages and gives them the same weight.
fn names_both(accepted: &str) -> bool {
    let (indonesian, english) = (weight_of(accepted, "id"), weight_of(accepted, "en"));
    indonesian == english && indonesian.is_some_and(|weight| weight > 0)
}

/// The weight, in thousandths, that a list of language ranges gives to `tag` or one of its regions.
fn weight_of(accepted: &str, tag: &str) -> Option<u16> {
    accepted
        .split(',')
        .take(RANGES_MAX)
        .filter_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let primary = parts.next()?.split('-').next()?;
            if !primary.eq_ignore_ascii_case(tag) {
                return None;
            }
            Some(parts.find_map(|part| part.strip_prefix("q=")).map_or(1000, thousandths))
        })
        .max()
}

/// `1`, `0.8`, `0.125` as thousandths; what is no weight is none.
fn thousandths(weight: &str) -> u16 {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    match (whole, digits.parse::<u16>()) {
        ("0", Ok(fraction)) => fraction,
        ("1", Ok(0)) => 1000,
        _ => 0,
    }
}

fn is_request_id(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

/// The header that carries the id, both ways.
pub(crate) const REQUEST_ID: &str = "x-request-id";
/// Language ranges looked at.
const RANGES_MAX: usize = 32;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn indonesian_unless_english_weighs_more() {
        let language = Language::preferred;
        for accepted in
            ["", "id", "id,en;q=0.9", "fr", "*", "en;q=0", "en;q=0.5, id-ID;q=0.8", "en;q=x"]
        {
            assert_eq!(language(accepted), Language::Indonesian, "{accepted}");
        }
        for accepted in
            ["en", "en-GB", "EN;q=0.4", "id;q=0.2, en;q=0.25", "en, *;q=0.5", "fr, en;q=0.1"]
        {
            assert_eq!(language(accepted), Language::English, "{accepted}");
        }
    }

    #[test]
    fn who_names_both_languages_and_prefers_neither_reads_both() {
        for accepted in ["id, en", "en-GB,id-ID", "fr, id;q=0.5, en;q=0.5"] {
            assert!(names_both(accepted), "{accepted}");
        }
        for accepted in ["", "*", "id", "id, en;q=0.8", "en, *", "id;q=0, en;q=0"] {
            assert!(!names_both(accepted), "{accepted}");
        }
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, "id, en".parse().unwrap());
        let context = Context::of(&headers);
        let told = context.words(|language| language.tag().to_owned());
        assert_eq!((told.as_str(), context.tags()), ("id (en)", "id, en"));
        assert_eq!(context.words(|_| "SYS.1.2".to_owned()), "SYS.1.2", "said once");
    }

    #[test]
    fn a_fit_request_id_is_kept_and_any_other_replaced() {
        let context = |id: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, id.parse().unwrap());
            Context::of(&headers).request_id
        };
        assert_eq!(&*context("abc-1.2_3"), "abc-1.2_3");
        assert_ne!(&*context("a b"), "a b");
        assert_eq!(context(&"x".repeat(65)).len(), 36);
    }
}
