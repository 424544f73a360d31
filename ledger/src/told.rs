//! What rows and streams are told with beside what is kept of them: the words of rules, the keys by which acts that wait are
//! countersigned, and whether what made a row was accepted while news of revocations was awaited.

use std::ops::Range;
use std::sync::Arc;

use jejak_signer::{Jws, StaleRevocation, Typ};
use serde_json::{Map, Value};

use crate::log::Position;
use crate::registers::{REVOCATION_PENDING, tell};
use crate::rules::{PENDING, RuleSet, Thing};
use crate::view::{ReadError, View};

/// Tells things as they stood after a record.
pub struct Teller<'v> {
    view: &'v View,
    rules: Arc<RuleSet>,
    /// The positions whose events may have been accepted while news was awaited, as the policies of their time say.
    lets_wait: Vec<Range<u64>>,
}

impl View {
    /// Who tells things as they stood after the record at `as_of`.
    pub fn teller(&self, as_of: Position) -> Result<Teller<'_>, ReadError> {
        let policies = self.trust_policies(as_of)?;
        let ends = policies.iter().skip(1).map(|next| next.position.0.saturating_add(1));
        let ends = ends.chain([u64::MAX]);
        let mut lets_wait = Vec::new();
        for (policy, end) in policies.iter().zip(ends) {
            let Some(hash) = policy.hash else { continue };
            let policy_file = self.held.policy(&hash)?.ok_or(ReadError::Corrupt)?;
            if policy_file.revocation().stale == StaleRevocation::Pending {
                lets_wait.push(policy.position.0.saturating_add(1)..end);
            }
        }
        Ok(Teller { view: self, rules: self.ruleset_after(as_of)?, lets_wait })
    }
}

impl Teller<'_> {
    /// The rule set of that moment.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// Adds to marks, or to a row with them, what they say in words, and to each act that waits its `key`: what a
    /// countersignature names it by.
    pub fn marks(&self, marks: &mut Map<String, Value>) -> Result<(), ReadError> {
        tell(marks, &self.rules);
        for mark in marks.get_mut(PENDING).and_then(Value::as_array_mut).into_iter().flatten() {
            let Some(mark) = mark.as_object_mut() else { continue };
            let position = mark.get("position").and_then(Value::as_u64).map(Position);
            // One whose statement is gone is countersigned by nobody.
            let Some(position) = position else { continue };
            if let Some(statement) = self.view.statement(position)? {
                let jws = Jws::parse(statement, Typ::Event).map_err(|_| ReadError::Corrupt)?;
                mark.insert("key".to_owned(), jws.event_key().to_string().into());
            }
        }
        Ok(())
    }

    /// The same for a row, or the marks of its version: it also says of the event that made it what it is whether that was
    /// accepted while news of revocations was awaited.
    pub fn row(&self, row: &mut Map<String, Value>, thing: &Thing) -> Result<(), ReadError> {
        self.marks(row)?;
        if self.was_pending(thing.position)? {
            row.insert(REVOCATION_PENDING.to_owned(), true.into());
        }
        Ok(())
    }

    fn was_pending(&self, position: Position) -> Result<bool, ReadError> {
        if !self.lets_wait.iter().any(|within| within.contains(&position.0)) {
            return Ok(false);
        }
        let entry = self.view.entry(position)?;
        entry.map_or(Ok(false), |entry| self.view.was_pending(&entry))
    }
}
