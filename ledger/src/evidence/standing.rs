//! How fresh news of revocations is, and what later news says of a statement that was accepted without it.

use std::sync::Arc;

use jejak_signer::{
    Hash, Issued, Revocation, RevocationEvidence, RevocationRules, StaleRevocation, Standing,
    Window,
};

use super::{About, Named, named_in};
use crate::credentials;
use crate::log::Position;
use crate::state::certificate_subject;
use crate::store::{Direction, Table, codec, keys};
use crate::view::{Entry, ReadError, View};
use crate::walk::first_context;

/// Versions of one stream that are looked at for the evidence that settles a statement.
const VERSIONS_MAX: usize = 1_024;

/// Of the evidence that says anything of a certificate, the one that was made last, and its times.
pub(crate) fn newest_about<'e>(
    evidence: &'e [Arc<RevocationEvidence>],
    certificate: &Issued,
) -> Option<(&'e Arc<RevocationEvidence>, Window)> {
    let about = evidence.iter().filter_map(|one| Some((one, one.window_about(certificate)?)));
    about.max_by_key(|(_, window)| window.not_before)
}

/// Is there word of a certificate, is the next one not yet due, and is it not older than the policy allows?
pub(crate) fn is_fresh(window: Option<Window>, rules: &RevocationRules, at: i64) -> bool {
    window.is_some_and(|window| {
        let age_max_s = rules.age_max_hours.map(|hours| i64::from(hours).saturating_mul(3_600));
        let young = age_max_s.is_none_or(|max| at <= window.not_before.saturating_add(max));
        at <= window.not_after && young
    })
}

/// What is known of the revocation of a statement's certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevocationNews {
    /// The answer for the whole path: the worst of `path`.
    pub news: News,
    /// The time for which it is asked, Unix seconds: when the statement is proven to have existed; where the ledger's policy
    /// names no time-stamping authority, when it was recorded. None while the proof is awaited: nothing is settled before.
    pub existed_at: Option<i64>,
    /// What is known of each certificate of the path, the holder's first.
    pub path: Vec<CertificateNews>,
}

/// What is known of the revocation of one certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateNews {
    /// SHA-256 of the certificate.
    pub certificate: Hash,
    /// Name of its issuer, who says whether it was revoked.
    pub issuer: String,
    /// What is known.
    pub news: News,
    /// SHA-256 of the list or response that says it.
    pub evidence: Option<Hash>,
}

impl RevocationNews {
    /// The issuers whose list or response is awaited, each once, in the order of the path.
    pub fn awaited_of(&self) -> Vec<&str> {
        let mut issuers: Vec<&str> = Vec::new();
        for one in self.path.iter().filter(|one| one.news == News::Pending) {
            if !issuers.contains(&one.issuer.as_str()) {
                issuers.push(&one.issuer);
            }
        }
        issuers
    }
}

/// What is known of one certificate at the time of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// The policy of that time asked for nothing: what the ledger's events say counts.
    NotAsked,
    /// Evidence that was made at or after that time says that it was not revoked.
    Settled,
    /// The statement was accepted on fresh evidence; none that was made since is recorded.
    Fresh,
    /// It was accepted while the newest evidence was stale, and none that was made since is recorded.
    Pending,
    /// Later evidence says that it was revoked, or on hold, at that time.
    Revoked(Revocation),
}

impl News {
    fn severity(self) -> u8 {
        match self {
            Self::NotAsked => 0,
            Self::Settled => 1,
            Self::Fresh => 2,
            Self::Pending => 3,
            Self::Revoked(_) => 4,
        }
    }

    /// The word for it: `not-asked`, `settled`, `fresh`, `revocation-pending`, `revoked`.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotAsked => "not-asked",
            Self::Settled => "settled",
            Self::Fresh => "fresh",
            Self::Pending => "revocation-pending",
            Self::Revoked(_) => "revoked",
        }
    }
}

/// Evidence of one state of a stream.
type State = Vec<Arc<RevocationEvidence>>;

