//! The key of every row, and what a key says about when its row can first exist.
//!
//! Keys are compared as bytes; numbers are big-endian so that they sort as numbers. An engine puts the ledger number (u32,
//! big-endian) before each of them. Names (`source`, `id`, subjects) never contain 0x00: `event.rs` accepts no such byte.

use std::ops::{Bound, Range};

use jejak_signer::Hash;

use super::{KeyRange, Table};
use crate::log::{Micros, Position};

/// `Meta`: head and epoch. Written by the store alone.
pub const STATE: &[u8] = b"state";

/// `Meta` of the directory: the format version of the whole store.
pub const FORMAT: &[u8] = b"format_version";

/// How many hashes a full tile holds, as a power of two.
const TILE_HEIGHT: u32 = 8;

/// `Record`: position.
pub fn record(position: Position) -> Vec<u8> {
    position.0.to_be_bytes().to_vec()
}

/// `Statement`: position.
pub fn statement(position: Position) -> Vec<u8> {
    record(position)
}

/// `Tile`: level u8, index u64.
pub fn tile(level: u8, index: u64) -> Vec<u8> {
    joined(&[&[level], &index.to_be_bytes()])
}

/// `Id`: source, 0x00, id.
pub fn id(source: &str, id: &str) -> Vec<u8> {
    joined(&[source.as_bytes(), &[0], id.as_bytes()])
}

/// `Thing`: subject.
pub fn thing(subject: &str) -> Vec<u8> {
    subject.as_bytes().to_vec()
}

/// `Version`: subject, 0x00, position of the event that wrote the version.
pub fn version(subject: &str, position: Position) -> Vec<u8> {
    joined(&[subject.as_bytes(), &[0], &position.0.to_be_bytes()])
}

/// `Refusal`: when, and the event key. Ordered by time, so that old ones are found at the front.
pub fn refusal(recorded_at: Micros, event_key: &Hash) -> Vec<u8> {
    joined(&[&recorded_at.0.to_be_bytes(), event_key.as_bytes()])
}

/// `Refusal`, a second row: the signer's person id, 0x00, when, and the event key. So the oldest of one signer are found.
pub fn refusal_of_signer(person: &str, recorded_at: Micros, event_key: &Hash) -> Vec<u8> {
    joined(&[&[OF_SIGNER], person.as_bytes(), &[0], &refusal(recorded_at, event_key)])
}

/// `Refusal`: how many are kept of one signer.
pub fn refusals_count(person: &str) -> Vec<u8> {
    joined(&[&[COUNT_OF_SIGNER], person.as_bytes()])
}

/// The refusals from `since` on.
pub fn refusals(since: Micros) -> KeyRange {
    let first = refusal(since, &Hash([0; Hash::BYTES]));
    (Bound::Included(first), Bound::Excluded(vec![COUNT_OF_SIGNER]))
}

/// The second rows of one signer.
pub fn refusals_of_signer(person: &str) -> KeyRange {
    let prefix = |end| joined(&[&[OF_SIGNER], person.as_bytes(), &[end]]);
    (Bound::Included(prefix(0)), Bound::Excluded(prefix(1)))
}

/// Time and event key of the second row of a refusal.
pub fn parse_refusal_of_signer(key: &[u8]) -> Option<(Micros, Hash)> {
    let (_, first) = key.split_last_chunk::<{ 8 + Hash::BYTES }>()?;
    parse_refusal(first)
}

/// Above every time: the next such day is in the year 586,000.
const COUNT_OF_SIGNER: u8 = 0xfe;
const OF_SIGNER: u8 = 0xff;

/// `Document`: digest, class of the event, position of the event. Of all events that name a document
/// those of the lowest class come first, and of these the earliest.
pub fn document(sha256: &Hash, class: u8, position: Position) -> Vec<u8> {
    joined(&[sha256.as_bytes(), &[class], &position.0.to_be_bytes()])
}

/// `Document`, a second row: digest, class, the size that the event gives, position. An event that gives a size is found
/// at once, however many give others.
pub fn document_of_size(sha256: &Hash, class: u8, bytes: u64, position: Position) -> Vec<u8> {
    let class = class | BY_SIZE;
    joined(&[sha256.as_bytes(), &[class], &bytes.to_be_bytes(), &position.0.to_be_bytes()])
}

