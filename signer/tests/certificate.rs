//! What is read of one certificate, and which spellings are refused.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use jejak_signer::devca::{DevCa, Profile};
use jejak_signer::{Algorithm, Certificate, CertificateError, HolderKind, SigningKey, Window};

const WINDOW: Window = Window { not_before: 1_700_000_000, not_after: 1_900_000_000 };

fn der() -> Vec<u8> {
    let ca = DevCa::create("Uji", WINDOW, Algorithm::Ed25519).unwrap();
    let key = SigningKey::from_ed25519_seed([3; 32]).unwrap();
    let profile = Profile::of_holder(HolderKind::Person);
    ca.issue("Pejabat", "Dinas", key.public_key(), &profile, WINDOW).unwrap().swap_remove(0)
}

/// The certificate with one occurrence of `from` replaced; `last` chooses which.
fn patched(from: &[u8], to: &[u8], last: bool) -> Result<(), CertificateError> {
    let mut der = der();
    let mut found = der.windows(from.len()).enumerate().filter(|(_, window)| *window == from);
    let at = if last { found.next_back() } else { found.next() }.unwrap().0;
    der[at..at + to.len()].copy_from_slice(to);
    Certificate::from_der(der).map(|_| ())
}

#[test]
fn a_certificate_says_who_and_when() {
    let certificate = Certificate::from_der(der()).unwrap();
    assert_eq!(certificate.subject(), "C=ID, O=Dinas, CN=Pejabat");
    assert_eq!(certificate.issuer(), "C=ID, O=Uji, CN=Uji Issuing");
    assert_eq!(certificate.not_before(), WINDOW.not_before);
    assert_eq!(certificate.not_after(), WINDOW.not_after);
    assert_eq!(certificate.thumbprint(), jejak_signer::Hash::of(certificate.der()));
}

#[test]
fn only_version_3_is_read() {
    let version = [0xa0, 3, 2, 1, 2];
    assert_eq!(patched(&version, &[0xa0, 3, 2, 1, 1], false), Err(CertificateError::NotVersion3));
    assert_eq!(patched(&version, &[0xa0, 3, 2, 1, 0], false), Err(CertificateError::NotVersion3));
}

#[test]
fn both_names_of_the_signature_algorithm_agree() {
    // Ed25519 (1.3.101.112) turned into Ed448 outside the signed part.
    let verdict = patched(&[0x2b, 0x65, 0x70], &[0x2b, 0x65, 0x71], true);
    assert_eq!(verdict, Err(CertificateError::SignatureAlgorithmsDiffer));
}

#[test]
fn a_serial_number_is_positive() {
    let start = [0xa0, 3, 2, 1, 2, 2, 16];
    let negative = [&start[..], &[0x80]].concat();
    assert_eq!(patched(&start, &negative, false), Err(CertificateError::SerialNumber));
    let zero = [&start[..], &[0; 16]].concat();
    assert_eq!(patched(&start, &zero, false), Err(CertificateError::SerialNumber));
}

#[test]
fn an_extension_stands_once() {
    // Extended key usage renamed to key usage.
    let verdict = patched(&[0x55, 0x1d, 0x25], &[0x55, 0x1d, 0x0f], false);
    assert_eq!(verdict, Err(CertificateError::DuplicateExtension));
}

#[test]
fn a_critical_extension_is_known() {
    // Key usage, which is critical, renamed to 2.5.29.127.
    let verdict = patched(&[0x55, 0x1d, 0x0f], &[0x55, 0x1d, 0x7f], false);
    let oid = "2.5.29.127".to_owned();
    assert_eq!(verdict, Err(CertificateError::UnknownCriticalExtension { oid }));
}

#[test]
fn nothing_but_one_certificate_is_read() {
    assert_eq!(Certificate::from_der(vec![]), Err(CertificateError::Malformed));
    assert_eq!(Certificate::from_der(b"-----BEGIN".to_vec()), Err(CertificateError::Malformed));
    let mut two = der();
    let bytes = two.len();
    two.extend(two.clone());
    assert_eq!(Certificate::from_der(two), Err(CertificateError::BytesAfter { bytes }));
    let mut cut = der();
    cut.pop();
    assert_eq!(Certificate::from_der(cut), Err(CertificateError::Malformed));
    let refused = CertificateError::TooLong { bytes: 8_193, bytes_max: 8_192 };
    assert_eq!(Certificate::from_der(vec![0x30; 8_193]), Err(refused));
}
