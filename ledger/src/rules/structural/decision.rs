//! `decision-revoked@1` and `decision-annulled@1`: a decision ends from a day on (pencabutan), or counts as never
//! made (pembatalan). What rests on it is shown, and not changed.

use serde_json::Value;

use super::cited::{Cited, from_three, outlook};
use super::correction::overwrites;
use super::dates::{day_of_act, note_entry};
use super::marks::{REVOKED, is_marked, mark, show};
use super::voiding::restored;
use super::written::position_field;
use super::{Broken, Changes, recorder, short};
use crate::event::{Event, is_stream, parse_date};
use crate::rules::act::{Act, Decision, Effect};
use crate::rules::next::Outlook;
use crate::rules::operand::Context;
use crate::rules::past::{Followed, Lineage, Recorded};
use crate::rules::refusal::{Code, Refusal, Text, Why};
use crate::rules::riwayat::{self, RIWAYAT};
use crate::rules::role::Who;
use crate::rules::thing::{Field, Fields, Thing};

/// Structural rule: what is ended in this way.
const DECISIONS: &str = "SYS.10.1";
/// Structural rule: by whom.
const SAME_OFFICE: &str = "SYS.10.2";
/// Structural rule: only what is in effect ends.
const IN_EFFECT: &str = "SYS.10.3";
/// Structural rule: a revocation counts forward; what counts back is an annulment.
const FORWARD: &str = "SYS.10.5";

/// How a decision ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// From a day on.
    Revoked,
    /// As if it was never made.
    Annulled,
}

/// What of an ending is told without asking what has become of the decision: what is meant, and by whom.
pub(super) fn hear<'a>(
    context: &Context<'a>,
    by: &Act,
) -> Result<(Cited<'a>, &'a Decision), Refusal> {
    let cited = Cited::find(context, by)?;
    let recorded = cited.recorded();
    let broken = |rule, why| Broken { rule, pointer: "/data/event", why }.into_refusal(by);
    let kind = || recorded.event.kind.clone();
    let decision = cited.act.decision.as_ref();
    let decision = decision.ok_or_else(|| broken(DECISIONS, Why::NoDecision { kind: kind() }))?;
    check_office(&cited, context, by)?;
    recorder::check_apart(cited.against(context), context, by)?;
    cited.check_standing(context, by)?;
    cited.check_complete(context, by)?;
    if context.this().is_some_and(|this| is_marked(this, REVOKED, recorded)) {
        return Err(broken(IN_EFFECT, Why::DecisionEnded));
    }
    check_forward(&cited, context, by)?;
    Ok((cited, decision))
}

/// A revocation does not count from a day before the decision.
fn check_forward(cited: &Cited<'_>, context: &Context<'_>, by: &Act) -> Result<(), Refusal> {
    let Some(world) = context.world.filter(|_| from_three(context)) else { return Ok(()) };
    let from = context.event.data.get("from").and_then(Value::as_str).and_then(parse_date);
    let decided = day_of_act(&cited.recorded().event, world.zone);
    if from.is_none_or(|from| from >= decided) {
        return Ok(());
    }
    let why = Why::RevokedBefore { decided: decided.to_string() };
    Err(Broken { rule: FORWARD, pointer: "/data/from", why }.into_refusal(by))
}

