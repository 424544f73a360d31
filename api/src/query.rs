//! Query parameters, strictly: a name nobody knows, or one given twice, is an error and never silently ignored. (A
//! `dry_run` that an older server ignored would record what was only meant to be tried.)

use axum::extract::{FromRequestParts, Query};
use axum::http::Uri;
use axum::http::request::Parts;
use jejak_ledger::AsOf;
use jejak_ledger::log::{Micros, Position};

use crate::problem::{Fault, Problem};

/// The parameters of one request, each known to its handler.
#[derive(Debug)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    /// Takes the parameters of `uri`, of which only those in `known` may occur.
    pub(crate) fn of(uri: &Uri, known: &'static [&'static str]) -> Result<Self, Problem> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|_| Problem::InvalidParameter { name: "?".into(), fault: Fault::Encoding })?;
        for (index, (name, _)) in pairs.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                return Err(Problem::UnknownParameter { name: clip(name), known });
            }
            if pairs.iter().take(index).any(|(earlier, _)| earlier == name) {
                return Err(invalid(name, Fault::Repeated));
            }
        }
        Ok(Self(pairs))
    }

    /// The value of `name`, at most [`VALUE_BYTES_MAX`] long and not empty.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, Problem> {
        let Some((_, value)) = self.0.iter().find(|(known, _)| known == name) else {
            return Ok(None);
        };
        match value.len() {
            0 => Err(invalid(name, Fault::Empty)),
            1..=VALUE_BYTES_MAX => Ok(Some(value)),
            _ => Err(invalid(name, Fault::Long { bytes_max: VALUE_BYTES_MAX })),
        }
    }

    /// The value of `name` as a whole number.
    pub(crate) fn integer(&self, name: &str) -> Result<Option<u64>, Problem> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        decimal(text).map(Some).ok_or_else(|| invalid(name, Fault::Integer))
    }

    /// The value of `name` as a whole number; its absence is an error.
    pub(crate) fn need_integer(&self, name: &str) -> Result<u64, Problem> {
        self.integer(name)?.ok_or_else(|| invalid(name, Fault::Missing))
    }

    /// `limit`: [`PAGE_ROWS`] when absent, never more than `max`.
    pub(crate) fn limit(&self, max: usize) -> Result<usize, Problem> {
        let Some(number) = self.integer("limit")? else {
            return Ok(PAGE_ROWS.min(max));
        };
        usize::try_from(number)
            .ok()
            .filter(|limit| (1..=max).contains(limit))
            .ok_or_else(|| invalid("limit", Fault::Range { min: 1, max }))
    }

    /// `as_of`: a position, or a time in RFC 3339. Absent: the head.
    pub(crate) fn as_of(&self) -> Result<AsOf, Problem> {
        let Some(text) = self.text("as_of")? else {
            return Ok(AsOf::Head);
        };
        if let Some(position) = decimal(text) {
            return Ok(AsOf::Position(Position(position)));
        }
        let time: jiff::Timestamp = text.parse().map_err(|_| invalid("as_of", Fault::AsOf))?;
        let micros =
            u64::try_from(time.as_microsecond()).map_err(|_| invalid("as_of", Fault::AsOf))?;
        Ok(AsOf::Time(Micros(micros)))
    }

    /// `after`: positions greater than this one.
    pub(crate) fn after(&self) -> Result<Option<Position>, Problem> {
        Ok(self.integer("after")?.map(Position))
    }
}

/// Taken by handlers without parameters: any parameter is an error.
#[derive(Debug)]
pub(crate) struct NoParams;

impl<S: Sync> FromRequestParts<S> for NoParams {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Params::of(&parts.uri, &[]).map(|_| Self)
    }
}

/// A whole number in plain decimal: digits only, no sign, no leading zero.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let plain =
        text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}

/// A parameter that is known but wrong.
pub(crate) fn invalid(name: &str, fault: Fault) -> Problem {
    Problem::InvalidParameter { name: clip(name), fault }
}

/// What a caller sent, short enough to say back to him.
fn clip(text: &str) -> String {
    text.chars().take(NAME_CHARS_MAX).collect()
}

/// Rows of a page when the caller names no limit.
const PAGE_ROWS: usize = 100;
/// No value of a parameter is longer; the longest is a cursor.
const VALUE_BYTES_MAX: usize = 2_048;
const NAME_CHARS_MAX: usize = 64;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn params(query: &str) -> Result<Params, Problem> {
        Params::of(
            &format!("/v1/id/events?{query}").parse().unwrap(),
            &["limit", "after", "as_of", "type"],
        )
    }

    #[test]
    fn an_unknown_parameter_is_refused_by_name() {
        let problem = params("limit=1&dry_run=true").unwrap_err();
        assert!(matches!(problem, Problem::UnknownParameter { name, .. } if name == "dry_run"));
    }

    #[test]
    fn a_parameter_given_twice_is_refused() {
        let problem = params("limit=1&limit=2").unwrap_err();
        assert!(matches!(problem, Problem::InvalidParameter { fault: Fault::Repeated, .. }));
    }

    #[test]
    fn a_limit_is_between_one_and_the_most() {
        assert_eq!(params("").unwrap().limit(1000).unwrap(), 100);
        assert_eq!(params("").unwrap().limit(10).unwrap(), 10);
        assert_eq!(params("limit=1000").unwrap().limit(1000).unwrap(), 1000);
        for wrong in ["0", "1001", "-1", "+1", "01", "1.0", "", "99999999999999999999", "a"] {
            assert!(params(&format!("limit={wrong}")).unwrap().limit(1000).is_err(), "{wrong}");
        }
    }

    #[test]
    fn as_of_is_a_position_or_a_time() {
        let as_of = |text: &str| params(&format!("as_of={text}")).unwrap().as_of();
        assert!(matches!(params("").unwrap().as_of(), Ok(AsOf::Head)));
        assert!(matches!(as_of("7"), Ok(AsOf::Position(Position(7)))));
        assert!(matches!(as_of("1970-01-01T00:00:01Z"), Ok(AsOf::Time(Micros(1_000_000)))));
        assert!(matches!(as_of("1970-01-01T07:00:00%2B07:00"), Ok(AsOf::Time(Micros(0)))));
        assert!(as_of("1969-12-31T23:59:59Z").is_err());
        assert!(as_of("yesterday").is_err());
    }

    #[test]
    fn values_are_decoded_and_never_empty() {
        let decoded = params("type=subdomain%2Egranted").unwrap();
        assert_eq!(decoded.text("type").unwrap(), Some("subdomain.granted"));
        assert!(params("type=").unwrap().text("type").is_err());
    }
}
