//! What a verdict costs, for statements signed with Ed25519, P-256 and RSA 2048: the pure function with the evidence at
//! hand, the evidence out of the store, both, and a file of evidence read whole.
//!
//! `make bench` runs it. Reading a file is mostly parsing its rule sets.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a measurement"
)]

use std::hint::black_box;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jejak_ledger::custody::LogKey;
use jejak_ledger::log::{
    Micros, NoteSigner, Policy, PolicyKey, PolicyLedger, Position, Witnessing,
};
use jejak_ledger::rules::BENGKAYANG_19_2020;
use jejak_ledger::verdict::{Conclusion, Evidence, VerdictPolicy, verdict};
use jejak_ledger::{Answer, Clock, Ledger, LedgerInit, Ledgers, Settings, View};
use jejak_signer::devca::{DevCa, Profile};
use jejak_signer::{
    Algorithm, AnchorRule, Hash, HolderKind, SigningKey, TrustPolicy, TrustPolicyParts, Typ,
    Window, sign_jws,
};
use serde_json::{Value, json};

/// 2026-11-20T03:00:00Z.
const NOW: u64 = 1_795_143_600;
const ORIGIN: &str = "jejak.example.go.id/61.07";
const ROUNDS: u32 = 300;

struct Still;

impl Clock for Still {
    fn now(&self) -> Micros {
        Micros(NOW * 1_000_000)
    }

    fn steady(&self) -> Duration {
        Duration::from_secs(NOW)
    }
}

fn main() {
    let dir = tempfile::tempdir().unwrap();
    let ledgers =
        Ledgers::open_or_create(dir.path(), Settings::default(), Arc::new(Still)).unwrap();
    let region = Region::new();
    let ledger = ledgers.init(region.opening()).unwrap();
    let policy = region.policy(&ledger);
    println!("microseconds in the median of {ROUNDS}");
    println!("{:8} {:>9} {:>9} {:>9} {:>9}", "signed", "verdict", "evidence", "both", "file");
    for algorithm in [Algorithm::Ed25519, Algorithm::Es256, Algorithm::Rs256] {
        let position = region.registers(&ledger, algorithm);
        let view = ledger.view();
        let evidence = view.evidence(position).unwrap().unwrap();
        let (file, _) = view.evidence_file(position).unwrap().unwrap();
        let judge = |evidence: &Evidence| {
            let found = verdict(evidence, &policy, i64::try_from(NOW).unwrap());
            assert_eq!(found.conclusion, Conclusion::TotalPassed);
            black_box(found);
        };
        let gather = |view: &View| view.evidence(position).unwrap().unwrap();
        println!(
            "{:8} {:9.0} {:9.0} {:9.0} {:9.0}",
            algorithm.name(),
            median(|| judge(&evidence)),
            median(|| drop(black_box(gather(&view)))),
            median(|| judge(&gather(&view))),
            median(|| judge(&Evidence::parse(&file).unwrap())),
        );
    }
}

/// A development authority and who founds the ledger.
struct Region {
    ca: DevCa,
    founders: Vec<Holder>,
}

struct Holder {
    person: String,
    agency: String,
    key: SigningKey,
    chain: Vec<Vec<u8>>,
}

impl Region {
    fn new() -> Self {
        let ca = DevCa::create("Uji", window(), Algorithm::Rs256).unwrap();
        let founder = |(person, agency)| Holder::new(&ca, person, agency, Algorithm::Ed25519);
        let founders = [
            ("p-bupati01", "setda"),
            ("p-sekda001", "setda"),
            ("p-registrar1", "kominfo"),
            ("p-registrar2", "bkpsdm"),
        ];
        let founders = founders.map(founder).into();
        Self { ca, founders }
    }

    fn opening(&self) -> LedgerInit {
        let log_key = SigningKey::generate(Algorithm::Ed25519).unwrap();
        let pem = log_key.to_pkcs8_pem().unwrap();
        let signer = NoteSigner::new(ORIGIN, log_key).unwrap();
        let founder = |holder: &Holder| json!({ "person": holder.person, "agency": holder.agency, "chain": holder.chain_json() });
        let agency = |id: &str, functions: &[&str]| json!({ "agency": id, "name": id, "short_names": [id], "functions": functions });
        let data = json!({
            "region": "61.07",
            "timezone": "Asia/Pontianak",
            "keys": [signer.vkey().to_string()],
            "anchors": [STANDARD.encode(self.ca.anchor_der())],
            "ruleset": Hash::of(BENGKAYANG_19_2020).to_string(),
            "authorities": [founder(&self.founders[0]), founder(&self.founders[1])],
            "registrars": [founder(&self.founders[2]), founder(&self.founders[3])],
            "agencies": [agency("setda", &[]), agency("kominfo", &["kominfo"]), agency("bkpsdm", &[])],
        });
        let opened = self.founders[0].sign("ledger.opened", "ledger/61.07", &data);
        LedgerInit {
            region: "61.07".to_owned(),
            origin: ORIGIN.to_owned(),
            opened,
            ruleset: BENGKAYANG_19_2020.to_vec(),
            log_key: LogKey::new(SigningKey::from_pkcs8_pem(&pem).unwrap()),
        }
    }

