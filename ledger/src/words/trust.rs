//! Why a certificate or a chain is refused, in both languages.

use jejak_signer::{CertificateError, TrustError};

use super::{key, time};
use crate::rules::Text;

/// Why a chain does not count; which of its certificates is at fault, [`TrustError::certificate`] says.
pub fn trust(error: &TrustError) -> Text {
    let (id, en) = words(error);
    Text { id, en }
}

/// The same with the certificate that is at fault: `certificate 1: not version 3`.
pub fn trust_in_chain(error: &TrustError) -> Text {
    let Text { id, en } = trust(error);
    match error.certificate() {
        Some(index) => Text {
            id: format!("sertifikat {index}: {id}"),
            en: format!("certificate {index}: {en}"),
        },
        None => Text { id, en },
    }
}

type Both = (String, String);

fn both(indonesian: &str, english: &str) -> Both {
    (indonesian.to_owned(), english.to_owned())
}

fn words(error: &TrustError) -> Both {
    match error {
        TrustError::Certificate { reason, .. } => of_certificate(reason),
        TrustError::Anchor { reason, .. } => {
            let (indonesian, english) = of_certificate(reason);
            (format!("jangkar: {indonesian}"), format!("the anchor: {english}"))
        }
        TrustError::NotValid { not_before, not_after, at, .. } => {
            not_valid(("berlaku", "valid"), *not_before, *not_after, *at)
        }
        TrustError::AnchorNotValid { not_before, not_after, at } => {
            not_valid(("jangkar berlaku", "the anchor is valid"), *not_before, *not_after, *at)
        }
        TrustError::ExtendedKeyUsage { found, .. } => {
            let found = found.join(", ");
            (
                format!("perluasan kegunaan hanya untuk {found}, bukan untuk tanda tangan dokumen"),
                format!("extended key usage for {found} only, not for signing documents"),
            )
        }
        TrustError::AnchorNotTrusted { at, .. } => {
            let at = time(*at);
            (
                format!("jangkar tidak dipercaya pada {at}"),
                format!("the anchor is not trusted at {at}"),
            )
        }
        TrustError::PolicyNotAllowed { found, .. } => {
            let found = found.join(", ");
            (
                format!("kebijakan sertifikat [{found}] tidak ada yang diizinkan"),
                format!("none of the certificate policies [{found}] is allowed"),
            )
        }
        TrustError::LifetimeTooLong { lifetime_s, max_s } => {
            let days = |seconds: &i64| seconds.div_euclid(86_400);
            let (lifetime, max) = (days(lifetime_s), days(max_s));
            (
                format!("masa berlaku {lifetime} hari, paling lama {max}"),
                format!("valid for {lifetime} days, at most {max}"),
            )
        }
        TrustError::PathAlgorithm { algorithm, rsa_bits, at, .. } => {
            let (algorithm, at) = (strength(algorithm, *rsa_bits), time(*at));
            (
                format!("ditandatangani dengan {algorithm}, yang tidak diterima pada {at}"),
                format!("signed with {algorithm}, which is not accepted at {at}"),
            )
        }
        TrustError::StatementAlgorithm { algorithm, rsa_bits, at } => {
            let (algorithm, at) = (strength(algorithm.name(), *rsa_bits), time(*at));
            (
                format!("pernyataan dengan {algorithm} tidak diterima pada {at}"),
                format!("statements with {algorithm} are not accepted at {at}"),
            )
        }
        TrustError::NotAnAnchor => both(
            "jalur tidak berakhir pada jangkar kebijakan yang berlaku",
            "the path ends in no anchor of the policy in force",
        ),
        TrustError::ChainTooLong { certificates, certificates_max } => (
            format!("{certificates} sertifikat dalam rantai, paling banyak {certificates_max}"),
            format!("{certificates} certificates in the chain, at most {certificates_max}"),
        ),
        TrustError::AnchorPathLength { intermediates, intermediates_max } => (
            format!("{intermediates} sertifikat antara, jangkar mengizinkan {intermediates_max}"),
            format!("{intermediates} intermediates, the anchor allows {intermediates_max}"),
        ),
        TrustError::UnusedIntermediate { used, given } => (
            format!("{used} dari {given} sertifikat antara terpakai"),
            format!("{used} of {given} intermediates are used"),
        ),
        TrustError::NoAnchor => both("tidak ada jangkar", "no trust anchor"),
        TrustError::EmptyChain => both("rantai kosong", "an empty chain"),
        TrustError::RootInChain { .. } => both(
            "sertifikat akar atau jangkar ada di dalam rantai",
            "a root or an anchor stands in the chain",
        ),
        TrustError::OutOfOrder { .. } => both(
            "tidak diikuti sertifikat penerbitnya",
            "not followed by the certificate of its issuer",
        ),
        TrustError::LeafIsAuthority => {
            both("sertifikat milik otoritas, bukan pemegang", "an authority's, not a holder's")
        }
        TrustError::KeyUsageMissing => both("tanpa kegunaan kunci", "without key usage"),
        TrustError::LeafSignsForOthers => both(
            "kegunaan kunci mengizinkan penerbitan sertifikat atau daftar pencabutan",
            "its key usage allows issuing certificates or revocation lists",
        ),
        TrustError::NonRepudiationMissing => both(
            "kegunaan kunci tanpa nonRepudiation, yang wajib bagi orang",
            "key usage without nonRepudiation, which a person needs",
        ),
        TrustError::DigitalSignatureMissing => both(
            "kegunaan kunci tanpa digitalSignature dan nonRepudiation",
            "key usage without digitalSignature and nonRepudiation",
        ),
        TrustError::Path(_) => path(error.code()),
    }
}

