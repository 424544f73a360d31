//! Does a condition hold? Nothing is written while it does, and nothing allocated but where addresses are folded.

use jiff::civil::Date;

use super::compared::Sides;
use super::{CoverSet, Fault, Predicate};
use crate::event::parse_date;
use crate::rules::folded::{as_read, words};
use crate::rules::held;
use crate::rules::operand::{Context, Item, Operand, Template, World};
use crate::rules::orphan::is_orphaned;
use crate::rules::refusal::Why;
use crate::rules::role;
use crate::rules::ruleset::Structural;
use crate::rules::succession::{agency_key, ended, ended_before, same_agency};
use crate::rules::thing::Thing;

impl Predicate {
    pub(crate) fn check(&self, context: &Context<'_>) -> Result<(), Fault> {
        match self {
            Self::Documents { field, kinds } => check_documents(field, kinds, context),
            Self::State { thing, within, not_within } => {
                check_state(thing, within, not_within, context)
            }
            Self::Unique { index, value, owner, of_agencies, .. } => {
                check_unique(index, value, owner, *of_agencies, context)
            }
            Self::Holds { person, office, at, not } => {
                check_holds(person, office, at.as_ref(), *not, context)
            }
            Self::Agencies { field, other_than } => {
                check_agencies(field, other_than.as_ref(), context)
            }
            Self::Guard(guard) => guard.check(context),
            _ if self.holds(context) => Ok(()),
            _ => Err(self.broken(context)),
        }
    }

    /// As `check`, where nobody asks why not.
    pub(crate) fn is_met(&self, context: &Context<'_>) -> bool {
        match self {
            Self::Documents { .. }
            | Self::State { .. }
            | Self::Unique { .. }
            | Self::Holds { .. }
            | Self::Agencies { .. }
            | Self::Guard(_) => self.check(context).is_ok(),
            _ => self.holds(context),
        }
    }

    /// Of a location: is the country one of those?
    pub(super) fn is_in_country(&self, context: &Context<'_>) -> bool {
        let Self::Location { country, within, .. } = self else { return false };
        text(country, context).is_some_and(|country| within.iter().any(|own| own == country))
    }

    fn holds(&self, context: &Context<'_>) -> bool {
        match self {
            Self::Field { field, test } => test.holds(field.value(context)),
            Self::Member { field, list, under } => text(field, context).is_some_and(|value| {
                list.iter()
                    .any(|member| if *under { is_under(value, member) } else { member == value })
            }),
            Self::Compare { left, is, right, plus, of_agencies } => {
                let sides = Sides { left, is: *is, right, plus: *plus, of_agencies: *of_agencies };
                sides.hold(context)
            }
            Self::Count { field, at_least, at_most } => {
                let mut count = 0;
                field.each(context, &mut |item| count += item.count());
                (*at_least..=*at_most).contains(&count)
            }
            Self::Location { apart, .. } => {
                let inside = self.is_in_country(context);
                let apart = apart.as_ref().is_none_or(|(place, other)| {
                    match (place.value(context), other.value(context)) {
                        (Some(place), Some(other)) => !is_same_place(place, other, context),
                        (place, _) => place.is_some(),
                    }
                });
                inside && apart
            }
            Self::Class { field, order, at_most } => {
                let rank = |item: Item<'_>| {
                    let class = item.as_text()?;
                    order.iter().position(|known| known == class)
                };
                match (field.value(context).and_then(rank), at_most.value(context).and_then(rank)) {
                    (Some(have), Some(most)) => have <= most,
                    _ => false,
                }
            }
            Self::Plan { field, in_force } => text(field, context).is_some_and(|plan| {
                let stands = |plan| is_in_force(plan, context);
                plan.starts_with("plan/") && (!in_force || context.thing(plan).is_some_and(stands))
            }),
            Self::Covers { field, all_of } => covers(field, all_of, context),
            Self::Cites { field } => cites(field, context),
            Self::Orphaned { field, not } => {
                let is_it = |world: &World<'_>| {
                    text(field, context).is_some_and(|id| is_orphaned(world.facts, id))
                };
                context.world.is_some_and(is_it) != *not
            }
            Self::Documents { .. }
            | Self::State { .. }
            | Self::Unique { .. }
            | Self::Holds { .. }
            | Self::Agencies { .. }
            | Self::Guard(_) => true,
        }
    }
}

