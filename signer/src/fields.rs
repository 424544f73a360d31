//! What stands in one X.509 certificate (RFC 5280), read once and owned. Nothing here says that
//! the certificate may be trusted.

use std::fmt::Write as _;

use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{ExtendedKeyUsage, KeyUsage, ParsedExtension, PolicyInformation};
use x509_parser::prelude::FromDer;
use x509_parser::validate::{Validator, VecLogger, X509StructureValidator};
use x509_parser::x509::X509Version;

use crate::error::CertificateError;
use crate::hash::Hash;

/// Longest certificate in bytes; the longest seen in use has about 2,000.
pub(crate) const CERTIFICATE_BYTES_MAX: usize = 8_192;

/// The fields of a well-formed certificate of version 3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fields {
    pub(crate) der: Vec<u8>,
    pub(crate) thumbprint: Hash,
    pub(crate) spki: Vec<u8>,
    /// Dotted, of the issuer's signature.
    pub(crate) signature_algorithm: String,
    pub(crate) subject: Name,
    pub(crate) issuer: Name,
    /// Lower-case hexadecimal, as encoded.
    pub(crate) serial: String,
    /// Unix seconds.
    pub(crate) not_before: i64,
    /// Unix seconds, inclusive (RFC 5280, 4.1.2.5).
    pub(crate) not_after: i64,
    pub(crate) authority: Authority,
    pub(crate) key_usage: Option<KeyUsage>,
    /// Dotted object identifiers.
    pub(crate) extended_key_usage: Option<Vec<String>>,
    /// Dotted object identifiers of the certificate policies.
    pub(crate) policies: Vec<String>,
    /// Whether the extension with the policies is critical.
    pub(crate) policies_critical: bool,
    /// Whether all qualifiers of the policies are those of RFC 5280, which are for people.
    pub(crate) policy_qualifiers_known: bool,
}

/// A distinguished name: for people, and the bytes to compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) der: Vec<u8>,
}

/// What the basic constraints say (RFC 5280, 4.2.1.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Authority {
    No,
    Yes { path_length: Option<u32> },
}

impl Fields {
    /// Reads a certificate in DER, `check_key` deciding on its `SubjectPublicKeyInfo`.
    pub(crate) fn from_der<K>(
        der: Vec<u8>,
        check_key: impl FnOnce(&[u8]) -> Result<K, CertificateError>,
    ) -> Result<(Self, K), CertificateError> {
        let (x509, after) = parse(&der)?;
        if let Some(fault) = form_faults(&x509, after).next() {
            return Err(fault);
        }
        // Before the structure: the validator expects keys that are not empty.
        let key = check_key(x509.public_key().raw)?;
        check_structure(&x509)?;
        let fields = Self::of(&x509, &der);
        Ok((Self { der, ..fields }, key))
    }

    /// What the certificate says, and everything that keeps it from being read, the first of it as
    /// [`Fields::from_der`] would say. The fields of a faulty certificate say no more than they say.
    pub(crate) fn with_faults(
        der: &[u8],
        check_key: impl FnOnce(&[u8]) -> Result<(), CertificateError>,
    ) -> Result<(Self, Vec<CertificateError>), CertificateError> {
        let (x509, after) = parse(der)?;
        let mut faults: Vec<_> = form_faults(&x509, after).collect();
        match check_key(x509.public_key().raw) {
            Err(fault) => faults.push(fault),
            Ok(()) => faults.extend(check_structure(&x509).err()),
        }
        Ok((Self { der: der.to_vec(), ..Self::of(&x509, der) }, faults))
    }

