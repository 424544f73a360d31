//! Why a key on a token is not to be had, or does not sign.

use std::path::PathBuf;

use super::key::KeyError;

/// Why a text is not the URI of a key on a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenUriError {
    /// It does not begin with `pkcs11:`, is too long, or an escape or an attribute is malformed.
    #[error("not a PKCS#11 URI (RFC 7512)")]
    Malformed,
    /// An attribute that is not used here.
    #[error("the attribute {name} is not used here")]
    Unknown {
        /// As found.
        name: String,
    },
    /// An attribute that stands there twice.
    #[error("the attribute {name} stands there twice")]
    Twice {
        /// As found.
        name: String,
    },
    /// A PIN in the URI: it would stand in process lists, histories and logs.
    #[error("pin-value does not belong into a URI: name a file with pin-source")]
    PinInside,
    /// No `module-path`, or one that is not absolute.
    #[error("module-path must name the PKCS#11 module by its whole path")]
    NoModule,
    /// Neither `object` nor `id`.
    #[error("the key is not named: object or id is needed")]
    NoObject,
}

/// Why a key on a token is not to be had, or does not sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The module does not load.
    #[error("the PKCS#11 module {} does not load: {reason}", path.display())]
    Module {
        /// Of the URI.
        path: PathBuf,
        /// What the loader says.
        reason: String,
    },
    /// No token fits the URI.
    #[error("no such token is present")]
    TokenAbsent,
    /// Several tokens fit.
    #[error("{tokens} tokens fit: name one by token or serial")]
    TokenAmbiguous {
        /// So many.
        tokens: usize,
    },
    /// The token asks for a PIN and none was given.
    #[error("the token asks for a PIN")]
    PinMissing,
    /// The PIN is wrong.
    #[error("the PIN is wrong")]
    PinWrong,
    /// The PIN was wrong too often.
    #[error("the PIN is locked")]
    PinLocked,
    /// No private key on the token fits.
    #[error("no such private key on the token")]
    ObjectNotFound,
    /// Several private keys fit.
    #[error("{objects} private keys fit: name one by object and id")]
    ObjectAmbiguous {
        /// So many.
        objects: usize,
    },
    /// A new key would have the name of one that is there.
    #[error("the token holds an object of this name already")]
    ObjectExists,
    /// The token holds neither the public key beside the private one nor its certificate.
    #[error("the token does not tell the public key: neither it nor a certificate is there")]
    PublicKeyNotFound,
    /// The key is of a kind or strength that is not accepted.
    #[error("the key on the token: {0}")]
    Key(#[from] KeyError),
    /// After the token was opened again another key was there.
    #[error("the token now holds another key under this name")]
    OtherKey,
    /// The token cannot do what the key's algorithm needs.
    #[error("the token does not have the mechanism {mechanism}")]
    MechanismMissing {
        /// Its name in PKCS#11.
        mechanism: &'static str,
    },
    /// The key asks for the PIN again before each signature, which nobody could answer.
    #[error("the key asks for its PIN before each signature (CKA_ALWAYS_AUTHENTICATE)")]
    AlwaysAuthenticate,
    /// The module did not answer in time; what it does with the question is not known.
    #[error("the token did not answer within {seconds} s")]
    TimedOut {
        /// The bound.
        seconds: u64,
    },
    /// The token's answer to a function of PKCS#11.
    #[error("the token: {reason}")]
    Device {
        /// Function and answer.
        reason: String,
    },
    /// The session is gone: the token was removed, the module was finalised.
    #[error("the session with the token is gone: {reason}")]
    SessionLost {
        /// Function and answer.
        reason: String,
    },
}

impl TokenError {
    /// The stable name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Module { .. } => "token-module",
            Self::TokenAbsent => "token-absent",
            Self::TokenAmbiguous { .. } => "token-ambiguous",
            Self::PinMissing => "pin-missing",
            Self::PinWrong => "pin-wrong",
            Self::PinLocked => "pin-locked",
            Self::ObjectNotFound => "token-object-not-found",
            Self::ObjectAmbiguous { .. } => "token-object-ambiguous",
            Self::ObjectExists => "token-object-exists",
            Self::PublicKeyNotFound => "token-public-key-not-found",
            Self::Key(error) => error.code(),
            Self::OtherKey => "token-other-key",
            Self::MechanismMissing { .. } => "token-mechanism-missing",
            Self::AlwaysAuthenticate => "token-always-authenticate",
            Self::TimedOut { .. } => "token-timed-out",
            Self::Device { .. } => "token-device",
            Self::SessionLost { .. } => "token-session-lost",
        }
    }
}
