//! What has become of an earlier event: which later ones changed what it changed, and how that was before. No act
//! needs all of it, and whoever may speak of one event can do so again and again: what is looked into is bounded.

use std::sync::Arc;

use super::{Archive, Citation, Followed, Known, Later, Lineage, Past, Recorded};
use crate::log::Position;
use crate::rules::admit::Case;
use crate::rules::ruleset::Structural;
use crate::rules::structural;
use crate::rules::thing::{Facts, Thing};

/// Most later events that are looked at of each thing that the cited event changed.
pub(crate) const LATER_MAX: usize = 256;
/// Most bytes of their statements, of all these things together. From version 3 of the structural acts.
pub(crate) const LATER_BYTES_MAX: usize = 4 << 20;

/// Most decisions that are looked at of those that held a name one after the other.
const HOLDERS_MAX: usize = 16;

/// What an act needs to know of the event that it speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// When it was recorded.
    Event,
    /// What changed its stream later.
    Stream,
    /// Whether anything that it changed was changed later; how it was before, where nothing was.
    Newest,
    /// What changed later whatever it changed, and how that was before.
    All,
}

/// Looks into what has become of the event. Another past takes its place where that cannot be said.
pub(super) fn follow<A: Archive>(
    archive: &mut A,
    known: &mut Known,
    case: &Case<'_>,
    facts: &Facts,
) -> Result<Option<Past>, A::Error> {
    let by = case.rules.rows(&case.event.kind).first().and_then(|act| act.builtin);
    let Some(need) = by.and_then(structural::Builtin::need) else { return Ok(None) };
    let mut walked = walk(archive, known, need, case, facts);
    // With the last signature a correction or voiding is made, by what it needs itself.
    let need = known.cited.builtin().and_then(structural::Builtin::need);
    if let (Ok(()), Some(need), Some(Past::Known(remarked))) =
        (&walked, need, known.remarked.as_deref_mut())
    {
        walked = walk(archive, remarked, need, case, facts);
    }
    match walked {
        Ok(()) => Ok(None),
        Err(Stop::NotHeld(position)) => Ok(Some(Past::NotHeld(position))),
        Err(Stop::TooMuch) => Ok(Some(Past::TooMuch)),
        Err(Stop::Unread(error)) => Err(error),
    }
}

fn walk<A: Archive>(
    archive: &mut A,
    known: &mut Known,
    need: Need,
    case: &Case<'_>,
    facts: &Facts,
) -> Result<(), Stop<A::Error>> {
    let cited = Arc::clone(&known.cited);
    let walk = Walk {
        archive,
        need,
        version: case.rules.structural(),
        end: case.position,
        own: vec![cited.position],
        cited,
        bytes: 0,
    };
    known.followed = Some(walk.all(facts)?);
    Ok(())
}

struct Walk<'a, A: Archive> {
    archive: &'a mut A,
    need: Need,
    version: Structural,
    /// Position of the event that speaks.
    end: Position,
    cited: Arc<Recorded>,
    /// Where the cited event changed anything: as it was recorded, or with a further signature.
    own: Vec<Position>,
    bytes: usize,
}

/// Why it cannot be said what has become of the event.
enum Stop<E> {
    NotHeld(Position),
    TooMuch,
    Unread(E),
}

