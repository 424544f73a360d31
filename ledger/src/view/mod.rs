//! Reading a ledger as of one head: nothing beyond the size that was published is seen, so a reader
//! never shows what might still be lost. A view is cheap to clone and needs no writer.

mod entries;
mod proofs;
mod rows;

use std::sync::Arc;

use jejak_signer::{Anchors, Hash};
use jiff::civil::Date;
use jiff::tz::Offset;

use crate::documents::Documents;
use crate::held::{Held, unread};
use crate::log::{KeyHistory, Micros, Position, Record, Tree, TreeError};
use crate::moment::Moment;
use crate::refused::{self, RefusalFilter, RefusalPage, RefusalPlace};
use crate::rules::{Class, RuleSet, log_keys_of, zone_of};
use crate::state::{certificate_subject, decoded, read_statement};
use crate::store::codec::IdRow;
use crate::store::{
    Direction, Found, KeyRange, LedgerNumber, LedgerStore, StoreError, Table, keys,
};

pub use entries::{Entry, EntryPage};
pub use rows::RegisterPage;

/// A read that failed. What is not there is `None`, never an error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The store did not answer.
    #[error("the store is not available")]
    Unavailable,
    /// The store is damaged; an audit tells where.
    #[error(transparent)]
    Damaged(StoreError),
    /// The store contradicts itself; an audit tells where.
    #[error("the store contradicts itself; run an audit")]
    Corrupt,
    /// No register has this name.
    #[error("no register of this name")]
    UnknownRegister,
}

impl From<TreeError<StoreError>> for ReadError {
    fn from(error: TreeError<StoreError>) -> Self {
        match error {
            TreeError::Source(error) => error.into(),
            _ => Self::Corrupt,
        }
    }
}

impl From<StoreError> for ReadError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable { .. } => Self::Unavailable,
            damaged => Self::Damaged(damaged),
        }
    }
}

/// What never changes of a ledger.
pub(crate) struct Identity {
    pub(crate) number: LedgerNumber,
    pub(crate) region: String,
    pub(crate) origin: String,
    /// The log key that the opening names.
    pub(crate) vkey: String,
}

/// The right edge of the log as it was published.
pub(crate) struct Edge {
    /// How many records. The tree has as many, unless a copy that is only read is damaged.
    pub(crate) size: u64,
    pub(crate) tree: Tree,
    pub(crate) recorded_at: Micros,
    pub(crate) checkpoint: Arc<str>,
    pub(crate) ruleset: Arc<RuleSet>,
    /// The keys of the log, as the events below the size say.
    pub(crate) keys: Arc<KeyHistory>,
}

impl Edge {
    /// The newest key in force. Where what is stored of the keys is damaged, what the opening named.
    pub(crate) fn vkey(&self, identity: &Identity) -> String {
        self.keys.newest().map_or_else(|| identity.vkey.clone(), ToString::to_string)
    }
}

/// A ledger as of one published head.
#[derive(Clone)]
pub struct View {
    pub(crate) store: Arc<dyn LedgerStore>,
    pub(crate) held: Arc<Held>,
    pub(crate) documents: Arc<Documents>,
    pub(crate) identity: Arc<Identity>,
    pub(crate) edge: Arc<Edge>,
}

/// A moment in the history of a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOf {
    /// The newest published state.
    Head,
    /// The state after the record at this position.
    Position(Position),
    /// The state after the last record not later than this.
    Time(Micros),
    /// The state after the last record of this day, by the local time of the ledger.
    Day(Date),
}

impl View {
    /// The region code, as in URLs.
    pub fn region(&self) -> &str {
        &self.identity.region
    }

    /// The origin of the log.
    pub fn origin(&self) -> &str {
        &self.identity.origin
    }

    /// The verifier key of the log: the newest that is in force.
    pub fn vkey(&self) -> String {
        self.edge.vkey(&self.identity)
    }

    /// All keys of the log, past and present.
    pub fn log_keys(&self) -> &KeyHistory {
        &self.edge.keys
    }

