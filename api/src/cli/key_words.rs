//! Why a key is refused or does not sign, in Indonesian; the library says it in English.

use jejak_signer::{KeyError, TokenError, TokenUriError};

/// A key, wherever it is.
pub(crate) fn key(error: &KeyError) -> String {
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

/// A key on a token.
pub(crate) fn token(error: &TokenError) -> String {
    let said = match error {
        TokenError::Module { path, .. } => {
            return format!("modul PKCS#11 {} tidak dapat dimuat", path.display());
        }
        TokenError::TokenAmbiguous { tokens } => {
            return format!("{tokens} token cocok; sebut satu dengan token atau serial");
        }
        TokenError::ObjectAmbiguous { objects } => {
            return format!("{objects} kunci privat cocok; sebut satu dengan object dan id");
        }
        TokenError::Key(error) => return format!("kunci di token: {}", key(error)),
        TokenError::MechanismMissing { mechanism } => {
            return format!("token tidak punya mekanisme {mechanism}");
        }
        TokenError::TimedOut { seconds } => {
            return format!("token tidak menjawab dalam {seconds} detik");
        }
        TokenError::TokenAbsent => "token itu tidak terpasang",
        TokenError::PinMissing => "token meminta PIN",
        TokenError::PinWrong => "PIN salah",
        TokenError::PinLocked => "PIN terkunci",
        TokenError::ObjectNotFound => "tidak ada kunci privat itu di token",
        TokenError::ObjectExists => "objek bernama itu sudah ada di token",
        TokenError::PublicKeyNotFound => {
            "token tidak memberi tahu kunci publiknya: tidak ada kunci publik atau sertifikat di sampingnya"
        }
        TokenError::OtherKey => "token kini menyimpan kunci lain dengan nama itu",
        TokenError::AlwaysAuthenticate => {
            "kunci meminta PIN sebelum setiap tanda tangan (CKA_ALWAYS_AUTHENTICATE)"
        }
        TokenError::Device { .. } => "token menolak",
        TokenError::SessionLost { .. } => "sesi dengan token terputus",
    };
    said.to_owned()
}

/// The URI of a key on a token.
pub(crate) fn uri(error: &TokenUriError) -> String {
    match error {
        TokenUriError::Malformed => "bukan URI PKCS#11 (RFC 7512)".to_owned(),
        TokenUriError::Unknown { name } => format!("atribut {name} tidak dipakai di sini"),
        TokenUriError::Twice { name } => format!("atribut {name} tertulis dua kali"),
        TokenUriError::PinInside => {
            "pin-value tidak boleh ada di URI; sebut berkas dengan pin-source".to_owned()
        }
        TokenUriError::NoModule => {
            "module-path harus menyebut modul PKCS#11 dengan jalur lengkap".to_owned()
        }
        TokenUriError::NoObject => "kunci belum disebut: perlu object atau id".to_owned(),
    }
}
