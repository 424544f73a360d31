//! A whole ledger under an authority that others wrote (certomancer): its lists and its responder are fetched and recorded,
//! who is revoked there is refused from the next statement on, its tokens prove when, and what stood stands fifteen years
//! later. Without its address in the environment nothing is looked at; `make certomancer` starts one and gives it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use jejak_api::{Evidence, SystemClock};
use jejak_ledger::Clock as _;
use jejak_ledger::custody::KeyPlace;
use jejak_ledger::evidence::News;
use jejak_ledger::log::Position;
use jejak_ledger::objects::Objects;
use jejak_signer::devca::Profile;
use jejak_signer::{
    Algorithm, HashAlgorithm, HolderKind, OcspResponse, RevocationList, SigningKey,
    TimestampAuthority, TimestampRequest, TimestampToken, Window, certificate_to_pem,
};
use serde_json::{Value, json};

use crate::acts::request;
use crate::harness::{DAY_S, ORIGIN, Person, World, rfc3339};
use crate::process::jejak;
use crate::server::{JOSE, Server, problem};

/// The running authority.
struct Authority {
    address: String,
    keys: PathBuf,
    /// When two of its certificates are revoked, Unix seconds.
    revoked: u64,
}

impl Authority {
    #[expect(clippy::print_stderr, reason = "a test that looked at nothing says so")]
    fn running() -> Option<Self> {
        let given = |name: &str| env::var(format!("JEJAK_TEST_CERTOMANCER{name}")).ok();
        let found = given("").zip(given("_KEYS")).zip(given("_REVOKED"));
        let Some(((address, keys), revoked)) = found else {
            eprintln!("JEJAK_TEST_CERTOMANCER is not set: nothing was looked at");
            return None;
        };
        Some(Self { address, keys: keys.into(), revoked: revoked.parse().unwrap() })
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}/uji/{path}", self.address)
    }

    fn get(&self, path: &str) -> Vec<u8> {
        let answer = reqwest::blocking::get(self.url(path)).unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.bytes().unwrap().to_vec()
    }

    fn root(&self) -> Vec<u8> {
        self.get("certs/induk/ca.crt")
    }

    fn issuer(&self, name: &str) -> Vec<u8> {
        self.get(&format!("certs/induk/issued/{name}.crt"))
    }

    /// An official with a certificate of one of its authorities.
    fn person(&self, name: &str, issuer: &str, id: &str) -> Person {
        let pem = fs::read_to_string(self.keys.join(format!("{name}.key.pem"))).unwrap();
        let key = SigningKey::from_pkcs8_pem(&pem).unwrap();
        let leaf = self.get(&format!("certs/{issuer}/issued/{name}.crt"));
        let chain = vec![leaf, self.issuer(issuer)];
        Person { id: id.to_owned(), agency: "dinkes".to_owned(), key: Arc::new(key), chain }
    }

    /// What both authorities of the ledger trust: its own founders' anchor and this one's. Two time-stamping authorities
    /// of one root are one anchor.
    fn policy(&self, world: &World) -> String {
        let pem = |der: &[u8]| format!("certificate = \"\"\"\n{}\"\"\"\n", certificate_to_pem(der));
        let url = self.url("tsa/tsa-sebentar");
        [
            "format = \"jejak-trust/1\"\n[[anchor]]\n".to_owned(),
            pem(world.authority.ca.anchor_der()),
            "[[anchor]]\ntersertifikasi = true\n".to_owned(),
            pem(&self.root()),
            format!("[[tsa]]\nname = \"uji\"\nurl = \"{url}\"\n"),
            pem(&self.root()),
            format!("[revocation]\nstale = \"pending\"\nhosts = [\"{}\"]\n", self.address),
        ]
        .concat()
    }

    /// A token of the authority that lasts, which OpenSSL verifies as well.
    fn renews(&self, text: &str) -> (TimestampToken, Vec<TimestampAuthority>) {
        let request = TimestampRequest::new(text.as_bytes(), HashAlgorithm::Sha512, 7).unwrap();
        let answer = reqwest::blocking::Client::new()
            .post(self.url("tsa/tsa-lama"))
            .header("content-type", "application/timestamp-query")
            .body(request.der().to_vec())
            .send()
            .unwrap();
        let always = Window { not_before: i64::MIN, not_after: i64::MAX };
        let authorities = vec![TimestampAuthority::new(self.root(), always, Vec::new()).unwrap()];
        let (token, _) = request.accept(&answer.bytes().unwrap(), &authorities).unwrap();
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("t.der"), token.der()).unwrap();
        fs::write(dir.path().join("text"), text).unwrap();
        fs::write(dir.path().join("root.pem"), certificate_to_pem(&self.root())).unwrap();
        let what = ["ts", "-verify", "-data", "text", "-in", "t.der", "-token_in"];
        let said = openssl(dir.path(), &[&what[..], &["-CAfile", "root.pem"]].concat());
        assert!(said.contains("Verification: OK"), "{said}");
        (token, authorities)
    }
}

