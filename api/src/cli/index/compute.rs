//! A whole table: checked and counted first, written second.

use std::collections::HashMap;
use std::io::Write;

use csv::StringRecord;
use jejak_ledger::evaluation::{
    Distribution, Edition, Levels, Path, PathError, Predicate, Scores, cheapest_path,
};

use super::columns::Columns;
use super::output::{self, Format, Totals};
use super::problem::{Problem, Problems};
use super::request::{Request, TableArgs};
use super::row::Row;
use super::table::Table;
use super::{IndexError, explain};

/// Answers the request for a file.
pub(super) fn run(
    args: &TableArgs,
    output: &mut dyn Write,
    talk: &mut dyn Write,
    format: Format,
) -> Result<(), IndexError> {
    let request = Request::new(args)?;
    let table = Table::open(&args.file, args.sheet.as_deref())?;
    for what in request.unconfirmed() {
        writeln!(talk, "belum dipastikan (not confirmed): {what}")?;
    }
    if let Some(remark) = table.remark() {
        writeln!(talk, "{remark}")?;
    }
    match &args.explain {
        Some(agency) => explain::run(&request, &table, agency, output, format),
        None => list(&request, &table, output, talk, format),
    }
}

/// What a row comes to.
pub(super) struct Outcome {
    pub(super) scores: Scores,
    pub(super) predicate: Predicate,
    /// What the other reading would give, where the reading is not confirmed and it matters.
    pub(super) doubt: Option<Predicate>,
    pub(super) unscored: usize,
}

impl Outcome {
    pub(super) fn of(edition: &Edition, levels: &Levels) -> Self {
        let scores = Scores::of(levels);
        let (predicate, doubt) = (edition.predicate(scores.index()), edition.doubt(scores.index()));
        Self { scores, predicate, doubt, unscored: levels.unscored() }
    }
}

/// One agency, answered.
pub(super) struct Line<'a> {
    pub(super) agency: &'a str,
    pub(super) group: Option<&'a str>,
    pub(super) outcome: Outcome,
    /// With the assumed levels, if some are assumed.
    pub(super) what_if: Option<Outcome>,
    /// The way to the target, if there is one, from the assumed levels on.
    pub(super) path: Option<Result<Path, PathError>>,
}

/// Calls `on_row` for each row below the header.
pub(super) fn each_row(
    request: &Request,
    table: &Table,
    on_header: &mut dyn FnMut(&Columns) -> Result<(), IndexError>,
    on_row: &mut dyn FnMut(&Row<'_>) -> Result<(), IndexError>,
) -> Result<(), IndexError> {
    let mut columns: Option<Columns> = None;
    table.each_record(&mut |number, record: &StringRecord| {
        if let Some(columns) = &columns {
            return on_row(&Row { number, record, columns });
        }
        let found = Columns::find(request.edition.instrument(), record, number);
        let found = found.map_err(|faults| faulty(table, faults))?;
        on_header(&found)?;
        columns = Some(found);
        Ok(())
    })?;
    columns.map(|_| ()).ok_or_else(|| IndexError::Empty { path: table.path().to_owned() })
}

fn list(
    request: &Request,
    table: &Table,
    output: &mut dyn Write,
    talk: &mut dyn Write,
    format: Format,
) -> Result<(), IndexError> {
    let survey = Survey::of(request, table, talk)?;
    let mut sink = output::sink(format, request, &survey.totals, survey.agency_chars);
    sink.begin(output)?;
    each_row(request, table, &mut |_| Ok(()), &mut |row| {
        // The survey has read this row without a fault; only a file that changed meanwhile has one
        // now.
        let levels = levels(request, table, row)?;
        sink.line(output, &line(request, row, &levels)?)
    })?;
    sink.end(output, talk)?;
    Ok(output.flush()?)
}

fn line<'a>(request: &Request, row: &Row<'a>, levels: &Levels) -> Result<Line<'a>, IndexError> {
    let edition = &request.edition;
    let assumed = assumed(request, levels)?;
    let path = request.target.as_ref().map(|(target, costs)| {
        cheapest_path(edition, assumed.as_ref().unwrap_or(levels), *target, costs)
    });
    Ok(Line {
        agency: row.agency(),
        group: row.group(),
        outcome: Outcome::of(edition, levels),
        what_if: assumed.map(|levels| Outcome::of(edition, &levels)),
        path,
    })
}

