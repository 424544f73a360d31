//! Tokens as a ledger keeps them: an object, and a row of `meta` that says over which size and when.

use std::ops::Bound;

use jejak_signer::{Accuracy, GenTime, Hash};

use crate::held::unread;
use crate::log::Position;
use crate::state::decoded;
use crate::store::codec::TimestampRow;
use crate::store::{Direction, Found, KeyRange, Table};
use crate::view::{ReadError, View};

/// How the keys of rows begin that name a token; u64be of the size and the hash of the object follow.
pub(crate) const ROW_PREFIX: &[u8] = b"token/";

/// Of the tokens that cover a position, the first so many are asked which of them is the earliest.
const COVERING_MAX: usize = 64;

/// A token that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptTimestamp {
    /// The size of the checkpoint that it is over.
    pub size: u64,
    /// SHA-256 of the token, an object.
    pub token: Hash,
    /// `genTime`.
    pub time: GenTime,
    /// How exact that is, where the authority says so.
    pub accuracy: Option<Accuracy>,
    /// The bytes that were stamped: a checkpoint with the log's signature.
    pub stamped: String,
}

impl KeptTimestamp {
    /// The first second, Unix time, of which it is certain that everything below the size existed.
    pub fn existed_at(&self) -> i64 {
        self.time.existed_at(self.accuracy)
    }

    pub(crate) fn key(&self) -> Vec<u8> {
        row_key(self.size, &self.token)
    }

    pub(crate) fn row(&self) -> TimestampRow {
        TimestampRow {
            seconds: self.time.seconds,
            nanoseconds: self.time.nanoseconds,
            accuracy_us: self.accuracy.map(|accuracy| accuracy.microseconds),
            stamped: self.stamped.clone(),
        }
    }
}

/// A row read back.
pub(crate) fn parse((key, value): &Found) -> Result<KeptTimestamp, ReadError> {
    let (size, token) = parse_key(key).ok_or(ReadError::Corrupt)?;
    let row: TimestampRow = decoded(Table::Meta, Some(value))?.ok_or(ReadError::Corrupt)?;
    let TimestampRow { seconds, nanoseconds, accuracy_us, stamped } = row;
    let accuracy = accuracy_us.map(|microseconds| Accuracy { microseconds });
    Ok(KeptTimestamp { size, token, time: GenTime { seconds, nanoseconds }, accuracy, stamped })
}

impl View {
    /// Up to `limit` tokens, those over the largest sizes first, before the one that is named.
    pub fn timestamps(
        &self,
        before: Option<(u64, Hash)>,
        limit: usize,
    ) -> Result<Vec<KeptTimestamp>, ReadError> {
        let end = match before {
            Some((size, token)) if size <= self.size() => row_key(size, &token),
            _ => row_key(self.size().saturating_add(1), &Hash([0; Hash::BYTES])),
        };
        let range = (Bound::Included(ROW_PREFIX.to_vec()), Bound::Excluded(end));
        self.timestamp_rows(&range, Direction::Backward, limit)
    }

    /// The token over the largest size.
    pub fn newest_timestamp(&self) -> Result<Option<KeptTimestamp>, ReadError> {
        Ok(self.timestamps(None, 1)?.pop())
    }

    /// One token that is kept.
    pub fn timestamp(&self, size: u64, token: &Hash) -> Result<Option<KeptTimestamp>, ReadError> {
        if size > self.size() {
            return Ok(None);
        }
        let key = row_key(size, token);
        let value = self.get(Table::Meta, &key)?;
        value.map(|value| parse(&(key, value))).transpose()
    }

    /// The bytes of a token that is kept: a `ContentInfo` in DER (RFC 3161, 2.4.2).
    pub fn timestamp_token(&self, kept: &KeptTimestamp) -> Result<Option<Vec<u8>>, ReadError> {
        self.held.object(&kept.token).map_err(unread).map_err(ReadError::from)
    }

    /// The earliest proof that the record at `position` existed: of the tokens over trees that hold it, the first of which
    /// are looked at, the one with the earliest certain time. `None` while none covers it.
    pub fn proof_of_existence(
        &self,
        position: Position,
    ) -> Result<Option<KeptTimestamp>, ReadError> {
        let zero = Hash([0; Hash::BYTES]);
        let first = row_key(position.0.saturating_add(1), &zero);
        let end = row_key(self.size().saturating_add(1), &zero);
        if first >= end {
            return Ok(None);
        }
        let range = (Bound::Included(first), Bound::Excluded(end));
        let covering = self.timestamp_rows(&range, Direction::Forward, COVERING_MAX)?;
        Ok(covering.into_iter().min_by_key(KeptTimestamp::existed_at))
    }

    fn timestamp_rows(
        &self,
        range: &KeyRange,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<KeptTimestamp>, ReadError> {
        self.scan(Table::Meta, range, direction, limit)?.iter().map(parse).collect()
    }
}

fn row_key(size: u64, token: &Hash) -> Vec<u8> {
    [ROW_PREFIX, &size.to_be_bytes(), token.as_bytes()].concat()
}

fn parse_key(key: &[u8]) -> Option<(u64, Hash)> {
    let (size, token) = key.strip_prefix(ROW_PREFIX)?.split_first_chunk::<8>()?;
    Some((u64::from_be_bytes(*size), Hash::try_from(token).ok()?))
}
