//! The keys that sign checkpoints: the one place where a ledger's log key is opened.
//!
//! `[ledger] log_keys` names where the key of a region is; otherwise it is `keys/<region>.pem` in the data
//! directory, which holds the key, encrypted where `log_key_passphrase` says so, or one line: the URI of a token.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use jejak_signer::{Algorithm, KeyError, SigningKey};

use super::{CustodyError, KeyPlace, SecretSource, file, place};
use crate::settings::Settings;

/// Where the log keys of a data directory are had from.
pub trait LogKeys: Send + Sync {
    /// The key of the ledger of `region`.
    fn open(&self, region: &str) -> Result<SigningKey, CustodyError>;

    /// Keeps what leads to the key of a new ledger, durably, so that [`LogKeys::open`] gives it from now on.
    fn keep(&self, region: &str, key: &LogKey) -> Result<(), CustodyError>;

    /// Where the key of `region` is said to be, for people.
    fn place(&self, region: &str) -> String;
}

/// The log key of a new ledger, opened, and how it is to be had from now on.
#[derive(Debug)]
pub struct LogKey {
    key: SigningKey,
    kept: Kept,
}

/// What leads to a new ledger's log key.
#[derive(Debug)]
enum Kept {
    /// Nothing yet: the data directory is to hold it.
    Nowhere,
    /// It is somewhere: a file, whose content is copied into the directory, or a token, whose URI is.
    At(KeyPlace),
    /// The directory's [`LogKeys`] lead to it already.
    Named,
}

impl LogKey {
    /// A new key, which the data directory is to hold: encrypted, where the settings name a passphrase.
    pub fn new(key: SigningKey) -> Self {
        Self { key, kept: Kept::Nowhere }
    }

    /// A new Ed25519 key, which the data directory is to hold.
    pub fn generate() -> Result<Self, KeyError> {
        SigningKey::generate(Algorithm::Ed25519).map(Self::new)
    }

    /// The key at `place`, opened with what the settings name.
    pub fn at(place: KeyPlace, settings: &Settings) -> Result<Self, CustodyError> {
        let key = place.open_with(settings.log_key_passphrase.as_ref())?;
        Ok(Self { key, kept: Kept::At(place) })
    }

    /// The key that `keys` have for the region.
    pub fn named(region: &str, keys: &dyn LogKeys) -> Result<Self, CustodyError> {
        Ok(Self { key: keys.open(region)?, kept: Kept::Named })
    }

    /// The key.
    pub fn key(&self) -> &SigningKey {
        &self.key
    }
}

/// The log keys as a data directory and its settings have them.
#[derive(Debug, Clone)]
pub struct DirectoryKeys {
    folder: PathBuf,
    named: BTreeMap<String, KeyPlace>,
    passphrase: Option<SecretSource>,
}

impl DirectoryKeys {
    /// Those of the directory `path`.
    pub fn new(path: &Path, settings: &Settings) -> Self {
        Self {
            folder: path.join("keys"),
            named: settings.log_keys.clone(),
            passphrase: settings.log_key_passphrase.clone(),
        }
    }

    fn own(&self, region: &str) -> PathBuf {
        self.folder.join(format!("{region}.pem"))
    }

    fn place_of(&self, region: &str) -> KeyPlace {
        self.named.get(region).cloned().unwrap_or_else(|| KeyPlace::File(self.own(region)))
    }
}

impl LogKeys for DirectoryKeys {
    fn open(&self, region: &str) -> Result<SigningKey, CustodyError> {
        let place = self.place_of(region);
        if let KeyPlace::File(path) = &place {
            file::check_private(path)?;
        }
        place.open_with(self.passphrase.as_ref())
    }

    fn keep(&self, region: &str, key: &LogKey) -> Result<(), CustodyError> {
        let path = self.own(region);
        let write = |bytes: &[u8]| {
            let failed = |error: io::Error| CustodyError::File { path: path.clone(), error };
            file::write(&path, bytes).map_err(failed)
        };
        match &key.kept {
            Kept::Named => Ok(()),
            Kept::At(KeyPlace::Token(uri)) => write(format!("{uri}\n").as_bytes()),
            Kept::At(KeyPlace::File(from)) => write(&file::read(from, place::KEY_FILE_BYTES_MAX)?),
            Kept::Nowhere => {
                let failed = |error: KeyError| CustodyError::Key { path: path.clone(), error };
                let pem = match &self.passphrase {
                    Some(source) => {
                        let passphrase = source.read().map_err(|error| CustodyError::Secret {
                            place: path.display().to_string(),
                            error,
                        })?;
                        key.key.to_encrypted_pem(&passphrase)
                    }
                    None => key.key.to_pkcs8_pem(),
                };
                write(pem.map_err(failed)?.as_bytes())
            }
        }
    }

    fn place(&self, region: &str) -> String {
        self.place_of(region).to_string()
    }
}
