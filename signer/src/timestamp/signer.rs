//! Who signed a token: the certificate that the signer's identifier names, and what it is for (RFC 3161, 2.3).

use cms::signed_data::{SignerIdentifier, SignerInfo};
use der::Encode;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::FromDer;

use crate::error::TimestampError;
use crate::fields::Fields;
use crate::public_key::check_authority_key;

/// The certificate of a token's signer.
pub(super) struct SigningCertificate<'a> {
    pub(super) der: &'a [u8],
    pub(super) fields: Fields,
    /// The content of the public key's BIT STRING.
    pub(super) key: Vec<u8>,
}

impl<'a> SigningCertificate<'a> {
    /// Finds it among the token's certificates.
    pub(super) fn find(
        signer: &SignerInfo,
        certificates: &'a [Vec<u8>],
    ) -> Result<Self, TimestampError> {
        let der = certificates
            .iter()
            .find(|der| names(&signer.sid, der))
            .ok_or(TimestampError::CertificateMissing)?;
        let (fields, ()) = Fields::from_der(der.clone(), |spki| Ok(check_authority_key(spki)?))
            .map_err(TimestampError::Certificate)?;
        let Ok(([], x509)) = X509Certificate::from_der(der) else {
            return Err(TimestampError::CertificateMissing);
        };
        let key = x509.public_key().subject_public_key.data.to_vec();
        Ok(Self { der, fields, key })
    }

    /// Its extended key usage is there, critical, and for time-stamping alone (RFC 3161, 2.3); a key usage,
    /// where there is one, lets it sign.
    pub(super) fn check_usage(&self) -> Result<(), TimestampError> {
        let found = self.fields.extended_key_usage.clone().unwrap_or_default();
        if found != [TIME_STAMPING] {
            return Err(TimestampError::ExtendedKeyUsage { found });
        }
        let Ok((_, x509)) = X509Certificate::from_der(self.der) else {
            return Err(TimestampError::CertificateMissing);
        };
        let critical = |kind: fn(&ParsedExtension<'_>) -> bool| {
            let mut extensions = x509.extensions().iter();
            extensions.any(|extension| kind(extension.parsed_extension()) && extension.critical)
        };
        if !critical(|extension| matches!(extension, ParsedExtension::ExtendedKeyUsage(_))) {
            return Err(TimestampError::ExtendedKeyUsageNotCritical);
        }
        let signs = |usage: x509_parser::extensions::KeyUsage| {
            let signs = usage.digital_signature() || usage.non_repudiation();
            signs && !usage.key_cert_sign() && !usage.crl_sign()
        };
        if self.fields.key_usage.is_none_or(signs) { Ok(()) } else { Err(TimestampError::KeyUsage) }
    }

    /// Whether the certificate has this serial number, however many zeros stand before it.
    pub(super) fn has_serial(&self, serial: &[u8]) -> bool {
        match X509Certificate::from_der(self.der) {
            Ok((_, x509)) => number(x509.raw_serial()) == number(serial),
            Err(_) => false,
        }
    }
}

/// RFC 5652, 5.3: by issuer and serial number, or by the subject's key identifier.
fn names(signer: &SignerIdentifier, der: &[u8]) -> bool {
    let Ok(([], x509)) = X509Certificate::from_der(der) else {
        return false;
    };
    match signer {
        SignerIdentifier::IssuerAndSerialNumber(named) => {
            number(x509.raw_serial()) == number(named.serial_number.as_bytes())
                && named.issuer.to_der().is_ok_and(|issuer| issuer == x509.issuer().as_raw())
        }
        SignerIdentifier::SubjectKeyIdentifier(named) => {
            x509.extensions().iter().any(|extension| {
                matches!(extension.parsed_extension(),
                ParsedExtension::SubjectKeyIdentifier(id) if id.0 == named.0.as_bytes())
            })
        }
    }
}

/// Without the octet that only says that the number is positive.
fn number(raw: &[u8]) -> &[u8] {
    raw.strip_prefix(&[0]).unwrap_or(raw)
}

/// `id-kp-timeStamping` (RFC 5280, 4.2.1.12).
pub(super) const TIME_STAMPING: &str = "1.3.6.1.5.5.7.3.8";
