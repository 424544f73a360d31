//! One certificate, made by rcgen and signed by one of our keys.

use std::time::Duration;

use rcgen::{
    Certificate, CertificateParams, CrlDistributionPoint, CustomExtension, DistinguishedName,
    DnType, IsCa, Issuer, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519,
    PKCS_RSA_SHA256, PublicKeyData, SerialNumber, SignatureAlgorithm, date_time_ymd,
};
use x509_cert::der::Encode;
use x509_cert::der::asn1::Ia5String;
use x509_cert::der::oid::ObjectIdentifier;
use x509_cert::ext::pkix::certpolicy::{PolicyInformation, PolicyQualifierInfo};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{AccessDescription, AuthorityInfoAccessSyntax, CertificatePolicies};
use x509_parser::prelude::FromDer;
use x509_parser::x509::SubjectPublicKeyInfo;

use super::{BasicConstraints, DevCaError, Policies, Profile};
use crate::curve::Curve;
use crate::error::KeyError;
use crate::key::SigningKey;
use crate::trust::Window;

/// Whom a certificate names, and his key.
pub(super) struct Subject<'a> {
    pub(super) common_name: &'a str,
    pub(super) organization: &'a str,
    pub(super) spki: &'a [u8],
    /// Names and addresses of a server; nobody else has any.
    pub(super) hosts: &'a [String],
}

/// A certificate that `key` signs for its own holder.
pub(super) fn self_signed(
    subject: &Subject<'_>,
    profile: &Profile,
    window: Window,
    key: &SigningKey,
) -> Result<Vec<u8>, DevCaError> {
    signed_by(subject, profile, window, subject, key)
}

/// A certificate that `issuer` signs with `key`.
pub(super) fn signed_by(
    subject: &Subject<'_>,
    profile: &Profile,
    window: Window,
    issuer: &Subject<'_>,
    key: &SigningKey,
) -> Result<Vec<u8>, DevCaError> {
    let issuer = issuer.as_issuer(key)?;
    let params = params(subject, profile, window)?;
    let certificate: Certificate = params.signed_by(&SubjectKey::of(subject.spki)?, &issuer)?;
    Ok(certificate.der().to_vec())
}

fn params(
    subject: &Subject<'_>,
    profile: &Profile,
    window: Window,
) -> Result<CertificateParams, DevCaError> {
    let mut params = CertificateParams::new(subject.hosts)?;
    if window.not_before > window.not_after {
        return Err(DevCaError::Window);
    }
    let epoch = date_time_ymd(1970, 1, 1);
    params.not_before = epoch + since_epoch(window.not_before)?;
    params.not_after = epoch + since_epoch(window.not_after)?;
    params.serial_number = Some(serial()?);
    params.distinguished_name = subject.distinguished_name();
    params.is_ca = match profile.basic {
        BasicConstraints::Leaf => IsCa::ExplicitNoCa,
        BasicConstraints::Authority { path_length: None } => {
            IsCa::Ca(rcgen::BasicConstraints::Unconstrained)
        }
        BasicConstraints::Authority { path_length: Some(length) } => {
            IsCa::Ca(rcgen::BasicConstraints::Constrained(length))
        }
    };
    params.key_usages.clone_from(&profile.key_usages);
    params.extended_key_usages.clone_from(&profile.extended_key_usages);
    params.use_authority_key_identifier_extension = true;
    if !profile.crl_points.is_empty() {
        let uris = profile.crl_points.clone();
        params.crl_distribution_points = vec![CrlDistributionPoint { uris }];
    }
    params.custom_extensions.extend(responders(&profile.responders)?);
    params.custom_extensions.extend(profile.policies.as_ref().map(policies).transpose()?);
    Ok(params)
}

/// `authorityInfoAccess` (RFC 6960, 3.1), which rcgen does not write.
fn responders(addresses: &[String]) -> Result<Option<CustomExtension>, DevCaError> {
    if addresses.is_empty() {
        return Ok(None);
    }
    let mut written = Vec::new();
    for address in addresses {
        let address = Ia5String::new(address).map_err(|_| DevCaError::Response)?;
        written.push(AccessDescription {
            access_method: OCSP_ACCESS,
            access_location: GeneralName::UniformResourceIdentifier(address),
        });
    }
    let content = AuthorityInfoAccessSyntax(written).to_der().map_err(|_| DevCaError::Response)?;
    let oid = [1, 3, 6, 1, 5, 5, 7, 1, 1];
    Ok(Some(CustomExtension::from_oid_content(&oid, content)))
}

