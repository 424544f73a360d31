//! A token that counts: what it says is an authority's word, and stays so after the authority's certificate has
//! expired, because everything is judged at the token's own time.

use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use super::authority::TimestampAuthority;
use super::digest::HashAlgorithm;
use super::info::{Accuracy, GenTime, TstInfo};
use super::signer::SigningCertificate;
use super::token::TimestampToken;
use super::{attributes, signature};
use crate::error::TimestampError;
use crate::fields::hex;
use crate::hash::Hash;

/// What a token says, its signature verified: the claim of whoever holds the certificate in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimestampClaim {
    token: Hash,
    time: GenTime,
    accuracy: Option<Accuracy>,
    algorithm: HashAlgorithm,
    policy: String,
    serial: String,
}

/// A verified token: these bytes existed at this time, an authority that is trusted says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timestamp {
    claim: TimestampClaim,
    chain: Vec<Vec<u8>>,
    authority: usize,
    valid_until: i64,
}

impl TimestampToken {
    /// Verifies the token over the bytes that were stamped, under one of the `authorities`.
    ///
    /// No clock is read: the certificates are judged at `genTime`. Whether one of them was revoked by then is
    /// for [`Timestamp::standing`] to say.
    pub fn verify(
        &self,
        stamped: &[u8],
        authorities: &[TimestampAuthority],
    ) -> Result<Timestamp, TimestampError> {
        let (certificate, claim) = self.read(stamped)?;
        let (authority, intermediates) = self.path(&certificate, &claim, authorities)?;
        let chain: Vec<_> =
            std::iter::once(certificate.der.to_vec()).chain(intermediates).collect();
        let anchor = authorities.get(authority).map(TimestampAuthority::der);
        let path = chain.iter().map(Vec::as_slice).chain(anchor);
        let valid_until = path.filter_map(not_after).min().unwrap_or(i64::MIN);
        Ok(Timestamp { claim, chain, authority, valid_until })
    }

    /// Everything that [`TimestampToken::verify`] asks but for the path: that the token is whole, over these
    /// bytes, and signed by the certificate in it. Anybody can make such a token.
    pub fn check(&self, stamped: &[u8]) -> Result<TimestampClaim, TimestampError> {
        self.read(stamped).map(|(_, claim)| claim)
    }

    fn read(
        &self,
        stamped: &[u8],
    ) -> Result<(SigningCertificate<'_>, TimestampClaim), TimestampError> {
        let (signer, info) = (self.signer(), self.info());
        let certificate = SigningCertificate::find(signer, self.certificates())?;
        let content_hash = signature::content_hash(signer)?;
        let attributes = attributes::check(signer, self.content(), content_hash, &certificate)?;
        signature::verify(signer, content_hash, &attributes, &certificate)?;
        certificate.check_usage()?;
        let claim = TimestampClaim {
            token: self.digest(),
            time: info.time()?,
            accuracy: info.accuracy()?,
            algorithm: check_imprint(info, stamped)?,
            policy: info.policy.to_string(),
            serial: hex(info.serial_number.as_bytes()),
        };
        Ok((certificate, claim))
    }

    /// Under the first authority that the signer leads to; of the refusals, the one that comes nearest.
    fn path(
        &self,
        certificate: &SigningCertificate<'_>,
        claim: &TimestampClaim,
        authorities: &[TimestampAuthority],
    ) -> Result<(usize, Vec<Vec<u8>>), TimestampError> {
        let others: Vec<Vec<u8>> =
            self.certificates().iter().filter(|der| *der != certificate.der).cloned().collect();
        let mut refused = TimestampError::Path(webpki::Error::UnknownIssuer);
        for (index, authority) in authorities.iter().enumerate() {
            match authority.path(certificate.der, &others, &claim.policy, claim.time.seconds) {
                Ok(intermediates) => return Ok((index, intermediates)),
                Err(TimestampError::Path(webpki::Error::UnknownIssuer)) => {}
                Err(reason) => refused = reason,
            }
        }
        Err(refused)
    }
}

impl TimestampClaim {
    /// SHA-256 of the token.
    pub fn token(&self) -> Hash {
        self.token
    }

    /// `genTime`.
    pub fn time(&self) -> GenTime {
        self.time
    }

    /// How exact `genTime` is, where the authority says so.
    pub fn accuracy(&self) -> Option<Accuracy> {
        self.accuracy
    }

    /// The first second, Unix time, of which it is certain that the bytes existed: `genTime` and its accuracy,
    /// rounded up.
    pub fn existed_at(&self) -> i64 {
        self.time.existed_at(self.accuracy)
    }

    /// With which hash the bytes were stamped.
    pub fn algorithm(&self) -> HashAlgorithm {
        self.algorithm
    }

    /// The policy of the authority, dotted.
    pub fn policy(&self) -> &str {
        &self.policy
    }

    /// The token's serial number in lower-case hexadecimal.
    pub fn serial(&self) -> &str {
        &self.serial
    }
}

/// What the token claims is now an authority's word.
impl std::ops::Deref for Timestamp {
    type Target = TimestampClaim;

    fn deref(&self) -> &TimestampClaim {
        &self.claim
    }
}

impl Timestamp {
    /// The signer's certificate in DER, then the intermediates that led to the anchor.
    pub fn chain(&self) -> &[Vec<u8>] {
        &self.chain
    }

    /// The last second, Unix time, at which every certificate of the path, the anchor's too, is valid. Until then the token
    /// proves by itself; afterwards the key behind it may be anybody's, and only what was stamped anew before proves.
    pub fn valid_until(&self) -> i64 {
        self.valid_until
    }

    /// Which of the authorities that were given it leads to.
    pub fn authority(&self) -> usize {
        self.authority
    }
}

fn not_after(der: &[u8]) -> Option<i64> {
    let (_, x509) = X509Certificate::from_der(der).ok()?;
    Some(x509.validity().not_after.timestamp())
}

/// The imprint is of the stamped bytes.
fn check_imprint(info: &TstInfo, stamped: &[u8]) -> Result<HashAlgorithm, TimestampError> {
    let oid = &info.message_imprint.hash_algorithm.oid;
    let algorithm = HashAlgorithm::of_oid(oid)
        .ok_or_else(|| TimestampError::HashAlgorithm { oid: oid.to_string() })?;
    if info.message_imprint.hashed_message.as_bytes() == algorithm.digest(stamped) {
        Ok(algorithm)
    } else {
        Err(TimestampError::Imprint)
    }
}
