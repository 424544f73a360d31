//! Reading the access log again, day by day, for the operator. A line that is not readable (a write that was cut off) is
//! counted and passed over.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use jejak_ledger::log::Micros;
use jiff::Timestamp;
use jiff::civil::Date;
use thiserror::Error;

use super::FOLDER;
use super::line::Line;

/// Which lines.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// From this moment on.
    pub from: Option<Micros>,
    /// Up to this moment.
    pub to: Option<Micros>,
    /// Only those of this token.
    pub token: Option<String>,
    /// Only those of this ledger.
    pub ledger: Option<String>,
    /// The newest so many.
    pub limit: usize,
}

/// The lines found, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The lines.
    pub lines: Vec<Line>,
    /// Whether older ones were left out.
    pub more: bool,
    /// Lines that are not readable.
    pub unreadable: u64,
}

/// The log could not be read.
#[derive(Debug, Error)]
#[error("{}: {source}", path.display())]
pub struct AccessError {
    /// The file or folder.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// Reads the log of the data directory `dir`. Where there is no folder nothing was read yet.
pub fn read(dir: &Path, wanted: &Wanted) -> Result<Page, AccessError> {
    let folder = dir.join(FOLDER);
    let mut page = Page::default();
    // The newest day first, so that nothing is read that is not shown.
    for day in days(&folder, wanted)?.into_iter().rev() {
        let of_day = of_day(&folder.join(super::file_name(day)), wanted, &mut page.unreadable)?;
        let room = wanted.limit.saturating_sub(page.lines.len());
        let left_out = of_day.len().saturating_sub(room);
        page.more |= left_out > 0;
        let shown = of_day.into_iter().skip(left_out);
        page.lines.splice(0..0, shown);
        if page.more {
            break;
        }
    }
    Ok(page)
}

/// The days that have a file, in order.
fn days(folder: &Path, wanted: &Wanted) -> Result<Vec<Date>, AccessError> {
    let failed = |source| AccessError { path: folder.to_owned(), source };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut days = Vec::new();
    for entry in entries {
        let name = entry.map_err(failed)?.file_name();
        let day = name.to_str().and_then(|name| name.strip_suffix(".ndjson"));
        let day = day.and_then(|day| day.parse::<Date>().ok());
        let is_wanted = |day: &Date| {
            wanted.from.is_none_or(|from| *day >= super::day(from))
                && wanted.to.is_none_or(|to| *day <= super::day(to))
        };
        days.extend(day.filter(is_wanted));
    }
    days.sort_unstable();
    Ok(days)
}

/// The newest lines of one day that are wanted; one more than the limit shows that there are more.
fn of_day(path: &Path, wanted: &Wanted, unreadable: &mut u64) -> Result<Vec<Line>, AccessError> {
    let failed = |source| AccessError { path: path.to_owned(), source };
    let mut reader = BufReader::new(File::open(path).map_err(failed)?);
    let mut lines = std::collections::VecDeque::new();
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let mut one = reader.by_ref().take(LINE_BYTES_MAX);
        if one.read_until(b'\n', &mut bytes).map_err(failed)? == 0 {
            return Ok(lines.into());
        }
        let line = serde_json::from_slice::<Line>(&bytes).ok();
        let Some((at, line)) = line.and_then(|line| Some((micros(&line.time)?, line))) else {
            *unreadable += 1;
            continue;
        };
        let within =
            wanted.from.is_none_or(|from| at >= from) && wanted.to.is_none_or(|to| at <= to);
        let same =
            |asked: &Option<String>, found: &str| asked.as_ref().is_none_or(|asked| asked == found);
        if within && same(&wanted.token, &line.token) && same(&wanted.ledger, &line.ledger) {
            lines.push_back(line);
        }
        if lines.len() > wanted.limit.saturating_add(1) {
            lines.pop_front();
        }
    }
}

/// When a line was written.
fn micros(time: &str) -> Option<Micros> {
    let micros = time.parse::<Timestamp>().ok()?.as_microsecond();
    u64::try_from(micros).ok().map(Micros)
}

/// A line is shorter: all its texts are clipped.
const LINE_BYTES_MAX: u64 = 64 << 10;
