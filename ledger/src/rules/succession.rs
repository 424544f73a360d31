//! Agencies that ended. What an agency held, its successor holds: nothing is rewritten, an agency only knows
//! whom it succeeded, and whatever compares an agency with one that is kept asks here.

use jiff::civil::Date;

use super::closed;
use super::operand::{Context, Item};
use super::refusal::{Code, Refusal, Why};
use super::ruleset::RuleSet;
use super::structural;
use super::thing::{Facts, Field, Fields, Thing};
use crate::event::{Event, parse_date};

/// State of an agency that was merged into others or dissolved.
pub(crate) const ENDED: &str = "ended";
/// Where an agency keeps how it ended: `date` is its last day, `successors` stand in its place.
pub(crate) const END: &str = "end";
/// Where an agency keeps all whom it succeeded, those of whom it succeeded among them.
pub(crate) const PREDECESSORS: &str = "predecessors";
/// Structural rule: an agency that ended does nothing more.
const ENDED_AGENCY_RESTS: &str = "SYS.20.1";
/// The act that says what its rules say.
const MERGED: &str = "agency.merged";

/// Key of an agency's thing.
pub(crate) fn agency_key(agency: &str) -> String {
    let mut key = String::with_capacity("agency/".len() + agency.len());
    key.push_str("agency/");
    key.push_str(agency);
    key
}

/// Is `now` the agency that was kept, or one that succeeded it?
pub(crate) fn stands_for(facts: &Facts, now: &str, kept: &str) -> bool {
    let succeeded = |agency: &Thing| {
        let all = agency.fields.get(PREDECESSORS).and_then(Field::as_list).unwrap_or_default();
        all.iter().any(|one| one.as_text() == Some(kept))
    };
    now == kept || facts.get(&agency_key(now)).is_some_and(succeeded)
}

/// As [`stands_for`], for a comparison that does not say which of its sides was kept.
pub(crate) fn same_agency(context: &Context<'_>, left: Item<'_>, right: Item<'_>) -> bool {
    let (Some(world), Some(left), Some(right)) = (context.world, left.as_text(), right.as_text())
    else {
        return false;
    };
    stands_for(world.facts, left, right) || stands_for(world.facts, right, left)
}

/// Those that an agency which ended named to stand in its place; none of one that has not ended.
pub(crate) fn successors(agency: &Thing) -> Option<impl Iterator<Item = &str>> {
    let end = (agency.state == ENDED).then(|| agency.fields.get(END))?;
    let successors = end.and_then(|end| end.member("successors")).and_then(Field::as_list);
    let successors = successors.unwrap_or_default().iter();
    Some(successors.filter_map(|entry| entry.member("agency")?.as_text()))
}

/// Why an agency that ended can do nothing more.
pub(crate) fn ended(agency: Option<&Thing>, id: &str) -> Option<Why> {
    let agency = agency?;
    let successors = successors(agency)?.map(str::to_owned).collect();
    let end = agency.fields.get(END);
    let last_day = end.and_then(|end| end.member("date")).and_then(Field::as_text);
    Some(Why::AgencyEnded {
        agency: id.to_owned(),
        last_day: last_day.unwrap_or_default().to_owned(),
        successors,
    })
}

/// The agency that the event comes from stands.
pub(crate) fn check_source(rules: &RuleSet, facts: &Facts, event: &Event) -> Result<(), Refusal> {
    match ended(facts.get(&event.source), event.agency()) {
        None => Ok(()),
        Some(why) => {
            let merged = rules.act(MERGED);
            let wording = merged.and_then(|act| act.wording_of(ENDED_AGENCY_RESTS));
            Err(Refusal::new(Code::RoleMissing, Some(ENDED_AGENCY_RESTS), "/source", why)
                .worded(wording))
        }
    }
}

/// The offices of an agency end with it: a tenure of one that ended counts until its last day.
pub(crate) fn check_tenure(facts: &Facts, tenure: &Fields, day: Date) -> Result<(), Why> {
    let Some(id) = tenure.get("agency").and_then(Field::as_text) else { return Ok(()) };
    ended_before(facts.get(&agency_key(id)), id, day).map_or(Ok(()), Err)
}

/// Why an agency could do nothing more on that day: its last day was before.
pub(crate) fn ended_before(agency: Option<&Thing>, id: &str, day: Date) -> Option<Why> {
    ended(agency, id).filter(|why| match why {
        Why::AgencyEnded { last_day, .. } => {
            parse_date(last_day).is_none_or(|last_day| day > last_day)
        }
        _ => true,
    })
}

/// The keys of what is known only from the things that were read.
///
/// Of offices the agencies of their tenures, which may have ended; of signers their certificates, but those revoked;
/// of acts of the ledger itself that wait, those who signed them; where a founder is looked at, all of them.
pub fn reads_further(facts: &Facts) -> Vec<String> {
    let mut keys = Vec::new();
    for (_, office) in facts.iter().filter(|(key, _)| key.starts_with("role/")) {
        let tenures = office.fields.get("tenures").and_then(Field::as_list).unwrap_or_default();
        let agencies = tenures.iter().filter_map(|tenure| tenure.member("agency")?.as_text());
        keys.extend(agencies.map(agency_key));
    }
    for (_, signer) in facts.iter().filter(|(key, _)| key.starts_with("signer/")) {
        keys.extend(structural::counting_certificates(signer).map(structural::certificate_key));
    }
    let own = facts.iter().filter(|(key, _)| key.split('/').next().is_some_and(closed::is_closed));
    keys.extend(own.flat_map(|(_, thing)| structural::waiting_signers(thing)));
    keys.extend(structural::founders_at_stake(facts));
    keys.sort_unstable();
    keys.dedup();
    keys
}
