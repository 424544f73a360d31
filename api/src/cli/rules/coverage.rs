//! `jejak rules coverage`: does a rule set say what its regulation says, and was every condition tried?

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use jejak_ledger::rules::{
    Articles, BENGKAYANG_ARTICLES, BENGKAYANG_CASES, Cases, Count, Coverage, Gap, RuleSet, example,
};
use serde_json::{Value, json};

use super::chosen;
use crate::cli::Context;
use crate::cli::examples::Examples;
use crate::cli::exit::{Exit, Stop};
use crate::cli::files;
use crate::cli::output::{self, Format};

/// Counts rows and conditions against the regulation.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CoverageCommand {
    /// Berkas aturan, atau nama yang dibawa program (a file, or a name the program knows)
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Tabel peraturan; bawaan: articles/ di sebelahnya (the table; default: articles/ beside FILE)
    #[arg(long, value_name = "FILE")]
    articles: Option<PathBuf>,
    /// Kasus; bawaan: cases/ di sebelahnya (the cases; default: cases/ beside FILE)
    #[arg(long, value_name = "FILE")]
    cases: Option<PathBuf>,
}

impl CoverageCommand {
    pub(super) fn run(&self, context: &Context) -> Result<Exit> {
        let rules = chosen::parse(&self.file)?;
        let articles = self.beside(self.articles.as_deref(), "articles", &rules)?;
        let articles = Articles::parse(&articles).context("tabel peraturan (the table)")?;
        let cases = self.beside(self.cases.as_deref(), "cases", &rules)?;
        let cases = Cases::parse(&cases).context("kasus (the cases)")?;
        let found = Coverage::of(&rules, &articles, &cases, &|name| self.example(name));
        print(&rules, &cases, &found, context)?;
        Ok(if found.is_whole() { Exit::Ok } else { Exit::VerificationFailed })
    }

    /// The file that is named, else the one of this kind beside the rule set, else that of the program.
    fn beside(
        &self,
        named: Option<&Path>,
        kind: &str,
        rules: &RuleSet,
    ) -> Result<Cow<'static, [u8]>> {
        if let Some(named) = named {
            return Ok(Cow::Owned(files::read(named)?));
        }
        let name = rules.name();
        let own = self.directory().join(kind).join(format!("{name}.toml"));
        if self.file.exists() && own.exists() {
            return Ok(Cow::Owned(files::read(&own)?));
        }
        match (name, kind) {
            ("bengkayang-19-2020", "articles") => Ok(Cow::Borrowed(BENGKAYANG_ARTICLES)),
            ("bengkayang-19-2020", _) => Ok(Cow::Borrowed(BENGKAYANG_CASES)),
            _ => {
                let indonesian = format!("tidak ada {}", own.display());
                let english = format!("no such file; name one with --{kind}");
                Err(Stop::not_found(indonesian, english).into())
            }
        }
    }

    /// The example of this name beside the rule set, else that of the program.
    fn example(&self, name: &str) -> Option<Value> {
        let own = self.directory().join("examples").join(format!("{name}.json"));
        let own = files::read(&own).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        own.or_else(|| example(name))
    }

    fn directory(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new(""))
    }
}

fn print(rules: &RuleSet, cases: &Cases, found: &Coverage, context: &Context) -> Result<()> {
    let counts: Vec<Value> = [
        ("rows", "baris", found.rows),
        ("contents", "isi yang dituntut", found.demands),
        ("refusals", "syarat yang menolak", found.refusals),
        ("findings", "syarat yang menemukan", found.findings),
        ("accepted", "tindakan dengan kasus diterima", found.accepted),
    ]
    .map(|(name, indonesian, count)| counted(name, indonesian, count))
    .into();
    let gaps: Vec<Value> = found.gaps.iter().map(gap).collect();
    if context.output.asked().unwrap_or(Format::Table) == Format::Table {
        context.output.rows(&["count", "hitungan", "regulation", "covered"], &counts, &counts)?;
        if !gaps.is_empty() {
            output::line("")?;
            context.output.rows(&GAP_COLUMNS, &gaps, &gaps)?;
        }
        return Ok(());
    }
    let whole = json!({
        "ruleset": rules.name(),
        "counts": counts,
        "cases": {
            "accepted": cases.accepted.len(),
            "refused": cases.refused.len(),
            "found": cases.found.len(),
        },
        "beyond": found.beyond.iter().map(|(row, rule)| json!({ "row": row, "rule": rule })).collect::<Vec<_>>(),
        "gaps": gaps,
    });
    context.output.rows(&GAP_COLUMNS, &gaps, &whole)
}

fn counted(name: &str, indonesian: &str, count: Count) -> Value {
    json!({ "count": name, "hitungan": indonesian, "regulation": count.all, "covered": count.met })
}

fn gap(gap: &Gap) -> Value {
    json!({ "row": gap.row, "rule": gap.rule, "text": gap.lack.text() })
}

const GAP_COLUMNS: [&str; 4] = ["row", "rule", "text.id", "text.en"];
const EXAMPLES: Examples = Examples(&[
    (
        "aturan Bengkayang terhadap peraturannya",
        "the rules of Bengkayang against their regulation",
        "jejak rules coverage bengkayang-19-2020",
    ),
    (
        "aturan tanpa tabel peraturan",
        "rules without a table of their regulation",
        "jejak rules coverage nasional  # exit 6",
    ),
]);
