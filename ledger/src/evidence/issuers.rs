//! The issuers whose lists a ledger asks for: the authorities above its enrolled certificates, and its anchors.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use jejak_signer::{Hash, Issued, Issuer, IssuerId, authority_name};

use super::{LIST_PREFIX, RESPONSE_PREFIX, list_stream, response_stream};
use crate::log::Position;
use crate::rules::{Field, LISTS, Thing};
use crate::store::{Direction, Table, codec, keys};
use crate::view::{ReadError, View};
use crate::walk::context_at_head;

/// Chains by which issuers are found.
const CHAINS_MAX: usize = 1_024;
/// Certificates of one chain whose distribution points are read.
const SAMPLES_MAX: usize = 32;
/// Distribution points of one issuer.
const POINTS_MAX: usize = 32;
/// Rows that are read in one go.
pub(super) const ROWS: usize = 4_096;

/// An authority that issued certificates which the ledger knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownIssuer {
    /// Under which its lists are recorded.
    pub id: IssuerId,
    /// Its name, for people.
    pub name: String,
    /// SHA-256 of its name in DER.
    pub subject: Hash,
    /// SHA-256 of its certificate.
    pub certificate: Hash,
    /// Its certificate in DER.
    pub der: Vec<u8>,
    /// An enrolled certificate in whose chain it stands; none for an anchor.
    pub via: Option<Hash>,
    /// Where its lists are, as the certificates that it issued say; at most 32.
    pub points: Vec<String>,
}

/// A list that was recorded, the newest of its scope; or a response, the newest about its certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedList {
    /// SHA-256 of `issuingDistributionPoint`; none where it is about all that its issuer issued.
    pub scope: Option<Hash>,
    /// SHA-256 of the list.
    pub object: Hash,
    /// SHA-256 of the certificate of its issuer.
    pub issuer: Hash,
    /// Its bytes.
    pub size: u64,
    /// When it was made, RFC 3339.
    pub this_update: String,
    /// When the next one was due.
    pub next_update: String,
    /// `cRLNumber` in hexadecimal.
    pub number: Option<String>,
    /// Where the event stands that recorded it.
    pub position: Position,
}

/// An OCSP response that was recorded, the newest about its certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedResponse {
    /// The stream on which responses about the certificate are recorded: `ocsp/` and the beginning of its thumbprint.
    pub stream: String,
    /// Name of who issued the certificate.
    pub issuer: String,
    /// The response.
    pub response: RecordedList,
}

/// A chain of which certificates are enrolled: the thumbprints of the authorities in it.
type ChainAbove = Vec<Hash>;

impl View {
    /// The issuers of the certificates that are enrolled and count, by id, anchors among them. Looks at every enrolled
    /// certificate: ask seldom.
    pub fn issuers(&self) -> Result<Vec<KnownIssuer>, ReadError> {
        let mut found = BTreeMap::new();
        let anchors: Vec<Vec<u8>> = context_at_head(self)?.anchors().map(<[u8]>::to_vec).collect();
        for (above, enrolled) in self.chains()? {
            let Some(via) = enrolled.first().copied() else { continue };
            let mut below = Vec::new();
            for thumbprint in &enrolled {
                below.extend(self.held.object(thumbprint).map_err(|_| ReadError::Corrupt)?);
            }
            for hash in &above {
                let der = self.held.object(hash).map_err(|_| ReadError::Corrupt)?;
                let Some(der) = der else { break };
                enter(&mut found, &der, Some(via), &below);
                below = vec![der];
            }
            for anchor in &anchors {
                enter(&mut found, anchor, None, &below);
            }
        }
        let context = context_at_head(self)?;
        for authority in context.authorities() {
            enter(&mut found, authority, None, &[]);
        }
        Ok(found.into_values().collect())
    }

    /// The newest recorded lists of an issuer, one for each scope.
    pub fn lists_of(&self, issuer: IssuerId) -> Result<Vec<RecordedList>, ReadError> {
        let thing = self.thing(&list_stream(issuer), self.size())?;
        thing.as_ref().map_or_else(|| Ok(Vec::new()), recorded_lists)
    }

    /// The newest recorded response about a certificate.
    pub fn response_about(&self, certificate: &Hash) -> Result<Option<RecordedList>, ReadError> {
        let thing = self.thing(&response_stream(certificate), self.size())?;
        let responses = thing.as_ref().map(recorded_lists).transpose()?;
        Ok(responses.into_iter().flatten().next())
    }

    /// Up to `max` recorded lists, each the newest of its scope, with the id of its issuer.
    pub fn recorded_lists(&self, max: usize) -> Result<Vec<(String, RecordedList)>, ReadError> {
        self.recorded(LIST_PREFIX, max)
    }

    /// Up to `max` recorded responses, each the newest about its certificate, with the beginning of its thumbprint.
    pub fn recorded_responses(&self, max: usize) -> Result<Vec<(String, RecordedList)>, ReadError> {
        self.recorded(RESPONSE_PREFIX, max)
    }

