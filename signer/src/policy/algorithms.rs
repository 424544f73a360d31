//! Which algorithms count, of statements and of the certificates above them, and until when.

use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use super::error::{self, TrustPolicyError};
use crate::algorithm::Algorithm;
use crate::error::TrustError;
use crate::fields::Fields;
use crate::public_key::rsa_bits;
use crate::trust::Credential;

/// A signature algorithm of statements or of certificates, by the name that statements use (RFC 7518, RFC 9864).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyAlgorithm {
    /// Ed25519.
    Ed25519,
    /// ECDSA on P-256 with SHA-256; in certificates ecdsa-with-SHA256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// RSA PKCS#1 v1.5 with SHA-256.
    Rs256,
    /// RSA PKCS#1 v1.5 with SHA-384; of certificates only.
    Rs384,
    /// RSA PKCS#1 v1.5 with SHA-512; of certificates only.
    Rs512,
    /// RSA PSS with SHA-256; of statements only.
    Ps256,
}

/// What an algorithm may sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signs {
    /// Statements and certificates, as far as the algorithm does either.
    Both,
    /// Statements.
    Statements,
    /// Certificates.
    Certificates,
}

/// One algorithm that counts. Where several rules name the same one, it counts by any of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlgorithmRule {
    /// The algorithm.
    pub algorithm: PolicyAlgorithm,
    /// What it may sign.
    pub signs: Signs,
    /// First second at which it no longer counts, Unix time; without end where there is none.
    pub until: Option<i64>,
    /// The shortest RSA modulus that counts, in bits.
    pub rsa_bits_min: Option<usize>,
}

impl PolicyAlgorithm {
    /// Every algorithm, in a fixed order.
    pub const ALL: [Self; 7] = [
        Self::Ed25519,
        Self::Es256,
        Self::Es384,
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
    ];

    /// Its name in a policy.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "Ed25519",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
        }
    }

    /// The algorithm of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    fn of_statements(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Ed25519 => Self::Ed25519,
            Algorithm::Es256 => Self::Es256,
            Algorithm::Es384 => Self::Es384,
            Algorithm::Rs256 => Self::Rs256,
            Algorithm::Ps256 => Self::Ps256,
        }
    }

    /// Of a certificate's signature, by the dotted identifier (RFC 4055, RFC 5758, RFC 8410).
    fn of_certificate(oid: &str) -> Option<Self> {
        Some(match oid {
            "1.3.101.112" => Self::Ed25519,
            "1.2.840.10045.4.3.2" => Self::Es256,
            "1.2.840.10045.4.3.3" => Self::Es384,
            "1.2.840.113549.1.1.11" => Self::Rs256,
            "1.2.840.113549.1.1.12" => Self::Rs384,
            "1.2.840.113549.1.1.13" => Self::Rs512,
            _ => return None,
        })
    }

    fn is_rsa(self) -> bool {
        matches!(self, Self::Rs256 | Self::Rs384 | Self::Rs512 | Self::Ps256)
    }

    fn can_sign(self, signs: Signs) -> bool {
        match signs {
            Signs::Both => true,
            Signs::Statements => !matches!(self, Self::Rs384 | Self::Rs512),
            Signs::Certificates => self != Self::Ps256,
        }
    }
}

impl AlgorithmRule {
    /// Everything that is wrong with it.
    pub fn faults(&self) -> Vec<TrustPolicyError> {
        let signs_nothing = !self.algorithm.can_sign(self.signs);
        let of_bits = match self.rsa_bits_min {
            Some(_) if !self.algorithm.is_rsa() => Some(TrustPolicyError::NotRsa),
            Some(bits) if !RSA_BITS.contains(&bits) => Some(TrustPolicyError::RsaBits),
            _ => None,
        };
        signs_nothing.then_some(TrustPolicyError::SignsNothing).into_iter().chain(of_bits).collect()
    }

    fn allows(&self, algorithm: PolicyAlgorithm, signs: Signs, spki: &[u8], at: i64) -> bool {
        self.algorithm == algorithm
            && (self.signs == Signs::Both || self.signs == signs)
            && self.until.is_none_or(|until| at < until)
            && self.rsa_bits_min.is_none_or(|min| rsa_bits(spki).is_some_and(|bits| bits >= min))
    }
}

/// Checks the rules themselves.
pub(super) fn check_all(rules: &[AlgorithmRule]) -> Result<(), TrustPolicyError> {
    for (number, rule) in (1..).zip(rules) {
        let failed =
            |reason| TrustPolicyError::Algorithm { rule: number, reason: Box::new(reason) };
        error::none_of(rule.faults()).map_err(failed)?;
        if rules.iter().take(number - 1).any(|earlier| earlier == rule) {
            return Err(failed(TrustPolicyError::Twice));
        }
    }
    Ok(())
}

/// Each certificate of a path is signed by the key of the next one, the last by the anchor's.
pub(super) fn check_path(
    rules: &[AlgorithmRule],
    below: &[&Fields],
    root_spki: &[u8],
    at: i64,
) -> Result<(), TrustError> {
    if rules.is_empty() {
        return Ok(());
    }
    let issuers = below.iter().skip(1).map(|fields| fields.spki.as_slice()).chain([root_spki]);
    for (index, (fields, issuer)) in below.iter().zip(issuers).enumerate() {
        let found = PolicyAlgorithm::of_certificate(&fields.signature_algorithm);
        let allowed = found.is_some_and(|algorithm| {
            rules.iter().any(|rule| rule.allows(algorithm, Signs::Certificates, issuer, at))
        });
        if !allowed {
            let algorithm = found.map_or_else(
                || fields.signature_algorithm.clone(),
                |known| known.name().to_owned(),
            );
            let rsa_bits = rsa_bits(issuer);
            return Err(TrustError::PathAlgorithm { index, algorithm, rsa_bits, at });
        }
    }
    Ok(())
}

/// First second at which no rule lets the algorithm of a certificate's signature count any more, where rules name it.
pub(super) fn until(rules: &[AlgorithmRule], certificate: &[u8]) -> Option<i64> {
    let (_, x509) = X509Certificate::from_der(certificate).ok()?;
    let oid = x509.signature_algorithm.algorithm.to_id_string();
    let algorithm = PolicyAlgorithm::of_certificate(&oid)?;
    let named = rules.iter().filter(|rule| {
        rule.algorithm == algorithm && matches!(rule.signs, Signs::Both | Signs::Certificates)
    });
    // The last rule that still lets it count says when it ends; one without an end has none.
    let ends: Option<Vec<i64>> = named.map(|rule| rule.until).collect();
    ends?.into_iter().max()
}

/// The holder's own algorithm, with his key.
pub(super) fn check_statements(
    rules: &[AlgorithmRule],
    credential: &Credential,
    at: i64,
) -> Result<(), TrustError> {
    let spki = credential.certificate().public_key().spki_der();
    let algorithm = PolicyAlgorithm::of_statements(credential.algorithm());
    if rules.is_empty()
        || rules.iter().any(|rule| rule.allows(algorithm, Signs::Statements, spki, at))
    {
        return Ok(());
    }
    let (algorithm, rsa_bits) = (credential.algorithm(), rsa_bits(spki));
    Err(TrustError::StatementAlgorithm { algorithm, rsa_bits, at })
}

/// What RSA moduli are accepted at all: of holders to 4096 bits, of authorities to 8192.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2_048..=8_192;
