//! Earlier events for a decision that speaks of one: of this group, or of the state under it.

use std::collections::HashMap;
use std::sync::Arc;

use jejak_signer::{Hash, Jws, Typ};

use super::{Draft, signatory};
use crate::event::Event;
use crate::log::Position;
use crate::rules::{Archive, Citation, Facts, Recorded, Thing, reads_further};
use crate::state::{State, certificate_subject};
use crate::store::codec;
use crate::store::{Cause, Corruption, Row, StoreError, keys};

impl<S: State> Archive for Draft<'_, S> {
    type Error = StoreError;

    fn facts(&mut self, keys: &[String]) -> Result<Facts, StoreError> {
        let mut facts = self.state.facts(keys)?;
        let mut further = reads_further(&facts);
        further.retain(|key| !facts.contains_key(key));
        facts.extend(self.state.facts(&further)?);
        Ok(facts)
    }

    fn find(&mut self, citation: &Citation) -> Result<Option<Position>, StoreError> {
        let row = self.state.id(&keys::id(&citation.source, &citation.id))?;
        Ok(row.filter(|row| row.event_key == citation.key).map(|row| row.position))
    }

    fn recorded(&mut self, position: Position) -> Result<Option<Arc<Recorded>>, StoreError> {
        if let Some(known) = self.recalled.get(position) {
            return Ok(Some(known));
        }
        let Some(statement) = self.statement(position)? else { return Ok(None) };
        let bytes = statement.len();
        // A group that is rehearsed holds trials.
        let parsed = Jws::parse(statement.clone(), Typ::Event);
        let jws = parsed.or_else(|_| Jws::parse(statement, Typ::Trial));
        let jws = jws.map_err(|error| unreadable(&error))?;
        let event = Event::parse(jws.payload()).map_err(|error| unreadable(&error))?;
        let certificate = jws.header().thumbprint;
        let holder = self.state.thing(&certificate_subject(&certificate))?;
        let signatory = holder.and_then(|holder| signatory(holder, certificate));
        let signatory = signatory.ok_or_else(|| unreadable(&"a signer who is not enrolled"))?;
        let hash = self.ruleset_at(position, &format!("ledger/{}", event.region()))?;
        let rules = hash.map(|hash| self.held.ruleset(&hash)).transpose()?.flatten();
        let rules = rules.ok_or_else(|| unreadable(&"a rule set that is not held"))?;
        let event = rules.lift(&event).into_owned();
        let recorded = Arc::new(Recorded { position, event, signatory, rules, bytes });
        self.recalled.keep(Arc::clone(&recorded));
        Ok(Some(recorded))
    }

    fn newest(&mut self, key: &str, before: Position) -> Result<Option<Position>, StoreError> {
        match self.own_version(key, before) {
            Some((at, _)) => Ok(Some(at)),
            None => self.state.newest(key, before),
        }
    }

    fn version(&mut self, key: &str, before: Position) -> Result<Option<Thing>, StoreError> {
        match self.own_version(key, before) {
            Some((_, row)) => Ok(Some(codec::decode(&row.value).map_err(Cause::from)?)),
            None => self.state.version(key, before),
        }
    }
}

impl<S: State> Draft<'_, S> {
    /// The newest version of a thing that this group has written before a position.
    fn own_version(&self, key: &str, before: Position) -> Option<(Position, &Row)> {
        let versions = self.versions.get(key)?;
        let older = versions.partition_point(|(at, _)| *at < before);
        let (at, row) = versions.get(older.checked_sub(1)?)?;
        Some((*at, self.rows.get(*row)?))
    }

    /// The rule set that decided the event at a position.
    fn ruleset_at(&mut self, position: Position, ledger: &str) -> Result<Option<Hash>, StoreError> {
        let opened = Position(position.0.max(1));
        let Some(at) = self.newest(ledger, opened)? else { return Ok(None) };
        if let Some((known, hash)) = self.ruled
            && known == at
        {
            return Ok(Some(hash));
        }
        let ledger = self.version(ledger, opened)?;
        let hash = ledger.and_then(|ledger| ledger.text("ruleset")?.parse().ok());
        self.ruled = hash.map(|hash| (at, hash));
        Ok(hash)
    }

    fn statement(&self, position: Position) -> Result<Option<Vec<u8>>, StoreError> {
        let own = self.statements.get(&position).and_then(|row| self.rows.get(*row));
        match own {
            Some(row) => {
                let statement = codec::unframe_statement(&row.value).map_err(Cause::from)?;
                Ok(Some(statement.to_vec()))
            }
            None => self.state.statement(position),
        }
    }
}

/// The earlier events that this group has looked at: the next act about the same ones reads none of them again.
#[derive(Default)]
pub(super) struct Recalled {
    events: HashMap<Position, Arc<Recorded>>,
    bytes: usize,
}

impl Recalled {
    fn get(&self, position: Position) -> Option<Arc<Recorded>> {
        self.events.get(&position).cloned()
    }

    fn keep(&mut self, recorded: Arc<Recorded>) {
        if self.bytes.saturating_add(recorded.bytes) > RECALLED_BYTES_MAX {
            self.events.clear();
            self.bytes = 0;
        }
        self.bytes = self.bytes.saturating_add(recorded.bytes);
        self.events.insert(recorded.position, recorded);
    }
}

/// Most bytes of statements that a group keeps so: what one act may look at, twice.
const RECALLED_BYTES_MAX: usize = 8 << 20;

/// What was recorded once is not what it must be: an audit tells where.
fn unreadable(error: &dyn ToString) -> StoreError {
    Corruption::Engine(error.to_string()).into()
}
