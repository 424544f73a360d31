//! What one key cannot do to those who hold the ledger: shut them all out. From version 3 on.
//!
//! A founder is an authority or a registrar. One key never takes a founder's last certificate away, it only suspends;
//! and whom it suspends, somebody else can bring back. Besides him who suspends, the other authority or two registrars go
//! on counting: an authority brings anybody else back alone, two registrars together an authority. Whatever goes further
//! waits for another founder's signature. So a stolen key is always stopped by the other authority or, where that one was
//! suspended first, by two registrars, who stop an authority only then.

use jiff::Timestamp;

use super::attestation::{goes_on, stands};
use super::cited::from_three;
use super::signers::{certificates, entries, is_listed, text};
use super::{ACTIVE, Builtin, REVOKED, SUSPENDED, key_of};
use crate::rules::act::Act;
use crate::rules::operand::Context;
use crate::rules::role::{has_person, ledger_key};
use crate::rules::thing::{Facts, Field, Fields, Thing};

/// The lists of the ledger's thing that founders stand on.
const FOUNDERS: [&str; 2] = [AUTHORITIES, REGISTRARS];
const AUTHORITIES: &str = "authorities";
const REGISTRARS: &str = "registrars";

/// So many registrars stand in for an authority.
const TOGETHER: usize = 2;

/// Does the act wait for the further signatures that its row names? Those about signers only where one key would go too far.
pub(super) fn is_second_needed(act: &Act, context: &Context<'_>) -> bool {
    let holder = context.event.subject.split('/').nth(1).unwrap_or_default();
    match act.builtin {
        Some(Builtin::Suspension) => is_founder(context, holder) && !is_guarded(context, holder),
        Some(Builtin::Reinstatement) => {
            is_founder(context, holder) && !is_listed(context, AUTHORITIES)
        }
        Some(Builtin::RevocationNamed) => is_founder(context, holder) && takes_last(context),
        _ => true,
    }
}

/// May he who signs, a registrar and not the holder, suspend the authority with another founder's signature? Where no
/// other authority counts.
pub(super) fn may_stand_in(context: &Context<'_>, holder: &str) -> bool {
    let others = |person: &str| person != holder && counts(context, person);
    may_bring_back(context, holder) && !persons(context, AUTHORITIES).any(others)
}

/// May he who signs, a registrar and not the holder, bring the authority back with another founder's signature?
pub(super) fn may_bring_back(context: &Context<'_>, holder: &str) -> bool {
    let is_authority = persons(context, AUTHORITIES).any(|person| person == holder);
    from_three(context) && is_authority && is_listed(context, REGISTRARS)
}

/// Besides him who suspends and the one who is suspended: does an authority count, or two registrars?
fn is_guarded(context: &Context<'_>, holder: &str) -> bool {
    let signer = context.signer().unwrap_or_default();
    let left = |list| {
        let left = persons(context, list);
        left.filter(|person| ![signer, holder].contains(person) && counts(context, person)).count()
    };
    is_listed(context, AUTHORITIES) && (left(AUTHORITIES) > 0 || left(REGISTRARS) >= TOGETHER)
}

/// Would the revocation leave the holder without a certificate that counts, or would once he is reinstated?
fn takes_last(context: &Context<'_>) -> bool {
    let Some(signer) = context.this() else { return false };
    let going = super::revocation::named_in(context, signer);
    let mut standing = entries(signer).filter(|entry| is_standing(entry, context)).peekable();
    let is_going = |entry: &Fields| going.iter().any(|one| text(entry, "certificate") == one);
    standing.peek().is_some() && standing.all(is_going)
}

/// Has he a certificate with which he exercises his powers now?
fn counts(context: &Context<'_>, person: &str) -> bool {
    let signer = context.thing(&key_of("signer/", person));
    signer.is_some_and(|signer| {
        entries(signer).any(|entry| text(entry, "state") == ACTIVE && is_standing(entry, context))
    })
}

/// Neither revoked nor ended, and on more than the word of one.
fn is_standing(entry: &Fields, context: &Context<'_>) -> bool {
    let at = |name| text(entry, name).parse::<Timestamp>().map_or(0, Timestamp::as_second);
    let now = super::waiting::now(context);
    stands(entry)
        && text(entry, "state") != REVOKED
        && at("not_before") <= now
        && now < at("not_after")
}

/// Have the certificates of all on the list ended, or were revoked? Not where some are only suspended, nor where it is not
/// known.
pub(super) fn have_ended(context: &Context<'_>, list: &'static str) -> bool {
    let now = super::waiting::now(context);
    let lasts =
        |entry: &Fields| stands(entry) && text(entry, "state") != REVOKED && goes_on(entry, now);
    let has_ended = |person: &str| {
        let signer = context.thing(&key_of("signer/", person));
        signer.is_some_and(|signer| !entries(signer).any(lasts))
    };
    let mut persons = persons(context, list).peekable();
    persons.peek().is_some() && persons.all(has_ended)
}

/// Is he an authority or a registrar, and do these rules hold?
fn is_founder(context: &Context<'_>, person: &str) -> bool {
    let ledger = context.thing(&ledger_key(context.event)).filter(|_| from_three(context));
    ledger.is_some_and(|ledger| FOUNDERS.iter().any(|list| has_person(ledger, list, person)))
}

fn persons<'a>(context: &Context<'a>, list: &'static str) -> impl Iterator<Item = &'a str> {
    let ledger = context.thing(&ledger_key(context.event));
    ledger.into_iter().flat_map(move |ledger| listed(ledger, list))
}

fn listed<'a>(ledger: &'a Thing, list: &str) -> impl Iterator<Item = &'a str> {
    let listed = ledger.fields.get(list).and_then(Field::as_list).unwrap_or_default();
    listed.iter().filter_map(|entry| entry.member("person")?.as_text())
}

/// The state of a founder whose certificates changed: one that nobody has attested makes him neither active, nor is he
/// reinstated by it.
pub(super) fn state_of(signer: &Thing) -> Option<&'static str> {
    let attested =
        |state: &str| entries(signer).any(|entry| stands(entry) && text(entry, "state") == state);
    if let Some(state) = [ACTIVE, SUSPENDED].into_iter().find(|state| attested(state)) {
        return Some(state);
    }
    certificates(signer).any(|(_, state)| state == ACTIVE).then_some(ACTIVE)
}

/// Where a founder's own stream is looked at, or an act of one waits: all founders, for whether one key goes too far
/// rests on who is left.
pub(crate) fn founders_at_stake(facts: &Facts) -> Vec<String> {
    let ledgers = facts.iter().filter(|(key, _)| key.starts_with("ledger/"));
    let mut keys = Vec::new();
    for (_, ledger) in ledgers {
        let founders = FOUNDERS.iter().flat_map(|list| listed(ledger, list));
        let founders: Vec<_> = founders.map(|person| key_of("signer/", person)).collect();
        let waits = super::waiting::waiting_signers(ledger).next().is_some();
        if waits || founders.iter().any(|key| facts.contains_key(key)) {
            keys.extend(founders);
        }
    }
    keys
}
