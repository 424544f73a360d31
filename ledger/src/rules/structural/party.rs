//! Who is party to what is done to a person or an agency (`against`): it is not his to end. From version 3.

use super::cited::from_three;
use crate::event::{Event, SignedAs};
use crate::rules::act::Act;
use crate::rules::next::Outlook;
use crate::rules::operand::{Context, Item, Operand, World};
use crate::rules::refusal::{Code, Refusal, Why};
use crate::rules::role::{Who, signer_key};
use crate::rules::succession::stands_for;

/// Structural rule: whom an act is about neither records it nor ends it.
pub(super) const OF_OTHERS: &str = "SYS.12.3";

/// Is it done to him who acts, to the agency for which he acts, or to that of his certificate? Of a decision that a
/// recorder records also to that for which the decider signs, where he is enrolled.
pub(super) fn is_party(against: &str, context: &Context<'_>, world: &World<'_>) -> bool {
    let own = [Some(world.acting.agency), Some(&world.signatory.agency), home(context, world)];
    is_himself(against, world)
        || own.into_iter().flatten().any(|own| stands_for(world.facts, own, against))
}

/// Does he act in the office that he uses as one of its own agency: neither a guest there, nor under a mandate? What is
/// done to that agency is then still the office's to end: the regent's on the agency that he belongs to.
pub(super) fn is_at_home(against: &str, context: &Context<'_>, world: &World<'_>) -> bool {
    let office_agency = world.acting.office_agency();
    let own = home(context, world).or(Some(world.acting.agency));
    let at_home = own.zip(office_agency);
    world.acting.delegation.is_none()
        && !is_himself(against, world)
        && at_home.is_some_and(|(own, of)| stands_for(world.facts, own, of))
}

/// Nobody ends by an act of its own (`sanction.lifted`) what is done to an agency of his, but in an office that the row
/// names and that is of his own agency. Of what is done to himself the row says so.
pub(super) fn check_not_ended_by_party(act: &Act, context: &Context<'_>) -> Result<(), Refusal> {
    let Some(world) = context.world.filter(|_| from_three(context)) else { return Ok(()) };
    let Some(against) = ended(act, context) else { return Ok(()) };
    let named = |who: &Who| who.offices().iter().any(|one| world.acting.office == Some(one));
    let in_office = || act.who.iter().any(named) && is_at_home(against, context, world);
    if is_himself(against, world) || !is_party(against, context, world) || in_office() {
        return Ok(());
    }
    let why = Why::ActorIsParty { party: against.to_owned() };
    let wording = act.wording_of(OF_OTHERS);
    Err(Refusal::new(Code::RoleMissing, Some(OF_OTHERS), "/source", why).worded(wording))
}

/// The keys of things that tell for which agency a decider signs whom a recorder records.
pub(crate) fn reads(act: &Act, event: &Event) -> Option<String> {
    let decision = event.decision.as_ref().filter(|_| act.against.is_some())?;
    Some(signer_key(&decision.by))
}

/// What can be said before it is written.
pub(crate) fn outlook(act: &Act, context: &Context<'_>, enrolled_for: Option<&str>) -> Outlook {
    let Some(world) = context.world.filter(|_| from_three(context)) else { return Outlook::Holds };
    let is_his = |against: &str| {
        let enrolled = enrolled_for.is_some_and(|own| stands_for(world.facts, own, against));
        is_party(against, context, world) || enrolled
    };
    match ended(act, context).filter(|against| is_his(against)) {
        Some(_) => Outlook::depends(&["office", "mandate"]),
        None => Outlook::Holds,
    }
}

/// To whom that is done which the act ends: what its stream keeps of an earlier act.
fn ended<'a>(act: &Act, context: &Context<'a>) -> Option<&'a str> {
    let of_things = act.against.as_ref().filter(|of| Operand::is_of_things(of))?;
    of_things.value(context).and_then(Item::as_text)
}

fn is_himself(against: &str, world: &World<'_>) -> bool {
    [world.signer(), world.acting.person].contains(&against)
}

/// The agency for which he who acts signs; none of a decider who is not enrolled.
fn home<'a>(context: &Context<'_>, world: &World<'a>) -> Option<&'a str> {
    if context.event.signed_as == SignedAs::Official {
        return Some(&world.signatory.agency);
    }
    world.facts.get(&signer_key(world.acting.person))?.text("agency")
}
