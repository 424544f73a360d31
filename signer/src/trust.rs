//! May this chain be believed? From a leaf over its intermediates to an anchor that the ledger
//! trusts, at one given time. webpki builds the path; what it leaves open is checked here.

use std::time::Duration;

use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, ExtendedKeyUsageValidator, KeyPurposeIdIter, aws_lc_rs};

use crate::algorithm::Algorithm;
use crate::authority::{AuthorityCertificate, signs_statements};
use crate::certificate::Certificate;
use crate::error::{CertificateError, KeyError, TrustError};
use crate::fields::{Authority, Fields};
use crate::hash::Hash;
use crate::revocation::Issued;

/// Most certificates in a chain, without the root: a leaf and two intermediates. The chains of the
/// national root and its authorities have one or two.
pub const CHAIN_CERTIFICATES_MAX: usize = 3;

/// Who holds a key. The certificates of persons must say that the signature binds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HolderKind {
    /// A natural person: key usage `nonRepudiation` is required.
    Person,
    /// A server: `digitalSignature` suffices.
    System,
}

/// A time span in Unix seconds, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// First second.
    pub not_before: i64,
    /// Last second.
    pub not_after: i64,
}

/// The trust anchors of a ledger.
#[derive(Debug, Clone)]
pub struct Anchors {
    certificates: Vec<AuthorityCertificate>,
    trusted: Vec<TrustAnchor<'static>>,
}

/// A certificate with a verified path to an anchor: the only thing that statements are verified with.
#[derive(Debug, Clone)]
pub struct Credential {
    certificate: Certificate,
    intermediates: Vec<Vec<u8>>,
    window: Window,
    path: Vec<Issued>,
}

impl Window {
    /// Whether a time lies in the window.
    pub fn contains(&self, at: i64) -> bool {
        (self.not_before..=self.not_after).contains(&at)
    }

    pub(crate) fn of(fields: &Fields) -> Self {
        Self { not_before: fields.not_before, not_after: fields.not_after }
    }

    fn intersection(self, other: Self) -> Self {
        Self {
            not_before: self.not_before.max(other.not_before),
            not_after: self.not_after.min(other.not_after),
        }
    }
}

impl Anchors {
    /// Reads the anchors' certificates in DER: authorities that may sign certificates. Their dates
    /// are kept and asked whenever a chain is admitted.
    pub fn new(ders: Vec<Vec<u8>>) -> Result<Self, TrustError> {
        let mut anchors = Self { certificates: Vec::new(), trusted: Vec::new() };
        for (index, der) in ders.into_iter().enumerate() {
            let certificate = AuthorityCertificate::from_der(der)
                .map_err(|reason| TrustError::Anchor { index, reason })?;
            let der = CertificateDer::from(certificate.fields.der.as_slice());
            let trusted = webpki::anchor_from_trusted_cert(&der).map_err(|_| {
                let reason = CertificateError::Malformed;
                TrustError::Anchor { index, reason }
            })?;
            anchors.trusted.push(trusted.to_owned());
            anchors.certificates.push(certificate);
        }
        if anchors.certificates.is_empty() {
            return Err(TrustError::NoAnchor);
        }
        Ok(anchors)
    }

    /// The anchors' certificates in DER, as given.
    pub fn ders(&self) -> impl Iterator<Item = &[u8]> {
        self.certificates.iter().map(|anchor| anchor.fields.der.as_slice())
    }

    /// The certificates behind the anchor that a path ended in: webpki keeps name and key only, and
    /// a root that was renewed has both twice.
    fn behind(&self, found: &TrustAnchor<'_>) -> impl Iterator<Item = &AuthorityCertificate> {
        self.certificates
            .iter()
            .zip(&self.trusted)
            .filter(|(_, anchor)| {
                anchor.subject == found.subject
                    && anchor.subject_public_key_info == found.subject_public_key_info
            })
            .map(|(certificate, _)| certificate)
    }

    /// Of those, the one that lets the path stand, and for the longest.
    fn choose(
        &self,
        found: &TrustAnchor<'_>,
        intermediates: usize,
        at: i64,
    ) -> Result<&AuthorityCertificate, TrustError> {
        let mut refused = TrustError::NoAnchor;
        let mut chosen: Option<&AuthorityCertificate> = None;
        for anchor in self.behind(found) {
            match check_anchor(anchor, intermediates, at) {
                Err(reason) => refused = reason,
                Ok(()) if chosen.is_some_and(|c| c.fields.not_after >= anchor.fields.not_after) => {
                }
                Ok(()) => chosen = Some(anchor),
            }
        }
        chosen.ok_or(refused)
    }
}