/// Digest, class and position of a `Document` key of either form.
pub fn parse_document(key: &[u8]) -> Option<(Hash, u8, Position)> {
    let (rest, position) = key.split_last_chunk::<8>()?;
    let (sha256, class_and_size) = rest.split_at_checked(Hash::BYTES)?;
    let class = match class_and_size {
        [class] if class & BY_SIZE == 0 => *class,
        [class, size @ ..] if class & BY_SIZE != 0 && size.len() == 8 => class & !BY_SIZE,
        _ => return None,
    };
    Some((Hash::try_from(sha256).ok()?, class, Position(u64::from_be_bytes(*position))))
}

/// The rows of one document for events of one class at positions of `range`.
pub fn documents(sha256: &Hash, class: u8, range: Range<u64>) -> KeyRange {
    (
        Bound::Included(document(sha256, class, Position(range.start))),
        Bound::Excluded(document(sha256, class, Position(range.end))),
    )
}

/// The rows of one document for events of one class that give it this size, at positions of `range`.
pub fn documents_of_size(sha256: &Hash, class: u8, bytes: u64, range: Range<u64>) -> KeyRange {
    let at = |position| document_of_size(sha256, class, bytes, Position(position));
    (Bound::Included(at(range.start)), Bound::Excluded(at(range.end)))
}

/// Marks the class of a `Document` key that is ordered by size.
const BY_SIZE: u8 = 0x80;

/// Time and event key of a `Refusal` key.
pub fn parse_refusal(key: &[u8]) -> Option<(Micros, Hash)> {
    let (time, event_key) = key.split_first_chunk::<8>()?;
    Some((Micros(u64::from_be_bytes(*time)), event_key.try_into().ok()?))
}

/// `Name`, in the directory: region.
pub fn name(region: &str) -> Vec<u8> {
    region.as_bytes().to_vec()
}

/// Every key of a table.
pub fn all() -> KeyRange {
    (Bound::Unbounded, Bound::Unbounded)
}

/// The keys of `Record` or `Statement` in a range of positions.
pub fn positions(range: Range<u64>) -> KeyRange {
    (Bound::Included(record(Position(range.start))), Bound::Excluded(record(Position(range.end))))
}

/// The keys that begin with `prefix`.
pub fn starting_with(prefix: &[u8]) -> KeyRange {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if let Some(next) = last.checked_add(1) {
            end.push(next);
            return (Bound::Included(prefix.to_vec()), Bound::Excluded(end));
        }
    }
    (Bound::Included(prefix.to_vec()), Bound::Unbounded)
}

/// The versions of one subject that were written at positions of `range`.
pub fn versions(subject: &str, range: Range<u64>) -> KeyRange {
    (
        Bound::Included(version(subject, Position(range.start))),
        Bound::Excluded(version(subject, Position(range.end))),
    )
}

/// Subject and position of a `Version` key.
pub fn parse_version(key: &[u8]) -> Option<(&str, Position)> {
    let (rest, position) = key.split_last_chunk::<8>()?;
    let (0, subject) = rest.split_last()? else {
        return None;
    };
    Some((std::str::from_utf8(subject).ok()?, Position(u64::from_be_bytes(*position))))
}

/// The position of a `Record` or `Statement` key.
pub fn parse_position(key: &[u8]) -> Option<Position> {
    Some(Position(u64::from_be_bytes(key.try_into().ok()?)))
}

/// At which size of the ledger the row of a key can first exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Born {
    /// The key has no position.
    Any,
    /// At this size, and not before.
    At(u64),
    /// No such key can be.
    Malformed,
}

/// At which size of the ledger the row of `key` can first exist.
pub(super) fn born(table: Table, key: &[u8]) -> Born {
    let size = match table {
        Table::Meta | Table::Id | Table::Thing | Table::Refusal | Table::Name => return Born::Any,
        Table::Record | Table::Statement => parse_position(key).and_then(|at| at.0.checked_add(1)),
        Table::Version => parse_version(key).and_then(|(_, at)| at.0.checked_add(1)),
        Table::Document => parse_document(key).and_then(|(_, _, at)| at.0.checked_add(1)),
        Table::Tile => tile_completed_at(key),
    };
    size.map_or(Born::Malformed, Born::At)
}

