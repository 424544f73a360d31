//! Configuration: one TOML file with named limits, each with a default, each with a range. An unknown key or a value
//! out of range does not load and the error names the line.
//!
//! ```
//! let text = r#"
//! [server]
//! listen = "127.0.0.1:6107"
//! drain_ms = 20_000
//!
//! [limits]
//! page_bytes_max = 8_388_608
//!
//! [log]
//! format = "json"
//! filter = "info"
//! "#;
//! let config = jejak_api::Config::parse(text, "jejak.toml".as_ref())?;
//! assert_eq!(config.server.listen.port(), 6107);
//! # Ok::<(), jejak_api::ConfigError>(())
//! ```

mod dangers;
mod faults;
mod layers;
mod read;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jejak_ledger::Settings;
use serde::{Deserialize, Serialize};

pub use self::dangers::Danger;
pub use self::faults::{Fault, faults};
pub use self::layers::{Layered, Origin};
pub use self::read::ConfigError;
pub(crate) use self::read::within;
use self::read::{invalid, read};
use crate::documents::Documents;
use crate::evidence::Evidence;
use crate::timestamps::Timestamps;
use crate::tls::{Files, TlsError};

/// Everything a server may be told. `Config::default()` is a working server on loopback.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Sockets, connections and the times they may take.
    pub server: Server,
    /// How much one caller, or all of them together, may ask for.
    pub limits: Limits,
    /// How much each reader may ask for.
    pub quotas: Quotas,
    /// The certificate that the server shows.
    pub tls: Tls,
    /// Figures for monitoring.
    pub metrics: Metrics,
    /// What is logged, and how.
    pub log: Log,
    /// Where documents are kept, which are taken, and how many come and go at once.
    pub documents: Documents,
    /// Who records revocation lists, and from where they are fetched.
    pub evidence: Evidence,
    /// Who is asked for trusted time, and how often.
    pub timestamps: Timestamps,
    /// The settings of the ledgers themselves.
    pub ledger: Settings,
}

/// Section `[server]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Address to listen on. Beyond loopback the server speaks TLS, unless `insecure_http` says otherwise.
    pub listen: SocketAddr,
    /// Plain HTTP may leave this machine, as on a closed network or behind a proxy that ends TLS.
    pub insecure_http: bool,
    /// Connections open at once; further ones wait in the kernel's backlog.
    #[serde(deserialize_with = "within::<_, _, 1, 1_000_000>")]
    pub connections_max: usize,
    /// The same of one caller; further ones are closed at once. Proxies of ours (`[quotas] proxies`) carry others: only
    /// the bound for all holds for them.
    #[serde(deserialize_with = "within::<_, _, 1, 1_000_000>")]
    pub caller_connections_max: usize,
    /// Time to send the whole request head; also how long an idle connection is kept.
    #[serde(deserialize_with = "within::<_, _, 1, 600_000>")]
    pub header_read_ms: u64,
    /// Longest silence while a body is sent.
    #[serde(deserialize_with = "within::<_, _, 1, 600_000>")]
    pub body_idle_ms: u64,
    /// Time to send a whole body.
    #[serde(deserialize_with = "within::<_, _, 1, 3_600_000>")]
    pub body_total_ms: u64,
    /// How long a client may refuse to take bytes of its answer before the connection is closed.
    #[serde(deserialize_with = "within::<_, _, 1, 600_000>")]
    pub write_stall_ms: u64,
    /// How long requests in flight may take to finish after the signal to stop.
    #[serde(deserialize_with = "within::<_, _, 0, 600_000>")]
    pub drain_ms: u64,
}

