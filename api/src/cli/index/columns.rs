//! The header of a table of levels: which column is what. Columns are found by name, in any order.

use csv::StringRecord;
use jejak_ledger::evaluation::{Indicator, Instrument};

use super::problem::{Problem, Reason};

/// Where each thing stands in a record.
#[derive(Debug)]
pub(super) struct Columns {
    names: Vec<String>,
    pub(super) agency: usize,
    pub(super) group: Option<usize>,
    /// For each indicator of the instrument, in its order.
    pub(super) levels: Vec<usize>,
    /// Columns that mean nothing here.
    pub(super) ignored: Vec<String>,
}

impl Columns {
    /// Reads the header. Every fault of it is told.
    pub(super) fn find(
        instrument: &Instrument,
        header: &StringRecord,
        row: u64,
    ) -> Result<Self, Vec<Problem>> {
        let names: Vec<String> = header.iter().map(|name| name.trim().to_lowercase()).collect();
        let place = |wanted: &[&str]| names.iter().position(|name| wanted.contains(&name.as_str()));
        let mut problems = repeated(&names, row);
        problems.extend(unknown_indicators(instrument, &names, row));
        let mut missing = |name: &str| {
            let reason = Reason::MissingColumn { name: name.to_owned() };
            problems.push(Problem { row, column: None, agency: None, reason });
            usize::MAX
        };
        let agency = place(AGENCY).unwrap_or_else(|| missing("agency"));
        let columns = instrument.indicators().map(Indicator::column);
        let levels: Vec<usize> =
            columns.map(|name| place(&[name]).unwrap_or_else(|| missing(name))).collect();
        let group = place(GROUP);
        let ignored = ignored(&names, agency, group, &levels);
        let columns = Self { names, agency, group, levels, ignored };
        if problems.is_empty() { Ok(columns) } else { Err(problems) }
    }

    /// A column with its name, for a fault.
    pub(super) fn named(&self, column: usize) -> (usize, String) {
        (column, self.names.get(column).cloned().unwrap_or_default())
    }

    /// How many columns have a header.
    pub(super) fn width(&self) -> usize {
        self.names.len()
    }
}

fn repeated(names: &[String], row: u64) -> Vec<Problem> {
    let again = names.iter().enumerate().filter(|(column, name)| {
        let earlier = names.iter().take(*column);
        !name.is_empty() && earlier.clone().any(|other| other == *name)
    });
    let problem = |(column, name): (usize, &String)| Problem {
        row,
        column: Some((column, name.clone())),
        agency: None,
        reason: Reason::RepeatedColumn { name: name.clone() },
    };
    again.map(problem).collect()
}

/// `i48`, or `i35` beside the three slots of indicator 35: a table for another instrument.
fn unknown_indicators(instrument: &Instrument, names: &[String], row: u64) -> Vec<Problem> {
    let unknown = names
        .iter()
        .enumerate()
        .filter(|(_, name)| looks_like_an_indicator(name) && instrument.position(name).is_none());
    let problem = |(column, name): (usize, &String)| Problem {
        row,
        column: Some((column, name.clone())),
        agency: None,
        reason: Reason::UnknownIndicator { name: name.clone(), instrument: instrument.title() },
    };
    unknown.map(problem).collect()
}

fn looks_like_an_indicator(name: &str) -> bool {
    let slot = |c: char| c.is_ascii_lowercase();
    let number = name.strip_prefix('i').map(|rest| rest.trim_end_matches(slot));
    number.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

fn ignored(names: &[String], agency: usize, group: Option<usize>, levels: &[usize]) -> Vec<String> {
    let unused = names.iter().enumerate().filter(|(column, name)| {
        let used = *column == agency || Some(*column) == group || levels.contains(column);
        !used && !name.is_empty()
    });
    unused.map(|(_, name)| name.clone()).collect()
}

/// Names of the column with the agency.
const AGENCY: &[&str] = &["agency", "instansi"];
/// Names of the column with the group an agency is counted in.
const GROUP: &[&str] = &["group", "kelompok"];
