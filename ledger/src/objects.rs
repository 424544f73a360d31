//! Content-addressed bytes beside the log: rule sets, certificates, revocation lists, time tokens.
//!
//! An object is named by its SHA-256, so it can be neither changed nor confused: what is read is hashed again and must be
//! what was asked for. In a directory it is the file `ab/cdef...`, the hash in hexadecimal with a slash after two
//! digits, because one directory with a million entries is slow to list and to back up.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use jejak_signer::Hash;

use crate::store::{FileError, FileStep, create_dir, sync_dir, write_new_file};

/// The bytes of one object, at most: larger than any revocation list, small enough to hold in memory.
pub const OBJECT_BYTES_MAX: usize = 64 << 20;

/// Files that are being written are named so; one found at opening was left by a crash.
const ASIDE: &str = "aside-";

/// Why an object was not stored or not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ObjectError {
    /// More than [`OBJECT_BYTES_MAX`].
    #[error("an object of {bytes} bytes; {OBJECT_BYTES_MAX} is the most")]
    TooLarge {
        /// Its size.
        bytes: u64,
    },
    /// The stored bytes are not those that the name promises.
    #[error("the object {hash} is damaged: its bytes have the hash {found}")]
    Damaged {
        /// What was asked for.
        hash: Hash,
        /// What is there.
        found: Hash,
    },
    /// The file system refused.
    #[error(transparent)]
    File(#[from] FileError),
}

/// A store of objects.
#[derive(Debug)]
pub struct Objects(Place);

#[derive(Debug)]
enum Place {
    Memory(Mutex<BTreeMap<Hash, Vec<u8>>>),
    Directory { dir: PathBuf, written: AtomicU64 },
}

impl Objects {
    /// Objects in memory, for tests and for verification without a directory.
    pub fn in_memory() -> Self {
        Self(Place::Memory(Mutex::default()))
    }

    /// Objects in a directory, which is made where it is missing. One process at a time.
    pub fn open(dir: &Path) -> Result<Self, ObjectError> {
        create_dir(dir)?;
        remove_leftovers(dir)?;
        Ok(Self(Place::Directory { dir: dir.to_path_buf(), written: AtomicU64::new(0) }))
    }

    /// Objects in a directory that another process may be using: nothing is made or cleaned up before
    /// something is stored.
    pub fn beside(dir: &Path) -> Self {
        let written = AtomicU64::new(u64::from(std::process::id()) << 32);
        Self(Place::Directory { dir: dir.to_path_buf(), written })
    }

    /// Stores bytes; durable when it returns. Storing the same bytes again changes nothing, or heals a damaged file.
    pub fn put(&self, bytes: &[u8]) -> Result<Hash, ObjectError> {
        if bytes.len() > OBJECT_BYTES_MAX {
            let bytes = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            return Err(ObjectError::TooLarge { bytes });
        }
        let hash = Hash::of(bytes);
        match &self.0 {
            Place::Memory(objects) => {
                let mut objects = objects.lock().unwrap_or_else(PoisonError::into_inner);
                objects.insert(hash, bytes.to_vec());
            }
            Place::Directory { dir, written } => {
                let turn = written.fetch_add(1, Ordering::Relaxed);
                put_file(dir, turn, &hash, bytes)?;
            }
        }
        Ok(hash)
    }

    /// The bytes of an object, hashed again; `None` where it is not held.
    pub fn get(&self, hash: &Hash) -> Result<Option<Vec<u8>>, ObjectError> {
        let held = match &self.0 {
            Place::Memory(objects) => {
                objects.lock().unwrap_or_else(PoisonError::into_inner).get(hash).cloned()
            }
            Place::Directory { dir, .. } => read_file(&path_of(dir, hash))?,
        };
        match held.as_deref().map(Hash::of) {
            Some(found) if found != *hash => Err(ObjectError::Damaged { hash: *hash, found }),
            _ => Ok(held),
        }
    }
}

fn path_of(dir: &Path, hash: &Hash) -> PathBuf {
    let name = hash.to_string();
    let (shard, rest) = name.split_at_checked(2).unwrap_or((&name, ""));
    dir.join(shard).join(rest)
}

