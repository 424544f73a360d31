//! Refusals that are kept beside the chain: who was told no, when, and by which rule. They are never hashed into it and
//! no decision rests on them; no payload is among them. At most so many for so many days, the oldest go first.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Bound;
use std::str::FromStr;

use jejak_signer::{Hash, Jws};

use crate::log::Micros;
use crate::prepared::Prepared;
use crate::refusal::Refusal;
use crate::rules::{Class, RuleSet, Signatory};
use crate::settings::Settings;
use crate::store::codec::{self, RefusalRow};
use crate::store::{
    Cause, Corruption, Direction, Found, LedgerNumber, LedgerStore, Row, StoreError, Table, keys,
};

/// A refusal of a well-signed statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedEvent {
    /// When.
    pub refused_at: Micros,
    /// SHA-256 of the signing input: the signer can tell which statement it was.
    pub event_key: Hash,
    /// SHA-256 of the signer's certificate.
    pub certificate: Hash,
    /// The signer's person id.
    pub person: String,
    /// The signer's agency.
    pub agency: String,
    /// The kind of refusal.
    pub code: String,
    /// The rule that refused, where it is one.
    pub rule: Option<String>,
    /// What the event says of itself; none where it could not be read as an event.
    pub event: Option<RefusedAttributes>,
    /// Where in the event the first obstacle is.
    pub pointer: Option<String>,
    /// The class that the event would have had; the highest where nobody can tell.
    pub class: Class,
}

/// The attributes of a refused event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedAttributes {
    /// Its id, which the signer chose.
    pub id: String,
    /// Its type.
    pub kind: String,
    /// Its stream.
    pub subject: String,
    /// Its source.
    pub source: String,
}

/// Which refusals.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefusalFilter {
    /// Only those of this signer: a person id, or the hexadecimal thumbprint of a certificate.
    pub signer: Option<String>,
    /// The highest class that the reader may see: what is above it matches no filter that looks into it.
    pub class_max: Class,
    /// Only those of this kind.
    pub code: Option<String>,
    /// Not those before this.
    pub since: Micros,
}

/// A page of refusals, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefusalPage {
    /// The refusals.
    pub refusals: Vec<RefusedEvent>,
    /// The place after which the next page begins; none at the end.
    pub next: Option<RefusalPlace>,
    /// Whether the reader may see the refusal at that place.
    pub next_is_shown: bool,
}

/// A place in the list of refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusalPlace {
    /// When that refusal was.
    pub refused_at: Micros,
    /// Its event.
    pub event_key: Hash,
}

/// What of a verified statement is remembered while it is judged.
pub(crate) struct Sent {
    pub(crate) event_key: Hash,
    pub(crate) certificate: Hash,
    /// None where the payload is no event.
    pub(crate) event: Option<RefusedAttributes>,
    pub(crate) class: Class,
}

impl Sent {
    pub(crate) fn of(prepared: &Prepared, ruleset: &RuleSet) -> Self {
        let event = &prepared.event;
        Self {
            event_key: prepared.event_key,
            certificate: prepared.credential.thumbprint(),
            event: Some(RefusedAttributes {
                id: event.id.clone(),
                kind: event.kind.clone(),
                subject: event.subject.clone(),
                source: event.source.clone(),
            }),
            class: ruleset.class_of(event),
        }
    }

    /// A verified statement of `jws` that is no event of this ledger.
    pub(crate) fn of_no_event(jws: &Jws) -> Self {
        let (event_key, certificate) = (jws.event_key(), jws.header().thumbprint);
        Self { event_key, certificate, event: None, class: Class::Restricted }
    }
}

/// A text that names no place in the list of refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a place in the list of refusals")]
pub struct NotAPlace;

impl fmt::Display for RefusalPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.refused_at.0, self.event_key)
    }
}

impl FromStr for RefusalPlace {
    type Err = NotAPlace;

    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        let (time, event_key) = text.split_once('/').ok_or(NotAPlace)?;
        let refused_at = Micros(time.parse().map_err(|_| NotAPlace)?);
        let event_key = event_key.parse().map_err(|_| NotAPlace)?;
        Ok(Self { refused_at, event_key })
    }
}