impl<A: Archive> Walk<'_, A> {
    fn all(mut self, facts: &Facts) -> Result<Followed, Stop<A::Error>> {
        let position = self.cited.position;
        let subject = self.cited.event.subject.clone();
        if self.need == Need::Event {
            let stream = self.archive.version(&subject, next(position)).map_err(Stop::Unread)?;
            let recorded_at = stream.map(|thing| thing.recorded_at).unwrap_or_default();
            return Ok(Followed { recorded_at, ..Followed::default() });
        }
        let mut followed = Followed::default();
        // What waits has changed nothing yet.
        let waits = facts.get(&subject).is_some_and(|now| structural::waits(now, &self.cited));
        if self.need == Need::Newest && self.version >= Structural::Three && waits {
            let before = self.archive.version(&subject, position).map_err(Stop::Unread)?;
            followed.things.push(Lineage { before, ..Lineage::of(subject) });
            return Ok(followed);
        }
        // The stream comes first: its events say where the signatures stand.
        let before = match self.need {
            Need::Newest | Need::All if self.cited.frees() => {
                self.archive.version(&subject, position).map_err(Stop::Unread)?
            }
            _ => None,
        };
        for key in self.cited.changeable(before.as_ref()) {
            let is_stream = key == subject;
            if !is_stream && self.need == Need::Stream {
                break;
            }
            let Some(first) = self.first(&key, is_stream)? else { continue };
            let (later, is_cut) = self.later(&key, first)?;
            let mut lineage = Lineage { later, is_cut, ..Lineage::of(key) };
            let in_the_way = self.need == Need::Newest && lineage.standing().next().is_some();
            if !in_the_way && self.need != Need::Stream {
                let before = self.archive.version(&lineage.key, first);
                lineage.before = before.map_err(Stop::Unread)?;
            }
            let may_hold = !crate::event::is_stream(&lineage.key) && self.need == Need::All;
            if may_hold && self.version >= Structural::Three {
                lineage.before_decisions = self.before_decisions(&lineage)?;
            }
            let goes_back = is_stream && !in_the_way && self.need != Need::Stream;
            if let Some(now) = facts.get(&subject).filter(|_| goes_back) {
                for at in structural::made_again(now, position) {
                    followed.corrected.push(self.recorded(at)?);
                }
            }
            if is_stream && self.need == Need::All {
                let last = self.own.iter().max().copied().unwrap_or(position);
                let after = self.archive.version(&lineage.key, next(last));
                lineage.after = after.map_err(Stop::Unread)?;
            }
            followed.things.push(lineage);
            if in_the_way {
                break;
            }
        }
        Ok(followed)
    }

    /// A name as it was before the newest decisions that held it one after the other: each ended with the next.
    fn before_decisions(&mut self, name: &Lineage) -> Result<Option<Thing>, Stop<A::Error>> {
        let mut before = name.before.clone();
        for _ in 0..HOLDERS_MAX {
            let Some(held) = before.as_ref().filter(|before| !before.fields.is_empty()) else {
                break;
            };
            let (at, holder) = (held.position, self.recorded(held.position)?);
            // With an annulment it is as it was before the decision that was annulled.
            let annulled = holder.citation().filter(|_| structural::annuls(&holder.event));
            if let Some(citation) = annulled {
                let of = self.archive.find(&citation).map_err(Stop::Unread)?;
                before = match of.filter(|of| *of < at) {
                    Some(of) => self.archive.version(&name.key, of).map_err(Stop::Unread)?,
                    None => break,
                };
                continue;
            }
            let of_stream = holder.event.subject == self.cited.event.subject;
            if !of_stream || holder.act().is_none_or(|act| act.decision.is_none()) {
                break;
            }
            before = self.archive.version(&name.key, at).map_err(Stop::Unread)?;
        }
        Ok(before)
    }

    /// Where the cited event first changed the thing.
    fn first(&mut self, key: &str, is_stream: bool) -> Result<Option<Position>, Stop<A::Error>> {
        if is_stream {
            return Ok(Some(self.cited.position));
        }
        let mut own = self.own.clone();
        own.sort_unstable();
        for at in own {
            let newest = self.archive.newest(key, next(at)).map_err(Stop::Unread)?;
            if newest == Some(at) {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    /// The events that changed the thing after `first`, the newest first, and whether there are more.
    fn later(&mut self, key: &str, first: Position) -> Result<(Vec<Later>, bool), Stop<A::Error>> {
        let now = self.archive.facts(&[key.to_owned()]).map_err(Stop::Unread)?.remove(key);
        let (mut later, mut voided, mut made) = (Vec::new(), Vec::new(), Vec::new());
        let mut below = self.end;
        while let Some(at) = self.archive.newest(key, below).map_err(Stop::Unread)?
            && at > first
        {
            below = at;
            if self.own.contains(&at) {
                continue;
            }
            if later.len() == LATER_MAX {
                return Ok((later, true));
            }
            let event = self.recorded(at)?;
            if structural::signs(&event.event) && event.cites(&self.cited) {
                self.own.push(at);
                continue;
            }
            // The last signature under a correction or voiding: nothing but a remark, and so are those before it.
            if structural::made_remark(now.as_ref(), at) {
                made.extend(event.citation());
            }
            if let Some(done) = self.voiding_signed(&event, key, &voided)? {
                made.extend(event.citation());
                voided.extend(done.citation());
            }
            let of_remark = event.citation().is_some_and(|of| made.contains(&of));
            let counts = !of_remark && self.counts(&event, now.as_ref(), &voided);
            let is_of = |one: &Citation| one.is_of(&event.event);
            let waits = || now.as_ref().is_some_and(|now| structural::waits(now, &event));
            let taken_back = self.version >= Structural::Three && voided.iter().any(is_of);
            if structural::voids(&event.event) && !taken_back && !waits() {
                voided.extend(event.citation());
            }
            later.push(Later { event, counts });
            if counts && self.need == Need::Newest {
                break;
            }
        }
        Ok((later, false))
    }

    /// The voiding that a signature under it has made, where that changed a thing of another stream: there nothing shows
    /// of it but what it did.
    fn voiding_signed(
        &mut self,
        signature: &Recorded,
        key: &str,
        voided: &[Citation],
    ) -> Result<Option<Arc<Recorded>>, Stop<A::Error>> {
        let elsewhere = signature.event.subject != key && self.version >= Structural::Three;
        let of = signature.citation().filter(|_| structural::signs(&signature.event) && elsewhere);
        let Some(of) = of.filter(|of| !voided.contains(of)) else { return Ok(None) };
        let Some(at) = self.archive.find(&of).map_err(Stop::Unread)? else { return Ok(None) };
        let voiding = self.recorded(at)?;
        Ok(Some(voiding).filter(|one| structural::voids(&one.event)))
    }

    fn recorded(&mut self, at: Position) -> Result<Arc<Recorded>, Stop<A::Error>> {
        let event = self.archive.recorded(at).map_err(Stop::Unread)?;
        let event = event.ok_or(Stop::NotHeld(at))?;
        self.bytes = self.bytes.saturating_add(event.bytes);
        if self.bytes > LATER_BYTES_MAX && self.version >= Structural::Three {
            return Err(Stop::TooMuch);
        }
        Ok(event)
    }

    /// Has the later event changed the thing, as far as it is known from the `voided` ones, which are newer?
    fn counts(&self, later: &Recorded, now: Option<&Thing>, voided: &[Citation]) -> bool {
        if later.is_remark() || voided.iter().any(|citation| citation.is_of(&later.event)) {
            return false;
        }
        if self.version < Structural::Three {
            return true;
        }
        // Neither an act that waits has changed anything, nor what was signed of one that waits or was voided.
        let signed = later.citation().filter(|_| structural::signs(&later.event));
        let of_voided = |signed: &Citation| {
            voided.iter().any(|one| (&one.source, &one.id) == (&signed.source, &signed.id))
        };
        let of_waiting = |signed: &Citation| {
            now.is_some_and(|now| structural::waits_by_name(now, &signed.source, &signed.id))
        };
        !now.is_some_and(|now| structural::waits(now, later))
            && !signed.is_some_and(|signed| of_voided(&signed) || of_waiting(&signed))
    }
}

impl Lineage {
    /// Of which nothing is known yet.
    fn of(key: String) -> Self {
        let (before, before_decisions, after) = (None, None, None);
        Self { key, after, before, before_decisions, later: Vec::new(), is_cut: false }
    }
}

fn next(at: Position) -> Position {
    Position(at.0.saturating_add(1))
}
