//! What the rules would accept next, held against what they accept: what is open is never refused for a
//! reason that was not named, what is closed is never accepted, and every row of the rule sets has a
//! history in which it is open and accepted.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::evaluation::{ASSESSOR, BUPATI, CLERK, OPERATOR, SUPERVISOR, reached, region};
use super::rows::{HEAD_OF_DINKES, TESTER, cases, given_event, put_into, signer_of};
use super::*;
use crate::event::SignedAs;

/// Persons and their agencies: officials, a founder, a recorder, and one whom nobody knows.
pub(super) const PEOPLE: [(&str, &str); 13] = [
    (AUTHORITY, "setda"),
    (BUPATI, "setda"),
    (REGISTRAR, "kominfo"),
    (CLERK, "kominfo"),
    (SUPERVISOR, "kominfo"),
    (OPERATOR, "kominfo"),
    ("p-e2f87a6c3b10", "dinkes"),
    ("p-00000000d15b", "dishub"),
    (ASSESSOR, "menpanrb"),
    (MINISTER, "menpanrb"),
    (HEAD_OF_DINKES, "dinkes"),
    (TESTER, "kominfo"),
    ("p-stranger01", "nowhere"),
];

const OFFICES: [&str; 8] = [
    "role/bupati",
    "role/sekda",
    "role/kadis-kominfo",
    "role/asesor-eksternal",
    "role/menpanrb",
    "role/pencatat",
    "role/kepala-dinkes",
    "role/tim-penguji",
];

/// The id of the event that an attempt speaks of before it is aimed at one that stands.
const ANOTHER: &str = "another";

const ORIGIN: &str = "jejak.bengkayangkab.go.id/61.07";

/// Streams of every kind, some of which no history begins.
const STREAMS: [&str; 28] = [
    "agency/dinkes",
    "agency/dishub",
    "agency/pmi",
    "system/simpus",
    "system/e-office",
    "subdomain/simpus.bengkayangkab.go.id",
    "subdomain/dinkes.bengkayangkab.go.id",
    "subdomain/dinkes.example.com",
    "incident/i-1",
    "incident/2026-0007",
    "eval/2026",
    "eval/2025",
    "eval/2023/kab-bengkayang",
    "indicator/2026/i22",
    "indicator/2026/i1",
    "indicator/2026/i99",
    "indicator/2025/i1",
    "role/kadis-kominfo",
    "role/bupati",
    "role/cio",
    "signer/p-e2f87a6c3b10",
    "signer/p-c3d95e07f416",
    "signer/p-4d1b9f7a2c63",
    "ledger/61.07",
    "ledger/id",
    "crl/6f0c2e5b9a7d41f38e1c05a2b4d6f790",
    "ocsp/0a1b2c3d4e5f60718293a4b5c6d7e8f9",
    "other/x",
];

/// An act that may be posted: an example, moved to a stream, signed by somebody, changed a little.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub(super) event: Value,
    pub(super) signer: &'static str,
}

impl Attempt {
    /// The event as it is, signed by whoever holds its office or usually signs for its agency.
    pub(super) fn of(event: &Value) -> Self {
        let agency = event["source"].as_str().unwrap().trim_start_matches("agency/");
        let signer = signer_of(event).unwrap_or_else(|| usual_signer(agency));
        Self { event: event.clone(), signer }
    }

