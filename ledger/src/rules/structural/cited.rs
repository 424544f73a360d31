//! What the acts about earlier events have in common: which event is meant, who may speak of it, and what the
//! stream shows of it.

use serde_json::Value;

use super::countersignature::waits;
use super::signers::{is_listed, position_field};
use super::{Broken, is_structural};
use crate::event::Event;
use crate::log::Position;
use crate::rules::Warning;
use crate::rules::act::Act;
use crate::rules::next::Outlook;
use crate::rules::operand::{Context, World};
use crate::rules::past::{Followed, Known, LATER_BYTES_MAX, LATER_MAX, Lineage, Past, Recorded};
use crate::rules::refusal::{Code, Refusal, Text, Why};
use crate::rules::role;
use crate::rules::ruleset::Structural;
use crate::rules::succession::stands_for;
use crate::rules::thing::{Field, Fields, Thing};

/// Structural rule: which events can be spoken of.
pub(super) const OF_THIS_STREAM: &str = "SYS.9.1";
/// Structural rule: who may speak of one.
const SAME_AUTHORITY: &str = "SYS.9.2";

/// Most marks of one kind that a stream shows.
const MARKS_MAX: usize = 64;

/// What a stream shows of corrections.
pub(crate) const CORRECTIONS: &str = "corrections";
/// What a stream shows of voided events.
pub(crate) const VOIDED: &str = "voided";
/// What a stream shows of decisions that have ended.
pub(crate) const REVOKED: &str = "revoked";
/// What a stream shows of acts that wait for signatures.
pub(crate) const PENDING: &str = "pending";
/// What a stream shows of acts that were accepted with a finding: the newest of each rule and type.
pub(crate) const FOUND: &str = "found";
/// What streams show of acts about their events for good; no act keeps anything under these names.
pub(crate) const MARKS: [&str; 3] = [CORRECTIONS, VOIDED, REVOKED];

/// The event that is spoken of.
#[derive(Clone, Copy)]
pub(super) struct Cited<'a> {
    pub(super) known: &'a Known,
    pub(super) act: &'a Act,
}

impl<'a> Cited<'a> {
    /// The event that `data.event` names: of this stream and of no structural type.
    pub(super) fn find(context: &Context<'a>, by: &Act) -> Result<Self, Refusal> {
        let broken =
            |why| Broken { rule: OF_THIS_STREAM, pointer: "/data/event", why }.into_refusal(by);
        let past = context.world.and_then(|world| world.past);
        let known = match past {
            Some(Past::Known(known)) => known,
            Some(Past::NotHeld(position)) => {
                return Err(broken(Why::EventNotHeld { position: *position }));
            }
            Some(Past::TooMuch) => return Err(broken(too_much())),
            None => return Err(broken(Why::EventUnknown)),
        };
        let (subject, kind) = (&known.cited.event.subject, &known.cited.event.kind);
        if *subject != context.event.subject {
            return Err(broken(Why::EventOfAnotherStream { subject: subject.clone() }));
        }
        let act = known.cited.act().filter(|act| !is_structural(act) && act.builtin.is_none());
        let Some(act) = act else {
            return Err(broken(Why::EventStructural { kind: kind.clone() }));
        };
        Ok(Self { known, act })
    }

    /// It was not voided: the stream shows what was.
    pub(super) fn check_standing(&self, context: &Context<'_>, by: &Act) -> Result<(), Refusal> {
        let voided = context.this().is_some_and(|this| is_marked(this, VOIDED, self.recorded()));
        if voided { Err(Self::refusal(Why::EventVoided, by)) } else { Ok(()) }
    }

    /// It does not wait for a signature: what is not done yet is voided, and done anew.
    pub(super) fn check_complete(&self, context: &Context<'_>, by: &Act) -> Result<(), Refusal> {
        let waits = context.this().is_some_and(|this| waits(this, self.recorded()));
        if waits { Err(Self::refusal(Why::EventPending, by)) } else { Ok(()) }
    }

