//! Random walks over the lifecycles: the engine never takes a step that the data does not have, every state
//! is reached, and the same events in the same order are decided the same.
//!
//! What the data allows is read here from the TOML itself, not through the engine.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::attempts::{
    Attempt, BEGINNINGS, PEOPLE, attempts, beginnings, begun, enrolled_by, origin_of,
};
use super::*;

const DOCUMENTS: [&str; 5] = [
    include_str!("../../../rulesets/structural-1.toml"),
    include_str!("../../../rulesets/structural-2.toml"),
    include_str!("../../../rulesets/structural-3.toml"),
    include_str!("../../../rulesets/bengkayang-19-2020.toml"),
    include_str!("../../../rulesets/nasional.toml"),
];

/// The lifecycles of the bundled rule sets together, as their files say them.
pub(super) struct Law {
    /// By kind of stream and event type: the states a step starts from, and where it leads.
    pub(super) steps: BTreeMap<(String, String), Vec<Move>>,
    /// By event type: the kind of the other stream, and the same.
    pub(super) effects: BTreeMap<String, Vec<(String, Move)>>,
    /// By kind of stream.
    pub(super) states: BTreeMap<String, BTreeSet<String>>,
}

pub(super) struct Move {
    pub(super) from: BTreeSet<String>,
    /// What `*` leaves out.
    but: BTreeSet<String>,
    /// None where the state stays.
    pub(super) to: Option<String>,
}

impl Move {
    fn read(step: &toml::Table) -> Self {
        let from = step["from"].as_array().unwrap().iter();
        let from = from.map(|state| state.as_str().unwrap().to_owned()).collect();
        let but = BTreeSet::new();
        Self { from, but, to: step.get("to").map(|to| to.as_str().unwrap().to_owned()) }
    }

    fn leaves(&self, state: &str) -> bool {
        self.from.contains(state) && self.to.as_deref().is_some_and(|to| to != state)
    }

    fn leads(&self, from: &str, to: &str) -> bool {
        self.from.contains(from) && self.to.as_deref().unwrap_or(from) == to
    }
}

fn tables<'a>(table: &'a toml::Table, name: &str) -> impl Iterator<Item = &'a toml::Table> {
    let list = table.get(name).and_then(toml::Value::as_array).map(Vec::as_slice);
    list.unwrap_or_default().iter().map(|entry| entry.as_table().unwrap())
}

fn stream_of(key: &str) -> String {
    key.split('/').next().unwrap().to_owned()
}

impl Law {
    pub(super) fn read() -> Self {
        let mut law =
            Self { steps: BTreeMap::new(), effects: BTreeMap::new(), states: BTreeMap::new() };
        for document in DOCUMENTS {
            let document: toml::Table = toml::from_str(document).unwrap();
            for lifecycle in tables(&document, "lifecycle") {
                law.take(lifecycle);
            }
            for act in tables(&document, "act") {
                let kind = act["type"].as_str().unwrap();
                if let Some(decision) = act.get("decision") {
                    let stream = stream_of(act["subject"].as_str().unwrap());
                    law.revoke(stream.clone(), kind, decision["revoked"].as_str().unwrap());
                    let later = decision.get("in_effect").and_then(toml::Value::as_table);
                    for (state, revoked) in later.into_iter().flatten() {
                        law.revoke_in(stream.clone(), state, revoked.as_str().unwrap());
                    }
                }
                for effect in tables(act, "effect") {
                    let stream = stream_of(effect["thing"].as_str().unwrap());
                    let step = Move::read(effect);
                    law.states.entry(stream.clone()).or_default().extend(step.to.clone());
                    law.effects.entry(kind.to_owned()).or_default().push((stream, step));
                }
            }
        }
        law.resolve();
        law
    }

    fn take(&mut self, lifecycle: &toml::Table) {
        let stream = lifecycle["stream"].as_str().unwrap();
        let read = |step| (Move::read(step), step["on"].as_str().unwrap().to_owned());
        let mut steps: Vec<_> = tables(lifecycle, "transition").map(read).collect();
        let all = self.states.entry(stream.to_owned()).or_default();
        all.insert(Thing::NONE.to_owned());
        let named = steps.iter().flat_map(|(step, _)| step.from.iter().chain(&step.to));
        all.extend(named.filter(|state| *state != "*").cloned());
        let finals = lifecycle.get("final").and_then(toml::Value::as_array);
        let finals = finals.into_iter().flatten().map(|state| state.as_str().unwrap().to_owned());
        let finals: BTreeSet<_> = finals.collect();
        for (step, _) in steps.iter_mut().filter(|(step, _)| step.from.contains("*")) {
            step.but.clone_from(&finals);
        }
        for (step, on) in steps {
            self.steps.entry((stream.to_owned(), on)).or_default().push(step);
        }
    }

