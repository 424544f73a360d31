//! Which certificates a list is about (RFC 5280, 5.2.5 and 4.2.1.13).

use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{
    DistributionPointName, GeneralName, IssuingDistributionPoint, ParsedExtension,
};

use super::issued::Issued;
use crate::error::RevocationListError;

/// What an issuing distribution point leaves of all that an authority issued.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Scope {
    /// Addresses of the distribution point; empty where the list is about all.
    names: Vec<String>,
    only: Option<Only>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Only {
    Users,
    Authorities,
}

impl Scope {
    /// Lists about some reasons, attribute certificates or other issuers' certificates are not read.
    pub(super) fn of(point: &IssuingDistributionPoint<'_>) -> Result<Self, RevocationListError> {
        if point.indirect_crl {
            return Err(RevocationListError::Partial { what: "indirectCRL" });
        }
        if point.only_some_reasons.is_some() {
            return Err(RevocationListError::Partial { what: "onlySomeReasons" });
        }
        if point.only_contains_attribute_certs {
            return Err(RevocationListError::Partial { what: "onlyContainsAttributeCerts" });
        }
        let only = match (point.only_contains_user_certs, point.only_contains_ca_certs) {
            (false, false) => None,
            (true, false) => Some(Only::Users),
            (false, true) => Some(Only::Authorities),
            (true, true) => return Err(RevocationListError::Partial { what: "nothing at all" }),
        };
        let names = match &point.distribution_point {
            None => Vec::new(),
            Some(DistributionPointName::FullName(names)) => addresses(names),
            Some(DistributionPointName::NameRelativeToCRLIssuer(_)) => {
                return Err(RevocationListError::Partial { what: "nameRelativeToCRLIssuer" });
            }
        };
        if point.distribution_point.is_some() && names.is_empty() {
            return Err(RevocationListError::Partial { what: "no address" });
        }
        Ok(Self { names, only })
    }

    /// Is the list about that certificate of its issuer?
    pub(super) fn covers(&self, certificate: &Issued) -> bool {
        let kind = match self.only {
            None => true,
            Some(Only::Users) => !certificate.is_authority(),
            Some(Only::Authorities) => certificate.is_authority(),
        };
        let named = || certificate.points().iter().any(|name| self.names.contains(name));
        kind && (self.names.is_empty() || named())
    }
}

/// Where a certificate says that lists about it are, whole ones by its own issuer.
pub(super) fn points_of(certificate: &X509Certificate<'_>) -> Vec<String> {
    let points = certificate.extensions().iter().filter_map(|extension| {
        match extension.parsed_extension() {
            ParsedExtension::CRLDistributionPoints(points) => Some(&points.points),
            _ => None,
        }
    });
    let whole =
        points.flatten().filter(|point| point.reasons.is_none() && point.crl_issuer.is_none());
    whole
        .filter_map(|point| match &point.distribution_point {
            Some(DistributionPointName::FullName(names)) => Some(addresses(names)),
            _ => None,
        })
        .flatten()
        .collect()
}

/// Where a certificate says that responders answer for its issuer.
pub(super) fn responders_of(certificate: &X509Certificate<'_>) -> Vec<String> {
    let access = certificate.extensions().iter().filter_map(|extension| {
        match extension.parsed_extension() {
            ParsedExtension::AuthorityInfoAccess(access) => Some(&access.accessdescs),
            _ => None,
        }
    });
    let responders =
        access.flatten().filter(|access| access.access_method.to_id_string() == OCSP_ACCESS);
    responders
        .filter_map(|access| match &access.access_location {
            GeneralName::URI(address) => Some((*address).to_owned()),
            _ => None,
        })
        .collect()
}

fn addresses(names: &[GeneralName<'_>]) -> Vec<String> {
    let address = |name: &GeneralName<'_>| match name {
        GeneralName::URI(address) => Some((*address).to_owned()),
        _ => None,
    };
    names.iter().filter_map(address).collect()
}

/// `id-ad-ocsp` (RFC 6960, 3.1).
const OCSP_ACCESS: &str = "1.3.6.1.5.5.7.48.1";
