//! Tokens written byte by byte, so that each rule can be the only one that is broken.

use std::fs;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair,
};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use crate::office::Office;

pub(crate) const TST_INFO: &[u64] = &[1, 2, 840, 113549, 1, 9, 16, 1, 4];
pub(crate) const SIGNED_DATA: &[u64] = &[1, 2, 840, 113549, 1, 7, 2];
pub(crate) const DATA: &[u64] = &[1, 2, 840, 113549, 1, 7, 1];
pub(crate) const SHA_1: &[u64] = &[1, 3, 14, 3, 2, 26];
pub(crate) const SHA_256: &[u64] = &[2, 16, 840, 1, 101, 3, 4, 2, 1];
pub(crate) const SHA_384: &[u64] = &[2, 16, 840, 1, 101, 3, 4, 2, 2];
pub(crate) const SHA_512: &[u64] = &[2, 16, 840, 1, 101, 3, 4, 2, 3];
pub(crate) const POLICY: &[u64] = &[1, 3, 6, 1, 4, 1, 99999, 1];
const CONTENT_TYPE: &[u64] = &[1, 2, 840, 113549, 1, 9, 3];
const MESSAGE_DIGEST: &[u64] = &[1, 2, 840, 113549, 1, 9, 4];
const ESS_V1: &[u64] = &[1, 2, 840, 113549, 1, 9, 16, 2, 12];
const ESS_V2: &[u64] = &[1, 2, 840, 113549, 1, 9, 16, 2, 47];
const ECDSA_WITH_SHA256: &[u64] = &[1, 2, 840, 10045, 4, 3, 2];
const ED25519: &[u64] = &[1, 3, 101, 112];

/// Everything that a token is made of; a test changes one thing.
#[derive(Clone)]
pub(crate) struct Forge {
    pub(crate) content_type: &'static [u64],
    pub(crate) econtent_type: &'static [u64],
    pub(crate) info: Info,
    /// After the `TSTInfo`, inside the content.
    pub(crate) info_tail: Vec<u8>,
    pub(crate) digest_algorithm: &'static [u64],
    pub(crate) signature_algorithm: &'static [u64],
    pub(crate) signed_content_type: Option<&'static [u64]>,
    /// Of the content, or else these bytes.
    pub(crate) signed_digest: Option<Vec<u8>>,
    /// The certificate that the attributes name, by version 1 and version 2.
    pub(crate) ess_v1: Option<Vec<u8>>,
    pub(crate) ess_v2: Option<Vec<u8>>,
    pub(crate) more_attributes: Vec<Vec<u8>>,
    pub(crate) without_attributes: bool,
    pub(crate) signers: usize,
    pub(crate) certificate: Vec<u8>,
    pub(crate) certificates: Vec<Vec<u8>>,
    pub(crate) key: Vec<u8>,
    pub(crate) ed25519: bool,
}

/// A `TSTInfo`.
#[derive(Clone)]
pub(crate) struct Info {
    pub(crate) version: u8,
    pub(crate) hash: &'static [u64],
    pub(crate) stamped: Vec<u8>,
    pub(crate) time: String,
    pub(crate) accuracy: Vec<u8>,
    pub(crate) nonce: Option<u64>,
    pub(crate) extension: Vec<u8>,
}

impl Forge {
    /// An honest token over `stamped`, by the certificate and its P-256 key.
    pub(crate) fn new(certificate: &[u8], key: &[u8], stamped: &[u8], time: &str) -> Self {
        let info = Info {
            version: 1,
            hash: SHA_256,
            stamped: stamped.to_vec(),
            time: time.to_owned(),
            accuracy: Vec::new(),
            nonce: None,
            extension: Vec::new(),
        };
        Self {
            content_type: SIGNED_DATA,
            econtent_type: TST_INFO,
            info,
            info_tail: Vec::new(),
            digest_algorithm: SHA_256,
            signature_algorithm: ECDSA_WITH_SHA256,
            signed_content_type: Some(TST_INFO),
            signed_digest: None,
            ess_v1: None,
            ess_v2: Some(certificate.to_vec()),
            more_attributes: Vec::new(),
            without_attributes: false,
            signers: 1,
            certificate: certificate.to_vec(),
            certificates: vec![certificate.to_vec()],
            key: key.to_vec(),
            ed25519: false,
        }
    }

