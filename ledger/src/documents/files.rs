//! The local engine: files `ab/cdef...` below `documents/`, the digest in hexadecimal with a slash after
//! two digits.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use jejak_signer::Hash;

use super::error::DocumentError;
use super::store::{DocumentStore, Kept, Opened};
use super::upload::Staged;
use crate::store::{FileError, FileStep, create_dir, sync_dir};

/// Documents as files of a directory.
#[derive(Debug)]
pub struct Files {
    dir: PathBuf,
}

impl Files {
    /// In `dir`, which is made with the first document.
    pub fn new(dir: &Path) -> Self {
        Self { dir: dir.to_path_buf() }
    }

    fn path_of(&self, sha256: &Hash) -> PathBuf {
        let name = sha256.to_string();
        let (shard, rest) = name.split_at_checked(2).unwrap_or((&name, ""));
        self.dir.join(shard).join(rest)
    }
}

impl DocumentStore for Files {
    fn keep(&self, staged: &Staged) -> Result<Kept, DocumentError> {
        let path = self.path_of(&staged.sha256());
        let shard = path.parent().unwrap_or(&self.dir);
        create_dir(shard)?;
        let kept = if path.exists() { Kept::Known } else { Kept::New };
        // Also over what is there: these bytes were hashed just now, those were not.
        fs::rename(staged.path(), &path).map_err(FileError::at(FileStep::Rename, &path))?;
        sync_dir(shard)?;
        Ok(kept)
    }

    fn size(&self, sha256: &Hash) -> Result<Option<u64>, DocumentError> {
        let path = self.path_of(sha256);
        Ok(held(fs::metadata(&path), &path)?.map(|file| file.len()))
    }

    fn open(&self, sha256: &Hash) -> Result<Option<Opened>, DocumentError> {
        let path = self.path_of(sha256);
        let Some(file) = held(File::open(&path), &path)? else { return Ok(None) };
        let size = file.metadata().map_err(FileError::at(FileStep::Read, &path))?.len();
        Ok(Some(Opened { size, bytes: Box::new(file) }))
    }

    fn remove(&self, sha256: &Hash) -> Result<bool, DocumentError> {
        let path = self.path_of(sha256);
        match fs::remove_file(&path) {
            Ok(()) => {
                path.parent().map_or(Ok(()), sync_dir)?;
                Ok(true)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(FileError::at(FileStep::Remove, &path)(error).into()),
        }
    }
}

fn held<T>(found: io::Result<T>, path: &Path) -> Result<Option<T>, FileError> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(FileError::at(FileStep::Open, path)(error)),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use std::cell::Cell;

    use super::super::conformance;
    use super::super::store::{PIECE_BYTES, Reading};
    use super::super::upload::Upload;
    use super::*;

    fn staged(dir: &Path, bytes: &[u8]) -> Staged {
        let mut upload = Upload::aside(&dir.join("aside-0"), u64::MAX).unwrap();
        upload.write(bytes).unwrap();
        upload.finish(&Hash::of(bytes)).unwrap()
    }

    fn reading(files: &Files, sha256: Hash) -> Reading {
        Reading::new(sha256, files.open(&sha256).unwrap().unwrap())
    }

    #[test]
    fn the_contract_holds_in_files() {
        let dir = tempfile::tempdir().unwrap();
        let stores = Cell::new(0);
        conformance::all(&|| {
            stores.set(stores.get() + 1);
            Box::new(Files::new(&dir.path().join(stores.get().to_string())))
        });
    }

    #[test]
    fn a_damaged_document_is_never_given_out_whole_and_is_healed_by_keeping_it_again() {
        let dir = tempfile::tempdir().unwrap();
        let files = Files::new(dir.path());
        let bytes = vec![7; 2 * PIECE_BYTES + 1];
        let sha256 = Hash::of(&bytes);
        files.keep(&staged(dir.path(), &bytes)).unwrap();
        for damage in [vec![8; bytes.len()], bytes[1..].to_vec(), [&bytes[..], b"more"].concat()] {
            fs::write(files.path_of(&sha256), &damage).unwrap();
            let mut reading = reading(&files, sha256);
            let mut given = 0;
            let ended = loop {
                match reading.piece() {
                    Ok(Some(piece)) => given += piece.len(),
                    other => break other,
                }
            };
            assert_eq!(ended, Err(DocumentError::Damaged { sha256 }));
            assert!(given <= 2 * PIECE_BYTES, "not all of it");
        }
        assert_eq!(files.keep(&staged(dir.path(), &bytes)), Ok(Kept::Known));
        assert_eq!(reading(&files, sha256).check(), Ok(()));
    }

    #[test]
    fn a_damaged_document_of_one_piece_is_not_given_out_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let files = Files::new(dir.path());
        files.keep(&staged(dir.path(), b"surat")).unwrap();
        let sha256 = Hash::of(b"surat");
        for damage in [b"Surat".as_slice(), b"sura", b""] {
            fs::write(files.path_of(&sha256), damage).unwrap();
            let damaged = DocumentError::Damaged { sha256 };
            assert_eq!(reading(&files, sha256).piece(), Err(damaged));
        }
    }

    #[test]
    fn what_comes_in_leaves_nothing_behind_unless_it_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("aside-0");
        let mut upload = Upload::aside(&path, 4).unwrap();
        upload.write(b"1234").unwrap();
        let sha256 = Hash::of(b"4321");
        let found = Hash::of(b"1234");
        let mismatch = DocumentError::DigestMismatch { sha256, found };
        assert_eq!(upload.finish(&sha256).unwrap_err(), mismatch);
        assert!(!path.exists());
        let mut upload = Upload::aside(&path, 4).unwrap();
        upload.write(b"1234").unwrap();
        assert_eq!(upload.write(b"5"), Err(DocumentError::TooLarge { bytes_max: 4 }));
        drop(upload);
        assert!(!path.exists());
        drop(staged(dir.path(), b"abandoned"));
        assert!(!path.exists());
    }
}
