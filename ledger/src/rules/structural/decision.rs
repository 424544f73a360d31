//! `decision-revoked@1` and `decision-annulled@1`: a decision ends from a day on (pencabutan), or counts as never
//! made (pembatalan). What rests on it is shown, and not changed.

use serde_json::Value;

use super::cited::{Cited, from_three, outlook};
use super::correction::overwrites;
use super::marks::{REVOKED, is_marked, mark, show};
use super::voiding::restored;
use super::written::position_field;
use super::{Broken, Changes, short};
use crate::event::is_stream;
use crate::rules::act::{Act, Decision};
use crate::rules::next::Outlook;
use crate::rules::operand::Context;
use crate::rules::past::{Followed, Lineage, Recorded};
use crate::rules::refusal::{Code, Refusal, Text, Why};
use crate::rules::role::Who;
use crate::rules::thing::{Field, Fields, Thing};

/// Structural rule: what is ended in this way.
const DECISIONS: &str = "SYS.10.1";
/// Structural rule: by whom.
const SAME_OFFICE: &str = "SYS.10.2";
/// Structural rule: only what is in effect ends.
const IN_EFFECT: &str = "SYS.10.3";

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
    cited.check_standing(context, by)?;
    cited.check_complete(context, by)?;
    if context.this().is_some_and(|this| is_marked(this, REVOKED, recorded)) {
        return Err(broken(IN_EFFECT, Why::DecisionEnded));
    }
    Ok((cited, decision))
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
    if after.state != given {
        let (thing, state) = (context.event.subject.clone(), after.state.clone());
        let why = Why::StateForbids { thing, state, allowed: vec![given.to_owned()] };
        return Err(broken(IN_EFFECT, why));
    }
    let decides = |later: &&Recorded| later.act().is_some_and(|act| act.decision.is_some());
    if let Some(later) = stream.standing().find(decides) {
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
    if ending == Ending::Annulled && stream.standing().next().is_none() {
        *after = restored(was, after, recorded.position, followed, context);
    } else {
        let before = was.map_or(Thing::NONE, |thing| &thing.state);
        let state = match ending {
            Ending::Revoked => &decision.revoked,
            Ending::Annulled => decision.annulled.as_deref().unwrap_or(before),
        };
        state.clone_into(&mut after.state);
        after.fields.retain(|name, _| !decision.clear.contains(name));
        if ending == Ending::Annulled && from_three(context) {
            give_back(after, stream, cited.act, decision);
        }
    }
    // What it held alone is free.
    for lineage in followed.things.iter().filter(|lineage| !is_stream(&lineage.key)) {
        let Some(now) = context.thing(&lineage.key) else { continue };
        if lineage.standing().next().is_none() {
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
    show(after, REVOKED, mark, by)
}

/// What the decision has cleared, or written in place of what stood there, is as it was before it, where no later event
/// has written anything there.
fn give_back(after: &mut Thing, stream: &Lineage, act: &Act, decision: &Decision) {
    let before = stream.before.iter().flat_map(|before| &before.fields);
    for (name, was) in before {
        let cleared = act.clear.contains(name) || decision.clear.contains(name);
        let written = stream.standing().any(|later| overwrites(later, name, &stream.key));
        if cleared && !written && !after.fields.contains_key(name) {
            after.fields.insert(name.clone(), was.clone());
        }
    }
}

/// Whoever holds the office today that decided; where no office did, whoever may decide it today.
fn check_office(cited: &Cited<'_>, context: &Context<'_>, by: &Act) -> Result<(), Refusal> {
    let Some(world) = context.world else { return Ok(()) };
    let event = &cited.recorded().event;
    let decided = event.decision.as_ref().map(|decision| &decision.office);
    let office = decided.or(event.office.as_ref());
    let same = match office {
        Some(office) => world.acting.office == Some(office.as_str()),
        None => cited.is_entitled(context, world),
    };
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
        rests.extend(lineage.standing().map(|later| entry(later, &lineage.key)));
    }
    rests
}

/// What can be said before it is written.
pub(super) fn outlooks(context: &Context<'_>) -> Vec<(&'static str, Outlook)> {
    let mut outlooks = outlook(context);
    for rule in [DECISIONS, IN_EFFECT] {
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
