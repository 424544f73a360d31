//! A certification authority for development, demonstrations and tests: a root and one issuing
//! authority. Never an anchor of a ledger that matters: its keys lie in a plain file.

mod issue;
mod list;
mod response;

use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;
use zeroize::Zeroizing;

pub use rcgen::{ExtendedKeyUsagePurpose, KeyUsagePurpose};

use self::issue::Subject;
pub use self::list::{ListSpec, Listed};
pub use self::response::{ResponseSpec, ResponseStatus};
use crate::algorithm::Algorithm;
use crate::certificate::certificate_to_pem;
use crate::error::KeyError;
use crate::key::SigningKey;
use crate::public_key::PublicKey;
use crate::trust::{HolderKind, Window};

/// A root and one issuing authority under it.
#[derive(Debug)]
pub struct DevCa {
    root: Authority,
    issuing: Authority,
}

/// What an authority is made of.
#[derive(Debug)]
pub struct AuthoritySpec {
    /// The key that signs.
    pub key: SigningKey,
    /// What its certificate says.
    pub profile: Profile,
    /// When its certificate is valid.
    pub window: Window,
}

/// What a certificate says that its key is for. Tests make wrong ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Key usage; no extension when empty.
    pub key_usages: Vec<KeyUsagePurpose>,
    /// Extended key usage; no extension when empty.
    pub extended_key_usages: Vec<ExtendedKeyUsagePurpose>,
    /// Basic constraints.
    pub basic: BasicConstraints,
    /// Where lists about the certificate are (`cRLDistributionPoints`); no extension when empty.
    pub crl_points: Vec<String>,
    /// Where responders are (`authorityInfoAccess`); no extension when empty.
    pub responders: Vec<String>,
    /// Certificate policies; no extension where there are none.
    pub policies: Option<Policies>,
}

/// The certificate policies of a certificate (RFC 5280, 4.2.1.4).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policies {
    /// Dotted.
    pub oids: Vec<String>,
    /// Whether who does not understand them must refuse the certificate.
    pub critical: bool,
    /// The dotted kind of a qualifier of each policy, where it has one.
    pub qualifier: Option<String>,
}

/// What the basic constraints of a certificate say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BasicConstraints {
    /// The end of a chain.
    Leaf,
    /// May issue certificates.
    Authority {
        /// How many authorities may follow below; no limit when `None`.
        path_length: Option<u8>,
    },
}

/// Why the development authority made nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DevCaError {
    /// A key was not made or not accepted.
    #[error("{0}")]
    Key(#[from] KeyError),
    /// Dates before 1970, after 9999 or in the wrong order.
    #[error("dates before 1970, after 9999 or in the wrong order")]
    Window,
    /// A certificate could not be encoded or signed.
    #[error("no certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// Certificate policies that have no form.
    #[error("certificate policies that are no object identifiers")]
    Policies,
    /// An address or a response that has no form.
    #[error("an address or a response that has no form")]
    Response,
    /// A text that [`DevCa::to_pem`] did not write.
    #[error("not a stored development authority")]
    Stored,
}

#[derive(Debug)]
struct Authority {
    common_name: String,
    organization: String,
    der: Vec<u8>,
    key: SigningKey,
}

impl Profile {
    /// What a correct certificate of such a holder says.
    pub fn of_holder(kind: HolderKind) -> Self {
        let mut key_usages = vec![KeyUsagePurpose::DigitalSignature];
        if kind == HolderKind::Person {
            key_usages.push(KeyUsagePurpose::ContentCommitment);
        }
        Self {
            key_usages,
            extended_key_usages: vec![ExtendedKeyUsagePurpose::EmailProtection],
            basic: BasicConstraints::Leaf,
            crl_points: Vec::new(),
            responders: Vec::new(),
            policies: None,
        }
    }

    /// What a correct certificate of a TLS server says.
    pub fn of_server() -> Self {
        Self {
            key_usages: vec![KeyUsagePurpose::DigitalSignature],
            extended_key_usages: vec![ExtendedKeyUsagePurpose::ServerAuth],
            basic: BasicConstraints::Leaf,
            crl_points: Vec::new(),
            responders: Vec::new(),
            policies: None,
        }
    }

    /// What a correct certificate of an authority says.
    pub fn of_authority(path_length: Option<u8>) -> Self {
        Self {
            key_usages: vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign],
            extended_key_usages: Vec::new(),
            basic: BasicConstraints::Authority { path_length },
            crl_points: Vec::new(),
            responders: Vec::new(),
            policies: None,
        }
    }
}

impl DevCa {
    /// Makes new keys, a root and an issuing authority under it. `name` is their organization.
    pub fn create(name: &str, window: Window, algorithm: Algorithm) -> Result<Self, DevCaError> {
        let spec = |path_length| {
            let key = SigningKey::generate(algorithm)?;
            let profile = Profile::of_authority(Some(path_length));
            Ok::<_, KeyError>(AuthoritySpec { key, profile, window })
        };
        Self::build(name, spec(1)?, spec(0)?)
    }

    /// The same from given parts, right or wrong.
    pub fn build(
        name: &str,
        root: AuthoritySpec,
        issuing: AuthoritySpec,
    ) -> Result<Self, DevCaError> {
        let root_name = format!("{name} Root");
        let subject = Subject {
            common_name: &root_name,
            organization: name,
            spki: root.key.public_key().spki_der(),
            hosts: &[],
        };
        let der = issue::self_signed(&subject, &root.profile, root.window, &root.key)?;
        let root =
            Authority { common_name: root_name, organization: name.to_owned(), der, key: root.key };

        let issuing_name = format!("{name} Issuing");
        let subject = Subject {
            common_name: &issuing_name,
            organization: name,
            spki: issuing.key.public_key().spki_der(),
            hosts: &[],
        };
        let der = root.sign(&subject, &issuing.profile, issuing.window)?;
        let issuing = Authority {
            common_name: issuing_name,
            organization: name.to_owned(),
            der,
            key: issuing.key,
        };
        Ok(Self { root, issuing })
    }

