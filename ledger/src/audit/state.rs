//! The state before a position, read from the history rows that the walk has compared already.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};

use crate::log::Position;
use crate::rules::Thing;
use crate::state::{Found, State, Wanted, read_newest, read_statement, read_version};
use crate::store::{Corruption, StoreError};
use crate::view::View;

/// Things kept between runs; the cache starts anew when it is full.
const CACHE_MAX: usize = 65_536;

pub(super) struct Audited<'a> {
    view: &'a View,
    size: Cell<u64>,
    cache: RefCell<HashMap<String, Option<Thing>>>,
}

impl<'a> Audited<'a> {
    pub(super) fn new(view: &'a View) -> Self {
        Self { view, size: Cell::new(0), cache: RefCell::default() }
    }

    pub(super) fn begin_at(&self, position: Position) {
        self.size.set(position.0);
    }

    pub(super) fn began_at(&self) -> Position {
        Position(self.size.get())
    }

    /// What a run has derived is the state that the next one begins with.
    pub(super) fn keep(&self, changed: BTreeMap<String, Thing>) {
        let mut cache = self.cache.borrow_mut();
        if cache.len() > CACHE_MAX {
            cache.clear();
        }
        cache.extend(changed.into_iter().map(|(subject, thing)| (subject, Some(thing))));
    }

    pub(super) fn forget(&self) {
        self.cache.borrow_mut().clear();
    }
}

impl State for Audited<'_> {
    fn fetch(&self, wanted: &Wanted) -> Result<Found, StoreError> {
        // Rows of this position and later ones did not stand yet.
        let ids = self.view.id_rows(&wanted.ids, self.size.get())?;
        let mut things = Vec::with_capacity(wanted.things.len());
        for subject in &wanted.things {
            if let Some(known) = self.cache.borrow().get(subject) {
                things.push(known.clone());
                continue;
            }
            let found = self.view.thing(subject, self.size.get());
            let found = found.map_err(|_| Corruption::Engine("history".to_owned()))?;
            self.cache.borrow_mut().insert(subject.clone(), found.clone());
            things.push(found);
        }
        Ok(Found { ids, things })
    }

    fn statement(&self, position: Position) -> Result<Option<Vec<u8>>, StoreError> {
        read_statement(&*self.view.store, self.view.identity.number, position)
    }

    fn version(&self, subject: &str, before: Position) -> Result<Option<Thing>, StoreError> {
        let before = Position(before.0.min(self.size.get()));
        read_version(&*self.view.store, self.view.identity.number, subject, before)
    }

    fn newest(&self, subject: &str, before: Position) -> Result<Option<Position>, StoreError> {
        let before = Position(before.0.min(self.size.get()));
        read_newest(&*self.view.store, self.view.identity.number, subject, before)
    }
}
