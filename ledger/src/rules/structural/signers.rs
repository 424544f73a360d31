//! `enrolment@1` to `@3`, `revocation@1` and `@2`: which certificate counts for whom.

use jiff::Timestamp;

use super::attestation::{ATTESTED_AT, ENROLLED_BY, active as active_of};
use super::cited::from_three;
use super::founders::state_of;
use super::powers::LISTS;
use super::{
    ACTIVE, BANNED, Broken, Changes, Fresh, REVOKED, SUSPENDED, certificate_key, key_of,
    public_key_key, text_of,
};
use crate::log::Position;
use crate::rules::Enrolment;
use crate::rules::next::Outlook;
use crate::rules::operand::Context;
use crate::rules::refusal::{Text, Why};
use crate::rules::role::{has_person, ledger_key};
use crate::rules::succession::stands_for;
use crate::rules::thing::{Class, Field, Fields, Thing};

/// Does the ledger know the person as one of another agency?
fn is_of_another(ledger: &Thing, person: &str, agency: &str) -> bool {
    let lists = LISTS.iter().filter_map(|list| ledger.fields.get(*list)?.as_list());
    lists.flatten().any(|entry| {
        let text = |name: &str| entry.member(name).and_then(Field::as_text);
        text("person") == Some(person) && text("agency") != Some(agency)
    })
}

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
/// A reason for a revocation: somebody else may know the private key.
const COMPROMISED: &str = "key-compromise";
const REVOKES_ACTIVE: &str = "SYS.5.2";
const FOUNDERS_STAY: &str = "SYS.5.3";

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

/// Of a founder: what the certificates make him that count; a suspension ends by one that another founder has attested.
fn set_state(context: &Context<'_>, person: &str, signer: &mut Thing) {
    if from_three(context) && is_founder(context, person) {
        state_of(signer).unwrap_or(REVOKED).clone_into(&mut signer.state);
    }
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
    let (list, name) = if is_founder(context, person) {
        ("authorities", "AUTHORITY")
    } else {
        ("registrars", "REGISTRAR")
    };
    if is_listed(context, list) {
        return Ok(());
    }
    Err(Broken { rule: FOUNDERS, pointer: "/source", why: entitled_as(name) })
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
    outlooks
}

/// What can be said of a revocation before it is written.
pub(super) fn revocation_outlooks(
    context: &Context<'_>,
    is_signer_known: bool,
) -> Vec<(&'static str, Outlook)> {
    let holder = context.event.subject.split('/').nth(1).unwrap_or_default();
    let founders = if !is_founder(context, holder) {
        Outlook::Holds
    } else if is_signer_known {
        match founder_stays(context, holder) {
            Ok(()) => Outlook::Holds,
            Err(broken) => Outlook::fails(broken.why),
        }
    } else {
        Outlook::depends(&["signer"])
    };
    let named: &[&str] = if from_three(context) {
        &["data.certificate", "data.issuer", "data.serial"]
    } else {
        &["data.certificate"]
    };
    vec![(REVOKES_ACTIVE, Outlook::depends(named)), (FOUNDERS_STAY, founders)]
}

/// A founder's certificate is revoked by an authority or by himself, with a key that counts: one that somebody enrolled
/// for him is not he.
fn founder_stays(context: &Context<'_>, holder: &str) -> Result<(), Broken> {
    let signer = context.signer().unwrap_or_default();
    let himself = signer == holder && context.has_power();
    let by_registrar = !himself && !is_listed(context, "authorities");
    if by_registrar && is_founder(context, holder) {
        let why = entitled_as("AUTHORITY");
        return Err(Broken { rule: FOUNDERS_STAY, pointer: "/source", why });
    }
    Ok(())
}

/// Only such a one may do it.
pub(super) fn entitled_as(name: &str) -> Why {
    Why::ActorNotEntitled { entitled: vec![Text { id: name.to_owned(), en: name.to_owned() }] }
}

/// Is he an authority or a registrar?
pub(super) fn is_founder(context: &Context<'_>, person: &str) -> bool {
    ["authorities", "registrars"].iter().any(|list| listed(context, list, person))
}

