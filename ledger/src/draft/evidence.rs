//! Evidence of revocation in a decision: what the newest recorded lists and responses say of a path, and whether an event
//! that records one is right about it.

use std::collections::HashSet;
use std::sync::Arc;

use jejak_signer::{
    Credential, Hash, Issued, Revocation, RevocationEvidence, StaleRevocation, Standing, Window,
};

use super::Draft;
use super::judge::{seconds_of, signed};
use crate::event::Event;
use crate::evidence::{
    About, Claim, EVIDENCE_RECORDED, EvidenceFault, Named, RESPONSE_RECORDED, is_fresh, named_in,
    newest_about,
};
use crate::held::unread;
use crate::log::Micros;
use crate::prepared::{Candidate, Prepared};
use crate::refusal::Refusal;
use crate::rules::Structural;
use crate::state::{State, certificate_subject};
use crate::store::{Corruption, StoreError};

/// The newest recorded lists of one issuer, one for each scope; or the newest response about a certificate.
pub(super) type Recorded = Arc<[Arc<RevocationEvidence>]>;

impl<S: State> Draft<'_, S> {
    /// Do the rules in force ask for evidence? Those of version 3 of the structural acts do.
    fn asks_for_evidence(&self) -> bool {
        self.context.ruleset.structural() >= Structural::Three
    }

    /// The streams of the evidence that the paths of `candidates` are looked up in.
    pub(super) fn evidence_streams<'c>(
        &self,
        candidates: impl Iterator<Item = &'c Candidate>,
    ) -> Vec<String> {
        let mut abouts = HashSet::new();
        if self.asks_for_evidence() {
            for candidate in candidates {
                if let Candidate::Prepared(prepared) = candidate {
                    abouts.extend(prepared.credential.path().iter().flat_map(About::both));
                }
            }
        }
        abouts.iter().map(About::stream).collect()
    }

    /// No certificate of the path stands as revoked at that time on the newest recorded list or response about it; and
    /// where the policy asks for it, of every certificate one of the two is fresh. The answer is whether it is not, and the
    /// policy lets that wait.
    pub(super) fn check_path(
        &mut self,
        credential: &Credential,
        whose: Whose,
        recorded_at: Micros,
    ) -> Result<Result<bool, Refusal>, StoreError> {
        if !self.asks_for_evidence() {
            return Ok(Ok(false));
        }
        let at = signed(seconds_of(recorded_at));
        let policy = Arc::clone(&self.context.policy);
        let refuses_stale = whose == Whose::Signer { may_wait: false }
            && policy.revocation().stale == StaleRevocation::Refuse;
        let lets_wait = policy.revocation().stale == StaleRevocation::Pending;
        let (mut stale, mut pending) = (None, false);
        for issued in credential.path() {
            let [of_issuer, of_certificate] = About::both(issued);
            let (lists, responses) = (self.recorded(of_issuer)?, self.recorded(of_certificate)?);
            let known = [newest_about(&lists, issued), newest_about(&responses, issued)];
            let windows = known.iter().flatten().map(|(_, window)| *window);
            let fresh =
                windows.clone().any(|window| is_fresh(Some(window), policy.revocation(), at));
            pending |= lets_wait && !fresh;
            if refuses_stale && !fresh {
                stale.get_or_insert_with(|| Refusal::RevocationStale {
                    certificate: issued.thumbprint(),
                    stream: of_issuer.stream(),
                    due: windows.map(|window| window.not_after).max(),
                });
            }
            let known = known.into_iter().flatten().map(|(evidence, window)| (&**evidence, window));
            if let Some((revocation, list)) = revoked(known, issued, at) {
                return Ok(Err(Refusal::RevokedByList {
                    pointer: whose.pointer(),
                    certificate: issued.thumbprint(),
                    revocation,
                    list,
                }));
            }
        }
        Ok(stale.map_or(Ok(pending), Err))
    }

    /// Where the event records evidence: that it is its issuer's, and is what the event says of it. The answer is the
    /// issuer's certificate, which becomes an object.
    pub(super) fn check_evidence(
        &mut self,
        prepared: &Prepared,
        recorded_at: Micros,
    ) -> Result<Result<Option<Vec<u8>>, Refusal>, StoreError> {
        if !self.asks_for_evidence() {
            return Ok(Ok(None));
        }
        let Some(claim) = Claim::of(&prepared.event) else { return Ok(Ok(None)) };
        let at = signed(seconds_of(recorded_at));
        Ok(self.borne_out(&claim, at)?.map(Some).map_err(Refusal::Evidence))
    }

    fn borne_out(
        &mut self,
        claim: &Claim<'_>,
        at: i64,
    ) -> Result<Result<Vec<u8>, EvidenceFault>, StoreError> {
        if let Err(fault) = claim.check_size() {
            return Ok(Err(fault));
        }
        let about = match self.certificate_of(claim)? {
            Ok(about) => about,
            Err(fault) => return Ok(Err(fault)),
        };
        let Some(issuer) = self.known_issuer(claim)? else {
            return Ok(Err(EvidenceFault::IssuerUnknown { issuer: claim.issuer }));
        };
        let named = Named { object: claim.object, issuer: claim.issuer };
        let Some(bytes) = self.held.object(&claim.object).map_err(unread)? else {
            return Ok(Err(EvidenceFault::NotHeld { object: claim.object }));
        };
        let evidence = match self.held.evidence(named, &bytes, &issuer) {
            Ok(evidence) => evidence,
            Err(reason) => return Ok(Err(EvidenceFault::NotEvidence(reason))),
        };
        Ok(claim.check(&evidence, about.as_ref(), bytes.len(), at).map(|()| issuer))
    }

    /// The certificate that a response is recorded for: one of the path of an enrolled one.
    fn certificate_of(
        &mut self,
        claim: &Claim<'_>,
    ) -> Result<Result<Option<Issued>, EvidenceFault>, StoreError> {
        let Some(certificate) = claim.certificate else { return Ok(Ok(None)) };
        let credential = self.credential(&claim.via.unwrap_or(certificate))?;
        let mut path = credential.iter().flat_map(|credential| credential.path());
        let found = path.find(|issued| issued.thumbprint() == certificate).cloned();
        Ok(found.map(Some).ok_or(EvidenceFault::CertificateUnknown { certificate }))
    }

    /// The certificate of an issuer that the log knows: an anchor, or one of the chain of an enrolled certificate. That of
    /// a list is an anchor where no certificate is named; a response names one always.
    fn known_issuer(&mut self, claim: &Claim<'_>) -> Result<Option<Vec<u8>>, StoreError> {
        let via = claim.via.or(claim.certificate);
        if via.is_none() || claim.certificate.is_some() {
            let anchor = self.context.authorities().find(|der| Hash::of(der) == claim.issuer);
            if let Some(anchor) = anchor {
                return Ok(Some(anchor.to_vec()));
            }
        }
        let Some(via) = via else { return Ok(None) };
        let enrolled = self.state.thing(&certificate_subject(&via))?;
        let above = enrolled.and_then(|thing| thing.fields.get("intermediates")?.as_list());
        let text = claim.issuer.to_string();
        let named = above.unwrap_or_default().iter().any(|one| one.as_text() == Some(&text));
        if named { self.authority(&claim.issuer) } else { Ok(None) }
    }

    /// The certificate of an authority with this digest, of the policy, of this group, or an object.
    fn authority(&self, digest: &Hash) -> Result<Option<Vec<u8>>, StoreError> {
        let anchors = self.context.authorities();
        let fresh = self.fresh.values();
        let fresh = fresh.flat_map(|(_, one)| one.intermediates());
        let kept = self.objects.iter().map(Vec::as_slice);
        match anchors.chain(fresh).chain(kept).find(|der| Hash::of(der) == *digest) {
            Some(der) => Ok(Some(der.to_vec())),
            None => self.held.object(digest).map_err(unread),
        }
    }

    fn recorded(&mut self, about: About) -> Result<Recorded, StoreError> {
        if let Some(known) = self.evidence.get(&about) {
            return Ok(Arc::clone(known));
        }
        let stream = about.stream();
        let thing = self.state.thing(&stream)?;
        let named = thing.map_or_else(|| Some(Vec::new()), named_in);
        let named = named.ok_or_else(|| lost(&stream))?;
        let recorded = named.into_iter().map(|named| self.evidence_of(named));
        let recorded: Recorded = recorded.collect::<Result<Vec<_>, _>>()?.into();
        self.evidence.insert(about, Arc::clone(&recorded));
        Ok(recorded)
    }

    /// Evidence that was recorded. That it cannot be read stops all decisions that rest on it.
    fn evidence_of(&self, named: Named) -> Result<Arc<RevocationEvidence>, StoreError> {
        if let Some(known) = self.held.known_evidence(&named) {
            return Ok(known);
        }
        let bytes = self.held.object(&named.object).map_err(unread)?;
        let bytes = bytes.ok_or_else(|| lost(&named.object))?;
        let issuer = self.authority(&named.issuer)?.ok_or_else(|| lost(&named.issuer))?;
        self.held.evidence(named, &bytes, &issuer).map_err(|_| lost(&named.object))
    }
}

