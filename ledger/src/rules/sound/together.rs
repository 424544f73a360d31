//! Demands that never hold together: two equalities on one value, a value that must be there and absent, a state that
//! is demanded and excluded.
//!
//! What a row is told by and what it demands without a `when` hold of each of its events, and so does all of one `when`.
//! A demand with a `when` is held against it as far as it says what the value is: that a value is absent, or none of some,
//! is how a rule says what may not be there.

use super::claims::{Claim, Claimed};
use super::counts::words_of;
use crate::rules::act::Act;
use crate::rules::condition::{Condition, Predicate, Test};
use crate::rules::faults::Faults;
use crate::rules::lifecycle::Transition;
use crate::rules::operand::Operand;
use crate::rules::reader::{RuleSetError, RuleSetReason};

/// The row and its conditions. The first `inherited` ones are of the row that it narrows.
pub(super) fn check(act: &Act, inherited: usize, faults: &mut Faults) {
    let row = format!("act[{}]", act.kind);
    let mut of_row = claims_of(&row, &act.when);
    let conditions: Vec<_> = act
        .conditions
        .iter()
        .enumerate()
        .map(|(index, condition)| match index.checked_sub(inherited) {
            Some(own) => (condition, format!("{row}.condition[{own}]")),
            None => (condition, format!("{row}: the structural row")),
        })
        .collect();
    for (condition, place) in conditions.iter().filter(|(one, _)| always_binds(one)) {
        of_row.extend(Claim::of(&condition.predicate, place));
    }
    check_whole(act, &of_row, faults);
    let own = conditions.iter().skip(inherited).filter(|(one, _)| !always_binds(one));
    for (condition, place) in own {
        let when = claims_of(place, &condition.when);
        check_whole(act, &when, faults);
        for claim in &when {
            check_against(claim, &of_row, faults);
        }
        let demanded = Claim::of(&condition.predicate, place);
        for (index, claim) in demanded.iter().enumerate() {
            check_against(claim, demanded.get(..index).unwrap_or_default(), faults);
        }
        for claim in demanded.iter().filter(|claim| says_what(claim, &condition.predicate)) {
            check_against(claim, &when, faults);
            check_against(claim, &of_row, faults);
        }
    }
}

/// The `when` of a step.
pub(super) fn check_step(act: &Act, step: &Transition, faults: &mut Faults) {
    check_whole(act, &claims_of(step.place(), &step.when), faults);
}

/// Is no event accepted of which it does not hold?
fn always_binds(condition: &Condition) -> bool {
    condition.when.is_empty() && !condition.warn
}

fn claims_of<'a>(place: &str, when: &'a [Predicate]) -> Vec<Claim<'a>> {
    let each = when.iter().enumerate();
    each.flat_map(|(index, one)| Claim::of(one, &format!("{place}.when[{index}]"))).collect()
}

/// All of them are demanded at once.
fn check_whole(act: &Act, claims: &[Claim<'_>], faults: &mut Faults) {
    for (index, claim) in claims.iter().enumerate() {
        check_against(claim, claims.get(..index).unwrap_or_default(), faults);
        check_words(act, claim, faults);
    }
}

fn check_against(claim: &Claim<'_>, others: &[Claim<'_>], faults: &mut Faults) {
    if let Some(other) = others.iter().find(|other| !claim.holds_with(other)) {
        let (name, other) = (claim.of.clone(), other.at.clone());
        let reason = RuleSetReason::Excluded { name, other };
        faults.push(RuleSetError { at: claim.at.clone(), reason });
    }
}

/// Every word that the value can be is excluded.
fn check_words(act: &Act, claim: &Claim<'_>, faults: &mut Faults) {
    let words = claim.operand.and_then(|operand| Some((operand, words_of(act, operand)?)));
    let Some((operand, words)) = words else { return };
    let words = Claimed::of_words(words);
    if !words.holds_with(&claim.claimed) && matches!(claim.claimed, Claimed::NoneOf(_)) {
        let reason = RuleSetReason::Excluded {
            name: operand.to_string(),
            other: format!("act[{}].field[{}]", act.kind, last_of(operand)),
        };
        faults.push(RuleSetError { at: claim.at.clone(), reason });
    }
}

fn last_of(operand: &Operand) -> &str {
    operand.path().last().map_or("", String::as_str)
}

/// Does the demand say what the value is, rather than what it is not?
fn says_what(claim: &Claim<'_>, predicate: &Predicate) -> bool {
    match &claim.claimed {
        Claimed::NoneOf(_) | Claimed::Absent | Claimed::Against(..) => false,
        Claimed::Present => !matches!(predicate, Predicate::Field { test: Test::Present, .. }),
        Claimed::OneOf(_) | Claimed::Ordered(..) => true,
    }
}
