//! Given, when, then: a small world of things in which events are accepted or refused. `when` reads
//! only what `reads` names, so that a forgotten key fails a test.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod agencies;
mod annulled;
mod appointments;
mod attempts;
mod attestation;
mod bengkayang;
mod closed;
mod confidential;
mod corrections;
mod cosigned;
mod cosigned_voids;
mod countersignatures;
mod dead_ends;
mod decisions;
mod elsewhere;
mod engine;
mod enrolments;
mod evaluation;
mod evidence;
mod explained;
mod facilities;
mod founders;
mod further;
mod handed_over;
mod held;
mod incidents;
mod late;
mod loading;
mod log_keys;
mod mandates;
mod named;
mod national;
mod next;
mod offices;
mod orphans;
mod past;
mod policies;
mod powers;
mod recorded_days;
mod recorders;
mod refusals;
mod registers;
mod riwayat;
mod riwayat_kept;
mod rows;
mod sanctions;
mod seats;
mod sense;
mod signers;
mod sound;
mod structural;
mod taken_back;
mod unloadable;
mod upcasts;
mod voidings;
mod waiting;
mod walks;

use jejak_signer::Hash;
use serde_json::{Value, json};

use super::coverage::{Memory, NOW, enrolment, event_key};
use super::example::EXAMPLES;
use super::past::{Archive, Recorded};
use super::*;
use std::cell::Cell;
use std::sync::Arc;

use crate::event::Event;
use crate::log::{Micros, Position};
use crate::store::codec;

#[derive(Clone)]
struct World {
    rules: Arc<RuleSet>,
    facts: Facts,
    /// Every event by position, and every version of every thing.
    past: Memory,
    position: Position,
    /// The clock, in microseconds; each event is recorded one later.
    now: u64,
    warnings: Vec<Warning>,
    /// Who signs for an agency, where it is not the agency's usual person.
    signer: Option<&'static str>,
    /// Whose enrolment he signs under, where it is not that of his own id.
    key: Option<&'static str>,
    /// The agency of his certificate, where it is not the one that the event comes from.
    home: Option<&'static str>,
    enrolments: Vec<Enrolment>,
    /// What the last decision read of the past.
    read: Cell<Read>,
}

/// How much of the past was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Read {
    statements: usize,
    statement_bytes: usize,
    versions: usize,
    /// Whole versions alone have bytes.
    version_bytes: usize,
    keys: usize,
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
            rules: Arc::new(RuleSet::parse(rules).unwrap()),
            facts: Facts::new(),
            past: Memory::default(),
            position: Position(0),
            now: NOW,
            warnings: Vec::new(),
            signer: None,
            key: None,
            home: None,
            enrolments: Vec::new(),
            read: Cell::default(),
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
        let lists = ["authorities", "registrars", "services"];
        let persons = lists.map(|list| event["data"][list].clone());
        self.enrolments = persons
            .iter()
            .filter_map(Value::as_array)
            .flatten()
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

    /// With a master plan that the regent has adopted.
    fn planned(&mut self) -> &mut Self {
        if !self.facts.contains_key("role/bupati") {
            self.given(&changed(
                "role.appointed",
                &[
                    ("/source", json!("agency/kominfo")),
                    ("/subject", json!("role/bupati")),
                    ("/data/person", json!(REGENT)),
                    ("/data/agency", json!("setda")),
                    ("/data/head", json!(false)),
                ],
            ));
        }
        self.given(&example("plan.drafted"));
        let signer = self.signer.replace(REGENT);
        self.given(&example("plan.adopted"));
        self.signer = signer;
        self
    }

    /// The other authority signs an act that waits for him.
    fn confirmed(&mut self, act: &Value) -> &mut Self {
        let signature = self.confirmation(act);
        self.signed_by(OTHER_AUTHORITY).given(&signature)
    }

    /// The further signature under an act.
    fn confirmation(&self, act: &Value) -> Value {
        let id = act["id"].as_str().unwrap();
        let (_, agency) = act["source"].as_str().unwrap().split_once('/').unwrap();
        let mut signature = example("act.countersigned");
        signature.as_object_mut().unwrap().remove("office");
        let own = format!("confirms-{}-{id}", self.position);
        (signature["id"], signature["source"]) = (json!(own), json!("agency/kominfo"));
        signature["subject"] = act["subject"].clone();
        let key = event_key(id).to_string();
        signature["data"]["event"] = json!({ "agency": agency, "id": id, "key": key });
        signature
    }

    fn signed_by(&mut self, signer: &'static str) -> &mut Self {
        self.signer = Some(signer);
        self
    }

    /// Signed with the key that was enrolled as `enrolment(key)`.
    fn with_key(&mut self, key: &'static str) -> &mut Self {
        self.key = Some(key);
        self
    }

    /// Signed with a certificate of that agency.
    fn of_agency(&mut self, agency: &'static str) -> &mut Self {
        self.home = Some(agency);
        self
    }

    fn signatory(&self, person: &str, event: &Event) -> Signatory {
        let certificate = enrolment(self.key.unwrap_or(person)).certificate;
        let row = self.facts.get(&certificate_key(&certificate.to_string()));
        let attested = row.is_none_or(is_attested);
        let agency = self.home.unwrap_or(event.agency()).to_owned();
        Signatory { agency, certificate, attested, ..signatory(person, event) }
    }

    /// Parses, checks, reads, admits; what is accepted changes the world.
    fn when(&mut self, event: &Value) -> Result<(), Refusal> {
        let event = Event::parse(event.to_string().as_bytes()).unwrap();
        let signer = self.signer.unwrap_or_else(|| usual_signer(event.agency()));
        let result = self.admit(&event);
        let signatory = self.signatory(signer, &event);
        (self.signer, self.key, self.home) = (None, None, None);
        let admitted = result?;
        let changes = &admitted.changes;
        self.past.remember(self.position, &self.rules, &event, signatory, changes);
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
        let case = Case {
            rules: &self.rules,
            facts: &Facts::new(),
            past: None,
            event,
            signatory: &self.signatory(person, event),
            enrolments,
            position: self.position,
            recorded_at: Micros(self.now + self.position.0),
        };
        let citation = citation(&self.rules, event);
        self.read.set(Read::default());
        let archive = self.past.beside(&self.facts);
        let mut counted = Counted { archive, read: &self.read };
        let Ok((facts, past)) = gather(&mut counted, case, &keys, citation.as_ref());
        let case = Case { facts: &facts, past: past.as_ref(), ..case };
        case.judge(&mut Refusals::First)
    }

    fn state(&self, key: &str) -> &str {
        self.facts.get(key).map_or("absent", |thing| &thing.state)
    }

    fn field(&self, key: &str, name: &str) -> Value {
        self.facts[key].fields.get(name).map_or(Value::Null, Field::to_json)
    }
}