    /// How many records this view sees.
    pub fn size(&self) -> u64 {
        self.edge.size
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        self.edge.tree.root()
    }

    /// `recorded_at` of the last record.
    pub fn recorded_at(&self) -> Micros {
        self.edge.recorded_at
    }

    /// The signed checkpoint (C2SP note).
    pub fn checkpoint(&self) -> &Arc<str> {
        &self.edge.checkpoint
    }

    /// The rule set in force.
    pub fn ruleset(&self) -> &Arc<RuleSet> {
        &self.edge.ruleset
    }

    /// The record at `position`.
    pub fn record(&self, position: Position) -> Result<Option<Record>, ReadError> {
        if position.0 >= self.size() {
            return Ok(None);
        }
        let key = keys::record(position);
        let bytes = self.get(Table::Record, &key)?.ok_or(ReadError::Corrupt)?;
        Record::parse(&bytes).map(Some).map_err(|_| ReadError::Corrupt)
    }

    /// The id rows of events that stand below `size`.
    pub(crate) fn id_rows(
        &self,
        ids: &[Vec<u8>],
        size: u64,
    ) -> Result<Vec<Option<IdRow>>, StoreError> {
        let keys: Vec<_> = ids.iter().map(|key| (Table::Id, key.as_slice())).collect();
        let rows = self.store.get_many(self.identity.number, &keys)?;
        let below = |row: Option<Vec<u8>>| {
            let row: Option<IdRow> = decoded(Table::Id, row.as_deref())?;
            Ok(row.filter(|row| row.position.0 < size))
        };
        rows.into_iter().map(below).collect()
    }

    /// The statement at `position`, byte for byte.
    pub fn statement(&self, position: Position) -> Result<Option<Vec<u8>>, ReadError> {
        if position.0 >= self.size() {
            return Ok(None);
        }
        Ok(read_statement(&*self.store, self.identity.number, position)?)
    }

    /// The local time of the ledger: days begin and end by it.
    pub fn zone(&self) -> Result<Offset, ReadError> {
        let ledger = self.thing(&format!("ledger/{}", self.region()), self.size())?;
        Ok(zone_of(ledger.as_ref()))
    }

    /// The agency that the holder of a certificate signs for; none where it is not enrolled.
    pub fn agency_of(&self, thumbprint: &Hash) -> Result<Option<String>, ReadError> {
        let thing = self.thing(&certificate_subject(thumbprint), self.size())?;
        Ok(thing.and_then(|thing| thing.text("agency").map(str::to_owned)))
    }

    /// A certificate that stands in the ledger, and who may read it.
    pub fn certificate(&self, thumbprint: &Hash) -> Result<Option<(Vec<u8>, Class)>, ReadError> {
        let Some(der) = self.held.object(thumbprint).map_err(unread)? else {
            return Ok(None);
        };
        if self.thing(&certificate_subject(thumbprint), self.size())?.is_some() {
            return Ok(Some((der, Class::Internal)));
        }
        // Objects are shared by all ledgers: a holder that only another ledger knows is not shown here.
        let authority = Anchors::new(vec![der.clone()]).is_ok();
        Ok(authority.then_some((der, Class::Public)))
    }

    /// Up to `limit` of the refusals that are kept beside the chain, the newest first, from `before` on
    /// backwards; of at most `examined_max` that are looked at.
    pub fn refusals(
        &self,
        filter: &RefusalFilter,
        before: Option<RefusalPlace>,
        limit: usize,
        examined_max: usize,
    ) -> Result<RefusalPage, ReadError> {
        let (store, number) = (&*self.store, self.identity.number);
        Ok(refused::page(store, number, filter, before, limit, examined_max)?)
    }

    /// The position that a moment names, and its `recorded_at`. `None` before the first record and
    /// beyond the head.
    pub fn as_of(&self, as_of: AsOf) -> Result<Option<(Position, Micros)>, ReadError> {
        let position = match as_of {
            AsOf::Head => self.size().checked_sub(1).map(Position),
            AsOf::Position(position) => Some(position),
            AsOf::Time(time) => self.last_not_after(time)?,
            AsOf::Day(day) => {
                let end = Moment::Day(day).last(self.zone()?).map(u64::try_from);
                match end {
                    Some(Ok(end)) => self.last_not_after(Micros(end))?,
                    _ => None,
                }
            }
        };
        let Some(position) = position else { return Ok(None) };
        Ok(self.record(position)?.map(|record| (position, record.recorded_at)))
    }

