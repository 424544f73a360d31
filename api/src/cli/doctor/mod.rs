//! `jejak doctor`: what an operator wants to know before something goes wrong. It only reads. Each check says `ok`, `warn`
//! or `bad`, or that it could not be made, and what to do.

mod clock;
mod directory;
mod machine;
mod server;

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};

use super::exit::Exit;
use super::{Context, source};
use crate::cli::examples::Examples;

/// Looks at an installation.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Doctor {
    /// Direktori data (data directory)
    #[arg(long)]
    dir: PathBuf,
    /// Alamat server yang melayani direktori ini (the server of this directory)
    #[arg(long)]
    url: Option<String>,
}

/// What was found, and what to do about it.
#[derive(Debug)]
struct Check {
    name: String,
    verdict: Verdict,
    found: String,
    advice: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Ok,
    Warn,
    Bad,
    /// It could not be made.
    NotChecked,
}

impl Doctor {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        source::check_directory(&self.dir)?;
        let (config, mut checks) = machine::configuration_of(&self.dir, context)?;
        let directory = directory::examine(&self.dir, &config, self.url.is_some(), context);
        checks.extend(directory.checks);
        checks.extend(machine::examine(&config, directory.holder, context));
        if let Some(url) = &self.url {
            checks.extend(server::examine(url, context));
        }
        let rows: Vec<Value> = checks.iter().map(Check::row).collect();
        let is_bad = checks.iter().any(|check| check.verdict == Verdict::Bad);
        let whole = json!({ "ok": !is_bad, "checks": rows });
        context.output.rows(&["verdict", "check", "found", "advice"], &rows, &whole)?;
        Ok(if is_bad { Exit::Error } else { Exit::Ok })
    }
}

impl Check {
    fn ok(name: impl Into<String>, found: impl Into<String>) -> Self {
        Self { name: name.into(), verdict: Verdict::Ok, found: found.into(), advice: String::new() }
    }

    /// `indonesian` and `english` say what to do.
    fn warn(
        name: impl Into<String>,
        found: impl Into<String>,
        indonesian: &str,
        english: &str,
    ) -> Self {
        let advice = format!("{indonesian} ({english})");
        Self { name: name.into(), verdict: Verdict::Warn, found: found.into(), advice }
    }

    fn bad(
        name: impl Into<String>,
        found: impl Into<String>,
        indonesian: &str,
        english: &str,
    ) -> Self {
        Self { verdict: Verdict::Bad, ..Self::warn(name, found, indonesian, english) }
    }

    fn not_checked(
        name: impl Into<String>,
        found: impl Into<String>,
        indonesian: &str,
        english: &str,
    ) -> Self {
        Self { verdict: Verdict::NotChecked, ..Self::warn(name, found, indonesian, english) }
    }

    fn row(&self) -> Value {
        let verdict = match self.verdict {
            Verdict::Ok => "ok",
            Verdict::Warn => "warn",
            Verdict::Bad => "bad",
            Verdict::NotChecked => "not checked",
        };
        json!({ "verdict": verdict, "check": self.name, "found": self.found, "advice": self.advice })
    }
}

const EXAMPLES: Examples = Examples(&[
    (
        "periksa direktori dan mesin",
        "look at a directory and the machine",
        "jejak doctor --dir /tmp/jejak",
    ),
    (
        "bersama server, yang jamnya dibandingkan",
        "with a server, whose clock is compared",
        "jejak doctor --dir /tmp/jejak --url http://127.0.0.1:6107",
    ),
    ("hasilnya untuk program", "the checks for a program", "jejak doctor --dir /tmp/jejak -o json"),
]);
