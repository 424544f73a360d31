//! One slot of the lock file: a page with what was last signed for one ledger.
//!
//! ```text
//! pages 0, 1     the file's own
//! page 2n, 2n+1  the two slots of ledger n:
//!                0  u8   version = 1
//!                1  u32  ledger number          big-endian, as all numbers here
//!                5  u64  size
//!               13  32   leaf hash
//!               45  32   root
//!               77  u32  CRC32C of the 77 bytes before
//! ```
//!
//! A page is 4096 bytes, the largest sector of a disk, so a torn write damages one slot and nothing else.

use jejak_signer::Hash;

use super::LedgerNumber;

pub(super) const PAGE_BYTES: usize = 4096;
pub(super) const SLOT_BYTES: usize = 81;
const SLOT_VERSION: u8 = 1;

/// What was last signed for one ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockEntry {
    /// The size of the checkpoint.
    pub size: u64,
    /// The leaf hash of the last record below it.
    pub leaf_hash: Hash,
    /// The root of the checkpoint.
    pub root: Hash,
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    A,
    B,
}

/// What a slot's page holds.
pub(super) enum Content {
    Never,
    Entry(LockEntry),
    Bad,
}

/// No entry of the two can be believed.
pub(super) struct Contradiction;

/// The newer of two slots. One bad slot is what a crash leaves; a bad slot beside one never written is not, because the
/// first write of a slot fits in one sector.
pub(super) fn newest(a: Content, b: Content) -> Result<Option<(Slot, LockEntry)>, Contradiction> {
    match (a, b) {
        (Content::Never, Content::Never) => Ok(None),
        (Content::Entry(a), Content::Entry(b)) if a.size == b.size && a != b => Err(Contradiction),
        (Content::Entry(a), Content::Entry(b)) if a.size < b.size => Ok(Some((Slot::B, b))),
        (Content::Entry(a), _) => Ok(Some((Slot::A, a))),
        (_, Content::Entry(b)) => Ok(Some((Slot::B, b))),
        (Content::Bad, _) | (_, Content::Bad) => Err(Contradiction),
    }
}

pub(super) fn offset(ledger: LedgerNumber, slot: Slot) -> u64 {
    let page = 2 * u64::from(ledger.0) + u64::from(slot == Slot::B);
    page * u64::try_from(PAGE_BYTES).unwrap_or(u64::MAX)
}

pub(super) fn page(ledger: LedgerNumber, entry: &LockEntry) -> Vec<u8> {
    let mut page = Vec::with_capacity(PAGE_BYTES);
    page.push(SLOT_VERSION);
    page.extend(ledger.0.to_be_bytes());
    page.extend(entry.size.to_be_bytes());
    page.extend(entry.leaf_hash.as_bytes());
    page.extend(entry.root.as_bytes());
    page.extend(crc32c::crc32c(&page).to_be_bytes());
    page.resize(PAGE_BYTES, 0);
    page
}

pub(super) fn parse(ledger: LedgerNumber, bytes: &[u8; SLOT_BYTES]) -> Content {
    if bytes.iter().all(|byte| *byte == 0) {
        return Content::Never;
    }
    parse_entry(ledger, bytes).map_or(Content::Bad, Content::Entry)
}

fn parse_entry(ledger: LedgerNumber, bytes: &[u8; SLOT_BYTES]) -> Option<LockEntry> {
    let (body, crc) = bytes.split_last_chunk::<4>()?;
    if u32::from_be_bytes(*crc) != crc32c::crc32c(body) {
        return None;
    }
    let (version, rest) = body.split_first()?;
    let (number, rest) = rest.split_first_chunk::<4>()?;
    if *version != SLOT_VERSION || u32::from_be_bytes(*number) != ledger.0 {
        return None;
    }
    let (size, rest) = rest.split_first_chunk::<8>()?;
    let (leaf_hash, root) = rest.split_at_checked(Hash::BYTES)?;
    Some(LockEntry {
        size: u64::from_be_bytes(*size),
        leaf_hash: Hash::try_from(leaf_hash).ok()?,
        root: Hash::try_from(root).ok()?,
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::indexing_slicing, reason = "tests")]

    use super::*;

    #[test]
    fn golden_bytes_of_a_slot() {
        let mut golden = vec![1, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 7];
        golden.extend([0x11; 32]);
        golden.extend([0x22; 32]);
        golden.extend([0x50, 0x5e, 0x0b, 0x03]);
        let entry = LockEntry { size: 7, leaf_hash: Hash([0x11; 32]), root: Hash([0x22; 32]) };
        let page = page(LedgerNumber(3), &entry);
        assert_eq!(page[..81], golden);
        assert_eq!(page[81..], [0; 4096 - 81]);
        assert_eq!(offset(LedgerNumber(3), Slot::B), 7 * 4096);
    }
}
