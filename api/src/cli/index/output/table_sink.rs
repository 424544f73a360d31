//! A table for people: fixed columns, totals below.

use std::io::Write;

use super::super::IndexError;
use super::super::compute::Line;
use super::super::request::Request;
use super::{Sink, Totals, cells, columns, write_totals};
use crate::cli::output::printable;

pub(super) struct TableSink<'a> {
    request: &'a Request,
    totals: &'a Totals,
    widths: Vec<usize>,
    doubtful: u64,
}

impl<'a> TableSink<'a> {
    pub(super) fn new(request: &'a Request, totals: &'a Totals, agency_chars: usize) -> Self {
        let widths = widths(agency_chars.min(AGENCY_CHARS_MAX), &columns(request));
        Self { request, totals, widths, doubtful: 0 }
    }
}

impl Sink for TableSink<'_> {
    fn begin(&mut self, output: &mut dyn Write) -> Result<(), IndexError> {
        write_row(output, &self.widths, &columns(self.request))
    }

    fn line(&mut self, output: &mut dyn Write, line: &Line<'_>) -> Result<(), IndexError> {
        let mut cells = cells(self.request, line);
        let predicate = line.outcome.scores.domains().len() + 2;
        if let (Some(_), Some(cell)) = (line.outcome.doubt, cells.get_mut(predicate)) {
            cell.push('*');
            self.doubtful += 1;
        }
        write_row(output, &self.widths, &cells)
    }

    fn end(&mut self, output: &mut dyn Write, _: &mut dyn Write) -> Result<(), IndexError> {
        if self.doubtful > 0 {
            let other = self.request.edition.banding().other();
            writeln!(
                output,
                "* belum dipastikan (not confirmed): the {other} value would give another predicate"
            )?;
        }
        writeln!(output)?;
        write_totals(self.totals, self.request.edition.instrument(), output)
    }
}

/// The width of each column: the agencies', and enough for the header and what stands below it.
pub(in super::super) fn widths(agency_chars: usize, columns: &[String]) -> Vec<usize> {
    let width = |name: &String| match name.as_str() {
        "agency" => agency_chars.max(name.len()),
        name if name.ends_with("predicate") || name == "target" => PREDICATE_CHARS,
        name => name.len().max(CELL_CHARS),
    };
    columns.iter().map(width).collect()
}

/// Cells side by side; the last one needs no room after it.
pub(in super::super) fn write_row(
    output: &mut dyn Write,
    widths: &[usize],
    cells: &[String],
) -> Result<(), IndexError> {
    let mut row = String::new();
    for (cell, &width) in cells.iter().zip(widths) {
        let cell = printable(cell);
        let room = width.saturating_sub(cell.chars().count());
        row.push_str(&cell);
        row.extend(std::iter::repeat_n(' ', room + 2));
    }
    Ok(writeln!(output, "{}", row.trim_end())?)
}

/// Longer names push their row to the right.
const AGENCY_CHARS_MAX: usize = 60;
/// `Sangat Baik*`, and `what_if_predicate`.
const PREDICATE_CHARS: usize = 17;
/// `+4.17`.
const CELL_CHARS: usize = 5;
