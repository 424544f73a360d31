//! `jejak rules check`: every fault of a rule set with its place; with `--cases` what it accepts and refuses.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use clap::Args;
use jejak_ledger::rules::{CaseKind, Coverage, Ran, RuleSet};
use serde_json::{Value, json};

use super::beside::Beside;
use crate::cli::examples::Examples;
use crate::cli::exit::Exit;
use crate::cli::output::{self, Format};
use crate::cli::{Context, rulesets};

/// Checks a rule set.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Check {
    /// Berkas aturan, `-`, atau nama yang dibawa program (a file, `-`, or a name the program knows)
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Jalankan pula kasus diterima dan ditolak; bawaan: cases/ di sebelahnya (also run its cases; default: cases/
    /// beside FILE)
    #[arg(long, value_name = "CASES", num_args = 0..=1, require_equals = true, default_missing_value = BESIDE)]
    cases: Option<PathBuf>,
}

/// How many cases there are of a kind, and how many came out as they say.
struct Count {
    kind: CaseKind,
    name: (&'static str, &'static str),
    /// How many the regulation needs: its conditions, or its acts.
    needed: Option<usize>,
}

impl Check {
    pub(super) fn run(&self, context: &Context) -> Result<Exit> {
        let toml = rulesets::load(&self.file)?;
        match RuleSet::check(&toml) {
            Ok(rules) if self.cases.is_some() => self.run_cases(&Arc::new(rules), context),
            Ok(rules) => {
                let kinds = rules.acts().map(|act| act.kind.as_str());
                context.output.object(&json!({
                    "name": rules.name(),
                    "hash": rules.hash().to_string(),
                    "acts": rules.acts().count(),
                    "types": kinds.collect::<std::collections::BTreeSet<_>>().len(),
                    "duties": rules.duties().len(),
                    "rules": rules.rule_ids().count(),
                }))?;
                Ok(Exit::Ok)
            }
            Err(faults) => {
                let rows: Vec<Value> = faults
                    .iter()
                    .map(|fault| json!({ "at": fault.at, "reason": fault.reason.text() }))
                    .collect();
                context.output.rows(&FAULT_COLUMNS, &rows, &rows)?;
                Ok(Exit::VerificationFailed)
            }
        }
    }
}

impl Check {
    /// Runs the cases, and counts them beside what the table of the regulation needs.
    fn run_cases(&self, rules: &Arc<RuleSet>, context: &Context) -> Result<Exit> {
        let beside = Beside(&self.file);
        let named = self.cases.as_deref().filter(|named| *named != Path::new(BESIDE));
        let cases = beside.cases(named, rules)?;
        let example = |name: &str| beside.example(name);
        let ran = cases.run(rules, &example);
        let covered = beside.articles(None, rules).ok();
        let covered = covered.map(|table| Coverage::of(rules, &table, &cases, &example));
        let needed = |of: fn(&Coverage) -> usize| covered.as_ref().map(of);
        let counts = [
            Count {
                kind: CaseKind::Accepted,
                name: ("accepted", "diterima"),
                needed: needed(|covered| covered.accepted.all),
            },
            Count {
                kind: CaseKind::Refused,
                name: ("refused", "ditolak"),
                needed: needed(|covered| covered.refusals.all),
            },
            Count {
                kind: CaseKind::Found,
                name: ("found", "dengan temuan"),
                needed: needed(|covered| covered.findings.all),
            },
        ];
        let rows: Vec<Value> = counts.iter().map(|count| count.shown(&ran)).collect();
        let failed: Vec<Value> = ran
            .iter()
            .filter(|one| !one.holds())
            .map(|one| json!({ "event": one.event, "said": one.said, "came": one.came }))
            .collect();
        if context.output.asked().unwrap_or(Format::Table) == Format::Table {
            context.output.rows(&COUNT_COLUMNS, &rows, &rows)?;
            if !failed.is_empty() {
                output::line("")?;
                context.output.rows(&FAILED_COLUMNS, &failed, &failed)?;
            }
        } else {
            let whole = json!({ "name": rules.name(), "cases": rows, "failed": failed });
            context.output.rows(&COUNT_COLUMNS, &rows, &whole)?;
        }
        let is_enough = counts.iter().all(|count| count.is_enough(&ran));
        Ok(if failed.is_empty() && is_enough { Exit::Ok } else { Exit::VerificationFailed })
    }
}

impl Count {
    fn of<'a>(&self, ran: &'a [Ran]) -> impl Iterator<Item = &'a Ran> {
        let kind = self.kind;
        ran.iter().filter(move |one| one.kind == kind)
    }

    /// `needed` is empty where no table of the regulation is at hand.
    fn shown(&self, ran: &[Ran]) -> Value {
        json!({
            "cases": self.name.0,
            "kasus": self.name.1,
            "run": self.of(ran).count(),
            "as_said": self.of(ran).filter(|one| one.holds()).count(),
            "needed": self.needed,
        })
    }

    fn is_enough(&self, ran: &[Ran]) -> bool {
        self.needed.is_none_or(|needed| self.of(ran).count() >= needed)
    }
}

/// Where the cases are that nobody names.
const BESIDE: &str = "cases/";
const FAULT_COLUMNS: [&str; 3] = ["at", "reason.id", "reason.en"];
const COUNT_COLUMNS: [&str; 5] = ["cases", "kasus", "run", "as_said", "needed"];
const FAILED_COLUMNS: [&str; 3] = ["event", "said", "came"];
const EXAMPLES: Examples = Examples(&[
    (
        "perangkat aturan yang dibawa program",
        "a rule set that the program knows",
        "jejak rules check bengkayang-19-2020",
    ),
    (
        "kasusnya dijalankan dan dihitung",
        "its cases are run and counted",
        "jejak rules check bengkayang-19-2020 --cases",
    ),
    (
        "kesalahan dengan tempatnya",
        "faults with their places",
        "echo 'format = \"jejak-ruleset/2\"' | jejak rules check -  # exit 4",
    ),
]);
