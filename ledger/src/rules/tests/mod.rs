//! Given, when, then: a small world of things in which events are accepted or refused. `when` reads
//! only what `reads` names, so that a forgotten key fails a test.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod bengkayang;
mod engine;
mod evaluation;
mod loading;
mod mandates;
mod national;
mod next;
mod refusals;
mod rows;
mod structural;
mod upcasts;
mod walks;

use jejak_signer::Hash;
use serde_json::{Value, json};

use super::example::EXAMPLES;
use super::*;
use crate::event::Event;
use crate::log::{Micros, Position};

/// 2026-11-20T03:00:00Z: ten in the morning in Bengkayang.
const NOW: u64 = 1_795_143_600_000_000;

struct World {
    rules: RuleSet,
    facts: Facts,
    position: Position,
    warnings: Vec<Warning>,
    /// Who signs for an agency, where it is not the agency's usual person.
    signer: Option<&'static str>,
    enrolments: Vec<Enrolment>,
}

/// The example of a type, as published beside the rule sets.
fn example(kind: &str) -> Value {
    let (_, json) = EXAMPLES.iter().find(|(name, _)| *name == kind).unwrap();
    serde_json::from_str(json).unwrap()
}

/// The example with members set by pointer; `null` removes one.
fn changed(kind: &str, changes: &[(&str, Value)]) -> Value {
    let mut event = example(kind);
    for (pointer, value) in changes {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        match event.pointer_mut(parent).unwrap() {
            Value::Object(object) if value.is_null() => drop(object.remove(name)),
            Value::Object(object) => drop(object.insert(name.to_owned(), value.clone())),
            Value::Array(list) => list[name.parse::<usize>().unwrap()] = value.clone(),
            other => panic!("{pointer} in {other}"),
        }
    }
    event
}

fn enrolment(of: &str) -> Enrolment {
    Enrolment {
        certificate: Hash::of(format!("certificate of {of}").as_bytes()),
        public_key: Hash::of(format!("key of {of}").as_bytes()),
        algorithm: "Ed25519".to_owned(),
        not_before: 1_767_225_600,
        not_after: 1_830_297_600,
        issuer: "CN=Jejak Dev Issuing CA".to_owned(),
        serial: "01".to_owned(),
        intermediates: vec![Hash::of(b"issuing CA")],
    }
}

/// Who signs for an agency, where nobody else is named.
fn usual_signer(agency: &str) -> &'static str {
    match agency {
        "setda" => AUTHORITY,
        "kominfo" => REGISTRAR,
        "pencatat" => RECORDER,
        "menpanrb" => MINISTER,
        "dinkes" => "p-e2f87a6c3b10",
        _ => "p-00000000d15b",
    }
}

impl World {
    /// Before the first event.
    fn empty(rules: &[u8]) -> Self {
        Self {
            rules: RuleSet::parse(rules).unwrap(),
            facts: Facts::new(),
            position: Position(0),
            warnings: Vec::new(),
            signer: None,
            enrolments: Vec::new(),
        }
    }

    /// Bengkayang, opened, with Dinas Kesehatan and Dinas Perhubungan registered.
    fn bengkayang() -> Self {
        Self::bengkayang_on(BENGKAYANG_19_2020)
    }

    fn bengkayang_on(rules: &[u8]) -> Self {
        let mut world = Self::empty(rules);
        world.given_opened(&example("ledger.opened"));
        world.given(&example("agency.registered"));
        world.given(&changed(
            "agency.registered",
            &[
                ("/subject", json!("agency/dishub")),
                ("/data/agency", json!("dishub")),
                ("/data/name", json!("Dinas Perhubungan")),
                ("/data/short_names", Value::Null),
            ],
        ));
        world
    }

    fn given_opened(&mut self, event: &Value) {
        let persons = ["authorities", "registrars"].map(|list| event["data"][list].clone());
        self.enrolments = persons
            .iter()
            .flat_map(|list| list.as_array().unwrap())
            .map(|entry| enrolment(entry["person"].as_str().unwrap()))
            .collect();
        self.given(event);
        self.enrolments.clear();
    }

    /// An event that stands in the ledger.
    fn given(&mut self, event: &Value) -> &mut Self {
        if let Err(refusal) = self.when(event) {
            panic!("{event:#}\nis refused: {refusal:?}");
        }
        self
    }

    fn given_all(&mut self, kinds: &[&str]) -> &mut Self {
        for kind in kinds {
            self.given(&example(kind));
        }
        self
    }

    fn signed_by(&mut self, signer: &'static str) -> &mut Self {
        self.signer = Some(signer);
        self
    }

    /// Parses, checks, reads, admits; what is accepted changes the world.
    fn when(&mut self, event: &Value) -> Result<(), Refusal> {
        let event = Event::parse(event.to_string().as_bytes()).unwrap();
        let result = self.admit(&event);
        self.signer = None;
        let admitted = result?;
        assert_eq!(admitted.changes[0].0, event.subject);
        let keys = admitted.changes.iter().map(|(key, _)| key);
        assert_eq!(keys.collect::<std::collections::BTreeSet<_>>().len(), admitted.changes.len());
        self.warnings = admitted.warnings;
        self.facts.extend(admitted.changes);
        self.position.0 += 1;
        Ok(())
    }

    fn admit(&self, event: &Event) -> Result<Admitted, Refusal> {
        let person = self.signer.unwrap_or_else(|| usual_signer(event.agency()));
        self.admit_from(person, event, &self.enrolments)
    }

    /// The decision on an event that `person` signed, which changes nothing.
    fn admit_from(
        &self,
        person: &str,
        event: &Event,
        enrolments: &[Enrolment],
    ) -> Result<Admitted, Refusal> {
        check(&self.rules, event)?;
        let keys = reads(&self.rules, event, enrolments);
        let known = |key: String| self.facts.get(&key).cloned().map(|thing| (key, thing));
        let facts: Facts = keys.into_iter().filter_map(known).collect();
        let signatory = Signatory {
            person: person.to_owned(),
            agency: event.agency().to_owned(),
            kind: "langsung".to_owned(),
            certificate: enrolment(person).certificate,
        };
        let (position, at) = (self.position, Micros(NOW + self.position.0));
        admit(&self.rules, &facts, event, &signatory, enrolments, position, at)
    }

    fn state(&self, key: &str) -> &str {
        self.facts.get(key).map_or("absent", |thing| &thing.state)
    }

    fn field(&self, key: &str, name: &str) -> Value {
        self.facts[key].fields.get(name).map_or(Value::Null, Field::to_json)
    }
}

/// First authority, agency setda.
const AUTHORITY: &str = "p-5b0c7e21d94a";
/// Registrar, agency kominfo.
const REGISTRAR: &str = "p-c3d95e07f416";
const RECORDER: &str = "p-6a0f93d2c714";
const MINISTER: &str = "p-b71e4d20a96f";

/// Asserts code, rule and the pointer of the first fault.
#[track_caller]
fn refused(result: Result<(), Refusal>, code: Code, rule: &str, pointer: &str) -> Why {
    let refusal = result.expect_err("is refused");
    let fault = &refusal.faults[0];
    assert_eq!(
        (refusal.code, refusal.rule.as_deref(), fault.pointer.as_str()),
        (code, Some(rule), pointer),
        "{refusal:?}"
    );
    assert!(!refusal.detail(Language::Indonesian).is_empty());
    fault.why.clone()
}
