//! Who acts, and may he? Offices are judged on the day of recording; where a recorder records
//! somebody else's decision, the decider's office is judged on the day of the decision.

mod acting;
mod actor;
mod who;

use jiff::civil::Date;

use super::act::Act;
use super::operand::{Context, World, day_of};
use super::refusal::{Code, Refusal, Why};
use super::ruleset::{RuleSet, Structural};
use super::succession;
use super::thing::{Facts, Field, Fields, Thing};
use super::{Signatory, Warning, structural};
use crate::event::{Event, SignedAs, parse_date};
use crate::log::Micros;

pub(crate) use acting::Acting;
pub(crate) use actor::Actor;
pub(crate) use who::Who;

/// May he who acts do this act? The findings of the actor are added to `warnings`.
pub(crate) fn entitled(
    act: &Act,
    context: &Context<'_>,
    warnings: &mut Vec<Warning>,
) -> Result<(), Refusal> {
    let Some(world) = context.world else { return Ok(()) };
    if act.who.is_empty() {
        return Ok(());
    }
    let agency = agency_at_hand(context, world);
    let may_decide = world.acting.personal || !act.is_decided_in_person(context.rules.structural());
    match act.who.iter().find(|who| may_decide && who.is(context, agency, world.ledger)) {
        Some(who) => {
            if let (Some(finding), Some(agency)) = (&who.actor.finding, agency)
                && !finding.states.contains(&agency.state)
            {
                warnings.push(finding.warning.clone());
            }
            Ok(())
        }
        None => Err(match awaits_attestation(act.who.iter(), context, agency) {
            Some(why) => {
                let rule = act.who_rule();
                Refusal::new(Code::RoleMissing, Some(rule), "/source", why)
                    .worded(act.wording_of(rule))
            }
            None => not_entitled(act, context, agency),
        }),
    }
}

/// He would be one of them, were the certificate that he signed with attested.
pub(crate) fn awaits_attestation<'w>(
    mut whom: impl Iterator<Item = &'w Who>,
    context: &Context<'_>,
    agency: Option<&Thing>,
) -> Option<Why> {
    let himself =
        |world: &&World<'_>| world.signer() == world.acting.person && !world.signatory.attested;
    let world = context.world.filter(|_| !context.has_power()).filter(himself)?;
    let would_be = whom.any(|who| who.would_be(context, agency, world.ledger));
    would_be.then(|| Why::CertificateNotAttested {
        certificate: world.signatory.certificate.to_string(),
    })
}

/// Is it whom the row names by what the event says, as in `PSE of data.agency`?
pub(crate) fn is_named(act: &Act, context: &Context<'_>) -> bool {
    let Some(world) = context.world else { return false };
    let agency = agency_at_hand(context, world);
    let mut named = act.who.iter().filter(|who| who.of().is_some());
    named.any(|who| who.is(context, agency, world.ledger))
}

/// Keys are read from the event alone: the agency at hand is that of the signatory. A recorder who acts for a
/// decider of another agency has none here, and only offices can entitle.
fn agency_at_hand<'a>(context: &Context<'_>, world: &'a World<'_>) -> Option<&'a Thing> {
    let own = world.acting.agency == context.event.agency();
    own.then(|| world.facts.get(&context.event.source)).flatten()
}

/// The agency of the decider, where a recorder of another one writes the decision down: its functions are not looked up.
fn decider_elsewhere<'a>(context: &Context<'a>) -> Option<&'a str> {
    let decider = context.world.map(|world| world.acting.agency)?;
    let records = context.event.signed_as == SignedAs::Recorder;
    (records && decider != context.event.agency()).then_some(decider)
}

fn not_entitled(act: &Act, context: &Context<'_>, agency: Option<&Thing>) -> Refusal {
    let only_offices = act.who.iter().all(|who| who.actor.needs_office());
    let guest = context.world.map(|world| &world.acting).filter(|acting| acting.is_guest());
    let (pointer, why) = if let Some((acting, office)) = guest.zip(context.event.office.clone())
        && !only_offices
    {
        ("/office", Why::OfficeElsewhere { office, agency: acting.agency.to_owned() })
    } else if only_offices && context.event.office.is_none() {
        let offices = act.who.iter().flat_map(|who| who.actor.offices.iter().cloned()).collect();
        ("/office", Why::OfficeRequired { offices })
    } else if agency.is_none() && act.who.iter().all(|who| who.actor.needs_agency()) {
        let agency = context.event.agency().to_owned();
        let why = match decider_elsewhere(context) {
            Some(decider) => Why::RecorderElsewhere { agency, decider: decider.to_owned() },
            None => Why::AgencyUnknown { agency },
        };
        ("/source", why)
    } else {
        let entitled = act.who.iter().map(Who::in_words).collect();
        let pointer = if only_offices { "/office" } else { "/source" };
        (pointer, Why::ActorNotEntitled { entitled })
    };
    let rule = act.who_rule();
    Refusal::new(Code::RoleMissing, Some(rule), pointer, why).worded(act.wording_of(rule))
}

