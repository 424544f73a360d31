//! What a stream shows of the acts about its events: where each stands, of which event it speaks, who did it and why.

use serde_json::Value;

use super::Broken;
use super::cited::{Cited, OF_THIS_STREAM};
use super::written::position_field;
use crate::log::Position;
use crate::rules::act::Act;
use crate::rules::operand::Context;
use crate::rules::past::Recorded;
use crate::rules::refusal::{Refusal, Why};
use crate::rules::thing::{Field, Fields, Thing};

/// Most marks of one kind that a stream shows.
pub(super) const MARKS_MAX: usize = 64;

/// What a stream shows of corrections.
pub(crate) const CORRECTIONS: &str = "corrections";
/// What a stream shows of voided events.
pub(crate) const VOIDED: &str = "voided";
/// What a stream shows of decisions that have ended.
pub(crate) const REVOKED: &str = "revoked";
/// What a stream shows of acts that wait for signatures.
pub(crate) const PENDING: &str = "pending";
/// What streams show of acts about their events for good; no act keeps anything under these names.
pub(crate) const MARKS: [&str; 3] = [CORRECTIONS, VOIDED, REVOKED];
/// What it shows of those that are nothing but remarks on another event.
const REMARKS: [&str; 2] = [CORRECTIONS, VOIDED];

/// In the mark of a correction or voiding that has waited: where it was recorded.
const RECORDED: &str = "recorded";

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

/// Adds a mark; the oldest goes where there is no room.
pub(super) fn show_newest(thing: &mut Thing, name: &str, mark: Fields) {
    let marks = thing.fields.entry(name.to_owned()).or_insert_with(|| Field::List(Vec::new()));
    if let Field::List(marks) = marks {
        let more = marks.len().saturating_add(1).saturating_sub(MARKS_MAX);
        marks.drain(..more.min(marks.len()));
        marks.push(Field::Map(mark));
    }
}

/// Does the stream show a mark of that name on the event?
pub(super) fn is_marked(stream: &Thing, name: &str, event: &Recorded) -> bool {
    let marks = stream.fields.get(name).and_then(Field::as_list).unwrap_or_default();
    marks.iter().any(|mark| mark.member("of") == Some(&position_field(event.position)))
}

/// The position that a mark names.
pub(super) fn position_in(mark: &Fields, name: &str) -> Option<Position> {
    match mark.get(name) {
        Some(Field::Integer(position)) => u64::try_from(*position).ok().map(Position),
        _ => None,
    }
}

/// Where the correction of a mark was recorded: where the mark stands, or earlier, if it has waited for signatures.
pub(super) fn made_by(mark: &Fields) -> Option<Position> {
    position_in(mark, RECORDED).or_else(|| position_in(mark, "position"))
}

/// The correction or voiding of that position has waited since it was recorded at another.
pub(super) fn tell_recorded(stream: &mut Thing, made: Position, recorded: Position) {
    for name in REMARKS {
        let Some(Field::List(marks)) = stream.fields.get_mut(name) else { continue };
        for mark in marks {
            if let Field::Map(mark) = mark
                && position_in(mark, "position") == Some(made)
            {
                mark.insert(RECORDED.to_owned(), position_field(recorded));
            }
        }
    }
}

/// Did the event at that position sign a correction or a voiding as the last one?
pub(crate) fn made_remark(stream: Option<&Thing>, at: Position) -> bool {
    let marks = REMARKS.iter().filter_map(|name| stream?.fields.get(*name)?.as_list());
    marks.flatten().any(|mark| {
        mark.member("position") == Some(&position_field(at)) && mark.member(RECORDED).is_some()
    })
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
