//! Segments as a ledger keeps them: an object, and a row of `meta` that names it. Made by reading the log a block at a time.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use jejak_signer::{Hash, Jws, TimestampError, Typ};

use super::objects_in;
use crate::error::Failure;
use crate::held::unread;
use crate::ledger::Ledger;
use crate::log::{
    BLOCK_POSITIONS, Position, Record, Remains, SEGMENT_POSITIONS, Segment, SegmentMaker,
    SegmentObject,
};
use crate::store::codec::{self, Framed};
use crate::store::{Direction, Row, StoreError, Table, keys};
use crate::view::{ReadError, View};
use crate::walk;

/// How the keys of rows begin that name a segment; u64be of its number follows.
pub(crate) const ROW_PREFIX: &[u8] = b"segment/";

/// Why a segment was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The log could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It could not be kept.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// The token over a renewal does not count.
    #[error(transparent)]
    Timestamp(#[from] TimestampError),
    /// It was interrupted; what is missing is made another time.
    #[error("interrupted")]
    Interrupted,
}

impl View {
    /// How many segments are full at this view's size.
    pub fn full_segments(&self) -> u64 {
        self.size() / SEGMENT_POSITIONS
    }

    /// The segment of this number, where it is kept and what is kept is one.
    pub fn segment(&self, index: u64) -> Result<Option<Segment>, ReadError> {
        let Some(hash) = self.get(Table::Meta, &row_key(index))? else { return Ok(None) };
        let hash = Hash::try_from(hash.as_slice()).map_err(|_| ReadError::Corrupt)?;
        let Some(text) = self.held.object(&hash).map_err(unread)? else {
            return Err(ReadError::Corrupt);
        };
        let segment = String::from_utf8(text).ok().and_then(|text| text.parse().ok());
        segment.map(Some).ok_or(ReadError::Corrupt)
    }

    /// How many segments are kept, from the first on without a gap.
    pub fn kept_segments(&self) -> Result<u64, ReadError> {
        let range = keys::starting_with(ROW_PREFIX);
        let last = self.scan(Table::Meta, &range, Direction::Backward, 1)?;
        let index = last.first().map(|(key, _)| index_of_row(key).ok_or(ReadError::Corrupt));
        Ok(index.transpose()?.map_or(0, |index| index.saturating_add(1)))
    }

    /// Makes the segment of `positions` from the log, a block at a time.
    pub(crate) fn make_segment(
        &self,
        positions: Range<u64>,
        interrupted: &AtomicBool,
    ) -> Result<Segment, SealError> {
        let mut maker = SegmentMaker::new(self.origin(), positions.start);
        while maker.next() < positions.end {
            if interrupted.load(Ordering::Relaxed) {
                return Err(SealError::Interrupted);
            }
            let count = (positions.end - maker.next()).min(BLOCK_POSITIONS);
            self.push_block(&mut maker, usize::try_from(count).unwrap_or(0))?;
        }
        let root = self.root_at(positions.end)?.ok_or(ReadError::Corrupt)?;
        let look_up = |hash: &Hash| {
            let bytes = self.held.object(hash).map_err(unread).map_err(ReadError::from)?;
            Ok(SegmentObject::new(*hash, bytes.as_deref()))
        };
        maker.finish(root, look_up)
    }

    /// The records of a block, each with what a segment needs of its statement.
    pub(crate) fn block(
        &self,
        first: Position,
        count: usize,
    ) -> Result<Vec<(Record, Option<Remains>)>, ReadError> {
        let statements = walk::rows(self, Table::Statement, first, count)?;
        let records = self.records(first, count)?.into_iter();
        let remains = |frame: Option<&[u8]>| match frame.map(codec::unframe).transpose() {
            Err(_) => Err(ReadError::Corrupt),
            Ok(None) => Ok(None),
            Ok(Some(Framed::Removed(remains))) => Ok(Some(remains)),
            Ok(Some(Framed::Statement(bytes))) => Ok(Remains::of(bytes)),
        };
        let positions = records.zip(statements);
        positions.map(|(record, (_, frame))| Ok((record, remains(frame.as_deref())?))).collect()
    }

    fn push_block(&self, maker: &mut SegmentMaker, count: usize) -> Result<(), ReadError> {
        let first = Position(maker.next());
        let statements = walk::rows(self, Table::Statement, first, count)?;
        for (record, (_, frame)) in self.records(first, count)?.iter().zip(statements) {
            let remains = match frame.as_deref().map(codec::unframe).transpose() {
                Err(_) => return Err(ReadError::Corrupt),
                Ok(None) => None,
                Ok(Some(Framed::Removed(remains))) => Some(remains),
                Ok(Some(Framed::Statement(bytes))) => {
                    named_in(record, bytes)?.into_iter().for_each(|object| maker.name(object));
                    Remains::of(bytes)
                }
            };
            maker.push(record, remains.as_ref());
        }
        Ok(())
    }
}

/// What a statement names. One that its record does not commit to, or that is no event, is damage: a segment must not
/// vouch for it.
fn named_in(record: &Record, statement: &[u8]) -> Result<Vec<Hash>, ReadError> {
    if Hash::of(statement) != record.statement {
        return Err(ReadError::Corrupt);
    }
    let jws = Jws::parse(statement.to_vec(), Typ::Event).map_err(|_| ReadError::Corrupt)?;
    objects_in(jws.payload()).ok_or(ReadError::Corrupt)
}

impl Ledger {
    /// Makes and keeps the first full segment that is not kept yet; false where all are. The log is read without a lock;
    /// the writer waits only while the row is written.
    pub(crate) fn keep_next_segment(&self, interrupted: &AtomicBool) -> Result<bool, SealError> {
        let view = self.view();
        let index = view.kept_segments()?;
        if index >= view.full_segments() {
            return Ok(false);
        }
        let first = index.saturating_mul(SEGMENT_POSITIONS);
        let segment = view.make_segment(first..first + SEGMENT_POSITIONS, interrupted)?;
        // The object is durable before the row that names it.
        let hash = self.held.put(segment.to_string().as_bytes()).map_err(unread);
        let hash = hash.map_err(|error: StoreError| SealError::Read(error.into()))?;
        let row = Row::put(Table::Meta, row_key(index), hash.as_bytes().to_vec());
        self.sequencer().keep_beside(vec![row])?;
        Ok(true)
    }

    /// Makes and keeps every full segment that is not kept yet, and returns when they are.
    pub fn keep_segments(&self) -> Result<(), SealError> {
        let never = AtomicBool::new(false);
        while self.keep_next_segment(&never)? {}
        Ok(())
    }
}

fn row_key(index: u64) -> Vec<u8> {
    [ROW_PREFIX, &index.to_be_bytes()].concat()
}

/// The number of the segment that a row names.
pub(crate) fn index_of_row(key: &[u8]) -> Option<u64> {
    let index = key.strip_prefix(ROW_PREFIX)?.try_into().ok()?;
    Some(u64::from_be_bytes(index))
}
