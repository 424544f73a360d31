//! Since when things stand, and what follows from it for a recorder: he does not record his own decision, and no
//! decision is dated before what it rests on. From version 3.

use jiff::civil::Date;
use jiff::tz::Offset;

use super::findings::FOUND;
use super::is_structural;
use super::marks::{MARKS, PENDING};
use crate::event::{Event, SignedAs, is_stream, parse_date, parse_time};
use crate::rules::act::Act;
use crate::rules::condition::Predicate;
use crate::rules::lifecycle::Transition;
use crate::rules::operand::{Context, day_of};
use crate::rules::past::Past;
use crate::rules::refusal::{Code, Refusal, Why};
use crate::rules::ruleset::Structural;
use crate::rules::thing::{Field, Fields, Thing};

/// Under which name a thing keeps since when it is there (`created`) and since when it is in its state (`entered`), as
/// local days; no act keeps anything under it.
pub(crate) const DATES: &str = "dates";
const CREATED: &str = "created";
const ENTERED: &str = "entered";

/// Structural rule: a recorder records what another decided.
const OF_ANOTHER: &str = "SYS.12.1";
/// Structural rule: a decision comes after what it rests on.
const AFTER_ITS_GROUNDS: &str = "SYS.12.2";

/// The day of an act: that of the decision which a recorder records, else that of the event.
pub(super) fn day_of_act(event: &Event, zone: Offset) -> Date {
    match (event.signed_as, &event.decision) {
        (SignedAs::Recorder, Some(decision)) => decision.date,
        _ => day_of(event.time.micros, zone),
    }
}

/// A recorder writes down what somebody else decided; his own decision he signs himself.
pub(crate) fn check_of_another(
    version: Structural,
    act: &Act,
    event: &Event,
    signer: &str,
) -> Result<(), Refusal> {
    let own = event.decision.as_ref().is_some_and(|decision| decision.by == signer);
    if version < Structural::Three || event.signed_as != SignedAs::Recorder || !own {
        return Ok(());
    }
    let (rule, why) = (Some(OF_ANOTHER), Why::DecisionOfRecorder { person: signer.to_owned() });
    let wording = act.wording_of(OF_ANOTHER);
    Err(Refusal::new(Code::RoleMissing, rule, "/decision/by", why).worded(wording))
}

/// A decision that a recorder records is not dated before its stream is there (before the state is, which it leads out
/// of), nor before what it cites.
pub(crate) fn check_grounds(
    act: &Act,
    context: &Context<'_>,
    step: Option<&Transition>,
) -> Result<(), Refusal> {
    let decided = match (context.event.signed_as, &context.event.decision) {
        (SignedAs::Recorder, Some(decision)) if is_dated(context) => decision.date,
        _ => return Ok(()),
    };
    let refuse = |thing: &str, since: Date| {
        let why = Why::DecidedBefore { thing: thing.to_owned(), since: Some(since.to_string()) };
        let wording = act.wording_of(AFTER_ITS_GROUNDS);
        let rule = Some(AFTER_ITS_GROUNDS);
        Err(Refusal::new(Code::RuleRefused, rule, "/decision/date", why).worded(wording))
    };
    let subject = &context.event.subject;
    let leads_on = step.is_some_and(|step| step.to.is_some());
    let since = context.this().and_then(|this| {
        let entered = day_in(this, ENTERED).filter(|_| leads_on);
        entered.max(day_in(this, CREATED))
    });
    if let Some(since) = since.filter(|since| decided < *since) {
        return refuse(subject, since);
    }
    if let Some(Past::Known(known)) = context.world.and_then(|world| world.past) {
        let zone = context.world.map_or(Offset::UTC, |world| world.zone);
        let since = day_of_act(&known.cited.event, zone);
        if decided < since {
            return refuse(subject, since);
        }
    }
    for key in cited_by(act, context).iter().filter(|key| *key != subject) {
        let since = context.thing(key).and_then(|thing| day_in(thing, CREATED));
        if let Some(since) = since.filter(|since| decided < *since) {
            return refuse(key, since);
        }
    }
    Ok(())
}

/// The other streams that the conditions of the act rest on here.
fn cited_by(act: &Act, context: &Context<'_>) -> Vec<String> {
    let mut keys = Vec::new();
    for condition in act.conditions.iter().filter(|condition| !condition.warn) {
        if !condition.binds(context) {
            continue;
        }
        match &condition.predicate {
            Predicate::State { thing, .. } => thing.reads(context, &mut keys),
            Predicate::Plan { field, in_force: true } => {
                let plan = field.value(context).and_then(|plan| plan.as_text().map(str::to_owned));
                keys.extend(plan);
            }
            other => other.operands().iter().for_each(|one| one.reads(context, &mut keys)),
        }
    }
    keys.retain(|key| is_stream(key));
    keys
}

/// Notes since when the thing is there, and since when in the state that the act has led it to.
pub(crate) fn note_dates(after: &mut Thing, act: &Act, context: &Context<'_>, enters: bool) {
    if !is_dated(context) || is_structural(act) || act.builtin.is_some() {
        return;
    }
    // One that is there without a date was there before dates were noted.
    let is_mark =
        |name: &String| MARKS.contains(&name.as_str()) || [FOUND, PENDING].contains(&name.as_str());
    let is_new = context.this().is_none_or(|this| this.fields.keys().all(is_mark));
    if is_new {
        put(after, CREATED, context);
    }
    if enters || is_new {
        put(after, ENTERED, context);
    }
}

/// Notes that the thing is in another state from the day of the act on.
pub(crate) fn note_entry(thing: &mut Thing, context: &Context<'_>) {
    if is_dated(context) {
        put(thing, ENTERED, context);
    }
}

fn put(thing: &mut Thing, name: &str, context: &Context<'_>) {
    let Some(world) = context.world else { return };
    let day = match (context.event.signed_as, &context.event.decision) {
        (SignedAs::Recorder, Some(decision)) => Some(decision.date),
        _ => parse_time(world.effective).map(|effective| world.day_of(effective)),
    };
    let Some(day) = day else { return };
    let dates = thing.fields.entry(DATES.to_owned()).or_insert_with(|| Field::Map(Fields::new()));
    if let Field::Map(dates) = dates {
        dates.insert(name.to_owned(), Field::Text(day.to_string()));
    }
}

fn day_in(thing: &Thing, name: &str) -> Option<Date> {
    parse_date(thing.fields.get(DATES)?.member(name)?.as_text()?)
}

fn is_dated(context: &Context<'_>) -> bool {
    context.rules.structural() >= Structural::Three
}
