//! What the grounds say, from the opening on: each counts only where those before it show that its signer could do so.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jejak_signer::Hash;
use serde_json::{Map, Value};

use super::super::evidence::Before;
use super::stood::Stood;
use super::{Adopted, ProvenEnrolment};
use crate::event::{Event, SignedAs};
use crate::log::Position;
use crate::rules::{Citation, Structural, enrolling, rests_on_two};

/// Which version of the structural acts the rule set of a hash stands on, where it is at hand.
type VersionOf<'a> = &'a dyn Fn(&str) -> Option<Structural>;

/// What is known after the last of them.
#[derive(Default)]
pub(super) struct Replayed {
    certificates: BTreeMap<Hash, Held>,
    authorities: Vec<String>,
    registrars: Vec<String>,
    services: Vec<String>,
    anchors: Vec<Hash>,
    /// Acts that wait for their second signature.
    acts: BTreeMap<Hash, First>,
    rulesets: Vec<(String, Adopted)>,
    policies: Vec<(String, Adopted)>,
    keys: Vec<Added>,
}

/// A certificate that is enrolled.
#[derive(Clone)]
struct Held {
    enrolment: ProvenEnrolment,
    /// The one that its holder renewed by it.
    renews: Option<Hash>,
    is_revoked: bool,
}

/// An act as its first signer signed it.
struct First {
    position: Position,
    event: Event,
    signer: Hash,
}

/// A key of the log, as both authorities added it.
struct Added {
    vkey: String,
    act: Position,
    confirmed: Position,
}

impl Held {
    /// Does it rest on more than the word of one?
    fn stands(&self) -> bool {
        rests_on_two(self.enrolment.enrolled_by.is_some(), self.enrolment.attested_at.is_some())
    }
}

impl Replayed {
    pub(super) fn of(
        origin: &str,
        grounds: BTreeMap<u64, Stood>,
        version_of: VersionOf<'_>,
    ) -> Self {
        let mut all = Self::default();
        let region = origin.rsplit('/').next().unwrap_or(origin);
        let ledger = format!("ledger/{region}");
        for (position, stood) in grounds {
            if position == 0 {
                all.open(&stood);
            } else {
                all.take(Position(position), stood, &ledger, version_of);
            }
        }
        all
    }

    /// Is there an opening that an authority signed whom it names?
    pub(super) fn is_opened(&self) -> bool {
        !self.authorities.is_empty()
    }

    pub(super) fn enrolment(&self, certificate: &Hash) -> Option<ProvenEnrolment> {
        let held = self.certificates.get(certificate).filter(|held| !held.is_revoked)?;
        Some(held.enrolment.clone())
    }

