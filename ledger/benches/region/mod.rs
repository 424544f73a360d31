//! A ledger of a region for measurements: its authority, its founders, and who asks for a name.

use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jejak_ledger::custody::LogKey;
use jejak_ledger::log::{Micros, NoteSigner, Position};
use jejak_ledger::rules::BENGKAYANG_19_2020;
use jejak_ledger::{Answer, Clock, Ledger, LedgerInit};
use jejak_signer::devca::{DevCa, Profile};
use jejak_signer::{Algorithm, Hash, HolderKind, SigningKey, Typ, Window, sign_jws};
use serde_json::{Value, json};

/// 2026-11-20T03:00:00Z.
pub(crate) const NOW: u64 = 1_795_143_600;
pub(crate) const ORIGIN: &str = "jejak.example.go.id/61.07";

pub(crate) struct Still;

impl Clock for Still {
    fn now(&self) -> Micros {
        Micros(NOW * 1_000_000)
    }

    fn steady(&self) -> Duration {
        Duration::from_secs(NOW)
    }
}

/// A development authority and who founds the ledger.
pub(crate) struct Region {
    pub(crate) ca: DevCa,
    pub(crate) founders: Vec<Holder>,
}

pub(crate) struct Holder {
    pub(crate) person: String,
    pub(crate) agency: String,
    pub(crate) key: SigningKey,
    pub(crate) chain: Vec<Vec<u8>>,
}

impl Region {
    pub(crate) fn new() -> Self {
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

    pub(crate) fn opening(&self) -> LedgerInit {
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

    /// Somebody is enrolled who signs with this algorithm.
    pub(crate) fn enrols(&self, ledger: &Arc<Ledger>, algorithm: Algorithm) -> Holder {
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
        holder
    }
}

impl Holder {
    pub(crate) fn new(ca: &DevCa, person: &str, agency: &str, algorithm: Algorithm) -> Self {
        let key = SigningKey::generate(algorithm).unwrap();
        let profile = Profile::of_holder(HolderKind::Person);
        let chain = ca.issue(person, agency, key.public_key(), &profile, window()).unwrap();
        Self { person: person.to_owned(), agency: agency.to_owned(), key, chain }
    }

    pub(crate) fn chain_json(&self) -> Value {
        self.chain.iter().map(|der| STANDARD.encode(der)).collect()
    }

    /// He asks for a name.
    pub(crate) fn asks(&self, label: &str) -> Vec<u8> {
        let document = json!({
            "kind": "registration-form", "number": "1", "date": "2026-01-02", "name": "a.pdf",
            "mediatype": "application/pdf", "size": 1024, "sha256": Hash::of(b"a").to_string(),
        });
        let mut letter = document.clone();
        letter["kind"] = json!("official-letter");
        let data = json!({ "basis": "agency", "form": document, "letter": letter });
        let subject = format!("subdomain/{label}.bengkayangkab.go.id");
        self.sign("subdomain.requested", &subject, &data)
    }

    pub(crate) fn sign(&self, kind: &str, subject: &str, data: &Value) -> Vec<u8> {
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

/// Posts one statement; where it stands.
pub(crate) fn post(ledger: &Arc<Ledger>, statement: Vec<u8>) -> Position {
    let (sender, receiver) = mpsc::channel();
    let reply = Box::new(move |answers| sender.send(answers).unwrap());
    ledger.submit(vec![statement], reply).unwrap();
    match receiver.recv().unwrap().remove(0) {
        Answer::Recorded(receipted) => receipted.position,
        Answer::Refused(refusal) => panic!("{refusal}"),
        Answer::Repeated(_) | Answer::Failed(_) => panic!("not recorded"),
    }
}

/// A day before and after.
pub(crate) fn window() -> Window {
    let now = i64::try_from(NOW).unwrap();
    Window { not_before: now - 86_400, not_after: now + 86_400 }
}

/// The median of `rounds`, in microseconds.
pub(crate) fn median(rounds: u32, mut call: impl FnMut()) -> f64 {
    let mut costs: Vec<_> = (0..rounds)
        .map(|_| {
            let begun = Instant::now();
            call();
            begun.elapsed()
        })
        .collect();
    costs.sort();
    costs[costs.len() / 2].as_secs_f64() * 1e6
}
