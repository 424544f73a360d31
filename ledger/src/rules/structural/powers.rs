//! `registrar-appointed@1`, `registrar-removed@1`, `service-appointed@1`, `service-removed@1`: who may enrol others, and
//! which systems sign for the ledger itself. The lists stand in the ledger's thing.

use serde_json::Value;

use super::attestation::{active, attested, unmarked};
use super::signers::is_suspended;
use super::{Broken, Changes, certificate_key, key_of, text_of};
use crate::event::Event;
use crate::rules::next::Outlook;
use crate::rules::operand::Context;
use crate::rules::refusal::Why;
use crate::rules::role::has_person;
use crate::rules::thing::{Field, Thing};

/// A list of the ledger's thing.
#[derive(Clone, Copy)]
pub(super) struct Power {
    list: &'static str,
    appoints: &'static str,
    removes: &'static str,
    /// The kind of certificate of those on it.
    kind: &'static str,
    /// How many are left at least: as many as the opening demands.
    min: usize,
}

/// Those who hold the ledger. None is removed: a seat goes over to another (`seats.rs`).
pub(super) const AUTHORITIES: Power = Power {
    list: "authorities",
    appoints: super::seats::TAKES,
    removes: super::seats::TAKES,
    kind: "langsung",
    min: 2,
};
/// Those who enrol others.
pub(super) const REGISTRARS: Power = Power {
    list: "registrars",
    appoints: "SYS.32.1",
    removes: "SYS.32.2",
    kind: "langsung",
    min: REGISTRARS_MIN,
};
/// Those that sign for the ledger itself.
pub(super) const SERVICES: Power =
    Power { list: "services", appoints: "SYS.33.1", removes: "SYS.33.2", kind: "sistem", min: 0 };

/// A ledger has so many registrars from its opening on: one of them may be away.
pub(super) const REGISTRARS_MIN: usize = 2;
/// Most entries of a list.
const LISTED_MAX: usize = 32;

/// Who signs for the agency already, and stands on none of the lists, is entered. Both authorities sign for the
/// certificate that they know him by: it is attested with that, and no other of his.
pub(super) fn appoint(
    power: Power,
    context: &Context<'_>,
    after: &mut Thing,
    changes: &mut Changes,
) -> Result<(), Broken> {
    let data = &context.event.data;
    let text = |name: &str| text_of(data.get(name)).unwrap_or_default();
    let (person, agency, certificate) = (text("person"), text("agency"), text("certificate"));
    let broken = |pointer, why| Broken { rule: power.appoints, pointer, why };
    if LISTS.iter().any(|list| has_person(after, list, person)) {
        let why = Why::NotUnique { index: power.list.to_owned(), owner: person.to_owned() };
        return Err(broken("/data/person", why));
    }
    let unknown = || broken("/data/person", Why::EnrolmentMismatch);
    let key = key_of("signer/", person);
    let signer = context.thing(&key).ok_or_else(unknown)?;
    let inactive = Why::CertificateNotActive { certificate: certificate.to_owned() };
    let row = active(context, certificate, person).filter(|_| !is_suspended(signer, certificate));
    let row = row.ok_or_else(|| broken("/data/certificate", inactive))?;
    let is = |name: &str, value: &str| row.text(name) == Some(value);
    if !is("agency", agency) || !is("kind", power.kind) {
        return Err(unknown());
    }
    // One that a version before the third enrolled shows on whose word it stands no more: it would count with him.
    if let Some(certificate) = unmarked(signer).find(|of| *of != certificate) {
        let why = Why::CertificateOfEarlierWord { certificate: certificate.to_owned() };
        return Err(broken("/data/certificate", why));
    }
    let list = after.fields.entry(power.list.to_owned()).or_insert_with(|| Field::List(Vec::new()));
    let Field::List(list) = list else { return Ok(()) };
    if list.len() >= LISTED_MAX {
        return Err(broken("/data/person", Why::TooLong { max: LISTED_MAX }));
    }
    let entry = [("person", person), ("agency", agency)];
    let entry = entry.map(|(name, value)| (name.to_owned(), Field::from(value)));
    list.push(Field::Map(entry.into_iter().collect()));
    let mut signer = signer.clone();
    (signer.position, signer.recorded_at) = (after.position, after.recorded_at);
    if let Some(change) = attested(certificate, row, &mut signer) {
        changes.extend([change, (key, signer)]);
    }
    Ok(())
}

/// Who stands on the list no longer does.
pub(super) fn remove(power: Power, context: &Context<'_>, after: &mut Thing) -> Result<(), Broken> {
    let person = text_of(context.event.data.get("person")).unwrap_or_default();
    let broken = |why| Broken { rule: power.removes, pointer: "/data/person", why };
    let Some(Field::List(mut list)) = after.fields.remove(power.list) else {
        return Err(broken(Why::EnrolmentMismatch));
    };
    let before = list.len();
    list.retain(|entry| entry.member("person").and_then(Field::as_text) != Some(person));
    if list.len() == before {
        return Err(broken(Why::EnrolmentMismatch));
    }
    if list.len() < power.min {
        return Err(broken(Why::TooFewLeft { list: power.list, min: power.min }));
    }
    if !list.is_empty() {
        after.fields.insert(power.list.to_owned(), Field::List(list));
    }
    Ok(())
}

/// The signer who is to be entered, and his certificate.
pub(super) fn reads(event: &Event, keys: &mut Vec<String>) {
    let text = |name: &str| event.data.get(name).and_then(Value::as_str);
    keys.extend(text("person").map(|person| key_of("signer/", person)));
    keys.extend(text("certificate").map(certificate_key));
}

/// What can be said before it is written.
pub(super) fn outlooks(rule: &'static str) -> Vec<(&'static str, Outlook)> {
    vec![(rule, Outlook::depends(&["data.certificate", "data.person"]))]
}

/// What can be said of a removal: where no more are on the list than must be left, none of them goes.
pub(super) fn removal_outlooks(
    power: Power,
    context: &Context<'_>,
) -> Vec<(&'static str, Outlook)> {
    let list = context.this().and_then(|this| this.fields.get(power.list));
    let count = list.and_then(Field::as_list).map_or(0, <[Field]>::len);
    if count <= power.min && count > 0 {
        let why = Why::TooFewLeft { list: power.list, min: power.min };
        return vec![(power.removes, Outlook::fails(why))];
    }
    outlooks(power.removes)
}

impl Power {
    pub(super) fn list(self) -> &'static str {
        self.list
    }

    pub(super) fn appointing(self) -> &'static str {
        self.appoints
    }
}

/// Nobody stands on two of them.
pub(super) const LISTS: [&str; 3] = ["authorities", "registrars", "services"];
