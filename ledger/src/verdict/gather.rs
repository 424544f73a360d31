//! The evidence of one position out of a ledger, as it is held.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use jejak_signer::{Hash, Jws, TimestampToken, TrustPolicy, Typ};

use super::decision::Decided;
use super::evidence::{Before, Evidence, Since, Stamp};
use super::grounds;
use super::reads::Noted;
use super::recorded::{Chain, Recorded};
use crate::event::Event;
use crate::held::{Held, unread};
use crate::log::{Checkpoint, Note, Position, Record, TlogProof};
use crate::prepared::Context;
use crate::rules::{Field, Structural, Thing};
use crate::state::certificate_subject;
use crate::store::{Direction, Table};
use crate::timestamps::{self, KeptTimestamp, ROW_PREFIX};
use crate::view::{ReadError, View};
use crate::walk;

impl View {
    /// The evidence for the event at `position`, under the newest checkpoint that is held; `None` beyond the head.
    pub fn evidence(&self, position: Position) -> Result<Option<Evidence>, ReadError> {
        self.evidence_under(position, &self.newest_held()?)
    }

    /// The newest checkpoint that the ledger has signed, as far as it is held: a directory that is only read has none but
    /// those that were stamped. Empty where there is none.
    pub fn newest_held(&self) -> Result<Arc<str>, ReadError> {
        if !self.checkpoint().is_empty() {
            return Ok(Arc::clone(self.checkpoint()));
        }
        let stamped = self.newest_timestamp()?;
        Ok(stamped.map_or_else(|| Arc::clone(self.checkpoint()), |kept| kept.stamped.into()))
    }

    /// The same under a checkpoint that somebody else has kept. One that is none, or not of this log, is judged like
    /// any other; the empty text is no checkpoint.
    pub fn evidence_under(
        &self,
        position: Position,
        checkpoint: &str,
    ) -> Result<Option<Evidence>, ReadError> {
        let Some(record) = self.record(position)? else { return Ok(None) };
        let statement = self.statement(position)?;
        let jws = statement.clone().and_then(|bytes| Jws::parse(bytes, Typ::Event).ok());
        let thumbprint = jws.as_ref().map(|jws| jws.header().thumbprint);
        let chain = thumbprint.map(|thumbprint| self.chain_of(thumbprint, position));
        let chain = chain.transpose()?.unwrap_or_default();
        let stamps = self.stamps(position, size_of(checkpoint).unwrap_or(self.size()))?;
        let recorded_at = timestamps::seconds(record.recorded_at);
        let stamped_at = stamps.iter().map(|(kept, _)| kept.existed_at()).min();
        let moments: Vec<_> = [recorded_at].into_iter().chain(stamped_at).collect();
        let recorded = self.recorded_around(&chain, &record, &moments, &stamps)?;
        let grounds = match thumbprint {
            Some(signer) => self.grounds(position, signer, checkpoint)?,
            None => Vec::new(),
        };
        let keys = self.key_links()?;
        let mut before = self.before(&record, statement.as_deref())?;
        let all = grounds.iter().chain(keys.iter().flat_map(grounds::of_link));
        before.objects.extend(self.adopted_in(all)?);
        Ok(Some(Evidence {
            origin: self.origin().to_owned(),
            chain,
            proof: self.proof_under(position, checkpoint)?,
            renewals: self.renewed(position, &stamps)?,
            stamps: stamps.into_iter().map(|(_, stamp)| stamp).collect(),
            lists: recorded.lists,
            responses: recorded.responses,
            before,
            since: self.since(jws.as_ref())?,
            keys,
            grounds,
            record,
            statement,
        }))
    }

    /// What is recorded of the signer's chain, and of those behind the tokens.
    fn recorded_around(
        &self,
        chain: &[Vec<u8>],
        record: &Record,
        moments: &[i64],
        stamps: &[(KeptTimestamp, Stamp)],
    ) -> Result<Recorded, ReadError> {
        let trust = self.trust()?;
        let above = chain.iter().skip(1).map(Vec::as_slice);
        let issuers = above.chain(trust.anchors().ders()).collect();
        let mut found = Recorded::default();
        self.add_recorded(&Chain { certificates: chain, issuers, record, moments }, &mut found)?;
        let authorities = self.time_authorities_ever()?;
        // Tokens of one authority have one chain, which is looked up once.
        let mut chains: BTreeMap<Vec<Vec<u8>>, Vec<i64>> = BTreeMap::new();
        for (kept, stamp) in stamps {
            let Ok(token) = TimestampToken::parse(&stamp.token) else { continue };
            let moments = chains.entry(token.certificates().to_vec()).or_default();
            moments.push(kept.time.seconds);
        }
        for (certificates, moments) in &chains {
            let above = certificates.iter().map(Vec::as_slice);
            let stamping = authorities.iter().map(|authority| authority.authority.der());
            let issuers = above.chain(stamping).collect();
            self.add_recorded(&Chain { certificates, issuers, record, moments }, &mut found)?;
        }
        Ok(found)
    }

    pub(super) fn proof_under(
        &self,
        position: Position,
        checkpoint: &str,
    ) -> Result<Option<TlogProof>, ReadError> {
        if checkpoint.is_empty() {
            return Ok(None);
        }
        let path = size_of(checkpoint).map(|size| self.inclusion(position, size));
        let path = path.transpose()?.flatten();
        Ok(Some(TlogProof {
            extra: None,
            index: position.0,
            hashes: path.unwrap_or_default(),
            checkpoint: checkpoint.to_owned(),
        }))
    }

