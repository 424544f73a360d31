//! Refusals that are kept beside the chain: who was told no, when, and by which rule. They are never hashed into it and
//! no decision rests on them; no payload is among them. At most so many for so many days, the oldest go first.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Bound;
use std::str::FromStr;

use jejak_signer::Hash;

use crate::log::Micros;
use crate::prepared::Prepared;
use crate::refusal::Refusal;
use crate::rules::Signatory;
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
}

impl Sent {
    pub(crate) fn of(prepared: &Prepared) -> Self {
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
        }
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
        }
    }

    fn read((key, value): &Found) -> Result<Self, StoreError> {
        let damaged = |error| Corruption::Row { table: Table::Refusal, key: key.clone(), error };
        let row: RefusalRow = codec::decode(value).map_err(damaged)?;
        let (refused_at, event_key) = keys::parse_refusal(key).ok_or_else(|| {
            damaged(codec::CodecError::Invalid("the key is not a time and a hash".to_owned()))
        })?;
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
            *signer == refused.person || *signer == refused.certificate.to_string()
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
    let first = Bound::Included(keys::refusal(filter.since, &Hash([0; Hash::BYTES])));
    while examined < examined_max {
        let last = before.map_or(Bound::Unbounded, |place| {
            Bound::Excluded(keys::refusal(place.refused_at, &place.event_key))
        });
        let step = STEP_ROWS.min(examined_max - examined);
        let range = (first.clone(), last);
        let found = store.scan(ledger, Table::Refusal, &range, Direction::Backward, step)?;
        for row in &found {
            let refused = RefusedEvent::read(row)?;
            examined += 1;
            let place =
                RefusalPlace { refused_at: refused.refused_at, event_key: refused.event_key };
            before = Some(place);
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
        let mut rows = new_rows(refused, store, ledger)?;
        let mut after = self;
        after.count = after.count.saturating_add(u64::try_from(rows.len()).unwrap_or(u64::MAX));
        let oldest = settings.refusals_since(now).0;
        let step = SWEEP_ROWS.saturating_add(rows.len());
        let found = store.scan(ledger, Table::Refusal, &keys::all(), Direction::Forward, step)?;
        let mut removed = 0;
        for (key, _) in &found {
            let is_old = keys::parse_refusal(key).is_none_or(|(at, _)| at.0 < oldest);
            if !is_old && after.count <= settings.refusals_max {
                break;
            }
            rows.push(Row::remove(Table::Refusal, key.clone()));
            after.count = after.count.saturating_sub(1);
            removed += 1;
        }
        // Where all that was looked at had to go there may be more.
        if removed < step {
            after.swept_at = now;
        }
        if !rows.is_empty() {
            let count = after.count.to_be_bytes().to_vec();
            rows.push(Row::put(Table::Meta, COUNT.to_vec(), count));
        }
        Ok(Kept { rows, after })
    }
}

/// The rows of those that are not there yet: the same statement may be refused twice within a microsecond.
fn new_rows(
    refused: &[RefusedEvent],
    store: &dyn LedgerStore,
    ledger: LedgerNumber,
) -> Result<Vec<Row>, StoreError> {
    if refused.is_empty() {
        return Ok(Vec::new());
    }
    let keyed: BTreeMap<Vec<u8>, &RefusedEvent> =
        refused.iter().map(|one| (keys::refusal(one.refused_at, &one.event_key), one)).collect();
    let wanted: Vec<_> = keyed.keys().map(|key| (Table::Refusal, key.as_slice())).collect();
    let there = store.get_many(ledger, &wanted)?;
    let mut rows = Vec::new();
    for ((key, one), there) in keyed.iter().zip(there) {
        if there.is_none() {
            let value = codec::encode(&one.row()).map_err(Cause::from)?;
            rows.push(Row::insert(Table::Refusal, key.clone(), value));
        }
    }
    Ok(rows)
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
