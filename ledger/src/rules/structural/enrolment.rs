//! `enrolment@1` to `@3`: a certificate becomes one of a person's.

use super::attestation::{ATTESTED_AT, ENROLLED_BY, active as active_of};
use super::cited::from_three;
use super::holder::{Holder, Standing};
use super::powers::LISTS;
use super::signers::{
    certificates, counting_certificates, entitled_as, has_power, is_founder, is_listed, set_state,
};
use super::{BANNED, Broken, Changes, Fresh, REVOKED, certificate_key, public_key_key, text_of};
use crate::rules::Enrolment;
use crate::rules::next::Outlook;
use crate::rules::operand::Context;
use crate::rules::refusal::Why;
use crate::rules::role::ledger_key;
use crate::rules::succession::stands_for;
use crate::rules::thing::{Field, Thing};

/// Most certificates of a signer that were not revoked: a row with all of them, and a suspension of all, has room.
const COUNTING_MAX: usize = 8;
/// Most certificates in a signer's row.
const SHOWN_MAX: usize = 64;
const SO_MANY: &str = "SYS.4.11";
const CERTIFICATE_ONCE: &str = "SYS.4.2";
const KEY_OF_ONE: &str = "SYS.4.3";
const CERTIFICATE_MATCHES: &str = "SYS.4.4";
const FOUNDERS: &str = "SYS.4.6";
const SAME_PERSON: &str = "SYS.4.7";
const RENEWS_HIS_OWN: &str = "SYS.4.10";
/// Structural rule: no system signs with the certificate of a natural person.
pub(super) const OF_NO_PERSON: &str = "SYS.4.12";
/// The class of what signs by itself.
const SYSTEM: &str = "sistem";

/// `enrolment@1`.
pub(super) fn enrol(
    context: &Context<'_>,
    enrolments: &[Enrolment],
    after: &mut Thing,
    changes: &mut Changes,
    fresh: &Fresh<'_>,
) -> Result<(), Broken> {
    let holder = admissible(context, enrolments)?;
    let other = |name: &str, own: &str| after.text(name).is_some_and(|held| held != own);
    if other("agency", holder.agency) || other("kind", holder.kind) {
        return Err(Broken {
            rule: SAME_PERSON,
            pointer: "/data/agency",
            why: Why::EnrolmentMismatch,
        });
    }
    changes.extend(enrolments.iter().flat_map(|one| holder.things(one, after, fresh)));
    Ok(())
}

/// `enrolment@2`: an officer may have moved to another agency. He signs for one at a time: what he had for the
/// other is revoked before, unless that agency ended and this one stands in its place.
pub(super) fn enrol_or_move(
    context: &Context<'_>,
    enrolments: &[Enrolment],
    after: &mut Thing,
    changes: &mut Changes,
    fresh: &Fresh<'_>,
) -> Result<(), Broken> {
    let holder = admissible(context, enrolments)?;
    let standing = Standing::default();
    take_in(context, &holder, &standing, enrolments, after, changes, fresh)
}

/// `enrolment@3`: as `@2`; an officer also renews his own certificate, by signing with it. A renewed certificate stands
/// as the one that it renews, every other on the word of him who enrols it.
pub(super) fn enrol_or_renew(
    context: &Context<'_>,
    enrolments: &[Enrolment],
    after: &mut Thing,
    changes: &mut Changes,
    fresh: &Fresh<'_>,
) -> Result<(), Broken> {
    let holder = admissible(context, enrolments)?;
    let standing = standing(context, &holder, after)?;
    take_in(context, &holder, &standing, enrolments, after, changes, fresh)
}

fn standing(context: &Context<'_>, holder: &Holder<'_>, after: &Thing) -> Result<Standing, Broken> {
    let signer = context.signer().unwrap_or_default();
    let renews = text_of(context.event.data.get("renews"));
    let standing = Standing { renews: renews.map(str::to_owned), ..Standing::default() };
    let broken = |why| Broken { rule: RENEWS_HIS_OWN, pointer: "/data/renews", why };
    if signer != holder.person {
        let is_his =
            |renews| certificates(after).any(|(of, state)| of == renews && state != REVOKED);
        return match renews {
            Some(renews) if !is_his(renews) => {
                let certificate = renews.to_owned();
                Err(broken(Why::CertificateNotActive { certificate }))
            }
            _ => Ok(Standing { enrolled_by: Some(Field::from(signer)), ..standing }),
        };
    }
    let own = context.world.map(|world| world.signatory.certificate.to_string());
    let own = own.unwrap_or_default();
    let renewed = active_of(context, &own, signer).filter(|_| renews == Some(own.as_str()));
    let renewed = renewed.ok_or_else(|| broken(Why::RenewalOfAnother { certificate: own }))?;
    let kept = |name| renewed.fields.get(name).cloned();
    Ok(Standing { enrolled_by: kept(ENROLLED_BY), attested_at: kept(ATTESTED_AT), ..standing })
}

