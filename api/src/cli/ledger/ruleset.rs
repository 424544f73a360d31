//! `jejak ledger ruleset`: puts a rule set among the objects of a data directory, so that an authority
//! can adopt it. Nothing is in force before `ruleset.adopted` is recorded; a server may be running.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;
use jejak_ledger::objects::Objects;
use jejak_ledger::rules::RuleSet;
use serde_json::json;

use crate::cli::examples::Examples;
use crate::cli::exit::{Exit, Stop};
use crate::cli::{Context, rulesets, source};

/// Holds a rule set ready.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Ruleset {
    /// Direktori data (data directory)
    #[arg(long)]
    dir: PathBuf,
    /// Berkas aturan, atau nama yang dibawa program (rule set: a file, or a name the program knows)
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Ruleset {
    pub(super) fn run(&self, context: &Context) -> Result<Exit> {
        source::check_directory(&self.dir)?;
        if !self.dir.join("db").is_dir() {
            let indonesian = format!("belum ada buku besar di {}", self.dir.display());
            return Err(Stop::not_found(indonesian, "no ledger there yet").into());
        }
        let bytes = rulesets::load(&self.file)?;
        let ruleset = RuleSet::parse(&bytes);
        let ruleset = ruleset.with_context(|| self.file.display().to_string())?;
        let hash = Objects::beside(&self.dir.join("objects")).put(&bytes)?;
        context.talk.say(
            "disimpan; berlaku setelah ruleset.adopted dicatat",
            "held; in force once ruleset.adopted with this data is recorded",
        );
        context.output.object(&json!({
            "ruleset": hash.to_string(),
            "title": ruleset.title().id,
            "data": { "ruleset": hash.to_string(), "name": ruleset.name() },
        }))?;
        Ok(Exit::Ok)
    }
}

const EXAMPLES: Examples = Examples(&[
    (
        "perangkat aturan yang dibawa program",
        "a rule set that the program knows",
        "jejak ledger ruleset --dir /tmp/jejak nasional",
    ),
    (
        "perangkat aturan dari berkas",
        "a rule set of a file",
        "jejak ledger ruleset --dir /tmp/jejak /tmp/tidak-ada.toml  # exit 6",
    ),
]);
