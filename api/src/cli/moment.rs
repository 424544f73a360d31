//! A moment in the history of a ledger, as `--as-of`, `--from` and `--to` name it.

use anyhow::{Context as _, Result};
use jejak_ledger::log::{Micros, Position};
use jejak_ledger::{AsOf, View};
use jiff::tz::Offset;

use super::exit::Stop;

/// A position, a time or a day, and how it was written.
#[derive(Debug, Clone)]
pub(crate) struct Moment {
    pub(crate) text: String,
    pub(crate) as_of: AsOf,
}

impl Moment {
    /// Reads a position, a time in RFC 3339, or a day as `YYYY-MM-DD`.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let as_of = match text.parse::<u64>() {
            Ok(position) => AsOf::Position(Position(position)),
            Err(_) => as_of(text).context(
                "bukan posisi, tanggal, atau waktu RFC 3339 (neither position nor day nor time)",
            )?,
        };
        Ok(Self { text: text.to_owned(), as_of })
    }
}

fn as_of(text: &str) -> Result<AsOf> {
    Ok(match text.parse()? {
        jejak_ledger::Moment::Day(day) => AsOf::Day(day),
        jejak_ledger::Moment::Time(time) => {
            AsOf::Time(Micros(u64::try_from(time.as_microsecond())?))
        }
    })
}

/// A time in RFC 3339, or a day: by the local time of the ledger, where it is about one, else by [`WIB`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edge(jejak_ledger::Moment);

impl Edge {
    /// Reads one that lies after the beginning of 1970 and can be told in UTC, wherever the ledger is.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let moment: jejak_ledger::Moment = text
            .parse()
            .context("bukan tanggal atau waktu RFC 3339 (neither a day nor an RFC 3339 time)")?;
        moment.first(EASTERNMOST).context("sebelum 1970 (before 1970)")?;
        moment.last(WESTERNMOST).context("sesudah 9999-12-29 (after 9999-12-29)")?;
        Ok(Self(moment))
    }

    /// Its first microsecond.
    pub(crate) fn first(self, zone: Offset) -> i64 {
        self.0.first(zone).unwrap_or_default()
    }

    /// Its last microsecond.
    pub(crate) fn last(self, zone: Offset) -> i64 {
        self.0.last(zone).unwrap_or_default()
    }

    /// The second in which it ends: what is asked of a day is asked of its end, as `--as-of` does.
    pub(crate) fn last_second(self, zone: Offset) -> i64 {
        self.last(zone).div_euclid(1_000_000)
    }

    /// Whether it is a whole day.
    pub(crate) fn is_day(self) -> bool {
        matches!(self.0, jejak_ledger::Moment::Day(_))
    }

    /// As a server is asked.
    pub(crate) fn text(self) -> String {
        self.0.to_string()
    }
}

/// The last position at a moment, and its `recorded_at`.
pub(crate) fn head(view: &View, as_of: AsOf) -> Result<(Position, Micros)> {
    let missing = || match as_of {
        AsOf::Position(Position(position)) => {
            let indonesian = format!("belum ada catatan pada posisi {position}");
            Stop::not_found(indonesian, "nothing is recorded at this position yet")
        }
        AsOf::Head | AsOf::Time(_) | AsOf::Day(_) => {
            Stop::not_found("belum ada catatan pada saat itu", "nothing was recorded by then")
        }
    };
    Ok(view.as_of(as_of)?.ok_or_else(missing)?)
}

/// Western Indonesia, where the government dates its papers: the days of what belongs to no ledger.
pub(crate) const WIB: Offset = Offset::constant(7);
/// No place has a day that begins earlier.
const EASTERNMOST: Offset = Offset::constant(14);
/// No place has a day that ends later.
const WESTERNMOST: Offset = Offset::constant(-12);

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_moment_is_a_position_or_a_time_or_a_day() {
        assert!(matches!(Moment::parse("7").unwrap().as_of, AsOf::Position(Position(7))));
        let time = Moment::parse("1970-01-01T07:00:01+07:00").unwrap().as_of;
        assert!(matches!(time, AsOf::Time(Micros(1_000_000))));
        let day = Moment::parse("2026-11-22").unwrap().as_of;
        assert!(matches!(day, AsOf::Day(day) if day == date(2026, 11, 22)));
        assert!(Moment::parse("kemarin").is_err());
        assert!(Moment::parse("1969-12-31T23:59:59Z").is_err());
    }

    #[test]
    fn an_edge_is_a_time_or_a_whole_local_day_since_1970() {
        let wib = Offset::constant(7);
        let day = Edge::parse("2026-11-22").unwrap();
        assert_eq!(day.last(wib) - day.first(wib), 86_400_000_000 - 1);
        assert_eq!(day.text(), "2026-11-22");
        assert_eq!(day.last_second(WIB), 1_795_366_799, "2026-11-22T23:59:59+07:00");
        let time = Edge::parse("2026-11-22T00:00:00+07:00").unwrap();
        assert_eq!((time.first(wib), time.last(wib)), (day.first(wib), day.first(wib)));
        let last = Edge::parse("9999-12-29").unwrap();
        let west = Offset::constant(-12);
        assert_eq!(last.last(west) - last.first(west), 86_400_000_000 - 1);
        let refused = |text: &str| Edge::parse(text).unwrap_err().to_string();
        for wrong in ["26", "kemarin"] {
            let expected = "bukan tanggal atau waktu RFC 3339 (neither a day nor an RFC 3339 time)";
            assert_eq!(refused(wrong), expected, "{wrong}");
        }
        for early in ["1970-01-01", "1969-12-31T00:00:00Z"] {
            assert_eq!(refused(early), "sebelum 1970 (before 1970)", "{early}");
        }
        // What cannot be told in UTC would be asked as of 1970.
        for late in ["9999-12-30", "9999-12-31"] {
            assert_eq!(refused(late), "sesudah 9999-12-29 (after 9999-12-29)", "{late}");
        }
    }
}
