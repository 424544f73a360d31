//! `succession@1`: an agency ends, and what it held passes to its successors.

use serde_json::{Map, Value};

use super::cited::from_three;
use super::powers::LISTS;
use super::signers::{entitled_as, is_listed};
use super::{Broken, Changes, text_of};
use crate::rules::admit::GATHERED_MAX;
use crate::rules::next::Outlook;
use crate::rules::operand::Context;
use crate::rules::refusal::Why;
use crate::rules::role::ledger_key;
use crate::rules::succession::{PREDECESSORS, agency_key, ended};
use crate::rules::thing::{Field, Thing};

/// Structural rule: the agency of an authority is ended by the other one, so that one is left.
const AN_AUTHORITY_IS_LEFT: &str = "SYS.20.2";
/// Structural rule: a successor is registered and stands.
const SUCCESSORS_STAND: &str = "SYS.20.3";
/// Structural rule: those who have powers of the ledger sign for another agency before theirs ends, one after the other:
/// each needs two others for a certificate that counts.
const FOUNDERS_MOVE_FIRST: &str = "SYS.20.5";

pub(super) fn end(
    context: &Context<'_>,
    after: &Thing,
    changes: &mut Changes,
) -> Result<(), Broken> {
    check_authorities(context, Heirs::AsNamed)?;
    check_founders_moved(context)?;
    let id = ending(context);
    let successors = context.event.data.get("successors").and_then(Value::as_array);
    for successor in successors.into_iter().flatten().filter_map(Value::as_object) {
        let change = succeed(context, id, successor, after)?;
        if changes.iter().any(|(key, _)| *key == change.0) {
            let named = text_of(successor.get("agency")).unwrap_or_default().to_owned();
            let why = Why::NotUnique { index: "successors".to_owned(), owner: named };
            return Err(refused(why));
        }
        changes.push(change);
    }
    Ok(())
}

/// The successor as the end leaves it: it stands for the agency, and has the functions that pass to it: those
/// that the event names, else all.
fn succeed(
    context: &Context<'_>,
    id: &str,
    successor: &Map<String, Value>,
    after: &Thing,
) -> Result<(String, Thing), Broken> {
    let named = text_of(successor.get("agency")).unwrap_or_default();
    let key = agency_key(named);
    let unknown = || refused(Why::AgencyUnknown { agency: named.to_owned() });
    let standing = context.thing(&key).filter(|_| named != id).ok_or_else(unknown)?;
    if let Some(why) = ended(Some(standing), named) {
        return Err(refused(why));
    }
    let own = members(Some(after), "functions");
    let passing = match successor.get("functions").and_then(Value::as_array) {
        None => own.clone(),
        Some(list) => list.iter().filter_map(Field::from_json).collect(),
    };
    if !passing.iter().all(|function| own.contains(function)) {
        let allowed = own.iter().filter_map(Field::as_text).map(str::to_owned).collect();
        return Err(refused(Why::NotOneOf { allowed }));
    }
    let before = members(Some(after), PREDECESSORS).into_iter().chain([Field::from(id)]);
    let mut thing = standing.clone();
    (thing.position, thing.recorded_at) = (after.position, after.recorded_at);
    for (name, more) in [(PREDECESSORS, before.collect()), ("functions", passing)] {
        let all = with_more(members(Some(standing), name), more);
        if all.len() > GATHERED_MAX {
            return Err(refused(Why::TooLong { max: GATHERED_MAX }));
        }
        if !all.is_empty() {
            thing.fields.insert(name.to_owned(), Field::List(all));
        }
    }
    Ok((key, thing))
}

fn with_more(mut all: Vec<Field>, more: Vec<Field>) -> Vec<Field> {
    let fresh: Vec<_> = more.into_iter().filter(|one| !all.contains(one)).collect();
    all.extend(fresh);
    all
}

fn members(thing: Option<&Thing>, name: &str) -> Vec<Field> {
    let list = thing.and_then(|thing| thing.fields.get(name)).and_then(Field::as_list);
    list.unwrap_or_default().to_vec()
}

