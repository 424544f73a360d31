//! Makes a corpus: the table of cases of Bengkayang, played in real ledgers with real signatures. As many
//! ledgers as it takes until every accepted case was accepted in one of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jejak_ledger::custody::LogKey;
use jejak_ledger::event::Event;
use jejak_ledger::log::NoteSigner;
use jejak_ledger::rules::{AcceptedCase, BENGKAYANG_CASES, Cases, Given, RefusedCase, RuleSet};
use jejak_ledger::{Ledger, LedgerInit, Ledgers, Settings};
use jejak_signer::{Algorithm, Hash, SigningKey};
use serde_json::{Value, json};

use super::frozen::{Frozen, Head, Line};
use super::{ended, told};
use crate::harness::{Authority, BENGKAYANG, ORIGIN, Person, REGION, TestClock, file, submit};

/// 2026-11-20T03:00:00Z, an hour after the examples say that they happened.
const NOW_S: u64 = 1_795_143_600;
/// More ledgers than the cases take.
const LEDGERS_MAX: usize = 12;
/// As in the examples: first authority and registrar.
const AUTHORITY: &str = "p-5b0c7e21d94a";
const REGISTRAR: &str = "p-c3d95e07f416";

/// Offices with their holders in the examples.
const OFFICES: [(&str, &str, &str); 7] = [
    ("role/sekda", AUTHORITY, "setda"),
    ("role/bupati", "p-0d94be6a17f2", "setda"),
    ("role/kadis-kominfo", "p-4d1b9f7a2c63", "kominfo"),
    ("role/kepala-dinkes", "p-7e1d5a90c3f2", "dinkes"),
    ("role/tim-penguji", "p-2b6c8d0e4f13", "kominfo"),
    ("role/asesor-eksternal", "p-3e8a50c7d1f9", "menpanrb"),
    ("role/menpanrb", "p-b71e4d20a96f", "menpanrb"),
];

/// The example with the values that break a condition.
fn broken(case: &RefusedCase) -> Value {
    changed(&case.event, case.put.iter().map(|(at, value)| (at.as_str(), value)))
}

/// The example with values in place of its own; `null` takes one out.
fn changed<'a>(name: &str, put: impl Iterator<Item = (&'a str, &'a Value)>) -> Value {
    let mut event = example(name);
    for (at, value) in put {
        let (parent, name) = at.rsplit_once('/').unwrap();
        match event.pointer_mut(parent).unwrap() {
            Value::Object(object) if value.is_null() => drop(object.remove(name)),
            Value::Object(object) => drop(object.insert(name.to_owned(), value.clone())),
            Value::Array(list) => list[name.parse::<usize>().unwrap()] = value.clone(),
            other => panic!("{at} in {other}"),
        }
    }
    event
}

fn example(name: &str) -> Value {
    let path = file("../ledger/rulesets/examples").join(format!("{name}.json"));
    fs::read_to_string(path).unwrap().parse().unwrap()
}

/// The ledgers of a new corpus.
pub(super) fn all() -> Vec<Frozen> {
    let cases = Cases::parse(BENGKAYANG_CASES).unwrap();
    let log_key = SigningKey::generate(Algorithm::Ed25519).unwrap();
    let mut left = cases.accepted;
    let mut refused: Vec<&RefusedCase> = cases.refused.iter().collect();
    let mut made = Vec::new();
    while !left.is_empty() {
        let mut play = Play::open(&log_key.to_pkcs8_pem().unwrap());
        let before = left.len();
        left.retain(|case| !play.case(case, &mut refused));
        let names: Vec<_> = left.iter().map(|case| case.event.as_str()).collect();
        assert!(left.len() < before && made.len() < LEDGERS_MAX, "not accepted: {names:?}");
        made.push(play.frozen(made.len() + 1));
    }
    made
}

/// Writes a corpus; what lies there is not touched.
pub(super) fn write(corpus: &Path, ledgers: &[Frozen]) {
    fs::create_dir_all(corpus).unwrap();
    let put = |name: &str, bytes: &[u8]| {
        let path = corpus.join(name);
        assert!(!path.exists(), "{} is frozen", path.display());
        fs::write(path, bytes).unwrap();
    };
    put("ruleset.toml", &ledgers[0].ruleset);
    put("log-key.pem", ledgers[0].log_key.as_bytes());
    for (index, ledger) in ledgers.iter().enumerate() {
        let mut log = serde_json::to_string(&ledger.head).unwrap();
        for line in &ledger.lines {
            write!(log, "\n{}", serde_json::to_string(line).unwrap()).unwrap();
        }
        put(&format!("{}.ndjson", index + 1), log.as_bytes());
        let end = serde_json::to_string_pretty(&ledger.ended).unwrap();
        put(&format!("{}.end.json", index + 1), end.as_bytes());
    }
}

