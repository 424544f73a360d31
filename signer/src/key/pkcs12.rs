//! PKCS #12 files (RFC 7292), as certification authorities hand them to officials: `.p12`, `.pfx`. Those of
//! before 2021 are encrypted with RC2-40 and 3DES, which OpenSSL 3 no longer opens by itself. They
//! are only ever read.

use p12_keystore::error::Error;
use p12_keystore::{CertificateBag, Pkcs12Archive};

use super::{Passphrase, SigningKey};
use crate::certificate::Certificate;
use crate::error::KeyError;

/// The one key of a file and its certificates.
#[derive(Debug)]
pub struct Pkcs12 {
    /// The private key.
    pub key: SigningKey,
    /// DER, leaf first, then those above it as far as the file has them; a certificate that signed itself
    /// is left out unless it is the leaf.
    pub chain: Vec<Vec<u8>>,
}

impl Pkcs12 {
    /// Opens a file of at most [`PKCS12_BYTES_MAX`] bytes. What a derivation may cost is bounded by the
    /// library that reads it: a million rounds, and 1 GiB for scrypt.
    pub fn open(bytes: &[u8], passphrase: &Passphrase) -> Result<Self, KeyError> {
        if bytes.len() > PKCS12_BYTES_MAX {
            return Err(KeyError::Pkcs12TooLong { bytes_max: PKCS12_BYTES_MAX });
        }
        let archive = Pkcs12Archive::from_pkcs12(bytes, passphrase.as_str())
            .map_err(|error| refusal(&error))?;
        let keys = archive.keys.len();
        let [key] = archive.keys.as_slice() else {
            return Err(KeyError::Pkcs12Keys { keys });
        };
        let key = SigningKey::from_pkcs8_der(key.key.as_der())?;
        let chain = chain(&key, &archive.certs)?;
        Ok(Self { key, chain })
    }
}

/// From the certificate of the key upwards, each once.
fn chain(key: &SigningKey, bags: &[CertificateBag]) -> Result<Vec<Vec<u8>>, KeyError> {
    let is_leaf = |bag: &&CertificateBag| {
        let parsed = Certificate::from_der(bag.cert.as_der().to_vec());
        parsed.is_ok_and(|leaf| leaf.public_key().spki_der() == key.public_key().spki_der())
    };
    let leaf = bags.iter().find(is_leaf).ok_or(KeyError::Pkcs12NoCertificate)?;
    let mut chain = vec![&leaf.cert];
    while let Some(last) = chain.last()
        && let Some(above) = bags.iter().map(|bag| &bag.cert).find(|above| {
            above.subject() == last.issuer()
                && above.subject() != above.issuer()
                && !chain.contains(above)
        })
    {
        chain.push(above);
    }
    Ok(chain.into_iter().map(|certificate| certificate.as_der().to_vec()).collect())
}

fn refusal(error: &Error) -> KeyError {
    match error {
        // Where there is no MAC, a wrong passphrase shows in what comes out.
        Error::MacError(_)
        | Error::UnpadError
        | Error::Pkcs5Error(_)
        | Error::InvalidPrivateKey => KeyError::WrongPassphrase,
        Error::InvalidParameters => KeyError::DerivationTooCostly,
        Error::UnsupportedEncryptionScheme | Error::UnsupportedMacAlgorithm => {
            KeyError::Pkcs12EncryptionNotAccepted
        }
        _ => KeyError::NotPkcs12,
    }
}

/// Longest file: a key and a chain take less than 16 KiB.
pub const PKCS12_BYTES_MAX: usize = 256 << 10;
