//! `revocation@1` and `@2`: a certificate of a person counts no longer.

use super::cited::from_three;
use super::signers::{
    certificates, counting_certificates, entitled_as, is_founder, is_listed, mark, set_state,
};
use super::written::position_field;
use super::{
    ACTIVE, BANNED, Broken, Changes, REVOKED, SUSPENDED, certificate_key, key_of, text_of,
};
use crate::rules::next::Outlook;
use crate::rules::operand::Context;
use crate::rules::refusal::Why;
use crate::rules::thing::{Field, Fields, Thing};

/// A reason for a revocation: somebody else may know the private key.
const COMPROMISED: &str = "key-compromise";
const REVOKES_ACTIVE: &str = "SYS.5.2";
const FOUNDERS_STAY: &str = "SYS.5.3";

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
