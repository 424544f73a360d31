//! Reading a ledger as of one head: nothing beyond the size that was published is seen, so a reader
//! never shows what might still be lost. A view is cheap to clone and needs no writer.

use std::ops::{Bound, Range};
use std::sync::Arc;

use jejak_signer::{Anchors, Hash, Jws, Typ};
use jiff::civil::Date;
use jiff::tz::Offset;

use crate::documents::Documents;
use crate::draft::signatory;
use crate::event::Event;
use crate::filter::EntryFilter;
use crate::group::receipt_of;
use crate::held::{Held, unread};
use crate::log::tile::{TileKind, TilePath, encode_entries, encode_hashes};
use crate::log::{
    KeyHistory, Micros, Position, Receipt, Record, TILE_WIDTH, TileSource, Tree, TreeError,
};
use crate::moment::Moment;
use crate::refused::{self, RefusalFilter, RefusalPage, RefusalPlace};
use crate::registers::Register;
use crate::rules::{Class, RuleSet, Signatory, Thing, citation, log_keys_of, zone_of};
use crate::state::{certificate_subject, decoded, read_statement};
use crate::store::codec::IdRow;
use crate::store::{
    Direction, Found, KeyRange, LedgerNumber, LedgerStore, StoreError, Table, keys,
};
use crate::tiles::StoredTiles;

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

/// One event with what the ledger knows of it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The record that commits to the statement.
    pub record: Record,
    /// Who may read it.
    pub class: Class,
    /// The event.
    pub event: Event,
    /// The event as it was signed: JSON.
    pub payload: Vec<u8>,
    /// Who signed it.
    pub signatory: Signatory,
    /// What later events name it by: SHA-256 of the signing input.
    pub event_key: Hash,
}

/// A page of entries.
#[derive(Debug, Clone)]
pub struct EntryPage {
    /// The entries, by position.
    pub entries: Vec<Entry>,
    /// Records among them whose statements are not held: lawfully removed, or lost. No filter finds them.
    pub not_held: Vec<Record>,
    /// The position after which the next page begins; `None` at the end.
    pub next: Option<Position>,
    /// How many entries were looked at.
    pub examined: usize,
}

/// A page of a register.
#[derive(Debug, Clone)]
pub struct RegisterPage {
    /// Keys without their prefix, and the things under them.
    pub rows: Vec<(String, Thing)>,
    /// The key after which the next page begins; `None` at the end.
    pub next: Option<String>,
    /// How many keys were looked at.
    pub examined: usize,
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

    /// The event at `position` with its record and its signatory.
    pub fn entry(&self, position: Position) -> Result<Option<Entry>, ReadError> {
        let (Some(record), Some(statement)) = (self.record(position)?, self.statement(position)?)
        else {
            return Ok(None);
        };
        let jws = Jws::parse(statement, Typ::Event).map_err(|_| ReadError::Corrupt)?;
        let event = Event::parse(jws.payload()).map_err(|_| ReadError::Corrupt)?;
        let certificate = jws.header().thumbprint;
        let thing = self.thing(&certificate_subject(&certificate), self.size())?;
        let signatory =
            thing.and_then(|thing| signatory(&thing, certificate)).ok_or(ReadError::Corrupt)?;
        let class = self.class(&event, position)?;
        let (payload, event_key) = (jws.payload().to_vec(), jws.event_key());
        Ok(Some(Entry { record, class, event, payload, signatory, event_key }))
    }

    /// Up to `limit` entries after `after`, of at most `examined_max` that are looked at.
    pub fn entries(
        &self,
        filter: &EntryFilter,
        after: Option<Position>,
        limit: usize,
        examined_max: usize,
    ) -> Result<EntryPage, ReadError> {
        let mut page =
            EntryPage { entries: Vec::new(), not_held: Vec::new(), next: None, examined: 0 };
        let within = self.stretch(filter);
        let mut last = after;
        for _ in 0..examined_max {
            let Some(position) = self.following(filter, &within, last)? else { return Ok(page) };
            let record = self.record(position)?.ok_or(ReadError::Corrupt)?;
            last = Some(position);
            page.examined += 1;
            match self.entry(position)? {
                Some(entry) if filter.admits(&entry) => page.entries.push(entry),
                None if filter.is_open() => page.not_held.push(record),
                Some(_) | None => {}
            }
            if page.entries.len() + page.not_held.len() == limit {
                break;
            }
        }
        page.next = last.filter(|last| last.0.saturating_add(1) < within.end);
        Ok(page)
    }

