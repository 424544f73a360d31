//! One list: its form is read by webpki, its issuer, signature and scope are checked here, because
//! webpki asks for neither the right to sign lists nor the time that is asked about.

use std::collections::BTreeMap;

use webpki::BorrowedCertRevocationList;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::FromDer;
use x509_parser::revocation_list::CertificateRevocationList;

use super::issued::{Issued, IssuerId, serial};
use super::issuer::Issuer;
use super::scope::Scope;
use super::{Revocation, RevocationReason, Standing};
use crate::authority::AuthorityCertificate;
use crate::backend;
use crate::error::{NoStanding, PemError, RevocationListError};
use crate::hash::Hash;
use crate::trust::Window;

/// Longest list in bytes: about 400,000 revoked certificates.
pub const REVOCATION_LIST_BYTES_MAX: usize = 16 << 20;

/// A list whose signature is its issuer's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevocationList {
    digest: Hash,
    issuer: Issuer,
    window: Window,
    /// `cRLNumber` in lower-case hexadecimal (RFC 5280, 5.2.3).
    number: Option<String>,
    scope: Scope,
    /// SHA-256 of what the list says that it is about, where it says anything.
    scope_digest: Option<Hash>,
    /// Certificates that expired from this time on stay in the list (`expiredCertsOnCRL`).
    keeps_expired_from: Option<i64>,
    revoked: BTreeMap<Vec<u8>, Revocation>,
}

impl RevocationList {
    /// Reads a complete list in DER and verifies it with the certificate of its issuer, who must be an
    /// authority with `cRLSign`, valid when the list was made. Delta, indirect and partial lists are not read.
    pub fn verify(der: &[u8], issuer: &[u8]) -> Result<Self, RevocationListError> {
        let (bytes, bytes_max) = (der.len(), REVOCATION_LIST_BYTES_MAX);
        if bytes > bytes_max {
            return Err(RevocationListError::TooLong { bytes, bytes_max });
        }
        let entries = BorrowedCertRevocationList::from_der(der).map_err(form)?;
        let Ok(([], list)) = CertificateRevocationList::from_der(der) else {
            return Err(RevocationListError::Malformed);
        };
        let window = window_of(&list)?;
        verify_issuer(&list, issuer, window.not_before)?;
        let (mut scope, mut scope_digest) = (Scope::default(), None);
        let mut keeps_expired_from = None;
        for extension in list.extensions() {
            match extension.parsed_extension() {
                ParsedExtension::IssuingDistributionPoint(point) => {
                    scope = Scope::of(point)?;
                    scope_digest = Some(Hash::of(extension.value));
                }
                _ if extension.oid.to_id_string() == EXPIRED_CERTS_ON_CRL => {
                    keeps_expired_from = Some(generalized_time(extension.value)?);
                }
                _ => {}
            }
        }
        Ok(Self {
            digest: Hash::of(der),
            issuer: Issuer::of(issuer).map_err(RevocationListError::Issuer)?,
            window,
            number: list.crl_number().map(|number| format!("{number:x}")),
            scope,
            scope_digest,
            keeps_expired_from,
            revoked: revoked(&entries)?,
        })
    }

    /// SHA-256 of the list.
    pub fn digest(&self) -> Hash {
        self.digest
    }

    /// Who made it.
    pub fn by(&self) -> IssuerId {
        self.issuer.id()
    }

    /// `cRLNumber` in lower-case hexadecimal without zeros before it (RFC 5280, 5.2.3).
    pub fn number(&self) -> Option<&str> {
        self.number.as_deref()
    }

    /// SHA-256 of the value of `issuingDistributionPoint` (RFC 5280, 5.2.5); none where the list is about all that its
    /// issuer issued. Of two lists of one issuer with the same the newer counts.
    pub fn scope(&self) -> Option<Hash> {
        self.scope_digest
    }

    /// From `thisUpdate`, when it was made, to `nextUpdate`, when the next one was due.
    pub fn window(&self) -> Window {
        self.window
    }

    /// How many certificates it lists.
    pub fn count(&self) -> usize {
        self.revoked.len()
    }

    /// What it says of a certificate in DER at the time `at` in Unix seconds; nothing of one that its key has not signed.
    pub fn standing(&self, certificate: &[u8], at: i64) -> Result<Standing, NoStanding> {
        self.standing_of(&self.issuer.issued(certificate)?, at)
    }

    /// The same for a certificate that was read before.
    pub fn standing_of(&self, certificate: &Issued, at: i64) -> Result<Standing, NoStanding> {
        if !self.is_about(certificate)? {
            return Err(NoStanding::OtherScope);
        }
        let later = match self.revoked.get(certificate.serial()) {
            Some(found) if found.since() > at => Some(*found),
            Some(found) if found.reason == RevocationReason::CertificateHold => {
                return Ok(Standing::OnHold(*found));
            }
            Some(found) => return Ok(Standing::Revoked(*found)),
            None => None,
        };
        let Window { not_before: made_at, not_after: next_at } = self.window;
        if at > next_at {
            return Err(NoStanding::Stale { next_at });
        }
        // An expired certificate may have left the list, its revocation with it (RFC 5280, 3.3).
        let expired_at = certificate.not_after();
        let kept = self.keeps_expired_from.is_some_and(|from| from <= expired_at);
        if later.is_none() && made_at > expired_at && !kept {
            return Err(NoStanding::Expired { expired_at });
        }
        Ok(Standing::NotRevoked { settled: at <= made_at, later })
    }

    /// Is the certificate one of those that the list is about?
    pub fn is_about(&self, certificate: &Issued) -> Result<bool, NoStanding> {
        if certificate.by() != self.issuer.id() {
            return Err(NoStanding::OtherIssuer);
        }
        Ok(self.scope.covers(certificate))
    }
}

