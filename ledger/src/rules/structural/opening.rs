//! `opening@1`: the first event makes the ledger, its agencies, authorities and registrars; `opening@2`: and the
//! services that sign for it.

use serde_json::Value;

use super::cited::from_three;
use super::enrolment::OF_NO_PERSON;
use super::holder::Holder;
use super::powers::LISTS;
use super::{ACTIVE, Broken, Changes, Fresh, agency_key, text_of};
use crate::rules::Enrolment;
use crate::rules::operand::Context;
use crate::rules::refusal::Why;
use crate::rules::thing::{Class, Field, Thing};

const OPENING_CONSISTENT: &str = "SYS.1.2";

pub(super) fn open(
    context: &Context<'_>,
    enrolments: &[Enrolment],
    after: &mut Thing,
    changes: &mut Changes,
    fresh: &Fresh<'_>,
) -> Result<(), Broken> {
    let broken = |pointer, why| Broken { rule: OPENING_CONSISTENT, pointer, why };
    let data = &context.event.data;
    let list = |name: &str| data.get(name).and_then(Value::as_array).into_iter().flatten();
    if text_of(data.get("region")) != Some(context.event.region()) {
        return Err(broken("/data/region", Why::ConditionBroken { condition: "region" }));
    }
    let mut persons = Vec::new();
    for (name, kind) in LISTS.into_iter().zip(["langsung", "langsung", "sistem"]) {
        let kept: Vec<_> = list(name).map(person_entry).collect();
        // The services may be appointed later.
        if !kept.is_empty() || kind == "langsung" {
            after.fields.insert(name.to_owned(), Field::List(kept));
        }
        persons.extend(list(name).map(|entry| (entry, kind)));
    }
    if persons.len() != enrolments.len() {
        return Err(broken("/data", Why::EnrolmentMismatch));
    }
    for agency in list("agencies") {
        let mut thing = Thing { version: 1, ..fresh(Class::Public) };
        "agency".clone_into(&mut thing.state);
        let Some(Field::Map(mut fields)) = Field::from_json(agency) else { continue };
        fields.entry("kind".to_owned()).or_insert_with(|| Field::from("opd"));
        let Some(Field::Text(id)) = fields.remove("agency") else { continue };
        thing.fields = fields;
        changes.push((agency_key(&id), thing));
    }
    for ((entry, kind), enrolment) in persons.iter().zip(enrolments) {
        let agency = text_of(entry.get("agency")).unwrap_or_default();
        if !changes.iter().any(|(key, _)| *key == agency_key(agency)) {
            return Err(broken("/data/agencies", Why::AgencyUnknown { agency: agency.to_owned() }));
        }
        if from_three(context) && *kind == "sistem" && enrolment.is_of_person {
            let why = Why::CertificateOfPerson;
            return Err(Broken { rule: OF_NO_PERSON, pointer: "/data/services", why });
        }
        let person = text_of(entry.get("person")).unwrap_or_default();
        let holder = Holder { person, agency, kind };
        let mut signer = Thing { version: 1, ..fresh(Class::Public) };
        for (key, thing) in holder.things(enrolment, &mut signer, fresh) {
            if changes.iter().any(|(earlier, _)| *earlier == key) {
                let certificate = enrolment.certificate.to_string();
                let why = Why::CertificateEnrolled { certificate, state: ACTIVE.to_owned() };
                return Err(broken("/data", why));
            }
            changes.push((key, thing));
        }
        let key = holder.signer_key();
        if changes.iter().any(|(earlier, _)| *earlier == key) {
            return Err(broken("/data", Why::KeyEnrolled { person: person.to_owned() }));
        }
        changes.push((key, signer));
    }
    // The first authority opens: it is his agency that the event comes from.
    let first = persons.first();
    let signed = first.is_some_and(|(entry, _)| {
        text_of(entry.get("agency")) == Some(context.event.agency())
            && text_of(entry.get("person")) == context.signer()
    });
    if signed { Ok(()) } else { Err(broken("/data/authorities/0", Why::EnrolmentMismatch)) }
}

fn person_entry(entry: &Value) -> Field {
    let named = |name: &str| Some((name.to_owned(), Field::from(text_of(entry.get(name))?)));
    Field::Map(["person", "agency"].into_iter().filter_map(named).collect())
}
