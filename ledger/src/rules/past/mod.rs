//! Earlier events as facts: what an act sees that speaks of one, such as a correction. The same code gathers
//! them from a store, from a group that is being decided and from a replay, through [`Archive`].
//!
//! In two steps, for one who decides waits for both: first the event that is meant, from which it is known who may
//! speak of it; then, only for such a one, what has become of it, and of that only what the act needs (`follow.rs`).

mod follow;

use std::collections::BTreeSet;
use std::sync::Arc;

use jejak_signer::Hash;
use serde_json::Value;

use super::act::Act;
use super::admit::Case;
use super::operand::Context;
use super::riwayat;
use super::ruleset::RuleSet;
use super::structural::{self, Builtin};
use super::succession::agency_key;
use super::thing::{Facts, Thing};
use super::{Signatory, admit, held, orphan};
use crate::event::Event;
use crate::log::{Micros, Position};

pub(crate) use follow::{LATER_BYTES_MAX, LATER_MAX, Need};

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
    /// Length of its statement.
    pub(crate) bytes: usize,
}

/// What is known of a cited event.
#[derive(Debug)]
pub(crate) enum Past {
    /// A statement that the decision rests on is not held.
    NotHeld(Position),
    /// What followed is more than is looked into.
    TooMuch,
    /// The event, and what has become of what it changed.
    Known(Known),
}

/// A cited event and what has become of what it changed.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) cited: Arc<Recorded>,
    /// None where the act is refused before it is asked.
    pub(crate) followed: Option<Followed>,
    /// Where a correction or voiding is signed: the event that it speaks of, for those whom its row names sign.
    pub(crate) remarked: Option<Box<Past>>,
}

/// What has become of what an event changed, as far as the act needs it that speaks of the event.
#[derive(Debug, Default)]
pub(crate) struct Followed {
    /// When it was recorded, where a signature asks.
    pub(crate) recorded_at: Micros,
    /// The things that it changed, that of its stream first.
    pub(crate) things: Vec<Lineage>,
    /// The events before it that were corrected after it, where what was set is not shown in full.
    pub(crate) corrected: Vec<Arc<Recorded>>,
}

/// A thing that the cited event changed.
#[derive(Debug)]
pub(crate) struct Lineage {
    pub(crate) key: String,
    /// As it was after the event: only of its stream, and only where a decision ends.
    pub(crate) after: Option<Thing>,
    /// As it was before the event, where it may go back to that.
    pub(crate) before: Option<Thing>,
    /// Of a name that it holds: as it was before the decisions of its stream that held it one after the other. From
    /// version 3 of the structural acts.
    pub(crate) before_decisions: Option<Thing>,
    /// The events that changed it later, the newest first: all, or down to the one that stands in the way.
    pub(crate) later: Vec<Later>,
    /// There are more than these.
    pub(crate) is_cut: bool,
}

/// An event that changed the thing later.
#[derive(Debug)]
pub(crate) struct Later {
    pub(crate) event: Arc<Recorded>,
    /// It was not voided, and is more than a remark on another.
    pub(crate) counts: bool,
}

/// Where earlier events, the things and their former versions are found.
pub(crate) trait Archive {
    /// What can go wrong there.
    type Error;

    /// The things among `keys` that there are now, and what is further read of them.
    fn facts(&mut self, keys: &[String]) -> Result<Facts, Self::Error>;

    /// Where the cited event stands.
    fn find(&mut self, citation: &Citation) -> Result<Option<Position>, Self::Error>;

    /// The event at a position; none where its statement is not held.
    fn recorded(&mut self, position: Position) -> Result<Option<Arc<Recorded>>, Self::Error>;

    /// Where the newest version of a thing was written before a position. Costs no more than its key.
    fn newest(&mut self, key: &str, before: Position) -> Result<Option<Position>, Self::Error>;

    /// The newest version of a thing that was written before a position.
    fn version(&mut self, key: &str, before: Position) -> Result<Option<Thing>, Self::Error>;
}