impl RefusedEvent {
    pub(crate) fn new(
        sent: Sent,
        signatory: &Signatory,
        refusal: &Refusal,
        refused_at: Micros,
    ) -> Self {
        let obstacle = refusal.obstacles().into_iter().next();
        let pointer = obstacle.map(|obstacle| clip(&obstacle.pointer));
        Self {
            refused_at,
            event_key: sent.event_key,
            certificate: sent.certificate,
            person: signatory.person.clone(),
            agency: signatory.agency.clone(),
            code: refusal.code().to_owned(),
            rule: refusal.rule().map(clip),
            event: sent.event.map(RefusedAttributes::clipped),
            pointer: pointer.filter(|pointer| !pointer.is_empty()),
            class: sent.class,
        }
    }

    fn row(&self) -> RefusalRow {
        let event = self.event.as_ref();
        RefusalRow {
            certificate: self.certificate,
            person: self.person.clone(),
            agency: self.agency.clone(),
            code: self.code.clone(),
            rule: self.rule.clone(),
            event: event.map(|event| {
                let RefusedAttributes { id, kind, subject, source } = event.clone();
                [id, kind, subject, source]
            }),
            pointer: self.pointer.clone(),
            class: self.class.code(),
        }
    }

    fn read((key, value): &Found) -> Result<Self, StoreError> {
        let damaged = |error| Corruption::Row { table: Table::Refusal, key: key.clone(), error };
        let row: RefusalRow = codec::decode(value).map_err(damaged)?;
        let (refused_at, event_key) = keys::parse_refusal(key).ok_or_else(|| {
            damaged(codec::CodecError::Invalid("the key is not a time and a hash".to_owned()))
        })?;
        let class = Class::of_code(row.class)
            .ok_or_else(|| damaged(codec::CodecError::Invalid("no class".to_owned())))?;
        let attributes = |[id, kind, subject, source]: [String; 4]| RefusedAttributes {
            id,
            kind,
            subject,
            source,
        };
        Ok(Self {
            refused_at,
            event_key,
            certificate: row.certificate,
            person: row.person,
            agency: row.agency,
            code: row.code,
            rule: row.rule,
            event: row.event.map(attributes),
            pointer: row.pointer,
            class,
        })
    }
}

impl RefusedAttributes {
    fn clipped(self) -> Self {
        let Self { id, kind, subject, source } = self;
        Self { id: clip(&id), kind: clip(&kind), subject: clip(&subject), source: clip(&source) }
    }
}

impl RefusalFilter {
    fn admits(&self, refused: &RefusedEvent) -> bool {
        let by_signer = self.signer.as_ref().is_none_or(|signer| {
            let is_his = *signer == refused.person || *signer == refused.certificate.to_string();
            is_his && refused.class <= self.class_max
        });
        by_signer && self.code.as_ref().is_none_or(|code| *code == refused.code)
    }
}

/// Up to `limit` refusals before `before`, the newest first, of at most `examined_max` that are looked at.
pub(crate) fn page(
    store: &dyn LedgerStore,
    ledger: LedgerNumber,
    filter: &RefusalFilter,
    before: Option<RefusalPlace>,
    limit: usize,
    examined_max: usize,
) -> Result<RefusalPage, StoreError> {
    let mut page = RefusalPage::default();
    let (mut examined, mut before) = (0, before);
    while examined < examined_max {
        let mut range = keys::refusals(filter.since);
        if let Some(place) = before {
            range.1 = Bound::Excluded(keys::refusal(place.refused_at, &place.event_key));
        }
        let step = STEP_ROWS.min(examined_max - examined);
        let found = store.scan(ledger, Table::Refusal, &range, Direction::Backward, step)?;
        for row in &found {
            let refused = RefusedEvent::read(row)?;
            examined += 1;
            let place =
                RefusalPlace { refused_at: refused.refused_at, event_key: refused.event_key };
            before = Some(place);
            page.next_is_shown = refused.class <= filter.class_max;
            if filter.admits(&refused) {
                page.refusals.push(refused);
            }
            if page.refusals.len() == limit {
                page.next = Some(place);
                return Ok(page);
            }
        }
        if found.len() < step {
            return Ok(page);
        }
        page.next = before;
    }
    Ok(page)
}

