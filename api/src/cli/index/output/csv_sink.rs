//! CSV: a header and rows, with two decimals; totals are told beside.

use std::io::Write;

use super::super::IndexError;
use super::super::compute::Line;
use super::super::request::Request;
use super::{Sink, Totals, cells, columns, write_totals};
use crate::cli::output::harmless;

pub(super) struct CsvSink<'a> {
    request: &'a Request,
    totals: &'a Totals,
}

impl<'a> CsvSink<'a> {
    pub(super) const fn new(request: &'a Request, totals: &'a Totals) -> Self {
        Self { request, totals }
    }
}

impl Sink for CsvSink<'_> {
    fn begin(&mut self, output: &mut dyn Write) -> Result<(), IndexError> {
        write_record(output, &columns(self.request))
    }

    fn line(&mut self, output: &mut dyn Write, line: &Line<'_>) -> Result<(), IndexError> {
        write_record(output, &cells(self.request, line))
    }

    fn end(&mut self, _: &mut dyn Write, talk: &mut dyn Write) -> Result<(), IndexError> {
        write_totals(self.totals, self.request.edition.instrument(), talk)
    }
}

/// RFC 4180, but with LF, as the tables that come in.
pub(in super::super) fn write_record(
    output: &mut dyn Write,
    cells: &[String],
) -> Result<(), IndexError> {
    let mut first = true;
    for cell in cells {
        if !first {
            output.write_all(b",")?;
        }
        first = false;
        let cell = harmless(cell);
        if cell.contains(['"', ',', '\n', '\r']) {
            write!(output, "\"{}\"", cell.replace('"', "\"\""))?;
        } else {
            output.write_all(cell.as_bytes())?;
        }
    }
    Ok(output.write_all(b"\n")?)
}
