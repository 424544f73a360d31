//! What the grounds say, from the opening on: each counts only where those before it show that its signer could do so.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jejak_signer::{Hash, IngestWindow};
use serde_json::{Map, Value};

use super::super::evidence::Before;
use super::stood::Stood;
use super::{Adopted, ProvenEnrolment};
use crate::event::{Event, SignedAs};
use crate::log::Position;
use crate::rules::{Citation, Structural, WAITS_S, enrolling, rests_on_two};

/// What is at hand of what the log names by its hash.
#[derive(Clone, Copy)]
pub(super) struct AtHand<'a> {
    /// Which version of the structural acts a rule set stands on.
    pub(super) version: &'a dyn Fn(&str) -> Option<Structural>,
    /// When statements may be signed under a trust policy, before or after they are recorded.
    pub(super) window: &'a dyn Fn(&str) -> Option<IngestWindow>,
}

/// Whose word gives the seat of an authority to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Seats {
    /// That of an authority who proposes it.
    #[default]
    ByAuthorities,
    /// Also that of two registrars, who may where the certificates of all authorities have ended: that none was renewed no
    /// file shows.
    AlsoByRegistrars,
}

/// What is known after the last of them.
#[derive(Default)]
pub(super) struct Replayed<'g> {
    seats: Seats,
    /// Where two registrars gave a seat, the last of them.
    given_by_registrars: Option<Position>,
    certificates: BTreeMap<Hash, Held>,
    /// The newest suspension of each person.
    suspensions: BTreeMap<String, Position>,
    authorities: Vec<String>,
    registrars: Vec<String>,
    services: Vec<String>,
    anchors: Vec<Hash>,
    /// Acts that wait for their second signature.
    acts: BTreeMap<Hash, First<'g>>,
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
    /// It is known to be enrolled under version 3 of the structural acts, whose rows name who enrolled.
    names_enroller: bool,
    is_revoked: bool,
    /// Who revoked it could do so alone.
    is_revoked_by_right: bool,
    /// Where it was suspended, and not reinstated since.
    suspended: Option<Position>,
}

/// An act as its first signer signed it.
struct First<'g> {
    position: Position,
    event: &'g Event,
    signer: Hash,
    /// From this second on it waits no more (SYS.11.4).
    lapses_at: i64,
}

/// A key of the log, as both authorities added it.
struct Added {
    vkey: String,
    act: Position,
    confirmed: Position,
}

impl Held {
    fn new(enrolment: ProvenEnrolment, renews: Option<Hash>) -> Self {
        Self {
            enrolment,
            renews,
            names_enroller: false,
            is_revoked: false,
            is_revoked_by_right: false,
            suspended: None,
        }
    }

    /// Does it rest on more than the word of one?
    fn stands(&self) -> bool {
        rests_on_two(self.enrolment.enrolled_by.is_some(), self.enrolment.attested_at.is_some())
    }

    /// Was it neither revoked nor suspended?
    fn counts(&self) -> bool {
        !self.is_revoked && self.suspended.is_none()
    }
}

impl<'g> Replayed<'g> {
    pub(super) fn of(
        origin: &str,
        grounds: &'g BTreeMap<u64, Stood>,
        at_hand: AtHand<'_>,
        seats: Seats,
    ) -> Self {
        let mut all = Self { seats, ..Self::default() };
        let region = origin.rsplit('/').next().unwrap_or(origin);
        let ledger = format!("ledger/{region}");
        for (position, stood) in grounds {
            if *position == 0 {
                all.open(stood);
            } else {
                all.take(Position(*position), stood, &ledger, at_hand);
            }
        }
        all
    }

    /// Is there an opening that an authority signed whom it names?
    pub(super) fn is_opened(&self) -> bool {
        !self.authorities.is_empty()
    }

    pub(super) fn enrolment(&self, certificate: &Hash) -> Option<ProvenEnrolment> {
        Some(self.counting(certificate)?.enrolment.clone())
    }

    /// Does the row of the certificate, as it was written, name who enrolled it? False where that is not known.
    pub(super) fn names_enroller(&self, certificate: &Hash) -> bool {
        self.certificates.get(certificate).is_some_and(|held| held.names_enroller)
    }

