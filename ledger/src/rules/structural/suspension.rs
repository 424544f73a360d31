//! `suspension@1` and `reinstatement@1`: a signer whose certificates do not count for a while. They stay his: no
//! key and no certificate enrols again.

use super::cited::from_three;
use super::founders::{may_bring_back, may_stand_in};
use super::signers::{certificates, is_founder, is_listed, mark};
use super::{ACTIVE, Broken, SUSPENDED};
use crate::rules::next::Outlook;
use crate::rules::operand::Context;
use crate::rules::refusal::{Text, Why};
use crate::rules::thing::{Field, Thing};

/// Structural rule: who suspends a signer.
const SUSPENDS: &str = "SYS.21.1";
/// Structural rule: who reinstates him.
const REINSTATES: &str = "SYS.21.2";

/// What a signer shows of his newest suspension: the row names it with `under`.
const SUSPENSION: &str = "suspension";
/// Those that it suspended.
const CERTIFICATES: &str = "certificates";

/// All certificates that count.
pub(super) fn suspend(context: &Context<'_>, after: &mut Thing) -> Result<(), Broken> {
    check_founder(context, SUSPENDS, may_stand_in)?;
    if from_three(context) {
        let counting = certificates(after).filter(|(_, state)| *state == ACTIVE);
        let counting = Field::List(counting.map(|(of, _)| Field::from(of)).collect());
        if let Some(Field::Map(suspension)) = after.fields.get_mut(SUSPENSION) {
            suspension.insert(CERTIFICATES.to_owned(), counting);
        }
    }
    mark(after, |_, state| state == ACTIVE, SUSPENDED);
    Ok(())
}

/// All that the newest suspension has suspended; before version 3, and where that suspension was of a version that did
/// not keep which, all that are suspended.
pub(super) fn reinstate(context: &Context<'_>, after: &mut Thing) -> Result<(), Broken> {
    check_founder(context, REINSTATES, may_bring_back)?;
    let newest = context.this().and_then(|this| this.fields.get(SUSPENSION)?.member(CERTIFICATES));
    let newest = newest.and_then(Field::as_list).filter(|_| from_three(context));
    let is_of_it = |certificate: &str| {
        newest.is_none_or(|newest| newest.iter().any(|of| of.as_text() == Some(certificate)))
    };
    mark(after, |of, state| state == SUSPENDED && is_of_it(of), ACTIVE);
    Ok(())
}

/// Who, besides another authority, may do it to an authority: with a further signature.
type StandsIn = fn(&Context<'_>, &str) -> bool;

/// A founder is suspended and reinstated by an authority other than himself, so that one is left; from version 3 also by
/// registrars, where the authorities cannot.
fn check_founder(
    context: &Context<'_>,
    rule: &'static str,
    stands_in: StandsIn,
) -> Result<(), Broken> {
    let person = context.event.subject.split('/').nth(1).unwrap_or_default();
    let himself = context.signer() == Some(person);
    let entitled = || is_listed(context, "authorities") || stands_in(context, person);
    if !is_founder(context, person) || (!himself && entitled()) {
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
    vec![(SUSPENDS, founder_outlook(context, is_signer_known, may_stand_in))]
}

/// What can be said of it before it is written.
pub(super) fn reinstatement_outlooks(
    context: &Context<'_>,
    is_signer_known: bool,
) -> Vec<(&'static str, Outlook)> {
    vec![(REINSTATES, founder_outlook(context, is_signer_known, may_bring_back))]
}

fn founder_outlook(context: &Context<'_>, is_signer_known: bool, stands_in: StandsIn) -> Outlook {
    match check_founder(context, SUSPENDS, stands_in) {
        Ok(()) => Outlook::Holds,
        Err(_) if !is_signer_known => Outlook::depends(&["signer"]),
        Err(broken) => Outlook::fails(broken.why),
    }
}
