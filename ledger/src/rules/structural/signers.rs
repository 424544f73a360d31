//! Who signs: what his certificates are, and on which lists of the ledger he stands.

use super::founders::state_of;
use super::powers::LISTS;
use super::{REVOKED, SUSPENDED};
use crate::rules::operand::Context;
use crate::rules::refusal::{Text, Why};
use crate::rules::role::{has_person, ledger_key};
use crate::rules::thing::{Field, Fields, Thing};

/// The certificates in a signer's row.
pub(super) fn entries(signer: &Thing) -> impl Iterator<Item = &Fields> {
    let list = signer.fields.get("certificates").and_then(Field::as_list).unwrap_or_default();
    list.iter().filter_map(|entry| match entry {
        Field::Map(entry) => Some(entry),
        _ => None,
    })
}

/// What such an entry says under a name; nothing where it says nothing.
pub(super) fn text<'a>(entry: &'a Fields, name: &str) -> &'a str {
    entry.get(name).and_then(Field::as_text).unwrap_or_default()
}

/// The certificates of a signer, with the state of each.
pub(super) fn certificates(signer: &Thing) -> impl Iterator<Item = (&str, &str)> {
    entries(signer).map(|entry| (text(entry, "certificate"), text(entry, "state")))
}

/// Those that have not been revoked.
pub(crate) fn counting_certificates(signer: &Thing) -> impl Iterator<Item = &str> {
    certificates(signer).filter(|(_, state)| *state != REVOKED).map(|(of, _)| of)
}

/// Those of the signer's certificates that `which` names, by thumbprint and state, are now in the state `to`.
pub(super) fn mark(signer: &mut Thing, which: impl Fn(&str, &str) -> bool, to: &str) {
    let Some(Field::List(list)) = signer.fields.get_mut("certificates") else { return };
    for entry in list {
        let Field::Map(entry) = entry else { continue };
        let text = |name: &str| entry.get(name).and_then(Field::as_text).unwrap_or_default();
        if which(text("certificate"), text("state")) {
            entry.insert("state".to_owned(), Field::from(to));
        }
    }
}

/// Does the ledger know that this certificate of the signer is suspended?
pub fn is_suspended(signer: &Thing, certificate: &str) -> bool {
    certificates(signer).any(|(of, state)| of == certificate && state == SUSPENDED)
}

/// Of a founder: what the certificates make him that count; a suspension ends by one that another founder has attested.
pub(super) fn set_state(context: &Context<'_>, person: &str, signer: &mut Thing) {
    if is_founder(context, person) {
        state_of(signer).unwrap_or(REVOKED).clone_into(&mut signer.state);
    }
}

/// Is he an authority or a registrar?
pub(super) fn is_founder(context: &Context<'_>, person: &str) -> bool {
    ["authorities", "registrars"].iter().any(|list| listed(context, list, person))
}

/// Does he stand on any list of the ledger?
pub(super) fn has_power(context: &Context<'_>, person: &str) -> bool {
    LISTS.iter().any(|list| listed(context, list, person))
}

/// Is he who signs on that list of the ledger, and does the key that he signs with count there?
pub(super) fn is_listed(context: &Context<'_>, list: &str) -> bool {
    let signer = context.signer().unwrap_or_default();
    context.has_power() && listed(context, list, signer)
}

fn listed(context: &Context<'_>, list: &str, person: &str) -> bool {
    let ledger = context.thing(&ledger_key(context.event));
    ledger.is_some_and(|ledger| has_person(ledger, list, person))
}

/// Only such a one may do it.
pub(super) fn entitled_as(name: &str) -> Why {
    Why::ActorNotEntitled { entitled: vec![Text { id: name.to_owned(), en: name.to_owned() }] }
}
