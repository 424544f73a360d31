//! Why a key is refused.

use crate::algorithm::Algorithm;

/// Why a key is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a `SubjectPublicKeyInfo` in its one DER spelling.
    #[error("malformed public key")]
    MalformedPublicKey,
    /// Not a PKCS#8 private key, or one that contradicts itself.
    #[error("malformed private key")]
    MalformedPrivateKey,
    /// Not one PEM block.
    #[error("not one PEM block")]
    NotPem,
    /// A PEM block `ENCRYPTED PRIVATE KEY`: it takes a passphrase.
    #[error("the private key is encrypted: it takes a passphrase")]
    Encrypted,
    /// A PEM block other than `PRIVATE KEY`: in an older form.
    #[error("PEM block {label:?} instead of \"PRIVATE KEY\"")]
    WrongPemLabel {
        /// As found.
        label: String,
    },
    /// A key of another algorithm.
    #[error("keys of algorithm {oid} are not accepted")]
    AlgorithmNotAccepted {
        /// Of the key, dotted.
        oid: String,
    },
    /// An algorithm that keys of this kind have no signatures of.
    #[error("{algorithm} is not an algorithm of this key")]
    AlgorithmNotOfKey {
        /// As asked for.
        algorithm: Algorithm,
    },
    /// An ECDSA key on another curve than P-256 and P-384.
    #[error("keys on curve {oid} are not accepted")]
    CurveNotAccepted {
        /// Of the curve, dotted.
        oid: String,
    },
    /// A point of an ECDSA key in a form other than the uncompressed one (SEC 1, 2.3.3).
    #[error("a point that is not uncompressed")]
    NotUncompressed,
    /// The point at infinity.
    #[error("the point at infinity")]
    Infinity,
    /// Not a point of the curve.
    #[error("not a point of the curve")]
    NotAPoint,
    /// A second spelling of a point.
    #[error("not the canonical spelling of the point")]
    NotCanonical,
    /// A point of small order: one signature would verify for many messages.
    #[error("a point of small order")]
    SmallOrder,
    /// A point outside the prime-order group: verifiers would disagree about its signatures.
    #[error("a point outside the prime-order group")]
    MixedOrder,
    /// An RSA modulus that is too short or too long.
    #[error("an RSA modulus of {bits} bits, {bits_min} to {bits_max} are accepted")]
    ModulusLength {
        /// Of the modulus.
        bits: usize,
        /// Accepted here.
        bits_min: usize,
        /// Accepted here.
        bits_max: usize,
    },
    /// An RSA exponent that is even or below 65537.
    #[error("an RSA exponent that is even or below 65537")]
    Exponent,
    /// The system gave no randomness or the library made no key.
    #[error("no key could be made")]
    NotGenerated,
    /// The passphrase does not open it, or what it opens was changed since.
    #[error("the passphrase does not open the key")]
    WrongPassphrase,
    /// A passphrase that is empty or too long.
    #[error("a passphrase has 1 to {bytes_max} bytes")]
    PassphraseLength {
        /// The limit.
        bytes_max: usize,
    },
    /// A passphrase that is not UTF-8.
    #[error("the passphrase is not UTF-8 text")]
    PassphraseNotText,
    /// Encrypted otherwise than with PBES2 over PBKDF2 or scrypt and AES.
    #[error("encryption {oid} is not accepted")]
    EncryptionNotAccepted {
        /// Of the scheme, dotted.
        oid: String,
    },
    /// Opening it would take more time or memory than anybody's key should.
    #[error("deriving the key from the passphrase would cost more than is accepted")]
    DerivationTooCostly,
    /// Not a PKCS #12 file, or one that is cut off.
    #[error("not a PKCS #12 file")]
    NotPkcs12,
    /// A PKCS #12 file above the bound.
    #[error("a PKCS #12 file of more than {bytes_max} bytes")]
    Pkcs12TooLong {
        /// The limit.
        bytes_max: usize,
    },
    /// A PKCS #12 file with no private key, or with several.
    #[error("a PKCS #12 file with {keys} private keys instead of one")]
    Pkcs12Keys {
        /// In the file.
        keys: usize,
    },
    /// A PKCS #12 file without the certificate of its key.
    #[error("a PKCS #12 file without the certificate of its key")]
    Pkcs12NoCertificate,
    /// A PKCS #12 file under a scheme that is not read.
    #[error("a PKCS #12 file with an encryption that is not accepted")]
    Pkcs12EncryptionNotAccepted,
    /// The private key is elsewhere and does not come out.
    #[error("the private key does not leave where it is")]
    NotExtractable,
}

impl KeyError {
    /// The stable name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::MalformedPublicKey => "malformed-public-key",
            Self::MalformedPrivateKey => "malformed-private-key",
            Self::NotPem => "not-pem",
            Self::WrongPemLabel { .. } => "wrong-pem-label",
            Self::AlgorithmNotAccepted { .. } => "key-algorithm-not-accepted",
            Self::AlgorithmNotOfKey { .. } => "algorithm-not-of-key",
            Self::CurveNotAccepted { .. } => "curve-not-accepted",
            Self::NotUncompressed => "point-not-uncompressed",
            Self::Infinity => "point-at-infinity",
            Self::NotAPoint => "not-a-point",
            Self::NotCanonical => "point-not-canonical",
            Self::SmallOrder => "point-of-small-order",
            Self::MixedOrder => "point-of-mixed-order",
            Self::ModulusLength { .. } => "modulus-length",
            Self::Exponent => "exponent",
            Self::NotGenerated => "key-not-generated",
            Self::Encrypted => "key-encrypted",
            Self::WrongPassphrase => "wrong-passphrase",
            Self::PassphraseLength { .. } => "passphrase-length",
            Self::PassphraseNotText => "passphrase-not-text",
            Self::EncryptionNotAccepted { .. } => "key-encryption-not-accepted",
            Self::DerivationTooCostly => "key-derivation-too-costly",
            Self::NotPkcs12 => "not-pkcs12",
            Self::Pkcs12TooLong { .. } => "pkcs12-too-long",
            Self::Pkcs12Keys { .. } => "pkcs12-keys",
            Self::Pkcs12NoCertificate => "pkcs12-no-certificate",
            Self::Pkcs12EncryptionNotAccepted => "pkcs12-encryption-not-accepted",
            Self::NotExtractable => "key-not-extractable",
        }
    }
}
