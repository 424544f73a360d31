//! Key files of the data directory: readable by the owner only, written whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use zeroize::Zeroizing;

use super::CustodyError;

/// The bytes of a file of at most `bytes_max`.
pub(super) fn read(path: &Path, bytes_max: usize) -> Result<Zeroizing<Vec<u8>>, CustodyError> {
    let failed = |error| CustodyError::File { path: path.to_owned(), error };
    let limit = u64::try_from(bytes_max).unwrap_or(u64::MAX).saturating_add(1);
    // Room for all of it beforehand: what grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(bytes_max.saturating_add(1)));
    File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes)).map_err(failed)?;
    if bytes.len() > bytes_max {
        return Err(CustodyError::TooLong { path: path.to_owned(), bytes_max });
    }
    Ok(bytes)
}

/// Refuses a file that others than its owner may read.
pub(super) fn check_private(path: &Path) -> Result<(), CustodyError> {
    let failed = |error| CustodyError::File { path: path.to_owned(), error };
    let mode = fs::metadata(path).map_err(failed)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(CustodyError::Open { path: path.to_owned() });
    }
    Ok(())
}

/// Writes a key file durably: whole or not at all, over nothing but one that no ledger uses yet.
pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let aside = path.with_extension("new");
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&aside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&aside, path)?;
    File::open(folder)?.sync_all()
}

/// Gives a file a further name, durably; fails where there is a file of that name.
pub(super) fn link(path: &Path, to: &Path) -> io::Result<()> {
    fs::hard_link(path, to)?;
    File::open(to.parent().unwrap_or(Path::new(".")))?.sync_all()
}

/// Gives a file another name, durably.
pub(super) fn rename(path: &Path, to: &Path) -> io::Result<()> {
    fs::rename(path, to)?;
    File::open(to.parent().unwrap_or(Path::new(".")))?.sync_all()
}
