//! Ranges of keys, and the check that a scan over positions has no gap.

use std::ops::Bound;

use super::{Corruption, Found, Table};

/// From where to where; made by the functions of [`keys`](super::keys).
pub type KeyRange = (Bound<Vec<u8>>, Bound<Vec<u8>>);

/// From which end of its range a scan starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the smallest key upwards.
    Forward,
    /// From the greatest key downwards.
    Backward,
}

/// Contract 12: what a scan over positions found is exactly what the head says must be there.
///
/// Without this a reader could not tell the end of a ledger from a hole in it.
pub(super) fn check_contiguous(
    table: Table,
    range: &KeyRange,
    direction: Direction,
    limit: usize,
    size: u64,
    rows: &[Found],
) -> Result<(), Corruption> {
    let start = position_after(&range.0, Side::Start);
    let end = position_after(&range.1, Side::End);
    let held = start..end.min(size);
    let expected = usize::try_from(held.end.saturating_sub(held.start)).unwrap_or(usize::MAX);
    let mut found = rows.iter();
    for step in 0..expected.min(limit) {
        let step = u64::try_from(step).unwrap_or(u64::MAX);
        let position = match direction {
            Direction::Forward => held.start.saturating_add(step),
            Direction::Backward => held.end.saturating_sub(1).saturating_sub(step),
        };
        match found.next() {
            Some((key, _)) if *key == position.to_be_bytes() => {}
            Some((key, _)) if key.as_slice() >= size.to_be_bytes().as_slice() => {
                return Err(Corruption::BeyondHead { table, size });
            }
            _ => return Err(Corruption::Gap { table, position }),
        }
    }
    match found.next() {
        None => Ok(()),
        Some(_) => Err(Corruption::BeyondHead { table, size }),
    }
}

/// Whether the rows of a table are keyed by position alone.
pub(super) fn is_by_position(table: Table) -> bool {
    matches!(table, Table::Record | Table::Statement)
}

#[derive(Clone, Copy)]
enum Side {
    Start,
    End,
}

/// The first position of a range (its start) or the first after it (its end).
fn position_after(bound: &Bound<Vec<u8>>, side: Side) -> u64 {
    let (key, past_equal) = match (bound, side) {
        (Bound::Unbounded, Side::Start) => return 0,
        (Bound::Unbounded, Side::End) => return u64::MAX,
        (Bound::Included(key), Side::Start) | (Bound::Excluded(key), Side::End) => (key, false),
        (Bound::Excluded(key), Side::Start) | (Bound::Included(key), Side::End) => (key, true),
    };
    let mut first = [0; 8];
    for (to, from) in first.iter_mut().zip(key) {
        *to = *from;
    }
    let first = u64::from_be_bytes(first);
    // A key longer than a position sorts after it; a shorter one sorts before the position it is padded to.
    let past = key.len() > 8 || (key.len() == 8 && past_equal);
    first.saturating_add(u64::from(past))
}

#[cfg(test)]
mod tests {
    use super::super::keys;
    use super::*;
    use crate::log::Position;

    fn rows(positions: &[u64]) -> Vec<Found> {
        positions.iter().map(|at| (keys::record(Position(*at)), vec![])).collect()
    }

    fn check(
        range: &KeyRange,
        direction: Direction,
        limit: usize,
        found: &[u64],
    ) -> Result<(), Corruption> {
        check_contiguous(Table::Record, range, direction, limit, 5, &rows(found))
    }

    #[test]
    fn a_full_scan_ends_at_the_head() {
        use Direction::{Backward, Forward};
        assert_eq!(check(&keys::all(), Forward, 99, &[0, 1, 2, 3, 4]), Ok(()));
        assert_eq!(check(&keys::all(), Backward, 2, &[4, 3]), Ok(()));
        assert_eq!(check(&keys::positions(1..3), Forward, 99, &[1, 2]), Ok(()));
        assert_eq!(check(&keys::positions(4..9), Backward, 99, &[4]), Ok(()));
        assert_eq!(check(&keys::positions(5..9), Forward, 99, &[]), Ok(()));
        assert_eq!(check(&keys::positions(3..3), Forward, 99, &[]), Ok(()));
    }

    #[test]
    fn a_gap_is_named_by_its_first_position() {
        let gap = |position| Err(Corruption::Gap { table: Table::Record, position });
        assert_eq!(check(&keys::all(), Direction::Forward, 99, &[1, 2, 3, 4]), gap(0));
        assert_eq!(check(&keys::all(), Direction::Forward, 99, &[0, 1, 3, 4]), gap(2));
        assert_eq!(check(&keys::all(), Direction::Forward, 99, &[0, 1, 2, 3]), gap(4));
        assert_eq!(check(&keys::all(), Direction::Backward, 99, &[3, 2]), gap(4));
        assert_eq!(check(&keys::all(), Direction::Forward, 99, &[]), gap(0));
    }

    #[test]
    fn a_row_beyond_the_head_is_named() {
        let beyond = Err(Corruption::BeyondHead { table: Table::Record, size: 5 });
        assert_eq!(check(&keys::all(), Direction::Forward, 99, &[0, 1, 2, 3, 4, 5]), beyond);
        assert_eq!(check(&keys::all(), Direction::Backward, 99, &[6, 4, 3, 2, 1, 0]), beyond);
    }

    #[test]
    fn bounds_that_are_no_position_are_understood() {
        let range = (Bound::Excluded(vec![0; 9]), Bound::Included(vec![0; 7]));
        assert_eq!(check(&range, Direction::Forward, 9, &[]), Ok(()));
        let range = (Bound::Excluded(keys::record(Position(1))), Bound::Unbounded);
        assert_eq!(check(&range, Direction::Forward, 2, &[2, 3]), Ok(()));
        let range = (Bound::Unbounded, Bound::Included(keys::record(Position(1))));
        assert_eq!(check(&range, Direction::Forward, 9, &[0, 1]), Ok(()));
    }
}
