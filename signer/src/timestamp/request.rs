//! What is asked of a time-stamping authority (RFC 3161, 2.4.1), and whether an answer answers it.

use cms::cert::x509::spki::AlgorithmIdentifierOwned;
use der::asn1::{Int, OctetString, Uint};
use der::{Decode, Encode, Sequence};

use super::authority::TimestampAuthority;
use super::digest::HashAlgorithm;
use super::response;
use super::token::TimestampToken;
use super::verified::Timestamp;
use crate::error::TimestampError;

/// A request for a token over some bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimestampRequest {
    der: Vec<u8>,
    stamped: Vec<u8>,
    algorithm: HashAlgorithm,
    nonce: Int,
}

/// `MessageImprint`: what is stamped, by its hash.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(super) struct MessageImprint {
    pub(super) hash_algorithm: AlgorithmIdentifierOwned,
    pub(super) hashed_message: OctetString,
}

#[derive(Sequence)]
struct TimeStampReq {
    version: u8,
    message_imprint: MessageImprint,
    nonce: Int,
    cert_req: bool,
}

impl TimestampRequest {
    /// Asks for a token over `stamped`, with the authority's certificate in it. The `nonce` must be a fresh
    /// random number: it tells an answer from one that somebody kept.
    pub fn new(
        stamped: &[u8],
        algorithm: HashAlgorithm,
        nonce: u64,
    ) -> Result<Self, TimestampError> {
        let malformed = |_| TimestampError::Malformed { what: "request" };
        let nonce = Uint::new(&nonce.to_be_bytes()).and_then(|nonce| nonce.to_der());
        let nonce = nonce.and_then(|der| Int::from_der(&der)).map_err(malformed)?;
        let hashed = algorithm.digest(stamped);
        let request = TimeStampReq {
            version: 1,
            message_imprint: MessageImprint {
                hash_algorithm: AlgorithmIdentifierOwned { oid: algorithm.oid(), parameters: None },
                hashed_message: OctetString::new(hashed).map_err(malformed)?,
            },
            nonce: nonce.clone(),
            cert_req: true,
        };
        let der = request.to_der().map_err(malformed)?;
        Ok(Self { der, stamped: stamped.to_vec(), algorithm, nonce })
    }

    /// The request in DER: the body of a POST of `application/timestamp-query`.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Takes the answer, a `TimeStampResp` in DER: granted, verified over the bytes that were asked about with
    /// the hash that was asked for, and bearing this request's nonce.
    pub fn accept(
        &self,
        answer: &[u8],
        authorities: &[TimestampAuthority],
    ) -> Result<(TimestampToken, Timestamp), TimestampError> {
        let token = TimestampToken::parse(&response::token_of(answer)?)?;
        if token.info().nonce.as_ref() != Some(&self.nonce) {
            return Err(TimestampError::Nonce);
        }
        let timestamp = token.verify(&self.stamped, authorities)?;
        if timestamp.algorithm() != self.algorithm {
            return Err(TimestampError::OtherHash);
        }
        Ok((token, timestamp))
    }
}