pub(super) fn end(
    ending: Ending,
    context: &Context<'_>,
    by: &Act,
    after: &mut Thing,
    changes: &mut Changes,
) -> Result<(), Refusal> {
    let (cited, decision) = hear(context, by)?;
    let followed = cited.followed(by)?;
    let recorded = cited.recorded();
    let broken = |rule, why| Broken { rule, pointer: "/data/event", why }.into_refusal(by);
    let stream = cited.stream(by)?;
    let given = stream.after.as_ref().map_or(Thing::NONE, |thing| &thing.state);
    let still = decision.in_effect.iter().find(|(state, _)| *state == after.state);
    if after.state != given && still.is_none() {
        let (thing, state) = (context.event.subject.clone(), Some(after.state.clone()));
        let others = decision.in_effect.iter().map(|(state, _)| state.clone());
        let allowed = std::iter::once(given.to_owned()).chain(others).collect();
        let why = Why::StateForbids { thing, state, allowed };
        return Err(broken(IN_EFFECT, why));
    }
    let revoked = still.map_or(&decision.revoked, |(_, revoked)| revoked);
    let decides = |later: &&Recorded| later.act().is_some_and(|act| act.decision.is_some());
    let since = counting(stream, context);
    if let Some(later) = since.iter().copied().find(decides) {
        let (thing, position) = (context.event.subject.clone(), later.position);
        return Err(broken(IN_EFFECT, Why::DecisionReplaced { thing, position }));
    }

    let mut mark = mark(context, &cited, after);
    mark.insert("how".to_owned(), Field::from(ending.name()));
    let from = context.event.data.get("from").and_then(Value::as_str);
    mark.extend(from.map(|from| ("from".to_owned(), Field::from(from))));
    let mut rests = rests_on(recorded, followed, context);
    if !rests.is_empty() {
        let more = rests.len().saturating_sub(short::RESTS_MAX);
        if from_three(context) && more > 0 {
            rests.truncate(short::RESTS_MAX);
            let more = i64::try_from(more).unwrap_or(i64::MAX);
            mark.insert("rests_more".to_owned(), Field::Integer(more));
        }
        mark.insert("rests".to_owned(), Field::List(rests));
    }
    let was = stream.before.as_ref();
    if ending == Ending::Annulled && since.is_empty() {
        let told = after.fields.get(RIWAYAT).cloned();
        *after = restored(was, after, recorded.position, followed, context);
        // That it was brought in stays told, and so does that something has followed.
        after.fields.extend(told.map(|acts| (RIWAYAT.to_owned(), acts)));
    } else {
        let before = was.map_or(Thing::NONE, |thing| &thing.state);
        let state = match ending {
            Ending::Revoked => revoked,
            Ending::Annulled => decision.annulled_in(revoked, given, before),
        };
        state.clone_into(&mut after.state);
        note_entry(after, context);
        after.fields.retain(|name, _| !decision.clear.contains(name));
        if ending == Ending::Annulled && from_three(context) {
            give_back(after, stream, &since, cited.act, decision);
        }
    }
    // What it held alone is free.
    for lineage in followed.things.iter().filter(|lineage| !is_stream(&lineage.key)) {
        let Some(now) = context.thing(&lineage.key) else { continue };
        if counting(lineage, context).is_empty() {
            // What it stands in place of ended with it.
            let before = match ending {
                Ending::Revoked if from_three(context) => lineage.before_decisions.as_ref(),
                _ => lineage.before.as_ref(),
            };
            let thing = restored(before, now, recorded.position, followed, context);
            let (position, recorded_at) = (after.position, after.recorded_at);
            changes.push((lineage.key.clone(), Thing { position, recorded_at, ..thing }));
        }
    }
    if from_three(context) {
        give_others_back(cited.act, followed, context, after, changes);
        end_others(decision, recorded, context, after, changes);
    }
    show(after, REVOKED, mark, by)
}

/// What has changed the thing since and counts still. From version 3 a decision that was annulled is as if it was never
/// made, and so are its signatures and its annulment.
fn counting<'a>(lineage: &'a Lineage, context: &Context<'_>) -> Vec<&'a Recorded> {
    let is_annulled = |later: &&Recorded| {
        let stream = context.thing(&later.event.subject).filter(|_| from_three(context));
        stream.is_some_and(|stream| is_shown_as(Ending::Annulled, stream, later))
    };
    let annulled: Vec<_> = lineage.standing().filter(is_annulled).collect();
    let is_of_one = |later: &&Recorded| {
        annulled.iter().any(|one| one.position == later.position || later.cites(one))
    };
    lineage.standing().filter(|later| !is_of_one(later)).collect()
}

/// Does the stream show that the decision ended so?
fn is_shown_as(ending: Ending, stream: &Thing, decision: &Recorded) -> bool {
    let marks = stream.fields.get(REVOKED).and_then(Field::as_list).unwrap_or_default();
    marks.iter().any(|mark| {
        mark.member("of") == Some(&position_field(decision.position))
            && mark.member("how").and_then(Field::as_text) == Some(ending.name())
    })
}

/// Does the event end a decision?
pub(crate) fn ends(event: &Event) -> bool {
    annuls(event) || event.kind == "decision.revoked"
}

/// Does the event say that a decision was never made?
pub(crate) fn annuls(event: &Event) -> bool {
    event.kind == "decision.annulled"
}

/// The state into which the decision has led other streams ends with it, where nothing has led them on since.
fn give_others_back(
    act: &Act,
    followed: &Followed,
    context: &Context<'_>,
    after: &Thing,
    changes: &mut Changes,
) {
    let others = followed.things.iter().filter(|lineage| is_stream(&lineage.key));
    for lineage in others.filter(|lineage| lineage.key != context.event.subject) {
        let Some((now, before)) = context.thing(&lineage.key).zip(lineage.before.as_ref()) else {
            continue;
        };
        let gave = |effect: &Effect| effect.to == now.state && effect.from.contains(&before.state);
        let since = counting(lineage, context);
        let led_on = since.iter().any(|later| may_lead(later, &lineage.key));
        if led_on || !act.effects.iter().any(gave) {
            continue;
        }
        let mut thing = Thing { state: before.state.clone(), ..now.clone() };
        riwayat::follow(&mut thing);
        (thing.position, thing.recorded_at) = (after.position, after.recorded_at);
        note_entry(&mut thing, context);
        changes.push((lineage.key.clone(), thing));
    }
}

