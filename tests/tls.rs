//! TLS: who may connect, how a certificate is changed without anybody noticing, and that nothing leaves this machine in
//! clear by accident.

use std::fs;
use std::io::Write as _;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jejak_api::SystemClock;
use jejak_ledger::Clock as _;
use jejak_signer::devca::DevCa;
use jejak_signer::{Algorithm, SigningKey, Window, certificate_to_pem};
use reqwest::blocking::{Client, ClientBuilder};
use reqwest::{Certificate, tls::Version};

use crate::harness::World;
use crate::process::{Process, jejak};
use crate::server::Server;

/// Certificate and key of a server, and the authority above them, as files.
struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    fn new(authority: &DevCa) -> Self {
        let files = Self { folder: tempfile::tempdir().unwrap() };
        files.replace(authority);
        fs::write(files.authority(), certificate_to_pem(authority.anchor_der())).unwrap();
        files
    }

    /// Another certificate by `authority`, and its key.
    fn replace(&self, authority: &DevCa) {
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let hosts = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let chain = authority.issue_server(&hosts, key.public_key(), window()).unwrap();
        let chain: String = chain.iter().map(|der| certificate_to_pem(der)).collect();
        self.write(&chain, &key.to_pkcs8_pem().unwrap());
    }

    fn write(&self, certificate: &str, key: &str) {
        fs::write(self.certificate(), certificate).unwrap();
        fs::write(self.key(), key).unwrap();
        fs::set_permissions(self.key(), fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn certificate(&self) -> PathBuf {
        self.folder.path().join("tls.pem")
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join("tls.key.pem")
    }

    fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }
}

fn window() -> Window {
    let now = i64::try_from(SystemClock.now().0 / 1_000_000).unwrap();
    Window { not_before: now - 3_600, not_after: now + 86_400 }
}

fn authority() -> DevCa {
    DevCa::create("Uji TLS", window(), Algorithm::Ed25519).unwrap()
}

fn trusting(authority: &DevCa) -> ClientBuilder {
    let anchor = Certificate::from_der(authority.anchor_der()).unwrap();
    Client::builder().tls_certs_only([anchor]).timeout(Duration::from_secs(30))
}

fn serving(world: &World, files: &Files, reread_ms: u64) -> Server {
    Server::configured(world.ledgers(), |config| {
        config.tls.certificate = Some(files.certificate());
        config.tls.key = Some(files.key());
        config.tls.reread_ms = reread_ms;
        config.tls.handshake_ms = 500;
        config.tls.handshakes_max = 2;
    })
}

fn is_served(client: &Client, url: &str) -> bool {
    client.get(url).send().is_ok_and(|answer| answer.status() == 200)
}

/// A new connection each time.
fn connects(authority: &DevCa, url: &str) -> bool {
    is_served(&trusting(authority).build().unwrap(), url)
}

const HOUR_MS: u64 = 3_600_000;

#[test]
fn clients_of_tls_1_2_and_1_3_that_know_the_authority_are_served_and_no_others() {
    let (world, known) = (World::opened(), authority());
    let files = Files::new(&known);
    let server = serving(&world, &files, HOUR_MS);
    let url = server.url("/v1/61.07");
    for version in [Version::TLS_1_2, Version::TLS_1_3] {
        let client = trusting(&known).tls_version_min(version).tls_version_max(version);
        assert!(is_served(&client.build().unwrap(), &url), "{version:?}");
    }
    assert!(!connects(&authority(), &url), "an authority of the same name with another key");
    for (host, is_named) in [("localhost", true), ("lain.example", false)] {
        let client = trusting(&known).resolve(host, server.address()).build().unwrap();
        assert_eq!(is_served(&client, &url.replace("127.0.0.1", host)), is_named, "{host}");
    }
}

#[test]
fn plain_http_to_a_tls_port_is_told_to_use_https() {
    let world = World::opened();
    let files = Files::new(&authority());
    let server = serving(&world, &files, HOUR_MS);
    let answer = server.raw(b"GET /v1/61.07 HTTP/1.1\r\nhost: x\r\n\r\n", |_| {});
    assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{answer}");
    assert!(answer.contains("application/problem+json"), "{answer}");
    assert!(answer.contains("\"code\":\"tls-required\""), "{answer}");
}

#[test]
fn a_new_certificate_is_shown_and_no_connection_is_dropped_for_it() {
    let (world, before, after) = (World::opened(), authority(), authority());
    let files = Files::new(&before);
    let server = serving(&world, &files, 1);
    let url = server.url("/v1/61.07");
    // It keeps its one connection: a second one would meet a certificate that it does not trust.
    let early = trusting(&before).pool_max_idle_per_host(1).build().unwrap();
    assert!(is_served(&early, &url));
    // What cannot be used changes nothing: no certificate, a key of another one, a file that is gone.
    for broken in ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        fs::write(files.certificate(), broken).unwrap();
        assert!(connects(&before, &url));
    }
    fs::remove_file(files.key()).unwrap();
    assert!(connects(&before, &url));
    files.replace(&after);
    while !connects(&after, &url) {}
    assert!(!connects(&before, &url));
    assert!(is_served(&early, &url));
}

#[test]
fn stalled_handshakes_keep_nobody_from_his() {
    let (world, known) = (World::opened(), authority());
    let files = Files::new(&known);
    let server = serving(&world, &files, HOUR_MS);
    let stalled: Vec<TcpStream> = (0..40)
        .map(|number| {
            let mut stream = server.connect();
            // Half of them say nothing at all, half begin a record and stop.
            if number % 2 == 0 {
                stream.write_all(&[0x16, 3, 1]).unwrap();
            }
            stream
        })
        .collect();
    let url = server.url("/v1/61.07");
    while !connects(&known, &url) {}
    drop(stalled);
}

