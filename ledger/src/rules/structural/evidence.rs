//! `evidence@1`: the newest evidence of revocation of each issuer and scope. What is older stays in the log; nothing
//! goes back to it.

use serde_json::Value;

use super::{Broken, text_of};
use crate::event::parse_time;
use crate::rules::next::Outlook;
use crate::rules::operand::Context;
use crate::rules::refusal::Why;
use crate::rules::thing::{Field, Fields, Thing};

/// Structural rule: evidence is newer than what is recorded.
const NEWER_ONLY: &str = "SYS.30.2";

/// Where the newest lists stand in the thing, by scope.
pub(crate) const LISTS: &str = "lists";
/// The scope of a list about everything that its issuer issued.
const WHOLE: &str = "whole";
/// Most scopes of one issuer: as many parts as lists are known to be split into.
const SCOPES_MAX: usize = 128;

pub(super) fn record(context: &Context<'_>, after: &mut Thing) -> Result<(), Broken> {
    let data = &context.event.data;
    let scope = text_of(data.get("scope")).unwrap_or(WHOLE);
    let mut lists = match after.fields.remove(LISTS) {
        Some(Field::Map(lists)) => lists,
        _ => Fields::new(),
    };
    match lists.get(scope) {
        Some(held) => check_newer(data, held)?,
        None if lists.len() >= SCOPES_MAX => {
            let why = Why::TooLong { max: SCOPES_MAX };
            return Err(Broken { rule: NEWER_ONLY, pointer: "/data/scope", why });
        }
        None => {}
    }
    let kept = |name: &str| Some((name.to_owned(), Field::from_json(data.get(name)?)?));
    let names = ["object", "size", "issuer", "this_update", "next_update", "number"];
    let mut list: Fields = names.into_iter().filter_map(kept).collect();
    list.insert("position".to_owned(), super::written::position_field(after.position));
    lists.insert(scope.to_owned(), Field::Map(list));
    after.fields.insert(LISTS.to_owned(), Field::Map(lists));
    Ok(())
}

/// Made later than the one that is held, or, made in the same second, with a higher number. A number never falls.
fn check_newer(data: &serde_json::Map<String, Value>, held: &Field) -> Result<(), Broken> {
    let own = |name: &str| text_of(data.get(name)).unwrap_or_default();
    let of_held = |name: &str| held.member(name).and_then(Field::as_text).unwrap_or_default();
    let broken = |name: &str, pointer, is| Broken {
        rule: NEWER_ONLY,
        pointer,
        why: Why::ComparisonFails {
            left: format!("data.{name} ({})", own(name)),
            is,
            right: format!("this.{name} ({})", of_held(name)),
        },
    };
    let (made, held_made) = (micros(own("this_update")), micros(of_held("this_update")));
    let (number, held_number) = (own("number"), of_held("number"));
    let numbered = !number.is_empty() && !held_number.is_empty();
    if made < held_made || (made == held_made && !numbered) {
        return Err(broken("this_update", "/data/this_update", ">"));
    }
    let (number, held_number) = (magnitude(number), magnitude(held_number));
    if numbered && made == held_made && number <= held_number {
        return Err(broken("number", "/data/number", ">"));
    }
    if numbered && number < held_number {
        return Err(broken("number", "/data/number", ">="));
    }
    Ok(())
}

/// Hexadecimal digits in the order of what they count.
fn magnitude(hex: &str) -> (usize, &str) {
    let digits = hex.trim_start_matches('0');
    (digits.len(), digits)
}

/// The content check has taken both for times.
fn micros(time: &str) -> i64 {
    parse_time(time).unwrap_or(i64::MIN)
}

/// What can be said of it before it is written.
pub(super) fn outlooks() -> Vec<(&'static str, Outlook)> {
    vec![(NEWER_ONLY, Outlook::depends(&["data.this_update", "data.number"]))]
}