    /// RFC 8419: Ed25519 signs attributes over SHA-512.
    pub(crate) fn by_ed25519(self) -> Self {
        Self { digest_algorithm: SHA_512, signature_algorithm: ED25519, ed25519: true, ..self }
    }

    /// The token in DER.
    pub(crate) fn token(&self) -> Vec<u8> {
        let content = [self.info.der(), self.info_tail.clone()].concat();
        let signer = self.signer(&content);
        let twin = [&signer[..], &tlv(0xa1, &[])].concat();
        let signers: Vec<Vec<u8>> = [signer, twin].into_iter().take(self.signers).collect();
        let signers = signers.iter().map(|signer| tlv(0x30, signer)).collect();
        let data = sequence(&[
            integer(3),
            set(vec![algorithm(self.digest_algorithm)]),
            sequence(&[oid(self.econtent_type), tlv(0xa0, &tlv(4, &content))]),
            retag(0xa0, set(self.certificates.clone())),
            set(signers),
        ]);
        sequence(&[oid(self.content_type), tlv(0xa0, &data)])
    }

    fn signer(&self, content: &[u8]) -> Vec<u8> {
        let (_, x509) = X509Certificate::from_der(&self.certificate).unwrap();
        let sid = sequence(&[x509.issuer().as_raw().to_vec(), tlv(2, x509.raw_serial())]);
        let attributes = set(self.attributes(content));
        let signed = if self.without_attributes { content } else { &attributes };
        let implicit = match self.without_attributes {
            true => Vec::new(),
            false => retag(0xa0, attributes.clone()),
        };
        [
            integer(1),
            sid,
            algorithm(self.digest_algorithm),
            implicit,
            algorithm(self.signature_algorithm),
            tlv(4, &self.sign(signed)),
        ]
        .concat()
    }

    fn attributes(&self, content: &[u8]) -> Vec<Vec<u8>> {
        let digest =
            self.signed_digest.clone().unwrap_or_else(|| hash(self.digest_algorithm, content));
        let mut all = vec![attribute(MESSAGE_DIGEST, &[tlv(4, &digest)])];
        all.extend(self.signed_content_type.map(|named| attribute(CONTENT_TYPE, &[oid(named)])));
        let v1 = |named: &Vec<u8>| ess_v1(&hash(SHA_1, named));
        all.extend(self.ess_v1.as_ref().map(v1));
        let v2 = |named: &Vec<u8>| ess_v2(&hash(SHA_256, named), &[]);
        all.extend(self.ess_v2.as_ref().map(v2));
        all.extend(self.more_attributes.clone());
        all
    }

    fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        if self.ed25519 {
            return Ed25519KeyPair::from_pkcs8(&self.key).unwrap().sign(bytes).as_ref().to_vec();
        }
        let algorithm: &'static EcdsaSigningAlgorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, &self.key).unwrap();
        pair.sign(&SystemRandom::new(), bytes).unwrap().as_ref().to_vec()
    }
}

impl Info {
    pub(crate) fn der(&self) -> Vec<u8> {
        let hashed = hash(self.hash, &self.stamped);
        let nonce = self.nonce.map(|nonce| tlv(2, &unsigned(nonce))).unwrap_or_default();
        sequence(&[
            integer(self.version),
            oid(POLICY),
            sequence(&[algorithm(self.hash), tlv(4, &hashed)]),
            tlv(2, &[0x0a, 0xbc]),
            tlv(24, self.time.as_bytes()),
            self.accuracy.clone(),
            nonce,
            self.extension.clone(),
        ])
    }
}

/// A key in PKCS#8.
pub(crate) fn pkcs8(office: &Office, name: &str) -> Vec<u8> {
    let key = format!("{name}.key");
    office.run(&["pkcs8", "-topk8", "-nocrypt", "-in", &key, "-outform", "DER", "-out", "x.p8"]);
    fs::read(office.file("x.p8")).unwrap()
}