impl View {
    /// What the recorded evidence says of the path of an entry's signer, as of this view.
    ///
    /// `None` where a certificate of the path is not held.
    pub fn revocation_news(&self, entry: &Entry) -> Result<Option<RevocationNews>, ReadError> {
        let position = entry.record.position;
        let thumbprint = entry.signatory.certificate;
        let certificate = self.thing(&certificate_subject(&thumbprint), self.size())?;
        let certificate = certificate.ok_or(ReadError::Corrupt)?;
        let opening = first_context(self)?.opening;
        let Some(credential) = credentials::load(&thumbprint, &certificate, &opening, &self.held)?
        else {
            return Ok(None);
        };
        let policy = match self.policy_hash_at(position)? {
            Some(hash) => self.held.policy(&hash)?.ok_or(ReadError::Corrupt)?,
            None => opening,
        };
        let rules = policy.revocation();
        let recorded_at = i64::try_from(entry.record.recorded_at.0 / 1_000_000).unwrap_or(i64::MAX);
        let existed_at = self.existed_at(position, recorded_at)?;
        let mut path = Vec::new();
        for (issued, issuer) in credential.path().iter().zip(credential.issuers()) {
            let (known, mut later) = (self.evidence_before(issued, position)?, Vec::new());
            for about in About::both(issued) {
                let (stream, after) = (about.stream(), position.0..self.size());
                later.extend(self.evidence_in(&stream, after, Direction::Forward, VERSIONS_MAX)?);
            }
            let newest = known.iter().filter_map(|state| newest_about(state, issued));
            let fresh =
                newest.clone().any(|(_, window)| is_fresh(Some(window), rules, recorded_at));
            let all = newest.chain(later.iter().filter_map(|state| newest_about(state, issued)));
            let said = said(all, issued, existed_at, recorded_at);
            let (news, evidence) = match said {
                Some((said, evidence)) => (said, Some(evidence)),
                None if rules.stale == StaleRevocation::NotAsked => (News::NotAsked, None),
                None if fresh => (News::Fresh, None),
                None => (News::Pending, None),
            };
            let (certificate, issuer) = (issued.thumbprint(), issuer.to_owned());
            path.push(CertificateNews { certificate, issuer, news, evidence });
        }
        let worst = path.iter().map(|one| one.news).max_by_key(|news| news.severity());
        Ok(Some(RevocationNews { news: worst.unwrap_or(News::NotAsked), existed_at, path }))
    }

