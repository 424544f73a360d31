//! May this chain be believed? From a leaf over its intermediates to an anchor that the ledger
//! trusts, at one given time. webpki builds the path; what it leaves open is checked here, and what
//! else a ledger asks its policy says.

mod anchors;
mod critical;
mod leaf;
mod path;

pub use anchors::Anchors;
pub(crate) use critical::Transcripts;
pub(crate) use leaf::holder_faults;

use crate::algorithm::Algorithm;
use crate::authority::AuthorityCertificate;
use crate::certificate::Certificate;
use crate::error::{KeyError, TrustError};
use crate::fields::Fields;
use crate::hash::Hash;
use crate::policy::TrustPolicy;
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

/// A certificate with a verified path to an anchor: the only thing that statements are verified with.
#[derive(Debug, Clone)]
pub struct Credential {
    certificate: Certificate,
    intermediates: Vec<AuthorityCertificate>,
    root: Root,
    window: Window,
    path: Vec<Issued>,
}

/// What a path ended in: name and key. Certificates of one authority that share both are one anchor to a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Root {
    /// The name in DER, without its outer tag, as webpki has it.
    pub(crate) subject: Vec<u8>,
    /// The `SubjectPublicKeyInfo` in DER, without its outer tag.
    pub(crate) spki: Vec<u8>,
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

impl Credential {
    /// Admits a chain, leaf first, in order and without the root, at the time `at` in Unix seconds: a path leads to an
    /// anchor of the policy that lets it stand then. Of the holder's own algorithm nothing is asked before
    /// [`Credential::with_algorithm`] has said which it is: [`TrustPolicy::anchor_of`] does.
    ///
    /// Revocation and who the holder is are not decided here: the first is an event, the second is
    /// what an enrolment says.
    pub fn admit(
        policy: &TrustPolicy,
        chain: &[Vec<u8>],
        kind: HolderKind,
        at: i64,
    ) -> Result<Self, TrustError> {
        let mut walked = Self::walk(policy, chain, kind, at)?;
        let below = walked.below();
        let (anchor, _) = policy.anchors().choose_by_rules(&walked.root, &below, at)?;
        policy.check_algorithms(&below, &anchor.fields.spki, at)?;
        let window = below
            .into_iter()
            .map(Window::of)
            .fold(Window::of(&anchor.fields), Window::intersection);
        walked.window = window;
        walked.path = issued(&walked.below(), &anchor.fields)?;
        Ok(walked)
    }

    /// The credential of a chain that was admitted before under this policy, with the window that was found then. The
    /// path is walked again; when the anchor and the algorithms count is asked of the policy of the time at which the
    /// credential is used, not of this one.
    pub fn of_enrolled(
        policy: &TrustPolicy,
        chain: &[Vec<u8>],
        kind: HolderKind,
        window: Window,
    ) -> Result<Self, TrustError> {
        let walked = Self::walk(policy, chain, kind, window.not_before)?;
        let intermediates = walked.intermediates.len();
        let (anchor, _) =
            policy.anchors().choose(&walked.root, intermediates, window.not_before)?;
        let path = issued(&walked.below(), &anchor.fields)?;
        Ok(Self { window, path, ..walked })
    }

    fn walk(
        policy: &TrustPolicy,
        chain: &[Vec<u8>],
        kind: HolderKind,
        at: i64,
    ) -> Result<Self, TrustError> {
        let (certificate, intermediates) = leaf::read_chain(chain)?;
        let anchors = policy.anchors();
        leaf::check_order(anchors, certificate.fields(), &intermediates)?;
        leaf::check_leaf(certificate.fields(), kind)?;
        let below = below(&certificate, &intermediates);
        leaf::check_purposes_and_dates(anchors, &below, at)?;
        let root = path::find_root(anchors, &below, at)?;
        let window = Window::of(certificate.fields());
        Ok(Self { certificate, intermediates, root, window, path: Vec::new() })
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
    pub fn intermediates(&self) -> impl Iterator<Item = &[u8]> {
        self.intermediates.iter().map(|intermediate| intermediate.fields.der.as_slice())
    }

    /// Every certificate of the path as lists of its issuer speak of it, the holder's first; the anchor, which nobody
    /// can revoke but a policy, is not among them.
    pub fn path(&self) -> &[Issued] {
        &self.path
    }

    /// The names of who issued each certificate of the [path](Self::path), for people.
    pub fn issuers(&self) -> impl Iterator<Item = &str> {
        self.below().into_iter().map(|fields| fields.issuer.text.as_str())
    }

    /// The path below the anchor, leaf first.
    pub(crate) fn below(&self) -> Vec<&Fields> {
        below(&self.certificate, &self.intermediates)
    }

    pub(crate) fn root(&self) -> &Root {
        &self.root
    }
}

/// Each certificate with the one above it.
fn issued(below: &[&Fields], anchor: &Fields) -> Result<Vec<Issued>, TrustError> {
    let above = below.iter().copied().skip(1).chain([anchor]);
    let read = |(index, (certificate, issuer)): (usize, (&&Fields, &Fields))| {
        Issued::read(&certificate.der, &issuer.der)
            .map_err(|reason| TrustError::Certificate { index, reason })
    };
    below.iter().zip(above).enumerate().map(read).collect()
}

fn below<'a>(leaf: &'a Certificate, above: &'a [AuthorityCertificate]) -> Vec<&'a Fields> {
    let above = above.iter().map(|intermediate| &intermediate.fields);
    std::iter::once(leaf.fields()).chain(above).collect()
}
