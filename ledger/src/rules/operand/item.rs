//! One value as an operand finds it, and how two of them compare.

use std::cmp::Ordering;

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{Span, Timestamp};
use serde_json::Value;

use super::Context;
use crate::event::{parse_date, parse_time};
use crate::rules::decimal::Decimal;
use crate::rules::thing::Field;

/// One value, borrowed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Item<'a> {
    Json(&'a Value),
    Field(&'a Field),
    Text(&'a str),
    Micros(i64),
    Day(Date),
}

/// The local day of a point in time; the ends of the calendar stand in for what lies beyond.
pub(crate) fn day_of(micros: i64, zone: Offset) -> Date {
    let timestamp = Timestamp::from_microsecond(micros).unwrap_or(if micros < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    });
    zone.to_datetime(timestamp).date()
}

impl<'a> Item<'a> {
    pub(crate) fn as_text(self) -> Option<&'a str> {
        match self {
            Self::Json(value) => value.as_str(),
            Self::Field(field) => field.as_text(),
            Self::Text(text) => Some(text),
            Self::Micros(_) | Self::Day(_) => None,
        }
    }

    pub(crate) fn as_integer(self) -> Option<i64> {
        match self {
            Self::Json(value) => value.as_i64(),
            Self::Field(Field::Integer(number)) => Some(*number),
            _ => None,
        }
    }

    pub(crate) fn as_flag(self) -> Option<bool> {
        match self {
            Self::Json(value) => value.as_bool(),
            Self::Field(Field::Flag(flag)) => Some(*flag),
            _ => None,
        }
    }

    /// Members of a list; one for everything else.
    pub(crate) fn count(self) -> usize {
        match self {
            Self::Json(Value::Array(list)) => list.len(),
            Self::Field(Field::List(list)) => list.len(),
            _ => 1,
        }
    }

    pub(crate) fn member(self, name: &str) -> Option<Self> {
        match self {
            Self::Json(value) => value.get(name).map(Item::Json),
            Self::Field(field) => field.member(name).map(Item::Field),
            _ => None,
        }
    }

    /// As a value to keep.
    pub(crate) fn to_field(self, context: &Context<'_>) -> Option<Field> {
        match self {
            Self::Json(value) => Field::from_json(value),
            Self::Field(field) => Some(field.clone()),
            Self::Text(text) => Some(Field::from(text)),
            // The one point in time that is kept is the event's: its text was signed.
            Self::Micros(_) => Some(Field::from(context.event.time.text.as_str())),
            Self::Day(day) => Some(Field::Text(day.to_string())),
        }
    }

    /// Do both say the same? Text is compared byte by byte, a number with its digits.
    pub(crate) fn same_as(self, other: Item<'_>) -> bool {
        match (self.as_text(), other.as_text()) {
            (Some(left), Some(right)) => left == right,
            _ => match (self.as_flag(), other.as_flag()) {
                (Some(left), Some(right)) => left == right,
                _ => self.compare(other, Offset::UTC, None) == Some(Ordering::Equal),
            },
        }
    }

    /// Order of integers, decimals, days and points in time; a point in time against a day is taken
    /// as its local day in `zone`. `plus` is added to the right side. None where there is no order.
    pub(crate) fn compare(
        self,
        other: Item<'_>,
        zone: Offset,
        plus: Option<Span>,
    ) -> Option<Ordering> {
        self.compare_by(other, zone, plus, Hours::OfPoints)
    }

    /// The same, where it is said what hours are added to.
    pub(crate) fn compare_by(
        self,
        other: Item<'_>,
        zone: Offset,
        plus: Option<Span>,
        hours: Hours,
    ) -> Option<Ordering> {
        if let (Some(left), Some(right)) = (self.moment(), other.moment()) {
            return left.compare(right, zone, plus, hours);
        }
        match (self.number(), other.number()) {
            (Some(left), Some(right)) if plus.is_none() => Some(left.compare(right)),
            _ => None,
        }
    }

    fn number(self) -> Option<Decimal> {
        match self.as_integer() {
            Some(number) => Decimal::of_integer(number),
            None => Decimal::parse(self.as_text()?),
        }
    }

    fn moment(self) -> Option<Moment> {
        match self {
            Self::Micros(micros) => Some(Moment::Point(micros)),
            Self::Day(day) => Some(Moment::Day(day)),
            _ => {
                let text = self.as_text()?;
                parse_date(text).map(Moment::Day).or_else(|| parse_time(text).map(Moment::Point))
            }
        }
    }
}

/// What hours are added to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hours {
    /// To points in time: from a day they say nothing.
    OfPoints,
    /// To days, too, of which they count from the end; and a day is within them on which they end. From version 3 of
    /// the structural acts, under which the time of an act may be a day.
    OfDays,
}

#[derive(Clone, Copy)]
enum Moment {
    Point(i64),
    Day(Date),
}

impl Moment {
    fn compare(
        self,
        other: Self,
        zone: Offset,
        plus: Option<Span>,
        hours: Hours,
    ) -> Option<Ordering> {
        let day = |moment| match moment {
            Self::Day(day) => day,
            Self::Point(micros) => day_of(micros, zone),
        };
        match (self, other, plus) {
            (Self::Point(left), Self::Point(right), None) => Some(left.cmp(&right)),
            (left, right, Some(span)) if span.get_hours() != 0 => {
                let right = match right {
                    Self::Point(right) => right,
                    Self::Day(right) => end_of(right, zone).filter(|_| hours == Hours::OfDays)?,
                };
                let end = Timestamp::from_microsecond(right).ok()?.checked_add(span).ok()?;
                match left {
                    Self::Point(left) => Some(left.cmp(&end.as_microsecond())),
                    Self::Day(left) if hours == Hours::OfDays => {
                        Some(left.cmp(&day_of(end.as_microsecond(), zone)))
                    }
                    Self::Day(_) => None,
                }
            }
            // Calendar spans count from days: P1Y after 29 February is a day as well.
            (left, right, Some(span)) => Some(day(left).cmp(&day(right).checked_add(span).ok()?)),
            (left, right, None) => Some(day(left).cmp(&day(right))),
        }
    }
}

/// The last microsecond of a local day.
fn end_of(day: Date, zone: Offset) -> Option<i64> {
    let next = day.tomorrow().ok()?.at(0, 0, 0, 0);
    Some(zone.to_timestamp(next).ok()?.as_microsecond() - 1)
}

/// Calls `found` for each value at `path`; a list on the way stands for each of its members.
pub(super) fn walk<'a>(item: Item<'a>, path: &[String], found: &mut dyn FnMut(Item<'a>)) {
    match item {
        Item::Json(Value::Array(list)) => {
            for member in list {
                walk(Item::Json(member), path, found);
            }
        }
        Item::Field(Field::List(list)) => {
            for member in list {
                walk(Item::Field(member), path, found);
            }
        }
        _ => match path.split_first() {
            None => found(item),
            Some((name, rest)) => {
                if let Some(member) = item.member(name) {
                    walk(member, rest, found);
                }
            }
        },
    }
}
