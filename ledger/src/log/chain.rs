//! The chain: each record names the leaf hash of the one before, so that a gap, a swap or a clock
//! that runs backwards shows at the first record that it touches.

use jejak_signer::Hash;

use super::record::{Micros, Position, Record};

/// `previous` of the record at position 0: `SHA-256(0x00 || origin)`.
pub fn genesis_previous(origin: &str) -> Hash {
    Hash::of_parts(&[&[0x00], origin.as_bytes()])
}

/// The end of a chain of records: what the next one must be. A copy taken before a group is the
/// way back when the group is not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    size: u64,
    recorded_at: Micros,
    leaf_hash: Hash,
}

/// Why a record cannot follow the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// It claims another place than the next one.
    #[error("record says position {found} where {expected} is next")]
    Position {
        /// The next position.
        expected: Position,
        /// The record's.
        found: Position,
    },
    /// It does not name the record before it.
    #[error("record {position} names {found} as its predecessor, which is {expected}")]
    Previous {
        /// The record's position.
        position: Position,
        /// Leaf hash of the record before, or of the origin.
        expected: Hash,
        /// What the record names.
        found: Hash,
    },
    /// It was recorded before its predecessor.
    #[error("record {position} of time {found} follows one of time {before}")]
    TimeRunsBack {
        /// The record's position.
        position: Position,
        /// Time of the record before.
        before: Micros,
        /// Time of this record.
        found: Micros,
    },
    /// Positions are used up: 2^64 - 1 records.
    #[error("no position is left")]
    Full,
}

impl Chain {
    /// The chain of a ledger without records.
    pub fn new(origin: &str) -> Self {
        Self { size: 0, recorded_at: Micros(0), leaf_hash: genesis_previous(origin) }
    }

    /// The chain that ends with `last`, which the caller has checked (or trusts) already.
    pub fn ending_with(last: &Record) -> Result<Self, ChainError> {
        let size = last.position.0.checked_add(1).ok_or(ChainError::Full)?;
        Ok(Self { size, recorded_at: last.recorded_at, leaf_hash: last.leaf_hash() })
    }

    /// Makes the next record and moves on to it.
    pub fn next(&mut self, recorded_at: Micros, statement: Hash) -> Result<Record, ChainError> {
        let record = Record {
            position: Position(self.size),
            recorded_at,
            previous: self.leaf_hash,
            statement,
        };
        self.check(&record)?;
        Ok(record)
    }

    /// Checks that `record` is the next one, moves on to it and gives its leaf hash. After an
    /// error the chain is unchanged.
    pub fn check(&mut self, record: &Record) -> Result<Hash, ChainError> {
        let position = record.position;
        if position.0 != self.size {
            return Err(ChainError::Position { expected: Position(self.size), found: position });
        }
        if record.previous != self.leaf_hash {
            let (expected, found) = (self.leaf_hash, record.previous);
            return Err(ChainError::Previous { position, expected, found });
        }
        if record.recorded_at < self.recorded_at {
            let (before, found) = (self.recorded_at, record.recorded_at);
            return Err(ChainError::TimeRunsBack { position, before, found });
        }
        *self = Self::ending_with(record)?;
        Ok(self.leaf_hash)
    }

    /// How many records it has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Leaf hash of the last record, `genesis_previous` while there is none.
    pub fn leaf_hash(&self) -> Hash {
        self.leaf_hash
    }

    /// Time of the last record; no later record may be older. 0 while there is none.
    pub fn recorded_at(&self) -> Micros {
        self.recorded_at
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const ORIGIN: &str = "jejak.example.id/61.07";

    #[test]
    fn records_made_by_one_chain_are_accepted_by_another() {
        let (mut writer, mut reader) = (Chain::new(ORIGIN), Chain::new(ORIGIN));
        for (number, time) in [(0, 5), (1, 5), (2, 9)] {
            let record = writer.next(Micros(time), Hash([7; 32])).unwrap();
            assert_eq!(record.position, Position(number));
            assert_eq!(reader.check(&record), Ok(record.leaf_hash()));
            assert_eq!(reader, writer);
            assert_eq!(Chain::ending_with(&record), Ok(reader.clone()));
        }
        assert_eq!(reader.size(), 3);
    }

    #[test]
    fn a_record_that_does_not_follow_is_refused_and_changes_nothing() {
        let mut chain = Chain::new(ORIGIN);
        let first = chain.next(Micros(5), Hash([1; 32])).unwrap();
        let second = chain.clone().next(Micros(5), Hash([2; 32])).unwrap();
        let before = chain.clone();

        let gap = Record { position: Position(2), ..second };
        let expected = Position(1);
        let found = Position(2);
        assert_eq!(chain.check(&gap), Err(ChainError::Position { expected, found }));

        let swapped = Record { previous: Hash([9; 32]), ..second };
        let (position, expected, found) = (Position(1), first.leaf_hash(), Hash([9; 32]));
        let wrong = ChainError::Previous { position, expected, found };
        assert_eq!(chain.check(&swapped), Err(wrong));

        let early = Record { recorded_at: Micros(4), ..second };
        let (before_time, found) = (Micros(5), Micros(4));
        let wrong = ChainError::TimeRunsBack { position, before: before_time, found };
        assert_eq!(chain.check(&early), Err(wrong));

        assert_eq!(chain, before);
        assert_eq!(chain.check(&second), Ok(second.leaf_hash()));
    }

    #[test]
    fn another_origin_is_another_chain() {
        let first = Chain::new(ORIGIN).next(Micros(1), Hash([1; 32])).unwrap();
        let found = genesis_previous(ORIGIN);
        let expected = genesis_previous("jejak.example.id/id");
        let position = Position(0);
        assert_eq!(
            Chain::new("jejak.example.id/id").check(&first),
            Err(ChainError::Previous { position, expected, found }),
        );
    }

    #[test]
    fn the_last_position_has_no_successor() {
        let last = Record {
            position: Position(u64::MAX),
            recorded_at: Micros(0),
            previous: Hash([0; 32]),
            statement: Hash([0; 32]),
        };
        assert_eq!(Chain::ending_with(&last), Err(ChainError::Full));
    }
}
