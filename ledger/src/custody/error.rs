//! Why a key is not to be had.

use std::io;
use std::path::PathBuf;

use jejak_signer::{KeyError, TokenError, TokenUriError};

use super::SecretSource;

/// Why a private key is not to be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CustodyError {
    /// The file cannot be read or written.
    #[error("{}: {error}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// Others than its owner may read the file.
    #[error("{} may be read by others; `chmod 600` it", path.display())]
    Open {
        /// Which one.
        path: PathBuf,
    },
    /// The file is too long to be a key.
    #[error("{} has more than {bytes_max} bytes", path.display())]
    TooLong {
        /// Which one.
        path: PathBuf,
        /// The limit.
        bytes_max: usize,
    },
    /// What the file holds is no key that is accepted, or does not open.
    #[error("{}: {error}", path.display())]
    Key {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: KeyError,
    },
    /// Not the URI of a key on a token.
    #[error("{uri}: {error}")]
    Uri {
        /// As it was written.
        uri: String,
        /// Why.
        error: TokenUriError,
    },
    /// The key on a token is not to be had.
    #[error("{uri}: {error}")]
    Token {
        /// As it was written.
        uri: String,
        /// Why.
        error: TokenError,
    },
    /// What opens the key is not to be had.
    #[error("{place}: {error}")]
    Secret {
        /// Of which key.
        place: String,
        /// Why.
        error: SecretError,
    },
}

/// Why a passphrase or a PIN is not to be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// Not a source.
    #[error("{source_text:?} is not file:PATH, env:NAME or credential:NAME")]
    Malformed {
        /// As it was written.
        source_text: String,
    },
    /// Nobody said where it comes from.
    #[error("a passphrase or PIN is needed, and nothing says where it comes from")]
    NotNamed,
    /// The file cannot be read.
    #[error("{}: {error}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// Others than its owner may read the file.
    #[error("{} may be read by others; `chmod 600` it", path.display())]
    Open {
        /// Which one.
        path: PathBuf,
    },
    /// The variable is not set, or is not text.
    #[error("the variable {name} is not set to a text")]
    Variable {
        /// Its name.
        name: String,
    },
    /// The process was given no credentials.
    #[error("there is no CREDENTIALS_DIRECTORY: systemd gives it to services with LoadCredential=")]
    NoCredentials,
    /// What is there is no passphrase.
    #[error("{from}: {error}")]
    Unfit {
        /// Where it comes from.
        from: SecretSource,
        /// Why.
        error: KeyError,
    },
    /// It was asked for and not given.
    #[error("the question for it was not answered: {reason}")]
    NotAnswered {
        /// What the system says.
        reason: String,
    },
}