    /// The same responses, each with its stream and the name of the issuer.
    pub fn responses(&self, max: usize) -> Result<Vec<RecordedResponse>, ReadError> {
        let mut names: BTreeMap<Hash, String> = BTreeMap::new();
        let mut all = Vec::new();
        for (about, response) in self.recorded_responses(max)? {
            let issuer = if let Some(name) = names.get(&response.issuer) {
                name.clone()
            } else {
                let der = self.held.object(&response.issuer);
                let der = der.map_err(|_| ReadError::Corrupt)?.ok_or(ReadError::Corrupt)?;
                let (name, _) = authority_name(&der).map_err(|_| ReadError::Corrupt)?;
                names.entry(response.issuer).or_insert(name).clone()
            };
            let stream = format!("{RESPONSE_PREFIX}{about}");
            all.push(RecordedResponse { stream, issuer, response });
        }
        Ok(all)
    }

    fn recorded(&self, prefix: &str, max: usize) -> Result<Vec<(String, RecordedList)>, ReadError> {
        let range = keys::starting_with(prefix.as_bytes());
        let mut all = Vec::new();
        for (key, value) in self.scan(Table::Thing, &range, Direction::Forward, max)? {
            let thing: Thing = codec::decode(&value).map_err(|_| ReadError::Corrupt)?;
            let stream = String::from_utf8(key).map_err(|_| ReadError::Corrupt)?;
            let issuer = stream.strip_prefix(prefix).unwrap_or_default();
            let lists = recorded_lists(&thing)?.into_iter();
            let shown = lists.filter(|list| list.position.0 < self.size());
            all.extend(shown.map(|list| (issuer.to_owned(), list)));
        }
        all.truncate(max);
        Ok(all)
    }

    /// Which certificates are enrolled below which authorities, some of each.
    fn chains(&self) -> Result<BTreeMap<ChainAbove, Vec<Hash>>, ReadError> {
        let mut chains: BTreeMap<ChainAbove, Vec<Hash>> = BTreeMap::new();
        let (mut from, to) = keys::starting_with(CERTIFICATE.as_bytes());
        loop {
            let rows = self.scan(Table::Thing, &(from, to.clone()), Direction::Forward, ROWS)?;
            let last = rows.last().map(|(key, _)| key.clone());
            for (key, value) in &rows {
                let thing: Thing = codec::decode(value).map_err(|_| ReadError::Corrupt)?;
                let thumbprint = std::str::from_utf8(key).ok();
                let thumbprint = thumbprint.and_then(|key| key.strip_prefix(CERTIFICATE));
                let thumbprint = thumbprint.and_then(|hex| hex.parse().ok());
                let (Some(thumbprint), Some(above)) = (thumbprint, above(&thing)) else {
                    return Err(ReadError::Corrupt);
                };
                if thing.state != ACTIVE || thing.position.0 >= self.size() {
                    continue;
                }
                if chains.len() < CHAINS_MAX || chains.contains_key(&above) {
                    let enrolled = chains.entry(above).or_default();
                    if enrolled.len() < SAMPLES_MAX {
                        enrolled.push(thumbprint);
                    }
                }
            }
            match last {
                Some(last) if rows.len() == ROWS => from = Bound::Excluded(last),
                _ => return Ok(chains),
            }
        }
    }
}

/// Enters an issuer of the certificates `below`, or what more they say of where its lists are.
fn enter(
    found: &mut BTreeMap<(IssuerId, Hash), KnownIssuer>,
    der: &[u8],
    via: Option<Hash>,
    below: &[Vec<u8>],
) {
    let certificate = Hash::of(der);
    let (Ok(authority), Ok((name, subject))) = (Issuer::of(der), authority_name(der)) else {
        return;
    };
    let id = authority.id();
    let issued = below.iter().filter_map(|below| authority.issued(below).ok());
    let issued: Vec<Issued> = issued.collect();
    let known = found.entry((id, certificate)).or_insert_with(|| KnownIssuer {
        id,
        name,
        subject,
        certificate,
        der: der.to_vec(),
        via,
        points: Vec::new(),
    });
    let points: BTreeSet<&String> = issued.iter().flat_map(Issued::points).collect();
    for point in points {
        if known.points.len() < POINTS_MAX && !known.points.contains(point) {
            known.points.push(point.clone());
        }
    }
}

pub(super) fn above(certificate: &Thing) -> Option<ChainAbove> {
    let list = certificate.fields.get("intermediates")?.as_list()?;
    list.iter().map(|hash| hash.as_text()?.parse().ok()).collect()
}

/// What a thing names.
fn recorded_lists(thing: &Thing) -> Result<Vec<RecordedList>, ReadError> {
    let Some(Field::Map(lists)) = thing.fields.get(LISTS) else { return Ok(Vec::new()) };
    let read = |(scope, list): (&String, &Field)| {
        let text = |name: &str| list.member(name).and_then(Field::as_text).map(str::to_owned);
        let count = |name: &str| match list.member(name) {
            Some(Field::Integer(count)) => u64::try_from(*count).ok(),
            _ => None,
        };
        Some(RecordedList {
            scope: scope.parse().ok(),
            object: text("object")?.parse().ok()?,
            issuer: text("issuer")?.parse().ok()?,
            size: count("size")?,
            this_update: text("this_update")?,
            next_update: text("next_update")?,
            number: text("number"),
            position: Position(count("position")?),
        })
    };
    lists.iter().map(|list| read(list).ok_or(ReadError::Corrupt)).collect()
}

/// What the keys of certificates begin with.
pub(super) const CERTIFICATE: &str = "certificate:";
/// State of a certificate that counts.
pub(super) const ACTIVE: &str = "active";
