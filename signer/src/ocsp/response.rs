//! One response: its form, its signature, and what it says of a certificate at a time.

use der::asn1::{Any, BitString};
use der::{Decode, Encode, Sequence};
use x509_ocsp::{OcspResponse as Outer, OcspResponseStatus, ResponseData};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use super::answer::{Answer, Issuer, Status, check_critical, seconds};
use super::responder::Responder;
use crate::authority::AuthorityCertificate;
use crate::backend;
use crate::error::{NoStanding, OcspError};
use crate::hash::Hash;
use crate::revocation::{Issued, Issuer as Authority, IssuerId, RevocationReason, Standing};
use crate::trust::Window;

/// Longest response in bytes; one with a delegate's certificate has about 2,500.
pub const OCSP_RESPONSE_BYTES_MAX: usize = 32_768;

/// Most answers in a response.
pub const OCSP_ANSWERS_MAX: usize = 64;

/// Most certificates in a response.
const CERTIFICATES_MAX: usize = 8;

/// A response whose signature is its issuer's, or a responder's to whom the issuer left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OcspResponse {
    digest: Hash,
    by: Authority,
    produced_at: i64,
    delegate: Option<Vec<u8>>,
    answers: Vec<Answer>,
}

/// `BasicOCSPResponse` (RFC 6960, 4.2.1) with the signed bytes as they are.
#[derive(Sequence)]
struct Basic {
    data: Any,
    signature_algorithm: cms::cert::x509::spki::AlgorithmIdentifierOwned,
    signature: BitString,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    certificates: Option<Vec<Any>>,
}

impl OcspResponse {
    /// Reads a response in DER and verifies it with the certificate of the issuer that its answers are about.
    /// The issuer must be an authority, valid when the response was made.
    pub fn verify(der: &[u8], issuer: &[u8]) -> Result<Self, OcspError> {
        let (bytes, bytes_max) = (der.len(), OCSP_RESPONSE_BYTES_MAX);
        if bytes > bytes_max {
            return Err(OcspError::TooLong { bytes, bytes_max });
        }
        let basic = basic(der)?;
        let signed = basic.data.to_der().map_err(|_| MALFORMED)?;
        let data = ResponseData::from_der(&signed).map_err(|_| MALFORMED)?;
        let produced_at = seconds(data.produced_at);

        let issuer = AuthorityCertificate::from_der(issuer.to_vec()).map_err(OcspError::Issuer)?;
        if !issuer.fields.is_valid_at(produced_at) {
            let Window { not_before, not_after } = Window::of(&issuer.fields);
            return Err(OcspError::IssuerNotValid { not_before, not_after, produced_at });
        }
        let certificates = certificates(&basic.certificates.unwrap_or_default())?;
        let responder = Responder::find(&data.responder_id, &issuer, &certificates, produced_at)?;
        let oid = basic.signature_algorithm.oid.to_string();
        let algorithm = backend::of_identifier(&oid, &responder.key)
            .ok_or(OcspError::SignatureAlgorithm { oid })?;
        algorithm
            .verify_signature(&responder.key, &signed, basic.signature.raw_bytes())
            .map_err(|_| OcspError::SignatureInvalid)?;
        check_critical(data.response_extensions.as_deref().unwrap_or_default())?;
        Ok(Self {
            digest: Hash::of(der),
            by: Authority::of(&issuer.fields.der).map_err(OcspError::Issuer)?,
            answers: answers(&data, &issuer)?,
            produced_at,
            delegate: responder.delegate,
        })
    }

    /// SHA-256 of the response.
    pub fn digest(&self) -> Hash {
        self.digest
    }

    /// The issuer of the certificates that it is about.
    pub fn by(&self) -> IssuerId {
        self.by.id()
    }

    /// How many certificates it is about.
    pub fn count(&self) -> usize {
        self.answers.len()
    }

    /// When it was signed, Unix seconds.
    pub fn produced_at(&self) -> i64 {
        self.produced_at
    }

    /// The certificate of the responder, where it is not the issuer itself. Whether that one was revoked is
    /// not asked here; most are issued for days and with `id-pkix-ocsp-nocheck`.
    pub fn delegate(&self) -> Option<&[u8]> {
        self.delegate.as_deref()
    }

    /// From `thisUpdate` to `nextUpdate` of what it says of a certificate in DER.
    pub fn window(&self, certificate: &[u8]) -> Result<Window, NoStanding> {
        Ok(self.answer(&self.by.issued(certificate)?)?.window)
    }

