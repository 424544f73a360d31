//! Reading and writing the files of the command: PEM keys, certificate chains, `-` for stdin.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use anyhow::{Context, Result};
use jejak_signer::{Certificate, Description, certificate_to_pem, certificates_from_pem};

use super::exit::{Exit, Stop};

/// The bytes of a file, or of stdin for `-`.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = INPUT_BYTES_MAX + 1;
    match path.to_str() {
        Some("-") => io::stdin().lock().take(limit).read_to_end(&mut bytes)?,
        _ => open(path)?.take(limit).read_to_end(&mut bytes)?,
    };
    let fits = u64::try_from(bytes.len()).is_ok_and(|length| length < limit);
    anyhow::ensure!(fits, "{}: lebih dari {INPUT_BYTES_MAX} bita (too large)", path.display());
    Ok(bytes)
}

/// The text of a file, or of stdin for `-`.
pub(crate) fn read_text(path: &Path) -> Result<String> {
    String::from_utf8(read(path)?).map_err(|_| {
        let indonesian = format!("{}: bukan teks UTF-8", path.display());
        Stop::new(Exit::VerificationFailed, indonesian, "not UTF-8 text").into()
    })
}

/// A certificate chain, leaf first.
pub(crate) fn chain(path: &Path) -> Result<Vec<Vec<u8>>> {
    let chain = certificates_from_pem(&read_text(path)?);
    let chain = chain.with_context(|| format!("sertifikat (certificate) {}", path.display()))?;
    if chain.is_empty() {
        let indonesian = format!("{}: tidak ada sertifikat", path.display());
        return Err(Stop::new(Exit::VerificationFailed, indonesian, "no certificate").into());
    }
    Ok(chain)
}

/// The certificate at the head of a chain.
pub(crate) fn leaf(chain: &[Vec<u8>]) -> Result<Certificate> {
    let der = chain.first().context("rantai kosong (empty chain)")?;
    Certificate::from_der(der.clone()).context("sertifikat (certificate)")
}

/// What the certificate at the head of a chain says of itself.
pub(crate) fn leaf_description(chain: &[Vec<u8>]) -> Result<Description> {
    let der = chain.first().context("rantai kosong (empty chain)")?;
    Description::of_der(der).context("sertifikat (certificate)")
}

/// A chain as PEM text.
pub(crate) fn chain_to_pem(chain: &[Vec<u8>]) -> String {
    chain.iter().map(|der| certificate_to_pem(der)).collect()
}

/// Writes a new file that only its owner may read; an existing file is never overwritten.
pub(crate) fn write_secret(path: &Path, text: &str) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    write_to(options.open(path), path, text.as_bytes())
}

/// Writes a new public file; an existing file is never overwritten.
pub(crate) fn write_new(path: &Path, text: impl AsRef<[u8]>) -> Result<()> {
    write_to(OpenOptions::new().write(true).create_new(true).open(path), path, text.as_ref())
}

/// Makes a directory for `path` to live in.
pub(crate) fn make_directory(path: &Path) -> Result<()> {
    fs::create_dir_all(path).with_context(|| format!("membuat (making) {}", path.display()))
}

fn write_to(opened: io::Result<File>, path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = opened.map_err(|error| refusal_to_overwrite(error, path))?;
    file.write_all(bytes)?;
    Ok(file.sync_all()?)
}

fn refusal_to_overwrite(error: io::Error, path: &Path) -> anyhow::Error {
    match error.kind() {
        io::ErrorKind::AlreadyExists => is_there(path).into(),
        _ => anyhow::Error::new(error).context(format!("menulis (writing) {}", path.display())),
    }
}

/// Fails where a new file is to be written and something lies there already: before any work is done for it.
pub(crate) fn check_new(path: &Path) -> Result<()> {
    match fs::symlink_metadata(path) {
        Ok(_) => Err(is_there(path).into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
                let indonesian = format!("tidak ada direktori {}", folder.display());
                Err(Stop::not_found(indonesian, "no such directory").into())
            }
            _ => Ok(()),
        },
        Err(error) => {
            Err(anyhow::Error::new(error).context(format!("menulis (writing) {}", path.display())))
        }
    }
}

fn is_there(path: &Path) -> Stop {
    let indonesian = format!("{} sudah ada dan tidak ditimpa", path.display());
    Stop::new(Exit::Error, indonesian, "exists and is not overwritten")
}

/// Opens a file for reading.
pub(crate) fn open(path: &Path) -> Result<File> {
    File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            Stop::not_found(format!("tidak ada berkas {}", path.display()), "no such file").into()
        }
        _ => anyhow::Error::new(error).context(format!("membaca (reading) {}", path.display())),
    })
}

/// More than any key, chain, event or list of statements that is posted at once.
const INPUT_BYTES_MAX: u64 = 1 << 30;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::cli::interrupt::Scratch;

    #[test]
    fn a_secret_is_for_its_owner_and_is_not_overwritten() {
        let scratch = Scratch::new("files").unwrap();
        let path = scratch.path().join("key.pem");
        write_secret(&path, "one").unwrap();
        assert!(write_secret(&path, "two").is_err());
        assert_eq!(read_text(&path).unwrap(), "one");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_not_found() {
        let error = read(Path::new("/nonexistent/event.json")).unwrap_err();
        assert_eq!(Exit::of(&error), Exit::NotFound);
    }
}
