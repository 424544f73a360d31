//! Public keys that statements may be signed with: parsed once, checked once, used for ever.

use std::fmt;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA256,
};
use ed25519_dalek::{Signature, VerifyingKey};
use x509_parser::prelude::FromDer;
use x509_parser::public_key::{PublicKey as ParsedKey, RSAPublicKey};
use x509_parser::x509::SubjectPublicKeyInfo;

use crate::algorithm::Algorithm;
use crate::curve::Curve;
use crate::error::{KeyError, SignatureInvalid};
use crate::rsa;

/// A public key of an accepted kind and strength, in its one spelling, for one algorithm.
///
/// The kind of a key says the algorithm, but for RSA: until [`PublicKey::with_algorithm`] says
/// otherwise, RS256 is meant.
#[derive(Clone)]
pub struct PublicKey {
    spki: Vec<u8>,
    material: Material,
}

#[derive(Clone)]
enum Material {
    Ed25519(Box<VerifyingKey>),
    Ecdsa { curve: Curve, key: ParsedPublicKey },
    Rsa { padding: Padding, key: ParsedPublicKey, signature_bytes: usize },
}

/// What one kind of key is used with in two ways.
#[derive(Clone, Copy)]
enum Padding {
    Pkcs1,
    Pss,
}

impl PublicKey {
    /// Reads a `SubjectPublicKeyInfo` in DER.
    ///
    /// Accepted are Ed25519 keys that are canonical and of prime order, ECDSA keys that are an
    /// uncompressed point of P-256 or P-384, and RSA keys of 2048 to 4096 bits with an odd exponent
    /// of at least 65537.
    pub fn from_spki_der(spki: &[u8]) -> Result<Self, KeyError> {
        if let Some(point) = spki.strip_prefix(&ED25519_SPKI_PREFIX) {
            let point = point.try_into().map_err(|_| KeyError::MalformedPublicKey)?;
            return Self::from_ed25519(point);
        }
        let parsed = parse_spki(spki)?;
        match parsed.parsed() {
            Ok(ParsedKey::EC(point)) => {
                let key = Self::from_point(Curve::of_spki(&parsed)?, point.data())?;
                // Its parts say the same, its bytes must too.
                if key.spki == spki { Ok(key) } else { Err(KeyError::MalformedPublicKey) }
            }
            Ok(ParsedKey::RSA(rsa)) => Self::from_rsa(spki, &rsa),
            Ok(_) => Err(not_accepted(&parsed)),
            Err(_) => Err(KeyError::MalformedPublicKey),
        }
    }

    /// Takes the 32 bytes of an Ed25519 key (RFC 8032, 5.1.5).
    ///
    /// With a key of prime order every verifier, strict or lenient, cofactored or not, agrees on
    /// every signature that [`PublicKey::verify`] accepts.
    pub fn from_ed25519(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::NotAPoint)?;
        let point = key.to_edwards();
        if point.compress().as_bytes() != bytes {
            return Err(KeyError::NotCanonical);
        }
        if point.is_small_order() {
            return Err(KeyError::SmallOrder);
        }
        if !point.is_torsion_free() {
            return Err(KeyError::MixedOrder);
        }
        let spki = [ED25519_SPKI_PREFIX.as_slice(), bytes].concat();
        Ok(Self { spki, material: Material::Ed25519(Box::new(key)) })
    }

    /// Takes a point of a curve, uncompressed. Both curves are of prime order: there are no others.
    pub(crate) fn from_point(curve: Curve, point: &[u8]) -> Result<Self, KeyError> {
        let spki = curve.spki(point)?;
        let key = match curve {
            Curve::P256 => ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &spki),
            Curve::P384 => ParsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, &spki),
        };
        let key = key.map_err(|_| KeyError::NotAPoint)?;
        Ok(Self { spki, material: Material::Ecdsa { curve, key } })
    }

    fn from_rsa(spki: &[u8], rsa: &RSAPublicKey<'_>) -> Result<Self, KeyError> {
        let signature_bytes = rsa::check(spki, rsa)?;
        Ok(Self { spki: spki.to_vec(), material: padded(spki, Padding::Pkcs1, signature_bytes)? })
    }

    /// The same key for another algorithm that keys of its kind have.
    pub fn with_algorithm(self, algorithm: Algorithm) -> Result<Self, KeyError> {
        if algorithm == self.algorithm() {
            return Ok(self);
        }
        let padding = match algorithm {
            Algorithm::Rs256 => Padding::Pkcs1,
            Algorithm::Ps256 => Padding::Pss,
            _ => return Err(KeyError::AlgorithmNotOfKey { algorithm }),
        };
        let Material::Rsa { signature_bytes, .. } = self.material else {
            return Err(KeyError::AlgorithmNotOfKey { algorithm });
        };
        let material = padded(&self.spki, padding, signature_bytes)?;
        Ok(Self { material, ..self })
    }

    /// The one algorithm of signatures by this key.
    pub fn algorithm(&self) -> Algorithm {
        match self.material {
            Material::Ed25519(_) => Algorithm::Ed25519,
            Material::Ecdsa { curve, .. } => curve.algorithm(),
            Material::Rsa { padding: Padding::Pkcs1, .. } => Algorithm::Rs256,
            Material::Rsa { padding: Padding::Pss, .. } => Algorithm::Ps256,
        }
    }

    /// Verifies one signature. This verdict decides; a batch verifier's never may.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureInvalid> {
        match &self.material {
            Material::Ed25519(key) => Signature::from_slice(signature)
                .and_then(|signature| key.verify_strict(message, &signature))
                .map_err(|_| SignatureInvalid),
            Material::Rsa { signature_bytes, .. } if signature.len() != *signature_bytes => {
                Err(SignatureInvalid)
            }
            Material::Ecdsa { key, .. } | Material::Rsa { key, .. } => {
                key.verify_sig(message, signature).map_err(|_| SignatureInvalid)
            }
        }
    }

    /// The `SubjectPublicKeyInfo` in DER.
    pub fn spki_der(&self) -> &[u8] {
        &self.spki
    }

    /// The content of the BIT STRING in the `SubjectPublicKeyInfo`.
    pub(crate) fn bits(&self) -> Result<Vec<u8>, KeyError> {
        Ok(parse_spki(&self.spki)?.subject_public_key.data.to_vec())
    }

    /// The 32 bytes of an Ed25519 key.
    pub fn ed25519_bytes(&self) -> Option<&[u8; 32]> {
        match &self.material {
            Material::Ed25519(key) => Some(key.as_bytes()),
            Material::Ecdsa { .. } | Material::Rsa { .. } => None,
        }
    }
}