impl Credential {
    /// Admits a chain, leaf first, in order and without the root, at the time `at` in Unix seconds.
    ///
    /// Revocation and who the holder is are not decided here: the first is an event, the second is
    /// what an enrolment says.
    pub fn admit(
        anchors: &Anchors,
        chain: &[Vec<u8>],
        kind: HolderKind,
        at: i64,
    ) -> Result<Self, TrustError> {
        let (leaf, intermediates) = read_chain(chain)?;
        check_order(anchors, leaf.fields(), &intermediates)?;
        check_leaf(leaf.fields(), kind)?;
        let below: Vec<&Fields> = std::iter::once(leaf.fields())
            .chain(intermediates.iter().map(|intermediate| &intermediate.fields))
            .collect();
        check_purposes_and_dates(&below, at)?;
        let anchor = find_anchor(anchors, leaf.der(), &intermediates, at)?;

        let window = below
            .into_iter()
            .map(Window::of)
            .fold(Window::of(&anchor.fields), Window::intersection);
        let intermediates: Vec<Vec<u8>> =
            intermediates.into_iter().map(|intermediate| intermediate.fields.der).collect();
        let path = issued(leaf.der(), &intermediates, &anchor.fields.der)?;
        Ok(Self { certificate: leaf, intermediates, window, path })
    }

    /// The same credential for the algorithm that its holder is enrolled with. Without this it is the
    /// first of his key's algorithms: an RSA certificate does not say whether PS256 is meant.
    pub fn with_algorithm(self, algorithm: Algorithm) -> Result<Self, KeyError> {
        Ok(Self { certificate: self.certificate.with_algorithm(algorithm)?, ..self })
    }

    /// SHA-256 of the certificate.
    pub fn thumbprint(&self) -> Hash {
        self.certificate.thumbprint()
    }

    /// The one algorithm of the holder's statements.
    pub fn algorithm(&self) -> Algorithm {
        self.certificate.public_key().algorithm()
    }

    /// When the whole path is valid: leaf, intermediates and anchor.
    pub fn window(&self) -> Window {
        self.window
    }

    /// The holder's certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The intermediates' certificates in DER, the leaf's issuer first.
    pub fn intermediates(&self) -> &[Vec<u8>] {
        &self.intermediates
    }

    /// Every certificate of the path as lists of its issuer speak of it, the holder's first; the anchor, which nobody
    /// can revoke but a policy, is not among them.
    pub fn path(&self) -> &[Issued] {
        &self.path
    }
}

/// Each certificate with the one above it.
fn issued(
    leaf: &[u8],
    intermediates: &[Vec<u8>],
    anchor: &[u8],
) -> Result<Vec<Issued>, TrustError> {
    let below = std::iter::once(leaf).chain(intermediates.iter().map(Vec::as_slice));
    let above = intermediates.iter().map(Vec::as_slice).chain([anchor]);
    let read = |(index, (certificate, issuer))| {
        Issued::read(certificate, issuer)
            .map_err(|reason| TrustError::Certificate { index, reason })
    };
    below.zip(above).enumerate().map(read).collect()
}

fn read_chain(chain: &[Vec<u8>]) -> Result<(Certificate, Vec<AuthorityCertificate>), TrustError> {
    let Some((leaf, rest)) = chain.split_first() else {
        return Err(TrustError::EmptyChain);
    };
    if chain.len() > CHAIN_CERTIFICATES_MAX {
        return Err(TrustError::ChainTooLong {
            certificates: chain.len(),
            certificates_max: CHAIN_CERTIFICATES_MAX,
        });
    }
    let leaf = Certificate::from_der(leaf.clone())
        .map_err(|reason| TrustError::Certificate { index: 0, reason })?;
    let mut intermediates = Vec::new();
    for (index, der) in (1..).zip(rest) {
        let intermediate = AuthorityCertificate::from_der(der.clone())
            .map_err(|reason| TrustError::Certificate { index, reason })?;
        intermediates.push(intermediate);
    }
    Ok((leaf, intermediates))
}

/// Each certificate is followed by its issuer's, and the root stays outside: one spelling per chain.
fn check_order(
    anchors: &Anchors,
    leaf: &Fields,
    intermediates: &[AuthorityCertificate],
) -> Result<(), TrustError> {
    let mut below = leaf;
    for (index, AuthorityCertificate { fields, .. }) in (1..).zip(intermediates) {
        if fields.is_self_issued() || anchors.ders().any(|anchor| anchor == fields.der) {
            return Err(TrustError::RootInChain { index });
        }
        if below.issuer.der != fields.subject.der {
            return Err(TrustError::OutOfOrder { index: index - 1 });
        }
        below = fields;
    }
    Ok(())
}

