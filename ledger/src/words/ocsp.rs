//! Why an OCSP response is refused, in both languages.

use jejak_signer::OcspError;

use super::{certificate, time};
use crate::rules::Text;

/// Why an OCSP response counts for nothing.
pub fn ocsp_response(error: &OcspError) -> Text {
    let id = match error {
        OcspError::TooLong { bytes, bytes_max } => {
            format!("{bytes} bita, paling banyak {bytes_max}")
        }
        OcspError::Malformed { what } => format!("bukan jawaban OCSP dalam DER ({what})"),
        OcspError::Refused { status } => format!("penjawab menolak: {status}"),
        OcspError::NotBasic { oid } => format!("jawaban berjenis {oid}"),
        OcspError::TooMany { what, found, found_max } => {
            format!("{found} {what}, paling banyak {found_max}")
        }
        OcspError::Issuer(reason) => format!("penerbit: {}", certificate(reason).id),
        OcspError::IssuerNotValid { not_before, not_after, produced_at } => {
            let (since, until, at) = (time(*not_before), time(*not_after), time(*produced_at));
            return Text {
                id: format!(
                    "dibuat {at}, sedangkan sertifikat penerbit berlaku dari {since} sampai {until}"
                ),
                en: format!(
                    "made at {at}, but the issuer's certificate is valid from {since} to {until}"
                ),
            };
        }
        OcspError::ResponderMissing => "sertifikat pembuatnya tidak disertakan".to_owned(),
        OcspError::Certificate(reason) => format!("penjawab: {}", certificate(reason).id),
        OcspError::ResponderNotAuthorized { found } => {
            format!("penjawab yang hanya untuk {}", found.join(", "))
        }
        OcspError::Path(_) => "tidak ada jalan dari penjawab ke penerbit".to_owned(),
        OcspError::SignatureAlgorithm { oid } => {
            format!("algoritma tanda tangan {oid} tidak diterima")
        }
        OcspError::SignatureInvalid => "tanda tangannya bukan milik penjawab".to_owned(),
        OcspError::OtherIssuer => "tentang sertifikat penerbit lain".to_owned(),
        OcspError::HashAlgorithm { oid } => format!("algoritma hash {oid} tidak diterima"),
        OcspError::NextUpdate => "nextUpdate sebelum thisUpdate".to_owned(),
        OcspError::UnknownCriticalExtension { oid } => {
            format!("ekstensi kritis {oid} tidak dikenal")
        }
    };
    Text { id, en: error.to_string() }
}
