//! `jejak config`: is a configuration right, and what is in force?

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use jejak_api::config::{Danger, Fault, Layered, Origin, faults};
use jejak_api::{ServeError, TlsError};
use serde_json::{Value, json};

use super::examples::Examples;
use super::exit::{Exit, Stop};
use super::output::Format;
use super::serve::{configuration_path, layered};
use super::unfit::Unfit;
use super::{Context, files};

/// What to do with configurations.
#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Periksa berkas: semua kesalahan sekaligus, dan yang berbahaya (every fault of a file, and what is dangerous)
    Check(Check),
    /// Nilai yang berlaku dan asalnya (the values in force, and where they come from)
    Show(Show),
}

/// Checks a file.
#[derive(Debug, Args)]
#[command(after_help = CHECK_EXAMPLES)]
pub(crate) struct Check {
    /// Berkas; bawaan: --config, lalu jejak.toml di --dir (file; default: --config, then the directory's)
    file: Option<PathBuf>,
    /// Direktori data (data directory)
    #[arg(long)]
    dir: Option<PathBuf>,
}

/// Shows what is in force.
#[derive(Debug, Args)]
#[command(after_help = SHOW_EXAMPLES)]
pub(crate) struct Show {
    /// Direktori data (data directory)
    #[arg(long)]
    dir: Option<PathBuf>,
}

impl Config {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        match self {
            Self::Check(check) => check.run(context),
            Self::Show(show) => show.run(context),
        }
    }
}

impl Check {
    fn run(&self, context: &Context) -> Result<Exit> {
        let path = self.file.clone().or_else(|| configuration_path(context, self.dir.as_deref()));
        let Some(path) = path else {
            return Err(Stop::usage(
                "berkas konfigurasi tidak ditemukan: sebut FILE, --config, atau --dir",
                "no configuration file: name FILE, --config or --dir",
            )
            .into());
        };
        let mut findings = findings(&path, context)?;
        findings.extend(self.dir.as_deref().and_then(Finding::of_directory));
        let rows: Vec<Value> = findings.iter().map(Finding::row).collect();
        let is_bad = findings.iter().any(|finding| finding.verdict == BAD);
        let whole = json!({ "file": path, "ok": !is_bad, "findings": rows });
        context.output.rows(&["verdict", "line", "key", "message"], &rows, &whole)?;
        if findings.is_empty() {
            context.talk.say(format!("{} benar", path.display()), "nothing is wrong with it");
        }
        Ok(if is_bad { Exit::Usage } else { Exit::Ok })
    }
}

/// What is wrong with a configuration, or may be.
pub(crate) struct Finding {
    pub(crate) verdict: &'static str,
    line: Option<usize>,
    key: String,
    pub(crate) message: String,
}

/// Everything that is to be said about the file at `path`, under the variables of the environment.
pub(crate) fn findings(path: &Path, context: &Context) -> Result<Vec<Finding>> {
    let text = files::read_text(path)?;
    let wrong: Vec<Finding> = faults(&text).into_iter().map(Finding::of_fault).collect();
    if !wrong.is_empty() {
        return Ok(wrong);
    }
    let layered = match layered(Some(path)) {
        Ok(layered) => layered,
        Err(error) => return Ok(vec![Finding::of_error(error.to_string())]),
    };
    let lines = |key: &str| match layered.origins.get(key) {
        Some(Origin::File { line, .. }) => Some(*line),
        _ => None,
    };
    let dangers = layered.config.dangers();
    let mut found: Vec<Finding> =
        dangers.iter().map(|danger| Finding::of_danger(danger, lines)).collect();
    // What keeps a server from starting stands among the dangers already where no file has to be looked at.
    let told = |error: &ServeError| {
        !matches!(error, ServeError::Exposed { .. } | ServeError::Tls(TlsError::Half))
    };
    let unfit = jejak_api::obstacles(&layered.config).into_iter().filter(told);
    let unfit = unfit.map(|error| match Unfit::of(&error, &layered.config) {
        Some(unfit) => Finding::of_unfit(&unfit, lines),
        None => Finding::of_error(error.to_string()),
    });
    found.extend(unfit);
    found.extend(key_file(&layered, lines));
    context.talk.line(format_args!("{}", path.display()));
    Ok(found)
}

impl Finding {
    fn of_fault(fault: Fault) -> Self {
        let Fault { line, key, message, .. } = fault;
        Self { verdict: BAD, line: Some(line).filter(|line| *line > 0), key, message }
    }

    fn of_error(message: String) -> Self {
        Self { verdict: BAD, line: None, key: String::new(), message }
    }

    fn of_danger(danger: &Danger, line: impl Fn(&str) -> Option<usize>) -> Self {
        Self {
            verdict: if danger.is_fatal { BAD } else { WARN },
            line: line(danger.key),
            key: danger.key.to_owned(),
            message: format!("{} ({})", danger.indonesian, danger.english),
        }
    }

