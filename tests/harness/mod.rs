//! A small world for the tests: a development authority, a region with its agencies and officials, a
//! clock that stands still until it is moved, and an audit after each step.

mod answers;
mod clock;
mod people;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jejak_ledger::custody::{LogKey, LogKeys};
use jejak_ledger::log::{Micros, Position, SignatureType, Vkey};
use jejak_ledger::{
    Answer, Clock, Ledger, LedgerInit, Ledgers, LockEvidence, Receipted, Refusal, Settings, audit,
};
use jejak_signer::devca::{DevCa, Profile};
use jejak_signer::{Algorithm, Hash, HolderKind, Jws, SigningKey, Typ, Window, sign_jws};
use serde_json::{Value, json};

pub(crate) const REGION: &str = "61.07";
pub(crate) const ORIGIN: &str = "jejak.bengkayangkab.go.id/61.07";
pub(crate) const BENGKAYANG: &[u8] =
    include_bytes!("../../ledger/rulesets/bengkayang-19-2020.toml");

pub(crate) use answers::{
    audit_clean, copy, event_of, file, recorded, refused, repeated, rfc3339, shown, submit,
};
pub(crate) use clock::TestClock;
pub(crate) use people::{Authority, Person};

/// 2026-01-02T03:04:05Z, in seconds.
pub(crate) const START_S: u64 = 1_767_323_045;
pub(crate) const DAY_S: u64 = 86_400;

fn seconds(value: u64) -> i64 {
    i64::try_from(value).unwrap()
}

/// An open data directory with one ledger, Bengkayang's.
pub(crate) struct World {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) authority: Authority,
    pub(crate) ledgers: Option<Arc<Ledgers>>,
    pub(crate) bupati: Person,
    /// The other authority.
    pub(crate) sekda: Person,
    pub(crate) registrar: Person,
    pub(crate) kominfo: Person,
    /// The other registrar.
    pub(crate) second: Person,
    pub(crate) dinkes: Person,
    opening: (Vec<u8>, String),
    next_id: AtomicU64,
}

impl World {
    /// The region, opened, with one official of the communications agency and one of health enrolled.
    pub(crate) fn new() -> Self {
        Self::peopled(Self::opened())
    }

    /// The same at another time, for a server that has a clock of its own.
    pub(crate) fn at(start_s: u64) -> Self {
        let settings = Settings { verify_threads: 2, ..Settings::default() };
        Self::peopled(Self::opened_at(start_s, settings, BENGKAYANG, None))
    }

    /// The same, its log key had from somewhere else.
    pub(crate) fn keyed(keys: Arc<dyn LogKeys>) -> Self {
        let settings = Settings { verify_threads: 2, ..Settings::default() };
        Self::peopled(Self::opened_at(START_S, settings, BENGKAYANG, Some(keys)))
    }

    /// The same under another rule set.
    pub(crate) fn under(ruleset: &[u8]) -> Self {
        let settings = Settings { verify_threads: 2, ..Settings::default() };
        Self::peopled(Self::opened_at(START_S, settings, ruleset, None))
    }

    fn peopled(world: Self) -> Self {
        let data = json!({
            "agency": "dinkes", "name": "Dinas Kesehatan", "short_names": ["dinkes"],
        });
        let health = world.event(&world.registrar, "agency.registered", "agency/dinkes", data);
        world.accept(&world.registrar, &health);
        world.enrol(&world.kominfo);
        world.enrol(&world.dinkes);
        world
    }

    /// The region as `ledger.opened` leaves it.
    pub(crate) fn opened() -> Self {
        let settings = Settings { verify_threads: 2, ..Settings::default() };
        Self::opened_at(START_S, settings, BENGKAYANG, None)
    }

