//! Why bytes are no trust policy file, in both languages.

use jejak_signer::{TrustPolicyError, TrustPolicyPart};

use super::trust;
use crate::rules::Text;
use crate::trust::{TRUST_POLICY_BYTES_MAX, TrustFileError};

/// One fault of a trust policy file; where it stands in the file is in its words.
pub fn trust_file(error: &TrustFileError) -> Text {
    let id = match error {
        TrustFileError::TooLong { bytes } => {
            format!("berkas kebijakan paling banyak {TRUST_POLICY_BYTES_MAX} bita, bukan {bytes}")
        }
        TrustFileError::NotText => "bukan teks UTF-8".to_owned(),
        TrustFileError::Toml(_) => "bukan TOML, atau ada nama yang tidak dikenal".to_owned(),
        TrustFileError::Format => "format bukan \"jejak-trust/1\"".to_owned(),
        TrustFileError::Certificate { table, number } => {
            format!("{table} {number}: certificate bukan satu blok PEM CERTIFICATE")
        }
        TrustFileError::Time { table, number, name } => {
            format!("{table} {number}: {name} bukan waktu RFC 3339 dengan zona, dalam detik bulat")
        }
        TrustFileError::Algorithm { rule, name } => {
            format!("[[algorithm]] {rule}: tidak ada algoritma bernama {name:?}")
        }
        TrustFileError::Hash { rule, name } => {
            format!("[[hash]] {rule}: tidak ada algoritma hash bernama {name:?}")
        }
        TrustFileError::Policy(error) => policy(error),
    };
    Text { id, en: error.to_string() }
}

fn policy(error: &TrustPolicyError) -> String {
    let said = match error {
        TrustPolicyError::TooMany { part, found, max } => {
            return format!("{found} {}, paling banyak {max}", of_part(*part));
        }
        TrustPolicyError::Anchors(reason) => return format!("[[anchor]]: {}", trust(reason).id),
        TrustPolicyError::Anchor { anchor, reason } => {
            return format!("[[anchor]] {anchor}: {}", policy(reason));
        }
        TrustPolicyError::Algorithm { rule, reason } => {
            return format!("[[algorithm]] {rule}: {}", policy(reason));
        }
        TrustPolicyError::Hash { rule, reason } => {
            return format!("[[hash]] {rule}: {}", policy(reason));
        }
        TrustPolicyError::TimeAuthority { tsa, reason } => {
            if let TrustPolicyError::Anchors(root) = &**reason {
                return format!("[[tsa]] {tsa}: certificate: {}", trust(root).id);
            }
            return format!("[[tsa]] {tsa}: {}", policy(reason));
        }
        TrustPolicyError::NotAnOid { text } => {
            return format!("{text:?} bukan pengenal objek (OID) bertitik");
        }
        TrustPolicyError::Host { host } => {
            return format!("{host:?} bukan nama host dengan huruf kecil, dengan atau tanpa port");
        }
        TrustPolicyError::Twice => "sudah ada dalam kebijakan ini",
        TrustPolicyError::AnyPolicy => {
            "policies menyebut anyPolicy; hapus policies untuk mengizinkan semuanya"
        }
        TrustPolicyError::NoPurpose => "purposes kosong; hapus untuk memakai yang biasa",
        TrustPolicyError::EmptyPeriod => "trusted_until tidak sesudah trusted_from",
        TrustPolicyError::Lifetime => "lifetime_max_days harus 1 sampai 36525",
        TrustPolicyError::SignsNothing => "algoritma itu tidak menandatangani yang disebut signs",
        TrustPolicyError::NotRsa => "rsa_bits_min hanya untuk algoritma RSA",
        TrustPolicyError::RsaBits => "rsa_bits_min harus 2048 sampai 8192",
        TrustPolicyError::Window => {
            "iat_past_s harus 60 sampai 7776000 (90 hari), iat_future_s 60 sampai 86400"
        }
        TrustPolicyError::Name => {
            "name terdiri atas 1 sampai 32 huruf kecil, angka, atau tanda hubung"
        }
        TrustPolicyError::Url => {
            "url harus http:// atau https:// dengan host, paling banyak 2048 huruf"
        }
        TrustPolicyError::Age => "age_max_hours harus 1 sampai 8784",
    };
    said.to_owned()
}

fn of_part(part: TrustPolicyPart) -> &'static str {
    match part {
        TrustPolicyPart::Anchors => "[[anchor]]",
        TrustPolicyPart::Algorithms => "[[algorithm]]",
        TrustPolicyPart::Hashes => "[[hash]]",
        TrustPolicyPart::TimeAuthorities => "[[tsa]]",
        TrustPolicyPart::Oids => "OID dalam satu daftar",
        TrustPolicyPart::Hosts => "hosts",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_says_where_it_stands_in_both_languages() {
        let reason = Box::new(TrustPolicyError::RsaBits);
        let error = TrustFileError::Policy(TrustPolicyError::Algorithm { rule: 2, reason });
        let text = trust_file(&error);
        assert_eq!(text.id, "[[algorithm]] 2: rsa_bits_min harus 2048 sampai 8192");
        assert_eq!(text.en, "[[algorithm]] 2: rsa_bits_min is not from 2048 to 8192");
    }
}