/// Does the newest list or the newest response say that the certificate was revoked at that time? Where one of them says
/// that it was on hold, the later word counts.
fn revoked<'e>(
    known: impl Iterator<Item = (&'e RevocationEvidence, Window)>,
    issued: &Issued,
    at: i64,
) -> Option<(Revocation, Hash)> {
    let mut on_hold = None;
    let mut last = i64::MIN;
    for (evidence, window) in known {
        let standing = evidence.standing_of(issued, at);
        if let Ok(Standing::Revoked(revocation)) = standing {
            return Some((revocation, evidence.digest()));
        }
        if window.not_before >= last {
            last = window.not_before;
            on_hold = match standing {
                Ok(Standing::OnHold(revocation)) => Some((revocation, evidence.digest())),
                _ => None,
            };
        }
    }
    on_hold
}

/// Whose path is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// That of who signs.
    Signer {
        /// The event keeps the ledger itself going: it is not held up by evidence that is stale.
        may_wait: bool,
    },
    /// That of a certificate that the event enrols.
    Enrolled,
    /// That of a certificate to which the event gives a power.
    Empowered,
    /// The same of the act that the event countersigns.
    Confirmed,
}

impl Whose {
    /// The signer of this event. News of revocations must come in, keys must go out, and what the ledger itself rests on
    /// must be set right, also while evidence is stale.
    pub(super) fn signer(event: &Event) -> Self {
        let records = [EVIDENCE_RECORDED, RESPONSE_RECORDED].contains(&event.kind.as_str());
        let takes_out = match event.kind.as_str() {
            "signer.suspended" | "signer.revoked" => true,
            "act.countersigned" => event.subject.starts_with(SIGNER),
            _ => false,
        };
        let may_wait = records || takes_out || event.subject.starts_with(LEDGER);
        Self::Signer { may_wait }
    }

    fn pointer(self) -> &'static str {
        match self {
            Self::Signer { .. } => "",
            Self::Enrolled => "/data/chain",
            Self::Empowered => "/data/certificate",
            Self::Confirmed => "/data/event",
        }
    }
}

/// What the streams of ledgers begin with.
const LEDGER: &str = "ledger/";
/// What those of signers begin with.
const SIGNER: &str = "signer/";

/// What was recorded once is not what it must be: an audit tells where.
fn lost(what: &dyn ToString) -> StoreError {
    Corruption::Engine(format!("evidence of revocation is lost: {}", what.to_string())).into()
}