    /// Where an extension stands twice the first one is meant, and one that does not parse is none:
    /// both are faults of their own.
    fn of(x509: &X509Certificate<'_>, der: &[u8]) -> Self {
        let authority = parsed(x509, |extension| match extension {
            ParsedExtension::BasicConstraints(constraints) => Some(constraints.clone()),
            _ => None,
        });
        Self {
            der: Vec::new(),
            thumbprint: Hash::of(der),
            spki: x509.public_key().raw.to_vec(),
            signature_algorithm: x509.signature_algorithm.algorithm.to_id_string(),
            subject: Name::of(x509.subject()),
            issuer: Name::of(x509.issuer()),
            serial: hex(serial_value(x509.raw_serial())),
            not_before: x509.validity().not_before.timestamp(),
            not_after: x509.validity().not_after.timestamp(),
            authority: match authority {
                Some(constraints) if constraints.ca => {
                    Authority::Yes { path_length: constraints.path_len_constraint }
                }
                _ => Authority::No,
            },
            key_usage: parsed(x509, |extension| match extension {
                ParsedExtension::KeyUsage(usage) => Some(*usage),
                _ => None,
            }),
            extended_key_usage: parsed(x509, |extension| match extension {
                ParsedExtension::ExtendedKeyUsage(usage) => Some(purposes(usage)),
                _ => None,
            }),
            policies: parsed(x509, |extension| match extension {
                ParsedExtension::CertificatePolicies(policies) => {
                    Some(policies.iter().map(|policy| policy.policy_id.to_id_string()).collect())
                }
                _ => None,
            })
            .unwrap_or_default(),
            policies_critical: x509.extensions().iter().any(|extension| {
                extension.critical && extension.oid.to_id_string() == CERTIFICATE_POLICIES
            }),
            policy_qualifiers_known: parsed(x509, |extension| match extension {
                ParsedExtension::CertificatePolicies(policies) => {
                    Some(policies.iter().all(has_known_qualifiers))
                }
                _ => None,
            })
            .unwrap_or_default(),
        }
    }

    /// Whether the certificate is valid at a time, by its own dates.
    pub(crate) fn is_valid_at(&self, at: i64) -> bool {
        (self.not_before..=self.not_after).contains(&at)
    }

    /// Whether subject and issuer are the same name.
    pub(crate) fn is_self_issued(&self) -> bool {
        self.subject.der == self.issuer.der
    }
}

impl Name {
    fn of(name: &x509_parser::x509::X509Name<'_>) -> Self {
        Self { text: name.to_string(), der: name.as_raw().to_vec() }
    }
}

/// X.509 in DER of a bounded length, and how many bytes stand after it.
fn parse(der: &[u8]) -> Result<(X509Certificate<'_>, usize), CertificateError> {
    if der.len() > CERTIFICATE_BYTES_MAX {
        return Err(CertificateError::TooLong {
            bytes: der.len(),
            bytes_max: CERTIFICATE_BYTES_MAX,
        });
    }
    let (rest, x509) = X509Certificate::from_der(der).map_err(|_| CertificateError::Malformed)?;
    Ok((x509, rest.len()))
}

/// The faults that show before the key and the extensions' contents are looked at.
fn form_faults(x509: &X509Certificate<'_>, after: usize) -> impl Iterator<Item = CertificateError> {
    let bytes_after = (after > 0).then_some(CertificateError::BytesAfter { bytes: after });
    let checks = [check_version, check_algorithms, check_serial, check_subject, check_extensions];
    bytes_after.into_iter().chain(checks.into_iter().filter_map(|check| check(x509).err()))
}

fn check_version(x509: &X509Certificate<'_>) -> Result<(), CertificateError> {
    if x509.version() == X509Version::V3 { Ok(()) } else { Err(CertificateError::NotVersion3) }
}

/// RFC 5280, 4.1.1.2: the two must be the same; only the inner one is signed.
fn check_algorithms(x509: &X509Certificate<'_>) -> Result<(), CertificateError> {
    if x509.signature_algorithm == x509.tbs_certificate.signature {
        Ok(())
    } else {
        Err(CertificateError::SignatureAlgorithmsDiffer)
    }
}

/// RFC 5280, 4.1.2.2: a positive integer of at most 20 octets, its sign octet not counted.
fn check_serial(x509: &X509Certificate<'_>) -> Result<(), CertificateError> {
    let raw = x509.raw_serial();
    let value = serial_value(raw);
    let negative = raw.first().is_some_and(|byte| byte & 0x80 != 0);
    if negative || value.len() > 20 || value.iter().all(|byte| *byte == 0) {
        return Err(CertificateError::SerialNumber);
    }
    Ok(())
}

