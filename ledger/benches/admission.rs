//! What admission costs: the decision of the rules on an event whose facts are at hand, for every accepted
//! case of Perbup Bengkayang 19/2020, beside the check of one Ed25519 signature in the same run.
//!
//! `make bench` runs it. Promised: 4 microseconds in the median.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement")]

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use jejak_ledger::event::Event;
use jejak_ledger::log::{Micros, Position};
use jejak_ledger::rules::{self, BENGKAYANG_19_2020, Enrolment, Facts, Field, RuleSet, Signatory};
use jejak_signer::{Algorithm, Hash, SigningKey};
use serde_json::{Value, json};

/// 2026-11-20T03:00:00Z.
const NOW: u64 = 1_795_143_600_000_000;
/// As in the examples, agencies setda and kominfo.
const FIRST_AUTHORITY: &str = "p-5b0c7e21d94a";
const REGISTRAR: &str = "p-c3d95e07f416";
/// Decisions of one case that are timed together, and how often; the quickest counts.
const ROUND: u32 = 200;
const ROUNDS: u32 = 25;

fn main() {
    let rules = RuleSet::parse(BENGKAYANG_19_2020).unwrap();
    let region = Region::settled(&rules);
    let mut costs: Vec<(Duration, String)> = accepted()
        .into_iter()
        .map(|(name, given)| {
            let mut region = region.clone();
            for earlier in given {
                region.post(&example(&earlier));
            }
            (region.cost(&example(&name)), name)
        })
        .collect();
    costs.sort();
    let micros = |duration: Duration| duration.as_secs_f64() * 1e6;
    let at = |part: usize| costs.get(costs.len().saturating_sub(1) * part / 100).unwrap();
    let (median, slow, most) = (at(50), at(90), at(100));
    let signature = signature_cost();
    println!("decisions of {} rows, facts at hand", costs.len());
    println!("median       {:6.2} us   (promised: 4)", micros(median.0));
    println!("90 of 100    {:6.2} us", micros(slow.0));
    println!("most         {:6.2} us   {}", micros(most.0), most.1);
    println!("a signature  {:6.2} us   (Ed25519, checked)", micros(signature));
}

/// The accepted cases: an example and what stands before it. Acts about earlier events are left out: they rest on
/// the log, not on facts alone.
fn accepted() -> Vec<(String, Vec<String>)> {
    let table: toml::Table = file("cases/bengkayang-19-2020.toml").parse().unwrap();
    let text = |value: &toml::Value| value.as_str().unwrap().to_owned();
    let cases = table.get("accepted").and_then(toml::Value::as_array).unwrap().iter();
    cases
        .map(|case| {
            let given = case.get("given").and_then(toml::Value::as_array).unwrap();
            (text(case.get("event").unwrap()), given.iter().map(text).collect())
        })
        .filter(|(event, given): &(String, Vec<String>)| {
            !given.iter().chain([event]).any(|name| speaks_of_another(name))
        })
        .collect()
}

fn speaks_of_another(name: &str) -> bool {
    example(name).data.get("event").is_some_and(|other| other.get("key").is_some())
}

fn example(name: &str) -> Event {
    changed(name, &[])
}

fn changed(name: &str, changes: &[(&str, Value)]) -> Event {
    let mut event: Value = file(&format!("examples/{name}.json")).parse().unwrap();
    for (pointer, value) in changes {
        *event.pointer_mut(pointer).unwrap() = value.clone();
    }
    Event::parse(event.to_string().as_bytes()).unwrap()
}

fn file(path: &str) -> String {
    let rulesets = Path::new(env!("CARGO_MANIFEST_DIR")).join("rulesets");
    std::fs::read_to_string(rulesets.join(path)).unwrap()
}

/// The state of a region between two events.
#[derive(Clone)]
struct Region<'a> {
    rules: &'a RuleSet,
    facts: Facts,
    position: Position,
}