    /// `*` is any state of the stream, also one that another file names.
    fn resolve(&mut self) {
        for ((stream, _), steps) in &mut self.steps {
            for step in steps.iter_mut().filter(|step| step.from.contains("*")) {
                step.from = self.states[stream].difference(&step.but).cloned().collect();
            }
        }
    }

    /// A decision can be revoked where it has led.
    fn revoke(&mut self, stream: String, decision: &str, to: &str) {
        let given = self.steps.get(&(stream.clone(), decision.to_owned())).into_iter().flatten();
        let from = given.filter_map(|step| step.to.clone()).collect();
        self.revoke_from(stream, from, to);
    }

    /// It is in effect in this later state, too.
    fn revoke_in(&mut self, stream: String, state: &str, to: &str) {
        self.revoke_from(stream, BTreeSet::from([state.to_owned()]), to);
    }

    fn revoke_from(&mut self, stream: String, from: BTreeSet<String>, to: &str) {
        let step = Move { from, but: BTreeSet::new(), to: Some(to.to_owned()) };
        self.states.entry(stream.clone()).or_default().insert(to.to_owned());
        self.steps.entry((stream, "decision.revoked".to_owned())).or_default().push(step);
    }

    fn moves(&self, event: &Event) -> &[Move] {
        let key = (stream_of(&event.subject), event.kind.clone());
        self.steps.get(&key).map(Vec::as_slice).unwrap_or_default()
    }

    /// Does it lead to a state that something leads out of?
    fn goes_on(&self, event: &Event) -> bool {
        let stream = stream_of(&event.subject);
        let leaves = |state: &String| {
            let of_stream = self.steps.iter().filter(|((own, _), _)| *own == stream);
            of_stream.flat_map(|(_, moves)| moves).any(|step| step.leaves(state))
        };
        self.moves(event).iter().filter_map(|step| step.to.as_ref()).any(leaves)
    }

    /// May an event of this type lead its stream from one state to the other? One that stands in no
    /// lifecycle changes no state.
    fn lets(&self, event: &Event, from: &str, to: &str) -> bool {
        if let Some(act) = counts_as(event) {
            let leads_there = |step: &Move| step.to.as_deref().unwrap_or(from) == to;
            let by_none = !crate::rules::riwayat::is_of_office(&act.kind);
            return self.lets(&act, from, to)
                || by_none && self.moves(&act).iter().any(leads_there);
        }
        let moves = self.moves(event);
        // An acting holder who goes leaves the office as it was.
        let acting_goes = event.kind == "role.ended" && from == to;
        follows_another(event)
            || moves.iter().any(|step| step.leads(from, to))
            || (moves.is_empty() || acting_goes) && from == to
    }

    /// May it lead another stream there?
    fn lets_effect(&self, event: &Event, key: &str, from: &str, to: &str) -> bool {
        let act = counts_as(event);
        let by_none = act.is_some();
        let event = act.as_ref().unwrap_or(event);
        let of = |(stream, step): &(String, Move)| {
            let leads_there = by_none && step.to.as_deref() == Some(to);
            *stream == stream_of(key) && (step.leads(from, to) || leads_there)
        };
        from == to
            || follows_another(event)
            || event.kind == "decision.revoked"
            || self.effects.get(&event.kind).is_some_and(|effects| effects.iter().any(of))
    }
}

/// Does it lead where an earlier event says: back to before it, or on where it waited for a signature?
fn follows_another(event: &Event) -> bool {
    matches!(event.kind.as_str(), "event.voided" | "decision.annulled" | "act.countersigned")
}

/// The act from before the ledger that an event brings in. It leads where that act leads: of an office by its steps, else
/// from wherever the stream is.
fn counts_as(event: &Event) -> Option<Event> {
    let act = event.data.get("act").filter(|_| event.kind == "record.imported")?;
    Some(Event { kind: act.as_str()?.to_owned(), ..event.clone() })
}

