//! One row of a table of levels: an agency and the level of each indicator. Nothing is guessed.

use csv::StringRecord;
use jejak_ledger::evaluation::{Instrument, LevelError, Levels, Unscored};

use super::columns::Columns;
use super::problem::{Problem, Reason};

/// A row and what its columns mean.
pub(super) struct Row<'a> {
    pub(super) number: u64,
    pub(super) record: &'a StringRecord,
    pub(super) columns: &'a Columns,
}

impl<'a> Row<'a> {
    /// The agency; empty when there is none.
    pub(super) fn agency(&self) -> &'a str {
        self.cell(self.columns.agency)
    }

    /// The group, if the table has groups and the row one.
    pub(super) fn group(&self) -> Option<&'a str> {
        self.columns.group.map(|column| self.cell(column)).filter(|group| !group.is_empty())
    }

    /// The levels. Every fault of the row is told.
    pub(super) fn levels(
        &self,
        instrument: &'static Instrument,
        unscored: Unscored,
    ) -> Result<Levels, Vec<Problem>> {
        let mut problems = self.faults_around_the_levels();
        let mut answers = Vec::with_capacity(self.columns.levels.len());
        for &column in &self.columns.levels {
            let answer = answer(self.cell(column)).unwrap_or_else(|| {
                problems.push(self.not_a_level(column, instrument));
                // Stands in for the level, so that only other faults are told below.
                Some(instrument.level_max())
            });
            answers.push(answer);
        }
        match Levels::new(instrument, answers, unscored) {
            Ok(levels) if problems.is_empty() => Ok(levels),
            Ok(_) => Err(problems),
            Err(errors) => {
                problems.extend(errors.iter().filter_map(|error| self.problem(error, instrument)));
                problems.sort_by_key(|problem| problem.column.as_ref().map(|(column, _)| *column));
                Err(problems)
            }
        }
    }

    /// The fault of a row whose agency was there before.
    pub(super) fn repeats_its_agency(&self) -> Problem {
        self.fault(self.columns.agency, Reason::RepeatedAgency)
    }

    fn faults_around_the_levels(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.agency().is_empty() {
            problems.push(self.fault(self.columns.agency, Reason::NoAgency));
        }
        for (column, cell) in self.record.iter().enumerate().skip(self.columns.width()) {
            if !cell.trim().is_empty() {
                let reason = Reason::OutsideTheHeader { found: cell.trim().to_owned() };
                problems.push(self.fault(column, reason));
            }
        }
        problems
    }

    fn problem(&self, error: &LevelError, instrument: &Instrument) -> Option<Problem> {
        let column = |name| self.columns.levels.get(instrument.position(name)?).copied();
        match error {
            LevelError::Missing { column: name } => {
                Some(self.fault(column(name)?, Reason::NoLevel))
            }
            LevelError::Impossible { column: name, .. } => {
                Some(self.not_a_level(column(name)?, instrument))
            }
            LevelError::Surplus { .. } => None,
        }
    }

    fn not_a_level(&self, column: usize, instrument: &Instrument) -> Problem {
        let (min, max) = (instrument.level_min(), instrument.level_max());
        self.fault(column, Reason::NotALevel { found: self.cell(column).to_owned(), min, max })
    }

    fn fault(&self, column: usize, reason: Reason) -> Problem {
        let agency = Some(self.agency()).filter(|agency| !agency.is_empty());
        Problem {
            row: self.number,
            column: Some(self.columns.named(column)),
            agency: agency.map(str::to_owned),
            reason,
        }
    }

    /// A cell that is not there is empty: spreadsheets leave out what is empty at the end.
    fn cell(&self, column: usize) -> &'a str {
        self.record.get(column).unwrap_or_default().trim()
    }
}

/// A whole number, also with decimals that are all 0 (`4.0`, `4,00`); empty is no answer; anything
/// else is no level.
#[expect(clippy::option_option, reason = "outside: readable at all; inside: answered at all")]
fn answer(cell: &str) -> Option<Option<u8>> {
    match cell.as_bytes() {
        [] => return Some(None),
        // Nearly every cell of a large table.
        [digit @ b'0'..=b'9'] => return Some(Some(digit - b'0')),
        _ => {}
    }
    let (whole, decimals) = cell.split_once(['.', ',']).unwrap_or((cell, "0"));
    let plain = !decimals.is_empty() && decimals.bytes().all(|byte| byte == b'0');
    let digits = whole.bytes().all(|byte| byte.is_ascii_digit());
    if plain && digits { whole.parse().ok().map(Some) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_numbers_are_levels() {
        for (cell, level) in [("4", 4), ("0", 0), ("4.0", 4), ("4,00", 4), ("200", 200)] {
            assert_eq!(answer(cell), Some(Some(level)), "{cell}");
        }
        assert_eq!(answer(""), Some(None));
        for cell in ["4.5", "-1", "+4", "IV", "4.", ".", ",0", "300", "1e0", "#REF!", "n/a"] {
            assert_eq!(answer(cell), None, "{cell}");
        }
    }
}