    /// The first tokens over trees that hold the record.
    fn covering_timestamps(&self, position: Position) -> Result<Vec<KeptTimestamp>, ReadError> {
        let key = |size: u64| [ROW_PREFIX, &size.to_be_bytes()].concat();
        let (first, end) = (position.0.saturating_add(1), self.size().saturating_add(1));
        let range = (Bound::Included(key(first)), Bound::Excluded(key(end)));
        let found = self.scan(Table::Meta, &range, Direction::Forward, COVERING_MAX)?;
        found.iter().map(timestamps::parse).collect()
    }

    /// The tokens over trees that hold the record: of the first that are looked at, the earliest. Each with the proof that
    /// its checkpoint and the one of size `other` are of one log.
    fn stamps(
        &self,
        position: Position,
        other: u64,
    ) -> Result<Vec<(KeptTimestamp, Stamp)>, ReadError> {
        let mut covering = self.covering_timestamps(position)?;
        covering.sort_by_key(KeptTimestamp::existed_at);
        let mut stamps = Vec::new();
        for kept in covering.into_iter().take(Evidence::STAMPS_MAX) {
            let Some(token) = self.timestamp_token(&kept)? else { continue };
            let Some(proof) = self.proof_under(position, &kept.stamped)? else { continue };
            let (from, to) = (kept.size.min(other), kept.size.max(other));
            let consistency = self.consistency(from, to)?.unwrap_or_default();
            stamps.push((kept, Stamp { token, proof, consistency }));
        }
        Ok(stamps)
    }

    /// The signer's certificate and what stands above it, as far as held. The opening enrols who signed it.
    pub(super) fn chain_of(
        &self,
        thumbprint: Hash,
        position: Position,
    ) -> Result<Vec<Vec<u8>>, ReadError> {
        let mut chain = Vec::new();
        let subject = certificate_subject(&thumbprint);
        let enrolled = self.thing(&subject, position.0.max(1))?;
        for hash in std::iter::once(thumbprint).chain(intermediates(enrolled.as_ref())) {
            match self.held.object(&hash) {
                Ok(Some(der)) => chain.push(der),
                Ok(None) | Err(_) => break,
            }
        }
        Ok(chain)
    }

    /// What the decision reads, noted while it is made again.
    fn before(&self, record: &Record, statement: Option<&[u8]>) -> Result<Before, ReadError> {
        let position = record.position;
        let previous = match position.0.checked_sub(1) {
            Some(previous) => self.record(Position(previous))?,
            None => None,
        };
        let context = self.context_at(position)?;
        let anchors = context.opening.anchors().ders().map(<[u8]>::to_vec).collect();
        let policy = context.policy.hash();
        let ruleset = Arc::clone(&context.ruleset);
        // Whether one signature sufficed for an adoption is seen by what the ledger opened with.
        let opened_with = walk::first_context(self)?.ruleset;
        let older = (opened_with.structural() < Structural::Three).then_some(opened_with);
        let (noted, held) = (Noted::before(self, position), Held::watching(Arc::clone(&self.held)));
        if let Some(statement) = statement {
            let previous = previous.as_ref();
            let decided = Decided { statement, record, previous, context, held: &held };
            decided.again(&noted)?;
        }
        let mut before = Before {
            previous,
            anchors,
            policy,
            ruleset: ruleset.hash(),
            rulesets: older.into_iter().chain([ruleset]).map(|one| (one.hash(), one)).collect(),
            objects: BTreeMap::new(),
            reads: noted.into_reads(),
        };
        let asked = held.asked();
        for hash in asked.rulesets {
            if let Some(found) = self.held.ruleset(&hash)? {
                before.rulesets.insert(hash, found);
            }
        }
        for hash in asked.objects.into_iter().chain(policy) {
            if let Some(found) = self.held.object(&hash).map_err(unread)? {
                before.objects.insert(hash, found);
            }
        }
        Ok(before)
    }

    /// What statements were judged by at `position`.
    pub(crate) fn context_at(&self, position: Position) -> Result<Context, ReadError> {
        let opening = walk::first_context(self)?;
        let policy = match self.policy_hash_at(position)? {
            Some(hash) => self.held.policy(&hash)?.ok_or(ReadError::Corrupt)?,
            None => Arc::clone(&opening.policy),
        };
        Ok(Context { ruleset: self.ruleset_at(position)?, policy, ..opening })
    }

    /// What the ledger trusts now.
    pub fn trust(&self) -> Result<Arc<TrustPolicy>, ReadError> {
        Ok(self.context_at(Position(self.size()))?.policy)
    }

    fn since(&self, jws: Option<&Jws>) -> Result<Since, ReadError> {
        let Some(jws) = jws else { return Ok(Since::default()) };
        let certificate = certificate_subject(&jws.header().thumbprint);
        let stream = match Event::parse(jws.payload()) {
            Ok(event) => self.thing(&event.subject, self.size())?,
            Err(_) => None,
        };
        Ok(Since { size: self.size(), stream, certificate: self.thing(&certificate, self.size())? })
    }
}

/// Most tokens that are read to find the earliest.
const COVERING_MAX: usize = 64;

/// The size that a checkpoint is of.
fn size_of(checkpoint: &str) -> Option<u64> {
    let note = Note::parse(checkpoint.as_bytes()).ok()?;
    Some(Checkpoint::parse(note.text()).ok()?.size())
}

/// The hashes of the certificates above an enrolled one, nearest first.
fn intermediates(certificate: Option<&Thing>) -> Vec<Hash> {
    let above = certificate.and_then(|thing| thing.fields.get("intermediates"));
    let above = above.and_then(Field::as_list).unwrap_or_default();
    above.iter().filter_map(|hash| hash.as_text()?.parse().ok()).collect()
}