/// Section `[limits]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Bytes of a request head. Below 8 KiB many proxies' headers do not fit.
    #[serde(deserialize_with = "within::<_, _, 8_192, 1_048_576>")]
    pub header_bytes_max: usize,
    /// Bytes of one batch of statements; 0: as many as come.
    #[serde(deserialize_with = "within::<_, _, 0, 1_000_000_000_000>")]
    pub batch_bytes_max: u64,
    /// Lines of one batch of statements; 0: as many as come.
    #[serde(deserialize_with = "within::<_, _, 0, 1_000_000_000>")]
    pub batch_lines_max: u64,
    /// Batches that stream at one time; further ones are told to come back.
    #[serde(deserialize_with = "within::<_, _, 1, 1_000>")]
    pub batches_max: usize,
    /// The same of one caller: an IPv4 address or an IPv6 network of 64 bits.
    #[serde(deserialize_with = "within::<_, _, 1, 1_000>")]
    pub caller_batches_max: usize,
    /// How long a batch of which nothing is recorded keeps its place when somebody else wants it.
    #[serde(deserialize_with = "within::<_, _, 0, 3_600_000>")]
    pub batch_fruitless_ms: u64,
    /// Lines of one batch that wait for their decision; while there are as many, its body is not read on.
    #[serde(deserialize_with = "within::<_, _, 64, 65_536>")]
    pub batch_window_lines_max: usize,
    /// Bytes of the same.
    #[serde(deserialize_with = "within::<_, _, 65_536, 67_108_864>")]
    pub batch_window_bytes_max: usize,
    /// Answered lines of one batch that wait for the client to take them; while there are as many, its body is not
    /// read on. So many lines may be sent by a client that reads nothing before it has sent everything.
    #[serde(deserialize_with = "within::<_, _, 64, 10_000_000>")]
    pub batch_waiting_lines_max: usize,
    /// Bytes of refusals among them.
    #[serde(deserialize_with = "within::<_, _, 65_536, 268_435_456>")]
    pub batch_waiting_bytes_max: usize,
    /// Bytes of one batch of trials (`?dry_run=true`).
    #[serde(deserialize_with = "within::<_, _, 1, 67_108_864>")]
    pub trial_bytes_max: usize,
    /// Single trials judged at once, each on a thread of its own.
    #[serde(deserialize_with = "within::<_, _, 1, 64>")]
    pub trials_max: usize,
    /// Batches of trials that come in or are judged at once, on other threads; further ones are told to come back.
    #[serde(deserialize_with = "within::<_, _, 1, 64>")]
    pub trial_batches_max: usize,
    /// The same of one caller.
    #[serde(deserialize_with = "within::<_, _, 1, 64>")]
    pub caller_trial_batches_max: usize,
    /// Requests under `/v1` worked on at once; further ones are told to come back.
    #[serde(deserialize_with = "within::<_, _, 1, 100_000>")]
    pub requests_max: usize,
    /// The same of one caller.
    #[serde(deserialize_with = "within::<_, _, 1, 100_000>")]
    pub caller_requests_max: usize,
    /// Store reads running at once, each on a thread of its own.
    #[serde(deserialize_with = "within::<_, _, 1, 512>")]
    pub reads_max: usize,
    /// The same of one caller: more of his wait behind these, and not before those of others.
    #[serde(deserialize_with = "within::<_, _, 1, 512>")]
    pub caller_reads_max: usize,
    /// How long a read may wait for its turn.
    #[serde(deserialize_with = "within::<_, _, 1, 600_000>")]
    pub read_wait_ms: u64,
    /// Rows of one page at most. The interface promises 1000.
    #[serde(deserialize_with = "within::<_, _, 1, 1_000>")]
    pub page_rows_max: usize,
    /// Keys looked at for one step of a page: a filter that matches little ends a page early, with a cursor.
    #[serde(deserialize_with = "within::<_, _, 100, 1_000_000>")]
    pub page_examined_max: usize,
    /// Bytes of one page, above which it ends early, with a cursor.
    #[serde(deserialize_with = "within::<_, _, 65_536, 268_435_456>")]
    pub page_bytes_max: usize,
}

/// Section `[quotas]`: requests for reading. Those of writing are in `[ledger]`; they count after verification.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quotas {
    /// Requests in a minute from one address without a token, for as long as one likes. 0: no quota.
    #[serde(deserialize_with = "within::<_, _, 0, 1_000_000>")]
    pub address_requests_per_minute: u32,
    /// Requests from one address at once after a pause.
    #[serde(deserialize_with = "within::<_, _, 1, 1_000_000>")]
    pub address_requests_burst: u32,
    /// Requests in a minute with one token that has no quota of its own. 0: no quota.
    #[serde(deserialize_with = "within::<_, _, 0, 1_000_000>")]
    pub token_requests_per_minute: u32,
    /// Requests with one token at once after a pause.
    #[serde(deserialize_with = "within::<_, _, 1, 1_000_000>")]
    pub token_requests_burst: u32,
    /// Addresses kept in mind at one time.
    #[serde(deserialize_with = "within::<_, _, 1, 1_000_000>")]
    pub addresses_max: usize,
    /// Proxies whose word on where a request came from counts (`X-Forwarded-For`, the last address), for quotas and for
    /// every bound of one caller.
    pub proxies: Vec<IpAddr>,
}