fn check_documents(field: &Operand, kinds: &[String], context: &Context<'_>) -> Result<(), Fault> {
    let missing = kinds.iter().find(|kind| {
        let mut found = false;
        field.each(context, &mut |item| {
            found |= item.member("kind").and_then(Item::as_text) == Some(kind.as_str());
        });
        !found
    });
    match missing {
        None => Ok(()),
        Some(kind) => Err((field.pointer(), Why::DocumentMissing { kind: kind.clone() })),
    }
}

fn check_state(
    thing: &Template,
    within: &[String],
    not_within: &[String],
    context: &Context<'_>,
) -> Result<(), Fault> {
    let key = thing.render(context).unwrap_or_default();
    let state = context.thing(&key).map_or(Thing::NONE, |thing| thing.state.as_str());
    let is_in = |states: &[String]| states.iter().any(|own| own == state);
    if is_in(not_within) {
        let (state, excluded) = (Some(state.to_owned()), not_within.to_vec());
        return Err((thing.pointer(), Why::StateExcluded { thing: key, state, excluded }));
    }
    if within.is_empty() || is_in(within) {
        return Ok(());
    }
    let (state, allowed) = (Some(state.to_owned()), within.to_vec());
    Err((thing.pointer(), Why::StateForbids { thing: key, state, allowed }))
}

fn check_unique(
    index: &str,
    value: &Operand,
    owner: &Operand,
    of_agencies: bool,
    context: &Context<'_>,
) -> Result<(), Fault> {
    let Some(key) = index_key(index, value, context) else { return Ok(()) };
    let holder_of = |key: &str| context.thing(key).and_then(|row| row.text(held::OWNER));
    let earlier = || earlier_key(index, value, context).and_then(|key| holder_of(&key));
    let holder = holder_of(&key).or_else(earlier);
    match (holder, text(owner, context)) {
        (None, _) => Ok(()),
        (Some(holder), Some(owner)) if holder == owner => Ok(()),
        (Some(holder), Some(owner))
            if of_agencies && same_agency(context, Item::Text(owner), Item::Text(holder)) =>
        {
            Ok(())
        }
        (Some(holder), _) => {
            let (index, owner) = (index.to_owned(), holder.to_owned());
            Err((value.pointer(), Why::NotUnique { index, owner }))
        }
    }
}

fn check_holds(
    person: &Operand,
    office: &Template,
    at: Option<&Operand>,
    not: bool,
    context: &Context<'_>,
) -> Result<(), Fault> {
    let Some(world) = context.world else { return Ok(()) };
    let office = office.render(context).unwrap_or_default();
    let who = text(person, context).unwrap_or_default();
    let day = match at {
        // From version 3 of the structural acts that of the act, as far as it is borne out.
        None if context.rules.structural() >= Structural::Three => world.day,
        None => world.today(),
        Some(at) => day_named(at, world, context)
            .ok_or_else(|| (at.pointer(), Why::ConditionBroken { condition: "holds" }))?,
    };
    let held = role::held(world.facts, &office, who, day, |_| true).map(drop);
    let held = match (held, not) {
        (held, false) => held,
        (Err(_), true) => Ok(()),
        (Ok(()), true) => {
            let (person, day) = (who.to_owned(), day.to_string());
            Err(Why::OfficeHeld { office, person, day })
        }
    };
    held.map_err(|why| (person.pointer(), why))
}

fn day_named(at: &Operand, world: &World<'_>, context: &Context<'_>) -> Option<Date> {
    match at.value(context)? {
        Item::Day(day) => Some(day),
        Item::Micros(micros) => Some(world.day_of(micros)),
        item => item.as_text().and_then(parse_date),
    }
}

