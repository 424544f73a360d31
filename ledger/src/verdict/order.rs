//! In a ledger time never runs back: of whatever the evidence proves of its log, the later position was recorded no earlier, and
//! no record contradicts the time of a token over a tree that holds it. Of what a tree does not hold yet its token says nothing:
//! whoever has an old tree head can have it stamped today.
//!
//! Compared is what stands in the log: what a checkpoint of the ledger includes, and what the record of the event commits to
//! by the hash of the one before it. What does not stand proves nothing elsewhere, and nothing here.

use super::case::Case;
use super::shown::Shown;
use crate::log::{Micros, Position};
use crate::timestamps::{TIMESTAMP_TOLERANCE_S, seconds};

/// What contradicts what, in words; none where all is in order.
pub(super) fn contradiction(case: &Case<'_>, shown: &Shown<'_>) -> Option<String> {
    let mut times: Vec<_> =
        shown.records().map(|record| (record.position, record.recorded_at)).collect();
    times.sort_unstable();
    backwards(&times).or_else(|| case.times_stamped().find_map(|stamped| against(&stamped, &times)))
}

/// Of records in the order of their positions the first that is earlier than the one before, or another one at its place.
fn backwards(times: &[(Position, Micros)]) -> Option<String> {
    times.windows(2).find_map(|pair| match pair {
        [(earlier, one), (later, other)] if other < one || (earlier == later && one != other) => {
            let (one, other) = (seconds(*one), seconds(*other));
            Some(format!("position {earlier} at {one}, position {later} at {other} (Unix seconds)"))
        }
        _ => None,
    })
}

/// A token that counts, over a tree of this size.
pub(super) struct Stamped {
    pub(super) size: u64,
    /// `genTime`, Unix seconds, as it is told.
    pub(super) at: i64,
    /// From when on it is certain that the tree existed.
    pub(super) existed_at: i64,
}

/// The records below its size were recorded by then: as far as clocks agree.
fn against(stamped: &Stamped, times: &[(Position, Micros)]) -> Option<String> {
    let (size, at) = (stamped.size, stamped.at);
    let latest = stamped.existed_at.saturating_add(TIMESTAMP_TOLERANCE_S);
    let covered = times.iter().filter(|(position, _)| position.0 < size);
    let mut covered = covered.map(|(position, recorded)| (position, seconds(*recorded)));
    let (position, recorded) = covered.find(|(_, recorded)| *recorded > latest)?;
    Some(format!(
        "position {position} at {recorded}, a tree of {size} with it stamped at {at} (Unix seconds)"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(position: u64, seconds: u64) -> (Position, Micros) {
        (Position(position), Micros(seconds * 1_000_000))
    }

    #[test]
    fn time_never_runs_back_from_position_to_position() {
        assert_eq!(backwards(&[]), None);
        assert_eq!(backwards(&[at(0, 5), at(0, 5), at(3, 5), at(9, 6)]), None);
        let told = backwards(&[at(0, 5), at(3, 7), at(9, 6)]);
        let expected = "position 3 at 7, position 9 at 6 (Unix seconds)";
        assert_eq!(told.as_deref(), Some(expected));
        // Two records at one place.
        let told = backwards(&[at(3, 5), at(3, 7)]);
        let expected = "position 3 at 5, position 3 at 7 (Unix seconds)";
        assert_eq!(told.as_deref(), Some(expected));
    }

    #[test]
    fn what_a_tree_holds_is_no_later_than_its_token() {
        let stamped = Stamped { size: 4, at: 10_000, existed_at: 10_005 };
        let told = |position, seconds| against(&stamped, &[at(0, 1), at(position, seconds)]);
        assert_eq!(told(3, 10_905), None);
        let expected = "position 3 at 10906, a tree of 4 with it stamped at 10000 (Unix seconds)";
        assert_eq!(told(3, 10_906).as_deref(), Some(expected));
        assert_eq!(told(4, 10_906), None);
        // One of an old tree that was made later.
        assert_eq!(told(4, 9_099), None);
        assert_eq!(told(3, 9_099), None);
    }
}
