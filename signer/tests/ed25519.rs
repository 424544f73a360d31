//! Ed25519 as everybody must see it: the RFC's vectors, Wycheproof's, and the keys and signatures
//! about which verifiers disagree, made here from the curve's own arithmetic.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use curve25519_dalek::EdwardsPoint;
use curve25519_dalek::constants::{ED25519_BASEPOINT_TABLE, EIGHT_TORSION};
use curve25519_dalek::scalar::Scalar;
use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};
use jejak_signer::{KeyError, PublicKey, SignatureInvalid, SigningKey};
use serde::Deserialize;
use sha2::{Digest, Sha512};
use wycheproof::TestResult;
use wycheproof::eddsa::{TestName, TestSet};

#[derive(Deserialize)]
struct Published {
    name: String,
    seed: String,
    public: String,
    message: String,
    signature: String,
}

#[test]
fn the_vectors_of_rfc_8032() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/ed25519-rfc8032.json");
    let text = std::fs::read_to_string(path).unwrap();
    let vectors: Vec<Published> = serde_json::from_str(&text).unwrap();
    assert_eq!(vectors.len(), 4);
    for vector in vectors {
        let key = SigningKey::from_ed25519_seed(hex32(&vector.seed)).unwrap();
        let (message, signature) = (hex(&vector.message), hex(&vector.signature));
        let public = key.public_key();
        assert_eq!(public.ed25519_bytes(), Some(&hex32(&vector.public)), "{}", vector.name);
        assert_eq!(key.sign(&message).unwrap(), signature, "{}", vector.name);
        assert_eq!(public.verify(&message, &signature), Ok(()), "{}", vector.name);
    }
}

/// TEST 1024 of the RFC has a message of 1023 bytes, which Wycheproof carries.
#[test]
fn the_long_vector_of_rfc_8032() {
    let seed = hex32("f5e5767cf153319517630f226876b86c8160cc583bc013744c6bf255f5cc0ee5");
    let public = hex32("278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e");
    let key = SigningKey::from_ed25519_seed(seed).unwrap();
    assert_eq!(key.public_key().ed25519_bytes(), Some(&public));
    let set = TestSet::load(TestName::Ed25519).unwrap();
    let group = set.test_groups.iter().find(|group| group.key.pk[..] == public).unwrap();
    let test = group.tests.iter().find(|test| test.msg.len() == 1023).unwrap();
    assert_eq!(key.sign(&test.msg).unwrap(), test.sig[..]);
}

#[test]
fn wycheproof_agrees_case_by_case() {
    let set = TestSet::load(TestName::Ed25519).unwrap();
    let mut cases = 0;
    for group in set.test_groups {
        let key = PublicKey::from_ed25519(group.key.pk[..].try_into().unwrap()).unwrap();
        assert_eq!(PublicKey::from_spki_der(&group.der).unwrap(), key);
        for test in group.tests {
            let expected = match test.result {
                TestResult::Valid => Ok(()),
                TestResult::Invalid | TestResult::Acceptable => Err(SignatureInvalid),
            };
            let verdict = key.verify(&test.msg, &test.sig);
            assert_eq!(verdict, expected, "{}: {}", test.tc_id, test.comment);
            cases += 1;
        }
    }
    assert_eq!(cases, 151);
}

#[test]
fn a_key_of_small_order_is_refused() {
    for point in EIGHT_TORSION {
        let bytes = point.compress().to_bytes();
        assert_eq!(PublicKey::from_ed25519(&bytes), Err(KeyError::SmallOrder));
    }
}

#[test]
fn a_key_of_mixed_order_is_refused() {
    let honest = Honest::new();
    for torsion in EIGHT_TORSION.into_iter().skip(1) {
        let bytes = (honest.point() + torsion).compress().to_bytes();
        assert_eq!(PublicKey::from_ed25519(&bytes), Err(KeyError::MixedOrder));
        assert_eq!(PublicKey::from_spki_der(&spki(&bytes)), Err(KeyError::MixedOrder));
    }
}

#[test]
fn a_second_spelling_of_a_point_is_refused() {
    // y = p, p + 1 and p - 1 + p stand for 0, 1 and -1 (RFC 8032, 5.1.3); then x = 0 with a sign.
    let mut spellings = Vec::new();
    for low in [0xed, 0xee] {
        for high in [0x7f, 0xff] {
            let mut bytes = [0xff; 32];
            (bytes[0], bytes[31]) = (low, high);
            spellings.push(bytes);
        }
    }
    for low in [0x01, 0xec] {
        let mut bytes = if low == 1 { [0; 32] } else { [0xff; 32] };
        (bytes[0], bytes[31]) = (low, if low == 1 { 0x80 } else { 0xff });
        spellings.push(bytes);
    }
    for bytes in spellings {
        assert_eq!(PublicKey::from_ed25519(&bytes), Err(KeyError::NotCanonical), "{bytes:?}");
    }
}

