//! `jejak index trend`: the index of each agency over several years, each computed by the rules of
//! its own year.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::str::FromStr;

use jejak_ledger::evaluation::{
    Edition, Hundredths, InstrumentId, Levels, Predicate, Scores, Unscored,
};
use serde::Serialize;

use super::IndexError;
use super::compute::each_row;
use super::output::{Format, change, widths, write_record, write_row};
use super::problem::Problems;
use super::request::Request;
use super::table::Table;
use crate::cli::examples::Examples;

/// The arguments of `jejak index trend`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct TrendArgs {
    /// Show only this agency
    #[arg(long, value_name = "AGENCY")]
    agency: Option<String>,
    /// A table of levels for each year, such as 2023=levels-2023.csv
    #[arg(value_name = "YEAR=FILE", required = true)]
    tables: Vec<YearTable>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct YearTable {
    year: u16,
    file: PathBuf,
}

/// A text that names no year and file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not YEAR=FILE, such as 2023=levels.csv")]
struct NotAYearTable(String);

impl FromStr for YearTable {
    type Err = NotAYearTable;

    fn from_str(text: &str) -> Result<Self, NotAYearTable> {
        let parse = || {
            let (year, file) = text.split_once('=')?;
            Some(Self { year: year.trim().parse().ok()?, file: PathBuf::from(file) })
        };
        let named = parse().filter(|table| !table.file.as_os_str().is_empty());
        named.ok_or_else(|| NotAYearTable(text.to_owned()))
    }
}

/// Shows the trend.
pub(super) fn run(
    args: &TrendArgs,
    output: &mut dyn Write,
    talk: &mut dyn Write,
    format: Format,
) -> Result<(), IndexError> {
    let mut trend = Trend::default();
    for one in &args.tables {
        trend.read(one, args.agency.as_deref(), talk)?;
    }
    if let (Some(agency), true) = (&args.agency, trend.agencies.is_empty()) {
        let path = args.tables.first().map(|table| table.file.clone()).unwrap_or_default();
        return Err(IndexError::NoAgency { path, agency: agency.clone() });
    }
    trend.remark_on_instruments(talk)?;
    match format {
        Format::Table | Format::Csv => trend.write_columns(output, format)?,
        Format::Json | Format::Ndjson => trend.write_objects(output, format)?,
    }
    Ok(output.flush()?)
}

/// One agency in one year.
#[derive(Clone, Copy, Serialize)]
struct Point {
    index: Hundredths,
    predicate: Predicate,
}

impl Point {
    fn of(edition: &Edition, levels: &Levels) -> Self {
        let index = Scores::of(levels).index();
        Self { index: index.hundredths(), predicate: edition.predicate(index) }
    }
}

/// What is held: two small numbers for each agency and year.
#[derive(Default)]
struct Trend {
    years: BTreeMap<u16, InstrumentId>,
    agencies: BTreeMap<String, BTreeMap<u16, Point>>,
}

#[derive(Serialize)]
struct JsonAgency<'a> {
    agency: &'a str,
    years: &'a BTreeMap<u16, Point>,
    change: Option<String>,
}

impl Trend {
    fn read(
        &mut self,
        one: &YearTable,
        only: Option<&str>,
        talk: &mut dyn Write,
    ) -> Result<(), IndexError> {
        let edition = Edition::of(one.year, None)?;
        let instrument = edition.instrument();
        if self.years.insert(one.year, instrument.id()).is_some() {
            return Err(IndexError::YearTwice(one.year));
        }
        for what in edition.unconfirmed() {
            writeln!(talk, "{}: belum dipastikan (not confirmed): {what}", one.year)?;
        }
        let table = Table::open(&one.file, None)?;
        let request = Request::plain(edition.clone(), Unscored::Refused);
        let mut problems = Problems::default();
        each_row(&request, &table, &mut |_| Ok(()), &mut |row| {
            if only.is_some_and(|only| row.agency().to_lowercase() != only.trim().to_lowercase()) {
                return Ok(());
            }
            match row.levels(instrument, Unscored::Refused) {
                Ok(levels) => {
                    let point = Point::of(&edition, &levels);
                    let known = self.add(one.year, row.agency(), point)?;
                    problems.extend(known.then(|| row.repeats_its_agency()));
                }
                Err(faults) => problems.extend(faults),
            }
            Ok(())
        })?;
        if problems.is_empty() {
            return Ok(());
        }
        Err(IndexError::Problems { path: one.file.clone(), problems })
    }