/// The same key for the same algorithm.
impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.spki == other.spki && self.algorithm() == other.algorithm()
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({}, {})", self.algorithm(), crate::Hash::of(&self.spki))
    }
}

/// Checks a certification authority's key: what webpki verifies path signatures with.
pub(crate) fn check_authority_key(spki: &[u8]) -> Result<(), KeyError> {
    let parsed = parse_spki(spki)?;
    match parsed.parsed() {
        Ok(ParsedKey::RSA(rsa)) => rsa::check_authority(&rsa),
        Ok(ParsedKey::EC(_)) => Curve::of_spki(&parsed).map(|_| ()),
        Ok(ParsedKey::Unknown(_)) => PublicKey::from_spki_der(spki).map(|_| ()),
        Ok(_) => Err(not_accepted(&parsed)),
        Err(_) => Err(KeyError::MalformedPublicKey),
    }
}

/// The kind and strength of a key in words, of whatever kind it is: `RSA 2048`, `EC P-256`, `Ed25519`,
/// or the dotted identifier of its algorithm.
pub(crate) fn kind_of(spki: &[u8]) -> Result<String, KeyError> {
    let parsed = parse_spki(spki)?;
    let oid = parsed.algorithm.algorithm.to_id_string();
    Ok(match parsed.parsed() {
        Ok(ParsedKey::RSA(rsa)) if oid == RSA_ENCRYPTION => {
            format!("RSA {}", rsa::bits(rsa.modulus))
        }
        Ok(ParsedKey::EC(_)) => match Curve::of_spki(&parsed) {
            Ok(Curve::P256) => "EC P-256".to_owned(),
            Ok(Curve::P384) => "EC P-384".to_owned(),
            Err(KeyError::CurveNotAccepted { oid }) => format!("EC {oid}"),
            Err(_) => "EC".to_owned(),
        },
        _ if oid == ED25519 => "Ed25519".to_owned(),
        _ => oid,
    })
}

/// The length of an RSA modulus in bits; none for keys of other kinds.
pub(crate) fn rsa_bits(spki: &[u8]) -> Option<usize> {
    match parse_spki(spki).ok()?.parsed() {
        Ok(ParsedKey::RSA(rsa)) => Some(rsa::bits(rsa.modulus)),
        _ => None,
    }
}

/// The algorithms that statements may be signed with by a key, the first one unless another is named.
pub(crate) fn algorithms_of(key: &PublicKey) -> Vec<Algorithm> {
    let also = |algorithm: &Algorithm| key.clone().with_algorithm(*algorithm).is_ok();
    Algorithm::ALL.into_iter().filter(also).collect()
}

fn padded(spki: &[u8], padding: Padding, signature_bytes: usize) -> Result<Material, KeyError> {
    let key = match padding {
        Padding::Pkcs1 => ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, spki),
        // The salt is as long as the hash: that is what aws-lc verifies.
        Padding::Pss => ParsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, spki),
    };
    let key = key.map_err(|_| KeyError::MalformedPublicKey)?;
    Ok(Material::Rsa { padding, key, signature_bytes })
}

fn parse_spki(spki: &[u8]) -> Result<SubjectPublicKeyInfo<'_>, KeyError> {
    match SubjectPublicKeyInfo::from_der(spki) {
        Ok(([], parsed)) => Ok(parsed),
        _ => Err(KeyError::MalformedPublicKey),
    }
}

fn not_accepted(parsed: &SubjectPublicKeyInfo<'_>) -> KeyError {
    KeyError::AlgorithmNotAccepted { oid: parsed.algorithm.algorithm.to_id_string() }
}

/// RFC 8410, 3.
const ED25519: &str = "1.3.101.112";
/// RFC 8017, A.1.
const RSA_ENCRYPTION: &str = "1.2.840.113549.1.1.1";
/// SEQUENCE { SEQUENCE { OID 1.3.101.112 }, BIT STRING of 32 bytes } (RFC 8410, 4).
const ED25519_SPKI_PREFIX: [u8; 12] = [48, 42, 48, 5, 6, 3, 43, 101, 112, 3, 33, 0];
