//! A moment in the history of a ledger, as `--as-of` names it: a position or a time.

use anyhow::{Context as _, Result};
use jejak_ledger::log::{Micros, Position};
use jejak_ledger::{AsOf, View};
use jiff::Timestamp;
use serde_json::Value;

use super::exit::Stop;

/// A position or a time, and how it was written.
#[derive(Debug, Clone)]
pub(crate) struct Moment {
    pub(crate) text: String,
    pub(crate) as_of: AsOf,
}

impl Moment {
    /// Reads a position, or a time in RFC 3339.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let as_of = match text.parse::<u64>() {
            Ok(position) => AsOf::Position(Position(position)),
            Err(_) => AsOf::Time(time(text)?),
        };
        Ok(Self { text: text.to_owned(), as_of })
    }

    /// Had this entry of a server been recorded by then?
    pub(crate) fn includes(&self, entry: &Value) -> Result<bool> {
        let member = |name: &str| {
            entry.get(name).with_context(|| format!("jawaban tanpa {name} (not in the answer)"))
        };
        Ok(match self.as_of {
            AsOf::Head => true,
            AsOf::Position(last) => {
                member("position")?.as_u64().is_some_and(|at| Position(at) <= last)
            }
            AsOf::Time(until) => {
                time(member("recorded_at")?.as_str().unwrap_or_default())? <= until
            }
        })
    }
}

/// The last position at a moment, and its `recorded_at`.
pub(crate) fn head(view: &View, as_of: AsOf) -> Result<(Position, Micros)> {
    let missing = || match as_of {
        AsOf::Position(Position(position)) => {
            let indonesian = format!("belum ada catatan pada posisi {position}");
            Stop::not_found(indonesian, "nothing is recorded at this position yet")
        }
        AsOf::Head | AsOf::Time(_) => {
            Stop::not_found("belum ada catatan pada saat itu", "nothing was recorded by then")
        }
    };
    Ok(view.as_of(as_of)?.ok_or_else(missing)?)
}

fn time(text: &str) -> Result<Micros> {
    let time: Timestamp =
        text.parse().context("bukan posisi atau waktu RFC 3339 (neither position nor time)")?;
    Ok(Micros(u64::try_from(time.as_microsecond())?))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn a_moment_is_a_position_or_a_time() {
        assert!(matches!(Moment::parse("7").unwrap().as_of, AsOf::Position(Position(7))));
        let time = Moment::parse("1970-01-01T07:00:01+07:00").unwrap().as_of;
        assert!(matches!(time, AsOf::Time(Micros(1_000_000))));
        assert!(Moment::parse("kemarin").is_err());
    }

    #[test]
    fn a_moment_includes_what_was_recorded_by_then() {
        let entry = json!({ "position": 7, "recorded_at": "2026-01-01T00:00:00.000001Z" });
        let includes = |text| Moment::parse(text).unwrap().includes(&entry).unwrap();
        assert!(includes("7") && !includes("6"));
        assert!(includes("2026-01-01T07:00:00.000001+07:00") && !includes("2026-01-01T00:00:00Z"));
        assert!(Moment::parse("7").unwrap().includes(&json!({})).is_err());
    }
}
