//! Key files of the data directory: PKCS#8 PEM, readable by the owner only.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use jejak_signer::SigningKey;

/// Why a key file is not used.
pub(crate) enum Unusable {
    /// There is none.
    Missing,
    /// Others than its owner may read it.
    Open,
    /// It cannot be read, or is no private key.
    Broken,
}

/// Reads a private key that nobody else may read.
pub(crate) fn read(path: &Path) -> Result<SigningKey, Unusable> {
    let missing = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Unusable::Missing,
        _ => Unusable::Broken,
    };
    let mode = fs::metadata(path).map_err(missing)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(Unusable::Open);
    }
    let text = fs::read_to_string(path).map_err(missing)?;
    SigningKey::from_pkcs8_pem(&text).map_err(|_| Unusable::Broken)
}

/// Writes a private key (PKCS#8 PEM) durably: whole or not at all, over nothing but one that no ledger
/// uses yet.
pub(crate) fn write(path: &Path, pem: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let aside = path.with_extension("new");
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&aside)?;
    file.write_all(pem.as_bytes())?;
    file.sync_all()?;
    fs::rename(&aside, path)?;
    fs::File::open(folder)?.sync_all()
}