/// A ledger in which cases are played.
struct Play {
    _dir: tempfile::TempDir,
    _ledgers: Ledgers,
    ledger: Arc<Ledger>,
    clock: Arc<TestClock>,
    authority: Authority,
    rules: RuleSet,
    log_key: String,
    head: Head,
    people: BTreeMap<String, Person>,
    /// Agencies that stand there, and examples that were accepted.
    agencies: BTreeSet<String>,
    standing: BTreeSet<String>,
    /// The keys of events, by id.
    keys: BTreeMap<String, String>,
    lines: Vec<Line>,
}

impl Play {
    /// Opened, with the agencies and officials whom the rows name.
    fn open(log_key: &str) -> Self {
        let clock = Arc::new(TestClock::at(NOW_S * 1_000_000));
        let authority = Authority::at(NOW_S);
        let mut opened = example("ledger.opened");
        let mut people = BTreeMap::new();
        for list in ["authorities", "registrars"] {
            for founder in opened["data"][list].as_array_mut().unwrap() {
                let text = |name: &str| founder[name].as_str().unwrap().to_owned();
                let person = authority.person(&text("person"), &text("agency"));
                founder["chain"] = person.chain_json();
                people.insert(person.id.clone(), person);
            }
        }
        let key = SigningKey::from_pkcs8_pem(log_key).unwrap();
        let signer = NoteSigner::new(ORIGIN, key).unwrap();
        opened["data"]["keys"] = json!([signer.vkey().to_string()]);
        opened["data"]["anchors"] = json!([STANDARD.encode(authority.ca.anchor_der())]);
        opened["data"]["ruleset"] = json!(Hash::of(BENGKAYANG).to_string());
        opened["time"] = json!("2026-11-20T09:00:00+07:00");
        let opened = people[AUTHORITY].sign(&opened, NOW_S);

        let dir = tempfile::tempdir().unwrap();
        let settings = Settings { verify_threads: 1, ..Settings::default() };
        let ledgers = Ledgers::open_or_create(
            &dir.path().join("data"),
            settings,
            Arc::<TestClock>::clone(&clock),
        )
        .unwrap();
        let ledger = ledgers
            .init(LedgerInit {
                region: REGION.to_owned(),
                origin: ORIGIN.to_owned(),
                opened: opened.clone(),
                ruleset: BENGKAYANG.to_vec(),
                log_key: LogKey::new(SigningKey::from_pkcs8_pem(log_key).unwrap()),
            })
            .unwrap();
        let head = Head {
            region: REGION.to_owned(),
            origin: ORIGIN.to_owned(),
            at: NOW_S * 1_000_000,
            opened: String::from_utf8(opened).unwrap(),
        };
        let mut play = Self {
            _dir: dir,
            _ledgers: ledgers,
            ledger,
            clock,
            authority,
            rules: RuleSet::parse(BENGKAYANG).unwrap(),
            log_key: log_key.to_owned(),
            head,
            people,
            agencies: ["setda", "kominfo"].map(str::to_owned).into(),
            standing: BTreeSet::new(),
            keys: BTreeMap::new(),
            lines: Vec::new(),
        };
        play.settle();
        play
    }

    fn settle(&mut self) {
        for (agency, kind, function) in [
            ("dinkes", "opd", "kesehatan"),
            ("dishub", "opd", "perhubungan"),
            ("bkpsdm", "opd", "kepegawaian"),
            ("inspektorat", "opd", "pengawasan"),
            ("menpanrb", "central", "aparatur"),
        ] {
            let mut event = example("agency.registered");
            if agency != "dinkes" {
                event["id"] = json!(format!("agency-{agency}"));
                event["subject"] = json!(format!("agency/{agency}"));
                event["data"] = json!({
                    "agency": agency, "name": agency, "kind": kind, "functions": [function],
                });
            }
            self.must(&event);
            self.agencies.insert(agency.to_owned());
        }
        for (office, person, agency) in OFFICES {
            let mut event = example("role.appointed");
            event["id"] = json!(format!("appointed-{}", office.replace("role/", "")));
            event["source"] = json!("agency/kominfo");
            event["subject"] = json!(office);
            event["data"]["person"] = json!(person);
            event["data"]["agency"] = json!(agency);
            event["data"]["head"] = json!(office == "role/kepala-dinkes");
            self.must(&event);
            if !self.people.contains_key(person) {
                self.enrol(person, agency);
            }
        }
    }