    /// The example on `subject`, with the members of `data` that repeat the subject in step with it.
    fn on(example_name: &str, subject: &str, person: (&'static str, &str)) -> Self {
        let mut event = example(example_name);
        let (signer, agency) = person;
        event["source"] = json!(format!("agency/{agency}"));
        if event["subject"] != subject {
            event["subject"] = json!(subject);
            let segment = |place: usize| subject.split('/').nth(place).unwrap_or_default();
            let year = segment(1).parse::<u16>();
            match event["type"].as_str().unwrap() {
                "agency.registered" => event["data"]["agency"] = json!(segment(1)),
                "signer.enrolled" => event["data"]["person"] = json!(segment(1)),
                "evaluation.opened" | "index.published" => {
                    event["data"]["year"] = json!(year.unwrap_or(2026));
                }
                _ => {}
            }
        }
        for name in ["expectedversion", "signedas", "decision"] {
            event.as_object_mut().unwrap().remove(name);
        }
        Self { event, signer }
    }

    fn in_office(mut self, office: Option<&str>) -> Self {
        let event = self.event.as_object_mut().unwrap();
        match office {
            Some(office) => drop(event.insert("office".to_owned(), json!(office))),
            None => drop(event.remove("office")),
        }
        self
    }

    /// As a recorder records it for `by` in his office.
    fn recorded(mut self, by: &str, office: &str) -> Self {
        let paper = example("subdomain.requested")["data"]["letter"].clone();
        self.event["signedas"] = json!("pencatat");
        self.event["office"] = json!("role/pencatat");
        self.event["decision"] =
            json!({ "by": by, "office": office, "date": "2026-11-19", "document": paper });
        self
    }

    fn with(mut self, name: &str, value: Value) -> Self {
        let data = self.event["data"].as_object_mut().unwrap();
        match value {
            Value::Null => drop(data.remove(name)),
            value => drop(data.insert(name.to_owned(), value)),
        }
        self
    }
}

/// Values that matter to some rule.
fn tweaks() -> Vec<(&'static str, Value)> {
    vec![
        ("holder", json!("dinkes")),
        ("holder", json!("kominfo")),
        ("holder", json!("pmi")),
        ("basis", json!("agency")),
        ("basis", json!("application")),
        ("system", Value::Null),
        ("system", json!("simpus")),
        ("system", json!("none")),
        ("reason", json!("naming")),
        ("reason", json!("incomplete")),
        ("agency", json!("dinkes")),
        ("agency", json!("dishub")),
        ("kind", json!("stakeholder")),
        ("mandate", json!("plt")),
        ("person", json!(SUPERVISOR)),
        ("person", json!(AUTHORITY)),
        ("from", json!("2026-12-01")),
        ("until", json!("2026-11-25")),
        ("date", json!("2026-11-30")),
        ("head", json!(true)),
        ("datasets", json!([])),
        ("walidata", json!("dishub")),
        ("level", json!(5)),
        ("year", json!(2025)),
        ("index", json!("4.99")),
        ("supervisor", json!(AUTHORITY)),
        ("supervisor_office", json!("role/sekda")),
        ("certificate", json!(enrolment("p-e2f87a6c3b10").certificate.to_string())),
    ]
}

pub(super) fn attempts() -> impl Strategy<Value = Attempt> {
    let names: Vec<&str> = EXAMPLES.iter().map(|(name, _)| *name).collect();
    let who = (select(PEOPLE.to_vec()), prop::option::weighted(0.5, select(OFFICES.to_vec())));
    let changes = prop::collection::vec(select(tweaks()), 0..3);
    let recorder = prop::option::weighted(0.1, (any::<Index>(), select(OFFICES.to_vec())));
    (select(names), prop::option::of(select(STREAMS.to_vec())), who, changes, recorder).prop_map(
        |(name, stream, (person, office), changes, recorder)| {
            let own = example(name);
            let pattern = own["subject"].as_str().unwrap();
            let of_any = ["event.", "decision.", "act."].iter().any(|of| name.starts_with(of));
            let same =
                |stream: &&str| of_any || stream.split('/').next() == pattern.split('/').next();
            let subject = stream.filter(same).unwrap_or(pattern).to_owned();
            let mut attempt = Attempt::on(name, &subject, person);
            if let Some(office) = office {
                attempt = attempt.in_office(Some(office));
            }
            if of_any {
                // The example's own event is never there: that of the stream is meant.
                attempt.event["data"]["event"]["id"] = json!(ANOTHER);
            }
            for (field, value) in changes {
                if attempt.event["data"].get(field).is_some() || !value.is_null() {
                    attempt = attempt.with(field, value);
                }
            }
            match recorder {
                Some((by, office)) => attempt.recorded(by.get(&PEOPLE).0, office),
                None => attempt,
            }
        },
    )
}

impl World {
    /// What the rules say would be accepted next on a stream.
    pub(super) fn next(&self, subject: &str, origin: &str, asker: &Asker) -> NextActs<'_> {
        let question = Question { subject, origin, asker };
        let known = |keys: Vec<String>| -> Facts {
            let known = |key: String| self.facts.get(&key).cloned().map(|thing| (key, thing));
            keys.into_iter().filter_map(known).collect()
        };
        let first = known(next_reads(&self.rules, question, &Facts::new()));
        let second = known(next_reads(&self.rules, question, &first));
        let facts = known(next_reads(&self.rules, question, &second));
        assert_eq!(known(next_reads(&self.rules, question, &facts)), facts, "three rounds do");
        let situation = Situation {
            facts: &facts,
            hidden: &BTreeSet::new(),
            position: self.position,
            recorded_at: Micros(self.now + self.position.0),
        };
        next(&self.rules, question, situation)
    }