/// Is it known who succeeds, when an act is judged?
#[derive(Clone, Copy, PartialEq, Eq)]
enum Heirs {
    /// Those whom it names.
    AsNamed,
    /// It is not written yet.
    NotYet,
}

/// An agency that ended can sign nothing: where it is that of an authority or a registrar, an authority must have
/// ended it, another than the one whose agency it is, who can then enrol him for another agency.
fn check_authorities(context: &Context<'_>, heirs: Heirs) -> Result<(), Broken> {
    let ledger = context.thing(&ledger_key(context.event));
    let founders = [members(ledger, "authorities"), members(ledger, "registrars")].concat();
    let id = Field::from(ending(context));
    let of_founder = founders.iter().any(|entry| entry.member("agency") == Some(&id));
    // Nor does a registrar let his own agency succeed another.
    let to_himself = successors(context)
        .any(|successor| text_of(successor.get("agency")) == Some(context.event.agency()));
    // Nor nobody: what the agency held, his own might take then.
    let to_nobody =
        from_three(context) && heirs == Heirs::AsNamed && successors(context).next().is_none();
    if (of_founder || to_himself || to_nobody) && !is_listed(context, "authorities") {
        let why = entitled_as("AUTHORITY");
        return Err(Broken { rule: AN_AUTHORITY_IS_LEFT, pointer: "/source", why });
    }
    Ok(())
}

/// Those whom the act names to stand in the agency's place.
fn successors<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a Value> {
    let successors = context.event.data.get("successors").and_then(Value::as_array);
    successors.into_iter().flatten()
}

fn check_founders_moved(context: &Context<'_>) -> Result<(), Broken> {
    let ledger = context.thing(&ledger_key(context.event)).filter(|_| from_three(context));
    let agency = ending(context);
    let of_it = |entry: &Field| {
        let person = entry.member("person")?.as_text()?;
        (entry.member("agency")?.as_text() == Some(agency)).then(|| person.to_owned())
    };
    let all = LISTS.iter().flat_map(|list| members(ledger, list));
    let persons: Vec<_> = all.filter_map(|entry| of_it(&entry)).collect();
    if persons.is_empty() {
        return Ok(());
    }
    let why = Why::AgencyOfFounders { agency: agency.to_owned(), persons };
    Err(Broken { rule: FOUNDERS_MOVE_FIRST, pointer: "/subject", why })
}

/// What can be said of the end of an agency before it is written.
pub(super) fn outlooks(
    context: &Context<'_>,
    is_signer_known: bool,
) -> Vec<(&'static str, Outlook)> {
    let authorities = match check_authorities(context, Heirs::NotYet) {
        Ok(()) if check_authorities(context, Heirs::AsNamed).is_ok() => Outlook::Holds,
        Ok(()) => Outlook::depends(&["data.successors"]),
        Err(_) if !is_signer_known => Outlook::depends(&["signer"]),
        Err(broken) => Outlook::fails(broken.why),
    };
    let successors = Outlook::depends(&["data.successors"]);
    let mut outlooks = vec![(AN_AUTHORITY_IS_LEFT, authorities), (SUCCESSORS_STAND, successors)];
    if from_three(context) {
        let moved = check_founders_moved(context);
        let moved = moved.map_or_else(|broken| Outlook::fails(broken.why), |()| Outlook::Holds);
        outlooks.push((FOUNDERS_MOVE_FIRST, moved));
    }
    outlooks
}

/// The agencies that are to stand in its place.
pub(super) fn reads(data: &Map<String, Value>, keys: &mut Vec<String>) {
    let successors = data.get("successors").and_then(Value::as_array).into_iter().flatten();
    keys.extend(successors.filter_map(|one| text_of(one.get("agency"))).map(agency_key));
}

fn ending<'a>(context: &Context<'a>) -> &'a str {
    context.event.subject.split('/').nth(1).unwrap_or_default()
}

fn refused(why: Why) -> Broken {
    Broken { rule: SUCCESSORS_STAND, pointer: "/data/successors", why }
}
