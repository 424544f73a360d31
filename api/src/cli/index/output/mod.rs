//! How results are written: a table for people, CSV and JSON for programs; row by row, never a
//! whole table in memory.

mod csv_sink;
mod json_sink;
mod table_sink;

use std::io::Write;

use jejak_ledger::evaluation::{
    Distribution, Hundredths, Instrument, Path, Predicate, Ratio, Tally,
};

use super::IndexError;
use super::compute::Line;
use super::request::Request;

pub(super) use csv_sink::write_record;
pub(super) use table_sink::{widths, write_row};

pub(crate) use crate::cli::output::Format;
use crate::cli::output::printable;

/// The totals of a table, as it is and with what is assumed.
pub(super) struct Totals {
    pub(super) before: Distribution,
    pub(super) after: Option<Distribution>,
}

/// Where rows go.
pub(super) trait Sink {
    /// What comes before the rows.
    fn begin(&mut self, output: &mut dyn Write) -> Result<(), IndexError>;
    /// One row.
    fn line(&mut self, output: &mut dyn Write, line: &Line<'_>) -> Result<(), IndexError>;
    /// What comes after the rows.
    fn end(&mut self, output: &mut dyn Write, talk: &mut dyn Write) -> Result<(), IndexError>;
}

/// The sink of a format.
pub(super) fn sink<'a>(
    format: Format,
    request: &'a Request,
    totals: &'a Totals,
    agency_chars: usize,
) -> Box<dyn Sink + 'a> {
    match format {
        Format::Table => Box::new(table_sink::TableSink::new(request, totals, agency_chars)),
        Format::Json => Box::new(json_sink::JsonSink::new(request, totals)),
        Format::Ndjson => Box::new(json_sink::NdjsonSink::new(request, totals)),
        Format::Csv => Box::new(csv_sink::CsvSink::new(request, totals)),
    }
}

/// The columns of a row, in order.
pub(super) fn columns(request: &Request) -> Vec<String> {
    let domains = request.edition.instrument().domains().iter();
    let mut columns = vec!["agency".to_owned()];
    columns.extend(domains.map(|domain| format!("d{}", domain.number())));
    columns.extend(["index", "predicate"].map(str::to_owned));
    if !request.what_if.is_empty() {
        columns.extend(["what_if_index", "what_if_predicate", "change"].map(str::to_owned));
    }
    if request.target.is_some() {
        columns.extend(["target", "cost", "path"].map(str::to_owned));
    }
    columns
}

/// The cells of a row, in the order of [`columns`].
pub(super) fn cells(request: &Request, line: &Line<'_>) -> Vec<String> {
    let index = line.outcome.scores.index().hundredths();
    let mut cells = vec![line.agency.to_owned()];
    cells.extend(line.outcome.scores.domains().iter().map(|value| value.hundredths().to_string()));
    cells.extend([index.to_string(), line.outcome.predicate.to_string()]);
    if let Some(then) = &line.what_if {
        let after = then.scores.index().hundredths();
        cells.extend([after.to_string(), then.predicate.to_string(), change(index, after)]);
    }
    if let (Some((target, _)), Some(path)) = (&request.target, &line.path) {
        cells.push(target.to_string());
        cells.extend(match path {
            Ok(path) => [path.cost.to_string(), way(path)],
            Err(_) => [String::new(), "out of reach".to_owned()],
        });
    }
    cells
}

/// `i42:3>5 i43:3>4`.
fn way(path: &Path) -> String {
    let raises = path.raises.iter();
    let raises = raises.map(|raise| format!("{}:{}>{}", raise.column, raise.from, raise.to));
    raises.collect::<Vec<_>>().join(" ")
}

/// The difference of two values as shown, so that a reader can check it.
pub(super) fn change(before: Hundredths, after: Hundredths) -> String {
    let difference = Hundredths(before.0.abs_diff(after.0));
    match before.cmp(&after) {
        std::cmp::Ordering::Less => format!("+{difference}"),
        std::cmp::Ordering::Equal => difference.to_string(),
        std::cmp::Ordering::Greater => format!("-{difference}"),
    }
}

/// The totals as text, the same for every format that has no place for them among the rows.
pub(super) fn write_totals(
    totals: &Totals,
    instrument: &Instrument,
    to: &mut dyn Write,
) -> Result<(), IndexError> {
    write_tally(totals.before.all(), instrument, to)?;
    if let Some(after) = &totals.after {
        writeln!(to, "Andaikata (what if):")?;
        write_tally(after.all(), instrument, to)?;
    }
    for (name, tally) in totals.before.groups() {
        let counts = counts(tally).map(|(predicate, count)| format!("{predicate} {count}"));
        let mean = tally.mean(instrument).map(|mean| mean.hundredths().to_string());
        writeln!(
            to,
            "{}: {} instansi (agencies), rata-rata (mean) {}, {}",
            printable(name),
            tally.agencies(),
            mean.unwrap_or_default(),
            counts.collect::<Vec<_>>().join(", ")
        )?;
    }
    Ok(())
}

fn write_tally(
    tally: &Tally,
    instrument: &Instrument,
    to: &mut dyn Write,
) -> Result<(), IndexError> {
    write!(to, "{} instansi (agencies)", tally.agencies())?;
    if let (Some(mean), Some(lowest), Some(highest)) =
        (tally.mean(instrument), tally.lowest(), tally.highest())
    {
        let [mean, lowest, highest] = [mean, lowest, highest].map(Ratio::hundredths);
        write!(
            to,
            ", rata-rata (plain mean) {mean}, terendah (lowest) {lowest}, tertinggi (highest) {highest}"
        )?;
    }
    writeln!(to)?;
    for (predicate, count) in counts(tally) {
        writeln!(to, "  {predicate:<11} {count:>7}")?;
    }
    Ok(())
}

/// How many have each predicate, best first.
fn counts(tally: &Tally) -> impl Iterator<Item = (Predicate, u64)> {
    Predicate::ALL.into_iter().rev().map(|predicate| (predicate, tally.with_predicate(predicate)))
}
