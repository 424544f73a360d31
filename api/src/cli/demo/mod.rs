//! `jejak demo`: the main job on real input. A development authority, officers with keys of two
//! kinds, a real server over loopback HTTP; the acts of one regency with the refusals that its
//! regulation demands; the official results of the whole country; then everything proven again.
//!
//! The story is told in order: `world.rs` (who there is), `founding.rs` (the two ledgers and their
//! people), `story.rs` (one application, one incident), `delivery.rs` (its plan, its way to its users),
//! `oversight.rs` (its data, a finding and a sanction), `national.rs` (621 results), `proof.rs`
//! (receipts, audit, replay, register), `drill.rs` (a tampering that the audit finds). A directory that
//! is kept also gets what `samples.rs` writes.

mod delivery;
mod drill;
mod founding;
mod national;
mod oversight;
mod proof;
mod samples;
mod scene;
mod stage;
mod story;
mod world;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result};
use clap::Args;
use serde_json::json;

use super::exit::{Exit, Stop};
use super::interrupt::Scratch;
use super::output::Format;
use super::server::Server;
use super::{Context, source};
use crate::cli::examples::Examples;
use scene::Scene;
use stage::{Stage, Voice};
use world::World;

/// Shows the whole of it.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Demo {
    /// Direktori data yang baru (a new data directory); default: a temporary one
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Jangan hapus direktori (leave the directory, for `jejak serve --dir`)
    #[arg(long)]
    keep: bool,
}

impl Demo {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let started = Instant::now();
        let stage = Stage::new(voice(context));
        let place = match &self.dir {
            Some(dir) => Scratch::create(dir.clone()).map_err(|error| not_made(error, dir))?,
            None => Scratch::new("demo")?,
        };
        let shown = self.play(&stage, &place, context);
        let (number, total) = (stage.number(), stage.shown());
        shown.with_context(|| format!("langkah {number} gagal (step {number} failed)"))?;
        let seconds = started.elapsed().as_secs();
        stage.end(seconds)?;
        let kept = self.finish(&stage, place)?;
        if context.output.asked() == Some(Format::Json) {
            context.output.object(
                &json!({ "steps": number, "shown": total, "seconds": seconds, "dir": kept }),
            )?;
        }
        Ok(Exit::Ok)
    }

    fn play(&self, stage: &Stage, place: &Scratch, context: &Context) -> Result<()> {
        let directory = place.path();
        let world = World::new(stage, context)?;
        founding::found(stage, &world, directory, context)?;
        let server = Server::start(directory, context)?;
        let regency = Scene::new(stage, context, &server, &world::BENGKAYANG)?;
        founding::people(&regency, &world)?;
        delivery::plan(&regency, &world)?;
        story::application(&regency, &world)?;
        delivery::delivery(&regency, &world)?;
        story::subdomain(&regency, &world)?;
        story::never(&regency, &world)?;
        story::incident(&regency, &world)?;
        oversight::data(&regency, &world)?;
        oversight::oversight(&regency, &world)?;
        let country = Scene::new(stage, context, &server, &world::NATIONAL)?;
        let results = national::record(&country, &world)?;
        server.stop()?;

        let kept = [regency.into_kept(), country.into_kept()].concat();
        let archive = source::archive(directory, context)?;
        proof::receipts(stage, &archive, &kept)?;
        proof::verdicts(stage, &archive, &kept, context)?;
        proof::audit(stage, &archive, context)?;
        proof::replay(stage, &archive, context)?;
        proof::evaluations(stage, &archive, &results)?;
        if self.keep {
            let aside = directory.join("demo");
            world.write_to(&aside)?;
            proof::write_to(&aside, &archive, &kept)?;
            samples::write_to(&aside, &world, context)?;
        }
        drop(archive);
        drill::tamper(stage, directory, &kept, context)
    }

    /// Where the directory is that stays, if it does.
    fn finish(&self, stage: &Stage, place: Scratch) -> Result<Option<PathBuf>> {
        if !self.keep {
            return Ok(None);
        }
        let path = place.keep();
        let shown = path.display();
        stage.tell(
            format_args!("Disimpan; kunci, sertifikat, kebijakan dan resi ada di {shown}/demo"),
            format_args!("The directory stays. Try: jejak serve --dir {shown}"),
        )?;
        Ok(Some(path))
    }
}

fn not_made(error: io::Error, dir: &Path) -> anyhow::Error {
    if error.kind() == io::ErrorKind::AlreadyExists {
        let indonesian = format!("{} sudah ada dan tidak kosong; hapus dulu", dir.display());
        return Stop::usage(indonesian, "it exists and is not empty: remove it first").into();
    }
    anyhow::Error::new(error).context(dir.display().to_string())
}

fn voice(context: &Context) -> Voice {
    match context.output.asked() {
        _ if context.talk.is_quiet() => Voice::Silent,
        Some(Format::Json | Format::Ndjson | Format::Csv) => Voice::Stderr,
        Some(Format::Table) | None => Voice::Stdout,
    }
}

const EXAMPLES: Examples = Examples(&[
    (
        "peragaan lengkap, tidak meninggalkan apa-apa",
        "the whole of it; nothing is left behind",
        "jejak demo",
    ),
    (
        "simpan, dengan kunci dan resi",
        "keep it, with keys and receipts",
        "jejak demo --dir /tmp/jejak --keep --quiet",
    ),
]);
