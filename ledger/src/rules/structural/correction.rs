//! `correction@1`: slips of the pen in an earlier event are put right. Its lifecycle is not touched: what decided
//! anything is not a slip of the pen.

use serde_json::{Map, Value};

use super::cited::{Cited, from_three, outlook};
use super::marks::{CORRECTIONS, made_by, mark, position_in, put_at, show, value_at};
use super::written::position_field;
use super::{short, signs};
use crate::event::{Event, escape};
use crate::rules::act::Act;
use crate::rules::condition::{Condition, Predicate};
use crate::rules::content;
use crate::rules::next::Outlook;
use crate::rules::operand::{Context, Operand};
use crate::rules::past::{Lineage, Recorded};
use crate::rules::refusal::{Code, Fault, Refusal, Why};
use crate::rules::ruleset::Structural;
use crate::rules::schema::FieldSpec;
use crate::rules::thing::{Field, Fields, Thing};

/// Structural rule: what decides is not corrected, and neither is what is right.
const SLIPS_ONLY: &str = "SYS.9.4";

/// What of a correction is told without asking what has become of the event: by whom, of what, and of which fields.
pub(super) fn hear<'a>(context: &Context<'a>, by: &Act) -> Result<Cited<'a>, Refusal> {
    let cited = Cited::find(context, by)?;
    cited.check_authority(context, by)?;
    cited.check_standing(context, by)?;
    cited.check_complete(context, by)?;
    let recorded = cited.recorded();
    for (index, (name, value)) in corrections(context.event).enumerate() {
        let field = field_of(&cited, name).ok_or_else(|| refusal(by, index, Why::FieldUnknown))?;
        let mut before = corrections(context.event).take(index);
        if from_three(context) && before.any(|(earlier, _)| earlier == name) {
            return Err(refusal(by, index, Why::FieldTwice { field: name.to_owned() }));
        }
        if decides(recorded, cited.act, field, context.rules.structural()) {
            return Err(refusal(by, index, Why::FieldDecides { field: name.to_owned() }));
        }
        if digests(recorded.event.data.get(name)) != digests(value) {
            return Err(refusal(by, index, Why::OtherDocument));
        }
    }
    Ok(cited)
}

fn field_of<'a>(cited: &Cited<'a>, name: &str) -> Option<&'a FieldSpec> {
    cited.act.fields.iter().find(|field| field.name == name)
}

fn refusal(by: &Act, index: usize, why: Why) -> Refusal {
    let pointer = format!("/data/corrections/{index}/field");
    let wording = by.wording_of(SLIPS_ONLY);
    Refusal::new(Code::RuleRefused, Some(SLIPS_ONLY), &pointer, why).worded(wording)
}

pub(super) fn correct(context: &Context<'_>, by: &Act, after: &mut Thing) -> Result<(), Refusal> {
    let cited = hear(context, by)?;
    let recorded = cited.recorded();
    let stream = cited.stream(by)?;
    let mut event = recorded.event.clone();
    for correction in earlier(context, recorded, stream) {
        corrections(&correction.event).for_each(|(name, value)| put(&mut event.data, name, value));
    }
    let was = event.clone();
    let mut places = Vec::new();
    for (index, (name, value)) in corrections(context.event).enumerate() {
        if event.data.get(name) == value {
            return Err(refusal(by, index, Why::NothingCorrected));
        }
        put(&mut event.data, name, value);
        places.extend(field_of(&cited, name));
    }
    check_content(recorded, &event, context.event)?;

    let mut mark = mark(context, &cited, after);
    let shown = places.into_iter().flat_map(|field| shown(&cited, stream, field, [&was, &event]));
    let mut shown: Vec<_> = shown.collect();
    for place in &shown {
        if let (Some(Field::Text(path)), None) = (place.get("kept"), place.get("overwritten_by"))
            && value_at(&after.fields, path) == place.get("old")
        {
            put_at(&mut after.fields, path, place.get("new"));
        }
    }
    if from_three(context) {
        shown.iter_mut().for_each(short::shorten);
    }
    mark.insert("fields".to_owned(), Field::List(shown.into_iter().map(Field::Map).collect()));
    show(after, CORRECTIONS, mark, by)
}

