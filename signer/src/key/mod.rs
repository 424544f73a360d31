//! Signing keys: the one thing that signs, wherever the private key is. In this process's memory
//! (`software`), or held elsewhere, by a [`Signer`] that is asked for each signature.

mod encrypted;
mod passphrase;
mod pkcs12;
mod software;

use std::fmt;
use std::sync::Arc;

use pkcs8::SecretDocument;
use pkcs8::der::Encode as _;
use pkcs8::der::asn1::UintRef;
use pkcs8::der::pem::LineEnding;
use zeroize::Zeroizing;

use crate::algorithm::Algorithm;
use crate::error::{KeyError, SignError};
use crate::public_key::PublicKey;

pub use self::encrypted::{
    PBKDF2_ITERATIONS, PBKDF2_ITERATIONS_MAX, SCRYPT_BYTES_MAX, SCRYPT_PARALLEL_MAX,
};
pub use self::passphrase::{PASSPHRASE_BYTES_MAX, Passphrase};
pub use self::pkcs12::{PKCS12_BYTES_MAX, Pkcs12};
use self::software::Software;

/// A private key of an accepted algorithm and strength.
///
/// One in this process's memory is wiped from it when dropped.
pub struct SigningKey {
    held: Held,
    public_key: PublicKey,
}

/// Who has the private key.
enum Held {
    Here(Software),
    Elsewhere(Arc<dyn Signer>),
}

/// Something that holds a private key and signs with it when asked: a token, a module, a service.
pub trait Signer: Send + Sync {
    /// Signs `message` as `algorithm` says, one that the key's public half has: ECDSA as r and s one
    /// after the other (IEEE P1363), PSS with a salt as long as the hash. It may take long, but must end.
    fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Result<Vec<u8>, SignError>;
}

impl SigningKey {
    /// Makes a new key from the system's randomness; RSA keys get 2048 bits.
    pub fn generate(algorithm: Algorithm) -> Result<Self, KeyError> {
        Software::generate(algorithm).map(Self::here)
    }

    /// The Ed25519 key of a seed (RFC 8032, 5.1.5).
    pub fn from_ed25519_seed(seed: [u8; 32]) -> Result<Self, KeyError> {
        Software::from_ed25519_seed(seed).map(Self::here)
    }

    /// Reads one PEM block `PRIVATE KEY`: PKCS#8 (RFC 5208) or its second version (RFC 5958), whose
    /// public key, if there is one, must belong to the private key.
    ///
    /// A file does not say what an RSA key signs with: RS256, until [`SigningKey::with_algorithm`]
    /// says PS256.
    pub fn from_pkcs8_pem(pem: &str) -> Result<Self, KeyError> {
        let (label, document) = SecretDocument::from_pem(pem).map_err(|_| KeyError::NotPem)?;
        match label {
            PRIVATE_KEY => Self::from_pkcs8_der(document.as_bytes()),
            encrypted::LABEL => Err(KeyError::Encrypted),
            _ => Err(KeyError::WrongPemLabel { label: label.to_owned() }),
        }
    }

    /// Reads one PEM block `ENCRYPTED PRIVATE KEY` (RFC 5958, 3) of PBES2 (RFC 8018, 6.2) with a
    /// passphrase, within the bounds [`PBKDF2_ITERATIONS_MAX`] and [`SCRYPT_BYTES_MAX`].
    pub fn from_encrypted_pem(pem: &str, passphrase: &Passphrase) -> Result<Self, KeyError> {
        Self::from_pkcs8_der(encrypted::decrypt(pem, passphrase)?.as_bytes())
            // What a wrong passphrase leaves may by chance look decrypted; it never looks like a key.
            .map_err(|error| match error {
                KeyError::MalformedPrivateKey => KeyError::WrongPassphrase,
                other => other,
            })
    }

    /// Reads PKCS#8 in DER.
    pub(crate) fn from_pkcs8_der(der: &[u8]) -> Result<Self, KeyError> {
        Software::from_pkcs8_der(der).map(Self::here)
    }

