//! Earlier events for a decision that speaks of one: of this group, or of the state under it.

use std::sync::Arc;

use jejak_signer::{Jws, Typ};

use super::{Draft, signatory};
use crate::event::Event;
use crate::log::Position;
use crate::rules::{Archive, Citation, Recorded, Thing};
use crate::state::{State, certificate_subject};
use crate::store::codec;
use crate::store::{Cause, Corruption, StoreError, Table, keys};

impl<S: State> Archive for Draft<'_, S> {
    type Error = StoreError;

    fn find(&mut self, citation: &Citation) -> Result<Option<Position>, StoreError> {
        let row = self.state.id(&keys::id(&citation.source, &citation.id))?;
        Ok(row.filter(|row| row.event_key == citation.key).map(|row| row.position))
    }

    fn recorded(&mut self, position: Position) -> Result<Option<Arc<Recorded>>, StoreError> {
        let Some(statement) = self.statement(position)? else { return Ok(None) };
        // A group that is rehearsed holds trials.
        let parsed = Jws::parse(statement.clone(), Typ::Event);
        let jws = parsed.or_else(|_| Jws::parse(statement, Typ::Trial));
        let jws = jws.map_err(|error| unreadable(&error))?;
        let event = Event::parse(jws.payload()).map_err(|error| unreadable(&error))?;
        let certificate = jws.header().thumbprint;
        let holder = self.state.thing(&certificate_subject(&certificate))?;
        let signatory = holder.and_then(|holder| signatory(holder, certificate));
        let signatory = signatory.ok_or_else(|| unreadable(&"a signer who is not enrolled"))?;
        let ledger = format!("ledger/{}", event.region());
        let opened = Position(position.0.max(1));
        let hash = self
            .version(&ledger, opened)?
            .and_then(|(_, ledger)| ledger.text("ruleset").and_then(|hash| hash.parse().ok()));
        let rules = hash.map(|hash| self.held.ruleset(&hash)).transpose()?.flatten();
        let rules = rules.ok_or_else(|| unreadable(&"a rule set that is not held"))?;
        let event = rules.lift(&event).into_owned();
        Ok(Some(Arc::new(Recorded { position, event, signatory, rules })))
    }

    fn version(
        &mut self,
        key: &str,
        before: Position,
    ) -> Result<Option<(Position, Thing)>, StoreError> {
        let own = |row: &crate::store::Row| {
            let (subject, at) = keys::parse_version(&row.key)?;
            (row.table == Table::Version && subject == key && at < before).then_some(at)
        };
        // Rows stand in the order of positions.
        let of_group = self.rows.iter().rev().find_map(|row| Some((own(row)?, &row.value)));
        if let Some((at, value)) = of_group {
            let thing = codec::decode(value).map_err(Cause::from)?;
            return Ok(Some((at, thing)));
        }
        self.state.version(key, before)
    }
}

impl<S: State> Draft<'_, S> {
    fn statement(&self, position: Position) -> Result<Option<Vec<u8>>, StoreError> {
        let key = keys::statement(position);
        let own = |row: &&crate::store::Row| row.table == Table::Statement && row.key == key;
        match self.rows.iter().find(own) {
            Some(row) => {
                let statement = codec::unframe_statement(&row.value).map_err(Cause::from)?;
                Ok(Some(statement.to_vec()))
            }
            None => self.state.statement(position),
        }
    }
}

/// What was recorded once is not what it must be: an audit tells where.
fn unreadable(error: &dyn ToString) -> StoreError {
    Corruption::Engine(error.to_string()).into()
}
