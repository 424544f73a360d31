//! Which events name a document. A row of the table `document` for each digest that an event names,
//! written with the event: so a document is found by its digest, and who may read it follows from the
//! events that name it.
//!
//! A document has the lowest class of the events that name it: whoever may see one of these events may
//! see what it names. A document of a confidential incident that a later public event names becomes
//! public by that act, which somebody signed.

use jejak_signer::{Hash, Jws, Typ};

use crate::event::{Document, Event};
use crate::log::Position;
use crate::rules::{self, Class, RuleSet};
use crate::store::{Batch, Direction, Found, Lease, LedgerStore, Row, StoreError, Table, keys};
use crate::view::{ReadError, View};

/// What an event names: the rows that follow from it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Names {
    class: Class,
    /// Each document with every size that the event gives it: one, unless it was recorded under a rule set that let an
    /// event contradict itself.
    named: Vec<(Hash, Vec<u64>)>,
}

/// One event that names a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Naming {
    /// Where the event stands.
    pub position: Position,
    /// Its class.
    pub class: Class,
    /// The size that it gives the document.
    pub size: u64,
}

/// What one event says of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited {
    /// Where the event stands.
    pub position: Position,
    /// The stream of the event.
    pub subject: String,
    /// What it calls the document.
    pub document: Document,
}

/// Events that are looked at for one document: the first of the lowest class, then those of the next.
pub const NAMED_MAX: usize = 64;

/// Row in `Meta` of a ledger whose rows of the table `document` are complete.
const INDEXED: &[u8] = b"documents";
/// The version of those rows.
const INDEX_VERSION: u8 = 2;
/// Rows that are written together when the index of an older directory is built.
const BUILD_ROWS: usize = 4_096;

impl Names {
    /// The documents of an event that `ruleset` decides.
    pub(crate) fn of(ruleset: &RuleSet, event: &Event) -> Self {
        let mut named: Vec<(Hash, Vec<u64>)> = Vec::new();
        for Document { sha256, size, .. } in rules::documents(ruleset, event) {
            match named.iter_mut().find(|(known, _)| *known == sha256) {
                Some((_, sizes)) if sizes.contains(&size) => {}
                Some((_, sizes)) => sizes.push(size),
                None => named.push((sha256, vec![size])),
            }
        }
        let class = ruleset.class_of(event);
        Self { class, named }
    }

    /// The rows of the event at `position`.
    pub(crate) fn rows(&self, position: Position) -> impl Iterator<Item = Row> + '_ {
        let class = self.class.code();
        let insert = |key, value| Row::insert(Table::Document, key, value);
        self.named.iter().flat_map(move |(sha256, sizes)| {
            let value = sizes.iter().flat_map(|size| size.to_be_bytes()).collect();
            let of_size = sizes.iter().map(move |size| {
                insert(keys::document_of_size(sha256, class, *size, position), Vec::new())
            });
            std::iter::once(insert(keys::document(sha256, class, position), value)).chain(of_size)
        })
    }
}

impl View {
    /// The events that a reader of `class` may see and that name a document: of the first `size`
    /// records, at most [`NAMED_MAX`], the lowest class first.
    pub fn namings(
        &self,
        sha256: &Hash,
        class: Class,
        size: u64,
    ) -> Result<Vec<Naming>, ReadError> {
        let mut namings = Vec::new();
        for of in Class::ALL.into_iter().filter(|of| *of <= class) {
            let range = keys::documents(sha256, of.code(), 0..size.min(self.size()));
            let room = NAMED_MAX.saturating_sub(namings.len());
            for row in self.scan(Table::Document, &range, Direction::Forward, room)? {
                namings.extend(read(&row)?);
            }
        }
        Ok(namings)
    }

    /// An event that a reader of `class` may see and that gives a document just this size: the first of
    /// the lowest class, however many events give it others.
    pub fn naming_of_size(
        &self,
        sha256: &Hash,
        bytes: u64,
        class: Class,
    ) -> Result<Option<Naming>, ReadError> {
        for of in Class::ALL.into_iter().filter(|of| *of <= class) {
            let range = keys::documents_of_size(sha256, of.code(), bytes, 0..self.size());
            let found = self.scan(Table::Document, &range, Direction::Forward, 1)?;
            if let Some((key, _)) = found.first() {
                let (_, _, position) = keys::parse_document(key).ok_or(ReadError::Corrupt)?;
                return Ok(Some(Naming { position, class: of, size: bytes }));
            }
        }
        Ok(None)
    }

