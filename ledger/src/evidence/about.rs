//! Where evidence about a certificate is recorded: the lists of its issuer on one stream, the responses about the certificate
//! itself on another.

use jejak_signer::{Hash, Issued, IssuerId};

/// What the streams of lists begin with.
pub const LIST_PREFIX: &str = "crl/";
/// What the streams of responses begin with.
pub const RESPONSE_PREFIX: &str = "ocsp/";

/// What a stream of evidence is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum About {
    /// All that an issuer issued.
    Issuer(IssuerId),
    /// The certificate with this thumbprint.
    Certificate(Hash),
}

impl About {
    /// Both in which a certificate is looked up.
    pub(crate) fn both(certificate: &Issued) -> [Self; 2] {
        [Self::Issuer(certificate.by()), Self::Certificate(certificate.thumbprint())]
    }

    pub(crate) fn stream(&self) -> String {
        match self {
            Self::Issuer(issuer) => list_stream(*issuer),
            Self::Certificate(thumbprint) => response_stream(thumbprint),
        }
    }
}

/// The stream of the lists of an issuer: `crl/` and 32 hexadecimal digits.
pub fn list_stream(issuer: IssuerId) -> String {
    format!("{LIST_PREFIX}{issuer}")
}

/// The stream of the responses about a certificate: `ocsp/` and the first 32 hexadecimal digits of its thumbprint.
pub fn response_stream(certificate: &Hash) -> String {
    let mut stream = format!("{RESPONSE_PREFIX}{certificate}");
    stream.truncate(RESPONSE_PREFIX.len() + THUMBPRINT_DIGITS);
    stream
}

/// Does the thing of that key hold evidence?
pub(crate) fn is_evidence(key: &str) -> bool {
    key.starts_with(LIST_PREFIX) || key.starts_with(RESPONSE_PREFIX)
}

/// Of the thumbprint in the stream.
const THUMBPRINT_DIGITS: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_of_a_certificate_begins_its_thumbprint() {
        let thumbprint = Hash([0xab; 32]);
        assert_eq!(response_stream(&thumbprint), format!("ocsp/{}", "ab".repeat(16)));
        assert!(is_evidence(&response_stream(&thumbprint)));
    }
}