    /// What has become of it. Not more has followed than is looked into.
    pub(super) fn followed(&self, by: &Act) -> Result<&'a Followed, Refusal> {
        // It is asked of whoever is heard.
        let followed = self.known.followed.as_ref();
        let followed = followed.ok_or_else(|| Self::refusal(Why::EventUnknown, by))?;
        if followed.things.iter().any(|lineage| lineage.is_cut) {
            return Err(Self::refusal(too_much(), by));
        }
        Ok(followed)
    }

    /// What has become of its stream. An event that stands has changed that.
    pub(super) fn stream(&self, by: &Act) -> Result<&'a Lineage, Refusal> {
        let stream = self.followed(by)?.things.first();
        stream.ok_or_else(|| Self::refusal(Why::EventUnknown, by))
    }

    fn refusal(why: Why, by: &Act) -> Refusal {
        Broken { rule: OF_THIS_STREAM, pointer: "/data/event", why }.into_refusal(by)
    }

    pub(super) fn recorded(&self) -> &'a Recorded {
        &self.known.cited
    }

    /// He who signed or decided it, whoever may do the act, or an authority of the ledger; where the text names
    /// nobody, its agency.
    pub(super) fn check_authority(&self, context: &Context<'_>, by: &Act) -> Result<(), Refusal> {
        let Some(world) = context.world else { return Ok(()) };
        let recorded = self.recorded();
        let same_agency = recorded.event.source == context.event.source;
        let himself = recorded.signatory.person == world.signer && same_agency;
        let decided =
            recorded.event.decision.as_ref().is_some_and(|one| one.by == world.acting.person);
        let authority = world.acting.is_personal() && is_listed(context, "authorities");
        if himself || decided || authority || self.is_entitled(context, world) {
            return Ok(());
        }
        let mut entitled: Vec<_> = self.act.who.iter().map(role::Who::in_words).collect();
        entitled.push(Text { id: "AUTHORITY".to_owned(), en: "AUTHORITY".to_owned() });
        Err(not_entitled(entitled, by))
    }

    /// May he do the act that was done: one of its agency, one in its office, or whom the row names by what the
    /// event says? What any agency may do for itself, none may undo for another.
    pub(super) fn is_entitled(&self, context: &Context<'_>, world: &World<'_>) -> bool {
        let earlier = &self.recorded().event;
        let of_its_agency = stands_for(world.facts, context.event.agency(), earlier.agency());
        if self.act.who.is_empty() {
            return of_its_agency;
        }
        let decided_in = earlier.decision.as_ref().map(|decision| &decision.office);
        let used = context.event.decision.as_ref().map(|decision| &decision.office);
        let used = used.or(context.event.office.as_ref());
        let in_its_office = used.is_some() && used == decided_in.or(earlier.office.as_ref());
        let event = in_place_of(earlier, context.event);
        let rules = &self.recorded().rules;
        let his = Context { rules, event: &event, world: Some(world), after: None };
        if of_its_agency || in_its_office {
            return role::entitled(self.act, &his, &mut Vec::new()).is_ok();
        }
        role::is_named(self.act, &his)
    }
}

/// Is it decided by version 3 of the structural acts, or a later one?
pub(super) fn from_three(context: &Context<'_>) -> bool {
    context.rules.structural() >= Structural::Three
}

/// More has followed than is looked into.
fn too_much() -> Why {
    Why::TooMuchFollowed { events_max: LATER_MAX, bytes_max: LATER_BYTES_MAX }
}

/// Does the stream show a mark of that name on the event?
pub(super) fn is_marked(stream: &Thing, name: &str, event: &Recorded) -> bool {
    let marks = stream.fields.get(name).and_then(Field::as_list).unwrap_or_default();
    marks.iter().any(|mark| mark.member("of") == Some(&position_field(event.position)))
}

/// Only these may speak of the event.
pub(super) fn not_entitled(entitled: Vec<Text>, by: &Act) -> Refusal {
    let why = Why::ActorNotEntitled { entitled };
    let wording = by.wording_of(SAME_AUTHORITY);
    Refusal::new(Code::RoleMissing, Some(SAME_AUTHORITY), "/source", why).worded(wording)
}

/// An earlier act as if done now by him who speaks of it.
pub(crate) fn in_place_of(earlier: &Event, by: &Event) -> Event {
    Event {
        source: by.source.clone(),
        office: by.office.clone(),
        mandate: by.mandate,
        mandate_ref: by.mandate_ref.clone(),
        signed_as: by.signed_as,
        decision: by.decision.clone(),
        ..earlier.clone()
    }
}

/// What can be said before such an act is written: nothing can be said of an event of a stream that has none.
pub(super) fn outlook(context: &Context<'_>) -> Vec<(&'static str, Outlook)> {
    vec![match context.this() {
        None => (OF_THIS_STREAM, Outlook::fails(Why::EventUnknown)),
        Some(_) => (OF_THIS_STREAM, Outlook::depends(&["data.event"])),
    }]
}

/// What the stream shows of the act: where it stands, of which event it speaks, who did it and why.
pub(super) fn mark(context: &Context<'_>, cited: &Cited<'_>, after: &Thing) -> Fields {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(Field::from);
    let data = &context.event.data;
    let key = data.get("event").and_then(|event| event.get("key"));
    let by = context.world.map(|world| Field::from(world.acting.person));
    [
        ("position", Some(position_field(after.position))),
        ("of", Some(position_field(cited.recorded().position))),
        ("event", text(key)),
        ("type", Some(Field::from(cited.recorded().event.kind.as_str()))),
        ("by", by),
        ("agency", Some(Field::from(context.event.agency()))),
        ("time", Some(Field::from(context.event.time.text.as_str()))),
        ("reason", text(data.get("reason"))),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name.to_owned(), value?)))
    .collect()
}