/// The corrections of the event that count, in the order in which they took effect.
fn earlier<'a>(
    context: &Context<'a>,
    of: &Recorded,
    stream: &'a Lineage,
) -> impl Iterator<Item = &'a Recorded> {
    let marks = context.this().and_then(|this| this.fields.get(CORRECTIONS));
    let marks = marks.and_then(Field::as_list).unwrap_or_default().iter();
    let made = marks.filter_map(move |mark| match mark {
        Field::Map(mark) if position_in(mark, "of") == Some(of.position) => made_by(mark),
        _ => None,
    });
    made.filter_map(|at| {
        stream.later.iter().map(|later| &*later.event).find(|event| event.position == at)
    })
}

/// The names and values that a correction sets; a name without a value is taken out.
fn corrections(event: &Event) -> impl Iterator<Item = (&str, Option<&Value>)> {
    let list = event.data.get("corrections").and_then(Value::as_array).into_iter().flatten();
    list.filter_map(|one| Some((one.get("field")?.as_str()?, one.get("value"))))
}

fn put(data: &mut Map<String, Value>, name: &str, value: Option<&Value>) {
    match value {
        Some(value) => drop(data.insert(name.to_owned(), value.clone())),
        None => drop(data.remove(name)),
    }
}

/// The corrected event must be one that its row takes. The first fault refuses, in the name of its own rule.
fn check_content(recorded: &Recorded, corrected: &Event, by: &Event) -> Result<(), Refusal> {
    content::check(&recorded.rules, corrected).map_err(|refusal| {
        let faults = refusal
            .faults
            .into_iter()
            .map(|fault| Fault { pointer: pointer_in(by, &fault.pointer), ..fault });
        Refusal { code: Code::ContentInvalid, faults: faults.collect(), ..refusal }
    })
}

/// Where the correction says what stands at `pointer` in the corrected event.
fn pointer_in(by: &Event, pointer: &str) -> String {
    let named = corrections(by).enumerate().find_map(|(index, (name, _))| {
        let rest = pointer.strip_prefix("/data/")?.strip_prefix(escape(name).as_str())?;
        (rest.is_empty() || rest.starts_with('/'))
            .then(|| format!("/data/corrections/{index}/value{rest}"))
    });
    named.unwrap_or_else(|| "/data/corrections".to_owned())
}

/// What the stream shows of one corrected field: each place where it is kept, with its old and new value, and the
/// event that has written over it since. Of what the stream does not keep only the name is shown.
fn shown(
    cited: &Cited<'_>,
    lineage: &Lineage,
    field: &FieldSpec,
    [was, is]: [&Event; 2],
) -> Vec<Fields> {
    let stream = is.subject.as_str();
    let named = || Fields::from([("field".to_owned(), Field::from(field.name.as_str()))]);
    let places = |event| kept_places(cited.recorded(), cited.act, field, event);
    let places = places(was).into_iter().zip(places(is));
    let shown: Vec<_> = places
        .map(|((place, old), (_, new))| {
            let mut shown = named();
            let later = lineage.standing().filter(|later| overwrites(later, &place, stream));
            // The first of them: `standing` begins with the newest.
            let overwritten_by = later.last().map(|later| position_field(later.position));
            let known = [("old", old), ("new", new), ("overwritten_by", overwritten_by)];
            let known = known.into_iter().filter_map(|(name, value)| Some((name, value?)));
            shown.extend(known.map(|(name, value)| (name.to_owned(), value)));
            shown.insert("kept".to_owned(), Field::Text(place));
            shown
        })
        .collect();
    if shown.is_empty() { vec![named()] } else { shown }
}

/// Where the stream's thing keeps a field of the event, and its value.
fn kept_places(
    recorded: &Recorded,
    act: &Act,
    field: &FieldSpec,
    event: &Event,
) -> Vec<(String, Option<Field>)> {
    let context = Context { rules: &recorded.rules, event, world: None, after: None };
    let path = |name: &str| place(act, name);
    let value = event.data.get(&field.name).and_then(Field::from_json);
    let own = (path(&field.name), value.or_else(|| field.default.clone()));
    let derived = act.keep.iter().filter(|(_, from)| is_of(from, &field.name));
    let derived = derived.map(|(name, from)| {
        (path(name), from.value(&context).and_then(|item| item.to_field(&context)))
    });
    Some(own).filter(|_| field.keep).into_iter().chain(derived).collect()
}

