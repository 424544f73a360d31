//! Values that are held once (`unique`): the row of an index says for whom, and where an act of the rule set frees the index
//! (`frees`), which streams hold the value. With the last of them it is free.

use std::iter;

use super::RuleSet;
use super::act::Act;
use super::folded::{as_read, words};
use super::operand::{Context, Item, Operand};
use super::refusal::Why;
use super::thing::{Facts, Field, Fields, Thing};
use crate::event::Event;

/// For whom a value is held.
pub(crate) const OWNER: &str = "owner";
/// Which streams hold it, each for whom.
const HOLDERS: &str = "holders";
/// Most of them that are named: the row is written anew with each.
const HOLDERS_MAX: usize = 256;
/// How many hold it besides, where all hold it for one.
const MORE: &str = "holders_more";
/// State of a value that is held.
const HELD: &str = "held";

/// How the values of an index are told apart: never by case, nor by how much white space parts words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fold {
    /// As they are written; up to version 2 of the structural acts.
    Written,
    /// As they read.
    Read,
    /// As they read, by letters and digits alone.
    Words,
}

/// `index:cable-code:a1-b2`.
pub(crate) fn index_key(fold: Fold, index: &str, value: &str) -> String {
    match fold {
        Fold::Written => key_of(index, value.split_whitespace()),
        Fold::Read => key_of(index, as_read(value).split_whitespace()),
        Fold::Words => key_of(index, words(&as_read(value))),
    }
}

/// The key under which an earlier version has held a value, where that may be another one.
pub(crate) fn earlier_key(fold: Fold, index: &str, value: &str) -> Option<String> {
    let is_same = fold == Fold::Written || (fold == Fold::Read && value.is_ascii());
    (!is_same).then(|| index_key(Fold::Written, index, value))
}

fn key_of<'a>(index: &str, words: impl Iterator<Item = &'a str>) -> String {
    let mut key = format!("index:{index}:");
    for (place, word) in words.enumerate() {
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
    let more = context.thing(key).map_or(0, more_of);
    if more > 0 || holders.len() >= HOLDERS_MAX {
        let is_own = |holder: &Field| holder.member(OWNER).and_then(Field::as_text) == Some(owner);
        if !holders.iter().all(is_own) {
            return Err(Why::HeldByMany { index: index.to_owned(), max: HOLDERS_MAX });
        }
    }
    if holders.len() >= HOLDERS_MAX {
        row.fields.insert(MORE.to_owned(), Field::Integer(more.saturating_add(1)));
        row.fields.insert(HOLDERS.to_owned(), Field::List(holders));
        return Ok(row);
    }
    note_more(&mut row, more);
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
    for key in context.this().into_iter().flat_map(|this| keys(context.rules, act, this)) {
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
    let mut more = more_of(row);
    if holders.len() == held {
        // One of those that are counted and not named, where there are such.
        if more == 0 && row.text(OWNER) != Some(stream) {
            return None;
        }
        more = more.saturating_sub(1);
    }
    let mut without = Thing { fields: Fields::new(), ..fresh(row) };
    let last = holders.last().and_then(|holder| holder.member(OWNER));
    let owner = last.or_else(|| row.fields.get(OWNER).filter(|_| more > 0)).cloned();
    if let Some(owner) = owner {
        note_more(&mut without, more);
        HELD.clone_into(&mut without.state);
        without.fields.insert(OWNER.to_owned(), owner);
        without.fields.insert(HOLDERS.to_owned(), Field::List(holders));
    }
    Some(without)
}

fn more_of(row: &Thing) -> i64 {
    match row.fields.get(MORE) {
        Some(Field::Integer(more)) => *more,
        _ => 0,
    }
}

fn note_more(row: &mut Thing, more: i64) {
    if more > 0 {
        row.fields.insert(MORE.to_owned(), Field::Integer(more));
    }
}

/// The rows that an event may free: which values its stream holds says what is known of that.
pub(crate) fn reads(
    rules: &RuleSet,
    act: Option<&Act>,
    event: &Event,
    facts: &Facts,
) -> Vec<String> {
    let known = act.filter(|act| !act.frees.is_empty()).zip(facts.get(&event.subject));
    known.into_iter().flat_map(|(act, this)| keys(rules, act, this)).collect()
}

/// The keys of the values that a stream kept, and that the act frees.
pub(crate) fn keys<'a>(
    rules: &'a RuleSet,
    act: &'a Act,
    this: &'a Thing,
) -> impl Iterator<Item = String> + 'a {
    let values = act.frees.iter().filter_map(|(index, value)| {
        let Operand::This(path) = value else { return None };
        let (first, rest) = path.split_first()?;
        let mut kept = Some(Item::Field(this.fields.get(first)?));
        for name in rest {
            kept = kept.and_then(|item| item.member(name));
        }
        Some((index, kept?.as_text()?))
    });
    values.flat_map(move |(index, value)| {
        let fold = rules.fold_of(index);
        iter::once(index_key(fold, index, value)).chain(earlier_key(fold, index, value))
    })
}

fn is_of(holder: &Field, stream: &str) -> bool {
    holder.member("stream").and_then(Field::as_text) == Some(stream)
}