    /// Issues a certificate; the answer is the chain as an enrolment carries it: the leaf and the
    /// issuing authority's certificate, in DER.
    pub fn issue(
        &self,
        common_name: &str,
        organization: &str,
        key: &PublicKey,
        profile: &Profile,
        window: Window,
    ) -> Result<Vec<Vec<u8>>, DevCaError> {
        self.issue_spki(common_name, organization, key.spki_der(), profile, window)
    }

    /// The same for any key of an accepted kind, however weak or badly spelled.
    pub fn issue_spki(
        &self,
        common_name: &str,
        organization: &str,
        spki: &[u8],
        profile: &Profile,
        window: Window,
    ) -> Result<Vec<Vec<u8>>, DevCaError> {
        let subject = Subject { common_name, organization, spki, hosts: &[] };
        let leaf = self.issuing.sign(&subject, profile, window)?;
        Ok(vec![leaf, self.issuing.der.clone()])
    }

    /// Issues the certificate of a TLS server for DNS names and IP addresses; the answer is the chain
    /// as a server shows it.
    pub fn issue_server(
        &self,
        hosts: &[String],
        key: &PublicKey,
        window: Window,
    ) -> Result<Vec<Vec<u8>>, DevCaError> {
        let subject = Subject {
            common_name: hosts.first().map_or("server", String::as_str),
            organization: &self.issuing.organization,
            spki: key.spki_der(),
            hosts,
        };
        let leaf = self.issuing.sign(&subject, &Profile::of_server(), window)?;
        Ok(vec![leaf, self.issuing.der.clone()])
    }

    /// A revocation list of the issuing authority, in DER: about the certificates of holders.
    pub fn revocation_list(&self, list: &ListSpec) -> Result<Vec<u8>, DevCaError> {
        self.issuing.list(list)
    }

    /// A revocation list of the root, in DER: about the certificate of the issuing authority.
    pub fn root_revocation_list(&self, list: &ListSpec) -> Result<Vec<u8>, DevCaError> {
        self.root.list(list)
    }

    /// An OCSP response of the issuing authority, in DER: about a holder's certificate.
    pub fn response(&self, response: &ResponseSpec) -> Result<Vec<u8>, DevCaError> {
        response::signed_by(response, &self.issuing.der, &self.issuing.key)
    }

    /// An OCSP response of the root, in DER: about the certificate of the issuing authority.
    pub fn root_response(&self, response: &ResponseSpec) -> Result<Vec<u8>, DevCaError> {
        response::signed_by(response, &self.root.der, &self.root.key)
    }

    /// The root's certificate in DER.
    pub fn anchor_der(&self) -> &[u8] {
        &self.root.der
    }

    /// Both certificates and keys in PEM, for [`DevCa::from_pem`].
    pub fn to_pem(&self) -> Result<Zeroizing<String>, DevCaError> {
        let mut text = Zeroizing::new(String::new());
        for authority in [&self.root, &self.issuing] {
            text.push_str(&certificate_to_pem(&authority.der));
            text.push_str(&authority.key.to_pkcs8_pem()?);
        }
        Ok(text)
    }

    /// Reads what [`DevCa::to_pem`] wrote.
    pub fn from_pem(text: &str) -> Result<Self, DevCaError> {
        let blocks = pem::parse_many(text).map_err(|_| DevCaError::Stored)?;
        let [root_certificate, root_key, issuing_certificate, issuing_key] = blocks.as_slice()
        else {
            return Err(DevCaError::Stored);
        };
        Ok(Self {
            root: Authority::load(root_certificate, root_key)?,
            issuing: Authority::load(issuing_certificate, issuing_key)?,
        })
    }
}

impl Authority {
    fn sign(
        &self,
        subject: &Subject<'_>,
        profile: &Profile,
        window: Window,
    ) -> Result<Vec<u8>, DevCaError> {
        let issuer = Subject {
            common_name: &self.common_name,
            organization: &self.organization,
            spki: self.key.public_key().spki_der(),
            hosts: &[],
        };
        issue::signed_by(subject, profile, window, &issuer, &self.key)
    }

    fn list(&self, list: &ListSpec) -> Result<Vec<u8>, DevCaError> {
        let issuer = Subject {
            common_name: &self.common_name,
            organization: &self.organization,
            spki: self.key.public_key().spki_der(),
            hosts: &[],
        };
        list::signed_by(list, &issuer, &self.key)
    }

    fn load(certificate: &pem::Pem, key: &pem::Pem) -> Result<Self, DevCaError> {
        let key = SigningKey::from_pkcs8_pem(&Zeroizing::new(pem::encode(key)))?;
        let der = certificate.contents();
        let (_, x509) = X509Certificate::from_der(der).map_err(|_| DevCaError::Stored)?;
        if x509.public_key().raw != key.public_key().spki_der() {
            return Err(DevCaError::Stored);
        }
        let name = x509.subject();
        let text = |attribute: Option<&x509_parser::x509::AttributeTypeAndValue<'_>>| {
            attribute.and_then(|a| a.as_str().ok()).map(str::to_owned).ok_or(DevCaError::Stored)
        };
        Ok(Self {
            common_name: text(name.iter_common_name().next())?,
            organization: text(name.iter_organization().next())?,
            der: der.to_vec(),
            key,
        })
    }
}
