//! Makes a segment while the log is read: a hash state, the digests of the blocks, and the names of the objects are all that
//! it holds.

use std::collections::BTreeSet;

use jejak_signer::{Hash, Hash512, Hasher512};

use super::remains::hash_into;
use super::{BLOCK_POSITIONS, Remains, Segment, SegmentObject};
use crate::log::Record;

/// A segment that is being made, position by position.
#[derive(Debug, Clone)]
pub struct SegmentMaker {
    origin: String,
    first: u64,
    next: u64,
    block: Hasher512,
    blocks: Vec<Hash512>,
    objects: BTreeSet<Hash>,
}

impl SegmentMaker {
    /// The segment of a ledger that begins at the position `first`.
    pub fn new(origin: &str, first: u64) -> Self {
        Self {
            origin: origin.to_owned(),
            first,
            next: first,
            block: Hasher512::new(),
            blocks: Vec::new(),
            objects: BTreeSet::new(),
        }
    }

    /// The first position.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// The position that comes next.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// The next position: its record, and its statement's remains where there are any.
    pub fn push(&mut self, record: &Record, remains: Option<&Remains>) {
        hash_into(&mut self.block, record, remains);
        self.next = self.next.saturating_add(1);
        if (self.next - self.first).is_multiple_of(BLOCK_POSITIONS) {
            self.blocks.push(std::mem::take(&mut self.block).finish());
        }
    }

    /// An event of the segment names this object.
    pub fn name(&mut self, object: Hash) {
        self.objects.insert(object);
    }

    /// Ends the segment: `root` is that of the tree over all records so far, and `look_up` finds objects by hash.
    pub fn finish<E>(
        mut self,
        root: Hash,
        mut look_up: impl FnMut(&Hash) -> Result<SegmentObject, E>,
    ) -> Result<Segment, E> {
        if !(self.next - self.first).is_multiple_of(BLOCK_POSITIONS) {
            self.blocks.push(self.block.finish());
        }
        let objects = self.objects.iter().map(&mut look_up).collect::<Result<Vec<_>, E>>()?;
        let Self { origin, first, next: end, blocks, .. } = self;
        Ok(Segment { origin, first, end, root, blocks, objects })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use std::convert::Infallible;

    use super::*;
    use crate::log::{Chain, Micros};

    fn made(positions: u64, change: impl Fn(u64, &mut Option<Remains>)) -> Segment {
        let mut chain = Chain::new("h/id");
        let mut maker = SegmentMaker::new("h/id", 0);
        for at in 0..positions {
            let statement = at.to_be_bytes();
            let record = chain.next(Micros(at), Hash::of(&statement)).unwrap();
            let mut remains = Remains::of(&statement);
            change(at, &mut remains);
            maker.push(&record, remains.as_ref());
        }
        assert_eq!(maker.next(), positions);
        maker.name(Hash::of(b"b"));
        maker.name(Hash::of(b"a"));
        maker.name(Hash::of(b"b"));
        let look_up = |hash: &Hash| {
            let bytes = [b"a", b"c"].into_iter().find(|bytes| Hash::of(*bytes) == *hash);
            Ok::<_, Infallible>(SegmentObject::new(*hash, bytes.map(<[u8; 1]>::as_slice)))
        };
        let Ok(segment) = maker.finish(Hash::of(b"root"), look_up);
        segment
    }

    #[test]
    fn a_block_is_256_positions_and_the_last_one_what_is_left() {
        for (positions, blocks) in [(1, 1), (255, 1), (256, 1), (257, 2), (512, 2)] {
            let segment = made(positions, |_, _| ());
            assert_eq!((segment.end, segment.blocks.len()), (positions, blocks));
        }
    }

    #[test]
    fn whatever_changes_at_a_position_changes_its_block_and_no_other() {
        let right = made(512, |_, _| ());
        let changes: [fn(&mut Option<Remains>); 3] = [
            |remains| remains.as_mut().unwrap().length += 1,
            |remains| remains.as_mut().unwrap().sha512.0[63] ^= 1,
            |remains| *remains = None,
        ];
        for change in changes {
            let segment = made(512, |at, remains| {
                if at == 300 {
                    change(remains);
                }
            });
            assert_eq!(segment.blocks[0], right.blocks[0]);
            assert_ne!(segment.blocks[1], right.blocks[1]);
        }
    }

    #[test]
    fn objects_stand_once_and_by_hash_with_what_is_known_of_them() {
        let segment = made(1, |_, _| ());
        let held = SegmentObject { sha256: Hash::of(b"a"), held: Some((1, Hash512::of(b"a"))) };
        let lost = SegmentObject { sha256: Hash::of(b"b"), held: None };
        let mut expected = [held, lost];
        expected.sort_by_key(|object| object.sha256);
        assert_eq!(segment.objects, expected);
    }
}
