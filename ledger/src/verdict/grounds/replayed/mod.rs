//! What the grounds say, from the opening on: each counts only where those before it show that its signer could do so.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jejak_signer::Hash;
use serde_json::{Map, Value};

use super::super::evidence::Before;
use super::stood::Stood;
use super::{Adopted, ProvenEnrolment};
use crate::log::Position;
use crate::rules::{Citation, Structural};

/// What is known after the last of them.
#[derive(Default)]
pub(super) struct Replayed {
    certificates: BTreeMap<Hash, Held>,
    authorities: Vec<String>,
    registrars: Vec<String>,
    anchors: Vec<Hash>,
    /// Acts that wait for their second signature, or needed none.
    acts: BTreeMap<Hash, First>,
    rulesets: Vec<(String, Adopted)>,
    policies: Vec<(String, Adopted)>,
}

/// A certificate that is enrolled.
#[derive(Clone)]
struct Held {
    enrolment: ProvenEnrolment,
    /// It rests on more than the word of one.
    stands: bool,
}

/// An act as its first signer signed it.
struct First {
    stood: Stood,
    by: Held,
}

impl Replayed {
    pub(super) fn of(origin: &str, grounds: BTreeMap<u64, Stood>) -> Self {
        let mut all = Self::default();
        let region = origin.rsplit('/').next().unwrap_or(origin);
        let ledger = format!("ledger/{region}");
        for (position, stood) in grounds {
            if position == 0 {
                all.open(&stood);
            } else {
                all.take(Position(position), stood, &ledger);
            }
        }
        all
    }

    pub(super) fn enrolment(&self, certificate: &Hash) -> Option<ProvenEnrolment> {
        Some(self.certificates.get(certificate)?.enrolment.clone())
    }

    pub(super) fn ruleset(&self, before: &Before) -> Option<Adopted> {
        let named = before.ruleset.to_string();
        let (_, adopted) = self.rulesets.last().filter(|(hash, _)| *hash == named)?;
        // Since version 3 of the structural acts one signature puts none in force; a rule set on an older version cannot
        // follow on it.
        let rules = before.rulesets.get(&before.ruleset)?;
        let is_enough = adopted.position.0 == 0
            || adopted.by.len() > 1
            || rules.structural() < Structural::Three;
        is_enough.then(|| adopted.clone())
    }

    pub(super) fn trust(&self, before: &Before) -> Option<Adopted> {
        if let Some(hash) = before.policy {
            let named = hash.to_string();
            let found = self.policies.last().filter(|(hash, _)| *hash == named);
            return found.map(|(_, adopted)| adopted.clone());
        }
        let anchors: Vec<_> = before.anchors.iter().map(|der| Hash::of(der)).collect();
        let (_, opening) = self.rulesets.first().filter(|(_, first)| first.position.0 == 0)?;
        (self.policies.is_empty() && anchors == self.anchors).then(|| opening.clone())
    }

    /// The first statement enrols who signs it, the others who hold the ledger, and its services.
    fn open(&mut self, opening: &Stood) {
        let data = &opening.event.data;
        if opening.event.kind != "ledger.opened" {
            return;
        }
        for (group, class) in
            [("authorities", DIRECT), ("registrars", DIRECT), ("services", "sistem")]
        {
            for member in data.get(group).and_then(Value::as_array).into_iter().flatten() {
                let Some(member) = member.as_object() else { continue };
                let (Some(leaf), Some(person)) = (leaf(member), text(member, "person")) else {
                    continue;
                };
                let enrolment = ProvenEnrolment {
                    position: Position(0),
                    person: person.to_owned(),
                    agency: text(member, "agency").unwrap_or_default().to_owned(),
                    class: class.to_owned(),
                    enrolled_by: None,
                    attested_at: None,
                };
                self.certificates.insert(leaf, Held { enrolment, stands: true });
                match group {
                    "authorities" => self.authorities.push(person.to_owned()),
                    "registrars" => self.registrars.push(person.to_owned()),
                    _ => {}
                }
            }
        }
        let signer = self.certificates.get(&opening.signer).map(|held| &held.enrolment.person);
        let Some(by) = signer.filter(|person| self.authorities.contains(person)).cloned() else {
            *self = Self::default();
            return;
        };
        let anchors = data.get("anchors").and_then(Value::as_array).into_iter().flatten();
        self.anchors = anchors.filter_map(|anchor| Some(Hash::of(&der(anchor)?))).collect();
        let ruleset = text(data, "ruleset").unwrap_or_default().to_owned();
        self.rulesets.push((ruleset, Adopted { position: Position(0), by: vec![by] }));
    }

