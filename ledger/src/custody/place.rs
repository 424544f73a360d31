//! Where a private key is: a file of this machine, or a token.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use jejak_signer::{
    KeyError, PKCS12_BYTES_MAX, Passphrase, Pkcs12, SigningKey, TokenError, TokenUri, TokenUriError,
};
use serde::{Deserialize, Serialize};

use super::{CustodyError, SecretError, SecretSource, file};

/// Where a private key is: the path of a file, or a `pkcs11:` URI (RFC 7512).
///
/// The file holds PKCS#8 in PEM, plain or encrypted, or one line with such a URI.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub enum KeyPlace {
    /// A file.
    File(PathBuf),
    /// A token.
    Token(Box<TokenUri>),
}

/// What is asked for, to open which key.
#[derive(Debug, Clone, Copy)]
pub enum Wanted<'a> {
    /// The passphrase of an encrypted file.
    Passphrase(&'a Path),
    /// The PIN of a token, whose URI does not say where it is.
    Pin(&'a TokenUri),
}

impl KeyPlace {
    /// Opens the key. What it takes is asked of `ask`, and only where it takes something.
    pub fn open(
        &self,
        ask: &mut dyn FnMut(Wanted<'_>) -> Result<Passphrase, SecretError>,
    ) -> Result<SigningKey, CustodyError> {
        match self {
            Self::Token(uri) => open_token(uri, ask),
            Self::File(path) => open_file(path, &file::read(path, KEY_FILE_BYTES_MAX)?, ask),
        }
    }

    /// Opens the key without anybody to ask: what it takes is read from `secret`.
    pub fn open_with(&self, secret: Option<&SecretSource>) -> Result<SigningKey, CustodyError> {
        self.open(&mut |_| secret.ok_or(SecretError::NotNamed)?.read())
    }

    /// A relative path of a file starts at `folder`.
    #[must_use]
    pub fn starting_at(self, folder: &Path) -> Self {
        match self {
            Self::File(path) => Self::File(folder.join(path)),
            token @ Self::Token(_) => token,
        }
    }
}

impl FromStr for KeyPlace {
    type Err = TokenUriError;

    fn from_str(text: &str) -> Result<Self, TokenUriError> {
        if TokenUri::is_one(text) {
            text.parse().map(|uri| Self::Token(Box::new(uri)))
        } else {
            Ok(Self::File(PathBuf::from(text)))
        }
    }
}

impl fmt::Display for KeyPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Token(uri) => uri.fmt(f),
        }
    }
}

impl TryFrom<String> for KeyPlace {
    type Error = TokenUriError;

    fn try_from(text: String) -> Result<Self, TokenUriError> {
        text.parse()
    }
}

impl From<KeyPlace> for String {
    fn from(place: KeyPlace) -> Self {
        place.to_string()
    }
}

/// Opens a PKCS #12 file: a key and its certificates.
pub fn open_pkcs12(
    path: &Path,
    ask: &mut dyn FnMut(Wanted<'_>) -> Result<Passphrase, SecretError>,
) -> Result<Pkcs12, CustodyError> {
    let bytes = file::read(path, PKCS12_BYTES_MAX)?;
    let passphrase =
        ask(Wanted::Passphrase(path)).map_err(|error| unasked(path.display(), error))?;
    Pkcs12::open(&bytes, &passphrase).map_err(|error| of_file(path, error))
}

fn open_file(
    path: &Path,
    bytes: &[u8],
    ask: &mut dyn FnMut(Wanted<'_>) -> Result<Passphrase, SecretError>,
) -> Result<SigningKey, CustodyError> {
    let not_pem = |_| of_file(path, KeyError::NotPem);
    let text = str::from_utf8(bytes).map_err(not_pem)?;
    if TokenUri::is_one(text) {
        return open_token(&parsed(text.trim_end())?, ask);
    }
    match SigningKey::from_pkcs8_pem(text) {
        Err(KeyError::Encrypted) => {
            let passphrase = ask(Wanted::Passphrase(path));
            let passphrase = passphrase.map_err(|error| unasked(path.display(), error))?;
            SigningKey::from_encrypted_pem(text, &passphrase)
        }
        read => read,
    }
    .map_err(|error| of_file(path, error))
}

/// A PIN is asked for where the token wants one: not all do.
fn open_token(
    uri: &TokenUri,
    ask: &mut dyn FnMut(Wanted<'_>) -> Result<Passphrase, SecretError>,
) -> Result<SigningKey, CustodyError> {
    let pin = match uri.pin_source() {
        Some(source) => {
            let read = source.parse::<SecretSource>().and_then(|source| source.read());
            Some(read.map_err(|error| unasked(uri, error))?)
        }
        None => None,
    };
    match SigningKey::on_token(uri, pin.as_ref()) {
        Err(TokenError::PinMissing) => {
            let pin = ask(Wanted::Pin(uri)).map_err(|error| unasked(uri, error))?;
            SigningKey::on_token(uri, Some(&pin))
        }
        opened => opened,
    }
    .map_err(|error| CustodyError::Token { uri: uri.to_string(), error })
}

pub(super) fn parsed(uri: &str) -> Result<TokenUri, CustodyError> {
    uri.parse().map_err(|error| CustodyError::Uri { uri: uri.to_owned(), error })
}

fn of_file(path: &Path, error: KeyError) -> CustodyError {
    CustodyError::Key { path: path.to_owned(), error }
}

fn unasked(place: impl fmt::Display, error: SecretError) -> CustodyError {
    CustodyError::Secret { place: place.to_string(), error }
}

/// Longest file of a key or of a URI.
pub const KEY_FILE_BYTES_MAX: usize = 64 << 10;
