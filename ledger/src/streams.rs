//! One stream as of a position: the state it is in, the events that touched it, what it was before, and
//! which acts the rules would accept next.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use crate::event::is_stream;
use crate::log::{Micros, Position};
use crate::rules::{
    Asker, Class, Facts, NextActs, Question, RuleSet, SUCCESSIONS_MAX, Situation, Thing,
    could_be_above, is_subject, next, next_reads,
};
use crate::state::decoded;
use crate::store::{Direction, Table, keys};
use crate::view::{EntryPage, ReadError, View};

/// The versions of one thing, oldest first.
#[derive(Debug, Clone)]
pub struct VersionPage {
    /// Each as the event at its position left it.
    pub versions: Vec<Thing>,
    /// The position after which the next page begins; `None` at the end.
    pub next: Option<Position>,
}

/// What is known of a stream when it is asked which acts may come next.
#[derive(Debug)]
pub struct Prospect {
    /// The stream's thing; none where no event has touched it.
    pub thing: Option<Thing>,
    /// The rule set that decides the next event.
    pub ruleset: Arc<RuleSet>,
    /// Is the signer whom the asker names enrolled, with a certificate that counts? None where he names
    /// nobody.
    pub is_enrolled: Option<bool>,
    subject: String,
    origin: String,
    asker: Asker,
    facts: Facts,
    hidden: BTreeSet<String>,
    position: Position,
    recorded_at: Micros,
}

impl View {
    /// The thing of a stream after the record at `as_of`.
    pub fn stream(&self, subject: &str, as_of: Position) -> Result<Option<Thing>, ReadError> {
        if !is_stream(subject) {
            return Ok(None);
        }
        self.thing(subject, as_of.0.saturating_add(1))
    }

    /// The first `limit` events that touched a stream at these positions: those about it, and those about
    /// another that changed it.
    pub fn touching(
        &self,
        subject: &str,
        within: Range<u64>,
        limit: usize,
    ) -> Result<EntryPage, ReadError> {
        let mut page =
            EntryPage { entries: Vec::new(), not_held: Vec::new(), next: None, examined: 0 };
        let found = self.versions_of(subject, within, limit)?;
        for (position, _) in found.rows {
            page.examined += 1;
            match self.entry(position)? {
                Some(entry) => page.entries.push(entry),
                None => page.not_held.push(self.record(position)?.ok_or(ReadError::Corrupt)?),
            }
        }
        page.next = found.next;
        Ok(page)
    }

    /// The first `limit` versions of a thing that were written at these positions.
    pub fn versions(
        &self,
        subject: &str,
        within: Range<u64>,
        limit: usize,
    ) -> Result<VersionPage, ReadError> {
        let found = self.versions_of(subject, within, limit)?;
        let thing = |(_, value): (Position, Vec<u8>)| {
            decoded(Table::Version, Some(&value))?.ok_or(ReadError::Corrupt)
        };
        let versions = found.rows.into_iter().map(thing).collect::<Result<_, _>>()?;
        Ok(VersionPage { versions, next: found.next })
    }

    /// What the rules may be asked about the stream after the record at `as_of`, for an event recorded at
    /// `recorded_at`. `None` where no row is about such a stream, and where its thing is above `class_max`
    /// or could be, so that the answer does not tell whether it is there.
    pub fn prospect(
        &self,
        subject: &str,
        asker: Asker,
        as_of: Position,
        recorded_at: Micros,
        class_max: Class,
    ) -> Result<Option<Prospect>, ReadError> {
        let position = Position(as_of.0.saturating_add(1));
        let ruleset = self.ruleset_at(position)?;
        let thing = self.stream(subject, as_of)?;
        let is_open = match &thing {
            Some(thing) => thing.class <= class_max,
            None => is_subject(&ruleset, subject) && !could_be_above(&ruleset, subject, class_max),
        };
        if !is_open {
            return Ok(None);
        }
        let question = Question { subject, origin: self.origin(), asker: &asker };
        let mut facts = Facts::new();
        let mut hidden = BTreeSet::new();
        // The first round names the asker's enrolment, the second what follows from his agency, the third to
        // which agencies the offices belong; who stands in the place of an agency that ended takes one for each succession.
        for _ in 0..3 + SUCCESSIONS_MAX {
            let known = facts.len();
            for key in next_reads(&ruleset, question, &facts) {
                if facts.contains_key(&key) || hidden.contains(&key) {
                    continue;
                }
                match self.thing(&key, position.0)? {
                    Some(thing) if thing.class <= class_max => drop(facts.insert(key, thing)),
                    Some(_) => drop(hidden.insert(key)),
                    None => {}
                }
            }
            if facts.len() == known {
                break;
            }
        }
        let enrolled = |person: &String| {
            facts.get(&format!("signer/{person}")).is_some_and(|signer| signer.state == "active")
        };
        Ok(Some(Prospect {
            thing,
            is_enrolled: asker.person.as_ref().map(enrolled),
            ruleset,
            subject: subject.to_owned(),
            origin: self.origin().to_owned(),
            asker,
            facts,
            hidden,
            position,
            recorded_at,
        }))
    }

    fn versions_of(
        &self,
        subject: &str,
        within: Range<u64>,
        limit: usize,
    ) -> Result<Found, ReadError> {
        let within = within.start..within.end.min(self.size());
        if within.is_empty() {
            return Ok(Found { rows: Vec::new(), next: None });
        }
        let range = keys::versions(subject, within);
        let more = limit.saturating_add(1);
        let mut found = self.scan(Table::Version, &range, Direction::Forward, more)?;
        let is_cut = found.len() > limit;
        found.truncate(limit);
        let row = |(key, value): (Vec<u8>, Vec<u8>)| {
            let position = keys::parse_version(&key).map(|(_, position)| position);
            Ok((position.ok_or(ReadError::Corrupt)?, value))
        };
        let rows = found.into_iter().map(row).collect::<Result<Vec<_>, ReadError>>()?;
        let next = rows.last().map(|(position, _)| *position).filter(|_| is_cut);
        Ok(Found { rows, next })
    }
}

impl Prospect {
    /// The highest class of what the answer rests on.
    pub fn class(&self) -> Class {
        self.facts.values().map(|thing| thing.class).max().unwrap_or_default()
    }

    /// The acts that the rules would accept next, and those that they would not.
    pub fn acts(&self) -> NextActs<'_> {
        let question =
            Question { subject: &self.subject, origin: &self.origin, asker: &self.asker };
        let situation = Situation {
            facts: &self.facts,
            hidden: &self.hidden,
            position: self.position,
            recorded_at: self.recorded_at,
        };
        next(&self.ruleset, question, situation)
    }
}

/// Version rows as they are stored.
struct Found {
    rows: Vec<(Position, Vec<u8>)>,
    next: Option<Position>,
}