impl<'a> Region<'a> {
    /// Opened, with the agencies and officials whom the rows name.
    fn settled(rules: &'a RuleSet) -> Self {
        let mut region = Self { rules, facts: Facts::new(), position: Position(0) };
        region.post(&example("ledger.opened"));
        region.post(&example("agency.registered"));
        for (agency, function) in
            [("dishub", "perhubungan"), ("bkpsdm", "kepegawaian"), ("inspektorat", "pengawasan")]
        {
            region.post(&changed(
                "agency.registered",
                &[
                    ("/subject", json!(format!("agency/{agency}"))),
                    ("/data/agency", json!(agency)),
                    ("/data/name", json!(agency)),
                    ("/data/short_names", json!([agency])),
                    ("/data/functions", json!([function])),
                ],
            ));
        }
        for (office, person, agency, head) in [
            ("role/bupati", "p-0d94be6a17f2", "setda", false),
            ("role/sekda", FIRST_AUTHORITY, "setda", false),
            ("role/kepala-dinkes", "p-7e1d5a90c3f2", "dinkes", true),
            ("role/tim-penguji", "p-2b6c8d0e4f13", "kominfo", false),
        ] {
            region.post(&changed(
                "role.appointed",
                &[
                    ("/source", json!("agency/kominfo")),
                    ("/subject", json!(office)),
                    ("/data/person", json!(person)),
                    ("/data/agency", json!(agency)),
                    ("/data/head", json!(head)),
                ],
            ));
        }
        region
    }

    /// Records an event that the rules accept.
    fn post(&mut self, event: &Event) {
        let (facts, signatory) = (self.facts_of(event), self.signatory(event));
        let enrolments = enrolments(event);
        let (at, now) = (self.position, Micros(NOW + self.position.0));
        rules::check(self.rules, event).unwrap();
        let admitted =
            rules::admit(self.rules, &facts, event, &signatory, &enrolments, at, now).unwrap();
        self.facts.extend(admitted.changes);
        self.position.0 += 1;
    }

    /// One decision on an event that the rules accept.
    fn cost(&self, event: &Event) -> Duration {
        let (facts, signatory) = (self.facts_of(event), self.signatory(event));
        let enrolments = enrolments(event);
        let (at, now) = (self.position, Micros(NOW + self.position.0));
        least(|| {
            let answer = rules::admit(self.rules, &facts, event, &signatory, &enrolments, at, now);
            assert!(answer.is_ok(), "{}: {answer:?}", event.kind);
            drop(black_box(answer));
        })
    }

    fn facts_of(&self, event: &Event) -> Facts {
        let known = |key: String| self.facts.get(&key).cloned().map(|thing| (key, thing));
        rules::reads(self.rules, event, &enrolments(event)).into_iter().filter_map(known).collect()
    }

    /// Whoever holds the office that is used; else the registrar, and somebody where another must sign.
    fn signatory(&self, event: &Event) -> Signatory {
        let role = event.office.as_ref().and_then(|office| self.facts.get(office));
        let person = match role.and_then(|role| role.fields.get("person")) {
            Some(Field::Text(person)) => person.clone(),
            _ if event.source == "agency/kominfo" => REGISTRAR.to_owned(),
            _ if event.source == "agency/setda" => FIRST_AUTHORITY.to_owned(),
            _ => "p-e2f87a6c3b10".to_owned(),
        };
        let certificate = Hash::of(person.as_bytes());
        let agency = event.source.trim_start_matches("agency/").to_owned();
        Signatory { person, agency, kind: "langsung".to_owned(), certificate, attested: true }
    }
}

/// What the chains of an opening enrol: founders in the order of the content.
fn enrolments(event: &Event) -> Vec<Enrolment> {
    let listed = |list: &str| event.data.get(list).and_then(Value::as_array).into_iter().flatten();
    listed("authorities")
        .chain(listed("registrars"))
        .filter_map(|entry| entry.get("person").and_then(Value::as_str))
        .map(|person| Enrolment {
            certificate: Hash::of(person.as_bytes()),
            public_key: Hash::of(format!("key of {person}").as_bytes()),
            algorithm: "Ed25519".to_owned(),
            not_before: 1_767_225_600,
            not_after: 1_830_297_600,
            issuer: "CN=Issuing CA".to_owned(),
            serial: "01".to_owned(),
            intermediates: vec![Hash::of(b"issuing CA")],
            policy: None,
        })
        .collect()
}

/// The check of one signature over as many bytes as a statement has.
fn signature_cost() -> Duration {
    let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
    let message = vec![7_u8; 1_000];
    let signature = key.sign(&message).unwrap();
    let public = key.public_key();
    least(|| assert!(black_box(public.verify(&message, &signature)).is_ok()))
}

/// The quickest round, per call.
fn least(mut call: impl FnMut()) -> Duration {
    let round = |_| {
        let begun = Instant::now();
        (0..ROUND).for_each(|_| call());
        begun.elapsed() / ROUND
    };
    (0..ROUNDS).map(round).min().unwrap_or_default()
}