    fn last_not_after(&self, time: Micros) -> Result<Option<Position>, ReadError> {
        let (mut low, mut high) = (0, self.size());
        while low < high {
            let middle = low + (high - low) / 2;
            let record = self.record(Position(middle))?.ok_or(ReadError::Corrupt)?;
            if record.recorded_at <= time {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low.checked_sub(1).map(Position))
    }

    /// The rule set that decided the event at `position`: the one adopted before it.
    pub(crate) fn ruleset_at(&self, position: Position) -> Result<Arc<RuleSet>, ReadError> {
        let hash = self.ruleset_hash_at(position)?;
        self.held.ruleset(&hash)?.ok_or(ReadError::Corrupt)
    }

    /// The rule set in force after the record at `position`: the one that decides the next event.
    pub fn ruleset_after(&self, position: Position) -> Result<Arc<RuleSet>, ReadError> {
        self.ruleset_at(Position(position.0.saturating_add(1)))
    }

    /// The TOML that this rule set was read from, byte for byte.
    pub fn ruleset_source(&self, ruleset: &RuleSet) -> Result<Vec<u8>, ReadError> {
        self.held.ruleset_source(&ruleset.hash())?.ok_or(ReadError::Corrupt)
    }

    /// Its hash. The opening is decided by the rule set that it names itself.
    pub(crate) fn ruleset_hash_at(&self, position: Position) -> Result<Hash, ReadError> {
        let subject = format!("ledger/{}", self.region());
        let thing = self.thing(&subject, position.0.max(1))?.ok_or(ReadError::Corrupt)?;
        let hash = thing.text("ruleset").and_then(|hash| hash.parse().ok());
        hash.ok_or(ReadError::Corrupt)
    }

    /// The hash of the trust policy that was adopted before a position, where one was.
    pub(crate) fn policy_hash_at(&self, position: Position) -> Result<Option<Hash>, ReadError> {
        let subject = format!("ledger/{}", self.region());
        let thing = self.thing(&subject, position.0.max(1))?.ok_or(ReadError::Corrupt)?;
        let hash = thing.text("policy").map(str::parse).transpose();
        hash.map_err(|_| ReadError::Corrupt)
    }

    /// The keys of the log as the events below `size` say.
    /// `None` where what is stored of them is damaged.
    pub(crate) fn log_keys_at(&self, size: u64) -> Result<Option<KeyHistory>, ReadError> {
        let subject = format!("ledger/{}", self.region());
        Ok(self.thing(&subject, size.max(1))?.as_ref().and_then(log_keys_of))
    }

    /// `count` records from `first` on; a gap is an error.
    pub(crate) fn records(&self, first: Position, count: usize) -> Result<Vec<Record>, ReadError> {
        let end = first.0.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        let range = keys::positions(first.0..end.min(self.size()));
        let rows = self.scan(Table::Record, &range, Direction::Forward, count)?;
        let mut records = Vec::with_capacity(rows.len());
        for (expected, (_, value)) in (first.0..).zip(&rows) {
            let record = Record::parse(value).map_err(|_| ReadError::Corrupt)?;
            if record.position.0 != expected {
                return Err(ReadError::Corrupt);
            }
            records.push(record);
        }
        if records.len() == count { Ok(records) } else { Err(ReadError::Corrupt) }
    }

    pub(crate) fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        let found = self.store.get_many(self.identity.number, &[(table, key)])?;
        Ok(found.into_iter().next().flatten())
    }

    pub(crate) fn scan(
        &self,
        table: Table,
        range: &KeyRange,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Found>, ReadError> {
        Ok(self.store.scan(self.identity.number, table, range, direction, limit)?)
    }
}
