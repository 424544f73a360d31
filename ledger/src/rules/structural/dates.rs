//! Since when things stand, and what follows from it for a recorder: he does not record his own decision, and no
//! decision is dated before what it rests on. From version 3.

use jiff::civil::Date;
use jiff::tz::Offset;

use super::is_structural;
use crate::event::{Event, SignedAs, parse_date, parse_time};
use crate::rules::act::Act;
use crate::rules::lifecycle::Transition;
use crate::rules::operand::{Context, day_of};
use crate::rules::past::Past;
use crate::rules::refusal::{Code, Refusal, Why};
use crate::rules::ruleset::Structural;
use crate::rules::thing::{Field, Fields, Thing};

/// Under which name a thing keeps since when it is in its state (`entered`), as a local day; no act keeps anything under it.
pub(crate) const DATES: &str = "dates";
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

/// A decision that a recorder records is not dated before the state which it leads out of, where the lifecycle demands one,
/// nor before the act that it speaks of. How long the stream, or another one, has been known says nothing: what is
/// recorded first need not have been first.
pub(crate) fn check_grounds(
    act: &Act,
    context: &Context<'_>,
    step: Option<&Transition>,
) -> Result<(), Refusal> {
    let decided = match (context.event.signed_as, &context.event.decision) {
        (SignedAs::Recorder, Some(decision)) if is_dated(context) => decision.date,
        _ => return Ok(()),
    };
    let entered = context
        .this()
        .filter(|this| step.is_some_and(|step| is_led_out(this, step)))
        .and_then(entered_on);
    let spoken_of = context.world.and_then(|world| match world.past {
        Some(Past::Known(known)) => Some(day_of_act(&known.cited.event, world.zone)),
        _ => None,
    });
    match entered.max(spoken_of).filter(|since| decided < *since) {
        None => Ok(()),
        Some(since) => {
            let thing = context.event.subject.clone();
            let why = Why::DecidedBefore { thing, since: Some(since.to_string()) };
            let wording = act.wording_of(AFTER_ITS_GROUNDS);
            let rule = Some(AFTER_ITS_GROUNDS);
            Err(Refusal::new(Code::RuleRefused, rule, "/decision/date", why).worded(wording))
        }
    }
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
    let Some(world) = context.world.filter(|_| is_dated(context)) else { return };
    let day = match (context.event.signed_as, &context.event.decision) {
        (SignedAs::Recorder, Some(decision)) => Some(decision.date),
        _ => parse_time(world.effective).map(|effective| world.day_of(effective)),
    };
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
