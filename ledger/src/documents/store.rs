//! What is asked of a place that keeps documents, and reading one so that damage is never given out
//! whole.

use std::fmt;
use std::io::{ErrorKind, Read};

use jejak_signer::{Hash, Hasher};

use super::error::DocumentError;
use super::upload::Staged;

/// A place that keeps documents under their digests. Blocking; callers are ordinary threads.
///
/// The conformance suite has a test for each sentence:
///
/// 1. `keep` returns when the document is durable; under its digest it is seen whole or not at all;
/// 2. keeping a document again changes nothing, or heals a damaged one;
/// 3. what is not held is `None`, never an error;
/// 4. two may keep, open or remove the same document at one time;
/// 5. what was open when it was removed may still be read, or fails; it never ends early in silence.
pub trait DocumentStore: Send + Sync + fmt::Debug {
    /// Takes over bytes that were found to have their digest.
    fn keep(&self, staged: &Staged) -> Result<Kept, DocumentError>;

    /// The size of what is held under a digest.
    fn size(&self, sha256: &Hash) -> Result<Option<u64>, DocumentError>;

    /// The bytes held under a digest, as they are: [`Reading`] checks them.
    fn open(&self, sha256: &Hash) -> Result<Option<Opened>, DocumentError>;

    /// Removes a document; false where it was not held.
    fn remove(&self, sha256: &Hash) -> Result<bool, DocumentError>;
}

/// What came of keeping a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It was not held before.
    New,
    /// It was held already.
    Known,
}

/// Bytes as a store holds them.
pub struct Opened {
    /// How many.
    pub size: u64,
    /// The bytes.
    pub bytes: Box<dyn Read + Send>,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened").field("size", &self.size).finish_non_exhaustive()
    }
}

/// A document on its way out, hashed as it goes: the last piece comes only when all of them together
/// have the digest, so a damaged document is never given out whole, and one of a single piece not at all.
pub struct Reading {
    sha256: Hash,
    size: u64,
    left: u64,
    bytes: Box<dyn Read + Send>,
    hasher: Option<Hasher>,
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sha256, size, left, .. } = self;
        f.debug_struct("Reading")
            .field("sha256", sha256)
            .field("size", size)
            .field("left", left)
            .finish_non_exhaustive()
    }
}

/// Bytes of one piece of a document on its way in or out.
pub const PIECE_BYTES: usize = 128 << 10;

impl Reading {
    pub(super) fn new(sha256: Hash, opened: Opened) -> Self {
        let Opened { size, bytes } = opened;
        Self { sha256, size, left: size, bytes, hasher: Some(Hasher::new()) }
    }

    /// How many bytes there are.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The next piece; `None` after the last.
    pub fn piece(&mut self) -> Result<Option<Vec<u8>>, DocumentError> {
        let Some(mut hasher) = self.hasher.take() else { return Ok(None) };
        let wanted = usize::try_from(self.left).unwrap_or(usize::MAX).min(PIECE_BYTES);
        let mut piece = vec![0; wanted];
        self.bytes.read_exact(&mut piece).map_err(|error| self.unread(&error))?;
        hasher.update(&piece);
        self.left -= u64::try_from(wanted).unwrap_or(self.left);
        if self.left > 0 {
            self.hasher = Some(hasher);
        } else if hasher.finish() != self.sha256 {
            return Err(DocumentError::Damaged { sha256: self.sha256 });
        }
        Ok(Some(piece))
    }

    /// Reads all of it and keeps nothing: for those who only want to know.
    pub fn check(mut self) -> Result<(), DocumentError> {
        while self.piece()?.is_some() {}
        Ok(())
    }

    /// Bytes that end early are not those of the digest.
    fn unread(&self, error: &std::io::Error) -> DocumentError {
        match error.kind() {
            ErrorKind::UnexpectedEof => DocumentError::Damaged { sha256: self.sha256 },
            _ => DocumentError::Unavailable { text: error.to_string() },
        }
    }
}