    /// Posts the attempt; accepted or refused, it must be what was said before. True if it was accepted.
    #[track_caller]
    fn attempt(&mut self, attempt: &Attempt) -> bool {
        let event = self.aimed(&attempt.event);
        let Ok(event) = Event::parse(event.to_string().as_bytes()) else { return false };
        let decided = self.admit_from(attempt.signer, &event, &enrolled_by(&event));
        self.coherent(&event, attempt.signer, &decided);
        let accepted = decided.is_ok();
        if let Ok(admitted) = decided {
            let signatory = self.signatory(attempt.signer, &event);
            let changes = &admitted.changes;
            self.past.remember(self.position, &self.rules, &event, signatory, changes);
            self.facts.extend(admitted.changes);
            self.position.0 += 1;
        }
        accepted
    }

    /// What speaks of an event that is not there speaks of the newest of its stream.
    pub(super) fn aimed(&self, event: &Value) -> Value {
        let mut aimed = event.clone();
        let named = &event["data"]["event"];
        let mut own =
            self.past.events.iter().rev().filter(|own| own.event.subject == event["subject"]);
        if named["id"] == ANOTHER
            && let Some(newest) = own.find(|own| own.event.id != event["id"])
        {
            let (agency, id) = (newest.event.agency(), &newest.event.id);
            aimed["data"]["event"] =
                json!({ "agency": agency, "id": id, "key": event_key(id).to_string() });
        }
        aimed
    }

    /// Does the event that is accepted now wait for a further signature?
    pub(super) fn waits(&self, admitted: &Admitted) -> bool {
        let at = Field::Integer(self.position.0.try_into().unwrap());
        let waiting = admitted.changes[0].1.fields.get("pending").and_then(Field::as_list);
        waiting.unwrap_or_default().iter().any(|entry| entry.member("position") == Some(&at))
    }

    #[track_caller]
    fn coherent(&self, event: &Event, signer: &str, decided: &Result<Admitted, Refusal>) {
        let Ok(row) = self.rules.select(event) else { return };
        let in_person = event.signed_as == SignedAs::Official;
        let asker = Asker {
            person: Some(signer.to_owned()),
            agency: Some(event.agency().to_owned()),
            office: event.office.clone().filter(|_| in_person),
        };
        let acts = self.next(&event.subject, &event.ledger, &asker);
        let open = acts.open.iter().find(|open| std::ptr::eq(open.act, row));
        let told = || format!("{event:?}\n{decided:?}\n{open:#?}");
        match (decided, open) {
            (Ok(admitted), Some(open)) => {
                let to = &admitted.changes[0].1.state;
                let listed = open.steps.is_empty() || open.steps.iter().any(|step| step.to == to);
                // One that waits for a further signature takes its step with that.
                let listed = listed || self.waits(admitted);
                // An acting holder who goes leaves the office as it was.
                assert!(listed || event.kind.starts_with("role."), "{}", told());
                assert!(in_person || open.is_recordable, "{}", told());
                if in_person {
                    assert!(!matches!(open.may, Some(Outlook::Fails(_))), "{}", told());
                }
            }
            (Ok(_), None) => panic!("accepted, but not listed: {}", told()),
            (Err(refusal), Some(open)) => named(event, refusal, open, in_person, &told),
            // Closed to everybody, or not the row that is meant: refused it is.
            (Err(_), None) => {}
        }
    }
}

