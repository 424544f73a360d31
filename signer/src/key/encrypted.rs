//! Encrypted PKCS#8 (RFC 5958, 3): PBES2 (RFC 8018, 6.2), what it may cost to open, and how we write it.

use pkcs8::der::pem::LineEnding;
use pkcs8::pkcs5::pbes2::{Kdf, Parameters};
use pkcs8::pkcs5::{EncryptionScheme, Error};
use pkcs8::{EncryptedPrivateKeyInfoRef, PrivateKeyInfoRef, SecretDocument};
use zeroize::Zeroizing;

use super::Passphrase;
use crate::error::KeyError;

/// Opens one PEM block. What the derivation would cost is judged before anything is derived.
pub(super) fn decrypt(pem: &str, passphrase: &Passphrase) -> Result<SecretDocument, KeyError> {
    let (label, document) = SecretDocument::from_pem(pem).map_err(|_| KeyError::NotPem)?;
    if label != LABEL {
        return Err(KeyError::WrongPemLabel { label: label.to_owned() });
    }
    let info = EncryptedPrivateKeyInfoRef::try_from(document.as_bytes())
        .map_err(|_| KeyError::MalformedPrivateKey)?;
    let not_accepted =
        || KeyError::EncryptionNotAccepted { oid: info.encryption_algorithm.oid().to_string() };
    let EncryptionScheme::Pbes2(parameters) = &info.encryption_algorithm else {
        return Err(not_accepted());
    };
    check_cost(&parameters.kdf)?;
    let opened = parameters.decrypt(passphrase.as_str(), info.encrypted_data.as_bytes());
    let opened = Zeroizing::new(opened.map_err(|error| match error {
        Error::UnsupportedAlgorithm { oid } | Error::AlgorithmParametersInvalid { oid } => {
            KeyError::EncryptionNotAccepted { oid: oid.to_string() }
        }
        _ => KeyError::WrongPassphrase,
    })?);
    SecretDocument::try_from(opened.as_slice()).map_err(|_| KeyError::WrongPassphrase)
}

/// Writes one PEM block over `key`, PKCS#8 in DER.
pub(super) fn encrypt(
    key: &SecretDocument,
    passphrase: &Passphrase,
) -> Result<Zeroizing<String>, KeyError> {
    let (mut salt, mut iv) = ([0; SALT_BYTES], [0; 16]);
    getrandom::fill(&mut salt).map_err(|_| KeyError::NotGenerated)?;
    getrandom::fill(&mut iv).map_err(|_| KeyError::NotGenerated)?;
    let malformed = || KeyError::MalformedPrivateKey;
    let parameters = Parameters::generate_pbkdf2_sha256_aes256cbc(PBKDF2_ITERATIONS, &salt, iv)
        .map_err(|_| malformed())?;
    PrivateKeyInfoRef::try_from(key.as_bytes())
        .and_then(|info| info.encrypt_with_params(parameters, passphrase.as_str()))
        .map_err(|_| malformed())?
        .to_pem(LABEL, LineEnding::LF)
        .map_err(|_| malformed())
}

fn check_cost(kdf: &Kdf) -> Result<(), KeyError> {
    let is_affordable = match kdf {
        Kdf::Pbkdf2(parameters) => parameters.iteration_count <= PBKDF2_ITERATIONS_MAX,
        Kdf::Scrypt(parameters) => {
            let bytes = u64::from(parameters.block_size)
                .checked_mul(128)
                .and_then(|bytes| bytes.checked_mul(parameters.cost_parameter));
            bytes.is_some_and(|bytes| bytes <= SCRYPT_BYTES_MAX)
                && parameters.parallelization <= SCRYPT_PARALLEL_MAX
        }
        _ => false,
    };
    if is_affordable { Ok(()) } else { Err(KeyError::DerivationTooCostly) }
}

/// RFC 7468, 11.
pub(super) const LABEL: &str = "ENCRYPTED PRIVATE KEY";

/// Rounds of PBKDF2 with HMAC-SHA-256 that we write (OWASP's recommendation of 2023).
pub const PBKDF2_ITERATIONS: u32 = 600_000;
/// Rounds of PBKDF2 that we follow in somebody's file: some seconds.
pub const PBKDF2_ITERATIONS_MAX: u32 = 10_000_000;
/// Memory that scrypt may ask for (RFC 7914, 2: 128 r N).
pub const SCRYPT_BYTES_MAX: u64 = 1 << 30;
/// How often scrypt may fill it, one after the other (RFC 7914, 2: p).
pub const SCRYPT_PARALLEL_MAX: u16 = 4;
const SALT_BYTES: usize = 16;