    /// Plays a case: what is given, what is refused there, then the event itself. True if it was accepted.
    fn case(&mut self, case: &AcceptedCase, refused: &mut Vec<&RefusedCase>) -> bool {
        for given in &case.given {
            self.stand(given);
        }
        let mut strange = example(&case.event);
        strange["data"]["unheard_of"] = json!(true);
        self.is_refused(strange);
        refused.retain(|other| {
            let in_place = other.event == case.event && other.given == case.given;
            !(in_place && self.is_refused(broken(other)))
        });
        self.stand(&Given::Example(case.event.clone()))
    }

    /// Does the example stand, with the values that are put in it, or is it accepted now?
    fn stand(&mut self, given: &Given) -> bool {
        let event = changed(given.event(), given.put());
        let name = event.to_string();
        if self.standing.contains(&name) {
            return true;
        }
        let accepted = self.post(&event).get("position").is_some();
        if accepted {
            self.standing.insert(name);
        }
        accepted
    }

    fn is_refused(&mut self, mut event: Value) -> bool {
        event["id"] = json!(format!("refused-{}", self.lines.len()));
        self.post(&event).get("code").is_some()
    }

    fn must(&mut self, event: &Value) {
        let answer = self.post(event);
        assert!(answer.get("position").is_some(), "{event:#} {answer}");
    }

    /// Signed by whoever holds the office that the event names, else by somebody of the agency.
    fn post(&mut self, event: &Value) -> Value {
        let office = event["office"].as_str();
        let held = OFFICES.iter().find(|(name, ..)| Some(*name) == office.or(Some("")));
        let agency = event["source"].as_str().unwrap().trim_start_matches("agency/").to_owned();
        let person = match (held, agency.as_str()) {
            (Some((_, person, _)), _) => (*person).to_owned(),
            (None, "setda") => AUTHORITY.to_owned(),
            (None, "kominfo") => REGISTRAR.to_owned(),
            (None, "dinkes") => "p-e2f87a6c3b10".to_owned(),
            (None, other) => format!("p-official-{other}"),
        };
        if !self.people.contains_key(&person) {
            self.enrol(&person, &agency);
        }
        self.post_by(&person, event)
    }

    /// Makes a person; enrolled where the agency stands.
    fn enrol(&mut self, id: &str, agency: &str) {
        let person = self.authority.person(id, agency);
        let mut event = example("signer.enrolled");
        event["id"] = json!(format!("enrolled-{id}"));
        event["source"] = json!("agency/kominfo");
        event["subject"] = json!(format!("signer/{id}"));
        event["data"] = json!({
            "person": id,
            "agency": agency,
            "algorithm": person.algorithm(),
            "class": "langsung",
            "chain": person.chain_json(),
            "possession": person.possession(ORIGIN),
        });
        self.people.insert(id.to_owned(), person);
        if self.agencies.contains(agency) {
            let answer = self.post_by(REGISTRAR, &event);
            assert!(answer.get("position").is_some(), "{id}: {answer}");
        }
    }

    fn post_by(&mut self, person: &str, event: &Value) -> Value {
        self.clock.forward_s(1);
        let event = &self.speaking_of_what_is_here(event.clone());
        let statement = self.people[person].sign(event, self.clock.seconds());
        let answer = told(&submit(&self.ledger, vec![statement.clone()])[0]);
        let parsed = Event::parse(event.to_string().as_bytes()).ok();
        let row = parsed.and_then(|event| self.rules.row_of(&event).map(|act| act.row.clone()));
        let input = statement.rsplitn(2, |byte| *byte == b'.').last().unwrap();
        self.keys.insert(event["id"].to_string(), Hash::of(input).to_string());
        self.lines.push(Line {
            row,
            at: self.clock.seconds() * 1_000_000,
            statement: String::from_utf8(statement).unwrap(),
            answer: answer.clone(),
        });
        answer
    }

    /// An event that speaks of another one names it by its key: SHA-256 of what was signed here.
    fn speaking_of_what_is_here(&self, mut event: Value) -> Value {
        let other = event["data"].get_mut("event").filter(|other| other.get("key").is_some());
        if let Some(other) = other
            && let Some(key) = self.keys.get(&other["id"].to_string())
        {
            other["key"] = json!(key);
        }
        event
    }

    fn frozen(self, number: usize) -> Frozen {
        Frozen {
            name: number.to_string(),
            ruleset: BENGKAYANG.to_vec(),
            ended: ended(&self.ledger.view()),
            log_key: self.log_key,
            head: self.head,
            lines: self.lines,
        }
    }
}