/// What a correction of an event sets at a place where the stream keeps one of its fields.
pub(super) fn value_set(
    correction: &Recorded,
    of: &Recorded,
    field: &str,
    path: &str,
) -> Option<Field> {
    let (name, value) = corrections(&correction.event).find(|(name, _)| *name == field)?;
    let act = of.act()?;
    let spec = act.fields.iter().find(|spec| spec.name == field)?;
    let mut event = of.event.clone();
    put(&mut event.data, name, value);
    let places = kept_places(of, act, spec, &event);
    places.into_iter().find(|(place, _)| place == path)?.1
}

fn is_of(operand: &Operand, field: &str) -> bool {
    operand.data_fields().contains(&field)
}

/// Does a later event write over what stands at that place?
pub(super) fn overwrites(later: &Recorded, place: &str, stream: &str) -> bool {
    let name = place.split_once('.').map_or(place, |(under, _)| under);
    let Some(act) = later.act() else { return true };
    // What was signed before, and takes effect with this signature, may write anything.
    if signs(&later.event) {
        return true;
    }
    if later.event.subject != stream {
        return act.effects.iter().any(|effect| effect.puts_into(name));
    }
    let whole = act.clear.iter().any(|clear| clear == name)
        || act.under.as_deref() == Some(name)
        || act.gather.iter().any(|(gathered, _)| gathered == name);
    let writes = |name: &str| {
        let field = act.fields.iter().find(|field| field.keep && field.name == name);
        let given = |field: &FieldSpec| {
            field.default.is_some() || later.event.data.contains_key(&field.name)
        };
        field.is_some_and(given) || act.keep.iter().any(|(kept, _)| kept == name)
    };
    whole || (act.under.is_none() && writes(name))
}

/// Does anything that is decided rest on the field: which row is meant, who may act, a step, an index, what other
/// streams are told, or a condition that looks beyond the event? Or is it itself what was decided, as its row says?
fn decides(recorded: &Recorded, act: &Act, field: &FieldSpec, version: Structural) -> bool {
    let name = field.name.as_str();
    let context =
        Context { rules: &recorded.rules, event: &recorded.event, world: None, after: None };
    let all = version >= Structural::Three;
    let looks = |predicate: &Predicate| match predicate {
        // What it awaits may depend on what else stands in the event.
        Predicate::Guard(guard) if all => guard.fields().contains(&name),
        other => other.data_fields(&context).contains(&name),
    };
    // A corrected event is checked by its content again, but what it would be found by is not looked for again.
    let judges = |condition: &&Condition| {
        if condition.warn { all } else { !condition.is_of_content }
    };
    let beyond = act.conditions.iter().filter(judges);
    let own = field.decides
        || act.when.iter().any(looks)
        || act.transitions.iter().any(|step| step.when.iter().any(looks))
        || beyond.flat_map(|one| one.when.iter().chain([&one.predicate])).any(looks)
        || act.who.iter().filter_map(|who| who.of()).any(|of| is_of(of, name))
        || (all && act.cosigned_by.iter().filter_map(|who| who.of()).any(|of| is_of(of, name)))
        || act.gather.iter().any(|(_, from)| is_of(from, name))
        || act.effects.iter().any(|effect| effect.data_fields().contains(&name));
    let kept = act.keep.iter().filter(|(_, from)| is_of(from, name)).map(|(kept, _)| kept.as_str());
    let mut kept = kept.chain(Some(name).filter(|_| field.keep)).map(|kept| place(act, kept));
    own || kept.any(|place| {
        recorded.rules.acts().any(|other| other.decides_by(act.subject.stream(), &place, version))
    })
}

/// Where the stream's thing keeps what the act calls `name`.
fn place(act: &Act, name: &str) -> String {
    match &act.under {
        Some(under) => format!("{under}.{name}"),
        None => name.to_owned(),
    }
}

/// Does the event correct another?
pub(super) fn corrects(event: &Event) -> bool {
    event.kind == "event.corrected"
}

/// What can be said before a correction is written.
pub(super) fn outlooks(context: &Context<'_>) -> Vec<(&'static str, Outlook)> {
    let mut outlooks = outlook(context);
    outlooks.push((SLIPS_ONLY, Outlook::depends(&["data.corrections"])));
    outlooks
}

/// Digests of documents in a value: another digest is another document.
fn digests(value: Option<&Value>) -> Vec<&str> {
    fn collect<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Array(list) => list.iter().for_each(|item| collect(item, found)),
            Value::Object(map) => {
                found.extend(map.get("sha256").and_then(Value::as_str));
                map.values().for_each(|item| collect(item, found));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    if let Some(value) = value {
        collect(value, &mut found);
    }
    found.sort_unstable();
    found
}