    /// Whether an entry was accepted while the newest evidence of a certificate of its path was stale, because the policy
    /// of that time lets it wait.
    pub(crate) fn was_pending(&self, entry: &Entry) -> Result<bool, ReadError> {
        let position = entry.record.position;
        let Some(hash) = self.policy_hash_at(position)? else { return Ok(false) };
        let policy = self.held.policy(&hash)?.ok_or(ReadError::Corrupt)?;
        if policy.revocation().stale != StaleRevocation::Pending {
            return Ok(false);
        }
        let thumbprint = entry.signatory.certificate;
        let certificate = self.thing(&certificate_subject(&thumbprint), self.size())?;
        let certificate = certificate.ok_or(ReadError::Corrupt)?;
        let opening = first_context(self)?.opening;
        let credential = credentials::load(&thumbprint, &certificate, &opening, &self.held)?;
        let recorded_at = i64::try_from(entry.record.recorded_at.0 / 1_000_000).unwrap_or(i64::MAX);
        for issued in credential.iter().flat_map(|credential| credential.path()) {
            let known = self.evidence_before(issued, position)?;
            let mut newest = known.iter().filter_map(|state| newest_about(state, issued));
            if !newest.any(|(_, window)| is_fresh(Some(window), policy.revocation(), recorded_at)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The newest list and the newest response of before a position.
    fn evidence_before(
        &self,
        issued: &Issued,
        position: Position,
    ) -> Result<Vec<State>, ReadError> {
        let mut known = Vec::new();
        for about in About::both(issued) {
            let before = 0..position.0;
            known.extend(self.evidence_in(&about.stream(), before, Direction::Backward, 1)?);
        }
        Ok(known)
    }

    /// When a statement is proven to have existed. Where nobody is asked for time stamps the ledger's word is all there is.
    fn existed_at(&self, position: Position, recorded_at: i64) -> Result<Option<i64>, ReadError> {
        if let Some(proof) = self.proof_of_existence(position)? {
            return Ok(Some(proof.existed_at()));
        }
        Ok(self.trust()?.time_authorities().is_empty().then_some(recorded_at))
    }

    /// The evidence that the versions of a stream within these positions name.
    fn evidence_in(
        &self,
        stream: &str,
        within: std::ops::Range<u64>,
        direction: Direction,
        max: usize,
    ) -> Result<Vec<State>, ReadError> {
        let range = keys::versions(stream, within);
        let mut all = Vec::new();
        for (_, value) in self.scan(Table::Version, &range, direction, max)? {
            let thing = codec::decode(&value).map_err(|_| ReadError::Corrupt)?;
            let named = named_in(&thing).ok_or(ReadError::Corrupt)?;
            let evidence = named.into_iter().map(|named| self.evidence_of(named));
            all.push(evidence.collect::<Result<_, _>>()?);
        }
        Ok(all)
    }

    /// The times of the newest list or response about a certificate, whichever was made later.
    pub fn newest_evidence(&self, certificate: &Issued) -> Result<Option<Window>, ReadError> {
        let mut newest: Option<Window> = None;
        for about in About::both(certificate) {
            let Some(thing) = self.thing(&about.stream(), self.size())? else { continue };
            let named = named_in(&thing).ok_or(ReadError::Corrupt)?;
            let evidence = named.into_iter().map(|named| self.evidence_of(named));
            let evidence = evidence.collect::<Result<Vec<_>, _>>()?;
            let window = newest_about(&evidence, certificate).map(|(_, window)| window);
            newest = newest.into_iter().chain(window).max_by_key(|window| window.not_before);
        }
        Ok(newest)
    }

    /// The revocation of a certificate that the newest lists and responses tell, the first of several, and which tells it.
    pub(crate) fn newest_revocation(
        &self,
        certificate: &Issued,
    ) -> Result<Option<(Revocation, Hash)>, ReadError> {
        let mut found: Option<(Revocation, Hash)> = None;
        for about in About::both(certificate) {
            let Some(thing) = self.thing(&about.stream(), self.size())? else { continue };
            for named in named_in(&thing).ok_or(ReadError::Corrupt)? {
                let evidence = self.evidence_of(named)?;
                let Some(window) = evidence.window_about(certificate) else { continue };
                let told = evidence.standing_of(certificate, window.not_before);
                let Ok(Standing::Revoked(told) | Standing::OnHold(told)) = told else { continue };
                if found.is_none_or(|(found, _)| told.since() < found.since()) {
                    found = Some((told, evidence.digest()));
                }
            }
        }
        Ok(found)
    }

    fn evidence_of(&self, named: Named) -> Result<Arc<RevocationEvidence>, ReadError> {
        if let Some(known) = self.held.known_evidence(&named) {
            return Ok(known);
        }
        let object = |hash: &Hash| {
            let held = self.held.object(hash).map_err(|_| ReadError::Corrupt)?;
            held.ok_or(ReadError::Corrupt)
        };
        let (evidence, issuer) = (object(&named.object)?, object(&named.issuer)?);
        self.held.evidence(named, &evidence, &issuer).map_err(|_| ReadError::Corrupt)
    }
}

/// What the evidence says of a certificate: the first that was made at or after the time for which it is asked, or one
/// that knows it as revoked then. While that time is not proven, only that it was revoked when it was recorded is said.
fn said<'e>(
    evidence: impl Iterator<Item = (&'e Arc<RevocationEvidence>, Window)>,
    issued: &Issued,
    existed_at: Option<i64>,
    recorded_at: i64,
) -> Option<(News, Hash)> {
    let mut after: Vec<_> = evidence
        .filter(|(_, window)| window.not_before >= existed_at.unwrap_or(recorded_at))
        .collect();
    after.sort_by_key(|(_, window)| window.not_before);
    let said = after.into_iter().filter_map(|(evidence, _)| {
        let standing = evidence.standing_of(issued, existed_at.unwrap_or(recorded_at)).ok()?;
        Some((standing, evidence.digest()))
    });
    let said: Vec<_> = said.collect();
    // A revocation is for good, whichever evidence says it; one on hold is so by the first word.
    let revoked = said.iter().find(|(standing, _)| matches!(standing, Standing::Revoked(_)));
    let (standing, evidence) = revoked.or_else(|| said.first())?;
    match standing {
        Standing::Revoked(found) | Standing::OnHold(found) => {
            Some((News::Revoked(*found), *evidence))
        }
        Standing::NotRevoked { .. } => existed_at.map(|_| (News::Settled, *evidence)),
    }
}
