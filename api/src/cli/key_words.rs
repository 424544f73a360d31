//! Why a key on a token does not sign, in Indonesian; the library says it in English.

use jejak_ledger::words;
use jejak_signer::{TokenError, TokenUriError};

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
        TokenError::Key(error) => return format!("kunci di token: {}", words::key(error).id),
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