#[test]
fn a_hangup_reads_the_certificate_again_and_ends_nothing() {
    let now = SystemClock.now().0 / 1_000_000;
    let (mut world, before, after) = (World::at(now), authority(), authority());
    world.close();
    // Without TLS there is nothing to read again.
    let plain = Process::start(&world);
    plain.signal("HUP");
    assert!(is_served(&Client::new(), &format!("{}/v1/61.07", plain.base)));
    assert_eq!(plain.end().0, Some(0));

    let files = Files::new(&before);
    let text = "[tls]\ncertificate = \"tls.pem\"\nkey = \"tls.key.pem\"\nreread_ms = 86_400_000\n";
    let config = files.folder.path().join("jejak.toml");
    fs::write(&config, text).unwrap();
    let flags = ["--config", config.to_str().unwrap()];
    let server = Process::serving(&world.path(), "127.0.0.1:0", &flags);
    let url = format!("{}/v1/61.07", server.base);
    assert!(url.starts_with("https://"), "{url}");
    assert!(connects(&before, &url));
    files.replace(&after);
    assert!(connects(&before, &url), "nobody has said that there is a new one");
    server.signal("HUP");
    while !connects(&after, &url) {}
    assert_eq!(server.end().0, Some(0));
}

#[test]
fn the_command_reaches_a_tls_server_under_an_authority_that_it_is_given() {
    let (world, known) = (World::opened(), authority());
    let files = Files::new(&known);
    let server = serving(&world, &files, HOUR_MS);
    let url = server.url("");
    let list = |authority: Option<&Path>| {
        let ca = authority.map(|path| ["--ca", path.to_str().unwrap()]).into_iter().flatten();
        jejak(["ledger", "list", "-o", "json", "--url", &url].into_iter().chain(ca))
    };
    let listed = list(Some(&files.authority()));
    assert_eq!(listed.status.code(), Some(0), "{}", String::from_utf8_lossy(&listed.stderr));
    let ledgers: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!(ledgers[0]["region"], "61.07");
    assert_eq!(list(None).status.code(), Some(3), "an authority that nobody knows");
    assert_eq!(list(Some(&files.folder.path().join("none.pem"))).status.code(), Some(6));
}

/// Whoever wants to try TLS needs a certificate of a server, and had none to try with.
#[test]
fn a_certificate_of_the_development_authority_serves_tls_to_those_who_trust_it() {
    let mut world = World::at(SystemClock.now().0 / 1_000_000);
    world.close();
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let made = jejak(["cert", "dev-ca", "--out", &path("ca")]);
    assert_eq!(made.status.code(), Some(0));
    let (ca, out) = (path("ca"), path("tls.pem"));
    let issue = ["cert", "issue", "--ca", &ca, "--out", &out, "--kind", "server"];
    assert_eq!(jejak(issue).status.code(), Some(2), "of which host?");
    let names = ["--name", "localhost", "--name", "127.0.0.1"];
    let issued = jejak(issue.iter().chain(&names));
    assert_eq!(issued.status.code(), Some(0), "{}", String::from_utf8_lossy(&issued.stderr));
    let config = path("jejak.toml");
    fs::write(&config, "[tls]\ncertificate = \"tls.pem\"\nkey = \"tls.key.pem\"\n").unwrap();
    assert_eq!(jejak(["config", "check", &config]).status.code(), Some(0));
    let server = Process::serving(&world.path(), "127.0.0.1:0", &["--config", &config]);
    assert!(server.base.starts_with("https://127.0.0.1:"), "{}", server.base);
    let list = |ca: &str| jejak(["ledger", "list", "--url", &server.base, "--ca", ca]);
    let listed = list(&path("ca/anchor.pem"));
    assert_eq!(listed.status.code(), Some(0), "{}", String::from_utf8_lossy(&listed.stderr));
    let other = jejak(["cert", "dev-ca", "--out", &path("other")]);
    assert_eq!(other.status.code(), Some(0));
    assert_eq!(list(&path("other/anchor.pem")).status.code(), Some(3));
    assert_eq!(server.end().0, Some(0));
}

#[test]
fn nothing_is_served_to_other_machines_in_clear_unless_told() {
    let now = SystemClock.now().0 / 1_000_000;
    let mut world = World::at(now);
    world.close();
    let directory = world.path();
    let serve = |more: &[&str]| {
        let flags = ["serve", "--listen", "0.0.0.0:0", "--dir", directory.to_str().unwrap()];
        let ended = jejak(flags.iter().chain(more));
        (ended.status.code(), String::from_utf8_lossy(&ended.stderr).into_owned())
    };
    let (code, said) = serve(&[]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("--insecure-http") && said.contains("[tls]"), "{said}");
    // Half of a certificate is none.
    let config = directory.join("half.toml");
    fs::write(&config, "[tls]\ncertificate = \"tls.pem\"\n").unwrap();
    let (code, said) = serve(&["--config", config.to_str().unwrap()]);
    assert_eq!(code, Some(2), "{said}");
    let told = Process::serving(&directory, "0.0.0.0:0", &["--insecure-http"]);
    assert!(is_served(&Client::new(), &format!("{}/v1/61.07", told.base)));
    // What is open to other machines does not show them the figures.
    let figures = Client::new().get(format!("{}/metrics", told.base)).send().unwrap();
    assert_eq!(figures.status(), 404);
    assert_eq!(told.end().0, Some(0));
}