/// Section `[tls]`. Without certificate and key there is no TLS.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tls {
    /// PEM file of the certificate and those above it, leaf first. A relative path starts at the
    /// configuration file's directory.
    pub certificate: Option<PathBuf>,
    /// PEM file of its private key.
    pub key: Option<PathBuf>,
    /// Time for a handshake, waiting for those of others included.
    #[serde(deserialize_with = "within::<_, _, 1, 600_000>")]
    pub handshake_ms: u64,
    /// Handshakes going on at once.
    #[serde(deserialize_with = "within::<_, _, 1, 100_000>")]
    pub handshakes_max: usize,
    /// How often the files are looked at for a new certificate.
    #[serde(deserialize_with = "within::<_, _, 1, 86_400_000>")]
    pub reread_ms: u64,
}

/// Section `[metrics]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Metrics {
    /// Address on which `/metrics` alone is served, in clear. Without it the server's own address serves it,
    /// where that is loopback, and nobody else does.
    pub listen: Option<SocketAddr>,
    /// With more ledgers than this no figure names a ledger: sums only.
    #[serde(deserialize_with = "within::<_, _, 0, 100_000>")]
    pub ledgers_max: usize,
}

/// Section `[log]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// One JSON object a line, or text for a person.
    pub format: LogFormat,
    /// What is logged: `info`, or directives such as `info,jejak_ledger=debug`.
    pub filter: String,
}

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// A line for a person.
    Text,
}

impl Config {
    /// Reads the file at `path`.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let config = Self::parse(&read(path)?, path)?;
        Ok(config.starting_at(path.parent().unwrap_or(Path::new(""))))
    }

    /// Parses `text`; `path` names it in errors.
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        toml::from_str(text).map_err(|error| invalid(&error, text, path))
    }

    /// Relative paths start at `folder`.
    fn starting_at(mut self, folder: &Path) -> Self {
        let tls = [&mut self.tls.certificate, &mut self.tls.key];
        for file in tls.into_iter().chain([&mut self.evidence.certificate]).flatten() {
            *file = folder.join(&*file);
        }
        let evidence = &mut self.evidence;
        evidence.key = evidence.key.take().map(|place| place.starting_at(folder));
        evidence.passphrase = evidence.passphrase.take().map(|source| source.starting_at(folder));
        let Timestamps { anchors, credentials, .. } = &mut self.timestamps;
        for file in anchors.iter_mut().chain(credentials) {
            *file = folder.join(&*file);
        }
        let ledger = &mut self.ledger;
        for place in ledger.log_keys.values_mut() {
            *place = place.clone().starting_at(folder);
        }
        ledger.log_key_passphrase =
            ledger.log_key_passphrase.take().map(|source| source.starting_at(folder));
        self
    }
}

impl Server {
    pub(crate) fn header_read(&self) -> Duration {
        Duration::from_millis(self.header_read_ms)
    }

    pub(crate) fn body_idle(&self) -> Duration {
        Duration::from_millis(self.body_idle_ms)
    }

    pub(crate) fn body_total(&self) -> Duration {
        Duration::from_millis(self.body_total_ms)
    }

    pub(crate) fn write_stall(&self) -> Duration {
        Duration::from_millis(self.write_stall_ms)
    }

    pub(crate) fn drain(&self) -> Duration {
        Duration::from_millis(self.drain_ms)
    }
}

impl Tls {
    /// Certificate and key, where TLS is asked for.
    pub(crate) fn files(&self) -> Result<Option<Files>, TlsError> {
        match (&self.certificate, &self.key) {
            (Some(certificate), Some(key)) => {
                Ok(Some(Files { certificate: certificate.clone(), key: key.clone() }))
            }
            (None, None) => Ok(None),
            _ => Err(TlsError::Half),
        }
    }

