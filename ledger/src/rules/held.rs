//! Values that are held once (`unique`): the row of an index says for whom, and where an act of the rule set frees the index
//! (`frees`), which streams hold the value. With the last of them it is free.

use super::RuleSet;
use super::act::Act;
use super::operand::{Context, Item, Operand};
use super::refusal::Why;
use super::thing::{Facts, Field, Fields, Thing};
use crate::event::Event;

/// For whom a value is held.
pub(crate) const OWNER: &str = "owner";
/// Which streams hold it, each for whom.
const HOLDERS: &str = "holders";
/// Most streams that hold one value in an index that is freed: its row is written anew with each.
const HOLDERS_MAX: usize = 256;
/// State of a value that is held.
const HELD: &str = "held";

/// `index:cable-code:a1-b2`; case and runs of white space do not tell values apart.
pub(crate) fn index_key(index: &str, value: &str) -> String {
    let mut key = String::with_capacity("index::".len() + index.len() + value.len());
    key.push_str("index:");
    key.push_str(index);
    key.push(':');
    for (place, word) in value.split_whitespace().enumerate() {
        if place > 0 {
            key.push(' ');
        }
        key.extend(word.chars().flat_map(char::to_lowercase));
    }
    key
}

/// The row once the event's stream holds the value, too.
pub(crate) fn hold(
    index: &str,
    key: &str,
    owner: &str,
    context: &Context<'_>,
    mut row: Thing,
) -> Result<Thing, Why> {
    HELD.clone_into(&mut row.state);
    row.fields.insert(OWNER.to_owned(), Field::from(owner));
    if !context.rules.is_freed(index) {
        return Ok(row);
    }
    let stream = context.event.subject.as_str();
    let mut holders = match context.thing(key).filter(|row| row.fields.contains_key(OWNER)) {
        None => Vec::new(),
        Some(before) => match before.fields.get(HOLDERS) {
            Some(Field::List(holders)) => holders.clone(),
            // Who else holds it was not kept: nobody knows when it is free.
            _ => return Ok(row),
        },
    };
    holders.retain(|holder| !is_of(holder, stream));
    if holders.len() >= HOLDERS_MAX {
        return Err(Why::TooLong { max: HOLDERS_MAX });
    }
    let own = [("stream", Field::from(stream)), (OWNER, Field::from(owner))];
    let own = own.into_iter().map(|(name, value)| (name.to_owned(), value));
    holders.push(Field::Map(own.collect()));
    row.fields.insert(HOLDERS.to_owned(), Field::List(holders));
    Ok(row)
}

/// The rows of the values that the stream holds no longer after the act.
pub(crate) fn freed(
    act: &Act,
    context: &Context<'_>,
    fresh: &dyn Fn(&Thing) -> Thing,
) -> Vec<(String, Thing)> {
    let mut freed = Vec::new();
    for key in context.this().into_iter().flat_map(|this| keys(act, this)) {
        let row = context.thing(&key).and_then(|row| without(row, &context.event.subject, fresh));
        freed.extend(row.map(|row| (key, row)));
    }
    freed
}

/// The row without the stream; none where it does not hold the value, or where it is not known who does.
fn without(row: &Thing, stream: &str, fresh: &dyn Fn(&Thing) -> Thing) -> Option<Thing> {
    let mut holders = match row.fields.get(HOLDERS) {
        Some(Field::List(holders)) => holders.clone(),
        _ if row.text(OWNER) == Some(stream) => Vec::new(),
        _ => return None,
    };
    let held = holders.len();
    holders.retain(|holder| !is_of(holder, stream));
    if holders.len() == held && row.text(OWNER) != Some(stream) {
        return None;
    }
    let mut without = Thing { fields: Fields::new(), ..fresh(row) };
    if let Some(owner) = holders.last().and_then(|holder| holder.member(OWNER)).cloned() {
        HELD.clone_into(&mut without.state);
        without.fields.insert(OWNER.to_owned(), owner);
        without.fields.insert(HOLDERS.to_owned(), Field::List(holders));
    }
    Some(without)
}

/// The rows that an event may free: which values its stream holds says what is known of that.
pub(crate) fn reads(rules: &RuleSet, event: &Event, facts: &Facts) -> Vec<String> {
    let act = rules.select(event).ok();
    let known = act.filter(|act| !act.frees.is_empty()).zip(facts.get(&event.subject));
    known.into_iter().flat_map(|(act, this)| keys(act, this)).collect()
}

/// The keys of the values that a stream kept, and that the act frees.
pub(crate) fn keys<'a>(act: &'a Act, this: &'a Thing) -> impl Iterator<Item = String> + 'a {
    act.frees.iter().filter_map(|(index, value)| {
        let Operand::This(path) = value else { return None };
        let (first, rest) = path.split_first()?;
        let mut kept = Some(Item::Field(this.fields.get(first)?));
        for name in rest {
            kept = kept.and_then(|item| item.member(name));
        }
        Some(index_key(index, kept?.as_text()?))
    })
}

fn is_of(holder: &Field, stream: &str) -> bool {
    holder.member("stream").and_then(Field::as_text) == Some(stream)
}
