//! Certificates that are not the signer's, and signatures that are none.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair, RsaPssSaltLength,
    RsaSignatureEncoding,
};

use super::curves::order;
use super::{Cases, braces, eddsa};
use crate::signers::{Signer, Signers, stranger};

pub(super) fn signatures(cases: &mut Cases, signers: &Signers) {
    for signer in signers.all() {
        let header = braces(&signer.members().replace(&signer.x5t(), &stranger()));
        let unknown = signer.token().header(header).sign();
        let name = format!("{}: a certificate that nobody has enrolled", signer.algorithm());
        cases.signature(&name, unknown, "certificate-unknown");
    }
    pairings(cases, signers);
    for signer in signers.all() {
        of_every_algorithm(cases, signer);
    }
    ed25519(cases, &signers.ed25519);
    ecdsa(cases, &signers.es256);
    ecdsa(cases, &signers.es384);
    rsa(cases, &signers.rs256, &signers.ps256);
}

/// What one algorithm signs, with the certificate of each other.
fn pairings(cases: &mut Cases, signers: &Signers) {
    for named in signers.all() {
        for enrolled in signers.all() {
            if named.algorithm() == enrolled.algorithm() {
                continue;
            }
            let header = braces(&named.members().replace(&named.x5t(), &enrolled.x5t()));
            let token = named.token().header(header).sign();
            let (alg, other) = (named.algorithm(), enrolled.algorithm());
            let name = format!("{alg} for a certificate that is enrolled for {other}");
            cases.signature(&name, token, "algorithm-not-enrolled");
        }
    }
}

fn of_every_algorithm(cases: &mut Cases, signer: &Signer) {
    let (alg, token) = (signer.algorithm(), signer.token());
    let signature = token.signature();
    let mut add = |what: &str, token: String| {
        cases.signature(&format!("{alg}: {what}"), token, "signature-invalid");
    };
    let mut flipped = signature.clone();
    if let Some(byte) = flipped.last_mut() {
        *byte ^= 1;
    }
    add("a flipped bit", token.with_signature(&flipped));
    let other = token.clone().payload(r#"{"id":"2"}"#);
    add("over another payload", other.with_signature(&signature));
    add("all zero", token.with_signature(&vec![0; signature.len()]));
    add("all ones", token.with_signature(&vec![0xff; signature.len()]));
}

fn ed25519(cases: &mut Cases, signer: &Signer) {
    let invalid = "signature-invalid";
    let token = signer.token();
    let signature = token.signature();
    let eddsa = token.clone().header(braces(&eddsa(signer)));
    cases.signature("Ed25519: over the other name", eddsa.with_signature(&signature), invalid);
    let mut identity = [0; 64];
    if let Some(byte) = identity.first_mut() {
        *byte = 1;
    }
    cases.signature("Ed25519: R the identity, S zero", token.with_signature(&identity), invalid);
    let malleable = add_group_order(&signature);
    cases.signature("Ed25519: S plus the group order", token.with_signature(&malleable), invalid);
}

/// Both numbers lie between 0 and the order n, and are what they are.
fn ecdsa(cases: &mut Cases, signer: &Signer) {
    let (alg, token) = (signer.algorithm(), signer.token());
    let signature = token.signature();
    let (r, s) = signature.split_at(signature.len() / 2);
    let (zero, n) = (vec![0; r.len()], order(alg));
    for (what, r, s) in [
        ("r zero", &zero[..], s),
        ("s zero", r, &zero[..]),
        ("r the group order", &n, s),
        ("s the group order", r, &n),
        ("r and s the group order", &n, &n),
        ("r and s exchanged", s, r),
    ] {
        let token = token.with_signature(&[r, s].concat());
        cases.signature(&format!("{alg}: {what}"), token, "signature-invalid");
    }
}

/// The two paddings, each in the other's place, and the parameters that are fixed.
fn rsa(cases: &mut Cases, pkcs1: &Signer, pss: &Signer) {
    let invalid = "signature-invalid";
    let token = pkcs1.token();
    let other = rsa_sign(pkcs1, &RSA_PKCS1_SHA384, &token.signing_input());
    cases.signature("RS256: with SHA-384", token.with_signature(&other), invalid);
    let other = rsa_sign(pkcs1, &EMPTY_SALT, &token.signing_input());
    cases.signature("RS256: padded as PSS", token.with_signature(&other), invalid);

    let token = pss.token();
    let other = rsa_sign(pss, &RSA_PKCS1_SHA256, &token.signing_input());
    cases.signature("PS256: padded as PKCS #1", token.with_signature(&other), invalid);
    let other = rsa_sign(pss, &EMPTY_SALT, &token.signing_input());
    cases.signature("PS256: with an empty salt", token.with_signature(&other), invalid);
}

/// RFC 8032, 5.1: L = 2^252 + 27742317777372353535851937790883648493, little-endian.
fn add_group_order(signature: &[u8]) -> Vec<u8> {
    const L: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut signature = signature.to_vec();
    let mut carry = 0;
    for (byte, order) in signature.iter_mut().skip(32).zip(L) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    signature
}

fn rsa_sign(signer: &Signer, padding: &'static dyn RsaEncoding, message: &str) -> Vec<u8> {
    let pem = pem::parse(&signer.pkcs8_pem).unwrap();
    let key = RsaKeyPair::from_pkcs8(pem.contents()).unwrap();
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(padding, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    signature
}

/// Comes out the same each time: there is nothing random in it.
static EMPTY_SALT: RsaSignatureEncoding =
    RSA_PSS_SHA256.with_pss_salt_length(RsaPssSaltLength::Custom(0));