    pub(crate) fn handshake(&self) -> Duration {
        Duration::from_millis(self.handshake_ms)
    }

    pub(crate) fn reread(&self) -> Duration {
        Duration::from_millis(self.reread_ms)
    }
}

impl Limits {
    pub(crate) fn batch_fruitless(&self) -> Duration {
        Duration::from_millis(self.batch_fruitless_ms)
    }

    pub(crate) fn read_wait(&self) -> Duration {
        Duration::from_millis(self.read_wait_ms)
    }
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 6107)),
            insecure_http: false,
            connections_max: 1_024,
            caller_connections_max: 256,
            header_read_ms: 15_000,
            body_idle_ms: 10_000,
            body_total_ms: 120_000,
            write_stall_ms: 30_000,
            drain_ms: 20_000,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_bytes_max: 32 * 1024,
            batch_bytes_max: 0,
            batch_lines_max: 0,
            batches_max: 16,
            caller_batches_max: 4,
            batch_fruitless_ms: 30_000,
            batch_window_lines_max: 4_096,
            batch_window_bytes_max: 2 * 1024 * 1024,
            batch_waiting_lines_max: 100_000,
            batch_waiting_bytes_max: 8 * 1024 * 1024,
            trial_bytes_max: 8 * 1024 * 1024,
            trials_max: 4,
            trial_batches_max: 4,
            caller_trial_batches_max: 2,
            requests_max: 1_024,
            caller_requests_max: 256,
            reads_max: 64,
            caller_reads_max: 16,
            read_wait_ms: 5_000,
            page_rows_max: 1_000,
            page_examined_max: 10_000,
            page_bytes_max: 8 * 1024 * 1024,
        }
    }
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            address_requests_per_minute: 30_000,
            address_requests_burst: 10_000,
            token_requests_per_minute: 30_000,
            token_requests_burst: 10_000,
            addresses_max: 65_536,
            proxies: Vec::new(),
        }
    }
}

impl Default for Tls {
    fn default() -> Self {
        Self {
            certificate: None,
            key: None,
            handshake_ms: 5_000,
            handshakes_max: 256,
            reread_ms: 10_000,
        }
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self { listen: None, ledgers_max: 50 }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Text, filter: "info".to_owned() }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn parse(text: &str) -> Result<Config, ConfigError> {
        Config::parse(text, Path::new("jejak.toml"))
    }

    #[test]
    fn an_empty_file_is_the_default() {
        let config = parse("").unwrap();
        assert_eq!(config.server, Server::default());
        assert_eq!(config.limits, Limits::default());
        assert_eq!(config.limits.batch_bytes_max, 0);
        assert_eq!(config.limits.batch_waiting_lines_max, 100_000);
        assert_eq!(config.log.format, LogFormat::Text);
    }

    #[test]
    fn a_file_sets_what_it_names_and_leaves_the_rest() {
        let config =
            parse("[server]\nlisten = \"0.0.0.0:80\"\n[log]\nformat = \"json\"\n").unwrap();
        assert_eq!(config.server.listen.port(), 80);
        assert_eq!(config.server.drain_ms, Server::default().drain_ms);
        assert_eq!(config.log.format, LogFormat::Json);
    }

    #[test]
    fn an_unknown_key_names_its_line_and_the_known_ones() {
        let error =
            parse("[server]\nlisten = \"127.0.0.1:1\"\nlimt = 3\n").unwrap_err().to_string();
        assert!(error.starts_with("jejak.toml:3:1: unknown field `limt`"), "{error}");
        assert!(error.contains("`connections_max`"), "{error}");
    }

    #[test]
    fn a_value_out_of_range_names_its_line_and_the_range() {
        let error = parse("\n[limits]\nreads_max = 0\n").unwrap_err().to_string();
        assert_eq!(error, "jejak.toml:3:13: 0 is not within 1 to 512");
        let error = parse("[limits]\npage_rows_max = -1\n").unwrap_err().to_string();
        assert_eq!(error, "jejak.toml:2:17: -1 is not within 1 to 1000");
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Config::load(Path::new("/nowhere/jejak.toml")).unwrap_err().to_string();
        assert!(error.starts_with("/nowhere/jejak.toml: "), "{error}");
    }
}
