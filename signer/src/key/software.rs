//! Private keys in this process's memory: make, read, write, sign. PKCS#8 is the only form on disk, its
//! first version the only one written: OpenSSL, PHP and Java read it everywhere.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
};
use ed25519_dalek::Signer;
use ed25519_dalek::pkcs8::{EncodePrivateKey, KeypairBytes};
use pkcs8::{PrivateKeyInfoRef, SecretDocument};
use zeroize::{Zeroize, Zeroizing};

use crate::algorithm::Algorithm;
use crate::curve::Curve;
use crate::error::{KeyError, SignError};
use crate::public_key::PublicKey;

/// A private key. It is wiped from memory when dropped.
pub(super) enum Software {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    Ecdsa(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

/// A private key with its public half.
pub(super) type Pair = (Software, PublicKey);

impl Software {
    /// Makes a new key from the system's randomness; RSA keys get 2048 bits.
    pub(super) fn generate(algorithm: Algorithm) -> Result<Pair, KeyError> {
        match algorithm {
            Algorithm::Ed25519 => {
                let mut seed = Zeroizing::new([0; 32]);
                getrandom::fill(seed.as_mut_slice()).map_err(|_| KeyError::NotGenerated)?;
                of_ed25519(ed25519_dalek::SigningKey::from_bytes(&seed))
            }
            Algorithm::Es256 => generate_on(Curve::P256),
            Algorithm::Es384 => generate_on(Curve::P384),
            Algorithm::Rs256 | Algorithm::Ps256 => {
                let key = RsaKeyPair::generate(KeySize::Rsa2048);
                let (key, public) = of_rsa(key.map_err(|_| KeyError::NotGenerated)?)?;
                Ok((key, public.with_algorithm(algorithm)?))
            }
        }
    }

    /// The Ed25519 key of a seed (RFC 8032, 5.1.5).
    pub(super) fn from_ed25519_seed(mut seed: [u8; 32]) -> Result<Pair, KeyError> {
        let key = ed25519_dalek::SigningKey::from_bytes(&seed);
        seed.zeroize();
        of_ed25519(key)
    }

    /// Reads PKCS#8 in DER, of the first or the second version.
    pub(super) fn from_pkcs8_der(der: &[u8]) -> Result<Pair, KeyError> {
        let info = PrivateKeyInfoRef::try_from(der).map_err(|_| KeyError::MalformedPrivateKey)?;
        let public = info.public_key;
        let pair = match info.algorithm.oid.to_string().as_str() {
            ED25519 => of_ed25519(read_ed25519(info)?),
            EC_PUBLIC_KEY => read_ecdsa(&info).and_then(|(curve, key)| of_ecdsa(curve, key)),
            RSA_ENCRYPTION => RsaKeyPair::from_pkcs8(first_version(&info)?.as_bytes())
                .map_err(|_| KeyError::MalformedPrivateKey)
                .and_then(of_rsa),
            oid => Err(KeyError::AlgorithmNotAccepted { oid: oid.to_owned() }),
        }?;
        match public {
            Some(public) if public.as_bytes() != Some(pair.1.bits()?.as_slice()) => {
                Err(KeyError::MalformedPrivateKey)
            }
            _ => Ok(pair),
        }
    }

    /// Writes PKCS#8 in DER, version 1.
    pub(super) fn to_pkcs8_der(&self) -> Result<SecretDocument, KeyError> {
        let malformed = |_| KeyError::MalformedPrivateKey;
        match self {
            Self::Ed25519(key) => write_ed25519(key),
            Self::Ecdsa(key) => {
                let der = key.to_pkcs8v1().map_err(malformed)?;
                SecretDocument::try_from(der.as_ref()).map_err(|_| KeyError::MalformedPrivateKey)
            }
            Self::Rsa(key) => {
                let der: Pkcs8V1Der<'_> = key.as_der().map_err(malformed)?;
                SecretDocument::try_from(der.as_ref()).map_err(|_| KeyError::MalformedPrivateKey)
            }
        }
    }

    /// Signs a message as `algorithm`, which is one of the key's, says.
    pub(super) fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Result<Vec<u8>, SignError> {
        match self {
            Self::Ed25519(key) => Ok(key.sign(message).to_bytes().to_vec()),
            Self::Ecdsa(key) => key
                .sign(&SystemRandom::new(), message)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(|_| SignError::KeyFailed),
            Self::Rsa(key) if algorithm == Algorithm::Ps256 => {
                sign_rsa(key, &RSA_PSS_SHA256, message)
            }
            Self::Rsa(key) => sign_rsa(key, &RSA_PKCS1_SHA256, message),
        }
    }
}

fn generate_on(curve: Curve) -> Result<Pair, KeyError> {
    let key = EcdsaKeyPair::generate(curve.signing()).map_err(|_| KeyError::NotGenerated)?;
    of_ecdsa(curve, key)
}

fn of_ed25519(key: ed25519_dalek::SigningKey) -> Result<Pair, KeyError> {
    let public_key = PublicKey::from_ed25519(key.verifying_key().as_bytes())?;
    Ok((Software::Ed25519(Box::new(key)), public_key))
}

fn of_ecdsa(curve: Curve, key: EcdsaKeyPair) -> Result<Pair, KeyError> {
    let public_key = PublicKey::from_point(curve, key.public_key().as_ref())?;
    Ok((Software::Ecdsa(key), public_key))
}

fn of_rsa(key: RsaKeyPair) -> Result<Pair, KeyError> {
    let spki: aws_lc_rs::encoding::PublicKeyX509Der<'_> =
        key.public_key().as_der().map_err(|_| KeyError::MalformedPrivateKey)?;
    let public_key = PublicKey::from_spki_der(spki.as_ref())?;
    Ok((Software::Rsa(key), public_key))
}

fn sign_rsa(
    key: &RsaKeyPair,
    padding: &'static dyn RsaEncoding,
    message: &[u8],
) -> Result<Vec<u8>, SignError> {
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(padding, &SystemRandom::new(), message, &mut signature)
        .map_err(|_| SignError::KeyFailed)?;
    Ok(signature)
}

fn read_ecdsa(info: &PrivateKeyInfoRef<'_>) -> Result<(Curve, EcdsaKeyPair), KeyError> {
    let name = info.algorithm.parameters_oid().map_err(|_| KeyError::MalformedPrivateKey)?;
    let curve = Curve::of_oid(&name.to_string())?;
    let key = EcdsaKeyPair::from_pkcs8(curve.signing(), first_version(info)?.as_bytes());
    Ok((curve, key.map_err(|_| KeyError::MalformedPrivateKey)?))
}

/// The key without a public key beside it, which aws-lc does not read.
fn first_version(info: &PrivateKeyInfoRef<'_>) -> Result<SecretDocument, KeyError> {
    SecretDocument::try_from(PrivateKeyInfoRef::new(info.algorithm, info.private_key))
        .map_err(|_| KeyError::MalformedPrivateKey)
}

// The pair of the `ed25519` crate is plain memory: it is wiped by hand.

fn read_ed25519(info: PrivateKeyInfoRef<'_>) -> Result<ed25519_dalek::SigningKey, KeyError> {
    let mut pair = KeypairBytes::try_from(info).map_err(|_| KeyError::MalformedPrivateKey)?;
    let key = ed25519_dalek::SigningKey::try_from(&pair);
    pair.secret_key.zeroize();
    key.map_err(|_| KeyError::MalformedPrivateKey)
}

/// With the public key in it this would be version 2, which OpenSSL 3.0 refuses.
fn write_ed25519(key: &ed25519_dalek::SigningKey) -> Result<SecretDocument, KeyError> {
    let mut pair = KeypairBytes { secret_key: key.to_bytes(), public_key: None };
    let document = pair.to_pkcs8_der();
    pair.secret_key.zeroize();
    document.map_err(|_| KeyError::MalformedPrivateKey)
}

const ED25519: &str = "1.3.101.112";
const EC_PUBLIC_KEY: &str = "1.2.840.10045.2.1";
const RSA_ENCRYPTION: &str = "1.2.840.113549.1.1.1";