fn strength(algorithm: &str, rsa_bits: Option<usize>) -> String {
    rsa_bits.map_or_else(|| algorithm.to_owned(), |bits| format!("{algorithm} ({bits} bit)"))
}

fn not_valid(of: (&str, &str), not_before: i64, not_after: i64, at: i64) -> Both {
    let (since, until, at) = (time(not_before), time(not_after), time(at));
    (
        format!("{} dari {since} sampai {until}, bukan pada {at}", of.0),
        format!("{} from {since} to {until}, not at {at}", of.1),
    )
}

/// Why a certificate is refused.
pub fn certificate(error: &CertificateError) -> Text {
    let (id, en) = of_certificate(error);
    Text { id, en }
}

fn of_certificate(error: &CertificateError) -> Both {
    match error {
        CertificateError::Key(error) => {
            let Text { id, en } = key(error);
            (format!("kunci: {id}"), format!("key: {en}"))
        }
        CertificateError::TooLong { bytes, bytes_max } => (
            format!("{bytes} bita, paling banyak {bytes_max}"),
            format!("{bytes} bytes, at most {bytes_max}"),
        ),
        CertificateError::BytesAfter { bytes } => (
            format!("{bytes} bita sesudah sertifikat"),
            format!("{bytes} bytes after the certificate"),
        ),
        CertificateError::UnknownCriticalExtension { oid } => (
            format!("ekstensi kritis {oid} tidak dikenal"),
            format!("critical extension {oid} is unknown"),
        ),
        CertificateError::Structure { faults } => {
            let faults = faults.join("; ");
            (format!("susunan salah: {faults}"), format!("wrong structure: {faults}"))
        }
        CertificateError::Malformed => both("bukan X.509 dalam DER", "not X.509 in DER"),
        CertificateError::NotVersion3 => both("bukan versi 3", "not version 3"),
        CertificateError::SignatureAlgorithmsDiffer => {
            both("dua algoritma tanda tangan yang berbeda", "two different signature algorithms")
        }
        CertificateError::SubjectEmpty => both("tanpa nama subjek", "no subject"),
        CertificateError::SerialNumber => both(
            "nomor seri tidak positif atau terlalu panjang",
            "a serial number that is not positive or too long",
        ),
        CertificateError::DuplicateExtension => {
            both("satu ekstensi tertulis dua kali", "an extension stands twice")
        }
        CertificateError::NotAnAuthority => {
            both("bukan sertifikat otoritas", "not a certification authority")
        }
        CertificateError::CertSignMissing => both(
            "otoritas yang tidak boleh menerbitkan sertifikat (tanpa keyCertSign)",
            "an authority that may not issue certificates (no keyCertSign)",
        ),
    }
}

/// What the path builder refuses, by its code.
fn path(code: &str) -> Both {
    match code {
        "unknown-issuer" => both(
            "tidak ada jalan ke jangkar: penerbit tidak dikenal",
            "no way to an anchor: unknown issuer",
        ),
        "certificate-signature-invalid" => both(
            "tanda tangan penerbit pada sertifikat tidak sah",
            "the issuer's signature on a certificate is not valid",
        ),
        "certificate-signature-algorithm" => both(
            "sertifikat ditandatangani dengan algoritma yang tidak diterima",
            "a certificate is signed with an algorithm that is not accepted",
        ),
        "unsupported-critical-extension" => both(
            "ekstensi kritis yang belum diolah (kebijakan sertifikat)",
            "a critical extension that is not processed (certificate policies)",
        ),
        "path-length" => both(
            "lebih banyak sertifikat antara daripada yang diizinkan penerbit",
            "more intermediates than an issuer allows",
        ),
        "name-constraint" => both(
            "batasan nama penerbit dilanggar atau tidak dapat diperiksa",
            "an issuer's name constraint is violated or cannot be checked",
        ),
        _ => both("tidak ada jalan ke jangkar", "no path to an anchor"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_names_times_as_dates_and_the_certificate_that_is_at_fault() {
        let at = |index| TrustError::NotValid {
            index,
            not_before: 1_767_225_600,
            not_after: 1_798_761_600,
            at: 1_800_000_000,
        };
        let text = trust_in_chain(&at(1));
        assert_eq!(
            text.id,
            "sertifikat 1: berlaku dari 2026-01-01T00:00:00Z sampai 2027-01-01T00:00:00Z, bukan pada \
             2027-01-15T08:00:00Z"
        );
        assert_eq!(
            text.en,
            "certificate 1: valid from 2026-01-01T00:00:00Z to 2027-01-01T00:00:00Z, not at \
             2027-01-15T08:00:00Z"
        );
        assert_eq!(trust_in_chain(&TrustError::EmptyChain).id, "rantai kosong");
    }
}
