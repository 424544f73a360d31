//! Where a passphrase or a PIN comes from.

use std::env;
use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use jejak_signer::{PASSPHRASE_BYTES_MAX, Passphrase};
use serde::{Deserialize, Serialize};

use super::SecretError;

/// A place to read a passphrase or a PIN from: `file:PATH`, `env:NAME` or `credential:NAME`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub enum SecretSource {
    /// A file that only its owner may read. A line end behind the passphrase does not count.
    File(PathBuf),
    /// A variable of the environment.
    Variable(String),
    /// A credential that systemd gives to a service: a file in `$CREDENTIALS_DIRECTORY`.
    Credential(String),
}

impl SecretSource {
    /// Reads it.
    pub fn read(&self) -> Result<Passphrase, SecretError> {
        let unfit = |error| SecretError::Unfit { from: self.clone(), error };
        let bytes = match self {
            Self::File(path) => {
                let mode = path.metadata().map_err(|error| file(path, error))?.permissions().mode();
                if mode & 0o077 != 0 {
                    return Err(SecretError::Open { path: path.clone() });
                }
                bytes_of(path)?
            }
            Self::Variable(name) => {
                let value = env::var(name);
                let missing = |_| SecretError::Variable { name: name.clone() };
                return Passphrase::new(value.map_err(missing)?).map_err(unfit);
            }
            // Who may read it is for systemd to see to.
            Self::Credential(name) => {
                let folder = env::var_os("CREDENTIALS_DIRECTORY");
                bytes_of(&Path::new(&folder.ok_or(SecretError::NoCredentials)?).join(name))?
            }
        };
        Passphrase::from_file_bytes(bytes).map_err(unfit)
    }

    /// A relative path of a file starts at `folder`.
    #[must_use]
    pub fn starting_at(self, folder: &Path) -> Self {
        match self {
            Self::File(path) => Self::File(folder.join(path)),
            other => other,
        }
    }
}

impl FromStr for SecretSource {
    type Err = SecretError;

    fn from_str(text: &str) -> Result<Self, SecretError> {
        let malformed = || SecretError::Malformed { source_text: text.to_owned() };
        let (kind, rest) = text.split_once(':').ok_or_else(malformed)?;
        let is_name = |name: &str| !name.is_empty() && !name.contains(['/', '=', '\0']);
        match kind {
            // A file URI has an empty authority (RFC 8089, 2).
            "file" if !rest.is_empty() => {
                let is_uri = rest.starts_with("///");
                let path = if is_uri { rest.trim_start_matches("//") } else { rest };
                Ok(Self::File(PathBuf::from(path)))
            }
            "env" if is_name(rest) => Ok(Self::Variable(rest.to_owned())),
            "credential" if is_name(rest) && rest != "." && rest != ".." => {
                Ok(Self::Credential(rest.to_owned()))
            }
            _ => Err(malformed()),
        }
    }
}

impl fmt::Display for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Variable(name) => write!(f, "env:{name}"),
            Self::Credential(name) => write!(f, "credential:{name}"),
        }
    }
}

impl TryFrom<String> for SecretSource {
    type Error = SecretError;

    fn try_from(text: String) -> Result<Self, SecretError> {
        text.parse()
    }
}

impl From<SecretSource> for String {
    fn from(source: SecretSource) -> Self {
        source.to_string()
    }
}

/// One byte more than fits shows that it does not; the line end has room beside it.
fn bytes_of(path: &Path) -> Result<Vec<u8>, SecretError> {
    let mut bytes = Vec::with_capacity(PASSPHRASE_BYTES_MAX + 3);
    let limit = u64::try_from(PASSPHRASE_BYTES_MAX + 3).unwrap_or(u64::MAX);
    let read = File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes));
    read.map_err(|error| file(path, error))?;
    Ok(bytes)
}

fn file(path: &Path, error: io::Error) -> SecretError {
    SecretError::File { path: path.to_owned(), error }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;

    use jejak_signer::KeyError;

    use super::*;

    #[test]
    fn a_source_has_one_spelling_and_nothing_else_is_one() {
        let file = |path: &str| SecretSource::File(PathBuf::from(path));
        for (text, source) in [
            ("file:/run/pin", file("/run/pin")),
            ("file:pin", file("pin")),
            ("env:JEJAK_PIN", SecretSource::Variable("JEJAK_PIN".to_owned())),
            ("credential:log-key", SecretSource::Credential("log-key".to_owned())),
        ] {
            let parsed: SecretSource = text.parse().unwrap();
            assert_eq!((parsed.to_string().as_str(), parsed), (text, source));
        }
        assert_eq!("file:///run/pin".parse::<SecretSource>().unwrap(), file("/run/pin"));
        for text in
            ["", "pin", "file:", "env:", "env:A=B", "credential:../a", "credential:..", "cmd:ls"]
        {
            let refused = text.parse::<SecretSource>().unwrap_err().to_string();
            assert_eq!(refused, format!("{text:?} is not file:PATH, env:NAME or credential:NAME"));
        }
    }

    #[test]
    fn a_file_must_be_its_owners_alone_and_hold_one_passphrase() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pin");
        let source = SecretSource::File(path.clone());
        assert!(matches!(source.read().unwrap_err(), SecretError::File { .. }));
        fs::write(&path, "1234\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(source.read().unwrap_err(), SecretError::Open { .. }));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(source.read().unwrap(), Passphrase::new("1234".to_owned()).unwrap());
        fs::write(&path, [b'a'; PASSPHRASE_BYTES_MAX + 10]).unwrap();
        let bytes_max = PASSPHRASE_BYTES_MAX;
        assert!(matches!(
            source.read().unwrap_err(),
            SecretError::Unfit { error, .. } if error == KeyError::PassphraseLength { bytes_max }
        ));
        let unset = SecretSource::Variable("JEJAK_NOT_SET_ANYWHERE".to_owned());
        assert!(matches!(unset.read().unwrap_err(), SecretError::Variable { .. }));
    }
}
