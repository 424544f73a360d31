//! What a region in memory holds besides its present state.

use std::convert::Infallible;
use std::sync::Arc;

use jejak_signer::Hash;

use crate::event::Event;
use crate::log::Position;
use crate::rules::past::{Archive, Citation, Recorded};
use crate::rules::{Facts, RuleSet, Signatory, Thing, reads_further};

/// The events so far, and what each made of its things.
#[derive(Clone, Default)]
pub(crate) struct Memory {
    /// In the order in which they were recorded.
    pub(crate) events: Vec<Arc<Recorded>>,
    versions: Vec<(String, Position, Thing)>,
}

impl Memory {
    pub(crate) fn remember(
        &mut self,
        position: Position,
        rules: &Arc<RuleSet>,
        event: &Event,
        signatory: Signatory,
        changes: &[(String, Thing)],
    ) {
        let (event, rules) = (rules.lift(event).into_owned(), Arc::clone(rules));
        let bytes = event.data.values().map(|value| value.to_string().len()).sum();
        self.events.push(Arc::new(Recorded { position, event, signatory, rules, bytes }));
        let versions = changes.iter().map(|(key, thing)| (key.clone(), position, thing.clone()));
        self.versions.extend(versions);
    }

    /// What acts that speak of earlier events look into, beside the things as they are.
    pub(crate) fn beside<'a>(&'a self, facts: &'a Facts) -> impl Archive<Error = Infallible> {
        Library { facts, past: self }
    }
}

/// No bytes are signed here: the id stands for them.
pub(crate) fn event_key(id: &str) -> Hash {
    Hash::of(id.as_bytes())
}

struct Library<'a> {
    facts: &'a Facts,
    past: &'a Memory,
}

impl Library<'_> {
    fn newest_version(&self, key: &str, before: Position) -> Option<&(String, Position, Thing)> {
        let is_it = |(own, at, _): &&(String, Position, Thing)| own == key && *at < before;
        self.past.versions.iter().rev().find(is_it)
    }
}

impl Archive for Library<'_> {
    type Error = Infallible;

    fn facts(&mut self, keys: &[String]) -> Result<Facts, Infallible> {
        let known = |key: &String| Some((key.clone(), self.facts.get(key)?.clone()));
        let mut facts: Facts = keys.iter().filter_map(known).collect();
        let further = reads_further(&facts);
        facts.extend(further.iter().filter_map(known));
        Ok(facts)
    }

    /// Examples are posted again under their id.
    fn find(&mut self, citation: &Citation) -> Result<Option<Position>, Infallible> {
        let is_it = |recorded: &&Arc<Recorded>| {
            let event = &recorded.event;
            (&event.source, &event.id) == (&citation.source, &citation.id)
                && citation.key == event_key(&event.id)
        };
        Ok(self.past.events.iter().rev().find(is_it).map(|recorded| recorded.position))
    }

    fn recorded(&mut self, position: Position) -> Result<Option<Arc<Recorded>>, Infallible> {
        Ok(self.past.events.iter().find(|recorded| recorded.position == position).cloned())
    }

    fn newest(&mut self, key: &str, before: Position) -> Result<Option<Position>, Infallible> {
        Ok(self.newest_version(key, before).map(|(_, at, _)| *at))
    }

    fn version(&mut self, key: &str, before: Position) -> Result<Option<Thing>, Infallible> {
        Ok(self.newest_version(key, before).map(|(_, _, thing)| thing.clone()))
    }
}