    /// Did somebody revoke it who could do so alone?
    pub(super) fn is_revoked(&self, certificate: &Hash) -> bool {
        self.certificates.get(certificate).is_some_and(|held| held.is_revoked_by_right)
    }

    /// The last seat that two registrars gave.
    pub(super) fn given_by_registrars(&self) -> Option<Position> {
        self.given_by_registrars
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
                    renewed: false,
                };
                self.certificates.entry(leaf).or_insert(Held::new(enrolment, None));
                match group {
                    "authorities" => self.authorities.push(person.to_owned()),
                    "registrars" => self.registrars.push(person.to_owned()),
                    _ => self.services.push(person.to_owned()),
                }
            }
        }
        let signer = self.certificates.get(&opening.signer).map(|held| &held.enrolment.person);
        let Some(by) = signer.filter(|person| self.authorities.contains(person)).cloned() else {
            *self = Self { seats: self.seats, ..Self::default() };
            return;
        };
        let anchors = data.get("anchors").and_then(Value::as_array).into_iter().flatten();
        self.anchors = anchors.filter_map(|anchor| Some(Hash::of(&der(anchor)?))).collect();
        let ruleset = text(data, "ruleset").unwrap_or_default().to_owned();
        self.rulesets.push((ruleset, Adopted { position: Position(0), by: vec![by] }));
    }

    fn take(&mut self, position: Position, stood: &'g Stood, ledger: &str, at_hand: AtHand<'_>) {
        // Whoever says so: what takes power away is believed sooner than what gives it.
        match stood.event.kind.as_str() {
            "signer.revoked" => return self.revoke(stood),
            "signer.suspended" => return self.suspend(&stood.event, position),
            _ => {}
        }
        if !self.is_in_window(stood, at_hand) {
            return;
        }
        // Who only records what another decided has none of his powers.
        let Some(by) = self.counting(&stood.signer).cloned() else { return };
        if stood.event.signed_as != SignedAs::Official {
            return;
        }
        let is_of_ledger = stood.event.subject == ledger;
        match stood.event.kind.as_str() {
            "signer.enrolled" => self.enrol(position, stood, &by, at_hand),
            "signer.attested" if self.is_founder(&by) => {
                self.attest(named(&stood.event.data), holder_in(&stood.event), position, &by);
            }
            "ruleset.adopted"
                if is_of_ledger && self.is_authority(&by) && self.is_before_three(at_hand) =>
            {
                let hash = text(&stood.event.data, "ruleset").unwrap_or_default().to_owned();
                self.rulesets.push((hash, Adopted { position, by: vec![by.enrolment.person] }));
            }
            REINSTATED if self.is_founder(&by) => self.reinstate(position, stood, &by, at_hand),
            "act.countersigned" if is_of_ledger || is_of_signer(&stood.event) => {
                self.confirm(position, stood, &by, at_hand);
            }
            _ if is_of_ledger && self.is_founder(&by) => self.wait(position, stood, at_hand),
            _ => {}
        }
    }

    /// Was it signed when every ledger takes it, or when the trust policy does that is adopted by then?
    fn is_in_window(&self, stood: &Stood, at_hand: AtHand<'_>) -> bool {
        let at = u64::try_from(stood.at).unwrap_or_default();
        let adopted = || (at_hand.window)(&self.policies.last()?.0);
        IngestWindow::default().contains(stood.iat, at)
            || adopted().is_some_and(|window| window.contains(stood.iat, at))
    }

    /// For thirty days, while the certificate that signed it is valid; under the acts before version 3 for ever.
    fn wait(&mut self, position: Position, stood: &'g Stood, at_hand: AtHand<'_>) {
        let Stood { event, signer, key, at, until, .. } = stood;
        let lapses_at = if self.is_before_three(at_hand) {
            i64::MAX
        } else {
            at.saturating_add(WAITS_S).min(until.saturating_add(1))
        };
        self.acts.insert(*key, First { position, event, signer: *signer, lapses_at });
    }

    /// Until version 3 of the structural acts is in force one signature adopts a rule set; where the version in force is
    /// not known it is not proven that it does.
    fn is_before_three(&self, at_hand: AtHand<'_>) -> bool {
        self.in_force(at_hand).is_some_and(|version| version < Structural::Three)
    }

    /// The version of the structural acts, as far as it is known.
    fn in_force(&self, at_hand: AtHand<'_>) -> Option<Structural> {
        self.rulesets.last().and_then(|(hash, _)| (at_hand.version)(hash))
    }

    /// Whoever may enrol the person does; or the holder renews his own, for the same agency and class, and the new one rests
    /// on what the old one does.
    fn enrol(&mut self, position: Position, stood: &Stood, by: &Held, at_hand: AtHand<'_>) {
        let data = &stood.event.data;
        let (Some(leaf), Some(person)) = (leaf(data), text(data, "person")) else { return };
        if stood.event.subject != format!("signer/{person}") {
            return;
        }
        let own = |name| text(data, name).unwrap_or_default().to_owned();
        let (agency, class) = (own("agency"), own("class"));
        if ![DIRECT, SYSTEM].contains(&class.as_str()) {
            return;
        }
        let signer = by.enrolment.person.as_str();
        let renews = text(data, "renews").and_then(|renews| renews.parse::<Hash>().ok());
        let (enrolled_by, attested_at) = if signer == person {
            let same = agency == by.enrolment.agency && class == by.enrolment.class;
            if renews != Some(stood.signer) || !same {
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
        let renews = renews.filter(|_| signer == person);
        let enrolment = ProvenEnrolment {
            position,
            person: person.to_owned(),
            agency,
            class,
            enrolled_by,
            attested_at,
            renewed: renews.is_some(),
        };
        let names_enroller = match renews {
            Some(_) => by.names_enroller,
            None => self.in_force(at_hand) == Some(Structural::Three),
        };
        // A certificate enrols once.
        let held = Held { names_enroller, ..Held::new(enrolment, renews) };
        self.certificates.entry(leaf).or_insert(held);
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

    /// No certificate of the holder counts that counted until then, before he is reinstated: from this statement on, also
    /// where it is of a founder and took effect by the second signature.
    fn suspend(&mut self, event: &Event, position: Position) {
        let person = holder_in(event);
        self.suspensions.insert(person.to_owned(), position);
        for held in self.certificates.values_mut() {
            if held.enrolment.person == person && held.counts() {
                held.suspended = Some(position);
            }
        }
    }

    /// By a founder: another authority, of who is none himself also a registrar; of an authority a registrar proposes it.
    fn reinstate(&mut self, position: Position, stood: &'g Stood, by: &Held, at_hand: AtHand<'_>) {
        let person = holder_in(&stood.event);
        if by.enrolment.person == person {
            return;
        }
        if self.is_authority(by) || !self.is_listed(person) {
            self.bring_back(person);
        } else if self.authorities.iter().any(|held| held == person) {
            self.wait(position, stood, at_hand);
        }
    }

    /// What the newest suspension suspended counts again.
    fn bring_back(&mut self, person: &str) {
        let Some(newest) = self.suspensions.get(person) else { return };
        for held in self.certificates.values_mut() {
            if held.enrolment.person == person && held.suspended == Some(*newest) {
                held.suspended = None;
            }
        }
    }

    /// A certificate counts no more, whoever says so: all of its holder where it is named by its number, and those that he
    /// renewed with one whose key others have.
    fn revoke(&mut self, stood: &Stood) {
        let event = &stood.event;
        let person = holder_in(event);
        let certificate = named(&event.data);
        let by_right = self.may_revoke(stood);
        let mut gone: Vec<Hash> = Vec::new();
        for (hash, held) in &mut self.certificates {
            let is_named = certificate.is_none_or(|named| named == *hash);
            if held.enrolment.person == person && is_named {
                held.is_revoked = true;
                held.is_revoked_by_right |= by_right && certificate.is_some();
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

    /// A founder or the holder himself, of who is no founder: the last certificate of one is revoked with another's signature.
    fn may_revoke(&self, stood: &Stood) -> bool {
        let person = holder_in(&stood.event);
        let by = self.counting(&stood.signer);
        let may = by.is_some_and(|by| by.enrolment.person == person || self.is_founder(by));
        may && stood.event.signed_as == SignedAs::Official && !self.is_listed(person)
    }

    /// The second signature under an act of the ledger.
    fn confirm(&mut self, position: Position, stood: &Stood, second: &Held, at_hand: AtHand<'_>) {
        let Some(cited) = Citation::of(&stood.event) else { return };
        let Some(act) = self.acts.get(&cited.key) else { return };
        if stood.at >= act.lapses_at {
            return;
        }
        let Some(first) = self.counting(&act.signer).cloned() else { return };
        let same = first.enrolment.person == second.enrolment.person;
        if !cited.is_of(act.event) || act.event.subject != stood.event.subject || same {
            return;
        }
        let Some(act) = self.acts.remove(&cited.key) else { return };
        let by_founders = self.is_founder(&first) && self.is_founder(second);
        if act.event.kind == REINSTATED {
            let person = holder_in(act.event);
            if by_founders && second.enrolment.person != person {
                self.bring_back(person);
            }
            return;
        }
        let by = vec![first.enrolment.person.clone(), second.enrolment.person.clone()];
        if self.is_authority(&first) && self.is_authority(second) {
            self.done_by_authorities(&act, second, Adopted { position, by }, at_hand);
        } else if act.event.kind == REPLACED && by_founders {
            if self.is_authority(&first) {
                self.replace(&act.event.data, position, second);
            } else if self.seats == Seats::AlsoByRegistrars
                && self.replace(&act.event.data, position, second)
            {
                self.given_by_registrars = Some(position);
            }
        }
    }

    /// What an act does that both authorities have signed.
    fn done_by_authorities(
        &mut self,
        act: &First<'_>,
        second: &Held,
        adopted: Adopted,
        at_hand: AtHand<'_>,
    ) {
        let data = &act.event.data;
        let own = |name| text(data, name).unwrap_or_default().to_owned();
        let person = own("person");
        let is_free = !self.is_listed(&person) && !self.services.contains(&person);
        let position = adopted.position;
        match act.event.kind.as_str() {
            // None on an older version follows on one that asks for two signatures.
            "ruleset.adopted" if (at_hand.version)(&own("ruleset")) == Some(Structural::Three) => {
                self.rulesets.push((own("ruleset"), adopted));
            }
            "trust.policy_adopted" => self.policies.push((own("policy"), adopted)),
            "ledger.registrar_appointed"
                if is_free && self.give(named(data), &person, position, second) =>
            {
                self.registrars.push(person);
            }
            "ledger.registrar_removed" => self.registrars.retain(|held| *held != person),
            "ledger.service_appointed"
                if is_free && self.give(named(data), &person, position, second) =>
            {
                self.services.push(person);
            }
            "ledger.service_removed" => self.services.retain(|held| *held != person),
            "ledger.key_added" => {
                self.keys.push(Added { vkey: own("vkey"), act: act.position, confirmed: position });
            }
            "ledger.key_retired" => self.keys.retain(|key| key.vkey != own("vkey")),
            REPLACED => {
                self.replace(data, position, second);
            }
            _ => {}
        }
    }

    /// A power is given to the holder of a certificate that counts, which the second signature attests.
    fn give(&mut self, of: Option<Hash>, person: &str, at: Position, second: &Held) -> bool {
        let counts = of.is_some_and(|of| self.counting(&of).is_some());
        counts && self.attest(of, person, at, second)
    }

    /// The seat of an authority goes over; false where it does not.
    fn replace(&mut self, data: &Map<String, Value>, at: Position, second: &Held) -> bool {
        let person = text(data, "person").unwrap_or_default().to_owned();
        let leaves = text(data, "replaces").unwrap_or_default();
        let is_held = self.authorities.iter().any(|held| held == leaves);
        let is_free = !self.is_listed(&person) && !self.services.contains(&person);
        let goes = is_held && is_free && self.give(named(data), &person, at, second);
        if goes {
            self.authorities.retain(|held| held != leaves);
            self.authorities.push(person);
        }
        goes
    }

    /// A certificate that was neither revoked nor suspended.
    fn counting(&self, certificate: &Hash) -> Option<&Held> {
        self.certificates.get(certificate).filter(|held| held.counts())
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

/// Whose stream an event about a signer is on.
fn holder_in(event: &Event) -> &str {
    event.subject.strip_prefix(SIGNER).unwrap_or_default()
}

fn is_of_signer(event: &Event) -> bool {
    event.subject.starts_with(SIGNER)
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
const REINSTATED: &str = "signer.reinstated";
/// What the streams of signers begin with.
const SIGNER: &str = "signer/";
/// Others may have the key of the certificate that is revoked.
const LEAKED: &str = "key-compromise";

#[cfg(test)]
mod tests;