/// What an event is decided by: the things that `reads` names, and the past of the event that `cites` names.
/// `case` stands for the event: of facts and past it has none yet.
pub(crate) fn gather<A: Archive>(
    archive: &mut A,
    case: Case<'_>,
    reads: &[String],
    cites: Option<&Citation>,
) -> Result<(Facts, Option<Past>), A::Error> {
    let past = match cites {
        Some(citation) => Past::find(archive, citation, structural::signs(case.event))?,
        None => None,
    };
    let mut keys = reads.to_vec();
    // Who acts in an office of another agency is of his own one, too.
    if case.signatory.agency != case.event.agency() {
        keys.push(agency_key(&case.signatory.agency));
    }
    keys.extend(past.iter().flat_map(|past| past.reads(case.event)));
    let mut facts = archive.facts(&keys)?;
    // What is brought in from before the ledger was before its opening.
    if let Some(ledger) = riwayat::opening_key(case.rules, case.event) {
        riwayat::take_opening(&mut facts, archive.version(&ledger, Position(1))?);
    }
    let event = case.rules.lift(case.event);
    let act = case.rules.select(&event).ok();
    let mut freed = held::reads(case.rules, act, &event, &facts);
    if let Some(Past::Known(known)) = past.as_ref().filter(|_| structural::signs(case.event)) {
        let signed = &known.cited;
        freed.extend(held::reads(&signed.rules, signed.act(), &signed.event, &facts));
    }
    if !freed.is_empty() {
        facts.extend(archive.facts(&freed)?);
    }
    for _ in 0..orphan::SUCCESSIONS_MAX {
        let asked = orphan::asked(case.rules, act, &event, past.as_ref(), &facts);
        let missing = asked.into_iter().flat_map(|agency| orphan::missing(&facts, agency));
        let missing: Vec<_> = missing.collect();
        let found = if missing.is_empty() { Facts::new() } else { archive.facts(&missing)? };
        if found.is_empty() {
            break;
        }
        facts.extend(found);
    }
    // Whoever may not speak of the event has nothing looked into.
    if !(Case { facts: &facts, past: past.as_ref(), ..case }).is_heard() {
        return Ok((facts, past));
    }
    let Some(Past::Known(mut known)) = past else { return Ok((facts, past)) };
    let past = follow::follow(archive, &mut known, &case, &facts)?;
    let past = past.unwrap_or(Past::Known(known));
    let things: Vec<_> = past.things().map(|lineage| lineage.key.clone()).collect();
    facts.extend(archive.facts(&things)?);
    Ok((facts, Some(past)))
}

/// The earlier event that an event cites, where its type is one that does.
pub(crate) fn citation(rules: &RuleSet, event: &Event) -> Option<Citation> {
    let cites = rules.rows(&event.kind).first()?.builtin?.cites();
    Citation::of(event).filter(|_| cites)
}

impl Citation {
    pub(crate) fn of(event: &Event) -> Option<Self> {
        let cited = event.data.get("event")?;
        let text = |name: &str| cited.get(name).and_then(Value::as_str);
        let source = format!("agency/{}", text("agency")?);
        Some(Self { source, id: text("id")?.to_owned(), key: text("key")?.parse().ok()? })
    }

    pub(crate) fn is_of(&self, event: &Event) -> bool {
        self.source == event.source && self.id == event.id
    }
}

impl Recorded {
    /// The row that decided it.
    pub(crate) fn act(&self) -> Option<&Act> {
        self.rules.select(&self.event).ok()
    }

    /// The event that it speaks of.
    fn citation(&self) -> Option<Citation> {
        citation(&self.rules, &self.event)
    }

    /// Does it speak of `other`?
    pub(crate) fn cites(&self, other: &Self) -> bool {
        self.citation().is_some_and(|citation| citation.is_of(&other.event))
    }

    fn builtin(&self) -> Option<Builtin> {
        self.rules.rows(&self.event.kind).first().and_then(|act| act.builtin)
    }

    /// Is it nothing but a remark on another event?
    fn is_remark(&self) -> bool {
        self.builtin().is_some_and(Builtin::is_remark)
    }

    /// Does it free what its stream has held?
    fn frees(&self) -> bool {
        self.act().is_some_and(|act| !act.frees.is_empty())
    }

