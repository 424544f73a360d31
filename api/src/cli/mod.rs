//! The command `jejak`: one file per subcommand, and what they share.
//!
//! Data goes to stdout (`output`), talk to stderr (`talk`), and every ending has one of the exit
//! codes of the interface (`exit`). Servers are asked through `client`, directories are opened
//! through `source`; a subcommand is the page between the two.

mod access;
mod audit;
mod bench;
mod causes;
mod cert;
mod client;
mod closed;
mod completion;
mod config;
mod custody;
mod demo;
mod doctor;
mod documents;
mod durable;
mod events;
mod evidence;
mod examples;
mod exit;
mod files;
mod forms;
mod holder;
mod impact;
mod index;
mod interrupt;
mod key;
mod key_words;
mod ledger;
mod moment;
mod noted;
mod officer;
mod openapi;
mod opening;
mod output;
mod patience;
mod policy;
mod post;
mod receipt;
mod recorded;
mod refusals;
mod register;
mod replay;
mod rules;
mod rulesets;
mod serve;
mod server;
mod shapes;
mod sign;
mod signatory;
mod source;
mod steps;
mod stream;
mod tail;
mod talk;
mod times;
mod token;
mod trust;
mod unfit;
mod usage;
mod verdict;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use jejak_api::SystemClock;
use jejak_ledger::{Clock, log::Micros};

use client::Reach;
use examples::Examples;
use exit::Exit;
use output::{Format, Output};
use talk::{Talk, complain};

/// Buku besar audit untuk SPBE: peristiwa bertanda tangan, berantai, dapat dibuktikan
/// (an audit ledger for Indonesian e-government: signed events, chained, provable)
#[derive(Debug, Parser)]
#[command(name = "jejak", bin_name = "jejak", version, after_help = ending())]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// The flags of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Umum (global)")]
struct Global {
    /// Berkas konfigurasi TOML (configuration file)
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Bentuk keluaran (format of the data on stdout)
    #[arg(
        short,
        long = "output",
        global = true,
        value_enum,
        value_name = "FORMAT",
        env = "JEJAK_OUTPUT"
    )]
    output: Option<Format>,
    /// Tanpa pesan di stderr, kecuali galat (no talk on stderr but errors)
    #[arg(long, global = true)]
    quiet: bool,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, Subcommand)]
#[command(subcommand_help_heading = "Perintah (commands)")]
enum Command {
    /// Jalankan server (run the server)
    Serve(serve::Serve),
    /// Peragaan lengkap dengan data nyata, di bawah satu menit (the whole of it, on real data)
    Demo(demo::Demo),
    /// Buku besar: buat dan lihat (make and show ledgers)
    #[command(subcommand)]
    Ledger(ledger::Ledger),
    /// Kebijakan kepercayaan (trust policies)
    #[command(subcommand)]
    Trust(trust::Trust),
    /// Kunci (keys)
    #[command(subcommand)]
    Key(key::Key),
    /// Sertifikat pengembangan, bukan untuk produksi (development certificates)
    #[command(subcommand)]
    Cert(cert::Cert),
    /// Tanda tangani satu peristiwa; JWS di stdout (sign an event; the JWS on stdout)
    Sign(sign::Sign),
    /// Kirim pernyataan ke buku besar (post statements to a ledger)
    Post(post::Post),
    /// Resi (receipts)
    #[command(subcommand)]
    Receipt(receipt::Receipt),
    /// Tegakkah tanda tangan suatu peristiwa, dan mengapa (does a signature stand, and why)
    Verdict(verdict::Verdict),
    /// Peristiwa yang tercatat (the recorded events)
    Events(events::Events),
    /// Dokumen yang disebut peristiwa (the documents that events name)
    #[command(subcommand)]
    Documents(documents::Documents),
    /// Token pembaca (tokens of readers)
    #[command(subcommand)]
    Token(token::Command),
    /// Catatan pembacaan di atas kelas publik (who read what is above public)
    Access(access::Access),
    /// Peristiwa terbaru, dan yang menyusul (the newest events, and those that follow)
    Tail(tail::Tail),
    /// Penolakan yang disimpan di samping rantai (the refusals that are kept)
    Refusals(refusals::Refusals),
    /// Apa yang bertumpu pada suatu sertifikat, bila kuncinya bocor (what rests on a certificate whose key leaked)
    Impact(impact::Impact),
    /// Satu aliran: riwayatnya, dan yang boleh menyusul (one stream: its past, and what may come next)
    Stream(stream::Stream),
    /// Aturan yang berlaku (the rules in force)
    #[command(subcommand)]
    Rules(rules::Rules),
    /// Bentuk peristiwa suatu jenis, dengan contoh (what an event of a type looks like)
    Schema(rules::Schema),
    /// Register, juga pada saat yang lalu (a register, also as of an earlier time)
    Register(register::Register),
    /// Periksa semuanya dari awal (derive everything again and compare)
    Audit(audit::Audit),
    /// Bukti yang tahan lama: daftar pencabutan, pembaruan (evidence that lasts: revocation lists, renewals)
    #[command(subcommand)]
    Evidence(evidence::Evidence),
    /// Bangun ulang register dan bandingkan bita demi bita (rebuild the registers and compare)
    Replay(replay::Replay),
    /// Indeks SPBE dari tabel tingkat kematangan (the SPBE index of a table of levels)
    Index(index::IndexCommand),
    /// Konfigurasi: periksa, tampilkan (configuration: check it, show it)
    #[command(subcommand)]
    Config(config::Config),
    /// Periksa pemasangan: izin, kunci, jam, penyimpanan, TLS, server (is this installation sound?)
    Doctor(doctor::Doctor),
    /// Ukur kecepatan terhadap batasnya (measure against the limit)
    Bench(bench::Bench),
    /// Deskripsi antarmuka HTTP (the description of the HTTP interface: `OpenAPI`)
    #[command(hide = true)]
    Openapi,
    /// Pelengkapan baris perintah untuk shell (completion of command lines)
    Completion(completion::Completion),
    /// Halaman manual (the manual pages)
    Man(completion::Man),
}

