//! What loads and is probably not meant: combinations that expose, stall or starve a server.

use std::net::SocketAddr;

use tracing_subscriber::EnvFilter;

use super::Config;

/// Something to think about before serving, in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Danger {
    /// Whether the server would not start like this.
    pub is_fatal: bool,
    /// The key to look at, as `section.key`.
    pub key: &'static str,
    /// What it does, in Indonesian.
    pub indonesian: String,
    /// The same in English.
    pub english: String,
}

impl Config {
    /// All dangers of this configuration.
    pub fn dangers(&self) -> Vec<Danger> {
        let mut found = Vec::new();
        self.exposure(&mut found);
        self.sizes(&mut found);
        self.times(&mut found);
        found
    }

    fn exposure(&self, found: &mut Vec<Danger>) {
        let (server, tls) = (&self.server, &self.tls);
        let has_tls = tls.certificate.is_some() && tls.key.is_some();
        if tls.certificate.is_some() != tls.key.is_some() {
            found.push(fatal(
                "tls.certificate",
                "certificate dan key harus diisi keduanya",
                "certificate and key are needed both",
            ));
        }
        let leaves = |address: &SocketAddr| !address.ip().is_loopback();
        if leaves(&server.listen) && !has_tls {
            found.push(if server.insecure_http {
                danger(
                    "server.insecure_http",
                    "pernyataan dan token pembaca keluar dari mesin ini tanpa TLS",
                    "statements and readers' tokens leave this machine without TLS",
                )
            } else {
                fatal(
                    "server.listen",
                    "terjangkau dari mesin lain tanpa TLS: isi [tls] atau insecure_http = true",
                    "reached from other machines without TLS: set [tls], or insecure_http = true",
                )
            });
        }
        if server.insecure_http && has_tls {
            found.push(danger(
                "server.insecure_http",
                "tidak berpengaruh selama TLS diatur; hapus saja",
                "has no effect while there is TLS: leave it out",
            ));
        }
        if self.metrics.listen.as_ref().is_some_and(leaves) {
            let (id, en) = (
                "angka pemantauan terbuka bagi mesin lain tanpa TLS; batasi dengan firewall",
                "the figures are open to other machines without TLS: restrict who reaches them",
            );
            found.push(if server.insecure_http {
                danger("metrics.listen", id, en)
            } else {
                fatal("metrics.listen", id, en)
            });
        }
        if self.metrics.listen == Some(server.listen) && server.listen.port() != 0 {
            found.push(fatal(
                "metrics.listen",
                "sama dengan server.listen: keduanya tidak dapat memakai satu alamat",
                "the same as server.listen: the two cannot have one address",
            ));
        }
        if let Err(error) = EnvFilter::try_new(&self.log.filter) {
            found.push(fatal("log.filter", &error.to_string(), "not a list of directives"));
        }
    }

    fn sizes(&self, found: &mut Vec<Danger>) {
        let (limits, ledger) = (&self.limits, &self.ledger);
        let windows = limits.batches_max.saturating_mul(limits.batch_window_bytes_max);
        let trials = limits.trial_batches_max.saturating_mul(limits.trial_bytes_max);
        if windows.saturating_add(trials) > ledger.queue_bytes_max {
            found.push(danger(
                "ledger.queue_bytes_max",
                "kurang dari limits.batches_max kali limits.batch_window_bytes_max ditambah \
                 limits.trial_batches_max kali limits.trial_bytes_max: kiriman besar dapat menutup jalan pernyataan \
                 tunggal",
                "less than limits.batches_max times limits.batch_window_bytes_max and limits.trial_batches_max times \
                 limits.trial_bytes_max together: large batches may leave single statements no room",
            ));
        }
        for (key, of_caller, all) in self.shares() {
            // A bound of 1 leaves nothing to share.
            if all > 1 && of_caller >= all {
                found.push(danger(
                    key,
                    "tidak kurang dari batas untuk semua pengirim: satu alamat dapat menutup jalan yang lain",
                    "not below the bound for all callers: one address may keep the others out",
                ));
            }
        }
        if ledger.disk_free_min_bytes < DISK_FREE_BYTES {
            found.push(danger(
                "ledger.disk_free_min_bytes",
                "kurang dari 64 MiB: penyimpanan dapat penuh di tengah penulisan",
                "less than 64 MiB: the disk may fill in the middle of a write",
            ));
        }
        if ledger.clock_jump_max_s > DAY_S {
            found.push(danger(
                "ledger.clock_jump_max_s",
                "lebih dari sehari: jam yang melompat tidak akan menghentikan pencatatan",
                "more than a day: a clock that jumps will not stop writing",
            ));
        }
    }

