//! Files that survive a kill and a power cut: written aside, synced, renamed, and the directory synced.
//! Whoever reads the directory sees a file whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::exit::Stop;

/// Puts `bytes` under `path`, in the place of what may be there. The name is durable only after
/// [`sync`] of the directory.
pub(crate) fn put(path: &Path, bytes: &[u8]) -> Result<()> {
    let aside = aside(path)?;
    let write = || {
        let mut file = File::create(&aside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&aside, path)
    };
    write().with_context(|| format!("menulis (writing) {}", path.display()))
}

/// Puts a secret under `path` as [`put`] does, for its owner alone, durably.
pub(crate) fn put_secret(path: &Path, bytes: &[u8]) -> Result<()> {
    let aside = aside(path)?;
    let write = || {
        remove_if_there(&aside)?;
        let mut options = OpenOptions::new();
        let mut file = options.write(true).create_new(true).mode(0o600).open(&aside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&aside, path)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    };
    write().with_context(|| format!("menulis (writing) {}", path.display()))
}

/// Gives the file at `path` a second name, in the place of what may have it.
pub(crate) fn also_as(path: &Path, other: &Path) -> Result<()> {
    let aside = aside(other)?;
    let link = || {
        remove_if_there(&aside)?;
        // A file system without hard links gets a copy.
        fs::hard_link(path, &aside).or_else(|_| fs::copy(path, &aside).map(drop))?;
        fs::rename(&aside, other)?;
        // Between two names of the same file a rename does nothing.
        remove_if_there(&aside)
    };
    link().with_context(|| format!("menulis (writing) {}", other.display()))
}

/// Moves a file; both directories have to be synced for it to be durable.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to)
        .with_context(|| format!("memindahkan (moving) {} -> {}", from.display(), to.display()))
}

/// Removes a file, if it is there.
pub(crate) fn remove(path: &Path) -> Result<()> {
    remove_if_there(path).with_context(|| format!("menghapus (removing) {}", path.display()))
}

/// Makes the names in a directory durable.
pub(crate) fn sync(directory: &Path) -> Result<()> {
    File::open(directory)
        .and_then(|opened| opened.sync_all())
        .with_context(|| format!("menyimpan (syncing) {}", directory.display()))
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// `a/b.json` -> `a/.b.json.part`: a name that nobody takes for a file of its own.
fn aside(path: &Path) -> Result<std::path::PathBuf> {
    let name = path.file_name().and_then(|name| name.to_str());
    let not_named = || Stop::usage(path.display(), "not a file name in UTF-8");
    Ok(path.with_file_name(format!(".{}.part", name.ok_or_else(not_named)?)))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::cli::interrupt::Scratch;

    #[test]
    fn a_file_is_replaced_whole_and_leaves_nothing_beside_it() {
        let scratch = Scratch::new("durable").unwrap();
        let (path, other) = (scratch.path().join("1.json"), scratch.path().join("a.json"));
        put(&path, b"one").unwrap();
        put(&path, b"two").unwrap();
        also_as(&path, &other).unwrap();
        also_as(&path, &other).unwrap();
        sync(scratch.path()).unwrap();
        assert_eq!(fs::read(&other).unwrap(), b"two");
        assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 2);
        remove(&path).unwrap();
        remove(&path).unwrap();
        assert_eq!(fs::read(&other).unwrap(), b"two");
    }
}
