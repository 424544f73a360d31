//! What the command says to people, on stderr and in two languages; data never passes here.

use std::fmt;
use std::io::{self, IsTerminal as _, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// The voice of the command: silent under `--quiet`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Talk {
    quiet: bool,
}

/// How far long work has come: a bar on a terminal, else a line for each tenth of it.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    plain: Option<Plain>,
}

/// Progress where nothing can be drawn.
#[derive(Debug)]
struct Plain {
    talk: Talk,
    label: String,
    total: u64,
    told: Mutex<Told>,
}

/// What was told last.
#[derive(Debug)]
struct Told {
    tenths: u64,
    at: Instant,
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

    /// Says how far work of so many steps has come; of an unknown number, nothing.
    pub(crate) fn progress(self, total: u64, label: impl Into<String>) -> Progress {
        let label = label.into();
        if self.quiet || total == 0 {
            return Progress { bar: ProgressBar::hidden(), plain: None };
        }
        if !io::stderr().is_terminal() {
            let told = Mutex::new(Told { tenths: 0, at: Instant::now() });
            let plain = Plain { talk: self, label, total, told };
            return Progress { bar: ProgressBar::hidden(), plain: Some(plain) };
        }
        let style = ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len} {eta}");
        let bar = ProgressBar::new(total).with_message(label);
        let bar = bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Progress { bar, plain: None }
    }
}

impl Progress {
    /// So much is done.
    pub(crate) fn set(&self, done: u64) {
        self.bar.set_position(done);
        if let Some(plain) = &self.plain {
            plain.tell(done);
        }
    }

    /// So much more is done.
    pub(crate) fn inc(&self, more: u64) {
        self.set(self.bar.position().saturating_add(more));
    }

    /// The work is over; a bar leaves nothing behind.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Plain {
    /// A line for each new tenth; work that is over at once says nothing.
    fn tell(&self, done: u64) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let since = told.at.elapsed();
        if let Some(percent) = told.news(done, self.total, since) {
            self.talk.line(format_args!("{}: {percent} % ({done}/{})", self.label, self.total));
            told.at = Instant::now();
        }
    }
}

impl Told {
    /// The percents to be told, in whole tenths, if there is news and the last line is a while ago.
    fn news(&mut self, done: u64, total: u64, since: Duration) -> Option<u64> {
        let tenths = done.min(total).saturating_mul(10).checked_div(total)?;
        if tenths <= self.tenths || since < TELLING {
            return None;
        }
        self.tenths = tenths;
        Some(tenths * 10)
    }
}

/// One line on stderr, even under `--quiet`: for errors. A closed stderr is nobody's problem.
pub(crate) fn complain(text: impl fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// No two lines of progress come closer than this.
const TELLING: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tenth_is_told_once_and_none_too_soon() {
        let mut told = Told { tenths: 0, at: Instant::now() };
        let late = TELLING;
        assert_eq!(told.news(5, 100, late), None);
        assert_eq!(told.news(19, 100, Duration::ZERO), None);
        assert_eq!(told.news(19, 100, late), Some(10));
        assert_eq!(told.news(19, 100, late), None);
        assert_eq!(told.news(87, 100, late), Some(80));
        assert_eq!(told.news(250, 100, late), Some(100));
        assert_eq!(told.news(1, 0, late), None);
    }
}