    pub(super) fn ruleset(&self, before: &Before) -> Option<Adopted> {
        let named = before.ruleset.to_string();
        let (_, adopted) = self.rulesets.last().filter(|(hash, _)| *hash == named)?;
        Some(adopted.clone())
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

    /// The verifier key that was added by these two, and not retired since.
    pub(super) fn key_added(&self, act: Position, confirmed: Position) -> Option<String> {
        let is_by = |key: &&Added| key.act == act && key.confirmed == confirmed;
        self.keys.iter().find(is_by).map(|key| key.vkey.clone())
    }

    /// The first statement enrols who signs it, the others who hold the ledger, and its services.
    fn open(&mut self, opening: &Stood) {
        let data = &opening.event.data;
        if opening.event.kind != "ledger.opened" {
            return;
        }
        for (group, class) in
            [("authorities", DIRECT), ("registrars", DIRECT), ("services", SYSTEM)]
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
                let held = Held { enrolment, renews: None, is_revoked: false };
                self.certificates.entry(leaf).or_insert(held);
                match group {
                    "authorities" => self.authorities.push(person.to_owned()),
                    "registrars" => self.registrars.push(person.to_owned()),
                    _ => self.services.push(person.to_owned()),
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

    fn take(&mut self, position: Position, stood: Stood, ledger: &str, version_of: VersionOf<'_>) {
        if stood.event.kind == "signer.revoked" {
            self.revoke(&stood.event);
            return;
        }
        // Who only records what another decided has none of his powers.
        let Some(by) = self.counting(&stood.signer).cloned() else { return };
        if stood.event.signed_as != SignedAs::Official {
            return;
        }
        let is_of_ledger = stood.event.subject == ledger;
        match stood.event.kind.as_str() {
            "signer.enrolled" => self.enrol(position, &stood, &by),
            "signer.attested" if self.is_founder(&by) => {
                let person = stood.event.subject.strip_prefix("signer/").unwrap_or_default();
                self.attest(named(&stood.event.data), person, position, &by);
            }
            "ruleset.adopted"
                if is_of_ledger && self.is_authority(&by) && self.is_one_enough(version_of) =>
            {
                let hash = text(&stood.event.data, "ruleset").unwrap_or_default().to_owned();
                self.rulesets.push((hash, Adopted { position, by: vec![by.enrolment.person] }));
            }
            "act.countersigned" if is_of_ledger => self.confirm(position, &stood, &by, version_of),
            _ if is_of_ledger && self.is_founder(&by) => {
                let Stood { event, signer, key } = stood;
                self.acts.insert(key, First { position, event, signer });
            }
            _ => {}
        }
    }

    /// Until version 3 of the structural acts is in force one signature adopts a rule set; where the version in force is
    /// not known it is not proven that it does.
    fn is_one_enough(&self, version_of: VersionOf<'_>) -> bool {
        let in_force = self.rulesets.last().and_then(|(hash, _)| version_of(hash));
        in_force.is_some_and(|version| version < Structural::Three)
    }

    /// Whoever may enrol the person does; or the holder renews his own, and the new one rests on what the old one does.
    fn enrol(&mut self, position: Position, stood: &Stood, by: &Held) {
        let data = &stood.event.data;
        let (Some(leaf), Some(person)) = (leaf(data), text(data, "person")) else { return };
        if stood.event.subject != format!("signer/{person}") {
            return;
        }
        let signer = by.enrolment.person.as_str();
        let renews = text(data, "renews").and_then(|renews| renews.parse::<Hash>().ok());
        let (enrolled_by, attested_at) = if signer == person {
            if renews != Some(stood.signer) {
                return;
            }
            (by.enrolment.enrolled_by.clone(), by.enrolment.attested_at)
        } else {
            let (list, _) = enrolling(self.is_listed(person));
            if !by.stands() || !self.list(list).iter().any(|listed| listed == signer) {
                return;
            }
            (Some(signer.to_owned()), None)
        };
        let own = |name| text(data, name).unwrap_or_default().to_owned();
        let enrolment = ProvenEnrolment {
            position,
            person: person.to_owned(),
            agency: own("agency"),
            class: own("class"),
            enrolled_by,
            attested_at,
        };
        // A certificate enrols once.
        let renews = renews.filter(|_| signer == person);
        self.certificates.entry(leaf).or_insert(Held { enrolment, renews, is_revoked: false });
    }

    /// By another than who enrolled it; false where it is not that person's, or rests on the word of one still.
    fn attest(&mut self, certificate: Option<Hash>, person: &str, at: Position, by: &Held) -> bool {
        let held = certificate.and_then(|certificate| self.certificates.get_mut(&certificate));
        let is_his = |held: &&mut Held| held.enrolment.person == person && !held.is_revoked;
        let Some(held) = held.filter(is_his) else { return false };
        if held.stands() {
            return true;
        }
        let enrolment = &mut held.enrolment;
        if enrolment.enrolled_by.as_deref() == Some(by.enrolment.person.as_str()) {
            return false;
        }
        enrolment.attested_at = Some(at);
        true
    }

    /// A certificate counts no more, whoever says so: all of its holder where it is named by its number, and those that he
    /// renewed with one whose key others have.
    fn revoke(&mut self, event: &Event) {
        let person = event.subject.strip_prefix("signer/").unwrap_or_default();
        let certificate = named(&event.data);
        let mut gone: Vec<Hash> = Vec::new();
        for (hash, held) in &mut self.certificates {
            let is_named = certificate.is_none_or(|named| named == *hash);
            if held.enrolment.person == person && is_named {
                held.is_revoked = true;
                gone.push(*hash);
            }
        }
        while let Some(one) = gone.pop().filter(|_| text(&event.data, "reason") == Some(LEAKED)) {
            for (hash, held) in &mut self.certificates {
                if held.renews == Some(one) && !held.is_revoked {
                    held.is_revoked = true;
                    gone.push(*hash);
                }
            }
        }
    }

    /// The second signature under an act of the ledger.
    fn confirm(
        &mut self,
        position: Position,
        stood: &Stood,
        second: &Held,
        version_of: VersionOf<'_>,
    ) {
        let Some(cited) = Citation::of(&stood.event) else { return };
        let Some(act) = self.acts.get(&cited.key) else { return };
        let Some(first) = self.counting(&act.signer).cloned() else { return };
        let same = first.enrolment.person == second.enrolment.person;
        if !cited.is_of(&act.event) || same {
            return;
        }
        let Some(act) = self.acts.remove(&cited.key) else { return };
        let by = vec![first.enrolment.person.clone(), second.enrolment.person.clone()];
        if self.is_authority(&first) && self.is_authority(second) {
            self.done_by_authorities(&act, second, Adopted { position, by }, version_of);
        } else if act.event.kind == REPLACED && self.is_authority(&first) && self.is_founder(second)
        {
            self.replace(&act.event.data, position, second);
        }
    }

    /// What an act does that both authorities have signed.
    fn done_by_authorities(
        &mut self,
        act: &First,
        second: &Held,
        adopted: Adopted,
        version_of: VersionOf<'_>,
    ) {
        let data = &act.event.data;
        let own = |name| text(data, name).unwrap_or_default().to_owned();
        let person = own("person");
        let is_free = !self.is_listed(&person) && !self.services.contains(&person);
        let position = adopted.position;
        match act.event.kind.as_str() {
            // None on an older version follows on one that asks for two signatures.
            "ruleset.adopted" if version_of(&own("ruleset")) == Some(Structural::Three) => {
                self.rulesets.push((own("ruleset"), adopted));
            }
            "trust.policy_adopted" => self.policies.push((own("policy"), adopted)),
            "ledger.registrar_appointed"
                if is_free && self.attest(named(data), &person, position, second) =>
            {
                self.registrars.push(person);
            }
            "ledger.registrar_removed" => self.registrars.retain(|held| *held != person),
            "ledger.service_appointed"
                if is_free && self.attest(named(data), &person, position, second) =>
            {
                self.services.push(person);
            }
            "ledger.service_removed" => self.services.retain(|held| *held != person),
            "ledger.key_added" => {
                self.keys.push(Added { vkey: own("vkey"), act: act.position, confirmed: position });
            }
            "ledger.key_retired" => self.keys.retain(|key| key.vkey != own("vkey")),
            REPLACED => self.replace(data, position, second),
            _ => {}
        }
    }

    /// The seat of an authority goes over.
    fn replace(&mut self, data: &Map<String, Value>, at: Position, second: &Held) {
        let person = text(data, "person").unwrap_or_default().to_owned();
        let leaves = text(data, "replaces").unwrap_or_default();
        let is_held = self.authorities.iter().any(|held| held == leaves);
        let is_free = !self.is_listed(&person) && !self.services.contains(&person);
        if is_held && is_free && self.attest(named(data), &person, at, second) {
            self.authorities.retain(|held| held != leaves);
            self.authorities.push(person);
        }
    }

    /// A certificate that was not revoked.
    fn counting(&self, certificate: &Hash) -> Option<&Held> {
        self.certificates.get(certificate).filter(|held| !held.is_revoked)
    }

    fn is_authority(&self, held: &Held) -> bool {
        held.stands() && self.authorities.contains(&held.enrolment.person)
    }

    fn is_founder(&self, held: &Held) -> bool {
        held.stands() && self.is_listed(&held.enrolment.person)
    }

    fn is_listed(&self, person: &str) -> bool {
        self.authorities.iter().chain(&self.registrars).any(|listed| listed == person)
    }

    fn list(&self, name: &str) -> &[String] {
        if name == "authorities" { &self.authorities } else { &self.registrars }
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

pub(super) const DIRECT: &str = "langsung";
const SYSTEM: &str = "sistem";
const REPLACED: &str = "ledger.authority_replaced";
/// Others may have the key of the certificate that is revoked.
const LEAKED: &str = "key-compromise";

#[cfg(test)]
mod tests;