/// Does he stand on any list of the ledger?
fn has_power(context: &Context<'_>, person: &str) -> bool {
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

/// `revocation@1`.
pub(super) fn revoke(
    context: &Context<'_>,
    after: &mut Thing,
    changes: &mut Changes,
) -> Result<(), Broken> {
    let certificate = text_of(context.event.data.get("certificate")).unwrap_or_default();
    revoke_one(certificate, "/data/certificate", context, after, changes)
}

/// `revocation@2`: the certificate is named by its thumbprint, or by issuer and serial number; where its key is
/// compromised, all that was renewed from it goes with it.
pub(super) fn revoke_named(
    context: &Context<'_>,
    after: &mut Thing,
    changes: &mut Changes,
) -> Result<(), Broken> {
    let text = |name: &str| text_of(context.event.data.get(name));
    let all = named_in(context, after);
    let Some((named, renewals)) = all.split_first() else {
        let of = text("serial").zip(text("issuer"));
        let certificate = of.map_or_else(String::new, |(serial, of)| format!("{serial} ({of})"));
        let why = Why::CertificateNotActive { certificate };
        return Err(Broken { rule: REVOKES_ACTIVE, pointer: "/data/serial", why });
    };
    let by_number = text("certificate").is_none();
    let pointer = if by_number { "/data/serial" } else { "/data/certificate" };
    revoke_one(named, pointer, context, after, changes)?;
    for renewal in renewals {
        if certificates(after).any(|(of, state)| of == renewal && state != REVOKED) {
            revoke_one(renewal, pointer, context, after, changes)?;
        }
    }
    let person = context.event.subject.split('/').nth(1);
    set_state(context, person.unwrap_or_default(), after);
    Ok(())
}

/// The certificate that a revocation names first; then, where its key is compromised, whatever was renewed from it, and
/// from that.
pub(super) fn named_in(context: &Context<'_>, signer: &Thing) -> Vec<String> {
    let text = |name: &str| text_of(context.event.data.get(name));
    let named = match (text("issuer"), text("serial")) {
        (Some(issuer), Some(serial)) => {
            let is_it = |certificate: &&str| {
                let row = context.thing(&certificate_key(certificate));
                let is = |name, value| row.and_then(|row| row.text(name)) == Some(value);
                is("issuer", issuer) && is("serial", serial)
            };
            counting_certificates(signer).find(is_it)
        }
        _ => text("certificate"),
    };
    let mut taken: Vec<String> = named.map(str::to_owned).into_iter().collect();
    if text("reason") == Some(COMPROMISED) {
        let list = signer.fields.get("certificates").and_then(Field::as_list).unwrap_or_default();
        // Each stands behind the one that it renews.
        for entry in list {
            let text = |name: &str| entry.member(name).and_then(Field::as_text);
            let is_taken = |one: &str| taken.iter().any(|taken| taken == one);
            if let Some(certificate) = text("certificate")
                && text("renews").is_some_and(is_taken)
                && !is_taken(certificate)
            {
                taken.push(certificate.to_owned());
            }
        }
    }
    taken
}

fn revoke_one(
    certificate: &str,
    pointer: &'static str,
    context: &Context<'_>,
    after: &mut Thing,
    changes: &mut Changes,
) -> Result<(), Broken> {
    let key = certificate_key(certificate);
    let person = context.event.subject.split('/').nth(1);
    let enrolled =
        context.thing(&key).filter(|thing| thing.state == ACTIVE && thing.text("person") == person);
    let Some(enrolled) = enrolled else {
        let why = Why::CertificateNotActive { certificate: certificate.to_owned() };
        return Err(Broken { rule: REVOKES_ACTIVE, pointer, why });
    };
    founder_stays(context, person.unwrap_or_default())?;
    let mut revoked = enrolled.clone();
    REVOKED.clone_into(&mut revoked.state);
    revoked.position = after.position;
    revoked.recorded_at = after.recorded_at;
    revoked.version = revoked.version.saturating_add(1);
    revoked.fields.insert("revoked_at".to_owned(), position_field(after.position));

    mark(after, |of, _| of == certificate, REVOKED);
    let left = |wanted: &&str| certificates(after).any(|(_, state)| state == *wanted);
    let state = [ACTIVE, SUSPENDED].into_iter().find(left).unwrap_or(REVOKED);
    state.clone_into(&mut after.state);
    if let Some(public_key) = revoked.text("public_key") {
        // Whoever may know the private key must not come back with another certificate for it.
        let mut row = Thing { fields: Fields::new(), version: 1, ..revoked.clone() };
        row.fields.insert("person".to_owned(), Field::from(person.unwrap_or_default()));
        let reason = text_of(context.event.data.get("reason"));
        if from_three(context) && reason == Some(COMPROMISED) {
            BANNED.clone_into(&mut row.state);
        }
        changes.push((key_of("key:", public_key), row));
    }
    changes.push((key, revoked));
    Ok(())
}

/// The certificates of a signer, with the state of each.
pub(super) fn certificates(signer: &Thing) -> impl Iterator<Item = (&str, &str)> {
    let list = signer.fields.get("certificates").and_then(Field::as_list).unwrap_or_default();
    list.iter().filter_map(|entry| {
        let text = |name: &str| entry.member(name).and_then(Field::as_text);
        Some((text("certificate")?, text("state")?))
    })
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

/// On whose word a certificate stands; on that of the opening, or of an earlier version, where it says nothing.
#[derive(Default)]
pub(super) struct Standing {
    enrolled_by: Option<Field>,
    attested_at: Option<Field>,
    renews: Option<String>,
}

impl Standing {
    fn fields(&self) -> impl Iterator<Item = (String, Field)> {
        let renews = self.renews.as_deref().map(Field::from);
        let all = [
            (ENROLLED_BY, self.enrolled_by.clone()),
            (ATTESTED_AT, self.attested_at.clone()),
            ("renews", renews),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)))
    }
}

