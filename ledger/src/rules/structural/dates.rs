//! When acts happened, and since when things stand: no act is dated before what it rests on, who acts was in office then
//! already, and what is entered late is judged by what its document bears out. From version 3.

use jiff::civil::Date;
use jiff::tz::Offset;

use super::is_structural;
use crate::event::{Event, SignedAs, parse_date, parse_time};
use crate::rules::act::Act;
use crate::rules::lifecycle::Transition;
use crate::rules::operand::{Context, Item, World, day_of};
use crate::rules::past::Past;
use crate::rules::refusal::{Code, Refusal, Why};
use crate::rules::role::{self, Acting, Who};
use crate::rules::ruleset::Structural;
use crate::rules::thing::{Field, Fields, Thing};

/// Under which name a thing keeps since when it is in its state (`entered`), as a local day; no act keeps anything under it.
pub(crate) const DATES: &str = "dates";
const ENTERED: &str = "entered";

/// Structural rule: a recorder records what another decided.
const OF_ANOTHER: &str = "SYS.12.1";
/// Structural rule: an act comes after what it rests on.
const AFTER_ITS_GROUNDS: &str = "SYS.12.2";
/// Structural rule: the office was held on the day of the act.
const IN_OFFICE_THEN: &str = "SYS.12.4";

/// The day of an act: that of the decision which a recorder records, else that of the event.
pub(super) fn day_of_act(event: &Event, zone: Offset) -> Date {
    if let Some(imported) = &event.imported {
        return imported.day;
    }
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

/// Who acts in an office held it on the day of the act already, by whatever title. That he holds it on the day of
/// recording is asked besides: an act that is entered late rests on both.
pub(crate) fn check_office_then(act: &Act, context: &Context<'_>) -> Result<(), Refusal> {
    let (Some(world), true) = (context.world, is_dated(context)) else { return Ok(()) };
    let day = day_of(context.event.time.micros, world.zone);
    let is_his_own = context.event.signed_as == SignedAs::Official && world.acting.office.is_some();
    if !is_his_own || context.event.imported.is_some() || day >= world.today() {
        return Ok(());
    }
    let broken = |why| Refusal::new(Code::RoleMissing, Some(IN_OFFICE_THEN), "/time", why);
    let version = context.rules.structural();
    let then = Acting::then(version, context.event, world.facts, world.signatory, day);
    let then = then.map_err(|why| broken(why).worded(act.wording_of(IN_OFFICE_THEN)))?;
    // The office may have been one of another agency then, or no headship of its agency.
    let world = World { acting: then, ..*world };
    let his = Context { world: Some(&world), ..*context };
    role::entitled(act, &his, &mut Vec::new()).map_err(|refusal| {
        let why = refusal.faults.into_iter().next().map(|fault| fault.why);
        let entitled = || act.who.iter().map(Who::in_words).collect();
        broken(why.unwrap_or_else(|| Why::ActorNotEntitled { entitled: entitled() }))
            .worded(act.wording_of(IN_OFFICE_THEN))
    })
}

/// Of an act that is entered late, and signed by him who acts: when it happened at the latest, where that is later than it
/// says. The date of its document bears it out; one that has none, or a date to come, says no more than that it is recorded.
pub(crate) fn borne_out(
    version: Structural,
    event: &Event,
    posted_at_micros: i64,
    zone: Offset,
) -> Option<Item<'static>> {
    let is_his_own = version >= Structural::Three && event.signed_as == SignedAs::Official;
    let late = event.late.as_ref().filter(|_| is_his_own)?;
    let said = event.time.micros;
    match late.document.date.filter(|date| *date <= day_of(posted_at_micros, zone)) {
        Some(date) => (date > day_of(said, zone)).then_some(Item::Day(date)),
        None => (posted_at_micros > said).then_some(Item::Micros(posted_at_micros)),
    }
}

/// The day of an act that is recorded now, as far as it is borne out.
pub(crate) fn day_at_hand(
    version: Structural,
    event: &Event,
    recorded_at_micros: i64,
    zone: Offset,
) -> Date {
    let today = day_of(recorded_at_micros, zone);
    match borne_out(version, event, recorded_at_micros, zone) {
        Some(Item::Day(date)) => date,
        Some(_) => today,
        None => day_of_act(event, zone).min(today),
    }
}

/// An act is not dated before the state which it leads out of, where the lifecycle demands one, nor before the act that it
/// speaks of: by the day of the decision where a recorder records it, else by its time; where it waited for signatures, by that of
/// the last. How long the stream, or another one, has been known says nothing: what is recorded first need not have been first.
pub(crate) fn check_grounds(
    act: &Act,
    context: &Context<'_>,
    step: Option<&Transition>,
) -> Result<(), Refusal> {
    let Some(world) = context.world.filter(|_| is_dated(context)) else { return Ok(()) };
    let Some(done) = effective_day(world, context.event) else { return Ok(()) };
    let entered = context
        .this()
        .filter(|this| step.is_some_and(|step| is_led_out(this, step)))
        .and_then(entered_on);
    let spoken_of = match world.past {
        Some(Past::Known(known)) => {
            Some(day_of_act(&known.cited.event, world.zone).min(world.today()))
        }
        _ => None,
    };
    match entered.max(spoken_of).filter(|since| done < *since) {
        None => Ok(()),
        Some(since) => {
            let thing = context.event.subject.clone();
            let why = Why::DecidedBefore { thing, since: Some(since.to_string()) };
            let wording = act.wording_of(AFTER_ITS_GROUNDS);
            let pointer = match context.event.signed_as {
                SignedAs::Recorder => "/decision/date",
                SignedAs::Official => "/time",
            };
            let rule = Some(AFTER_ITS_GROUNDS);
            Err(Refusal::new(Code::RuleRefused, rule, pointer, why).worded(wording))
        }
    }
}

/// The day on which the act takes effect, by what was signed: at the latest that of recording.
fn effective_day(world: &World<'_>, event: &Event) -> Option<Date> {
    let day = match world.effective {
        Item::Day(day) => day,
        effective => world.day_of(match effective.as_text()? {
            own if own == event.time.text => event.time.micros,
            of_last => parse_time(of_last)?,
        }),
    };
    Some(day.min(world.today()))
}

/// Does the step lead the thing into another state, and demand that it was in one before? One that starts from nothing,
/// too, rests on no state.
fn is_led_out(this: &Thing, step: &Transition) -> bool {
    let is_demanded = !step.from.iter().any(|from| from == Thing::NONE);
    is_demanded && step.to.as_ref().is_some_and(|to| *to != this.state)
}

/// Notes since when the thing is in the state that the act has led it to.
pub(crate) fn note_dates(after: &mut Thing, act: &Act, context: &Context<'_>, enters: bool) {
    if enters && !is_structural(act) && act.builtin.is_none() {
        note_entry(after, context);
    }
}

/// Notes that the thing is in another state from the day of the act on.
pub(crate) fn note_entry(thing: &mut Thing, context: &Context<'_>) {
    let world = context.world.filter(|_| is_dated(context));
    let day = world.and_then(|world| effective_day(world, context.event));
    let Some(day) = day else { return };
    let dates = thing.fields.entry(DATES.to_owned()).or_insert_with(|| Field::Map(Fields::new()));
    if let Field::Map(dates) = dates {
        dates.insert(ENTERED.to_owned(), Field::Text(day.to_string()));
    }
}

fn entered_on(thing: &Thing) -> Option<Date> {
    parse_date(thing.fields.get(DATES)?.member(ENTERED)?.as_text()?)
}

fn is_dated(context: &Context<'_>) -> bool {
    context.rules.structural() >= Structural::Three
}
