//! One certificate as it describes itself, right or wrong, and everything about it that keeps its
//! holder from being enrolled. For people: what is believed comes from [`Credential`](crate::Credential).

use x509_parser::extensions::KeyUsage;
use x509_parser::prelude::{FromDer as _, X509Name};

use crate::algorithm::Algorithm;
use crate::error::{CertificateError, TrustError};
use crate::fields::{Authority, Fields};
use crate::hash::Hash;
use crate::public_key::{PublicKey, algorithms_of, kind_of};
use crate::trust::{HolderKind, Window, holder_faults};

/// What one certificate says of itself.
#[derive(Debug, Clone)]
pub struct Description {
    fields: Fields,
    key: String,
    algorithms: Vec<Algorithm>,
    faults: Vec<CertificateError>,
}

impl Description {
    /// Describes one certificate in DER, at most 8 KiB. Only what is no X.509 at all is refused.
    pub fn of_der(der: &[u8]) -> Result<Self, CertificateError> {
        let mut algorithms = Vec::new();
        let (fields, faults) = Fields::with_faults(der, |spki| {
            algorithms = algorithms_of(&PublicKey::from_spki_der(spki)?);
            Ok(())
        })?;
        let key = kind_of(&fields.spki).unwrap_or_default();
        Ok(Self { fields, key, algorithms, faults })
    }

    /// Everything about this certificate alone that keeps its key from being enrolled for a holder of
    /// this kind at a time in Unix seconds; whether its path leads to an anchor is not asked.
    pub fn obstacles(&self, kind: HolderKind, at: i64) -> Vec<TrustError> {
        let own = self.faults.iter().cloned();
        let own = own.map(|reason| TrustError::Certificate { index: 0, reason });
        own.chain(holder_faults(&self.fields, kind, at)).collect()
    }

    /// SHA-256 of the DER: the `x5t#S256` of the holder's statements.
    pub fn thumbprint(&self) -> Hash {
        self.fields.thumbprint
    }

    /// The holder's name.
    pub fn subject(&self) -> &str {
        &self.fields.subject.text
    }

    /// The issuer's name.
    pub fn issuer(&self) -> &str {
        &self.fields.issuer.text
    }

    /// The serial number in lower-case hexadecimal.
    pub fn serial(&self) -> &str {
        &self.fields.serial
    }

    /// When the certificate is valid by its own dates.
    pub fn window(&self) -> Window {
        Window::of(&self.fields)
    }

    /// What the issuer signed with: a name where it is a known one, else a dotted identifier.
    pub fn signature_algorithm(&self) -> &str {
        let oid = self.fields.signature_algorithm.as_str();
        SIGNATURE_ALGORITHMS.iter().find(|(dotted, _)| *dotted == oid).map_or(oid, |(_, name)| name)
    }

    /// Kind and strength of the holder's key: `RSA 2048`, `EC P-256`, `Ed25519`, or a dotted
    /// identifier; empty for a key that has no form at all.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The algorithms that the holder's statements may have; none for a key that is not accepted.
    pub fn algorithms(&self) -> &[Algorithm] {
        &self.algorithms
    }

    /// Whether the basic constraints say that the holder issues certificates.
    pub fn is_authority(&self) -> bool {
        self.fields.authority != Authority::No
    }

    /// Whether it is made for a person to sign with: for content that he cannot disown later (`nonRepudiation`), and not
    /// for an organisation, which has an `organizationIdentifier` (ITU-T X.520, 2.5.4.97; the seal of ETSI EN 319 412-3).
    pub fn is_of_person(&self) -> bool {
        let binds = self.fields.key_usage.as_ref().is_some_and(KeyUsage::non_repudiation);
        let organization = |name: &X509Name<'_>| {
            name.iter_attributes()
                .any(|one| one.attr_type().to_id_string() == ORGANIZATION_IDENTIFIER)
        };
        let named = X509Name::from_der(&self.fields.subject.der);
        binds && !named.is_ok_and(|(_, name)| organization(&name))
    }

    /// The names of the key usages (RFC 5280, 4.2.1.3); `None` without the extension.
    pub fn key_usage(&self) -> Option<Vec<&'static str>> {
        let usage = self.fields.key_usage.as_ref()?;
        Some(KEY_USAGES.iter().filter(|(is_set, _)| is_set(usage)).map(|(_, name)| *name).collect())
    }

    /// The extended key usages, dotted; `None` without the extension.
    pub fn extended_key_usage(&self) -> Option<&[String]> {
        self.fields.extended_key_usage.as_deref()
    }

    /// The certificate policies, dotted.
    pub fn policies(&self) -> &[String] {
        &self.fields.policies
    }
}

/// One bit of the extension.
type IsSet = fn(&KeyUsage) -> bool;

const KEY_USAGES: [(IsSet, &str); 9] = [
    (KeyUsage::digital_signature, "digitalSignature"),
    (KeyUsage::non_repudiation, "nonRepudiation"),
    (KeyUsage::key_encipherment, "keyEncipherment"),
    (KeyUsage::data_encipherment, "dataEncipherment"),
    (KeyUsage::key_agreement, "keyAgreement"),
    (KeyUsage::key_cert_sign, "keyCertSign"),
    (KeyUsage::crl_sign, "cRLSign"),
    (KeyUsage::encipher_only, "encipherOnly"),
    (KeyUsage::decipher_only, "decipherOnly"),
];

const ORGANIZATION_IDENTIFIER: &str = "2.5.4.97";
/// RFC 4055, RFC 5758, RFC 8410; and SHA-1, so that it is seen by its name.
const SIGNATURE_ALGORITHMS: [(&str, &str); 9] = [
    ("1.2.840.113549.1.1.5", "sha1WithRSAEncryption"),
    ("1.2.840.113549.1.1.10", "RSASSA-PSS"),
    ("1.2.840.113549.1.1.11", "sha256WithRSAEncryption"),
    ("1.2.840.113549.1.1.12", "sha384WithRSAEncryption"),
    ("1.2.840.113549.1.1.13", "sha512WithRSAEncryption"),
    ("1.2.840.10045.4.3.2", "ecdsa-with-SHA256"),
    ("1.2.840.10045.4.3.3", "ecdsa-with-SHA384"),
    ("1.2.840.10045.4.3.4", "ecdsa-with-SHA512"),
    ("1.3.101.112", "Ed25519"),
];
