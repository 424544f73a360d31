//! `jejak rules compare A B`: what differs between two rule sets, in words.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use jejak_ledger::rules::{Difference, compare};
use serde_json::{Value, json};

use super::chosen::{self, Lang};
use crate::cli::Context;
use crate::cli::examples::Examples;
use crate::cli::exit::Exit;
use crate::cli::output::Format;

/// Compares rule sets.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Compare {
    /// Berkas aturan, atau nama yang dibawa program (a file, or a name the program knows)
    #[arg(value_name = "A")]
    first: PathBuf,
    /// Yang dibandingkan dengannya (the one compared with it)
    #[arg(value_name = "B")]
    second: PathBuf,
    /// Bahasa (language)
    #[arg(long, value_enum, default_value = "id")]
    lang: Lang,
}

impl Compare {
    pub(super) fn run(&self, context: &Context) -> Result<Exit> {
        let (first, second) = (chosen::parse(&self.first)?, chosen::parse(&self.second)?);
        let differences = compare(&first, &second);
        if context.output.asked().unwrap_or(Format::Table) == Format::Table {
            if differences.is_empty() {
                context.talk.say("tidak ada perbedaan", "they differ in nothing");
                return Ok(Exit::Ok);
            }
            let rows: Vec<Value> = differences.iter().map(|one| self.shown(one)).collect();
            context.output.rows(&["type", "about", "A", "B"], &rows, &rows)?;
        } else {
            let rows: Vec<Value> = differences.iter().map(|one| json!(one)).collect();
            context.output.rows(&COLUMNS, &rows, &rows)?;
        }
        Ok(Exit::Ok)
    }

    fn shown(&self, difference: &Difference) -> Value {
        let text =
            |text: &Option<_>| text.as_ref().map_or("-", |text| self.lang.of(text)).to_owned();
        json!({
            "type": difference.kind,
            "about": self.lang.of(&difference.about.in_words()),
            "A": text(&difference.first),
            "B": text(&difference.second),
        })
    }
}

const COLUMNS: [&str; 7] =
    ["type", "subject", "about", "first.id", "first.en", "second.id", "second.en"];
const EXAMPLES: Examples = Examples(&[
    (
        "apa yang berbeda antara dua perangkat aturan",
        "what differs between two rule sets",
        "jejak rules compare bengkayang-19-2020 nasional",
    ),
    (
        "untuk program lain",
        "for other programs",
        "jejak rules compare nasional bengkayang-19-2020 -o json",
    ),
]);
