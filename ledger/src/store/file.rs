//! Files that survive a power cut: written aside, synced, renamed, and the directory synced.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// A file operation that failed: which, on what, and how.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot {step} {}: {text}", path.display())]
pub struct FileError {
    /// What was attempted.
    pub step: FileStep,
    /// The file or directory.
    pub path: PathBuf,
    /// The kind of failure.
    pub kind: io::ErrorKind,
    /// The system's own words.
    pub text: String,
}

/// What was attempted on a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileStep {
    /// Making it.
    Create,
    /// Opening it.
    Open,
    /// Reading it.
    Read,
    /// Writing it.
    Write,
    /// Forcing it to the disk.
    Sync,
    /// Giving it its name.
    Rename,
    /// Removing it.
    Remove,
}

impl std::fmt::Display for FileStep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Create => "create",
            Self::Open => "open",
            Self::Read => "read",
            Self::Write => "write",
            Self::Sync => "sync",
            Self::Rename => "rename",
            Self::Remove => "remove",
        })
    }
}

impl FileError {
    /// For `map_err`: names the step and the path.
    pub(crate) fn at(step: FileStep, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |error| Self { step, path, kind: error.kind(), text: error.to_string() }
    }
}

/// Makes directory entries durable. Without it a power cut can take back a rename or a new file.
pub(crate) fn sync_dir(dir: &Path) -> Result<(), FileError> {
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(FileError::at(FileStep::Sync, dir))
}

/// Makes a directory, and those above it, and makes their entries durable; it may be there already.
pub(crate) fn create_dir(dir: &Path) -> Result<(), FileError> {
    let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty());
    match fs::create_dir(dir) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && dir.is_dir() => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound && parent.is_some() => {
            parent.map_or(Ok(()), create_dir)?;
            fs::create_dir(dir).map_err(FileError::at(FileStep::Create, dir))?;
        }
        Err(error) => return Err(FileError::at(FileStep::Create, dir)(error)),
    }
    // Also where it was there: whoever made it may not have come to the sync.
    parent.map_or(Ok(()), sync_dir)
}

/// Puts a file under `path`: after a crash it is there whole or not at all. `aside` is in the same directory tree.
pub(crate) fn write_new_file(aside: &Path, path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let mut file = File::create(aside).map_err(FileError::at(FileStep::Create, aside))?;
    file.write_all(bytes).map_err(FileError::at(FileStep::Write, aside))?;
    file.sync_all().map_err(FileError::at(FileStep::Sync, aside))?;
    drop(file);
    fs::rename(aside, path).map_err(FileError::at(FileStep::Rename, path))?;
    path.parent().map_or(Ok(()), sync_dir)
}
