//! `suspension@1` and `reinstatement@1`: a signer whose certificates do not count for a while. They stay his: no
//! key and no certificate enrols again.

use super::signers::{is_founder, is_listed, mark};
use super::{ACTIVE, Broken, SUSPENDED};
use crate::rules::next::Outlook;
use crate::rules::operand::Context;
use crate::rules::refusal::{Text, Why};
use crate::rules::thing::Thing;

/// Structural rule: who suspends a signer.
const SUSPENDS: &str = "SYS.21.1";
/// Structural rule: who reinstates him.
const REINSTATES: &str = "SYS.21.2";

/// All certificates that count.
pub(super) fn suspend(context: &Context<'_>, after: &mut Thing) -> Result<(), Broken> {
    check_founder(context, SUSPENDS)?;
    mark(after, |_, state| state == ACTIVE, SUSPENDED);
    Ok(())
}

/// All that were suspended.
pub(super) fn reinstate(context: &Context<'_>, after: &mut Thing) -> Result<(), Broken> {
    check_founder(context, REINSTATES)?;
    mark(after, |_, state| state == SUSPENDED, ACTIVE);
    Ok(())
}

/// A founder is suspended and reinstated by an authority other than himself, so that one is left.
fn check_founder(context: &Context<'_>, rule: &'static str) -> Result<(), Broken> {
    let person = context.event.subject.split('/').nth(1).unwrap_or_default();
    let himself = context.world.is_some_and(|world| world.signer == person);
    if !is_founder(context, person) || (is_listed(context, "authorities") && !himself) {
        return Ok(());
    }
    let other =
        Text { id: "pemegang otoritas lain".to_owned(), en: "another authority".to_owned() };
    let why = Why::ActorNotEntitled { entitled: vec![other] };
    Err(Broken { rule, pointer: "/source", why })
}

/// What can be said of it before it is written.
pub(super) fn suspension_outlooks(
    context: &Context<'_>,
    is_signer_known: bool,
) -> Vec<(&'static str, Outlook)> {
    vec![(SUSPENDS, founder_outlook(context, is_signer_known))]
}

/// What can be said of it before it is written.
pub(super) fn reinstatement_outlooks(
    context: &Context<'_>,
    is_signer_known: bool,
) -> Vec<(&'static str, Outlook)> {
    vec![(REINSTATES, founder_outlook(context, is_signer_known))]
}

fn founder_outlook(context: &Context<'_>, is_signer_known: bool) -> Outlook {
    match check_founder(context, SUSPENDS) {
        Ok(()) => Outlook::Holds,
        Err(_) if !is_signer_known => Outlook::depends(&["signer"]),
        Err(broken) => Outlook::fails(broken.why),
    }
}
