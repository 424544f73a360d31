//! What people may try, drawn at random: acts of every type, on streams of every kind, by all kinds of people, in histories
//! that have begun in several ways.

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::evaluation::{ASSESSOR, BUPATI, CLERK, OPERATOR, SUPERVISOR, reached, region};
use super::rows::{HEAD_OF_DINKES, TESTER, cases, hit_datasets, signer_of};
use super::*;

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
pub(super) const STREAMS: [&str; 28] = [
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
    pub(super) fn on(example_name: &str, subject: &str, person: (&'static str, &str)) -> Self {
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

    pub(super) fn in_office(mut self, office: Option<&str>) -> Self {
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
}

/// The certificate that an event enrols.
pub(super) fn enrolled_by(event: &Event) -> Vec<Enrolment> {
    match event.kind.as_str() {
        "signer.enrolled" => vec![enrolment(event.subject.split('/').nth(1).unwrap())],
        _ => Vec::new(),
    }
}

/// Where histories begin: `begun` makes them.
pub(super) const BEGINNINGS: [&str; 16] = [
    "bare",
    "built",
    "further",
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
        "further" => further::built_beside(),
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
            for dataset in hit_datasets() {
                world.given(&dataset);
            }
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