    fn take(&mut self, position: Position, stood: Stood, ledger: &str) {
        let Some(by) = self.certificates.get(&stood.signer).cloned() else { return };
        let is_of_ledger = stood.event.subject == ledger;
        match stood.event.kind.as_str() {
            "signer.enrolled" => self.enrol(position, &stood, &by),
            "signer.attested" => {
                let person = stood.event.subject.strip_prefix("signer/").unwrap_or_default();
                let certificate = named(&stood.event.data);
                if self.is_founder(&by) {
                    self.attest(certificate, person, position, &by);
                }
            }
            "ruleset.adopted" if is_of_ledger && self.is_authority(&by) => {
                if let Some(hash) = text(&stood.event.data, "ruleset") {
                    let by = vec![by.enrolment.person.clone()];
                    self.rulesets.push((hash.to_owned(), Adopted { position, by }));
                }
                self.acts.insert(stood.key, First { stood, by });
            }
            "act.countersigned" if is_of_ledger => self.confirm(position, &stood, &by),
            _ if is_of_ledger => drop(self.acts.insert(stood.key, First { stood, by })),
            _ => {}
        }
    }

    fn enrol(&mut self, position: Position, stood: &Stood, by: &Held) {
        let data = &stood.event.data;
        let (Some(leaf), Some(person)) = (leaf(data), text(data, "person")) else { return };
        let signer = by.enrolment.person.as_str();
        let renews = text(data, "renews") == Some(stood.signer.to_string().as_str());
        let is_renewal = signer == person && renews;
        let is_his = stood.event.subject == format!("signer/{person}");
        if !is_his || !(is_renewal || self.is_listed(signer)) {
            return;
        }
        let own = |name| text(data, name).unwrap_or_default().to_owned();
        let enrolment = ProvenEnrolment {
            position,
            person: person.to_owned(),
            agency: own("agency"),
            class: own("class"),
            enrolled_by: Some(signer.to_owned()),
            attested_at: None,
        };
        let stands = is_renewal && by.stands;
        // A certificate enrols once.
        self.certificates.entry(leaf).or_insert(Held { enrolment, stands });
    }

    /// By another than who enrolled it.
    fn attest(&mut self, certificate: Option<Hash>, person: &str, at: Position, by: &Held) {
        let held = certificate.and_then(|certificate| self.certificates.get_mut(&certificate));
        let Some(held) = held.filter(|held| held.enrolment.person == person) else { return };
        let another = held.enrolment.enrolled_by.as_deref() != Some(by.enrolment.person.as_str());
        if another && !held.stands {
            held.stands = true;
            held.enrolment.attested_at = Some(at);
        }
    }

    /// The second signature under an act of the ledger.
    fn confirm(&mut self, position: Position, stood: &Stood, second: &Held) {
        let Some(cited) = Citation::of(&stood.event) else { return };
        let Some(act) = self.acts.remove(&cited.key) else { return };
        let (first, event) = (act.by, &act.stood.event);
        let same = first.enrolment.person == second.enrolment.person;
        if !cited.is_of(event) || same {
            return;
        }
        let both = |may: &dyn Fn(&Held) -> bool| may(&first) && may(second);
        let authorities = both(&|held| self.is_authority(held) && held.stands);
        let founders = both(&|held| self.is_founder(held));
        let by = vec![first.enrolment.person.clone(), second.enrolment.person.clone()];
        let (data, adopted) = (&event.data, Adopted { position, by });
        let person = text(data, "person").unwrap_or_default().to_owned();
        match event.kind.as_str() {
            "ruleset.adopted" if authorities => {
                let hash = text(data, "ruleset").unwrap_or_default().to_owned();
                self.rulesets.push((hash, adopted));
            }
            "trust.policy_adopted" if authorities => {
                let hash = text(data, "policy").unwrap_or_default().to_owned();
                self.policies.push((hash, adopted));
            }
            "ledger.registrar_appointed" if authorities => {
                self.attest(named(data), &person, position, second);
                self.registrars.push(person);
            }
            "ledger.service_appointed" if authorities => {
                self.attest(named(data), &person, position, second);
            }
            "ledger.authority_replaced" if founders => {
                self.attest(named(data), &person, position, second);
                let replaced = text(data, "replaces").unwrap_or_default();
                self.authorities.retain(|held| held != replaced);
                self.authorities.push(person);
            }
            _ => {}
        }
    }

    fn is_authority(&self, held: &Held) -> bool {
        self.authorities.contains(&held.enrolment.person)
    }

    fn is_founder(&self, held: &Held) -> bool {
        held.stands && self.is_listed(&held.enrolment.person)
    }

    fn is_listed(&self, person: &str) -> bool {
        self.authorities.iter().chain(&self.registrars).any(|listed| listed == person)
    }
}

fn text<'a>(data: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    data.get(name).and_then(Value::as_str)
}

fn named(data: &Map<String, Value>) -> Option<Hash> {
    text(data, "certificate")?.parse().ok()
}

/// SHA-256 of the holder's certificate.
fn leaf(data: &Map<String, Value>) -> Option<Hash> {
    let chain = data.get("chain").and_then(Value::as_array)?;
    Some(Hash::of(&der(chain.first()?)?))
}

fn der(text: &Value) -> Option<Vec<u8>> {
    STANDARD.decode(text.as_str()?).ok()
}

const DIRECT: &str = "langsung";

#[cfg(test)]
mod tests;
