//! `jejak rules coverage`: does a rule set say what its regulation says, and was every condition tried?

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use clap::Args;
use jejak_ledger::rules::{Cases, Count, Coverage, Gap, RuleSet};
use serde_json::{Value, json};

use super::beside::Beside;
use super::chosen;
use crate::cli::Context;
use crate::cli::examples::Examples;
use crate::cli::exit::Exit;
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
        let rules = Arc::new(chosen::parse(&self.file)?);
        let beside = Beside(&self.file);
        let articles = beside.articles(self.articles.as_deref(), &rules)?;
        let cases = beside.cases(self.cases.as_deref(), &rules)?;
        let found = Coverage::of(&rules, &articles, &cases, &|name| beside.example(name));
        print(&rules, &cases, &found, context)?;
        Ok(if found.is_whole() { Exit::Ok } else { Exit::VerificationFailed })
    }
}

fn print(rules: &RuleSet, cases: &Cases, found: &Coverage, context: &Context) -> Result<()> {
    let counts: Vec<Value> = [
        ("rows", "baris", found.rows),
        ("contents", "isi yang dituntut", found.demands),
        ("values", "pilihan yang tertutup", found.values),
        ("actors", "yang bertindak", found.actors),
        ("refusals", "syarat yang menolak", found.refusals),
        ("findings", "syarat yang menemukan", found.findings),
        ("accepted", "tindakan dengan kasus diterima", found.accepted),
        ("cases", "kasus yang hasilnya sesuai", found.cases),
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