    /// The keys of the things that it may have changed, that of its stream first. Of `before`, which its stream was then,
    /// it is asked only what it freed.
    fn changeable(&self, before: Option<&Thing>) -> Vec<String> {
        let mut keys = vec![self.event.subject.clone()];
        let Some(act) = self.act() else { return keys };
        let context = Context { rules: &self.rules, event: &self.event, world: None, after: None };
        keys.extend(act.conditions.iter().filter_map(|condition| condition.index(&context)));
        keys.extend(act.effects.iter().filter_map(|effect| effect.thing.render(&context)));
        keys.extend(before.into_iter().flat_map(|before| held::keys(&self.rules, act, before)));
        let mut once = BTreeSet::new();
        keys.retain(|key| once.insert(key.clone()));
        keys
    }
}

impl Past {
    /// The cited event; where it `is_signed` and corrects or voids another, with that one.
    fn find<A: Archive>(
        archive: &mut A,
        citation: &Citation,
        is_signed: bool,
    ) -> Result<Option<Self>, A::Error> {
        let Some(position) = archive.find(citation)? else { return Ok(None) };
        let Some(cited) = archive.recorded(position)? else {
            return Ok(Some(Self::NotHeld(position)));
        };
        let of = cited.citation().filter(|_| is_signed && structural::remarks(&cited.event));
        let remarked = match of {
            Some(of) => Self::find(archive, &of, false)?.map(Box::new),
            None => None,
        };
        Ok(Some(Self::Known(Known { cited, followed: None, remarked })))
    }

    /// The keys of the things that tell who may speak of the event, besides those of `by`, which cites it.
    fn reads(&self, by: &Event) -> Vec<String> {
        let Self::Known(known) = self else { return Vec::new() };
        let mut keys = Vec::new();
        let event = structural::in_place_of(&known.cited.event, by);
        let context =
            Context { rules: &known.cited.rules, event: &event, world: None, after: None };
        let act = known.cited.act();
        keys.extend(act.and_then(|act| structural::reads_of_party(act, by)));
        if structural::signs(by) && act.is_some_and(|act| !act.cosigned_by.is_empty()) {
            keys.extend(admit::reads(&known.cited.rules, &known.cited.event, &[]));
        }
        let who = act.into_iter().flat_map(|act| act.who.iter().chain(&act.cosigned_by));
        who.filter_map(|who| who.of()).for_each(|of| of.reads(&context, &mut keys));
        // What ends with a decision, by what that says.
        let ends = act.and_then(|act| act.decision.as_ref()).map(|decision| &decision.ends);
        let named = Context { event: &known.cited.event, ..context };
        keys.extend(
            ends.into_iter()
                .flatten()
                .filter(|_| structural::ends(by))
                .filter_map(|end| end.thing.render(&named)),
        );
        if structural::remarks(by) {
            // Those who signed the event besides are named by what it says itself.
            let context = Context { event: &known.cited.event, ..context };
            let besides = act.into_iter().flat_map(|act| &act.cosigned_by);
            besides.filter_map(|who| who.of()).for_each(|of| of.reads(&context, &mut keys));
        }
        if let Some(remarked) = &known.remarked {
            keys.extend(admit::reads(&known.cited.rules, &known.cited.event, &[]));
            keys.extend(remarked.reads(&known.cited.event));
        }
        keys
    }

    /// What is known of the event, where it can be said.
    pub(crate) fn known(&self) -> Option<&Known> {
        match self {
            Self::Known(known) => Some(known),
            Self::NotHeld(_) | Self::TooMuch => None,
        }
    }

    /// The things that it changed; of a correction or voiding that is signed also those of the event that it speaks of.
    fn things(&self) -> impl Iterator<Item = &Lineage> {
        let known = self.known();
        let remarked = known.and_then(|known| known.remarked.as_deref()).and_then(Self::known);
        let followed = known.into_iter().chain(remarked).filter_map(|one| one.followed.as_ref());
        followed.flat_map(|followed| &followed.things)
    }
}

impl Lineage {
    /// The events that changed the thing later and count still, the newest first.
    pub(crate) fn standing(&self) -> impl Iterator<Item = &Recorded> {
        self.later.iter().filter(|later| later.counts).map(|later| &*later.event)
    }
}
