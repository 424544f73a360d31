//! Certificates whose `certificatePolicies` are critical (RFC 5280, 4.2.1.4), as the national authorities may issue
//! them.
//!
//! webpki reads no certificate policies and refuses, when it parses, every certificate in which they are critical. It
//! has no setting for that. But who uses it does read them: which policies an anchor allows is in the ledger's policy
//! ([`AnchorRule::check_policies`](crate::policy::AnchorRule)), for the leaf and for every intermediate. To such a
//! caller the extension is one that was processed, and RFC 5280, 6.1.4 (o) and 6.1.5 (f), ask that only extensions
//! that nobody processed refuse the path.
//!
//! So webpki is shown a transcript of such a certificate, the same in every bit but that the extension is not critical,
//! and verifies everything as ever: names, dates, constraints, purposes, the way to an anchor. Signatures alone are
//! verified over the original: the algorithms that are handed to webpki look the signed bytes up and put the original
//! ones in their place. Nothing is weakened by it:
//!
//! * A transcript is only made where an anchor of the policy allows certificate policies at all; where none does
//!   nothing changes, and webpki refuses. That the anchor in which the path ends allows one of them is asked when the
//!   anchor is chosen.
//! * It is only made where writing the certificate anew gives the very bytes of the original, so that the transcript
//!   differs in that one flag and in lengths.
//! * Qualifiers must be those of RFC 5280 (a statement of practice, a notice), which say nothing about validity; with
//!   any other the certificate stays as it is, and is refused.
//! * Other critical extensions, policy constraints and mappings among them, are refused as before.

use rustls_pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm};
use x509_cert::Certificate;
use x509_cert::der::oid::ObjectIdentifier;
use x509_cert::der::{Decode, Encode};

use super::Anchors;
use crate::fields::Fields;

/// The transcripts of one chain.
pub(crate) struct Transcripts(Vec<Transcript>);

struct Transcript {
    original: Vec<u8>,
    shown: Vec<u8>,
    /// What the issuer signed.
    signed: Vec<u8>,
    /// The same part of the transcript.
    shown_signed: Vec<u8>,
}

/// An algorithm that verifies over the original where it is asked about a transcript.
#[derive(Debug)]
pub(crate) struct OverOriginals<'a> {
    algorithm: &'static dyn SignatureVerificationAlgorithm,
    transcripts: &'a Transcripts,
}

impl Transcripts {
    /// Those that the chain below the anchors needs and may have.
    pub(super) fn of(anchors: &Anchors, below: &[&Fields]) -> Self {
        if anchors.rules().all(|rule| rule.policies.is_empty()) {
            return Self(Vec::new());
        }
        let critical = below.iter().filter(|fields| fields.policies_critical);
        let readable = critical.filter(|fields| fields.policy_qualifiers_known);
        Self(readable.filter_map(|fields| Transcript::of(&fields.der)).collect())
    }

    /// Those of certificates that name one of the policies, which whoever asks allows: critical ones are processed thereby.
    pub(crate) fn allowing(policies: &[String], below: &[&Fields]) -> Self {
        let critical = below.iter().filter(|fields| fields.policies_critical);
        let readable = critical.filter(|fields| fields.policy_qualifiers_known);
        let allowed = readable
            .filter(|fields| fields.policies.iter().any(|policy| policies.contains(policy)));
        Self(allowed.filter_map(|fields| Transcript::of(&fields.der)).collect())
    }

    /// The certificate that webpki saw so.
    pub(crate) fn original<'a>(&'a self, shown: &'a [u8]) -> &'a [u8] {
        let found = self.0.iter().find(|transcript| transcript.shown == shown);
        found.map_or(shown, |transcript| &transcript.original)
    }

    /// What webpki sees of a certificate.
    pub(crate) fn shown<'a>(&'a self, der: &'a [u8]) -> &'a [u8] {
        let found = self.0.iter().find(|transcript| transcript.original == der);
        found.map_or(der, |transcript| &transcript.shown)
    }

    /// The algorithms, each over the originals.
    pub(crate) fn algorithms(
        &self,
        algorithms: &[&'static dyn SignatureVerificationAlgorithm],
    ) -> Vec<OverOriginals<'_>> {
        let over = |algorithm: &&'static dyn SignatureVerificationAlgorithm| OverOriginals {
            algorithm: *algorithm,
            transcripts: self,
        };
        algorithms.iter().map(over).collect()
    }
}

impl Transcript {
    fn of(der: &[u8]) -> Option<Self> {
        let mut certificate = Certificate::from_der(der).ok()?;
        if certificate.to_der().ok()? != der {
            return None;
        }
        let signed = certificate.tbs_certificate.to_der().ok()?;
        let extensions = certificate.tbs_certificate.extensions.as_mut()?;
        for extension in extensions {
            if extension.extn_id == CERTIFICATE_POLICIES {
                extension.critical = false;
            }
        }
        let shown_signed = certificate.tbs_certificate.to_der().ok()?;
        let shown = certificate.to_der().ok()?;
        Some(Self { original: der.to_vec(), shown, signed, shown_signed })
    }
}

impl SignatureVerificationAlgorithm for OverOriginals<'_> {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let mut transcripts = self.transcripts.0.iter();
        let found = transcripts.find(|transcript| transcript.shown_signed == message);
        let message = found.map_or(message, |transcript| &transcript.signed);
        self.algorithm.verify_signature(public_key, message, signature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.algorithm.public_key_alg_id()
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.algorithm.signature_alg_id()
    }

    fn fips(&self) -> bool {
        self.algorithm.fips()
    }
}

impl std::fmt::Debug for Transcripts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} transcripts", self.0.len())
    }
}

/// RFC 5280, 4.2.1.4.
const CERTIFICATE_POLICIES: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.32");
