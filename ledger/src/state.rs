//! What a decision rests on: the things and the ids that the log has made so far. The store, a
//! group that is being decided and a replay are all read through the one trait here.

use std::collections::HashMap;

use jejak_signer::Hash;
use serde::de::DeserializeOwned;

use crate::log::Position;
use crate::rules::{Facts, Thing, certificate_key};
use crate::store::codec::{self, CodecError, Framed, IdRow};
use crate::store::{Corruption, Direction, LedgerNumber, LedgerStore, StoreError, Table, keys};

/// Keys of state that decisions need.
#[derive(Default)]
pub(crate) struct Wanted {
    pub(crate) ids: Vec<Vec<u8>>,
    pub(crate) things: Vec<String>,
}

/// What was found, in the order of the keys.
pub(crate) struct Found {
    pub(crate) ids: Vec<Option<IdRow>>,
    pub(crate) things: Vec<Option<Thing>>,
}

/// State as of the newest decided event.
pub(crate) trait State {
    /// Reads all keys at once.
    fn fetch(&self, wanted: &Wanted) -> Result<Found, StoreError>;

    /// The statement at a position; none where it is not held.
    fn statement(&self, position: Position) -> Result<Option<Vec<u8>>, StoreError>;

    /// The newest version of a thing that was written before a position.
    fn version(&self, subject: &str, before: Position) -> Result<Option<Thing>, StoreError>;

    /// Where that version was written. Only its key is read.
    fn newest(&self, subject: &str, before: Position) -> Result<Option<Position>, StoreError>;
}

/// The state as a store holds it now.
pub(crate) struct Stored<'a> {
    pub(crate) store: &'a dyn LedgerStore,
    pub(crate) ledger: LedgerNumber,
}

impl State for Stored<'_> {
    fn fetch(&self, wanted: &Wanted) -> Result<Found, StoreError> {
        let ids = wanted.ids.iter().map(|key| (Table::Id, key.as_slice()));
        let things = wanted.things.iter().map(|subject| (Table::Thing, subject.as_bytes()));
        let keys: Vec<_> = ids.chain(things).collect();
        let values = self.store.get_many(self.ledger, &keys)?;
        let (ids, things) = values.split_at_checked(wanted.ids.len()).unwrap_or_default();
        Ok(Found {
            ids: ids
                .iter()
                .map(|row| decoded(Table::Id, row.as_deref()))
                .collect::<Result<_, _>>()?,
            things: things
                .iter()
                .map(|row| decoded(Table::Thing, row.as_deref()))
                .collect::<Result<_, _>>()?,
        })
    }

    fn statement(&self, position: Position) -> Result<Option<Vec<u8>>, StoreError> {
        read_statement(self.store, self.ledger, position)
    }

    fn version(&self, subject: &str, before: Position) -> Result<Option<Thing>, StoreError> {
        read_version(self.store, self.ledger, subject, before)
    }

    fn newest(&self, subject: &str, before: Position) -> Result<Option<Position>, StoreError> {
        read_newest(self.store, self.ledger, subject, before)
    }
}

/// The newest version of a thing that was written before a position: one seek backwards.
pub(crate) fn read_version(
    store: &dyn LedgerStore,
    ledger: LedgerNumber,
    subject: &str,
    before: Position,
) -> Result<Option<Thing>, StoreError> {
    let range = keys::versions(subject, 0..before.0);
    let found = store.scan(ledger, Table::Version, &range, Direction::Backward, 1)?;
    let Some((_, value)) = found.into_iter().next() else { return Ok(None) };
    decoded(Table::Version, Some(&value))
}

/// Where that version was written.
pub(crate) fn read_newest(
    store: &dyn LedgerStore,
    ledger: LedgerNumber,
    subject: &str,
    before: Position,
) -> Result<Option<Position>, StoreError> {
    let range = keys::versions(subject, 0..before.0);
    let Some(key) = store.last_key(ledger, Table::Version, &range)? else { return Ok(None) };
    let Some((_, at)) = keys::parse_version(&key) else {
        return Err(Corruption::Engine("history".to_owned()).into());
    };
    Ok(Some(at))
}