    /// Whether the agency had a point of that year already.
    fn add(&mut self, year: u16, agency: &str, point: Point) -> Result<bool, IndexError> {
        if let Some(points) = self.agencies.get_mut(agency) {
            return Ok(points.insert(year, point).is_some());
        }
        if self.agencies.len() >= AGENCIES_MAX {
            return Err(IndexError::TooManyAgencies { max: AGENCIES_MAX });
        }
        self.agencies.insert(agency.to_owned(), BTreeMap::from([(year, point)]));
        Ok(false)
    }

    /// From the first to the last year, of those that use the instrument of the last: others do not
    /// compare.
    fn change(&self, points: &BTreeMap<u16, Point>) -> Option<String> {
        let (last_year, last) = points.last_key_value()?;
        let instrument = self.years.get(last_year)?;
        let alike = points.iter().filter(|(year, _)| self.years.get(year) == Some(instrument));
        let (first_year, first) = alike.min_by_key(|(year, _)| **year)?;
        (first_year != last_year).then(|| change(first.index, last.index))
    }

    fn remark_on_instruments(&self, talk: &mut dyn Write) -> Result<(), IndexError> {
        let mut years = self.years.iter();
        let Some((_, first)) = years.next() else { return Ok(()) };
        if let Some((year, instrument)) = years.find(|(_, instrument)| *instrument != first) {
            writeln!(
                talk,
                "mulai {year} instrumennya {instrument}, sebelumnya {first}: nilainya tidak sebanding, perubahan dihitung \
                 menurut instrumen terakhir (their values do not compare, the change is that under the last instrument)"
            )?;
        }
        Ok(())
    }

    fn write_columns(&self, output: &mut dyn Write, format: Format) -> Result<(), IndexError> {
        let mut header = vec!["agency".to_owned()];
        header.extend(self.years.keys().map(ToString::to_string));
        header.extend(["change", "predicate"].map(str::to_owned));
        let longest = self.agencies.keys().map(|agency| agency.chars().count()).max();
        let widths = widths(longest.unwrap_or(0), &header);
        let mut write = |cells: &[String]| match format {
            Format::Table => write_row(output, &widths, cells),
            _ => write_record(output, cells),
        };
        write(&header)?;
        for (agency, points) in &self.agencies {
            let index = |year| points.get(year).map(|point| point.index.to_string());
            let last = points.last_key_value();
            let mut cells = vec![agency.clone()];
            cells.extend(self.years.keys().map(|year| index(year).unwrap_or_default()));
            cells.push(self.change(points).unwrap_or_default());
            cells.push(last.map(|(_, point)| point.predicate.to_string()).unwrap_or_default());
            write(&cells)?;
        }
        Ok(())
    }

    fn write_objects(&self, output: &mut dyn Write, format: Format) -> Result<(), IndexError> {
        let lines = format == Format::Ndjson;
        if !lines {
            write!(output, "{{\"instruments\":")?;
            serde_json::to_writer(&mut *output, &self.years)?;
            write!(output, ",\"agencies\":[")?;
        }
        let mut first = true;
        for (agency, points) in &self.agencies {
            if !lines {
                output.write_all(if first { b"\n" } else { b",\n" })?;
            }
            first = false;
            let object = JsonAgency { agency, years: points, change: self.change(points) };
            serde_json::to_writer(&mut *output, &object)?;
            if lines {
                writeln!(output)?;
            }
        }
        if !lines {
            writeln!(output, "\n]}}")?;
        }
        Ok(())
    }
}

/// A hundred times the agencies of the country: a trend holds all of them.
const AGENCIES_MAX: usize = 65_536;
const EXAMPLES: Examples = Examples(&[
    (
        "indeks dua tahun",
        "the index of two years",
        "jejak index trend 2023=/tmp/jejak/demo/levels-2023.csv 2024=/tmp/jejak/demo/levels-2024.csv",
    ),
    (
        "satu instansi, untuk program",
        "one agency, for a program",
        r#"jejak index trend --agency "Dinas Contoh" 2023=/tmp/jejak/demo/levels-2023.csv \
  2024=/tmp/jejak/demo/levels-2024.csv -o json"#,
    ),
]);