fn check_agencies(
    field: &Operand,
    other_than: Option<&Operand>,
    context: &Context<'_>,
) -> Result<(), Fault> {
    let Some(world) = context.world else { return Ok(()) };
    // From version 3 of the structural acts an agency was fit to be named on the day of the act, though it has ended since.
    let day = (context.rules.structural() >= Structural::Three).then_some(world.day);
    let own = other_than.and_then(|own| text(own, context));
    let (mut fault, mut others) = (None, false);
    field.each(context, &mut |named| {
        let id = named.as_text().unwrap_or_default();
        others |= Some(id) != own;
        if fault.is_none() {
            let agency = context.thing(&agency_key(id));
            let unknown = || Why::AgencyUnknown { agency: id.to_owned() };
            fault = match day {
                _ if agency.is_none() => Some(unknown()),
                Some(day) => ended_before(agency, id, day),
                None => ended(agency, id),
            };
        }
    });
    let alone = own.filter(|_| !others).map(|own| Why::NoOtherAgency { agency: own.to_owned() });
    fault.or(alone).map_or(Ok(()), |why| Err((field.pointer(), why)))
}

fn covers(field: &Operand, all_of: &CoverSet, context: &Context<'_>) -> bool {
    let has = |want: &str| {
        let mut found = false;
        field.each(context, &mut |item| found |= item.as_text() == Some(want));
        found
    };
    match all_of {
        CoverSet::Literals(wanted) => wanted.iter().all(|want| has(want)),
        CoverSet::Operand(wanted) => {
            let mut all = true;
            wanted.each(context, &mut |item| all &= item.as_text().is_some_and(has));
            all
        }
    }
}

/// A stream is named in small letters, and so is a rule that it is about.
fn cites(field: &Operand, context: &Context<'_>) -> bool {
    let small = matches!(field, Operand::Captured { .. });
    text(field, context).is_some_and(|id| {
        let mut ids = context.rules.rule_ids();
        if small { ids.any(|own| own.eq_ignore_ascii_case(id)) } else { ids.any(|own| own == id) }
    })
}

/// From version 3 of the structural acts a plan that is revised, or beside which the next one is drafted
/// (`in_force+drafted`), is in force until that one is adopted.
fn is_in_force(plan: &Thing, context: &Context<'_>) -> bool {
    let still = || plan.state == "revising" || plan.state.starts_with("in_force+");
    plan.state == "in_force" || (context.rules.structural() >= Structural::Three && still())
}

/// Are the two addresses one? From version 3 of the structural acts case, punctuation, white space and how what reads the
/// same is written do not tell them apart: `Jl. Trans Rangkang, Bengkayang` is `jl trans rangkang bengkayang`.
fn is_same_place(place: Item<'_>, other: Item<'_>, context: &Context<'_>) -> bool {
    match (place.as_text(), other.as_text()) {
        (Some(place), Some(other)) if context.rules.structural() >= Structural::Three => {
            let small = |word: &str| word.to_lowercase();
            words(&as_read(place)).map(small).eq(words(&as_read(other)).map(small))
        }
        _ => place.same_as(other),
    }
}

/// The row of the value in the index.
pub(super) fn index_key(index: &str, value: &Operand, context: &Context<'_>) -> Option<String> {
    text(value, context).map(|value| held::index_key(context.rules.fold_of(index), index, value))
}

/// The row that an earlier version of the structural acts has held it in.
pub(super) fn earlier_key(index: &str, value: &Operand, context: &Context<'_>) -> Option<String> {
    let fold = context.rules.fold_of(index);
    text(value, context).and_then(|value| held::earlier_key(fold, index, value))
}

pub(super) fn text<'a>(operand: &Operand, context: &Context<'a>) -> Option<&'a str> {
    operand.value(context).and_then(Item::as_text)
}

/// A name below a domain: `a.b.id` is under `b.id`, `b.id` and `xb.id` are not.
pub(crate) fn is_under(name: &str, domain: &str) -> bool {
    label_under(name, domain).is_some()
}

/// What stands before `.domain` in `name`.
pub(crate) fn label_under<'a>(name: &'a str, domain: &str) -> Option<&'a str> {
    name.strip_suffix(domain)?.strip_suffix('.').filter(|label| !label.is_empty())
}