/// Adds a mark to what the stream shows.
pub(super) fn show(thing: &mut Thing, name: &str, mark: Fields, by: &Act) -> Result<(), Refusal> {
    let marks = thing.fields.entry(name.to_owned()).or_insert_with(|| Field::List(Vec::new()));
    let Field::List(marks) = marks else { return Ok(()) };
    if marks.len() == MARKS_MAX {
        let why = Why::TooLong { max: MARKS_MAX };
        return Err(Broken { rule: OF_THIS_STREAM, pointer: "/subject", why }.into_refusal(by));
    }
    marks.push(Field::Map(mark));
    Ok(())
}

/// Notes the rules that found something in the act which leaves the thing so. From version 2 of the structural acts.
pub(crate) fn note_findings(thing: &mut Thing, context: &Context<'_>, warnings: &[Warning]) {
    if warnings.is_empty() || context.rules.structural() < Structural::Two {
        return;
    }
    let kind = context.event.kind.as_str();
    let position = position_field(thing.position);
    let mut found = match thing.fields.remove(FOUND) {
        Some(Field::List(found)) => found,
        _ => Vec::new(),
    };
    for warning in warnings {
        let same = |mark: &Field| {
            let is = |name, value: &str| mark.member(name).and_then(Field::as_text) == Some(value);
            is("rule", &warning.rule) && is("type", kind)
        };
        found.retain(|mark| !same(mark));
        let mark = [
            ("position", position.clone()),
            ("type", Field::from(kind)),
            ("rule", Field::from(warning.rule.as_str())),
        ];
        found.push(Field::Map(mark.map(|(name, value)| (name.to_owned(), value)).into()));
    }
    let more = found.len().saturating_sub(MARKS_MAX);
    thing.fields.insert(FOUND.to_owned(), Field::List(found.split_off(more)));
}

/// What an act that waited was found with goes with it; what it was noted in place of is there again, unless that was
/// voided. `before`: the thing before the act.
pub(super) fn take_findings_back(thing: &mut Thing, before: Option<&Thing>, act: &Recorded) {
    let of = |thing: &Thing| {
        let found = thing.fields.get(FOUND).and_then(Field::as_list).unwrap_or_default();
        found.to_vec()
    };
    let position = position_field(act.position);
    let (own, mut left): (Vec<_>, Vec<_>) =
        of(thing).into_iter().partition(|mark| mark.member("position") == Some(&position));
    let voided = thing.fields.get(VOIDED).and_then(Field::as_list).unwrap_or_default();
    let is_voided =
        |mark: &Field| voided.iter().any(|one| one.member("of") == mark.member("position"));
    let again = before
        .map(of)
        .unwrap_or_default()
        .into_iter()
        .filter(|mark| own.iter().any(|own| is_same_finding(own, mark)) && !is_voided(mark));
    left.extend(again);
    put_findings(thing, left);
}

/// What the thing is found with after one of its events was voided: as before that, and what acts are found with that
/// wait now.
pub(super) fn keep_findings_of_waiting(thing: &mut Thing, now: &Thing) {
    let found = now.fields.get(FOUND).and_then(Field::as_list).unwrap_or_default();
    let waiting = now.fields.get(PENDING).and_then(Field::as_list).unwrap_or_default();
    let waits = |mark: &&Field| {
        waiting.iter().any(|entry| entry.member("position") == mark.member("position"))
    };
    let mut left = match thing.fields.remove(FOUND) {
        Some(Field::List(found)) => found,
        _ => Vec::new(),
    };
    for mark in found.iter().filter(waits) {
        left.retain(|earlier| !is_same_finding(earlier, mark));
        left.push(mark.clone());
    }
    put_findings(thing, left);
}

/// Of one rule in acts of one type: the newest of them is shown.
fn is_same_finding(one: &Field, other: &Field) -> bool {
    ["rule", "type"].iter().all(|name| one.member(name) == other.member(name))
}

fn put_findings(thing: &mut Thing, found: Vec<Field>) {
    thing.fields.remove(FOUND);
    if !found.is_empty() {
        thing.fields.insert(FOUND.to_owned(), Field::List(found));
    }
}

/// The position that a mark names.
pub(super) fn position_in(mark: &Fields, name: &str) -> Option<Position> {
    match mark.get(name) {
        Some(Field::Integer(position)) => u64::try_from(*position).ok().map(Position),
        _ => None,
    }
}

/// What is kept at a place.
pub(super) fn value_at<'a>(fields: &'a Fields, path: &str) -> Option<&'a Field> {
    match path.split_once('.') {
        None => fields.get(path),
        Some((under, name)) => fields.get(under)?.member(name),
    }
}

/// Where a value is kept: `purpose`, or `request.purpose` under a name.
pub(super) fn put_at(fields: &mut Fields, path: &str, value: Option<&Field>) {
    let (name, fields) = match path.split_once('.') {
        None => (path, Some(fields)),
        Some((under, name)) => match fields.get_mut(under) {
            Some(Field::Map(inner)) => (name, Some(inner)),
            _ => (name, None),
        },
    };
    match (fields, value) {
        (Some(fields), Some(value)) => drop(fields.insert(name.to_owned(), value.clone())),
        (Some(fields), None) => drop(fields.remove(name)),
        (None, _) => {}
    }
}
