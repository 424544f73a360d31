//! The keys that sign checkpoints: the one place where a ledger's log keys are opened.
//!
//! `[ledger] log_keys` names where the keys of a region are; otherwise they are `keys/<region>.pem` and, while one key
//! follows another, `keys/<region>.next.pem` in the data directory; `keys/<region>.recovered.pem` is the key of a recovery
//! until it is in its place. Each holds a key, encrypted where
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

    /// The key of a recovery, while it is not yet in its place.
    fn recovered(&self, region: &str) -> PathBuf {
        self.folder.join(format!("{region}.recovered.pem"))
    }

    /// What is named must be there. Of the directory's own files some may lack.
    fn places_of(&self, region: &str) -> Vec<KeyPlace> {
        if let Some(named) = self.named.get(region) {
            return named.all().to_vec();
        }
        let others = [self.next(region), self.recovered(region)];
        let others: Vec<_> = others.into_iter().filter(|path| path.exists()).collect();
        let own = Some(self.own(region)).filter(|own| own.exists() || others.is_empty());
        own.into_iter().chain(others).map(KeyPlace::File).collect()
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
    /// Keeps what leads to the key of a recovery, durably, beside those that are there.
    pub(crate) fn keep_recovered(&self, region: &str, content: &[u8]) -> Result<(), CustodyError> {
        let path = self.recovered(region);
        let same = file::read(&path, place::KEY_FILE_BYTES_MAX).is_ok_and(|held| *held == content);
        if same {
            return Ok(());
        }
        if path.exists() {
            self.set_aside(region, &path)?;
        }
        put(&path, content)
    }

    /// Where that is, for people.
    pub(crate) fn recovered_place(&self, region: &str) -> String {
        match self.named.get(region) {
            Some(_) => self.place(region),
            None => self.recovered(region).display().to_string(),
        }
    }

    /// The key of the recovery is the ledger's; where what was there before lies from now on.
    pub(crate) fn follow(&self, region: &str) -> Result<Option<PathBuf>, CustodyError> {
        let (own, recovered) = (self.own(region), self.recovered(region));
        let failed = |error: io::Error| CustodyError::File { path: own.clone(), error };
        let former = own.exists().then(|| self.set_aside(region, &own)).transpose()?;
        file::rename(&recovered, &own).map_err(failed)?;
        Ok(former)
    }

    /// Whether the key in the ledger's place is this one already.
    pub(crate) fn is_own(&self, region: &str, key: &SigningKey) -> bool {
        let own = self.opened(self.own(region));
        own.is_some_and(|(_, own)| own.public_key().spki_der() == key.public_key().spki_der())
    }

    /// The keys that the directory's files hold, with those set aside, as far as they can be opened.
    pub(crate) fn held(&self, region: &str) -> Vec<(PathBuf, SigningKey)> {
        let former = (1..=FORMER_KEYS_MAX).map(|number| self.former(region, number));
        let former = former.take_while(|path| path.exists());
        let current = [self.own(region), self.next(region)];
        current.into_iter().chain(former).filter_map(|path| self.opened(path)).collect()
    }

    fn opened(&self, path: PathBuf) -> Option<(PathBuf, SigningKey)> {
        let place = KeyPlace::File(path.clone());
        let key = path.exists().then(|| place.open_with(self.passphrase.as_ref()).ok()).flatten();
        key.map(|key| (path, key))
    }

    /// `former.pem`, `former-2.pem` and so on.
    fn former(&self, region: &str, number: usize) -> PathBuf {
        let number = if number == 1 { String::new() } else { format!("-{number}") };
        self.folder.join(format!("{region}.former{number}.pem"))
    }

    /// Gives a file a further name that no file has yet; where the same bytes lie aside already, that is it.
    fn set_aside(&self, region: &str, path: &Path) -> Result<PathBuf, CustodyError> {
        let content = file::read(path, place::KEY_FILE_BYTES_MAX)?;
        for number in 1..=FORMER_KEYS_MAX {
            let former = self.former(region, number);
            match file::link(path, &former) {
                Ok(()) => return Ok(former),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    let held = file::read(&former, place::KEY_FILE_BYTES_MAX);
                    if held.is_ok_and(|held| *held == *content) {
                        return Ok(former);
                    }
                }
                Err(error) => return Err(CustodyError::File { path: former, error }),
            }
        }
        let error = io::ErrorKind::AlreadyExists.into();
        Err(CustodyError::File { path: self.former(region, FORMER_KEYS_MAX), error })
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

/// Files that lie aside, of one ledger: further ones must first be moved away by hand.
const FORMER_KEYS_MAX: usize = 256;

fn put(path: &Path, content: &[u8]) -> Result<(), CustodyError> {
    let failed = |error: io::Error| CustodyError::File { path: path.to_owned(), error };
    file::write(path, content).map_err(failed)
}

fn missing(path: PathBuf) -> CustodyError {
    CustodyError::File { path, error: io::ErrorKind::NotFound.into() }
}
