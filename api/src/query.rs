//! Query parameters, strictly: a name nobody knows, or one given twice, is an error and never silently ignored. (A
//! `dry_run` that an older server ignored would record what was only meant to be tried.)

use axum::extract::{FromRequestParts, Query};
use axum::http::Uri;
use axum::http::request::Parts;
use jejak_ledger::cursor::CURSOR_BYTES_MAX;
use jejak_ledger::log::{Micros, Position};
use jejak_ledger::{AsOf, Form, Moment};
use jiff::tz::Offset;

use crate::problem::{Fault, Problem};

/// The parameters of one request, each known to its handler.
#[derive(Debug)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    /// Takes the parameters of `uri`, at most [`PARAMS_MAX`], of which only those in `known` may occur.
    pub(crate) fn of(uri: &Uri, known: &[&'static str]) -> Result<Self, Problem> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|_| Problem::InvalidParameter { name: "?".into(), fault: Fault::Encoding })?;
        for (index, (name, _)) in pairs.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                let known = known.to_vec();
                return Err(Problem::UnknownParameter { name: clip(name), known });
            }
            if pairs.iter().take(index).any(|(earlier, _)| earlier == name) {
                return Err(invalid(name, Fault::Repeated));
            }
            if index >= PARAMS_MAX {
                return Err(invalid(name, Fault::Many { max: PARAMS_MAX }));
            }
        }
        Ok(Self(pairs))
    }

    /// Parameters that were taken before.
    pub(crate) fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }

    /// The others than those in `names`.
    pub(crate) fn without(&self, names: &[&str]) -> Self {
        let others = self.0.iter().filter(|(name, _)| !names.contains(&name.as_str()));
        Self(others.cloned().collect())
    }

    /// Names and values, as they were asked.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of `name`, not empty, and no longer than its kind may be.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, Problem> {
        let Some((_, value)) = self.0.iter().find(|(known, _)| known == name) else {
            return Ok(None);
        };
        let bytes_max = if name == "cursor" { CURSOR_BYTES_MAX } else { VALUE_BYTES_MAX };
        match value.len() {
            0 => Err(invalid(name, Fault::Empty)),
            length if length <= bytes_max => Ok(Some(value)),
            _ => Err(invalid(name, Fault::Long { bytes_max })),
        }
    }

    /// The value of `name`, which has to look like what it is compared with: what has another form would match
    /// nothing, and silently.
    pub(crate) fn of_form(&self, name: &str, form: Form) -> Result<Option<String>, Problem> {
        match self.text(name)? {
            Some(text) if !form.fits(text) => Err(invalid(name, Fault::Form(form))),
            text => Ok(text.map(str::to_owned)),
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

    /// The value of `name` as yes or no.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, Problem> {
        let parsed =
            self.text(name)?.map(|text| text.parse().map_err(|_| invalid(name, Fault::Flag)));
        parsed.transpose()
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

    /// `as_of`: a position, a time in RFC 3339, or a day by the local time of the ledger. Absent: the head.
    pub(crate) fn as_of(&self) -> Result<AsOf, Problem> {
        let Some(text) = self.text("as_of")? else {
            return Ok(AsOf::Head);
        };
        if let Some(position) = decimal(text) {
            return Ok(AsOf::Position(Position(position)));
        }
        let wrong = || invalid("as_of", Fault::AsOf);
        match text.parse().map_err(|_| wrong())? {
            Moment::Day(day) => Ok(AsOf::Day(day)),
            Moment::Time(time) => {
                let micros = u64::try_from(time.as_microsecond()).map_err(|_| wrong())?;
                Ok(AsOf::Time(Micros(micros)))
            }
        }
    }

    /// The value of `name` as the first moment of what it names: a time in RFC 3339, or a day by the
    /// local time of the ledger. Microseconds since 1970 UTC.
    pub(crate) fn first_moment(&self, name: &str, zone: Offset) -> Result<Option<i64>, Problem> {
        self.moment(name, |moment| moment.first(zone))
    }

    /// The value of `name` as the last moment of what it names.
    pub(crate) fn last_moment(&self, name: &str, zone: Offset) -> Result<Option<i64>, Problem> {
        self.moment(name, |moment| moment.last(zone))
    }

    fn moment(
        &self,
        name: &str,
        of: impl FnOnce(Moment) -> Option<i64>,
    ) -> Result<Option<i64>, Problem> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        let micros = text.parse().ok().and_then(of);
        micros.map(Some).ok_or_else(|| invalid(name, Fault::Moment))
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
/// No value of a parameter is longer, but that of `cursor`.
const VALUE_BYTES_MAX: usize = 256;
/// As many values of that length as a cursor has room for.
const PARAMS_MAX: usize = 16;
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
    fn as_of_is_a_position_or_a_time_or_a_day() {
        let as_of = |text: &str| params(&format!("as_of={text}")).unwrap().as_of();
        assert!(matches!(params("").unwrap().as_of(), Ok(AsOf::Head)));
        assert!(matches!(as_of("7"), Ok(AsOf::Position(Position(7)))));
        assert!(matches!(as_of("1970-01-01T00:00:01Z"), Ok(AsOf::Time(Micros(1_000_000)))));
        assert!(matches!(as_of("1970-01-01T07:00:00%2B07:00"), Ok(AsOf::Time(Micros(0)))));
        assert!(as_of("1969-12-31T23:59:59Z").is_err());
        let day = jiff::civil::date(2026, 11, 22);
        assert!(matches!(as_of("2026-11-22"), Ok(AsOf::Day(asked)) if asked == day));
        assert!(as_of("2026-13-22").is_err());
        assert!(as_of("yesterday").is_err());
    }

    #[test]
    fn a_moment_is_a_time_or_the_begin_or_end_of_a_local_day() {
        let wib = Offset::constant(7);
        let first = |text: &str| params(&format!("type={text}")).unwrap().first_moment("type", wib);
        let last = |text: &str| params(&format!("type={text}")).unwrap().last_moment("type", wib);
        assert_eq!(first("1970-01-02").unwrap(), Some(17 * 3_600 * 1_000_000));
        assert_eq!(last("1970-01-02").unwrap(), Some(41 * 3_600 * 1_000_000 - 1));
        assert_eq!(first("1970-01-01T07:00:01%2B07:00").unwrap(), Some(1_000_000));
        assert_eq!(last("1970-01-01T00:00:01Z").unwrap(), Some(1_000_000));
        for wrong in ["1970-01-01", "kemarin", "2026-13-01", "2026-1-1", "20260101", "1", "2026"] {
            let problem = first(wrong).unwrap_err();
            assert!(
                matches!(problem, Problem::InvalidParameter { fault: Fault::Moment, .. }),
                "{wrong}"
            );
        }
    }

    #[test]
    fn no_more_parameters_are_taken_than_a_cursor_can_carry() {
        const NAMES: [&str; 17] =
            ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q"];
        let query = |count: usize| {
            let names: Vec<_> = NAMES.iter().take(count).map(|name| format!("{name}=1")).collect();
            Params::of(&format!("/x?{}", names.join("&")).parse().unwrap(), &NAMES)
        };
        assert!(query(16).is_ok());
        let problem = query(17).unwrap_err();
        assert!(matches!(
            problem,
            Problem::InvalidParameter { fault: Fault::Many { max: 16 }, .. }
        ));
    }

    #[test]
    fn values_are_decoded_and_never_empty() {
        let decoded = params("type=subdomain%2Egranted").unwrap();
        assert_eq!(decoded.text("type").unwrap(), Some("subdomain.granted"));
        assert!(params("type=").unwrap().text("type").is_err());
    }
}
