//! The two spellings that every C2SP text uses: padded base64 (RFC 4648, 4) and decimal numbers
//! without leading zeroes. Both have exactly one spelling per value, and only that one is read.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jejak_signer::Hash;

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(super) fn push_base64(out: &mut String, bytes: &[u8]) {
    STANDARD.encode_string(bytes, out);
}

pub(super) fn bytes_of_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

pub(super) fn hash_of_base64(text: &str) -> Option<Hash> {
    if text.len() != HASH_BASE64_BYTES {
        return None;
    }
    Hash::try_from(bytes_of_base64(text)?.as_slice()).ok()
}

pub(super) fn number(text: &str) -> Option<u64> {
    let canonical = text == "0" || !text.starts_with('0');
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    // `parse` refuses the empty text and what does not fit in 64 bits.
    if canonical && digits { text.parse().ok() } else { None }
}

/// A base64 hash: 32 bytes are 43 digits and one padding character.
pub(super) const HASH_BASE64_BYTES: usize = 44;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_spelling() {
        assert_eq!(number("0"), Some(0));
        assert_eq!(number("300"), Some(300));
        assert_eq!(number("18446744073709551615"), Some(u64::MAX));
        for bad in ["", "00", "01", "+1", "-1", " 1", "1 ", "1_0", "18446744073709551616", "１"] {
            assert_eq!(number(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn base64_has_one_spelling() {
        let empty_root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        assert_eq!(hash_of_base64(empty_root), Some(Hash::of(b"")));
        assert_eq!(base64(Hash::of(b"").as_ref()), empty_root);
        for bad in [
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU", // no padding
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=", // trailing bits
            "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=", // URL alphabet
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuA==", // 31 bytes
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= ", // space
            "",
        ] {
            assert_eq!(hash_of_base64(bad), None, "{bad:?}");
        }
    }
}
