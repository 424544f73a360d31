//! Why a revocation list is refused, in both languages.

use jejak_signer::{RevocationEvidenceError, RevocationListError};

use super::{ocsp_response, time};
use crate::rules::Text;

/// Why a revocation list counts for nothing.
pub fn revocation_list(error: &RevocationListError) -> Text {
    let id = match error {
        RevocationListError::TooLong { bytes, bytes_max } => {
            format!("{bytes} bita, paling banyak {bytes_max}")
        }
        RevocationListError::Form(reason) => {
            format!("bukan daftar pencabutan yang dapat dibaca: {reason}")
        }
        RevocationListError::Malformed => "bukan daftar pencabutan dalam DER atau PEM".to_owned(),
        RevocationListError::DistributionPoint => {
            "issuingDistributionPoint-nya tidak didukung: onlyContainsUserCerts dan onlyContainsCACerts perlu \
             distributionPoint dengan fullName, dan daftar sertifikat atribut tidak dibaca (RFC 5280, 5.2.5)"
                .to_owned()
        }
        RevocationListError::NoNextUpdate => "tanpa nextUpdate sesudah thisUpdate".to_owned(),
        RevocationListError::Partial { what } => format!("daftar sebagian: {what}"),
        RevocationListError::Issuer(_) => "sertifikat penerbitnya tidak sah".to_owned(),
        RevocationListError::OtherIssuer => "dibuat penerbit lain".to_owned(),
        RevocationListError::KeyIdentifierMissing => {
            "tanpa pengenal kunci penerbit (authorityKeyIdentifier); mintalah daftar yang memuatnya"
                .to_owned()
        }
        RevocationListError::OtherKeyIdentifier => "dibuat dengan kunci lain penerbit".to_owned(),
        RevocationListError::CrlSignMissing => {
            "penerbitnya tidak boleh menandatangani daftar (tanpa cRLSign)".to_owned()
        }
        RevocationListError::IssuerNotValid { not_before, not_after, made_at } => {
            let (since, until, at) = (time(*not_before), time(*not_after), time(*made_at));
            return Text {
                id: format!(
                    "dibuat {at}, sedangkan sertifikat penerbit berlaku dari {since} sampai {until}"
                ),
                en: format!(
                    "made at {at}, but the issuer's certificate is valid from {since} to {until}"
                ),
            };
        }
        RevocationListError::SignatureAlgorithmsDiffer => {
            "dua algoritma tanda tangan yang berbeda".to_owned()
        }
        RevocationListError::SignatureAlgorithm { oid } => {
            format!("algoritma tanda tangan {oid} tidak diterima")
        }
        RevocationListError::SignatureInvalid => "tanda tangannya bukan milik penerbit".to_owned(),
    };
    Text { id, en: error.to_string() }
}

/// Why a list or an OCSP response counts for nothing.
pub fn revocation_evidence(error: &RevocationEvidenceError) -> Text {
    match error {
        RevocationEvidenceError::List(error) => revocation_list(error),
        RevocationEvidenceError::Response(error) => ocsp_response(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_without_a_distribution_point_that_it_needs_is_called_a_list() {
        let text = revocation_list(&RevocationListError::DistributionPoint);
        assert!(!text.id.contains("bukan daftar pencabutan"), "{}", text.id);
        for said in [&text.id, &text.en] {
            assert!(said.contains("issuingDistributionPoint"), "{said}");
            assert!(said.contains("onlyContainsUserCerts"), "{said}");
        }
        assert_ne!(text.id, text.en);
    }

    #[test]
    fn a_list_without_the_identifier_of_its_key_is_asked_for_with_it() {
        let text = revocation_list(&RevocationListError::KeyIdentifierMissing);
        assert_eq!(
            text.id,
            "tanpa pengenal kunci penerbit (authorityKeyIdentifier); mintalah daftar yang memuatnya"
        );
        assert_eq!(
            text.en,
            "without the identifier of its issuer's key (authorityKeyIdentifier, RFC 5280 5.2.1)"
        );
    }

    #[test]
    fn times_of_a_list_and_of_its_issuer_are_dates() {
        let text = revocation_list(&RevocationListError::IssuerNotValid {
            not_before: 1_767_225_600,
            not_after: 1_798_761_600,
            made_at: 1_800_000_000,
        });
        let (made, since, until) =
            ("2027-01-15T08:00:00Z", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
        assert_eq!(
            text.id,
            format!(
                "dibuat {made}, sedangkan sertifikat penerbit berlaku dari {since} sampai {until}"
            )
        );
        assert_eq!(
            text.en,
            format!(
                "made at {made}, but the issuer's certificate is valid from {since} to {until}"
            )
        );
    }
}