/// An act that is listed is refused for no reason that the list calls settled.
#[track_caller]
fn named(
    event: &Event,
    refusal: &Refusal,
    open: &OpenAct<'_>,
    in_person: bool,
    told: &dyn Fn() -> String,
) {
    let depends = |outlook: &Outlook| matches!(outlook, Outlook::Depends(on) if !on.is_empty());
    match refusal.code {
        Code::TransitionForbidden => {
            assert!(open.steps.iter().all(|step| depends(&step.outlook)), "{}", told());
        }
        Code::RuleRefused => {
            let mut demands = open.conditions.iter().filter(|demand| !demand.warn);
            let named = |demand: &Demand<'_>| {
                Some(demand.rule) == refusal.rule.as_deref() && demand.outlook != Outlook::Holds
            };
            assert!(demands.any(named), "{}", told());
        }
        // The form of the content, and who signs, are not of the list.
        Code::ContentInvalid | Code::RoleMissing | Code::TypeUnknown => {}
    }
    // He who may holds the office that the event has to name.
    let unnamed = event.office.is_none() && open.who.iter().any(|who| !who.offices.is_empty());
    if in_person && !(refusal.code == Code::RoleMissing && unnamed) {
        let settled = open.may == Some(Outlook::Holds);
        assert!(!settled || refusal.code == Code::ContentInvalid, "{}", told());
    }
}

/// The certificate that an event enrols.
pub(super) fn enrolled_by(event: &Event) -> Vec<Enrolment> {
    match event.kind.as_str() {
        "signer.enrolled" => vec![enrolment(event.subject.split('/').nth(1).unwrap())],
        _ => Vec::new(),
    }
}

/// Where histories begin: `begun` makes them.
pub(super) const BEGINNINGS: [&str; 15] = [
    "bare",
    "built",
    "rows",
    "region",
    "asked",
    "suspended",
    "merged",
    "reported",
    "notified",
    "scoring",
    "validated",
    "submitted",
    "interviewed",
    "final",
    "national",
];

pub(super) fn beginnings() -> impl Strategy<Value = &'static str> {
    select(BEGINNINGS.to_vec())
}

pub(super) fn begun(name: &str) -> World {
    match name {
        "bare" => World::bengkayang(),
        "region" => region(),
        "built" => rows::world_of(&rows::BUILT),
        // As much of the regulation as can stand beside each other.
        "rows" => {
            let mut world = rows::region();
            for case in cases().accepted {
                let attempt = Attempt::of(&example(&case.event));
                let event = Event::parse(attempt.event.to_string().as_bytes()).unwrap();
                let decided = world.admit_from(attempt.signer, &event, &[]);
                let changes = decided.map(|admitted| admitted.changes).unwrap_or_default();
                world.facts.extend(changes);
                world.position.0 += 1;
            }
            world
        }
        "asked" => {
            let mut world = region();
            world.given_all(&["pse.coordination_requested", "system.registered"]);
            world.planned().given_all(&["app.coordination_requested", "subdomain.requested"]);
            let person = "p-e2f87a6c3b10";
            world.enrolments = vec![enrolment(person)];
            world.given(&example("signer.enrolled"));
            world.enrolments.clear();
            world
        }
        "suspended" => {
            let mut world = begun("asked");
            world.given(&example("signer.suspended"));
            world
        }
        // What Dinas Kesehatan holds has passed to Dinas Perhubungan.
        "merged" => {
            let mut world = begun("asked");
            world.given(&changed(
                "agency.merged",
                &[
                    ("/subject", json!("agency/dinkes")),
                    ("/data/successors/0", json!({ "agency": "dishub" })),
                ],
            ));
            world
        }
        "reported" => {
            let mut world = region();
            world.given_all(&["system.registered", "incident.data_secured", "incident.reported"]);
            world
        }
        "notified" => {
            let mut world = begun("reported");
            world.given(&example("incident.walidata_notified"));
            let own = [
                ("/data/walidata", json!("dinkes")),
                ("/data/datasets", json!(["kunjungan-pasien"])),
            ];
            world.given(&changed("incident.walidata_notified", &own));
            world
        }
        "national" => national::nation(),
        state => reached(state),
    }
}

/// The origin of the ledger of a beginning.
pub(super) fn origin_of(beginning: &str) -> &'static str {
    if beginning == "national" { national::ORIGIN } else { ORIGIN }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Neither too narrow nor too wide, in random histories of well-formed events by all kinds of people.
    #[test]
    fn what_is_said_to_be_next_is_what_is_decided(
        beginning in beginnings(),
        attempts in prop::collection::vec(attempts(), 1..60),
    ) {
        let mut world = begun(beginning);
        for mut attempt in attempts {
            attempt.event["ledger"] = json!(origin_of(beginning));
            world.attempt(&attempt);
        }
    }
}