/// The tile of level L and index N is full when the ledger has (N + 1) * 256^(L + 1) records.
fn tile_completed_at(key: &[u8]) -> Option<u64> {
    let (level, index) = key.split_first()?;
    let index = u64::from_be_bytes(index.try_into().ok()?);
    let records = 1_u64.checked_shl((u32::from(*level) + 1) * TILE_HEIGHT)?;
    index.checked_add(1)?.checked_mul(records)
}

/// The key under which an engine with one key space per table stores a row.
#[cfg(any(test, feature = "rocks"))]
pub(super) fn stored(ledger: super::LedgerNumber, key: &[u8]) -> Vec<u8> {
    joined(&[&ledger.0.to_be_bytes(), key])
}

fn joined(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::indexing_slicing, reason = "tests")]

    use super::*;

    #[test]
    fn keys_are_as_written_in_the_format() {
        assert_eq!(record(Position(258)), [0, 0, 0, 0, 0, 0, 1, 2]);
        assert_eq!(tile(1, 3), [1, 0, 0, 0, 0, 0, 0, 0, 3]);
        assert_eq!(id("agency/dinkes", "x-1"), b"agency/dinkes\0x-1");
        assert_eq!(thing("system/simpeg"), b"system/simpeg");
        assert_eq!(version("a", Position(1)), b"a\0\0\0\0\0\0\0\0\x01");
        let named = document(&Hash([9; 32]), 2, Position(1));
        assert_eq!((named.len(), &named[31..]), (41, [9, 2, 0, 0, 0, 0, 0, 0, 0, 1].as_slice()));
        assert_eq!(parse_document(&named), Some((Hash([9; 32]), 2, Position(1))));
        assert_eq!(parse_document(&named[1..]), None);
        assert!(refusal(Micros(1), &Hash([7; 32])).starts_with(&[0, 0, 0, 0, 0, 0, 0, 1, 7]));
        let refused = refusal(Micros(258), &Hash([7; 32]));
        assert_eq!(parse_refusal(&refused), Some((Micros(258), Hash([7; 32]))));
        assert_eq!(parse_refusal(&refused[1..]), None);
        assert_eq!(stored(super::super::LedgerNumber(500), b"k"), [0, 0, 1, 244, b'k']);
    }

    #[test]
    fn a_version_key_is_read_back_even_when_the_position_holds_zeros() {
        assert_eq!(parse_version(&version("a/b", Position(0))), Some(("a/b", Position(0))));
        assert_eq!(parse_version(b"a\x01\0\0\0\0\0\0\0\x01"), None);
        assert_eq!(parse_version(b"short"), None);
    }

    #[test]
    fn a_row_is_born_with_the_position_it_belongs_to() {
        assert_eq!(born(Table::Record, &record(Position(0))), Born::At(1));
        assert_eq!(born(Table::Version, &version("a", Position(9))), Born::At(10));
        let named = document(&Hash([9; 32]), 2, Position(9));
        assert_eq!(born(Table::Document, &named), Born::At(10));
        assert_eq!(born(Table::Document, b"x"), Born::Malformed);
        assert_eq!(born(Table::Tile, &tile(0, 0)), Born::At(256));
        assert_eq!(born(Table::Tile, &tile(1, 1)), Born::At(131_072));
        assert_eq!(born(Table::Tile, &tile(6, 0)), Born::At(1 << 56));
        assert_eq!(born(Table::Tile, &tile(7, 0)), Born::Malformed);
        assert_eq!(born(Table::Tile, &tile(255, 0)), Born::Malformed);
        assert_eq!(born(Table::Record, &record(Position(u64::MAX))), Born::Malformed);
        assert_eq!(born(Table::Record, b"x"), Born::Malformed);
        assert_eq!(born(Table::Id, b"x"), Born::Any);
    }

    #[test]
    fn a_prefix_ends_where_the_next_begins() {
        let (_, end) = starting_with(b"a/");
        assert_eq!(end, Bound::Excluded(b"a0".to_vec()));
        let (_, end) = starting_with(b"a\xff");
        assert_eq!(end, Bound::Excluded(b"b".to_vec()));
        let (_, end) = starting_with(b"\xff\xff");
        assert_eq!(end, Bound::Unbounded);
        assert_eq!(starting_with(b""), (Bound::Included(vec![]), Bound::Unbounded));
    }
}
