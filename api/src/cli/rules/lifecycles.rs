//! `jejak rules lifecycles`: the lifecycles of a rule set as pages with diagrams.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;
use jejak_ledger::rules::lifecycle_pages;
use serde_json::json;

use super::chosen;
use crate::cli::Context;
use crate::cli::examples::Examples;
use crate::cli::exit::Exit;

/// Writes pages.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Lifecycles {
    /// Berkas aturan, atau nama yang dibawa program (a file, or a name the program knows)
    #[arg(value_name = "FILE", default_value = "bengkayang-19-2020")]
    file: PathBuf,
    /// Direktori tujuan; halaman yang sama ditimpa (where to; pages of the same name are replaced)
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Lifecycles {
    pub(super) fn run(&self, context: &Context) -> Result<Exit> {
        let pages = lifecycle_pages(&chosen::parse(&self.file)?);
        let at = || self.out.display().to_string();
        fs::create_dir_all(&self.out).with_context(at)?;
        for (name, page) in &pages {
            fs::write(self.out.join(name), page).with_context(at)?;
        }
        context.output.object(&json!({ "out": at(), "pages": pages.len() }))?;
        Ok(Exit::Ok)
    }
}

const EXAMPLES: Examples = Examples(&[
    (
        "diagram keadaan setiap jenis aliran",
        "state diagrams of every kind of stream",
        "jejak rules lifecycles --out /tmp/lifecycles",
    ),
    (
        "dari perangkat aturan lain",
        "of another rule set",
        "jejak rules lifecycles nasional --out /tmp/lifecycles",
    ),
]);
