//! The day on which each token was last used, for those who look for tokens that nobody needs any more. It decides
//! nothing; a day that could not be written is not missed by anybody's request.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::TOKENS_MAX;
use super::list::replace;

/// Days by token.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Used(BTreeMap<String, Date>);

/// The file that keeps them, and what it held when it was read.
#[derive(Debug)]
pub struct UsedFile {
    path: PathBuf,
    used: Used,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Layout {
    format: String,
    used: BTreeMap<String, String>,
}

impl Used {
    /// The day on which the token `id` was last used.
    pub fn day(&self, id: &str) -> Option<Date> {
        self.0.get(id).copied()
    }
}

impl UsedFile {
    /// Reads the file of the data directory `dir`. One that is missing or not readable knows nothing.
    pub fn load(dir: &Path) -> Self {
        let path = dir.join(FILE);
        let text = fs::read(&path).unwrap_or_default();
        let layout: Option<Layout> = serde_json::from_slice(&text).ok();
        let layout = layout.filter(|layout| layout.format == FORMAT);
        let days = layout.into_iter().flat_map(|layout| layout.used);
        let days = days.filter_map(|(id, day)| Some((id, day.parse().ok()?)));
        Self { path, used: Used(days.take(TOKENS_MAX).collect()) }
    }

    /// What it holds.
    pub fn used(&self) -> &Used {
        &self.used
    }

    /// Notes that the token `id` was used on `day`, and writes the file where that is news.
    pub fn note(&mut self, id: &str, day: Date) -> io::Result<()> {
        let days = &mut self.used.0;
        if days.get(id) >= Some(&day) {
            return Ok(());
        }
        days.insert(id.to_owned(), day);
        if days.len() > TOKENS_MAX
            && let Some(oldest) = days.iter().min_by_key(|(_, day)| **day).map(|(id, _)| id.clone())
        {
            days.remove(&oldest);
        }
        let used = days.iter().map(|(id, day)| (id.clone(), day.to_string())).collect();
        let layout = Layout { format: FORMAT.to_owned(), used };
        replace(&self.path, &serde_json::to_vec_pretty(&layout)?)
    }
}

const FILE: &str = "tokens-used.json";
const FORMAT: &str = "jejak-tokens-used/1";

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_newest_day_is_kept_and_read_again() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = UsedFile::load(dir.path());
        assert_eq!(file.used().day("t-1"), None);
        for day in [date(2026, 1, 2), date(2026, 1, 3), date(2026, 1, 1)] {
            file.note("t-1", day).unwrap();
        }
        assert_eq!(UsedFile::load(dir.path()).used().day("t-1"), Some(date(2026, 1, 3)));
    }

    #[test]
    fn a_broken_file_knows_nothing_and_is_made_good() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(FILE), "{").unwrap();
        let mut file = UsedFile::load(dir.path());
        assert_eq!(file.used(), &Used::default());
        file.note("t-1", date(2026, 1, 2)).unwrap();
        assert_eq!(UsedFile::load(dir.path()).used().day("t-1"), Some(date(2026, 1, 2)));
    }
}
