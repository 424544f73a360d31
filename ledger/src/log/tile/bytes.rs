//! The bytes of tiles and bundles.

use jejak_signer::Hash;

use crate::log::tree::TILE_WIDTH;

/// The bytes of a tile: its hashes one after another.
pub fn encode_hashes(hashes: &[Hash]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(hashes.len() * Hash::BYTES);
    for hash in hashes {
        bytes.extend_from_slice(hash.as_bytes());
    }
    bytes
}

/// Reads the bytes of a tile; `None` if they are not 1 to 256 whole hashes.
pub fn decode_hashes(bytes: &[u8]) -> Option<Vec<Hash>> {
    let (hashes, rest) = bytes.as_chunks::<{ Hash::BYTES }>();
    let fits = rest.is_empty() && (1..=usize::from(TILE_WIDTH)).contains(&hashes.len());
    fits.then(|| hashes.iter().copied().map(Hash).collect())
}

/// Why bytes are not an entry bundle, or entries do not make one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// An entry that the length prefix cannot say.
    #[error("entry {entry} has {bytes} bytes, more than {}", u16::MAX)]
    EntryTooLong {
        /// Which, from 0.
        entry: usize,
        /// Its length.
        bytes: usize,
    },
    /// The bytes end within an entry.
    #[error("the bundle ends within entry {entry}")]
    Truncated {
        /// Which, from 0.
        entry: usize,
    },
    /// No entry, or more than a tile has.
    #[error("a bundle has 1 to {TILE_WIDTH} entries, not {found}")]
    Width {
        /// How many there are, counting at most one too many.
        found: usize,
    },
}

/// The bytes of an entry bundle: `uint16be length || entry` for each.
pub fn encode_entries<'e>(
    entries: impl IntoIterator<Item = &'e [u8]>,
) -> Result<Vec<u8>, BundleError> {
    let mut bytes = Vec::new();
    let mut found = 0;
    for (entry, content) in entries.into_iter().enumerate() {
        let too_long = BundleError::EntryTooLong { entry, bytes: content.len() };
        let length = u16::try_from(content.len()).map_err(|_| too_long)?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(content);
        found = entry + 1;
    }
    check_width(found)?;
    Ok(bytes)
}

/// Reads an entry bundle.
pub fn decode_entries(mut bytes: &[u8]) -> Result<Vec<&[u8]>, BundleError> {
    let mut entries = Vec::new();
    while !bytes.is_empty() && entries.len() <= usize::from(TILE_WIDTH) {
        let (entry, rest) =
            split_entry(bytes).ok_or(BundleError::Truncated { entry: entries.len() })?;
        entries.push(entry);
        bytes = rest;
    }
    check_width(entries.len())?;
    Ok(entries)
}

fn split_entry(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}

fn check_width(found: usize) -> Result<(), BundleError> {
    let fits = (1..=usize::from(TILE_WIDTH)).contains(&found);
    if fits { Ok(()) } else { Err(BundleError::Width { found }) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn bundles_go_there_and_back_and_are_bounded() {
        let longest = vec![7; 65_535];
        let entries: [&[u8]; 3] = [b"", b"one", &longest];
        let bytes = encode_entries(entries).unwrap();
        assert!(bytes.starts_with(b"\x00\x00\x00\x03one"));
        assert_eq!(decode_entries(&bytes), Ok(entries.to_vec()));

        let long = vec![0; 65_536];
        let too_long = BundleError::EntryTooLong { entry: 1, bytes: 65_536 };
        assert_eq!(encode_entries([b"a".as_slice(), &long]), Err(too_long));
        assert_eq!(encode_entries([]), Err(BundleError::Width { found: 0 }));
        assert_eq!(decode_entries(&[]), Err(BundleError::Width { found: 0 }));
        assert_eq!(decode_entries(&[0]), Err(BundleError::Truncated { entry: 0 }));
        assert_eq!(decode_entries(&[0, 0, 0, 2, 1]), Err(BundleError::Truncated { entry: 1 }));
        assert_eq!(decode_entries(&[0; 2 * 256]).unwrap().len(), 256);
        assert_eq!(decode_entries(&[0; 2 * 257]), Err(BundleError::Width { found: 257 }));
        assert_eq!(decode_entries(&[0; 2 * 1000]), Err(BundleError::Width { found: 257 }));
    }

    #[test]
    fn tiles_are_whole_hashes() {
        let hashes = [Hash([1; 32]), Hash([2; 32])];
        let bytes = encode_hashes(&hashes);
        assert_eq!(bytes, [[1; 32], [2; 32]].concat());
        assert_eq!(decode_hashes(&bytes), Some(hashes.to_vec()));
        for length in [0, 31, 33, 257 * 32] {
            assert_eq!(decode_hashes(&vec![0; length]), None, "{length}");
        }
    }
}