/// What every command is given.
struct Context {
    config: Option<PathBuf>,
    output: Output,
    talk: Talk,
    reach: Reach,
    clock: Arc<dyn Clock>,
}

/// The whole command line, with the examples of every command.
fn command() -> clap::Command {
    examples::of_groups(Cli::command())
}

/// What the help of `jejak` itself ends with.
fn ending() -> String {
    format!("{EXIT_CODES}\n\n{EXAMPLES}")
}

/// Runs the command line of this process.
pub(crate) fn main() -> ExitCode {
    let matches = command().try_get_matches().unwrap_or_else(|error| usage::exit(&error));
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| usage::exit(&error));
    match cli.run() {
        Ok(exit) => exit.into(),
        Err(error) if exit::reader_went_away(&error) => ExitCode::SUCCESS,
        Err(error) => {
            complain(format_args!("jejak: {}", exit::told(&error)));
            Exit::of(&error).into()
        }
    }
}

impl Cli {
    fn run(self) -> Result<Exit> {
        let context = Context {
            config: self.global.config,
            output: Output::new(self.global.output),
            talk: Talk::new(self.global.quiet),
            reach: self.global.reach.with_environment(),
            clock: Arc::new(SystemClock),
        };
        if !matches!(self.command, Command::Serve(_)) {
            interrupt::watch()?; // The server drains by itself.
        }
        self.command.run(&context)
    }
}

impl Command {
    fn run(&self, context: &Context) -> Result<Exit> {
        match self {
            Self::Serve(serve) => serve.run(context),
            Self::Demo(demo) => demo.run(context),
            Self::Ledger(ledger) => ledger.run(context),
            Self::Trust(trust) => trust.run(context),
            Self::Key(key) => key.run(context),
            Self::Cert(cert) => cert.run(context),
            Self::Sign(sign) => sign.run(context),
            Self::Post(post) => post.run(context),
            Self::Receipt(receipt) => receipt.run(context),
            Self::Verdict(verdict) => verdict.run(context),
            Self::Events(events) => events.run(context),
            Self::Tail(tail) => tail.run(context),
            Self::Impact(impact) => impact.run(context),
            Self::Stream(stream) => stream.run(context),
            Self::Rules(rules) => rules.run(context),
            Self::Schema(schema) => schema.run(context),
            Self::Register(register) => register.run(context),
            Self::Documents(documents) => documents.run(context),
            Self::Refusals(refusals) => refusals.run(context),
            Self::Token(token) => token.run(context),
            Self::Access(access) => access.run(context),
            Self::Audit(audit) => audit.run(context),
            Self::Evidence(evidence) => evidence.run(context),
            Self::Replay(replay) => replay.run(context),
            Self::Index(index) => index.run_in(context),
            Self::Config(config) => config.run(context),
            Self::Doctor(doctor) => doctor.run(context),
            Self::Bench(bench) => bench.run(context),
            Self::Openapi => openapi::run(context),
            Self::Completion(completion) => completion.run(),
            Self::Man(man) => man.run(context),
        }
    }
}

impl Context {
    /// Now, in whole seconds since 1970.
    fn now_s(&self) -> u64 {
        let Micros(micros) = self.clock.now();
        micros / 1_000_000
    }
}

const EXIT_CODES: &str = "Kode keluar (exit codes): 0 ok, 1 galat (error), 2 pemakaian (usage), \
3 tidak terhubung (cannot connect), 4 verifikasi gagal (verification failed), 5 ditolak (refused), \
6 tidak ada (not found), 7 tidak berhak (not permitted), 8 tidak pasti (indeterminate), \
130 dihentikan (interrupted)";
const EXAMPLES: Examples = Examples(&[
    (
        "data contoh, yang dipakai semua contoh lain",
        "sample data, which all other examples use",
        "jejak demo --dir /tmp/jejak --keep --quiet",
    ),
    (
        "layani; contoh dengan --url bertanya ke sini",
        "serve it: examples with --url ask here",
        "jejak serve --dir /tmp/jejak --listen 127.0.0.1:6107  # Ctrl-C",
    ),
]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn global_flags_stand_before_or_after_the_command() {
        for line in ["jejak -o json audit --dir d", "jejak audit --dir d -o json --quiet"] {
            assert!(Cli::try_parse_from(line.split(' ')).is_ok(), "{line}");
        }
    }
}