    /// A key that `signer` has, with its public half. Each signature is verified before it is given out.
    pub fn held_elsewhere(public_key: PublicKey, signer: Arc<dyn Signer>) -> Self {
        Self { held: Held::Elsewhere(signer), public_key }
    }

    /// Writes the key as PKCS#8, version 1, not encrypted. The text is wiped when dropped.
    pub fn to_pkcs8_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        let document = self.software()?.to_pkcs8_der()?;
        document.to_pem(PRIVATE_KEY, LineEnding::LF).map_err(|_| KeyError::MalformedPrivateKey)
    }

    /// Writes the key as PKCS#8 encrypted under `passphrase`: PBES2 with AES-256-CBC and PBKDF2 of
    /// [`PBKDF2_ITERATIONS`] with HMAC-SHA-256, which OpenSSL 1.1, Java and PHP read.
    pub fn to_encrypted_pem(&self, passphrase: &Passphrase) -> Result<Zeroizing<String>, KeyError> {
        encrypted::encrypt(&self.software()?.to_pkcs8_der()?, passphrase)
    }

    /// The same key for another algorithm that keys of its kind have.
    pub fn with_algorithm(self, algorithm: Algorithm) -> Result<Self, KeyError> {
        Ok(Self { public_key: self.public_key.with_algorithm(algorithm)?, ..self })
    }

    /// The one algorithm of signatures by this key.
    pub fn algorithm(&self) -> Algorithm {
        self.public_key.algorithm()
    }

    /// The public half.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// Whether a signature is made by something else than this process, and may take long.
    pub fn is_elsewhere(&self) -> bool {
        matches!(self.held, Held::Elsewhere(_))
    }

    /// Signs a message. Ed25519 and RS256 give the same signature again, ECDSA and PSS another one
    /// each time.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.sign_as(&self.public_key, message)
    }

    /// Signs a certificate. Authorities sign with PKCS #1 whatever their key may be used for besides.
    pub(crate) fn sign_certificate(&self, certificate: &[u8]) -> Result<Vec<u8>, SignError> {
        match self.algorithm() {
            Algorithm::Ed25519 | Algorithm::Rs256 => self.sign(certificate),
            // RFC 5480, 5 with RFC 3279, 2.2.3: r and s as a SEQUENCE in DER.
            Algorithm::Es256 | Algorithm::Es384 => {
                let signature = self.sign(certificate)?;
                let (r, s) = signature.split_at(signature.len() / 2);
                let integer = |number| UintRef::new(number).map_err(|_| SignError::KeyFailed);
                vec![integer(r)?, integer(s)?].to_der().map_err(|_| SignError::KeyFailed)
            }
            Algorithm::Ps256 => {
                let public_key = self.public_key.clone().with_algorithm(Algorithm::Rs256);
                self.sign_as(&public_key.map_err(|_| SignError::KeyFailed)?, certificate)
            }
        }
    }

    fn sign_as(&self, public_key: &PublicKey, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let algorithm = public_key.algorithm();
        match &self.held {
            Held::Here(key) => key.sign(algorithm, message),
            Held::Elsewhere(signer) => {
                let signature = signer.sign(algorithm, message)?;
                // Nothing leaves that others would refuse, whatever a device makes of our question.
                match public_key.verify(message, &signature) {
                    Ok(()) => Ok(signature),
                    Err(_) => Err(SignError::KeyFailed),
                }
            }
        }
    }

    fn here((key, public_key): software::Pair) -> Self {
        Self { held: Held::Here(key), public_key }
    }

    fn software(&self) -> Result<&Software, KeyError> {
        match &self.held {
            Held::Here(key) => Ok(key),
            Held::Elsewhere(_) => Err(KeyError::NotExtractable),
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({:?})", self.public_key)
    }
}

const PRIVATE_KEY: &str = "PRIVATE KEY";
