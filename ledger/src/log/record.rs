//! The record: the 81 bytes of the log that commit to one statement. FORMAT.md, Record.

use std::fmt;

use jejak_signer::Hash;
use serde::{Deserialize, Serialize};

use super::merkle;

/// The index of a record in its ledger, from 0, without gaps.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Position(pub u64);

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Micros(pub u64);

/// One entry of the log. What a record says about its place is checked by [`super::Chain`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// Where it stands.
    pub position: Position,
    /// When the ledger recorded it; never less than in the record before.
    pub recorded_at: Micros,
    /// Leaf hash of the record before; of the origin for position 0.
    pub previous: Hash,
    /// SHA-256 of the statement's bytes.
    pub statement: Hash,
}

/// Why bytes are not a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Of a version this program does not know.
    #[error("record version {found}, known is {VERSION}")]
    Version {
        /// The first byte.
        found: u8,
    },
    /// Not 81 bytes.
    #[error("a record has {} bytes, not {found}", Record::BYTES)]
    Length {
        /// How many there are.
        found: usize,
    },
}

impl Record {
    /// Length in bytes.
    pub const BYTES: usize = 81;

    /// The bytes that the log hashes.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[0] = VERSION;
        bytes[1..9].copy_from_slice(&self.position.0.to_be_bytes());
        bytes[9..17].copy_from_slice(&self.recorded_at.0.to_be_bytes());
        bytes[17..49].copy_from_slice(self.previous.as_bytes());
        bytes[49..81].copy_from_slice(self.statement.as_bytes());
        bytes
    }

    /// Reads the bytes of one record. Every 81 bytes that begin with the version are one, and
    /// [`Record::to_bytes`] gives the same bytes again.
    pub fn parse(bytes: &[u8]) -> Result<Self, RecordError> {
        if let Some(&found) = bytes.first().filter(|&&found| found != VERSION) {
            return Err(RecordError::Version { found });
        }
        Self::fields(bytes).ok_or(RecordError::Length { found: bytes.len() })
    }

    /// `SHA-256(0x00 || record)`: the hash of the record in the chain and in the tree.
    pub fn leaf_hash(&self) -> Hash {
        merkle::leaf_hash(&self.to_bytes())
    }

    fn fields(mut bytes: &[u8]) -> Option<Self> {
        let [_version] = take(&mut bytes)?;
        let record = Self {
            position: Position(u64::from_be_bytes(take(&mut bytes)?)),
            recorded_at: Micros(u64::from_be_bytes(take(&mut bytes)?)),
            previous: Hash(take(&mut bytes)?),
            statement: Hash(take(&mut bytes)?),
        };
        bytes.is_empty().then_some(record)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Micros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (head, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*head)
}

const VERSION: u8 = 0x01;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn record() -> Record {
        Record {
            position: Position(0x0102_0304_0506_0708),
            recorded_at: Micros(0x1112_1314_1516_1718),
            previous: Hash([0x22; 32]),
            statement: Hash([0x33; 32]),
        }
    }

    #[test]
    fn fields_stand_big_endian_at_their_offsets() {
        let expected = [
            vec![0x01],
            vec![0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08],
            vec![0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18],
            vec![0x22; 32],
            vec![0x33; 32],
        ]
        .concat();
        assert_eq!(record().to_bytes().as_slice(), expected);
        assert_eq!(Record::parse(&expected), Ok(record()));
    }

    #[test]
    fn other_lengths_and_versions_are_refused() {
        let bytes = record().to_bytes();
        let longer = [bytes.as_slice(), &[0]].concat();
        assert_eq!(Record::parse(&bytes[..80]), Err(RecordError::Length { found: 80 }));
        assert_eq!(Record::parse(&longer), Err(RecordError::Length { found: 82 }));
        assert_eq!(Record::parse(&[]), Err(RecordError::Length { found: 0 }));
        assert_eq!(Record::parse(&[0x02, 0]), Err(RecordError::Version { found: 2 }));
    }

    proptest! {
        #[test]
        fn what_parses_is_written_back_the_same(mut bytes: [[u8; 27]; 3]) {
            bytes[0][0] = VERSION;
            let bytes = bytes.concat();
            let record = Record::parse(&bytes);
            prop_assert_eq!(record.map(|record| record.to_bytes().to_vec()), Ok(bytes));
        }
    }
}
