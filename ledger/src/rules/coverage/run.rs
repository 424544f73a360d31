//! Cases are run: each in a region of its own that stands in memory, by the code that decides.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;

use jejak_signer::Hash;
use serde_json::Value;

use super::cases::{Cases, Given};
use crate::event::Event;
use crate::log::{Micros, Position};
use crate::rules::admit::{Case, reads};
use crate::rules::past::{Archive, Citation, Recorded, citation, gather};
use crate::rules::refusal::Refusals;
use crate::rules::{
    Admitted, Enrolment, Facts, Refusal, RuleSet, Signatory, Thing, Warning, check, reads_further,
};

/// The event of an example's name.
pub type Example<'a> = dyn Fn(&str) -> Option<Value> + 'a;

/// What came of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ran {
    /// Which kind of case.
    pub kind: CaseKind,
    /// Name of the example.
    pub event: String,
    /// What the case says: `accepted, none`, `rule-refused BKY.25.3 /subject`, `found BKY.14.3`.
    pub said: String,
    /// What came of it.
    pub came: String,
}

/// Kinds of cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseKind {
    /// An event that is accepted.
    Accepted,
    /// One that is refused.
    Refused,
    /// One that is accepted with a finding.
    Found,
}

impl Ran {
    /// It came as the case says.
    pub fn holds(&self) -> bool {
        self.said == self.came
    }
}

impl Cases {
    /// Runs all cases, in their order: accepted, refused, found.
    pub fn run(&self, rules: &Arc<RuleSet>, example: &Example<'_>) -> Vec<Ran> {
        let founded = Region::founded(rules, self, example);
        let in_place = |given: &[Given]| {
            let mut region = founded.clone()?;
            given.iter().try_for_each(|given| region.given(&event_of(given, example)?))?;
            Ok::<_, String>(region)
        };
        let plain = BTreeMap::new();
        let ran = |kind, event: &str, given: &[Given], put, said: String, told: &Told| {
            let came = in_place(given).and_then(|mut region| {
                let event = put_into(event, put, example)?;
                Ok(told(region.post(&event), &region, &event))
            });
            Ran { kind, event: event.to_owned(), said, came: came.unwrap_or_else(|why| why) }
        };
        let accepted = self.accepted.iter().map(|case| {
            let said = format!("accepted, {}", case.state);
            ran(CaseKind::Accepted, &case.event, &case.given, &plain, said, &as_accepted)
        });
        let refused = self.refused.iter().map(|case| {
            let said = format!("{} {} {}", case.code, case.rule, case.at);
            ran(CaseKind::Refused, &case.event, &case.given, &case.put, said, &as_accepted)
        });
        let found = self.found.iter().map(|case| {
            let said = format!("found {}", case.rules.join(", "));
            ran(CaseKind::Found, &case.event, &case.given, &case.put, said, &as_found)
        });
        accepted.chain(refused).chain(found).collect()
    }
}

type Posted = Result<Vec<Warning>, Refusal>;
type Told = dyn Fn(Posted, &Region<'_>, &Value) -> String;

fn as_accepted(posted: Posted, region: &Region<'_>, event: &Value) -> String {
    match posted {
        Ok(_) => format!("accepted, {}", region.state_after(event)),
        Err(refusal) => refused(&refusal),
    }
}

fn as_found(posted: Posted, _: &Region<'_>, _: &Value) -> String {
    match posted {
        Ok(found) => {
            let rules: Vec<_> = found.into_iter().map(|warning| warning.rule).collect();
            format!("found {}", rules.join(", "))
        }
        Err(refusal) => refused(&refusal),
    }
}

/// Code, rule and first place of a refusal.
fn refused(refusal: &Refusal) -> String {
    let rule = refusal.rule.as_deref().unwrap_or_default();
    let at = refusal.faults.first().map_or("", |fault| fault.pointer.as_str());
    format!("{} {rule} {at}", refusal.code.as_str())
}

/// A region in memory: what its acts have made.
#[derive(Clone)]
struct Region<'a> {
    rules: &'a Arc<RuleSet>,
    signers: &'a BTreeMap<String, String>,
    facts: Facts,
    position: Position,
    past: Memory,
}

