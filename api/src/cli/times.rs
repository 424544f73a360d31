//! Times as the events and the interface write them.

use anyhow::{Context as _, Result};
use jejak_ledger::log::Micros;
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

/// A time with the offset of western Indonesia: `2026-03-02T09:30:00+07:00`.
pub(crate) fn in_jakarta(Micros(micros): Micros) -> Result<String> {
    let offset = Offset::constant(7);
    let instant = instant(Micros(micros))?.to_zoned(TimeZone::fixed(offset));
    Ok(instant.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

/// A time in UTC with microseconds, as in every answer.
pub(crate) fn in_utc(micros: Micros) -> Result<String> {
    Ok(format!("{:.6}", instant(micros)?))
}

/// The time zone of a region, by the province in its code (Keppres 41/1987 and later provinces).
pub(crate) fn zone_of_region(region: &str) -> &'static str {
    let province = region.split('.').next().and_then(|code| code.parse::<u8>().ok());
    match province {
        Some(61 | 62) => "Asia/Pontianak",
        Some(51..=53 | 63..=65 | 71..=76) => "Asia/Makassar",
        Some(81 | 82 | 91..=97) => "Asia/Jayapura",
        _ => "Asia/Jakarta",
    }
}

/// The hours of a region's zone: Indonesia has three, and none of them is ever changed for the summer.
pub(crate) fn offset_of_region(region: &str) -> Offset {
    match zone_of_region(region) {
        "Asia/Jayapura" => Offset::constant(9),
        "Asia/Makassar" => Offset::constant(8),
        _ => Offset::constant(7),
    }
}

fn instant(Micros(micros): Micros) -> Result<Timestamp> {
    let micros = i64::try_from(micros)?;
    Timestamp::from_microsecond(micros).context("waktu di luar jangkauan (time out of range)")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn times_are_written_in_both_zones() {
        let time = Micros(1_767_225_600_000_001); // 2026-01-01T00:00:00.000001Z
        assert_eq!(in_jakarta(time).unwrap(), "2026-01-01T07:00:00+07:00");
        assert_eq!(in_utc(time).unwrap(), "2026-01-01T00:00:00.000001Z");
    }

    #[test]
    fn a_region_has_the_zone_of_its_province() {
        assert_eq!(zone_of_region("61.07"), "Asia/Pontianak");
        assert_eq!(zone_of_region("35.28"), "Asia/Jakarta");
        assert_eq!(zone_of_region("73.71"), "Asia/Makassar");
        assert_eq!(zone_of_region("91.01"), "Asia/Jayapura");
        assert_eq!(zone_of_region("id"), "Asia/Jakarta");
        let hours = ["61.07", "73.71", "91.01", "id"]
            .map(|region| offset_of_region(region).seconds() / 3_600);
        assert_eq!(hours, [7, 8, 9, 7]);
    }
}
