//! Bytes on their way in: written aside and hashed as they come, so that a document needs no memory and
//! is seen under its digest only when all of it is there.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use jejak_signer::{Hash, Hasher};

use super::error::DocumentError;
use super::store::{Opened, Reading};
use crate::space::Space;
use crate::store::{FileError, FileStep};

/// A document that is coming in. Dropped before its end, it leaves nothing behind.
#[derive(Debug)]
pub struct Upload {
    file: File,
    aside: Aside,
    hasher: Hasher,
    size: u64,
    bytes_max: u64,
    space: Space,
    /// Bytes since the disk was last asked for room.
    unasked: u64,
}

/// Bytes that are all there and have their digest, in a file that is removed unless a store takes it.
#[derive(Debug)]
pub struct Staged {
    aside: Aside,
    sha256: Hash,
    size: u64,
}

/// A file that goes with its owner.
#[derive(Debug)]
struct Aside(PathBuf);

/// After so many bytes the disk is asked for room again.
const SPACE_ASKED_BYTES: u64 = 4 << 20;

impl Upload {
    pub(super) fn begin(
        path: PathBuf,
        bytes_max: u64,
        space: Space,
    ) -> Result<Self, DocumentError> {
        space.check()?;
        let file = File::create_new(&path).map_err(FileError::at(FileStep::Create, &path))?;
        let aside = Aside(path);
        let hasher = Hasher::new();
        Ok(Self { file, aside, hasher, size: 0, bytes_max, space, unasked: 0 })
    }

    /// A document that comes in outside of a data directory, written to `path`, which must be new.
    pub fn aside(path: &Path, bytes_max: u64) -> Result<Self, DocumentError> {
        let dir = path.parent().unwrap_or(path).to_path_buf();
        Self::begin(path.to_path_buf(), bytes_max, Space { path: dir, free_min_bytes: 0 })
    }

    /// Takes the next piece.
    pub fn write(&mut self, piece: &[u8]) -> Result<(), DocumentError> {
        let bytes = u64::try_from(piece.len()).unwrap_or(u64::MAX);
        self.size = self.size.saturating_add(bytes);
        if self.size > self.bytes_max {
            return Err(DocumentError::TooLarge { bytes_max: self.bytes_max });
        }
        self.unasked = self.unasked.saturating_add(bytes);
        if self.unasked >= SPACE_ASKED_BYTES {
            self.space.check()?;
            self.unasked = 0;
        }
        self.hasher.update(piece);
        Ok(self.file.write_all(piece).map_err(FileError::at(FileStep::Write, &self.aside.0))?)
    }

    /// The end: durable, and the very bytes of `sha256`.
    pub fn finish(self, sha256: &Hash) -> Result<Staged, DocumentError> {
        let found = self.hasher.finish();
        if found != *sha256 {
            return Err(DocumentError::DigestMismatch { sha256: *sha256, found });
        }
        self.file.sync_all().map_err(FileError::at(FileStep::Sync, &self.aside.0))?;
        Ok(Staged { aside: self.aside, sha256: found, size: self.size })
    }
}

impl Staged {
    /// A file that was set aside before, hashed again.
    pub(super) fn again(path: &Path, sha256: &Hash) -> Result<Self, DocumentError> {
        let file = File::open(path).map_err(FileError::at(FileStep::Open, path))?;
        let size = file.metadata().map_err(FileError::at(FileStep::Read, path))?.len();
        Reading::new(*sha256, Opened { size, bytes: Box::new(file) }).check()?;
        Ok(Self { aside: Aside(path.to_path_buf()), sha256: *sha256, size })
    }

    /// The digest of the bytes.
    pub fn sha256(&self) -> Hash {
        self.sha256
    }

    /// How many bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The file they are in. It may be renamed by whoever keeps it.
    pub fn path(&self) -> &Path {
        &self.aside.0
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        // Taken over by a store, or nobody's any more. One that stays is removed at the next opening.
        let _ = fs::remove_file(&self.0);
    }
}
