//! A region that stands in memory, and what an act meets in it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jejak_signer::Hash;
use serde_json::Value;

use super::cases::Cases;
use super::memory::Memory;
use super::placed::{Example, event_of};
use crate::event::Event;
use crate::log::{Micros, Position};
use crate::rules::admit::{Case, reads};
use crate::rules::past::{Past, citation, gather};
use crate::rules::refusal::Refusals;
use crate::rules::{
    Admitted, Enrolment, Facts, Refusal, RuleSet, Signatory, Thing, Warning, check,
};

/// What came of an act: what was found, or why it is refused.
pub(super) type Posted = Result<Vec<Warning>, Refusal>;

/// An event with all that its decision rests on at hand.
pub struct Ready {
    rules: Arc<RuleSet>,
    facts: Facts,
    past: Option<Past>,
    event: Event,
    signatory: Signatory,
    enrolments: Vec<Enrolment>,
    position: Position,
    recorded_at: Micros,
}

impl Ready {
    /// What the event alone tells.
    ///
    /// # Errors
    ///
    /// Why it is refused.
    pub fn check(&self) -> Result<(), Refusal> {
        check(&self.rules, &self.event)
    }

    /// What the event and the things that it names tell: one decision, nothing is read for it.
    ///
    /// # Errors
    ///
    /// Why it is refused.
    pub fn admit(&self) -> Result<Admitted, Refusal> {
        self.case().judge(&mut Refusals::First)
    }

    fn case(&self) -> Case<'_> {
        Case {
            rules: &self.rules,
            facts: &self.facts,
            past: self.past.as_ref(),
            event: &self.event,
            signatory: &self.signatory,
            enrolments: &self.enrolments,
            position: self.position,
            recorded_at: self.recorded_at,
        }
    }
}

/// A region in memory: what its acts have made.
#[derive(Clone)]
pub(super) struct Region<'a> {
    rules: &'a Arc<RuleSet>,
    signers: &'a BTreeMap<String, String>,
    facts: Facts,
    position: Position,
    past: Memory,
}

impl<'a> Region<'a> {
    /// With what stands before every case; why not, where it is not accepted.
    pub(super) fn founded(
        rules: &'a Arc<RuleSet>,
        cases: &'a Cases,
        example: &Example<'_>,
    ) -> Result<Self, String> {
        let (facts, position, past) = (Facts::new(), Position(0), Memory::default());
        let mut region = Self { rules, signers: &cases.signers, facts, position, past };
        cases.before.iter().try_for_each(|given| region.given(&event_of(given, example)?))?;
        Ok(region)
    }

    /// An event that stands before a case.
    pub(super) fn given(&mut self, event: &Value) -> Result<(), String> {
        let kind = event.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        let posted = self.post(event).map(drop);
        posted.map_err(|refusal| format!("before it: {kind}: {}", told(&refusal)))
    }

    /// Decides an event; what is accepted changes the region.
    pub(super) fn post(&mut self, event: &Value) -> Posted {
        let ready = self.ready(event)?;
        ready.check()?;
        let Admitted { changes, warnings } = ready.admit()?;
        self.past.remember(self.position, self.rules, &ready.event, ready.signatory, &changes);
        self.facts.extend(changes);
        self.position.0 = self.position.0.saturating_add(1);
        Ok(warnings)
    }

    /// The things are those that the rules read, and no others.
    pub(super) fn ready(&self, event: &Value) -> Result<Ready, Refusal> {
        let parsed = Event::parse(event.to_string().as_bytes());
        let event = parsed.map_err(|_| not_an_event())?;
        let (signatory, enrolments) = (self.signatory(&event), self.enrolments(&event));
        let keys = reads(self.rules, &event, &enrolments);
        let citation = citation(self.rules, &event);
        let mut ready = Ready {
            rules: Arc::clone(self.rules),
            facts: Facts::new(),
            past: None,
            event,
            signatory,
            enrolments,
            position: self.position,
            recorded_at: Micros(NOW.saturating_add(self.position.0)),
        };
        let mut library = self.past.beside(&self.facts);
        let Ok((facts, past)) = gather(&mut library, ready.case(), &keys, citation.as_ref());
        (ready.facts, ready.past) = (facts, past);
        Ok(ready)
    }

    fn signatory(&self, event: &Event) -> Signatory {
        let person = self.signer(event);
        Signatory {
            agency: event.agency().to_owned(),
            kind: "langsung".to_owned(),
            certificate: enrolment(&person).certificate,
            attested: true,
            person,
        }
    }

    /// Who signs: whoever holds the office that is used, else the agency's usual person.
    fn signer(&self, event: &Event) -> String {
        let office = event.office.as_ref().and_then(|office| self.signers.get(office));
        let usual = || self.signers.get(&event.source).or_else(|| self.signers.get("*"));
        office.or_else(usual).cloned().unwrap_or_default()
    }

    /// The opening enrols those whom it names; their chains are nobody's here.
    fn enrolments(&self, event: &Event) -> Vec<Enrolment> {
        if self.position.0 > 0 {
            return Vec::new();
        }
        let lists = ["authorities", "registrars", "services"].into_iter();
        let people = lists.filter_map(|list| event.data.get(list)?.as_array()).flatten();
        let named = people.filter_map(|one| one.get("person")?.as_str());
        named.map(enrolment).collect()
    }

    pub(super) fn state_after(&self, event: &Value) -> &str {
        let subject = event.get("subject").and_then(Value::as_str).unwrap_or_default();
        self.facts.get(subject).map_or(Thing::NONE, |thing| thing.state.as_str())
    }
}

/// A refusal by its code, its rule and its first place.
pub(super) fn told(refusal: &Refusal) -> String {
    let rule = refusal.rule.as_deref().unwrap_or_default();
    let at = refusal.faults.first().map_or("", |fault| fault.pointer.as_str());
    format!("{} {rule} {at}", refusal.code.as_str())
}

/// A certificate that its holder's name stands for.
pub(crate) fn enrolment(of: &str) -> Enrolment {
    Enrolment {
        certificate: Hash::of(format!("certificate of {of}").as_bytes()),
        public_key: Hash::of(format!("key of {of}").as_bytes()),
        algorithm: "Ed25519".to_owned(),
        not_before: 1_767_225_600,
        not_after: 1_830_297_600,
        issuer: "CN=Jejak Dev Issuing CA".to_owned(),
        serial: "01".to_owned(),
        intermediates: vec![Hash::of(b"issuing CA")],
        policy: None,
        is_of_person: false,
    }
}

fn not_an_event() -> Refusal {
    use crate::rules::{Code, Fault, Why};
    let why = Why::FieldNotOfKind { kind: ("peristiwa", "an event") };
    let fault = Fault { pointer: String::new(), rule: None, why };
    Refusal { code: Code::ContentInvalid, rule: None, wording: None, faults: vec![fault] }
}

/// 2026-11-20T03:00:00Z: ten in the morning in Jakarta.
pub(crate) const NOW: u64 = 1_795_143_600_000_000;