/// One step of a walk.
#[derive(Debug, Clone)]
enum Pace {
    /// Some act that leads on from where its stream stands: the stream, then the act.
    Onward(Index, Index),
    /// Anything by anybody.
    Anywhere(Attempt),
}

fn paces(length: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Pace>> {
    let pace = prop_oneof![
        2 => any::<(Index, Index)>().prop_map(|(stream, act)| Pace::Onward(stream, act)),
        1 => attempts().prop_map(Pace::Anywhere),
    ];
    prop::collection::vec(pace, length)
}

/// Examples with the value that takes the other way.
fn variants() -> Vec<Value> {
    [
        ("plan.reviewed", "/data/result", json!("revise")),
        ("sop.reviewed", "/data/result", json!("revise")),
        ("app.tested", "/data/verdict", json!("failed")),
        ("incident.reported", "/data/datasets", json!([])),
        ("subdomain.requested", "/source", json!("agency/dishub")),
    ]
    .map(|(name, at, value)| changed(name, &[(at, value)]))
    .into_iter()
    .chain(["plan.adopted", "policy.adopted", "body.established.council"].map(revoked))
    .chain(["app.coordination_requested", "development_permit.issued", "app.tested"].map(of_all))
    .collect()
}

/// About the application for all, which the communications agency has.
fn of_all(kind: &str) -> Value {
    let mut event = changed(kind, &[("/subject", json!("system/persuratan"))]);
    match kind {
        "app.coordination_requested" => event["source"] = json!("agency/kominfo"),
        "development_permit.issued" => event["data"]["agency"] = json!("kominfo"),
        _ => {}
    }
    event
}

fn revoked(decision: &str) -> Value {
    let adopted = example(decision);
    let id = adopted["id"].as_str().unwrap();
    let mut revoked = example("decision.revoked");
    for name in ["source", "office", "subject"] {
        revoked[name] = adopted[name].clone();
    }
    let agency = adopted["source"].as_str().unwrap().trim_start_matches("agency/");
    revoked["data"]["event"] =
        json!({ "agency": agency, "id": id, "key": event_key(id).to_string() });
    revoked
}

/// A history, its decisions, and what it went through.
struct Walk<'a> {
    law: &'a Law,
    world: World,
    pool: Vec<(Attempt, Event)>,
    tried: Vec<(Attempt, Option<Refusal>)>,
    seen: BTreeSet<(String, String)>,
}

impl<'a> Walk<'a> {
    fn from(beginning: &str, law: &'a Law) -> Self {
        let examples = EXAMPLES.iter().map(|(name, _)| example(name));
        let parsed = |event: Value| {
            let read = Event::parse(event.to_string().as_bytes()).unwrap();
            (Attempt::of(&event), read)
        };
        let pool = examples.chain(variants()).map(parsed).collect();
        let world = begun(beginning);
        let seen = world.facts.iter().map(|(key, thing)| (stream_of(key), thing.state.clone()));
        let seen = seen.collect();
        Self { law, world, pool, tried: Vec::new(), seen }
    }

    fn step(&mut self, pace: &Pace, origin: &str) {
        let mut attempt = match pace {
            Pace::Anywhere(attempt) => attempt.clone(),
            Pace::Onward(stream, act) => {
                let leads_on = |(_, event): &&(Attempt, Event)| {
                    let state = state_in(&self.world.facts, &event.subject);
                    self.law.moves(event).iter().any(|step| step.leaves(&state))
                };
                let mut open: Vec<_> = self.pool.iter().filter(leads_on).collect();
                let subjects: BTreeSet<_> = open.iter().map(|(_, event)| &event.subject).collect();
                let subjects: Vec<_> = subjects.into_iter().cloned().collect();
                if subjects.is_empty() {
                    return;
                }
                let subject = stream.get(&subjects);
                open.retain(|(_, event)| event.subject == *subject);
                // An end is for when nothing else leads on.
                let goes_on = |(_, event): &&&(Attempt, Event)| self.law.goes_on(event);
                let on: Vec<_> = open.iter().filter(goes_on).copied().collect();
                let open = if on.is_empty() { open } else { on };
                self.by_the_holder(act.get(&open).0.clone())
            }
        };
        attempt.event["ledger"] = json!(origin);
        attempt.event = self.world.aimed(&attempt.event);
        if let Ok(event) = Event::parse(attempt.event.to_string().as_bytes()) {
            let refusal = self.post(&attempt, &event);
            self.tried.push((attempt, refusal));
        }
    }