    fn of_unfit(unfit: &Unfit, line: impl Fn(&str) -> Option<usize>) -> Self {
        let Unfit { key, indonesian, english } = unfit;
        let message = format!("{indonesian} ({english})");
        Self { verdict: BAD, line: line(key), key: (*key).to_owned(), message }
    }

    /// The data directory holds keys and what is above public: it is its owner's alone.
    fn of_directory(dir: &Path) -> Option<Self> {
        let mode = fs::metadata(dir).ok()?.permissions().mode() & 0o777;
        let message = format!("{} bermode {mode:o}: chmod 700 (wider than 700)", dir.display());
        (mode & 0o077 != 0).then(|| Self {
            verdict: WARN,
            line: None,
            key: "--dir".to_owned(),
            message,
        })
    }

    fn row(&self) -> Value {
        let Self { verdict, line, key, message } = self;
        json!({ "verdict": verdict, "line": line, "key": key, "message": message })
    }
}

/// A key that a whole group may read is served, and may not be meant. (One that everybody may read is not served.)
fn key_file(layered: &Layered, line: impl Fn(&str) -> Option<usize>) -> Option<Finding> {
    let path = layered.config.tls.key.as_ref()?;
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    let (group, others) = (mode >> 3 & 7, mode & 7);
    if group == 0 || others != 0 {
        return None;
    }
    let message = format!(
        "{} bermode {mode:o}, dapat dibaca kelompoknya: chmod 600 (its group may read it)",
        path.display()
    );
    Some(Finding { verdict: WARN, line: line("tls.key"), key: "tls.key".to_owned(), message })
}

impl Show {
    fn run(&self, context: &Context) -> Result<Exit> {
        let path = configuration_path(context, self.dir.as_deref());
        let layered = layered(path.as_deref()).context("konfigurasi (configuration)")?;
        let mut rows = rows(&serde_json::to_value(&layered.config)?, &layered.origins);
        let whole = rows.clone();
        if context.output.asked().unwrap_or(Format::Table) == Format::Table {
            rows.iter_mut().for_each(shorten);
        }
        context.output.rows(&["key", "value", "from"], &rows, &whole)?;
        Ok(Exit::Ok)
    }
}

/// A list of many words is counted: written out it would make the table a mile wide.
fn shorten(row: &mut Value) {
    let Some(value) = row.get_mut("value") else { return };
    let wide = |value: &Value| value.to_string().chars().count() > VALUE_CHARS_MAX;
    if let Some(list) = value.as_array().filter(|_| wide(value)) {
        *value = format!(
            "{} butir; semua dengan -o json (entries; all of them with -o json)",
            list.len()
        )
        .into();
    }
}

/// A row for each value; what is secret is not shown.
fn rows(config: &Value, origins: &BTreeMap<String, Origin>) -> Vec<Value> {
    let mut rows = Vec::new();
    for (section, values) in config.as_object().into_iter().flatten() {
        for (name, value) in values.as_object().into_iter().flatten() {
            let key = format!("{section}.{name}");
            let from = origins
                .get(&key)
                .map_or_else(|| "bawaan (default)".to_owned(), ToString::to_string);
            match value.as_object() {
                // A table in a section comes from one place.
                Some(table) => rows.extend(
                    table.iter().map(|(name, value)| row(&format!("{key}.{name}"), value, &from)),
                ),
                None => rows.push(row(&key, value, &from)),
            }
        }
    }
    rows
}

fn row(key: &str, value: &Value, from: &str) -> Value {
    // A number of tokens is no token.
    let shown = if is_secret(key) && value.is_string() { &json!("***") } else { value };
    json!({ "key": key, "value": shown, "from": from })
}

fn is_secret(key: &str) -> bool {
    let name = key.rsplit('.').next().unwrap_or(key);
    ["secret", "password", "token", "access_key"].iter().any(|word| name.contains(word))
}

/// More does not fit beside a key and an origin.
const VALUE_CHARS_MAX: usize = 80;
pub(crate) const BAD: &str = "bad";
pub(crate) const WARN: &str = "warn";

const CHECK_EXAMPLES: Examples = Examples(&[
    ("periksa sebuah berkas", "check a file", "jejak config check /tmp/jejak/demo/jejak.toml"),
    (
        "kesalahan disebut dengan barisnya",
        "faults are named by their line",
        "echo 'lisen = 1' > /tmp/salah.toml && jejak config check /tmp/salah.toml  # exit 2",
    ),
]);
const SHOW_EXAMPLES: Examples = Examples(&[
    (
        "nilai yang berlaku bagi direktori ini",
        "what is in force for this directory",
        "jejak config show --dir /tmp/jejak",
    ),
    (
        "dari sebuah berkas, sebagai JSON",
        "of a file, as JSON",
        "jejak config show --config /tmp/jejak/demo/jejak.toml -o json",
    ),
]);