/// `certificatePolicies` (RFC 5280, 4.2.1.4), which rcgen does not write.
fn policies(policies: &Policies) -> Result<CustomExtension, DevCaError> {
    let oid = |dotted: &str| ObjectIdentifier::new(dotted).map_err(|_| DevCaError::Policies);
    let mut written = Vec::new();
    for policy in &policies.oids {
        let qualifier = policies.qualifier.as_deref().map(oid).transpose()?;
        written.push(PolicyInformation {
            policy_identifier: oid(policy)?,
            policy_qualifiers: qualifier.map(|policy_qualifier_id| {
                vec![PolicyQualifierInfo { policy_qualifier_id, qualifier: None }]
            }),
        });
    }
    let content = CertificatePolicies(written).to_der().map_err(|_| DevCaError::Policies)?;
    let mut extension = CustomExtension::from_oid_content(&[2, 5, 29, 32], content);
    extension.set_criticality(policies.critical);
    Ok(extension)
}

pub(super) fn since_epoch(at: i64) -> Result<Duration, DevCaError> {
    match u64::try_from(at) {
        Ok(seconds) if seconds <= SECONDS_MAX => Ok(Duration::from_secs(seconds)),
        _ => Err(DevCaError::Window),
    }
}

/// 128 random bits, positive (RFC 5280, 4.1.2.2), the top bits set so that all have one length.
fn serial() -> Result<SerialNumber, DevCaError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| KeyError::NotGenerated)?;
    bytes[0] = bytes[0] & 0x3f | 0x40;
    Ok(SerialNumber::from_slice(&bytes))
}

impl Subject<'_> {
    /// Him in the role of an issuer who signs with `key`.
    pub(super) fn as_issuer<'k>(
        &self,
        key: &'k SigningKey,
    ) -> Result<Issuer<'static, Signer<'k>>, DevCaError> {
        let mut params = CertificateParams::default();
        params.distinguished_name = self.distinguished_name();
        Ok(Issuer::new(params, Signer { key, public: SubjectKey::of(self.spki)? }))
    }

    fn distinguished_name(&self) -> DistinguishedName {
        let mut name = DistinguishedName::new();
        name.push(DnType::CountryName, "ID");
        name.push(DnType::OrganizationName, self.organization);
        name.push(DnType::CommonName, self.common_name);
        name
    }
}

/// A public key as rcgen wants it: the content of the BIT STRING, and a name for the algorithm.
struct SubjectKey {
    bits: Vec<u8>,
    algorithm: &'static SignatureAlgorithm,
}

impl SubjectKey {
    fn of(spki: &[u8]) -> Result<Self, DevCaError> {
        let Ok(([], parsed)) = SubjectPublicKeyInfo::from_der(spki) else {
            return Err(KeyError::MalformedPublicKey.into());
        };
        let algorithm = match parsed.algorithm.algorithm.to_id_string().as_str() {
            "1.3.101.112" => &PKCS_ED25519,
            "1.2.840.10045.2.1" => match Curve::of_spki(&parsed)? {
                Curve::P256 => &PKCS_ECDSA_P256_SHA256,
                Curve::P384 => &PKCS_ECDSA_P384_SHA384,
            },
            "1.2.840.113549.1.1.1" => &PKCS_RSA_SHA256,
            oid => {
                return Err(KeyError::AlgorithmNotAccepted { oid: oid.to_owned() }.into());
            }
        };
        Ok(Self { bits: parsed.subject_public_key.data.to_vec(), algorithm })
    }
}

impl PublicKeyData for SubjectKey {
    fn der_bytes(&self) -> &[u8] {
        &self.bits
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        self.algorithm
    }
}

/// One of our keys in the role of rcgen's.
pub(super) struct Signer<'a> {
    key: &'a SigningKey,
    public: SubjectKey,
}

impl PublicKeyData for Signer<'_> {
    fn der_bytes(&self) -> &[u8] {
        self.public.der_bytes()
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        self.public.algorithm()
    }
}

impl rcgen::SigningKey for Signer<'_> {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        self.key.sign_certificate(message).map_err(|_| rcgen::Error::RemoteKeyError)
    }
}

/// The last second of the year 9999: later dates have no form in a certificate.
const SECONDS_MAX: u64 = 253_402_300_799;

/// `id-ad-ocsp` (RFC 6960, 3.1).
const OCSP_ACCESS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1");
