//! What the command says to people, on stderr and in two languages; data never passes here.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};

use indicatif::{ProgressBar, ProgressStyle};

/// The voice of the command: silent under `--quiet`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Talk {
    quiet: bool,
}

impl Talk {
    pub(crate) fn new(quiet: bool) -> Self {
        Self { quiet }
    }

    pub(crate) fn is_quiet(self) -> bool {
        self.quiet
    }

    /// One line: Indonesian, with the English beside it.
    pub(crate) fn say(self, indonesian: impl fmt::Display, english: impl fmt::Display) {
        self.line(format_args!("{indonesian} ({english})"));
    }

    /// One line that is the same in both languages.
    pub(crate) fn line(self, text: impl fmt::Display) {
        if !self.quiet {
            complain(text);
        }
    }

    /// A bar for long work, drawn only on a terminal.
    pub(crate) fn progress(self, total: u64, label: impl Into<Cow<'static, str>>) -> ProgressBar {
        if self.quiet {
            return ProgressBar::hidden();
        }
        let style = ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len} {eta}");
        let bar = ProgressBar::new(total).with_message(label);
        bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
    }
}

/// One line on stderr, even under `--quiet`: for errors. A closed stderr is nobody's problem.
pub(crate) fn complain(text: impl fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}
