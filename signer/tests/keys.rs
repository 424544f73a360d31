//! Keys on disk: what we write, OpenSSL reads, and what OpenSSL writes, we read.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{EncodePrivateKey as _, KeypairBytes, PublicKeyBytes};
use jejak_signer::{Algorithm, KeyError, SigningKey};
use x509_parser::prelude::FromDer as _;
use x509_parser::x509::SubjectPublicKeyInfo;

#[test]
fn written_keys_load_in_openssl() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm).unwrap();
        let pem = key.to_pkcs8_pem().unwrap();
        let public = openssl(&["pkey", "-pubout", "-outform", "DER"], pem.as_bytes());
        assert_eq!(public, key.public_key().spki_der(), "{algorithm}");
        let again = SigningKey::from_pkcs8_pem(&pem).unwrap().with_algorithm(algorithm).unwrap();
        assert_eq!(again.public_key(), key.public_key());
        assert_eq!(key.public_key().verify(b"m", &again.sign(b"m").unwrap()), Ok(()));
        assert_eq!(again.to_pkcs8_pem().unwrap(), pem);
    }
}

#[test]
fn keys_of_openssl_load_here() {
    for (algorithm, args) in [
        (Algorithm::Ed25519, &["genpkey", "-algorithm", "ED25519"][..]),
        (Algorithm::Es256, &["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]),
        (Algorithm::Es384, &["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"]),
        (
            Algorithm::Rs256,
            &["genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"],
        ),
    ] {
        let pem = String::from_utf8(openssl(args, b"")).unwrap();
        let key = SigningKey::from_pkcs8_pem(&pem).unwrap();
        assert_eq!(key.algorithm(), algorithm);
        let signature = key.sign(b"m").unwrap();
        assert_eq!(key.public_key().verify(b"m", &signature), Ok(()));
        assert_eq!(*key.to_pkcs8_pem().unwrap(), pem);
    }
}

#[test]
fn the_second_version_of_pkcs8_is_read_and_must_agree_with_itself() {
    let seed = [3; 32];
    let key = ed25519_dalek::SigningKey::from_bytes(&seed);
    let second = |public_key| {
        let pair = KeypairBytes { secret_key: seed, public_key: Some(PublicKeyBytes(public_key)) };
        pair.to_pkcs8_pem(LineEnding::LF).unwrap()
    };
    let own = SigningKey::from_pkcs8_pem(&second(key.verifying_key().to_bytes())).unwrap();
    assert_eq!(own.public_key().ed25519_bytes(), Some(key.verifying_key().as_bytes()));
    // What is written again is the first version: 119 characters instead of 168.
    assert_eq!(own.to_pkcs8_pem().unwrap().len(), 119);

    let other = ed25519_dalek::SigningKey::from_bytes(&[4; 32]).verifying_key().to_bytes();
    let refused = SigningKey::from_pkcs8_pem(&second(other)).unwrap_err();
    assert_eq!(refused, KeyError::MalformedPrivateKey);
}

/// RFC 5958: the public key at the end.
#[test]
fn the_second_version_of_other_keys_is_read_too() {
    for algorithm in [Algorithm::Es256, Algorithm::Es384, Algorithm::Rs256] {
        let [key, other] = [(); 2].map(|()| SigningKey::generate(algorithm).unwrap());
        let first = pkcs8(&key);
        let read = SigningKey::from_pkcs8_pem(&second_version(&first, &public_bits(&key))).unwrap();
        assert_eq!(read.public_key(), key.public_key());
        assert_eq!(read.to_pkcs8_pem().unwrap(), key.to_pkcs8_pem().unwrap());
        let another = second_version(&first, &public_bits(&other));
        let refused = SigningKey::from_pkcs8_pem(&another).unwrap_err();
        assert_eq!(refused, KeyError::MalformedPrivateKey);
    }
}

/// RFC 5915: an ECDSA key has its public key inside.
#[test]
fn the_public_key_in_an_ecdsa_key_must_belong_to_it() {
    for algorithm in [Algorithm::Es256, Algorithm::Es384] {
        let [key, other] = [(); 2].map(|()| SigningKey::generate(algorithm).unwrap());
        let (mut der, point) = (pkcs8(&key), public_bits(&other));
        der.truncate(der.len() - point.len());
        der.extend(point);
        let wrong = pem::encode(&pem::Pem::new("PRIVATE KEY", der));
        let refused = SigningKey::from_pkcs8_pem(&wrong).unwrap_err();
        assert_eq!(refused, KeyError::MalformedPrivateKey);
    }
}

fn pkcs8(key: &SigningKey) -> Vec<u8> {
    pem::parse(key.to_pkcs8_pem().unwrap().as_str()).unwrap().into_contents()
}

fn public_bits(key: &SigningKey) -> Vec<u8> {
    let (_, spki) = SubjectPublicKeyInfo::from_der(key.public_key().spki_der()).unwrap();
    spki.subject_public_key.data.to_vec()
}

/// The first version in DER with a public key as its last field: `[1] IMPLICIT BIT STRING`.
fn second_version(first: &[u8], public: &[u8]) -> String {
    let length_bytes = usize::from(first[1].saturating_sub(0x80));
    let mut body = first[2 + length_bytes..].to_vec();
    assert_eq!(body[..3], [2, 1, 0]);
    body[2] = 1;
    body.extend(tlv(0x81, &[&[0], public].concat()));
    pem::encode(&pem::Pem::new("PRIVATE KEY", tlv(0x30, &body)))
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(content.len()).unwrap().to_be_bytes();
    let header = match content.len() {
        0..0x80 => vec![tag, low],
        0x80..0x100 => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    [header, content.to_vec()].concat()
}

#[test]
fn other_keys_are_refused_by_name() {
    let generate = |args: &[&str]| String::from_utf8(openssl(args, b"")).unwrap();
    let refusal = |pem: &str| SigningKey::from_pkcs8_pem(pem).unwrap_err();

    for (curve, oid) in [("P-521", "1.3.132.0.35"), ("secp256k1", "1.3.132.0.10")] {
        let curve = format!("ec_paramgen_curve:{curve}");
        let ec = generate(&["genpkey", "-algorithm", "EC", "-pkeyopt", &curve]);
        assert_eq!(refusal(&ec), KeyError::CurveNotAccepted { oid: oid.to_owned() });
    }
    let explicit = generate(&[
        "genpkey",
        "-algorithm",
        "EC",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-pkeyopt",
        "ec_param_enc:explicit",
    ]);
    assert_eq!(refusal(&explicit), KeyError::MalformedPrivateKey);
    let ed448 = generate(&["genpkey", "-algorithm", "ED448"]);
    let oid = "1.3.101.113".to_owned();
    assert_eq!(refusal(&ed448), KeyError::AlgorithmNotAccepted { oid });

    let own = SigningKey::generate(Algorithm::Ed25519).unwrap().to_pkcs8_pem().unwrap();
    let encrypted = openssl(&["pkcs8", "-topk8", "-passout", "pass:x"], own.as_bytes());
    let encrypted = String::from_utf8(encrypted).unwrap();
    assert_eq!(refusal(&encrypted), KeyError::Encrypted);

    let weak =
        generate(&["genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"]);
    assert!(matches!(
        refusal(&weak),
        KeyError::MalformedPrivateKey | KeyError::ModulusLength { .. }
    ));
    for pem in ["", "no PEM", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"] {
        assert!(matches!(refusal(pem), KeyError::NotPem | KeyError::MalformedPrivateKey), "{pem}");
    }
}

#[test]
fn a_key_never_shows_its_secret() {
    let key = SigningKey::from_ed25519_seed([0xab; 32]).unwrap();
    let shown = format!("{key:?}");
    assert!(shown.starts_with("SigningKey(PublicKey(Ed25519, "), "{shown}");
    assert!(!shown.contains("abababab") && !shown.contains("171"), "{shown}");
}

fn openssl(args: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new("openssl")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    assert!(status.success(), "openssl {args:?}: {}", String::from_utf8_lossy(&stderr));
    stdout
}