fn now() -> u64 {
    SystemClock.now().0 / 1_000_000
}

/// The ledger's clock goes with the day.
fn follow(world: &World) {
    world.clock.set_s(now().max(world.clock.seconds()));
}

/// Asks until the answer is there.
fn wait<T>(world: &World, what: &str, ask: impl Fn() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        follow(world);
        if let Some(found) = ask() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "{what}");
        std::thread::park_timeout(PAUSE);
    }
}

const PATIENCE: Duration = Duration::from_mins(4);
const PAUSE: Duration = Duration::from_millis(200);

/// A system whose certificate both authorities of the ledger appoint as its service; where its key and certificate are.
fn appoint_service(world: &World) -> [PathBuf; 2] {
    let seconds = i64::try_from(world.clock.seconds()).unwrap();
    let window =
        Window { not_before: seconds - 3_600, not_after: seconds + 300 * DAY_S.cast_signed() };
    let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
    let profile = Profile::of_holder(HolderKind::System);
    let authority = &world.authority.ca;
    let chain = authority.issue("layanan", "kominfo", key.public_key(), &profile, window).unwrap();
    let files = ["layanan.key", "layanan.pem"].map(|name| world.dir.path().join(name));
    fs::write(&files[0], &*key.to_pkcs8_pem().unwrap()).unwrap();
    fs::write(&files[1], certificate_to_pem(&chain[0])).unwrap();
    let (id, agency) = ("p-layanan01".to_owned(), "kominfo".to_owned());
    let service = Person { id, agency, key: Arc::new(key), chain };
    let mut enrolment = world.enrolment(&service);
    enrolment["data"]["class"] = json!("sistem");
    world.accept(&world.registrar, &enrolment);
    let certificate = service.thumbprint().to_string();
    let data = json!({ "person": service.id, "agency": "kominfo", "certificate": certificate });
    world.accept_of_both("ledger.service_appointed", data);
    files
}

