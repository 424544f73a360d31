//! `attestation@1`: a second founder vouches for a certificate that one alone has enrolled.
//!
//! Who enrols a certificate may hold its key. From version 3 on, a certificate that one person enrolled therefore
//! exercises no power of the ledger (authority, registrar, service) before another founder, whose own key counts, has
//! attested it: by induction over the log no single key ever comes into a power that is not its own. What counts from
//! the beginning are the certificates of the opening; those of an earlier version count as they did there.

use jiff::Timestamp;

use super::enrolment::moved_founder;
use super::signers::{entries, text};
use super::written::position_field;
use super::{
    ACTIVE, Broken, Builtin, Changes, REVOKED, SUSPENDED, certificate_key, is_suspended, text_of,
};
use crate::rules::act::Act;
use crate::rules::next::Outlook;
use crate::rules::operand::Context;
use crate::rules::past::Recorded;
use crate::rules::refusal::{Text, Why};
use crate::rules::thing::{Field, Fields, Thing};

/// Structural rule: an active certificate is attested, once.
const ATTESTED_ONCE: &str = "SYS.4.8";
/// Structural rule: by another than the one who enrolled it.
const BY_ANOTHER: &str = "SYS.4.9";

/// Who alone has enrolled the certificate; what it renews keeps the one of that.
pub(super) const ENROLLED_BY: &str = "enrolled_by";
/// Where another has attested it.
pub(super) const ATTESTED_AT: &str = "attested_at";

/// Does the certificate rest on more than the word of one?
pub(crate) fn is_attested(certificate: &Thing) -> bool {
    stands(&certificate.fields)
}

pub(super) fn stands(fields: &Fields) -> bool {
    rests_on_two(fields.contains_key(ENROLLED_BY), fields.contains_key(ATTESTED_AT))
}

/// The same of one that one has enrolled, or that another has attested.
pub(crate) fn rests_on_two(is_enrolled_by_one: bool, is_attested: bool) -> bool {
    !is_enrolled_by_one || is_attested
}

/// Has the signer such a one that was not revoked?
pub(crate) fn has_attested(signer: &Thing) -> bool {
    entries(signer).any(|entry| stands(entry) && text(entry, "state") != REVOKED)
}

/// Has the certificate not ended by then (seconds since 1970 UTC)? Where its end is not known it has not.
pub(super) fn goes_on(entry: &Fields, now: i64) -> bool {
    text(entry, "not_after").parse::<Timestamp>().map_or(true, |ends| now < ends.as_second())
}

/// His certificates, not revoked, that one has enrolled and no other attested.
pub(crate) fn unattested(signer: &Thing) -> impl Iterator<Item = &Fields> {
    entries(signer).filter(|entry| text(entry, "state") != REVOKED && !stands(entry))
}

/// Those of the signer's certificates, not revoked, that nobody is known to have enrolled.
pub(super) fn unmarked(signer: &Thing) -> impl Iterator<Item = &str> {
    entries(signer)
        .filter(|entry| text(entry, "state") != REVOKED && !entry.contains_key(ENROLLED_BY))
        .map(|entry| text(entry, "certificate"))
}

/// The state of a certificate of the signer that has not ended by then (seconds since 1970 UTC), and whether it rests on
/// more than the word of one.
pub(super) fn standing_of<'a>(
    signer: &'a Thing,
    certificate: &str,
    now: i64,
) -> Option<(&'a str, bool)> {
    let entry = entries(signer).find(|entry| text(entry, "certificate") == certificate)?;
    goes_on(entry, now).then(|| (text(entry, "state"), stands(entry)))
}

/// The active certificates of a signer with which he exercises a power of the ledger, by thumbprint in hex.
pub(crate) fn attested_certificates(signer: &Thing) -> impl Iterator<Item = &str> {
    entries(signer)
        .filter(|entry| stands(entry) && text(entry, "state") == ACTIVE)
        .map(|entry| text(entry, "certificate"))
}

