//! What is known already stays as it is: who tells of a stream, whose it is, that it was opened, and who holds a name.

use super::super::act::{Act, Effect};
use super::super::condition::Condition;
use super::super::operand::{Context, Item, Operand};
use super::super::refusal::{Code, Refusal, Why};
use super::super::structural;
use super::super::succession::stands_for;
use super::super::thing::Thing;
use super::{BROUGHT_IN, IMPORTED, marks};

/// Is it exempt from what is asked of acts today? While its agency alone tells of what it changes, the stream and those that
/// its effects are about: where another has brought in anything, or the ledger knows of its own time, it stands as today.
pub(crate) fn is_exempt(act: &Act, context: &Context<'_>) -> bool {
    let Some(world) = context.world.filter(|_| context.event.imported.is_some()) else {
        return context.event.imported.is_some();
    };
    let tells_alone = |thing: &Thing| {
        let own = |teller: &str| stands_for(world.facts, context.event.agency(), teller);
        marks::tellers(thing).all(own)
    };
    let is_its_own = |effect: &Effect| {
        let key = effect.thing.render(context);
        let thing = key.as_ref().and_then(|key| Some((key, context.thing(key)?)));
        thing.is_none_or(|(key, thing)| marks::is_open(Some(thing), key) && tells_alone(thing))
    };
    context.this().is_none_or(tells_alone) && act.effects.iter().all(is_its_own)
}

/// Whom the rows of its stream name as the one who acts, by what is kept (`PSE of this.agency`), no other agency changes;
/// whom they name as the one to whom it is done (`against`), not he himself.
pub(crate) fn check_kept(act: &Act, context: &Context<'_>, after: &Thing) -> Result<(), Refusal> {
    let (Some(_), Some(_), Some(world)) = (&context.event.imported, context.this(), context.world)
    else {
        return Ok(());
    };
    let looking = Context { after: Some(after), ..*context };
    // What is kept there, where the act changes it.
    let changed = |of: &Operand| {
        let Operand::This(path) = of else { return None };
        let kept = of.value(context).and_then(Item::as_text)?;
        let then = Operand::After(path.clone());
        (then.value(&looking).and_then(Item::as_text) != Some(kept)).then(|| kept.to_owned())
    };
    let rows = || context.rules.acts().filter(|row| row.subject.matches(&context.event.subject));
    for party in rows().filter_map(|row| row.against.as_ref()).filter_map(changed) {
        structural::check_apart(Some(&party), context, act)?;
    }
    for who in rows().flat_map(|row| &row.who).filter(|who| !who.itself) {
        let Some(kept) = who.of().and_then(changed) else { continue };
        if !stands_for(world.facts, context.event.agency(), &kept) {
            let wording = context.rules.act(IMPORTED).and_then(|own| own.wording_of(BROUGHT_IN));
            let why = Why::ActorNotEntitled { entitled: vec![who.in_words()] };
            let refusal = Refusal::new(Code::RoleMissing, Some(BROUGHT_IN), "/source", why);
            return Err(refusal.worded(wording));
        }
    }
    Ok(())
}

/// Does the act only begin a stream, and has it begun already? Then its lifecycle is asked, as today.
pub(crate) fn begins_again(act: &Act, context: &Context<'_>) -> bool {
    let only_begins =
        || act.transitions.iter().all(|step| step.from.iter().all(|from| *from == Thing::NONE));
    context.this().is_some_and(|this| this.state != Thing::NONE)
        && !act.transitions.is_empty()
        && only_begins()
}

/// Would it take a name from whoever holds it, where today that is a finding? What is brought in leaves it to him.
pub(crate) fn leaves_held(condition: &Condition, context: &Context<'_>) -> bool {
    context.event.imported.is_some()
        && condition.warn
        && condition.is_of_names()
        && condition.check(context).is_err()
}