/// A `TimeStampResp` of a status, with what follows it.
pub(crate) fn response(status: u8, more: &[u8], token: &[u8]) -> Vec<u8> {
    sequence(&[sequence(&[integer(status), more.to_vec()]), token.to_vec()])
}

/// `SigningCertificate` naming the certificate of this SHA-1 hash.
pub(crate) fn ess_v1(hash: &[u8]) -> Vec<u8> {
    attribute(ESS_V1, &[sequence(&[sequence(&[sequence(&[tlv(4, hash)])])])])
}

/// `SigningCertificateV2` naming the certificate of this SHA-256 hash, and its issuer and serial number.
pub(crate) fn ess_v2(hash: &[u8], issuer_serial: &[u8]) -> Vec<u8> {
    let id = sequence(&[tlv(4, hash), issuer_serial.to_vec()]);
    attribute(ESS_V2, &[sequence(&[sequence(&[id])])])
}

/// `IssuerSerial`: a name in DER and a number.
pub(crate) fn issuer_serial(issuer: &[u8], serial: &[u8]) -> Vec<u8> {
    sequence(&[sequence(&[tlv(0xa4, issuer)]), tlv(2, serial)])
}

pub(crate) fn attribute(named: &[u64], values: &[Vec<u8>]) -> Vec<u8> {
    sequence(&[oid(named), set(values.to_vec())])
}

pub(crate) fn hash(algorithm: &[u64], bytes: &[u8]) -> Vec<u8> {
    let algorithm = match algorithm {
        SHA_1 => &SHA1_FOR_LEGACY_USE_ONLY,
        SHA_384 => &SHA384,
        SHA_512 => &SHA512,
        _ => &SHA256,
    };
    digest(algorithm, bytes).as_ref().to_vec()
}

pub(crate) fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = u32::try_from(value.len()).unwrap().to_be_bytes();
    let skipped = length.iter().take_while(|byte| **byte == 0).count();
    let mut der = vec![tag];
    if value.len() < 128 {
        der.push(length[3]);
    } else {
        der.push(0x80 | u8::try_from(4 - skipped).unwrap());
        der.extend(&length[skipped..]);
    }
    der.extend(value);
    der
}

pub(crate) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

/// `SET OF` in the order of DER.
pub(crate) fn set(mut elements: Vec<Vec<u8>>) -> Vec<u8> {
    elements.sort();
    tlv(0x31, &elements.concat())
}

pub(crate) fn oid(arcs: &[u64]) -> Vec<u8> {
    let mut value = vec![u8::try_from(arcs[0] * 40 + arcs[1]).unwrap()];
    for arc in &arcs[2..] {
        let digits = (0..10).rev().map(|digit| (arc >> (7 * digit)) & 0x7f);
        let digits: Vec<u64> = digits.skip_while(|digit| *digit == 0).collect();
        let digits = if digits.is_empty() { vec![0] } else { digits };
        let last = digits.len() - 1;
        let byte = |(at, digit): (usize, &u64)| {
            u8::try_from(*digit).unwrap() | if at == last { 0 } else { 0x80 }
        };
        value.extend(digits.iter().enumerate().map(byte));
    }
    tlv(6, &value)
}

pub(crate) fn integer(value: u8) -> Vec<u8> {
    tlv(2, &[value])
}

fn algorithm(named: &[u64]) -> Vec<u8> {
    sequence(&[oid(named)])
}

fn retag(tag: u8, mut der: Vec<u8>) -> Vec<u8> {
    der[0] = tag;
    der
}

fn unsigned(value: u64) -> Vec<u8> {
    let bytes = value.to_be_bytes();
    let skipped = bytes.iter().take_while(|byte| **byte == 0).count().min(7);
    let sign = (bytes[skipped] & 0x80 != 0).then_some(0);
    sign.into_iter().chain(bytes[skipped..].iter().copied()).collect()
}
