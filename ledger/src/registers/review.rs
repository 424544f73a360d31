//! When a procedure is to be reviewed: a year after it was adopted or last reviewed. The text lets the agency
//! ("dapat"), so it is a reminder and never an overdue duty.

use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::Offset;

use crate::event::{parse_date, parse_time};
use crate::log::Micros;
use crate::rules::{Field, Thing, ZONE_DEFAULT, day_of};

/// The day from which on a review is due.
pub(super) fn due_on(procedure: &Thing) -> Option<Field> {
    last(procedure).and_then(due).map(|(day, _)| Field::Text(day.to_string()))
}

/// Is it due at that point in time?
pub(super) fn is_due(procedure: &Thing, at: Micros) -> Option<Field> {
    let (day, offset) = last(procedure).and_then(due)?;
    let at = i64::try_from(at.0).unwrap_or(i64::MAX);
    Some(Field::Flag(day <= day_of(at, offset)))
}

/// When it was adopted or reviewed, whichever came later; of one that is in force.
fn last(procedure: &Thing) -> Option<&str> {
    if !["in_force", "revising"].contains(&procedure.state.as_str()) {
        return None;
    }
    let reviewed = procedure.fields.get("review").and_then(|review| review.member("reviewed_at"));
    let times = [procedure.text("adopted_at"), reviewed.and_then(Field::as_text)];
    times.into_iter().flatten().max_by_key(|time| moment_of(time))
}

/// A year after that day, where the clock stood that showed it; in the zone of Jakarta after the day of a decision that a
/// recorder has recorded.
fn due(time: &str) -> Option<(Date, Offset)> {
    let day = parse_date(time.get(..10)?)?;
    let offset = if time.len() == 10 { ZONE_DEFAULT } else { offset_of(time)? };
    Some((day.checked_add(1.year()).ok()?, offset))
}

/// A point in time, or the beginning of a day: microseconds since 1970 UTC.
fn moment_of(text: &str) -> Option<i64> {
    let begins =
        |day: Date| Some(ZONE_DEFAULT.to_timestamp(day.at(0, 0, 0, 0)).ok()?.as_microsecond());
    parse_date(text).map_or_else(|| parse_time(text), begins)
}

/// The offset that an RFC 3339 time ends with.
fn offset_of(time: &str) -> Option<Offset> {
    if time.ends_with(['Z', 'z']) {
        return Some(Offset::UTC);
    }
    let (hours, minutes) = time.get(time.len().checked_sub(6)?..)?.split_once(':')?;
    let (sign, hours) = match hours.split_at_checked(1)? {
        ("+", hours) => (1, hours),
        ("-", hours) => (-1, hours),
        _ => return None,
    };
    let seconds = hours.parse::<i32>().ok()? * 3_600 + minutes.parse::<i32>().ok()? * 60;
    Offset::from_seconds(sign * seconds).ok()
}
