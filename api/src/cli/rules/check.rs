//! `jejak rules check`: every fault of a rule set with its place.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use jejak_ledger::rules::RuleSet;
use serde_json::{Value, json};

use crate::cli::examples::Examples;
use crate::cli::exit::Exit;
use crate::cli::{Context, rulesets};

/// Checks a rule set.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Check {
    /// Berkas aturan, `-`, atau nama yang dibawa program (a file, `-`, or a name the program knows)
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Check {
    pub(super) fn run(&self, context: &Context) -> Result<Exit> {
        let toml = rulesets::load(&self.file)?;
        match RuleSet::check(&toml) {
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
                    .map(|fault| json!({ "at": fault.at, "reason": fault.reason.to_string() }))
                    .collect();
                context.output.rows(&["at", "reason"], &rows, &rows)?;
                Ok(Exit::VerificationFailed)
            }
        }
    }
}

const EXAMPLES: Examples = Examples(&[
    (
        "perangkat aturan yang dibawa program",
        "a rule set that the program knows",
        "jejak rules check bengkayang-19-2020",
    ),
    (
        "kesalahan dengan tempatnya",
        "faults with their places",
        "echo 'format = \"jejak-ruleset/2\"' | jejak rules check -  # exit 4",
    ),
]);
