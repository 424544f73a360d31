//! `jejak replay`: rebuilds the registers from the events and compares them byte for byte.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use clap::Args;
use jejak_ledger::store::{LedgerStore, Rocks, Tuning};
use jejak_ledger::{ReplayReport, View};

use super::examples::Examples;
use super::exit::Exit;
use super::interrupt::Scratch;
use super::serve::configuration;
use super::{Context, output, source};

/// Replays one ledger.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Replay {
    /// Direktori data (data directory)
    #[arg(long)]
    dir: PathBuf,
    /// Buku besar (ledger), e.g. 61.07
    #[arg(long)]
    ledger: String,
}

impl Replay {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let archive = source::archive(&self.dir, context)?;
        let view = source::view(&archive, &self.ledger)?;
        let report = run(view, context)?;
        let members = output::members(&serde_json::to_value(&report)?);
        context.output.report(&report, &["name", "value"], &members)?;
        Ok(if report.differences.is_empty() { Exit::Ok } else { Exit::VerificationFailed })
    }
}

/// Replays one ledger into a scratch directory, with a bar on stderr.
pub(crate) fn run(view: &View, context: &Context) -> Result<ReplayReport> {
    let scratch = Scratch::new("replay")?;
    let settings = configuration(context, None)?.ledger;
    let store: Arc<dyn LedgerStore> =
        Arc::new(Rocks::create(&scratch.path().join("db"), &Tuning::default())?);
    let bar = context.talk.progress(view.size(), format!("replay {}", view.region()));
    let report = jejak_ledger::replay(view, &store, &settings, &|done, _| bar.set(done));
    bar.finish();
    Ok(report?)
}

const EXAMPLES: Examples = Examples(&[
    (
        "bangun ulang register Bengkayang",
        "rebuild the registers of the regency",
        "jejak replay --dir /tmp/jejak --ledger 61.07",
    ),
    (
        "hasilnya untuk program",
        "the report for a program",
        "jejak replay --dir /tmp/jejak --ledger id -o json",
    ),
]);
