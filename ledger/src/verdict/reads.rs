//! The rows that one decision reads: noted while it is made, and given again when it is made anew.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::log::Position;
use crate::rules::Thing;
use crate::state::{Found, State, Wanted, read_newest, read_statement, read_version};
use crate::store::codec::IdRow;
use crate::store::{Corruption, StoreError};
use crate::view::View;

/// Rows by what was asked for; `None` where there was nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reads {
    /// Where earlier events stand, by source, 0x00, id.
    pub ids: BTreeMap<Vec<u8>, Option<IdRow>>,
    /// Things, by key.
    pub things: BTreeMap<String, Option<Thing>>,
    /// Earlier versions of things, by key and the position before which.
    pub versions: BTreeMap<(String, u64), Option<Thing>>,
    /// Where those were written.
    pub newest: BTreeMap<(String, u64), Option<Position>>,
    /// Earlier statements, by position.
    pub statements: BTreeMap<u64, Option<Vec<u8>>>,
}

/// The state of a view before a position, and what is read of it.
pub(super) struct Noted<'a> {
    view: &'a View,
    size: u64,
    reads: RefCell<Reads>,
}

impl<'a> Noted<'a> {
    pub(super) fn before(view: &'a View, position: Position) -> Self {
        Self { view, size: position.0, reads: RefCell::default() }
    }

    pub(super) fn into_reads(self) -> Reads {
        self.reads.into_inner()
    }
}

impl State for Noted<'_> {
    fn fetch(&self, wanted: &Wanted) -> Result<Found, StoreError> {
        let ids = self.view.id_rows(&wanted.ids, self.size)?;
        let thing = |subject: &String| {
            let found = self.view.thing(subject, self.size);
            found.map_err(|_| Corruption::Engine("history".to_owned()).into())
        };
        let things = wanted.things.iter().map(thing).collect::<Result<Vec<_>, StoreError>>()?;
        let mut reads = self.reads.borrow_mut();
        reads.ids.extend(wanted.ids.iter().cloned().zip(ids.iter().copied()));
        reads.things.extend(wanted.things.iter().cloned().zip(things.iter().cloned()));
        Ok(Found { ids, things })
    }

    fn statement(&self, position: Position) -> Result<Option<Vec<u8>>, StoreError> {
        let found = read_statement(&*self.view.store, self.view.identity.number, position)?;
        self.reads.borrow_mut().statements.insert(position.0, found.clone());
        Ok(found)
    }

    fn version(&self, subject: &str, before: Position) -> Result<Option<Thing>, StoreError> {
        let below = Position(before.0.min(self.size));
        let found = read_version(&*self.view.store, self.view.identity.number, subject, below)?;
        self.reads.borrow_mut().versions.insert((subject.to_owned(), before.0), found.clone());
        Ok(found)
    }

    fn newest(&self, subject: &str, before: Position) -> Result<Option<Position>, StoreError> {
        let below = Position(before.0.min(self.size));
        let found = read_newest(&*self.view.store, self.view.identity.number, subject, below)?;
        self.reads.borrow_mut().newest.insert((subject.to_owned(), before.0), found);
        Ok(found)
    }
}

impl State for Reads {
    fn fetch(&self, wanted: &Wanted) -> Result<Found, StoreError> {
        let id = |key: &Vec<u8>| self.ids.get(key).copied().ok_or_else(not_noted);
        let thing = |key: &String| self.things.get(key).cloned().ok_or_else(not_noted);
        Ok(Found {
            ids: wanted.ids.iter().map(id).collect::<Result<_, _>>()?,
            things: wanted.things.iter().map(thing).collect::<Result<_, _>>()?,
        })
    }

    fn statement(&self, position: Position) -> Result<Option<Vec<u8>>, StoreError> {
        self.statements.get(&position.0).cloned().ok_or_else(not_noted)
    }

    fn version(&self, subject: &str, before: Position) -> Result<Option<Thing>, StoreError> {
        let found = self.versions.get(&(subject.to_owned(), before.0));
        found.cloned().ok_or_else(not_noted)
    }

    fn newest(&self, subject: &str, before: Position) -> Result<Option<Position>, StoreError> {
        self.newest.get(&(subject.to_owned(), before.0)).copied().ok_or_else(not_noted)
    }
}

/// Nobody asked for it when the evidence was gathered: it was made for another decision.
fn not_noted() -> StoreError {
    Corruption::Engine("a row that is not in the evidence".to_owned()).into()
}