impl<'a> Region<'a> {
    /// With what stands before every case; why not, where it is not accepted.
    fn founded(
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
    fn given(&mut self, event: &Value) -> Result<(), String> {
        let kind = event.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        let posted = self.post(event).map(drop);
        posted.map_err(|refusal| format!("before it: {kind}: {}", refused(&refusal)))
    }

    /// Decides an event; what is accepted changes the region.
    fn post(&mut self, event: &Value) -> Posted {
        let parsed = Event::parse(event.to_string().as_bytes());
        let event = parsed.map_err(|_| not_an_event())?;
        let signatory = self.signatory(&event);
        let Admitted { changes, warnings } = self.admit(&event, &signatory)?;
        self.past.remember(self.position, self.rules, &event, signatory, &changes);
        self.facts.extend(changes);
        self.position.0 = self.position.0.saturating_add(1);
        Ok(warnings)
    }

    /// The things are those that the rules read, and no others.
    fn admit(&self, event: &Event, signatory: &Signatory) -> Result<Admitted, Refusal> {
        check(self.rules, event)?;
        let enrolments = self.enrolments(event);
        let keys = reads(self.rules, event, &enrolments);
        let citation = citation(self.rules, event);
        let nothing = Facts::new();
        let case = Case {
            rules: self.rules,
            facts: &nothing,
            past: None,
            event,
            signatory,
            enrolments: &enrolments,
            position: self.position,
            recorded_at: Micros(NOW.saturating_add(self.position.0)),
        };
        let mut library = Library { facts: &self.facts, past: &self.past };
        let Ok((facts, past)) = gather(&mut library, case, &keys, citation.as_ref());
        Case { facts: &facts, past: past.as_ref(), ..case }.judge(&mut Refusals::First)
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

    fn state_after(&self, event: &Value) -> &str {
        let subject = event.get("subject").and_then(Value::as_str).unwrap_or_default();
        self.facts.get(subject).map_or(Thing::NONE, |thing| thing.state.as_str())
    }
}

/// What a region holds besides its present state.
#[derive(Clone, Default)]
struct Memory {
    events: Vec<Arc<Recorded>>,
    versions: Vec<(String, Position, Thing)>,
}

impl Memory {
    fn remember(
        &mut self,
        position: Position,
        rules: &Arc<RuleSet>,
        event: &Event,
        signatory: Signatory,
        changes: &[(String, Thing)],
    ) {
        let (event, rules) = (rules.lift(event).into_owned(), Arc::clone(rules));
        let bytes = event.data.values().map(|value| value.to_string().len()).sum();
        self.events.push(Arc::new(Recorded { position, event, signatory, rules, bytes }));
        let versions = changes.iter().map(|(key, thing)| (key.clone(), position, thing.clone()));
        self.versions.extend(versions);
    }
}

/// What acts that speak of earlier events look into.
struct Library<'a> {
    facts: &'a Facts,
    past: &'a Memory,
}

impl Library<'_> {
    fn newest_version(&self, key: &str, before: Position) -> Option<&(String, Position, Thing)> {
        let is_it = |(own, at, _): &&(String, Position, Thing)| own == key && *at < before;
        self.past.versions.iter().rev().find(is_it)
    }
}

impl Archive for Library<'_> {
    type Error = Infallible;

    fn facts(&mut self, keys: &[String]) -> Result<Facts, Infallible> {
        let known = |key: &String| Some((key.clone(), self.facts.get(key)?.clone()));
        let mut facts: Facts = keys.iter().filter_map(known).collect();
        let further = reads_further(&facts);
        facts.extend(further.iter().filter_map(known));
        Ok(facts)
    }

    /// No bytes are signed here: the id stands for them. Examples are posted again under their id.
    fn find(&mut self, citation: &Citation) -> Result<Option<Position>, Infallible> {
        let is_it = |recorded: &&Arc<Recorded>| {
            let event = &recorded.event;
            (&event.source, &event.id) == (&citation.source, &citation.id)
                && citation.key == Hash::of(event.id.as_bytes())
        };
        Ok(self.past.events.iter().rev().find(is_it).map(|recorded| recorded.position))
    }

    fn recorded(&mut self, position: Position) -> Result<Option<Arc<Recorded>>, Infallible> {
        Ok(self.past.events.iter().find(|recorded| recorded.position == position).cloned())
    }

    fn newest(&mut self, key: &str, before: Position) -> Result<Option<Position>, Infallible> {
        Ok(self.newest_version(key, before).map(|(_, at, _)| *at))
    }

    fn version(&mut self, key: &str, before: Position) -> Result<Option<Thing>, Infallible> {
        Ok(self.newest_version(key, before).map(|(_, _, thing)| thing.clone()))
    }
}

/// The example with its values put in place.
fn event_of(given: &Given, example: &Example<'_>) -> Result<Value, String> {
    let put: BTreeMap<_, _> =
        given.put().map(|(at, value)| (at.to_owned(), value.clone())).collect();
    put_into(given.event(), &put, example)
}

/// `null` takes a value out.
fn put_into(
    name: &str,
    put: &BTreeMap<String, Value>,
    example: &Example<'_>,
) -> Result<Value, String> {
    let mut event = example(name).ok_or_else(|| format!("no example {name}"))?;
    for (pointer, value) in put {
        let nowhere = || format!("no place {pointer} in {name}");
        let (parent, member) = pointer.rsplit_once('/').ok_or_else(nowhere)?;
        match event.pointer_mut(parent) {
            Some(Value::Object(object)) if value.is_null() => drop(object.remove(member)),
            Some(Value::Object(object)) => drop(object.insert(member.to_owned(), value.clone())),
            Some(Value::Array(list)) => {
                let place = member.parse::<usize>().ok().and_then(|index| list.get_mut(index));
                value.clone_into(place.ok_or_else(nowhere)?);
            }
            _ => return Err(nowhere()),
        }
    }
    Ok(event)
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
        policy: None,
    }
}

fn not_an_event() -> Refusal {
    use crate::rules::{Code, Fault, Why};
    let why = Why::FieldNotOfKind { kind: ("peristiwa", "an event") };
    let fault = Fault { pointer: String::new(), rule: None, why };
    Refusal { code: Code::ContentInvalid, rule: None, wording: None, faults: vec![fault] }
}

/// 2026-11-20T03:00:00Z: ten in the morning in Jakarta.
const NOW: u64 = 1_795_143_600_000_000;