/// The certificate becomes one of the holder's.
fn take_in(
    context: &Context<'_>,
    holder: &Holder<'_>,
    standing: &Standing,
    enrolments: &[Enrolment],
    after: &mut Thing,
    changes: &mut Changes,
    fresh: &Fresh<'_>,
) -> Result<(), Broken> {
    let broken = |pointer, why| Broken { rule: SAME_PERSON, pointer, why };
    if after.text("kind").is_some_and(|held| held != holder.kind) {
        return Err(broken("/data/class", Why::EnrolmentMismatch));
    }
    if let Some(left) = after.text("agency").filter(|left| *left != holder.agency) {
        let succeeds = context.world.is_some_and(|w| stands_for(w.facts, holder.agency, left));
        if !succeeds && certificates(after).any(|(_, state)| state != REVOKED) {
            let agency = left.to_owned();
            return Err(broken("/data/agency", Why::SignsForAnotherAgency { agency }));
        }
        // From version 3 a founder has moved once another founder has attested it.
        if !from_three(context) {
            changes.extend(moved_founder(context, holder.person, holder.agency, after));
        }
    }
    if from_three(context) && counting_certificates(after).count() >= COUNTING_MAX {
        let why = Why::TooManyCertificates { max: COUNTING_MAX };
        return Err(Broken { rule: SO_MANY, pointer: "/data/chain", why });
    }
    let taken_in = |one| holder.things_standing(standing, one, after, fresh);
    changes.extend(enrolments.iter().flat_map(taken_in));
    if from_three(context) {
        forget_oldest(after);
        set_state(context, holder.person, after);
    }
    Ok(())
}

/// Of what was revoked the newest stay in the signer's row: all have rows of their own. What renewed one that goes, shows
/// what that renewed.
fn forget_oldest(signer: &mut Thing) {
    let Some(Field::List(list)) = signer.fields.get_mut("certificates") else { return };
    while list.len() > SHOWN_MAX {
        let text = |entry: &Field, name: &str| entry.member(name)?.as_text().map(str::to_owned);
        let is_revoked = |entry: &Field| text(entry, "state").as_deref() == Some(REVOKED);
        let Some(oldest) = list.iter().position(is_revoked) else { return };
        let gone = list.remove(oldest);
        let (named, renewed) = (text(&gone, "certificate"), text(&gone, "renews"));
        for entry in list.iter_mut().filter(|entry| text(entry, "renews") == named) {
            let Field::Map(entry) = entry else { continue };
            entry.remove("renews");
            entry.extend(renewed.as_deref().map(|of| ("renews".to_owned(), Field::from(of))));
        }
    }
}

/// The ledger with the agency that a founder now comes from.
pub(super) fn moved_founder(
    context: &Context<'_>,
    person: &str,
    agency: &str,
    after: &Thing,
) -> Option<(String, Thing)> {
    let key = ledger_key(context.event);
    let ledger = context.thing(&key).filter(|_| has_power(context, person))?;
    if from_three(context) && !is_of_another(ledger, person, agency) {
        return None;
    }
    let mut ledger = ledger.clone();
    (ledger.position, ledger.recorded_at) = (after.position, after.recorded_at);
    for name in LISTS {
        let Some(Field::List(list)) = ledger.fields.get_mut(name) else { continue };
        for entry in list {
            let his = entry.member("person").and_then(Field::as_text) == Some(person);
            if let (true, Field::Map(entry)) = (his, entry) {
                entry.insert("agency".to_owned(), Field::from(agency));
            }
        }
    }
    Some((key, ledger))
}

/// Does the ledger know the person as one of another agency?
fn is_of_another(ledger: &Thing, person: &str, agency: &str) -> bool {
    let lists = LISTS.iter().filter_map(|list| ledger.fields.get(*list)?.as_list());
    lists.flatten().any(|entry| {
        let text = |name: &str| entry.member(name).and_then(Field::as_text);
        text("person") == Some(person) && text("agency") != Some(agency)
    })
}

