//! What rows and streams are told with beside what is kept of them: the words of rules, the keys by which acts that wait are
//! countersigned, and whether what made a row was accepted while news of revocations was awaited.

use std::ops::Range;
use std::sync::Arc;

use jejak_signer::{Jws, StaleRevocation, Typ};
use serde_json::{Map, Value, json};

use crate::log::{Micros, Position};
use crate::registers::{LAPSED, REVOCATION_PENDING, tell};
use crate::rules::{
    Facts, Field, PENDING, RuleSet, SUCCESSIONS_MAX, Text, Thing, Waiting, missing_agencies,
};
use crate::state::signer_subject;
use crate::view::{ReadError, View};

/// Tells things as they stood after a record.
pub struct Teller<'v> {
    view: &'v View,
    rules: Arc<RuleSet>,
    as_of: Position,
    /// When it is asked.
    at: Micros,
    /// The positions whose events may have been accepted while news was awaited, as the policies of their time say.
    lets_wait: Vec<Range<u64>>,
}

impl View {
    /// Who tells things as they stood after the record at `as_of`, asked when it was recorded.
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
        let at = self.record(as_of)?.map_or(Micros(0), |record| record.recorded_at);
        Ok(Teller { view: self, rules: self.ruleset_after(as_of)?, as_of, at, lets_wait })
    }
}

impl Teller<'_> {
    /// The rule set of that moment.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// The same, asked at another time: time goes on without an event.
    #[must_use]
    pub fn asked_at(self, at: Micros) -> Self {
        Self { at, ..self }
    }

    /// Of the acts that wait in a stream those that can be signed no more stand under `lapsed`, each with the reason.
    pub fn waiting(&self, subject: &str, marks: &mut Map<String, Value>) -> Result<(), ReadError> {
        let Some(Value::Array(all)) = marks.remove(PENDING) else { return Ok(()) };
        let (mut pending, mut lapsed) = (Vec::new(), Vec::new());
        for mut mark in all {
            match self.lapsed(subject, &mark)? {
                None => pending.push(mark),
                Some(why) => {
                    if let Some(mark) = mark.as_object_mut() {
                        mark.insert("why".to_owned(), json!(why));
                    }
                    lapsed.push(mark);
                }
            }
        }
        for (name, list) in [(PENDING, pending), (LAPSED, lapsed)] {
            if !list.is_empty() {
                marks.insert(name.to_owned(), list.into());
            }
        }
        Ok(())
    }

    /// Why the act of a mark waits no more.
    fn lapsed(&self, subject: &str, mark: &Value) -> Result<Option<Text>, ReadError> {
        let Some(Field::Map(entry)) = Field::from_json(mark) else { return Ok(None) };
        let size = self.as_of.0.saturating_add(1);
        let ledger = self.view.thing(&format!("ledger/{}", self.view.region()), size)?;
        let signer = match entry.get("by").and_then(Field::as_text) {
            Some(by) => self.view.thing(&signer_subject(by), size)?,
            None => None,
        };
        let agencies = match entry.get("agency").and_then(Field::as_text) {
            Some(agency) if !entry.contains_key("until") => self.in_place_of(agency, size)?,
            _ => Facts::new(),
        };
        let waiting = Waiting {
            rules: &self.rules,
            subject,
            ledger: ledger.as_ref(),
            signer: signer.as_ref(),
            agencies: &agencies,
            now_s: i64::try_from(self.at.0 / 1_000_000).unwrap_or(i64::MAX),
        };
        Ok(waiting.lapsed(&entry).map(|why| why.text()))
    }

    /// The agency and, where it has ended, those that stand in its place.
    fn in_place_of(&self, agency: &str, size: u64) -> Result<Facts, ReadError> {
        let mut agencies = Facts::new();
        for _ in 0..SUCCESSIONS_MAX {
            let known = agencies.len();
            for key in missing_agencies(&agencies, agency) {
                agencies.extend(self.view.thing(&key, size)?.map(|thing| (key, thing)));
            }
            if agencies.len() == known {
                break;
            }
        }
        Ok(agencies)
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