    /// Signed by whoever holds the office that the event names.
    fn by_the_holder(&self, mut attempt: Attempt) -> Attempt {
        let office = attempt.event["office"].as_str();
        let holder = office.map(|office| self.world.facts.get(office));
        if let Some(Field::Text(holder)) =
            holder.flatten().and_then(|role| role.fields.get("person"))
        {
            let known = PEOPLE.iter().find(|(person, _)| person == holder);
            attempt.signer = known.map_or(attempt.signer, |(person, _)| person);
        }
        attempt
    }

    fn post(&mut self, attempt: &Attempt, event: &Event) -> Option<Refusal> {
        let admitted = match self.world.admit_from(attempt.signer, event, &enrolled_by(event)) {
            Ok(admitted) => admitted,
            Err(refusal) => return Some(refusal),
        };
        for (key, thing) in &admitted.changes {
            let (from, to) = (state_in(&self.world.facts, key), &thing.state);
            let allowed = if *key == event.subject {
                self.law.lets(event, &from, to) || from == *to && self.world.waits(&admitted)
            } else {
                // What no lifecycle is about (indexes, certificates) has no steps to leave.
                !self.law.states.contains_key(&stream_of(key))
                    || self.law.lets_effect(event, key, &from, to)
                    || event.kind == "ledger.opened"
            };
            assert!(allowed, "{} leads {key} from {from} to {to}", event.kind);
            if let Some(states) = self.law.states.get(&stream_of(key)) {
                assert!(states.contains(to), "{key} is {to}");
            }
            self.seen.insert((stream_of(key), to.clone()));
        }
        let signatory = self.world.signatory(attempt.signer, event);
        let World { past, position, rules, .. } = &mut self.world;
        past.remember(*position, rules, event, signatory, &admitted.changes);
        self.world.facts.extend(admitted.changes);
        self.world.position.0 += 1;
        None
    }
}

fn state_in(facts: &Facts, key: &str) -> String {
    facts.get(key).map_or(Thing::NONE, |thing| &thing.state).to_owned()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_walk_takes_a_step_that_the_lifecycles_do_not_have(
        beginning in beginnings(),
        paces in paces(1..100),
    ) {
        let law = Law::read();
        let mut walk = Walk::from(beginning, &law);
        for pace in &paces {
            walk.step(pace, origin_of(beginning));
        }
    }

    #[test]
    fn the_same_events_are_decided_the_same_again(beginning in beginnings(), paces in paces(1..100)) {
        let law = Law::read();
        let mut walk = Walk::from(beginning, &law);
        for pace in &paces {
            walk.step(pace, origin_of(beginning));
        }
        let mut again = Walk::from(beginning, &law);
        for (attempt, refusal) in &walk.tried {
            let event = Event::parse(attempt.event.to_string().as_bytes()).unwrap();
            prop_assert_eq!(&again.post(attempt, &event), refusal);
        }
        prop_assert_eq!(walk.world.facts, again.world.facts);
    }
}

#[test]
fn every_state_of_the_lifecycles_is_reached() {
    let law = Law::read();
    let of_stream = |(stream, states): (&String, &BTreeSet<String>)| {
        let pair = |state: &String| (stream.clone(), state.clone());
        states.iter().filter(|state| *state != Thing::NONE).map(pair).collect::<Vec<_>>()
    };
    let mut never: BTreeSet<_> = law.states.iter().flat_map(of_stream).collect();
    let mut runner = TestRunner::deterministic();
    for beginning in BEGINNINGS.iter().cycle().take(24 * BEGINNINGS.len()) {
        let mut walk = Walk::from(beginning, &law);
        for pace in paces(400..401).new_tree(&mut runner).unwrap().current() {
            walk.step(&pace, origin_of(beginning));
        }
        never.retain(|state| !walk.seen.contains(state));
        if never.is_empty() {
            return;
        }
    }
    panic!("never reached: {never:?}");
}
