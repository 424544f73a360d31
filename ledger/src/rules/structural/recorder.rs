//! What a recorder does not write down though another decided it: what is done to himself or to his agency, and its end.
//! From version 3.

use super::cited::from_three;
use super::party::{OF_OTHERS, check_not_ended_by_party};
use crate::event::SignedAs;
use crate::rules::act::Act;
use crate::rules::operand::{Context, Item};
use crate::rules::refusal::{Code, Refusal, Why};
use crate::rules::succession::stands_for;

/// A recorder records nothing that his act's row says is `against` himself or his agency, and no official of it ends that.
pub(crate) fn check_not_of_himself(act: &Act, context: &Context<'_>) -> Result<(), Refusal> {
    let against = act.against.as_ref().and_then(|of| of.value(context)).and_then(Item::as_text);
    check_apart(against, context, act)?;
    check_not_ended_by_party(act, context)
}

/// The same of an act `by` which he would end one that was done to `against`.
pub(crate) fn check_apart(
    against: Option<&str>,
    context: &Context<'_>,
    by: &Act,
) -> Result<(), Refusal> {
    let Some(world) = context.world.filter(|_| from_three(context)) else { return Ok(()) };
    let event = context.event;
    let records = event.signed_as == SignedAs::Recorder || event.imported.is_some();
    let is_his = |party: &&str| {
        *party == world.signer()
            || stands_for(world.facts, context.event.agency(), party)
            || stands_for(world.facts, &world.signatory.agency, party)
    };
    match against.filter(|_| records).filter(is_his) {
        None => Ok(()),
        Some(party) => {
            let why = Why::RecorderIsParty { party: party.to_owned() };
            let wording = by.wording_of(OF_OTHERS);
            Err(Refusal::new(Code::RoleMissing, Some(OF_OTHERS), "/source", why).worded(wording))
        }
    }
}