    /// Every bound of one caller beside the bound for all.
    fn shares(&self) -> [(&'static str, usize, usize); 7] {
        let Self { server, limits, documents, .. } = self;
        [
            (
                "server.caller_connections_max",
                server.caller_connections_max,
                server.connections_max,
            ),
            ("limits.caller_requests_max", limits.caller_requests_max, limits.requests_max),
            ("limits.caller_reads_max", limits.caller_reads_max, limits.reads_max),
            ("limits.caller_batches_max", limits.caller_batches_max, limits.batches_max),
            (
                "limits.caller_trial_batches_max",
                limits.caller_trial_batches_max,
                limits.trial_batches_max,
            ),
            ("documents.caller_uploads_max", documents.caller_uploads_max, documents.uploads_max),
            (
                "documents.caller_downloads_max",
                documents.caller_downloads_max,
                documents.downloads_max,
            ),
        ]
    }

    fn times(&self, found: &mut Vec<Danger>) {
        let server = &self.server;
        if server.body_idle_ms > server.body_total_ms {
            found.push(danger(
                "server.body_idle_ms",
                "lebih lama dari body_total_ms dan karena itu tidak pernah berlaku",
                "longer than body_total_ms, so it never counts",
            ));
        }
        if server.drain_ms < DRAIN_MS {
            found.push(danger(
                "server.drain_ms",
                "kurang dari sedetik: permintaan yang sedang berjalan terputus saat berhenti",
                "less than a second: requests in flight are cut when the server stops",
            ));
        }
    }
}

fn danger(key: &'static str, indonesian: &str, english: &str) -> Danger {
    Danger { is_fatal: false, key, indonesian: indonesian.to_owned(), english: english.to_owned() }
}

fn fatal(key: &'static str, indonesian: &str, english: &str) -> Danger {
    Danger { is_fatal: true, ..danger(key, indonesian, english) }
}

const DISK_FREE_BYTES: u64 = 64 << 20;
const DAY_S: u64 = 86_400;
const DRAIN_MS: u64 = 1_000;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::path::Path;

    use super::*;

    fn keys(text: &str) -> Vec<(&'static str, bool)> {
        let config = Config::parse(text, Path::new("jejak.toml")).unwrap();
        config.dangers().iter().map(|danger| (danger.key, danger.is_fatal)).collect()
    }

    #[test]
    fn the_defaults_are_not_dangerous() {
        assert_eq!(keys(""), []);
    }

    #[test]
    fn what_leaves_the_machine_in_clear_is_a_danger_or_does_not_start() {
        assert_eq!(keys("[server]\nlisten = \"0.0.0.0:80\"\n"), [("server.listen", true)]);
        assert_eq!(
            keys("[server]\nlisten = \"0.0.0.0:80\"\ninsecure_http = true\n"),
            [("server.insecure_http", false)]
        );
        let tls = "[server]\nlisten = \"[::]:80\"\n[tls]\ncertificate = \"c\"\nkey = \"k\"\n";
        assert_eq!(keys(tls), []);
        assert_eq!(keys("[tls]\nkey = \"k\"\n"), [("tls.certificate", true)]);
        assert_eq!(keys("[metrics]\nlisten = \"10.0.0.1:9\"\n"), [("metrics.listen", true)]);
        assert_eq!(keys("[metrics]\nlisten = \"127.0.0.1:6107\"\n"), [("metrics.listen", true)]);
    }

    #[test]
    fn a_share_that_is_all_there_is_is_a_danger() {
        assert_eq!(keys("[limits]\nbatches_max = 4\n"), [("limits.caller_batches_max", false)]);
        let documents = "[documents]\ncaller_downloads_max = 100\n";
        assert_eq!(keys(documents), [("documents.caller_downloads_max", false)]);
        assert_eq!(keys("[limits]\nbatches_max = 1\n"), []);
    }

    #[test]
    fn bounds_that_contradict_each_other_are_told() {
        let text = "[server]\nbody_idle_ms = 9\nbody_total_ms = 8\ndrain_ms = 0\n\
                    [ledger]\nqueue_bytes_max = 1_000\ndisk_free_min_bytes = 0\n[log]\nfilter = \"a=b=c\"\n";
        assert_eq!(
            keys(text),
            [
                ("log.filter", true),
                ("ledger.queue_bytes_max", false),
                ("ledger.disk_free_min_bytes", false),
                ("server.body_idle_ms", false),
                ("server.drain_ms", false)
            ]
        );
    }
}