    /// The positions recorded at `from` or later and at `to` or earlier: two seeks, for time never
    /// runs back in a ledger.
    pub fn recorded_within(
        &self,
        from: Option<Micros>,
        to: Option<Micros>,
    ) -> Result<Range<u64>, ReadError> {
        let before = |time: Micros| {
            let last = self.last_not_after(time)?;
            Ok::<_, ReadError>(last.map_or(0, |last| last.0.saturating_add(1)))
        };
        let start = match from.and_then(|from| from.0.checked_sub(1)) {
            Some(earlier) => before(Micros(earlier))?,
            None => 0,
        };
        let end = to.map_or(Ok(self.size()), before)?;
        Ok(start..end)
    }

    /// The local time of the ledger: days begin and end by it.
    pub fn zone(&self) -> Result<Offset, ReadError> {
        let ledger = self.thing(&format!("ledger/{}", self.region()), self.size())?;
        Ok(zone_of(ledger.as_ref()))
    }

    /// The receipt of the event at `position` against this view's checkpoint.
    pub fn receipt(&self, position: Position) -> Result<Option<Receipt>, ReadError> {
        let Some(record) = self.record(position)? else { return Ok(None) };
        let path = self.edge.tree.inclusion(self, position.0, self.size())?;
        Ok(Some(receipt_of(&record, path, &self.edge.checkpoint)))
    }

    /// The inclusion path of a record in the tree as it was at `size`.
    pub fn inclusion(&self, position: Position, size: u64) -> Result<Option<Vec<Hash>>, ReadError> {
        if position.0 >= size || size > self.size() {
            return Ok(None);
        }
        Ok(Some(self.edge.tree.inclusion(self, position.0, size)?))
    }

    /// The root of the tree as it was at `size`.
    pub fn root_at(&self, size: u64) -> Result<Option<Hash>, ReadError> {
        if size > self.size() {
            return Ok(None);
        }
        Ok(Some(self.edge.tree.root_at(self, size)?))
    }

    /// The consistency proof between two sizes.
    pub fn consistency(&self, from: u64, to: u64) -> Result<Option<Vec<Hash>>, ReadError> {
        if from == 0 || from > to || to > self.size() {
            return Ok(None);
        }
        Ok(Some(self.edge.tree.consistency(self, from, to)?))
    }

