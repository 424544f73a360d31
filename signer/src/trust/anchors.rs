//! The trust anchors of a ledger: authorities' certificates, and what each is trusted for.

use rustls_pki_types::{CertificateDer, TrustAnchor};

use super::{Root, Window};
use crate::authority::AuthorityCertificate;
use crate::error::{CertificateError, TrustError};
use crate::fields::Fields;
use crate::policy::AnchorRule;

/// The trust anchors of a ledger.
#[derive(Debug, Clone)]
pub struct Anchors {
    certificates: Vec<AuthorityCertificate>,
    rules: Vec<AnchorRule>,
    trusted: Vec<TrustAnchor<'static>>,
}

impl Anchors {
    /// Reads the anchors' certificates in DER: authorities that may sign certificates. Their dates
    /// are kept and asked whenever a chain is admitted. What each is trusted for is the usual.
    pub fn new(ders: Vec<Vec<u8>>) -> Result<Self, TrustError> {
        Self::with_rules(ders.into_iter().map(|der| (der, AnchorRule::default())).collect())
    }

    /// The same with what each is trusted for.
    pub(crate) fn with_rules(anchors: Vec<(Vec<u8>, AnchorRule)>) -> Result<Self, TrustError> {
        let mut read = Self { certificates: Vec::new(), rules: Vec::new(), trusted: Vec::new() };
        for (index, (der, rule)) in anchors.into_iter().enumerate() {
            let certificate = AuthorityCertificate::from_der(der)
                .map_err(|reason| TrustError::Anchor { index, reason })?;
            let der = CertificateDer::from(certificate.fields.der.as_slice());
            let trusted = webpki::anchor_from_trusted_cert(&der).map_err(|_| {
                let reason = CertificateError::Malformed;
                TrustError::Anchor { index, reason }
            })?;
            read.trusted.push(trusted.to_owned());
            read.certificates.push(certificate);
            read.rules.push(rule);
        }
        if read.certificates.is_empty() {
            return Err(TrustError::NoAnchor);
        }
        Ok(read)
    }

    /// The anchors' certificates in DER, as given.
    pub fn ders(&self) -> impl Iterator<Item = &[u8]> {
        self.certificates.iter().map(|anchor| anchor.fields.der.as_slice())
    }

    /// What each anchor is trusted for, in the same order.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &AnchorRule> {
        self.rules.iter()
    }

    /// As webpki wants them.
    pub(crate) fn trusted(&self) -> &[TrustAnchor<'static>] {
        &self.trusted
    }

    /// The certificates behind what a path ended in: a root that was renewed has name and key twice.
    fn behind(&self, root: &Root) -> impl Iterator<Item = (&AuthorityCertificate, &AnchorRule)> {
        let anchors = self.certificates.iter().zip(&self.rules).zip(&self.trusted);
        anchors.filter(|(_, trusted)| Root::of(trusted) == *root).map(|(anchor, _)| anchor)
    }

    /// Of those, the one that lets the path stand by its own certificate, and for the longest.
    pub(crate) fn choose(
        &self,
        root: &Root,
        intermediates: usize,
        at: i64,
    ) -> Result<(&AuthorityCertificate, &AnchorRule), TrustError> {
        self.longest(root, |anchor, _| check_anchor(anchor, intermediates, at))
    }

    /// Of those, the one that lets the path stand by its certificate and by what it is trusted for.
    pub(crate) fn choose_by_rules(
        &self,
        root: &Root,
        below: &[&Fields],
        at: i64,
    ) -> Result<(&AuthorityCertificate, &AnchorRule), TrustError> {
        let intermediates = below.len().saturating_sub(1);
        self.longest(root, |anchor, rule| {
            check_anchor(anchor, intermediates, at)?;
            rule.check(below, at)
        })
    }

    fn longest(
        &self,
        root: &Root,
        check: impl Fn(&AuthorityCertificate, &AnchorRule) -> Result<(), TrustError>,
    ) -> Result<(&AuthorityCertificate, &AnchorRule), TrustError> {
        let mut refused = TrustError::NotAnAnchor;
        let mut chosen: Option<(&AuthorityCertificate, &AnchorRule)> = None;
        for (anchor, rule) in self.behind(root) {
            let is_shorter = |chosen: (&AuthorityCertificate, _)| {
                chosen.0.fields.not_after >= anchor.fields.not_after
            };
            match check(anchor, rule) {
                Err(reason) => refused = reason,
                Ok(()) if chosen.is_some_and(is_shorter) => {}
                Ok(()) => chosen = Some((anchor, rule)),
            }
        }
        chosen.ok_or(refused)
    }
}

impl Root {
    pub(super) fn of(trusted: &TrustAnchor<'_>) -> Self {
        Self {
            subject: trusted.subject.as_ref().to_vec(),
            spki: trusted.subject_public_key_info.as_ref().to_vec(),
        }
    }
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