/// The person whom a certificate is enrolled for.
pub(super) struct Holder<'a> {
    pub(super) person: &'a str,
    pub(super) agency: &'a str,
    pub(super) kind: &'a str,
}

impl Holder<'_> {
    pub(super) fn signer_key(&self) -> String {
        key_of("signer/", self.person)
    }

    /// The index rows of a certificate and its key; the signer's own thing is brought up to date.
    pub(super) fn things(
        &self,
        enrolment: &Enrolment,
        signer: &mut Thing,
        fresh: &Fresh<'_>,
    ) -> [(String, Thing); 2] {
        self.things_standing(&Standing::default(), enrolment, signer, fresh)
    }

    fn things_standing(
        &self,
        standing: &Standing,
        enrolment: &Enrolment,
        signer: &mut Thing,
        fresh: &Fresh<'_>,
    ) -> [(String, Thing); 2] {
        let certificate = enrolment.certificate.to_string();
        let mut entry = Fields::new();
        for (name, value) in [
            ("certificate", certificate.as_str()),
            ("agency", self.agency),
            ("kind", self.kind),
            ("algorithm", &enrolment.algorithm),
            ("state", ACTIVE),
        ] {
            entry.insert(name.to_owned(), Field::from(value));
        }
        entry.insert("not_before".to_owned(), Field::Text(written(enrolment.not_before)));
        entry.insert("not_after".to_owned(), Field::Text(written(enrolment.not_after)));
        for (name, value) in &entry {
            if name != "state" {
                signer.fields.insert(name.clone(), value.clone());
            }
        }
        entry.extend(standing.fields());
        ACTIVE.clone_into(&mut signer.state);
        match signer
            .fields
            .entry("certificates".to_owned())
            .or_insert_with(|| Field::List(Vec::new()))
        {
            Field::List(list) => list.push(Field::Map(entry)),
            other => *other = Field::List(vec![Field::Map(entry)]),
        }
        let mut key = active(fresh);
        key.fields.insert("person".to_owned(), Field::from(self.person));
        [
            (certificate_key(&certificate), self.certificate_row(standing, enrolment, fresh)),
            (public_key_key(enrolment), key),
        ]
    }

    fn certificate_row(
        &self,
        standing: &Standing,
        enrolment: &Enrolment,
        fresh: &Fresh<'_>,
    ) -> Thing {
        let mut row = active(fresh);
        let intermediates =
            enrolment.intermediates.iter().map(|hash| Field::Text(hash.to_string())).collect();
        row.fields.extend(
            [
                ("person", Field::from(self.person)),
                ("agency", Field::from(self.agency)),
                ("kind", Field::from(self.kind)),
                ("algorithm", Field::from(enrolment.algorithm.as_str())),
                ("not_before", Field::Integer(enrolment.not_before)),
                ("not_after", Field::Integer(enrolment.not_after)),
                ("issuer", Field::from(enrolment.issuer.as_str())),
                ("serial", Field::from(enrolment.serial.as_str())),
                ("intermediates", Field::List(intermediates)),
                ("public_key", Field::Text(enrolment.public_key.to_string())),
                ("enrolled_at", position_field(row.position)),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        );
        let policy = enrolment.policy.map(|hash| Field::Text(hash.to_string()));
        row.fields.extend(policy.map(|policy| ("policy".to_owned(), policy)));
        row.fields.extend(standing.fields());
        row
    }
}

fn active(fresh: &Fresh<'_>) -> Thing {
    let mut thing = Thing { version: 1, ..fresh(Class::Public) };
    ACTIVE.clone_into(&mut thing.state);
    thing
}

pub(super) fn position_field(position: Position) -> Field {
    Field::Integer(i64::try_from(position.0).unwrap_or(i64::MAX))
}

/// Unix seconds as RFC 3339.
pub(super) fn written(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |time| time.to_string())
}
