//! Earlier events as facts: what an act sees that speaks of one, such as a correction. The same code gathers
//! them from a store, from a group that is being decided and from a replay, through [`Archive`].

use std::collections::BTreeSet;
use std::sync::Arc;

use jejak_signer::Hash;
use serde_json::Value;

use super::act::Act;
use super::operand::Context;
use super::ruleset::RuleSet;
use super::structural::Builtin;
use super::thing::Thing;
use super::{Signatory, admit, structural};
use crate::event::Event;
use crate::log::{Micros, Position};

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
    /// When it was recorded.
    pub(crate) recorded_at: Micros,
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
        let mut once = BTreeSet::new();
        keys.retain(|key| once.insert(key.clone()));
        keys
    }
}

impl Past {
    /// All that an act about the cited event is decided by, as it stands before the position `end`.
    pub(crate) fn gather<A: Archive>(
        archive: &mut A,
        citation: &Citation,
        subject: &str,
        end: Position,
    ) -> Result<Option<Self>, A::Error> {
        let Some(position) = archive.find(citation)? else { return Ok(None) };
        let Some(cited) = archive.recorded(position)? else {
            return Ok(Some(Self::NotHeld(position)));
        };
        let next = |at: Position| Position(at.0.saturating_add(1));
        // What nothing can be said of is not looked into: neither of another stream nor of a structural act.
        let speakable = cited.event.subject == *subject
            && cited.act().is_some_and(|act| !structural::is_structural(act));
        if !speakable {
            let recorded_at = Micros::default();
            return Ok(Some(Self::Known(Known { cited, recorded_at, things: Vec::new() })));
        }
        let stream = archive.version(&cited.event.subject, next(position))?;
        let recorded_at = stream.map(|(_, thing)| thing.recorded_at).unwrap_or_default();
        // Where it changed anything: as it was recorded, or with a further signature.
        let mut own = vec![position];
        let mut things: Vec<Lineage> = Vec::new();
        // The stream comes first: its events say where the signatures stand.
        for key in cited.changeable() {
            let mut changed = Vec::new();
            for at in &own {
                let newest = archive.version(&key, next(*at))?;
                changed.extend(newest.filter(|(found, _)| found == at));
            }
            let (Some((first, _)), Some((_, after))) = (changed.first().cloned(), changed.pop())
            else {
                continue;
            };
            let before = archive.version(&key, first)?.map(|(_, thing)| thing);
            let mut lineage = Lineage { key, after, before, since: Vec::new(), is_cut: false };
            let mut below = end;
            while let Some((at, thing)) = archive.version(&lineage.key, below)? {
                if at <= first {
                    break;
                }
                below = at;
                if own.contains(&at) {
                    continue;
                }
                if lineage.since.len() == LATER_MAX {
                    lineage.is_cut = true;
                    break;
                }
                let Some(later) = archive.recorded(at)? else { return Ok(Some(Self::NotHeld(at))) };
                if structural::signs(&later.event) && later.cites(&cited) {
                    if own.len() == 1 {
                        lineage.after = thing;
                    }
                    own.push(at);
                } else {
                    lineage.since.push(later);
                }
            }
            own.sort_unstable();
            things.push(lineage);
        }
        Ok(Some(Self::Known(Known { cited, recorded_at, things })))
    }

    /// The keys of the things that `by`, which cites the event, is decided by besides those of its own.
    pub(crate) fn reads(&self, by: &Event) -> Vec<String> {
        let Self::Known(known) = self else { return Vec::new() };
        let mut keys: Vec<_> = known.things.iter().map(|lineage| lineage.key.clone()).collect();
        let event = structural::in_place_of(&known.cited.event, by);
        let context =
            Context { rules: &known.cited.rules, event: &event, world: None, after: None };
        let act = known.cited.act();
        if structural::signs(by) && act.is_some_and(|act| !act.cosigned_by.is_empty()) {
            keys.extend(admit::reads(&known.cited.rules, &known.cited.event, &[]));
        }
        let who = act.into_iter().flat_map(|act| &act.who);
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