/// The statement at `position`, its frame checked; `None` where it is not held.
pub(crate) fn read_statement(
    store: &dyn LedgerStore,
    ledger: LedgerNumber,
    position: Position,
) -> Result<Option<Vec<u8>>, StoreError> {
    let key = keys::statement(position);
    let row = store.get_many(ledger, &[(Table::Statement, key.as_slice())])?.into_iter().next();
    let Some(frame) = row.flatten() else { return Ok(None) };
    let framed = codec::unframe(&frame);
    match framed.map_err(|error| damaged(Table::Statement, &key, error))? {
        Framed::Statement(statement) => Ok(Some(statement.to_vec())),
        Framed::Removed(_) => Ok(None),
    }
}

/// State as a group leaves it: what the group has changed lies over what it started from.
pub(crate) struct Overlay<'a, S: State> {
    under: &'a S,
    ids: HashMap<Vec<u8>, Option<IdRow>>,
    things: HashMap<String, Option<Thing>>,
}

impl<'a, S: State> Overlay<'a, S> {
    pub(crate) fn over(under: &'a S) -> Self {
        Self { under, ids: HashMap::new(), things: HashMap::new() }
    }

    /// Reads what is wanted and not here yet, in one round trip.
    pub(crate) fn prefetch(&mut self, mut wanted: Wanted) -> Result<(), StoreError> {
        wanted.ids.retain(|key| !self.ids.contains_key(key));
        wanted.things.retain(|subject| !self.things.contains_key(subject));
        wanted.things.sort_unstable();
        wanted.things.dedup();
        if wanted.ids.is_empty() && wanted.things.is_empty() {
            return Ok(());
        }
        let found = self.under.fetch(&wanted)?;
        self.ids.extend(wanted.ids.into_iter().zip(found.ids));
        self.things.extend(wanted.things.into_iter().zip(found.things));
        Ok(())
    }

    pub(crate) fn id(&mut self, key: &[u8]) -> Result<Option<IdRow>, StoreError> {
        if let Some(known) = self.ids.get(key) {
            return Ok(*known);
        }
        self.prefetch(Wanted { ids: vec![key.to_vec()], things: Vec::new() })?;
        Ok(self.ids.get(key).copied().flatten())
    }

    pub(crate) fn thing(&mut self, subject: &str) -> Result<Option<&Thing>, StoreError> {
        if !self.things.contains_key(subject) {
            self.prefetch(Wanted { ids: Vec::new(), things: vec![subject.to_owned()] })?;
        }
        Ok(self.things.get(subject).and_then(Option::as_ref))
    }

    pub(crate) fn statement(&self, position: Position) -> Result<Option<Vec<u8>>, StoreError> {
        self.under.statement(position)
    }

    pub(crate) fn version(
        &self,
        subject: &str,
        before: Position,
    ) -> Result<Option<Thing>, StoreError> {
        self.under.version(subject, before)
    }

    pub(crate) fn newest(
        &self,
        subject: &str,
        before: Position,
    ) -> Result<Option<Position>, StoreError> {
        self.under.newest(subject, before)
    }

    /// The things among `subjects` that exist.
    pub(crate) fn facts(&mut self, subjects: &[String]) -> Result<Facts, StoreError> {
        self.prefetch(Wanted { ids: Vec::new(), things: subjects.to_vec() })?;
        let known = |subject: &String| {
            let thing = self.things.get(subject)?.as_ref()?;
            Some((subject.clone(), thing.clone()))
        };
        Ok(subjects.iter().filter_map(known).collect())
    }

    pub(crate) fn put_id(&mut self, key: Vec<u8>, row: IdRow) {
        self.ids.insert(key, Some(row));
    }

    pub(crate) fn put_thing(&mut self, subject: String, thing: Thing) {
        self.things.insert(subject, Some(thing));
    }
}

/// The key under which the state of a certificate is kept. Not a stream: `:` stands in none.
pub(crate) fn certificate_subject(thumbprint: &Hash) -> String {
    certificate_key(&thumbprint.to_string())
}

/// Is it the key of a certificate?
pub(crate) fn is_certificate(key: &str) -> bool {
    key.starts_with("certificate:")
}

/// The key of a signer's thing.
pub(crate) fn signer_subject(person: &str) -> String {
    format!("signer/{person}")
}

/// A stored row, decoded.
pub(crate) fn decoded<T: DeserializeOwned>(
    table: Table,
    row: Option<&[u8]>,
) -> Result<Option<T>, StoreError> {
    row.map(codec::decode).transpose().map_err(|error| damaged(table, &[], error))
}

fn damaged(table: Table, key: &[u8], error: CodecError) -> StoreError {
    Corruption::Row { table, key: key.to_vec(), error }.into()
}
