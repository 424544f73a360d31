//! A moment as people name it: a time, or a whole day by the local time of a ledger.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

/// A time in RFC 3339, or a day as `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// From midnight to midnight, by the local time of the ledger that is asked.
    Day(Date),
    /// One instant, wherever it is asked.
    Time(Timestamp),
}

/// What is neither a day nor a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("neither a day (YYYY-MM-DD) nor an RFC 3339 time")]
pub struct NoMoment;

impl Moment {
    /// Its first microsecond since 1970 UTC; none for what lies before.
    pub fn first(self, zone: Offset) -> Option<i64> {
        self.at(zone, Time::midnight())
    }

    /// Its last microsecond since 1970 UTC; none for what lies before.
    pub fn last(self, zone: Offset) -> Option<i64> {
        self.at(zone, LAST_OF_DAY)
    }

    fn at(self, zone: Offset, of_day: Time) -> Option<i64> {
        let time = match self {
            Self::Day(day) => zone.to_timestamp(DateTime::from_parts(day, of_day)).ok()?,
            Self::Time(time) => time,
        };
        Some(time.as_microsecond()).filter(|micros| *micros >= 0)
    }
}

impl FromStr for Moment {
    type Err = NoMoment;

    fn from_str(text: &str) -> Result<Self, NoMoment> {
        // Other ways to write a day (20260102) look like positions.
        if text.len() == DAY_BYTES {
            return text.parse().map(Self::Day).map_err(|_| NoMoment);
        }
        text.parse().map(Self::Time).map_err(|_| NoMoment)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::Time(time) => time.fmt(f),
        }
    }
}

const DAY_BYTES: usize = "2026-01-02".len();
const LAST_OF_DAY: Time = Time::constant(23, 59, 59, 999_999_999);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_and_ends_by_local_time_and_a_time_is_itself() {
        let wib = Offset::constant(7);
        let read = |text: &str| text.parse::<Moment>().ok();
        let day = read("1970-01-02");
        assert_eq!(day.and_then(|day| day.first(wib)), Some(17 * 3_600 * 1_000_000));
        assert_eq!(day.and_then(|day| day.last(wib)), Some(41 * 3_600 * 1_000_000 - 1));
        let time = read("1970-01-01T07:00:01+07:00");
        assert_eq!(time.and_then(|time| time.first(wib)), Some(1_000_000));
        assert_eq!(time.and_then(|time| time.last(wib)), Some(1_000_000));
        // The first local day began before 1970 by UTC.
        assert_eq!(read("1970-01-01").and_then(|day| day.first(wib)), None);
    }

    #[test]
    fn what_is_neither_is_refused_and_the_others_are_written_as_they_were() {
        for wrong in ["kemarin", "2026-13-01", "2026-1-1", "20260101", "1", "2026", "2026-01-01T"] {
            assert_eq!(wrong.parse::<Moment>(), Err(NoMoment), "{wrong}");
        }
        for right in ["2026-11-22", "2026-11-22T05:06:07Z"] {
            assert_eq!(right.parse::<Moment>().map(|moment| moment.to_string()), Ok(right.into()));
        }
    }
}
