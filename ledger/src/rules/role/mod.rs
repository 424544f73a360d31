//! Who acts, and may he? Offices are judged on the day of recording; where a recorder records
//! somebody else's decision, the decider's office is judged on the day of the decision.

mod acting;
mod actor;
mod who;

use jiff::civil::Date;

use super::Warning;
use super::act::Act;
use super::operand::{Context, World};
use super::refusal::{Code, Refusal, Why};
use super::succession;
use super::thing::{Facts, Field, Fields, Thing};
use crate::event::{Event, parse_date};

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
    let ledger = world.facts.get(&ledger_key(context.event));
    match act.who.iter().find(|who| who.is(context, agency, ledger)) {
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
    let himself = |world: &&World<'_>| world.signer() == world.acting.person;
    let world = context.world.filter(|_| !context.has_power()).filter(himself)?;
    let ledger = world.facts.get(&ledger_key(context.event));
    let would_be = whom.any(|who| who.is_if(true, context, agency, ledger));
    would_be.then(|| Why::CertificateNotAttested {
        certificate: world.signatory.certificate.to_string(),
    })
}

/// Is it whom the row names by what the event says, as in `PSE of data.agency`?
pub(crate) fn is_named(act: &Act, context: &Context<'_>) -> bool {
    let Some(world) = context.world else { return false };
    let agency = agency_at_hand(context, world);
    let ledger = world.facts.get(&ledger_key(context.event));
    let mut named = act.who.iter().filter(|who| who.of().is_some());
    named.any(|who| who.is(context, agency, ledger))
}

/// Keys are read from the event alone: the agency at hand is that of the signatory. A recorder who acts for a
/// decider of another agency has none here, and only offices can entitle.
fn agency_at_hand<'a>(context: &Context<'_>, world: &'a World<'_>) -> Option<&'a Thing> {
    let own = world.acting.agency == context.event.agency();
    own.then(|| world.facts.get(&context.event.source)).flatten()
}

fn not_entitled(act: &Act, context: &Context<'_>, agency: Option<&Thing>) -> Refusal {
    let only_offices = act.who.iter().all(|who| who.actor.needs_office());
    let (pointer, why) = if only_offices && context.event.office.is_none() {
        let offices = act.who.iter().flat_map(|who| who.actor.offices.iter().cloned()).collect();
        ("/office", Why::OfficeRequired { offices })
    } else if agency.is_none() && act.who.iter().all(|who| who.actor.needs_agency()) {
        ("/source", Why::AgencyUnknown { agency: context.event.agency().to_owned() })
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
    let mut key = "ledger/".to_owned();
    key.push_str(event.region());
    key
}

/// The tenure in which `person` holds `office` on `day`.
pub(crate) fn held<'a>(
    facts: &'a Facts,
    office: &str,
    person: &str,
    day: Date,
    mandate: impl Fn(Option<&str>) -> bool,
) -> Result<&'a Fields, Why> {
    let tenures = facts.get(office).and_then(|thing| thing.fields.get("tenures"));
    tenures
        .and_then(Field::as_list)
        .unwrap_or_default()
        .iter()
        .filter_map(|tenure| match tenure {
            Field::Map(tenure) => Some(tenure),
            _ => None,
        })
        .find(|tenure| {
            let text = |name: &str| tenure.get(name).and_then(Field::as_text);
            let date = |name: &str| text(name).and_then(parse_date);
            text("person") == Some(person)
                && date("from").is_some_and(|from| from <= day)
                && date("until").is_none_or(|until| day <= until)
                && mandate(text("mandate"))
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
