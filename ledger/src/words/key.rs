//! Why a key is refused, in both languages.

use jejak_signer::KeyError;

use crate::rules::Text;

/// Why a key is refused, wherever it is.
pub fn key(error: &KeyError) -> Text {
    Text { id: indonesian(error), en: error.to_string() }
}

fn indonesian(error: &KeyError) -> String {
    let said = match error {
        KeyError::ModulusLength { bits, bits_min, bits_max } => {
            return format!("modulus RSA {bits} bit, yang diterima {bits_min} sampai {bits_max}");
        }
        KeyError::AlgorithmNotAccepted { oid } => return format!("algoritma {oid} tidak diterima"),
        KeyError::AlgorithmNotOfKey { algorithm } => {
            return format!("{algorithm} bukan algoritma kunci ini");
        }
        KeyError::CurveNotAccepted { oid } => return format!("kurva {oid} tidak diterima"),
        KeyError::WrongPemLabel { label } => {
            return format!("blok PEM {label:?}, bukan PRIVATE KEY");
        }
        KeyError::EncryptionNotAccepted { oid } => return format!("enkripsi {oid} tidak diterima"),
        KeyError::PassphraseLength { bytes_max } => {
            return format!("frasa sandi berisi 1 sampai {bytes_max} bita");
        }
        KeyError::Pkcs12TooLong { bytes_max } => {
            return format!("berkas PKCS #12 lebih dari {bytes_max} bita");
        }
        KeyError::Pkcs12Keys { keys } => {
            return format!("berkas PKCS #12 berisi {keys} kunci privat, bukan satu");
        }
        KeyError::MalformedPublicKey => "bentuk kunci publik salah",
        KeyError::MalformedPrivateKey => "bentuk kunci privat salah",
        KeyError::NotPem => "bukan satu blok PEM",
        KeyError::NotUncompressed => "titik kurva ditulis ringkas",
        KeyError::Infinity => "titik di tak hingga",
        KeyError::NotAPoint => "bukan titik pada kurvanya",
        KeyError::NotCanonical => "bukan tulisan baku titik itu",
        KeyError::SmallOrder => "titik berorde kecil",
        KeyError::MixedOrder => "titik di luar grup berorde prima",
        KeyError::Exponent => "eksponen RSA genap atau di bawah 65537",
        KeyError::NotGenerated => "kunci tidak dapat dibuat",
        KeyError::Encrypted => "kunci privat terenkripsi dan perlu frasa sandi",
        KeyError::WrongPassphrase => "frasa sandi tidak membuka kunci ini",
        KeyError::PassphraseNotText => "frasa sandi bukan teks UTF-8",
        KeyError::DerivationTooCostly => {
            "menurunkan kunci dari frasa sandi menuntut lebih dari yang diterima"
        }
        KeyError::NotPkcs12 => "bukan berkas PKCS #12",
        KeyError::Pkcs12NoCertificate => "berkas PKCS #12 tanpa sertifikat kuncinya",
        KeyError::Pkcs12EncryptionNotAccepted => "enkripsi berkas PKCS #12 tidak diterima",
        KeyError::NotExtractable => "kunci privat tidak dapat dikeluarkan dari tempatnya",
    };
    said.to_owned()
}