    /// What the event of a naming says of the document; `None` where its statement is not held.
    pub fn cited(&self, sha256: &Hash, naming: &Naming) -> Result<Option<Cited>, ReadError> {
        let Some(event) = self.event(naming.position)? else { return Ok(None) };
        let ruleset = self.ruleset_at(naming.position)?;
        let mut documents = rules::documents(&ruleset, &event).into_iter();
        let document =
            documents.find(|document| document.sha256 == *sha256 && document.size == naming.size);
        let document = document.ok_or(ReadError::Corrupt)?;
        Ok(Some(Cited { position: naming.position, subject: event.subject, document }))
    }

    /// Whether the rows of documents are complete: those of a directory that an older program made are
    /// written when it is next opened for writing.
    pub fn documents_are_indexed(&self) -> Result<bool, ReadError> {
        Ok(self.get(Table::Meta, INDEXED)?.as_deref() == Some(&[INDEX_VERSION]))
    }

    /// The document that comes after `after` in the order of digests, whoever names it.
    pub(crate) fn document_after(&self, after: Option<&Hash>) -> Result<Option<Hash>, ReadError> {
        let mut range = keys::all();
        if let Some(after) = after {
            let last = keys::document(after, u8::MAX, Position(u64::MAX));
            range.0 = std::ops::Bound::Excluded(last);
        }
        let found = self.scan(Table::Document, &range, Direction::Forward, 1)?;
        let digest = |(key, _): &Found| {
            keys::parse_document(key).map(|(sha256, ..)| sha256).ok_or(ReadError::Corrupt)
        };
        found.first().map(digest).transpose()
    }

    fn event(&self, position: Position) -> Result<Option<Event>, ReadError> {
        let Some(statement) = self.statement(position)? else { return Ok(None) };
        let jws = Jws::parse(statement, Typ::Event).map_err(|_| ReadError::Corrupt)?;
        Event::parse(jws.payload()).map(Some).map_err(|_| ReadError::Corrupt)
    }
}

/// Writes the rows of a ledger that has none yet: of a directory that an older program made, or of a
/// ledger that was opened just now. Begun anew where it was cut off.
pub(crate) fn build_index(
    view: &View,
    store: &dyn LedgerStore,
    lease: &Lease,
) -> Result<(), ReadError> {
    if view.documents_are_indexed()? {
        return Ok(());
    }
    let mut rows = Vec::new();
    let mut ruleset = view.ruleset_at(Position(0)).ok();
    for position in (0..view.size()).map(Position) {
        // What is damaged here an audit will find; it must not keep the ledger from opening.
        let Ok(Some(event)) = view.event(position) else { continue };
        let names = ruleset.as_ref().map(|ruleset| Names::of(ruleset, &event));
        rows.extend(names.iter().flat_map(|names| names.rows(position)));
        // An adoption, or the signature that completes one.
        if event.subject.starts_with("ledger/") {
            ruleset = view.ruleset_at(Position(position.0.saturating_add(1))).ok();
        }
        if rows.len() >= BUILD_ROWS {
            write(store, lease, std::mem::take(&mut rows))?;
        }
    }
    rows.push(Row::put(Table::Meta, INDEXED.to_vec(), vec![INDEX_VERSION]));
    Ok(write(store, lease, rows)?)
}

fn write(store: &dyn LedgerStore, lease: &Lease, mut rows: Vec<Row>) -> Result<(), StoreError> {
    for row in &mut rows {
        // Some may stand already, from a time that was cut off.
        row.write = crate::store::Write::Put;
    }
    store.append(lease, Batch { expect: lease.head, next: lease.head, rows }).map(drop)
}

/// What the row of an event says of one document.
fn read((key, value): &Found) -> Result<Vec<Naming>, ReadError> {
    let (_, class, position) = keys::parse_document(key).ok_or(ReadError::Corrupt)?;
    let class = Class::of_code(class).ok_or(ReadError::Corrupt)?;
    let (sizes, rest) = value.as_chunks::<8>();
    if sizes.is_empty() || !rest.is_empty() {
        return Err(ReadError::Corrupt);
    }
    let naming = |size: &[u8; 8]| Naming { position, class, size: u64::from_be_bytes(*size) };
    Ok(sizes.iter().map(naming).collect())
}