    /// A tile or an entry bundle. `None` where this view's size has no such tile.
    pub fn tile(&self, path: &TilePath) -> Result<Option<Vec<u8>>, ReadError> {
        if !path.exists_at(self.size()) {
            return Ok(None);
        }
        match path.kind() {
            TileKind::Hashes { level } => {
                let hashes = self.edge.tree.tile(self, level, path.index(), path.width())?;
                Ok(hashes.map(|hashes| encode_hashes(&hashes)))
            }
            TileKind::Entries => {
                let first = path.index().saturating_mul(u64::from(TILE_WIDTH));
                let records = self.records(Position(first), usize::from(path.width()))?;
                let entries: Vec<_> = records.iter().map(Record::to_bytes).collect();
                let bundle = encode_entries(entries.iter().map(<[u8; Record::BYTES]>::as_slice));
                bundle.map(Some).map_err(|_| ReadError::Corrupt)
            }
        }
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

    /// Up to `limit` rows of a register after `after`, as they stood after the record at `as_of`.
    pub fn register(
        &self,
        register: &Register,
        as_of: Position,
        after: Option<&str>,
        limit: usize,
        examined_max: usize,
    ) -> Result<RegisterPage, ReadError> {
        self.register_where(register, as_of, after, limit, examined_max, &|_| true)
    }

    /// The same, of the rows that are `wanted`.
    pub fn register_where(
        &self,
        register: &Register,
        as_of: Position,
        after: Option<&str>,
        limit: usize,
        examined_max: usize,
        wanted: &dyn Fn(&Thing) -> bool,
    ) -> Result<RegisterPage, ReadError> {
        let size = as_of.0.saturating_add(1).min(self.size());
        let mut page = RegisterPage { rows: Vec::new(), next: None, examined: 0 };
        let mut last = after.map(|key| format!("{}{key}", register.prefix));
        for _ in 0..examined_max {
            let Some(subject) = self.next_subject(register.prefix, last.as_deref())? else {
                page.next = None;
                return Ok(page);
            };
            let key = subject.strip_prefix(register.prefix).unwrap_or_default().to_owned();
            page.examined += 1;
            let thing = self.thing(&subject, size)?;
            let thing =
                thing.map(|thing| self.with_its_agency(register, thing, size)).transpose()?;
            if let Some(thing) = thing.filter(wanted) {
                page.rows.push((key.clone(), thing));
            }
            last = Some(subject);
            page.next = Some(key);
            if page.rows.len() == limit {
                break;
            }
        }
        if self.next_subject(register.prefix, last.as_deref())?.is_none() {
            page.next = None;
        }
        Ok(page)
    }

    /// One row of a register as it stood after the record at `as_of`.
    pub fn register_row(
        &self,
        register: &Register,
        key: &str,
        as_of: Position,
    ) -> Result<Option<Thing>, ReadError> {
        let size = as_of.0.saturating_add(1);
        let thing = self.thing(&format!("{}{key}", register.prefix), size)?;
        thing.map(|thing| self.with_its_agency(register, thing, size)).transpose()
    }

    /// The thing under `subject` after the first `size` records: one seek backwards.
    pub(crate) fn thing(&self, subject: &str, size: u64) -> Result<Option<Thing>, ReadError> {
        let Some(last) = size.min(self.size()).checked_sub(1) else { return Ok(None) };
        let range = keys::versions(subject, 0..last.saturating_add(1));
        let found = self.scan(Table::Version, &range, Direction::Backward, 1)?;
        let row = found.into_iter().next();
        Ok(decoded(Table::Version, row.as_ref().map(|(_, value)| value.as_slice()))?)
    }

    fn next_subject(&self, prefix: &str, after: Option<&str>) -> Result<Option<String>, ReadError> {
        let (mut from, to) = keys::starting_with(prefix.as_bytes());
        if let Some(subject) = after {
            from = Bound::Excluded(keys::thing(subject));
        }
        let found = self.scan(Table::Thing, &(from, to), Direction::Forward, 1)?;
        let Some((key, _)) = found.into_iter().next() else { return Ok(None) };
        String::from_utf8(key).map(Some).map_err(|_| ReadError::Corrupt)
    }

    /// The positions that a filter speaks of, as far as this view has them.
    fn stretch(&self, filter: &EntryFilter) -> Range<u64> {
        let within = filter.within.clone().unwrap_or(0..self.size());
        within.start..within.end.min(self.size())
    }

    /// The next position of `within` that may satisfy the filter.
    fn following(
        &self,
        filter: &EntryFilter,
        within: &Range<u64>,
        after: Option<Position>,
    ) -> Result<Option<Position>, ReadError> {
        let first = after.map_or(0, |after| after.0.saturating_add(1)).max(within.start);
        if first >= within.end {
            return Ok(None);
        }
        let Some(subject) = &filter.subject else { return Ok(Some(Position(first))) };
        let range = keys::versions(subject, first..within.end);
        let found = self.scan(Table::Version, &range, Direction::Forward, 1)?;
        let Some((key, _)) = found.into_iter().next() else { return Ok(None) };
        keys::parse_version(&key).map(|(_, at)| Some(at)).ok_or(ReadError::Corrupt)
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

    /// The class of the event under the rule set that decided it.
    fn class(&self, event: &Event, position: Position) -> Result<Class, ReadError> {
        let ruleset = self.ruleset_at(position)?;
        // What speaks of an earlier event is of the class of that one.
        let Some(cited) = citation(&ruleset, event) else { return Ok(ruleset.class_of(event)) };
        let id = keys::id(&cited.source, &cited.id);
        let found = self.id_rows(&[id], position.0)?.into_iter().next().flatten();
        let Some(found) = found else { return Ok(Class::Restricted) };
        let Some(statement) = self.statement(found.position)? else { return Ok(Class::Restricted) };
        let jws = Jws::parse(statement, Typ::Event).map_err(|_| ReadError::Corrupt)?;
        let cited = Event::parse(jws.payload()).map_err(|_| ReadError::Corrupt)?;
        // A correction that is signed or voided while it waits speaks of an earlier one itself.
        self.class(&cited, found.position)
    }

    /// The event of an entry in the newest version of its type's schema that the rules in force know, with that
    /// version. One without `dataschema` is of the version that was the newest when it was decided.
    pub fn lifted(&self, entry: &Entry) -> Result<Event, ReadError> {
        let mut event = entry.event.clone();
        if event.dataschema.is_none() {
            let then = self.ruleset_at(entry.record.position)?;
            event.dataschema = then.row_of(&event).map(|act| act.schema_version);
        }
        Ok(self.ruleset().lift(&event).into_owned())
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

impl TileSource for View {
    type Error = StoreError;

    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Vec<Hash>, StoreError> {
        StoredTiles { store: &*self.store, number: self.identity.number }.tile(level, index, width)
    }
}