/// The levels with what is assumed; none when nothing is.
pub(super) fn assumed(request: &Request, levels: &Levels) -> Result<Option<Levels>, IndexError> {
    if request.what_if.is_empty() {
        return Ok(None);
    }
    levels.with(&request.what_if).map(Some).map_err(IndexError::Assumed)
}

/// The levels of a row, or its faults.
pub(super) fn levels(
    request: &Request,
    table: &Table,
    row: &Row<'_>,
) -> Result<Levels, IndexError> {
    let levels = row.levels(request.edition.instrument(), request.unscored);
    levels.map_err(|faults| faulty(table, faults))
}

fn faulty(table: &Table, faults: Vec<Problem>) -> IndexError {
    let mut problems = Problems::default();
    problems.extend(faults);
    IndexError::Problems { path: table.path().to_owned(), problems }
}

/// The first reading: every fault, the totals, and what the table looks like.
struct Survey {
    totals: Totals,
    agency_chars: usize,
}

impl Survey {
    fn of(request: &Request, table: &Table, talk: &mut dyn Write) -> Result<Self, IndexError> {
        let edition = &request.edition;
        let mut before = Distribution::new(edition.instrument());
        let mut after = Distribution::new(edition.instrument());
        let mut problems = Problems::default();
        let mut repeats = Repeats::default();
        let mut agency_chars = 0;
        let mut ignored = Vec::new();
        let mut on_header = |columns: &Columns| {
            ignored.clone_from(&columns.ignored);
            Ok(())
        };
        each_row(request, table, &mut on_header, &mut |row| {
            agency_chars = agency_chars.max(row.agency().chars().count());
            repeats.see(row);
            let levels = match row.levels(edition.instrument(), request.unscored) {
                Ok(levels) => levels,
                Err(faults) => {
                    problems.extend(faults);
                    return Ok(());
                }
            };
            count(edition, &mut before, row, &levels)?;
            if let Some(levels) = assumed(request, &levels)? {
                count(edition, &mut after, row, &levels)?;
            }
            Ok(())
        })?;
        if !problems.is_empty() {
            return Err(IndexError::Problems { path: table.path().to_owned(), problems });
        }
        if !ignored.is_empty() {
            writeln!(talk, "kolom yang tidak dipakai (columns not used): {}", ignored.join(", "))?;
        }
        repeats.tell(talk)?;
        let after = (!request.what_if.is_empty()).then_some(after);
        Ok(Self { totals: Totals { before, after }, agency_chars })
    }
}

fn count(
    edition: &Edition,
    distribution: &mut Distribution,
    row: &Row<'_>,
    levels: &Levels,
) -> Result<(), IndexError> {
    let scores = Scores::of(levels);
    let predicate = edition.predicate(scores.index());
    Ok(distribution.add(row.group(), &scores, predicate)?)
}

/// Agencies that come more than once: allowed, but most often a slip of copying.
#[derive(Default)]
struct Repeats {
    seen: HashMap<String, u64>,
    first: Vec<String>,
}

impl Repeats {
    fn see(&mut self, row: &Row<'_>) {
        let agency = row.agency();
        if let Some(earlier) = self.seen.get(agency) {
            if self.first.len() < REPEATS_TOLD_MAX {
                let again = row.number;
                self.first.push(format!(
                    "{agency:?} ada di baris {earlier} dan lagi di baris {again} (is in both rows)"
                ));
            }
        } else if self.seen.len() < AGENCIES_REMEMBERED_MAX {
            self.seen.insert(agency.to_owned(), row.number);
        }
    }

    fn tell(&self, talk: &mut dyn Write) -> Result<(), IndexError> {
        for repeat in &self.first {
            writeln!(talk, "{repeat}")?;
        }
        Ok(())
    }
}

/// A hundred times the agencies of the country; beyond it repeats are not looked for, so that
/// memory stays bounded.
const AGENCIES_REMEMBERED_MAX: usize = 65_536;
const REPEATS_TOLD_MAX: usize = 10;