/// The table of cases beside the rule set: each accepted event was listed before, each refused one was
/// closed, or its reason named.
#[test]
fn every_case_of_the_regulation_is_what_was_said_before() {
    let told = |given: &[Given]| {
        let mut world = rows::region();
        for given in given {
            assert!(world.attempt(&Attempt::of(&given_event(given))), "{}", given.event());
        }
        world
    };
    for case in cases().accepted {
        let accepted = told(&case.given).attempt(&Attempt::of(&example(&case.event)));
        assert!(accepted, "{}", case.event);
    }
    for case in cases().refused {
        let event = put_into(&case.event, &case.put);
        assert!(!told(&case.given).attempt(&Attempt::of(&event)), "{}", case.event);
    }
}

/// For each act that is listed as open on some stream a witness is sought; one that waits for nothing must
/// have one wherever somebody is entitled to it.
#[test]
fn every_row_is_listed_where_a_witness_is_accepted() {
    let row = |act: &Act| format!("{} on {}", act.kind, act.subject.as_str());
    let (mut witnessed, mut all) = (BTreeSet::new(), BTreeSet::new());
    let rules = RuleSet::parse(BENGKAYANG_19_2020).unwrap();
    for case in cases().accepted {
        let event = Event::parse(example(&case.event).to_string().as_bytes()).unwrap();
        witnessed.insert(row(rules.select(&event).unwrap()));
    }
    for beginning in BEGINNINGS {
        let world = begun(beginning);
        all.extend(world.rules.acts().map(row));
        let origin = origin_of(beginning);
        for subject in STREAMS {
            for open in world.next(subject, origin, &Asker::default()).open {
                let (accepted, refusals) = witnesses(&world, open.act, subject, origin);
                if accepted > 0 {
                    witnessed.insert(row(open.act));
                } else if open.outlook == Outlook::Holds {
                    let nobody = refusals.iter().all(|refusal| refusal.code == Code::RoleMissing);
                    assert!(nobody, "{beginning}: {} on {subject}: {refusals:#?}", row(open.act));
                }
            }
        }
    }
    let never: Vec<_> = all.difference(&witnessed).collect();
    // No example enrols a system, no beginning has a third registrar, and none another log key than the first.
    let services = [
        "ledger.service_appointed",
        "ledger.service_removed",
        "ledger.registrar_removed",
        "ledger.key_retired",
    ];
    let never: Vec<_> = never
        .into_iter()
        .filter(|row| !services.iter().any(|kind| row.starts_with(kind)))
        .collect();
    assert_eq!(never, ["ledger.opened on ledger/{region}"]);
}

/// How many attempts at an act are accepted, each from the same state, and why the others are not.
fn witnesses(world: &World, act: &Act, subject: &str, origin: &str) -> (usize, Vec<Refusal>) {
    let of_kind = |name: &&str| {
        *name == act.kind || name.strip_prefix(&act.kind).is_some_and(|rest| rest.starts_with('.'))
    };
    let (mut accepted, mut refusals) = (0, Vec::new());
    for name in EXAMPLES.iter().map(|(name, _)| *name).filter(of_kind) {
        for (person, office) in signatories() {
            let mut attempt = Attempt::on(name, subject, person).in_office(office);
            attempt.event["ledger"] = json!(origin);
            let Ok(event) = Event::parse(attempt.event.to_string().as_bytes()) else { continue };
            if !world.rules.select(&event).is_ok_and(|row| std::ptr::eq(row, act)) {
                continue;
            }
            match world.admit_from(person.0, &event, &enrolled_by(&event)) {
                Ok(_) => accepted += 1,
                Err(refusal) => refusals.push(refusal),
            }
        }
    }
    (accepted, refusals)
}

/// Everybody for himself, and the holders in their offices.
fn signatories() -> impl Iterator<Item = ((&'static str, &'static str), Option<&'static str>)> {
    let held = [
        ((BUPATI, "setda"), "role/bupati"),
        ((AUTHORITY, "setda"), "role/sekda"),
        ((SUPERVISOR, "kominfo"), "role/kadis-kominfo"),
        ((ASSESSOR, "menpanrb"), "role/asesor-eksternal"),
        ((MINISTER, "menpanrb"), "role/menpanrb"),
        ((HEAD_OF_DINKES, "dinkes"), "role/kepala-dinkes"),
        ((TESTER, "kominfo"), "role/tim-penguji"),
    ];
    let himself = PEOPLE.into_iter().map(|person| (person, None));
    himself.chain(held.into_iter().map(|(person, office)| (person, Some(office))))
}
