//! Which rule set: one of a file or of the program, or the one in force in a ledger.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use jejak_ledger::AsOf;
use jejak_ledger::rules::{Articles, Language, RuleSet, Text};

use super::beside::Beside;
use crate::cli::exit::Stop;
use crate::cli::moment::{self, Moment};
use crate::cli::source::{self, Place, Source};
use crate::cli::{Context, rulesets};

/// A rule set of a file, or the one in force in a ledger.
#[derive(Debug, Args)]
pub(super) struct Chosen {
    #[command(flatten)]
    from: From,
    /// Buku besar, dengan --dir atau --url (ledger), e.g. 61.07
    #[arg(long, conflicts_with = "file")]
    ledger: Option<String>,
    /// Yang berlaku setelah posisi, saat, atau akhir hari ini (in force after a position, an RFC 3339 time or a day)
    #[arg(long, value_name = "POSITION|TIME|DAY", value_parser = Moment::parse, conflicts_with = "file")]
    as_of: Option<Moment>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct From {
    /// Berkas aturan, atau nama yang dibawa program (a file, or a name the program knows)
    #[arg(long)]
    file: Option<PathBuf>,
    /// Direktori data (data directory)
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Alamat server (the server's URL)
    #[arg(long)]
    url: Option<String>,
}

/// Bahasa (the language of what is printed)
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Lang {
    /// Bahasa Indonesia
    Id,
    /// English
    En,
}

impl Chosen {
    pub(super) fn read(&self, context: &Context) -> Result<Arc<RuleSet>> {
        if let Some(file) = &self.from.file {
            return Ok(Arc::new(parse(file)?));
        }
        let region = self.ledger.as_deref();
        let region = region.ok_or_else(|| Stop::usage("--ledger", "which ledger is needed"))?;
        let place = Place::new(self.from.dir.clone(), self.from.url.clone());
        match place.open(context)? {
            Source::Directory(archive) => {
                let view = source::view(&archive, region)?;
                let at = self.as_of.as_ref().map_or(AsOf::Head, |moment| moment.as_of);
                let (position, _) = moment::head(view, at)?;
                Ok(view.ruleset_after(position)?)
            }
            Source::Server(client) => {
                let as_of = self.as_of.iter().map(|moment| ("as_of", moment.text.clone()));
                let query: Vec<_> = as_of.collect();
                let toml = client.bytes(&[region, "rules", "source"], &query)?;
                Ok(Arc::new(RuleSet::parse(&toml).context("aturan server (the server's rules)")?))
            }
        }
    }
}

impl Chosen {
    /// The table of the regulation, where there is one beside the file or in the program.
    pub(super) fn table(&self, rules: &RuleSet) -> Option<Articles> {
        let file = self.from.file.as_deref().unwrap_or(Path::new(""));
        Beside(file).articles(None, rules).ok()
    }
}

/// The rule set in a file, or of the program.
pub(super) fn parse(file: &Path) -> Result<RuleSet> {
    let rules = RuleSet::parse(&rulesets::load(file)?);
    rules.with_context(|| file.display().to_string())
}

impl Lang {
    pub(super) fn of(self, text: &Text) -> &str {
        text.in_language(match self {
            Self::Id => Language::Indonesian,
            Self::En => Language::English,
        })
    }

    /// One of two words.
    pub(super) fn word(self, indonesian: &'static str, english: &'static str) -> &'static str {
        match self {
            Self::Id => indonesian,
            Self::En => english,
        }
    }
}