pub(super) fn attest(
    context: &Context<'_>,
    after: &mut Thing,
    changes: &mut Changes,
) -> Result<(), Broken> {
    let certificate = text_of(context.event.data.get("certificate")).unwrap_or_default();
    let person = context.event.subject.split('/').nth(1).unwrap_or_default();
    let broken = |why| Broken { rule: ATTESTED_ONCE, pointer: "/data/certificate", why };
    let inactive = || broken(Why::CertificateNotActive { certificate: certificate.to_owned() });
    let row = active(context, certificate, person).ok_or_else(inactive)?;
    if is_attested(row) {
        return Err(broken(Why::CertificateAttested { certificate: certificate.to_owned() }));
    }
    check_another(context, row)?;
    changes.extend(attested(certificate, row, after));
    if let Some(agency) = row.text("agency") {
        changes.extend(moved_founder(context, person, agency, after));
    }
    // With one that counts he is back, whatever of his stays suspended.
    if after.state == SUSPENDED && !is_suspended(after, certificate) {
        ACTIVE.clone_into(&mut after.state);
    }
    Ok(())
}

/// Who signs, now, makes a certificate count that is not his own word alone.
fn check_another(context: &Context<'_>, certificate: &Thing) -> Result<(), Broken> {
    if is_attested(certificate) || certificate.text(ENROLLED_BY) != context.signer() {
        return Ok(());
    }
    let another = Text {
        id: "pendiri lain daripada yang mendaftarkannya".to_owned(),
        en: "another founder than the one who enrolled it".to_owned(),
    };
    let why = Why::ActorNotEntitled { entitled: vec![another] };
    Err(Broken { rule: BY_ANOTHER, pointer: "/source", why })
}

/// The second signature under an act that gives a certificate a power attests it: who enrolled it does not give it.
pub(super) fn check_second(
    context: &Context<'_>,
    first: &Recorded,
    act: &Act,
) -> Result<(), Broken> {
    let gives = matches!(
        act.builtin,
        Some(Builtin::RegistrarAppointed | Builtin::ServiceAppointed | Builtin::AuthorityReplaced)
    );
    let certificate = text_of(first.event.data.get("certificate")).filter(|_| gives);
    let row = certificate.and_then(|certificate| context.thing(&certificate_key(certificate)));
    row.map_or(Ok(()), |row| check_another(context, row))
}

/// The certificate of that person, which was not revoked.
pub(super) fn active<'a>(
    context: &Context<'a>,
    certificate: &str,
    person: &str,
) -> Option<&'a Thing> {
    let row = context.thing(&certificate_key(certificate))?;
    (row.state == ACTIVE && row.text("person") == Some(person)).then_some(row)
}

/// The row of a certificate that counts from this event on, where it did not before; its signer shows it.
pub(super) fn attested(
    certificate: &str,
    row: &Thing,
    signer: &mut Thing,
) -> Option<(String, Thing)> {
    if is_attested(row) {
        return None;
    }
    let at = position_field(signer.position);
    if let Some(Field::List(list)) = signer.fields.get_mut("certificates") {
        for entry in list {
            let Field::Map(entry) = entry else { continue };
            if entry.get("certificate").and_then(Field::as_text) == Some(certificate) {
                entry.insert(ATTESTED_AT.to_owned(), at.clone());
            }
        }
    }
    let mut row = row.clone();
    (row.position, row.recorded_at) = (signer.position, signer.recorded_at);
    row.version = row.version.saturating_add(1);
    row.fields.insert(ATTESTED_AT.to_owned(), at);
    Some((certificate_key(certificate), row))
}

/// Which certificate, and so who enrolled it, the event says.
pub(super) fn outlooks() -> Vec<(&'static str, Outlook)> {
    [ATTESTED_ONCE, BY_ANOTHER].map(|rule| (rule, Outlook::depends(&["data.certificate"]))).into()
}
