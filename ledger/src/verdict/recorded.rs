//! The revocation lists that a ledger has recorded of the authorities above a signer: the newest, and those around the
//! event, for only a list that was made at or after it settles that nothing was revoked before.

use jejak_signer::{Anchors, Certificate, Hash, IssuerId, NoStanding};

use super::evidence::Evidence;
use crate::event::parse_time;
use crate::evidence::{Named, list_stream, named_in};
use crate::held::unread;
use crate::log::{Micros, Position, Record};
use crate::rules::{Field, LISTS, Thing};
use crate::view::{AsOf, ReadError, View};

/// Versions after the event that are looked at of each issuer.
const VERSIONS_MAX: usize = 64;

impl View {
    /// The lists, DER. `moments` are the times by which the event may be judged, Unix seconds: when it was recorded, and
    /// when it was stamped.
    pub(super) fn lists_around(
        &self,
        chain: &[Vec<u8>],
        anchors: &Anchors,
        record: &Record,
        moments: &[i64],
    ) -> Result<Vec<Vec<u8>>, ReadError> {
        let mut found: Vec<(Hash, Vec<u8>)> = Vec::new();
        let authorities = chain.iter().skip(1).map(Vec::as_slice).chain(anchors.ders());
        for authority in authorities {
            let Ok(issuer) = IssuerId::of(authority) else { continue };
            for thing in self.versions_of_lists(&list_stream(issuer), chain, record, moments)? {
                for named in named_in(&thing).unwrap_or_default() {
                    let is_new = found.iter().all(|(object, _)| *object != named.object);
                    if found.len() == Evidence::LISTS_MAX || !is_new {
                        continue;
                    }
                    if let Some(der) = self.list_about(named, authority, chain, record)? {
                        found.push((named.object, der));
                    }
                }
            }
        }
        Ok(found.into_iter().map(|(_, der)| der).collect())
    }

    /// The states of an issuer's lists that matter: the newest, the newest before the certificate expired (an expired one
    /// may leave the lists), the first at or after each moment, and the one before the event.
    fn versions_of_lists(
        &self,
        stream: &str,
        chain: &[Vec<u8>],
        record: &Record,
        moments: &[i64],
    ) -> Result<Vec<Thing>, ReadError> {
        let mut things: Vec<Thing> = self.thing(stream, self.size())?.into_iter().collect();
        if things.is_empty() {
            return Ok(things);
        }
        let leaf = chain.first().and_then(|leaf| Certificate::from_der(leaf.clone()).ok());
        let expiry = leaf.and_then(|leaf| u64::try_from(leaf.not_after()).ok());
        let expiry = expiry.map(|at| AsOf::Time(Micros(at.saturating_mul(1_000_000))));
        if let Some((Position(last), _)) = expiry.map(|at| self.as_of(at)).transpose()?.flatten() {
            things.extend(self.thing(stream, last.saturating_add(1))?);
        }
        let after = record.position.0..self.size();
        let page = self.versions(stream, after, VERSIONS_MAX)?;
        for moment in moments {
            let first = page.versions.iter().find(|thing| made_at(thing) >= Some(*moment));
            things.extend(first.cloned());
        }
        things.extend(self.thing(stream, record.position.0)?);
        Ok(things)
    }

    /// A list, where it is its issuer's and about a certificate of the chain.
    fn list_about(
        &self,
        named: Named,
        authority: &[u8],
        chain: &[Vec<u8>],
        record: &Record,
    ) -> Result<Option<Vec<u8>>, ReadError> {
        let Some(der) = self.held.object(&named.object).map_err(unread)? else { return Ok(None) };
        let own = Named { issuer: Hash::of(authority), ..named };
        let Ok(list) = self.held.list(own, &der, authority) else { return Ok(None) };
        let at = i64::try_from(record.recorded_at.0 / 1_000_000).unwrap_or(i64::MAX);
        let is_about = |certificate: &Vec<u8>| {
            !matches!(
                list.standing(certificate, at),
                Err(NoStanding::Malformed | NoStanding::OtherIssuer | NoStanding::OtherScope)
            )
        };
        Ok(chain.iter().any(is_about).then_some(der))
    }
}

/// When the newest list in a state of an issuer's lists was made, Unix seconds.
fn made_at(thing: &Thing) -> Option<i64> {
    let Some(Field::Map(lists)) = thing.fields.get(LISTS) else { return None };
    let made = lists.values().filter_map(|list| {
        let text = list.member("this_update").and_then(Field::as_text)?;
        Some(parse_time(text)? / 1_000_000)
    });
    made.max()
}