/// What keeps the refusals of one ledger within their bounds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keeper {
    count: u64,
    swept_at: Micros,
}

/// What a write adds and takes away, and the keeper as he is when it is durable.
pub(crate) struct Kept {
    pub(crate) rows: Vec<Row>,
    pub(crate) after: Keeper,
}

impl Keeper {
    /// The keeper of what the store holds.
    pub(crate) fn load(store: &dyn LedgerStore, ledger: LedgerNumber) -> Result<Self, StoreError> {
        let found = store.get_many(ledger, &[(Table::Meta, COUNT)])?.into_iter().next().flatten();
        let count = found.and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_be_bytes);
        Ok(Self { count, swept_at: Micros(0) })
    }

    /// The rows that keep `refused`, and that remove what is too old or too much.
    pub(crate) fn keep(
        self,
        refused: &[RefusedEvent],
        now: Micros,
        settings: &Settings,
        (store, ledger): (&dyn LedgerStore, LedgerNumber),
    ) -> Result<Kept, StoreError> {
        let refused = if settings.refusals_max == 0 { &[] } else { refused };
        let is_due = self.count > 0 && now.0 >= self.swept_at.0.saturating_add(SWEEP_US);
        if refused.is_empty() && !is_due {
            return Ok(Kept { rows: Vec::new(), after: self });
        }
        let mut change = Change::default();
        for (key, one) in new(refused, store, ledger)? {
            change.add(key, one)?;
        }
        let mut after = self;
        after.count = after.count.saturating_add(u64::try_from(change.added).unwrap_or(u64::MAX));
        let oldest = settings.refusals_since(now).0;
        let step = SWEEP_ROWS.saturating_add(change.added);
        let range = keys::refusals(Micros(0));
        let found = store.scan(ledger, Table::Refusal, &range, Direction::Forward, step)?;
        for row in &found {
            let is_old = keys::parse_refusal(&row.0).is_none_or(|(at, _)| at.0 < oldest);
            let left = after.count.saturating_sub(change.removed());
            if !is_old && left <= settings.refusals_max {
                break;
            }
            change.remove(row);
        }
        // Where all that was looked at had to go there may be more.
        if change.removed.len() < step {
            after.swept_at = now;
        }
        change.keep_shares(settings.signer_refusals_max, store, ledger)?;
        after.count = after.count.saturating_sub(change.removed());
        let mut rows = change.rows;
        if !rows.is_empty() {
            let count = after.count.to_be_bytes().to_vec();
            rows.push(Row::put(Table::Meta, COUNT.to_vec(), count));
        }
        Ok(Kept { rows, after })
    }
}

/// What one write changes of the refusals that are kept.
#[derive(Default)]
struct Change {
    rows: Vec<Row>,
    added: usize,
    removed: BTreeSet<Vec<u8>>,
    /// Of each signer: how many more, and how many less.
    signers: BTreeMap<String, (u64, u64)>,
}

impl Change {
    fn add(&mut self, key: Vec<u8>, one: &RefusedEvent) -> Result<(), StoreError> {
        let value = codec::encode(&one.row()).map_err(Cause::from)?;
        let second = keys::refusal_of_signer(&one.person, one.refused_at, &one.event_key);
        self.rows.push(Row::insert(Table::Refusal, key, value));
        self.rows.push(Row::put(Table::Refusal, second, Vec::new()));
        self.added += 1;
        self.signers.entry(one.person.clone()).or_default().0 += 1;
        Ok(())
    }

    /// A row that cannot be read any more goes alone: whose it was nobody knows.
    fn remove(&mut self, row: &Found) {
        match RefusedEvent::read(row) {
            Ok(one) => self.remove_of(&one.person, one.refused_at, &one.event_key),
            Err(_) => self.remove_row(row.0.clone()),
        }
    }

    fn remove_of(&mut self, person: &str, refused_at: Micros, event_key: &Hash) {
        self.remove_row(keys::refusal(refused_at, event_key));
        let second = keys::refusal_of_signer(person, refused_at, event_key);
        self.rows.push(Row::remove(Table::Refusal, second));
        self.signers.entry(person.to_owned()).or_default().1 += 1;
    }

