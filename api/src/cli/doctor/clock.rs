//! The clock of this machine, against what others say of the time: the newest record of each ledger, and the server.

use jejak_ledger::log::Micros;
use jiff::Timestamp;
use jiff::fmt::rfc2822;

use super::Check;

/// The newest record of a ledger cannot come from the future: a clock that stands behind it stops writing.
pub(super) fn of_ledger(region: &str, last: Micros, now: Micros) -> Check {
    let name = format!("clock {region}");
    let compared = format!(
        "catatan terakhir {}, jam mesin {} (the newest record, this machine)",
        shown(last),
        shown(now)
    );
    if last > now {
        let behind_s = (last.0 - now.0).div_ceil(1_000_000);
        let found = format!("{compared}: {behind_s} s di belakang (behind)");
        return Check::bad(name, found, ADVICE.0, ADVICE.1);
    }
    Check::ok(name, compared)
}

/// `date` is the server's own, in whole seconds.
pub(super) fn of_server(date: Option<&str>, now: Micros) -> Check {
    let name = "clock";
    let told = date.and_then(|date| rfc2822::parse(date).ok());
    let Some(server) = told.and_then(|told| u64::try_from(told.timestamp().as_microsecond()).ok())
    else {
        return Check::not_checked(
            name,
            "jawaban server tanpa header Date (an answer without a Date)",
            "lihat perantara (proxy) di depan server",
            "look at the proxy in front of the server",
        );
    };
    let apart_s = server.abs_diff(now.0) / 1_000_000;
    let found = format!(
        "server {}, mesin ini {} (this machine): {apart_s} s",
        shown(Micros(server)),
        shown(now)
    );
    if apart_s > APART_S_MAX {
        return Check::bad(name, found, ADVICE.0, ADVICE.1);
    }
    Check::ok(name, found)
}

/// To the second, as a clock on a wall.
fn shown(Micros(micros): Micros) -> String {
    let time =
        i64::try_from(micros).ok().and_then(|micros| Timestamp::from_microsecond(micros).ok());
    time.map_or_else(|| micros.to_string(), |time| format!("{time:.0}"))
}

const ADVICE: (&str, &str) =
    ("setel jam kedua mesin (NTP)", "set the clocks of the machines (NTP), and of this one");
/// A second is cut off from the server's, and the way of the answer takes its time.
const APART_S_MAX: u64 = 5;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::Verdict;

    /// 2026-01-02T03:04:05Z.
    const NOW: Micros = Micros(1_767_323_045_000_000);

    #[test]
    fn a_clock_behind_the_newest_record_is_bad_and_what_was_compared_is_told() {
        let check = of_ledger("61.07", Micros(NOW.0 - 1), NOW);
        assert_eq!(check.verdict, Verdict::Ok);
        assert!(check.found.contains("2026-01-02T03:04:05Z"), "{}", check.found);
        let check = of_ledger("61.07", Micros(NOW.0 + 90_000_000), NOW);
        assert_eq!(check.verdict, Verdict::Bad);
        assert!(check.found.contains("90 s di belakang"), "{}", check.found);
    }

    #[test]
    fn a_server_of_another_time_is_bad_and_one_that_tells_none_was_not_compared() {
        let verdict = |date| of_server(date, NOW).verdict;
        assert_eq!(verdict(Some("Fri, 02 Jan 2026 03:04:05 GMT")), Verdict::Ok);
        assert_eq!(verdict(Some("Fri, 02 Jan 2026 03:04:01 GMT")), Verdict::Ok);
        assert_eq!(verdict(Some("Fri, 02 Jan 2026 03:03:00 GMT")), Verdict::Bad);
        assert_eq!(verdict(Some("Fri, 02 Jan 2026 03:05:00 GMT")), Verdict::Bad);
        assert_eq!(verdict(Some("tomorrow")), Verdict::NotChecked);
        assert_eq!(verdict(None), Verdict::NotChecked);
    }
}
