//! Segments: the log hashed a second time, with SHA-512, a stretch of positions at a time. Should SHA-256 fail, a time
//! stamp over the segments' digests still says what stood when.
//!
//! | file | idea |
//! | --- | --- |
//! | `remains.rs` | what a segment needs of a statement, and what is left of one that was removed |
//! | `maker.rs` | records and remains in, digests out; bounded memory |
//! | `text.rs` | the one spelling of a segment |
//! | `renewal.rs` | all segments and all earlier time stamps in one text, which is stamped anew |

mod maker;
mod remains;
mod renewal;
mod text;

use jejak_signer::{Hash, Hash512};

pub use maker::SegmentMaker;
pub use remains::Remains;
pub use renewal::{Renewal, SegmentLine, StampLine, StampList, Twice};
pub use text::SegmentError;

/// Positions of one segment: segment i holds those from `i * SEGMENT_POSITIONS` on.
pub const SEGMENT_POSITIONS: u64 = 65_536;

/// Positions that are hashed into one line: those of one entry bundle. Whoever would show a single statement needs what
/// remains of these, and nothing of the others.
pub const BLOCK_POSITIONS: u64 = 256;

/// What stands in one segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The ledger's name.
    pub origin: String,
    /// The first position.
    pub first: u64,
    /// The position behind the last one.
    pub end: u64,
    /// The root of the tree of `end` records.
    pub root: Hash,
    /// SHA-512 of each [`BLOCK_POSITIONS`] positions.
    pub blocks: Vec<Hash512>,
    /// The objects that its events name, by hash.
    pub objects: Vec<SegmentObject>,
}

/// An object that an event of a segment names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SegmentObject {
    /// Its name.
    pub sha256: Hash,
    /// Its size and its second digest; `None` where it was not held when the segment was made.
    pub held: Option<(u64, Hash512)>,
}

impl SegmentObject {
    /// An object, with its bytes where they are held.
    pub fn new(sha256: Hash, bytes: Option<&[u8]>) -> Self {
        let digests =
            |bytes: &[u8]| (u64::try_from(bytes.len()).unwrap_or(u64::MAX), Hash512::of(bytes));
        Self { sha256, held: bytes.map(digests) }
    }
}