    /// The same for a certificate that was read before; none where it says nothing of it, or that it does not know it.
    pub fn window_about(&self, certificate: &Issued) -> Option<Window> {
        let answer = self.answer(certificate).ok()?;
        (answer.status != Status::Unknown).then_some(answer.window)
    }

    /// What it says of a certificate in DER at the time `at` in Unix seconds.
    pub fn standing(&self, certificate: &[u8], at: i64) -> Result<Standing, NoStanding> {
        self.standing_of(&self.by.issued(certificate)?, at)
    }

    /// The same for a certificate that was read before.
    pub fn standing_of(&self, certificate: &Issued, at: i64) -> Result<Standing, NoStanding> {
        let answer = self.answer(certificate)?;
        let later = match answer.status {
            Status::Unknown => return Err(NoStanding::Unknown),
            Status::Good => None,
            Status::Revoked(found) if found.since() > at => Some(found),
            Status::Revoked(found) if found.reason == RevocationReason::CertificateHold => {
                return Ok(Standing::OnHold(found));
            }
            Status::Revoked(found) => return Ok(Standing::Revoked(found)),
        };
        let Window { not_before: made_at, not_after: next_at } = answer.window;
        if at > next_at {
            return Err(NoStanding::Stale { next_at });
        }
        // Of an expired certificate "good" says nothing, unless the responder keeps what it knew (RFC 6960, 2.2).
        let expired_at = certificate.not_after();
        let kept = answer.keeps_expired_from.is_some_and(|from| from <= expired_at);
        if later.is_none() && made_at > expired_at && !kept {
            return Err(NoStanding::Expired { expired_at });
        }
        Ok(Standing::NotRevoked { settled: at <= made_at, later })
    }

    /// The newest answer about a certificate.
    fn answer(&self, certificate: &Issued) -> Result<&Answer, NoStanding> {
        if certificate.by() != self.by.id() {
            return Err(NoStanding::OtherIssuer);
        }
        let about = self.answers.iter().filter(|answer| answer.serial == certificate.serial());
        about.max_by_key(|answer| answer.window.not_before).ok_or(NoStanding::OtherScope)
    }
}

fn read(certificate: &[u8]) -> Result<X509Certificate<'_>, NoStanding> {
    match X509Certificate::from_der(certificate) {
        Ok(([], x509)) => Ok(x509),
        _ => Err(NoStanding::Malformed),
    }
}

/// A successful response of the basic type.
fn basic(der: &[u8]) -> Result<Basic, OcspError> {
    let outer = Outer::from_der(der).map_err(|_| MALFORMED)?;
    let status = match outer.response_status {
        OcspResponseStatus::Successful => None,
        OcspResponseStatus::MalformedRequest => Some("malformedRequest"),
        OcspResponseStatus::InternalError => Some("internalError"),
        OcspResponseStatus::TryLater => Some("tryLater"),
        OcspResponseStatus::SigRequired => Some("sigRequired"),
        OcspResponseStatus::Unauthorized => Some("unauthorized"),
    };
    if let Some(status) = status {
        return Err(OcspError::Refused { status });
    }
    let inner = outer.response_bytes.ok_or(MALFORMED)?;
    if inner.response_type.to_string() != BASIC {
        return Err(OcspError::NotBasic { oid: inner.response_type.to_string() });
    }
    Basic::from_der(inner.response.as_bytes()).map_err(|_| MALFORMED)
}

fn certificates(found: &[Any]) -> Result<Vec<Vec<u8>>, OcspError> {
    if found.len() > CERTIFICATES_MAX {
        let (found, found_max) = (found.len(), CERTIFICATES_MAX);
        return Err(OcspError::TooMany { what: "certificates", found, found_max });
    }
    found.iter().map(Encode::to_der).collect::<Result<_, _>>().map_err(|_| MALFORMED)
}

fn answers(data: &ResponseData, issuer: &AuthorityCertificate) -> Result<Vec<Answer>, OcspError> {
    let (found, found_max) = (data.responses.len(), OCSP_ANSWERS_MAX);
    if found > found_max {
        return Err(OcspError::TooMany { what: "answers", found, found_max });
    }
    let x509 = read(&issuer.fields.der).map_err(|_| MALFORMED)?;
    let key = &x509.public_key().subject_public_key.data;
    let issuer = Issuer { subject: &issuer.fields.subject.der, key };
    data.responses.iter().map(|single| Answer::read(single, &issuer)).collect()
}

const MALFORMED: OcspError = OcspError::Malformed { what: "response" };

/// `id-pkix-ocsp-basic` (RFC 6960, 4.2.1).
const BASIC: &str = "1.3.6.1.5.5.7.48.1.1";
