//! Signing keys: make, load, store, sign. PKCS#8 is the only form on disk, its first version the
//! only one written: OpenSSL, PHP and Java read it everywhere.

use std::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
};
use ed25519_dalek::Signer;
use ed25519_dalek::pkcs8::spki::der::asn1::UintRef;
use ed25519_dalek::pkcs8::spki::der::{Encode as _, pem::LineEnding};
use ed25519_dalek::pkcs8::{EncodePrivateKey, KeypairBytes, PrivateKeyInfoRef, SecretDocument};
use zeroize::{Zeroize, Zeroizing};

use crate::algorithm::Algorithm;
use crate::curve::Curve;
use crate::error::{KeyError, SignError};
use crate::public_key::PublicKey;

/// A private key of an accepted algorithm and strength. It is wiped from memory when dropped.
pub struct SigningKey {
    material: Material,
    public_key: PublicKey,
}

enum Material {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    Ecdsa(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

impl SigningKey {
    /// Makes a new key from the system's randomness; RSA keys get 2048 bits.
    pub fn generate(algorithm: Algorithm) -> Result<Self, KeyError> {
        match algorithm {
            Algorithm::Ed25519 => {
                let mut seed = Zeroizing::new([0; 32]);
                getrandom::fill(seed.as_mut_slice()).map_err(|_| KeyError::NotGenerated)?;
                Self::of_ed25519(ed25519_dalek::SigningKey::from_bytes(&seed))
            }
            Algorithm::Es256 => Self::generate_on(Curve::P256),
            Algorithm::Es384 => Self::generate_on(Curve::P384),
            Algorithm::Rs256 | Algorithm::Ps256 => RsaKeyPair::generate(KeySize::Rsa2048)
                .map_err(|_| KeyError::NotGenerated)
                .and_then(Self::of_rsa)?
                .with_algorithm(algorithm),
        }
    }

    /// The Ed25519 key of a seed (RFC 8032, 5.1.5).
    pub fn from_ed25519_seed(mut seed: [u8; 32]) -> Result<Self, KeyError> {
        let key = ed25519_dalek::SigningKey::from_bytes(&seed);
        seed.zeroize();
        Self::of_ed25519(key)
    }

    /// Reads one PEM block `PRIVATE KEY`: PKCS#8 (RFC 5208) or its second version (RFC 5958), whose
    /// public key, if there is one, must belong to the private key.
    ///
    /// A file does not say what an RSA key signs with: RS256, until [`SigningKey::with_algorithm`]
    /// says PS256.
    pub fn from_pkcs8_pem(pem: &str) -> Result<Self, KeyError> {
        let (label, document) = SecretDocument::from_pem(pem).map_err(|_| KeyError::NotPem)?;
        if label != PRIVATE_KEY {
            return Err(KeyError::WrongPemLabel { label: label.to_owned() });
        }
        let info = PrivateKeyInfoRef::try_from(document.as_bytes())
            .map_err(|_| KeyError::MalformedPrivateKey)?;
        let public = info.public_key;
        let key = match info.algorithm.oid.to_string().as_str() {
            ED25519 => Self::of_ed25519(read_ed25519(info)?),
            EC_PUBLIC_KEY => read_ecdsa(&info).and_then(|(curve, key)| Self::of_ecdsa(curve, key)),
            RSA_ENCRYPTION => RsaKeyPair::from_pkcs8(first_version(&info)?.as_bytes())
                .map_err(|_| KeyError::MalformedPrivateKey)
                .and_then(Self::of_rsa),
            oid => Err(KeyError::AlgorithmNotAccepted { oid: oid.to_owned() }),
        }?;
        match public {
            Some(public) if public.as_bytes() != Some(key.public_key.bits()?.as_slice()) => {
                Err(KeyError::MalformedPrivateKey)
            }
            _ => Ok(key),
        }
    }

    /// Writes the key as PKCS#8, version 1, not encrypted. The text is wiped when dropped.
    pub fn to_pkcs8_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        let document = match &self.material {
            Material::Ed25519(key) => write_ed25519(key)?,
            Material::Ecdsa(key) => {
                let der = key.to_pkcs8v1().map_err(|_| KeyError::MalformedPrivateKey)?;
                SecretDocument::try_from(der.as_ref()).map_err(|_| KeyError::MalformedPrivateKey)?
            }
            Material::Rsa(key) => {
                let der: Pkcs8V1Der<'_> =
                    key.as_der().map_err(|_| KeyError::MalformedPrivateKey)?;
                SecretDocument::try_from(der.as_ref()).map_err(|_| KeyError::MalformedPrivateKey)?
            }
        };
        document.to_pem(PRIVATE_KEY, LineEnding::LF).map_err(|_| KeyError::MalformedPrivateKey)
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

    /// Signs a message. Ed25519 and RS256 give the same signature again, ECDSA and PSS another one
    /// each time.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        match &self.material {
            Material::Ed25519(key) => Ok(key.sign(message).to_bytes().to_vec()),
            Material::Ecdsa(key) => key
                .sign(&SystemRandom::new(), message)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(|_| SignError::KeyFailed),
            Material::Rsa(key) if self.algorithm() == Algorithm::Ps256 => {
                sign_rsa(key, &RSA_PSS_SHA256, message)
            }
            Material::Rsa(key) => sign_rsa(key, &RSA_PKCS1_SHA256, message),
        }
    }

