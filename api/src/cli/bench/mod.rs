//! `jejak bench`: how near the ledger comes to its limit, which is verifying one signature for each
//! event on all cores. One run, the real server over loopback HTTP, the embedded database.

mod load;
mod measure;
mod prepare;
mod wire;

use std::time::Duration;

use anyhow::Result;
use clap::Args;
use jejak_ledger::{AuditReport, ReplayReport};
use serde::Serialize;
use serde_json::{Value, json};

use super::client::{Client, Reach};
use super::exit::Exit;
use super::interrupt::Scratch;
use super::server::Server;
use super::{Context, audit, replay, source};
use crate::cli::examples::Examples;
use measure::{p99_ms, ratio};
use prepare::{LEDGER, Prepared};

/// Measures.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Bench {
    /// Lama tiap pengukuran dalam detik (seconds of each measurement)
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=600))]
    seconds: u32,
}

/// The figures.
#[derive(Debug, Serialize)]
struct Figures {
    limit_per_s: f64,
    batch_per_s: f64,
    single64_per_s: f64,
    single64_p99_ms: f64,
    single_while_batch_p99_ms: f64,
    single_while_batch_ratio: f64,
    batch_while_single_per_s: f64,
    audit_per_s: f64,
    replay_per_s: f64,
    batch_ratio: f64,
    single64_ratio: f64,
    audit_ratio: f64,
    replay_ratio: f64,
    records: u64,
    cores: usize,
    seconds: u32,
}

impl Bench {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let scratch = Scratch::new("bench")?;
        let figures = self.measure(&scratch, context)?;
        let rows = figures.rows();
        context.output.report(&figures, &["figure", "value", "ratio"], &rows)?;
        Ok(Exit::Ok)
    }

    fn measure(&self, scratch: &Scratch, context: &Context) -> Result<Figures> {
        let time = Duration::from_secs(self.seconds.into());
        let directory = scratch.path().join("data");
        let cores = std::thread::available_parallelism()?.get();

        context.talk.say("menyiapkan buku besar dan pernyataan", "preparing ledger and statements");
        let mut prepared = Prepared::new(&directory, context)?;
        let limit = load::verify(&prepared, cores, time)?;
        prepared.sign_for(limit, time, cores, context)?;
        let limit = limit.per_s();

        let server = Server::without_quotas(&directory, context)?;
        context.talk.say("satu per satu, 64 koneksi", "one by one over 64 connections");
        let (alone, beside) = prepared.for_single();
        let (batches, streamed) = prepared.for_batch();
        let (single, latencies) = load::single(alone, server.address(), time)?;
        let quiet_p99_ms = p99_ms(latencies);
        context.talk.say("sama, di samping kelompok besar", "the same beside a large batch");
        let (latencies, beside_singles) =
            load::single_while_batch(beside, streamed, server.address(), time)?;
        let beside_p99_ms = p99_ms(latencies);
        context.talk.say("dalam kelompok", "in batches");
        let client = Client::new(&server.url(), &Reach::default())?;
        let batch = load::batch(batches, &client, time, cores)?.per_s();
        server.stop()?;

        let archive = source::archive(&directory, context)?;
        let view = source::view(&archive, LEDGER)?;
        let (records, single) = (view.size(), single.per_s());
        context.talk.say(format!("memeriksa {records} catatan"), "audit and replay");
        let audit = load::timed(records, || sound(&audit::run(&archive, view, context)?))?;
        let replay = load::timed(records, || same(&replay::run(view, context)?))?;

        Ok(Figures {
            limit_per_s: limit,
            batch_per_s: batch,
            single64_per_s: single,
            single64_p99_ms: quiet_p99_ms,
            single_while_batch_p99_ms: beside_p99_ms,
            single_while_batch_ratio: ratio(beside_p99_ms, quiet_p99_ms),
            batch_while_single_per_s: beside_singles.per_s(),
            audit_per_s: audit.per_s(),
            replay_per_s: replay.per_s(),
            batch_ratio: ratio(batch, limit),
            single64_ratio: ratio(single, limit),
            audit_ratio: ratio(audit.per_s(), limit),
            replay_ratio: ratio(replay.per_s(), limit),
            records,
            cores,
            seconds: self.seconds,
        })
    }
}

impl Figures {
    fn rows(&self) -> Vec<Value> {
        let row = |figure: &str, value: f64, ratio: Option<f64>| json!({ "figure": figure, "value": (value * 10.0).round() / 10.0, "ratio": ratio });
        vec![
            row("limit_per_s", self.limit_per_s, None),
            row("batch_per_s", self.batch_per_s, Some(self.batch_ratio)),
            row("single64_per_s", self.single64_per_s, Some(self.single64_ratio)),
            row("single64_p99_ms", self.single64_p99_ms, None),
            row(
                "single_while_batch_p99_ms",
                self.single_while_batch_p99_ms,
                Some(self.single_while_batch_ratio),
            ),
            row("batch_while_single_per_s", self.batch_while_single_per_s, None),
            row("audit_per_s", self.audit_per_s, Some(self.audit_ratio)),
            row("replay_per_s", self.replay_per_s, Some(self.replay_ratio)),
        ]
    }
}

/// A figure of a ledger that is not sound is no figure.
fn sound(report: &AuditReport) -> Result<()> {
    anyhow::ensure!(report.is_clean(), "audit: {report:?}");
    Ok(())
}

fn same(report: &ReplayReport) -> Result<()> {
    anyhow::ensure!(report.differences.is_empty(), "replay: {report:?}");
    Ok(())
}

const EXAMPLES: Examples = Examples(&[
    ("satu detik tiap pengukuran", "a second for each measurement", "jejak bench --seconds 1"),
    (
        "hasilnya untuk program",
        "the figures for a program",
        "jejak bench --seconds 1 -o json --quiet",
    ),
]);