    /// Somebody is enrolled and asks for a name; where that stands.
    fn registers(&self, ledger: &Arc<Ledger>, algorithm: Algorithm) -> Position {
        let label = algorithm.name().to_lowercase();
        let holder = Holder::new(&self.ca, &format!("p-{label}-001"), "kominfo", algorithm);
        let enrolment = json!({
            "person": holder.person,
            "agency": holder.agency,
            "algorithm": algorithm.name(),
            "class": "langsung",
            "chain": holder.chain_json(),
            "possession": holder.possession(),
        });
        let subject = format!("signer/{}", holder.person);
        post(ledger, self.founders[2].sign("signer.enrolled", &subject, &enrolment));
        let document = json!({
            "kind": "registration-form", "number": "1", "date": "2026-01-02", "name": "a.pdf",
            "mediatype": "application/pdf", "size": 1024, "sha256": Hash::of(b"a").to_string(),
        });
        let mut letter = document.clone();
        letter["kind"] = json!("official-letter");
        let data = json!({ "basis": "agency", "form": document, "letter": letter });
        let subject = format!("subdomain/kominfo-{label}.bengkayangkab.go.id");
        post(ledger, holder.sign("subdomain.requested", &subject, &data))
    }

    fn policy(&self, ledger: &Ledger) -> VerdictPolicy {
        let key = PolicyKey { vkey: ledger.vkey().parse().unwrap(), from: 0, until: None };
        let ledgers =
            vec![PolicyLedger { origin: ORIGIN.parse().unwrap(), genesis: None, keys: vec![key] }];
        let log = Policy {
            ledgers,
            anchors: Vec::new(),
            witnessing: Witnessing::NotAsked,
            trust: None,
            clock_suffices: true,
        };
        let anchors = vec![(self.ca.anchor_der().to_vec(), AnchorRule::default())];
        let parts = TrustPolicyParts { anchors, ..TrustPolicyParts::default() };
        let trust = TrustPolicy::new(Hash::of(b"bench"), parts).unwrap();
        VerdictPolicy::new("bench", None, log, Some(trust), true)
    }
}

impl Holder {
    fn new(ca: &DevCa, person: &str, agency: &str, algorithm: Algorithm) -> Self {
        let key = SigningKey::generate(algorithm).unwrap();
        let profile = Profile::of_holder(HolderKind::Person);
        let chain = ca.issue(person, agency, key.public_key(), &profile, window()).unwrap();
        Self { person: person.to_owned(), agency: agency.to_owned(), key, chain }
    }

    fn chain_json(&self) -> Value {
        self.chain.iter().map(|der| STANDARD.encode(der)).collect()
    }

    fn sign(&self, kind: &str, subject: &str, data: &Value) -> Vec<u8> {
        let event = json!({
            "specversion": "1.0",
            "id": Hash::of(format!("{kind} {subject}").as_bytes()).to_string(),
            "source": format!("agency/{}", self.agency),
            "type": kind,
            "subject": subject,
            "time": "2026-11-20T03:00:00Z",
            "ledger": ORIGIN,
            "data": data,
        });
        self.jws(Typ::Event, Some(NOW), &event)
    }

    fn possession(&self) -> String {
        let payload = json!({
            "ledger": ORIGIN,
            "agency": self.agency,
            "person": self.person,
            "certificate": Hash::of(&self.chain[0]).to_string(),
        });
        String::from_utf8(self.jws(Typ::Possession, None, &payload)).unwrap()
    }

    fn jws(&self, typ: Typ, iat: Option<u64>, payload: &Value) -> Vec<u8> {
        let payload = serde_json::to_vec(payload).unwrap();
        sign_jws(&self.key, typ, Hash::of(&self.chain[0]), iat, &payload).unwrap()
    }
}

fn post(ledger: &Arc<Ledger>, statement: Vec<u8>) -> Position {
    let (sender, receiver) = mpsc::channel();
    let reply = Box::new(move |answers| sender.send(answers).unwrap());
    ledger.submit(vec![statement], reply).unwrap();
    match receiver.recv().unwrap().remove(0) {
        Answer::Recorded(receipted) => receipted.position,
        Answer::Refused(refusal) => panic!("{refusal}"),
        Answer::Repeated(_) | Answer::Failed(_) => panic!("not recorded"),
    }
}

fn window() -> Window {
    let now = i64::try_from(NOW).unwrap();
    Window { not_before: now - 86_400, not_after: now + 86_400 }
}

/// The median, in microseconds.
fn median(mut call: impl FnMut()) -> f64 {
    let mut costs: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            call();
            begun.elapsed()
        })
        .collect();
    costs.sort();
    costs[costs.len() / 2].as_secs_f64() * 1e6
}