    fn remove_row(&mut self, key: Vec<u8>) {
        self.rows.push(Row::remove(Table::Refusal, key.clone()));
        self.removed.insert(key);
    }

    fn removed(&self) -> u64 {
        u64::try_from(self.removed.len()).unwrap_or(u64::MAX)
    }

    /// Of a signer with more than `share` the oldest go; then the counts of all who changed are right again.
    fn keep_shares(
        &mut self,
        share: u64,
        store: &dyn LedgerStore,
        ledger: LedgerNumber,
    ) -> Result<(), StoreError> {
        let persons: Vec<String> = self.signers.keys().cloned().collect();
        let wanted: Vec<_> = persons.iter().map(|person| keys::refusals_count(person)).collect();
        let wanted: Vec<_> = wanted.iter().map(|key| (Table::Refusal, key.as_slice())).collect();
        let counts = store.get_many(ledger, &wanted)?;
        for (person, count) in persons.iter().zip(counts) {
            let count = count.and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_be_bytes);
            let (more, less) = self.signers.get(person).copied().unwrap_or_default();
            let left = count.saturating_add(more).saturating_sub(less);
            let over = left.saturating_sub(share);
            self.remove_oldest_of(person, over, store, ledger)?;
            let (more, less) = self.signers.get(person).copied().unwrap_or_default();
            let left = count.saturating_add(more).saturating_sub(less);
            let key = keys::refusals_count(person);
            self.rows.push(if left == 0 {
                Row::remove(Table::Refusal, key)
            } else {
                Row::put(Table::Refusal, key, left.to_be_bytes().to_vec())
            });
        }
        Ok(())
    }

    /// Removes the oldest `over` of a signer, of those that stay so far.
    fn remove_oldest_of(
        &mut self,
        person: &str,
        over: u64,
        store: &dyn LedgerStore,
        ledger: LedgerNumber,
    ) -> Result<(), StoreError> {
        if over == 0 {
            return Ok(());
        }
        let over = usize::try_from(over).unwrap_or(usize::MAX).min(SWEEP_ROWS + self.added);
        let step = over.saturating_add(self.removed.len());
        let range = keys::refusals_of_signer(person);
        let found = store.scan(ledger, Table::Refusal, &range, Direction::Forward, step)?;
        let places = found.iter().filter_map(|(key, _)| keys::parse_refusal_of_signer(key));
        let stay: Vec<_> = places
            .filter(|(at, event_key)| !self.removed.contains(&keys::refusal(*at, event_key)))
            .take(over)
            .collect();
        for (at, event_key) in stay {
            self.remove_of(person, at, &event_key);
        }
        Ok(())
    }
}

/// Those that are not there yet, by key: the same statement may be refused twice within a microsecond.
fn new<'a>(
    refused: &'a [RefusedEvent],
    store: &dyn LedgerStore,
    ledger: LedgerNumber,
) -> Result<Vec<(Vec<u8>, &'a RefusedEvent)>, StoreError> {
    if refused.is_empty() {
        return Ok(Vec::new());
    }
    let keyed: BTreeMap<Vec<u8>, &RefusedEvent> =
        refused.iter().map(|one| (keys::refusal(one.refused_at, &one.event_key), one)).collect();
    let wanted: Vec<_> = keyed.keys().map(|key| (Table::Refusal, key.as_slice())).collect();
    let there = store.get_many(ledger, &wanted)?;
    let new = keyed.into_iter().zip(there).filter(|(_, there)| there.is_none());
    Ok(new.map(|(new, _)| new).collect())
}

fn clip(text: &str) -> String {
    text.chars().take(TEXT_CHARS_MAX).collect()
}

/// Key of the row in `Meta` that says how many refusals are kept.
const COUNT: &[u8] = b"refusals";
/// Rows removed at one time, beside as many as are added.
const SWEEP_ROWS: usize = 256;
/// How often what is too old is looked for where no refusal comes.
const SWEEP_US: u64 = 3_600 * 1_000_000;
/// Rows of one scan.
const STEP_ROWS: usize = 256;
/// More of a text than any accepted event has is not kept.
const TEXT_CHARS_MAX: usize = 256;
