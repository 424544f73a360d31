//! The keys that sign checkpoints: the one place where a ledger's log keys are opened.
//!
//! `[ledger] log_keys` names where the keys of a region are; otherwise they are `keys/<region>.pem` and, while one key
//! follows another, `keys/<region>.next.pem` in the data directory. Each holds a key, encrypted where
//! `log_key_passphrase` says so, or one line: the URI of a token.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use jejak_signer::{Algorithm, KeyError, SigningKey};
use zeroize::Zeroizing;

use super::{CustodyError, KeyPlace, KeyPlaces, SecretSource, file, place};
use crate::settings::Settings;

/// Where the log keys of a data directory are had from.
pub trait LogKeys: Send + Sync {
    /// The keys that are held for the ledger of `region`, at least one: those in force, and those that may come to be.
    fn open(&self, region: &str) -> Result<Vec<SigningKey>, CustodyError>;

    /// Keeps what leads to the key of a new ledger, durably, so that [`LogKeys::open`] gives it from now on.
    fn keep(&self, region: &str, key: &LogKey) -> Result<(), CustodyError>;

    /// Where the keys of `region` are said to be, for people.
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

    /// The first key that `keys` have for the region.
    pub fn named(region: &str, keys: &dyn LogKeys) -> Result<Self, CustodyError> {
        let first = keys.open(region)?.into_iter().next();
        let key = first.ok_or_else(|| missing(PathBuf::from(keys.place(region))))?;
        Ok(Self { key, kept: Kept::Named })
    }

    /// The key.
    pub fn key(&self) -> &SigningKey {
        &self.key
    }

    pub(crate) fn into_key(self) -> SigningKey {
        self.key
    }
}

/// The log keys as a data directory and its settings have them.
#[derive(Debug, Clone)]
pub struct DirectoryKeys {
    folder: PathBuf,
    named: BTreeMap<String, KeyPlaces>,
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

    /// The key that follows, while both count.
    fn next(&self, region: &str) -> PathBuf {
        self.folder.join(format!("{region}.next.pem"))
    }

    /// What is named must be there. Of the directory's own two files one may lack.
    fn places_of(&self, region: &str) -> Vec<KeyPlace> {
        if let Some(named) = self.named.get(region) {
            return named.all().to_vec();
        }
        let next = Some(self.next(region)).filter(|next| next.exists());
        let own = Some(self.own(region)).filter(|own| own.exists() || next.is_none());
        own.into_iter().chain(next).map(KeyPlace::File).collect()
    }
}

impl LogKeys for DirectoryKeys {
    fn open(&self, region: &str) -> Result<Vec<SigningKey>, CustodyError> {
        let open = |place: KeyPlace| {
            if let KeyPlace::File(path) = &place {
                file::check_private(path)?;
            }
            place.open_with(self.passphrase.as_ref())
        };
        self.places_of(region).into_iter().map(open).collect()
    }

    fn keep(&self, region: &str, key: &LogKey) -> Result<(), CustodyError> {
        let content = self.to_keep(key)?;
        content.map_or(Ok(()), |content| put(&self.own(region), &content))
    }

    fn place(&self, region: &str) -> String {
        let places: Vec<_> = self.places_of(region).iter().map(ToString::to_string).collect();
        places.join(", ")
    }
}

impl DirectoryKeys {
    /// Keeps what leads to the key that is to follow, durably, beside the one that is there.
    pub(crate) fn keep_next(&self, region: &str, content: &[u8]) -> Result<(), CustodyError> {
        put(&self.next(region), content)
    }

    /// Where that is, for people.
    pub(crate) fn next_place(&self, region: &str) -> String {
        match self.named.get(region) {
            Some(_) => self.place(region),
            None => self.next(region).display().to_string(),
        }
    }

    /// The key that was to follow is the ledger's; what was there before lies aside.
    pub(crate) fn follow(&self, region: &str) -> Result<(), CustodyError> {
        let (own, next) = (self.own(region), self.next(region));
        let failed = |error: io::Error| CustodyError::File { path: own.clone(), error };
        if own.exists() {
            let former = self.folder.join(format!("{region}.former.pem"));
            file::rename(&own, &former).map_err(failed)?;
        }
        file::rename(&next, &own).map_err(failed)
    }

    /// What a file holds that leads to the key; none where the settings do.
    pub(crate) fn to_keep(&self, key: &LogKey) -> Result<Option<Zeroizing<Vec<u8>>>, CustodyError> {
        Ok(Some(match &key.kept {
            Kept::Named => return Ok(None),
            Kept::At(KeyPlace::Token(uri)) => Zeroizing::new(format!("{uri}\n").into_bytes()),
            Kept::At(KeyPlace::File(from)) => file::read(from, place::KEY_FILE_BYTES_MAX)?,
            Kept::Nowhere => {
                let failed =
                    |error: KeyError| CustodyError::Key { path: self.folder.clone(), error };
                let pem = match &self.passphrase {
                    Some(source) => {
                        let passphrase = source.read().map_err(|error| CustodyError::Secret {
                            place: self.folder.display().to_string(),
                            error,
                        })?;
                        key.key.to_encrypted_pem(&passphrase)
                    }
                    None => key.key.to_pkcs8_pem(),
                };
                Zeroizing::new(pem.map_err(failed)?.as_bytes().to_vec())
            }
        }))
    }
}

fn put(path: &Path, content: &[u8]) -> Result<(), CustodyError> {
    let failed = |error: io::Error| CustodyError::File { path: path.to_owned(), error };
    file::write(path, content).map_err(failed)
}

fn missing(path: PathBuf) -> CustodyError {
    CustodyError::File { path, error: io::ErrorKind::NotFound.into() }
}