#[test]
fn bytes_that_are_no_point_are_refused() {
    let mut bytes = [0; 32];
    bytes[0] = 2;
    assert_eq!(PublicKey::from_ed25519(&bytes), Err(KeyError::NotAPoint));
}

/// Why keys must be of prime order: strict verification alone accepts this signature, and a verifier
/// that multiplies by the cofactor accepts others by the same key that strict verification refuses.
#[test]
fn strict_verification_alone_would_accept_a_mixed_order_key() {
    let honest = Honest::new();
    let key = (honest.point() + EIGHT_TORSION[1]).compress().to_bytes();
    let strict = VerifyingKey::from_bytes(&key).unwrap();
    let verdicts: Vec<bool> = (0_u8..64)
        .map(|n| {
            let signature = honest.sign_as(&key, EdwardsPoint::default(), &[n]);
            strict.verify_strict(&[n], &signature).is_ok()
        })
        .collect();
    assert!(verdicts.contains(&true) && verdicts.contains(&false));
}

#[test]
fn a_signature_with_a_mixed_order_r_is_refused() {
    let honest = Honest::new();
    for torsion in EIGHT_TORSION.into_iter().skip(1) {
        let signature = honest.sign_as(&honest.public, torsion, b"m");
        assert_eq!(honest.key().verify(b"m", &signature.to_bytes()), Err(SignatureInvalid));
    }
    let signature = honest.sign_as(&honest.public, EdwardsPoint::default(), b"m");
    assert_eq!(honest.key().verify(b"m", &signature.to_bytes()), Ok(()));
}

/// The equation holds for these, so a verifier that does not look at R accepts them.
#[test]
fn a_signature_whose_r_is_the_identity_is_refused() {
    let honest = Honest::new();
    let mut r = [0; 32];
    r[0] = 1;
    let s = challenge(&r, &honest.public, b"m") * honest.secret;
    let signature = Signature::from_components(r, s.to_bytes());
    let lenient = VerifyingKey::from_bytes(&honest.public).unwrap();
    assert!(lenient.verify(b"m", &signature).is_ok());
    assert_eq!(honest.key().verify(b"m", &signature.to_bytes()), Err(SignatureInvalid));
}

/// Also guards against the feature `legacy_compatibility`, which any crate of the build could set.
#[test]
fn an_s_beyond_the_group_order_is_refused() {
    let honest = Honest::new();
    let mut signature = honest.sign_as(&honest.public, EdwardsPoint::default(), b"m").to_bytes();
    let order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    let mut carry = 0;
    for (byte, order) in signature[32..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        [*byte, _] = sum.to_le_bytes();
        carry = sum >> 8;
    }
    assert_eq!(honest.key().verify(b"m", &signature), Err(SignatureInvalid));
}

/// A key pair of which the scalar is known.
struct Honest {
    secret: Scalar,
    public: [u8; 32],
}

impl Honest {
    fn new() -> Self {
        let secret = Scalar::from_bytes_mod_order([7; 32]);
        Self { secret, public: (&secret * ED25519_BASEPOINT_TABLE).compress().to_bytes() }
    }

    fn point(&self) -> EdwardsPoint {
        &self.secret * ED25519_BASEPOINT_TABLE
    }

    fn key(&self) -> PublicKey {
        PublicKey::from_ed25519(&self.public).unwrap()
    }

    /// Signs as the holder of `public`, with `torsion` added to R.
    fn sign_as(&self, public: &[u8; 32], torsion: EdwardsPoint, message: &[u8]) -> Signature {
        let nonce = Scalar::from_bytes_mod_order_wide(&Sha512::digest(message).into());
        let r = (&nonce * ED25519_BASEPOINT_TABLE + torsion).compress().to_bytes();
        let s = nonce + challenge(&r, public, message) * self.secret;
        Signature::from_components(r, s.to_bytes())
    }
}

/// RFC 8032, 5.1.7: k = SHA-512(R || A || M).
fn challenge(r: &[u8; 32], public: &[u8; 32], message: &[u8]) -> Scalar {
    let digest = Sha512::new().chain_update(r).chain_update(public).chain_update(message);
    Scalar::from_bytes_mod_order_wide(&digest.finalize().into())
}

fn spki(key: &[u8; 32]) -> Vec<u8> {
    [&hex("302a300506032b6570032100"), &key[..]].concat()
}

fn hex32(text: &str) -> [u8; 32] {
    hex(text).try_into().unwrap()
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
}