/// What keeps a leaf from being a holder's, the first of it first (RFC 5280, 4.2.1.3; observed on the
/// certificates that the national authorities issue to persons).
fn leaf_faults(leaf: &Fields, kind: HolderKind) -> impl Iterator<Item = TrustError> {
    let authority = (leaf.authority != Authority::No).then_some(TrustError::LeafIsAuthority);
    let usage_faults = leaf.key_usage.map_or([Some(TrustError::KeyUsageMissing), None], |usage| {
        let for_others = usage.key_cert_sign() || usage.crl_sign();
        let signs = usage.digital_signature() || usage.non_repudiation();
        let missing = match kind {
            HolderKind::Person if !usage.non_repudiation() => {
                Some(TrustError::NonRepudiationMissing)
            }
            HolderKind::System if !signs => Some(TrustError::DigitalSignatureMissing),
            HolderKind::Person | HolderKind::System => None,
        };
        [for_others.then_some(TrustError::LeafSignsForOthers), missing]
    });
    authority.into_iter().chain(usage_faults.into_iter().flatten())
}

fn purpose_fault(index: usize, fields: &Fields) -> Option<TrustError> {
    if signs_statements(fields) {
        return None;
    }
    let found = fields.extended_key_usage.clone().unwrap_or_default();
    Some(TrustError::ExtendedKeyUsage { index, found })
}

fn date_fault(index: usize, fields: &Fields, at: i64) -> Option<TrustError> {
    let Window { not_before, not_after } = Window::of(fields);
    (!fields.is_valid_at(at)).then_some(TrustError::NotValid { index, not_before, not_after, at })
}

/// Everything about a leaf alone that keeps it from being a holder's at a time.
pub(crate) fn holder_faults(leaf: &Fields, kind: HolderKind, at: i64) -> Vec<TrustError> {
    let more = [purpose_fault(0, leaf), date_fault(0, leaf, at)];
    leaf_faults(leaf, kind).chain(more.into_iter().flatten()).collect()
}

fn check_leaf(leaf: &Fields, kind: HolderKind) -> Result<(), TrustError> {
    leaf_faults(leaf, kind).next().map_or(Ok(()), Err)
}

fn check_purposes_and_dates(below: &[&Fields], at: i64) -> Result<(), TrustError> {
    let mut faults = below.iter().enumerate().flat_map(|(index, fields)| {
        [purpose_fault(index, fields), date_fault(index, fields, at)].into_iter().flatten()
    });
    faults.next().map_or(Ok(()), Err)
}

/// Signatures, constraints and the way to an anchor, by webpki; then the anchor's own rules.
fn find_anchor<'a>(
    anchors: &'a Anchors,
    leaf: &[u8],
    intermediates: &[AuthorityCertificate],
    at: i64,
) -> Result<&'a AuthorityCertificate, TrustError> {
    let leaf = CertificateDer::from(leaf);
    let between: Vec<CertificateDer<'_>> = intermediates
        .iter()
        .map(|intermediate| CertificateDer::from(intermediate.fields.der.as_slice()))
        .collect();
    // Before 1970 nothing was valid that is still read today.
    let seconds = u64::try_from(at).unwrap_or(0);
    let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));

    let leaf = EndEntityCert::try_from(&leaf).map_err(TrustError::Path)?;
    let path = leaf
        .verify_for_usage(PATH_ALGORITHMS, &anchors.trusted, &between, time, AnyPurpose, None, None)
        .map_err(TrustError::Path)?;
    let used = path.intermediate_certificates().count();
    if used != between.len() {
        return Err(TrustError::UnusedIntermediate { used, given: between.len() });
    }
    anchors.choose(path.anchor(), used, at)
}

fn check_anchor(
    anchor: &AuthorityCertificate,
    intermediates: usize,
    at: i64,
) -> Result<(), TrustError> {
    if !anchor.fields.is_valid_at(at) {
        let Window { not_before, not_after } = Window::of(&anchor.fields);
        return Err(TrustError::AnchorNotValid { not_before, not_after, at });
    }
    match anchor.path_length.and_then(|length| usize::try_from(length).ok()) {
        Some(intermediates_max) if intermediates > intermediates_max => {
            Err(TrustError::AnchorPathLength { intermediates, intermediates_max })
        }
        _ => Ok(()),
    }
}

/// The purposes are checked before, on every certificate of the chain and with a better error.
struct AnyPurpose;

impl ExtendedKeyUsageValidator for AnyPurpose {
    fn validate(&self, _: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        Ok(())
    }
}

/// What the certificates of a path may be signed with. SHA-1 is not among them.
const PATH_ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] = &[
    aws_lc_rs::ED25519,
    aws_lc_rs::ECDSA_P256_SHA256,
    aws_lc_rs::ECDSA_P384_SHA384,
    aws_lc_rs::RSA_PKCS1_2048_8192_SHA256,
    aws_lc_rs::RSA_PKCS1_2048_8192_SHA384,
    aws_lc_rs::RSA_PKCS1_2048_8192_SHA512,
];