/// SHA-256 of the name, in DER, of whoever is said to have made a list; none where the bytes are no list in DER.
/// Nothing is verified.
pub fn revocation_list_issuer(bytes: &[u8]) -> Option<Hash> {
    if bytes.len() > REVOCATION_LIST_BYTES_MAX {
        return None;
    }
    match CertificateRevocationList::from_der(bytes) {
        Ok(([], list)) => Some(Hash::of(list.issuer().as_raw())),
        _ => None,
    }
}

/// The DER of the one `X509 CRL` block of a PEM text.
pub fn revocation_list_from_pem(text: &str) -> Result<Vec<u8>, PemError> {
    let block = pem::parse(text).map_err(|_| PemError::Malformed)?;
    if block.tag() != X509_CRL {
        return Err(PemError::WrongLabel { expected: X509_CRL, label: block.tag().to_owned() });
    }
    Ok(block.into_contents())
}

/// Of a list that is one, what it has that is not read; else that it is none.
fn form(error: webpki::Error) -> RevocationListError {
    use webpki::Error;
    match error {
        Error::UnsupportedCrlIssuingDistributionPoint => RevocationListError::DistributionPoint,
        Error::UnsupportedIndirectCrl => RevocationListError::Partial { what: "indirectCRL" },
        Error::UnsupportedDeltaCrl => RevocationListError::Partial { what: "deltaCRLIndicator" },
        Error::UnsupportedRevocationReasonsPartitioning => {
            RevocationListError::Partial { what: "onlySomeReasons" }
        }
        error => RevocationListError::Form(error),
    }
}

/// A list in DER as a PEM block.
pub fn revocation_list_to_pem(der: &[u8]) -> String {
    let lines = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
    pem::encode_config(&pem::Pem::new(X509_CRL, der), lines)
}

fn window_of(list: &CertificateRevocationList<'_>) -> Result<Window, RevocationListError> {
    let made_at = list.last_update().timestamp();
    let next_at = list.next_update().ok_or(RevocationListError::NoNextUpdate)?.timestamp();
    if made_at > next_at {
        return Err(RevocationListError::NoNextUpdate);
    }
    Ok(Window { not_before: made_at, not_after: next_at })
}

/// The list is the issuer's: name, key identifier, right to sign lists, signature.
fn verify_issuer(
    list: &CertificateRevocationList<'_>,
    der: &[u8],
    made_at: i64,
) -> Result<(), RevocationListError> {
    let issuer =
        AuthorityCertificate::from_der(der.to_vec()).map_err(RevocationListError::Issuer)?.fields;
    if issuer.subject.der != list.issuer().as_raw() {
        return Err(RevocationListError::OtherIssuer);
    }
    if !issuer.key_usage.is_some_and(|usage| usage.crl_sign()) {
        return Err(RevocationListError::CrlSignMissing);
    }
    if !issuer.is_valid_at(made_at) {
        let Window { not_before, not_after } = Window::of(&issuer);
        return Err(RevocationListError::IssuerNotValid { not_before, not_after, made_at });
    }
    let (_, x509) = X509Certificate::from_der(der).map_err(|_| RevocationListError::OtherIssuer)?;
    let own = x509.extensions().iter().find_map(|extension| match extension.parsed_extension() {
        ParsedExtension::SubjectKeyIdentifier(id) => Some(id.0),
        _ => None,
    });
    let named = list.extensions().iter().find_map(|extension| match extension.parsed_extension() {
        ParsedExtension::AuthorityKeyIdentifier(id) => id.key_identifier.as_ref().map(|id| id.0),
        _ => None,
    });
    if own.is_some() && named.is_none() {
        return Err(RevocationListError::KeyIdentifierMissing);
    }
    if own.is_some() && own != named {
        return Err(RevocationListError::OtherKeyIdentifier);
    }
    if list.signature_algorithm != list.tbs_cert_list.signature {
        return Err(RevocationListError::SignatureAlgorithmsDiffer);
    }
    let oid = list.signature_algorithm.algorithm.to_id_string();
    let key = &x509.public_key().subject_public_key.data;
    let algorithm =
        backend::of_identifier(&oid, key).ok_or(RevocationListError::SignatureAlgorithm { oid })?;
    algorithm
        .verify_signature(key, list.tbs_cert_list.as_ref(), &list.signature_value.data)
        .map_err(|_| RevocationListError::SignatureInvalid)
}

/// By serial number; of one that stands twice, the earliest.
fn revoked(
    list: &BorrowedCertRevocationList<'_>,
) -> Result<BTreeMap<Vec<u8>, Revocation>, RevocationListError> {
    let seconds =
        |time: rustls_pki_types::UnixTime| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    let mut revoked = BTreeMap::<_, Revocation>::new();
    for entry in list {
        let entry = entry.map_err(RevocationListError::Form)?;
        let found = Revocation {
            revoked_at: seconds(entry.revocation_date),
            reason: entry.reason_code.map_or(RevocationReason::Unspecified, Into::into),
            invalid_since: entry.invalidity_date.map(seconds),
        };
        let kept = revoked.entry(serial(entry.serial_number).to_vec()).or_insert(found);
        if found.since() < kept.since() {
            *kept = found;
        }
    }
    Ok(revoked)
}

fn generalized_time(value: &[u8]) -> Result<i64, RevocationListError> {
    match x509_parser::time::ASN1Time::from_der(value) {
        Ok(([], time)) => Ok(time.timestamp()),
        _ => Err(RevocationListError::Malformed),
    }
}

/// RFC 7468, 6.
const X509_CRL: &str = "X509 CRL";

/// ISO/IEC 9594-8 (X.509), 8.6.2.
const EXPIRED_CERTS_ON_CRL: &str = "2.5.29.60";
