//! Agencies that ended and in whose place nobody stands: what they held is nobody's to act on, but theirs whom a rule set
//! names for that (`orphaned`). Whether nobody stands is known only once the agencies of all successions were looked at,
//! so that these are read step by step.

use super::RuleSet;
use super::act::Act;
use super::operand::{Context, Operand};
use super::past::{Known, Past};
use super::structural;
use super::succession::{agency_key, stands_for, successors};
use super::thing::Facts;
use crate::event::Event;

/// Most successions that are followed one after the other.
pub(crate) const SUCCESSIONS_MAX: usize = 8;
/// Most agencies that are looked at of those that stand in the place of one. Where there are more, one stands.
const AGENCIES_MAX: usize = 64;

/// Has the agency ended, and all those that stood in its place, too? Not one of which that is not known.
pub(crate) fn is_orphaned(facts: &Facts, agency: &str) -> bool {
    let line = Line::of(facts, agency);
    !line.stands && line.unknown.is_empty()
}

/// The keys of those of whom it must be known further whether the agency is orphaned.
pub(crate) fn missing(facts: &Facts, agency: &str) -> Vec<String> {
    let line = Line::of(facts, agency);
    let unknown = line.unknown.into_iter().filter(|_| !line.stands);
    unknown.map(agency_key).collect()
}

/// The keys of all of whom it is asked so far.
pub(crate) fn looked_at(facts: &Facts, agency: &str) -> Vec<String> {
    Line::of(facts, agency).agencies.into_iter().map(agency_key).collect()
}

/// An agency and those that stand in its place, as far as they are known.
struct Line<'a> {
    agencies: Vec<&'a str>,
    /// One of them has not ended.
    stands: bool,
    unknown: Vec<&'a str>,
}

impl<'a> Line<'a> {
    fn of(facts: &'a Facts, agency: &'a str) -> Self {
        let mut line = Self { agencies: vec![agency], stands: false, unknown: Vec::new() };
        let mut at = 0;
        while let Some(agency) = line.agencies.get(at).copied() {
            at += 1;
            let Some(thing) = facts.get(&agency_key(agency)) else {
                line.unknown.push(agency);
                continue;
            };
            let Some(next) = successors(thing) else {
                line.stands = true;
                break;
            };
            for successor in next {
                if !line.agencies.contains(&successor) {
                    line.agencies.push(successor);
                }
            }
            if line.agencies.len() > AGENCIES_MAX {
                line.stands = true;
                break;
            }
        }
        line
    }
}

/// The agencies of which an event is judged by whether they are orphaned, as far as `facts` tell which these are.
pub(crate) fn asked<'a>(
    rules: &RuleSet,
    act: Option<&Act>,
    event: &'a Event,
    past: Option<&'a Past>,
    facts: &'a Facts,
) -> Vec<&'a str> {
    let of_act = act.into_iter().flat_map(|act| named(rules, act, event, facts));
    let signed = past.filter(|_| structural::signs(event)).and_then(Past::known);
    of_act.chain(signed.into_iter().flat_map(|known| of_signed(known, facts))).collect()
}

/// Those of an act that waits, and its own agency.
fn of_signed<'a>(known: &'a Known, facts: &'a Facts) -> impl Iterator<Item = &'a str> {
    let (rules, event) = (&known.cited.rules, &known.cited.event);
    let act = known.cited.act().into_iter();
    act.flat_map(|act| named(rules, act, event, facts)).chain([event.agency()])
}

/// Those that an act asks of. None for whom the acting agency stands itself.
pub(crate) fn named<'a>(
    rules: &RuleSet,
    act: &Act,
    event: &'a Event,
    facts: &'a Facts,
) -> Vec<&'a str> {
    let mut named: Vec<&'a str> = Vec::new();
    for operand in &act.orphans {
        let value = kept(operand, rules, event, facts);
        named.extend(value.filter(|kept| !stands_for(facts, event.agency(), kept)));
    }
    named
}

/// The value where it is known without a world.
fn kept<'a>(
    operand: &Operand,
    rules: &RuleSet,
    event: &'a Event,
    facts: &'a Facts,
) -> Option<&'a str> {
    match operand {
        Operand::This(path) => facts.get(&event.subject)?.text_at(path),
        Operand::Thing(key, path) => {
            let context = Context { rules, event, world: None, after: None };
            facts.get(&key.render(&context)?)?.text_at(path)
        }
        _ => None,
    }
}