/// What stands by the decision alone ends with it: a site with the name that it is at.
fn end_others(
    decision: &Decision,
    recorded: &Recorded,
    context: &Context<'_>,
    after: &Thing,
    changes: &mut Changes,
) {
    let his = Context { rules: &recorded.rules, event: &recorded.event, ..*context };
    for end in &decision.ends {
        let Some(key) = end.thing.render(&his) else { continue };
        let found = context.thing(&key).filter(|thing| end.from.contains(&thing.state));
        let touched = key == context.event.subject || changes.iter().any(|(own, _)| *own == key);
        let Some(mut thing) = found.filter(|_| !touched).cloned() else { continue };
        end.to.clone_into(&mut thing.state);
        riwayat::follow(&mut thing);
        (thing.position, thing.recorded_at) = (after.position, after.recorded_at);
        note_entry(&mut thing, context);
        changes.push((key, thing));
    }
}

/// May the event have led the stream into another state?
fn may_lead(later: &Recorded, key: &str) -> bool {
    let own = later.act().filter(|_| later.event.subject == key);
    own.is_none_or(|act| act.builtin.is_some() || act.transitions.iter().any(|s| s.to.is_some()))
}

/// What the decision has cleared, or written in place of what stood there, is as it was before it, where no later event
/// has written anything there.
fn give_back(
    after: &mut Thing,
    stream: &Lineage,
    since: &[&Recorded],
    act: &Act,
    decision: &Decision,
) {
    let before = stream.before.iter().flat_map(|before| &before.fields);
    for (name, was) in before {
        let cleared = act.clear.contains(name) || decision.clear.contains(name);
        let written = since.iter().any(|later| overwrites(later, name, &stream.key));
        if cleared && !written && !after.fields.contains_key(name) {
            after.fields.insert(name.clone(), was.clone());
        }
    }
}

/// Whoever holds the office today that decided; where no office did, whoever may decide it today. Not one to whom, or to
/// whose agency, it is done.
fn check_office<'a>(cited: &Cited<'a>, context: &Context<'a>, by: &Act) -> Result<(), Refusal> {
    let Some(world) = context.world else { return Ok(()) };
    let event = &cited.recorded().event;
    let decided = event.decision.as_ref().map(|decision| &decision.office);
    let office = decided.or(event.office.as_ref());
    let same = match office {
        Some(office) => world.acting.office == Some(office.as_str()),
        None => cited.is_entitled(context, world),
    };
    let same = same && !cited.is_against(context, world);
    if same {
        return Ok(());
    }
    let entitled = match office {
        Some(office) => vec![Text { id: office.clone(), en: office.clone() }],
        None => cited.act.who.iter().map(Who::in_words).collect(),
    };
    let pointer = if office.is_some() { "/office" } else { "/source" };
    let why = Why::ActorNotEntitled { entitled };
    let wording = by.wording_of(SAME_OFFICE);
    Err(Refusal::new(Code::RoleMissing, Some(SAME_OFFICE), pointer, why).worded(wording))
}

/// What followed on the decision: later events of its stream, and what it did to others with what followed there.
fn rests_on(decision: &Recorded, followed: &Followed, context: &Context<'_>) -> Vec<Field> {
    let entry = |event: &Recorded, stream: &str| {
        Field::Map(Fields::from([
            ("position".to_owned(), position_field(event.position)),
            ("type".to_owned(), Field::from(event.event.kind.as_str())),
            ("stream".to_owned(), Field::from(stream)),
        ]))
    };
    let mut rests = Vec::new();
    for lineage in followed.things.iter().filter(|lineage| is_stream(&lineage.key)) {
        if lineage.key != context.event.subject {
            rests.push(entry(decision, &lineage.key));
        }
        let since = counting(lineage, context).into_iter();
        rests.extend(since.map(|later| entry(later, &lineage.key)));
    }
    rests
}

/// What can be said before it is written.
pub(super) fn outlooks(context: &Context<'_>) -> Vec<(&'static str, Outlook)> {
    let mut outlooks = outlook(context);
    for rule in [DECISIONS, IN_EFFECT, FORWARD] {
        outlooks.push((rule, Outlook::depends(&["data.event"])));
    }
    outlooks
}

impl Ending {
    fn name(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::Annulled => "annulled",
        }
    }
}