/// Key of the ledger's own thing.
pub(crate) fn ledger_key(event: &Event) -> String {
    let region = event.region();
    let mut key = String::with_capacity("ledger/".len() + region.len());
    key.push_str("ledger/");
    key.push_str(region);
    key
}

/// Key of a signer's thing.
pub(crate) fn signer_key(person: &str) -> String {
    let mut key = "signer/".to_owned();
    key.push_str(person);
    key
}

/// What [`speaks_in_office`] looks at; nothing where an event names no office.
pub(crate) fn reads_of_office(rules: &RuleSet, event: &Event) -> Vec<String> {
    let office = event.office.clone().filter(|_| rules.structural() >= Structural::Three);
    let keys = office.map(|office| vec![office, event.source.clone(), ledger_key(event)]);
    keys.unwrap_or_default()
}

/// Does he who signs hold the office that the event names in the agency that it comes from, though he signs for another one
/// himself? As an acting head does who comes from another agency: on the day of recording, and on that of the act. From
/// version 3; a certificate of a system holds no office.
pub(crate) fn speaks_in_office(
    rules: &RuleSet,
    facts: &Facts,
    event: &Event,
    signatory: &Signatory,
    recorded_at: Micros,
) -> bool {
    let Some(office) = event.office.as_deref() else { return false };
    if rules.structural() < Structural::Three || signatory.kind == acting::SYSTEM {
        return false;
    }
    let zone = structural::zone_of(facts.get(&ledger_key(event)));
    let today = day_of(i64::try_from(recorded_at.0).unwrap_or(i64::MAX), zone);
    let days = [today, day_of(event.time.micros, zone).min(today)];
    days.into_iter().all(|day| {
        tenures(facts, office).any(|tenure| {
            tenure.get("agency").and_then(Field::as_text) == Some(event.agency())
                && runs(tenure, &signatory.person, day)
                && succession::check_tenure(facts, tenure, day).is_ok()
        })
    })
}

/// The tenures that an office keeps, oldest first.
fn tenures<'a>(facts: &'a Facts, office: &str) -> impl Iterator<Item = &'a Fields> {
    let tenures = facts.get(office).and_then(|thing| thing.fields.get("tenures"));
    tenures.and_then(Field::as_list).unwrap_or_default().iter().filter_map(|tenure| match tenure {
        Field::Map(tenure) => Some(tenure),
        _ => None,
    })
}

/// The agencies of those who have held the office, or hold it, oldest first.
pub(crate) fn agencies_of<'a>(facts: &'a Facts, office: &str) -> impl Iterator<Item = &'a str> {
    tenures(facts, office).filter_map(|tenure| tenure.get("agency").and_then(Field::as_text))
}

/// Does the tenure of the person run on that day?
fn runs(tenure: &Fields, person: &str, day: Date) -> bool {
    let text = |name: &str| tenure.get(name).and_then(Field::as_text);
    let date = |name: &str| text(name).and_then(parse_date);
    text("person") == Some(person)
        && date("from").is_some_and(|from| from <= day)
        && date("until").is_none_or(|until| day <= until)
}

/// The tenure in which `person` holds `office` on `day`.
pub(crate) fn held<'a>(
    facts: &'a Facts,
    office: &str,
    person: &str,
    day: Date,
    mandate: impl Fn(Option<&str>) -> bool,
) -> Result<&'a Fields, Why> {
    tenures(facts, office)
        .find(|tenure| {
            runs(tenure, person, day) && mandate(tenure.get("mandate").and_then(Field::as_text))
        })
        .ok_or_else(|| Why::OfficeNotHeld {
            office: office.to_owned(),
            person: person.to_owned(),
            day: day.to_string(),
        })
        .and_then(|tenure| succession::check_tenure(facts, tenure, day).map(|()| tenure))
}

pub(crate) fn has_person(ledger: &Thing, list: &str, person: &str) -> bool {
    let persons = ledger.fields.get(list).and_then(Field::as_list).unwrap_or_default();
    persons.iter().any(|entry| entry.member("person").and_then(Field::as_text) == Some(person))
}