    fn opened_at(
        start_s: u64,
        settings: Settings,
        ruleset: &[u8],
        keys: Option<Arc<dyn LogKeys>>,
    ) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock::at(start_s * 1_000_000));
        let authority = Authority::at(start_s);
        let bupati = authority.person("p-bupati01", "setda");
        let registrar = authority.person("p-registrar-1", "kominfo");
        let world = Self {
            kominfo: authority.person("p-kominfo1", "kominfo"),
            dinkes: authority.person("p-dinkes01", "dinkes"),
            sekda: authority.person("p-sekda00", "setda"),
            second: authority.person("p-registrar-2", "bkpsdm"),
            bupati,
            registrar,
            ledgers: None,
            clock,
            authority,
            dir,
            opening: (Vec::new(), String::new()),
            next_id: AtomicU64::new(0),
        };
        let (ledgers, init) = match keys {
            None => (
                Ledgers::open_or_create(&world.path(), settings, world.clock()).unwrap(),
                world.opening(REGION, ORIGIN, ruleset),
            ),
            Some(keys) => {
                let key = LogKey::named(REGION, &*keys).unwrap();
                let init = world.opening_under(REGION, ORIGIN, ruleset, key);
                let (path, clock) = (world.path(), world.clock());
                (Ledgers::open_or_create_with(&path, settings, clock, keys).unwrap(), init)
            }
        };
        // A key that is elsewhere has no twin.
        let pem =
            init.log_key.key().to_pkcs8_pem().map_or_else(|_| String::new(), |pem| pem.to_string());
        let opening = (init.opened.clone(), pem);
        ledgers.init(init).unwrap();
        Self { ledgers: Some(Arc::new(ledgers)), opening, ..world }
    }

    /// Another directory whose ledger has the same first `size` statements, posted one by one.
    pub(crate) fn twin(&self, size: u64) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let ledgers =
            Ledgers::open_or_create(&dir.path().join("data"), Settings::default(), self.clock())
                .unwrap();
        let (opened, pem) = self.opening.clone();
        let ledger = ledgers
            .init(LedgerInit {
                region: REGION.to_owned(),
                origin: ORIGIN.to_owned(),
                opened,
                ruleset: BENGKAYANG.to_vec(),
                log_key: LogKey::new(SigningKey::from_pkcs8_pem(&pem).unwrap()),
            })
            .unwrap();
        for position in 1..size {
            let statement = self.ledger().view().statement(Position(position)).unwrap().unwrap();
            recorded(submit(&ledger, vec![statement]).remove(0));
        }
        self.with(dir, Some(Arc::new(ledgers)))
    }

    /// What opens a ledger of `region`.
    pub(crate) fn opening(&self, region: &str, origin: &str, ruleset: &[u8]) -> LedgerInit {
        self.opening_under(region, origin, ruleset, LogKey::generate().unwrap())
    }

    fn opening_under(
        &self,
        region: &str,
        origin: &str,
        ruleset: &[u8],
        log_key: LogKey,
    ) -> LedgerInit {
        let public_key = log_key.key().public_key();
        let vkey = Vkey::new(origin, SignatureType::Ed25519, public_key).unwrap();
        let founder = |person: &Person| json!({"person": person.id, "agency": person.agency, "chain": person.chain_json()});
        let data = json!({
            "region": region,
            "timezone": "Asia/Pontianak",
            "keys": [vkey.to_string()],
            "anchors": [STANDARD.encode(self.authority.ca.anchor_der())],
            "ruleset": Hash::of(ruleset).to_string(),
            "authorities": [founder(&self.bupati), founder(&self.sekda)],
            "registrars": [founder(&self.registrar), founder(&self.second)],
            "agencies": [
                {"agency": "setda", "name": "Sekretariat Daerah", "short_names": ["setda"], "functions": []},
                {"agency": "kominfo", "name": "Dinas Komunikasi dan Informatika", "short_names": ["diskominfo"], "functions": ["kominfo"]},
                {"agency": "bkpsdm", "name": "BKPSDM", "short_names": ["bkpsdm"], "functions": []},
            ],
        });
        let event = event_of(
            &self.bupati,
            origin,
            "genesis",
            "ledger.opened",
            &format!("ledger/{region}"),
            self.clock.seconds(),
            data,
        );
        LedgerInit {
            region: region.to_owned(),
            origin: origin.to_owned(),
            opened: self.bupati.sign(&event, self.clock.seconds()),
            ruleset: ruleset.to_vec(),
            log_key,
        }
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::<TestClock>::clone(&self.clock)
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// The same people and clock over another copy of the directory, not opened.
    pub(crate) fn in_directory(&self, dir: tempfile::TempDir) -> Self {
        self.with(dir, None)
    }

    fn with(&self, dir: tempfile::TempDir, ledgers: Option<Arc<Ledgers>>) -> Self {
        Self {
            dir,
            clock: self.clock.clone(),
            authority: Authority {
                start_s: self.authority.start_s,
                ca: Arc::clone(&self.authority.ca),
            },
            ledgers,
            bupati: self.bupati.clone(),
            sekda: self.sekda.clone(),
            registrar: self.registrar.clone(),
            kominfo: self.kominfo.clone(),
            second: self.second.clone(),
            dinkes: self.dinkes.clone(),
            opening: self.opening.clone(),
            next_id: AtomicU64::new(1_000_000),
        }
    }

    pub(crate) fn ledgers(&self) -> &Arc<Ledgers> {
        self.ledgers.as_ref().unwrap()
    }

    pub(crate) fn ledger(&self) -> Arc<Ledger> {
        self.ledgers().ledger(REGION).unwrap()
    }

    /// Closes the directory, as a process that ends does.
    pub(crate) fn close(&mut self) {
        self.ledgers = None;
    }

    pub(crate) fn reopen(&mut self) {
        self.reopen_with(&Settings::default());
    }

    pub(crate) fn reopen_with(&mut self, settings: &Settings) {
        self.close();
        let opened = Ledgers::open(&self.path(), settings.clone(), self.clock());
        self.ledgers = Some(Arc::new(opened.unwrap()));
    }

    /// An event of this ledger at the time of the clock, with an id of its own.
    pub(crate) fn event(&self, by: &Person, kind: &str, subject: &str, data: Value) -> Value {
        let id = format!("e-{}", self.next_id.fetch_add(1, Ordering::SeqCst));
        event_of(by, ORIGIN, &id, kind, subject, self.clock.seconds(), data)
    }

    /// The enrolment of `person`.
    pub(crate) fn enrolment(&self, person: &Person) -> Value {
        self.event(
            &self.registrar,
            "signer.enrolled",
            &format!("signer/{}", person.id),
            json!({
                "person": person.id,
                "agency": person.agency,
                "algorithm": person.algorithm(),
                "class": "langsung",
                "chain": person.chain_json(),
                "possession": person.possession(ORIGIN),
            }),
        )
    }

    pub(crate) fn enrol(&self, person: &Person) -> Receipted {
        self.accept(&self.registrar, &self.enrolment(person))
    }

    pub(crate) fn revocation(&self, person: &Person) -> Value {
        self.event(
            &self.registrar,
            "signer.revoked",
            &format!("signer/{}", person.id),
            json!({
                "certificate": person.thumbprint().to_string(),
                "reason": "key-compromise",
            }),
        )
    }

    /// The signature of the other authority under an act that the first one has signed.
    pub(crate) fn confirmation(&self, act: &Value) -> Value {
        self.countersignature(&self.bupati, act, &self.sekda)
    }

    /// The signature of `by` under an act that `first` has signed.
    pub(crate) fn countersignature(&self, first: &Person, act: &Value, by: &Person) -> Value {
        let statement = self.sign(first, act);
        let key = Jws::parse(statement, Typ::Event).unwrap().event_key().to_string();
        let data = json!({ "event": { "agency": first.agency, "id": act["id"], "key": key } });
        let subject = act["subject"].as_str().unwrap();
        self.event(by, "act.countersigned", subject, data)
    }

    /// Both authorities sign an act on the ledger itself.
    pub(crate) fn accept_of_both(&self, kind: &str, data: Value) -> Receipted {
        let act = self.event(&self.bupati, kind, &format!("ledger/{REGION}"), data);
        self.accept(&self.bupati, &act);
        self.accept(&self.sekda, &self.confirmation(&act))
    }

    pub(crate) fn sign(&self, by: &Person, event: &Value) -> Vec<u8> {
        by.sign(event, self.clock.seconds())
    }

    pub(crate) fn post(&self, by: &Person, event: &Value) -> Answer {
        self.post_bytes(self.sign(by, event))
    }

    pub(crate) fn post_bytes(&self, statement: Vec<u8>) -> Answer {
        self.post_batch(vec![statement]).remove(0)
    }

    pub(crate) fn post_batch(&self, statements: Vec<Vec<u8>>) -> Vec<Answer> {
        submit(&self.ledger(), statements)
    }

    /// Posts, expects a new record, and audits.
    pub(crate) fn accept(&self, by: &Person, event: &Value) -> Receipted {
        let recorded = recorded(self.post(by, event));
        self.audit();
        recorded
    }

    /// Posts, expects a refusal that leaves nothing behind, and gives its code and rule.
    pub(crate) fn refuse(&self, by: &Person, event: &Value) -> (String, Option<String>) {
        self.refuse_bytes(self.sign(by, event))
    }

    pub(crate) fn refuse_bytes(&self, statement: Vec<u8>) -> (String, Option<String>) {
        let before = self.ledger().published().size;
        let refusal = refused(self.post_bytes(statement));
        assert_eq!(self.ledger().published().size, before, "a refusal recorded something");
        (refusal.code().to_owned(), refusal.rule().map(str::to_owned))
    }

    /// Re-derives everything and expects that it holds.
    pub(crate) fn audit(&self) {
        audit_clean(&self.ledger());
    }
}