fn put_file(dir: &Path, turn: u64, hash: &Hash, bytes: &[u8]) -> Result<(), ObjectError> {
    let path = path_of(dir, hash);
    let shard = path.parent().unwrap_or(dir);
    if matches!(read_file(&path), Ok(Some(held)) if held == bytes) {
        // It may be there only since a crash between rename and sync.
        return Ok(sync_dir(shard)?);
    }
    create_dir(shard)?;
    Ok(write_new_file(&dir.join(format!("{ASIDE}{turn}")), &path, bytes)?)
}

fn read_file(path: &Path) -> Result<Option<Vec<u8>>, ObjectError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(FileError::at(FileStep::Open, path)(error).into()),
    };
    let size = file.metadata().map_err(FileError::at(FileStep::Read, path))?.len();
    let max = u64::try_from(OBJECT_BYTES_MAX).unwrap_or(u64::MAX);
    if size > max {
        return Err(ObjectError::TooLarge { bytes: size });
    }
    let mut bytes = Vec::new();
    file.take(max).read_to_end(&mut bytes).map_err(FileError::at(FileStep::Read, path))?;
    Ok(Some(bytes))
}

fn remove_leftovers(dir: &Path) -> Result<(), FileError> {
    for entry in fs::read_dir(dir).map_err(FileError::at(FileStep::Read, dir))? {
        let entry = entry.map_err(FileError::at(FileStep::Read, dir))?;
        if entry.file_name().to_string_lossy().starts_with(ASIDE) {
            fs::remove_file(entry.path())
                .map_err(FileError::at(FileStep::Remove, &entry.path()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    // FIPS 180-2, B.1: SHA-256("abc").
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn file_of_abc(dir: &Path) -> PathBuf {
        dir.join("ba").join(ABC.strip_prefix("ba").unwrap())
    }

    #[test]
    fn an_object_is_found_by_its_hash_and_stays() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().join("objects");
        for objects in [Objects::in_memory(), Objects::open(&dir).unwrap()] {
            let hash = objects.put(b"abc").unwrap();
            assert_eq!(hash.to_string(), ABC);
            assert_eq!(objects.put(b"abc"), Ok(hash));
            assert_eq!(objects.get(&hash), Ok(Some(b"abc".to_vec())));
            assert_eq!(objects.get(&Hash::of(b"abd")), Ok(None));
        }
        assert_eq!(fs::read(file_of_abc(&dir)).unwrap(), b"abc");
        let again = Objects::open(&dir).unwrap();
        assert_eq!(again.get(&Hash::of(b"abc")), Ok(Some(b"abc".to_vec())));
    }

    #[test]
    fn a_changed_object_is_not_given_out_and_is_healed_by_storing_it_again() {
        let dir = tempfile::tempdir().unwrap();
        let objects = Objects::open(dir.path()).unwrap();
        let hash = objects.put(b"abc").unwrap();
        fs::write(file_of_abc(dir.path()), b"abd").unwrap();
        let damaged = ObjectError::Damaged { hash, found: Hash::of(b"abd") };
        assert_eq!(objects.get(&hash), Err(damaged));
        objects.put(b"abc").unwrap();
        assert_eq!(objects.get(&hash), Ok(Some(b"abc".to_vec())));
    }

    #[test]
    fn what_a_crash_left_half_written_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("aside-7"), b"half").unwrap();
        let objects = Objects::open(dir.path()).unwrap();
        assert!(!dir.path().join("aside-7").exists());
        objects.put(b"").unwrap();
        assert_eq!(objects.get(&Hash::of(b"")), Ok(Some(vec![])));
    }

    #[test]
    fn an_object_has_a_size() {
        let objects = Objects::in_memory();
        let bytes = vec![0; OBJECT_BYTES_MAX + 1];
        let size = u64::try_from(bytes.len()).unwrap();
        assert_eq!(objects.put(&bytes), Err(ObjectError::TooLarge { bytes: size }));
    }
}
