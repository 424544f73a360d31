//! Evidence of revocation in a decision: what the newest recorded lists say of a path, and whether an event that
//! records a list is right about it.

use std::collections::HashSet;
use std::sync::Arc;

use jejak_signer::{Credential, Hash, Issued, IssuerId, RevocationList, StaleRevocation, Standing};

use super::Draft;
use super::judge::{seconds_of, signed};
use crate::event::Event;
use crate::evidence::{
    Claim, EVIDENCE_RECORDED, EvidenceFault, Named, is_fresh, list_stream, named_in, newest_about,
};
use crate::held::unread;
use crate::log::Micros;
use crate::prepared::{Candidate, Prepared};
use crate::refusal::Refusal;
use crate::rules::Structural;
use crate::state::{State, certificate_subject};
use crate::store::{Corruption, StoreError};

/// The newest recorded lists of one issuer, one for each scope.
pub(super) type ListsOfIssuer = Arc<[Arc<RevocationList>]>;

impl<S: State> Draft<'_, S> {
    /// Do the rules in force ask for evidence? Those of version 3 of the structural acts do.
    fn asks_for_evidence(&self) -> bool {
        self.context.ruleset.structural() >= Structural::Three
    }

    /// The streams of the lists that the paths of `candidates` are looked up in.
    pub(super) fn list_streams<'c>(
        &self,
        candidates: impl Iterator<Item = &'c Candidate>,
    ) -> Vec<String> {
        let mut issuers = HashSet::new();
        if self.asks_for_evidence() {
            for candidate in candidates {
                if let Candidate::Prepared(prepared) = candidate {
                    issuers.extend(prepared.credential.path().iter().map(Issued::by));
                }
            }
        }
        issuers.into_iter().map(list_stream).collect()
    }

    /// No certificate of the path stands as revoked at that time on the newest recorded list about it; and where the
    /// policy asks for it, every such list is fresh.
    pub(super) fn check_path(
        &mut self,
        credential: &Credential,
        whose: Whose,
        recorded_at: Micros,
    ) -> Result<Result<(), Refusal>, StoreError> {
        if !self.asks_for_evidence() {
            return Ok(Ok(()));
        }
        let at = signed(seconds_of(recorded_at));
        let policy = Arc::clone(&self.context.policy);
        let refuses_stale = whose == Whose::Signer { may_wait: false }
            && policy.revocation().stale == StaleRevocation::Refuse;
        let mut stale = None;
        for issued in credential.path() {
            let lists = self.lists_of(issued.by())?;
            let newest = newest_about(&lists, issued);
            if refuses_stale && !is_fresh(newest.map(|list| &**list), policy.revocation(), at) {
                stale.get_or_insert_with(|| Refusal::RevocationStale {
                    certificate: issued.thumbprint(),
                    stream: list_stream(issued.by()),
                    due: newest.map(|list| list.window().not_after),
                });
            }
            let Some(list) = newest else { continue };
            if let Ok(Standing::Revoked(revocation) | Standing::OnHold(revocation)) =
                list.standing_of(issued, at)
            {
                return Ok(Err(Refusal::RevokedByList {
                    pointer: whose.pointer(),
                    certificate: issued.thumbprint(),
                    revocation,
                    list: list.digest(),
                }));
            }
        }
        Ok(stale.map_or(Ok(()), Err))
    }

    /// Where the event records a list: that the list is its issuer's, and is what the event says of it. The answer is
    /// the issuer's certificate, which becomes an object.
    pub(super) fn check_evidence(
        &mut self,
        prepared: &Prepared,
        recorded_at: Micros,
    ) -> Result<Result<Option<Vec<u8>>, Refusal>, StoreError> {
        if prepared.event.kind != EVIDENCE_RECORDED || !self.asks_for_evidence() {
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
        let Some(issuer) = self.known_issuer(claim)? else {
            return Ok(Err(EvidenceFault::IssuerUnknown { issuer: claim.issuer }));
        };
        let named = Named { object: claim.object, issuer: claim.issuer };
        let Some(bytes) = self.held.object(&claim.object).map_err(unread)? else {
            return Ok(Err(EvidenceFault::NotHeld { object: claim.object }));
        };
        let list = match self.held.list(named, &bytes, &issuer) {
            Ok(list) => list,
            Err(reason) => return Ok(Err(EvidenceFault::NotAList(reason))),
        };
        Ok(claim.check(&list, bytes.len(), at).map(|()| issuer))
    }

    /// The certificate of an issuer that the log knows: an anchor, or one of the chain of an enrolled certificate.
    fn known_issuer(&mut self, claim: &Claim<'_>) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(via) = claim.via else {
            let anchor = self.context.anchors().find(|der| Hash::of(der) == claim.issuer);
            return Ok(anchor.map(<[u8]>::to_vec));
        };
        let enrolled = self.state.thing(&certificate_subject(&via))?;
        let above = enrolled.and_then(|thing| thing.fields.get("intermediates")?.as_list());
        let text = claim.issuer.to_string();
        let named = above.unwrap_or_default().iter().any(|one| one.as_text() == Some(&text));
        if named { self.authority(&claim.issuer) } else { Ok(None) }
    }

    /// The certificate of an authority with this digest, of the policy, of this group, or an object.
    fn authority(&self, digest: &Hash) -> Result<Option<Vec<u8>>, StoreError> {
        let anchors = self.context.anchors();
        let fresh = self.fresh.values();
        let fresh = fresh.flat_map(|(_, one)| one.intermediates());
        let kept = self.objects.iter().map(Vec::as_slice);
        match anchors.chain(fresh).chain(kept).find(|der| Hash::of(der) == *digest) {
            Some(der) => Ok(Some(der.to_vec())),
            None => self.held.object(digest).map_err(unread),
        }
    }

    fn lists_of(&mut self, issuer: IssuerId) -> Result<ListsOfIssuer, StoreError> {
        if let Some(known) = self.lists.get(&issuer) {
            return Ok(Arc::clone(known));
        }
        let thing = self.state.thing(&list_stream(issuer))?;
        let named = thing.map_or_else(|| Some(Vec::new()), named_in);
        let named = named.ok_or_else(|| lost(&list_stream(issuer)))?;
        let lists = named.into_iter().map(|named| self.list(named));
        let lists: ListsOfIssuer = lists.collect::<Result<Vec<_>, _>>()?.into();
        self.lists.insert(issuer, Arc::clone(&lists));
        Ok(lists)
    }

    /// A list that was recorded. That it cannot be read stops all decisions that rest on it.
    fn list(&self, named: Named) -> Result<Arc<RevocationList>, StoreError> {
        if let Some(known) = self.held.known_list(&named) {
            return Ok(known);
        }
        let bytes = self.held.object(&named.object).map_err(unread)?;
        let bytes = bytes.ok_or_else(|| lost(&named.object))?;
        let issuer = self.authority(&named.issuer)?.ok_or_else(|| lost(&named.issuer))?;
        self.held.list(named, &bytes, &issuer).map_err(|_| lost(&named.object))
    }
}

/// Whose path is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// That of who signs.
    Signer {
        /// The event keeps the ledger itself going: it is not held up by lists that are stale.
        may_wait: bool,
    },
    /// That of a certificate that the event enrols.
    Enrolled,
}

impl Whose {
    /// The signer of this event. News of revocations must come in, and what the ledger itself rests on must be set right,
    /// also while lists are stale.
    pub(super) fn signer(event: &Event) -> Self {
        let may_wait = event.kind == EVIDENCE_RECORDED || event.subject.starts_with(LEDGER);
        Self::Signer { may_wait }
    }

    fn pointer(self) -> &'static str {
        match self {
            Self::Signer { .. } => "",
            Self::Enrolled => "/data/chain",
        }
    }
}

/// What the streams of ledgers begin with.
const LEDGER: &str = "ledger/";

/// What was recorded once is not what it must be: an audit tells where.
fn lost(what: &dyn ToString) -> StoreError {
    Corruption::Engine(format!("evidence of revocation is lost: {}", what.to_string())).into()
}