/// An archive, with what is read of it.
struct Counted<'a, A> {
    archive: A,
    read: &'a Cell<Read>,
}

impl<A> Counted<'_, A> {
    fn count(&self, add: impl FnOnce(&mut Read)) {
        let mut read = self.read.get();
        add(&mut read);
        self.read.set(read);
    }
}

impl<A: Archive> Archive for Counted<'_, A> {
    type Error = A::Error;

    fn facts(&mut self, keys: &[String]) -> Result<Facts, A::Error> {
        self.archive.facts(keys)
    }

    fn find(&mut self, citation: &Citation) -> Result<Option<Position>, A::Error> {
        self.archive.find(citation)
    }

    fn recorded(&mut self, position: Position) -> Result<Option<Arc<Recorded>>, A::Error> {
        let found = self.archive.recorded(position)?;
        self.count(|read| {
            read.statements += 1;
            read.statement_bytes += found.as_ref().map_or(0, |found| found.bytes);
        });
        Ok(found)
    }

    fn newest(&mut self, key: &str, before: Position) -> Result<Option<Position>, A::Error> {
        self.count(|read| read.keys += 1);
        self.archive.newest(key, before)
    }

    fn version(&mut self, key: &str, before: Position) -> Result<Option<Thing>, A::Error> {
        let thing = self.archive.version(key, before)?;
        self.count(|read| {
            read.versions += 1;
            read.version_bytes += thing.as_ref().map_or(0, |t| codec::encode(t).unwrap().len());
        });
        Ok(thing)
    }
}

fn signatory(person: &str, event: &Event) -> Signatory {
    Signatory {
        person: person.to_owned(),
        agency: event.agency().to_owned(),
        kind: "langsung".to_owned(),
        certificate: enrolment(person).certificate,
        attested: true,
    }
}

/// Holds the office of the regent, agency setda.
const REGENT: &str = "p-0d94be6a17f2";
/// First authority, agency setda.
const AUTHORITY: &str = "p-5b0c7e21d94a";
/// The other authority, agency kominfo.
const OTHER_AUTHORITY: &str = "p-a81f3c6e0b72";
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
    // What a structural rule says is always told, in both languages.
    let words = refusal.wording.filter(|words| !words.id.is_empty() && !words.en.is_empty());
    assert!(words.is_some() || !rule.starts_with("SYS."), "{rule} comes without its sentence");
    fault.why.clone()
}
