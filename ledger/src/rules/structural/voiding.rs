//! `voiding@1`: the newest event of a stream counts no longer; what it changed goes back to what it was before.

use super::cited::{Cited, from_three, outlook};
use super::correction::value_set;
use super::countersignature::{wait_no_more, waits};
use super::findings::{keep_findings_of_waiting, take_findings_back};
use super::marks::{
    CORRECTIONS, MARKS, PENDING, VOIDED, made_by, mark, position_in, put_at, show, show_newest,
    value_at,
};
use super::short::{self, NEW_DIGEST};
use super::waiting::is_of_ledger;
use super::{Broken, Changes};
use std::collections::BTreeSet;

use crate::event::Event;
use crate::log::Position;
use crate::rules::act::Act;
use crate::rules::next::Outlook;
use crate::rules::operand::Context;
use crate::rules::past::Followed;
use crate::rules::refusal::{Refusal, Why};
use crate::rules::thing::{Field, Fields, Thing};

/// Structural rule: only what nothing rests on is voided.
const NEWEST: &str = "SYS.9.3";

/// What of a voiding is told without asking what has become of the event.
pub(super) fn hear<'a>(context: &Context<'a>, by: &Act) -> Result<Cited<'a>, Refusal> {
    let cited = Cited::find(context, by)?;
    cited.check_authority(context, by)?;
    cited.check_not_against_himself(context, by)?;
    cited.check_standing(context, by)?;
    Ok(cited)
}

pub(super) fn void(
    context: &Context<'_>,
    by: &Act,
    after: &mut Thing,
    changes: &mut Changes,
) -> Result<(), Refusal> {
    let cited = hear(context, by)?;
    let recorded = cited.recorded();
    let mark = mark(context, &cited, after);
    if from_three(context) && waits(after, recorded) {
        // It has changed nothing yet but that it waits.
        after.fields = context.this().map(|this| this.fields.clone()).unwrap_or_default();
        wait_no_more(after, recorded);
        let before = cited.stream(by)?.before.as_ref();
        take_findings_back(after, before, recorded);
        // What it would have changed is named by no later event: of the ledger's own acts the newest are shown.
        if is_of_ledger(context) {
            show_newest(after, VOIDED, mark);
            return Ok(());
        }
        return show(after, VOIDED, mark, by);
    }
    let followed = cited.followed(by)?;
    for lineage in &followed.things {
        if let Some(later) = lineage.standing().next() {
            let (thing, position) = (lineage.key.clone(), later.position);
            let why = Why::NotTheNewest { thing, position };
            return Err(Broken { rule: NEWEST, pointer: "/data/event", why }.into_refusal(by));
        }
    }
    for lineage in &followed.things {
        let own = lineage.key == context.event.subject;
        let Some(now) = (if own { Some(&*after) } else { context.thing(&lineage.key) }) else {
            continue;
        };
        let mut thing = Thing {
            position: after.position,
            recorded_at: after.recorded_at,
            ..restored(lineage.before.as_ref(), now, recorded.position, followed, context)
        };
        if own {
            show(&mut thing, VOIDED, mark.clone(), by)?;
            *after = thing;
        } else {
            changes.push((lineage.key.clone(), thing));
        }
    }
    Ok(())
}

/// The thing as it was, with what was later corrected of earlier events and what is shown of them.
pub(super) fn restored(
    before: Option<&Thing>,
    now: &Thing,
    voided: Position,
    followed: &Followed,
    context: &Context<'_>,
) -> Thing {
    let state = before.map_or(Thing::NONE, |thing| &thing.state).to_owned();
    let mut fields = before.map(|thing| thing.fields.clone()).unwrap_or_default();
    // What waits, waits as it does now.
    let waiting = from_three(context).then_some(PENDING);
    for name in MARKS.into_iter().chain(waiting) {
        fields.remove(name);
        if let Some(marks) = now.fields.get(name) {
            fields.insert(name.to_owned(), marks.clone());
        }
    }
    correct_again(&mut fields, now, voided, followed);
    let mut thing = Thing { state, fields, ..now.clone() };
    if waiting.is_some() {
        keep_findings_of_waiting(&mut thing, now);
    }
    thing
}

/// A correction that was made after the voided event, of an event before it, still stands: its value is shown
/// where no other event has overwritten it.
fn correct_again(fields: &mut Fields, now: &Thing, voided: Position, followed: &Followed) {
    let Some(Field::List(mut marks)) = fields.remove(CORRECTIONS) else { return };
    for entry in &mut marks {
        let Field::Map(mark) = entry else { continue };
        let (position, of) = (position_in(mark, "position"), position_in(mark, "of"));
        let (made_after, of_before) = (position > Some(voided), of < Some(voided));
        let correction = made_by(mark);
        let Some(Field::List(places)) = mark.get_mut("fields") else { continue };
        for place in places.iter_mut().filter(|_| made_after && of_before) {
            let Field::Map(place) = place else { continue };
            let overwritten_by = position_in(place, "overwritten_by");
            if overwritten_by.is_some_and(|by| by != voided) {
                continue;
            }
            place.remove("overwritten_by");
            let Some(Field::Text(path)) = place.get("kept") else { continue };
            let Some(short) = place.get(NEW_DIGEST) else {
                put_at(fields, path, place.get("new"));
                continue;
            };
            let shown = value_at(&now.fields, path).filter(|value| short::is_of(short, value));
            let field = place.get("field").and_then(Field::as_text).unwrap_or_default();
            let set = || set_by(followed, correction?, of?, field, path);
            if let Some(value) = shown.cloned().or_else(set) {
                put_at(fields, path, Some(&value));
            }
        }
    }
    fields.insert(CORRECTIONS.to_owned(), Field::List(marks));
}

/// The value at a place that a correction of an earlier event has set.
fn set_by(
    followed: &Followed,
    position: Position,
    of: Position,
    field: &str,
    path: &str,
) -> Option<Field> {
    let later = followed.things.first()?.later.iter().map(|later| &later.event);
    let mut known = later.chain(&followed.corrected);
    let correction = known.clone().find(|event| event.position == position)?;
    let of = known.find(|event| event.position == of)?;
    value_set(correction, of, field, path)
}

/// The events before the voided one whose corrections, made after it, may be made again, and those of these corrections
/// that were recorded before it; where the stream shows the value that they set only in short.
pub(crate) fn made_again(stream: &Thing, voided: Position) -> BTreeSet<Position> {
    let marks = stream.fields.get(CORRECTIONS).and_then(Field::as_list).unwrap_or_default();
    let of = |mark: &Field| {
        let Field::Map(mark) = mark else { return None };
        let places = mark.get("fields").and_then(Field::as_list).unwrap_or_default();
        let is_short = places.iter().any(|place| place.member(NEW_DIGEST).is_some());
        let of = position_in(mark, "of").filter(|of| *of < voided)?;
        let is_meant = is_short && position_in(mark, "position") > Some(voided);
        is_meant.then(|| [Some(of), made_by(mark).filter(|made| *made < voided)])
    };
    marks.iter().filter_map(of).flatten().flatten().collect()
}

/// Does the event void another?
pub(crate) fn voids(event: &Event) -> bool {
    event.kind == "event.voided"
}

/// Whether an event is the newest, the event says that names it.
pub(super) fn outlooks(context: &Context<'_>) -> Vec<(&'static str, Outlook)> {
    let mut outlooks = outlook(context);
    outlooks.push((NEWEST, Outlook::depends(&["data.event"])));
    outlooks
}
