//! How fresh news of revocations is, and what later news says of a statement that was accepted without it.

use std::sync::Arc;

use jejak_signer::{
    Hash, Issued, Revocation, RevocationList, RevocationRules, StaleRevocation, Standing,
};

use super::{Named, list_stream, named_in};
use crate::credentials;
use crate::state::certificate_subject;
use crate::store::{Direction, Table, codec, keys};
use crate::view::{Entry, ReadError, View};
use crate::walk::first_context;

/// Versions of one stream that are looked at for the list that settles a statement.
const VERSIONS_MAX: usize = 1_024;

/// Of the lists that are about a certificate, the one that was made last.
pub(crate) fn newest_about<'l>(
    lists: &'l [Arc<RevocationList>],
    certificate: &Issued,
) -> Option<&'l Arc<RevocationList>> {
    let about = lists.iter().filter(|list| list.is_about(certificate) == Ok(true));
    about.max_by_key(|list| list.window().not_before)
}

/// Is there a list, is its successor not yet due, and is it not older than the policy allows?
pub(crate) fn is_fresh(list: Option<&RevocationList>, rules: &RevocationRules, at: i64) -> bool {
    list.is_some_and(|list| {
        let window = list.window();
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
    /// For each certificate of the path, the holder's first: SHA-256, what is known, and the list that says it.
    pub path: Vec<(Hash, News, Option<Hash>)>,
}

/// What is known of one certificate at the time of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// The policy of that time asked for nothing: what the ledger's events say counts.
    NotAsked,
    /// A list that was made at or after that time says that it was not revoked.
    Settled,
    /// The statement was accepted on fresh lists; none that was made since is recorded.
    Fresh,
    /// It was accepted while the newest list was stale, and no list that was made since is recorded.
    Pending,
    /// A later list says that it was revoked, or on hold, at that time.
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
}

impl View {
    /// What the recorded lists say of the path of an entry's signer, as of this view. `existed_at`, in Unix seconds, is
    /// the time for which that is asked: the proof of existence where there is one, else `recorded_at`.
    ///
    /// `None` where a certificate of the path is not held.
    pub fn revocation_news(
        &self,
        entry: &Entry,
        existed_at: i64,
    ) -> Result<Option<RevocationNews>, ReadError> {
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
        let mut path = Vec::new();
        for issued in credential.path() {
            let stream = list_stream(issued.by());
            let known = self.lists_named_by(&stream, 0..position.0, Direction::Backward, 1)?;
            let known = known.into_iter().next().unwrap_or_default();
            let known = newest_about(&known, issued).cloned();
            let fresh = is_fresh(known.as_deref(), rules, recorded_at);
            let later = self.lists_named_by(
                &stream,
                position.0..self.size(),
                Direction::Forward,
                VERSIONS_MAX,
            )?;
            let of_then = known.into_iter();
            let all = of_then
                .chain(later.iter().filter_map(|lists| newest_about(lists, issued).cloned()));
            let settling = all.filter(|list| list.window().not_before >= existed_at);
            let mut said =
                settling.map(|list| (list.standing_of(issued, existed_at), list.digest()));
            let said = said.find_map(|(said, list)| Some((said.ok()?, list)));
            let (news, list) = match said {
                Some((Standing::Revoked(found) | Standing::OnHold(found), list)) => {
                    (News::Revoked(found), Some(list))
                }
                Some((Standing::NotRevoked { .. }, list)) => (News::Settled, Some(list)),
                None if rules.stale == StaleRevocation::NotAsked => (News::NotAsked, None),
                None if fresh => (News::Fresh, None),
                None => (News::Pending, None),
            };
            path.push((issued.thumbprint(), news, list));
        }
        let worst = path.iter().map(|(_, news, _)| *news).max_by_key(|news| news.severity());
        Ok(Some(RevocationNews { news: worst.unwrap_or(News::NotAsked), path }))
    }

    /// The lists that the versions of a stream within these positions name.
    fn lists_named_by(
        &self,
        stream: &str,
        within: std::ops::Range<u64>,
        direction: Direction,
        max: usize,
    ) -> Result<Vec<Vec<Arc<RevocationList>>>, ReadError> {
        let range = keys::versions(stream, within);
        let mut all = Vec::new();
        for (_, value) in self.scan(Table::Version, &range, direction, max)? {
            let thing = codec::decode(&value).map_err(|_| ReadError::Corrupt)?;
            let named = named_in(&thing).ok_or(ReadError::Corrupt)?;
            let lists = named.into_iter().map(|named| self.list_of(named));
            all.push(lists.collect::<Result<_, _>>()?);
        }
        Ok(all)
    }

    fn list_of(&self, named: Named) -> Result<Arc<RevocationList>, ReadError> {
        if let Some(known) = self.held.known_list(&named) {
            return Ok(known);
        }
        let object = |hash: &Hash| {
            let held = self.held.object(hash).map_err(|_| ReadError::Corrupt)?;
            held.ok_or(ReadError::Corrupt)
        };
        let (list, issuer) = (object(&named.object)?, object(&named.issuer)?);
        self.held.list(named, &list, &issuer).map_err(|_| ReadError::Corrupt)
    }
}

impl News {
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
