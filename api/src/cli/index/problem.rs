//! A fault in a table, named by row and column as a spreadsheet shows them.

use std::fmt;

use crate::cli::output::printable;

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The row, from 1; in a CSV file the line on which the record starts.
    pub(crate) row: u64,
    /// The column, from 0, and its name.
    pub(crate) column: Option<(usize, String)>,
    /// The agency of that row, as far as known.
    pub(crate) agency: Option<String>,
    /// What is wrong.
    pub(crate) reason: Reason,
}

/// What is wrong with a cell or a header.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Reason {
    /// An indicator has no level.
    #[error("tingkat belum diisi (there is no level)")]
    NoLevel,
    /// What stands there is no level.
    #[error("{found:?} bukan tingkat {min} sampai {max} (not a level from {min} to {max})")]
    NotALevel {
        /// What stands there.
        found: String,
        /// The lowest level.
        min: u8,
        /// The highest level.
        max: u8,
    },
    /// A row without an agency.
    #[error("instansi belum diisi (there is no agency)")]
    NoAgency,
    /// An agency that was there before, where each must be there once.
    #[error("instansi sudah ada sebelumnya (the agency was there before)")]
    RepeatedAgency,
    /// A column that must be there is not.
    #[error("kolom {name} tidak ada (the column is missing)")]
    MissingColumn {
        /// The column.
        name: String,
    },
    /// A column is there twice.
    #[error("kolom {name} ada dua kali (the column is there twice)")]
    RepeatedColumn {
        /// The column.
        name: String,
    },
    /// A column that looks like an indicator but is none of this instrument.
    #[error("{name} bukan indikator {instrument} (not an indicator of it)")]
    UnknownIndicator {
        /// The column.
        name: String,
        /// The instrument.
        instrument: &'static str,
    },
    /// A value to the right of the last column with a name.
    #[error("{found:?} di luar kolom tajuk (outside the columns of the header)")]
    OutsideTheHeader {
        /// What stands there.
        found: String,
    },
    /// Bytes that are not UTF-8.
    #[error("teks bukan UTF-8 (the text is not UTF-8)")]
    NotUtf8,
    /// A record longer than any table of levels has; most often a quote that is never closed.
    #[error(
        "rekaman lebih dari {bytes_max} bita; tanda kutip belum ditutup? (the record is too long; is a quote not closed?)"
    )]
    TooLong {
        /// The limit.
        bytes_max: usize,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "baris (row) {}", self.row)?;
        if let Some((column, name)) = &self.column {
            let letters = letters(*column);
            match name.as_str() {
                "" => write!(f, ", kolom (column) {letters}")?,
                name => write!(f, ", kolom (column) {} ({letters})", printable(name))?,
            }
        }
        if let Some(agency) = &self.agency {
            write!(f, ", {}", printable(agency))?;
        }
        write!(f, ": {}", self.reason)
    }
}

/// The faults of a table: the first ones in full, and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Problems {
    first: Vec<Problem>,
    count: u64,
}

impl Problems {
    /// Adds faults; only the first [`PROBLEMS_SHOWN_MAX`] are kept.
    pub(crate) fn extend(&mut self, problems: impl IntoIterator<Item = Problem>) {
        for problem in problems {
            self.count += 1;
            if self.first.len() < PROBLEMS_SHOWN_MAX {
                self.first.push(problem);
            }
        }
    }

    /// Whether there are none.
    pub(crate) const fn is_empty(&self) -> bool {
        self.count == 0
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let faults = if self.count == 1 { "fault" } else { "faults" };
        let count = self.count;
        write!(
            f,
            "{count} kesalahan, tidak ada yang dihitung ({count} {faults}, nothing is computed)"
        )?;
        for problem in &self.first {
            write!(f, "\n  {problem}")?;
        }
        let more = self.count - u64::try_from(self.first.len()).unwrap_or(self.count);
        if more > 0 {
            write!(f, "\n  dan {more} lagi (and {more} more)")?;
        }
        Ok(())
    }
}

/// The name a spreadsheet gives a column: 0 is A, 26 is AA.
fn letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    loop {
        letters.extend(u8::try_from(rest % 26).ok().map(|place| char::from(b'A' + place)));
        match (rest / 26).checked_sub(1) {
            Some(next) => rest = next,
            None => return letters.into_iter().rev().collect(),
        }
    }
}

/// What a person reads before repairing the table.
const PROBLEMS_SHOWN_MAX: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_a_spreadsheet_does() {
        for (column, name) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(column), name);
        }
    }
}
