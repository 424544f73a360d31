//! The evidence of revocation that a ledger has recorded of a chain: the newest, and that around the event, for only what
//! was made at or after it settles that nothing was revoked before. Lists are those of the authorities above, responses
//! those about the certificates themselves.

use jejak_signer::{Certificate, Hash, IssuerId, RevocationEvidence};

use super::evidence::Evidence;
use crate::event::parse_time;
use crate::evidence::{Named, list_stream, named_in, response_stream};
use crate::held::unread;
use crate::log::{Micros, Position, Record};
use crate::rules::{Field, LISTS, Thing};
use crate::view::{AsOf, ReadError, View};

/// Versions after the event that are looked at of each stream.
const VERSIONS_MAX: usize = 64;

/// Lists and responses, each DER.
#[derive(Debug, Default)]
pub(super) struct Recorded {
    pub(super) lists: Vec<Vec<u8>>,
    pub(super) responses: Vec<Vec<u8>>,
    /// What was found, and what is not looked at again.
    seen: Vec<Hash>,
}

/// A chain, and by what it is judged.
pub(super) struct Chain<'a> {
    /// The certificates, the leaf first.
    pub(super) certificates: &'a [Vec<u8>],
    /// Who may have issued them, DER.
    pub(super) issuers: Vec<&'a [u8]>,
    /// The record whose signature rests on it.
    pub(super) record: &'a Record,
    /// The times by which it may be judged, Unix seconds.
    pub(super) moments: &'a [i64],
}

impl View {
    /// Adds what is recorded of a chain.
    pub(super) fn add_recorded(
        &self,
        chain: &Chain<'_>,
        found: &mut Recorded,
    ) -> Result<(), ReadError> {
        for issuer in &chain.issuers {
            let Ok(id) = IssuerId::of(issuer) else { continue };
            for named in self.named_around(&list_stream(id), chain)? {
                let full = found.lists.len() == Evidence::LISTS_MAX;
                if full || found.seen.contains(&named.object) {
                    continue;
                }
                if let Some(der) = self.about(named, issuer, chain)? {
                    found.seen.push(named.object);
                    found.lists.push(der);
                }
            }
        }
        for certificate in chain.certificates {
            for named in self.named_around(&response_stream(&Hash::of(certificate)), chain)? {
                let full = found.responses.len() == Evidence::RESPONSES_MAX;
                if full || found.seen.contains(&named.object) {
                    continue;
                }
                let Some(issuer) = self.held.object(&named.issuer).map_err(unread)? else {
                    continue;
                };
                if let Some(der) = self.about(named, &issuer, chain)? {
                    found.seen.push(named.object);
                    found.responses.push(der);
                }
            }
        }
        Ok(())
    }

    /// What the states of a stream name that matter.
    fn named_around(&self, stream: &str, chain: &Chain<'_>) -> Result<Vec<Named>, ReadError> {
        let things = self.states_around(stream, chain)?;
        Ok(things.iter().flat_map(|thing| named_in(thing).unwrap_or_default()).collect())
    }

    /// The states of a stream that matter: the newest, the newest before the certificate expired (an expired one may leave
    /// the lists), the first at or after each moment, and the one before the event.
    fn states_around(&self, stream: &str, chain: &Chain<'_>) -> Result<Vec<Thing>, ReadError> {
        let mut things: Vec<Thing> = self.thing(stream, self.size())?.into_iter().collect();
        if things.is_empty() {
            return Ok(things);
        }
        let leaf = chain.certificates.first();
        let leaf = leaf.and_then(|leaf| Certificate::from_der(leaf.clone()).ok());
        let expiry = leaf.and_then(|leaf| u64::try_from(leaf.not_after()).ok());
        let expiry = expiry.map(|at| AsOf::Time(Micros(at.saturating_mul(1_000_000))));
        if let Some((Position(last), _)) = expiry.map(|at| self.as_of(at)).transpose()?.flatten() {
            things.extend(self.thing(stream, last.saturating_add(1))?);
        }
        let position = chain.record.position.0;
        let page = self.versions(stream, position..self.size(), VERSIONS_MAX)?;
        for moment in chain.moments {
            let first = page.versions.iter().find(|thing| made_at(thing) >= Some(*moment));
            things.extend(first.cloned());
        }
        things.extend(self.thing(stream, position)?);
        Ok(things)
    }

    /// A list or response, where it is its issuer's and about a certificate of the chain.
    fn about(
        &self,
        named: Named,
        issuer: &[u8],
        chain: &Chain<'_>,
    ) -> Result<Option<Vec<u8>>, ReadError> {
        let Some(der) = self.held.object(&named.object).map_err(unread)? else { return Ok(None) };
        let own = Named { issuer: Hash::of(issuer), ..named };
        let Ok(evidence) = self.held.evidence(own, &der, issuer) else { return Ok(None) };
        let evidence: &RevocationEvidence = &evidence;
        let mut certificates = chain.certificates.iter();
        let is_about = certificates.any(|one| evidence.window_about_der(one).is_some());
        Ok(is_about.then_some(der))
    }
}

/// When the newest evidence in a state of a stream was made, Unix seconds.
fn made_at(thing: &Thing) -> Option<i64> {
    let Some(Field::Map(lists)) = thing.fields.get(LISTS) else { return None };
    let made = lists.values().filter_map(|list| {
        let text = list.member("this_update").and_then(Field::as_text)?;
        Some(parse_time(text)? / 1_000_000)
    });
    made.max()
}
