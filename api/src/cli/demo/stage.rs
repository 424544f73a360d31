//! How the demo speaks: numbered steps, Indonesian first, the English beside it.

use std::cell::Cell;
use std::fmt;
use std::io::{self, Write};

use anyhow::Result;
use serde_json::Value;

use crate::cli::output;

/// Tells the story on stdout, or on stderr where stdout is for data.
#[derive(Debug)]
pub(super) struct Stage {
    voice: Voice,
    step: Cell<u32>,
    shown: Cell<u32>,
}

/// Where the story goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Voice {
    Stdout,
    Stderr,
    Silent,
}

impl Stage {
    pub(super) fn new(voice: Voice) -> Self {
        Self { voice, step: Cell::new(0), shown: Cell::new(0) }
    }

    /// The next numbered step.
    pub(super) fn step(&self, indonesian: &str, english: &str) -> Result<()> {
        self.step.set(self.number() + 1);
        self.line(format_args!("\n{}. {indonesian}\n   {english}\n", self.number()))
    }

    /// The number of the step that is being shown.
    pub(super) fn number(&self) -> u32 {
        self.step.get()
    }

    /// How many things were shown to be as they must.
    pub(super) fn shown(&self) -> u32 {
        self.shown.get()
    }

    /// A remark.
    pub(super) fn tell(
        &self,
        indonesian: impl fmt::Display,
        english: impl fmt::Display,
    ) -> Result<()> {
        self.line(format_args!("   {indonesian}\n   {english}"))
    }

    /// Something is as it must be.
    pub(super) fn shows(
        &self,
        indonesian: impl fmt::Display,
        english: impl fmt::Display,
    ) -> Result<()> {
        self.shown.set(self.shown() + 1);
        self.line(format_args!("   ✓ {indonesian} ({english})"))
    }

    /// An act stands in the ledger.
    pub(super) fn recorded(&self, position: u64, kind: &str, what: &str) -> Result<()> {
        self.shown.set(self.shown() + 1);
        self.line(format_args!("   ✓ #{position:<3} {kind:<27} {what}"))
    }

    /// An act was refused, as it had to be.
    pub(super) fn refused(&self, rule: &str, kind: &str, what: &str, detail: &str) -> Result<()> {
        self.shown.set(self.shown() + 1);
        self.line(format_args!("   ✗      {kind:<27} {what}"))?;
        self.line(format_args!("          ditolak (refused) {rule}"))?;
        wrapped(detail).iter().try_for_each(|line| self.line(format_args!("            {line}")))
    }

    /// A table.
    pub(super) fn table(&self, columns: &[&str], rows: &[Value]) -> Result<()> {
        let table = output::table_within(WIDTH, columns, rows);
        table.lines().try_for_each(|line| self.line(format_args!("   {line}")))
    }

    /// The last words.
    pub(super) fn end(&self, seconds: u64) -> Result<()> {
        let total = self.shown();
        self.line(format_args!("\nSelesai: {total} hal diperlihatkan dalam {seconds} detik."))?;
        self.line(format_args!("Done: {total} things shown in {seconds} seconds."))
    }

    fn line(&self, text: fmt::Arguments<'_>) -> Result<()> {
        match self.voice {
            Voice::Stdout => writeln!(io::stdout().lock(), "{text}")?,
            Voice::Stderr => writeln!(io::stderr().lock(), "{text}")?,
            Voice::Silent => {}
        }
        Ok(())
    }
}

/// A paragraph in lines that fit a page.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let Some(line) = lines.last_mut() else { continue };
        if !line.is_empty() && line.chars().count() + word.chars().count() >= PARAGRAPH {
            lines.push(word.to_owned());
            continue;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines
}

const WIDTH: u16 = 97;
const PARAGRAPH: usize = 86;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_keep_every_word() {
        let text = "kata ".repeat(100);
        let lines = wrapped(text.trim_end());
        assert!(lines.len() > 1 && lines.iter().all(|line| line.chars().count() <= PARAGRAPH));
        assert_eq!(lines.join(" "), text.trim_end());
    }
}
