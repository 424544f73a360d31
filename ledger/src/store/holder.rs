//! One process at a time: a locked file that says which process it is.
//!
//! The lock is the operating system's: it ends with the process, however that ends, so a stale file never keeps anybody
//! out. The process id in the file is only for the message to the second.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::{FileError, FileStep};

const FILE_NAME: &str = "holder";

/// More than any process id takes.
const PID_BYTES_MAX: u64 = 32;

/// The right of this process to a directory; dropping it gives the directory free.
#[derive(Debug)]
pub struct Holder {
    locked: Option<File>,
}

/// The process that holds a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldBy {
    /// Its process id, as it wrote it itself.
    Process(u32),
    /// It has not written its process id (yet).
    Unknown,
}

impl std::fmt::Display for HeldBy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Process(pid) => write!(f, "process {pid}"),
            Self::Unknown => f.write_str("another process"),
        }
    }
}

/// Why a directory could not be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HolderError {
    /// It is in use.
    #[error("{} is in use by {by}", dir.display())]
    Held {
        /// The directory.
        dir: PathBuf,
        /// By whom.
        by: HeldBy,
    },
    /// The file system refused.
    #[error(transparent)]
    File(#[from] FileError),
}

impl Drop for Holder {
    /// Unlocks by name: a child process that is being started holds copies of our open files until it
    /// runs its own program, and closing ours alone would leave the lock with them.
    fn drop(&mut self) {
        if let Some(file) = &self.locked {
            // Where it fails, closing the file unlocks.
            drop(file.unlock());
        }
    }
}

impl Holder {
    /// Takes a directory that exists.
    pub fn take(dir: &Path) -> Result<Self, HolderError> {
        let path = dir.join(FILE_NAME);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(FileError::at(FileStep::Open, &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(HolderError::Held { dir: dir.to_path_buf(), by: read(&file) });
            }
            Err(TryLockError::Error(error)) => {
                return Err(FileError::at(FileStep::Open, &path)(error).into());
            }
        }
        file.set_len(0)
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .map_err(FileError::at(FileStep::Write, &path))?;
        Ok(Self { locked: Some(file) })
    }

    /// Takes a directory together with other readers, and writes nothing in it. Where no process ever
    /// held it there is nothing to take.
    pub fn take_reading(dir: &Path) -> Result<Self, HolderError> {
        let path = dir.join(FILE_NAME);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self { locked: None });
            }
            Err(error) => return Err(FileError::at(FileStep::Open, &path)(error).into()),
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(Self { locked: Some(file) }),
            Err(TryLockError::WouldBlock) => {
                Err(HolderError::Held { dir: dir.to_path_buf(), by: read(&file) })
            }
            Err(TryLockError::Error(error)) => {
                Err(FileError::at(FileStep::Open, &path)(error).into())
            }
        }
    }
}

fn read(file: &File) -> HeldBy {
    let mut text = String::new();
    match file.take(PID_BYTES_MAX).read_to_string(&mut text).map(|_| text.trim().parse()) {
        Ok(Ok(pid)) => HeldBy::Process(pid),
        _ => HeldBy::Unknown,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn the_second_is_told_who_the_first_is_and_succeeds_after_it() {
        let dir = tempfile::tempdir().unwrap();
        let first = Holder::take(dir.path()).unwrap();
        let held = HolderError::Held {
            dir: dir.path().to_path_buf(),
            by: HeldBy::Process(std::process::id()),
        };
        assert_eq!(Holder::take(dir.path()).unwrap_err(), held);
        drop(first);
        Holder::take(dir.path()).unwrap();
    }

    #[test]
    fn a_directory_is_free_at_once_though_a_starting_child_holds_copies_of_our_files() {
        let dir = tempfile::tempdir().unwrap();
        let first = Holder::take(dir.path()).unwrap();
        let copy = first.locked.as_ref().unwrap().try_clone().unwrap();
        drop(first);
        Holder::take(dir.path()).unwrap();
        drop(copy);
    }

    #[test]
    fn a_file_left_by_a_dead_process_keeps_nobody_out() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(FILE_NAME), "4194304000\n and more than a process id")
            .unwrap();
        let held = Holder::take(dir.path()).unwrap();
        let text = std::fs::read_to_string(dir.path().join(FILE_NAME)).unwrap();
        assert_eq!(text, format!("{}\n", std::process::id()));
        drop(held);
    }
}
