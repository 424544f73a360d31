//! Ctrl-C: exit 130, and no scratch directory left behind.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;

use uuid::Uuid;

use super::exit::Exit;
use super::talk::complain;

/// Scratch directories that exist now.
static SCRATCH: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// What is said when the process is interrupted.
static ENDING: Mutex<Option<String>> = Mutex::new(None);

/// Does something that Ctrl-C comes before or after, and sets what is said then.
pub(crate) fn undivided<T>(step: impl FnOnce(&mut Option<String>) -> T) -> T {
    step(&mut ENDING.lock().unwrap_or_else(PoisonError::into_inner))
}

/// From here on Ctrl-C removes the scratch directories and ends the process with 130.
pub(crate) fn watch() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    thread::Builder::new().name("interrupt".into()).spawn(move || {
        if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            let ending = ENDING.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(ending) = &*ending {
                complain(ending);
            }
            for path in SCRATCH.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                let _ = fs::remove_dir_all(path);
            }
            std::process::exit(Exit::INTERRUPTED.into());
        }
    })?;
    Ok(())
}

/// A directory that is ours alone and is gone when this value is, or at Ctrl-C.
#[derive(Debug)]
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// A new directory among the system's temporary ones.
    pub(crate) fn new(what: &str) -> io::Result<Self> {
        Self::create(std::env::temp_dir().join(format!("jejak-{what}-{}", Uuid::new_v4())))
    }

    /// A directory at `path`, which must not exist yet or be empty.
    pub(crate) fn create(path: PathBuf) -> io::Result<Self> {
        match fs::DirBuilder::new().mode(0o700).create(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && is_empty(&path) => {}
            created => created?,
        }
        SCRATCH.lock().unwrap_or_else(PoisonError::into_inner).push(path.clone());
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The directory stays; the caller answers for it from now on.
    pub(crate) fn keep(self) -> PathBuf {
        self.forget();
        self.0.clone()
    }

    fn forget(&self) {
        let mut scratch = SCRATCH.lock().unwrap_or_else(PoisonError::into_inner);
        scratch.retain(|path| *path != self.0);
    }
}

fn is_empty(path: &Path) -> bool {
    fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none())
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let kept = !SCRATCH.lock().unwrap_or_else(PoisonError::into_inner).contains(&self.0);
        if !kept {
            let _ = fs::remove_dir_all(&self.0);
            self.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_scratch_directory_goes_with_its_value_unless_kept() {
        let scratch = Scratch::new("test").unwrap();
        let path = scratch.path().to_owned();
        fs::write(path.join("file"), "x").unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "ours alone");
        assert!(Scratch::create(path.clone()).is_err(), "not empty");
        drop(scratch);
        assert!(!path.exists());

        fs::create_dir(&path).unwrap();
        let kept = Scratch::create(path.clone()).unwrap().keep();
        assert!(kept.exists());
        fs::remove_dir(path).unwrap();
    }
}
