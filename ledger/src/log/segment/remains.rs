//! What a segment needs of a statement: its length and its SHA-512. Kept where a statement is removed, so that the segment
//! can be checked without it.

use jejak_signer::{Hash512, Hasher512};

use crate::log::Record;

/// Length and SHA-512 of one statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remains {
    /// Bytes of the statement.
    pub length: u32,
    /// SHA-512 of the statement.
    pub sha512: Hash512,
}

impl Remains {
    /// `u32be length || SHA-512`.
    pub const BYTES: usize = 4 + Hash512::BYTES;

    /// Of a statement; `None` where its length does not fit 32 bits, which no statement's does.
    pub fn of(statement: &[u8]) -> Option<Self> {
        let length = u32::try_from(statement.len()).ok()?;
        Some(Self { length, sha512: Hash512::of(statement) })
    }

    /// The bytes that are hashed, and kept in the frame of a removed statement.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let (length, sha512) = bytes.split_at_mut(4);
        length.copy_from_slice(&self.length.to_be_bytes());
        sha512.copy_from_slice(self.sha512.as_bytes());
        bytes
    }

    /// The same, read.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let (length, sha512) = bytes.split_first_chunk::<4>()?;
        Some(Self { length: u32::from_be_bytes(*length), sha512: sha512.try_into().ok()? })
    }
}

/// What a segment says where neither the statement nor its remains are held: a length that no statement has, and no digest.
const NOTHING: Remains = Remains { length: u32::MAX, sha512: Hash512([0; Hash512::BYTES]) };

/// One position goes into its block.
pub(super) fn hash_into(block: &mut Hasher512, record: &Record, remains: Option<&Remains>) {
    block.update(&record.to_bytes());
    block.update(&remains.unwrap_or(&NOTHING).to_bytes());
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn remains_are_length_and_digest_and_nothing_else_is_read() {
        let remains = Remains::of(b"abc").unwrap();
        let bytes = remains.to_bytes();
        assert_eq!(bytes[..4], [0, 0, 0, 3]);
        assert_eq!(bytes[4..], *Hash512::of(b"abc").as_bytes());
        assert_eq!(Remains::parse(&bytes), Some(remains));
        assert_eq!(Remains::parse(&bytes[1..]), None);
        assert_eq!(Remains::parse(&[&bytes[..], &[0]].concat()), None);
    }
}