/// RFC 5280, 4.1.2.6: without a subject the names of a certificate are in a critical extension, as
/// those of servers are; OpenSSL refuses it in people's.
fn check_subject(x509: &X509Certificate<'_>) -> Result<(), CertificateError> {
    match x509.subject().iter().next() {
        Some(_) => Ok(()),
        None => Err(CertificateError::SubjectEmpty),
    }
}

fn check_extensions(x509: &X509Certificate<'_>) -> Result<(), CertificateError> {
    x509.extensions_map().map_err(|_| CertificateError::DuplicateExtension)?;
    // webpki checks this too, but not for anchors.
    for extension in x509.extensions().iter().filter(|extension| extension.critical) {
        let oid = extension.oid.to_id_string();
        if !CRITICAL_EXTENSIONS.contains(&oid.as_str()) {
            return Err(CertificateError::UnknownCriticalExtension { oid });
        }
    }
    Ok(())
}

fn check_structure(x509: &X509Certificate<'_>) -> Result<(), CertificateError> {
    let mut log = VecLogger::default();
    if X509StructureValidator.validate(x509, &mut log) {
        return Ok(());
    }
    Err(CertificateError::Structure { faults: log.errors().to_vec() })
}

/// The first extension that `pick` knows.
fn parsed<T>(
    x509: &X509Certificate<'_>,
    pick: impl Fn(&ParsedExtension<'_>) -> Option<T>,
) -> Option<T> {
    x509.extensions().iter().find_map(|extension| pick(extension.parsed_extension()))
}

/// Without the octet that only says that the number is positive.
fn serial_value(raw: &[u8]) -> &[u8] {
    raw.strip_prefix(&[0]).unwrap_or(raw)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String never fails.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// RFC 5280, 4.2.1.4 defines two: where the statement of practice is, and a notice to people.
fn has_known_qualifiers(policy: &PolicyInformation<'_>) -> bool {
    policy.policy_qualifiers.iter().flatten().all(|qualifier| {
        let oid = qualifier.policy_qualifier_id.to_id_string();
        ["1.3.6.1.5.5.7.2.1", "1.3.6.1.5.5.7.2.2"].contains(&oid.as_str())
    })
}

fn purposes(usage: &ExtendedKeyUsage<'_>) -> Vec<String> {
    let named = [
        (usage.any, ANY_EXTENDED_KEY_USAGE),
        (usage.server_auth, "1.3.6.1.5.5.7.3.1"),
        (usage.client_auth, CLIENT_AUTH),
        (usage.code_signing, "1.3.6.1.5.5.7.3.3"),
        (usage.email_protection, EMAIL_PROTECTION),
        (usage.time_stamping, "1.3.6.1.5.5.7.3.8"),
        (usage.ocsp_signing, "1.3.6.1.5.5.7.3.9"),
    ];
    let named = named.into_iter().filter(|(set, _)| *set).map(|(_, oid)| oid.to_owned());
    named.chain(usage.other.iter().map(x509_parser::der_parser::Oid::to_id_string)).collect()
}

/// Basic constraints, key usage, extended key usage, name constraints, subject alternative name,
/// certificate policies (RFC 5280, 4.2.1).
const CRITICAL_EXTENSIONS: [&str; 6] =
    ["2.5.29.19", "2.5.29.15", "2.5.29.37", "2.5.29.30", "2.5.29.17", CERTIFICATE_POLICIES];

/// RFC 5280, 4.2.1.4.
const CERTIFICATE_POLICIES: &str = "2.5.29.32";

/// RFC 5280, 4.2.1.12.
pub(crate) const ANY_EXTENDED_KEY_USAGE: &str = "2.5.29.37.0";
/// RFC 5280, 4.2.1.12.
pub(crate) const CLIENT_AUTH: &str = "1.3.6.1.5.5.7.3.2";
/// RFC 5280, 4.2.1.12.
pub(crate) const EMAIL_PROTECTION: &str = "1.3.6.1.5.5.7.3.4";
/// RFC 9336, 3.
pub(crate) const DOCUMENT_SIGNING: &str = "1.3.6.1.5.5.7.3.36";