    /// Signs a certificate. Authorities sign with PKCS #1 whatever their key may be used for besides.
    pub(crate) fn sign_certificate(&self, certificate: &[u8]) -> Result<Vec<u8>, SignError> {
        match &self.material {
            Material::Ed25519(_) => self.sign(certificate),
            // RFC 5480, 5 with RFC 3279, 2.2.3: r and s as a SEQUENCE in DER.
            Material::Ecdsa(_) => {
                let signature = self.sign(certificate)?;
                let (r, s) = signature.split_at(signature.len() / 2);
                let integer = |number| UintRef::new(number).map_err(|_| SignError::KeyFailed);
                vec![integer(r)?, integer(s)?].to_der().map_err(|_| SignError::KeyFailed)
            }
            Material::Rsa(key) => sign_rsa(key, &RSA_PKCS1_SHA256, certificate),
        }
    }

    fn generate_on(curve: Curve) -> Result<Self, KeyError> {
        let key = EcdsaKeyPair::generate(curve.signing()).map_err(|_| KeyError::NotGenerated)?;
        Self::of_ecdsa(curve, key)
    }

    fn of_ed25519(key: ed25519_dalek::SigningKey) -> Result<Self, KeyError> {
        let public_key = PublicKey::from_ed25519(key.verifying_key().as_bytes())?;
        Ok(Self { material: Material::Ed25519(Box::new(key)), public_key })
    }

    fn of_ecdsa(curve: Curve, key: EcdsaKeyPair) -> Result<Self, KeyError> {
        let public_key = PublicKey::from_point(curve, key.public_key().as_ref())?;
        Ok(Self { material: Material::Ecdsa(key), public_key })
    }

    fn of_rsa(key: RsaKeyPair) -> Result<Self, KeyError> {
        let spki: aws_lc_rs::encoding::PublicKeyX509Der<'_> =
            key.public_key().as_der().map_err(|_| KeyError::MalformedPrivateKey)?;
        let public_key = PublicKey::from_spki_der(spki.as_ref())?;
        Ok(Self { material: Material::Rsa(key), public_key })
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({:?})", self.public_key)
    }
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

const PRIVATE_KEY: &str = "PRIVATE KEY";
const ED25519: &str = "1.3.101.112";
const EC_PUBLIC_KEY: &str = "1.2.840.10045.2.1";
const RSA_ENCRYPTION: &str = "1.2.840.113549.1.1.1";
