//! Earlier events as facts: what an act sees that speaks of one, such as a correction. The same code gathers
//! them from a store, from a group that is being decided and from a replay, through [`Archive`].

use std::sync::Arc;

use jejak_signer::Hash;
use serde_json::Value;

use super::act::Act;
use super::operand::Context;
use super::ruleset::RuleSet;
use super::structural::Builtin;
use super::thing::Thing;
use super::{Signatory, structural};
use crate::event::Event;
use crate::log::Position;

/// Most later events that are looked at of each thing that the cited event changed.
const LATER_MAX: usize = 256;

/// How an event names an earlier one: source and id say where it stands, the event key says which bytes are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Citation {
    pub(crate) source: String,
    pub(crate) id: String,
    pub(crate) key: Hash,
}

/// An event that stands in the log, with the rule set that decided it.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub(crate) position: Position,
    pub(crate) event: Event,
    pub(crate) signatory: Signatory,
    pub(crate) rules: Arc<RuleSet>,
}

/// What is known of a cited event.
#[derive(Debug)]
pub(crate) enum Past {
    /// A statement that the decision rests on is not held.
    NotHeld(Position),
    /// The event, and what has become of what it changed.
    Known(Known),
}

/// A cited event and what has become of what it changed.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) cited: Arc<Recorded>,
    /// The things that it changed, that of its stream among them.
    pub(crate) things: Vec<Lineage>,
}

/// A thing that the cited event changed.
#[derive(Debug)]
pub(crate) struct Lineage {
    pub(crate) key: String,
    /// As it was after the event.
    pub(crate) after: Thing,
    /// As it was before the event.
    pub(crate) before: Option<Thing>,
    /// The events that changed it later, the newest first.
    pub(crate) since: Vec<Arc<Recorded>>,
    /// There are more than these.
    pub(crate) is_cut: bool,
}

/// Where earlier events and former versions of things are found.
pub(crate) trait Archive {
    /// What can go wrong there.
    type Error;

    /// Where the cited event stands.
    fn find(&mut self, citation: &Citation) -> Result<Option<Position>, Self::Error>;

    /// The event at a position; none where its statement is not held.
    fn recorded(&mut self, position: Position) -> Result<Option<Arc<Recorded>>, Self::Error>;

    /// The newest version of a thing that was written before a position.
    fn version(
        &mut self,
        key: &str,
        before: Position,
    ) -> Result<Option<(Position, Thing)>, Self::Error>;
}

/// The earlier event that an event cites, where its type is one that does.
pub(crate) fn citation(rules: &RuleSet, event: &Event) -> Option<Citation> {
    let cites = rules.rows(&event.kind).first()?.builtin?.cites();
    Citation::of(event).filter(|_| cites)
}

impl Citation {
    fn of(event: &Event) -> Option<Self> {
        let cited = event.data.get("event")?;
        let text = |name: &str| cited.get(name).and_then(Value::as_str);
        let source = format!("agency/{}", text("agency")?);
        Some(Self { source, id: text("id")?.to_owned(), key: text("key")?.parse().ok()? })
    }

    fn is_of(&self, event: &Event) -> bool {
        self.source == event.source && self.id == event.id
    }
}

impl Recorded {
    /// The row that decided it.
    pub(crate) fn act(&self) -> Option<&Act> {
        self.rules.select(&self.event).ok()
    }

    /// Does it speak of `other`?
    pub(crate) fn cites(&self, other: &Self) -> bool {
        citation(&self.rules, &self.event).is_some_and(|citation| citation.is_of(&other.event))
    }

    /// Is it nothing but a remark on another event?
    pub(crate) fn is_remark(&self) -> bool {
        let builtin = self.rules.rows(&self.event.kind).first().and_then(|act| act.builtin);
        builtin.is_some_and(Builtin::is_remark)
    }

    /// The keys of the things that it may have changed, that of its stream first.
    fn changeable(&self) -> Vec<String> {
        let mut keys = vec![self.event.subject.clone()];
        let Some(act) = self.act() else { return keys };
        let context = Context { rules: &self.rules, event: &self.event, world: None, after: None };
        keys.extend(act.conditions.iter().filter_map(|condition| condition.index(&context)));
        keys.extend(act.effects.iter().filter_map(|effect| effect.thing.render(&context)));
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

impl Past {
    /// All that an act about the cited event is decided by, as it stands before the position `end`.
    pub(crate) fn gather<A: Archive>(
        archive: &mut A,
        citation: &Citation,
        end: Position,
    ) -> Result<Option<Self>, A::Error> {
        let Some(position) = archive.find(citation)? else { return Ok(None) };
        let Some(cited) = archive.recorded(position)? else {
            return Ok(Some(Self::NotHeld(position)));
        };
        let mut things = Vec::new();
        for key in cited.changeable() {
            let newest = archive.version(&key, Position(position.0.saturating_add(1)))?;
            let Some((_, after)) = newest.filter(|(at, _)| *at == position) else { continue };
            let before = archive.version(&key, position)?.map(|(_, thing)| thing);
            let mut lineage = Lineage { key, after, before, since: Vec::new(), is_cut: false };
            let mut below = end;
            while let Some((at, _)) = archive.version(&lineage.key, below)? {
                if at <= position {
                    break;
                }
                if lineage.since.len() == LATER_MAX {
                    lineage.is_cut = true;
                    break;
                }
                let Some(later) = archive.recorded(at)? else { return Ok(Some(Self::NotHeld(at))) };
                lineage.since.push(later);
                below = at;
            }
            things.push(lineage);
        }
        Ok(Some(Self::Known(Known { cited, things })))
    }

    /// The keys of the things that `by`, which cites the event, is decided by besides those of its own.
    pub(crate) fn reads(&self, by: &Event) -> Vec<String> {
        let Self::Known(known) = self else { return Vec::new() };
        let mut keys: Vec<_> = known.things.iter().map(|lineage| lineage.key.clone()).collect();
        let event = structural::in_place_of(&known.cited.event, by);
        let context =
            Context { rules: &known.cited.rules, event: &event, world: None, after: None };
        let who = known.cited.act().into_iter().flat_map(|act| &act.who);
        who.filter_map(|who| who.of()).for_each(|of| of.reads(&context, &mut keys));
        keys
    }
}

impl Known {
    /// What has become of a thing that the event changed.
    pub(crate) fn lineage(&self, key: &str) -> Option<&Lineage> {
        self.things.iter().find(|lineage| lineage.key == key)
    }
}

impl Lineage {
    /// The events that changed the thing later and count still, the newest first.
    pub(crate) fn standing(&self) -> impl Iterator<Item = &Recorded> {
        let since = self.since.iter().map(AsRef::as_ref);
        since.filter(|later: &&Recorded| !later.is_remark() && !self.is_voided(later))
    }

    /// Was the event voided?
    pub(crate) fn is_voided(&self, event: &Recorded) -> bool {
        self.since.iter().any(|later| structural::voids(&later.event) && later.cites(event))
    }
}