fn openssl(dir: &Path, arguments: &[&str]) -> String {
    let done = Command::new("openssl").args(arguments).current_dir(dir).output().unwrap();
    let said = [done.stdout, done.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(done.status.success(), "openssl {arguments:?}: {said}");
    said
}

/// OpenSSL believes the list and the response as we do.
fn checked_by_openssl(authority: &Authority, list: &[u8], response: &[u8]) {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| fs::write(dir.path().join(name), bytes).unwrap();
    let (quick, asked) = (authority.issuer("cepat"), authority.issuer("tanya"));
    let leaf = authority.get("certs/tanya/issued/ditanya.crt");
    put("list.der", list);
    put("response.der", response);
    put("cepat.pem", certificate_to_pem(&quick).as_bytes());
    put("tanya.pem", certificate_to_pem(&asked).as_bytes());
    put("leaf.pem", certificate_to_pem(&leaf).as_bytes());
    let both = certificate_to_pem(&authority.root()) + &certificate_to_pem(&asked);
    put("both.pem", both.as_bytes());
    let what = ["crl", "-in", "list.der", "-inform", "DER", "-noout", "-CAfile", "cepat.pem"];
    let said = openssl(dir.path(), &what);
    assert!(said.contains("verify OK"), "{said}");
    RevocationList::verify(list, &quick).unwrap();
    let what = ["ocsp", "-issuer", "tanya.pem", "-cert", "leaf.pem", "-respin", "response.der"];
    let how = ["-CAfile", "both.pem", "-no_nonce", "-validity_period", "999999"];
    let said = openssl(dir.path(), &[&what[..], &how].concat());
    assert!(said.contains("Response verify OK"), "{said}");
    OcspResponse::verify(response, &asked).unwrap();
}

/// Where evidence goes home to, and what it is judged by there.
struct Home {
    dir: tempfile::TempDir,
}

impl Home {
    fn new(world: &World, trust: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let vkey = world.ledger().vkey();
        let policy = format!(
            "format = \"jejak-policy/1\"\nquorum = \"none\"\ntrust = '''\n{trust}'''\n\
             [[ledger]]\norigin = \"{ORIGIN}\"\n[[ledger.key]]\nvkey = \"{vkey}\"\n"
        );
        fs::write(dir.path().join("policy.toml"), policy).unwrap();
        Self { dir }
    }

    /// Verdict and reason one, five and fifteen years later, by the command and without a network.
    fn later(&self, world: &World, position: u64) -> [(String, Value); 3] {
        let file = self.dir.path().join("evidence.json");
        let evidence = world.ledger().view().evidence_file(Position(position)).unwrap().unwrap();
        fs::write(&file, evidence.0).unwrap();
        [1, 5, 15].map(|years| {
            let time = rfc3339(now() + years * 365 * DAY_S);
            let policy = self.dir.path().join("policy.toml");
            let named = |path: &Path| path.to_str().unwrap().to_owned();
            let by = ["--policy".to_owned(), named(&policy), "--at".to_owned(), time];
            let of = ["verdict", "--evidence", &named(&file), "-o", "json"].map(str::to_owned);
            let output = jejak(of.into_iter().chain(by));
            let told: Value = serde_json::from_slice(&output.stdout)
                .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
            (told["verdict"].as_str().unwrap().to_owned(), told["reason"].clone())
        })
    }
}

#[test]
fn a_whole_ledger_lives_under_certomancer() {
    let Some(authority) = Authority::running() else { return };
    let world = World::at(now());
    let [key, certificate] = appoint_service(&world);
    let trust = authority.policy(&world);
    let hash = Objects::beside(&world.path().join("objects")).put(trust.as_bytes()).unwrap();
    let adopted = json!({ "policy": hash.to_string(), "name": "uji" });
    world.accept_of_both("trust.policy_adopted", adopted);
    let steady = authority.person("tetap", "cepat", "p-tetap0001");
    let listed = authority.person("dicabut", "cepat", "p-dicabut01");
    let asked = authority.person("ditanya", "tanya", "p-ditanya01");
    for person in [&steady, &listed, &asked] {
        world.enrol(person);
    }
    let server = Server::configured(world.ledgers(), |config| {
        let (key, certificate) = (Some(KeyPlace::File(key)), Some(certificate));
        config.evidence = Evidence { key, certificate, interval_s: 1, ..Evidence::default() };
        config.timestamps.urls = vec![authority.url("tsa/tsa-sebentar")];
        config.timestamps.interval_s = 1;
    });
    let post = |person: &Person, label: &str| {
        follow(&world);
        let statement = world.sign(person, &request(&world, person, label));
        server.post("/v1/61.07/events", JOSE, statement)
    };
    let positions = [(&steady, "tetap"), (&listed, "dicabut"), (&asked, "ditanya")];
    let positions = positions.map(|(person, label)| {
        let answer = post(person, label);
        assert_eq!(answer.status(), 201);
        answer.json::<Value>().unwrap()["position"].as_u64().unwrap()
    });
    // Stamped before the two are revoked.
    wait(&world, "no token", || {
        let covering = format!("/v1/61.07/timestamps?covering={}", positions[2]);
        server.json(&covering)["timestamps"].get(0).cloned()
    });
    assert!(now() < authority.revoked, "the machine is too slow");

    // From the next statement on.
    let tries = AtomicU32::new(0);
    for (person, label) in [(&listed, "lagi"), (&asked, "lagi2")] {
        let refused = wait(&world, "nobody is refused", || {
            // No name is asked for twice.
            let answer =
                post(person, &format!("{label}-{}", tries.fetch_add(1, Ordering::Relaxed)));
            (answer.status() != 201).then(|| problem(answer))
        });
        assert_eq!(refused, (422, "signer-revoked".to_owned()));
        assert!(now() >= authority.revoked);
    }
    assert_eq!(post(&steady, "tetap2").status(), 201);

    // What was made after the token settles what was signed before, also of those who are revoked now.
    let [list, _, response] = positions.map(|position| {
        wait(&world, "nothing is settled", || {
            let view = world.ledger().view();
            let entry = view.entry(Position(position)).unwrap().unwrap();
            let found = view.revocation_news(&entry).unwrap().unwrap();
            let of_signer = &found.path[0];
            (of_signer.news == News::Settled).then(|| of_signer.evidence.unwrap().to_string())
        })
    });
    let object = |name: &str| server.get(&format!("/v1/61.07/evidence/{name}")).bytes().unwrap();
    checked_by_openssl(&authority, &object(&list), &object(&response));

    // The certificate of the first time-stamping authority ends after three years.
    let home = Home::new(&world, &trust);
    let passed = || ("TOTAL-PASSED".to_owned(), Value::Null);
    let open = || ("INDETERMINATE".to_owned(), json!("not-renewed"));
    for position in positions {
        assert_eq!(home.later(&world, position), [passed(), open(), open()]);
    }
    let renewal = world.ledger().prepare_renewal().unwrap();
    let (token, authorities) = authority.renews(&renewal.to_string());
    world.ledger().keep_renewal(&renewal, &token, &authorities).unwrap();
    for position in positions {
        assert_eq!(home.later(&world, position), [passed(), passed(), passed()]);
    }
    world.audit();
}
