//! The events of a log as a view shows them, with what the ledger knows of each.

use std::ops::Range;

use jejak_signer::{Hash, Jws, Typ};

use super::{ReadError, View};
use crate::draft::signatory;
use crate::event::Event;
use crate::filter::EntryFilter;
use crate::log::{Micros, Position, Record};
use crate::rules::{Class, IMPORTED, Signatory, citation};
use crate::state::certificate_subject;
use crate::store::{Direction, Table, keys};

/// One event with what the ledger knows of it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The record that commits to the statement.
    pub record: Record,
    /// Who may read it.
    pub class: Class,
    /// The event.
    pub event: Event,
    /// The event as it was signed: JSON.
    pub payload: Vec<u8>,
    /// Who signed it.
    pub signatory: Signatory,
    /// What later events name it by: SHA-256 of the signing input.
    pub event_key: Hash,
}

/// A page of entries.
#[derive(Debug, Clone)]
pub struct EntryPage {
    /// The entries, by position.
    pub entries: Vec<Entry>,
    /// Records among them whose statements are not held: lawfully removed, or lost. No filter finds them.
    pub not_held: Vec<Record>,
    /// The position after which the next page begins; `None` at the end.
    pub next: Option<Position>,
    /// How many entries were looked at.
    pub examined: usize,
}

impl View {
    /// The event at `position` with its record and its signatory.
    pub fn entry(&self, position: Position) -> Result<Option<Entry>, ReadError> {
        let (Some(record), Some(statement)) = (self.record(position)?, self.statement(position)?)
        else {
            return Ok(None);
        };
        let jws = Jws::parse(statement, Typ::Event).map_err(|_| ReadError::Corrupt)?;
        let event = Event::parse(jws.payload()).map_err(|_| ReadError::Corrupt)?;
        let certificate = jws.header().thumbprint;
        let thing = self.thing(&certificate_subject(&certificate), self.size())?;
        let signatory =
            thing.and_then(|thing| signatory(&thing, certificate)).ok_or(ReadError::Corrupt)?;
        let class = self.class(&event, position)?;
        let (payload, event_key) = (jws.payload().to_vec(), jws.event_key());
        Ok(Some(Entry { record, class, event, payload, signatory, event_key }))
    }

    /// Up to `limit` entries after `after`, of at most `examined_max` that are looked at.
    pub fn entries(
        &self,
        filter: &EntryFilter,
        after: Option<Position>,
        limit: usize,
        examined_max: usize,
    ) -> Result<EntryPage, ReadError> {
        let mut page =
            EntryPage { entries: Vec::new(), not_held: Vec::new(), next: None, examined: 0 };
        let within = self.stretch(filter);
        let mut last = after;
        for _ in 0..examined_max {
            let Some(position) = self.following(filter, &within, last)? else { return Ok(page) };
            let record = self.record(position)?.ok_or(ReadError::Corrupt)?;
            last = Some(position);
            page.examined += 1;
            match self.entry(position)? {
                Some(entry) if filter.admits(&entry) => page.entries.push(entry),
                None if filter.is_open() => page.not_held.push(record),
                Some(_) | None => {}
            }
            if page.entries.len() + page.not_held.len() == limit {
                break;
            }
        }
        page.next = last.filter(|last| last.0.saturating_add(1) < within.end);
        Ok(page)
    }

    /// The positions recorded at `from` or later and at `to` or earlier: two seeks, for time never
    /// runs back in a ledger.
    pub fn recorded_within(
        &self,
        from: Option<Micros>,
        to: Option<Micros>,
    ) -> Result<Range<u64>, ReadError> {
        let before = |time: Micros| {
            let last = self.last_not_after(time)?;
            Ok::<_, ReadError>(last.map_or(0, |last| last.0.saturating_add(1)))
        };
        let start = match from.and_then(|from| from.0.checked_sub(1)) {
            Some(earlier) => before(Micros(earlier))?,
            None => 0,
        };
        let end = to.map_or(Ok(self.size()), before)?;
        Ok(start..end)
    }

    /// The positions that a filter speaks of, as far as this view has them.
    fn stretch(&self, filter: &EntryFilter) -> Range<u64> {
        let within = filter.within.clone().unwrap_or(0..self.size());
        within.start..within.end.min(self.size())
    }

    /// The next position of `within` that may satisfy the filter.
    fn following(
        &self,
        filter: &EntryFilter,
        within: &Range<u64>,
        after: Option<Position>,
    ) -> Result<Option<Position>, ReadError> {
        let first = after.map_or(0, |after| after.0.saturating_add(1)).max(within.start);
        if first >= within.end {
            return Ok(None);
        }
        let Some(subject) = &filter.subject else { return Ok(Some(Position(first))) };
        let range = keys::versions(subject, first..within.end);
        let found = self.scan(Table::Version, &range, Direction::Forward, 1)?;
        let Some((key, _)) = found.into_iter().next() else { return Ok(None) };
        keys::parse_version(&key).map(|(_, at)| Some(at)).ok_or(ReadError::Corrupt)
    }

    /// The class of the event under the rule set that decided it.
    fn class(&self, event: &Event, position: Position) -> Result<Class, ReadError> {
        let ruleset = self.ruleset_at(position)?;
        // What speaks of an earlier event is of the class of that one.
        let Some(cited) = citation(&ruleset, event) else { return Ok(ruleset.class_of(event)) };
        let id = keys::id(&cited.source, &cited.id);
        let found = self.id_rows(&[id], position.0)?.into_iter().next().flatten();
        let Some(found) = found else { return Ok(Class::Restricted) };
        let Some(statement) = self.statement(found.position)? else { return Ok(Class::Restricted) };
        let jws = Jws::parse(statement, Typ::Event).map_err(|_| ReadError::Corrupt)?;
        let cited = Event::parse(jws.payload()).map_err(|_| ReadError::Corrupt)?;
        // A correction that is signed or voided while it waits speaks of an earlier one itself.
        self.class(&cited, found.position)
    }

    /// The event of an entry in the newest version of its type's schema that the rules in force know, with that
    /// version. One without `dataschema` is of the version that was the newest when it was decided.
    pub fn lifted(&self, entry: &Entry) -> Result<Event, ReadError> {
        let mut event = entry.event.clone();
        if event.dataschema.is_none() || event.kind == IMPORTED {
            let then = self.ruleset_at(entry.record.position)?;
            // What was brought in from before the ledger is shown as the act that it is.
            if event.kind == IMPORTED {
                event = then.lift(&event).into_owned();
            }
            event.dataschema = then.row_of(&event).map(|act| act.schema_version);
        }
        Ok(self.ruleset().lift(&event).into_owned())
    }
}