/// Whom the event enrols, with one certificate and key that nobody ever had, by whoever may enrol him.
fn admissible<'a>(context: &Context<'a>, enrolments: &[Enrolment]) -> Result<Holder<'a>, Broken> {
    let data = &context.event.data;
    let text = |name: &str| text_of(data.get(name)).unwrap_or_default();
    let mismatch = || Broken {
        rule: CERTIFICATE_MATCHES,
        pointer: "/data/chain",
        why: Why::EnrolmentMismatch,
    };
    let [enrolment] = enrolments else { return Err(mismatch()) };
    if enrolment.algorithm != text("algorithm") {
        return Err(mismatch());
    }
    let holder = Holder { person: text("person"), agency: text("agency"), kind: text("class") };
    if from_three(context) && holder.kind == SYSTEM && enrolment.is_of_person {
        let why = Why::CertificateOfPerson;
        return Err(Broken { rule: OF_NO_PERSON, pointer: "/data/chain", why });
    }
    let certificate = enrolment.certificate.to_string();
    // A certificate enrols once; a revoked one therefore never again.
    if let Some(earlier) = context.thing(&certificate_key(&certificate)) {
        let why = Why::CertificateEnrolled { certificate, state: earlier.state.clone() };
        return Err(Broken { rule: CERTIFICATE_ONCE, pointer: "/data/chain", why });
    }
    // A key has one certificate: a renewal brings a new key, and a revocation reaches all of an old one.
    if let Some(key) = context.thing(&public_key_key(enrolment)) {
        let person = key.text("person").unwrap_or_default().to_owned();
        let banned = key.state == BANNED;
        let why = if banned { Why::KeyBanned { person } } else { Why::KeyEnrolled { person } };
        return Err(Broken { rule: KEY_OF_ONE, pointer: "/data/chain", why });
    }
    entitled_to_enrol(context, holder.person)?;
    Ok(holder)
}

/// The founders' certificates are enrolled by an authority, and not by himself; everybody else's by a
/// registrar. Otherwise one registrar could make himself an authority. Who renews his own (from version 3) takes nobody
/// else's place.
fn entitled_to_enrol(context: &Context<'_>, person: &str) -> Result<(), Broken> {
    let signer = context.signer().unwrap_or_default();
    if signer == person && from_three(context) {
        return Ok(());
    }
    let (list, name) = enrolling(is_founder(context, person));
    if is_listed(context, list) {
        return Ok(());
    }
    Err(Broken { rule: FOUNDERS, pointer: "/source", why: entitled_as(name) })
}

/// On which list of the ledger he stands who enrols a founder, or anybody else; and what such a one is called.
pub(crate) fn enrolling(is_founder: bool) -> (&'static str, &'static str) {
    if is_founder { ("authorities", "AUTHORITY") } else { ("registrars", "REGISTRAR") }
}

/// What can be said of an enrolment before it is written. The person is the one in the subject.
pub(super) fn enrolment_outlooks(
    context: &Context<'_>,
    is_signer_known: bool,
) -> Vec<(&'static str, Outlook)> {
    let person = context.event.subject.split('/').nth(1).unwrap_or_default();
    let founders = match entitled_to_enrol(context, person) {
        _ if !is_signer_known => Outlook::depends(&["signer"]),
        Ok(()) => Outlook::Holds,
        Err(broken) => Outlook::fails(broken.why),
    };
    let known = context.this().is_some_and(|this| this.text("agency").is_some());
    let same =
        if known { Outlook::depends(&["data.agency", "data.class"]) } else { Outlook::Holds };
    vec![
        (CERTIFICATE_ONCE, Outlook::depends(&["data.chain"])),
        (KEY_OF_ONE, Outlook::depends(&["data.chain"])),
        (CERTIFICATE_MATCHES, Outlook::depends(&["data.algorithm", "data.chain"])),
        (FOUNDERS, founders),
        (SAME_PERSON, same),
    ]
}

/// The same for `enrolment@3`: who renews his own certificate names it.
pub(super) fn renewal_outlooks(
    context: &Context<'_>,
    is_signer_known: bool,
) -> Vec<(&'static str, Outlook)> {
    let mut outlooks = enrolment_outlooks(context, is_signer_known);
    outlooks.push((RENEWS_HIS_OWN, Outlook::depends(&["data.renews"])));
    outlooks.push((OF_NO_PERSON, Outlook::depends(&["data.chain", "data.class"])));
    outlooks
}
